//! The sharing app: SMART Health Links and the files behind them, encrypted as the links specification says.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use josekit::{jwe, util::random_bytes};
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Content type of a file that holds FHIR JSON.
pub const FHIR_JSON: &str = "application/fhir+json";
/// Content type under which encrypted files are served.
pub const JOSE: &str = "application/jose";

/// What a link's QR code says. Every field is open, so that a test can make it wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShareLink {
    /// Address of the manifest or, with flag `U`, of the file.
    pub url: String,
    /// AES-256 key.
    pub key: [u8; 32],
    /// Expiry, seconds since 1970.
    pub exp: Option<u64>,
    /// Flags such as `U`, `LP`.
    pub flag: Option<String>,
    /// Words for the receiver.
    pub label: Option<String>,
}

impl ShareLink {
    /// A KTC-shaped link (flag `U`, expiry in a day) to a fresh address `<origin>/s/<43 characters>`, with a fresh key.
    #[must_use]
    pub fn direct(origin: &str, label: &str) -> Self {
        Self {
            url: format!("{origin}/s/{}", URL_SAFE_NO_PAD.encode(random_bytes(32))),
            key: random_key(),
            exp: Some(now_secs() + 24 * 60 * 60),
            flag: Some("U".to_owned()),
            label: Some(label.to_owned()),
        }
    }

    /// The path of the address, to register it with a server.
    #[must_use]
    pub fn path(&self) -> String {
        let after_scheme = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let path = after_scheme.find('/').map_or("/", |at| &after_scheme[at..]);
        path.split('?').next().unwrap_or_default().to_owned()
    }

    /// The link payload as JSON, absent fields left out.
    #[must_use]
    pub fn payload(&self) -> Value {
        let mut payload = Map::new();
        payload.insert("url".to_owned(), json!(self.url));
        payload.insert("key".to_owned(), json!(URL_SAFE_NO_PAD.encode(self.key)));
        let optional = [
            ("exp", self.exp.map(Value::from)),
            ("flag", self.flag.clone().map(Value::from)),
            ("label", self.label.clone().map(Value::from)),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                payload.insert(name.to_owned(), value);
            }
        }
        Value::Object(payload)
    }

    /// `shlink:/...`
    #[must_use]
    pub fn shlink(&self) -> String {
        shlink_of(&self.payload())
    }

    /// The same behind a viewer's address.
    #[must_use]
    pub fn viewer_prefixed(&self) -> String {
        format!("https://viewer.example.org/open#{}", self.shlink())
    }
}

/// Any payload as a link, for payloads that no [`ShareLink`] can hold.
#[must_use]
pub fn shlink_of(payload: &Value) -> String {
    format!("shlink:/{}", URL_SAFE_NO_PAD.encode(payload.to_string()))
}

/// Encrypts one file: compact JWE, `dir` with `A256GCM`, on request deflated first.
#[must_use]
pub fn encrypt_file(plaintext: &[u8], key: &[u8; 32], zip: bool, cty: Option<&str>) -> String {
    let mut header = jwe::JweHeader::new();
    header.set_content_encryption("A256GCM");
    if zip {
        header.set_compression("DEF");
    }
    if let Some(cty) = cty {
        header.set_content_type(cty);
    }
    let encrypter = jwe::Dir.encrypter_from_bytes(key).expect("32 bytes are a key for dir");
    jwe::serialize_compact(plaintext, &header, &encrypter).expect("encryption in memory succeeds")
}

/// Opens what [`encrypt_file`] made, or what the kiosk publishes for a patient.
pub fn decrypt_file(token: &str, key: &[u8; 32]) -> std::io::Result<Vec<u8>> {
    let decrypter = jwe::Dir.decrypter_from_bytes(key).map_err(std::io::Error::other)?;
    jwe::deserialize_compact(token, &decrypter).map(|(plaintext, _)| plaintext).map_err(std::io::Error::other)
}

/// 32 random bytes.
#[must_use]
pub fn random_key() -> [u8; 32] {
    random_bytes(32).try_into().expect("32 bytes")
}

/// The clock, in the unit of `exp`.
#[must_use]
pub fn now_secs() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encrypted_files_open_with_the_key_of_the_link_only() {
        let link = ShareLink::direct("https://localhost:1", "Test");
        for zip in [false, true] {
            let token = encrypt_file(b"{\"resourceType\":\"Bundle\"}", &link.key, zip, Some(FHIR_JSON));
            assert_eq!(token.split('.').count(), 5);
            assert_eq!(decrypt_file(&token, &link.key).expect("opens"), b"{\"resourceType\":\"Bundle\"}");
            assert!(decrypt_file(&token, &random_key()).is_err());
        }
    }

    #[test]
    fn direct_link_keeps_to_the_limits_of_the_specification() {
        let link = ShareLink::direct("https://localhost:65535", "Test");
        assert!(link.url.len() <= 128);
        assert_eq!(link.path().len(), "/s/".len() + 43);
    }
}
