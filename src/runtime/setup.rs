//! What a kiosk, or a command beside it, is made of: each part as the configuration names it.

use super::clock::now;
use crate::config::{ConfigError, KioskConfig, read_file};
use crate::filing::ProfileDefect;
use crate::net::{ClientDefect, EgressPolicy, EhrClient, Lookup, TrustedCa, ehr_client};
use crate::sensitive::Sensitive;
use crate::store::StoreError;
use crate::trust::{IssuerList, TrustList, TrustListDefect};

/// Why the kiosk does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration, or a file it names.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The list of issuers.
    #[error("the list of issuers: {0}")]
    Trust(#[from] TrustListDefect),
    /// The EHR's profile.
    #[error(transparent)]
    Profile(#[from] ProfileDefect),
    /// The database.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] ClientDefect),
    /// Threads or the async runtime.
    #[error("the system gives no threads: {0}")]
    Threads(#[from] std::io::Error),
}

pub(super) fn async_runtime() -> Result<tokio::runtime::Runtime, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("net").enable_all().build();
    Ok(runtime?)
}

/// The certificate authority that the configuration names.
pub fn trusted_ca(config: &KioskConfig) -> Result<Option<TrustedCa>, StartError> {
    let Some(path) = &config.trusted_ca_file else { return Ok(None) };
    Ok(Some(TrustedCa::from_pem(&read_file(path)?)?))
}

/// The lists of issuers that the configuration names, the clinic's own first; without one, nobody is known.
pub fn trust_list(config: &KioskConfig) -> Result<TrustList, StartError> {
    let mut lists = Vec::new();
    for path in [&config.issuers_file, &config.issuer_snapshot_file].into_iter().flatten() {
        lists.push(IssuerList::read(&read_file(path)?)?);
    }
    Ok(if lists.is_empty() { TrustList::empty(now()) } else { TrustList::of(lists) })
}

/// What strangers' addresses may reach: never the EHR.
pub fn egress_policy(config: &KioskConfig, lookup: Lookup) -> EgressPolicy {
    let policy = EgressPolicy::public(lookup).with_loopback_ports(&config.loopback_ports);
    match config.ehr.as_ref().and_then(|ehr| ehr.base_url.host_str()) {
        Some(host) => policy.refusing(host),
        None => policy,
    }
}

/// The client for the EHR, if there is one.
pub fn ehr(config: &KioskConfig, ca: Option<&TrustedCa>) -> Result<Option<EhrClient>, StartError> {
    let Some(ehr) = &config.ehr else { return Ok(None) };
    let bearer = match &ehr.bearer_token_file {
        Some(path) => Some(Sensitive::from(String::from_utf8_lossy(&read_file(path)?).trim())),
        None => None,
    };
    Ok(Some(EhrClient::new(ehr_client(ca)?, ehr.base_url.clone(), bearer)))
}
