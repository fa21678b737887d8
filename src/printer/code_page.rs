//! Text as bytes of code page 858, and nothing that a printer could take for a command (threat 50).
//!
//! The tables of the `escpos` crate are not used: its 858 has no `¿` and puts `Ô` and `-` in the wrong places, and letters that
//! it does not know go out as UTF-8.

use crate::text::base_letters;

/// The upper half of code page 858, from 0x80.
const UPPER: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{AD}±‗¾¶§÷¸°¨·¹³²■\u{A0}";

/// What stands for a letter that the printer does not have.
const UNKNOWN: u8 = b'?';

/// The text in the printer's letters. Control characters are gone, white space is a space, marked letters that the page does
/// not have lose their marks.
pub(super) fn printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' '..='~' => bytes.push(u8::try_from(letter).unwrap_or(UNKNOWN)),
            '\u{A0}' | '\t' | '\n' | '\r' => bytes.push(b' '),
            '\u{AD}' => {}
            _ if letter.is_control() || is_invisible(letter) => {}
            _ => match (upper(letter), base_letters(letter)) {
                (Some(byte), _) => bytes.push(byte),
                (None, Some(base)) => bytes.extend(base.bytes().filter(u8::is_ascii)),
                (None, None) => bytes.push(UNKNOWN),
            },
        }
    }
    bytes
}

fn upper(letter: char) -> Option<u8> {
    let place = UPPER.chars().position(|known| known == letter)?;
    u8::try_from(0x80 + place).ok()
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_128_letters_at_their_places() {
        assert_eq!(UPPER.chars().count(), 128);
        assert_eq!(printable("¿Ô-Ò€é ñ®"), [0xA8, 0xE2, b'-', 0xE3, 0xD5, 0x82, b' ', 0xA4, 0xA9]);
    }

    #[test]
    fn no_text_becomes_a_command() {
        let hostile: String = (0..=0x2FFF_u32).filter_map(char::from_u32).collect();
        let bytes = printable(&hostile);
        assert!(bytes.iter().all(|byte| (0x20..=0x7E).contains(byte) || *byte >= 0x80), "a control byte came through");
        assert_eq!(printable("\u{1B}@\u{9B}A\u{7F}\u{202E}B"), b"@AB");
    }

    #[test]
    fn letters_that_the_page_has_not_lose_their_marks_or_become_a_question() {
        assert_eq!(printable("Łódź “Nguyễn” 王"), b"L\xA2dz \"Nguyen\" ?");
    }
}
