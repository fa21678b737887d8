//! Strangers' text for a screen: one line, nothing invisible, a bounded length.

use crate::sensitive::Sensitive;

/// Longer text than this is cut on screen; the resource itself stays whole.
const MAX_CHARS: usize = 400;

/// Text to show: direction and invisible characters become visible, white space becomes single spaces, length is bounded.
pub fn plain_text(text: &str) -> Sensitive<String> {
    let mut shown = String::new();
    let mut space = false;
    for (count, letter) in text.chars().enumerate() {
        if count == MAX_CHARS {
            shown.push('…');
            break;
        }
        if letter.is_whitespace() {
            space = !shown.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            shown.push(' ');
        }
        if letter.is_control() || is_invisible(letter) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter)));
        } else {
            shown.push(letter);
        }
    }
    Sensitive::from(shown)
}

/// Characters that change the order of text or take no space.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_characters_are_shown_and_do_nothing() {
        assert_eq!(plain_text("Ana\u{202E}zeuR").reveal(), "Ana⟨U+202E⟩zeuR");
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
