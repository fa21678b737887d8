//! By what staff know a check-in that waits: whose it is, which chart, the titles of what was ticked. It is sealed beside the
//! plan and shown one check-in at a time.

use super::saved;
use crate::fhir::PatientView;
use crate::intake::{IntakeItem, ItemId, Person, Section};
use crate::reconciliation::{ChartPatient, ConfirmedIntake, PatientChoice};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckInLabel {
    /// The name, as staff saw it: of the chart, or as it was shared.
    pub name: Sensitive<String>,
    /// The birth date beside it.
    pub birth_date: Option<Sensitive<String>>,
    /// The chart that it goes into.
    pub chart: LabelledChart,
    /// The title of each ticked item.
    pub items: Vec<(ItemId, Sensitive<String>)>,
}

/// The chart of a check-in that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LabelledChart {
    /// One that the EHR has.
    Existing {
        /// Its logical id.
        id: Sensitive<String>,
        /// The numbers by which people find it.
        identifiers: Vec<Sensitive<String>>,
    },
    /// One that filing opens.
    New,
    /// None yet.
    NotChosen,
}

impl CheckInLabel {
    /// Of somebody whose chart staff choose later.
    pub fn without_chart(person: &Person) -> CheckInLabel {
        CheckInLabel {
            name: person.name.clone(),
            birth_date: person.birth_date.clone(),
            chart: LabelledChart::NotChosen,
            items: Vec::new(),
        }
    }

    /// Of a chart, as the EHR has it.
    pub fn of_chart(chart: &ChartPatient) -> CheckInLabel {
        let id = Sensitive::from(chart.id.as_str());
        CheckInLabel {
            name: chart.name.clone(),
            birth_date: chart.birth_date().map(plain_text),
            chart: LabelledChart::Existing { id, identifiers: chart.identifiers.clone() },
            items: Vec::new(),
        }
    }

    /// Of what staff confirmed.
    pub fn from_confirmed(confirmed: &ConfirmedIntake) -> CheckInLabel {
        let items = confirmed.items.iter().map(|item| (item.id, item.title.clone())).collect();
        let (name, birth_date) = match &confirmed.chart {
            Some(chart) => (chart.name.clone(), chart.birth_date().map(plain_text)),
            None => shared_name(confirmed),
        };
        let chart = match &confirmed.patient {
            PatientChoice::Existing(id) => LabelledChart::Existing {
                id: Sensitive::from(id.as_str()),
                identifiers: confirmed.chart.as_ref().map(|chart| chart.identifiers.clone()).unwrap_or_default(),
            },
            PatientChoice::New => LabelledChart::New,
        };
        CheckInLabel { name, birth_date, chart, items }
    }

    /// The label as bytes, to be sealed.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(self)
    }

    /// Reads what [`CheckInLabel::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<CheckInLabel> {
        saved::from_bytes(bytes, Some)
    }
}

fn shared_name(confirmed: &ConfirmedIntake) -> (Sensitive<String>, Option<Sensitive<String>>) {
    let is_person = |item: &&IntakeItem| item.section == Section::Demographics;
    let item = confirmed.items.iter().find(is_person);
    let patient = item.and_then(|item| PatientView::of(&item.resource, confirmed.day));
    let name = patient.and_then(PatientView::name).unwrap_or_default();
    (plain_text(&name), patient.and_then(PatientView::birth_date).map(plain_text))
}
