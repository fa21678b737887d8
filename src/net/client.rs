//! How the client for the EHR is made: TLS 1.2 or later, a deadline for the whole request, no redirect, no proxy, no repeat,
//! no pool.

use reqwest::tls::Version;
use reqwest::{Certificate, Client, redirect, retry};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::time::Duration;

/// From the first byte sent to the last byte read; the EHR may think for a while about a transaction.
const TOTAL_DEADLINE: Duration = Duration::from_secs(30);
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
pub struct TrustedCa(CertificateDer<'static>);

impl TrustedCa {
    /// Reads PEM.
    pub fn from_pem(pem: &[u8]) -> Result<TrustedCa, ClientDefect> {
        CertificateDer::from_pem_slice(pem).map(TrustedCa).map_err(|_| ClientDefect::NotPem)
    }

    /// The certificate as DER.
    pub fn der(&self) -> &[u8] {
        &self.0
    }
}

/// Chooses the cryptography of TLS for the whole process. Call it once, before any client is made; later calls do nothing.
pub fn prepare_tls() {
    // An error means that it was chosen before.
    let _chosen_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// The client for the EHR, whose address clinic IT configured.
pub fn ehr_client(ca: Option<&TrustedCa>) -> Result<Client, ClientDefect> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .pool_max_idle_per_host(0)
        .tls_version_min(Version::TLS_1_2)
        .connect_timeout(CONNECT_DEADLINE)
        .timeout(TOTAL_DEADLINE)
        .user_agent("ktc-kiosk");
    let builder = match ca {
        Some(ca) => builder.tls_certs_merge([Certificate::from_der(ca.der()).map_err(|_| ClientDefect::Tls)?]),
        None => builder,
    };
    builder.build().map_err(|_| ClientDefect::Tls)
}
