//! Before a chart is opened for a new patient, the EHR is searched once more: staff confirmed that nobody is known, and that may
//! be hours ago. Whoever fits and was not turned down at the review is a question to a person.

use crate::filing::NewPatient;
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// Charts that fit a new patient now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarCharts {
    /// Each that fits.
    pub charts: Vec<SimilarChart>,
    /// Whether the EHR told of everybody who fits.
    pub is_whole: bool,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimilarChart {
    /// Logical id in the EHR.
    pub id: String,
    /// The numbers by which people find it.
    pub numbers: Vec<Sensitive<String>>,
    /// The names of ours that it carries: by one of them an earlier try is known again.
    pub names: Vec<String>,
    /// Whether it is in use and fits who gets a chart; one that carries our name is told of in any case.
    pub fits: bool,
}

/// Where a person looks before a check-in is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "SavedPlace")]
pub struct PlaceToLook {
    /// `Patient/<id>`, or the record that the EHR answered with.
    pub place: String,
    /// The numbers by which people find a chart.
    pub numbers: Vec<Sensitive<String>>,
}

/// As progress holds it; that of an earlier version holds the id of a chart.
#[derive(Deserialize)]
#[serde(untagged)]
enum SavedPlace {
    Place { place: String, numbers: Vec<Sensitive<String>> },
    Id(String),
}

impl From<SavedPlace> for PlaceToLook {
    fn from(saved: SavedPlace) -> PlaceToLook {
        match saved {
            SavedPlace::Place { place, numbers } => PlaceToLook { place, numbers },
            SavedPlace::Id(id) => PlaceToLook { place: format!("Patient/{id}"), numbers: Vec::new() },
        }
    }
}

/// What the search leaves to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody whom staff have not seen.
    Nobody,
    /// These, and perhaps others.
    Perhaps(Vec<PlaceToLook>),
    /// Somebody else's chart carries our name: the EHR would take it for the one that is to be opened.
    NamedElsewhere(Vec<PlaceToLook>),
}

impl SimilarChart {
    fn place(&self) -> String {
        format!("Patient/{}", self.id)
    }

    fn to_look_at(&self) -> PlaceToLook {
        PlaceToLook { place: self.place(), numbers: self.numbers.clone() }
    }
}

impl SimilarCharts {
    /// The EHR could not be asked, and asking again would not help: a person looks.
    pub const fn unknown() -> SimilarCharts {
        SimilarCharts { charts: Vec::new(), is_whole: false }
    }

    /// Who is neither the chart of this very check-in nor turned down. `seen` are those that a person saw since; with them an
    /// answer in part is enough, for that person looked in the EHR. A chart that carries our name and is somebody else's, or nobody's
    /// any more, is no earlier try: the EHR joined one to it.
    pub(super) fn standing(&self, new: &NewPatient, name: &str, seen: Option<&[PlaceToLook]>) -> Standing {
        let (mut open, mut elsewhere) = (Vec::new(), Vec::new());
        for chart in &self.charts {
            let is_seen = seen.is_some_and(|seen| seen.iter().any(|seen| seen.place == chart.place()));
            let is_anothers = is_seen || new.turned_down.contains(&chart.id);
            let is_ours = chart.names.iter().any(|it| it == name);
            match (is_ours, is_anothers) {
                (true, is_anothers) if is_anothers || !chart.fits => elsewhere.push(chart.to_look_at()),
                (true, _) | (false, true) => {}
                (false, false) => open.push(chart.to_look_at()),
            }
        }
        if !elsewhere.is_empty() {
            return Standing::NamedElsewhere(elsewhere);
        }
        match open.is_empty() && (self.is_whole || seen.is_some()) {
            true => Standing::Nobody,
            false => Standing::Perhaps(open),
        }
    }
}
