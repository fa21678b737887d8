//! That nothing is known, in every section, by whichever code or words; and what only looks like it.

use super::super::{FactKind, Section};
use super::{Caution, assert_told, coded, form, me};
use serde_json::{Value, json};

const SNOMED: &str = "http://snomed.info/sct";
const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";

fn is_stated_absence(mut record: Value) -> bool {
    for name in ["subject", "patient"] {
        record[name] = json!({"reference": "Patient/me"});
    }
    let form = form(vec![me(), record]);
    let item = form.items.last().expect("a row");
    let said = item.facts.iter().any(|fact| fact.kind == FactKind::NoKnown);
    assert_eq!(form.count(item.section) == 0, said, "what states that there is none is not counted");
    said
}

fn allergy(words: &str) -> Value {
    json!({"resourceType": "AllergyIntolerance", "code": {"text": words}})
}

#[test]
fn nothing_known_is_known_in_every_section_by_code_and_by_words() {
    let medicine =
        |concept: Value| json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": concept});
    for record in [
        allergy("Patient has no known allergies"),
        allergy("Pt denies allergies"),
        allergy("Allergies: none"),
        allergy("No drug allergy"),
        allergy("NKDA - asked again"),
        allergy("Alergias: ninguna"),
        allergy("Paciente sin alergias conocidas"),
        json!({"resourceType": "AllergyIntolerance", "substance": {"text": "No known allergies"}}),
        json!({"resourceType": "AllergyIntolerance", "code": coded(IPS, "no-known-environmental-allergies")}),
        json!({"resourceType": "AllergyIntolerance", "code": coded(SNOMED, "429625007")}),
        medicine(json!({"text": "Takes no medications"})),
        medicine(coded(IPS, "no-known-medications")),
        json!({"resourceType": "MedicationStatement", "medication": {"concept": coded(SNOMED, "787481004")}}),
        json!({"resourceType": "MedicationStatement", "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "No current medications"}}]}),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "NKDA", "coding": [{"system": SNOMED, "code": "1003774007"}]}}),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "Keine Allergien bekannt",
            "coding": [{"system": SNOMED, "code": "716186003"}]}}),
        json!({"resourceType": "MedicationStatement", "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m", "code": coded(IPS, "no-known-medications")}]}),
        json!({"resourceType": "Condition", "code": {"text": "No active problems"}}),
        json!({"resourceType": "Condition", "code": coded(SNOMED, "160245001")}),
        json!({"resourceType": "Procedure", "code": coded(IPS, "no-known-procedures")}),
        json!({"resourceType": "Immunization", "vaccineCode": coded(IPS, "no-known-immunizations")}),
        json!({"resourceType": "Device", "type": coded(IPS, "no-known-devices")}),
        json!({"resourceType": "DeviceUseStatement", "device": {"display": "No known devices"}}),
        json!({"resourceType": "FamilyMemberHistory", "relationship": {"text": "No known family history"}}),
    ] {
        assert!(is_stated_absence(record.clone()), "{record}");
    }
}

#[test]
fn what_is_known_after_all_is_counted() {
    for record in [
        allergy("No known allergies except sulfa"),
        allergy("No known drug allergies, but wool causes a rash"),
        allergy("No known food allergies; penicillin causes hives"),
        allergy("NKDA. Allergic to bee stings"),
        allergy("NKDA – latex allergy"),
        allergy("NKDA (penicillin: rash)"),
        allergy("No known drug allergies, shellfish"),
        allergy("No known drug allergies, seasonal allergies"),
        allergy("No allergies on file"),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin", "coding": [{"system": IPS, "code": "no-known-allergies"}]}}),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "NKDA – latex allergy", "coding": [{"system": SNOMED, "code": "716186003"}]}}),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "No allergies on file", "coding": [{"system": SNOMED, "code": "716186003"}]}}),
        json!({"resourceType": "MedicationStatement", "medicationReference": {"reference": "#m"},
            "contained": [{"resourceType": "Medication", "id": "m",
                "code": {"text": "Warfarin", "coding": [{"system": SNOMED, "code": "787481004"}]}}]}),
        allergy("No allergy to shellfish"),
        allergy("Denies penicillin allergy"),
        allergy("Sin alergia a la penicilina"),
        allergy("Allergies: penicillin"),
        json!({"resourceType": "AllergyIntolerance", "code": coded(IPS, "no-allergy-info")}),
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "Allergy to latex",
            "coding": [{"system": SNOMED, "code": "716186003"}]}}),
        json!({"resourceType": "Observation", "code": {"text": "None"}, "valueInteger": 1}),
        json!({"resourceType": "FamilyMemberHistory", "relationship": {"text": "mother"}}),
    ] {
        assert!(!is_stated_absence(record.clone()), "{record}");
    }
}

#[test]
fn words_and_a_code_that_contradict_each_other_are_both_read() {
    let display = |text: &str, display: &str| json!({"text": text, "coding": [{"system": "urn:x", "code": "1", "display": display}]});
    for (record, code) in [
        (
            json!({"resourceType": "AllergyIntolerance", "code": display("Sin alergia al látex", "Allergy to latex")}),
            "Allergy to latex",
        ),
        (
            json!({"resourceType": "AllergyIntolerance", "code": display("Allergy to latex", "No known allergy")}),
            "No known allergy",
        ),
        (json!({"resourceType": "Condition", "code": display("No evidence of asthma", "Asthma")}), "Asthma"),
        (
            json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": display("Not taking aspirin", "Aspirin")}),
            "Aspirin",
        ),
        (
            json!({"resourceType": "Immunization", "vaccineCode": display("No influenza vaccine given", "influenza vaccine")}),
            "influenza vaccine",
        ),
        (
            json!({"resourceType": "Procedure", "code": display("Never had an appendectomy", "Appendectomy")}),
            "Appendectomy",
        ),
    ] {
        assert_told(&record, &[code], &[Caution::WordsDiffer]);
    }
}

#[test]
fn why_a_value_or_a_list_is_empty_has_words() {
    let list = json!({"resourceType": "List", "title": "Medicines",
        "emptyReason": coded("http://terminology.hl7.org/CodeSystem/list-empty-reason", "nilknown")});
    assert_told(&list, &["Medicines", "nothing known"], &[]);
    for (code, kind) in [
        ("asked-declined", FactKind::AbsentDeclined),
        ("not-performed", FactKind::AbsentNotPerformed),
        ("masked", FactKind::AbsentWithheld),
        ("unknown", FactKind::AbsentUnknown),
    ] {
        let record = json!({"resourceType": "Observation", "code": {"text": "T"}, "subject": {"reference": "Patient/me"},
            "dataAbsentReason": coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", code)});
        let form = form(vec![me(), record]);
        assert!(form.section(Section::Results).any(|item| item.facts.iter().any(|fact| fact.kind == kind)), "{code}");
    }
}

#[test]
fn an_empty_list_in_words_is_not_known_and_not_none() {
    let medicine = |words: &str| json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": words}});
    for mut record in [
        allergy("No allergies on file"),
        allergy("No allergies recorded"),
        medicine("No medications on file"),
        json!({"resourceType": "Condition", "code": {"text": "No problems documented"}}),
    ] {
        for name in ["subject", "patient"] {
            record[name] = json!({"reference": "Patient/me"});
        }
        let form = form(vec![me(), record.clone()]);
        let item = form.items.last().expect("a row");
        let kinds: Vec<FactKind> = item.facts.iter().map(|fact| fact.kind).collect();
        assert!(kinds.contains(&FactKind::AbsentUnknown) && !kinds.contains(&FactKind::NoKnown), "{record} {kinds:?}");
    }
}

#[test]
fn a_code_that_names_another_vaccine_is_read_and_doubted() {
    const CVX: &str = "http://hl7.org/fhir/sid/cvx";
    let shot = |text: &str, code: &str| {
        json!({"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2024-05-14",
            "vaccineCode": {"text": text, "coding": [{"system": CVX, "code": code}]}})
    };
    for (text, code, words) in [
        ("Tdap", "208", &["Tdap", "COVID-19, mRNA", "CVX 208"][..]),
        ("MMR", "21", &["MMR", "varicella", "CVX 21"]),
        ("Hepatitis A", "08", &["Hepatitis A", "Hep B", "CVX 08"]),
    ] {
        assert_told(&shot(text, code), words, &[Caution::WordsDiffer]);
    }
    for (text, code, words) in [
        ("Tdap", "115", &["Tdap", "CVX 115"][..]),
        ("Flu shot", "150", &["Flu shot", "CVX 150"]),
        ("Hepatitis A", "104", &["Hepatitis A", "Hep A-Hep B", "CVX 104"]),
    ] {
        assert_told(&shot(text, code), words, &[]);
    }
}
