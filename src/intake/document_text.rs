//! What a document that is no picture says: its text, or why there is none to show. What it is, its first bytes say before
//! the sender does.

use super::charset::{self, Decoded};
use super::{narrative, rtf};
use crate::sensitive::Sensitive;
use crate::text::shown_lines;

/// What the sender calls a document: `contentType` (RFC 2045 5.1), in small letters, with the charset beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ClaimedFormat {
    /// Type and subtype.
    pub name: String,
    charset: Option<String>,
}

impl ClaimedFormat {
    /// Reads `contentType`.
    pub(super) fn read(content_type: &str) -> ClaimedFormat {
        let mut parts = content_type.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts.filter_map(|part| part.split_once('=')).find_map(|(attribute, value)| {
            let value = value.trim().trim_matches(['"', '\'']).trim();
            (attribute.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
        });
        ClaimedFormat { name, charset }
    }

    /// The same type, with a charset that the other does not state.
    pub(super) fn says_more_than(&self, other: &ClaimedFormat) -> bool {
        self.name == other.name && self.charset.is_some() && other.charset.is_none()
    }

    fn is_unsaid(&self) -> bool {
        matches!(
            self.name.as_str(),
            "" | "application/octet-stream" | "binary/octet-stream" | "application/unknown" | "application/x-unknown"
        )
    }

    /// What people call a text: letters that are meant to be read as they stand.
    fn is_text(&self) -> bool {
        self.name.starts_with("text/")
            || self.name.starts_with("application/hl7-v2")
            || self.name.ends_with("+json")
            || matches!(
                self.name.as_str(),
                "application/json"
                    | "application/x-ndjson"
                    | "application/yaml"
                    | "application/edi-hl7v2"
                    | "message/rfc822"
            )
            || self.is_markup()
            || self.is_rtf()
    }

    fn is_markup(&self) -> bool {
        matches!(self.name.as_str(), "text/html" | "text/xml" | "application/xml" | "application/xhtml")
            || self.name.ends_with("+xml")
    }

    fn is_rtf(&self) -> bool {
        matches!(self.name.as_str(), "text/rtf" | "application/rtf" | "application/x-rtf" | "text/richtext")
    }
}

/// What a document says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Its text, line by line. `unsure` names the charset it was read by, where the sender did not say or it does not fit.
    Text { text: Sensitive<String>, unsure: Option<String>, is_whole: bool },
    /// A text in a charset that nobody here knows.
    UnknownCharset(String),
    /// Nothing that can be shown here: a format, as its bytes or else its sender call it.
    Nothing(String),
    /// It claims to be a text of a form that it has not.
    Damaged,
}

/// Reads a document to `most` bytes of text.
pub(super) fn said_of(bytes: &[u8], claimed: &ClaimedFormat, most: usize) -> Said {
    if let Some(format) = format_of(bytes, claimed) {
        return Said::Nothing(format);
    }
    if rtf::is_rtf(bytes) {
        let read = rtf::read(bytes, most);
        let unsure = read.unknown_code_page.map(|page| format!("code page {page}"));
        return text(&read.text, unsure, read.is_whole, claimed);
    }
    // `text/richtext` is another form of its own (RFC 1341), and readable as it stands.
    if claimed.is_rtf() && claimed.name != "text/richtext" {
        return Said::Damaged;
    }
    let is_drawing = claimed.name == "image/svg+xml";
    if is_drawing || !(claimed.is_text() || claimed.is_unsaid()) {
        return Said::Nothing(claimed.name.clone());
    }
    let (letters, unsure) = match charset::decode(bytes, claimed.charset.as_deref(), claimed.is_markup()) {
        Decoded::Sure(letters) => (letters, None),
        Decoded::Unsure(..) if claimed.is_unsaid() => return Said::Nothing(claimed.name.clone()),
        Decoded::Unsure(letters, charset) => (letters, Some(charset.to_owned())),
        Decoded::UnknownCharset(charset) => return Said::UnknownCharset(charset),
    };
    let letters = Sensitive::from(letters);
    if !is_for_people(letters.reveal()) {
        return Said::Nothing(claimed.name.clone());
    }
    if claimed.is_markup() || (claimed.name != "text/markdown" && narrative::is_markup(letters.reveal())) {
        let markup = Sensitive::from(narrative::document_of(letters.reveal()));
        return text(markup.reveal(), unsure, true, claimed);
    }
    text(letters.reveal(), unsure, true, claimed)
}

fn text(letters: &str, unsure: Option<String>, is_whole: bool, claimed: &ClaimedFormat) -> Said {
    let text = shown_lines(letters);
    match text.reveal().is_empty() {
        true if is_whole => Said::Nothing(claimed.name.clone()),
        true => Said::Damaged,
        false => Said::Text { text, unsure, is_whole },
    }
}

/// Whether it is text at all: no control characters but those that HL7 v2, printers and terminals put between lines.
fn is_for_people(text: &str) -> bool {
    let is_binary =
        |letter: char| letter < ' ' && !matches!(letter, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{1c}');
    !text.chars().any(is_binary)
}

/// The name of a format that is known by its first bytes and not shown here. A package of files is called what the sender
/// calls it.
fn format_of(bytes: &[u8], claimed: &ClaimedFormat) -> Option<String> {
    let at = |place: usize, mark: &[u8]| bytes.get(place..).is_some_and(|rest| rest.starts_with(mark));
    let brand = |brands: &[&[u8]]| at(4, b"ftyp") && brands.iter().any(|brand| at(8, brand));
    let known = if at(0, b"GIF87a") || at(0, b"GIF89a") {
        "image/gif"
    } else if at(0, b"BM") && at(6, &[0; 4]) {
        "image/bmp"
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        "image/webp"
    } else if brand(&[b"heic", b"heix", b"mif1", b"msf1", b"hevc"]) {
        "image/heic"
    } else if brand(&[b"avif", b"avis"]) {
        "image/avif"
    } else if at(4, b"ftyp") {
        "video/mp4"
    } else if at(0, b"\0\0\0\x0CjP  ") {
        "image/jp2"
    } else if at(128, b"DICM") {
        "application/dicom"
    } else if at(0, b"RIFF") && at(8, b"WAVE") {
        "audio/wav"
    } else if at(0, b"ID3") {
        "audio/mpeg"
    } else if at(0, b"OggS") {
        "audio/ogg"
    } else {
        let package = if at(0, b"PK\x03\x04") {
            "application/zip"
        } else if at(0, b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
            "application/x-ole-storage"
        } else if at(0, b"\x1F\x8B\x08") {
            "application/gzip"
        } else {
            return None;
        };
        let says_more =
            claimed.name.starts_with("application/") && !claimed.is_unsaid() && claimed.name != "application/pdf";
        return Some(if says_more { claimed.name.clone() } else { package.to_owned() });
    };
    Some(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(content_type: &str, bytes: &[u8]) -> Said {
        said_of(bytes, &ClaimedFormat::read(content_type), 1_000_000)
    }

    fn sure(text: &str) -> Said {
        Said::Text { text: Sensitive::from(text), unsure: None, is_whole: true }
    }

    #[test]
    fn the_charset_is_read_in_every_spelling_of_the_parameter() {
        for content_type in [
            "text/plain; charset=iso-8859-1",
            "text/plain;charset=\"ISO-8859-1\"",
            "TEXT/PLAIN ; format=flowed; Charset = 'latin1' ",
            "application/hl7-v2+er7; charset=iso-8859-1",
            "text/csv;header=present;charset=iso-8859-1",
        ] {
            assert_eq!(said(content_type, b"H\xF6he 2 m"), sure("Höhe 2 m"), "{content_type}");
        }
        assert_eq!(said("text/plain; charset=", "Höhe".as_bytes()), sure("Höhe"));
    }

    #[test]
    fn text_is_told_from_markup_by_its_type_and_from_other_files_by_its_bytes() {
        let cases: [(&str, &[u8], Said); 17] = [
            ("text/markdown", b"- K < 5 and > 3\n- the <night> team", sure("- K < 5 and > 3\n- the <night> team")),
            ("text/plain", b"<b>not bold</b>", sure("<b>not bold</b>")),
            ("text/plain", b"<?xml version='1.0'?><ClinicalDocument><title>T</title></ClinicalDocument>", sure("T")),
            ("text/html", b"<p>a</p><p>b</p>", sure("a\nb")),
            ("application/xhtml+xml", b"<html><body><p>a</p></body></html>", sure("a")),
            ("application/hl7-sda+xml", b"<r><a>1</a><b>2</b></r>", sure("1 2")),
            ("application/msword", b"{\\rtf1 old habit}", sure("old habit")),
            ("text/plain", b"{\\rtf1 mislabelled}", sure("mislabelled")),
            ("", "Sin tipo: 5 µg".as_bytes(), sure("Sin tipo: 5 µg")),
            ("application/octet-stream", b"MZ\x90\0\x03", Said::Nothing("application/octet-stream".to_owned())),
            ("image/svg+xml", b"<svg/>", Said::Nothing("image/svg+xml".to_owned())),
            ("text/plain", b"GIF89a\x01\0", Said::Nothing("image/gif".to_owned())),
            ("image/jpeg", b"\0\0\0\x18ftypheic", Said::Nothing("image/heic".to_owned())),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                b"PK\x03\x04",
                Said::Nothing("application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned()),
            ),
            ("application/pdf", b"PK\x03\x04", Said::Nothing("application/zip".to_owned())),
            ("application/rtf", b"rich", Said::Damaged),
            ("text/html", b"<img src=x>", Said::Nothing("text/html".to_owned())),
        ];
        for (content_type, bytes, expected) in cases {
            assert_eq!(said(content_type, bytes), expected, "{content_type}");
        }
    }

    #[test]
    fn what_is_not_sure_is_said_beside_the_text() {
        let unsure = |text: &str, unsure: &str| Said::Text {
            text: Sensitive::from(text),
            unsure: Some(unsure.to_owned()),
            is_whole: true,
        };
        assert_eq!(said("text/plain", b"H\xF6he"), unsure("Höhe", "windows-1252"));
        assert_eq!(said("text/rtf", br"{\rtf1\ansicpg708 5 \'b5g}"), unsure("5 \u{FFFD}g", "code page 708"));
        assert_eq!(said("text/plain;charset=x-own", b"abc"), Said::UnknownCharset("x-own".to_owned()));
        let cut = Said::Text { text: Sensitive::from("half"), unsure: None, is_whole: false };
        assert_eq!(said("text/rtf", br"{\rtf1 half"), cut);
    }
}
