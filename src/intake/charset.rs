//! Bytes of a text to letters: by the byte order mark, else by the charset that the sender states (RFC 2046 4.1.2, RFC 7303
//! 3), else UTF-8. Names of charsets and their meaning are those of the Encoding Standard (WHATWG). What has to be guessed is
//! said, and a charset that nobody knows is not read at all.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// A name of a charset is not longer (RFC 2978 2.3).
const MAX_NAME: usize = 40;
/// An XML declaration or a `meta` element stands this near to the beginning (HTML 4.2.5.4).
const DECLARATION: usize = 1_024;

/// A text, or why it is none.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// As the sender says.
    Sure(String),
    /// Read by the named charset, which does not fit all of it or was not stated: some letters may be others.
    Unsure(String, &'static str),
    /// The sender names a charset that nobody here knows.
    UnknownCharset(String),
}

/// The letters of `bytes`. `stated` is what the sender calls the charset beside them, `is_markup` whether they may say so
/// themselves.
pub(super) fn decode(bytes: &[u8], stated: Option<&str>, is_markup: bool) -> Decoded {
    // The mark of UTF-32, which the Encoding Standard does not have, begins like that of UTF-16.
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return Decoded::UnknownCharset("UTF-32".to_owned());
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(mark..).unwrap_or_default());
    }
    let declared = if is_markup { declared(bytes) } else { None };
    let name = stated.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).or(declared);
    let Some(name) = name else {
        return match std::str::from_utf8(bytes) {
            // Letters of ASCII with a zero beside each are of 16 bits.
            Ok(_) if bytes.len().is_multiple_of(2) && has_zeros(bytes) => guessed_of_16_bits(bytes),
            Ok(text) => Decoded::Sure(text.to_owned()),
            Err(_) => guessed(bytes),
        };
    };
    match Encoding::for_label_no_replacement(name.as_bytes()) {
        Some(encoding) if encoding == REPLACEMENT || encoding == X_USER_DEFINED => unknown(&name),
        // A declaration that can be read bytewise is not in UTF-16 (HTML 13.2.3.2).
        Some(encoding) if stated.is_none() && (encoding == UTF_16LE || encoding == UTF_16BE) => with(UTF_8, bytes),
        // Without a mark the name says nothing about the order of bytes.
        Some(encoding) if encoding == UTF_16LE && name.eq_ignore_ascii_case("utf-16") => with(order_of(bytes), bytes),
        Some(encoding) if encoding == UTF_8 && std::str::from_utf8(bytes).is_err() => guessed(bytes),
        Some(encoding) => with(encoding, bytes),
        None => unknown(&name),
    }
}

fn unknown(name: &str) -> Decoded {
    Decoded::UnknownCharset(name.chars().take(MAX_NAME).collect())
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    if damaged { Decoded::Unsure(text.into_owned(), encoding.name()) } else { Decoded::Sure(text.into_owned()) }
}

/// Most texts that are no UTF-8 are of this charset, or of one that shares its letters of ASCII.
fn guessed(bytes: &[u8]) -> Decoded {
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded::Unsure(text.into_owned(), WINDOWS_1252.name())
}

fn has_zeros(bytes: &[u8]) -> bool {
    let zeros = bytes.iter().filter(|byte| **byte == 0).count();
    zeros > 0 && zeros * 5 >= bytes.len() * 2 && zeros * 2 <= bytes.len()
}

fn guessed_of_16_bits(bytes: &[u8]) -> Decoded {
    let encoding = order_of(bytes);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    Decoded::Unsure(text.into_owned(), encoding.name())
}

/// Spaces, digits and line ends have a zero in the byte that comes last, or first.
fn order_of(bytes: &[u8]) -> &'static Encoding {
    let zeros = |place: usize| bytes.chunks_exact(2).filter(|pair| pair.get(place) == Some(&0)).count();
    if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE }
}

/// What an XML declaration or a `meta` element at the beginning names.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(DECLARATION))?;
    let start: String = start.iter().map(|byte| char::from(*byte)).collect::<String>().to_ascii_lowercase();
    let end = if start.trim_start().starts_with("<?xml") { start.find("?>")? } else { start.len() };
    let start = start.get(..end)?;
    ["encoding", "charset"].iter().find_map(|word| {
        let rest = start.split_once(word)?.1.trim_start().strip_prefix('=')?.trim_start();
        let rest = rest.trim_start_matches(['"', '\'']);
        let name: String = rest.chars().take_while(|letter| is_of_name(*letter)).take(MAX_NAME).collect();
        (!name.is_empty()).then_some(name)
    })
}

const fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':' | '.' | '+' | '(' | ')')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure(text: &str) -> Decoded {
        Decoded::Sure(text.to_owned())
    }

    #[test]
    fn the_stated_charset_is_read_by_whatever_name_the_standard_knows_it() {
        let cases: [(&str, &[u8], &str); 12] = [
            ("ISO-8859-1", b"Gr\xF6\xDFe 4 \xB5g", "Größe 4 µg"),
            ("latin1", b"na\xEFf", "naïf"),
            ("windows-1252", b"\x93ayer\x94 3 \x80", "“ayer” 3 €"),
            ("cp1251", b"\xE4\xEE\xE7\xE0", "доза"),
            ("koi8-r", b"\xC4\xCF\xDA\xC1", "доза"),
            ("iso-8859-2", b"\xB3y\xBEka", "łyžka"),
            ("windows-1253", b"\xE4\xFC\xF3\xE7", "δόση"),
            ("shift_jis", b"\x96\xF2", "薬"),
            ("gb18030", b"\xD2\xA9", "药"),
            ("euc-kr", b"\xBE\xE0", "약"),
            ("us-ascii", b"plain", "plain"),
            ("UTF-8", "naïf".as_bytes(), "naïf"),
        ];
        for (charset, bytes, text) in cases {
            assert_eq!(decode(bytes, Some(charset), false), sure(text), "{charset}");
        }
    }

    #[test]
    fn sixteen_bits_are_read_in_either_order_with_a_mark_and_without() {
        let units = |big: bool, mark: bool| -> Vec<u8> {
            let text = if mark { "\u{FEFF}Tee 5 °C" } else { "Tee 5 °C" };
            text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
        };
        for (big, mark) in [(true, true), (true, false), (false, true), (false, false)] {
            assert_eq!(decode(&units(big, mark), Some("utf-16"), false), sure("Tee 5 °C"), "{big} {mark}");
        }
        assert_eq!(decode(&units(true, false), Some("utf-16be"), false), sure("Tee 5 °C"));
        assert_eq!(decode(&units(false, true), None, false), sure("Tee 5 °C"), "a mark says enough");
    }

    #[test]
    fn a_charset_that_nobody_knows_is_named_and_not_read() {
        for name in ["x-mine-9", "utf-7", "hz-gb-2312", "iso-2022-kr", "x-user-defined", "utf-32", "ebcdic-cp-us"] {
            assert_eq!(decode(b"text", Some(name), false), Decoded::UnknownCharset(name.to_owned()), "{name}");
        }
        let mark = b"\xFF\xFE\0\0T\0\0\0";
        assert_eq!(decode(mark, Some("utf-16"), false), Decoded::UnknownCharset("UTF-32".to_owned()));
        let long = "y".repeat(5_000);
        assert_eq!(decode(b"text", Some(&long), false), Decoded::UnknownCharset("y".repeat(MAX_NAME)));
    }

    #[test]
    fn what_is_guessed_is_said() {
        let unsure = Decoded::Unsure("Höhe".to_owned(), "windows-1252");
        assert_eq!(decode(b"H\xF6he", None, false), unsure);
        assert_eq!(decode(b"H\xF6he", Some("utf-8"), false), unsure, "it is no UTF-8, whatever it is called");
        assert!(matches!(decode(b"\x81\xFFa", Some("shift_jis"), false), Decoded::Unsure(..)));
        assert_eq!(decode("Höhe".as_bytes(), None, false), sure("Höhe"));
    }

    #[test]
    fn markup_may_say_its_charset_itself_and_what_stands_beside_it_wins() {
        let xml = b"<?xml version='1.0' encoding='ISO-8859-15'?><a>5 \xA4</a>";
        let text = |text: &str| sure(&format!("<?xml version='1.0' encoding='ISO-8859-15'?><a>5 {text}</a>"));
        assert_eq!(decode(xml, None, true), text("€"));
        assert_eq!(decode(xml, Some("iso-8859-1"), true), text("¤"));
        let html =
            b"<html><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1250\"></head>\x9Eena";
        let Decoded::Sure(text) = decode(html, None, true) else { panic!("a text") };
        assert!(text.ends_with("žena"));
        let liar = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>é</a>";
        assert_eq!(decode(liar.as_bytes(), None, true), sure(liar));
    }
}
