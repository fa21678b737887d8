//! Words with the values that said them.

use crate::text::said::{MAX_CHARS, Mark, Said, Writer};
use serde_json::Value;

/// More values than this of one element are not read out; what was not read out stands under what became no fact.
pub(super) const MAX_VALUES: usize = 1_000;
/// Units of time (UCUM), which have words.
const TIME_UNITS: [&str; 7] = ["s", "min", "h", "d", "wk", "mo", "a"];

pub(super) fn is_time_unit(unit: &str) -> bool {
    TIME_UNITS.contains(&unit)
}

/// The elements of a list; one that should be a list and is none.
pub(crate) fn each(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(values) => values.get(..MAX_VALUES).unwrap_or(values),
        one => std::slice::from_ref(one),
    }
}

/// What was said, and the values that said it.
#[derive(Default)]
pub(crate) struct Words<'v> {
    pub(super) writer: Writer,
    from: Vec<&'v Value>,
}

impl<'v> Words<'v> {
    /// The text, and the leaves of the resource that it came from.
    pub(crate) fn finish(self) -> (Said, Vec<&'v Value>) {
        (self.writer.finish(), self.from)
    }

    /// The writer, for words of ours between values.
    pub(crate) fn writer(&mut self) -> &mut Writer {
        &mut self.writer
    }

    /// Whether anything was said.
    pub(crate) fn said_anything(&self) -> bool {
        !self.writer.is_empty()
    }

    /// A leaf was said in other words.
    pub(crate) fn used(&mut self, leaf: &'v Value) {
        self.from.push(leaf);
    }

    /// A text of the sender.
    pub(crate) fn sent(&mut self, leaf: &'v Value, text: &str) {
        // Of a text that is cut not everything was said.
        if text.len() <= MAX_CHARS || text.chars().count() <= MAX_CHARS {
            self.from.push(leaf);
        }
        self.writer.sent(text);
    }

    pub(super) fn mark(&self) -> (Mark, usize) {
        (self.writer.mark(), self.from.len())
    }

    pub(super) fn back_to(&mut self, (mark, from): (Mark, usize)) {
        self.writer.back_to(mark);
        self.from.truncate(from);
    }
}

/// Who says values of any type.
pub(super) trait Say {
    /// Says a value of the element `name`; whether there was something to say.
    fn say<'v>(&self, words: &mut Words<'v>, name: &str, value: &'v Value) -> bool;

    /// What stands in front of a value, said only where the value says something.
    fn say_after<'v>(
        &self,
        words: &mut Words<'v>,
        before: impl FnOnce(&mut Writer),
        name: &str,
        value: &'v Value,
    ) -> bool {
        let mark = words.mark();
        before(&mut words.writer);
        let said = self.say(words, name, value);
        if !said {
            words.back_to(mark);
        }
        said
    }
}
