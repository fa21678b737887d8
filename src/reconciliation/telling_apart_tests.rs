//! What a clinician tells apart by a letter, a sign or the place of a word is not the same, under no name and no code.

use super::super::comparison::Comparison;
use super::sameness::{ICD, RXNORM, SNOMED, coded, medicine, problem, with_code};
use super::tests::{beside, with};
use serde_json::{Value, json};

type Named = fn(&str) -> Value;

/// Neither is the same as the other: by name, under one code, and under one code with a name of its own.
fn told_apart(record: Named, (system, code): (&str, &str), one: &str, other: &str) {
    let broader = one.split(|letter: char| !letter.is_alphanumeric()).max_by_key(|word| word.len());
    let shown = |text: &str| {
        let coding = json!([{"system": system, "code": code, "display": broader}]);
        with_code(record("x"), json!({"coding": coding, "text": text}))
    };
    let under = |text: &str| with_code(record("x"), coded(&[(system, code)], Some(text)));
    let all = [(record(one), record(other)), (under(one), under(other)), (shown(one), shown(other))];
    for (one, other) in all {
        for (shared, chart) in [(&one, &other), (&other, &one)] {
            assert_ne!(beside(shared, chart), Comparison::Same, "{shared} beside {chart}");
        }
        assert_eq!(beside(&one, &one), Comparison::Same, "{one}");
    }
}

fn same_as(one: &Value, other: &Value) {
    assert_eq!(beside(one, other), Comparison::Same, "{one} beside {other}");
}

#[test]
fn a_stage_is_told_whatever_its_letters() {
    for (one, other) in [
        ("Breast cancer stage IIA", "Breast cancer stage IIIA"),
        ("Breast cancer stage IIB", "Breast cancer stage IIIB"),
        ("Breast cancer stage IA", "Breast cancer stage IB"),
        ("Breast cancer, IIA", "Breast cancer, IIIA"),
        ("Breast cancer FIGO IIA", "Breast cancer FIGO IIIA"),
        ("Breast cancer Dukes IIIA", "Breast cancer Dukes IIA"),
        ("Breast cancer grade low", "Breast cancer grade high"),
        ("Breast cancer stage IIA", "Breast cancer stage II"),
        ("Breast cancer stage Tis", "Breast cancer stage T"),
        ("Sickle cell disease HbSS", "Sickle cell disease HbS"),
        ("Glycogen storage disease XIIa", "Glycogen storage disease XIa"),
    ] {
        told_apart(problem, (SNOMED, "254837009"), one, other);
    }
    for (one, other) in [
        ("Breast cancer stage IIA", "Breast cancer stage 2A"),
        ("Breast cancer stage IV", "Breast cancer, stage 4"),
        ("Cáncer de mama estadio IIIB", "Cancer de mama, estadio 3b"),
    ] {
        same_as(&problem(one), &problem(other));
    }
}

#[test]
fn a_minus_that_denies_is_kept_wherever_it_stands() {
    for (one, other) in [
        ("HIV (-)", "HIV"),
        ("HIV -", "HIV"),
        ("HIV [ - ]", "HIV"),
        ("HIV (\u{2212})", "HIV"),
        ("HIV \u{2013}", "HIV"),
        ("HIV (-), asymptomatic", "HIV, asymptomatic"),
        ("HIV -, asymptomatic", "HIV, asymptomatic"),
        ("HIV -/HCV", "HIV/HCV"),
        ("HIV -. Asymptomatic", "HIV. Asymptomatic"),
        ("HIV (-)", "HIV (+)"),
        ("HLA-B27 (-)", "HLA-B27"),
        ("HER2 (-)", "HER2"),
        ("HER2 -ve", "HER2"),
        ("HER2 neg", "HER2"),
    ] {
        told_apart(problem, (SNOMED, "165816005"), one, other);
    }
    for (one, other) in
        [("HIV (-)", "HIV -"), ("Asthma - mild", "Mild asthma"), ("Beta-thalassemia", "Beta thalassemia")]
    {
        same_as(&problem(one), &problem(other));
    }
}

#[test]
fn what_tells_stays_with_its_noun_however_clauses_are_parted() {
    for parts in
        [" - ", ". ", ": ", " | ", "\n", "; ", " (", " / ", " \u{2013} ", "\u{2014}", " + ", " & ", " with ", " ", "-"]
    {
        for (one, other) in [
            (["Left knee pain", "wrist fracture"], ["Knee pain", "left wrist fracture"]),
            (["Right hip fracture", "Wrist fracture"], ["Hip fracture", "Right wrist fracture"]),
            (["Lung cancer", "brain metastasis"], ["Brain cancer", "lung metastasis"]),
            (["Left knee pain", "wrist"], ["Knee pain", "left wrist"]),
            (["Lung mass", "brain"], ["Brain mass", "lung"]),
        ] {
            told_apart(problem, (SNOMED, "363346000"), &one.join(parts), &other.join(parts));
        }
    }
    for (one, other) in [
        ("Fracture of wrist - left", "Left fracture of wrist"),
        ("Left femur fracture", "Fracture of left femur"),
        ("Left renal cell carcinoma", "Renal cell carcinoma, left"),
        ("Asthma (severe)", "Severe asthma"),
        ("Diabetes mellitus: type 2", "Type 2 diabetes mellitus"),
    ] {
        same_as(&problem(one), &problem(other));
    }
}

#[test]
fn a_salt_is_one_only_behind_what_it_is_a_salt_of() {
    for (one, other) in [
        ("Furosemide and potassium", "Furosemide"),
        ("Furosemide, potassium", "Furosemide"),
        ("Furosemide + potassium", "Furosemide"),
        ("Furosemide/potassium", "Furosemide"),
        ("Furosemide & potassium", "Furosemide"),
        ("Furosemide with potassium", "Furosemide"),
        ("Furosemide plus potassium", "Furosemide"),
        ("Furosemide (potassium)", "Furosemide"),
        ("Furosemide - potassium", "Furosemide"),
        ("Furosemide-potassium", "Furosemide"),
        ("Furosemide_potassium", "Furosemide"),
        ("Furosemide; potassium", "Furosemide"),
        ("Furosemide\npotassium", "Furosemide"),
        ("Furosemide w/ potassium", "Furosemide"),
        ("Furosemide tablet potassium", "Furosemide tablet"),
        ("Furosemida y potasio", "Furosemida"),
        ("Furosemide 40 mg potassium", "Furosemide 40 mg"),
        ("Furosemide magnesium sulfate", "Furosemide"),
    ] {
        told_apart(medicine, (RXNORM, "4603"), one, other);
    }
    for (one, other) in [
        ("Losartan potassium 50 mg", "Losartan 50 mg"),
        ("Warfarin sodium 5 mg tablet", "Warfarin 5 mg tablet"),
        ("Morphine sulfate 10 mg", "Morphine 10 mg"),
    ] {
        same_as(&medicine(one), &medicine(other));
    }
}

#[test]
fn under_one_code_an_order_counts_however_the_words_are_spelled() {
    for (record, code, one, other) in [
        (
            problem as Named,
            (SNOMED, "125605004"),
            "Fracture of left wrist and sprain of right ankle",
            "Fractures of right wrist and sprain of left ankle",
        ),
        (
            problem,
            (SNOMED, "125605004"),
            "Fracture of left wrist, sprain of ankle",
            "Fractures of wrist, sprain of left ankle",
        ),
        (
            medicine,
            (RXNORM, "17767"),
            "Amlodipine 5 mg / benazepril 10 mg",
            "Amlodipine 10 mg / benazepril 5 mg tablet",
        ),
        (medicine, (RXNORM, "17767"), "Amlodipine 5 mg, benazepril 10 mg", "Amlodipina 10 mg, benazepril 5 mg"),
    ] {
        told_apart(record, code, one, other);
    }
    told_apart(problem, (SNOMED, "125605004"), "Diabetes causing neuropathy", "Neuropathy causing diabetes");
    told_apart(problem, (SNOMED, "125605004"), "Edema in heart failure", "Heart failure in edema");
    let under = |text: &str| with_code(medicine("x"), coded(&[(RXNORM, "17767")], Some(text)));
    same_as(&under("Amlodipine 5 mg / benazepril 10 mg"), &under("Amlodipino 5 mg / benazepril 10 mg tablet"));
}

#[test]
fn a_disease_is_not_the_syndrome_of_its_name() {
    for (one, other) in [
        ("Cushing's disease", "Cushing's syndrome"),
        ("Enfermedad de Cushing", "Síndrome de Cushing"),
        ("Raynaud's disease", "Raynaud's syndrome"),
        ("Disease of Cushing", "Cushing disorder"),
    ] {
        told_apart(problem, (ICD, "E24.9"), one, other);
    }
    let under = |text: &str| with_code(problem("x"), coded(&[(ICD, "E24.9")], Some(text)));
    same_as(&under("Cushing's syndrome"), &under("Cushings"));
}

#[test]
fn a_small_word_is_a_kind_in_capitals_and_at_the_end() {
    for (one, other) in [
        ("Amyloidosis AL", "Amyloidosis"),
        ("amyloidosis al", "amyloidosis"),
        ("AL amyloidosis", "Amyloidosis"),
        ("Light chain AL amyloidosis", "Light chain amyloidosis"),
        ("Neuritis ON", "Neuritis"),
        ("Stenosis AS", "Stenosis"),
        ("Aortic AS valve", "Aortic valve"),
        ("Anorexia AN", "Anorexia"),
        ("Anomaly of chromosome Y", "Anomaly of chromosome"),
    ] {
        told_apart(problem, (SNOMED, "17602002"), one, other);
    }
    same_as(&problem("Carcinoma in situ"), &problem("CARCINOMA IN SITU"));
}

#[test]
fn an_unknown_status_is_no_silence() {
    let of = |status: &str| with(medicine("Warfarin 5 mg"), "status", json!(status));
    for (one, other) in [(of("active"), of("unknown")), (of("unknown"), of("active"))] {
        assert_eq!(beside(&one, &other), Comparison::Changed);
    }
    let placed = |place: &str| with(medicine("Warfarin 5 mg"), "category", json!([{"coding": [{"code": place}]}]));
    assert_eq!(beside(&placed("community"), &placed("outpatient")), Comparison::Changed);
    let meant = |intent: &str| with(medicine("Warfarin 5 mg"), "intent", json!(intent));
    same_as(&meant("order"), &meant("original-order"));
}

#[test]
fn one_shot_under_a_code_of_no_product_may_be_the_same() {
    let shot = |code: &str, day: &str| {
        json!({"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": day,
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": code}]}})
    };
    for (one, other, comparison) in [
        ("08", "45", Comparison::Possibly),
        ("208", "213", Comparison::Possibly),
        ("150", "88", Comparison::Possibly),
        ("10", "89", Comparison::Possibly),
        ("208", "999", Comparison::Possibly),
        ("03", "45", Comparison::New),
        ("208", "88", Comparison::New),
    ] {
        for (one, other) in [(one, other), (other, one)] {
            for day in ["2024-05-13", "2024-05-14", "2024-05-15", "2024-05", "2024"] {
                let (one, other) = (shot(one, "2024-05-14"), shot(other, day));
                assert_eq!(beside(&one, &other), comparison, "{one} {other}");
            }
            let (one, other) = (shot(one, "2024-05-14"), shot(other, "2024-05-17"));
            assert_eq!(beside(&one, &other), Comparison::New, "{one} {other}");
        }
    }
}

#[test]
fn an_order_whose_drug_stands_inside_is_the_same_as_itself_and_as_no_other_strength() {
    let order = |milligrams: u8| {
        let strength =
            json!({"numerator": {"value": milligrams, "unit": "mg"}, "denominator": {"value": 1, "unit": "tablet"}});
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "medicationReference": {"reference": "#m"}, "contained": [{"resourceType": "Medication", "id": "m",
                "code": {"text": "Methotrexate"}, "ingredient": [{"strength": strength}]}]})
    };
    same_as(&order(10), &order(10));
    assert_eq!(beside(&order(10), &order(25)), Comparison::Changed);
}
