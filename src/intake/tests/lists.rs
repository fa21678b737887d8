//! No list is cut: what threatens life may be the last of many.

use super::super::Section;
use super::{Intake, TODAY, assert_in_order, assert_told, document, form, me, row};
use serde_json::{Value, json};

/// Twenty-nine of a kind, and one more that counts.
fn many(one: impl Fn(&str) -> Value, last: &str) -> Value {
    let mut list: Vec<Value> = (1..30).map(|number| one(&format!("Number {number}"))).collect();
    list.push(one(last));
    json!(list)
}

#[test]
fn the_last_of_many_is_told_whatever_the_list() {
    let text = |text: &str| json!({ "text": text });
    let display = |text: &str| json!({ "display": text });
    for (record, last) in [
        (
            json!({"resourceType": "AllergyIntolerance", "code": {"text": "A"}, "reaction": [{"manifestation": many(text, "Cardiac arrest")}]}),
            "Cardiac arrest",
        ),
        (
            json!({"resourceType": "AllergyIntolerance", "code": {"text": "A"}, "note": many(text, "Carries a pen")}),
            "Carries a pen",
        ),
        (
            json!({"resourceType": "CareTeam", "name": "T", "participant": many(|name| json!({"member": {"display": name}}), "Dialysis nurse")}),
            "Dialysis nurse",
        ),
        (
            json!({"resourceType": "DiagnosticReport", "code": {"text": "R"}, "result": many(display, "Sodium 118")}),
            "Sodium 118",
        ),
        (
            json!({"resourceType": "Observation", "code": {"text": "O"}, "component": many(|name| json!({"code": {"text": name}, "valueString": "v"}), "Lactate 9")}),
            "Lactate 9",
        ),
        (
            json!({"resourceType": "QuestionnaireResponse", "questionnaire": "urn:forms:intake", "item": [{"text": "Q", "answer": many(|name| json!({"valueString": name}), "harm to others")}]}),
            "harm to others",
        ),
        (
            json!({"resourceType": "MedicationRequest", "intent": "order", "medicationCodeableConcept": {"text": "D"},
            "dosageInstruction": many(text, "and never again")}),
            "and never again",
        ),
        (
            json!({"resourceType": "MedicationRequest", "intent": "order", "medicationCodeableConcept": {"text": "D"},
            "dosageInstruction": [{"additionalInstruction": many(text, "Not with milk")}]}),
            "Not with milk",
        ),
        (
            json!({"resourceType": "Goal", "description": {"text": "G"}, "target": many(|name| json!({"measure": {"text": name}}), "Walk again")}),
            "Walk again",
        ),
        (
            json!({"resourceType": "FamilyMemberHistory", "relationship": {"text": "aunt"}, "condition": many(|name| json!({"code": {"text": name}}), "Fever under anaesthesia")}),
            "Fever under anaesthesia",
        ),
        (
            json!({"resourceType": "List", "title": "L", "entry": many(|name| json!({"item": {"display": name}}), "clozapine")}),
            "clozapine",
        ),
    ] {
        assert_told(&record, &[last], &[]);
    }
}

#[test]
fn the_last_contact_and_the_last_name_of_a_patient_are_told() {
    let mut patient = me();
    patient["contact"] =
        many(|name| json!({"name": {"text": name}, "relationship": [{"text": "friend"}]}), "Una Reave");
    patient["address"] = many(|line| json!({"line": [line], "use": "work"}), "30 Last Row");
    let text = row(&form(vec![patient.clone()]).items[0]).text;
    assert_in_order(&text, &["30 Last Row"], &patient);
    assert_in_order(&text, &["Una Reave, relationship: friend"], &patient);
}

#[test]
fn a_joiner_at_the_end_of_a_word_makes_its_last_letter_and_hides_nothing() {
    for name in ["രമേശന്\u{200D}", "ക\u{D4D}\u{200D} നായര്\u{200D}", "ශ්\u{200D}රී"] {
        let mut patient = me();
        patient["name"] = json!([{ "text": name }]);
        let form = form(vec![patient]);
        assert_eq!(form.person.name.reveal(), name);
        assert_eq!(form.items[0].cautions, [], "{name}");
    }
}

#[test]
fn of_very_many_records_each_allergy_has_its_row_and_results_stand_together() {
    let of = |number: usize| {
        json!({"resourceType": "Observation", "code": {"text": format!("Result {number}")}, "status": "final",
        "subject": {"reference": if number == 22_000 { "Patient/somebody-else" } else { "Patient/me" }}})
    };
    let allergy = json!({"resourceType": "AllergyIntolerance", "code": {"text": "Latex"}, "patient": {"reference": "Patient/me"}});
    let documents = [
        document([vec![me()], (0..22_500).map(of).collect(), vec![allergy]].concat()),
        document(vec![me(), of(30_000), of(30_001)]),
    ];
    let form = Intake::from_documents(documents.into(), TODAY).expect("a form");
    assert_eq!(form.section(Section::Allergies).count(), 1);
    assert_eq!(form.section(Section::Results).count(), 19_999);
    let together: Vec<(usize, bool)> =
        form.section(Section::Other).map(|item| (item.resources, item.can_be_taken())).collect();
    // The second document of the same form finds no more room.
    assert_eq!(together, [(1_000, true), (1_000, true), (500, true), (1, false), (2, true)]);
    let first = form.section(Section::Other).next().expect("an item");
    assert_eq!(first.title.reveal(), "Observation × 1000");
    assert!(row(first).text.contains("Result 20000"), "each is read all the same");
    assert!(first.more().len() < 5_000, "and what else it says is a list that ends");
}
