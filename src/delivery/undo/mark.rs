//! How a record of each type says that it does not count (R4): a status of `entered-in-error`, or, of a Patient, `active` false.
//!
//! The name of ours goes to another system at the same time: a later check-in that files the same must not find a record that does
//! not count and call it filed.

use crate::fhir::RecordType;
use crate::filing::systems::{ITEM, UNDONE_ITEM};
use serde_json::{Value, json};

const ERROR: &str = "entered-in-error";

/// What a type says.
enum Mark {
    /// `verificationStatus`; `clinicalStatus` must then be absent (R4 ait-2, con-5).
    Verification(&'static str),
    /// `status`.
    Status,
    /// `active`.
    Inactive,
}

fn mark_of(kind: RecordType) -> Option<Mark> {
    match kind {
        RecordType::AllergyIntolerance => {
            Some(Mark::Verification("http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"))
        }
        RecordType::Condition => Some(Mark::Verification("http://terminology.hl7.org/CodeSystem/condition-ver-status")),
        RecordType::Patient => Some(Mark::Inactive),
        kind => kind.has_error_mark().then_some(Mark::Status),
    }
}

/// Whether the record says that it does not count.
pub(in crate::delivery) fn is_marked(kind: RecordType, record: &Value) -> bool {
    match mark_of(kind) {
        Some(Mark::Verification(_)) => {
            let codings = record["verificationStatus"]["coding"].as_array().into_iter().flatten();
            codings.into_iter().any(|coding| coding["code"] == ERROR)
        }
        Some(Mark::Status) => record["status"] == ERROR,
        Some(Mark::Inactive) => record["active"] == false,
        None => false,
    }
}

/// The record as it shall be; `None` where its type has no such mark.
pub(super) fn marked(kind: RecordType, record: &Value) -> Option<Value> {
    let mut marked = record.clone();
    let members = marked.as_object_mut()?;
    match mark_of(kind)? {
        Mark::Verification(system) => {
            members.shift_remove("clinicalStatus");
            let status = json!({"coding": [{"system": system, "code": ERROR, "display": "Entered in Error"}]});
            members.insert("verificationStatus".to_owned(), status);
        }
        Mark::Status => {
            members.insert("status".to_owned(), Value::from(ERROR));
        }
        Mark::Inactive => {
            members.insert("active".to_owned(), Value::Bool(false));
        }
    }
    for name in members.get_mut("identifier").into_iter().flat_map(names) {
        if name["system"] == ITEM {
            name["system"] = Value::from(UNDONE_ITEM);
        }
    }
    Some(marked)
}

/// Whether it still carries our name, which goes from what does not count.
pub(super) fn is_named(record: &Value) -> bool {
    let named = |name: &Value| name["system"] == ITEM;
    match &record["identifier"] {
        Value::Array(several) => several.iter().any(named),
        one => named(one),
    }
}

/// A QuestionnaireResponse has one identifier, everything else a list.
fn names(identifier: &mut Value) -> Vec<&mut Value> {
    match identifier {
        Value::Array(several) => several.iter_mut().filter(|one| one.is_object()).collect(),
        one @ Value::Object(_) => vec![one],
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_can_be_marked_is_and_says_so() {
        for kind in RecordType::ALL {
            let record = json!({"resourceType": kind, "id": "1", "status": "active", "active": true,
                "clinicalStatus": {"text": "active"}, "note": [{"text": "n"}],
                "identifier": [{"system": ITEM, "value": "n"}, {"system": "urn:other", "value": "o"}]});
            assert!(!is_marked(*kind, &record), "{kind}");
            let Some(marked) = marked(*kind, &record) else {
                assert!(!kind.has_error_mark(), "{kind}");
                continue;
            };
            assert!(is_marked(*kind, &marked) && kind.has_error_mark(), "{kind}");
            assert_eq!((&marked["note"], &marked["identifier"][1]), (&record["note"], &record["identifier"][1]));
            assert_eq!(marked["identifier"][0], json!({"system": UNDONE_ITEM, "value": "n"}), "no search finds it");
        }
    }

    /// R4 ait-2 and con-5: a clinical status beside `entered-in-error` is no valid record.
    #[test]
    fn no_clinical_status_stays_beside_the_mark() {
        for kind in [RecordType::AllergyIntolerance, RecordType::Condition] {
            let record = json!({"resourceType": kind, "clinicalStatus": {"coding": [{"code": "active"}]}});
            assert!(marked(kind, &record).expect("marked")["clinicalStatus"].is_null(), "{kind}");
        }
    }
}
