//! The clinic's list of issuers: every name in it is found again, under an address that is one.
#![no_main]

use ktc_kiosk::trust::{IssuerUrl, TrustList};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Ok(list) = TrustList::read(body) else { return };
    // Members that nobody reads may hold bytes that are no text; here they are left alone.
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return };
    let issuers = json["issuers"].as_array().expect("issuers");
    assert!(list.len() <= issuers.len() && list.is_empty() == issuers.is_empty());
    for listed in issuers {
        let issuer = IssuerUrl::parse(listed["iss"].as_str().expect("an address")).expect("a listed address is valid");
        assert!(list.name(&issuer).is_some());
        assert!(issuer.key_set_url().starts_with("https://"));
    }
});
