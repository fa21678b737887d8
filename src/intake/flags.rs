//! What a resource says against taking it at its word (FHIR R4 "safety": negation, status, modifiers, labels).

use super::Caution;
use crate::fhir::{RecordType, Resource, found, is_restricted};
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
            // DSTU2 keeps the verification of an allergy in its status.
            matches!(status, "not-done" | "not-taken" | "declined" | "refuted")
                || is_said(&["refuted"])
                || is_true(&["wasNotGiven", "notGiven", "wasNotTaken", "notTaken", "notPerformed", "notDone"]),
        ),
        (
            Caution::DoNotPerform,
            is_true(&["doNotPerform", "activity/detail/doNotPerform", "activity/detail/prohibited"]),
        ),
        (Caution::Modified, json["implicitRules"].is_string() || is_modified(json)),
        (
            Caution::Restricted,
            // A document has labels of its own (R4 DocumentReference.securityLabel).
            is_restricted(&json["meta"]["security"])
                || found(json, "securityLabel").iter().any(|label| is_restricted(&label["coding"])),
        ),
    ];
    let mut cautions: Vec<Caution> =
        reasons.into_iter().filter_map(|(caution, given)| given.then_some(caution)).collect();
    let record_type = RecordType::read_as(resource.kind());
    for modifier in
        MODIFIERS.iter().filter(|it| it.of.is_empty() || record_type.is_some_and(|kind| it.of.contains(&kind)))
    {
        let given = found(json, modifier.element).into_iter().any(|value| match value {
            Value::Bool(true) => modifier.values.contains(&"true"),
            Value::Bool(false) => modifier.values.contains(&"false"),
            Value::String(code) => modifier.values.iter().any(|known| known.eq_ignore_ascii_case(code.trim())),
            _ => false,
        });
        if given && !cautions.contains(&modifier.caution) {
            cautions.push(modifier.caution);
        }
    }
    cautions
}

/// An element that R4 marks "is modifier" (2.1.0.2.1), and the values of it that change what a reader takes the record for. The
/// other values are told among the facts.
struct Modifier {
    /// The types; none for all.
    of: &'static [RecordType],
    element: &'static str,
    values: &'static [&'static str],
    caution: Caution,
}

const MODIFIERS: &[Modifier] = &[
    // Every request has one (R4 "Request pattern").
    Modifier { of: &[], element: "intent", values: &["proposal", "option"], caution: Caution::Proposed },
    // STU3; R5.
    Modifier { of: &[RecordType::MedicationStatement], element: "taken", values: &["n"], caution: Caution::Refuted },
    Modifier {
        of: &[RecordType::MedicationStatement],
        element: "adherence/code/coding/code",
        values: &["not-taking", "on-hold-not-taking", "never-started"],
        caution: Caution::Refuted,
    },
    Modifier {
        of: &[RecordType::Consent, RecordType::Goal, RecordType::CareTeam, RecordType::Appointment],
        element: "status",
        values: &["proposed"],
        caution: Caution::Proposed,
    },
    Modifier { of: &[RecordType::Goal], element: "lifecycleStatus", values: &["proposed"], caution: Caution::Proposed },
    Modifier {
        of: &[RecordType::Goal],
        element: "lifecycleStatus",
        values: &["rejected", "cancelled"],
        caution: Caution::Refuted,
    },
    Modifier { of: &[RecordType::Consent], element: "status", values: &["rejected"], caution: Caution::Refuted },
    Modifier {
        of: &[],
        element: "status",
        values: &[
            "draft",
            "preliminary",
            "registered",
            "partial",
            "preparation",
            "preparing",
            "planned",
            "intended",
            "in-preparation",
        ],
        caution: Caution::Draft,
    },
    Modifier { of: &[], element: "docStatus", values: &["preliminary"], caution: Caution::Draft },
    Modifier { of: &[], element: "docStatus", values: &["entered-in-error"], caution: Caution::EnteredInError },
    Modifier { of: &[], element: "lifecycleStatus", values: &["entered-in-error"], caution: Caution::EnteredInError },
    Modifier {
        of: &[],
        element: "status",
        values: &["superseded", "replaced", "retired"],
        caution: Caution::Superseded,
    },
    Modifier {
        of: &[RecordType::Observation, RecordType::DiagnosticReport, RecordType::ImagingStudy],
        element: "status",
        values: &["cancelled"],
        caution: Caution::Refuted,
    },
    Modifier {
        of: &[RecordType::Specimen],
        element: "status",
        values: &["unsatisfactory", "unavailable"],
        caution: Caution::Refuted,
    },
    Modifier {
        of: &[RecordType::Immunization],
        element: "isSubpotent",
        values: &["true"],
        caution: Caution::Subpotent,
    },
    Modifier {
        of: &[RecordType::AdverseEvent],
        element: "actuality",
        values: &["potential"],
        caution: Caution::Potential,
    },
    Modifier { of: &[RecordType::Coverage], element: "status", values: &["cancelled"], caution: Caution::PolicyEnded },
];

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

#[cfg(test)]
mod tests {
    use super::super::resource_types::row_of;
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
            (json!({"securityLabel": [{"coding": [{"code": "N"}, {"code": "V"}]}]}), Caution::Restricted),
        ];
        for (mut json, caution) in cases {
            json["resourceType"] = json!("Condition");
            assert_eq!(cautions_of(&Resource::from_json(json.clone()).expect("a resource")), [caution], "{json}");
        }
        let of = |kind: &str, more: Value| {
            let mut json = more;
            json["resourceType"] = json!(kind);
            cautions_of(&Resource::from_json(json).expect("a resource"))
        };
        assert_eq!(of("MedicationRequest", json!({"status": "active", "intent": "proposal"})), [Caution::Proposed]);
        assert_eq!(of("MedicationOrder", json!({"status": "draft"})), [Caution::Draft]);
        assert_eq!(of("Immunization", json!({"status": "completed", "isSubpotent": true})), [Caution::Subpotent]);
        assert_eq!(of("AdverseEvent", json!({"actuality": "potential"})), [Caution::Potential]);
        // Whether a Patient is out of use is said once, by whose record it is.
        assert_eq!(of("Patient", json!({"active": false})), []);
        assert_eq!(of("DocumentReference", json!({"status": "superseded"})), [Caution::Superseded]);
        assert_eq!(of("Observation", json!({"status": "preliminary"})), [Caution::Draft]);
        let plain =
            json!({"resourceType": "Condition", "status": "active", "doNotPerform": false, "modifierExtension": []});
        assert_eq!(cautions_of(&Resource::from_json(plain).expect("a resource")), []);
    }

    /// R4 2.1.0.2.1: a modifier element must not go unseen, whatever its value.
    #[test]
    fn every_element_that_r4_marks_as_a_modifier_is_a_caution_or_a_fact() {
        for kind in RecordType::ALL {
            // Read by modules of their own, or member by member.
            let Some(row) = row_of(*kind).filter(|_| !matches!(kind, RecordType::Patient | RecordType::Coverage))
            else {
                continue;
            };
            for element in kind.modifiers() {
                let told = row.facts.iter().any(|(_, path)| element.starts_with(path));
                let cautioned =
                    MODIFIERS.iter().any(|it| it.element == *element && (it.of.is_empty() || it.of.contains(kind)));
                assert!(told || cautioned, "{kind}.{element}");
            }
        }
    }
}
