//! Which patient, for whatever must be told apart by patient: the names of filed items and the order in which check-ins are sent.

use super::name::Name;
use super::systems::ITEM;
use crate::intake::Section;
use crate::reconciliation::{ChartPatient, ConfirmedIntake, PatientChoice};
use crate::sensitive::Sensitive;

/// A chart by its id, or a new patient by the name under which we file them. A chart that an earlier check-in made carries that
/// name: it has the key of the new patient whom it was made for, so that names and order last when the patient comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientKey(Sensitive<String>);

impl PatientKey {
    /// The key of a chart, as far as it was read.
    pub fn from_chart(id: &str, chart: Option<&ChartPatient>) -> PatientKey {
        PatientKey(Sensitive::from(match chart.and_then(|chart| chart.identifier_of(ITEM)) {
            Some(name) => format!("new {name}"),
            None => format!("existing {id}"),
        }))
    }

    /// The key of whom staff confirmed; `None` for a new patient of whom nothing is known.
    pub fn from_confirmed(confirmed: &ConfirmedIntake) -> Option<PatientKey> {
        match &confirmed.patient {
            PatientChoice::Existing(id) => Some(PatientKey::from_chart(id, confirmed.chart.as_ref())),
            PatientChoice::New => {
                let item = confirmed.items.iter().find(|item| item.section == Section::Demographics)?;
                let name = Name::from_new_patient(confirmed.sources.get(item.source)?, item);
                Some(PatientKey(Sensitive::from(format!("new {}", name.value))))
            }
        }
    }

    /// What is hashed. It never changes for one patient: databases and charts hold what was made of it.
    pub(crate) fn as_str(&self) -> &str {
        self.0.reveal()
    }
}
