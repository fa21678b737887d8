//! A plan on its way to the EHR: which request is next, what the answer proves, when to try again, and the receipt at the end.
//!
//! No network, disk, clock or thread is here: who sends (`runtime::outbox`) hands in answers, times and chance.
//!
//! | file | its one job |
//! | --- | --- |
//! | `progress` | which request is next, and how far a plan has come |
//! | `request` | what is asked of the EHR or the folder, and what came back |
//! | `answer` | what the EHR's answer proves |
//! | `altered` | whether the EHR keeps what was sent |
//! | `amend` | a change of a record that is there: read, compared, replaced |
//! | `existing` | whether a record that was there is in the chart that was chosen |
//! | `similar` | whether somebody who is about to get a chart has one |
//! | `references` | references between resources, once their places are known |
//! | `receipt` | what the EHR has taken, and where it lies |
//! | `wait_reason` | why a check-in waits, who acts on it, whether sending again can help |
//! | `backoff` | how long to wait before the next try |
//! | `circuit_breaker` | whether the EHR is asked now |

mod altered;
mod amend;
mod answer;
mod backoff;
mod circuit_breaker;
mod existing;
mod progress;
mod receipt;
mod references;
mod request;
mod similar;
mod wait_reason;

pub use backoff::backoff;
pub use circuit_breaker::{CircuitBreaker, Permit};
pub use progress::{Doubt, Next, PlanProgress, RecordStanding, Reply};
pub use receipt::{Filed, Receipt};
pub use request::{EhrReply, FolderFailed, FolderFiles, InFolder, Method, NoAnswer, Order, Request};
pub use similar::{PlaceToLook, SimilarChart, SimilarCharts};
pub use wait_reason::WaitReason;

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
