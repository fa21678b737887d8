//! Texts as they are compared: small letters of the Latin alphabet and digits, whatever writing they came in.

use crate::text::folded;
use deunicode::deunicode_with_tofu;

/// Longer texts are cut: no name and no number of a person is longer.
pub(super) const MAX_TEXT: usize = 200;
/// More words of one text are not compared.
const MAX_WORDS: usize = 12;

/// Letters and digits alone: `O’Brien-Roy` is `obrienroy`, `王` is `wang`.
pub(super) fn letters(text: &str) -> String {
    small(text).chars().filter(char::is_ascii_alphanumeric).collect()
}

/// The words between blanks, each in letters and digits alone: `Mary-Ann Lee` is `maryann`, `lee`.
pub(super) fn words(text: &str) -> Vec<String> {
    let words = cut(text).split_whitespace().map(letters).filter(|word| !word.is_empty());
    words.take(MAX_WORDS).collect()
}

/// The same, hyphens apart as well: the parts of a double name.
pub(super) fn parts(text: &str) -> Vec<String> {
    let folded = folded(cut(text));
    let parts = folded.split(|letter: char| letter.is_whitespace() || letter == '-').map(letters);
    parts.filter(|part| !part.is_empty()).take(MAX_WORDS).collect()
}

/// Small Latin letters, digits and signs.
pub(super) fn small(text: &str) -> String {
    let folded = folded(cut(text));
    if folded.is_ascii() { folded } else { deunicode_with_tofu(&folded, "").to_ascii_lowercase() }
}

fn cut(text: &str) -> &str {
    text.char_indices().nth(MAX_TEXT).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}
