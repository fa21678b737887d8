//! An issuer's key set (SMART Health Cards 1.3.2): EC P-256 signature keys, named by their own thumbprint.

use aws_lc_rs::{digest, signature};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More keys than this is no issuer's key set.
const MAX_KEYS: usize = 100;

/// Why a key set, or a key in it, cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum KeySetDefect {
    /// RFC 7517: not a JSON object with a list of keys.
    #[error("the key set is not a JWK set")]
    NotAKeySet,
    /// A limit of ours.
    #[error("the key set has more than 100 keys")]
    TooManyKeys,
    /// SHC 1.3.4: no key of this name, or its name is not its thumbprint, or it is not an ES256 signature key.
    #[error("the key set has no usable key of that name")]
    NoSuchKey,
    /// SHC 1.3.2: the key set publishes a private part, so the key proves nothing.
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

    /// Checks a key of the set. Its name is the thumbprint, whatever the set calls it.
    fn read(jwk: &Value) -> Result<VerifyingKey, KeySetDefect> {
        if !jwk["d"].is_null() {
            return Err(KeySetDefect::PrivateKeyPublished);
        }
        let allowed = jwk["kty"] == "EC"
            && jwk["crv"] == "P-256"
            && (jwk["use"].is_null() || jwk["use"] == "sig")
            && (jwk["alg"].is_null() || jwk["alg"] == "ES256");
        let coordinate = |name: &str| {
            let text = jwk[name].as_str().filter(|text| text.len() == 43)?;
            BASE64URL.decode(text).ok().filter(|bytes| bytes.len() == 32)
        };
        let (Some(x), Some(y), true) = (coordinate("x"), coordinate("y"), allowed) else {
            return Err(KeySetDefect::NoSuchKey);
        };
        let kid = thumbprint(&x, &y);
        let point = [&[4_u8], x.as_slice(), y.as_slice()].concat();
        Ok(VerifyingKey { kid, point, revocation_counter: jwk["crlVersion"].as_u64() })
    }
}

/// RFC 7638: SHA-256 over the required members in alphabetical order.
fn thumbprint(x: &[u8], y: &[u8]) -> String {
    let members =
        format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, BASE64URL.encode(x), BASE64URL.encode(y));
    BASE64URL.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

/// The key set of one issuer, as published.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuerKeys {
    keys: Vec<Value>,
}

impl IssuerKeys {
    /// Reads a published key set.
    pub fn read(body: &[u8]) -> Result<IssuerKeys, KeySetDefect> {
        let json: Value = serde_json::from_slice(body).map_err(|_| KeySetDefect::NotAKeySet)?;
        let keys = json["keys"].as_array().ok_or(KeySetDefect::NotAKeySet)?;
        if keys.len() > MAX_KEYS {
            return Err(KeySetDefect::TooManyKeys);
        }
        Ok(IssuerKeys { keys: keys.clone() })
    }

    /// The card issuer's key of this name, which must be the key's thumbprint. Several entries may share a name (same key,
    /// other certificates); one good one is enough.
    pub fn find(&self, kid: &str) -> Result<VerifyingKey, KeySetDefect> {
        self.find_named(kid).and_then(|key| if key.kid == kid { Ok(key) } else { Err(KeySetDefect::NoSuchKey) })
    }

    /// The app's key of this name; apps may call their keys as they like (KTC 4.10).
    pub fn find_named(&self, kid: &str) -> Result<VerifyingKey, KeySetDefect> {
        let mut why = KeySetDefect::NoSuchKey;
        for jwk in self.keys.iter().filter(|jwk| jwk["kid"] == kid) {
            match VerifyingKey::read(jwk) {
                Ok(key) => return Ok(key),
                Err(KeySetDefect::PrivateKeyPublished) => return Err(KeySetDefect::PrivateKeyPublished),
                Err(defect) => why = defect,
            }
        }
        Err(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_thumbprint_is_computed_and_not_believed() {
        let key = json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "x",
            "x": "A".repeat(43), "y": "A".repeat(43)});
        let set = IssuerKeys::read(json!({"keys": [key]}).to_string().as_bytes()).expect("a key set");
        assert_eq!(set.find("x").err(), Some(KeySetDefect::NoSuchKey));
    }

    #[test]
    fn a_page_instead_of_keys_is_no_key_set() {
        assert_eq!(IssuerKeys::read(b"<html>").err(), Some(KeySetDefect::NotAKeySet));
        assert_eq!(IssuerKeys::read(b"{}").err(), Some(KeySetDefect::NotAKeySet));
    }
}
