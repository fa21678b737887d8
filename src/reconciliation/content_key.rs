//! What a decision is about, as one digest.

use aws_lc_rs::digest::{Context, SHA256};

/// SHA-256 of what a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentKey([u8; 32]);

impl ContentKey {
    /// From the bytes of [`ContentKey::bytes`].
    pub const fn from_bytes(bytes: [u8; 32]) -> ContentKey {
        ContentKey(bytes)
    }

    /// The digest.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Texts, each with its length before it, so that no two lists of them run together.
pub(super) struct Parts(Context);

impl Parts {
    pub(super) fn new(of: &str) -> Parts {
        let mut parts = Parts(Context::new(&SHA256));
        parts.add("ktc-kiosk decided").add(of);
        parts
    }

    pub(super) fn add(&mut self, text: &str) -> &mut Parts {
        self.count(text.len());
        self.0.update(text.as_bytes());
        self
    }

    pub(super) fn include(&mut self, key: &ContentKey) {
        self.0.update(key.bytes());
    }

    pub(super) fn count(&mut self, number: usize) {
        self.0.update(&(number as u64).to_be_bytes());
    }

    pub(super) fn key(&self) -> ContentKey {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.clone().finish().as_ref());
        ContentKey(digest)
    }
}
