//! One check-in of the queue for staff who must look: whose it is, which chart, how far each record has come.

use super::outbox::{Outbox, doubt_of, entry_columns, entry_of};
use super::sealed::{course_of, place};
use super::state::{ACCEPTED, OutboxState};
use super::{OutboxEntry, StoreError};
use crate::delivery::{Course, Doubt, Receipt, RecordStanding, WaitReason};
use crate::filing::{CheckInLabel, SubmissionId};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use rusqlite::OptionalExtension;

/// A check-in that waits, with whose it is.
#[derive(Clone, Debug)]
pub struct ShownEntry {
    /// As the list shows it.
    pub entry: OutboxEntry,
    /// Whose it is; none in rows of earlier versions.
    pub label: Option<CheckInLabel>,
    /// The chart that it goes into, `Patient/<id>`; none where filing opens one, or nobody's is known.
    pub chart: Option<Sensitive<String>>,
    /// How far each item has come.
    pub standings: Vec<(ItemId, RecordStanding)>,
    /// Whether it is an undo: of one nobody withdraws anything.
    pub is_undo: bool,
    /// What a person looks for before it is sent again; none where it waits for nobody.
    pub doubt: Option<Doubt>,
}

struct Sealed {
    plan: Vec<u8>,
    progress: Option<Vec<u8>>,
    label: Option<Vec<u8>>,
}

/// How far a check-in has come, for whoever is to be told what the EHR has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FiledSoFar {
    /// It is at its end.
    Ended(Receipt),
    /// It waits or is being sent: what is proven, and what the EHR may have besides.
    Filing(Receipt),
    /// It was filed and is being undone: what is undone so far.
    Undoing(Receipt),
    /// Its row does not open.
    Unknown,
}

impl Outbox<'_> {
    /// What the EHR has of a check-in, as far as this kiosk knows.
    pub fn filed_so_far(&self, submission: &SubmissionId) -> Result<(OutboxEntry, FiledSoFar), StoreError> {
        let query = format!("SELECT {}, sealed, progress FROM outbox WHERE submission = ?1", entry_columns());
        let row = self.database.connection.query_row(&query, [submission.as_str()], |row| {
            let saved: Option<Vec<u8>> = row.get("progress")?;
            let sealed: Vec<u8> = row.get("sealed")?;
            Ok(entry_of(row).map(|entry| (entry, sealed, saved)))
        });
        let (entry, sealed, saved) = row.optional()?.ok_or(StoreError::NotThere)??;
        if entry.state == OutboxState::Accepted {
            let receipt = self.key.open(&place(submission, "receipt"), &sealed);
            let receipt = receipt.and_then(|bytes| Receipt::from_bytes(bytes.reveal()));
            return Ok((entry, receipt.map_or(FiledSoFar::Unknown, FiledSoFar::Ended)));
        }
        let course = match course_of(self.key, submission, &sealed, saved.as_deref()) {
            Some((Course::Filing(mut filing), _)) => {
                // A plan of repeatable steps is not written down while it is sent.
                let interrupted = matches!(entry.reason, Some(WaitReason::Interrupted | WaitReason::RestoredCopy));
                if entry.state == OutboxState::Sending || interrupted {
                    filing.was_interrupted();
                }
                if entry.reason == Some(WaitReason::RestoredCopy) {
                    filing.was_restored();
                }
                FiledSoFar::Filing(filing.so_far())
            }
            Some((Course::Undo(undo), _)) => FiledSoFar::Undoing(undo.receipt()),
            None => FiledSoFar::Unknown,
        };
        Ok((entry, course))
    }

    /// One that the EHR does not have yet; none of any other. Patient data: the caller writes an audit row first.
    pub fn shown(&self, submission: &SubmissionId) -> Result<Option<ShownEntry>, StoreError> {
        let query = format!(
            "SELECT {}, sealed, progress, label FROM outbox WHERE submission = ?1 AND state <> '{ACCEPTED}'",
            entry_columns()
        );
        let row = self.database.connection.query_row(&query, [submission.as_str()], |row| {
            let sealed = Sealed { plan: row.get("sealed")?, progress: row.get("progress")?, label: row.get("label")? };
            Ok(entry_of(row).map(|entry| (entry, sealed)))
        });
        let Some(row) = row.optional()? else { return Ok(None) };
        let (entry, Sealed { plan, progress, label }) = row?;
        let label = label.and_then(|label| self.key.open(&place(submission, "label"), &label));
        let label = label.and_then(|label| CheckInLabel::from_bytes(label.reveal()));
        // A plan that does not open tells nothing; whose it is may still be known.
        let progress = course_of(self.key, submission, &plan, progress.as_deref()).map(|(progress, _)| progress);
        let reason = entry.waits_for().unwrap_or(WaitReason::Interrupted);
        let chart = progress.as_ref().and_then(|progress| progress.chart().cloned());
        let parked = entry.waits_for().filter(|_| entry.state == OutboxState::NeedsPerson);
        Ok(Some(ShownEntry {
            doubt: parked.map(|reason| doubt_of(progress.as_ref(), reason, entry.tries)),
            entry,
            label,
            is_undo: matches!(progress, Some(Course::Undo(_))),
            chart: chart.filter(|chart| chart.reveal().starts_with("Patient/")),
            standings: progress.map(|progress| progress.standings(reason)).unwrap_or_default(),
        }))
    }
}
