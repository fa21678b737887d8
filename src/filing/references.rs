//! Where a reference leads after filing: to the chart, to an item filed with it, to a contained resource, or nowhere.
//!
//! What leads nowhere keeps only its words. An unticked item, `Patient/123` of somebody else's server, an absolute address
//! and an identifier could each hit a record of this clinic that has nothing to do with the patient (note 15, attack 43).

use super::item_identifier::{Target, Targets};
use serde_json::{Map, Value, json};

/// Rewrites every Reference below `value`.
pub(super) fn rewrite(value: &mut Value, source: usize, targets: &Targets<'_>, chart: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(item, source, targets, chart)),
        Value::Object(members) if members.contains_key("resourceType") => {
            // No resource is a Reference; a word of that name on one is nobody's.
            members.remove("reference");
            members.values_mut().for_each(|member| rewrite(member, source, targets, chart));
        }
        Value::Object(members) if is_reference(members) => {
            if let Some(rewritten) = rewritten(members, source, targets, chart) {
                *value = rewritten;
            }
        }
        Value::Object(members) => members.values_mut().for_each(|member| rewrite(member, source, targets, chart)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A reference to the chart, and nothing else of it: the share's words for the person stay outside.
pub(super) fn to_chart(chart: &str) -> Value {
    json!({"reference": chart})
}

/// Only a Reference has a text `reference`; a Reference without one has an identifier and nothing beyond its own members.
fn is_reference(members: &Map<String, Value>) -> bool {
    const OWN: [&str; 6] = ["id", "extension", "reference", "type", "identifier", "display"];
    let logical =
        || members["identifier"].is_object() && members.keys().all(|name| OWN.contains(&name.trim_start_matches('_')));
    members.contains_key("reference") && !members["reference"].is_object() && !members["reference"].is_array()
        || members.contains_key("identifier") && logical()
}

/// `None` when it stays as it is.
fn rewritten(members: &Map<String, Value>, source: usize, targets: &Targets<'_>, chart: &str) -> Option<Value> {
    let words = members.get("reference").and_then(Value::as_str).unwrap_or_default();
    if words.starts_with('#') {
        return None;
    }
    let display = members.get("display").and_then(Value::as_str).filter(|display| !display.trim().is_empty());
    // Words that are not those of the target are what staff read: an address behind them would say something else.
    let is_said =
        |title: Option<&str>| display.is_none_or(|display| title.is_some_and(|title| title == display.trim()));
    let target = targets.find(source, words).filter(|target| match target {
        Target::Patient => is_said(targets.name_of_person(source).as_deref()),
        Target::Filed { title, .. } => is_said(Some(title)),
        Target::Named(_) => true,
    });
    Some(match (target, display) {
        (Some(Target::Patient), _) => to_chart(chart),
        (Some(Target::Filed { urn, .. }), Some(display)) => json!({"reference": urn, "display": display}),
        (Some(Target::Filed { urn, .. }), None) => json!({"reference": urn}),
        (Some(Target::Named(_)) | None, Some(display)) => json!({"display": display}),
        (Some(Target::Named(name)), None) => json!({"display": name}),
        (None, None) => json!({"display": in_words(members, words)}),
    })
}

/// What to say of a target that nobody named: its identifier's value, or its type. An empty Reference would be invalid.
fn in_words(members: &Map<String, Value>, words: &str) -> String {
    let identifier = members.get("identifier").and_then(|identifier| identifier["value"].as_str());
    let stated = members.get("type").and_then(Value::as_str);
    let spelled = words.rsplit('/').nth(1).filter(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()));
    match (identifier, stated.or(spelled)) {
        (Some(identifier), _) => identifier.to_owned(),
        (None, Some(kind)) => format!("{kind} (not filed)"),
        (None, None) => "not filed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(mut value: Value) -> Value {
        rewrite(&mut value, 0, &Targets::default(), "Patient/ours");
        value
    }

    #[test]
    fn foreign_literal_ids_lose_their_address_and_keep_their_words() {
        let performer = json!({"performer": [{"reference": "Practitioner/123", "display": "Dr. Chen",
            "identifier": {"system": "urn:mrn", "value": "1"}}]});
        assert_eq!(after(performer), json!({"performer": [{"display": "Dr. Chen"}]}));
        assert_eq!(
            after(json!({"encounter": {"reference": "https://ehr.example/fhir/Encounter/7"}})),
            json!({"encounter": {"display": "Encounter (not filed)"}})
        );
        assert_eq!(after(json!({"a": {"reference": "Patient?identifier=1"}})), json!({"a": {"display": "not filed"}}));
    }

    #[test]
    fn an_identifier_alone_links_to_nothing() {
        let payor = json!({"payor": [{"identifier": {"system": "urn:naic", "value": "71412"}}]});
        assert_eq!(after(payor), json!({"payor": [{"display": "71412"}]}));
    }

    #[test]
    fn a_resource_is_no_reference_whatever_it_says() {
        let patient = json!({"resourceType": "Patient", "reference": "Patient/1", "gender": "female"});
        assert_eq!(after(patient), json!({"resourceType": "Patient", "gender": "female"}));
    }

    #[test]
    fn a_contained_resource_is_still_found() {
        let medication = json!({"medicationReference": {"reference": "#med", "display": "Aspirin"}});
        assert_eq!(after(medication.clone()), medication);
    }

    #[test]
    fn elements_that_hold_an_identifier_among_others_are_no_reference() {
        let element = json!({"issue": {"identifier": {"value": "1"}, "note": "kept"}});
        assert_eq!(after(element.clone()), element);
    }
}
