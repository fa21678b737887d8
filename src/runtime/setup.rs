//! What a kiosk, or a command beside it, is made of: each part as the configuration names it.

use super::clock::now;
use crate::config::{B2b, ConfigError, EhrAccess, EhrConfig, KioskConfig, SignInConfig, read_file};
use crate::filing::ProfileDefect;
use crate::net::{
    ClientCertificate, ClientDefect, ClientIdentity, ClientKey, ClientKeyDefect, Credentials, EgressPolicy, EhrClient,
    EhrTls, Lookup, SignIn, SignInOptions, TrustedCa,
};
use crate::sensitive::Sensitive;
use crate::store::StoreError;
use crate::trust::{IssuerList, TrustList, TrustListDefect};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why the kiosk does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The configuration, or a file that it names, cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A list of issuers cannot be used.
    #[error("the list of issuers: {0}")]
    Trust(#[from] TrustListDefect),
    /// The EHR's profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileDefect),
    /// The database cannot be opened.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// A certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] ClientDefect),
    /// A key for signing in at the EHR cannot be used.
    #[error("{path}: {defect}")]
    ClientKey {
        /// The file that should hold the key.
        path: PathBuf,
        /// What is wrong with it.
        defect: ClientKeyDefect,
    },
    /// The system gives no threads.
    #[error("the system gives no threads: {0}")]
    Threads(#[from] std::io::Error),
}

pub(super) fn async_runtime() -> Result<tokio::runtime::Runtime, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("net").enable_all().build();
    Ok(runtime?)
}

/// The certificate authority that the configuration names.
pub fn trusted_ca(config: &KioskConfig) -> Result<Option<TrustedCa>, StartError> {
    config.trusted_ca_file.as_deref().map(authority).transpose()
}

fn authority(path: &Path) -> Result<TrustedCa, StartError> {
    Ok(TrustedCa::from_pem(&read_file(path)?)?)
}

/// The lists of issuers that the configuration names, the clinic's own first; without one, nobody is known.
pub fn trust_list(config: &KioskConfig) -> Result<TrustList, StartError> {
    let mut lists = Vec::new();
    for path in [&config.issuers_file, &config.issuer_snapshot_file].into_iter().flatten() {
        lists.push(IssuerList::read(&read_file(path)?)?);
    }
    Ok(if lists.is_empty() { TrustList::empty(now()) } else { TrustList::new(lists) })
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
pub fn ehr(config: &KioskConfig) -> Result<Option<EhrClient>, StartError> {
    let Some(ehr) = &config.ehr else { return Ok(None) };
    let http = ehr_tls(config, ehr)?.client()?;
    let credentials = match &ehr.access {
        EhrAccess::Open => Credentials::None,
        EhrAccess::BearerToken(path) => {
            let token = Sensitive::new(read_file(path)?);
            Credentials::Bearer(Sensitive::from(String::from_utf8_lossy(token.reveal()).trim()))
        }
        EhrAccess::SignIn(sign_in) => {
            let configuration = EhrClient::smart_configuration(&ehr.base_url);
            Credentials::SignIn(Arc::new(SignIn::new(http.clone(), configuration, sign_in_options(sign_in)?)))
        }
    };
    Ok(Some(EhrClient::new(http, ehr.base_url.clone(), credentials)))
}

/// Whom the client for the EHR trusts: the EHR's own authority, else the one for everybody.
pub fn ehr_tls(config: &KioskConfig, ehr: &EhrConfig) -> Result<EhrTls, StartError> {
    let ca = ehr.trusted_ca_file.as_deref().or(config.trusted_ca_file.as_deref()).map(authority).transpose()?;
    let own = match &ehr.client_certificate {
        Some((chain, key)) => {
            let key = Sensitive::new(read_file(key)?);
            Some(ClientCertificate::from_pem(&read_file(chain)?, key.reveal())?)
        }
        None => None,
    };
    Ok(EhrTls::new(ca.as_ref(), own)?)
}

fn sign_in_options(sign_in: &SignInConfig) -> Result<SignInOptions, StartError> {
    Ok(SignInOptions {
        identity: ClientIdentity {
            client_id: sign_in.client_id.clone(),
            keys: sign_in.key_files.iter().map(|path| client_key(path)).collect::<Result<_, _>>()?,
            jwks_url: sign_in.jwks_url.clone(),
            b2b: sign_in.b2b.as_ref().map(b2b_extension),
        },
        scopes: sign_in.scopes.clone(),
        token_endpoint: sign_in.token_endpoint.clone(),
        clock: now,
    })
}

/// Reads a private key for signing in.
pub fn client_key(path: &Path) -> Result<ClientKey, StartError> {
    let text = Sensitive::new(read_file(path)?);
    ClientKey::parse(text.reveal()).map_err(|defect| StartError::ClientKey { path: path.to_owned(), defect })
}

/// HL7 UDAP Security, `hl7-b2b`.
fn b2b_extension(b2b: &B2b) -> Value {
    let mut extension = json!({
        "version": "1",
        "organization_id": b2b.organization_id,
        "purpose_of_use": b2b.purpose_of_use,
    });
    if let Some(name) = &b2b.organization_name {
        extension["organization_name"] = json!(name);
    }
    extension
}
