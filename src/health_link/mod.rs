//! SMART Health Links (HL7 STU 1): the `shlink:/` text, and the encrypted files behind it.
//!
//! One file per layer: `text` (from what was scanned to JSON), `payload` (what it says, with `flags`), `manifest` (the list of
//! files, with `media_type`), `jwe` (an encrypted file). `anatomy` says of a payload member by member whether its rule holds.
//! Requests are made by `resolve`, connections by `net`.

mod anatomy;
mod flags;
mod jwe;
mod manifest;
mod media_type;
mod passcode;
mod payload;
mod text;

pub use anatomy::{Member, anatomy_of};
pub use flags::{Flag, Flags};
pub(crate) use jwe::MAX_JWE_CHARS;
pub use jwe::{OpenedFile, SealedFile, open_file};
#[cfg(feature = "kiosk")]
pub(crate) use manifest::MAX_HOSTS;
pub use manifest::{FileContent, FileStatus, Manifest, ManifestFile};
pub use media_type::{FileType, MediaType};
pub use passcode::Passcode;
pub use payload::{Expiry, HealthLink, LinkKey};
pub use text::{TextDefect, parts_of, payload_of};

use crate::inflate::InflateDefect;
use crate::sensitive::LogSafe;

/// Why a link or its file was refused. One variant per rule; holds nothing of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LinkDefect {
    /// "SMART Health Links URI": `shlink:/` and base64url of minified JSON.
    #[error("the text is not a complete SMART Health Link")]
    NotALink,
    /// The same section: the text is complete, and is not base64url of a JSON object, or more than a QR code holds.
    #[error("the text behind shlink:/ is not base64url of a JSON object")]
    Malformed,
    /// `url`: 1..1, at most 128 characters, and https for us; `location` of a file: https.
    #[error("an address of the link is missing, too long or not https")]
    Address,
    /// `key`: 43 characters, 32 bytes.
    #[error("the link's key is not 32 bytes")]
    Key,
    /// `flag`: text, in which U and P MUST NOT occur together.
    #[error("the link's flags contradict each other, or are no text")]
    Flags,
    /// `exp` that is no time at all.
    #[error("the link's expiry is not a time")]
    Expiry,
    /// `v` above 1: SHOULD tell the user and SHOULD NOT call the address.
    #[error("the link is of a later version")]
    Version,
    /// "SMART Health Link Manifest Request": a JSON object with a list of `files`.
    #[error("the answer is not a manifest")]
    NotAManifest,
    /// A limit of ours.
    #[error("the manifest names {0} files; 50 are read at the most")]
    TooManyFiles(usize),
    /// A limit of ours.
    #[error("the manifest's files lie on {0} hosts; 8 are asked at the most")]
    TooManyHosts(usize),
    /// `files`: each has `embedded` or `location`.
    #[error("a file of the manifest is neither embedded nor at a location")]
    FileWithoutContent,
    /// `application/jose`: an encrypted file; here a signed one, which nobody needs a key to read.
    #[error("the file is a signed card (JWS) where an encrypted file (JWE) belongs")]
    SignedInsteadOfEncrypted,
    /// RFC 7516 7.1: five parts; `dir` leaves the second empty; IV 12 bytes, tag 16.
    #[error("the file is not a compact JWE")]
    NotCompactJwe,
    /// "Encrypting and Decrypting Files": alg MUST be dir, enc MUST be A256GCM, zip only DEF.
    #[error("the file is not encrypted as the standard says")]
    Algorithm,
    /// The tag does not match: wrong key, or changed on the way.
    #[error("the file does not open with the link's key")]
    Tag,
    /// `zip: DEF`, under a cap.
    #[error(transparent)]
    Inflate(#[from] InflateDefect),
    /// A limit of ours on one file.
    #[error("the file is larger than 25 MB")]
    TooLarge,
}

impl LogSafe for LinkDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}
