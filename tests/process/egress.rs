//! Links to addresses that are nobody's business: no connection is made, and a listener behind every address proves it.
//!
//! The test runs itself again in a network namespace of its own where each address of the internet, private or public, is
//! this machine (`ip route add local`), so that there is something that could answer on port 443 of all of them. What is
//! asked is the real thing: a sandbox with its broker, once for each combination.

use crate::support::own_process::through;
use crate::support::sandbox::sandbox_asking;
use ktc_kiosk::net::{Lookup, prepare_tls};
use ktc_kiosk::resolve::{FetchDefect, FetchPurpose, FetchRequest};
use ktc_testbed::https::{Answer, HttpsServer};
use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const INSIDE: &str = "KTC_EGRESS_NAMESPACE";
/// Combinations of address form, resolver answers and redirect.
const AT_LEAST: usize = 500;

/// The IANA special-purpose registries: IPv4.
const SPECIAL_V4: [(&str, u32); 20] = [
    ("0.0.0.0", 8),
    ("10.0.0.0", 8),
    ("100.64.0.0", 10),
    ("127.0.0.0", 8),
    ("169.254.0.0", 16),
    ("172.16.0.0", 12),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.31.196.0", 24),
    ("192.52.193.0", 24),
    ("192.88.99.0", 24),
    ("192.168.0.0", 16),
    ("192.175.48.0", 24),
    ("198.18.0.0", 15),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("255.255.255.255", 32),
    ("169.254.169.254", 32),
];
/// IPv6, with what lies outside the public part of it.
const SPECIAL_V6: [(&str, u32); 20] = [
    ("::", 128),
    ("::1", 128),
    ("::ffff:0:0", 96),
    ("::", 96),
    ("64:ff9b::", 96),
    ("64:ff9b:1::", 48),
    ("100::", 64),
    ("100:0:0:1::", 64),
    ("2001::", 23),
    ("2001:db8::", 32),
    ("2002::", 16),
    ("2620:4f:8000::", 48),
    ("3fff::", 20),
    ("5f00::", 16),
    ("fc00::", 7),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
    ("fd00:ec2::254", 128),
    ("4000::", 2),
];
/// Just outside a special range, and public: what may be connected to, so that the listener is known to listen.
const PUBLIC: [&str; 8] = [
    "9.255.255.255",
    "100.128.0.0",
    "128.0.0.0",
    "172.32.0.0",
    "192.169.0.0",
    "223.255.255.255",
    "2001:200::",
    "2606:4700::1111",
];

/// Both edges of each range, and their neighbours inside.
fn special_addresses() -> BTreeSet<IpAddr> {
    let mut addresses = BTreeSet::new();
    for (first, bits) in SPECIAL_V4 {
        let first = u32::from(first.parse::<Ipv4Addr>().expect("an address"));
        let last = first | u32::MAX.checked_shr(bits).unwrap_or(0);
        let inside = [first, first.saturating_add(1).min(last), last.saturating_sub(1).max(first), last];
        addresses.extend(inside.map(|address| IpAddr::V4(address.into())));
    }
    for (first, bits) in SPECIAL_V6 {
        let first = u128::from(first.parse::<Ipv6Addr>().expect("an address"));
        let last = first | u128::MAX.checked_shr(bits).unwrap_or(0);
        let inside = [first, first.saturating_add(1).min(last), last.saturating_sub(1).max(first), last];
        addresses.extend(inside.map(|address| IpAddr::V6(address.into())));
    }
    addresses
}

fn literal(address: IpAddr) -> String {
    if address.is_ipv6() { format!("[{address}]") } else { address.to_string() }
}

/// Spellings of one address that a parser may take for another.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let [a, b, c, d] = address.octets();
    let number = u32::from(address);
    let wide: String = address
        .to_string()
        .chars()
        .map(|letter| match letter.to_digit(10) {
            Some(digit) => char::from_u32(0xFF10 + digit).expect("a full-width digit"),
            None => letter,
        })
        .collect();
    let v6 = address.to_ipv6_mapped();
    vec![
        format!("https://{number}/"),
        format!("https://0x{number:x}/"),
        format!("https://0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}/"),
        format!("https://0{a:o}.0{b:o}.0{c:o}.0{d:o}/"),
        format!("https://{a}.{b}.{}/", u32::from(c) * 256 + u32::from(d)),
        format!("https://{a}.{}/", number & 0x00FF_FFFF),
        format!("https://{address}./"),
        format!("https://{wide}/"),
        format!("https://{a}。{b}。{c}。{d}/"),
        format!("https://{a}%2e{b}%2e{c}%2e{d}/"),
        format!("https://example.org@{address}/"),
        format!("https://{address}\\@example.org/"),
        format!("https://{address}:443/"),
        format!("https:\\\\{address}\\"),
        format!("https://[{v6}]/"),
        format!("https://[::{a:x}{b:02x}:{c:x}{d:02x}]/"),
        format!("https://[64:ff9b::{a:x}{b:02x}:{c:x}{d:02x}]/"),
        format!("https://[2002:{a:x}{b:02x}:{c:x}{d:02x}::1]/"),
    ]
}

/// What is no address of the web, or of another port or user.
const NEVER: [&str; 20] = [
    "http://example.org/",
    "http://127.0.0.1:443/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "data:application/jose,x",
    "gopher://127.0.0.1:443/",
    "ws://example.org/",
    "javascript:alert(1)",
    "https://example.org:22/",
    "https://example.org:80/",
    "https://example.org:8443/",
    "https://example.org:9100/",
    "https://example.org:65535/",
    "https://user@example.org/",
    "https://user:word@example.org/",
    "https://:word@example.org/",
    "https://",
    "https:///",
    "//example.org/",
    "example.org",
];

/// Listens on port 443 of every address and remembers which were connected to.
struct Everywhere(Arc<Mutex<Vec<IpAddr>>>);

impl Everywhere {
    fn listen() -> Everywhere {
        let reached = Arc::new(Mutex::new(Vec::new()));
        for any in [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)] {
            let listener = match any {
                IpAddr::V4(_) => TcpListener::bind((any, 443)),
                // The IPv4 half of this one is taken already.
                IpAddr::V6(_) => v6_only(),
            };
            let (listener, reached) = (listener.expect("port 443 of the namespace"), Arc::clone(&reached));
            let work = move || {
                for connection in listener.incoming().flatten() {
                    reached.lock().expect("unpoisoned").push(connection.local_addr().expect("an address").ip());
                }
            };
            thread::Builder::new().name("everywhere".to_owned()).spawn(work).expect("a thread");
        }
        Everywhere(reached)
    }

    fn reached(&self) -> Vec<IpAddr> {
        self.0.lock().expect("unpoisoned").clone()
    }

    fn until(&self, count: usize) -> Vec<IpAddr> {
        for _ in 0..500 {
            if self.reached().len() >= count {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
        self.reached()
    }
}

fn v6_only() -> io::Result<TcpListener> {
    std::fs::write("/proc/sys/net/ipv6/bindv6only", "1")?;
    TcpListener::bind((Ipv6Addr::UNSPECIFIED, 443))
}

fn answering(answers: Vec<IpAddr>) -> Lookup {
    Arc::new(move |_, port| Ok(answers.iter().map(|address| SocketAddr::new(*address, port)).collect()))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tells whether it runs inside the namespace")]
fn no_connection_is_made_to_a_forbidden_address() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    if !namespaces_are_allowed() {
        return;
    }
    let script = "ip link set lo up && ip route add local 0.0.0.0/0 dev lo && ip -6 route add local ::/0 dev lo && exec \"$0\" \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--net", "sh", "-c", script]);
    through(&mut command, module_path!(), "no_connection_is_made_to_a_forbidden_address").env(INSIDE, "1");
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"] {
        command.env(name, "http://10.0.0.1:443");
    }
    let status = command.status().expect("unshare runs (package util-linux)");
    assert!(status.success(), "the test inside the namespace failed, or this machine gives no network namespaces");
}

/// Some systems give network namespaces to root only. CI has them; elsewhere the tests of `net::egress` must do.
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "tells CI from a newcomer's machine, and the newcomer"
)]
fn namespaces_are_allowed() -> bool {
    let probe = Command::new("unshare").args(["--map-root-user", "--net", "true"]).status();
    let allowed = probe.is_ok_and(|status| status.success());
    assert!(allowed || std::env::var_os("CI").is_none(), "CI runs where a test may have a network of its own");
    if !allowed {
        eprintln!("not tested: this system gives no network namespaces to this user");
    }
    allowed
}

#[expect(clippy::print_stdout, reason = "the count is what the test is for")]
fn inside() {
    prepare_tls();
    let everywhere = Everywhere::listen();
    let server = HttpsServer::start([]).expect("a server");
    let asked = AtomicUsize::new(0);
    let get = |lookup: Lookup, url: &str| {
        asked.fetch_add(1, Ordering::SeqCst);
        sandbox_asking(&server, lookup).fetch(FetchRequest::get(url, FetchPurpose::KeySet), &|| true).0
    };
    let refused = Err(FetchDefect::AddressRefused);
    let public: IpAddr = "8.8.8.8".parse().expect("an address");
    let special = special_addresses();

    // Each special address: written down, as the answer to a look-up, and mixed with a public answer in both orders.
    for address in &special {
        let url = format!("https://{}/x", literal(*address));
        let status = |answer: Result<_, _>| answer.map(|answer: ktc_kiosk::resolve::FetchAnswer| answer.head.status);
        assert_eq!(status(get(answering(vec![public]), &url)), refused, "{url}");
        for answers in [vec![*address], vec![public, *address], vec![*address, public]] {
            let answer = get(answering(answers.clone()), "https://shares.example.org/x");
            assert_eq!(status(answer), refused, "a name with {answers:?}");
        }
    }
    // Each spelling of those that matter most, and what is no address of the web.
    for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1"] {
        for url in spellings(address.parse().expect("an address")) {
            let answer = get(answering(vec![address.parse().expect("an address")]), &url);
            assert_eq!(answer.err(), Some(FetchDefect::AddressRefused), "{url}");
        }
    }
    for url in NEVER {
        assert_eq!(get(answering(vec![public]), url).err(), Some(FetchDefect::AddressRefused), "{url}");
    }
    // A redirect from a server that may be asked is an answer like any other, and nobody follows it.
    let local = format!("https://127.0.0.1:{}/r", server.port());
    for to in [
        "https://127.0.0.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://shares.example.org/x",
        "https://8.8.8.8/x",
        "http://127.0.0.1:443/x",
        "//10.0.0.1/x",
    ] {
        for status in [301_u16, 302, 303, 307, 308] {
            let mut redirect = Answer::ok("text/plain", "").header("Location", to);
            redirect.status = status;
            server.route("/r", redirect);
            let answer = get(answering(vec!["10.0.0.1".parse().expect("an address")]), &local);
            assert_eq!(answer.map(|answer| answer.head.status), Ok(status), "{to}");
        }
    }
    assert_eq!(everywhere.reached(), Vec::<IpAddr>::new(), "a connection was made");
    let forbidden = asked.load(Ordering::SeqCst);

    // The listener does listen: what is public is connected to, at exactly the address that was judged.
    for address in PUBLIC {
        let address: IpAddr = address.parse().expect("an address");
        assert!(get(answering(vec![address]), "https://shares.example.org/x").is_err(), "no TLS there");
    }
    // A name that changes its mind: public when it is judged, forbidden when it is asked again, and nobody asks again.
    let judged: IpAddr = "203.0.114.1".parse().expect("an address");
    let turn = Arc::new(AtomicUsize::new(0));
    let asked_again = Arc::clone(&turn);
    let changing: Lookup = Arc::new(move |_, port| {
        let first = turn.fetch_add(1, Ordering::SeqCst) == 0;
        Ok(vec![SocketAddr::new(if first { judged } else { Ipv4Addr::LOCALHOST.into() }, port)])
    });
    assert!(get(changing, "https://shares.example.org./x").is_err(), "no TLS there");
    assert_eq!(asked_again.load(Ordering::SeqCst), 1);
    let mut wanted: Vec<IpAddr> = PUBLIC.iter().map(|address| address.parse().expect("an address")).collect();
    wanted.push(judged);
    assert_eq!(everywhere.until(wanted.len()), wanted);

    // The name that was looked up is the name that is connected to, however the link spells it.
    let only_once: Lookup = Arc::new(|name, port| match name {
        "localhost" => Ok(vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)]),
        other => Err(io::Error::other(format!("asked for {other}"))),
    });
    server.route("/ok", Answer::ok("text/plain", "x"));
    for name in ["localhost", "localhost.", "LOCALHOST."] {
        let answer = get(Arc::clone(&only_once), &format!("https://{name}:{}/ok", server.port()));
        assert_eq!(answer.map(|answer| answer.head.status), Ok(200), "{name}");
    }
    println!("{forbidden} combinations, 0 connections; {} public ones, {} connections", wanted.len(), wanted.len());
    assert!(forbidden >= AT_LEAST, "only {forbidden} combinations");
}
