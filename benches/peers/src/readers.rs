//! The kiosk's own way, and the least that any reader on the same libraries must do.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use flate2::bufread::DeflateDecoder;
use ktc_kiosk::fhir::{Bundle, Outline};
use ktc_kiosk::health_card::{HealthCard, verify};
use ktc_kiosk::health_link::{LinkKey, open_file};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::limits::Budget;
use ktc_kiosk::scan::{CodeReader, Reading, ScannedCode};
use ktc_kiosk::time::{Day, Timestamp};
use ktc_kiosk::trust::{IssuerKeys, RevocationList};
use serde_json::Value;
use std::hint::black_box;
use std::io::Read as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// The peer dates its cards by the clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp::from_unix_millis(since.as_millis().try_into().expect("a date"))
}

/// Codes to verified data.
pub fn card(codes: &[String], keys: &IssuerKeys, revoked: &RevocationList) -> Option<Bundle> {
    let mut reader = CodeReader::default();
    let mut cards = None;
    for code in codes {
        if let Reading::Code(ScannedCode::Cards(read)) = reader.read(code).ok()? {
            cards = Some(read);
        }
    }
    let jws = cards?.into_iter().next()?.ok()?;
    let card = HealthCard::read(jws, &mut Budget::for_one_share()).ok()?;
    Some(verify(card, keys, Some(revoked), now()).ok()?.into_bundle())
}

/// An encrypted file to a Bundle.
pub fn file(jwe: &str, key: &LinkKey) -> Option<Bundle> {
    let file = open_file(key, jwe.as_bytes()).ok()?;
    Bundle::from_outline(Outline::read(file.content.reveal(), &mut Budget::for_one_share()).ok()?).ok()
}

/// Values are built of every resource.
pub fn look_into(bundle: Bundle) -> Bundle {
    for entry in &bundle.entries {
        black_box(entry.resource.json());
    }
    bundle
}

/// What the patient waits for: the form of what was read, with everything in it looked into.
pub fn form(bundle: Bundle, kind: SourceKind) -> Option<Intake> {
    let source = Source { kind, host: "share.example".to_owned(), digest: [0; 32] };
    Intake::from_documents(vec![SharedDocument::unproven(bundle, source)], Day::constant(2026, 11, 22)).ok()
}

/// The form as the process that reads shares writes it, and as the kiosk reads it.
pub fn across(form: &Intake) -> Option<Intake> {
    serde_json::from_slice(&serde_json::to_vec(form).ok()?).ok()
}

/// Digits, signature, DEFLATE, JSON; no rule beyond those.
pub fn bare_card(codes: &[String], point: &[u8]) -> Option<Value> {
    let digits = codes.iter().map(|code| code.rsplit('/').next().unwrap_or_default()).collect::<String>();
    let pairs = digits.as_bytes().chunks_exact(2).map(|pair| char::from((pair[0] - b'0') * 10 + pair[1] - b'0' + 45));
    let jws: String = pairs.collect();
    let (signed, signature) = jws.rsplit_once('.')?;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &BASE64URL.decode(signature).ok()?).ok()?;
    let payload = BASE64URL.decode(signed.split_once('.')?.1).ok()?;
    let mut json = Vec::new();
    DeflateDecoder::new(payload.as_slice()).take(5_000_000).read_to_end(&mut json).ok()?;
    serde_json::from_slice(&json).ok()
}

/// The point of a key.
pub fn point(jwk: &Value) -> Vec<u8> {
    let coordinate = |name: &str| BASE64URL.decode(jwk[name].as_str().expect("a coordinate")).expect("base64url");
    [vec![4], coordinate("x"), coordinate("y")].concat()
}

/// The content of a file that is not compressed.
pub fn bare_content(jwe: &str, key: &[u8; 32]) -> Option<Vec<u8>> {
    let parts: Vec<&str> = jwe.split('.').collect();
    let decode = |part: &str| BASE64URL.decode(part).ok();
    let mut sealed = [decode(parts[3])?, decode(parts[4])?].concat();
    let nonce = Nonce::try_assume_unique_for_key(&decode(parts[2])?).ok()?;
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let length = cipher.open_in_place(nonce, Aad::from(parts[0].as_bytes()), &mut sealed).ok()?.len();
    sealed.truncate(length);
    Some(sealed)
}
