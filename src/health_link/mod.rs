//! SMART Health Links (HL7 STU 1): the `shlink:/` text, and the encrypted files behind it.
//!
//! One file per layer: `payload` (the text and what it says), `flags`, `jwe` (an encrypted file). Requests are made by
//! `resolve`, connections by `net`.

mod flags;
mod jwe;
mod passcode;
mod payload;

pub use flags::{Flag, Flags};
pub(crate) use jwe::MAX_JWE_CHARS;
pub use jwe::{OpenedFile, open_file};
pub use passcode::Passcode;
pub use payload::{Expiry, HealthLink, LinkKey};

use crate::inflate::InflateDefect;
use crate::sensitive::LogSafe;

/// Why a link or its file was refused. One variant per rule; holds nothing of the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkDefect {
    /// "SMART Health Links URI": `shlink:/` and base64url of minified JSON.
    #[error("the text is not a complete SMART Health Link")]
    NotALink,
    /// `url`: 1..1, at most 128 characters, and https for us.
    #[error("the link's address is missing, too long or not https")]
    Address,
    /// `key`: 43 characters, 32 bytes.
    #[error("the link's key is not 32 bytes")]
    Key,
    /// `flag`: U and P MUST NOT occur together.
    #[error("the link's flags contradict each other")]
    Flags,
    /// `exp` that is no time at all.
    #[error("the link's expiry is not a time")]
    Expiry,
    /// `v` above 1: SHOULD tell the user and SHOULD NOT call the address.
    #[error("the link is of a later version")]
    Version,
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
    #[error("the file is larger than 5 MB")]
    TooLarge,
}

impl LogSafe for LinkDefect {
    fn log_word(&self) -> &'static str {
        match self {
            LinkDefect::NotALink => "not-a-link",
            LinkDefect::Address => "address",
            LinkDefect::Key => "key",
            LinkDefect::Flags => "flags",
            LinkDefect::Expiry => "expiry",
            LinkDefect::Version => "version",
            LinkDefect::NotCompactJwe => "not-compact-jwe",
            LinkDefect::Algorithm => "algorithm",
            LinkDefect::Tag => "tag",
            LinkDefect::Inflate(_) => "inflate",
            LinkDefect::TooLarge => "too-large",
        }
    }
}
