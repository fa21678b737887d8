//! What one share may cost: bytes after opening, entries, and JSON values. Checked before anything is built from them, because
//! a parsed value takes fifty times the room of its text. Resources stay text until somebody looks into one, so that many of
//! them are allowed where few values at once are.

use crate::inflate::{InflateDefect, inflate};
use crate::json::{JsonDefect, read_counted};
use crate::sensitive::Sensitive;
use serde_json::Value;

/// All files of one share together, opened. Beyond it attachments are left out.
pub const MAX_OPENED_BYTES: usize = 64_000_000;
/// All entries of one share.
pub const MAX_ENTRIES: usize = 200_000;
/// All inflated bytes of a share's cards; one for paper has a few hundred.
const MAX_BYTES: usize = 5_000_000;
/// All JSON values and names that are built at once: of a card, of a file without its entries, of one resource. 5 MB of
/// laboratory results have about 650,000.
pub(crate) const MAX_VALUES: usize = 700_000;
/// All JSON values and names that are checked: [`MAX_OPENED_BYTES`] of laboratory results.
pub(crate) const MAX_CHECKED_VALUES: usize = 9_000_000;

/// What is left for one share.
#[derive(Debug)]
pub struct Budget {
    bytes: usize,
    values: usize,
    checked: usize,
}

impl Budget {
    /// The whole budget.
    pub const fn for_one_share() -> Budget {
        Budget { bytes: MAX_BYTES, values: MAX_VALUES, checked: MAX_CHECKED_VALUES }
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

    /// How many values and names may still be checked, and how many built, for a reader that counts them itself.
    pub(crate) fn values(&mut self) -> (&mut usize, &mut usize) {
        (&mut self.checked, &mut self.values)
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
        let mut budget = Budget { bytes: 0, values: 5, checked: 0 };
        assert!(budget.parse(br#"{"a,:[{\",":["b,,,,,,,,"]}"#).is_ok());
        assert_eq!(budget.values, 1);
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert_eq!(Budget::for_one_share().parse("[".repeat(100_000).as_bytes()).err(), Some(JsonDefect::NotJson));
    }
}
