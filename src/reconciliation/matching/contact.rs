//! Telephone numbers, mail and postal addresses as an index of patients must compare them.

use crate::fhir::Resource;
use crate::text::folded_words;
use serde_json::Value;

/// More contacts or addresses of one person are not compared.
const MAX_LISTED: usize = 20;

/// The last ten digits: country codes are written or left out.
pub(in super::super) fn phone_digits(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 7).then(|| digits.iter().skip(digits.len().saturating_sub(10)).collect())
}

pub(in super::super) fn mail_address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    text.contains('@').then_some(text)
}

pub(super) fn contacts(patient: &Resource, system: &str, read: fn(&str) -> Option<String>) -> Vec<String> {
    let of_system = patient.list("/telecom").iter().filter(|contact| contact["system"] == system);
    of_system.filter_map(|contact| read(contact["value"].as_str()?)).take(MAX_LISTED).collect()
}

/// An address, folded: street, town, postal code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) street: Vec<String>,
    pub(super) town: Vec<String>,
    pub(super) postal: String,
}

pub(super) fn places(patient: &Resource) -> Vec<Place> {
    let place = |address: &Value| {
        let lines = address["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let street = lines.chain(address["text"].as_str().filter(|_| address["line"].is_null()));
        Place {
            street: street.flat_map(folded_words).map(|word| short_word(&word)).collect(),
            town: folded_words(address["city"].as_str().unwrap_or_default()),
            postal: address["postalCode"].as_str().unwrap_or_default().chars().take(5).collect(),
        }
    };
    let listed = patient.list("/address").iter().take(MAX_LISTED).map(place);
    listed.filter(|place| !place.street.is_empty() || !place.town.is_empty()).collect()
}

/// The usual short form of a word of an address.
pub(in super::super) fn short_word(word: &str) -> String {
    const SHORT: [(&str, &str); 16] = [
        ("street", "st"),
        ("avenue", "ave"),
        ("road", "rd"),
        ("drive", "dr"),
        ("lane", "ln"),
        ("court", "ct"),
        ("place", "pl"),
        ("boulevard", "blvd"),
        ("highway", "hwy"),
        ("apartment", "apt"),
        ("suite", "ste"),
        ("north", "n"),
        ("south", "s"),
        ("east", "e"),
        ("west", "w"),
        ("unit", "apt"),
    ];
    SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short).to_owned()
}
