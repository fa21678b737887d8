//! Elements that change what the others mean (R4 2.1.0.2.1), in all types and versions that have them.

use super::{Caution, assert_told, coded};
use serde_json::json;

#[test]
fn what_was_not_done_or_is_not_so_is_cautioned_in_every_version() {
    for record in [
        json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "D"}, "taken": "n"}),
        json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "D"}, "wasNotTaken": true}),
        json!({"resourceType": "MedicationStatement", "medication": {"concept": {"text": "D"}},
            "adherence": {"code": coded("http://hl7.org/fhir/CodeSystem/medication-statement-adherence", "not-taking")}}),
        json!({"resourceType": "MedicationAdministration", "medicationCodeableConcept": {"text": "D"}, "notGiven": true}),
        json!({"resourceType": "Immunization", "vaccineCode": {"text": "V"}, "wasNotGiven": true}),
        json!({"resourceType": "Procedure", "code": {"text": "P"}, "notPerformed": true}),
        json!({"resourceType": "Procedure", "code": {"text": "P"}, "notDone": true}),
        json!({"resourceType": "Communication", "payload": [{"contentString": "C"}], "status": "not-done"}),
        json!({"resourceType": "AllergyIntolerance", "substance": {"text": "S"}, "status": "refuted"}),
        json!({"resourceType": "Condition", "code": {"text": "C"}, "verificationStatus": "refuted"}),
        json!({"resourceType": "Condition", "code": {"text": "C"}, "verificationStatus": {"text": "Refuted"}}),
        json!({"resourceType": "Observation", "code": {"text": "O"}, "status": "cancelled"}),
        json!({"resourceType": "Goal", "description": {"text": "G"}, "lifecycleStatus": "rejected"}),
    ] {
        assert_told(&record, &[], &[Caution::Refuted]);
    }
    for taken in ["y", "unk", "na"] {
        let record =
            json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "D"}, "taken": taken});
        assert_told(&record, &["taken"], &[]);
    }
}

#[test]
fn a_proposal_is_no_order_whatever_is_proposed() {
    for (kind, title) in [
        ("MedicationRequest", "medicationCodeableConcept"),
        ("ServiceRequest", "code"),
        ("Task", "code"),
        ("DeviceRequest", "codeCodeableConcept"),
        ("CarePlan", "title"),
        ("RequestGroup", "code"),
        ("MedicationOrder", "medicationCodeableConcept"),
    ] {
        let of = |intent: &str| json!({"resourceType": kind, "intent": intent, title: {"text": "Thing proposed"}});
        assert_told(&of("proposal"), &["Thing proposed", "intent: proposal"], &[Caution::Proposed]);
        assert_told(&of("option"), &["option"], &[Caution::Proposed]);
        assert_told(&of("order"), &["Thing proposed", "order"], &[]);
        assert_told(&of("plan"), &["plan"], &[]);
    }
}

#[test]
fn what_turns_a_record_around_is_cautioned_or_told() {
    let document = |more: &str, value: serde_json::Value| {
        let mut record = json!({"resourceType": "DocumentReference", "status": "current", "description": "D",
            "content": [{"attachment": {"contentType": "text/plain", "data": "YWJj"}}]});
        record[more] = value;
        record
    };
    let relation = |code: serde_json::Value| json!([{"code": code, "target": {"display": "the first draft"}}]);
    for (record, words, cautions) in [
        (
            json!({"resourceType": "Immunization", "vaccineCode": {"text": "V"}, "isSubpotent": true,
            "subpotentReason": [{"text": "thawed"}], "protocolApplied": [{"doseNumberPositiveInt": 3, "seriesDosesPositiveInt": 3}]}),
            &["thawed", "dose: 3", "doses in the series: 3"][..],
            &[Caution::Subpotent][..],
        ),
        (
            json!({"resourceType": "AdverseEvent", "event": {"text": "E"}, "actuality": "potential"}),
            &["potential"],
            &[Caution::Potential],
        ),
        (
            json!({"resourceType": "AdverseEvent", "code": {"text": "Wrong dose nearly given"}, "actuality": "potential",
            "occurrenceDateTime": "2025-01-09"}),
            &["Wrong dose nearly given", "2025-01-09"],
            &[Caution::Potential],
        ),
        (document("relatesTo", relation(json!("appends"))), &["appends", "the first draft"], &[]),
        (
            document("relatesTo", relation(coded("http://hl7.org/fhir/document-relationship-type", "replaces"))),
            &["replaces", "the first draft"],
            &[],
        ),
        (document("docStatus", json!("preliminary")), &[], &[Caution::Draft]),
        (document("docStatus", json!("entered-in-error")), &[], &[Caution::EnteredInError]),
        (document("status", json!("superseded")), &[], &[Caution::Superseded]),
        (
            json!({"resourceType": "CommunicationRequest", "doNotPerform": true, "payload": [{"contentString": "Do not ring"}]}),
            &["Do not ring"],
            &[Caution::DoNotPerform],
        ),
        (
            json!({"resourceType": "CarePlan", "title": "P", "activity": [{"detail": {"code": {"text": "Running"}, "prohibited": true}}]}),
            &["Running"],
            &[Caution::DoNotPerform],
        ),
        (
            json!({"resourceType": "List", "title": "L", "mode": "changes", "entry": [{"deleted": true, "item": {"display": "lithium"}}]}),
            &["changes", "lithium, deleted: yes"],
            &[],
        ),
        (json!({"resourceType": "RelatedPerson", "name": [{"text": "R"}], "active": false}), &["active: no"], &[]),
        (
            json!({"resourceType": "Consent", "category": [{"text": "C"}], "provision": {"type": "deny",
            "actor": [{"role": {"text": "recipient"}, "reference": {"display": "Mill Lane Pharmacy"}}]}}),
            &["deny", "recipient", "Mill Lane Pharmacy"],
            &[],
        ),
        (
            json!({"resourceType": "Encounter", "type": [{"text": "E"}], "status": "planned"}),
            &["planned"],
            &[Caution::Draft],
        ),
    ] {
        assert_told(&record, words, cautions);
    }
}

#[test]
fn a_dose_that_counts_is_told_without_a_caution() {
    let whole = json!({"resourceType": "Immunization", "vaccineCode": {"text": "V"}, "isSubpotent": false,
        "protocolApplied": [{"doseNumberPositiveInt": 1}]});
    assert_told(&whole, &["dose: 1"], &[]);
}

/// What the source says about the share is a remark, and no record of the patient (FHIR R4 OperationOutcome).
#[test]
fn what_the_source_held_back_is_read_and_never_taken() {
    let outcome = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "suppressed",
        "details": {"text": "Notes of the fertility clinic were held back"}}]});
    let words = ["Notes of the fertility clinic were held back", "information", "held back"];
    assert_told(&outcome, &words, &[Caution::ForReading]);
}

/// Kinds without a row of their own are called by what they are about.
#[test]
fn a_kind_without_a_section_has_a_name_and_says_all_of_itself() {
    for (record, words) in [
        (
            json!({"resourceType": "DeviceRequest", "codeCodeableConcept": {"text": "Shower chair"}, "status": "active"}),
            &["Shower chair"][..],
        ),
        (
            json!({"resourceType": "ImmunizationRecommendation", "recommendation": [{"vaccineCode": [{"text": "Shingles"}],
            "forecastStatus": {"text": "due"}, "dateCriterion": [{"code": {"text": "earliest"}, "value": "2027-01-01"}]}]}),
            &["Shingles", "due", "earliest: 2027-01-01"],
        ),
        (json!({"resourceType": "NutritionOrder", "oralDiet": {"type": [{"text": "No gluten"}]}}), &["No gluten"]),
        (
            json!({"resourceType": "VisionPrescription", "lensSpecification": [{"eye": "left", "sphere": 1.5}]}),
            &["left", "1.5"],
        ),
        (
            json!({"resourceType": "BodyStructure", "location": {"text": "Right foot"}, "morphology": {"text": "Two toes missing"}}),
            &["Right foot", "Two toes missing"],
        ),
        (
            json!({"resourceType": "DetectedIssue", "code": {"text": "Duplicate therapy"}, "severity": "high",
            "implicated": [{"display": "zopiclone"}, {"display": "zolpidem"}]}),
            &["Duplicate therapy", "high", "zopiclone", "zolpidem"],
        ),
        (
            json!({"resourceType": "RiskAssessment", "code": {"text": "Pressure sores"}, "prediction": [{"qualitativeRisk": {"text": "moderate"},
            "whenRange": {"high": {"value": 6, "unit": "mo"}}}]}),
            &["Pressure sores", "moderate", "6 months"],
        ),
        (
            json!({"resourceType": "Flag", "code": {"text": "Bring a ramp"}, "category": [{"text": "Access"}]}),
            &["Bring a ramp", "Access"],
        ),
        (
            json!({"resourceType": "SupplyDelivery", "suppliedItem": {"itemCodeableConcept": {"text": "Stoma bags"}, "quantity": {"value": 30}}}),
            &["Stoma bags", "30"],
        ),
    ] {
        assert_told(&record, words, &[]);
    }
}
