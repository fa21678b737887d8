//! An encrypted file: a compact JWE, `dir` and `A256GCM`, opened with the link's key or not at all
//! ("Encrypting and Decrypting Files", RFC 7516, RFC 7518 5.3). Whatever is wrong with header or lengths is refused before
//! any key is used.

use super::{LinkDefect, LinkKey};
use crate::inflate::{InflateDefect, inflate_json};
use crate::json::sieved;
use crate::limits::Budget;
use crate::sensitive::Sensitive;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use serde_json::Value;

/// One file as it is sealed, compressed or not: what large senders' servers give out.
const MAX_FILE_BYTES: usize = 25_000_000;
/// What [`MAX_FILE_BYTES`] become in base64url, with header and tag.
pub(crate) const MAX_JWE_CHARS: usize = MAX_FILE_BYTES / 3 * 4 + 4_096;
/// A header holds a few words.
const MAX_HEADER_CHARS: usize = 4_096;
/// RFC 7518 5.3: a tag of 128 bits.
const TAG_BYTES: usize = 16;

/// A file that opened.
#[derive(Debug)]
pub struct OpenedFile {
    /// `cty`, authenticated by the tag; often missing.
    pub content_type: Option<String>,
    /// Whether the header names, by its thumbprint, another key than the one that opened it. It opened all the same.
    pub names_other_key: bool,
    /// The content.
    pub content: Sensitive<Vec<u8>>,
}

/// A file whose form is right and that is not open yet.
#[derive(Debug)]
pub struct SealedFile<'a> {
    header_text: &'a str,
    header: Value,
    compressed: bool,
    iv: [u8; NONCE_LEN],
    /// Ciphertext and tag.
    sealed: Vec<u8>,
}

/// Opens a file.
pub fn open_file(key: &LinkKey, jwe: &[u8]) -> Result<OpenedFile, LinkDefect> {
    SealedFile::read(jwe)?.open(key, crate::limits::MAX_OPENED_BYTES)
}

impl<'a> SealedFile<'a> {
    /// Splits and decodes. The algorithms are the standard's: a header that names others is refused.
    pub fn read(jwe: &'a [u8]) -> Result<SealedFile<'a>, LinkDefect> {
        if jwe.len() > MAX_JWE_CHARS {
            return Err(LinkDefect::TooLarge);
        }
        let jwe = std::str::from_utf8(jwe).map_err(|_| LinkDefect::NotCompactJwe)?.trim();
        let parts: Vec<&str> = jwe.splitn(6, '.').collect();
        let (header_text, iv, ciphertext, tag) = match parts.as_slice() {
            [header, "", iv, ciphertext, tag] if header.len() <= MAX_HEADER_CHARS => (*header, iv, ciphertext, tag),
            [header, _, _] if read_header(header).is_some_and(|header| header["enc"].is_null()) => {
                return Err(LinkDefect::SignedInsteadOfEncrypted);
            }
            _ => return Err(LinkDefect::NotCompactJwe),
        };
        let header = read_header(header_text).ok_or(LinkDefect::NotCompactJwe)?;
        let compressed = match &header["zip"] {
            Value::Null => false,
            zip if zip == "DEF" => true,
            _ => return Err(LinkDefect::Algorithm),
        };
        if header["alg"] != "dir" || header["enc"] != "A256GCM" || !header["crit"].is_null() {
            return Err(LinkDefect::Algorithm);
        }
        let decode = |part: &str, into: &mut Vec<u8>| -> Result<usize, LinkDefect> {
            let before = into.len();
            BASE64URL.decode_vec(part, into).map_err(|_| LinkDefect::NotCompactJwe)?;
            Ok(into.len() - before)
        };
        let mut iv_bytes = Vec::new();
        decode(iv, &mut iv_bytes)?;
        let iv = <[u8; NONCE_LEN]>::try_from(iv_bytes).map_err(|_| LinkDefect::NotCompactJwe)?;
        let mut sealed = Vec::with_capacity(ciphertext.len() + TAG_BYTES);
        decode(ciphertext, &mut sealed)?;
        if decode(tag, &mut sealed)? != TAG_BYTES {
            return Err(LinkDefect::NotCompactJwe);
        }
        Ok(SealedFile { header_text, header, compressed, iv, sealed })
    }

    /// Whether the content was compressed before it was encrypted.
    pub fn is_compressed(&self) -> bool {
        self.compressed
    }

    /// How many bytes are encrypted.
    pub fn ciphertext_bytes(&self) -> usize {
        self.sealed.len() - TAG_BYTES
    }

    /// Opens it: all of it, or nothing. Attachments are left out where the content has more than `room` bytes.
    pub fn open(mut self, key: &LinkKey, room: usize) -> Result<OpenedFile, LinkDefect> {
        let cipher = UnboundKey::new(&AES_256_GCM, key.bytes()).map_err(|_| LinkDefect::Key)?;
        let opened = LessSafeKey::new(cipher)
            .open_in_place(
                Nonce::assume_unique_for_key(self.iv),
                Aad::from(self.header_text.as_bytes()),
                &mut self.sealed,
            )
            .map_err(|_| LinkDefect::Tag)?
            .len();
        self.sealed.truncate(opened);
        let opened = Sensitive::new(self.sealed);
        let content = if self.compressed {
            Sensitive::new(inflate_json(opened.reveal(), room)?)
        } else if opened.reveal().len() > room {
            let (rest, _) = sieved(opened.reveal(), room).ok_or(InflateDefect::TooLarge)?;
            Sensitive::new(rest)
        } else {
            opened
        };
        let names_other_key = self.header["kid"].as_str().is_some_and(|kid| {
            let is_thumbprint = kid.len() == 43 && BASE64URL.decode(kid).is_ok();
            is_thumbprint && kid != thumbprint(key)
        });
        Ok(OpenedFile { content_type: self.header["cty"].as_str().map(str::to_owned), names_other_key, content })
    }
}

fn read_header(text: &str) -> Option<Value> {
    let json = BASE64URL.decode(text.get(..MAX_HEADER_CHARS.min(text.len()))?).ok()?;
    Budget::for_one_share().parse(&json).ok().filter(Value::is_object)
}

/// RFC 7638 3.2: SHA-256 over the required members of a symmetric key.
fn thumbprint(key: &LinkKey) -> String {
    let members = Sensitive::from(format!(r#"{{"k":"{}","kty":"oct"}}"#, BASE64URL.encode(key.bytes())));
    BASE64URL.encode(digest(&SHA256, members.reveal().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::health_link::payload::read_key;
    use serde_json::json;

    /// Seals as a careful app does, with header, key and lengths as the test wants them.
    fn seal(header: &Value, key: &LinkKey, content: &[u8]) -> [String; 5] {
        let header = BASE64URL.encode(header.to_string());
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.bytes()).expect("a key"));
        let mut sealed = content.to_vec();
        let nonce = Nonce::assume_unique_for_key([7; NONCE_LEN]);
        cipher.seal_in_place_append_tag(nonce, Aad::from(header.as_bytes()), &mut sealed).expect("sealed");
        let (ciphertext, tag) = sealed.split_at(content.len());
        [header, String::new(), BASE64URL.encode([7; NONCE_LEN]), BASE64URL.encode(ciphertext), BASE64URL.encode(tag)]
    }

    fn key(letter: &str) -> LinkKey {
        read_key(&json!(letter.repeat(43))).expect("a key").0
    }

    fn plain_header() -> Value {
        json!({"alg": "dir", "enc": "A256GCM", "cty": "application/fhir+json"})
    }

    fn open(parts: &[String; 5]) -> Result<OpenedFile, LinkDefect> {
        open_file(&key("A"), parts.join(".").as_bytes())
    }

    #[test]
    fn no_flipped_byte_leaves_any_of_the_content() {
        let jwe = seal(&plain_header(), &key("A"), br#"{"resourceType":"Bundle"}"#).join(".");
        assert!(open_file(&key("A"), jwe.as_bytes()).is_ok());
        assert_eq!(open_file(&key("E"), jwe.as_bytes()).err(), Some(LinkDefect::Tag));
        for at in 0..jwe.len() {
            for flip in [1, 2, 4, 8, 16, 32, 64, 128] {
                let mut changed = jwe.clone().into_bytes();
                changed[at] ^= flip;
                assert!(open_file(&key("A"), &changed).is_err(), "byte {at} with {flip}");
            }
        }
    }

    #[test]
    fn every_length_but_the_right_one_is_refused() {
        let good = seal(&plain_header(), &key("A"), b"{}");
        for (part, bytes) in
            [(1, 1), (1, 32), (2, 0), (2, 8), (2, 11), (2, 13), (2, 16), (4, 0), (4, 12), (4, 15), (4, 17)]
        {
            let mut wrong = good.clone();
            wrong[part] = BASE64URL.encode(vec![7; bytes]);
            assert_eq!(open(&wrong).err(), Some(LinkDefect::NotCompactJwe), "part {part} of {bytes} bytes");
        }
        let whole = good.join(".");
        for text in [whole.clone() + ".", whole.replace('.', " "), whole.replacen('.', "", 1), String::new()] {
            assert_eq!(open_file(&key("A"), text.as_bytes()).err(), Some(LinkDefect::NotCompactJwe), "{text}");
        }
        assert_eq!(open_file(&key("A"), &vec![b'A'; MAX_JWE_CHARS + 1]).err(), Some(LinkDefect::TooLarge));
    }

    #[test]
    fn a_header_that_names_anything_else_is_refused_before_the_key_is_used() {
        let changes = [
            json!({"alg": "RSA1_5"}),
            json!({"alg": "RSA-OAEP"}),
            json!({"alg": "A256KW"}),
            json!({"alg": "ECDH-ES"}),
            json!({"alg": "PBES2-HS256+A128KW", "p2c": 1_000_000_000, "p2s": "AAAA"}),
            json!({"alg": "DIR"}),
            json!({"alg": null}),
            json!({"alg": ["dir"]}),
            json!({"enc": "A128GCM"}),
            json!({"enc": "A256CBC-HS512"}),
            json!({"enc": null}),
            json!({"zip": "GZIP"}),
            json!({"zip": true}),
            json!({"crit": ["exp"], "exp": 1}),
            json!({"crit": []}),
        ];
        for change in changes {
            let mut header = plain_header();
            for (name, value) in change.as_object().expect("members") {
                header[name] = value.clone();
            }
            // Sealed with the right key: only the header stands in the way.
            assert_eq!(open(&seal(&header, &key("A"), b"{}")).err(), Some(LinkDefect::Algorithm), "{change}");
        }
        assert_eq!(open(&seal(&json!([]), &key("A"), b"{}")).err(), Some(LinkDefect::NotCompactJwe));
    }

    #[test]
    fn a_signed_card_in_place_of_an_encrypted_file_is_named_as_that() {
        let card = format!("{}.e30.e30", BASE64URL.encode(r#"{"alg":"ES256","zip":"DEF"}"#));
        assert_eq!(open_file(&key("A"), card.as_bytes()).err(), Some(LinkDefect::SignedInsteadOfEncrypted));
        assert_eq!(open_file(&key("A"), b"a.b.c").err(), Some(LinkDefect::NotCompactJwe));
    }

    #[test]
    fn a_kid_of_another_key_is_noticed_and_a_name_of_the_senders_own_is_not() {
        let named = |kid: &str| {
            let mut header = plain_header();
            header["kid"] = json!(kid);
            open(&seal(&header, &key("A"), b"{}")).expect("it opens all the same").names_other_key
        };
        assert!(!named(&thumbprint(&key("A"))));
        assert!(named(&thumbprint(&key("E"))));
        assert!(!named("key-1") && !named(""));
    }

    #[test]
    fn what_inflates_beyond_the_cap_is_refused() {
        let mut deflater = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        let too_much = vec![b' '; crate::limits::MAX_OPENED_BYTES + 1];
        std::io::Write::write_all(&mut deflater, &too_much).expect("in memory");
        let bomb = deflater.finish().expect("in memory");
        let mut header = plain_header();
        header["zip"] = json!("DEF");
        let opened = open(&seal(&header, &key("A"), &bomb));
        assert_eq!(opened.err(), Some(LinkDefect::Inflate(crate::inflate::InflateDefect::TooLarge)));
    }
}
