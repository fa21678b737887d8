//! What staff decided beside a chart, sealed, by keyed names of the chart and of what it is about: whoever reads the file learns
//! neither. A decision takes the place of an earlier one about the same.

use super::outbox::Outbox;
use super::seal::Names;
use super::subject::patient_name;
use super::{SealingKey, Store, StoreError};
use crate::filing::{FilingPlan, PatientKey, SubmissionId, hex_of, saved};
use crate::reconciliation::{ChartPatient, ContentKey, Decided, Decision, Staff};
use crate::time::Timestamp;
use rusqlite::{Transaction, params};
use serde::{Deserialize, Serialize};

/// More are not remembered of a chart; the oldest go.
const MAX_OF_CHART: i64 = 5_000;

/// A decision of an earlier visit, as it was written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    content: [u8; 32],
    /// What was decided.
    pub decided: Decided,
    /// Id of the staff member.
    staff: String,
    /// Their name.
    pub name: String,
    /// When it was confirmed, in milliseconds since 1970 UTC.
    at: i64,
}

impl Kept {
    /// What it is about.
    pub const fn content(&self) -> ContentKey {
        ContentKey::from_bytes(self.content)
    }

    /// When it was confirmed.
    pub const fn at(&self) -> Timestamp {
        Timestamp::from_unix_millis(self.at)
    }
}

/// The decisions of one review.
#[derive(Clone, Debug)]
pub(super) struct ToRemember {
    pub(super) decisions: Vec<Decision>,
    pub(super) staff: Staff,
    pub(super) at: Timestamp,
}

/// One row to be written; without `sealed` what was there is forgotten.
pub(super) struct Row {
    content: [u8; 32],
    sealed: Option<Vec<u8>>,
}

impl ToRemember {
    /// What of it is written. Whatever is in no record of its own, no later comparison finds.
    pub(super) fn rows(&self, key: &SealingKey, plan: &FilingPlan, chart: &[u8; 32]) -> Result<Vec<Row>, StoreError> {
        let row = |decision: &Decision| {
            let content = key.names().name("decided content", decision.content.bytes());
            let Some(decided) = decision.decided else { return Ok(Row { content, sealed: None }) };
            let is_elsewhere = decision.item.is_some_and(|item| !plan.is_seen_as_record(item));
            let kept = Kept {
                content: *decision.content.bytes(),
                decided: if decided == Decided::Filed && is_elsewhere { Decided::FiledElsewhere } else { decided },
                staff: self.staff.id.clone(),
                name: self.staff.name.clone(),
                at: self.at.unix_millis(),
            };
            let sealed = key.seal(&place(chart, &content), saved::to_bytes(&kept).reveal())?;
            Ok(Row { content, sealed: Some(sealed) })
        };
        self.decisions.iter().map(row).collect()
    }
}

/// Writes them, in the transaction that queues the check-in.
pub(super) fn remember(
    transaction: &Transaction<'_>,
    chart: &[u8; 32],
    submission: &SubmissionId,
    rows: &[Row],
) -> Result<(), StoreError> {
    for Row { content, sealed } in rows {
        transaction.execute("DELETE FROM decided WHERE chart = ?1 AND content = ?2", params![chart, content])?;
        if let Some(sealed) = sealed {
            transaction.execute(
                "INSERT INTO decided (chart, content, submission, sealed) VALUES (?1, ?2, ?3, ?4)",
                params![chart, content, submission.as_str(), sealed],
            )?;
        }
    }
    let oldest = "DELETE FROM decided WHERE chart = ?1 AND position <=
         (SELECT position FROM decided WHERE chart = ?1 ORDER BY position DESC LIMIT 1 OFFSET ?2)";
    transaction.execute(oldest, params![chart, MAX_OF_CHART])?;
    Ok(())
}

/// The chart of one EHR is nobody's in another.
pub(super) fn chart_name(names: &Names, destination: Option<[u8; 32]>, patient: &[u8; 32]) -> [u8; 32] {
    names.name("decided chart", &[destination.unwrap_or_default(), *patient].concat())
}

impl Store {
    /// What staff decided beside this chart at earlier visits. A row that does not open is nobody's decision.
    pub fn decided_before(&mut self, chart: &ChartPatient) -> Result<Vec<Kept>, StoreError> {
        let names = self.key.names();
        let patient = patient_name(&PatientKey::from_chart(&chart.id, Some(chart)), names);
        let chart = chart_name(names, self.destination, &patient);
        let query = "SELECT content, sealed FROM decided WHERE chart = ?1 ORDER BY position";
        let mut query = self.database.connection.prepare(query)?;
        let rows = query.query_map([chart], |row| Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let opened = rows.iter().filter_map(|(content, sealed)| {
            let bytes = self.key.open(&place(&chart, content), sealed)?;
            saved::from_bytes(bytes.reveal(), |_| None)
        });
        Ok(opened.collect())
    }
}

impl Outbox<'_> {
    /// Nothing is remembered of what was decided with this check-in: it was another person's.
    pub fn forget_decisions(&mut self, submission: &SubmissionId) -> Result<usize, StoreError> {
        self.database.change(|transaction| {
            Ok(transaction.execute("DELETE FROM decided WHERE submission = ?1", [submission.as_str()])?)
        })
    }
}

fn place(chart: &[u8; 32], content: &[u8; 32]) -> String {
    format!("decided {} {}", hex_of(chart), hex_of(content))
}
