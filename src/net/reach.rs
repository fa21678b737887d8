//! Whether a configured server can be reached at all, step by step, for clinic IT: its name, a connection, its certificate.
//! Nothing is asked of the server beyond TLS.

use super::client::EhrTls;
use super::obstacle::Obstacle;
use crate::time::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{CertificateError, ClientConnection, Error as TlsError};
use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

const DEADLINE: Duration = Duration::from_secs(5);
/// A certificate with less time left than this should be renewed now.
const SOON: Duration = Duration::from_secs(30 * 24 * 3600);

/// How far it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The name has no address.
    NoAddress,
    /// The name has an address; then this.
    Stopped(Obstacle),
    /// Connected without TLS, as the address says.
    Plain,
    /// Connected, and its certificate is good.
    Secure {
        /// It runs out within 30 days.
        runs_out_soon: bool,
    },
}

impl EhrTls {
    /// Connects to the server of `url`. Blocks.
    pub fn reach(&self, url: &Url, now: Timestamp) -> Reach {
        let Ok(addresses) = url.socket_addrs(|| None) else { return Reach::NoAddress };
        let connected = addresses.iter().find_map(|address| TcpStream::connect_timeout(address, DEADLINE).ok());
        let Some(mut socket) = connected else { return Reach::Stopped(Obstacle::NoConnection) };
        if url.scheme() != "https" {
            return Reach::Plain;
        }
        match self.certificate(url, &mut socket, now) {
            Ok(runs_out_soon) => Reach::Secure { runs_out_soon },
            Err(obstacle) => Reach::Stopped(obstacle),
        }
    }

    fn certificate(&self, url: &Url, socket: &mut TcpStream, now: Timestamp) -> Result<bool, Obstacle> {
        let name = match url.host() {
            Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| Obstacle::WrongName)?,
            Some(Host::Ipv4(address)) => std::net::IpAddr::V4(address).into(),
            Some(Host::Ipv6(address)) => std::net::IpAddr::V6(address).into(),
            None => return Err(Obstacle::WrongName),
        };
        let config = Arc::new(self.config.clone());
        let mut tls = ClientConnection::new(config, name.clone()).map_err(|error| Obstacle::from_tls(&error))?;
        let timed = socket.set_read_timeout(Some(DEADLINE)).and_then(|()| socket.set_write_timeout(Some(DEADLINE)));
        timed.map_err(|_| Obstacle::Broken)?;
        while tls.is_handshaking() {
            tls.complete_io(socket).map_err(|error| obstacle_of(&error))?;
        }
        let Some((own, between)) = tls.peer_certificates().and_then(<[_]>::split_first) else {
            return Err(Obstacle::Certificate);
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&self.roots), provider).build();
        let verifier = verifier.map_err(|_| Obstacle::Tls)?;
        let then = now.plus(SOON).unix_millis();
        let then = UnixTime::since_unix_epoch(Duration::from_millis(u64::try_from(then).unwrap_or_default()));
        let later = verifier.verify_server_cert(own, between, &name, &[], then);
        Ok(matches!(
            later,
            Err(TlsError::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }))
        ))
    }
}

fn obstacle_of(error: &io::Error) -> Obstacle {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
    match (tls, error.kind()) {
        (Some(tls), _) => Obstacle::from_tls(tls),
        (None, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => Obstacle::TimedOut,
        (None, _) => Obstacle::Broken,
    }
}
