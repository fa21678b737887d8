//! Text as bytes of code page 858, and nothing that a printer could take for a command: no byte below a space, no DEL.
//!
//! The tables of the `escpos` crate are not used: its 858 has no `¿` and puts `Ô` and `-` in the wrong places, and letters that
//! it does not know go out as UTF-8.

use crate::text::{base_letters, is_invisible};
use oem_cp::code_table::ENCODING_TABLE_CP858;
use oem_cp::encode_char_checked;
use unicode_normalization::UnicodeNormalization;

/// What stands for a letter that the printer does not have.
const UNKNOWN: u8 = b'?';

/// The text in the printer's letters. Control characters are gone, white space is a space, marked letters that the page does
/// not have lose their marks.
pub(super) fn printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.nfc() {
        match letter {
            '\u{A0}' | '\t' | '\n' | '\r' => bytes.push(b' '),
            _ if is_invisible(letter) => {}
            _ => match (on_page(letter), base_letters(letter)) {
                (Some(byte), _) => bytes.push(byte),
                (None, Some(base)) => bytes.extend(base.chars().map(|letter| on_page(letter).unwrap_or(UNKNOWN))),
                (None, None) => bytes.push(UNKNOWN),
            },
        }
    }
    bytes
}

fn on_page(letter: char) -> Option<u8> {
    encode_char_checked(letter, &ENCODING_TABLE_CP858)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_at_their_places_on_the_page() {
        assert_eq!(printable("¿Ô-Ò€é ñ®"), [0xA8, 0xE2, b'-', 0xE3, 0xD5, 0x82, b' ', 0xA4, 0xA9]);
    }

    #[test]
    fn no_text_becomes_a_command() {
        let hostile: String = ('\0'..='\u{2FFF}').chain('\u{FB00}'..='\u{FFFF}').collect();
        let bytes = printable(&hostile);
        assert!(bytes.iter().all(|byte| (0x20..=0x7E).contains(byte) || *byte >= 0x80), "a control byte came through");
        assert_eq!(printable("\u{1B}@\u{9B}A\u{7F}\u{202E}B"), b"@AB");
    }

    #[test]
    fn letters_that_the_page_has_not_lose_their_marks_or_become_a_question() {
        assert_eq!(printable("Łódź “Nguyễn” 王 Цой"), b"L\xA2dz \"Nguyen\" ? ???");
        assert_eq!(printable("Nguye\u{302}\u{303}n"), b"Nguyen");
    }

    #[test]
    fn digits_and_latin_letters_keep_their_order_beside_letters_that_the_page_has_not() {
        assert_eq!(printable("عيادة Lakeside 12.5"), b"????? Lakeside 12.5");
    }
}
