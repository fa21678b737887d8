//! How a medicine is taken: R4 Dosage and Timing in all their parts, and where other versions keep the same.

use super::super::Section;
use super::{assert_in_order, assert_told, coded, form, me, row, told};
use serde_json::{Value, json};

fn order(dosage: &Value) -> Value {
    let dosage = if dosage.is_array() { dosage.clone() } else { json!([dosage]) };
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Drug"}, "dosageInstruction": dosage})
}

fn quantity(value: u32, unit: &str) -> Value {
    json!({"value": value, "unit": unit})
}

#[test]
fn every_part_of_a_dosage_is_told_with_the_others() {
    let dose = |amount: Value| json!([{"doseQuantity": amount}]);
    let kind = |code: &str| coded("http://terminology.hl7.org/CodeSystem/dose-rate-type", code);
    for (dosage, words) in [
        (
            json!({"doseAndRate": dose(quantity(2, "drop")), "route": {"text": "into the ear"},
                "timing": {"repeat": {"frequency": 1, "period": 2, "periodUnit": "wk", "dayOfWeek": ["sat"]}}}),
            &["2 drop", "every 2 weeks", "Saturday", "into the ear"][..],
        ),
        (
            json!([{"doseAndRate": dose(quantity(3, "mg")), "timing": {"repeat": {"when": ["MORN"]}}},
                {"doseAndRate": dose(quantity(1, "mg")), "timing": {"repeat": {"when": ["NIGHT"]}}}]),
            &["3 mg, in the morning\n", "1 mg, at night"],
        ),
        (
            json!({"asNeededBoolean": true, "maxDosePerPeriod": {"numerator": quantity(4, "spray"), "denominator": quantity(1, "d")},
                "patientInstruction": "Shake well."}),
            &["as needed", "Shake well.", "at most 4 spray in 1 day"],
        ),
        (json!({"maxDosePerAdministration": quantity(2, "g")}), &["at most 2 g at once"]),
        (json!({"maxDosePerLifetime": quantity(550, "mg")}), &["at most 550 mg in a lifetime"]),
        (json!({"text": "for the itch", "doseAndRate": dose(json!({"value": 1}))}), &["for the itch", "1"]),
        (
            json!({"doseAndRate": dose(json!({"value": 1})), "timing": {"code": coded("http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation", "TID")}}),
            &["1, three times a day"],
        ),
        (
            json!({"doseAndRate": [{"doseRange": {"low": quantity(1, "tablet"), "high": quantity(2, "tablet")},
                "rateRange": {"low": quantity(10, "mL/h"), "high": quantity(20, "mL/h")}}]}),
            &["1 tablet – 2 tablet", "rate 10 mL/h – 20 mL/h"],
        ),
        (
            json!({"doseAndRate": [{"type": kind("calculated"), "doseQuantity": quantity(40, "mg")},
                {"type": kind("ordered"), "doseQuantity": quantity(1, "mg/kg")}]}),
            &["40 mg (calculated)", "1 mg/kg (ordered)"],
        ),
        (
            json!({"asNeededCodeableConcept": {"coding": [{"display": "wheezing"}]}, "method": {"text": "inhale"},
                "additionalInstruction": [{"text": "Rinse"}, {"coding": [{"display": "Sit upright"}]}]}),
            &["as needed for wheezing", "inhale", "Rinse", "Sit upright"],
        ),
        (
            json!({"timing": {"repeat": {"when": ["PCV"], "offset": 45, "count": 6, "countMax": 8}}}),
            &["45 minutes after dinner", "6–8 times in all"],
        ),
        (
            json!({"timing": {"repeat": {"duration": 20, "durationMax": 30, "durationUnit": "min", "period": 6, "periodMax": 8,
                "periodUnit": "h", "timeOfDay": ["06:30:00"]}}}),
            &["every 6–8 hours", "at 06:30:00", "over 20–30 minutes"],
        ),
        (
            json!({"timing": {"repeat": {"boundsRange": {"low": quantity(5, "d"), "high": quantity(7, "d")}},
                "event": ["2026-12-05", "2026-12-19T09:00:00Z"]}}),
            &["for 5 days – 7 days", "2026-12-05", "2026-12-19 09:00 UTC"],
        ),
        (
            json!({"timing": {"repeat": {"boundsPeriod": {"start": "2026-12-01", "end": "2026-12-09"}}}}),
            &["2026-12-01 – 2026-12-09"],
        ),
    ] {
        assert_told(&order(&dosage), words, &[]);
    }
}

#[test]
fn steps_are_told_in_the_order_of_their_sequence_where_each_has_one() {
    let step = |sequence: Value, text: &str| json!({"sequence": sequence, "text": text});
    let turned = json!([step(json!(3), "stop"), step(json!(1), "two"), step(json!(2), "one")]);
    assert_told(&order(&turned), &["two", "one", "stop"], &[]);
    let unsaid = json!([step(json!(2), "as written"), step(Value::Null, "as it stands")]);
    assert_told(&order(&unsaid), &["as written", "as it stands"], &[]);
}

#[test]
fn other_versions_keep_the_same_in_other_places() {
    for (record, words) in [
        (
            json!({"resourceType": "MedicationRequest", "medication": {"concept": {"text": "Drug"}},
                "reason": [{"concept": {"text": "sneezing"}}], "renderedDosageInstruction": "one at noon",
                "dosageInstruction": [{"asNeededFor": [{"text": "pollen"}, {"text": "dust"}],
                    "maxDosePerPeriod": [{"numerator": quantity(3, "puff"), "denominator": quantity(1, "d")}]}]}),
            &[
                "Drug",
                "as needed for pollen",
                "as needed for dust",
                "at most 3 puff in 1 day",
                "one at noon",
                "sneezing",
            ][..],
        ),
        (
            json!({"resourceType": "MedicationAdministration", "medication": {"concept": {"text": "Drug"}},
                "occurenceDateTime": "2026-02-03T04:05:00Z", "dosage": {"dose": quantity(5, "mg"),
                    "rateRatio": {"numerator": quantity(10, "mL"), "denominator": quantity(2, "h")}}}),
            &["5 mg", "rate 10 mL / 2 hours", "2026-02-03 04:05 UTC"],
        ),
        (
            json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Drug"},
                "context": {"display": "spring visit"}, "dosage": [{"additionalInstruction": [{"text": "with milk"}]}]}),
            &["with milk", "spring visit"],
        ),
        (
            json!({"resourceType": "MedicationOrder", "medicationCodeableConcept": {"text": "Drug"}, "dateWritten": "2015-02-01",
                "dosageInstruction": [{"doseQuantity": quantity(1, "tablet"), "siteCodeableConcept": {"text": "left nostril"},
                    "additionalInstructions": {"text": "sniff"},
                    "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnits": "d", "when": "HS"}}}]}),
            &["1 tablet, 2 times a day, at bedtime", "left nostril", "sniff", "2015-02-01"],
        ),
        (
            json!({"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Drug"},
                "dosage": [{"quantityQuantity": quantity(75, "mg"), "asNeededBoolean": true,
                    "timing": {"code": coded("http://hl7.org/fhir/v3/GTSAbbreviation", "QOD")}}]}),
            &["75 mg", "every other day", "as needed"],
        ),
        (
            json!({"resourceType": "ServiceRequest", "intent": "order", "code": {"text": "Blood test"},
                "occurrenceTiming": {"repeat": {"frequency": 1, "period": 3, "periodUnit": "mo"}}}),
            &["every 3 months"],
        ),
    ] {
        assert_told(&record, words, &[]);
    }
}

#[test]
fn a_long_dosage_is_told_to_its_last_word() {
    let long = format!("{} Not more than nine in all.", "Take with water and wait. ".repeat(300));
    assert!(told(order(&json!({ "text": long }))).text.contains("Not more than nine in all."));
}

#[test]
fn form_and_strength_of_a_drug_in_an_entry_of_its_own_are_part_of_its_name() {
    let strength = |amount: u32| {
        json!([{"itemCodeableConcept": {"text": "Amoxicillin"}, "strength":
        {"numerator": {"value": amount, "unit": "mg"}, "denominator": {"value": 5, "unit": "mL"}}}])
    };
    let title = |drug: Value| {
        let order = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"reference": "Patient/me"},
            "medicationReference": {"reference": "Medication/1"}, "dosageInstruction": [{"text": "5 mL three times a day"}]});
        let form = form(vec![me(), order, drug]);
        form.section(Section::Medications).next().expect("a row").title.reveal().clone()
    };
    let drug = |amount: u32| {
        json!({"resourceType": "Medication", "id": "1", "code": {"text": "Amoxicillin"},
        "form": {"text": "suspension"}, "ingredient": strength(amount)})
    };
    let (weak, strong) = (title(drug(250)), title(drug(400)));
    assert!(weak.starts_with("Amoxicillin, suspension") && weak.contains("250 mg"), "{weak}");
    assert_ne!(weak, strong);
    let whole = json!({"resourceType": "Medication", "id": "1", "code": {"text": "Amoxicillin suspension"}, "form": {"text": "Suspension"}});
    assert_eq!(title(whole), "Amoxicillin suspension");
}

#[test]
fn a_drug_behind_a_reference_whose_code_is_of_another_is_read_and_doubted() {
    let code = json!({"text": "Warfarin 5 mg", "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "code": "6809", "display": "Metformin"}]});
    let drug = json!({"resourceType": "Medication", "id": "m", "code": code});
    for reference in ["#m", "Medication/m"] {
        let mut order = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/me"}, "medicationReference": {"reference": reference}});
        if reference == "#m" {
            order["contained"] = json!([drug]);
        }
        let form = form(vec![me(), order.clone(), drug.clone()]);
        let row = row(form.section(Section::Medications).next().expect("a row"));
        assert_in_order(&row.text, &["Warfarin 5 mg", "Metformin", "RxNorm 6809"], &order);
        assert_eq!(row.text.matches("Metformin").count(), 1, "{}", row.text);
        assert_eq!(row.cautions, [super::super::Caution::WordsDiffer], "{order}");
    }
}
