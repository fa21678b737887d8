//! What strangers blow up is refused at once: over loopback HTTPS, in the real sandbox, with its costs measured.
//!
//! Processor time and peak memory are those of the whole sandbox (start, locks, TLS and all), the least of several
//! rounds. What refusing costs is the difference in processor time to a file of the same length that is refused before
//! anything is unpacked, and the difference in memory to a normal share.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "takes the time of real processes and tells it")]

use crate::support::sandbox::{day, job, publish, publish_bytes, sandbox, trouble};
use ktc_kiosk::resolve::{FetchDefect, FetchPurpose, FetchRequest};
use ktc_kiosk::sandbox::{Cost, Sandbox};
use ktc_kiosk::trouble::Trouble;
use ktc_testbed::card::{Issuer, deflated, file};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::people::walter;
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file};
use std::time::{Duration, Instant};

/// The least of so many counts. They span some seconds, because a shared processor can be slow for two.
const ROUNDS: usize = 15;
/// The goal is 10 ms, and that is what a release build is held to (`cargo test --release --test process bombs::`). A debug build is
/// held to three times as much: our own code is unoptimised there, and wiping 5 MB alone takes some milliseconds.
const CPU_ALLOWED: Duration = Duration::from_millis(if cfg!(debug_assertions) { 30 } else { 10 });
const MEMORY_ALLOWED: u64 = 16_000_000;
/// What inflates beyond the largest share is counted so far, through one small piece of memory, before it is refused.
const COUNTING_ALLOWED: Duration = Duration::from_millis(if cfg!(debug_assertions) { 4_000 } else { 250 });

/// The outcome, and the least that it cost.
struct Measured {
    trouble: Option<Trouble>,
    cost: Cost,
}

fn measured(sandbox: &Sandbox, code: &str) -> Measured {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| sandbox.read_share(job(code, day(21)), &|| true)).collect();
    let cpu = rounds.iter().map(|(_, cost)| cost.cpu).min().expect("a round");
    let peak_bytes = rounds.iter().map(|(_, cost)| cost.peak_bytes).min().expect("a round");
    Measured { trouble: trouble(&rounds[0].0), cost: Cost { cpu, peak_bytes } }
}

/// Unpacking costs little more than a share that is as long on the wire and refused before anything is unpacked, and no more
/// memory than a normal share.
fn refused_cheaply(
    name: &str,
    bomb: &Measured,
    wanted: Trouble,
    as_long: &Measured,
    normal: &Measured,
    allowed: Duration,
) {
    assert_eq!(bomb.trouble, Some(wanted), "{name}");
    assert_eq!(normal.trouble, None);
    let cpu = bomb.cost.cpu.saturating_sub(as_long.cost.cpu);
    let kilobytes = |cost: &Cost| cost.peak_bytes / 1000;
    let memory = bomb.cost.peak_bytes.saturating_sub(normal.cost.peak_bytes);
    println!(
        "{name}: refusing took {cpu:?} (whole process {:?}, as long {:?}, normal {:?}); {} kB more than normal ({} kB)",
        bomb.cost.cpu,
        as_long.cost.cpu,
        normal.cost.cpu,
        memory / 1000,
        kilobytes(&normal.cost),
    );
    assert!(memory <= MEMORY_ALLOWED, "{name}: {memory} bytes more than a normal share");
    assert!(cpu <= allowed, "{name}: {cpu:?} to refuse it");
}

/// A file as long as this one that is refused before anything is unpacked.
fn as_long(server: &HttpsServer, sandbox: &Sandbox, file: &[u8]) -> Measured {
    let link = ShareLink { exp: None, ..ShareLink::direct(&server.origin(), "Records") };
    let other = ShareLink::direct(&server.origin(), "Records");
    server.route(&link.path(), Answer::ok(JOSE, file));
    let measured = measured(sandbox, &ShareLink { key: other.key, ..link }.shlink());
    assert_eq!(measured.trouble, Some(Trouble::FileTampered));
    measured
}

fn normal(server: &HttpsServer, sandbox: &Sandbox) -> Measured {
    measured(sandbox, &publish(server, &walter().shared_bundle()))
}

/// Publishes content as a link's file; gives the link's text and the file.
fn published(server: &HttpsServer, content: &[u8], zip: bool) -> (String, String) {
    let link = ShareLink { exp: None, ..ShareLink::direct(&server.origin(), "Records") };
    let file = encrypt_file(content, &link.key, zip, Some(FHIR_JSON));
    server.route(&link.path(), Answer::ok(JOSE, file.clone()));
    (link.shlink(), file)
}

/// `before` is as long as the bomb and is refused at the last step before unpacking.
fn refuses(name: &str, bomb: (&[u8], bool), before: Option<(&[u8], Trouble)>, wanted: Trouble, allowed: Duration) {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let (link, file) = published(&server, bomb.0, bomb.1);
    let before = match before {
        None => as_long(&server, &sandbox, file.as_bytes()),
        Some((content, refusal)) => {
            let measured = measured(&sandbox, &published(&server, content, false).0);
            assert_eq!(measured.trouble, Some(refusal));
            measured
        }
    };
    refused_cheaply(name, &measured(&sandbox, &link), wanted, &before, &normal(&server, &sandbox), allowed);
}

#[test]
fn a_link_file_that_inflates_to_200_mb_is_refused() {
    let mut bomb = br#"{"resourceType":"Bundle","type":"collection","entry":[],"x":""#.to_vec();
    bomb.resize(200_000_000, b' ');
    bomb.extend(b"\"}");
    refuses("link file of 200 MB", (&bomb, true), None, Trouble::ShareTooLarge, COUNTING_ALLOWED);
}

#[test]
fn a_card_that_inflates_to_300_mb_is_refused() {
    let issuer = Issuer::new("https://issuer.example.org");
    let mut claims = issuer.claims(&walter().card_bundle(), 1_700_000_000.0, None, None).to_string().into_bytes();
    claims.pop();
    claims.extend(b",\"x\":\"");
    claims.resize(300_000_000, b' ');
    claims.extend(b"\"}");
    let claims = deflated(&claims);
    let card = |payload: &[u8]| file(&issuer.sign_payload(payload)).to_string();
    // As long, and no DEFLATE from its first byte on.
    let bomb = card(&claims);
    let before = card(&[vec![0xFF; 2], claims[2..].to_vec()].concat());
    let before = (before.as_bytes(), Trouble::CardNotGenuine);
    refuses("card of 300 MB", (bomb.as_bytes(), false), Some(before), Trouble::ShareTooLarge, CPU_ALLOWED);
}

#[test]
fn a_hundred_thousand_nested_arrays_are_refused() {
    let bomb = "[".repeat(100_000);
    refuses("100,000 nested arrays", (bomb.as_bytes(), false), None, Trouble::ContentUnreadable, CPU_ALLOWED);
}

#[test]
fn a_key_set_of_60_mb_is_refused_announced_or_not() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    let card = issuer.sign(&walter().card_bundle(), 1_700_000_000.0, None, None);
    let request = || FetchRequest::get(format!("{}/.well-known/jwks.json", issuer.iss()), FetchPurpose::KeySet);
    let route = |answer| server.route("/issuer/.well-known/jwks.json", answer);
    let fetched = || {
        let rounds: Vec<_> = (0..ROUNDS).map(|_| sandbox.fetch(request(), &|| true)).collect();
        let cpu = rounds.iter().map(|(_, cost)| cost.cpu).min().expect("a round");
        let peak_bytes = rounds.iter().map(|(_, cost)| cost.peak_bytes).min().expect("a round");
        let refusal = rounds.into_iter().next().and_then(|(answer, _)| answer.err());
        (refusal, Cost { cpu, peak_bytes })
    };
    // As many bytes as are taken, and then no more.
    route(Answer::ok("application/json", vec![b' '; 1_000_000]));
    let (taken, most) = fetched();
    assert_eq!(taken, None);
    for behaviour in [Behaviour::Normal, Behaviour::Unannounced] {
        route(Answer::ok("application/json", vec![b' '; 60_000_000]).behaving(behaviour.clone()));
        let (refusal, cost) = fetched();
        assert_eq!(refusal, Some(FetchDefect::TooLarge), "{behaviour:?}");
        let cpu = cost.cpu.saturating_sub(most.cpu);
        let memory = cost.peak_bytes.saturating_sub(most.peak_bytes);
        println!(
            "key set of 60 MB, {behaviour:?}: {cpu:?} and {} kB more than one of 1 MB ({:?})",
            memory / 1000,
            most.cpu
        );
        assert!(cpu <= CPU_ALLOWED && memory <= MEMORY_ALLOWED, "{cpu:?} and {memory} bytes");
        let share = publish_bytes(&server, file(&card).to_string().as_bytes(), false);
        assert_eq!(measured(&sandbox, &share).trouble, Some(Trouble::IssuerUnknownKey));
    }
}

#[test]
fn slow_endless_lying_and_packed_answers_end_in_words() {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let packed = gzipped(&vec![b'x'; 100_000_000]);
    let cases = [
        (Answer::ok(JOSE, "x".repeat(1_000)).behaving(Behaviour::Drip { bytes_per_sec: 2 }), Trouble::TimedOut),
        (Answer::ok(JOSE, "").behaving(Behaviour::Hang), Trouble::TimedOut),
        (Answer::ok(JOSE, "").behaving(Behaviour::Endless), Trouble::ShareTooLarge),
        (Answer::ok(JOSE, "x".repeat(1_000)).behaving(Behaviour::Truncate(10)), Trouble::ShareServerDown),
        (Answer::ok(JOSE, packed).header("Content-Encoding", "gzip"), Trouble::ContentUnreadable),
    ];
    for (answer, wanted) in cases {
        let link = ShareLink::direct(&server.origin(), "Records");
        let name = format!("{:?}", answer.behaviour);
        server.route(&link.path(), answer);
        let start = Instant::now();
        let (reply, cost) = sandbox.read_share(job(&link.shlink(), day(0)), &|| true);
        assert_eq!(trouble(&reply), Some(wanted), "{name}");
        assert!(start.elapsed() < Duration::from_secs(15), "{name} took {:?}", start.elapsed());
        assert!(cost.peak_bytes < 200_000_000, "{name} took {} bytes", cost.peak_bytes);
    }
}

/// Packed, as a server may that ignores what was asked for.
fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3];
    packed.extend(deflated(bytes));
    packed.extend([0; 8]);
    packed
}
