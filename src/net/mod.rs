//! Outbound HTTPS. What strangers name (shares, issuers) passes [`EgressPolicy`]; what clinic IT names (the EHR) does not
//! need to. No client here follows a redirect, reads a proxy from the environment, repeats a request or waits without end.

mod address;
mod client;
mod egress;
mod ehr;
mod share;

pub use address::is_global;
pub use client::{ClientDefect, TrustedCa, ehr_client, prepare_tls};
pub use egress::{EgressPolicy, Lookup, system_lookup};
pub use ehr::{EhrClient, EhrError};
pub use share::ShareClient;
