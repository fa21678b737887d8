//! What strangers blow up is refused at once: over loopback HTTPS, in the real process apart, with its costs measured.
//!
//! Processor time and peak memory are those of the whole process apart (start, locks, TLS and all). What refusing costs is
//! the difference to the same process reading a harmless share of the same length on the wire, the least of several rounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

#[path = "support/apart.rs"]
mod support;

use ktc_kiosk::apart::{Apart, Cost};
use ktc_kiosk::resolve::{FetchDefect, FetchPurpose, FetchRequest};
use ktc_kiosk::session::Trouble;
use ktc_testbed::card::{Issuer, deflated, file};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::people::walter;
use ktc_testbed::share::{JOSE, ShareLink};
use serde_json::json;
use std::time::{Duration, Instant};
use support::{apart, day, job, publish, publish_bytes, trouble};

const ROUNDS: usize = 5;
const CPU_ALLOWED: Duration = Duration::from_millis(10);
const MEMORY_ALLOWED: u64 = 16_000_000;

/// The outcome, and the least that it cost.
fn measured(apart: &Apart, code: &str) -> (Option<Trouble>, Cost) {
    let rounds: Vec<_> = (0..ROUNDS).map(|_| apart.read_share(job(code, day(21)), &|| true)).collect();
    let cpu = rounds.iter().map(|(_, cost)| cost.cpu).min().expect("a round");
    let peak_bytes = rounds.iter().map(|(_, cost)| cost.peak_bytes).min().expect("a round");
    (trouble(&rounds[0].0), Cost { cpu, peak_bytes })
}

/// Refusing costs little more than reading a harmless share that is as long on the wire.
fn refused_cheaply(name: &str, (refusal, bomb): (Option<Trouble>, Cost), wanted: Trouble, harmless: Cost) {
    assert_eq!(refusal, Some(wanted), "{name}");
    let cpu = bomb.cpu.saturating_sub(harmless.cpu);
    let memory = bomb.peak_bytes.saturating_sub(harmless.peak_bytes);
    println!("{name}: {:?} and {} kB; beyond the harmless share: {cpu:?} and {} kB", bomb.cpu, bomb.peak_bytes / 1000, memory / 1000);
    assert!(memory <= MEMORY_ALLOWED, "{name}: {memory} bytes more than a harmless share");
    assert!(cpu <= CPU_ALLOWED, "{name}: {cpu:?} more than a harmless share");
}

/// A bundle with so many bytes that do not compress: as long on the wire, deflated or not, as a bomb is.
fn padded(bytes: usize) -> Vec<u8> {
    let mut seed = 1_u64;
    let noise = |_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + u8::try_from(seed >> 33 & 15).unwrap_or(0))
    };
    let mut bundle = walter().shared_bundle();
    bundle["entry"][0]["resource"]["text"] = json!({"status": "generated", "div": (0..bytes * 2).map(noise).collect::<String>()});
    bundle.to_string().into_bytes()
}

#[test]
fn a_link_file_that_inflates_to_200_mb_is_refused() {
    let server = HttpsServer::start([]).expect("a server");
    let apart = apart(&server);
    let mut bomb = br#"{"resourceType":"Bundle","type":"collection","entry":[],"x":""#.to_vec();
    bomb.resize(200_000_000, b' ');
    bomb.extend(b"\"}");
    let bomb = publish_bytes(&server, &bomb, true);
    let harmless = measured(&apart, &publish_bytes(&server, &padded(200_000), true));
    assert_eq!(harmless.0, None);
    refused_cheaply("link file of 200 MB", measured(&apart, &bomb), Trouble::ShareTooLarge, harmless.1);
}

#[test]
fn a_card_that_inflates_to_300_mb_is_refused() {
    let server = HttpsServer::start([]).expect("a server");
    let apart = apart(&server);
    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let mut claims = issuer.claims(&walter().card_bundle(), 1_700_000_000.0, None, None).to_string().into_bytes();
    claims.pop();
    claims.extend(b",\"x\":\"");
    claims.resize(300_000_000, b' ');
    claims.extend(b"\"}");
    let bomb = issuer.sign_payload(&deflated(&claims));
    drop(claims);
    let bomb = publish_bytes(&server, file(&bomb).to_string().as_bytes(), false);
    let harmless = measured(&apart, &publish_bytes(&server, &padded(200_000), false));
    assert_eq!(harmless.0, None);
    refused_cheaply("card of 300 MB", measured(&apart, &bomb), Trouble::ShareTooLarge, harmless.1);
}

#[test]
fn a_hundred_thousand_nested_arrays_are_refused() {
    let server = HttpsServer::start([]).expect("a server");
    let apart = apart(&server);
    let bomb = publish_bytes(&server, "[".repeat(100_000).as_bytes(), false);
    let harmless = measured(&apart, &publish_bytes(&server, &padded(40_000), false));
    assert_eq!(harmless.0, None);
    refused_cheaply("100,000 nested arrays", measured(&apart, &bomb), Trouble::ContentUnreadable, harmless.1);
}

#[test]
fn a_key_set_of_60_mb_is_refused_announced_or_not() {
    let server = HttpsServer::start([]).expect("a server");
    let apart = apart(&server);
    for behaviour in [Behaviour::Normal, Behaviour::Unannounced] {
        let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
        let keys = Answer::ok("application/json", vec![b' '; 60_000_000]).behaving(behaviour.clone());
        server.route("/issuer/.well-known/jwks.json", keys);
        let request = || FetchRequest::get(format!("{}/.well-known/jwks.json", issuer.iss()), FetchPurpose::KeySet);
        let start = Instant::now();
        assert_eq!(apart.fetch(request(), &|| true).err(), Some(FetchDefect::TooLarge), "{behaviour:?}");
        let elapsed = start.elapsed();
        // The share that the card came in: its process never sees the document.
        let card = issuer.sign(&walter().card_bundle(), 1_700_000_000.0, None, None);
        let bomb = publish_bytes(&server, file(&card).to_string().as_bytes(), false);
        let harmless = measured(&apart, &publish(&server, &walter().shared_bundle()));
        assert_eq!(harmless.0, None);
        let name = format!("key set of 60 MB, {behaviour:?} ({elapsed:?} for the document)");
        refused_cheaply(&name, measured(&apart, &bomb), Trouble::IssuerUnknownKey, harmless.1);
    }
}

#[test]
fn slow_endless_lying_and_packed_answers_end_in_words() {
    let server = HttpsServer::start([]).expect("a server");
    let apart = apart(&server);
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
        let (reply, cost) = apart.read_share(job(&link.shlink(), day(0)), &|| true);
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
