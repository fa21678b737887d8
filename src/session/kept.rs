//! The right to confirm a check-in that was kept without a chart.

use crate::filing::SubmissionId;

/// Whoever opened a kept check-in last holds it; who shows another fence confirms nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLease {
    /// Which check-in; it is filed under this id.
    pub submission: SubmissionId,
    /// Goes up each time it is opened.
    pub fence: i64,
    /// A copy of the database was restored since: perhaps it was filed.
    pub restored: bool,
}
