//! Check-ins that were kept without a chart, until staff choose one and confirm: sealed, with a number of the day's queue.
//!
//! ```text
//! kept -> opened -> confirmed   gone from here in the transaction that queues it
//!   |        '----> kept        the review ended without a confirmation
//!   '-------------> discarded   staff do not want it
//! ```
//!
//! Opening gives a lease with a fence, a number that goes up each time. Only who opened it last can confirm it, and it is there
//! to be confirmed once: of two desks one files it.

use super::audit_log::append;
use super::database::{Database, one};
use super::numbers::next_number;
use super::seal::sha256_of;
use super::{SealingKey, Store, StoreError};
use crate::audit::AuditEvent;
use crate::filing::{CheckInLabel, SubmissionId};
use crate::sensitive::Sensitive;
use crate::session::KeptLease;
use crate::ticket::QueueNumber;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::time::Duration;

/// How long a check-in is left to another process that opened it. Longer than a review.
const LEASE: Duration = Duration::from_secs(1800);
/// More are not kept: each may be as large as a share.
const MAX_KEPT: i64 = 500;

/// A kept check-in as the list shows it: nothing about the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEntry {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Local day of keeping.
    pub day: String,
    /// Its number on that day.
    pub number: QueueNumber,
    /// Id of the staff member who kept it.
    pub kept_by: String,
    /// When they did.
    pub kept_at: Timestamp,
    /// The database was restored from a copy: perhaps it was filed since.
    pub restored: bool,
}

/// See [`Store::kept`].
pub struct KeptCheckIns<'a> {
    pub(super) database: &'a mut Database,
    pub(super) key: &'a SealingKey,
    pub(super) holder: i64,
}

/// A check-in to be kept.
pub struct ToKeep<'a> {
    /// Under which id.
    pub submission: &'a SubmissionId,
    /// The form as bytes.
    pub form: &'a Sensitive<Vec<u8>>,
    /// Whose it is.
    pub label: &'a CheckInLabel,
    /// Id of the staff member who keeps it.
    pub staff: &'a str,
}

impl Store {
    /// Check-ins that wait for a chart.
    pub fn kept(&mut self) -> KeptCheckIns<'_> {
        KeptCheckIns { database: &mut self.database, key: &self.key, holder: self.holder }
    }
}

impl KeptCheckIns<'_> {
    /// Puts a check-in on disk with its audit row and a number of the day's queue, in one transaction. Twice gives the same
    /// number and no second row.
    pub fn keep(
        &mut self,
        kept: &ToKeep<'_>,
        event: AuditEvent,
        day: &str,
        now: Timestamp,
    ) -> Result<QueueNumber, StoreError> {
        let id = kept.submission;
        let form = self.key.seal(&place(id, "form"), kept.form.reveal())?;
        let label = self.key.seal(&place(id, "label"), kept.label.to_bytes().reveal())?;
        let event = event.about(id).content(sha256_of(kept.form.reveal()));
        self.database.change(|transaction| {
            let known = "SELECT number FROM kept WHERE submission = ?1";
            if let Some(number) = transaction.query_row(known, [id.as_str()], |row| row.get(0)).optional()? {
                return Ok(QueueNumber(number));
            }
            if transaction.query_row("SELECT COUNT(*) FROM kept", [], |row| row.get::<_, i64>(0))? >= MAX_KEPT {
                return Err(StoreError::Full);
            }
            let number = next_number(transaction, day)?;
            transaction.execute(
                "INSERT INTO kept (submission, day, number, sealed_label, sealed_form, kept_by, kept_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![id.as_str(), day, number, label, form, kept.staff, now.unix_millis()],
            )?;
            append(transaction, &event, now)?;
            Ok(QueueNumber(number))
        })
    }

    /// How many there are.
    pub fn count(&self) -> Result<usize, StoreError> {
        let count = self.database.connection.query_row("SELECT COUNT(*) FROM kept", [], |row| row.get::<_, i64>(0))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    /// Every one, oldest first.
    pub fn list(&self) -> Result<Vec<KeptEntry>, StoreError> {
        let query = "SELECT submission, day, number, kept_by, kept_at, restored FROM kept ORDER BY position";
        let mut query = self.database.connection.prepare(query)?;
        let rows = query.query_map([], |row| Ok(entry_of(row)))?;
        rows.map(|row| row?).collect()
    }

    /// Whose one is. Patient data: the caller writes an audit row first.
    pub fn show(&self, submission: &SubmissionId) -> Result<(KeptEntry, CheckInLabel), StoreError> {
        let query =
            "SELECT submission, day, number, kept_by, kept_at, restored, sealed_label FROM kept WHERE submission = ?1";
        let row = self.database.connection.query_row(query, [submission.as_str()], |row| {
            Ok(entry_of(row).map(|entry| (entry, row.get::<_, Vec<u8>>("sealed_label"))))
        });
        let (entry, sealed) = row.optional()?.ok_or(StoreError::NotThere)??;
        let label = self.key.open(&place(submission, "label"), &sealed?).ok_or(StoreError::RowChanged)?;
        Ok((entry, CheckInLabel::from_bytes(label.reveal()).ok_or(StoreError::RowChanged)?))
    }

    /// Opens one for a review, with its audit row: the form as bytes, and the right to confirm it.
    pub fn open(
        &mut self,
        submission: &SubmissionId,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(Sensitive<Vec<u8>>, KeptLease), StoreError> {
        let (key, holder) = (self.key, self.holder);
        self.database.change(|transaction| {
            held_by_nobody_else(transaction, submission, holder, now)?;
            let open = "UPDATE kept SET holder = ?2, fence = fence + 1, held_until = ?3 WHERE submission = ?1
                 RETURNING fence, sealed_form, restored";
            let until = now.plus(LEASE).unix_millis();
            let opened = transaction.query_row(open, params![submission.as_str(), holder, until], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, bool>(2)?))
            });
            let (fence, sealed, restored) = opened.optional()?.ok_or(StoreError::NotThere)?;
            let form = key.open(&place(submission, "form"), &sealed).ok_or(StoreError::RowChanged)?;
            append(transaction, &event.about(submission), now)?;
            Ok((form, KeptLease { submission: submission.clone(), fence, restored }))
        })
    }

    /// Staff do not want one, with the audit row that says so.
    pub fn discard(&mut self, submission: &SubmissionId, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        let holder = self.holder;
        self.database.change(|transaction| {
            held_by_nobody_else(transaction, submission, holder, now)?;
            one(transaction.execute("DELETE FROM kept WHERE submission = ?1", [submission.as_str()])?)?;
            append(transaction, &event.about(submission), now)?;
            Ok(())
        })
    }
}

/// Another process may be reviewing it. A lease that ends later than any lease does was written by a clock that was ahead.
fn held_by_nobody_else(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
    holder: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let held =
        "SELECT EXISTS (SELECT 1 FROM kept WHERE submission = ?1 AND holder <> ?2 AND held_until BETWEEN ?3 AND ?4)";
    let (from, until) = (now.unix_millis(), now.plus(LEASE).unix_millis());
    let is_held: bool =
        transaction.query_row(held, params![submission.as_str(), holder, from, until], |row| row.get(0))?;
    if is_held { Err(StoreError::Held) } else { Ok(()) }
}

/// Takes one out of those that are kept, for who opened it last: its day and its number.
pub(super) fn take(transaction: &Transaction<'_>, lease: &KeptLease) -> Result<(String, u32), StoreError> {
    let take = "DELETE FROM kept WHERE submission = ?1 AND fence = ?2 RETURNING day, number";
    let taken = transaction
        .query_row(take, params![lease.submission.as_str(), lease.fence], |row| Ok((row.get(0)?, row.get(1)?)));
    taken.optional()?.ok_or(StoreError::NotThere)
}

/// After a copy was restored: each was perhaps filed since.
pub(super) fn mark_restored(transaction: &Transaction<'_>) -> Result<usize, StoreError> {
    Ok(transaction.execute("UPDATE kept SET restored = 1", [])?)
}

fn place(submission: &SubmissionId, kind: &str) -> String {
    format!("kept {submission} {kind}")
}

fn entry_of(row: &Row<'_>) -> Result<KeptEntry, StoreError> {
    Ok(KeptEntry {
        submission: SubmissionId::parse(&row.get::<_, String>(0)?).ok_or(StoreError::RowChanged)?,
        day: row.get(1)?,
        number: QueueNumber(row.get(2)?),
        kept_by: row.get(3)?,
        kept_at: Timestamp::from_unix_millis(row.get(4)?),
        restored: row.get(5)?,
    })
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
