//! Rows that only this kiosk can read: AES-256-GCM under a key that lies outside the database. And names that only this kiosk
//! can compare: HMAC-SHA-256 under a key that is derived from it.

use super::StoreError;
use crate::filing::PatientKey;
use crate::sensitive::Sensitive;
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fs;
use std::path::Path;

/// First byte of every sealed value: how it is sealed.
const FORMAT: u8 = 1;
const NONCE_BYTES: usize = 12;
const KEY_BYTES: usize = 32;
const FOR_NAMES: &[u8] = b"ktc-kiosk keyed names 1";

/// The key of the sealed rows, and the one of the keyed names.
pub struct SealingKey {
    rows: RandomizedNonceKey,
    names: Names,
}

/// The key of the keyed names alone.
#[derive(Clone)]
pub(super) struct Names(hmac::Key);

impl SealingKey {
    /// Reads a key file: 32 bytes as one line of base64url.
    pub fn from_file(path: &Path) -> Result<SealingKey, StoreError> {
        let text = Sensitive::from(fs::read_to_string(path).map_err(StoreError::KeyFile)?);
        SealingKey::from_text(text.reveal())
    }

    /// Reads a key from its text.
    pub fn from_text(text: &str) -> Result<SealingKey, StoreError> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| StoreError::KeyFormat)?;
        let bytes = Sensitive::new(bytes);
        if bytes.reveal().len() != KEY_BYTES {
            return Err(StoreError::KeyFormat);
        }
        let rows = RandomizedNonceKey::new(&AES_256_GCM, bytes.reveal()).map_err(|_| StoreError::KeyFormat)?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, bytes.reveal()), FOR_NAMES);
        Ok(SealingKey { rows, names: Names(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref())) })
    }

    /// The text of a new key, for the file that setup writes.
    pub fn new_text() -> Result<Sensitive<String>, StoreError> {
        let mut bytes = [0; KEY_BYTES];
        rand::fill(&mut bytes).map_err(|_| StoreError::Seal)?;
        let bytes = Sensitive::new(bytes);
        Ok(Sensitive::from(URL_SAFE_NO_PAD.encode(bytes.reveal())))
    }

    /// What names are made with.
    pub(super) fn names(&self) -> &Names {
        &self.names
    }

    /// Seals `content` for one place only: moved to another row or table, it does not open.
    pub(super) fn seal(&self, place: &str, content: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut body = content.to_vec();
        let nonce = self.rows.seal_in_place_append_tag(Aad::from(place), &mut body).map_err(|_| StoreError::Seal)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + body.len());
        sealed.push(FORMAT);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Opens what was sealed for this place; `None` when it was changed, moved, or sealed with another key.
    pub(super) fn open(&self, place: &str, sealed: &[u8]) -> Option<Sensitive<Vec<u8>>> {
        let (format, rest) = sealed.split_first()?;
        let (nonce, body) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = (*format == FORMAT).then(|| body.to_vec())?;
        let length = self.rows.open_in_place(nonce, Aad::from(place), &mut body).ok()?.len();
        body.truncate(length);
        Some(Sensitive::new(body))
    }
}

impl Names {
    /// Stands for a patient.
    pub(super) fn patient(&self, patient: &PatientKey) -> [u8; 32] {
        self.name("patient", patient.as_str().as_bytes())
    }

    /// Stands for `content` where equal must be told from different and nothing else. `kind` keeps namesakes of other kinds apart.
    pub(super) fn name(&self, kind: &str, content: &[u8]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind.as_bytes());
        context.update(&[0]);
        context.update(content);
        let mut name = [0; 32];
        name.copy_from_slice(context.sign().as_ref());
        name
    }
}

/// SHA-256 of these bytes.
pub(super) fn sha256_of(bytes: &[u8]) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    sha256
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SealingKey {
        SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key")
    }

    #[test]
    fn every_changed_byte_a_moved_row_and_another_key_show() {
        let key = key();
        let sealed = key.seal("outbox a", b"Ana Delgado").expect("sealed");
        assert_eq!(key.open("outbox a", &sealed).expect("open").reveal(), b"Ana Delgado");
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert!(key.open("outbox a", &changed).is_none(), "byte {place}");
        }
        assert!(key.open("outbox b", &sealed).is_none());
        assert!(super::tests::key().open("outbox a", &sealed).is_none());
        assert!(key.open("outbox a", &[]).is_none() && key.open("outbox a", &[FORMAT; 5]).is_none());
    }

    #[test]
    fn the_same_content_never_looks_the_same() {
        let key = key();
        assert_ne!(key.seal("x", b"1").expect("sealed"), key.seal("x", b"1").expect("sealed"));
    }

    #[test]
    fn a_keyed_name_tells_equal_from_different_and_nothing_to_who_has_no_key() {
        let (key, other) = (key(), key());
        assert_eq!(key.names().name("chart", b"7"), key.names().name("chart", b"7"));
        assert_ne!(key.names().name("chart", b"7"), key.names().name("chart", b"8"));
        assert_ne!(key.names().name("chart", b"7"), key.names().name("source", b"7"));
        assert_ne!(key.names().name("chart", b"7"), other.names().name("chart", b"7"));
    }

    #[test]
    fn a_short_key_is_no_key() {
        assert!(matches!(SealingKey::from_text("c2hvcnQ"), Err(StoreError::KeyFormat)));
        assert!(matches!(SealingKey::from_text("not base64!"), Err(StoreError::KeyFormat)));
    }
}
