//! An issuer of SMART Health Cards: its key, its key list, the cards it signs and the codes that carry them.

use crate::share::sha256;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::DeflateEncoder};
use josekit::{
    jwk::{Jwk, alg::ec::EcCurve},
    jws::{self, ES256, JwsHeader, JwsSigner as _},
};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// Largest chunk of a card that was split over several codes (version 22, level L).
const CHUNK_CHARS: usize = 1191;

/// One issuer with one fresh P-256 key.
pub struct Issuer {
    iss: String,
    key: Jwk,
    kid: String,
    crl_version: Option<u64>,
}

impl Issuer {
    /// An issuer at this address (`https`, no trailing slash, unless a test wants it wrong).
    #[must_use]
    pub fn new(iss: &str) -> Self {
        let key = Jwk::generate_ec_key(EcCurve::P256).expect("key generation succeeds");
        let kid = thumbprint(&key);
        Self { iss: iss.to_owned(), key, kid, crl_version: None }
    }

    /// Announces a revocation list of this counter in the key list.
    #[must_use]
    pub const fn with_crl_version(mut self, ctr: u64) -> Self {
        self.crl_version = Some(ctr);
        self
    }

    /// Address of the issuer.
    #[must_use]
    pub fn iss(&self) -> &str {
        &self.iss
    }

    /// RFC 7638 thumbprint of the key.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key list that belongs at `<iss>/.well-known/jwks.json`.
    #[must_use]
    pub fn jwks(&self) -> Value {
        let part = |name: &str| self.key.parameter(name).cloned().unwrap_or_default();
        let mut key = json!({
            "kty": "EC", "kid": self.kid, "use": "sig", "alg": "ES256", "crv": "P-256", "x": part("x"), "y": part("y"),
        });
        if let Some(ctr) = self.crl_version {
            key["crlVersion"] = json!(ctr);
        }
        json!({"keys": [key]})
    }

    /// The revocation list that belongs at `<iss>/.well-known/crl/<kid>.json`.
    #[must_use]
    pub fn crl(&self, rids: &[&str]) -> Value {
        json!({"kid": self.kid, "method": "rid", "ctr": self.crl_version.unwrap_or(1), "rids": rids})
    }

    /// Signs a card: the bundle wrapped as a verifiable credential, deflated, ES256.
    #[must_use]
    pub fn sign(&self, bundle: &Value, nbf: f64, exp: Option<f64>, rid: Option<&str>) -> String {
        self.sign_payload(&deflated(self.claims(bundle, nbf, exp, rid).to_string().as_bytes()))
    }

    /// A card that names this issuer's key but was signed with another one.
    #[must_use]
    pub fn sign_as_stranger(&self, bundle: &Value, nbf: f64) -> String {
        let stranger = Self { kid: self.kid.clone(), ..Self::new(&self.iss) };
        stranger.sign(bundle, nbf, None, None)
    }

    /// Signs payload bytes as they are: for payloads that are not deflated, not JSON or not a card.
    #[must_use]
    pub fn sign_payload(&self, payload: &[u8]) -> String {
        let mut header = JwsHeader::new();
        header.set_key_id(&self.kid);
        header.set_claim("zip", Some(json!("DEF"))).expect("zip is a free claim of the header");
        let mut signer = ES256.signer_from_jwk(&self.key).expect("a P-256 key signs ES256");
        signer.remove_key_id();
        jws::serialize_compact(payload, &header, &signer).expect("signing in memory succeeds")
    }

    /// Signs payload bytes under any header text: for headers that no library writes.
    #[must_use]
    pub fn sign_under(&self, header: &str, payload: &[u8]) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signer = ES256.signer_from_jwk(&self.key).expect("a P-256 key signs ES256");
        let signature = signer.sign(signed.as_bytes()).expect("signing in memory succeeds");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The claims of a card, to change them before [`Issuer::sign_payload`].
    #[must_use]
    pub fn claims(&self, bundle: &Value, nbf: f64, exp: Option<f64>, rid: Option<&str>) -> Value {
        let mut claims = json!({
            "iss": self.iss,
            "nbf": nbf,
            "vc": {
                "type": ["https://smarthealth.cards#health-card"],
                "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle},
            },
        });
        if let Some(exp) = exp {
            claims["exp"] = json!(exp);
        }
        if let Some(rid) = rid {
            claims["vc"]["rid"] = json!(rid);
        }
        claims
    }
}

/// The text of the single QR code of a card: `shc:/` and two digits for each character.
#[must_use]
pub fn qr_text(jws: &str) -> String {
    format!("shc:/{}", digits(jws))
}

/// The texts of a card split over `parts` codes (deprecated form), or over as many as the limit of one code needs.
#[must_use]
pub fn chunked_qr_texts(jws: &str, parts: usize) -> Vec<String> {
    let parts = parts.max(jws.len().div_ceil(CHUNK_CHARS)).max(1);
    let size = jws.len().div_ceil(parts).max(1);
    let chunks: Vec<&[u8]> = jws.as_bytes().chunks(size).collect();
    let count = chunks.len();
    chunks
        .iter()
        .enumerate()
        .map(|(index, chunk)| format!("shc:/{}/{count}/{}", index + 1, digits(&String::from_utf8_lossy(chunk))))
        .collect()
}

/// Content of a `.smart-health-card` file.
#[must_use]
pub fn file(jws: &str) -> Value {
    json!({"verifiableCredential": [jws]})
}

/// Raw DEFLATE without header, as cards carry it.
#[must_use]
pub fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writing to memory succeeds");
    encoder.finish().expect("writing to memory succeeds")
}

fn digits(jws: &str) -> String {
    jws.bytes().fold(String::with_capacity(jws.len() * 2), |mut text, byte| {
        let _ = write!(text, "{:02}", byte.saturating_sub(45));
        text
    })
}

/// RFC 7638: the hash of the required members in alphabetical order, without white space.
fn thumbprint(key: &Jwk) -> String {
    let part = |name: &str| key.parameter(name).and_then(Value::as_str).unwrap_or_default();
    let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, part("x"), part("y"));
    URL_SAFE_NO_PAD.encode(sha256(canonical.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::minh_anh;

    #[test]
    fn card_fits_one_code_and_verifies_with_the_published_key() {
        let issuer = Issuer::new("https://localhost:65535/issuer");
        let jws = issuer.sign(&minh_anh().card_bundle(), 1_777_000_000.5, None, Some("lakeside-7"));
        assert!(jws.len() <= 1195, "{} characters", jws.len());

        let public = Jwk::from_bytes(issuer.jwks()["keys"][0].to_string()).expect("a key");
        let verifier = ES256.verifier_from_jwk(&public).expect("a verifier");
        assert!(jws::deserialize_compact(&jws, &verifier).is_ok());
        let forged = issuer.sign_as_stranger(&minh_anh().card_bundle(), 1_777_000_000.0);
        assert!(jws::deserialize_compact(&forged, &verifier).is_err());
    }

    #[test]
    fn chunks_join_to_the_card() {
        let jws = "abc.DEF-ghi_jkl";
        let texts = chunked_qr_texts(jws, 3);
        assert_eq!(texts.len(), 3);
        let joined: String = texts.iter().map(|text| text.rsplit('/').next().expect("digits")).collect();
        assert_eq!(format!("shc:/{joined}"), qr_text(jws));
    }
}
