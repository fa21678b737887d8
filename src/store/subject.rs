//! Whose check-in it is and where it came from, as keyed names: enough to keep a patient's check-ins in order and to see a
//! code again under another chart, and nothing about anybody.

use super::Store;
use super::StoreError;
use super::seal::Names;
use crate::filing::systems::ITEM;
use crate::filing::{Create, Expected, FilingPlan, RepeatSafety, Step, Transaction};
use crate::reconciliation::{ChartPatient, ConfirmedIntake, PatientChoice};
use crate::sensitive::Sensitive;
use rusqlite::params;

/// The chart that a check-in belongs to and the sources that it came from.
#[derive(Clone, Debug)]
pub struct Subject {
    chart: Sensitive<String>,
    sources: Vec<[u8; 32]>,
}

impl Subject {
    /// The subject of what staff confirmed. A chart that an earlier check-in made is the new patient of that check-in.
    pub fn of(confirmed: &ConfirmedIntake, plan: &FilingPlan) -> Subject {
        let chart = match &confirmed.patient {
            PatientChoice::Existing(id) => chart_key(id, confirmed.chart.as_ref()),
            PatientChoice::New => format!("new {}", new_patient(plan).unwrap_or(plan.chart.reveal())),
        };
        Subject::new(chart.as_str(), confirmed.sources.iter().map(|source| source.digest).collect())
    }

    /// A subject by what stands for its chart.
    pub fn new(chart: &str, sources: Vec<[u8; 32]>) -> Subject {
        Subject { chart: Sensitive::from(chart), sources }
    }

    pub(super) fn patient(&self, names: &Names) -> [u8; 32] {
        names.name("patient", self.chart.reveal().as_bytes())
    }

    pub(super) fn sources(&self, names: &Names) -> impl Iterator<Item = [u8; 32]> {
        self.sources.iter().map(|digest| names.name("source", digest))
    }
}

impl Store {
    /// Whether one of these sources was confirmed before, for another chart than the one with this id; without one, for any
    /// chart (threat 21). It is a warning and no proof: a parent may show one card for two children.
    pub fn seen_for_another_chart(
        &mut self,
        sources: &[[u8; 32]],
        chart: Option<(&str, Option<&ChartPatient>)>,
    ) -> Result<bool, StoreError> {
        let names = self.key.names();
        let patient = chart.map(|(id, chart)| Subject::new(&chart_key(id, chart), Vec::new()).patient(names));
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

/// Whether every step makes one record, however often it is sent.
pub(super) fn is_repeatable(plan: &FilingPlan) -> bool {
    let conditional = |step: &Step| {
        matches!(step, Step::Transaction(_) | Step::Create(Create { again: RepeatSafety::Conditional, .. }))
    };
    plan.steps.iter().all(conditional)
}

fn chart_key(id: &str, chart: Option<&ChartPatient>) -> String {
    match chart.and_then(|chart| chart.identifier_of(ITEM)) {
        Some(name) => format!("new {name}"),
        None => format!("existing {id}"),
    }
}

/// The name under which the plan makes its patient.
fn new_patient(plan: &FilingPlan) -> Option<&str> {
    let mut expected = plan.steps.iter().flat_map(|step| -> &[Expected] {
        if let Step::Transaction(Transaction { expected, .. }) = step {
            expected
        } else if let Step::Create(Create { expected, .. }) = step {
            std::slice::from_ref(expected)
        } else {
            &[]
        }
    });
    expected.find(|expected| expected.kind == "Patient").map(|expected| expected.name.as_str())
}
