//! The sandbox is locked in, is missed by nobody when it dies, and answers for the issuers' documents.

#![expect(clippy::disallowed_methods, reason = "takes the time of real processes, and tells a child that it is one")]

use crate::support::own_process::this_test;
use crate::support::sandbox::{day, job, publish, sandbox, trouble};
use ktc_kiosk::net::{Broker, EgressPolicy, TrustedCa, system_lookup};
use ktc_kiosk::sandbox::{Confinement, MemoryCache, ProbeTargets, Sandbox, SandboxOptions, attempt_all};
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::{Assurance, Checked, TrustList};
use ktc_testbed::ca::{Certificate, TestCa};
use ktc_testbed::card::{Issuer, qr_text};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::people::walter;
use ktc_testbed::share::ShareLink;
use ktc_testbed::trap::TrapListener;
use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const ALONE: &str = "KTC_ALONE";

fn read(sandbox: &Sandbox, code: &str) -> Option<Trouble> {
    trouble(&sandbox.read_share(job(code, day(21)), &|| true).0)
}

/// Whether this is the process in which nothing but this test runs; where it is not, it has run there when this returns. Who looks
/// for the one sandbox that it has started would find those of other tests.
fn alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let status = this_test(module_path!(), test).env(ALONE, "1").status().expect("the test starts");
    assert!(status.success(), "{test} failed in its own process");
    false
}

/// The sandboxes of this process.
fn children() -> Vec<u32> {
    let is_ours = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let mut after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let (state, parent) = (after_name.next(), after_name.next());
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        state != Some("Z")
            && parent == Some(&std::process::id().to_string())
            && command.split(|byte| *byte == 0).any(|word| word == b"sandbox")
    };
    let entries = fs::read_dir("/proc").expect("/proc").flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|pid| is_ours(*pid)).collect()
}

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(20) {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("waited in vain for {what}");
}

fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args([name, &pid.to_string()]).status().expect("kill runs").success());
}

fn targets(folder: &Path, listener: &TrapListener) -> ProbeTargets {
    let readable = folder.join("kiosk.toml");
    fs::write(&readable, "[clinic]").expect("a file");
    ProbeTargets {
        readable,
        writable: folder.join("written"),
        listener: listener.addr(),
        socket: folder.join("socket"),
        program: "/bin/true".into(),
        process: std::process::id(),
    }
}

#[test]
fn nothing_that_a_taken_over_process_would_try_succeeds_inside_and_all_of_it_outside() {
    let folder = tempfile::tempdir().expect("a folder");
    let trap = TrapListener::on(Ipv4Addr::LOCALHOST.into()).expect("a listener");
    let _listens = UnixListener::bind(folder.path().join("socket")).expect("a socket");
    let server = HttpsServer::start([]).expect("a server");
    let targets = targets(folder.path(), &trap);

    let (inside, confinement) = sandbox(&server).probe(targets.clone()).expect("the probe reports");
    let succeeded: Vec<_> = inside.iter().filter(|attempt| attempt.succeeded).collect();
    assert!(succeeded.is_empty(), "succeeded inside: {succeeded:?}");
    assert_eq!((trap.count(), targets.writable.exists()), (0, false));
    assert_eq!(confinement, Confinement::Full, "this machine's kernel holds all of it");

    let outside = attempt_all(&targets);
    let failed: Vec<_> = outside.iter().filter(|attempt| !attempt.succeeded).collect();
    assert!(failed.is_empty() && outside.len() == inside.len(), "failed outside: {failed:?}");
    until("the trap to count", || (trap.count() == 1).then_some(()));
}

#[test]
fn a_process_that_dies_in_the_middle_is_a_named_trouble_and_the_next_share_is_read() {
    if !alone("a_process_that_dies_in_the_middle_is_a_named_trouble_and_the_next_share_is_read") {
        return;
    }
    let server = HttpsServer::start([]).expect("a server");
    let good = publish(&server, &walter().shared_bundle());
    let silent = ShareLink::direct(&server.origin(), "Records");
    server.route(&silent.path(), Answer::status(200).behaving(Behaviour::Hang));
    let sandbox = sandbox(&server);
    for end in ["-KILL", "-ABRT", "-SYS"] {
        let asked = server.requests().len();
        let outcome = thread::scope(|scope| {
            let reading = scope.spawn(|| read(&sandbox, &silent.shlink()));
            until("the request", || (server.requests().len() > asked).then_some(()));
            let pid = until("the process", || children().first().copied());
            signal(end, pid);
            reading.join().expect("the reader lives")
        });
        assert_eq!(outcome, Some(Trouble::ReaderFailed), "{end}");
        assert_eq!(read(&sandbox, &good), None, "after {end}");
    }
    assert_eq!(children(), Vec::<u32>::new());
}

#[test]
fn a_process_that_hangs_ends_at_its_deadline() {
    if !alone("a_process_that_hangs_ends_at_its_deadline") {
        return;
    }
    let server = HttpsServer::start([]).expect("a server");
    let good = publish(&server, &walter().shared_bundle());
    let silent = ShareLink::direct(&server.origin(), "Records");
    server.route(&silent.path(), Answer::status(200).behaving(Behaviour::Hang));
    let sandbox = sandbox(&server);
    let start = Instant::now();
    let outcome = thread::scope(|scope| {
        let reading = scope.spawn(|| read(&sandbox, &silent.shlink()));
        until("the request", || (!server.requests().is_empty()).then_some(()));
        // It stands still: not even its own deadlines help.
        signal("-STOP", until("the process", || children().first().copied()));
        reading.join().expect("the reader lives")
    });
    assert_eq!(outcome, Some(Trouble::TimedOut));
    assert!((20..40).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert_eq!(children(), Vec::<u32>::new());
    assert_eq!(read(&sandbox, &good), None);
}

#[test]
fn a_visit_that_has_left_ends_its_process_at_once() {
    if !alone("a_visit_that_has_left_ends_its_process_at_once") {
        return;
    }
    let server = HttpsServer::start([]).expect("a server");
    let silent = ShareLink::direct(&server.origin(), "Records");
    server.route(&silent.path(), Answer::status(200).behaving(Behaviour::Hang));
    let sandbox = sandbox(&server);
    let present = AtomicBool::new(true);
    let waited = thread::scope(|scope| {
        let reading =
            scope.spawn(|| sandbox.read_share(job(&silent.shlink(), day(21)), &|| present.load(Ordering::SeqCst)).0);
        until("the request", || (!server.requests().is_empty()).then_some(()));
        let left = Instant::now();
        present.store(false, Ordering::SeqCst);
        reading.join().expect("the reader lives");
        left.elapsed()
    });
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    assert_eq!(children(), Vec::<u32>::new());
}

#[test]
fn a_server_with_a_bad_certificate_gets_no_request() {
    for certificate in [Certificate::Expired, Certificate::WrongHost, Certificate::SelfSigned] {
        let server = HttpsServer::start_with([], &TestCa::new(), &[], certificate).expect("a server");
        let code = publish(&server, &walter().shared_bundle());
        assert_eq!(read(&sandbox(&server), &code), Some(Trouble::ShareServerDown), "{certificate:?}");
        assert!(server.requests().is_empty(), "{certificate:?}");
    }
    let (server, other) = (HttpsServer::start([]).expect("a server"), HttpsServer::start([]).expect("a server"));
    let code = publish(&server, &walter().shared_bundle());
    let policy = EgressPolicy::public(system_lookup()).with_loopback_ports(&[server.port()]);
    let trusting_another = Sandbox::new(SandboxOptions {
        broker: Broker::new(policy),
        authority: Some(TrustedCa::from_pem(other.ca_pem().as_bytes()).expect("PEM")),
        issuer_cache: Box::new(MemoryCache::default()),
    });
    assert_eq!(read(&trusting_another, &code), Some(Trouble::ShareServerDown));
    assert!(server.requests().is_empty());
    assert_eq!(read(&sandbox(&server), &code), None, "the good one is read");
}

fn card(server: &HttpsServer, revocable: bool) -> (Issuer, String) {
    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    let issuer = if revocable { issuer.with_crl_version(1) } else { issuer };
    server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let rid = revocable.then_some("rid-7");
    let jws = issuer.sign(&walter().card_bundle(), 1_700_000_000.0, None, rid);
    (issuer, qr_text(&jws))
}

/// The assurance of the form's items, and the words about copies.
fn proven(sandbox: &Sandbox, code: &str, on: u64) -> (&'static str, Vec<String>) {
    let (reply, _) = sandbox.read_share(job(code, day(on)), &|| true);
    let arrival = reply.outcome.expect("a form").one_person().expect("one person");
    let assurance = match arrival.intake.items.first().expect("an item").assurance() {
        Assurance::SignedByUnlistedIssuer { .. } => "checked",
        Assurance::SignedNotChecked { .. } => "not checked",
        _ => "other",
    };
    let copies = reply.steps.into_iter().filter(|step| step.found.contains("copy")).map(|step| step.found);
    (assurance, copies.collect())
}

#[test]
fn keys_are_asked_for_once_a_day_and_a_copy_stands_in_for_a_week() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let (_, code) = card(&server, false);
    assert_eq!(proven(&sandbox, &code, 1), ("checked", Vec::new()));
    assert_eq!(server.requests().len(), 1);

    let copy = vec!["a copy of 2026-11-02 was used".to_owned()];
    assert_eq!(proven(&sandbox, &code, 1), ("checked", copy.clone()), "a second share of the same issuer");
    assert_eq!(server.requests().len(), 1, "nobody was asked");

    drop(server);
    assert_eq!(proven(&sandbox, &code, 5), ("checked", copy), "the issuer is down");
    assert_eq!(proven(&sandbox, &code, 9), ("not checked", Vec::new()), "the copy is too old");
}

#[test]
fn a_key_that_is_newer_than_the_copy_is_asked_for_once() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let (_, first) = card(&server, false);
    assert_eq!(proven(&sandbox, &first, 1).0, "checked");
    // The issuer makes a new key within the day.
    let (_, second) = card(&server, false);
    assert_eq!(proven(&sandbox, &second, 1).0, "checked");
    assert_eq!(server.requests().len(), 2);
    let unknown = qr_text(&Issuer::new(&format!("{}/issuer", server.origin())).sign(
        &walter().card_bundle(),
        1_700_000_000.0,
        None,
        None,
    ));
    assert_eq!(read(&sandbox, &unknown), Some(Trouble::IssuerUnknownKey));
    drop(server);
    assert_eq!(proven(&sandbox, &unknown, 2).0, "not checked", "nobody can say whether there is such a key");
}

#[test]
fn whoever_reads_the_form_is_told_the_date_of_the_copy() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let (issuer, code) = card(&server, false);
    let list = serde_json::json!({"as_of": "2026-11-01", "issuers": [{"iss": issuer.iss(), "name": "Lake Lab"}]});
    let checked = |on: u64| {
        let mut job = job(&code, day(on));
        job.trust = TrustList::read(list.to_string().as_bytes()).expect("a list");
        let arrival = sandbox.read_share(job, &|| true).0.outcome.expect("a form").one_person().expect("one person");
        match *arrival.intake.items.first().expect("an item").assurance() {
            Assurance::SignedByListedIssuer { checked, .. } => checked,
            _ => panic!("not listed"),
        }
    };
    assert_eq!(checked(1), Checked::LiveKeys);
    drop(server);
    assert_eq!(checked(5), Checked::CopyOf(day(1)));
}

#[test]
fn content_as_deep_as_the_reader_takes_it_reaches_the_kiosk_and_deeper_content_has_its_answer() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let nested = |levels: usize| {
        let mut bundle = walter().shared_bundle();
        // The bundle, its entries, one entry, its resource: four levels above this one.
        let deep = format!("{}{}", "[".repeat(levels - 4), "]".repeat(levels - 4));
        bundle["entry"][1]["resource"]["deep"] = serde_json::from_str(&deep).expect("JSON");
        publish(&server, &bundle)
    };
    assert_eq!(read(&sandbox, &nested(100)), None);
    assert_eq!(read(&sandbox, &nested(101)), Some(Trouble::ContentUnreadable));
}

#[test]
fn a_card_taken_back_is_refused_by_the_copy_of_the_list_too() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let (issuer, code) = card(&server, true);
    let list = format!("/issuer/.well-known/crl/{}.json", issuer.kid());
    server.route(&list, Answer::ok("application/json", issuer.crl(&["rid-7"]).to_string()));
    assert_eq!(read(&sandbox, &code), Some(Trouble::CardRevoked));
    let asked = server.requests().len();
    assert_eq!(read(&sandbox, &code), Some(Trouble::CardRevoked));
    assert_eq!(server.requests().len(), asked, "the list is fresh");
    drop(server);
    assert_eq!(read(&sandbox, &code), Some(Trouble::CardRevoked), "the issuer is down");
}
