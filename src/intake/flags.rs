//! What a resource says against taking it at its word (FHIR R4 "safety": negation, status, modifiers, labels).

use super::{Caution, FactKind};
use crate::fhir::{Resource, found, is_restricted};
use serde_json::Value;

/// Cautions that the resource itself gives reason for.
pub(super) fn cautions_of(resource: &Resource) -> Vec<Caution> {
    let json = resource.json().reveal();
    let status = resource.text("/status").unwrap_or_default();
    // Codes where the standard has them, and where other versions and hasty senders put the word.
    let places = ["verificationStatus/coding/code", "verificationStatus/text", "verificationStatus"];
    let verification: Vec<&str> =
        places.iter().flat_map(|place| found(json, place)).filter_map(Value::as_str).map(str::trim).collect();
    let is_said = |spellings: &[&str]| {
        verification.iter().any(|said| spellings.iter().any(|spelling| said.eq_ignore_ascii_case(spelling)))
    };
    let is_true = |paths: &[&str]| paths.iter().any(|path| found(json, path).iter().any(|value| **value == true));
    let reasons = [
        (Caution::EnteredInError, status == "entered-in-error" || is_said(&["entered-in-error", "entered in error"])),
        (
            Caution::Refuted,
            matches!(status, "not-done" | "not-taken" | "declined")
                || is_said(&["refuted"])
                || is_true(&["wasNotGiven", "notGiven", "wasNotTaken", "notTaken", "notPerformed", "notDone"]),
        ),
        (
            Caution::DoNotPerform,
            is_true(&["doNotPerform", "activity/detail/doNotPerform", "activity/detail/prohibited"]),
        ),
        (Caution::Modified, json["implicitRules"].is_string() || is_modified(json)),
        (Caution::Restricted, is_restricted(&json["meta"]["security"])),
    ];
    reasons.into_iter().filter_map(|(caution, given)| given.then_some(caution)).collect()
}

/// A modifier extension at any depth.
fn is_modified(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_modified),
        Value::Object(members) => members.iter().any(|(name, member)| match name.as_str() {
            "modifierExtension" => member.as_array().is_none_or(|extensions| !extensions.is_empty()),
            _ => is_modified(member),
        }),
        _ => false,
    }
}

/// Concepts that state an absence: it is a fact about the patient, and an empty list is not.
pub(super) fn stated_absence(resource: &Resource) -> Option<FactKind> {
    const SNOMED: &str = "http://snomed.info/sct";
    const IPS: &str = "absent-unknown-uv-ips";
    let codings = found(resource.json().reveal(), "code/coding");
    let more = found(resource.json().reveal(), "medication[x]/coding");
    codings.into_iter().chain(more).find_map(|coding| {
        let (system, code) = (coding["system"].as_str()?, coding["code"].as_str()?);
        let none_known =
            matches!(code, "716186003" | "409137002" | "429625007" | "428607008" | "1003774007" | "160245001");
        if (system == SNOMED && none_known) || (system.ends_with(IPS) && code.starts_with("no-known")) {
            Some(FactKind::NoKnown)
        } else if system.ends_with(IPS) {
            Some(FactKind::AbsentUnavailable)
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn no_negation_and_no_modifier_is_lost() {
        let cases = [
            (json!({"status": "entered-in-error"}), Caution::EnteredInError),
            (
                json!({"verificationStatus": {"coding": [{"code": "confirmed"}, {"code": "entered-in-error"}]}}),
                Caution::EnteredInError,
            ),
            (json!({"verificationStatus": {"coding": [{"code": "refuted"}]}}), Caution::Refuted),
            (json!({"status": "not-done"}), Caution::Refuted),
            (json!({"status": "not-taken"}), Caution::Refuted),
            (json!({"wasNotGiven": true}), Caution::Refuted),
            (json!({"doNotPerform": true}), Caution::DoNotPerform),
            (json!({"activity": [{"detail": {"doNotPerform": true}}]}), Caution::DoNotPerform),
            (json!({"modifierExtension": [{"url": "urn:x"}]}), Caution::Modified),
            (json!({"reaction": [{"modifierExtension": [{"url": "urn:x"}]}]}), Caution::Modified),
            (json!({"implicitRules": "urn:rules"}), Caution::Modified),
            (json!({"meta": {"security": [{"code": "R"}]}}), Caution::Restricted),
        ];
        for (mut json, caution) in cases {
            json["resourceType"] = json!("Condition");
            assert_eq!(cautions_of(&Resource::from_json(json.clone()).expect("a resource")), [caution], "{json}");
        }
        let plain =
            json!({"resourceType": "Condition", "status": "active", "doNotPerform": false, "modifierExtension": []});
        assert_eq!(cautions_of(&Resource::from_json(plain).expect("a resource")), []);
    }

    #[test]
    fn a_stated_absence_is_a_fact() {
        let of = |system: &str, code: &str| {
            let json =
                json!({"resourceType": "AllergyIntolerance", "code": {"coding": [{"system": system, "code": code}]}});
            stated_absence(&Resource::from_json(json).expect("a resource"))
        };
        assert_eq!(of("http://snomed.info/sct", "716186003"), Some(FactKind::NoKnown));
        let ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
        assert_eq!(of(ips, "no-known-allergies"), Some(FactKind::NoKnown));
        assert_eq!(of(ips, "no-allergy-info"), Some(FactKind::AbsentUnavailable));
        assert_eq!(of("http://snomed.info/sct", "91935009"), None);
    }
}
