//! The lobby tells nobody whether somebody is a patient here: the same screens in the same time for a person whom the EHR knows and for
//! one whom it does not, and no question to the EHR before staff have signed in.
//!
//! `KTC_TRIES=n` shows so many codes; `cargo xtask test --deep` shows 2,000.

#![allow(clippy::print_stdout, reason = "the figures are what this test is for")]
#![expect(clippy::disallowed_methods, reason = "it measures, as often as it is told")]

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::session::Input;
use ktc_testbed::fault_proxy::FaultProxy;
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;
use serde_json::Value;
use std::time::{Duration, Instant};

const TRIES: usize = 120;
/// Beyond this a rank sum is chance once in 15,000 times.
const FAR: f64 = 4.0;

/// The same share about somebody with another name, as long.
fn somebody_else(share: &Value) -> Value {
    let text = share.to_string();
    let other = text.replace("Ostrander", "Ostrendar").replace("1941-03-08", "1942-04-09");
    assert_ne!(text, other);
    serde_json::from_str(&other).expect("JSON")
}

/// Walks from a code to the desk and leaves; each screen with the time that it took to come, in microseconds.
fn screens(station: &mut Station, code: &str) -> Vec<(&'static str, u128)> {
    station.show(code);
    let mut seen = vec![(station.state(), 0)];
    let begun = Instant::now();
    while station.state() != "awaiting-staff" {
        assert!(begun.elapsed() < Duration::from_secs(20), "it stands in {}", station.state());
        station.kiosk.pump();
        let state = station.state();
        if seen.last().is_some_and(|(last, _)| *last != state) {
            seen.push((state, begun.elapsed().as_micros()));
            if state == "sharing" {
                station.kiosk.handle(Input::SharingAgreed);
            }
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    station.kiosk.handle(Input::CancelTouched);
    station.until(&["idle"]);
    seen
}

/// By how many standard deviations the ranks of one sample lie away from those of the other (Mann and Whitney's U).
fn rank_sum(one: &[u128], other: &[u128]) -> f64 {
    let wins: f64 = one
        .iter()
        .flat_map(|it| other.iter().map(move |facing| it.cmp(facing)))
        .map(|order| match order {
            std::cmp::Ordering::Greater => 1.0,
            std::cmp::Ordering::Equal => 0.5,
            std::cmp::Ordering::Less => 0.0,
        })
        .sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    (wins - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt()
}

fn median(of: &[u128]) -> u128 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

#[test]
fn a_difference_of_a_millisecond_is_found() {
    let (one, other): (Vec<u128>, Vec<u128>) = (0..60).map(|it| (50_000 + it * 37, 51_500 + it * 37)).unzip();
    assert!(rank_sum(&one, &other).abs() > FAR);
    assert!(rank_sum(&one, &one).abs() < 0.001);
}

#[test]
fn the_lobby_takes_as_long_for_a_patient_as_for_a_stranger_and_asks_the_ehr_nothing() {
    let server = FhirServer::start().expect("a FHIR server");
    let share = walter().shared_bundle();
    let patient =
        share["entry"].as_array().expect("entries").iter().find(|it| it["resource"]["resourceType"] == "Patient");
    server.post("Patient", &patient.expect("a Patient")["resource"]).expect("a chart");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());
    let codes = [publish(&shares, &share), publish(&shares, &somebody_else(&share))];
    let mut station = Station::open(&config);
    codes.iter().for_each(|code| drop(screens(&mut station, code)));
    let tries = std::env::var("KTC_TRIES").ok().and_then(|tries| tries.parse().ok()).unwrap_or(TRIES);
    let mut took = [Vec::new(), Vec::new()];
    let mut walks = Vec::new();
    for number in 0..tries {
        // In turn, the first one changing, so that neither has the quieter moments.
        let who = (number + number / 2) % 2;
        let seen = screens(&mut station, &codes[who]);
        took[who].push(seen.last().expect("screens").1);
        walks.push(seen.into_iter().map(|(state, _)| state).collect::<Vec<_>>());
    }
    walks.sort_unstable();
    walks.dedup();
    assert_eq!(walks.len(), 1, "other screens: {walks:?}");
    let [known, unknown] = &took;
    let far = rank_sum(known, unknown);
    println!(
        "{tries} codes: median {} us for a patient, {} us for a stranger; rank sum {far:+.2} standard deviations",
        median(known),
        median(unknown)
    );
    assert!(far.abs() < FAR, "they are told apart by time: {far}");
    let asked: Vec<String> = proxy.requests().into_iter().map(|request| request.target).collect();
    assert!(asked.iter().all(|path| !path.contains("Patient")), "the EHR was asked about them: {asked:?}");
}
