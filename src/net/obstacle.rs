//! What stood between us and the EHR, as far as the connection tells. No address and no name is in it.

use rustls::{AlertDescription, CertificateError, Error as TlsError};
use std::error::Error;
use std::io;

/// Why there is no whole answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// No address for the name, or nobody listens there.
    #[error("no connection: the address may be wrong, the network or the server down")]
    NoConnection,
    /// The certificate's time is over, by our clock.
    #[error("its certificate has run out, or this computer's clock is wrong")]
    CertificateExpired,
    /// The certificate's time is to come, by our clock.
    #[error("its certificate is not valid yet, or this computer's clock is wrong")]
    CertificateNotYetValid,
    /// Signed by somebody whom this computer does not trust.
    #[error("its certificate comes from an authority that is not trusted here")]
    UnknownAuthority,
    /// A certificate of another server.
    #[error("its certificate is for another name")]
    WrongName,
    /// Another defect of the certificate.
    #[error("its certificate is not acceptable")]
    Certificate,
    /// The server asks for a client certificate, or does not take ours.
    #[error("it does not take this kiosk's client certificate, or wants one")]
    ClientCertificate,
    /// No common version, no TLS at all, or another failure of it.
    #[error("no secure connection could be made")]
    Tls,
    /// No whole answer came before the deadline.
    #[error("no answer in time")]
    TimedOut,
    /// The connection ended before the answer did.
    #[error("the connection broke")]
    Broken,
}

impl Obstacle {
    /// Finds the reason behind an error of the HTTP client.
    pub fn from_http(error: &reqwest::Error) -> Obstacle {
        if let Some(tls) = tls_error(error) {
            return Obstacle::from_tls(tls);
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, _) => Obstacle::TimedOut,
            (false, true) => Obstacle::NoConnection,
            (false, false) => Obstacle::Broken,
        }
    }

    /// From an error of TLS.
    pub fn from_tls(error: &TlsError) -> Obstacle {
        use AlertDescription as Alert;
        match error {
            TlsError::InvalidCertificate(defect) => match defect {
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Obstacle::CertificateExpired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    Obstacle::CertificateNotYetValid
                }
                // Signed with another key than the one that we know under this authority's name.
                CertificateError::UnknownIssuer | CertificateError::BadSignature => Obstacle::UnknownAuthority,
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    Obstacle::WrongName
                }
                _ => Obstacle::Certificate,
            },
            // Only the server sends alerts to us, and only about what we showed it.
            TlsError::AlertReceived(
                Alert::CertificateRequired
                | Alert::NoCertificate
                | Alert::BadCertificate
                | Alert::UnsupportedCertificate
                | Alert::CertificateRevoked
                | Alert::CertificateExpired
                | Alert::CertificateUnknown
                | Alert::UnknownCA
                | Alert::AccessDenied
                | Alert::DecryptError,
            ) => Obstacle::ClientCertificate,
            _ => Obstacle::Tls,
        }
    }
}

/// TLS hides its errors inside those of input and output.
fn tls_error(error: &reqwest::Error) -> Option<&TlsError> {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(tls) = cause.downcast_ref::<TlsError>() {
            return Some(tls);
        }
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(tls) = inner.and_then(|inner| inner.downcast_ref::<TlsError>()) {
            return Some(tls);
        }
        source = match inner {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    None
}
