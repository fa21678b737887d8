//! Holds patient data and keys: shows nothing of them, wipes them on drop.
//!
//! A [`Sensitive`] value has no `Display`, and its `Debug` says only that something is withheld, so a log line, a panic
//! or an error chain cannot carry it. Reading it takes a visible call to [`Sensitive::reveal`].

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::mem::MaybeUninit;
use zeroize::{Zeroize, optimization_barrier};

/// What can be overwritten in place before its memory is given back.
pub trait Wipe {
    /// Overwrites the content with nothing.
    fn wipe(&mut self);
}

impl Wipe for String {
    fn wipe(&mut self) {
        std::mem::take(self).into_bytes().wipe();
    }
}

impl Wipe for Box<str> {
    fn wipe(&mut self) {
        std::mem::take(self).into_string().wipe();
    }
}

/// With one write for many bytes, where `zeroize` makes two for each: a share is large. The barrier keeps those writes.
impl Wipe for Vec<u8> {
    fn wipe(&mut self) {
        self.fill(0);
        self.spare_capacity_mut().fill(MaybeUninit::new(0));
        optimization_barrier(self.as_slice());
        self.clear();
    }
}

impl<const N: usize> Wipe for [u8; N] {
    fn wipe(&mut self) {
        self.zeroize();
    }
}

/// Strings are overwritten; the names of members are the standard's words, not the patient's, and stay.
impl Wipe for Value {
    fn wipe(&mut self) {
        match self {
            Value::String(text) => text.wipe(),
            Value::Array(items) => items.iter_mut().for_each(Wipe::wipe),
            Value::Object(members) => members.values_mut().for_each(Wipe::wipe),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

/// Patient data or a key. `Debug` withholds it, drop wipes it. It can be serialised for one purpose: the pipe to and from
/// the sandbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sensitive<T: Wipe>(T);

impl<T: Wipe> Sensitive<T> {
    /// Takes `content` into keeping.
    pub fn new(content: T) -> Self {
        Sensitive(content)
    }

    /// The content, for the one place that needs it: a screen, a request body, a cipher.
    pub fn reveal(&self) -> &T {
        &self.0
    }
}

impl Sensitive<Vec<u8>> {
    /// Adds to the bytes. Where that needs other memory, what stood in this one is wiped.
    pub fn add(&mut self, more: &[u8]) {
        if self.0.capacity() - self.0.len() < more.len() {
            let mut larger = Vec::with_capacity((self.0.len() + more.len()) * 2);
            larger.extend_from_slice(&self.0);
            std::mem::replace(&mut self.0, larger).wipe();
        }
        self.0.extend_from_slice(more);
    }

    /// Fills the bytes anew; their number stays.
    pub fn with_mut<R>(&mut self, fill: impl FnOnce(&mut [u8]) -> R) -> R {
        fill(&mut self.0)
    }
}

impl Sensitive<String> {
    /// Adds to the text. Within the room it was made with, nothing is copied elsewhere.
    pub fn append(&mut self, more: &Sensitive<String>) {
        self.0.push_str(&more.0);
    }
}

impl<T: Wipe> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Wipe> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[withheld]")
    }
}

impl From<&str> for Sensitive<String> {
    fn from(text: &str) -> Self {
        Sensitive(text.to_owned())
    }
}

impl From<String> for Sensitive<String> {
    fn from(text: String) -> Self {
        Sensitive(text)
    }
}

/// What may stand in a log: closed words of our own (codes, counts, kinds), never text that came from outside.
pub trait LogSafe {
    /// A short, stable word for the log.
    fn log_word(&self) -> &'static str;
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn debug_shows_nothing_of_the_content() {
        let name = Sensitive::from("Ana Delgado");
        assert_eq!(format!("{name:?}"), "[withheld]");
    }

    #[test]
    fn wiping_a_resource_empties_every_text_in_it() {
        let mut resource = json!({"name": [{"family": "Delgado", "given": ["Ana"]}], "active": true});
        resource.wipe();
        assert_eq!(resource, json!({"name": [{"family": "", "given": [""]}], "active": true}));
    }
}
