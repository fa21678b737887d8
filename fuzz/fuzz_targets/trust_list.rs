//! The clinic's list of issuers: every name in it is found again, under an address that is one.
#![no_main]

use ktc_kiosk::trust::{IssuerUrl, TrustList};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(list) = TrustList::read(body) else { return };
    let json: Value = serde_json::from_slice(body).expect("a list is JSON");
    let issuers = json["issuers"].as_array().expect("issuers");
    assert!(list.len() <= issuers.len() && list.is_empty() == issuers.is_empty());
    for listed in issuers {
        let issuer = IssuerUrl::parse(listed["iss"].as_str().expect("an address")).expect("a listed address is valid");
        assert!(list.name(&issuer).is_some());
        assert!(issuer.key_set_url().starts_with("https://"));
    }
});
