//! Strangers' text for a screen: one line, nothing invisible, a bounded length. What would mislead a reader is written out as
//! `‹U+202E›`.
//!
//! Written out, by their properties in Unicode (UAX #44): controls, characters that turn the direction of text or take no space
//! (Default_Ignorable_Code_Point, formats), private use, what Unicode has not assigned, and marks beyond six on one letter. Left
//! alone: joiners between letters of scripts that need them (Arabic, Persian, Indic, Khmer), the variation sign after a symbol,
//! and marks as such, so that a name reads the same composed or decomposed.

use crate::sensitive::Sensitive;
use icu_properties::props::{
    BinaryProperty, CanonicalCombiningClass, DefaultIgnorableCodePoint, Emoji, GeneralCategory,
    PrependedConcatenationMark, Script,
};
use icu_properties::script::ScriptWithExtensions;
use icu_properties::{CodePointMapData, CodePointSetData};
use std::fmt::Write;
use unicode_security::skeleton;

/// Longer text than this is cut on screen; the resource itself stays whole.
const MAX_CHARS: usize = 400;
/// No language of the world stacks more marks on one letter.
const MAX_MARKS: usize = 6;
/// What begins every character that was written out.
const WRITTEN_OUT: &str = "‹U+";
/// What such a character takes on screen beyond one.
const WRITTEN_OUT_CHARS: usize = 7;

/// Text to show: what is hidden becomes visible, white space becomes single spaces, length is bounded.
pub fn plain_text(text: &str) -> Sensitive<String> {
    shown(text, MAX_CHARS)
}

/// The same with another bound, for texts that are read and not glanced at.
pub(crate) fn shown(text: &str, max_chars: usize) -> Sensitive<String> {
    if text.len() <= max_chars && is_plain(text) {
        return Sensitive::from(text);
    }
    let mut shown = String::with_capacity(text.len().min(max_chars));
    let (mut space, mut marks, mut before) = (false, 0, ' ');
    let mut letters = text.chars().peekable();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        if count >= max_chars {
            shown.push('…');
            break;
        }
        count += 1;
        if letter.is_whitespace() {
            (space, marks, before) = (!shown.is_empty(), 0, ' ');
            continue;
        }
        if std::mem::take(&mut space) {
            shown.push(' ');
        }
        marks = if is_mark(letter) { marks + 1 } else { 0 };
        let after = letters.peek().copied().unwrap_or(' ');
        if marks > MAX_MARKS || (is_hidden(letter) && !is_needed(before, letter, after)) {
            let _ = write!(shown, "{WRITTEN_OUT}{:04X}›", u32::from(letter));
            count += WRITTEN_OUT_CHARS;
        } else {
            shown.push(letter);
        }
        before = letter;
    }
    Sensitive::from(shown)
}

/// A text of several lines, whole, each line as [`shown`] has it. An empty line stays between paragraphs.
pub(crate) fn shown_lines(text: &str) -> Sensitive<String> {
    let mut lines = Sensitive::new(String::with_capacity(text.len() + text.len() / 8));
    let mut is_apart = false;
    let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    for line in text.split("\r\n").flat_map(|lines| lines.split(ends)) {
        let line = shown(line, usize::MAX);
        if line.reveal().is_empty() {
            is_apart = !lines.reveal().is_empty();
            continue;
        }
        let between = match (lines.reveal().is_empty(), std::mem::take(&mut is_apart)) {
            (true, _) => "",
            (false, false) => "\n",
            (false, true) => "\n\n",
        };
        lines.append(&Sensitive::from(between));
        lines.append(&line);
    }
    lines
}

/// Most texts: visible letters of ASCII, with single spaces between them.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().all(|byte| matches!(byte, b' '..=b'~'))
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
        && !bytes.windows(2).any(|pair| pair == b"  ")
}

/// Whether a shown text holds something written out, or a word of letters that only look alike.
pub(crate) fn misleads(shown: &str) -> bool {
    let mixes = || shown.split(|letter: char| !letter.is_alphabetic()).any(mixes_look_alikes);
    !shown.is_ascii() && (shown.contains(WRITTEN_OUT) || mixes())
}

/// Greek letters that medicine writes beside Latin ones (`TNFα`), though they look like some.
const SYMBOLS: &str = "αγησ";

/// Latin letters beside Cyrillic ones, or beside letters that look Latin (confusables of Unicode Technical Standard 39), in one
/// word. `μg` and `β` are ordinary, and so is an Arabic or Hebrew article before a Latin word.
fn mixes_look_alikes(word: &str) -> bool {
    let latin = |letter: char| script(letter) == Script::Latin;
    let looks_latin = |letter: char| {
        let mut looks = skeleton(letter.encode_utf8(&mut [0; 4])).collect::<Vec<_>>();
        looks.retain(|part| !is_mark(*part));
        !looks.is_empty() && looks.iter().all(char::is_ascii_alphabetic) && !SYMBOLS.contains(letter)
    };
    let alike = |letter: char| match script(letter) {
        Script::Latin | Script::Common | Script::Arabic | Script::Hebrew => false,
        Script::Cyrillic => true,
        _ => looks_latin(letter),
    };
    !word.is_ascii() && word.chars().any(latin) && word.chars().any(alike)
}

/// Draws nothing of its own: controls, formats, what turns the direction of text, fillers.
pub fn is_invisible(letter: char) -> bool {
    let format = || category(letter) == GeneralCategory::Format && !has::<PrependedConcatenationMark>(letter);
    letter.is_control()
        || has::<DefaultIgnorableCodePoint>(letter)
        || format()
        || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// Invisible, blank without being a space (an empty braille cell), or of no meaning known to everybody.
pub fn is_hidden(letter: char) -> bool {
    if matches!(letter, ' '..='~') {
        return false;
    }
    let unknown = matches!(category(letter), GeneralCategory::PrivateUse | GeneralCategory::Unassigned);
    unknown || letter == '\u{2800}' || is_invisible(letter)
}

/// Scripts whose letters change shape beside others, so that a joiner inside a word says something.
const JOINING: [Script; 14] = [
    Script::Arabic,
    Script::Bengali,
    Script::Devanagari,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Kannada,
    Script::Khmer,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Oriya,
    Script::Sinhala,
    Script::Tamil,
    Script::Telugu,
];

/// Joiners inside a word of a script that joins; the variation sign of a symbol.
fn is_needed(before: char, letter: char, after: char) -> bool {
    let virama =
        |letter| CodePointMapData::<CanonicalCombiningClass>::new().get(letter) == CanonicalCombiningClass::Virama;
    let in_joining_script =
        |letter| JOINING.iter().any(|script| ScriptWithExtensions::new().has_script(letter, *script));
    let joins = |letter: char| (letter.is_alphanumeric() || virama(letter)) && in_joining_script(letter);
    match letter {
        // Behind a virama a joiner makes a letter of its own, also at the end of a word (Unicode 23.2; the chillu of Malayalam).
        '\u{200C}' | '\u{200D}' => joins(before) && (joins(after) || virama(before) && !after.is_alphanumeric()),
        '\u{FE0E}' | '\u{FE0F}' => !before.is_ascii() && has::<Emoji>(before),
        _ => false,
    }
}

/// Marks that take no space of their own: they stand on the letter before them.
pub(super) fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && matches!(category(letter), GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark)
}

fn category(letter: char) -> GeneralCategory {
    CodePointMapData::new().get(letter)
}

fn script(letter: char) -> Script {
    CodePointMapData::new().get(letter)
}

fn has<P: BinaryProperty>(letter: char) -> bool {
    CodePointSetData::new::<P>().contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_characters_are_shown_and_do_nothing() {
        assert_eq!(plain_text("Ana\u{202E}zeuR").reveal(), "Ana‹U+202E›zeuR");
    }

    #[test]
    fn whatever_hides_is_written_out_and_remarked() {
        for hidden in [
            "\u{200B}",
            "\u{FEFF}",
            "\u{0007}",
            "\u{009B}",
            "\u{E0041}",
            "\u{2066}",
            "\u{200D}",
            "\u{3164}",
            "\u{E000}",
        ] {
            let shown = plain_text(&format!("Ana{hidden}Ruiz"));
            assert!(shown.reveal().starts_with("Ana‹U+") && misleads(shown.reveal()), "{:?}", hidden.escape_unicode());
        }
    }

    /// Ranges of an older rule of ours: whoever reads today's form relies on them.
    #[test]
    fn no_character_that_was_ever_written_out_is_shown_again() {
        let hidden = "\u{AD}\u{AD} \u{34F}\u{34F} \u{61C}\u{61C} \u{115F}\u{1160} \u{17B4}\u{17B5} \u{180B}\u{180F} \
            \u{200B}\u{200F} \u{2028}\u{202E} \u{2060}\u{206F} \u{2800}\u{2800} \u{3164}\u{3164} \u{E000}\u{F8FF} \
            \u{FE00}\u{FE0F} \u{FEFF}\u{FEFF} \u{FFA0}\u{FFA0} \u{FFF0}\u{FFFB} \u{1D173}\u{1D17A} \u{E0000}\u{E0FFF} \
            \u{F0000}\u{10FFFF} \0\u{1F} \u{7F}\u{9F}";
        for range in hidden.split(' ') {
            let mut ends = range.chars();
            let (first, last) = (ends.next().expect("a first"), ends.next().expect("a last"));
            assert!((first..=last).all(is_hidden), "{}", range.escape_unicode());
        }
        let visible = ('\0'..=char::MAX).filter(|letter| letter.is_alphanumeric() || letter.is_ascii_punctuation());
        for letter in visible {
            let filler = has::<DefaultIgnorableCodePoint>(letter);
            assert_eq!(is_hidden(letter), filler, "{}", letter.escape_unicode());
        }
    }

    #[test]
    fn names_as_people_write_them_stay_as_they_are() {
        let names = [
            "Nguye\u{0302}\u{0303}n",
            "Nguyễn",
            "Zoë O’Neill-Łukasz",
            "क्\u{200D}षा",
            "র\u{200D}্যাচেল",
            "ଶକ୍\u{200C}ତି",
            "نامه\u{200C}ای",
            "Иванов",
            "Παπαδόπουλος",
            "王小明",
            "μg/L",
            "βHCG",
            "❤\u{FE0F}",
            "שָׁלוֹם",
        ];
        for name in names {
            let shown = plain_text(name);
            assert_eq!(shown.reveal(), name);
            assert!(!misleads(shown.reveal()), "{name}");
        }
    }

    #[test]
    fn a_word_of_two_alphabets_that_look_alike_is_remarked() {
        for word in ["Dr. Pаul", "Μaria", "Sοto", "АBC", "Սary", "Ꭺnna", "Щa"] {
            assert!(misleads(plain_text(word).reveal()), "{word}");
        }
        for word in
            ["Иванов (Ivanov)", "TNFα", "IFNγ", "10 μg", "ビタミンB", "CTスキャン", "הMRI", "الMRI", "이MRI", "C型肝炎"]
        {
            assert!(!misleads(word), "{word}");
        }
    }

    #[test]
    fn ten_thousand_marks_on_one_letter_are_bounded() {
        let shown = plain_text(&format!("A{}", "\u{0301}".repeat(10_000)));
        assert_eq!(shown.reveal().matches('\u{0301}').count(), MAX_MARKS);
        assert!(shown.reveal().chars().count() < 9 * MAX_CHARS && misleads(shown.reveal()));
    }

    #[test]
    fn a_megabyte_of_name_is_cut() {
        assert_eq!(plain_text(&"x".repeat(1_000_000)).reveal().chars().count(), MAX_CHARS + 1);
    }

    #[test]
    fn texts_of_several_lines_keep_them_and_hide_nothing() {
        let text = " one\r\n\ttwo  2\n\n\n\nthree\u{202E}\rfour\u{2028}\n";
        assert_eq!(shown_lines(text).reveal(), "one\ntwo 2\n\nthree‹U+202E›\nfour");
        let long = "a line of a note\n".repeat(100_000);
        assert_eq!(shown_lines(&long).reveal(), long.trim_end());
        assert_eq!(shown_lines(" \n\t\n").reveal(), "");
    }

    #[test]
    fn lines_become_one_line() {
        assert_eq!(plain_text("  one\r\n\ttwo  ").reveal(), "one two");
    }
}
