//! Confirmed intake to a plan of requests with stable ids, and the EHR's answer to a receipt.

/// Names one confirmed check-in for ever: 32 lower-case hex digits, derived from the session, its sources and the moment of
/// confirmation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmissionId(String);

/// How filing ended, or stands, for one check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingOutcome {
    /// The EHR has it.
    Accepted,
    /// It is kept here and will be sent.
    Queued,
    /// The EHR refused it; it is kept here and a person must look.
    NeedsPerson,
}
