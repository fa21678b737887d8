//! What one share may cost: bytes after inflating, and JSON values. Checked before anything is built from them, because a
//! parsed value takes fifty times the room of its text.

use crate::inflate::{InflateDefect, inflate};
use crate::json::{JsonDefect, read_counted};
use crate::sensitive::Sensitive;
use serde_json::Value;

/// All inflated bytes of one share.
const MAX_BYTES: usize = 5_000_000;
/// All JSON values and names of one share; 5 MB of laboratory results have about 650,000.
const MAX_VALUES: usize = 700_000;

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

    /// Reads JSON.
    pub fn parse(&mut self, json: &[u8]) -> Result<Value, JsonDefect> {
        read_counted(json, &mut self.values)
    }

    /// How many values and names are left, for a reader that counts them itself.
    pub fn values(&mut self) -> &mut usize {
        &mut self.values
    }
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
        let mut budget = Budget { bytes: 0, values: 5 };
        assert!(budget.parse(br#"{"a,:[{\",":["b,,,,,,,,"]}"#).is_ok());
        assert_eq!(budget.values, 1);
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert_eq!(Budget::for_one_share().parse("[".repeat(100_000).as_bytes()).err(), Some(JsonDefect::NotJson));
    }
}
