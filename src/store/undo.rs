//! What was filed for the wrong person, on its way back: the same row, queued again with a plan that holds the receipt. So it is sent
//! by the same senders, under the same leases and in the same order, and nothing of what was filed is forgotten meanwhile.

use super::audit_log::append;
use super::database::one;
use super::decided::forget;
use super::outbox::{Content, Outbox, entry_columns, entry_of};
use super::seal::sha256_of;
use super::sealed::place;
use super::state::{ACCEPTED, QUEUED};
use super::{OutboxEntry, StoreError};
use crate::audit::AuditEvent;
use crate::delivery::{Receipt, UndoPlan};
use crate::filing::SubmissionId;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

/// Whether another check-in of the same patient is still on its way, or waits for a person: it would go into the chart.
fn is_awaited(transaction: &Transaction<'_>, submission: &SubmissionId) -> Result<bool, StoreError> {
    let query = format!(
        "SELECT EXISTS (SELECT 1 FROM outbox AS mine, outbox AS other WHERE mine.submission = ?1
             AND other.patient = mine.patient AND other.submission <> mine.submission AND other.state <> '{ACCEPTED}')"
    );
    Ok(transaction.query_row(&query, [submission.as_str()], |row| row.get(0))?)
}

impl Outbox<'_> {
    /// The newest that the EHR took, or that were withdrawn, since then; not more than so many.
    pub fn filed_since(&self, since: Timestamp, most: usize) -> Result<Vec<OutboxEntry>, StoreError> {
        let query = format!(
            "SELECT {} FROM outbox WHERE state = '{ACCEPTED}' AND changed_at >= ?1 ORDER BY changed_at DESC LIMIT ?2",
            entry_columns()
        );
        let mut query = self.database.connection.prepare(&query)?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = query.query_map(params![since.unix_millis(), most], |row| Ok(entry_of(row)))?;
        rows.map(|row| row?).collect()
    }

    /// What was filed of one, as it lies now; none while it is on its way.
    pub fn receipt(&self, submission: &SubmissionId) -> Result<Option<Receipt>, StoreError> {
        Ok(match self.show(submission)?.1 {
            Content::Receipt(receipt) => Some(receipt),
            Content::Plan(_) | Content::Undo(_) => None,
        })
    }

    /// Queues what staff confirmed, with its audit row, which holds the hash of the plan. Where the receipt is not the one that they
    /// saw, nothing is written: somebody else was quicker. Neither is it where a chart would go that another check-in is still to be
    /// filed into.
    pub fn undo(
        &mut self,
        plan: &UndoPlan,
        seen: &Receipt,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (key, submission) = (self.key, plan.submission());
        let bytes = plan.to_bytes();
        let sealed = key.seal(&place(submission, "undo"), bytes.reveal())?;
        let event = event.about(submission).content(sha256_of(bytes.reveal()));
        self.database.change(|transaction| {
            let query = format!("SELECT sealed FROM outbox WHERE submission = ?1 AND state = '{ACCEPTED}'");
            let stored = transaction.query_row(&query, [submission.as_str()], |row| row.get::<_, Vec<u8>>(0));
            let stored = stored.optional()?.ok_or(StoreError::LookAgain)?;
            let receipt = key.open(&place(submission, "receipt"), &stored).ok_or(StoreError::RowChanged)?;
            if Receipt::from_bytes(receipt.reveal()).as_ref() != Some(seen) {
                return Err(StoreError::LookAgain);
            }
            if plan.lets_go_of_a_chart() && is_awaited(transaction, submission)? {
                return Err(StoreError::LookAgain);
            }
            let record = append(transaction, &event, now)?;
            let seq = i64::try_from(record.seq).unwrap_or(i64::MAX);
            let queue = format!(
                "UPDATE outbox SET state = '{QUEUED}', sealed = ?2, progress = NULL, tries = 0, reason = NULL, next_attempt_at = ?3,
                     changed_at = ?3, repeatable = 1, confirmed_seq = ?4, blamed = 0, blamed_seq = ?4
                 WHERE submission = ?1 AND state = '{ACCEPTED}'"
            );
            forget(transaction, submission)?;
            one(transaction.execute(&queue, params![submission.as_str(), sealed, now.unix_millis(), seq])?)
        })
    }
}
