//! The QR text of a card: `shc:/` and pairs of digits, whole or in numbered parts ("Encoding QRs").

use super::CardDefect;
use crate::sensitive::Sensitive;

/// Parts were deprecated in 2022 and are still made; nobody made more than a handful.
const MAX_PARTS: u32 = 99;

/// A card's text, or one part of it.
#[derive(Debug)]
pub enum CardText {
    /// The whole JWS.
    Whole(Sensitive<String>),
    /// Part `number` of `of`, counted from 1.
    Part {
        /// Which part.
        number: u32,
        /// How many there are.
        of: u32,
        /// Its characters of the JWS.
        text: Sensitive<String>,
    },
}

/// Reads one QR text that begins with `shc:/`.
pub fn read_card_text(text: &str) -> Result<CardText, CardDefect> {
    let body = text.strip_prefix("shc:/").ok_or(CardDefect::QrText)?;
    let fields: Vec<&str> = body.split('/').collect();
    match fields.as_slice() {
        [digits] => Ok(CardText::Whole(characters(digits)?)),
        [number, of, digits] => {
            let (number, of) = (part_number(number)?, part_number(of)?);
            if number > of {
                return Err(CardDefect::PartNumbers);
            }
            let text = characters(digits)?;
            Ok(if of == 1 { CardText::Whole(text) } else { CardText::Part { number, of, text } })
        }
        _ => Err(CardDefect::QrText),
    }
}

/// A positive decimal without leading zero.
fn part_number(text: &str) -> Result<u32, CardDefect> {
    let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| plain && (1..=MAX_PARTS).contains(number));
    number.ok_or(CardDefect::PartNumbers)
}

/// Each pair of digits is a character, 45 below its ASCII code.
fn characters(digits: &str) -> Result<Sensitive<String>, CardDefect> {
    let bytes = digits.as_bytes();
    if bytes.is_empty() || !bytes.len().is_multiple_of(2) || !bytes.iter().all(u8::is_ascii_digit) {
        return Err(CardDefect::QrText);
    }
    let pairs = bytes.chunks_exact(2).map(|pair| (pair[0] - b'0') * 10 + (pair[1] - b'0'));
    let text = pairs.map(|value| (value <= 77).then(|| char::from(value + 45))).collect::<Option<String>>();
    text.map(Sensitive::from).ok_or(CardDefect::QrText)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_digits_become_characters() {
        let Ok(CardText::Whole(text)) = read_card_text("shc:/5676290952") else { panic!("a whole card") };
        assert_eq!(text.reveal(), "eyJ6a");
    }

    #[test]
    fn odd_large_and_foreign_digits_are_refused() {
        for wrong in ["shc:/", "shc:/567", "shc:/7899", "shc:/56x6", "shc:/５６", "shc:/1/56", "shc:/1/2/3/56", "56"]
        {
            assert_eq!(read_card_text(wrong).err(), Some(CardDefect::QrText), "{wrong}");
        }
    }

    #[test]
    fn part_numbers_are_bounded() {
        for wrong in ["shc:/0/2/56", "shc:/3/2/56", "shc:/1/99999/56", "shc:/01/2/56", "shc:/+1/2/56"] {
            assert_eq!(read_card_text(wrong).err(), Some(CardDefect::PartNumbers), "{wrong}");
        }
    }
}
