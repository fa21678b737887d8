//! Confirmed check-ins on their way to the EHR: on disk before anybody is told that it worked, and kept until the EHR has
//! them.
//!
//! ```text
//! Queued -> Sending -> Accepted          only the receipt is kept
//!    ^         |-----> Queued            the EHR was not there; later again
//!    |         '-----> NeedsPerson       the EHR refused, or the row was changed
//!    '---------------------'             staff send it again
//! ```

use super::audit_log::append;
use super::{SealingKey, StoreError, in_transaction};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::{Course, FilingPlan, Receipt, SubmissionId};
use crate::ticket::QueueNumber;
use crate::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use std::time::Duration;

/// Where a check-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    /// Waits to be sent.
    Queued,
    /// Is being sent.
    Sending,
    /// The EHR has it.
    Accepted,
    /// A person must look.
    NeedsPerson,
}

impl OutboxState {
    const ALL: [OutboxState; 4] =
        [OutboxState::Queued, OutboxState::Sending, OutboxState::Accepted, OutboxState::NeedsPerson];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            OutboxState::Queued => "queued",
            OutboxState::Sending => "sending",
            OutboxState::Accepted => "accepted",
            OutboxState::NeedsPerson => "needs-person",
        }
    }
}

/// A check-in as the list shows it: nothing about the patient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Where it stands.
    pub state: OutboxState,
    /// Local day of confirmation.
    pub day: String,
    /// Its number on that day.
    pub number: QueueNumber,
    /// How often it was sent.
    pub tries: u32,
    /// Why the last try did not succeed.
    pub reason: Option<String>,
    /// When staff confirmed it.
    pub confirmed_at: Timestamp,
    /// Not to be sent before.
    pub next_attempt_at: Timestamp,
}

/// What an entry holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// Still to be filed.
    Plan(FilingPlan),
    /// Filed.
    Receipt(Receipt),
}

/// A check-in that was claimed for sending.
#[derive(Clone, Debug)]
pub struct Due {
    /// What to send, and how far it has come.
    pub course: Course,
    /// Which try this is, from 1.
    pub tries: u32,
}

/// See [`super::Store::outbox`].
pub struct Outbox<'a> {
    pub(super) connection: &'a mut Connection,
    pub(super) key: &'a SealingKey,
}

/// Longer than any back-off.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 3600);

/// Columns in the order in which [`entry_of`] reads them.
const ENTRY: &str = "submission, state, day, number, tries, reason, confirmed_at, next_attempt_at";

impl Outbox<'_> {
    /// Puts a check-in on disk with its audit row and its number in the day's queue, in one transaction. Putting it there
    /// twice gives the same number and no second row.
    pub fn enqueue(
        &mut self,
        plan: &FilingPlan,
        event: AuditEvent,
        day: &str,
        now: Timestamp,
    ) -> Result<QueueNumber, StoreError> {
        let id = plan.submission.as_str();
        let sealed = self.key.seal(&place(&plan.submission, "plan"), plan.to_bytes().reveal())?;
        in_transaction(self.connection, |transaction| {
            let known = "SELECT number FROM outbox WHERE submission = ?1";
            if let Some(number) = transaction.query_row(known, [id], |row| row.get(0)).optional()? {
                return Ok(QueueNumber(number));
            }
            let last = "SELECT COALESCE(MAX(number), 0) FROM outbox WHERE day = ?1";
            let number = transaction.query_row(last, [day], |row| row.get::<_, u32>(0))?.saturating_add(1);
            transaction.execute(
                "INSERT INTO outbox (submission, state, day, number, sealed, tries, confirmed_at, next_attempt_at, changed_at)
                 VALUES (?1, 'queued', ?2, ?3, ?4, 0, ?5, ?5, ?5)",
                params![id, day, number, sealed, now.unix_millis()],
            )?;
            append(transaction, &event.about(&plan.submission), now)?;
            Ok(QueueNumber(number))
        })
    }

    /// Claims the oldest check-in that may be sent now. A row that does not open is parked for a person, so that it stops
    /// nobody else.
    pub fn next_due(&mut self, now: Timestamp) -> Result<Option<Due>, StoreError> {
        let key = self.key;
        in_transaction(self.connection, |transaction| {
            loop {
                let oldest = "UPDATE outbox SET state = 'sending', tries = tries + 1, changed_at = ?1 WHERE position =
                    (SELECT position FROM outbox WHERE state = 'queued' AND (next_attempt_at <= ?1 OR next_attempt_at > ?2)
                     ORDER BY position LIMIT 1) RETURNING submission, tries, sealed, progress";
                // No wait is as long as this: the clock was ahead when it was written.
                let never = now.plus(LONGEST_WAIT);
                let claimed = transaction.query_row(oldest, [now.unix_millis(), never.unix_millis()], |row| {
                    Ok((
                        row.get::<_, String>(0)?,
                        row.get::<_, u32>(1)?,
                        row.get::<_, Vec<u8>>(2)?,
                        row.get::<_, Option<Vec<u8>>>(3)?,
                    ))
                });
                let Some((id, tries, sealed, progress)) = claimed.optional()? else { return Ok(None) };
                let submission = SubmissionId::parse(&id).ok_or(StoreError::RowChanged)?;
                if let Some(course) = course_of(key, &submission, &sealed, progress.as_deref()) {
                    return Ok(Some(Due { course, tries }));
                }
                let event = AuditEvent::between_visits(AuditKind::CheckInNeedsPerson).detail("row-changed");
                park(transaction, &submission, "row-changed", event, now)?;
            }
        })
    }

    /// The EHR has it: the plan gives way to the receipt.
    pub fn accept(&mut self, receipt: &Receipt, event: AuditEvent, now: Timestamp) -> Result<(), StoreError> {
        let submission = &receipt.submission;
        let sealed = self.key.seal(&place(submission, "receipt"), receipt.to_bytes().reveal())?;
        in_transaction(self.connection, |transaction| {
            one(transaction.execute(
                "UPDATE outbox SET state = 'accepted', sealed = ?2, reason = NULL, changed_at = ?3
                 WHERE submission = ?1 AND state = 'sending'",
                params![submission.as_str(), sealed, now.unix_millis()],
            )?)?;
            append(transaction, &event.about(submission), now)?;
            Ok(())
        })
    }

    /// Writes down how far a claimed check-in has come.
    pub fn record_progress(&mut self, course: &Course, now: Timestamp) -> Result<(), StoreError> {
        let submission = &course.plan().submission;
        let sealed = self.key.seal(&place(submission, "progress"), course.progress().reveal())?;
        one(self.connection.execute(
            "UPDATE outbox SET progress = ?2, changed_at = ?3 WHERE submission = ?1 AND state = 'sending'",
            params![submission.as_str(), sealed, now.unix_millis()],
        )?)
    }

    /// The EHR was not there: it waits until that time.
    pub fn put_back(
        &mut self,
        submission: &SubmissionId,
        reason: &'static str,
        next_attempt_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        one(self.connection.execute(
            "UPDATE outbox SET state = 'queued', reason = ?2, next_attempt_at = ?3, changed_at = ?4
             WHERE submission = ?1 AND state = 'sending'",
            params![submission.as_str(), reason, next_attempt_at.unix_millis(), now.unix_millis()],
        )?)
    }

    /// The EHR refused it: a person must look.
    pub fn needs_person(
        &mut self,
        submission: &SubmissionId,
        reason: &'static str,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        in_transaction(self.connection, |transaction| park(transaction, submission, reason, event, now))
    }

    /// A person looked and sends it again.
    pub fn send_again(
        &mut self,
        submission: &SubmissionId,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        in_transaction(self.connection, |transaction| {
            one(transaction.execute(
                "UPDATE outbox SET state = 'queued', next_attempt_at = ?2, changed_at = ?2
                 WHERE submission = ?1 AND state = 'needs-person'",
                params![submission.as_str(), now.unix_millis()],
            )?)?;
            append(transaction, &event.about(submission), now)?;
            Ok(())
        })
    }

    /// How many wait to be sent, and how many wait for a person.
    pub fn waiting(&self) -> Result<(usize, usize), StoreError> {
        let query = "SELECT COUNT(*) FILTER (WHERE state IN ('queued', 'sending')),
            COUNT(*) FILTER (WHERE state = 'needs-person') FROM outbox";
        let (waiting, parked) = self.connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        Ok((count(waiting), count(parked)))
    }

    /// Every check-in, oldest first.
    pub fn list(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut query = self.connection.prepare(&format!("SELECT {ENTRY} FROM outbox ORDER BY position"))?;
        let rows = query.query_map([], |row| Ok(entry_of(row)))?;
        rows.map(|row| row?).collect()
    }

    /// One check-in with what it holds. Patient data: the caller writes an audit row first.
    pub fn show(&self, submission: &SubmissionId) -> Result<(OutboxEntry, Content), StoreError> {
        let query = format!("SELECT {ENTRY}, sealed FROM outbox WHERE submission = ?1");
        let row = self.connection.query_row(&query, [submission.as_str()], |row| {
            Ok(entry_of(row).map(|entry| (entry, row.get::<_, Vec<u8>>("sealed"))))
        });
        let (entry, sealed) = row.optional()?.ok_or(StoreError::NotThere)??;
        let sealed = sealed?;
        let open = |kind: &str| self.key.open(&place(submission, kind), &sealed).ok_or(StoreError::RowChanged);
        let content = if entry.state == OutboxState::Accepted {
            Receipt::from_bytes(open("receipt")?.reveal()).map(Content::Receipt)
        } else {
            FilingPlan::from_bytes(open("plan")?.reveal()).map(Content::Plan)
        };
        Ok((entry, content.ok_or(StoreError::RowChanged)?))
    }

    /// Queues what was on its way when the program ended, or when the answer could not be written down. For whoever sends,
    /// and only between two check-ins.
    pub fn recover(&mut self, now: Timestamp, wait: Duration) -> Result<usize, StoreError> {
        Ok(self.connection.execute(
            "UPDATE outbox SET state = 'queued', reason = 'interrupted', changed_at = ?1, next_attempt_at = ?2
             WHERE state = 'sending'",
            [now.unix_millis(), now.plus(wait).unix_millis()],
        )?)
    }
}

fn course_of(key: &SealingKey, submission: &SubmissionId, plan: &[u8], progress: Option<&[u8]>) -> Option<Course> {
    let plan = FilingPlan::from_bytes(key.open(&place(submission, "plan"), plan)?.reveal())?;
    match progress {
        Some(sealed) => Course::resume(plan, key.open(&place(submission, "progress"), sealed)?.reveal()),
        None => Some(Course::new(plan)),
    }
}

fn park(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
    reason: &'static str,
    event: AuditEvent,
    now: Timestamp,
) -> Result<(), StoreError> {
    one(transaction.execute(
        "UPDATE outbox SET state = 'needs-person', reason = ?2, changed_at = ?3 WHERE submission = ?1 AND state = 'sending'",
        params![submission.as_str(), reason, now.unix_millis()],
    )?)?;
    append(transaction, &event.about(submission), now)?;
    Ok(())
}

/// What a sealed value is sealed for: its table, its row, and what it is.
fn place(submission: &SubmissionId, kind: &str) -> String {
    format!("outbox {submission} {kind}")
}

fn one(rows: usize) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::NotThere) }
}

fn entry_of(row: &Row<'_>) -> Result<OutboxEntry, StoreError> {
    let (id, word): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(OutboxEntry {
        submission: SubmissionId::parse(&id).ok_or(StoreError::RowChanged)?,
        state: OutboxState::ALL.into_iter().find(|state| state.word() == word).ok_or(StoreError::RowChanged)?,
        day: row.get(2)?,
        number: QueueNumber(row.get(3)?),
        tries: row.get(4)?,
        reason: row.get(5)?,
        confirmed_at: Timestamp::from_unix_millis(row.get(6)?),
        next_attempt_at: Timestamp::from_unix_millis(row.get(7)?),
    })
}
