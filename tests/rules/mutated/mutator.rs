//! Random damage that can be repeated: a seed and a case number give the same damage again.

use serde_json::Value;
use std::hash::{BuildHasher as _, RandomState};

/// A small generator of numbers (splitmix64).
pub struct Random(u64);

impl Random {
    pub fn of(seed: u64, case: u64) -> Random {
        Random(seed ^ case.wrapping_mul(0xD134_2543_DE82_EF95))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

/// Another seed each run; the one of `KTC_MUTATION_SEED`, to see a failure again.
#[expect(clippy::disallowed_methods, reason = "a failure must be seen again with the seed that it printed")]
pub fn seed() -> u64 {
    let given = std::env::var("KTC_MUTATION_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| RandomState::new().hash_one("a seed"))
}

const TEXTS: [&str; 12] =
    ["", ".", "=", "\u{202E}", "\u{0}", "é", "😀", "\\ud800", "\u{FEFF}", "{\"a\":1}", "A", "<script>"];

/// Damages a text one to three times: flipped bits, cut, doubled, removed and moved pieces, pieces of another text.
pub fn damaged(text: &str, other: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let end = at + random.below((bytes.len() - at).min(40) + 1);
        match random.below(8) {
            0 | 1 if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] ^= 1 << random.below(8);
            }
            2 => bytes.truncate(at),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                bytes.drain(at..end);
            }
            5 => {
                let from = random.below(other.len() + 1);
                let to = from + random.below((other.len() - from).min(40) + 1);
                bytes.splice(at..end, other.as_bytes()[from..to].iter().copied());
            }
            6 => {
                bytes.splice(at..at, random.pick(&TEXTS).bytes());
            }
            _ if !bytes.is_empty() => {
                let at = at.min(bytes.len() - 1);
                bytes[at] = random.next().to_le_bytes()[0];
            }
            _ => {}
        }
    }
    bytes
}

const MEMBERS: [&str; 16] = [
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "-0",
    "99999999999999999999999999",
    "1795338000000",
    "\"\"",
    "\"\u{202E}x\"",
    "\"\\ud800\"",
    "[]",
    "{}",
    "[[[[[[[[[[]]]]]]]]]]",
    "\"1795338000\"",
    "[null,{\"url\":\"https://trap.example\"}]",
];

/// Damages JSON where it is JSON: members removed, doubled, renamed, replaced by other types, numbers and strange texts.
pub fn damaged_json(json: &Value, random: &mut Random) -> String {
    let mut text = json.to_string();
    for _ in 0..=random.below(2) {
        let spans = spans(&text);
        if spans.is_empty() {
            return text;
        }
        let (start, end) = spans[random.below(spans.len())];
        let value = text[start..end].to_owned();
        match random.below(6) {
            0..=2 => text.replace_range(start..end, random.pick(&MEMBERS)),
            3 => text.replace_range(start..end, &format!("[{value},{value}]")),
            4 => text.replace_range(start..end, &format!("{value},\"url\":{}", random.pick(&MEMBERS))),
            _ => {
                let (other_start, other_end) = spans[random.below(spans.len())];
                let other = text[other_start..other_end].to_owned();
                text.replace_range(start..end, &other);
            }
        }
    }
    text
}

/// Where the values behind the colons are.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    let (mut inside, mut escaped) = (false, false);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if inside => escaped = true,
            b'"' => inside = !inside,
            b':' if !inside => {
                let mut values =
                    serde_json::Deserializer::from_str(&text[at + 1..]).into_iter::<serde::de::IgnoredAny>();
                if values.next().is_some_and(|value| value.is_ok()) {
                    spans.push((at + 1, at + 1 + values.byte_offset()));
                }
            }
            _ => {}
        }
    }
    spans
}
