//! Who the patient says to be: the demographics of a Patient resource.

use super::current::{by_currency, contacts, is_former};
use super::spoken::each;
use super::words::words;
use super::{RecordType, Resource};
use crate::time::Day;
use serde_json::Value;
use std::borrow::Cow;

/// A view over a Patient resource, on the day by which it is judged what counts.
#[derive(Clone, Copy)]
pub struct PatientView<'a> {
    resource: &'a Resource,
    day: Day,
}

impl<'a> PatientView<'a> {
    /// `None` when the resource is not a Patient.
    pub fn of(resource: &'a Resource, day: Day) -> Option<Self> {
        resource.is(RecordType::Patient).then_some(PatientView { resource, day })
    }

    fn json(self) -> &'a Value {
        self.resource.json().reveal()
    }

    /// All names in the order in which they count.
    pub(crate) fn names(self) -> Vec<&'a Value> {
        by_currency(&self.json()["name"], self.day)
    }

    /// The name to show, in the order and form of its `text` (R4 HumanName.text: the name as it should be displayed); without one
    /// given names, family name and suffix, and the family name first where it is written so.
    pub fn name(self) -> Option<String> {
        self.names().into_iter().find_map(name_in_words)
    }

    /// The family name of the name to show, for a search.
    pub fn family(self) -> Option<Cow<'a, str>> {
        let shown = self.names().into_iter().find(|name| name_in_words(name).is_some())?;
        let parts: Vec<&str> = each(&shown["family"]).iter().filter_map(Value::as_str).collect();
        match parts[..] {
            [] => None,
            [family] => Some(Cow::Borrowed(family)),
            // A list, before STU3.
            _ => Some(Cow::Owned(parts.join(" "))),
        }
        .filter(|family| !family.trim().is_empty())
    }

    /// `birthDate`, as a day where it came with a time; it may be a year or a month only.
    pub fn birth_date(self) -> Option<&'a str> {
        let sent = self.resource.text("/birthDate")?;
        // R4 knows no time of birth here; a time at midnight is a day that passed through a database.
        Some(sent.split_once('T').filter(|(day, _)| day.len() == 10).map_or(sent, |(day, _)| day))
    }

    /// Administrative gender code.
    pub fn gender(self) -> Option<&'a str> {
        self.resource.text("/gender")
    }

    /// The contact of this system (`phone`, `email`) that counts; none of an earlier time.
    pub fn contact(self, system: &str) -> Option<&'a str> {
        let contact = *contacts(&self.json()["telecom"], system, self.day).first()?;
        contact["value"].as_str().filter(|_| !is_former(contact, self.day))
    }

    /// The address that counts, on one line; none of an earlier time.
    pub fn address(self) -> Option<String> {
        let address = *by_currency(&self.json()["address"], self.day).first()?;
        address_in_words(address, self.day).filter(|_| !is_former(address, self.day))
    }
}

/// A HumanName as it is shown.
pub(crate) fn name_in_words(name: &Value) -> Option<String> {
    // A text in place of the structure is the name as well.
    let text = name.as_str().or(name["text"].as_str()).map(str::trim).filter(|text| !text.is_empty());
    let parts = || {
        let of = |parts: [&str; 3]| -> Vec<&str> {
            let said = parts.into_iter().flat_map(|part| each(&name[part])).filter_map(Value::as_str);
            said.filter(|part| !part.trim().is_empty()).collect()
        };
        let mut said = of(["given", "family", "suffix"]);
        if said.iter().all(|part| is_family_first(part)) {
            said = of(["family", "given", "suffix"]);
        }
        (!said.is_empty()).then(|| said.join(" "))
    };
    text.map(str::to_owned).or_else(parts)
}

/// Whether a name is in a writing in which the family name comes first: Chinese characters, kana, hangul.
pub(crate) fn is_family_first(name: &str) -> bool {
    let is_of = |letter: char| {
        matches!(letter, '\u{1100}'..='\u{11FF}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{31FF}'
            | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF66}'..='\u{FF9F}'
            | '\u{20000}'..='\u{3FFFF}')
    };
    name.chars().any(is_of) && name.chars().all(|letter| is_of(letter) || !letter.is_alphanumeric())
}

/// An Address on one line, without its use.
fn address_in_words(address: &Value, day: Day) -> Option<String> {
    if let Some(text) = address.as_str().or(address["text"].as_str()).filter(|text| !text.trim().is_empty()) {
        return Some(text.to_owned());
    }
    let parts = ["line", "city", "state", "postalCode", "country"];
    let said: Vec<String> =
        parts.into_iter().flat_map(|part| each(&address[part])).filter_map(|part| words(part, day)).collect();
    (!said.is_empty()).then(|| said.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn name_and_family(names: Value) -> (Option<String>, Option<String>) {
        let patient = Resource::from_json(json!({"resourceType": "Patient", "name": names})).expect("a patient");
        let view = PatientView::of(&patient, DAY).expect("a patient");
        (view.name(), view.family().map(Cow::into_owned))
    }

    #[test]
    fn the_name_that_counts_is_the_one_shown_and_searched() {
        let named = |name: &str, family: &str| (Some(name.to_owned()), Some(family.to_owned()));
        for (names, expected) in [
            (
                json!([{"use": "nickname", "given": ["Annie"]},
                    {"use": "official", "given": ["Ana", "María"], "family": "Delgado"}]),
                named("Ana María Delgado", "Delgado"),
            ),
            (
                json!([{"use": "maiden", "family": "Old"}, {"use": "usual", "given": ["Ana"], "family": "New"}]),
                named("Ana New", "New"),
            ),
            (
                json!([{"use": "official", "family": "Past", "period": {"end": "2016"}}, {"use": "official", "family": "Now"}]),
                named("Now", "Now"),
            ),
            (json!([{"text": "Nagy Ágnes", "family": "Nagy", "given": ["Ágnes"]}]), named("Nagy Ágnes", "Nagy")),
            (json!([{"family": ["Garcia", "Lopez"], "given": ["Eva"]}]), named("Eva Garcia Lopez", "Garcia Lopez")),
            (json!([{"family": "Ray", "given": ["Al"], "suffix": ["Jr."]}]), named("Al Ray Jr.", "Ray")),
            (json!({"family": "Alone", "given": ["Al"]}), named("Al Alone", "Alone")),
        ] {
            assert_eq!(name_and_family(names.clone()), expected, "{names}");
        }
    }

    #[test]
    fn a_birth_date_with_a_time_is_a_day() {
        let patient = Resource::from_json(json!({"resourceType": "Patient", "birthDate": "1971-09-14T00:00:00Z"}));
        let patient = patient.expect("a patient");
        assert_eq!(PatientView::of(&patient, DAY).and_then(PatientView::birth_date), Some("1971-09-14"));
    }
}
