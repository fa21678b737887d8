//! What the audit log holds of one that was stopped or undone: who withdrew it and when, and what came of each step of an undo.

use super::StoreError;
use super::audit_log::append;
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::UndoProgress;
use crate::filing::SubmissionId;
use crate::time::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

/// Who withdrew it, and when: the audit row was there before the sender knew of it.
pub(super) fn withdrawal_of(
    transaction: &Transaction<'_>,
    submission: &SubmissionId,
) -> Result<(String, Timestamp), StoreError> {
    let query =
        "SELECT COALESCE(staff, ''), at FROM audit WHERE submission = ?1 AND kind = ?2 ORDER BY seq DESC LIMIT 1";
    let row = transaction.query_row(query, params![submission.as_str(), AuditKind::CheckInWithdrawn.word()], |row| {
        Ok((row.get(0)?, Timestamp::from_unix_millis(row.get(1)?)))
    });
    row.optional()?.ok_or(StoreError::RowChanged)
}

/// One audit row for each step that is over: who confirmed it, of which check-in, a record of which type, undone or not.
pub(super) fn append_results(
    transaction: &Transaction<'_>,
    undo: &UndoProgress,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (step, result) in undo.results() {
        let kind = if result.is_undone() { AuditKind::RecordUndone } else { AuditKind::RecordNotUndone };
        let event = AuditEvent::between_visits(kind).by(&undo.plan().by).about(undo.plan().submission());
        append(transaction, &event.detail(step.kind.word()), now)?;
    }
    Ok(())
}
