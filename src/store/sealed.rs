//! What of a check-in is sealed, and for which place: its plan, how far that has come, its receipt.

use super::seal::sha256_of;
use super::{SealingKey, StoreError};
use crate::delivery::{Course, PlanProgress, UndoPlan, UndoProgress};
use crate::filing::{FilingPlan, SubmissionId};

/// What a sealed value is sealed for: its table, its row, and what it is.
pub(super) fn place(submission: &SubmissionId, kind: &str) -> String {
    format!("outbox {submission} {kind}")
}

/// What is on its way and how far it has come, with the hash of the plan's bytes. What it is sealed for says what it is.
pub(super) fn course_of(
    key: &SealingKey,
    submission: &SubmissionId,
    plan: &[u8],
    saved: Option<&[u8]>,
) -> Option<(Course, [u8; 32])> {
    let Some(bytes) = key.open(&place(submission, "plan"), plan) else {
        let bytes = key.open(&place(submission, "undo"), plan)?;
        let plan = UndoPlan::from_bytes(bytes.reveal()).filter(|plan| plan.submission() == submission)?;
        let progress = match saved {
            Some(sealed) => {
                UndoProgress::resume(plan, key.open(&place(submission, "undo-progress"), sealed)?.reveal())?
            }
            None => UndoProgress::new(plan),
        };
        return Some((Course::Undo(progress), sha256_of(bytes.reveal())));
    };
    let plan = FilingPlan::from_bytes(bytes.reveal())?;
    let progress = match saved {
        Some(sealed) => PlanProgress::resume(plan, key.open(&place(submission, "progress"), sealed)?.reveal())?,
        None => PlanProgress::new(plan),
    };
    Some((Course::Filing(progress), sha256_of(bytes.reveal())))
}

pub(super) fn sealed_progress(key: &SealingKey, course: &Course) -> Result<Vec<u8>, StoreError> {
    let kind = match course {
        Course::Filing(_) => "progress",
        Course::Undo(_) => "undo-progress",
    };
    key.seal(&place(course.submission(), kind), course.to_bytes().reveal())
}
