//! What the EHR's users must see on each filed resource.
//!
//! The rule: whatever no listed issuer's signature vouches for is the patient's own statement. So everything but
//! `signed-listed` carries `PATAST`, also cards of unlisted issuers and cards that could not be checked: nothing is proven
//! about them that staff may rely on. Labels that came with a resource stay (note 15, attack 45).

use super::systems::CHECK_IN;
use super::{SubmissionId, systems::ITEM};
use crate::fhir::systems::{NOT_VERIFIED, OBSERVATION_VALUE, OPENED_BY_KIOSK, PATIENT_SHARED};
use crate::trust::Assurance;
use serde_json::{Map, Value, json};

/// US Core's tag of vital signs that a patient supplied; `PATAST` says the same of everything else.
const US_CORE_TAGS: &str = "http://hl7.org/fhir/us/core/CodeSystem/us-core-tags";
/// The category that US Core servers and the `clinical-note` scope look for.
const CATEGORY: &str = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category";

/// Whether the resource must be marked as the patient's own statement.
pub(super) fn is_patient_asserted(assurance: &Assurance) -> bool {
    !assurance.is_verified()
}

/// `meta` of a filed resource: the security labels received, `PATAST` where it is due, and the check-in's tag.
pub(super) fn meta(
    received: Option<&Value>,
    inherited: &Value,
    assurance: &Assurance,
    submission: &SubmissionId,
) -> Value {
    let labels = received.and_then(|meta| meta["security"].as_array());
    let mut labels: Vec<Value> = labels.into_iter().flatten().filter(|label| label.is_object()).cloned().collect();
    let new = inherited.as_array().into_iter().flatten().filter(|label| !labels.contains(label));
    labels.extend(new.cloned().collect::<Vec<_>>());
    let marked = labels.iter().any(|label| label["system"] == OBSERVATION_VALUE && label["code"] == "PATAST");
    if is_patient_asserted(assurance) && !marked {
        labels.push(json!({"system": OBSERVATION_VALUE, "code": "PATAST", "display": "patient asserted"}));
    }
    let mut meta = Map::new();
    if !labels.is_empty() {
        meta.insert("security".to_owned(), Value::Array(labels));
    }
    meta.insert("tag".to_owned(), json!([check_in_tag(submission)]));
    Value::Object(meta)
}

/// Marks a vital sign as supplied by the patient.
pub(super) fn mark_supplied(resource: &mut Map<String, Value>) {
    if let Some(Value::Array(tags)) = resource.get_mut("meta").and_then(|meta| meta.get_mut("tag")) {
        tags.push(json!({"system": US_CORE_TAGS, "code": "patient-supplied"}));
    }
}

/// Marks a Patient that the kiosk opens: who it is, somebody at the EHR verifies, and takes the mark off.
pub(super) fn mark_unverified(patient: &mut Map<String, Value>) {
    if let Some(Value::Array(tags)) = patient.get_mut("meta").and_then(|meta| meta.get_mut("tag")) {
        tags.push(
            json!({"system": OPENED_BY_KIOSK, "code": NOT_VERIFIED, "display": "opened by a kiosk, not verified"}),
        );
    }
}

/// The tag that names the check-in.
pub(super) fn check_in_tag(submission: &SubmissionId) -> Value {
    json!({"system": CHECK_IN, "code": submission.as_str()})
}

/// Our identifier of a filed item.
pub(super) fn identifier(name: &str) -> Value {
    json!({"system": ITEM, "value": name})
}

/// Adds the two categories of a document that a patient shares, each unless it is there.
pub(super) fn categorise(document: &mut Map<String, Value>) {
    let categories = document.entry("category").or_insert_with(|| json!([]));
    let Value::Array(categories) = categories else { return };
    for (system, code) in [(PATIENT_SHARED, "patient-shared"), (CATEGORY, "clinical-note")] {
        let there = categories.iter().any(|category| {
            let codings = category["coding"].as_array().into_iter().flatten();
            codings.into_iter().any(|coding| coding["system"] == system && coding["code"] == code)
        });
        if !there {
            categories.push(json!({"coding": [{"system": system, "code": code}]}));
        }
    }
}
