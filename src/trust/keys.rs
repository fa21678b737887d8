//! An issuer's key set (SMART Health Cards, "Determining keys"): EC P-256 signature keys, named by their own thumbprint.

use super::revocation::counter_of;
use crate::json::{read_small, take_member};
use crate::jws::CompactJws;
use aws_lc_rs::digest;
use aws_lc_rs::signature::{self, ParsedPublicKey};
use base64::prelude::{BASE64_STANDARD as BASE64, BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use rustls_pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use webpki::EndEntityCert;

/// More keys than this is no issuer's key set.
const MAX_KEYS: usize = 100;

/// Why a key set, or a key in it, cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error, Serialize, Deserialize)]
pub enum KeySetDefect {
    /// RFC 7517: not a JSON object with a list of keys.
    #[error("the key set is not a JWK set")]
    NotAKeySet,
    /// A limit of ours.
    #[error("the key set has more than 100 keys")]
    TooManyKeys,
    /// SHC "Determining keys": no key of this name, or its name is not its thumbprint.
    #[error("the key set has no key of that name")]
    NoSuchKey,
    /// SHC "Determining keys": kty EC, crv P-256, use sig, alg ES256; RFC 7518 6.2.1.2: coordinates of 32 bytes, never fewer;
    /// on the curve.
    #[error("the key is not an ES256 signature key")]
    NotASignatureKey,
    /// SHC "Determining keys": the first certificate of `x5c` MUST hold the same key.
    #[error("the certificate beside the key holds another key")]
    CertificateDiffers,
    /// SHC "Determining keys": the key set publishes a private part, so the key proves nothing.
    #[error("the key set publishes a private key")]
    PrivateKeyPublished,
}

/// One P-256 public key, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    kid: String,
    point: Vec<u8>,
    revocation_counter: Option<u64>,
}

impl VerifyingKey {
    /// The RFC 7638 thumbprint of the key, which is its name.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// `crlVersion`: the issuer publishes a revocation list for this key.
    pub fn revocation_counter(&self) -> Option<u64> {
        self.revocation_counter
    }

    /// Checks an ES256 signature: 64 bytes, r and s (RFC 7518 3.4), over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, &self.point);
        key.verify(message, signature).is_ok()
    }

    /// Whether this key signed header and payload as received, with ES256.
    pub fn signed(&self, jws: &CompactJws) -> bool {
        self.verify(jws.signed_bytes(), jws.signature())
    }

    /// The key as a JWK with what is needed of it.
    pub(super) fn to_jwk(&self) -> Value {
        let coordinate = |at: usize| BASE64URL.encode(self.point.get(at..at + 32).unwrap_or_default());
        let mut jwk = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.kid, "x": coordinate(1),
            "y": coordinate(33)});
        if let Some(counter) = self.revocation_counter {
            jwk["crlVersion"] = counter.into();
        }
        jwk
    }

    /// Checks a key of the set. Its name is the thumbprint, whatever the set calls it.
    fn read(jwk: &Value) -> Result<VerifyingKey, KeySetDefect> {
        if !is_left_out(&jwk["d"]) {
            return Err(KeySetDefect::PrivateKeyPublished);
        }
        let allowed = jwk["kty"] == "EC"
            && jwk["crv"] == "P-256"
            && (is_left_out(&jwk["use"]) || jwk["use"] == "sig")
            && (is_left_out(&jwk["alg"]) || jwk["alg"] == "ES256")
            && (is_left_out(&jwk["key_ops"])
                || jwk["key_ops"].as_array().is_some_and(|may| may.contains(&"verify".into())));
        let coordinate = |name: &str| {
            let text = jwk[name].as_str().filter(|text| text.len() == 43)?;
            BASE64URL.decode(text).ok().filter(|bytes| bytes.len() == 32)
        };
        let (Some(x), Some(y), true) = (coordinate("x"), coordinate("y"), allowed) else {
            return Err(KeySetDefect::NotASignatureKey);
        };
        let kid = thumbprint(&x, &y);
        let point = [&[4_u8], x.as_slice(), y.as_slice()].concat();
        if ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, &point).is_err() {
            return Err(KeySetDefect::NotASignatureKey);
        }
        if !is_left_out(&jwk["x5c"]) && !first_certificate_holds(&jwk["x5c"], &point) {
            return Err(KeySetDefect::CertificateDiffers);
        }
        Ok(VerifyingKey { kid, point, revocation_counter: announced_counter(&jwk["crlVersion"]) })
    }
}

/// An optional member that says nothing: some software writes an empty list or text where it has no value.
fn is_left_out(member: &Value) -> bool {
    match member {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// Whether there is a revocation list, and how often it was changed at the least. What cannot be read announces a list that
/// no list is new enough for: a card with an id is then not taken for checked.
fn announced_counter(counter: &Value) -> Option<u64> {
    (!counter.is_null()).then(|| counter_of(counter).unwrap_or(u64::MAX))
}

/// What stands before a P-256 point in a certificate (RFC 5480 2: SubjectPublicKeyInfo, id-ecPublicKey, secp256r1).
const P256_INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// Certificates in `x5c` are base64, not base64url (RFC 7517 4.7). Who signed them is not asked: the issuer's address counts.
fn first_certificate_holds(x5c: &Value, point: &[u8]) -> bool {
    let Some(der) = x5c[0].as_str().and_then(|text| BASE64.decode(text).ok()).map(CertificateDer::from) else {
        return false;
    };
    let info = EndEntityCert::try_from(&der).map(|certificate| certificate.subject_public_key_info());
    info.is_ok_and(|info| info.strip_prefix(&P256_INFO) == Some(point))
}

/// RFC 7638: SHA-256 over the required members in alphabetical order.
fn thumbprint(x: &[u8], y: &[u8]) -> String {
    let members =
        format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, BASE64URL.encode(x), BASE64URL.encode(y));
    BASE64URL.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

/// The key set of one issuer, as published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IssuerKeys {
    keys: Vec<Value>,
}

impl IssuerKeys {
    /// Reads a published key set.
    pub fn read(body: &[u8]) -> Result<IssuerKeys, KeySetDefect> {
        let mut json = read_small(body).map_err(|_| KeySetDefect::NotAKeySet)?;
        match take_member(&mut json, "keys") {
            Value::Array(keys) => IssuerKeys::from_list(keys),
            _ => Err(KeySetDefect::NotAKeySet),
        }
    }

    /// The keys of a list of JWKs.
    pub(super) fn from_list(keys: Vec<Value>) -> Result<IssuerKeys, KeySetDefect> {
        if keys.len() > MAX_KEYS { Err(KeySetDefect::TooManyKeys) } else { Ok(IssuerKeys { keys }) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Each key as a card reader would have it, or why not.
    pub fn judged(&self) -> impl Iterator<Item = Result<VerifyingKey, KeySetDefect>> + '_ {
        self.keys.iter().map(|jwk| jwk["kid"].as_str().ok_or(KeySetDefect::NoSuchKey).and_then(|kid| self.find(kid)))
    }

    /// The card issuer's key of this name, which must be the key's thumbprint. Several entries may share a name (same key,
    /// other certificates): one good one is enough, and the highest counter among them counts.
    pub fn find(&self, kid: &str) -> Result<VerifyingKey, KeySetDefect> {
        self.find_where(kid, |key| key.kid == kid)
    }

    /// The app's key of this name; apps may call their keys as they like (KTC "App Attestation").
    pub fn find_named(&self, kid: &str) -> Result<VerifyingKey, KeySetDefect> {
        self.find_where(kid, |_| true)
    }

    fn find_where(&self, kid: &str, fits: impl Fn(&VerifyingKey) -> bool) -> Result<VerifyingKey, KeySetDefect> {
        let mut found: Option<VerifyingKey> = None;
        let mut why = KeySetDefect::NoSuchKey;
        for jwk in self.keys.iter().filter(|jwk| jwk["kid"] == kid) {
            match VerifyingKey::read(jwk) {
                Ok(_) if self.publishes_private_part_of(jwk) => return Err(KeySetDefect::PrivateKeyPublished),
                Ok(key) if fits(&key) => {
                    let known = found.get_or_insert_with(|| key.clone());
                    if known.kid == key.kid {
                        known.revocation_counter = known.revocation_counter.max(key.revocation_counter);
                    }
                }
                Ok(_) => {}
                Err(KeySetDefect::PrivateKeyPublished) => return Err(KeySetDefect::PrivateKeyPublished),
                Err(defect) => why = defect,
            }
        }
        found.ok_or(why)
    }

    /// Under whatever name: everybody can sign with such a key. The other keys of the set are as good as before.
    fn publishes_private_part_of(&self, jwk: &Value) -> bool {
        self.keys.iter().any(|other| !is_left_out(&other["d"]) && other["x"] == jwk["x"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_counter_is_read_as_number_and_text_and_anything_else_announces_a_list_that_nobody_has() {
        let counter = |value: Value| announced_counter(&value);
        assert_eq!(counter(Value::Null), None);
        assert_eq!((counter(json!(1)), counter(json!("1"))), (Some(1), Some(1)));
        for odd in [json!(-1), json!(1.5), json!("one"), json!([]), json!({}), json!(true)] {
            assert_eq!(counter(odd.clone()), Some(u64::MAX), "{odd}");
        }
    }

    #[test]
    fn the_same_key_twice_keeps_its_highest_counter_and_a_decoy_of_its_name_hides_nothing() {
        let mut decoy = key();
        decoy["x"] = json!(Y);
        let (plain, mut counted) = (key(), key());
        counted["crlVersion"] = json!(3);
        let kid = key()["kid"].as_str().expect("a kid").to_owned();
        for order in [[&decoy, &plain, &counted], [&counted, &plain, &decoy]] {
            let keys = IssuerKeys::from_list(order.into_iter().cloned().collect()).expect("keys");
            assert_eq!(keys.find(&kid).map(|key| key.revocation_counter()), Ok(Some(3)));
        }
    }

    const X: &str = "11XvRWy1I2S0EyJlyf_bWfw_TQ5CJJNLw78bHXNxcgw";
    const Y: &str = "eZXwxvO1hvCY0KucrPfKo7yAyMT6Ajc3N7OkAB6VYy8";
    const KID: &str = "3Kfdg-XwP-7gXyywtUfUADwBumDOPKMQx-iELL11W9s";

    fn key() -> Value {
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": KID, "x": X, "y": Y})
    }

    fn found(keys: &[Value]) -> Result<VerifyingKey, KeySetDefect> {
        IssuerKeys::read(json!({"keys": keys}).to_string().as_bytes()).and_then(|set| set.find(KID))
    }

    #[test]
    fn a_key_is_known_by_its_thumbprint_and_by_no_other_name() {
        assert_eq!(found(&[key()]).map(|key| key.kid().to_owned()).as_deref(), Ok(KID));
        let mut renamed = key();
        renamed["kid"] = "x".into();
        let set = IssuerKeys::read(json!({"keys": [renamed]}).to_string().as_bytes()).expect("a key set");
        assert_eq!(set.find("x").err(), Some(KeySetDefect::NoSuchKey));
        assert_eq!(set.find(KID).err(), Some(KeySetDefect::NoSuchKey));
        for name in ["", "../../etc/passwd", "' OR 1=1 --", &"k".repeat(10_000_000)] {
            assert_eq!(set.find(name).err(), Some(KeySetDefect::NoSuchKey));
        }
    }

    #[test]
    fn only_a_p256_signature_key_on_the_curve_is_used() {
        let wrong = [
            ("kty", json!("RSA")),
            ("crv", json!("P-384")),
            ("use", json!("enc")),
            ("alg", json!("ES384")),
            ("key_ops", json!(["encrypt"])),
            ("y", json!(X)),
            ("x", json!("AA")),
            ("y", json!(null)),
            ("alg", json!("es256")),
        ];
        for (member, value) in wrong {
            let mut key = key();
            key[member] = value;
            assert_eq!(found(&[key.clone()]).err(), Some(KeySetDefect::NotASignatureKey), "{key}");
        }
    }

    #[test]
    fn a_certificate_with_another_key_spoils_its_entry_and_no_other() {
        let mut with = key();
        for x5c in [json!([""]), json!("x"), json!({}), json!(false), json!([7]), json!(["AAAA"]), json!(["-_"])] {
            with["x5c"] = x5c;
            assert_eq!(found(&[with.clone()]).err(), Some(KeySetDefect::CertificateDiffers), "{with}");
            assert!(found(&[with.clone(), key()]).is_ok());
        }
    }

    #[test]
    fn an_optional_member_that_is_empty_is_left_out() {
        let mut empty = key();
        for (member, value) in [
            ("x5c", json!([])),
            ("x5c", Value::Null),
            ("use", json!("")),
            ("alg", json!("")),
            ("key_ops", json!([])),
            ("d", json!("")),
        ] {
            empty[member] = value;
            assert!(found(&[empty.clone()]).is_ok(), "{empty}");
        }
        for member in ["kty", "crv", "x", "y"] {
            let mut without = key();
            without[member] = json!("");
            assert_eq!(found(&[without]).err(), Some(KeySetDefect::NotASignatureKey), "{member} is required");
        }
    }

    #[test]
    fn a_published_private_part_spoils_its_key_under_any_name() {
        let mut private = key();
        private["d"] = X.into();
        assert_eq!(found(&[private.clone()]).err(), Some(KeySetDefect::PrivateKeyPublished));
        assert_eq!(found(&[key(), private.clone()]).err(), Some(KeySetDefect::PrivateKeyPublished));
        private["kid"] = "other".into();
        assert_eq!(found(&[key(), private.clone()]).err(), Some(KeySetDefect::PrivateKeyPublished));
        private["x"] = Y.into();
        assert!(found(&[key(), private]).is_ok(), "another key of the set is another matter");
    }

    #[test]
    fn a_set_has_a_limit_and_the_same_key_may_stand_there_twice() {
        assert!(found(&vec![key(); 100]).is_ok());
        assert_eq!(found(&vec![key(); 101]).err(), Some(KeySetDefect::TooManyKeys));
    }

    #[test]
    fn a_page_instead_of_keys_is_no_key_set() {
        assert_eq!(IssuerKeys::read(b"<html>").err(), Some(KeySetDefect::NotAKeySet));
        assert_eq!(IssuerKeys::read(b"{}").err(), Some(KeySetDefect::NotAKeySet));
        assert_eq!(IssuerKeys::read(br#"{"keys":[],"keys":[]}"#).err(), Some(KeySetDefect::NotAKeySet));
    }
}
