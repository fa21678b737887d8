//! A compact JWS (RFC 7515 7.1): header, payload as received, signature. Its shape alone: whether a key signed it is for
//! [`crate::trust::VerifyingKey`].

use crate::json::read_small;
use crate::sensitive::Sensitive;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A card of this many characters would fill hundreds of QR codes; in files, images make cards large.
const MAX_CHARS: usize = 2_000_000;

/// Why a text is no JWS that can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum JwsDefect {
    /// RFC 7515 7.1: three base64url parts.
    #[error("the text is not a compact JWS")]
    NotCompact,
    /// RFC 7515 4: the header is a JSON object.
    #[error("the JWS header is not JSON")]
    HeaderNotJson,
    /// SMART Health Cards, "Health Cards are encoded as Compact JWS": alg MUST be ES256; KTC asks the same of an app.
    #[error("the JWS algorithm is not ES256")]
    Algorithm,
    /// RFC 7515 4.1.11, RFC 7797: nothing that `crit` may name is understood here, `b64` neither.
    #[error("the JWS header demands an extension")]
    Critical,
}

/// A JWS in its three parts. Nothing about it is proven.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompactJws {
    text: Sensitive<String>,
    signed_chars: usize,
    header: Value,
    payload: Sensitive<Vec<u8>>,
    signature: Vec<u8>,
}

impl CompactJws {
    /// Splits and decodes. The header must be a JSON object, whatever it says.
    pub fn read(text: &str) -> Result<CompactJws, JwsDefect> {
        let text = text.trim();
        if text.len() > MAX_CHARS {
            return Err(JwsDefect::NotCompact);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts.as_slice() else { return Err(JwsDefect::NotCompact) };
        let decode = |part: &str| BASE64URL.decode(part).map_err(|_| JwsDefect::NotCompact);
        let json = read_small(&decode(header)?).map_err(|_| JwsDefect::HeaderNotJson)?;
        if !json.is_object() {
            return Err(JwsDefect::HeaderNotJson);
        }
        Ok(CompactJws {
            signed_chars: header.len() + 1 + payload.len(),
            header: json,
            payload: Sensitive::new(decode(payload)?),
            signature: decode(signature)?,
            text: Sensitive::from(text),
        })
    }

    /// The header, unproven.
    pub fn header(&self) -> &Value {
        &self.header
    }

    /// The name of the key that is said to have signed; empty when the header gives none. Only a hint: keys, addresses of keys
    /// and certificates in a header (`jwk`, `jku`, `x5u`, `x5c`) are never looked at.
    pub fn kid(&self) -> &str {
        self.header["kid"].as_str().unwrap_or_default()
    }

    /// The algorithm is the standard's and not the header's choice: ES256, and nothing that changes what is signed (`crit`,
    /// RFC 7797 `b64`).
    pub fn check_algorithm(&self) -> Result<(), JwsDefect> {
        if self.header["alg"] != "ES256" {
            return Err(JwsDefect::Algorithm);
        }
        let extended = ["crit", "b64"].iter().any(|name| self.header.get(*name).is_some());
        if extended { Err(JwsDefect::Critical) } else { Ok(()) }
    }

    /// The payload bytes as received, unproven.
    pub fn payload(&self) -> &[u8] {
        self.payload.reveal()
    }

    /// The whole text.
    pub fn text(&self) -> &Sensitive<String> {
        &self.text
    }

    /// What was signed: header and payload as received.
    pub fn signed_bytes(&self) -> &[u8] {
        self.text.reveal().as_bytes().get(..self.signed_chars).unwrap_or_default()
    }

    /// The signature's bytes, unproven.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }
}

impl TryFrom<String> for CompactJws {
    type Error = JwsDefect;

    fn try_from(text: String) -> Result<CompactJws, JwsDefect> {
        CompactJws::read(&text)
    }
}

impl From<CompactJws> for String {
    fn from(jws: CompactJws) -> String {
        jws.text.reveal().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_base64url_parts_are_a_jws() {
        assert!(CompactJws::read("e30.e30.e30").is_ok());
        for wrong in ["", "e30.e30", "e30.e30.e30.e30", "e30.e3+.e30", "e30.e30=.e30"] {
            assert_eq!(CompactJws::read(wrong).err(), Some(JwsDefect::NotCompact), "{wrong}");
        }
        assert_eq!(CompactJws::read("W10.e30.e30").err(), Some(JwsDefect::HeaderNotJson));
    }
}
