//! An encrypted file: a compact JWE, `dir` and `A256GCM`, opened with the link's key or not at all.

use super::{LinkDefect, LinkKey};
use crate::inflate::inflate;
use crate::sensitive::Sensitive;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use serde_json::Value;

/// One file, encrypted or not, compressed or not.
const MAX_FILE_BYTES: usize = 5_000_000;
/// What [`MAX_FILE_BYTES`] become in base64url, with header and tag.
pub(crate) const MAX_JWE_CHARS: usize = MAX_FILE_BYTES / 3 * 4 + 4_096;

/// A file that opened.
#[derive(Debug)]
pub struct OpenedFile {
    /// `cty`, authenticated by the tag; often missing.
    pub content_type: Option<String>,
    /// The content.
    pub content: Sensitive<Vec<u8>>,
}

/// Opens a file. The algorithms are the standard's; a header that names others is refused before any key is used.
pub fn open_file(key: &LinkKey, jwe: &[u8]) -> Result<OpenedFile, LinkDefect> {
    if jwe.len() > MAX_JWE_CHARS {
        return Err(LinkDefect::TooLarge);
    }
    let jwe = std::str::from_utf8(jwe).map_err(|_| LinkDefect::NotCompactJwe)?.trim();
    let parts: Vec<&str> = jwe.split('.').collect();
    let [header, "", iv, ciphertext, tag] = parts.as_slice() else { return Err(LinkDefect::NotCompactJwe) };
    let decode = |part: &str| BASE64URL.decode(part).map_err(|_| LinkDefect::NotCompactJwe);
    let says: Value = serde_json::from_slice(&decode(header)?).map_err(|_| LinkDefect::NotCompactJwe)?;
    let compressed = match &says["zip"] {
        Value::Null => false,
        zip if zip == "DEF" => true,
        _ => return Err(LinkDefect::Algorithm),
    };
    if says["alg"] != "dir" || says["enc"] != "A256GCM" || !says["crit"].is_null() {
        return Err(LinkDefect::Algorithm);
    }
    let nonce = Nonce::try_assume_unique_for_key(&decode(iv)?).map_err(|_| LinkDefect::NotCompactJwe)?;
    let tag = decode(tag)?;
    if tag.len() != AES_256_GCM.tag_len() {
        return Err(LinkDefect::NotCompactJwe);
    }
    let mut sealed = decode(ciphertext)?;
    sealed.extend_from_slice(&tag);
    let cipher = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| LinkDefect::Key)?;
    let opened = LessSafeKey::new(cipher)
        .open_in_place(nonce, Aad::from(header.as_bytes()), &mut sealed)
        .map_err(|_| LinkDefect::Tag)?
        .len();
    sealed.truncate(opened);
    let opened = Sensitive::new(sealed);
    let content = if compressed { Sensitive::new(inflate(opened.reveal(), MAX_FILE_BYTES)?) } else { opened };
    Ok(OpenedFile { content_type: says["cty"].as_str().map(str::to_owned), content })
}
