//! An app's attestation is verified only when OpenSSL agrees that the app signed it.
#![no_main]

use ktc_fuzz::issuer;
use ktc_kiosk::trust::{AppAttestation, AttestationToken};

libfuzzer_sys::fuzz_target!(|input: (bool, &str)| {
    let (sign, text) = input;
    let header = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, issuer::KID);
    let text = if sign { issuer::sign_as(&header, text.as_bytes()) } else { text.to_owned() };
    let Some(token) = AttestationToken::read(&text) else { return };
    assert!(token.issuer.as_str().starts_with("https://"));
    let verified = token.check(&issuer::keys()) == AppAttestation::Verified;
    assert!(!verified || issuer::signed(&text), "an attestation was verified that nobody signed");
    assert!(verified || !sign, "a signed attestation was not verified");
});
