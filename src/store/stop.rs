//! A check-in that is another person's is stopped: held until staff decide, or withdrawn for good. What has not left for the EHR does
//! not leave; what has is proven or in doubt, and the receipt says which. One that is being sent right now ends before its next
//! request: its sender looks.

use super::audit_log::append;
use super::closing::{close, close_unread};
use super::database::one;
use super::decided::forget;
use super::outbox::Outbox;
use super::sealed::course_of;
use super::state::{ACCEPTED, NEEDS_PERSON, OutboxState, SENDING};
use super::{SealingKey, StoreError};
use crate::audit::AuditEvent;
use crate::delivery::{Course, WaitReason};
use crate::filing::SubmissionId;
use crate::session::Stop;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

const fn reason_of(stop: Stop) -> WaitReason {
    match stop {
        Stop::Hold => WaitReason::NotTheirs,
        Stop::Withdraw => WaitReason::Withdrawn,
    }
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing more of it leaves.
    Now,
    /// It is being sent; nothing leaves after the request that is under way.
    AfterThisRequest,
    /// It was filed before; what was filed can be undone.
    Filed,
}

impl Outbox<'_> {
    /// Stops one, with its audit row. What was confirmed stays on record: in the row, or with the receipt.
    pub fn stop(
        &mut self,
        submission: &SubmissionId,
        stop: Stop,
        event: AuditEvent,
        now: Timestamp,
    ) -> Result<Stopped, StoreError> {
        let key = self.key;
        self.database.change(|transaction| {
            let query = "SELECT state, COALESCE(reason, ''), sealed, progress FROM outbox WHERE submission = ?1";
            let row = transaction.query_row(query, [submission.as_str()], |row| {
                let state = row.get::<_, String>(0)?;
                Ok((state, row.get::<_, String>(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, Option<Vec<u8>>>(3)?))
            });
            let (state, reason, plan, saved) = row.optional()?.ok_or(StoreError::NotThere)?;
            let state: OutboxState = state.parse().map_err(|_| StoreError::RowChanged)?;
            if state == OutboxState::Accepted {
                return Ok(Stopped::Filed);
            }
            let course = course_of(key, submission, &plan, saved.as_deref()).map(|(course, _)| course);
            let mut filing = match course {
                // An undo is what is wanted.
                Some(Course::Undo(_)) => return Ok(Stopped::Filed),
                Some(Course::Filing(filing)) => Some(filing),
                None => None,
            };
            let by = event.staff.clone().unwrap_or_default();
            append(transaction, &event.about(submission), now)?;
            if stop == Stop::Withdraw {
                forget(transaction, submission)?;
            }
            match (state, stop) {
                (OutboxState::Accepted, _) => Ok(Stopped::Filed),
                (OutboxState::Sending, _) => {
                    let flag = format!("UPDATE outbox SET reason = ?2 WHERE submission = ?1 AND state = '{SENDING}'");
                    one(transaction.execute(&flag, params![submission.as_str(), reason_of(stop).word()])?)?;
                    Ok(Stopped::AfterThisRequest)
                }
                (OutboxState::Queued | OutboxState::NeedsPerson, Stop::Withdraw) => {
                    let was = WaitReason::from_word(&reason);
                    if let Some(filing) = &mut filing {
                        if was == WaitReason::Interrupted || was == WaitReason::RestoredCopy {
                            filing.was_interrupted();
                        }
                        if was == WaitReason::RestoredCopy {
                            filing.was_restored();
                        }
                    }
                    let withdrawn = Some(WaitReason::Withdrawn);
                    match filing {
                        Some(filing) => {
                            close(transaction, key, submission, (&filing.withdrawn(&by, now), withdrawn), now)?;
                        }
                        None => close_unread(transaction, submission, withdrawn, now)?,
                    }
                    Ok(Stopped::Now)
                }
                (OutboxState::Queued | OutboxState::NeedsPerson, Stop::Hold) => {
                    hold(transaction, key, submission, (filing, &reason), now)?;
                    Ok(Stopped::Now)
                }
            }
        })
    }
}

fn hold(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    submission: &SubmissionId,
    (filing, reason): (Option<crate::delivery::PlanProgress>, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let was = WaitReason::from_word(reason);
    // A word that this version does not know stays, for the version that does: from here nobody sends it again.
    if was == WaitReason::UnknownReason && !reason.is_empty() {
        return Ok(());
    }
    // Whatever it waited for before, staff read first that it is not theirs. What they look for is computed from how far it came; what
    // only the reason told goes there.
    let (interrupted, restored) = (was == WaitReason::Interrupted, was == WaitReason::RestoredCopy);
    if let Some(mut filing) = filing.filter(|_| interrupted || restored) {
        filing.was_interrupted();
        if restored {
            filing.was_restored();
        }
        let sealed = super::sealed::sealed_progress(key, &Course::Filing(filing))?;
        transaction
            .execute("UPDATE outbox SET progress = ?2 WHERE submission = ?1", params![submission.as_str(), sealed])?;
    }
    let park = format!(
        "UPDATE outbox SET state = '{NEEDS_PERSON}', reason = ?2, changed_at = ?3
         WHERE submission = ?1 AND state <> '{ACCEPTED}'"
    );
    one(transaction.execute(&park, params![submission.as_str(), WaitReason::NotTheirs.word(), now.unix_millis()])?)
}

#[cfg(test)]
#[path = "stop_tests.rs"]
mod tests;
