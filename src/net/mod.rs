//! Outbound HTTPS. What strangers name (shares, issuers) passes [`EgressPolicy`]: the [`Broker`] connects, and `apart` speaks
//! over the connected socket. What clinic IT names (the EHR) does not need to. No client here follows a redirect, reads a proxy from the environment, repeats a request or waits without end.

mod address;
mod broker;
mod client;
mod egress;
mod ehr;
mod https;

pub use address::is_global;
pub use broker::Broker;
pub use client::{ClientDefect, TrustedCa, ehr_client, prepare_tls};
pub use egress::{EgressPolicy, Lookup, plain_url, system_lookup};
pub use ehr::{ChartServices, EhrClient, EhrError};
pub use https::{exchange, system_authorities, tls_trusting};
