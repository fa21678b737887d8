//! Encrypted files, made and opened with OpenSSL: the peer of `health_link::open_file`.

use crate::{decode, encode};
use ktc_kiosk::health_link::{HealthLink, LinkKey};
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};

/// The key of every link here.
pub const KEY: [u8; 32] = *b"a key that each fuzz link shares";
/// One key, many files: no secret is kept, so one IV serves.
pub const IV: [u8; 12] = *b"one iv, one ";

/// A link with the flag U that has [`KEY`].
pub fn link() -> HealthLink {
    let payload = format!(r#"{{"url":"https://share.example/f","flag":"U","exp":1800000000,"key":"{}"}}"#, encode(KEY));
    HealthLink::read(&format!("shlink:/{}", encode(payload))).expect("a link")
}

/// [`KEY`] as the kiosk holds it.
pub fn key() -> LinkKey {
    link().key().clone()
}

/// A compact JWE of `content` under this header, whatever the header says.
pub fn seal(header: &str, content: &[u8]) -> String {
    let header = encode(header);
    let mut tag = [0; 16];
    let sealed =
        encrypt_aead(Cipher::aes_256_gcm(), &KEY, Some(&IV), header.as_bytes(), content, &mut tag).expect("sealed");
    format!("{header}..{}.{}.{}", encode(IV), encode(sealed), encode(tag))
}

/// What is inside, as it was encrypted; `None` when the tag does not hold.
pub fn open(jwe: &str) -> Option<Vec<u8>> {
    let parts: Vec<&str> = jwe.trim().split('.').collect();
    let [header, "", iv, sealed, tag] = parts.as_slice() else { return None };
    let (iv, sealed, tag) = (decode(iv)?, decode(sealed)?, decode(tag)?);
    decrypt_aead(Cipher::aes_256_gcm(), &KEY, Some(&iv), header.as_bytes(), &sealed, &tag).ok()
}
