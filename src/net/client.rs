//! How clients are made: TLS 1.2 or later, a deadline for the whole request, no redirect, no proxy, no repeat, no pool.

use reqwest::dns::{Name, Resolve, Resolving};
use reqwest::tls::Version;
use reqwest::{Certificate, Client, ClientBuilder, redirect, retry};
use std::sync::Arc;
use std::time::Duration;

/// From the first byte sent to the last byte read.
const TOTAL_DEADLINE: Duration = Duration::from_secs(10);
/// The EHR may think for longer about a transaction.
const EHR_DEADLINE: Duration = Duration::from_secs(30);
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// A client could not be made: the platform's certificates or the configured one are unusable.
#[derive(Debug, thiserror::Error)]
pub enum ClientDefect {
    /// The configured certificate is not PEM.
    #[error("the trusted certificate is not PEM")]
    NotPem,
    /// The TLS library refused.
    #[error("a TLS client could not be made")]
    Tls,
}

/// A certificate authority that clinic IT names, beside those of the system.
#[derive(Clone, Debug)]
pub struct TrustedCa(Certificate);

impl TrustedCa {
    /// Reads PEM.
    pub fn from_pem(pem: &[u8]) -> Result<TrustedCa, ClientDefect> {
        Certificate::from_pem(pem).map(TrustedCa).map_err(|_| ClientDefect::NotPem)
    }
}

/// Chooses the cryptography of TLS for the whole process. Call it once, before any client is made; later calls do nothing.
pub fn prepare_tls() {
    // An error means that it was chosen before.
    let _chosen_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

fn careful() -> ClientBuilder {
    Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .tls_version_min(Version::TLS_1_2)
        .connect_timeout(CONNECT_DEADLINE)
        .timeout(TOTAL_DEADLINE)
        .user_agent("ktc-kiosk")
}

/// A client for one request to an address that a stranger named: https only, to these addresses only.
pub(super) fn share_client(
    host: &str,
    addresses: &[std::net::SocketAddr],
    ca: Option<&TrustedCa>,
) -> Result<Client, ClientDefect> {
    let builder = careful().https_only(true).dns_resolver(Arc::new(NoLookup)).resolve_to_addrs(host, addresses);
    with_ca(builder, ca).build().map_err(|_| ClientDefect::Tls)
}

/// The name was looked up and judged before; looking up anything else is refused.
struct NoLookup;

impl Resolve for NoLookup {
    fn resolve(&self, _name: Name) -> Resolving {
        Box::pin(std::future::ready(Err("a name that was not judged".into())))
    }
}

/// The client for the EHR, whose address clinic IT configured.
pub fn ehr_client(ca: Option<&TrustedCa>) -> Result<Client, ClientDefect> {
    with_ca(careful().timeout(EHR_DEADLINE), ca).build().map_err(|_| ClientDefect::Tls)
}

fn with_ca(builder: ClientBuilder, ca: Option<&TrustedCa>) -> ClientBuilder {
    match ca {
        Some(ca) => builder.tls_certs_merge([ca.0.clone()]),
        None => builder,
    }
}
