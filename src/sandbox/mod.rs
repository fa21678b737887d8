//! The sandbox: fetches a share, opens it, inflates and parses it, and draws pages. What strangers wrote is read there
//! and nowhere else.
//!
//! It is this program in another process, started for one job and ended with it. Before it reads the job it locks itself
//! (`lock`): no file, no connection, no other process, little memory, little time. Over one socket it asks the kiosk for
//! connected sockets and for issuer documents (`message`, `frame`); the kiosk (`supervisor`) judges each address. Whatever
//! happens in there, a crash, a hang or an answer that is none, is a [`Trouble`] here and ends that process only.

mod child;
mod draw;
mod draw_tiff;
mod frame;
mod issuer_documents;
mod lock;
mod message;
mod probe;
mod quota;
mod supervisor;
mod syscalls;
mod worker;

pub use child::main;
pub use issuer_documents::{IssuerCache, MemoryCache};
pub use lock::Confinement;
pub use message::{Refusal, ShareJob, ShareRefusal, ShareReply, Steps, Task};
pub use probe::{Attempt, ProbeTargets, attempt_all};
pub use supervisor::{Sandbox, SandboxOptions};
pub use worker::{Cost, Failure};

#[cfg(doc)]
use crate::trouble::Trouble;
