//! What one share may cost: bytes after inflating, and JSON values. Checked before anything is built from them, because a
//! parsed value takes fifty times the room of its text.

use crate::inflate::{InflateDefect, inflate};
use crate::sensitive::Sensitive;
use serde_json::Value;

/// All inflated bytes of one share.
const MAX_BYTES: usize = 5_000_000;
/// All JSON values of one share; 5 MB of laboratory results have about 650,000.
const MAX_VALUES: usize = 700_000;

/// Why a text was not parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonDefect {
    /// RFC 8259: not JSON, or nested deeper than 128 levels.
    #[error("the content is not JSON")]
    NotJson,
    /// More values than a share may hold.
    #[error("the content holds more values than a share may")]
    TooManyValues,
}

/// What is left for one share.
#[derive(Debug)]
pub struct Budget {
    bytes: usize,
    values: usize,
}

impl Budget {
    /// The whole budget.
    pub const fn for_one_share() -> Budget {
        Budget { bytes: MAX_BYTES, values: MAX_VALUES }
    }

    /// Inflates raw DEFLATE.
    pub fn inflate(&mut self, compressed: &[u8]) -> Result<Sensitive<Vec<u8>>, InflateDefect> {
        let content = Sensitive::new(inflate(compressed, self.bytes)?);
        self.bytes -= content.reveal().len();
        Ok(content)
    }

    /// Parses JSON.
    pub fn parse(&mut self, json: &[u8]) -> Result<Value, JsonDefect> {
        self.values = self.values.checked_sub(marks(json)).ok_or(JsonDefect::TooManyValues)?;
        serde_json::from_slice(json).map_err(|_| JsonDefect::NotJson)
    }
}

/// Each value but the first stands behind one of these marks outside a text, so their count bounds the values.
pub(crate) fn marks(json: &[u8]) -> usize {
    let (mut inside, mut escaped, mut marks) = (false, false, 0);
    for byte in json {
        match (inside, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => inside = !inside,
            (false, b',' | b':' | b'[' | b'{') => marks += 1,
            _ => {}
        }
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_small_texts_cost_as_much_as_a_large_one() {
        let mut budget = Budget::for_one_share();
        let text = format!("[{}0]", "0,".repeat(300_000));
        assert!(budget.parse(text.as_bytes()).is_ok());
        assert!(budget.parse(text.as_bytes()).is_ok());
        assert_eq!(budget.parse(text.as_bytes()).err(), Some(JsonDefect::TooManyValues));
    }

    #[test]
    fn what_stands_inside_a_text_costs_nothing() {
        assert_eq!(marks(br#"{"a,:[{\",":["b"]}"#), 3);
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert_eq!(Budget::for_one_share().parse("[".repeat(100_000).as_bytes()).err(), Some(JsonDefect::NotJson));
    }
}
