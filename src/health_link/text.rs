//! The text of a link: where it begins and ends in what was scanned, and the JSON behind its base64url.

use crate::limits::Budget;
use crate::sensitive::{Sensitive, Wipe as _};
use base64::DecodeError;
use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde::de::IgnoredAny;
use serde_json::Value;

/// The mark by which a link is found, alone or behind a viewer's address.
pub(super) const SCHEME: &str = "shlink:/";
/// More characters than this fit in no QR code.
const MAX_CHARS: usize = 4_096;

/// Some apps pad, the standard's examples do not: both are read.
const PAYLOAD_BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a text is no link. To people it is one defect, `LinkDefect::NotALink`; whoever makes an app wants to know which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextDefect {
    /// "SMART Health Links URI": the text holds `shlink:/`.
    #[error("the text does not hold shlink:/")]
    NoMark,
    /// A limit of ours.
    #[error("more than 4,096 characters follow shlink:/")]
    TooLong,
    /// Nothing follows the mark.
    #[error("nothing follows shlink:/")]
    Empty,
    /// RFC 4648 5: a character that base64url does not have.
    #[error("character {0} after shlink:/ is none of base64url")]
    Character(usize),
    /// RFC 4648 5: a length that no bytes have, or bits left over: the text was cut.
    #[error("the base64url ends in the middle of a byte")]
    Cut,
    /// The payload is JSON.
    #[error("the payload is not JSON: byte {0} does not fit")]
    NotJson(usize),
    /// The payload begins as JSON and ends too soon: the text was cut.
    #[error("the payload ends in the middle of its JSON")]
    JsonCut,
    /// The payload is an object.
    #[error("the payload is JSON and not an object")]
    NotAnObject,
}

/// The characters after the mark that can belong to the link, and those that stand before the mark.
pub fn parts_of(text: &str) -> Result<(&str, &str), TextDefect> {
    let start = text.find(SCHEME).ok_or(TextDefect::NoMark)?;
    let (before, rest) = (text.get(..start).unwrap_or_default(), text.get(start + SCHEME.len()..).unwrap_or_default());
    Ok((before, rest.get(..end_of(rest)).unwrap_or_default()))
}

fn end_of(rest: &str) -> usize {
    rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_=".contains(letter))).unwrap_or(rest.len())
}

/// Decodes the payload. What stands before the mark is never opened.
pub fn payload_of(text: &str) -> Result<Sensitive<Value>, TextDefect> {
    let (before, encoded) = parts_of(text)?;
    let defect = match read_payload(encoded) {
        Ok(payload) => return Ok(payload),
        Err(defect) => defect,
    };
    // Plain base64 breaks off at the first letter that base64url does not have; that is the mistake, not the broken rest.
    let next = text.as_bytes().get(before.len() + SCHEME.len() + encoded.len());
    Err(if matches!(next, Some(b'+' | b'/')) { TextDefect::Character(encoded.len() + 1) } else { defect })
}

fn read_payload(encoded: &str) -> Result<Sensitive<Value>, TextDefect> {
    if encoded.is_empty() {
        return Err(TextDefect::Empty);
    }
    if encoded.len() > MAX_CHARS {
        return Err(TextDefect::TooLong);
    }
    let mut decoded = PAYLOAD_BASE64.decode(encoded).map_err(|error| match error {
        DecodeError::InvalidByte(at, _) => TextDefect::Character(at + 1),
        _ => TextDefect::Cut,
    })?;
    let payload = Budget::for_one_share().parse(&decoded).map(Sensitive::new);
    let payload = payload.map_err(|_| json_defect(&decoded));
    decoded.wipe();
    payload.and_then(|payload| if payload.reveal().is_object() { Ok(payload) } else { Err(TextDefect::NotAnObject) })
}

impl TextDefect {
    /// Whether the text may have been cut or damaged on its way; otherwise its sender made it so.
    pub const fn may_be_cut(self) -> bool {
        match self {
            TextDefect::NoMark | TextDefect::Empty | TextDefect::Cut | TextDefect::JsonCut => true,
            // A letter that was lost or changed in the middle looks so as well.
            TextDefect::NotJson(_) => true,
            TextDefect::TooLong | TextDefect::Character(_) | TextDefect::NotAnObject => false,
        }
    }
}

/// Where JSON stops being JSON; 0 when it is JSON and refused for another reason.
fn json_defect(json: &[u8]) -> TextDefect {
    match serde_json::from_slice::<IgnoredAny>(json) {
        Err(error) if error.is_eof() => TextDefect::JsonCut,
        Err(error) => TextDefect::NotJson(error.column()),
        Ok(_) => TextDefect::NotJson(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_be_no_link_is_told_apart() {
        let defect = |text: &str| payload_of(text).err();
        assert_eq!(defect("https://example.org"), Some(TextDefect::NoMark));
        assert_eq!(defect("shlink:/ e30"), Some(TextDefect::Empty));
        assert_eq!(defect(&format!("shlink:/{}", "A".repeat(4_097))), Some(TextDefect::TooLong));
        assert_eq!(defect("shlink:/eyJh+Q"), Some(TextDefect::Character(5)));
        assert_eq!(defect("shlink:/eyJhI"), Some(TextDefect::Cut));
        assert_eq!(defect("shlink:/eyJhIjp9"), Some(TextDefect::NotJson(6)));
        assert_eq!(defect("shlink:/eyJhIjox"), Some(TextDefect::JsonCut));
        assert_eq!(defect("shlink:/W10"), Some(TextDefect::NotAnObject));
    }

    #[test]
    fn padding_and_what_stands_around_do_not_matter() {
        for text in ["shlink:/e30", "shlink:/e30=", "https://viewer.example/#shlink:/e30", "Records: shlink:/e30 (tap)"]
        {
            assert!(payload_of(text).is_ok(), "{text}");
        }
    }
}
