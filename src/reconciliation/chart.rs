//! What the EHR knows: candidates for the patient, and where they differ from what was shared.

use crate::fhir::{PatientView, Resource};
use crate::intake::{FactKind, plain_text};
use crate::sensitive::Sensitive;

/// One candidate from the EHR.
#[derive(Clone, Debug)]
pub struct ChartPatient {
    /// Logical id in the EHR.
    pub id: String,
    /// The name in the chart.
    pub name: Sensitive<String>,
    /// Identifiers in the chart (a record number), for a person to compare.
    pub identifiers: Vec<Sensitive<String>>,
    resource: Resource,
}

/// One field that is not the same in the share and in the chart. A side that says nothing is no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which field.
    pub field: FactKind,
    /// What the patient shared.
    pub shared: Sensitive<String>,
    /// What the chart says.
    pub chart: Sensitive<String>,
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
    /// The EHR cannot be reached or refused; the check-in can still be kept here.
    Unavailable {
        /// Whether this clinic lets the kiosk open new records.
        new_patients: bool,
    },
}

impl ChartPatient {
    /// A candidate from a Patient resource that the EHR returned; `None` when it is none or has no usable id.
    pub fn read(resource: Resource) -> Option<ChartPatient> {
        let patient = PatientView::of(&resource)?;
        let id = resource.text("/id").filter(|id| {
            id.len() <= 64 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
        });
        let id = id?.to_owned();
        let name = plain_text(&patient.name().unwrap_or_default());
        let identifiers = resource.list("/identifier").iter().filter_map(|identifier| identifier["value"].as_str());
        let identifiers = identifiers.take(4).map(plain_text).collect();
        Some(ChartPatient { id, name, identifiers, resource })
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

    /// Where the chart differs from the shared demographics.
    pub fn differences(&self, shared: PatientView<'_>) -> Vec<Difference> {
        let Some(chart) = PatientView::of(&self.resource) else { return Vec::new() };
        let text = |value: Option<&str>| value.map(str::to_owned);
        let fields = [
            (FactKind::BirthDate, text(shared.birth_date()), text(chart.birth_date())),
            (FactKind::Gender, text(shared.gender()), text(chart.gender())),
            (FactKind::Phone, text(shared.contact("phone")), text(chart.contact("phone"))),
            (FactKind::Email, text(shared.contact("email")), text(chart.contact("email"))),
            (FactKind::Address, shared.address(), chart.address()),
        ];
        let differing = fields.into_iter().filter_map(|(field, shared, chart)| {
            let (shared, chart) = (shared?, chart?);
            (shared != chart).then(|| Difference { field, shared: plain_text(&shared), chart: plain_text(&chart) })
        });
        differing.collect()
    }
}
