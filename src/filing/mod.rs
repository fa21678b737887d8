//! Confirmed intake to a plan of requests with stable ids, and the EHR's answer to a receipt.

mod stable_id;

pub use stable_id::SubmissionId;
pub(crate) use stable_id::{digest_of, hex_of};

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
