//! Opens a connection for whoever may not open any: the address is judged, looked up once, connected to here, and only the
//! connected socket is handed over.

use super::egress::EgressPolicy;
use crate::resolve::FetchDefect;
use std::io;
use std::net::TcpStream;
use std::time::Duration;

/// To all addresses of a name together.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);
/// More answers than these to one look-up are not tried.
const MAX_TRIED: u32 = 4;

/// Connects to what the policy admits.
#[derive(Clone)]
pub struct Broker {
    policy: EgressPolicy,
}

impl Broker {
    /// A broker for this policy.
    pub fn new(policy: EgressPolicy) -> Broker {
        Broker { policy }
    }

    /// A connected socket to the address's host and port, ready for TLS. Blocks while the name is looked up and connected to.
    pub fn connect(&self, address: &str) -> Result<TcpStream, FetchDefect> {
        let destination = self.policy.admit(address)?;
        let tried = MAX_TRIED.min(u32::try_from(destination.addresses.len()).unwrap_or(MAX_TRIED));
        let mut last = FetchDefect::Unreachable;
        for address in destination.addresses.iter().take(tried as usize) {
            match TcpStream::connect_timeout(address, CONNECT_DEADLINE / tried.max(1)) {
                Ok(socket) => return self.prove(socket),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => last = FetchDefect::TimedOut,
                Err(_) => last = FetchDefect::Unreachable,
            }
        }
        Err(last)
    }

    /// The proof: the address that was connected to, not the one that was meant.
    fn prove(&self, socket: TcpStream) -> Result<TcpStream, FetchDefect> {
        let peer = socket.peer_addr().map_err(|_| FetchDefect::Unreachable)?;
        if !self.policy.admits(peer) {
            return Err(FetchDefect::AddressRefused);
        }
        let ready = socket.set_nodelay(true).and_then(|()| socket.set_nonblocking(true));
        ready.map(|()| socket).map_err(|_| FetchDefect::Unreachable)
    }
}
