//! The end of a check-in in the queue: nothing of it is sent any more.

use super::database::one;
use super::sealed::place;
use super::state::ACCEPTED;
use super::{SealingKey, StoreError};
use crate::delivery::{Receipt, WaitReason};
use crate::filing::SubmissionId;
use crate::time::Timestamp;
use rusqlite::{Transaction, params};

/// Only the receipt is kept.
pub(super) fn close(
    transaction: &Transaction<'_>,
    key: &SealingKey,
    submission: &SubmissionId,
    (receipt, reason): (&Receipt, Option<WaitReason>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sealed = key.seal(&place(submission, "receipt"), receipt.to_bytes().reveal())?;
    let close = format!(
        "UPDATE outbox SET state = '{ACCEPTED}', sealed = ?2, progress = NULL, label = NULL, reason = ?4, changed_at = ?3
         WHERE submission = ?1"
    );
    let reason = reason.map(WaitReason::word);
    one(transaction.execute(&close, params![submission.as_str(), sealed, now.unix_millis(), reason])?)
}

/// Of a row that does not open nobody knows what is in it: nothing of it is sent, and its bytes stay, for whoever can open them.
pub(super) fn close_unread(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
    reason: Option<WaitReason>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let close = format!("UPDATE outbox SET state = '{ACCEPTED}', reason = ?3, changed_at = ?2 WHERE submission = ?1");
    let reason = reason.map(WaitReason::word);
    one(transaction.execute(&close, params![submission.as_str(), now.unix_millis(), reason])?)
}
