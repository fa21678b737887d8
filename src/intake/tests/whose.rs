//! Whose record it is: every element of every type that can name a person.

use super::{Caution, told};
use serde_json::{Value, json};

fn me() -> Value {
    json!({"reference": "Patient/me"})
}

fn another() -> Value {
    json!({"reference": "Patient/another"})
}

#[test]
fn a_record_that_names_another_person_anywhere_cannot_be_ticked() {
    for record in [
        json!({"resourceType": "Condition", "patient": another()}),
        json!({"resourceType": "Condition", "subject": me(), "patient": another()}),
        json!({"resourceType": "Observation", "subject": me(), "focus": [another()]}),
        json!({"resourceType": "Observation", "subject": [me(), another()]}),
        json!({"resourceType": "Immunization", "patient": me(), "subject": another()}),
        json!({"resourceType": "Coverage", "payor": [{"display": "P"}], "beneficiary": another()}),
        json!({"resourceType": "Encounter", "patient": another()}),
        json!({"resourceType": "Task", "for": another()}),
        json!({"resourceType": "ReferralRequest", "patient": another()}),
        json!({"resourceType": "ResearchSubject", "individual": another()}),
        json!({"resourceType": "EnrollmentRequest", "candidate": another()}),
        json!({"resourceType": "Contract", "subject": [another()]}),
        json!({"resourceType": "Claim", "patient": another()}),
        json!({"resourceType": "SupplyRequest", "deliverFor": another()}),
        json!({"resourceType": "BiologicallyDerivedProduct", "collection": {"source": another()}}),
        json!({"resourceType": "Condition", "subject": {"reference": "https://ehr.example/fhir/Patient/another/_history/2"}}),
        json!({"resourceType": "Condition", "subject": {"display": "Odo Fairweather"}}),
        json!({"resourceType": "Condition", "subject": {"reference": "#p"}, "contained": [{"resourceType": "Patient", "id": "p",
            "name": [{"text": "Odo Fairweather"}], "birthDate": "1999-01-01"}]}),
    ] {
        let row = told(record.clone());
        assert!(row.cautions.contains(&Caution::OfAnother) && !row.can_be_taken, "{record}");
    }
}

#[test]
fn other_people_may_stand_where_a_record_names_who_did_it() {
    for record in [
        json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": me(), "patient": me(), "asserter": another()}),
        json!({"resourceType": "Coverage", "status": "active", "payor": [{"display": "P"}], "beneficiary": me(), "subscriber": another(), "policyHolder": another()}),
        json!({"resourceType": "Procedure", "code": {"text": "P"}, "subject": me(), "performer": [{"actor": another()}]}),
        json!({"resourceType": "Communication", "subject": me(), "recipient": [another()], "payload": [{"contentString": "C"}]}),
        json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": {"reference": "Patient/me/_history/3"}}),
    ] {
        let row = told(record.clone());
        assert!(!row.cautions.contains(&Caution::OfAnother) && row.can_be_taken, "{record}");
    }
}
