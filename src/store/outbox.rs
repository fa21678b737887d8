//! Confirmed check-ins on their way to the EHR: on disk before anybody is told that it worked, and kept until the EHR has
//! them.
//!
//! ```text
//! Queued -> Sending -> Accepted          only the receipt is kept
//!    ^         |-----> Queued            the EHR was not there; later again
//!    |         '-----> NeedsPerson       the EHR refused, the row was changed, or a copy of the database was restored
//!    '---------------------'             staff send it again
//!
//! Accepted -> Queued                     staff undo what was filed: the receipt is in the plan (`undo`)
//! any other -> Accepted                  staff withdraw it: the receipt says so, and what never left (`stop`)
//! ```

use super::audit_log::append;
use super::closing::{close, close_unread};
use super::database::{Database, end_of_log, one};
use super::decided::{chart_name, remember};
use super::kept::{mark_restored, take};
use super::numbers::next_number;
use super::results::append_results;
use super::seal::sha256_of;
use super::sealed::{course_of, place, sealed_progress};
use super::state::{ACCEPTED, IS_STOPPED, NEEDS_PERSON, OutboxState, QUEUED, SENDING};
use super::{RolledBack, SealingKey, StoreError, Subject};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::{Course, Doubt, Receipt, UndoPlan, WaitReason};
use crate::filing::{FilingPlan, SubmissionId};
use crate::session::KeptLease;
use crate::ticket::QueueNumber;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Row, Transaction, params};

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
    /// Why the last try did not succeed; of one that waits behind another, that.
    pub reason: Option<WaitReason>,
    /// When staff confirmed it.
    pub confirmed_at: Timestamp,
    /// Not to be sent before.
    pub next_attempt_at: Timestamp,
}

impl OutboxEntry {
    /// Why it waits now; `None` when it only waits for its turn, or waits no more.
    pub fn waits_for(&self) -> Option<WaitReason> {
        match self.state {
            OutboxState::Accepted | OutboxState::Sending => None,
            // What it once waited for a person for does not count any more: somebody sent it again.
            OutboxState::Queued => self.reason.filter(|reason| !reason.needs_person()),
            OutboxState::NeedsPerson => Some(parked_for(self.reason)),
        }
    }
}

/// What an entry holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// Still to be filed.
    Plan(FilingPlan),
    /// Filed, or withdrawn.
    Receipt(Receipt),
    /// Filed, and being undone.
    Undo(UndoPlan),
}

/// See [`super::Store::outbox`].
pub struct Outbox<'a> {
    pub(super) database: &'a mut Database,
    pub(super) key: &'a SealingKey,
    pub(super) holder: i64,
    pub(super) destination: Option<[u8; 32]>,
}

/// From where a check-in comes into the queue.
enum Queued<'a> {
    /// From the visit of this day.
    Now(&'a str),
    /// From those that were kept.
    Kept(&'a KeptLease),
}

/// Columns in the order in which [`entry_of`] reads them. One that waits behind a parked one says so.
pub(super) fn entry_columns() -> String {
    let behind = WaitReason::BehindAParkedOne.word();
    format!(
        "submission, state, day, number, tries, CASE WHEN state = '{QUEUED}' AND EXISTS
    (SELECT 1 FROM outbox AS earlier WHERE earlier.patient = outbox.patient AND earlier.position < outbox.position
         AND earlier.state = '{NEEDS_PERSON}' AND NOT earlier.repeatable)
    THEN '{behind}' ELSE reason END, confirmed_at, next_attempt_at"
    )
}

impl Outbox<'_> {
    /// Puts a check-in on disk with its audit row and its number in the day's queue, in one transaction. The audit row holds the
    /// hash of the plan: what staff saw is what will be sent, or nothing. Putting it there twice gives the same number and no
    /// second row.
    pub fn enqueue(
        &mut self,
        plan: &FilingPlan,
        subject: &Subject,
        event: AuditEvent,
        day: &str,
        now: Timestamp,
    ) -> Result<QueueNumber, StoreError> {
        self.put(plan, subject, event, Queued::Now(day), now)
    }

    /// As [`Outbox::enqueue`], of a check-in that was kept: in the same transaction it is kept no longer, and its number goes
    /// on. Where somebody else opened it since, or confirmed or discarded it, nothing is written.
    pub fn enqueue_kept(
        &mut self,
        plan: &FilingPlan,
        subject: &Subject,
        event: AuditEvent,
        kept: &KeptLease,
        now: Timestamp,
    ) -> Result<QueueNumber, StoreError> {
        match plan.submission == kept.submission {
            true => self.put(plan, subject, event, Queued::Kept(kept), now),
            false => Err(StoreError::NotThere),
        }
    }

    fn put(
        &mut self,
        plan: &FilingPlan,
        subject: &Subject,
        event: AuditEvent,
        queued: Queued<'_>,
        now: Timestamp,
    ) -> Result<QueueNumber, StoreError> {
        let id = plan.submission.as_str();
        let bytes = plan.to_bytes();
        let label =
            subject.label().map(|label| self.key.seal(&place(&plan.submission, "label"), label.to_bytes().reveal()));
        let label = label.transpose()?;
        let sealed = self.key.seal(&place(&plan.submission, "plan"), bytes.reveal())?;
        let patient = subject.patient(self.key.names());
        let sources = subject.sources(self.key.names());
        let destination = self.destination;
        let chart = chart_name(self.key.names(), destination, &patient);
        let decided = subject.decisions().map(|decisions| decisions.rows(self.key, plan, &chart)).transpose()?;
        let event = event.about(&plan.submission).content(sha256_of(bytes.reveal()));
        self.database.change(|transaction| {
            let (day, number) = match queued {
                Queued::Now(day) => {
                    let known = "SELECT number FROM outbox WHERE submission = ?1";
                    if let Some(number) = transaction.query_row(known, [id], |row| row.get(0)).optional()? {
                        return Ok(QueueNumber(number));
                    }
                    (day.to_owned(), next_number(transaction, day)?)
                }
                Queued::Kept(kept) => take(transaction, kept)?,
            };
            let record = append(transaction, &event, now)?;
            let seq = i64::try_from(record.seq).unwrap_or(i64::MAX);
            let insert = format!(
                "INSERT INTO outbox (submission, state, day, number, sealed, tries, confirmed_at, next_attempt_at, changed_at,
                     patient, repeatable, confirmed_seq, blamed_seq, destination, label)
                 VALUES (?1, '{QUEUED}', ?2, ?3, ?4, 0, ?5, ?5, ?5, ?6, ?7, ?8, ?8, ?9, ?10)"
            );
            transaction.execute(
                &insert,
                params![
                    id,
                    day,
                    number,
                    sealed,
                    now.unix_millis(),
                    patient,
                    plan.is_repeatable(),
                    seq,
                    destination,
                    label
                ],
            )?;
            for source in sources {
                transaction.execute(
                    "INSERT OR IGNORE INTO seen_sources (source, patient) VALUES (?1, ?2)",
                    params![source, patient],
                )?;
            }
            remember(transaction, &chart, &plan.submission, &decided.unwrap_or_default())?;
            Ok(QueueNumber(number))
        })
    }

    /// A person looked for this and sends it again. Where there is something else to look for by now, nothing is changed.
    pub fn send_again(
        &mut self,
        submission: &SubmissionId,
        looked: &Doubt,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let key = self.key;
        self.database.change(|transaction| {
            let (progress, reason, tries) = parked(transaction, key, submission)?;
            if doubt_of(progress.as_ref(), reason, tries) != *looked {
                return Err(StoreError::LookAgain);
            }
            if let Some(mut progress) = progress {
                progress.sent_again(reason);
                transaction.execute(
                    "UPDATE outbox SET progress = ?2 WHERE submission = ?1 AND progress IS NOT NULL",
                    params![submission.as_str(), sealed_progress(key, &progress)?],
                )?;
            }
            let queue = format!(
                "UPDATE outbox SET state = '{QUEUED}', reason = NULL, next_attempt_at = ?2, changed_at = ?2, blamed = 0
                 WHERE submission = ?1 AND state = '{NEEDS_PERSON}'"
            );
            one(transaction.execute(&queue, params![submission.as_str(), now.unix_millis()])?)?;
            append(transaction, &event.about(submission), now)?;
            Ok(())
        })
    }

    /// A person entered in the EHR what was not filed: the plan gives way to a receipt that says so.
    pub fn finish_by_hand(
        &mut self,
        submission: &SubmissionId,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<Receipt, StoreError> {
        let key = self.key;
        self.database.change(|transaction| {
            let (progress, reason, _) = parked(transaction, key, submission)?;
            let Some(progress) = progress else {
                close_unread(transaction, submission, None, now)?;
                append(transaction, &event.about(submission), now)?;
                return Ok(Receipt::of_nothing(submission.clone()));
            };
            let receipt = progress.finished_by_hand(reason);
            close(transaction, key, submission, (&receipt, None), now)?;
            append(transaction, &event.about(submission), now)?;
            if let Course::Undo(undo) = &progress {
                append_results(transaction, undo, now)?;
            }
            Ok(receipt)
        })
    }

    /// How many wait to be sent, and how many wait for a person.
    pub fn waiting(&self) -> Result<(usize, usize), StoreError> {
        let query = format!(
            "SELECT (SELECT COUNT(*) FROM outbox WHERE state IN ('{QUEUED}', '{SENDING}')),
            (SELECT COUNT(*) FROM outbox WHERE state = '{NEEDS_PERSON}')"
        );
        let (waiting, parked) = self.database.connection.query_row(&query, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        Ok((count(waiting), count(parked)))
    }

    /// Every check-in, oldest first.
    pub fn list(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        let query = format!("SELECT {} FROM outbox ORDER BY position", entry_columns());
        let mut query = self.database.connection.prepare(&query)?;
        let rows = query.query_map([], |row| Ok(entry_of(row)))?;
        rows.map(|row| row?).collect()
    }

    /// One check-in with what it holds. Patient data: the caller writes an audit row first.
    pub fn show(&self, submission: &SubmissionId) -> Result<(OutboxEntry, Content), StoreError> {
        let query = format!("SELECT {}, sealed FROM outbox WHERE submission = ?1", entry_columns());
        let row = self.database.connection.query_row(&query, [submission.as_str()], |row| {
            Ok(entry_of(row).map(|entry| (entry, row.get::<_, Vec<u8>>("sealed"))))
        });
        let (entry, sealed) = row.optional()?.ok_or(StoreError::NotThere)??;
        let sealed = sealed?;
        let open = |kind: &str| self.key.open(&place(submission, kind), &sealed).ok_or(StoreError::RowChanged);
        let content = if entry.state == OutboxState::Accepted {
            match open("receipt") {
                Ok(receipt) => Receipt::from_bytes(receipt.reveal()).map(Content::Receipt),
                // It was closed while how far its undo had come did not open: what was filed is known.
                Err(_) => {
                    let undo = UndoPlan::from_bytes(open("undo")?.reveal());
                    undo.map(|undo| Content::Receipt(undo.receipt))
                }
            }
        } else if let Ok(plan) = open("plan") {
            FilingPlan::from_bytes(plan.reveal()).map(Content::Plan)
        } else {
            UndoPlan::from_bytes(open("undo")?.reveal()).map(Content::Undo)
        };
        Ok((entry, content.ok_or(StoreError::RowChanged)?))
    }

    /// Queues what the folder's owner had on its way when it ended. What others send beside it is theirs until their lease ends.
    pub(super) fn recover(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        self.database.change(|transaction| {
            let interrupted = WaitReason::Interrupted.word();
            let queue = format!(
                "UPDATE outbox SET state = '{QUEUED}', changed_at = ?1, next_attempt_at = ?1,
                     reason = CASE WHEN {IS_STOPPED} THEN reason ELSE '{interrupted}' END
                 WHERE state = '{SENDING}' AND COALESCE(holder, 0) = 0"
            );
            Ok(transaction.execute(&queue, [now.unix_millis()])?)
        })
    }

    /// The database was restored from a copy: whatever waits in it may have been sent after the copy was made, and withdrawn or undone
    /// since. An undo takes away the name by which the EHR would know it again, so nothing of it goes on before a person has
    /// looked. What people stopped before stays stopped for their reason; one that was withdrawn is closed, not sent.
    pub(super) fn park_restored(&mut self, known: u64, now: Timestamp) -> Result<RolledBack, StoreError> {
        let key = self.key;
        self.database.change(|transaction| {
            let found = end_of_log(transaction)?.seq;
            doubt_stopped(transaction, key)?;
            let park = format!(
                "UPDATE outbox SET state = '{NEEDS_PERSON}', changed_at = ?2,
                     reason = CASE WHEN {IS_STOPPED} THEN reason ELSE ?1 END
                 WHERE state <> '{ACCEPTED}' AND reason IS NOT ?3"
            );
            let (why, withdrawn) = (WaitReason::RestoredCopy.word(), WaitReason::Withdrawn.word());
            let parked = transaction.execute(&park, params![why, now.unix_millis(), withdrawn])?;
            mark_restored(transaction)?;
            append(transaction, &AuditEvent::between_visits(AuditKind::StoreRolledBack).count(parked), now)?;
            Ok(RolledBack { known, found, parked })
        })
    }
}

/// Of those that people stopped the reason does not tell that the copy is older: their progress does.
fn doubt_stopped(transaction: &Transaction<'_>, key: &SealingKey) -> Result<(), StoreError> {
    let query = format!("SELECT submission, sealed, progress FROM outbox WHERE state <> '{ACCEPTED}' AND {IS_STOPPED}");
    let mut query = transaction.prepare(&query)?;
    let rows = query.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Option<Vec<u8>>>(2)?))
    })?;
    for (id, plan, saved) in rows.collect::<Result<Vec<_>, _>>()? {
        let opened = SubmissionId::parse(&id).and_then(|id| course_of(key, &id, &plan, saved.as_deref()));
        if let Some((Course::Filing(mut filing), _)) = opened {
            filing.was_interrupted();
            filing.was_restored();
            let sealed = sealed_progress(key, &Course::Filing(filing))?;
            transaction.execute("UPDATE outbox SET progress = ?2 WHERE submission = ?1", params![id, sealed])?;
        }
    }
    Ok(())
}

/// Why one waits that needs a person.
fn parked_for(reason: Option<WaitReason>) -> WaitReason {
    reason.filter(|reason| reason.needs_person()).unwrap_or(WaitReason::UnknownReason)
}

/// What a person looks for; of a row that does not open, the reason says it.
pub(super) fn doubt_of(progress: Option<&Course>, reason: WaitReason, tries: u32) -> Doubt {
    progress.map_or(Doubt { reason, tries, places: Vec::new() }, |progress| progress.doubt(reason, tries))
}

/// A parked check-in as far as it has come, if its row opens, why it waits, and after how many tries.
fn parked(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    submission: &SubmissionId,
) -> Result<(Option<Course>, WaitReason, u32), StoreError> {
    let query = format!(
        "SELECT sealed, progress, COALESCE(reason, ''), tries FROM outbox WHERE submission = ?1 AND state = '{NEEDS_PERSON}'"
    );
    let row = transaction.query_row(&query, [submission.as_str()], |row| {
        Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<Vec<u8>>>(1)?, row.get::<_, String>(2)?, row.get(3)?))
    });
    let (plan, saved, reason, tries) = row.optional()?.ok_or(StoreError::NotThere)?;
    let progress = course_of(key, submission, &plan, saved.as_deref()).map(|(progress, _)| progress);
    Ok((progress, parked_for(Some(WaitReason::from_word(&reason))), tries))
}

pub(super) fn entry_of(row: &Row<'_>) -> Result<OutboxEntry, StoreError> {
    let (id, word): (String, String) = (row.get(0)?, row.get(1)?);
    Ok(OutboxEntry {
        submission: SubmissionId::parse(&id).ok_or(StoreError::RowChanged)?,
        state: word.parse().map_err(|_| StoreError::RowChanged)?,
        day: row.get(2)?,
        number: QueueNumber(row.get(3)?),
        tries: row.get(4)?,
        reason: row.get::<_, Option<String>>(5)?.map(|word| WaitReason::from_word(&word)),
        confirmed_at: Timestamp::from_unix_millis(row.get(6)?),
        next_attempt_at: Timestamp::from_unix_millis(row.get(7)?),
    })
}
