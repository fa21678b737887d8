//! Outbound HTTPS. What strangers name (shares, issuers) passes [`EgressPolicy`]: the [`Broker`] connects, and `sandbox` speaks
//! over the connected socket. What clinic IT names (the EHR and its authorization server) does not need to. No client here
//! follows a redirect, reads a proxy from the environment, repeats a request (but once after a 401, with a new token) or waits
//! without end.

mod address;
mod broker;
mod client;
mod egress;
mod ehr;
mod https;
mod obstacle;
mod reach;

pub use address::is_global;
pub use broker::Broker;
pub use client::{ClientCertificate, ClientDefect, EhrTls, TrustedCa, prepare_tls};
pub use egress::{EgressPolicy, Lookup, plain_url, system_lookup};
pub use ehr::{
    Asked, ClientIdentity, ClientKey, ClientKeyDefect, Clock, Credentials, EhrClient, EhrError, PatientsFound,
    SearchHonesty, SignIn, SignInError, SignInOptions, SignedIn, SigningAlg, TokenError, difference, is_private,
    not_granted,
};
pub use https::{exchange, system_authorities, tls_trusting};
pub use obstacle::Obstacle;
pub use reach::Reach;
