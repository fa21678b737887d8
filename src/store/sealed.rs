//! What of a check-in is sealed, and for which place: its plan, how far that has come, its receipt.

use super::seal::sha256_of;
use super::{SealingKey, StoreError};
use crate::delivery::PlanProgress;
use crate::filing::{FilingPlan, SubmissionId};

/// What a sealed value is sealed for: its table, its row, and what it is.
pub(super) fn place(submission: &SubmissionId, kind: &str) -> String {
    format!("outbox {submission} {kind}")
}

/// The plan and how far it has come, with the hash of the plan's bytes.
pub(super) fn progress_of(
    key: &SealingKey,
    submission: &SubmissionId,
    plan: &[u8],
    saved: Option<&[u8]>,
) -> Option<(PlanProgress, [u8; 32])> {
    let bytes = key.open(&place(submission, "plan"), plan)?;
    let plan = FilingPlan::from_bytes(bytes.reveal())?;
    let progress = match saved {
        Some(sealed) => PlanProgress::resume(plan, key.open(&place(submission, "progress"), sealed)?.reveal())?,
        None => PlanProgress::new(plan),
    };
    Some((progress, sha256_of(bytes.reveal())))
}

pub(super) fn sealed_progress(key: &SealingKey, progress: &PlanProgress) -> Result<Vec<u8>, StoreError> {
    key.seal(&place(&progress.plan().submission, "progress"), progress.to_bytes().reveal())
}
