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
//! | `undo` | what was filed for the wrong person, taken back |
//! | `undo_result` | what a step of that came to |
//! | `course` | what is on its way for a check-in: its filing, or an undo |
//! | `backoff` | how long to wait before the next try |
//! | `circuit_breaker` | whether the EHR is asked now |

mod altered;
mod amend;
mod answer;
mod backoff;
mod came_by;
mod circuit_breaker;
mod course;
mod element;
mod existing;
mod progress;
mod receipt;
mod references;
mod request;
mod similar;
mod undo;
mod undo_result;
mod wait_reason;

pub use backoff::backoff;
pub use circuit_breaker::{CircuitBreaker, Permit};
pub use course::Course;
pub use progress::{Doubt, Next, PlanProgress, RecordStanding, Reply};
pub use receipt::{Amended, Filed, Receipt, Undone, Withdrawn};
pub use request::{EhrReply, FolderFailed, FolderFiles, InFolder, Method, NoAnswer, Order, Request};
pub use similar::{PlaceToLook, SimilarChart, SimilarCharts};
pub use undo::{
    ByHand, Offer, UndoBy, UndoPlan, UndoProgress, UndoRow, UndoStep, found_in_doubt, rows_of, targets_of, titled,
};
pub use undo_result::UndoResult;
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
