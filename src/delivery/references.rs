//! References between the resources of one check-in, once it is known where each of them lies.

use crate::sensitive::Sensitive;
use serde_json::Value;
use std::collections::HashMap;

/// The elements that say whose a record is (FHIR R4).
pub(super) const WHOSE: [&str; 3] = ["subject", "patient", "beneficiary"];

/// The resource with the place of each filed step instead of its `urn:uuid`; one that the EHR has without saying where becomes
/// words, but never the patient: a record of nobody is an orphan. `None` when a reference leads to nothing filed.
pub(super) fn settled(resource: &Sensitive<Value>, places: &HashMap<&str, Option<&str>>) -> Option<Sensitive<Value>> {
    fn settle(value: &mut Value, places: &HashMap<&str, Option<&str>>) -> Option<()> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| settle(item, places)),
            Value::Object(members) => {
                let words = members.get("reference").and_then(Value::as_str).filter(|it| it.starts_with("urn:uuid:"));
                match words.map(|words| places.get(words)) {
                    Some(None) => return None,
                    Some(Some(Some(place))) => {
                        members.insert("reference".to_owned(), Value::from(*place));
                    }
                    Some(Some(None)) => {
                        members.shift_remove("reference");
                        members.entry("display").or_insert_with(|| Value::from("held for review"));
                    }
                    None => {}
                }
                members.values_mut().try_for_each(|member| settle(member, places))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(()),
        }
    }
    let mut whose = WHOSE.iter().filter_map(|it| resource.reveal()[it]["reference"].as_str());
    if whose.any(|words| places.get(words) == Some(&None)) {
        return None;
    }
    let mut settled = resource.reveal().clone();
    let done = settle(&mut settled, places);
    let settled = Sensitive::new(settled);
    done.map(|()| settled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_patient_without_a_place_is_never_put_into_words() {
        let held = HashMap::from([("urn:uuid:p", None)]);
        let record = |element: &str| {
            let members = [(element.to_owned(), json!({"reference": "urn:uuid:p"}))];
            Sensitive::new(Value::Object(members.into_iter().collect()))
        };
        for element in ["subject", "patient", "beneficiary"] {
            assert_eq!(settled(&record(element), &held), None, "{element}");
        }
        assert!(settled(&record("reasonReference"), &held).is_some());
    }
}
