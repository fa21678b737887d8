//! A published key set: a key is found only under its own thumbprint, on the curve, and never one that shows its secret.
#![no_main]

use ktc_fuzz::{decode, encode};
use ktc_kiosk::trust::IssuerKeys;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
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
});
