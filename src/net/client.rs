//! How the client for the EHR is made: TLS 1.2 or later, a certificate of its own where the EHR wants one, a deadline for
//! the whole request, no redirect, no proxy, no repeat, no pool.

use super::https::system_authorities;
use reqwest::{Client, redirect, retry};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

/// From the first byte sent to the last byte read; the EHR may think for a while about a transaction.
const TOTAL_DEADLINE: Duration = Duration::from_secs(30);
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// A client could not be made: the platform's certificates or a configured one are unusable.
#[derive(Debug, thiserror::Error)]
pub enum ClientDefect {
    /// The configured certificate is not PEM.
    #[error("the trusted certificate is not PEM")]
    NotPem,
    /// The kiosk's own certificate.
    #[error("the client certificate or its key is not PEM, or they do not belong together")]
    ClientCertificate,
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

/// The certificate by which the EHR knows this kiosk (mutual TLS), with its key.
pub struct ClientCertificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl ClientCertificate {
    /// Reads PEM: the chain, the kiosk's own first, and the key.
    pub fn from_pem(chain: &[u8], key: &[u8]) -> Result<ClientCertificate, ClientDefect> {
        let chain = CertificateDer::pem_slice_iter(chain).collect::<Result<Vec<_>, _>>();
        let chain = chain.map_err(|_| ClientDefect::ClientCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| ClientDefect::ClientCertificate)?;
        if chain.is_empty() { Err(ClientDefect::ClientCertificate) } else { Ok(ClientCertificate { chain, key }) }
    }
}

/// Chooses the cryptography of TLS for the whole process. Call it once, before any client is made; later calls do nothing.
pub fn prepare_tls() {
    // An error means that it was chosen before.
    let _chosen_before = rustls::crypto::aws_lc_rs::default_provider().install_default();
}

/// Whom the client for the EHR trusts, and how the EHR knows it.
pub struct EhrTls {
    pub(super) roots: Arc<RootCertStore>,
    pub(super) config: ClientConfig,
}

impl EhrTls {
    /// Trusts the system's authorities and `ca`.
    pub fn new(ca: Option<&TrustedCa>, own: Option<ClientCertificate>) -> Result<EhrTls, ClientDefect> {
        let mut roots = system_authorities();
        if let Some(TrustedCa(der)) = ca {
            roots.add(der.clone()).map_err(|_| ClientDefect::NotPem)?;
        }
        let roots = Arc::new(roots);
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|_| ClientDefect::Tls)?.with_root_certificates(Arc::clone(&roots));
        let config = match own {
            Some(ClientCertificate { chain, key }) => {
                builder.with_client_auth_cert(chain, key).map_err(|_| ClientDefect::ClientCertificate)?
            }
            None => builder.with_no_client_auth(),
        };
        Ok(EhrTls { roots, config })
    }

    /// The client for the EHR, whose address clinic IT configured, and for its authorization server.
    pub fn client(&self) -> Result<Client, ClientDefect> {
        let builder = Client::builder()
            .tls_backend_preconfigured(self.config.clone())
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_DEADLINE)
            .timeout(TOTAL_DEADLINE)
            .user_agent("ktc-kiosk");
        builder.build().map_err(|_| ClientDefect::Tls)
    }
}
