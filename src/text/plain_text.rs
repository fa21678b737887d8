//! Strangers' text for a screen: one line, nothing invisible, a bounded length. What would mislead a reader is written out as
//! `‹U+202E›`.
//!
//! Written out: controls, characters that turn the direction of text or take no space, tags, private use, and marks beyond
//! six on one letter. Left alone: joiners between letters of scripts that need them (Arabic, Persian, Indic, Khmer), the
//! variation sign after a symbol, and marks as such, so that a name reads the same composed or decomposed.

use crate::sensitive::Sensitive;
use std::fmt::Write;

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
    let mut shown = String::new();
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

/// Whether a shown text holds something written out, or a word of letters that only look alike.
pub(crate) fn misleads(shown: &str) -> bool {
    shown.contains(WRITTEN_OUT) || shown.split(|letter: char| !letter.is_alphabetic()).any(mixes_look_alikes)
}

/// Latin letters beside Cyrillic ones, or beside Greek ones that look Latin, in one word. `μg` and `β` are ordinary.
fn mixes_look_alikes(word: &str) -> bool {
    let latin = |letter: char| matches!(letter, 'A'..='Z' | 'a'..='z' | '\u{00C0}'..='\u{024F}');
    let alike = |letter: char| matches!(letter, '\u{0400}'..='\u{052F}') || "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυρ".contains(letter);
    word.chars().any(latin) && word.chars().any(alike)
}

/// Characters that change the order of text, take no space, or have no meaning known to everybody.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Joiners inside a word of a script that joins; the variation sign of a symbol.
fn is_needed(before: char, letter: char, after: char) -> bool {
    let joins = |letter: char| {
        matches!(letter, '\u{0600}'..='\u{06FF}' | '\u{0750}'..='\u{077F}' | '\u{08A0}'..='\u{08FF}' | '\u{0900}'..='\u{0DFF}'
            | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1800}'..='\u{18AF}')
            && letter.is_alphanumeric()
            || matches!(
                letter,
                '\u{094D}'
                    | '\u{09CD}'
                    | '\u{0A4D}'
                    | '\u{0ACD}'
                    | '\u{0BCD}'
                    | '\u{0C4D}'
                    | '\u{0CCD}'
                    | '\u{0D4D}'
                    | '\u{0DCA}'
            )
    };
    match letter {
        '\u{200C}' | '\u{200D}' => joins(before) && joins(after),
        '\u{FE0E}' | '\u{FE0F}' => matches!(before, '\u{203C}'..='\u{3299}' | '\u{1F000}'..='\u{1FAFF}'),
        _ => false,
    }
}

/// Marks that stand on the letter before them.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{0300}'..='\u{036F}' | '\u{0483}'..='\u{0489}' | '\u{0591}'..='\u{05BD}' | '\u{0610}'..='\u{061A}'
        | '\u{064B}'..='\u{065F}' | '\u{06D6}'..='\u{06DC}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
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

    #[test]
    fn names_as_people_write_them_stay_as_they_are() {
        let names = [
            "Nguye\u{0302}\u{0303}n",
            "Nguyễn",
            "Zoë O’Neill-Łukasz",
            "क्\u{200D}षा",
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
        for word in ["Dr. Pаul", "Μaria", "Sοto", "АBC"] {
            assert!(misleads(plain_text(word).reveal()), "{word}");
        }
        assert!(!misleads("Иванов (Ivanov)"));
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
    fn lines_become_one_line() {
        assert_eq!(plain_text("  one\r\n\ttwo  ").reveal(), "one two");
    }
}
