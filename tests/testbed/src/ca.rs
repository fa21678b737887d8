//! A certificate authority for one test run, and server certificates from it, good and bad.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::sync::Arc;

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certificate {
    /// Nothing.
    #[default]
    Good,
    /// It ran out years ago.
    Expired,
    /// It names another host.
    WrongHost,
    /// No authority signed it.
    SelfSigned,
}

/// The authority. Its key exists in memory only.
pub struct TestCa {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Default for TestCa {
    fn default() -> Self {
        Self::new()
    }
}

impl TestCa {
    /// A fresh authority.
    #[must_use]
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "ktc-testbed authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().expect("key generation succeeds");
        let pem = params.self_signed(&key).expect("signing in memory succeeds").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// The authority's own certificate, for `trusted_ca_file`.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Certificate and key of a good server for `localhost`, as PEM: for a peer in another language.
    #[must_use]
    pub fn server_pem(&self) -> (String, String) {
        let params = CertificateParams::new(vec!["localhost".to_owned()]).expect("a host name");
        let key = KeyPair::generate().expect("key generation succeeds");
        let certificate = params.signed_by(&key, &self.issuer).expect("signing in memory succeeds");
        (certificate.pem(), key.serialize_pem())
    }

    /// Certificate and key of a client, as PEM.
    #[must_use]
    pub fn client_pem(&self) -> (String, String) {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "ktc-testbed client");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate().expect("key generation succeeds");
        let certificate = params.signed_by(&key, &self.issuer).expect("signing in memory succeeds");
        (certificate.pem(), key.serialize_pem())
    }

    /// TLS settings of a server for `localhost`, `127.0.0.1` and these names.
    #[must_use]
    pub fn server_config(&self, extra_names: &[&str], certificate: Certificate) -> Arc<ServerConfig> {
        self.config(extra_names, certificate, false)
    }

    /// The same of a good server that talks only to clients of this authority.
    #[must_use]
    pub fn mutual_config(&self) -> Arc<ServerConfig> {
        self.config(&[], Certificate::Good, true)
    }

    fn config(&self, extra_names: &[&str], certificate: Certificate, mutual: bool) -> Arc<ServerConfig> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        names.extend(extra_names.iter().map(|name| (*name).to_owned()));
        if certificate == Certificate::WrongHost {
            names = vec!["elsewhere.example.org".to_owned()];
        }
        let mut params = CertificateParams::new(names).expect("names are host names");
        params.distinguished_name.push(DnType::CommonName, "ktc-testbed server");
        if certificate == Certificate::Expired {
            (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
        }
        let key = KeyPair::generate().expect("key generation succeeds");
        let signed = match certificate {
            Certificate::SelfSigned => params.self_signed(&key),
            _ => params.signed_by(&key, &self.issuer),
        };
        let chain = vec![signed.expect("signing in memory succeeds").der().clone()];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("the provider knows TLS 1.2 and 1.3");
        let builder = if mutual {
            let mut roots = RootCertStore::empty();
            roots
                .add(CertificateDer::from_pem_slice(self.pem.as_bytes()).expect("PEM of our own"))
                .expect("an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("one authority is enough"))
        } else {
            builder.with_no_client_auth()
        };
        let config = builder.with_single_cert(chain, key).expect("key and certificate belong together");
        Arc::new(config)
    }
}
