//! Telephone numbers in the form of E.164, without an extension, and mail addresses.
//!
//! A number without a country is one of the North American Numbering Plan. Its exchange may begin with 0 or 1, although nobody is
//! given such a number: records are full of them, and two people do not share one by chance.

use super::collected::{Collected, Discarded, discard};
use super::field::{MatchField, NotCounted};
use super::letters::MAX_TEXT;
use super::placeholders::placeholders;
use crate::fhir::each;
use serde_json::Value;

/// More contacts of one person are not compared.
const MAX_CONTACTS: usize = 40;
/// E.164 knows no longer number, and nobody a shorter one with its country.
const WITH_COUNTRY: std::ops::RangeInclusive<usize> = 8..=15;

pub(super) fn read_telecoms(patient: &Value, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    for contact in each(&patient["telecom"]).iter().take(MAX_CONTACTS) {
        let Some(text) = contact["value"].as_str().filter(|text| !text.trim().is_empty()) else { continue };
        let (field, read) = match contact["system"].as_str() {
            Some("phone" | "sms") => (MatchField::Phone, phone(text)),
            Some("email") => (MatchField::Email, email(text)),
            None if text.contains('@') => (MatchField::Email, email(text)),
            None => (MatchField::Phone, phone(text)),
            Some(_) => continue,
        };
        match read {
            Ok(value) => into.add(field, value),
            Err(why) => discard(discarded, field, why, text),
        }
    }
}

/// A telephone number as `+15120675309`.
pub fn phone(text: &str) -> Result<String, NotCounted> {
    let text = text.trim().get(..MAX_TEXT.min(text.trim().len())).unwrap_or_default();
    let number = without_extension(text.strip_prefix("tel:").unwrap_or(text)).replace("(0)", "");
    if number.chars().any(char::is_alphabetic) {
        return Err(NotCounted::NotValid);
    }
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if placeholders().is_phone(&digits) {
        return Err(NotCounted::Placeholder);
    }
    let abroad = if number.trim_start().starts_with('+') { Some(digits.as_str()) } else { digits.strip_prefix("011") };
    let national = match abroad {
        Some(digits) => digits.strip_prefix('1'),
        None => Some(digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits)),
    };
    match (national, abroad) {
        (Some(national), _) => american(national),
        (None, Some(digits)) if WITH_COUNTRY.contains(&digits.len()) && !digits.starts_with('0') => {
            Ok(format!("+{digits}"))
        }
        (None, _) => Err(NotCounted::NotValid),
    }
}

/// Area code, exchange, four digits.
fn american(digits: &str) -> Result<String, NotCounted> {
    let (area, exchange) = (digits.get(..3).unwrap_or_default(), digits.get(3..6).unwrap_or_default());
    match () {
        () if digits.len() == 10 && (exchange == "555" || area == "555") => Err(NotCounted::Fictional),
        () if digits.len() != 10 || area.starts_with(['0', '1']) => Err(NotCounted::NotValid),
        () => Ok(format!("+1{digits}")),
    }
}

/// What stands before an extension, or before words about the number: `512 067 5309 (home)`. A letter among the digits stays, and
/// makes it none.
pub fn without_extension(text: &str) -> &str {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter.is_whitespace());
    let marked = number.trim_end_matches(|letter: char| letter == '.' || letter.is_whitespace());
    let lower = marked.to_ascii_lowercase();
    for mark in [";ext=", "extension", "ext", "x", "#", ","] {
        let before = lower.strip_suffix(mark).and_then(|before| text.get(..before.len()));
        if let Some(before) = before.filter(|_| number.len() < text.len()) {
            return before;
        }
    }
    let words = text.trim_end_matches(|letter: char| letter.is_alphabetic() || "() ".contains(letter));
    let is_apart = text.get(words.len()..).is_some_and(|rest| rest.starts_with(['(', ' ']));
    if is_apart { words } else { text }
}

/// A mail address: what stands before `@` may tell capitals apart, and no mail server does. Dots and `+` stay.
fn email(text: &str) -> Result<String, NotCounted> {
    let address = text.trim().to_lowercase();
    match () {
        () if placeholders().is_email(&address) => Err(NotCounted::Placeholder),
        () if !address.contains('@') || address.contains(char::is_whitespace) || address.len() > MAX_TEXT => {
            Err(NotCounted::NotValid)
        }
        () => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_one_in_every_form_of_it() {
        for text in [
            "(512) 067-5309",
            "+1 512 067 5309",
            "1-512-067-5309",
            "512.067.5309",
            "+1 (512) 067-5309 ext 12",
            "512-067-5309 x12",
            "5120675309;ext=4",
            "tel:+1-512-067-5309",
            "512 067 5309 (home)",
            "512-067-5309, 12",
            "512-067-5309 Ext. 3",
            "011 1 512 067 5309",
        ] {
            assert_eq!(phone(text).as_deref(), Ok("+15120675309"), "{text}");
        }
        for (text, number) in [
            ("+44 20 7946 0958", "+442079460958"),
            ("011 44 20 7946 0958", "+442079460958"),
            ("+44 (0)20 7946 0958", "+442079460958"),
            ("+52 55 1234 5678", "+525512345678"),
        ] {
            assert_eq!(phone(text).as_deref(), Ok(number), "{text}");
        }
        for (text, why) in [
            ("(512) 555-0134", NotCounted::Fictional),
            ("800-555-1212 ext 3", NotCounted::Fictional),
            ("555-010-4471", NotCounted::Fictional),
            ("555-0142", NotCounted::NotValid),
            ("0000000000", NotCounted::Placeholder),
            ("1234567890", NotCounted::Placeholder),
            ("867-5309", NotCounted::NotValid),
            ("020 7946 0958", NotCounted::NotValid),
            ("512-067-53O9", NotCounted::NotValid),
            ("unknown", NotCounted::NotValid),
            ("", NotCounted::NotValid),
            ("++", NotCounted::NotValid),
        ] {
            assert_eq!(phone(text), Err(why), "{text}");
        }
        assert!(phone(&"5".repeat(10_000)).is_err() && phone(&"é".repeat(10_000)).is_err());
    }

    #[test]
    fn a_mail_address_is_one_in_capitals_and_stopgaps_are_none() {
        assert_eq!(email(" Ana.Ruiz+x@Mail.Example.ORG").as_deref(), Ok("ana.ruiz+x@mail.example.org"));
        for none in ["a@example.com", "noreply@clinic.example.org", "unknown@x.org", "nonette@x.org"] {
            assert_eq!(email(none), Err(NotCounted::Placeholder), "{none}");
        }
        assert_eq!(email("ana at example"), Err(NotCounted::NotValid));
    }
}
