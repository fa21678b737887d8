//! What issuers and the clinic publish: key sets, revocation lists, the list of issuers.
#![no_main]

use ktc_fuzz::issuer::KID;
use ktc_fuzz::{decode, encode};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::{IssuerKeys, IssuerUrl, RevocationList, TrustList};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|input: (i32, &[u8])| {
    let (issued, body) = input;
    key_set(body);
    revocation_list(issued, body);
    trust_list(body);
});

/// A key is found only under its own thumbprint, on the curve, and never one that shows its secret.
fn key_set(body: &[u8]) {
    let Ok(keys) = IssuerKeys::read(body) else { return };
    let json: Value = serde_json::from_slice(body).expect("a key set is JSON");
    let listed = json["keys"].as_array().expect("keys");
    assert!(listed.len() <= 100);
    for jwk in listed {
        let Some(key) = jwk["kid"].as_str().and_then(|kid| keys.find(kid).ok()) else { continue };
        let same_name = |other: &&Value| other["kid"].as_str() == Some(key.kid()) && other["d"].is_null();
        let found = listed.iter().filter(same_name).any(|jwk| {
            let (x, y) = (jwk["x"].as_str().unwrap_or_default(), jwk["y"].as_str().unwrap_or_default());
            let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
            decode(x).is_some_and(|x| x.len() == 32) && encode(openssl::sha::sha256(members.as_bytes())) == key.kid()
        });
        assert!(found, "a key was found under a name that is not its thumbprint");
        assert!(!key.verify(b"nobody signed this", &[1; 64]));
    }
}

/// Against a plain reading of the rule: listed, and issued before the time in the list where that can be read.
fn revocation_list(issued: i32, body: &[u8]) {
    let Ok(list) = RevocationList::read(body, KID) else { return };
    let json: Value = serde_json::from_slice(body).expect("a list is JSON");
    assert_eq!((json["kid"].as_str(), json["method"].as_str()), (Some(KID), Some("rid")));
    let at = Timestamp::from_unix_millis(i64::from(issued) * 1000);
    let entries: Vec<&str> =
        json["rids"].as_array().expect("rids").iter().map(|rid| rid.as_str().expect("text")).collect();
    for entry in &entries {
        let rid = entry.split('.').next().unwrap_or_default();
        let revoked =
            entries.iter().filter_map(|entry| entry.strip_prefix(rid)).any(|rest| match rest.strip_prefix('.') {
                None => rest.is_empty(),
                // What is no time, or one later than any card here, revokes all.
                Some(time) if time.bytes().all(|byte| byte.is_ascii_digit()) => {
                    time.parse::<u32>().map_or(true, |time| i64::from(issued) < i64::from(time))
                }
                Some(_) => true,
            });
        assert_eq!(list.revokes(rid, at), revoked, "{entry}");
    }
}

/// Every name is found again, under an address that is one.
fn trust_list(body: &[u8]) {
    let Ok(list) = TrustList::read(body) else { return };
    // Members that nobody reads may hold bytes that are no text; here they are left alone.
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return };
    let issuers = json["issuers"].as_array().expect("issuers");
    assert!(list.len() <= issuers.len() && list.is_empty() == issuers.is_empty());
    for listed in issuers {
        let issuer = IssuerUrl::parse(listed["iss"].as_str().expect("an address")).expect("a listed address is valid");
        assert!(list.listing(&issuer).is_some());
        assert!(issuer.key_set_url().starts_with("https://"));
    }
}
