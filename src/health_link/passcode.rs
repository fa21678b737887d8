//! The passcode of a link with the flag P: what a person typed, for one request.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// A passcode. Never logged, never kept beyond the visit, never sent twice for one entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passcode(Sensitive<String>);

impl Passcode {
    /// The most characters that a person is asked to type; the standard sets no limit.
    pub const MAX_CHARS: usize = 64;

    /// As typed. `None` when empty or longer than [`Passcode::MAX_CHARS`].
    pub fn typed(text: &Sensitive<String>) -> Option<Passcode> {
        let chars = text.reveal().chars().count();
        (1..=Passcode::MAX_CHARS).contains(&chars).then(|| Passcode(text.clone()))
    }

    /// The text, for the request.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}
