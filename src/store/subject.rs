//! Whose check-in it is and where it came from, as keyed names: enough to keep a patient's check-ins in order and to see a
//! code again under another chart, and nothing about anybody.

use super::Store;
use super::StoreError;
use super::decided::ToRemember;
use super::seal::Names;
use crate::filing::{CheckInLabel, PatientKey};
use crate::reconciliation::{ChartPatient, ConfirmedIntake};
use rusqlite::params;

/// The chart that a check-in belongs to and the sources that it came from.
#[derive(Clone, Debug)]
pub struct Subject {
    patient: PatientKey,
    sources: Vec<[u8; 32]>,
    label: Option<CheckInLabel>,
    decisions: Option<ToRemember>,
}

impl Subject {
    /// The subject of what staff confirmed; `None` for a new patient of whom nothing is known.
    pub fn from_confirmed(confirmed: &ConfirmedIntake) -> Option<Subject> {
        let sources = confirmed.sources.iter().map(|source| source.digest).collect();
        let subject = Subject::new(PatientKey::from_confirmed(confirmed)?, sources);
        let decisions = ToRemember {
            decisions: confirmed.decisions.clone(),
            staff: confirmed.staff.clone(),
            at: confirmed.confirmed_at,
        };
        let label = Some(CheckInLabel::from_confirmed(confirmed));
        Some(Subject { label, decisions: Some(decisions), ..subject })
    }

    /// A patient and the sources.
    pub fn new(patient: PatientKey, sources: Vec<[u8; 32]>) -> Subject {
        Subject { patient, sources, label: None, decisions: None }
    }

    /// With these words, for tests of what comes after a confirmation.
    #[cfg(test)]
    pub(super) fn labelled(self, label: CheckInLabel) -> Subject {
        Subject { label: Some(label), ..self }
    }

    /// With these decisions, for tests of what comes after a confirmation.
    #[cfg(test)]
    pub(super) fn deciding(self, decisions: ToRemember) -> Subject {
        Subject { decisions: Some(decisions), ..self }
    }

    /// By what staff know it.
    pub(super) fn label(&self) -> Option<&CheckInLabel> {
        self.label.as_ref()
    }

    /// What staff decided, for the next visit.
    pub(super) fn decisions(&self) -> Option<&ToRemember> {
        self.decisions.as_ref()
    }

    pub(super) fn patient(&self, names: &Names) -> [u8; 32] {
        names.patient(&self.patient)
    }

    pub(super) fn sources(&self, names: &Names) -> impl Iterator<Item = [u8; 32]> {
        self.sources.iter().map(|digest| names.name("source", digest))
    }
}

impl Store {
    /// Whether one of these sources was confirmed before, for another chart than the one with this id; without one, for any
    /// chart (note 15, attack 21). It is a warning and no proof: a parent may show one card for two children.
    pub fn seen_for_another_chart(
        &mut self,
        sources: &[[u8; 32]],
        chart: Option<(&str, Option<&ChartPatient>)>,
    ) -> Result<bool, StoreError> {
        let names = self.key.names();
        let patient = chart.map(|(id, chart)| names.patient(&PatientKey::from_chart(id, chart)));
        let query = "SELECT EXISTS (SELECT 1 FROM seen_sources WHERE source = ?1 AND patient IS NOT ?2)";
        for digest in sources {
            let source = names.name("source", digest);
            if self.database.connection.query_row(query, params![source, patient], |row| row.get(0))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
