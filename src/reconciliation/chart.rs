//! What the EHR knows: candidates for the patient, and the chart of the one that staff chose.

use super::field::Field;
use super::opinion::EhrOpinion;
use super::place::is_id;
use crate::fhir::{PatientView, Resource, systems};
use crate::intake::{FactKind, Section};
use crate::language::Language;
use crate::patient_match::{ChartMatch, Known, MatchField};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::text::said::label_in;
use crate::time::Day;
use serde_json::Value;

/// One candidate from the EHR.
#[derive(Clone, Debug)]
pub struct ChartPatient {
    /// Logical id in the EHR.
    pub id: String,
    /// The name in the chart.
    pub name: Sensitive<String>,
    /// Identifiers in the chart (a record number), for a person to compare.
    pub identifiers: Vec<Sensitive<String>>,
    /// What the matching rules say of it beside the share.
    pub chart_match: ChartMatch,
    /// What the EHR's own match said of it.
    pub opinion: Option<EhrOpinion>,
    /// By what it is compared.
    pub(super) known: Known,
    /// The day of the check-in, by which it is judged what of it counts.
    pub(super) day: Day,
    /// What it says, field by field, as it is shown.
    shown: Vec<(Field, Sensitive<String>)>,
    resource: Resource,
}

/// One field that is not the same in the share and in the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The fact that is told otherwise: dosage, status.
    pub field: FactKind,
    /// The element's name, where that is what it is ([`FactKind::Element`]).
    pub element: Option<&'static str>,
    /// What the patient shared.
    pub shared: Sensitive<String>,
    /// What the chart says.
    pub chart: Sensitive<String>,
}

impl Difference {
    /// The word for what differs, where that is an element of the record; otherwise `assets/` has it by the kind of the field.
    pub fn label(&self, language: Language) -> Option<String> {
        self.element.map(|name| label_in(language, name))
    }
}

/// How far the search for the patient's chart has come.
#[derive(Clone, Debug)]
pub enum ChartSearch {
    /// The EHR was asked.
    Searching,
    /// The EHR answered; nobody is preselected.
    Found {
        /// Who it could be, best first.
        candidates: Vec<ChartPatient>,
        /// Whether this clinic lets the kiosk open new records.
        new_patients: bool,
    },
    /// The EHR answered in part. Whoever was found can be chosen; that somebody is new cannot be known.
    FoundInPart {
        /// Who it could be, best first.
        candidates: Vec<ChartPatient>,
    },
    /// The EHR cannot be reached, or refused: nobody can be chosen, and nobody can be known to be new.
    Unavailable,
    /// There is no EHR: what is confirmed goes into the folder, and each patient is new there.
    NoEhr,
}

impl ChartSearch {
    /// Who was found so far, best first.
    pub fn candidates(&self) -> &[ChartPatient] {
        match self {
            ChartSearch::Found { candidates, .. } | ChartSearch::FoundInPart { candidates } => candidates,
            ChartSearch::Searching | ChartSearch::Unavailable | ChartSearch::NoEhr => &[],
        }
    }

    /// The candidates, to be put in order, and whether the search was answered in full.
    pub(super) fn candidates_mut(&mut self) -> Option<(&mut Vec<ChartPatient>, bool)> {
        match self {
            ChartSearch::Found { candidates, .. } => Some((candidates, true)),
            ChartSearch::FoundInPart { candidates } => Some((candidates, false)),
            ChartSearch::Searching | ChartSearch::Unavailable | ChartSearch::NoEhr => None,
        }
    }

    /// Whether a new record may be chosen: only a search that was answered in full can say that nobody is known.
    pub const fn offers_new(&self) -> bool {
        match self {
            ChartSearch::Found { new_patients, .. } => *new_patients,
            ChartSearch::NoEhr => true,
            ChartSearch::Searching | ChartSearch::FoundInPart { .. } | ChartSearch::Unavailable => false,
        }
    }

    /// Whether the EHR owes an answer that may come later: the check-in can be kept until then.
    pub const fn is_owed(&self) -> bool {
        match self {
            ChartSearch::FoundInPart { .. } | ChartSearch::Unavailable => true,
            ChartSearch::Searching | ChartSearch::Found { .. } | ChartSearch::NoEhr => false,
        }
    }
}

/// What the chart of one patient holds, as far as it is compared. Whoever fetched it has checked that each record is this
/// patient's.
#[derive(Clone, Debug, Default)]
pub struct ChartRecords {
    /// Records of the types that are compared.
    pub records: Vec<Resource>,
    /// Sections that the EHR did not tell, or not whole.
    pub not_compared: Vec<Section>,
}

/// Whether a chart is not closed, and not one that another chart took the place of.
pub fn is_in_use(patient: &Resource) -> bool {
    let json = patient.json().reveal();
    json["active"] != false && !patient.list("/link").iter().any(|link| link["type"] == "replaced-by")
}

impl ChartPatient {
    /// Whether a kiosk opened it and nobody at the EHR has verified who it is.
    pub fn is_unverified(&self) -> bool {
        let mut tags = self.resource.list("/meta/tag").iter();
        tags.any(|tag| tag["system"] == systems::OPENED_BY_KIOSK && tag["code"] == systems::NOT_VERIFIED)
    }

    /// Its tags, and the same without the one that says that nobody has verified who it is.
    pub(super) fn tags(&self) -> (Value, Value) {
        let tags = self.resource.list("/meta/tag");
        let is_mark = |tag: &&Value| tag["system"] == systems::OPENED_BY_KIOSK && tag["code"] == systems::NOT_VERIFIED;
        let rest: Vec<Value> = tags.iter().filter(|tag| !is_mark(tag)).cloned().collect();
        (Value::from(tags.to_vec()), if rest.is_empty() { Value::Null } else { Value::from(rest) })
    }

    /// A candidate from a Patient resource that the EHR returned, on the day of the check-in; `None` when it is none or has no usable id.
    pub fn from_resource(resource: Resource, day: Day) -> Option<ChartPatient> {
        let patient = PatientView::of(&resource, day)?;
        let id = logical_id(&resource)?.to_owned();
        let name = plain_text(&patient.name().unwrap_or_default());
        let identifiers = resource.list("/identifier").iter().filter_map(|identifier| identifier["value"].as_str());
        let identifiers = identifiers.take(4).map(plain_text).collect();
        let shown = Field::ALL.iter().filter_map(|&field| Some((field, plain_text(&field.shown_in(&resource, day)?))));
        let shown = shown.collect();
        Some(ChartPatient {
            id,
            name,
            identifiers,
            chart_match: ChartMatch::default(),
            opinion: None,
            known: Known::read(&resource, &[], day),
            day,
            shown,
            resource,
        })
    }

    /// The same with its own Coverage records, by whose numbers it is compared as well.
    pub fn with_insurance(self, coverages: &[Resource]) -> ChartPatient {
        let known = Known::read(&self.resource, &coverages.iter().collect::<Vec<_>>(), self.day);
        ChartPatient { known, ..self }
    }

    /// The same with what the EHR's own match said of it.
    pub fn with_opinion(self, opinion: Option<EhrOpinion>) -> ChartPatient {
        ChartPatient { opinion, ..self }
    }

    /// The values of a field in the form in which they are compared.
    pub fn known(&self, field: MatchField) -> &[String] {
        self.known.values(field)
    }

    /// What the chart says in a field, as it is shown.
    pub fn shown(&self, field: Field) -> Option<&Sensitive<String>> {
        self.shown.iter().find(|(known, _)| *known == field).map(|(_, text)| text)
    }

    /// The whole Patient as the EHR sent it.
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// `birthDate` in the chart.
    pub fn birth_date(&self) -> Option<&str> {
        self.resource.text("/birthDate")
    }

    /// The chart's identifier of this system; of several always the same one, in whatever order the EHR lists them.
    pub fn identifier_of(&self, system: &str) -> Option<&str> {
        let identifiers = self.resource.list("/identifier").iter();
        let of_system = identifiers.filter(|identifier| identifier["system"] == system);
        of_system.filter_map(|identifier| identifier["value"].as_str()).min()
    }

    /// One element of the Patient as the chart has it, `Null` when it has none.
    pub(super) fn element(&self, name: &str) -> &Value {
        &self.resource.json().reveal()[name]
    }
}

/// The logical id, when it is one (FHIR R4, data type id).
pub(super) fn logical_id(resource: &Resource) -> Option<&str> {
    resource.id().filter(|id| is_id(id))
}
