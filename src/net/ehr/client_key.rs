//! The private keys by which this kiosk identifies itself: JSON Web Keys (RFC 7517) for the two algorithms that SMART asks of
//! clients, one file each. Only the public half ever leaves.

use crate::sensitive::{LogSafe, Sensitive};
use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use josekit::jwk::alg::rsa::RsaKeyPair;
use josekit::jwk::{Jwk, KeyPair as _};
use josekit::jws::{self, ES384, JwsHeader, JwsSigner, RS384};
use serde_json::{Map, Value};

/// Of a new RSA key.
const RSA_BITS: u32 = 3072;
/// A shorter modulus is refused: 2048 bits (RFC 7518 3.3).
const MIN_RSA_BYTES: usize = 256;

/// The algorithms that SMART asks of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigningAlg {
    /// ECDSA with P-384.
    Es384,
    /// RSA, PKCS #1 v1.5.
    Rs384,
}

impl SigningAlg {
    /// Both, the better one first.
    pub const ALL: [SigningAlg; 2] = [SigningAlg::Es384, SigningAlg::Rs384];

    /// The name in `alg`.
    pub fn name(self) -> &'static str {
        match self {
            SigningAlg::Es384 => "ES384",
            SigningAlg::Rs384 => "RS384",
        }
    }
}

/// Why a key cannot be used, or nothing could be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientKeyDefect {
    /// Not a JSON Web Key.
    #[error("it is no JSON Web Key")]
    NotJwk,
    /// Neither EC with P-384 nor RSA, or `alg` says otherwise.
    #[error("it is no key for ES384 or RS384")]
    Algorithm,
    /// Only the public half, or halves that do not fit.
    #[error("its private part is missing or unusable")]
    Private,
    /// RFC 7518 3.3.
    #[error("its RSA modulus is shorter than 2048 bits")]
    TooShort,
    /// The library refused.
    #[error("a key could not be made, or nothing could be signed with it")]
    Cryptography,
}

impl LogSafe for ClientKeyDefect {
    fn log_word(&self) -> &'static str {
        match self {
            ClientKeyDefect::NotJwk => "key-not-jwk",
            ClientKeyDefect::Algorithm => "key-algorithm",
            ClientKeyDefect::Private => "key-private-part",
            ClientKeyDefect::TooShort => "key-too-short",
            ClientKeyDefect::Cryptography => "key-cryptography",
        }
    }
}

/// A private key of this kiosk.
pub struct ClientKey {
    alg: SigningAlg,
    kid: String,
    public: Map<String, Value>,
    signer: Box<dyn JwsSigner>,
}

impl ClientKey {
    /// A new key as a private JSON Web Key, for a file.
    pub fn new_text(alg: SigningAlg) -> Result<Sensitive<String>, ClientKeyDefect> {
        let pair = match alg {
            SigningAlg::Es384 => EcKeyPair::generate(EcCurve::P384).map(|pair| pair.to_jwk_key_pair()),
            SigningAlg::Rs384 => RsaKeyPair::generate(RSA_BITS).map(|pair| pair.to_jwk_key_pair()),
        };
        let mut jwk = pair.map_err(|_| ClientKeyDefect::Cryptography)?;
        jwk.set_algorithm(alg.name());
        jwk.set_key_use("sig");
        jwk.set_key_id(thumbprint(&public_members(alg, jwk.as_ref())?));
        Ok(Sensitive::from(jwk.to_string()))
    }

    /// Reads a private JSON Web Key. Without `kid` it is called by its thumbprint (RFC 7638).
    pub fn parse(text: &[u8]) -> Result<ClientKey, ClientKeyDefect> {
        let jwk = Jwk::from_bytes(text).map_err(|_| ClientKeyDefect::NotJwk)?;
        let alg = match (jwk.key_type(), jwk.curve()) {
            ("EC", Some("P-384")) => SigningAlg::Es384,
            ("RSA", _) => SigningAlg::Rs384,
            _ => return Err(ClientKeyDefect::Algorithm),
        };
        if jwk.algorithm().is_some_and(|named| named != alg.name()) {
            return Err(ClientKeyDefect::Algorithm);
        }
        let public = public_members(alg, jwk.as_ref())?;
        let signer: Box<dyn JwsSigner> = match alg {
            SigningAlg::Es384 => Box::new(ES384.signer_from_jwk(&jwk).map_err(|_| ClientKeyDefect::Private)?),
            SigningAlg::Rs384 => {
                let modulus = public.get("n").and_then(Value::as_str).map(|text| URL_SAFE_NO_PAD.decode(text));
                match modulus {
                    Some(Ok(modulus)) if modulus.len() >= MIN_RSA_BYTES => {}
                    Some(Ok(_)) => return Err(ClientKeyDefect::TooShort),
                    _ => return Err(ClientKeyDefect::NotJwk),
                }
                Box::new(RS384.signer_from_jwk(&jwk).map_err(|_| ClientKeyDefect::Private)?)
            }
        };
        let kid = jwk.key_id().map_or_else(|| thumbprint(&public), str::to_owned);
        Ok(ClientKey { alg, kid, public, signer })
    }

    /// Its algorithm.
    pub fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The public half, for the key set that the clinic publishes.
    pub fn public_jwk(&self) -> Value {
        let mut jwk = self.public.clone();
        for (name, value) in [("use", "sig"), ("alg", self.alg.name()), ("kid", self.kid.as_str())] {
            jwk.insert(name.to_owned(), Value::from(value));
        }
        Value::Object(jwk)
    }

    /// Signs `claims` as a compact JWS that names this key.
    pub fn sign(&self, claims: &Value, mut header: JwsHeader) -> Result<Sensitive<String>, ClientKeyDefect> {
        header.set_key_id(&self.kid);
        let signed = jws::serialize_compact(claims.to_string().as_bytes(), &header, &*self.signer);
        signed.map(Sensitive::from).map_err(|_| ClientKeyDefect::Cryptography)
    }
}

/// The members that make up the public half (RFC 7638 3.2), in the order that the thumbprint wants.
fn public_members(alg: SigningAlg, jwk: &Map<String, Value>) -> Result<Map<String, Value>, ClientKeyDefect> {
    let names: &[&str] = match alg {
        SigningAlg::Es384 => &["crv", "kty", "x", "y"],
        SigningAlg::Rs384 => &["e", "kty", "n"],
    };
    let member = |name: &&str| Some(((*name).to_owned(), jwk.get(*name).filter(|value| value.is_string())?.clone()));
    names.iter().map(member).collect::<Option<_>>().ok_or(ClientKeyDefect::NotJwk)
}

fn thumbprint(public: &Map<String, Value>) -> String {
    let text = Value::Object(public.clone()).to_string();
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_published_holds_nothing_private() {
        for alg in SigningAlg::ALL {
            let key = ClientKey::parse(ClientKey::new_text(alg).expect("a key").reveal().as_bytes()).expect("a key");
            let public = key.public_jwk();
            let mut names: Vec<&str> = public.as_object().expect("members").keys().map(String::as_str).collect();
            names.sort_unstable();
            let wanted: &[&str] = match key.alg {
                SigningAlg::Es384 => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                SigningAlg::Rs384 => &["alg", "e", "kid", "kty", "n", "use"],
            };
            assert_eq!(names, wanted);
        }
    }

    #[test]
    fn a_key_of_another_kind_is_named_as_such() {
        let defect = |text: &str| ClientKey::parse(text.as_bytes()).err();
        let text = ClientKey::new_text(SigningAlg::Es384).expect("a key");
        let mut jwk: Value = serde_json::from_str(text.reveal()).expect("JSON");
        jwk["alg"] = json!("ES256");
        assert_eq!(defect(&jwk.to_string()), Some(ClientKeyDefect::Algorithm));
        jwk["alg"] = json!("ES384");
        jwk.as_object_mut().expect("members").remove("d");
        assert_eq!(defect(&jwk.to_string()), Some(ClientKeyDefect::Private));
        assert_eq!(defect(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#), Some(ClientKeyDefect::Algorithm));
        let short = RsaKeyPair::generate(1024).expect("a key").to_jwk_key_pair().to_string();
        assert_eq!(defect(&short), Some(ClientKeyDefect::TooShort));
        assert_eq!(defect("-----BEGIN PRIVATE KEY-----"), Some(ClientKeyDefect::NotJwk));
    }

    /// RFC 7638 3.1.
    #[test]
    fn the_thumbprint_is_that_of_the_standard() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCi\
                 FV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgn\
                 Yb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqb\
                 w0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        let public = public_members(SigningAlg::Rs384, jwk.as_object().expect("members")).expect("a key");
        assert_eq!(thumbprint(&public), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
