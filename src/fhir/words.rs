//! What an element of a resource says, as words: any data type of FHIR R4, known by its members. Nothing is corrected, and a
//! reference without words of its own says nothing: its address is no text for people.

use super::{concept_text, member};
use serde_json::{Map, Number, Value};

/// More values than this of one element are not read out; the resource itself stays whole.
const MAX_VALUES: usize = 20;

/// What a Reference without words of its own leads to, by its `reference`; `None` where that has no name.
pub(crate) type Names<'n> = &'n dyn Fn(&str) -> Option<String>;

/// No Reference is looked up.
const NO_NAMES: Names<'static> = &|_| None;

/// All values at `path` (`code`, `reaction/manifestation`, `value[x]`); lists on the way are walked through.
pub(crate) fn found<'a>(json: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut values = Vec::new();
    find(json, Some(path), &mut |value| values.push(value));
    values
}

fn find<'a>(value: &'a Value, path: Option<&str>, each: &mut dyn FnMut(&'a Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_in(item, path, each)),
        one => find_in(one, path, each),
    }
}

fn find_in<'a>(value: &'a Value, path: Option<&str>, each: &mut dyn FnMut(&'a Value)) {
    match (path, value) {
        (None, Value::Null) => {}
        (None, value) => each(value),
        (Some(path), Value::Object(members)) => {
            let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
            match segment.strip_suffix("[x]") {
                None => member(members, segment).into_iter().for_each(|value| find(value, rest, each)),
                Some(stem) => {
                    let chosen = members.iter().filter(|(name, _)| is_choice_of(name, stem));
                    chosen.for_each(|(_, value)| find(value, rest, each));
                }
            }
        }
        (Some(_), _) => {}
    }
}

/// Whether a name is a stem with a type behind it (`valueQuantity`).
fn is_choice_of(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// What all values at `path` say, each once.
pub(crate) fn words_at(json: &Value, path: &str) -> Option<String> {
    named_words_at(json, path, NO_NAMES)
}

/// The same, with names for References.
pub(crate) fn named_words_at(json: &Value, path: &str, names: Names<'_>) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    let mut left = MAX_VALUES;
    find(json, Some(path), &mut |value| {
        if left > 0 {
            left -= 1;
            let text = named_words(value, names).filter(|text| !said.contains(text));
            said.extend(text);
        }
    });
    joined(said, "; ")
}

/// What one value says.
pub(crate) fn words(value: &Value) -> Option<String> {
    named_words(value, NO_NAMES)
}

/// The same, with names for References.
pub(crate) fn named_words(value: &Value, names: Names<'_>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => spoken(text),
        Value::Array(items) => {
            let said = items.iter().take(MAX_VALUES).filter_map(|item| named_words(item, names));
            joined(said.collect(), "; ")
        }
        Value::Object(members) => of_type(value, members, names),
    }
}

fn joined(mut parts: Vec<String>, between: &str) -> Option<String> {
    if parts.len() > 1 { Some(parts.join(between)) } else { parts.pop() }
}

fn spoken(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| day(text))
}

/// A time is shown as its day; every other text as it was sent.
fn day(text: &str) -> String {
    let is_time = |(date, rest): &(&str, &str)| {
        let of = |text: &str, more: &[u8]| text.bytes().all(|byte| byte.is_ascii_digit() || more.contains(&byte));
        date.len() == 10 && of(date, b"-") && of(rest, b":.+-Z")
    };
    text.split_once('T').filter(is_time).map_or(text, |(date, _)| date).to_owned()
}

fn of_type(value: &Value, members: &Map<String, Value>, names: Names<'_>) -> Option<String> {
    let given = |name: &str| member(members, name).filter(|value| !value.is_null());
    let has = |name: &str| given(name).is_some();
    let part = |name: &str| named_words(given(name)?, names);
    let all = |parts: &[&str], between: &str| joined(parts.iter().filter_map(|name| part(name)).collect(), between);
    if has("coding") {
        return concept_text(value);
    }
    if let Some(Value::Number(number)) = given("value") {
        return Some(quantity(value, number));
    }
    if has("low") || has("high") {
        return span(part("low"), part("high"), ("≥ ", "≤ "));
    }
    if has("start") || has("end") {
        return span(part("start"), part("end"), ("since ", "until "));
    }
    if has("numerator") {
        return all(&["numerator", "denominator"], " / ");
    }
    if has("family") || has("given") {
        return all(&["prefix", "given", "family", "suffix"], " ").map(|name| name.replace("; ", " "));
    }
    if has("line") || has("city") || has("postalCode") {
        return part("text").or_else(|| all(&["line", "city", "state", "postalCode", "country"], ", "));
    }
    if has("reference") || has("display") {
        let nameless = value["reference"].as_str().filter(|_| member(members, "display").is_none());
        let named = || names(nameless?).and_then(|name| spoken(&name));
        return part("display")
            .or_else(named)
            .or_else(|| words(&value["identifier"]["value"]))
            .or_else(|| coded(value));
    }
    // Identifier, ContactPoint; Annotation, Dosage, HumanName as text; SampledData; Timing; Attachment.
    part("value")
        .or_else(|| spoken(value["text"].as_str()?))
        .or_else(|| part("data").filter(|_| has("origin")))
        .or_else(|| coded(value))
        .or_else(|| part("code"))
        .or_else(|| part("title"))
        .or_else(|| part("identifier"))
}

fn coded(value: &Value) -> Option<String> {
    Some(crate::text::code_displays::shown(value["system"].as_str(), value["code"].as_str()?))
}

/// Quantity and Money: the comparator and the unit are part of the value.
fn quantity(value: &Value, number: &Number) -> String {
    let text = |name: &str| value[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let unit = text("unit").or_else(|| text("code")).or_else(|| text("currency"));
    [text("comparator"), Some(number.as_str()), unit].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn span(from: Option<String>, to: Option<String>, (since, until): (&str, &str)) -> Option<String> {
    match (from, to) {
        (Some(from), Some(to)) => Some(format!("{from} – {to}")),
        (Some(from), None) => Some(format!("{since}{from}")),
        (None, Some(to)) => Some(format!("{until}{to}")),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_data_type_says_what_it_means() {
        let cases = [
            (
                json!({"value": serde_json::from_str::<Value>("1.50").expect("JSON"), "comparator": "<", "unit": "mg/dL"}),
                "< 1.50 mg/dL",
            ),
            (json!({"value": 15, "currency": "USD"}), "15 USD"),
            (json!({"low": {"value": 3, "unit": "mg"}, "high": {"value": 5, "unit": "mg"}}), "3 mg – 5 mg"),
            (json!({"high": {"value": 5}}), "≤ 5"),
            (json!({"numerator": {"value": 1}, "denominator": {"value": 8}}), "1 / 8"),
            (json!({"start": "2024-02", "end": "2025"}), "2024-02 – 2025"),
            (json!({"start": "2024-02-30T08:00:00Z"}), "since 2024-02-30"),
            (json!({"given": ["Ana", "María"], "family": "Ruiz"}), "Ana María Ruiz"),
            (json!({"system": "phone", "value": "555"}), "555"),
            (json!({"reference": "Practitioner/7", "display": "Dr. Who"}), "Dr. Who"),
            (json!({"system": "http://loinc.org", "code": "8867-4"}), "Heart rate (LOINC 8867-4)"),
            (json!({"coding": [{"display": "One"}]}), "One"),
            (json!({"text": "as needed"}), "as needed"),
            (json!([true, 7, "seven"]), "yes; 7; seven"),
            (json!({"line": ["1 Main"], "city": "Town", "state": "OR"}), "1 Main, Town, OR"),
        ];
        for (value, said) in cases {
            assert_eq!(words(&value).as_deref(), Some(said), "{value}");
        }
        for silent in [json!({"reference": "Patient/1"}), json!({}), json!(" "), json!([])] {
            assert_eq!(words(&silent), None, "{silent}");
        }
    }

    #[test]
    fn a_path_walks_through_lists_and_choices() {
        let json = json!({"reaction": [{"manifestation": [{"text": "A"}]}, {"manifestation": [{"text": "B"}, {"text": "A"}]}],
            "onsetAge": {"value": 4, "unit": "a"}, "onset": "no"});
        assert_eq!(words_at(&json, "reaction/manifestation").as_deref(), Some("A; B"));
        assert_eq!(words_at(&json, "onset[x]").as_deref(), Some("4 a"));
        assert_eq!(words_at(&json, "nothing/here"), None);
    }
}
