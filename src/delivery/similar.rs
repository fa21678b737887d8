//! Before a chart is opened for a new patient, the EHR is searched once more: staff confirmed that nobody is known, and that may
//! be hours ago. Whoever fits and was not turned down at the review is a question to a person.

use crate::filing::NewPatient;

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
    /// The names of ours that it carries: by one of them an earlier try is known again.
    pub names: Vec<String>,
}

/// What the search leaves to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody whom staff have not seen.
    Nobody,
    /// These, and perhaps others.
    Perhaps(Vec<String>),
}

impl SimilarCharts {
    /// The EHR could not be asked, and asking again would not help: a person looks.
    pub const fn unknown() -> SimilarCharts {
        SimilarCharts { charts: Vec::new(), is_whole: false }
    }

    /// Who is neither the chart of this very check-in nor turned down. `seen` are those that a person saw since; with them an
    /// answer in part is enough, for that person looked in the EHR. A chart that was turned down and carries our name is no earlier
    /// try: the EHR joined one to somebody else, and would answer with that chart.
    pub(super) fn standing(&self, new: &NewPatient, name: &str, seen: Option<&[String]>) -> Standing {
        let is_open = |chart: &&SimilarChart| {
            let (is_turned_down, is_ours) =
                (new.turned_down.contains(&chart.id), chart.names.iter().any(|it| it == name));
            is_turned_down == is_ours && !seen.is_some_and(|seen| seen.contains(&chart.id))
        };
        let open: Vec<String> = self.charts.iter().filter(is_open).map(|chart| chart.id.clone()).collect();
        match open.is_empty() && (self.is_whole || seen.is_some()) {
            true => Standing::Nobody,
            false => Standing::Perhaps(open),
        }
    }
}
