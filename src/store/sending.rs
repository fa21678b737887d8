//! Who sends which check-in: claims, leases, and what came of a try. What came of one check-in and the claim of the next are
//! one transaction, so a busy queue costs one commit a check-in.
//!
//! A claim gives a lease with a fence: a number that goes up with each claim of that check-in. Whoever writes shows it, so
//! one who has lost the lease writes nothing. The owner of the folder keeps its leases until it gives them back or ends;
//! another process's lease runs out ([`LEASE`]).
//!
//! The one that has been due for longest goes first: one on which the EHR fails falls behind those that wait for their turn.
//!
//! Order: a check-in waits while an earlier one of the same patient is queued or being sent. One that waits for a person holds
//! up later ones only where a step of it may be in the EHR unseen; elsewhere the EHR tells the same content again by its name, and
//! nothing is gained by keeping a patient's newer data back.

use super::audit_log::append;
use super::closing::close;
use super::database::{end_of_log, one};
use super::outbox::Outbox;
use super::results::{append_results, withdrawal_of};
use super::sealed::{course_of, sealed_progress};
use super::state::{IS_STOPPED, NEEDS_PERSON, OutboxState, QUEUED, SENDING};
use super::{SealingKey, StoreError};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::{Course, Receipt, WaitReason};
use crate::filing::{SubmissionId, hex_of};
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};
use std::time::Duration;

/// How long a check-in is left to another process that says nothing. Far longer than any request.
const LEASE: Duration = Duration::from_secs(600);
/// Longer than any back-off: the clock was ahead when such a wait was written.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 3600);
/// A check-in on which the EHR failed this often, each time while it took others, waits for a person.
const MAX_BLAMED: u32 = 5;

/// The right to send one check-in, and to write down what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Until when nobody else may take it.
    pub until: Timestamp,
    fence: i64,
}

/// A check-in that was claimed for sending.
#[derive(Clone, Debug)]
pub struct Due {
    /// What to send, and how far it has come.
    pub progress: Course,
    /// Which try this is, from 1.
    pub tries: u32,
    /// The right to send it.
    pub lease: Lease,
}

/// What a try came to.
#[derive(Clone, Debug)]
pub enum Ending {
    /// The EHR has everything.
    Accepted(Receipt),
    /// The EHR refused it, or it cannot be known what it has: a person must look.
    Person(WaitReason),
    /// Not now.
    Later {
        /// What kept it from being filed.
        reason: WaitReason,
        /// Not to be sent before.
        until: Timestamp,
        /// Whether the EHR was there and failed on this one: that is counted if it takes others meanwhile.
        blames_content: bool,
    },
}

/// What a try came to, to be written down.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The lease under which it was sent.
    pub lease: Lease,
    /// How far it came.
    pub progress: Course,
    /// What it came to.
    pub ending: Ending,
}

/// What became of a check-in when its try was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The EHR has it.
    Accepted,
    /// It waits for a person.
    NeedsPerson,
    /// It waits for its time.
    Queued,
    /// Somebody else has it; nothing was written.
    LeaseLost,
}

/// What one transaction did.
#[derive(Clone, Debug, Default)]
pub struct SavedAndClaimed {
    /// What became of the check-in that was handed in.
    pub settled: Option<Settled>,
    /// The one that was claimed.
    pub due: Option<Due>,
}

/// What a claim hands out.
struct Claimed {
    submission: String,
    tries: u32,
    fence: i64,
    /// Whether another try of it ended before it was written down.
    interrupted: bool,
    plan: Vec<u8>,
    progress: Option<Vec<u8>>,
    reason: Option<WaitReason>,
    confirmed_seq: Option<i64>,
    destination: Option<[u8; 32]>,
}

/// Why one may be claimed, in this order: the clock was ahead when its time was set, and it has waited for longer than any other;
/// its time has come; another process took it and says nothing any more. Behind those whose time has come, one on which the EHR
/// breaks at each look would hold up the first for ever.
const MAY_GO: [(OutboxState, &str); 3] = [
    (OutboxState::Queued, "next_attempt_at > ?2"),
    (OutboxState::Queued, "next_attempt_at <= ?1"),
    (OutboxState::Sending, "holder <> ?3 AND (leased_until < ?1 OR leased_until > ?2)"),
];

impl Outbox<'_> {
    /// Writes down what came of a try, if there was one, and claims the check-in that has been due for longest, if one shall be.
    pub fn save_and_claim(
        &mut self,
        ended: Option<&Ended>,
        claim: bool,
        now: Timestamp,
    ) -> Result<SavedAndClaimed, StoreError> {
        let (key, holder, to) = (self.key, self.holder, self.destination);
        self.database.change(|transaction| {
            let settled = ended.map(|ended| settle(transaction, key, ended, to, now)).transpose()?;
            let due = if claim { next_due(transaction, key, (holder, to), now)? } else { None };
            Ok(SavedAndClaimed { settled, due })
        })
    }

    /// Writes down how far a claimed check-in has come, and keeps the lease.
    pub fn record_progress(&mut self, lease: &mut Lease, progress: &Course, now: Timestamp) -> Result<(), StoreError> {
        let key = self.key;
        self.database.change(|transaction| write_progress(transaction, key, lease, progress, now))
    }

    /// Whether staff, or somebody at the kiosk, stopped a claimed check-in: its next request does not leave.
    pub fn stopped(&self, lease: &Lease) -> Result<Option<WaitReason>, StoreError> {
        let query = format!("SELECT reason FROM outbox WHERE submission = ?1 AND fence = ?2 AND {IS_STOPPED}");
        let mut query = self.database.connection.prepare(&query)?;
        let reason: Option<String> =
            query.query_row(params![lease.submission.as_str(), lease.fence], |row| row.get(0)).optional()?;
        Ok(reason.map(|word| WaitReason::from_word(&word)))
    }

    /// As [`Outbox::record_progress`], before a request leaves that must not be sent twice: with a record in the audit log, and
    /// the checkpoint on disk. A copy of the database from before does not know of the request, and is seen to be older.
    pub fn record_leaving(&mut self, lease: &mut Lease, progress: &Course, now: Timestamp) -> Result<(), StoreError> {
        let key = self.key;
        self.database.change_for_good(|transaction| {
            write_progress(transaction, key, lease, progress, now)?;
            let leaving = AuditEvent::between_visits(AuditKind::CheckInSending).about(&lease.submission);
            append(transaction, &leaving, now)?;
            Ok(())
        })
    }
}

fn write_progress(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    lease: &mut Lease,
    progress: &Course,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = sealed_progress(key, progress)?;
    let until = now.plus(LEASE);
    let update = format!(
        "UPDATE outbox SET progress = ?3, changed_at = ?4, leased_until = ?5
         WHERE submission = ?1 AND state = '{SENDING}' AND fence = ?2"
    );
    one(transaction.execute(
        &update,
        params![lease.submission.as_str(), lease.fence, sealed, now.unix_millis(), until.unix_millis()],
    )?)?;
    lease.until = until;
    Ok(())
}

fn settle(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    ended: &Ended,
    to: Option<[u8; 32]>,
    now: Timestamp,
) -> Result<Settled, StoreError> {
    let Ended { lease: Lease { submission, fence, .. }, progress, ending } = ended;
    let held = format!(
        "SELECT blamed, blamed_seq, COALESCE(reason, '') FROM outbox
         WHERE submission = ?1 AND state = '{SENDING}' AND fence = ?2"
    );
    let held = transaction.query_row(&held, params![submission.as_str(), fence], |row| {
        Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    });
    let Some((mut blamed, mut blamed_seq, reason)) = held.optional()? else { return Ok(Settled::LeaseLost) };
    let stopped = Some(WaitReason::from_word(&reason)).filter(|reason| reason.is_stop());
    for name in progress.filed_unseen() {
        let filed = "INSERT OR IGNORE INTO filed_there (destination, name) VALUES (?1, ?2)";
        transaction.execute(filed, params![place_of(to), filed_name(key, name)])?;
    }
    if let (Some(WaitReason::Withdrawn), Course::Filing(filing)) = (stopped, progress) {
        let (by, at) = withdrawal_of(transaction, submission)?;
        let receipt = filing.withdrawn(&by, at);
        close(transaction, key, submission, (&receipt, Some(WaitReason::Withdrawn)), now)?;
        return Ok(Settled::Accepted);
    }
    let (reason, until, mut parked) = match ending {
        Ending::Accepted(receipt) => {
            let withdrawn = receipt.withdrawn.is_some().then_some(WaitReason::Withdrawn);
            close(transaction, key, submission, (receipt, withdrawn), now)?;
            match progress {
                Course::Filing(_) => {
                    let accepted = AuditEvent::between_visits(AuditKind::CheckInAccepted).about(submission);
                    append(transaction, &accepted, now)?;
                }
                Course::Undo(undo) => append_results(transaction, undo, now)?,
            }
            return Ok(Settled::Accepted);
        }
        Ending::Person(reason) => (*reason, now, Some(*reason)),
        Ending::Later { reason, until, .. } => (*reason, *until, None),
    };
    if let Some(stopped) = stopped {
        parked = Some(stopped);
    }
    if let Ending::Later { blames_content: true, .. } = ending {
        let took_another = "SELECT EXISTS (SELECT 1 FROM audit WHERE seq > ?1 AND kind = ?2)";
        let since = params![blamed_seq, AuditKind::CheckInAccepted.word()];
        if transaction.query_row(took_another, since, |row| row.get(0))? {
            blamed = blamed.saturating_add(1);
            blamed_seq = i64::try_from(end_of_log(transaction)?.seq).unwrap_or(i64::MAX);
        }
        parked = parked.or((blamed >= MAX_BLAMED).then_some(WaitReason::EhrFailsOnIt));
    }
    transaction.execute(
        &format!(
            "UPDATE outbox SET state = '{QUEUED}', reason = ?2, next_attempt_at = ?3, changed_at = ?4, progress = ?5,
                 blamed = ?6, blamed_seq = ?7 WHERE submission = ?1"
        ),
        params![
            submission.as_str(),
            reason.word(),
            until.unix_millis(),
            now.unix_millis(),
            sealed_progress(key, progress)?,
            blamed,
            blamed_seq,
        ],
    )?;
    match parked {
        Some(reason) => park(transaction, submission, reason, now).map(|()| Settled::NeedsPerson),
        None => Ok(Settled::Queued),
    }
}

/// The EHR that is filed to; nothing where the configuration names none.
fn place_of(destination: Option<[u8; 32]>) -> Vec<u8> {
    destination.map(Vec::from).unwrap_or_default()
}

fn filed_name(key: &SealingKey, name: &str) -> [u8; 32] {
    key.names().name("filed", name.as_bytes())
}

/// Claims the one that has been due for longest. A row that does not open, or whose plan is not what was confirmed, is parked for a person, so
/// that it stops nobody else.
fn next_due(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    (holder, to): (i64, Option<[u8; 32]>),
    now: Timestamp,
) -> Result<Option<Due>, StoreError> {
    loop {
        let until = now.plus(LEASE);
        let Some(claimed) = claim(transaction, holder, until, now)? else { return Ok(None) };
        let Claimed { tries, fence, interrupted, confirmed_seq, destination, .. } = claimed;
        let submission = SubmissionId::parse(&claimed.submission).ok_or(StoreError::RowChanged)?;
        let mut opened = course_of(key, &submission, &claimed.plan, claimed.progress.as_deref());
        if let Some((progress, _)) = opened.as_mut().filter(|_| interrupted) {
            progress.was_interrupted();
            let mut lease = Lease { submission: submission.clone(), until, fence };
            write_progress(transaction, key, &mut lease, progress, now)?;
        }
        let reason = match opened {
            None => WaitReason::RowChanged,
            Some(_) if destination.is_some() && destination != to => WaitReason::EhrOtherEhr,
            Some((_, sha256)) if !was_confirmed(transaction, &submission, confirmed_seq, &sha256)? => {
                WaitReason::PlanChanged
            }
            Some(_) if claimed.reason == Some(WaitReason::UnknownReason) => WaitReason::UnknownReason,
            Some(_) if claimed.reason == Some(WaitReason::NotTheirs) => WaitReason::NotTheirs,
            Some((Course::Filing(filing), _)) if claimed.reason == Some(WaitReason::Withdrawn) => {
                let (by, at) = withdrawal_of(transaction, &submission)?;
                let receipt = filing.withdrawn(&by, at);
                close(transaction, key, &submission, (&receipt, Some(WaitReason::Withdrawn)), now)?;
                continue;
            }
            Some((mut progress, _)) => {
                for name in progress.open_unseen() {
                    let known = "SELECT EXISTS (SELECT 1 FROM filed_there WHERE destination = ?1 AND name = ?2)";
                    if transaction.query_row(known, params![place_of(to), filed_name(key, &name)], |row| row.get(0))? {
                        progress.was_filed_before(&name);
                    }
                }
                return Ok(Some(Due { progress, tries, lease: Lease { submission, until, fence } }));
            }
        };
        park(transaction, &submission, reason, now)?;
    }
}

fn claim(
    transaction: &Transaction<'_>,
    holder: i64,
    until: Timestamp,
    now: Timestamp,
) -> Result<Option<Claimed>, StoreError> {
    for (state, when) in MAY_GO {
        // ?1 now, ?2 later than any wait ends, ?3 who claims, ?4 the end of the lease.
        let claim = format!(
            "UPDATE outbox SET state = '{SENDING}', tries = tries + 1, fence = fence + 1, holder = ?3,
                 leased_until = ?4, changed_at = ?1
             WHERE position = (SELECT position FROM outbox AS this WHERE state = '{state}' AND {when} AND NOT EXISTS
                 (SELECT 1 FROM outbox AS earlier WHERE earlier.patient = this.patient AND earlier.position < this.position
                      AND (earlier.state IN ('{QUEUED}', '{SENDING}')
                           OR earlier.state = '{NEEDS_PERSON}' AND NOT earlier.repeatable))
                 ORDER BY next_attempt_at, position LIMIT 1)
             RETURNING submission, tries, fence, sealed, progress, reason, confirmed_seq, destination"
        );
        let values = params![now.unix_millis(), now.plus(LONGEST_WAIT).unix_millis(), holder, until.unix_millis()];
        let claimed = transaction.query_row(&claim, values, |row| {
            let reason = row.get::<_, Option<String>>(5)?.map(|word| WaitReason::from_word(&word));
            Ok(Claimed {
                submission: row.get(0)?,
                tries: row.get(1)?,
                fence: row.get(2)?,
                // One that was stopped while it was on its way, and never came to an end.
                interrupted: state == OutboxState::Sending
                    || reason.is_some_and(|reason| reason == WaitReason::Interrupted || reason.is_stop()),
                plan: row.get(3)?,
                progress: row.get(4)?,
                reason,
                confirmed_seq: row.get(6)?,
                destination: row.get(7)?,
            })
        });
        if let Some(claimed) = claimed.optional()? {
            return Ok(Some(claimed));
        }
    }
    Ok(None)
}

/// Whether the audit row of the confirmation holds this hash. Rows from before there was one have nothing to compare.
fn was_confirmed(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
    seq: Option<i64>,
    sha256: &[u8; 32],
) -> Result<bool, StoreError> {
    let Some(seq) = seq else { return Ok(true) };
    let query = "SELECT content FROM audit WHERE seq = ?1 AND submission = ?2";
    let content =
        transaction.query_row(query, params![seq, submission.as_str()], |row| row.get::<_, Option<String>>(0));
    Ok(content.optional()?.flatten().is_some_and(|content| content == hex_of(sha256)))
}

fn park(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
    reason: WaitReason,
    now: Timestamp,
) -> Result<(), StoreError> {
    // A word that this version does not know stays, for the version that does.
    let word = (reason != WaitReason::UnknownReason).then(|| reason.word());
    let park = format!(
        "UPDATE outbox SET state = '{NEEDS_PERSON}', reason = COALESCE(?2, reason), changed_at = ?3 WHERE submission = ?1"
    );
    transaction.execute(&park, params![submission.as_str(), word, now.unix_millis()])?;
    let event = AuditEvent::between_visits(AuditKind::CheckInNeedsPerson).detail(reason.word());
    append(transaction, &event.about(submission), now)?;
    Ok(())
}

#[cfg(test)]
mod tests;
