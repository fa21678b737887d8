//! Which of several values counts (FHIR R4 datatypes HumanName, Address, ContactPoint, Identifier: `use`, `period`, `rank`): one
//! order for the form, the chart search, the comparison and what is filed. Nothing is left out; what has ended comes last.

use super::period::{has_not_begun, is_over};
use super::spoken::each;
use super::words::found;
use crate::time::Day;
use serde_json::Value;

/// The values of an element in the order in which they count: what is current first.
pub(crate) fn by_currency(values: &Value, day: Day) -> Vec<&Value> {
    // A text in place of a structure is a name or an address as well.
    let says = |value: &&Value| value.is_object() || value.as_str().is_some_and(|text| !text.trim().is_empty());
    let mut values: Vec<&Value> = each(values).iter().filter(says).collect();
    values.sort_by_key(|value| {
        (is_former(value, day), has_not_begun(&value["period"], day), standing(value), rank(value))
    });
    values
}

/// Whether it is of an earlier time: by its use, or because it says when it ended.
pub(crate) fn is_former(value: &Value, day: Day) -> bool {
    matches!(value["use"].as_str(), Some("old" | "maiden")) || is_over(&value["period"], day)
}

/// By the use: what somebody is called and where they live first; what stands for a time or for another purpose later.
fn standing(value: &Value) -> u8 {
    match value["use"].as_str() {
        Some("official") => 0,
        Some("usual" | "home" | "mobile") | None => 1,
        Some("work") => 2,
        Some("billing" | "secondary") => 3,
        Some("temp") => 4,
        Some("nickname") => 5,
        Some("anonymous") => 6,
        Some(_) => 2,
    }
}

/// A rank decides between contacts (1 is the most preferred); the writing of a name decides between spellings of one name
/// (extension iso21090-EN-representation: ideographic and alphabetic before syllabic).
fn rank(value: &Value) -> u64 {
    let syllabic = found(value, "extension/valueCode").into_iter().any(|code| code == "SYL");
    value["rank"].as_u64().unwrap_or(if value["use"] == "work" { 1_001 } else { 1_000 }) + u64::from(syllabic)
}

/// Contacts of one system in the order in which they count: a rank, where one is given, before the use.
pub(crate) fn contacts<'v>(telecom: &'v Value, system: &str, day: Day) -> Vec<&'v Value> {
    let of_system = |contact: &&Value| match contact["system"].as_str() {
        Some(known) => known == system,
        None => contact["value"].as_str().is_some_and(|value| value.contains('@') == (system == "email")),
    };
    let mut contacts: Vec<&Value> = by_currency(telecom, day).into_iter().filter(of_system).collect();
    contacts.sort_by_key(|contact| (is_former(contact, day), contact["rank"].as_u64().unwrap_or(u64::MAX)));
    contacts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn texts<'v>(values: &[&'v Value]) -> Vec<&'v str> {
        values.iter().filter_map(|value| value["value"].as_str().or_else(|| value["text"].as_str())).collect()
    }

    #[test]
    fn what_is_current_comes_first_and_nothing_is_left_out() {
        let addresses = json!([
            {"text": "ended", "use": "home", "period": {"end": "2020-01-01"}},
            {"text": "old", "use": "old"},
            {"text": "temporary", "use": "temp", "period": {"end": "2030-01-01"}},
            {"text": "work", "use": "work"},
            {"text": "home", "use": "home", "period": {"start": "2020", "end": "9999-12-31"}}]);
        assert_eq!(texts(&by_currency(&addresses, DAY)), ["home", "work", "temporary", "ended", "old"]);
        let names = json!([{"text": "maiden", "use": "maiden"}, {"text": "nick", "use": "nickname"}, {"text": "none"},
            {"text": "official", "use": "official"}, {"text": "anonymous", "use": "anonymous"}, 7]);
        assert_eq!(texts(&by_currency(&names, DAY)), ["official", "none", "nick", "anonymous", "maiden"]);
        assert_eq!(texts(&by_currency(&json!({"text": "alone"}), DAY)), ["alone"]);
    }

    #[test]
    fn a_rank_decides_between_contacts() {
        let telecom = json!([{"system": "phone", "value": "1", "use": "old"}, {"system": "phone", "value": "2", "use": "home"},
            {"system": "phone", "value": "3", "use": "work", "rank": 1}, {"system": "email", "value": "a@b"}, {"value": "c@d"},
            {"system": "phone", "value": "4", "use": "mobile", "rank": 2}]);
        assert_eq!(texts(&contacts(&telecom, "phone", DAY)), ["3", "4", "2", "1"]);
        assert_eq!(texts(&contacts(&telecom, "email", DAY)), ["a@b", "c@d"]);
    }

    #[test]
    fn the_writing_of_a_name_before_its_sound() {
        let of = |text: &str, code: &str| {
            json!({"use": "usual", "text": text,
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": code}]})
        };
        let names = json!([of("sound", "SYL"), of("writing", "IDE")]);
        assert_eq!(texts(&by_currency(&names, DAY)), ["writing", "sound"]);
    }
}
