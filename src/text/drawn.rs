//! Which letters our screens and documents draw so that they read as they were written, and what stands for the others (note 33).
//!
//! The window does not know the direction of writing (UAX #9) and has fonts for Latin, Greek and Cyrillic alone: a line that
//! begins in Arabic would turn `7.5 mg` into `gm 5.7`. So letters that run from right to left, letters without a glyph and
//! letters of scripts that join or stack are written out, `‹U+0645 U+062D U+0645 U+062F›` for a word. What is left runs from left to
//! right and keeps its order. A layer that lays out every script takes the place of this file.

use super::plain_text::{is_hidden, is_mark};
use std::borrow::Cow;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// What of Unicode has a glyph in each of our fonts' lists and runs from left to right, or takes the direction of what stands
/// around it. Tests of the window's fonts and of the documents' fonts hold it.
const DRAWN: [(char, char); 33] = [
    // Latin, its marks, phonetic letters, Greek, Cyrillic.
    (' ', '~'),
    ('\u{A0}', '\u{3E1}'),
    ('\u{3F0}', '\u{52F}'),
    ('\u{1C80}', '\u{1C88}'),
    ('\u{1D00}', '\u{1DBF}'),
    ('\u{1E00}', '\u{1FFE}'),
    ('\u{2C60}', '\u{2C7F}'),
    ('\u{A640}', '\u{A66F}'),
    ('\u{A67C}', '\u{A69D}'),
    ('\u{A700}', '\u{A7BF}'),
    ('\u{A7C2}', '\u{A7CA}'),
    ('\u{A7F5}', '\u{A7FF}'),
    ('\u{AB30}', '\u{AB6B}'),
    ('\u{FB00}', '\u{FB06}'),
    // Punctuation, raised and lowered digits, currencies, letterlike signs, fractions.
    ('\u{2000}', '\u{205F}'),
    ('\u{2070}', '\u{208E}'),
    ('\u{2090}', '\u{209C}'),
    ('\u{20A0}', '\u{20BF}'),
    ('\u{2100}', '\u{215F}'),
    ('\u{2184}', '\u{2184}'),
    ('\u{2189}', '\u{2189}'),
    // Arrows, mathematics, shapes, boxes and ticks.
    ('\u{2190}', '\u{2199}'),
    ('\u{21D0}', '\u{21D5}'),
    ('\u{2200}', '\u{22FF}'),
    ('\u{25A0}', '\u{25FF}'),
    ('\u{2605}', '\u{2606}'),
    ('\u{2610}', '\u{2612}'),
    ('\u{2640}', '\u{2640}'),
    ('\u{2642}', '\u{2642}'),
    ('\u{2713}', '\u{2718}'),
    // The ends of lines, where a text has several.
    ('\n', '\n'),
    ('\t', '\t'),
    ('\r', '\r'),
];

/// Whether a letter is drawn as it was written.
pub fn is_drawn(letter: char) -> bool {
    matches!(letter, ' '..='~')
        || DRAWN.iter().any(|(first, last)| (*first..=*last).contains(&letter)) && !is_left_out(letter)
}

fn is_left_out(letter: char) -> bool {
    is_hidden(letter) && !letter.is_whitespace()
}

/// The text as it is drawn: letters and marks in one where Unicode has them so (NFC, UAX #15), and each run of letters that
/// cannot be drawn written out in its place.
pub fn drawn(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut drawn = String::with_capacity(text.len());
    let mut is_written_out = false;
    for (letter, is_drawn) in letters(text) {
        if is_drawn {
            if std::mem::take(&mut is_written_out) {
                drawn.push('›');
            }
            drawn.push(letter);
        } else {
            drawn.push(if is_written_out { ' ' } else { '‹' });
            let _ = write!(drawn, "U+{:04X}", u32::from(letter));
            is_written_out = true;
        }
    }
    if is_written_out {
        drawn.push('›');
    }
    Cow::Owned(drawn)
}

/// Whether all of a text is drawn as it was written, and nothing has to be written out.
pub fn is_drawn_whole(text: &str) -> bool {
    text.is_ascii() || letters(text).all(|(_, is_drawn)| is_drawn)
}

/// Composed letters, each with whether it is drawn where it stands: a mark stands on a drawn letter before it, or nowhere.
fn letters(text: &str) -> impl Iterator<Item = (char, bool)> {
    let (mut was_drawn, mut before) = (true, ' ');
    text.nfc().filter_map(move |letter| {
        // Says only that the symbol before it is drawn in one colour or in many.
        if was_drawn && matches!(letter, '\u{FE0E}' | '\u{FE0F}') {
            return None;
        }
        was_drawn = is_drawn(letter) && (!is_mark(letter) || was_drawn && !before.is_whitespace());
        before = letter;
        Some((letter, was_drawn))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use icu_properties::CodePointMapData;
    use icu_properties::props::BidiClass;

    #[test]
    fn what_is_drawn_runs_from_left_to_right_or_takes_the_direction_of_what_stands_around_it() {
        let turning = [
            BidiClass::RightToLeft,
            BidiClass::ArabicLetter,
            BidiClass::ArabicNumber,
            BidiClass::LeftToRightEmbedding,
            BidiClass::LeftToRightIsolate,
            BidiClass::LeftToRightOverride,
            BidiClass::RightToLeftEmbedding,
            BidiClass::RightToLeftIsolate,
            BidiClass::RightToLeftOverride,
            BidiClass::FirstStrongIsolate,
            BidiClass::PopDirectionalFormat,
            BidiClass::PopDirectionalIsolate,
        ];
        for letter in ('\0'..=char::MAX).filter(|letter| is_drawn(*letter)) {
            let class: BidiClass = CodePointMapData::new().get(letter);
            assert!(!turning.contains(&class), "{}", letter.escape_unicode());
            assert!(!is_hidden(letter) || letter.is_whitespace(), "{}", letter.escape_unicode());
        }
    }

    #[test]
    fn digits_and_latin_letters_keep_their_order_beside_letters_that_are_written_out() {
        for (text, shown) in [
            ("لوسارتان Losartan 12.5 mg", "‹U+0644 U+0648 U+0633 U+0627 U+0631 U+062A U+0627 U+0646› Losartan 12.5 mg"),
            ("12.5 mg כל יום", "12.5 mg ‹U+05DB U+05DC› ‹U+05D9 U+05D5 U+05DD›"),
            ("(١٢٫٥ مغ)", "(‹U+0661 U+0662 U+066B U+0665› ‹U+0645 U+063A›)"),
            ("李文 27", "‹U+674E U+6587› 27"),
            ("आशा", "‹U+0906 U+0936 U+093E›"),
            ("น้ำ 2", "‹U+0E19 U+0E49 U+0E33› 2"),
            ("😀", "‹U+1F600›"),
        ] {
            assert_eq!(drawn(text), shown);
            assert!(!is_drawn_whole(text), "{text}");
        }
        assert_ne!(drawn("李文"), drawn("李雯"), "two people are told apart");
    }

    #[test]
    fn languages_in_latin_greek_and_cyrillic_letters_are_drawn_as_they_are_written() {
        for text in [
            "Nguyễn Thị Ánh Tuyết Đặng ẤẮỄỘỰ",
            "Adébáyọ̀ ẹọṣ",
            "Kahōʻolawe",
            "Diné bizaad ǫ́ ʼ",
            "Łódź Çağrı İğdır Škoda",
            "Иванов Їжак",
            "Παπαδόπουλος",
            "5 µg/L ≤ 3 ≥ 2 ± 1 °C → ↑ ☑ ✓",
            "naïve “quoted” – 3 €",
        ] {
            assert!(is_drawn_whole(text), "{text}");
            assert_eq!(drawn(text), text.nfc().collect::<String>());
        }
        assert_eq!(drawn("Nguye\u{302}\u{303}n"), "Nguyễn");
    }

    #[test]
    fn a_mark_without_a_letter_to_stand_on_is_written_out() {
        assert_eq!(drawn("\u{301}a \u{301}\u{302}b"), "‹U+0301›a ‹U+0301 U+0302›b");
        assert_eq!(drawn("م\u{301}a"), "‹U+0645 U+0301›a");
        assert!(!is_drawn_whole("\u{301}a") && is_drawn_whole("a\u{301}"));
        assert_eq!(drawn("\u{2611}\u{FE0F} yes"), "\u{2611} yes", "the colour of a symbol is no letter");
    }

    #[test]
    fn whatever_comes_only_letters_that_are_drawn_go_out_and_none_is_lost() {
        let all: String = ('\0'..=char::MAX).step_by(7).collect();
        let shown = drawn(&all);
        assert!(shown.chars().all(is_drawn));
        assert_eq!(drawn(&shown), shown);
        let written_out = shown.matches("U+").count();
        let expected = letters(&all).filter(|(letter, _)| !is_drawn(*letter)).count();
        assert!(
            (expected..expected + 400).contains(&written_out),
            "{written_out} of {expected}, and marks that stand alone"
        );
    }
}
