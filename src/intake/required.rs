//! What FHIR R4 requires of the types that are filed as themselves ([`RecordType::required`]). An EHR refuses the whole check-in
//! for one record without it, and would say so after the patient left.

use super::ReferenceTarget;
use crate::fhir::{Filed, RecordType, Resource};
use serde_json::Value;

/// Whether an EHR must refuse the record as it would be filed.
pub(super) fn is_incomplete(resource: &Resource, targets: &[ReferenceTarget]) -> bool {
    let Some(record_type) = resource.record_type().filter(|it| it.filed() == Filed::AsItself) else { return false };
    record_type.required().iter().any(|element| !has(resource, element))
        || match record_type {
            RecordType::DocumentReference => {
                let behind = |place: &str| targets.iter().any(|it| it.pointer == place);
                let contents = resource.list("/content").iter().enumerate();
                contents
                    .into_iter()
                    .any(|(number, content)| !has_content(content) && !behind(&format!("/content/{number}/attachment")))
            }
            RecordType::MedicationRequest | RecordType::MedicationStatement => !names_its_drug(resource, targets),
            _ => false,
        }
}

/// Whether an element of this name, or of a name that `[x]` stands for, says anything.
fn has(resource: &Resource, element: &str) -> bool {
    let Value::Object(members) = resource.json().reveal() else { return false };
    members.iter().filter(|(_, value)| says_something(value)).any(|(name, _)| {
        // `_status` holds the reason for which `status` is absent.
        let name = name.trim_start_matches('_');
        match element.strip_suffix("[x]") {
            Some(stem) => {
                name.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase()))
            }
            None => name == element,
        }
    })
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
    }
}

/// An attachment of which more is left than its address, which is not filed.
fn has_content(content: &Value) -> bool {
    let Value::Object(attachment) = &content["attachment"] else { return false };
    attachment.iter().any(|(name, value)| !matches!(name.as_str(), "url" | "_url") && says_something(value))
}

/// A reference that leads out of the share, without a word of its own, names no drug.
fn names_its_drug(resource: &Resource, targets: &[ReferenceTarget]) -> bool {
    let reference = &resource.json().reveal()["medicationReference"];
    reference.is_null()
        || !targets.is_empty()
        || says_something(&reference["display"])
        || says_something(&reference["identifier"]["value"])
        || resource.concept("/medicationCodeableConcept").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn incomplete(json: &Value) -> bool {
        is_incomplete(&Resource::from_json(json.clone()).expect("a resource"), &[])
    }

    #[test]
    fn a_record_without_an_element_that_r4_requires_is_incomplete() {
        let whole = [
            json!({"resourceType": "Coverage", "status": "active", "payor": [{"display": "P"}]}),
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "medicationCodeableConcept": {"text": "M"}}),
            json!({"resourceType": "MedicationStatement", "status": "active", "medicationReference": {"display": "M"}}),
            json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "V"},
                "occurrenceDateTime": "2021"}),
            json!({"resourceType": "DocumentReference", "status": "current",
                "content": [{"attachment": {"contentType": "text/plain", "url": "https://x.example"}}]}),
            json!({"resourceType": "Condition", "code": {"text": "C"}}),
            json!({"resourceType": "AllergyIntolerance", "code": {"coding": [{"code": "1"}]}}),
        ];
        for record in &whole {
            assert!(!incomplete(record), "{record}");
            let elements: Vec<String> = record.as_object().expect("members").keys().skip(1).cloned().collect();
            for element in elements {
                for empty in [Value::Null, json!([]), json!([{}]), json!("")] {
                    let mut without = record.clone();
                    without[&element] = empty;
                    assert!(incomplete(&without), "{without}");
                }
            }
        }
    }

    #[test]
    fn a_reason_for_which_a_value_is_absent_stands_for_it() {
        assert!(!incomplete(&json!({"resourceType": "Coverage", "payor": [{"display": "P"}],
            "_status": {"extension": [{"url": "urn:absent", "valueCode": "unknown"}]}})));
    }

    #[test]
    fn a_drug_that_nobody_names_and_a_document_of_an_address_alone_are_incomplete() {
        assert!(incomplete(&json!({"resourceType": "MedicationStatement", "status": "active",
            "medicationReference": {"reference": "Medication/elsewhere"}})));
        assert!(incomplete(&json!({"resourceType": "DocumentReference", "status": "current",
            "content": [{"attachment": {"url": "https://x.example"}}]})));
    }
}
