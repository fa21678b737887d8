//! A well signed card with any claims: what is accepted names its issuer, its type and its dates, and every bit counts.
#![no_main]

use flate2::{Compression, write::DeflateEncoder};
use ktc_fuzz::{issuer, now};
use ktc_kiosk::health_card::{HealthCard, verify};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::limits::Budget;
use serde_json::Value;
use std::io::Write as _;

libfuzzer_sys::fuzz_target!(|claims: &[u8]| {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(claims).expect("in memory");
    let text = issuer::sign(&encoder.finish().expect("in memory"));
    let jws = CompactJws::read(&text).expect("a JWS");
    let Ok(card) = HealthCard::read(jws, &mut Budget::for_one_share()) else { return };
    let Ok(card) = verify(card, &issuer::keys(), None, now()) else { return };
    let json: Value = serde_json::from_slice(claims).expect("accepted claims are JSON");
    assert_eq!(json["iss"].as_str(), Some(card.issuer().as_str()));
    assert!(card.issuer().as_str().starts_with("https://") && !card.issuer().as_str().ends_with('/'));
    let seconds = now().unix_millis() as f64 / 1000.0;
    assert!(json["nbf"].as_f64().is_some_and(|nbf| nbf <= seconds + 0.001));
    assert!(json["exp"].is_null() || json["exp"].as_f64().is_some_and(|exp| exp >= seconds - 0.001));
    let types = json["vc"]["type"].as_array().expect("types");
    assert!(types.iter().any(|kind| kind == "https://smarthealth.cards#health-card"));
    let entries = json["vc"]["credentialSubject"]["fhirBundle"]["entry"].as_array().map_or(0, Vec::len);
    let bundle = card.into_bundle();
    assert_eq!(bundle.entries.len() + bundle.unreadable, entries);
});
