//! The members of a link, each within its rule. The payload is read here a second time, by the rules of the standard.
#![no_main]

use ktc_fuzz::{decode, encode};
use ktc_kiosk::health_link::HealthLink;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|payload: &[u8]| {
    let read = HealthLink::read(&format!("shlink:/{}", encode(payload)));
    let Ok(link) = read else { return };
    let json: Value = serde_json::from_slice(payload).expect("an accepted payload is JSON");
    assert_eq!(json["url"].as_str(), Some(link.url().reveal().as_str()));
    // Padding, which base64url leaves out in a link, is no part of a key.
    let key = json["key"].as_str().map(|key| key.trim_end_matches('=')).and_then(decode);
    assert_eq!(key.as_deref(), Some(link.key().bytes().as_slice()));
    assert!(json["v"].as_f64().is_none_or(|version| version <= 1.0), "a later version was accepted");
    let flag = json["flag"].as_str().unwrap_or_default();
    assert_eq!(link.flags().is_exactly_u(), flag == "U");
    assert!(link.expiry().is_none() || !json["exp"].is_null());
});
