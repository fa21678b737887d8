//! Links to addresses that are nobody's business: no connection is made, and listeners prove it.
//!
//! The test runs itself again in a network namespace of its own, where 10.0.0.1 and 169.254.169.254 are addresses of the
//! loopback interface and port 443 is free, so that there is something that could answer.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

use ktc_kiosk::net::{EgressPolicy, ShareClient, TrustedCa, prepare_tls};
use ktc_kiosk::resolve::{Fetch, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::trap::TrapListener;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const INSIDE: &str = "KTC_EGRESS_NAMESPACE";
const FORBIDDEN: [&str; 4] = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"];

fn get(client: &ShareClient, url: &str) -> Result<FetchAnswer, FetchDefect> {
    client.for_one_share().fetch(&FetchRequest::get(url, FetchPurpose::ShareFile))
}

fn literal(address: &str) -> String {
    if address.contains(':') { format!("[{address}]") } else { address.to_owned() }
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
    let program = std::env::current_exe().expect("this test");
    let script = "ip link set lo up && ip address add 10.0.0.1/32 dev lo && ip address add 169.254.169.254/32 dev lo && exec \"$0\" \
                  --exact no_connection_is_made_to_a_forbidden_address --nocapture";
    let mut command = Command::new("unshare");
    command
        .args(["--map-root-user", "--net", "sh", "-c", script])
        .arg(program)
        .env(INSIDE, "1")
        .env("HTTPS_PROXY", "http://10.0.0.1:443");
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

fn inside() {
    prepare_tls();
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let trap = |address: &str| {
        let address: IpAddr = address.parse().expect("an address");
        TrapListener::at(SocketAddr::new(address, 443)).expect("port 443 of the namespace")
    };
    let traps: Vec<TrapListener> = FORBIDDEN.into_iter().map(trap).collect();
    let server = HttpsServer::start([]).expect("a server");
    let mut asked = 0;
    // Literal addresses, names that resolve to them, names that change their mind, mixed answers.
    for forbidden in FORBIDDEN {
        let address: IpAddr = forbidden.parse().expect("an address");
        let turn = Arc::new(AtomicUsize::new(0));
        let lookups: [ktc_kiosk::net::Lookup; 3] = [
            Arc::new(move |_, port| Ok(vec![SocketAddr::new(address, port)])),
            Arc::new(move |_, port| {
                Ok(vec![SocketAddr::new("8.8.8.8".parse().expect("ip"), port), SocketAddr::new(address, port)])
            }),
            Arc::new(move |_, port| {
                // Public when it is judged, forbidden when it is asked again: nobody may ask again.
                let first = turn.fetch_add(1, Ordering::SeqCst).is_multiple_of(2);
                let judged: IpAddr = "203.0.114.1".parse().expect("ip");
                Ok(vec![SocketAddr::new(if first { judged } else { address }, port)])
            }),
        ];
        for (number, lookup) in lookups.into_iter().enumerate() {
            let ca = TrustedCa::from_pem(server.ca_pem().as_bytes()).expect("PEM");
            let policy = EgressPolicy::public(lookup).with_loopback_ports(&[server.port()]);
            let client = ShareClient::new(tokio.handle().clone(), policy, Some(ca));
            for url in [
                format!("https://{}/x", literal(forbidden)),
                "https://shares.example.org/x".to_owned(),
                "https://shares.example.org./x".to_owned(),
            ] {
                let changes_its_mind = number == 2 && url.contains("example.org");
                let answer = get(&client, &url);
                assert!(answer.is_err(), "{url}");
                assert!(changes_its_mind || matches!(answer, Err(FetchDefect::AddressRefused)), "{url}: {answer:?}");
                asked += 1;
            }
            // A redirect from a server that may be asked: it is an answer like any other, and nobody follows it.
            let local = format!("https://127.0.0.1:{}", server.port());
            for to in [format!("https://{}/x", literal(forbidden)), "https://shares.example.org/x".to_owned()] {
                for status in [301_u16, 302, 303, 307, 308] {
                    let mut redirect = Answer::ok("text/plain", "").header("Location", &to);
                    redirect.status = status;
                    server.route("/r", redirect);
                    assert_eq!(get(&client, &format!("{local}/r")).map(|answer| answer.status), Ok(status));
                    asked += 1;
                }
                server.route("/r", Answer::status(302).behaving(Behaviour::RedirectTo(to)));
                assert!(matches!(get(&client, &format!("{local}/r")).map(|answer| answer.status), Ok(300..=399)));
            }
        }
    }
    // The name that was looked up is the name that is connected to, however the link spells it: nobody asks a second time.
    let only_once: ktc_kiosk::net::Lookup = Arc::new(|name, port| match name {
        "localhost" => Ok(vec![SocketAddr::new("127.0.0.1".parse().expect("ip"), port)]),
        other => Err(std::io::Error::other(format!("asked for {other}"))),
    });
    let ca = TrustedCa::from_pem(server.ca_pem().as_bytes()).expect("PEM");
    let policy = EgressPolicy::public(only_once).with_loopback_ports(&[server.port()]);
    let client = ShareClient::new(tokio.handle().clone(), policy, Some(ca));
    server.route("/ok", Answer::ok("text/plain", "x"));
    for name in ["localhost", "localhost.", "LOCALHOST."] {
        let answer = get(&client, &format!("https://{name}:{}/ok", server.port()));
        assert_eq!(answer.map(|answer| answer.status), Ok(200), "{name}");
    }
    let reached: Vec<usize> = traps.iter().map(TrapListener::count).collect();
    assert_eq!(reached, [0, 0, 0, 0], "after {asked} requests");
    // The traps do count: this is what a connection would have looked like.
    for trap in &traps {
        TcpStream::connect_timeout(&trap.addr(), Duration::from_secs(2)).expect("the trap listens");
    }
    std::thread::sleep(Duration::from_millis(200));
    assert!(traps.iter().all(|trap| trap.count() == 1), "a trap did not count");
}
