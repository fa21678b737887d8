//! Where encrypted files for patients lie until they expire: put, list, withdraw. The host sees ciphertext and no key.

mod folder;

pub use folder::FolderLinkHost;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt;
use std::io;

/// The name of a file: 256 bits that nobody can guess, as 43 letters (SMART Health Links asks for as many in `url`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(String);

impl LinkId {
    /// A name of 32 random bytes.
    pub fn from_random(bytes: [u8; 32]) -> LinkId {
        LinkId(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a name; `None` when it is none, so never a path.
    pub fn parse(text: &str) -> Option<LinkId> {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        (text.len() == 43 && letters).then(|| LinkId(text.to_owned()))
    }

    /// The letters, the last part of the file's address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Knowing the name is being allowed to fetch: logs do not show it.
impl fmt::Debug for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[link id]")
    }
}

/// Why a host did not do it.
#[derive(Debug, thiserror::Error)]
pub enum LinkHostError {
    /// There is a file of that name; nothing is overwritten.
    #[error("a file of that name is already published")]
    Taken,
    /// There is no file of that name.
    #[error("no file of that name is published")]
    NotThere,
    /// The place cannot be read or written.
    #[error("the place for published files cannot be used")]
    Place(#[source] io::Error),
}

/// A place for encrypted files.
pub trait LinkHost {
    /// Publishes a file, whole or not at all. Never overwrites.
    fn put(&self, id: &LinkId, jwe: &str) -> Result<(), LinkHostError>;

    /// The names of all published files.
    fn list(&self) -> Result<Vec<LinkId>, LinkHostError>;

    /// Takes a file back.
    fn withdraw(&self, id: &LinkId) -> Result<(), LinkHostError>;
}
