//! Where a stranger's address may lead. The address is parsed once, judged, looked up once, every answer judged; the
//! connection then goes to exactly the addresses that were judged, so a name cannot change its mind in between.

use super::is_global;
use crate::resolve::FetchDefect;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use url::{Host, Url};

/// Turns a name and a port into addresses. The system's resolver in the product; tests name their own answers.
pub type Lookup = Arc<dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync>;

/// The system's resolver.
pub fn system_lookup() -> Lookup {
    Arc::new(|host, port| Ok((host, port).to_socket_addrs()?.collect()))
}

/// What strangers' addresses may reach: public addresses on port 443 and, in tests and the demo, named loopback ports.
#[derive(Clone)]
pub struct EgressPolicy {
    loopback_ports: Vec<u16>,
    refused_hosts: Vec<String>,
    lookup: Lookup,
}

impl EgressPolicy {
    /// The public internet only.
    pub fn public(lookup: Lookup) -> EgressPolicy {
        EgressPolicy { loopback_ports: Vec::new(), refused_hosts: Vec::new(), lookup }
    }

    /// Opens these ports on loopback, for tests and the demo.
    #[must_use]
    pub fn with_loopback_ports(mut self, ports: &[u16]) -> EgressPolicy {
        self.loopback_ports = ports.to_vec();
        self
    }

    /// Refuses a name of the clinic's own (the EHR), public or not.
    #[must_use]
    pub fn refusing(mut self, host: &str) -> EgressPolicy {
        self.refused_hosts.push(host.to_ascii_lowercase());
        self
    }

    /// Judges an address before anything is sent anywhere. Looks a name up once; blocks while it does.
    pub fn admit(&self, address: &str) -> Result<Destination, FetchDefect> {
        let url = plain_url(address)?;
        let port = url.port_or_known_default().ok_or(FetchDefect::AddressRefused)?;
        if port != 443 && !self.loopback_ports.contains(&port) {
            return Err(FetchDefect::AddressRefused);
        }
        let (host, found) = match url.host().ok_or(FetchDefect::AddressRefused)? {
            Host::Ipv4(address) => (address.to_string(), Ok(vec![SocketAddr::new(IpAddr::V4(address), port)])),
            Host::Ipv6(address) => (format!("[{address}]"), Ok(vec![SocketAddr::new(IpAddr::V6(address), port)])),
            Host::Domain(name) => (name.to_owned(), (self.lookup)(name, port).map_err(|_| FetchDefect::Unreachable)),
        };
        if self.refused_hosts.contains(&host) {
            return Err(FetchDefect::AddressRefused);
        }
        let addresses = found?;
        if addresses.is_empty() {
            return Err(FetchDefect::Unreachable);
        }
        // One answer that is not admitted spoils them all: a mixed answer is how a name tries both.
        if !addresses.iter().all(|address| self.admits(*address)) {
            return Err(FetchDefect::AddressRefused);
        }
        Ok(Destination { addresses })
    }

    /// Whether a connection to this address is admitted; also asked about the address that was connected to.
    pub fn admits(&self, address: SocketAddr) -> bool {
        let loopback = address.ip().is_loopback() && self.loopback_ports.contains(&address.port());
        loopback || (address.port() == 443 && is_global(address.ip()))
    }
}

/// The only places to which a connection for an admitted address may go.
#[derive(Debug)]
pub struct Destination {
    /// Where it may connect to.
    pub addresses: Vec<SocketAddr>,
}

/// Parses an address: https, no user, and the name without a trailing dot, so that there is one spelling to judge.
pub fn plain_url(address: &str) -> Result<Url, FetchDefect> {
    let mut url = Url::parse(address).map_err(|_| FetchDefect::AddressRefused)?;
    if url.scheme() != "https" || !url.username().is_empty() || url.password().is_some() {
        return Err(FetchDefect::AddressRefused);
    }
    if let Some(Host::Domain(name)) = url.host() {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        url.set_host(Some(&name)).map_err(|_| FetchDefect::AddressRefused)?;
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answering(answers: &'static [&'static str]) -> EgressPolicy {
        EgressPolicy::public(Arc::new(move |_, port| {
            let addresses = answers.iter().map(|answer| answer.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, port)));
            addresses.collect::<Result<_, _>>().map_err(io::Error::other)
        }))
    }

    #[test]
    fn every_spelling_of_a_private_address_is_refused() {
        let policy = answering(&["8.8.8.8"]);
        for spelling in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://１２７.0.0.1/",
            "https://127。0。0。1/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::127.0.0.1]/",
            "https://[fd00:ec2::254]/",
            "https://169.254.169.254/",
            "https://10.0.0.1/",
            "https://0/",
            "https://0.0.0.0/",
            "https://user@example.org/",
            "https://example.org:22/",
            "https://example.org:9100/",
            "http://example.org/",
            "file:///etc/passwd",
            "data:text/plain,x",
            "ftp://example.org/",
            "gopher://example.org/",
            "https://",
            "//x",
            "x",
            "https://127.0.0.1\\@example.org/",
        ] {
            assert_eq!(policy.admit(spelling).err(), Some(FetchDefect::AddressRefused), "{spelling}");
        }
    }

    #[test]
    fn a_name_is_judged_by_all_its_answers() {
        assert!(answering(&["8.8.8.8"]).admit("https://example.org/x").is_ok());
        for answers in [&["10.0.0.1"] as &[_], &["8.8.8.8", "10.0.0.1"], &["::1"], &["169.254.169.254"]] {
            assert_eq!(answering(answers).admit("https://example.org/x").err(), Some(FetchDefect::AddressRefused));
        }
    }

    #[test]
    fn the_clinics_own_names_are_refused_in_any_spelling() {
        let policy = answering(&["8.8.8.8"]).refusing("ehr.example.org");
        for spelling in ["https://ehr.example.org/", "https://EHR.example.org./", "https://ehr%2eexample.org/"] {
            assert_eq!(policy.admit(spelling).err(), Some(FetchDefect::AddressRefused), "{spelling}");
        }
    }

    #[test]
    fn a_named_loopback_port_opens_that_port_only() {
        let policy = EgressPolicy::public(system_lookup()).with_loopback_ports(&[9443]);
        assert!(policy.admit("https://127.0.0.1:9443/x").is_ok());
        for other in
            ["https://127.0.0.1:9444/x", "https://127.0.0.1/x", "https://10.0.0.1:9443/x", "https://8.8.8.8:9443/"]
        {
            assert_eq!(policy.admit(other).err(), Some(FetchDefect::AddressRefused), "{other}");
        }
    }
}
