//! What an element of a resource says, as words: any data type of FHIR R4, known by its members. Nothing is corrected, and a
//! reference without words of its own says nothing: its address is no text for people.

use super::concept_text;
use serde_json::Value;

/// More values than this of one element are not read out; the resource itself stays whole.
const MAX_VALUES: usize = 20;

/// All values at `path` (`code`, `reaction/manifestation`, `value[x]`); lists on the way are walked through.
pub(crate) fn found<'a>(json: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut values = vec![json];
    for segment in path.split('/') {
        values = values.into_iter().flat_map(listed).flat_map(|value| members(value, segment)).collect();
    }
    values.into_iter().flat_map(listed).filter(|value| !value.is_null()).collect()
}

fn listed(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

fn members<'a>(value: &'a Value, segment: &str) -> Vec<&'a Value> {
    let Value::Object(members) = value else { return Vec::new() };
    match segment.strip_suffix("[x]") {
        None => members.get(segment).into_iter().collect(),
        Some(stem) => {
            let is_choice = |name: &&String| {
                name.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()))
            };
            members.iter().filter(|(name, _)| is_choice(name)).map(|(_, value)| value).collect()
        }
    }
}

/// What all values at `path` say, each once.
pub(crate) fn words_at(json: &Value, path: &str) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    for text in found(json, path).into_iter().take(MAX_VALUES).filter_map(words) {
        if !said.contains(&text) {
            said.push(text);
        }
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// What one value says.
pub(crate) fn words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) => (!text.trim().is_empty()).then(|| day(text)),
        Value::Array(items) => joined(items.iter().take(MAX_VALUES).filter_map(words), "; "),
        Value::Object(_) => of_type(value),
    }
}

fn joined(parts: impl Iterator<Item = String>, between: &str) -> Option<String> {
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

/// A time is shown as its day; every other text as it was sent.
fn day(text: &str) -> String {
    let is_time = |(date, rest): &(&str, &str)| {
        let of = |text: &str, more: &[u8]| text.bytes().all(|byte| byte.is_ascii_digit() || more.contains(&byte));
        date.len() == 10 && of(date, b"-") && of(rest, b":.+-Z")
    };
    text.split_once('T').filter(is_time).map_or(text, |(date, _)| date).to_owned()
}

fn of_type(value: &Value) -> Option<String> {
    let has = |name: &str| !value[name].is_null();
    let part = |name: &str| words(&value[name]);
    let all = |names: &[&str], between: &str| joined(names.iter().filter_map(|name| words(&value[*name])), between);
    if has("coding") {
        return concept_text(value);
    }
    if value["value"].is_number() {
        return Some(quantity(value));
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
        return part("display").or_else(|| words(&value["identifier"]["value"])).or_else(|| coded(value));
    }
    // Identifier, ContactPoint; Annotation, Dosage, HumanName as text; SampledData; Timing; Attachment.
    part("value")
        .or_else(|| value["text"].as_str().and_then(|text| words(&Value::from(text))))
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
fn quantity(value: &Value) -> String {
    let text = |name: &str| value[name].as_str().map(str::trim).filter(|text| !text.is_empty());
    let unit = text("unit").or_else(|| text("code")).or_else(|| text("currency"));
    let number = value["value"].to_string();
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
