//! What is never called the same, and what still is: a table of pairs that were, pairs that differ in one thing, and pairs that a
//! clinician calls equal, made from lists.

use super::super::comparison::Comparison;
use super::tests::{beside, with};
use serde_json::{Value, json};

pub(super) const SNOMED: &str = "http://snomed.info/sct";
pub(super) const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
pub(super) const ICD: &str = "http://hl7.org/fhir/sid/icd-10-cm";

pub(super) fn allergy(name: &str) -> Value {
    json!({"resourceType": "AllergyIntolerance", "code": {"text": name}})
}

pub(super) fn problem(name: &str) -> Value {
    json!({"resourceType": "Condition", "code": {"text": name}})
}

pub(super) fn shot(name: &str) -> Value {
    json!({"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": "2024-05-14",
        "vaccineCode": {"text": name}})
}

pub(super) fn medicine(name: &str) -> Value {
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": name}})
}

fn dosed(dosage: &str) -> Value {
    with(medicine("Warfarin 5 mg"), "dosageInstruction", json!([{"text": dosage}]))
}

pub(super) fn coded(codes: &[(&str, &str)], text: Option<&str>) -> Value {
    let codings: Vec<Value> = codes.iter().map(|(system, code)| json!({"system": system, "code": code})).collect();
    json!({"coding": codings, "text": text})
}

fn code(words: &str) -> Value {
    json!({"coding": [{"code": words}]})
}

pub(super) fn with_code(record: Value, concept: Value) -> Value {
    let element = if record["resourceType"] == "MedicationRequest" { "medicationCodeableConcept" } else { "code" };
    with(record, element, concept)
}

/// Neither is the same as the other, and they have to do with each other.
pub(super) fn never_same(one: &Value, other: &Value) {
    for (shared, chart) in [(one, other), (other, one)] {
        let comparison = beside(shared, chart);
        assert!(
            matches!(comparison, Comparison::Changed | Comparison::Possibly),
            "{comparison:?}: {shared} beside {chart}"
        );
    }
}

#[test]
fn what_was_called_the_same_and_is_not_never_is() {
    let names = [
        (medicine as fn(&str) -> Value, "Metformin (Glucophage) 1000 mg", "Metformin (Glucophage) 500 mg"),
        (medicine, "Insulin glargine (Lantus) 100 units/mL", "Insulin glargine (Toujeo) 300 units/mL"),
        (medicine, "Warfarin .5 mg", "Warfarin 5 mg"),
        (medicine, "Warfarin five mg", "Warfarin ten mg"),
        (medicine, "Metoprolol succinate 50 mg", "Metoprolol tartrate 50 mg"),
        (medicine, "Diclofenac sodium 50 mg", "Diclofenac potassium 50 mg"),
        (medicine, "Metformin ER 500 mg", "Metformin 500 mg"),
        (medicine, "Hydrocodone 5 mg / acetaminophen 325 mg", "Hydrocodone 325 mg / acetaminophen 5 mg"),
        (medicine, "Oxycodone (immediate release) 10 mg", "Oxycodone (extended release) 10 mg"),
        (medicine, "Prednisone 5 mg", "Prednisone"),
        (medicine, "Morphine 10 mg", "Morphine 10 mg/mL"),
        (medicine, "Vitamin D 1,000 units", "Vitamin D 1 units"),
        (problem, "Hepatitis (B)", "Hepatitis (C)"),
        (problem, "Diabetes mellitus (type 1)", "Diabetes mellitus (type 2)"),
        (problem, "Diabetes mellitus type I", "Diabetes mellitus type II"),
        (problem, "Fracture of femur (left)", "Fracture of femur (right)"),
        (problem, "Asthma (mild)", "Asthma (severe)"),
        (problem, "Suspected asthma", "Asthma"),
        (problem, "Family history of asthma", "Asthma"),
        (problem, "Cough due to pneumonia", "Pneumonia due to cough"),
        (problem, "Heart failure (EF < 40 %)", "Heart failure (EF > 40 %)"),
        (problem, "Chronic kidney disease stage 3", "Chronic kidney disease stage 4"),
        (
            problem,
            "Rupture of tendon of left hand, sprain of right hand",
            "Rupture of tendon of right hand, sprain of left hand",
        ),
        (allergy, "Contrast media (iodinated)", "Contrast media (gadolinium)"),
        (allergy, "Penicillin G", "Penicillin V"),
        (allergy, "No allergy to penicillin", "Allergy to penicillin"),
        (allergy, "Intolerance to codeine", "Allergy to codeine"),
        (allergy, "Anaphylaxis to penicillin", "Allergy to penicillin"),
        (allergy, "Penicillin (skin test negative)", "Penicillin (skin test positive)"),
        (medicine, "Insulin lispro 100 units/mL", "Insulin aspart 100 units/mL"),
        (medicine, "Amoxicillin 250 mg/5 mL", "Amoxicillin 400 mg/5 mL"),
        (medicine, "Levothyroxine 0.1 mg", "Levothyroxine 0.01 mg"),
        (medicine, "Fentanyl 25 mcg/h patch", "Fentanyl 25 mg/h patch"),
        (medicine, "Timolol drops, left eye", "Timolol drops, right eye"),
        (medicine, "Aspirin 81 mg (enteric coated)", "Aspirin 81 mg"),
        (problem, "Blood group A", "Blood group B"),
        (problem, "Rh- blood group", "Rh+ blood group"),
        (problem, "HbA1c > 9 %", "HbA1c < 9 %"),
        (problem, "Pregnancy 20 weeks", "Pregnancy 30 weeks"),
        (problem, "Asthma without exacerbation", "Asthma with exacerbation"),
        (problem, "Fractura de fémur izquierdo", "Fractura de fémur derecho"),
        (problem, "Asthma ½ year", "Asthma 1½ years"),
        (problem, "Melanoma, left hand", "Melanoma, bilateral hands"),
        (shot, "Hepatitis A vaccine", "Hepatitis B vaccine"),
        (shot, "Influenza, high dose", "Influenza"),
    ];
    for (record, one, other) in names {
        never_same(&record(one), &record(other));
    }
    for (one, other) in [
        ("Calcium carbonate 500 mg", "Calcium acetate 500 mg"),
        ("Potassium chloride 10 meq", "Sodium chloride 10 meq"),
    ] {
        assert_ne!(beside(&medicine(one), &medicine(other)), Comparison::Same, "{one} beside {other}");
    }
    let long = "Take four tablets in the morning with food for asthma for one week and then";
    let dosages = [
        ("Take .5 mg", "Take 5 mg"),
        ("Hold if pulse < 60", "Hold if pulse > 60"),
        (&format!("{long} 4 tablets")[..], &format!("{long} 1 tablet")[..]),
        ("1-2 tablets", "1 2 tablets"),
        ("1 tablet at 8 and 2 at 20", "2 tablets at 8 and 1 at 20"),
        ("½ tablet", "2 tablets"),
        ("5 mg by mouth", "5 mg rectally"),
    ];
    for (one, other) in dosages {
        never_same(&dosed(one), &dosed(other));
    }
    let fracture =
        "Displaced fracture of medial malleolus of right tibia, subsequent encounter for closed fracture with";
    let codes = [
        (
            problem as fn(&str) -> Value,
            coded(&[(ICD, "S82.61XD")], Some(fracture)),
            coded(&[(ICD, "S82.61XK")], Some(fracture)),
        ),
        (
            problem,
            coded(&[(SNOMED, "73211009"), (ICD, "E10.9")], None),
            coded(&[(SNOMED, "73211009"), (ICD, "E11.9")], None),
        ),
        (
            problem,
            coded(&[("urn:oid:2.16.840.1.113883.6.96", "1")], Some("Asthma")),
            coded(&[(SNOMED, "2")], Some("Asthma")),
        ),
        (
            problem,
            coded(&[(SNOMED, "73211009")], Some("Diabetes type 1")),
            coded(&[(SNOMED, "73211009")], Some("Diabetes")),
        ),
        (
            problem,
            coded(&[(ICD, "I25.89")], Some("Coronary spasm")),
            coded(&[(ICD, "I25.89")], Some("Aneurysm of heart")),
        ),
        (
            problem,
            coded(&[(SNOMED, "71620000")], Some("Fracture of femur, shaft")),
            coded(&[(SNOMED, "71620000")], Some("Fracture of femur, neck")),
        ),
        (
            problem,
            coded(&[(SNOMED, "71620000")], Some("Gãy xương đùi trái")),
            coded(&[(SNOMED, "71620000")], Some("Gãy xương đùi phải")),
        ),
        (allergy, coded(&[(SNOMED, "416098002")], Some("Sulfa")), coded(&[(SNOMED, "416098002")], Some("Codeine"))),
        (allergy, coded(&[(SNOMED, "91935009")], Some("Allergy to Penicillin")), coded(&[(SNOMED, "91935009")], None)),
        (
            allergy,
            coded(&[(SNOMED, "91935009")], Some("Allergy to Penicillin")),
            json!({"text": "Allergy to Penicillin"}),
        ),
        (
            medicine,
            coded(&[(RXNORM, "6809")], Some("Metformin 500 mg")),
            coded(&[(RXNORM, "6809")], Some("Metformin 850 mg")),
        ),
        (
            medicine,
            coded(&[("http://www.whocc.no/atc", "C10AA")], Some("Atorvastatin 10 mg")),
            coded(&[("http://www.whocc.no/atc", "C10AA")], Some("Simvastatin 10 mg")),
        ),
    ];
    for (record, one, other) in codes {
        never_same(&with_code(record("x"), one), &with_code(record("x"), other));
    }
    let reacts = |severity: &str| json!([{"manifestation": [{"text": "Hives"}], "severity": severity}]);
    let penicillin = || allergy("Penicillin");
    let members = [
        (penicillin(), "clinicalStatus", Value::Null, code("inactive")),
        (penicillin(), "clinicalStatus", Value::Null, code("resolved")),
        (penicillin(), "clinicalStatus", code("active"), code("resolved")),
        (problem("Asthma"), "clinicalStatus", Value::Null, code("resolved")),
        (problem("Asthma"), "clinicalStatus", code("active"), code("remission")),
        (problem("Asthma"), "verificationStatus", code("confirmed"), code("provisional")),
        (problem("Asthma"), "verificationStatus", Value::Null, code("refuted")),
        (problem("Asthma"), "severity", json!({"text": "severe"}), json!({"text": "mild"})),
        (problem("Asthma"), "severity", json!({"text": "severe"}), Value::Null),
        (problem("Asthma"), "abatementDateTime", json!("2020-01-01"), Value::Null),
        (problem("Myocardial infarction"), "onsetDateTime", json!("2010-05"), json!("2020-05-01")),
        (problem("Ulcer"), "bodySite", json!([{"text": "Left foot"}]), json!([{"text": "Right foot"}])),
        (problem("Cancer"), "stage", json!([{"summary": {"text": "II"}}]), json!([{"summary": {"text": "III"}}])),
        (problem("Asthma"), "modifierExtension", json!([{"url": "urn:x", "valueBoolean": true}]), Value::Null),
        (penicillin(), "reaction", reacts("severe"), reacts("mild")),
        (penicillin(), "reaction", reacts("severe"), Value::Null),
        (penicillin(), "criticality", json!("high"), json!("low")),
        (penicillin(), "criticality", json!("high"), Value::Null),
        (penicillin(), "type", json!("intolerance"), json!("allergy")),
        (penicillin(), "type", json!("intolerance"), Value::Null),
        (penicillin(), "category", json!(["food"]), json!(["medication"])),
        (medicine("Warfarin 5 mg"), "status", json!("active"), json!("stopped")),
        (medicine("Warfarin 5 mg"), "status", json!("active"), json!("on-hold")),
        (medicine("Warfarin 5 mg"), "intent", json!("order"), json!("plan")),
        (medicine("Warfarin 5 mg"), "intent", json!("order"), json!("proposal")),
        (medicine("Warfarin 5 mg"), "category", json!([code("inpatient")]), json!([code("community")])),
        (problem("Asthma"), "category", json!([code("encounter-diagnosis")]), json!([code("problem-list-item")])),
        (medicine("Warfarin 5 mg"), "doNotPerform", json!(true), Value::Null),
        (
            dosed("daily"),
            "dosageInstruction",
            json!([{"text": "daily", "route": {"text": "oral"}}]),
            json!([{"text": "daily", "route": {"text": "rectal"}}]),
        ),
        (
            dosed("daily"),
            "dosageInstruction",
            json!([{"text": "daily"}]),
            json!([{"text": "daily"}, {"text": "and at night"}]),
        ),
        (dosed("daily"), "dosageInstruction", json!([{"text": "daily"}]), Value::Null),
        (shot("MMR"), "isSubpotent", json!(true), Value::Null),
        (shot("MMR"), "status", json!("completed"), json!("not-done")),
        (shot("MMR"), "lotNumber", json!("A1"), json!("B2")),
    ];
    for (record, element, one, other) in members {
        never_same(&with(record.clone(), element, one), &with(record, element, other));
    }
}

#[test]
fn one_shot_in_two_zones_may_be_the_same_and_one_of_another_day_is_another() {
    let on = |day: &str| with(shot("MMR"), "occurrenceDateTime", json!(day));
    for (one, other, comparison) in [
        ("2024-05-15T01:30:00Z", "2024-05-14", Comparison::Possibly),
        ("2024-05-14", "2024-05-15T01:30:00Z", Comparison::Possibly),
        ("2024-05-31T22:00:00-07:00", "2024-06-01T05:00:00Z", Comparison::Possibly),
        ("2024-05-31", "2024-06", Comparison::Possibly),
        ("2023-12-31", "2024", Comparison::Possibly),
        ("2024-05-14", "2024-05-14T20:00:00Z", Comparison::Same),
        ("2024-05-16", "2024-05-14", Comparison::New),
        ("2024-05-14", "2024-07", Comparison::New),
        ("2024-05-14", "2023-05-14", Comparison::New),
    ] {
        assert_eq!(beside(&on(one), &on(other)), comparison, "{one} {other}");
    }
}

const DRUGS: [(&str, &str); 20] = [
    ("Warfarin", "Warfarina"),
    ("Metformin", "Metformina"),
    ("Lisinopril", "Lisinopril"),
    ("Amlodipine", "Amlodipino"),
    ("Atorvastatin", "Atorvastatina"),
    ("Omeprazole", "Omeprazol"),
    ("Losartan", "Losartán"),
    ("Sertraline", "Sertralina"),
    ("Levothyroxine", "Levotiroxina"),
    ("Gabapentin", "Gabapentina"),
    ("Prednisone", "Prednisona"),
    ("Furosemide", "Furosemida"),
    ("Simvastatin", "Simvastatina"),
    ("Clopidogrel", "Clopidogrel"),
    ("Citalopram", "Citalopram"),
    ("Tramadol", "Tramadol"),
    ("Carvedilol", "Carvedilol"),
    ("Ibuprofen", "Ibuprofeno"),
    ("Morphine", "Morfina"),
    ("Digoxin", "Digoxina"),
];
const PROBLEMS: [(&str, &str); 20] = [
    ("Asthma", "Asma"),
    ("Fracture of femur", "Fractura de fémur"),
    ("Diabetes mellitus", "Diabetes mellitus"),
    ("Osteoarthritis of knee", "Artrosis de rodilla"),
    ("Cataract", "Catarata"),
    ("Pneumonia", "Neumonía"),
    ("Heart failure", "Insuficiencia cardíaca"),
    ("Otitis media", "Otitis media"),
    ("Hernia", "Hernia"),
    ("Glaucoma", "Glaucoma"),
    ("Bronchitis", "Bronquitis"),
    ("Sinusitis", "Sinusitis"),
    ("Deafness", "Sordera"),
    ("Sciatica", "Ciática"),
    ("Cellulitis of leg", "Celulitis de pierna"),
    ("Carpal tunnel syndrome", "Túnel carpiano"),
    ("Kidney stone", "Cálculo renal"),
    ("Pancreatitis", "Pancreatitis"),
    ("Dermatitis of hand", "Dermatitis de mano"),
    ("Ovarian cyst", "Quiste de ovario"),
];
const ALLERGENS: [(&str, &str); 20] = [
    ("Penicillin", "penicilina"),
    ("Peanut", "cacahuete"),
    ("Latex", "látex"),
    ("Codeine", "codeína"),
    ("Shrimp", "camarón"),
    ("Egg", "huevo"),
    ("Aspirin", "aspirina"),
    ("Ibuprofen", "ibuprofeno"),
    ("Walnut", "nuez"),
    ("Wheat", "trigo"),
    ("Soy", "soja"),
    ("Cefazolin", "cefazolina"),
    ("Morphine", "morfina"),
    ("Iodine", "yodo"),
    ("Nickel", "níquel"),
    ("Amoxicillin", "amoxicilina"),
    ("Sulfamethoxazole", "sulfametoxazol"),
    ("Milk", "leche"),
    ("Vancomycin", "vancomicina"),
    ("Lidocaine", "lidocaína"),
];

/// Pairs that differ in one thing.
fn differing() -> Vec<(Value, Value)> {
    let mut pairs = Vec::new();
    let both = |record: &dyn Fn(&str) -> Value, one: String, other: String| (record(&one), record(&other));
    for (drug, _) in DRUGS {
        for (one, other) in [
            ("5 mg", "50 mg"),
            ("0.5 mg", "5 mg"),
            ("5 mg", "5 mcg"),
            ("10 mg", "10 mg/mL"),
            ("5 mg tablet", "5 mg capsule"),
            ("5 mg oral tablet", "5 mg rectal suppository"),
            ("ER 5 mg", "5 mg"),
            ("(5 mg)", "(10 mg)"),
            ("2 %", "20 %"),
        ] {
            pairs.push(both(&medicine, format!("{drug} {one}"), format!("{drug} {other}")));
        }
        for (one, other) in [("active", "stopped"), ("active", "completed")] {
            let of = |status: &str| with(medicine(&format!("{drug} 5 mg")), "status", json!(status));
            pairs.push((of(one), of(other)));
        }
    }
    for (name, _) in PROBLEMS {
        for (one, other) in [
            ("left", "right"),
            ("mild", "severe"),
            ("type 1", "type 2"),
            ("acute", "chronic"),
            ("stage II", "stage III"),
            ("(left)", ""),
            ("resolved", ""),
            ("possible", ""),
        ] {
            pairs.push(both(&problem, format!("{name} {one}"), format!("{name} {other}")));
        }
        for (element, word) in [("clinicalStatus", "resolved"), ("verificationStatus", "refuted")] {
            pairs.push((problem(name), with(problem(name), element, code(word))));
        }
    }
    for (name, _) in ALLERGENS {
        for (element, one, other) in [
            ("clinicalStatus", code("active"), code("inactive")),
            ("verificationStatus", Value::Null, code("refuted")),
            ("criticality", json!("low"), json!("high")),
            ("type", json!("allergy"), json!("intolerance")),
            (
                "reaction",
                json!([{"manifestation": [{"text": "Hives"}]}]),
                json!([{"manifestation": [{"text": "Shock"}]}]),
            ),
        ] {
            pairs.push((with(allergy(name), element, one), with(allergy(name), element, other)));
        }
        pairs.push((allergy(&format!("No allergy to {name}")), allergy(&format!("Allergy to {name}"))));
        pairs.push((allergy(&format!("{name} A")), allergy(&format!("{name} B"))));
    }
    pairs
}

/// Pairs that a clinician calls equal.
fn equal() -> Vec<(Value, Value)> {
    let mut pairs = Vec::new();
    let mut both =
        |record: &dyn Fn(&str) -> Value, one: String, other: String| pairs.push((record(&one), record(&other)));
    for (drug, _) in DRUGS {
        for (one, other) in [
            ("5 mg", "5mg"),
            ("5 mg", "5.0 MG"),
            (".5 mg", "0.50 mg"),
            ("50 mcg", "50 µg"),
            ("5 mg tablet", "5 mg tab"),
            ("HCl 5 mg", "hydrochloride 5 mg"),
            ("sodium 5 mg", "5 mg"),
            ("5 milligrams", "5 mg"),
            ("(5 mg)", "5 mg"),
        ] {
            both(&medicine, format!("{drug} {one}"), format!("{} {other}", drug.to_uppercase()));
        }
        both(&medicine, format!("{drug} 5 mg tablet"), format!("5 mg {drug} tablet"));
    }
    for (name, spanish) in PROBLEMS {
        both(&problem, name.to_owned(), format!("{} (disorder)", name.to_lowercase()));
        both(&problem, format!("{name} type 2"), format!("Type II {name}"));
        both(&problem, format!("Left {name}"), format!("{name}, left"));
        both(&problem, spanish.to_owned(), crate::text::folded(spanish));
    }
    for (name, spanish) in ALLERGENS {
        both(&allergy, format!("Allergy to {name}"), name.to_owned());
        both(&allergy, format!("{name} allergy"), format!("{name} (substance)"));
        both(&allergy, format!("Alergia a {spanish}"), crate::text::folded(spanish));
    }
    let lists =
        [(DRUGS, RXNORM, medicine as fn(&str) -> Value), (PROBLEMS, SNOMED, problem), (ALLERGENS, SNOMED, allergy)];
    for (list, system, record) in lists {
        for (number, (name, other)) in list.into_iter().enumerate() {
            let code = format!("9{number:05}");
            let named = |text: &str| with_code(record("x"), coded(&[(system, &code)], Some(text)));
            let shown = |text: &str| {
                let coding = json!([{"system": system, "code": code, "display": text}]);
                with_code(record("x"), json!({"coding": coding}))
            };
            // Another language, as text or as the code's own.
            pairs.push((named(name), named(other)));
            pairs.push((named(name), shown(name)));
            pairs.push((shown(other), shown(name)));
        }
    }
    pairs
}

#[test]
fn of_pairs_that_differ_in_one_thing_none_is_called_the_same() {
    let pairs = differing();
    let same = pairs
        .iter()
        .filter(|(one, other)| beside(one, other) == Comparison::Same || beside(other, one) == Comparison::Same);
    let same: Vec<String> = same.map(|(one, other)| format!("{one} {other}")).collect();
    println!("{} of {} pairs that differ are called the same", same.len(), pairs.len());
    assert!(pairs.len() >= 500 && same.is_empty(), "{same:#?}");
}

#[test]
fn of_pairs_that_a_clinician_calls_equal_nine_of_ten_are_the_same() {
    let pairs = equal();
    let other: Vec<String> = pairs
        .iter()
        .filter(|(one, other)| beside(one, other) != Comparison::Same)
        .map(|(one, other)| format!("{one} {other}"))
        .collect();
    let same = pairs.len() - other.len();
    println!("{same} of {} equal pairs are called the same", pairs.len());
    assert!(pairs.len() >= 500 && same * 10 >= pairs.len() * 9, "{other:#?}");
}

#[test]
fn words_that_say_something_else_or_more_are_the_same_under_no_code_and_no_name_of_it() {
    let shown = |record: fn(&str) -> Value, system: &str, code: &str, display: &str, text: &str| {
        let coding = json!([{"system": system, "code": code, "display": display}]);
        with_code(record("x"), json!({"coding": coding, "text": text}))
    };
    let food = "Food allergy (disorder)";
    for (record, system, code, display, one, other) in [
        (
            problem as fn(&str) -> Value,
            SNOMED,
            "71620000",
            "Fracture of femur (disorder)",
            "Fracture of femur, shaft",
            "Fracture of femur, neck",
        ),
        (problem, SNOMED, "195967001", "Asthma", "Aspirin-induced asthma", "Exercise-induced asthma"),
        (allergy, SNOMED, "414285001", food, "Food allergy - peanut", "Food allergy - shrimp"),
        (allergy, SNOMED, "235719002", food, "Food allergy - peanut", "Food allergy - shrimp"),
        (medicine, RXNORM, "5856", "insulin", "Insulin, Humalog", "Insulin, Novolog"),
        (problem, SNOMED, "363346000", "Malignant neoplasm", "Lymphoma", "Melanoma"),
        (allergy, SNOMED, "764146007", "Penicillin", "Sulfa", "Penicillin"),
        (allergy, SNOMED, "764146007", "Penicillin", "Ampicillin", "Amoxicillin"),
        (problem, SNOMED, "73211009", "Diabetes mellitus", "Steroid-induced diabetes mellitus", "Diabetes mellitus"),
        (problem, SNOMED, "40468003", "Viral hepatitis", "Hepatitis A virus infection", "Hepatitis E virus infection"),
        (problem, SNOMED, "363346000", "Cancer", "Lung cancer, brain metastasis", "Brain cancer, lung metastasis"),
        (medicine, RXNORM, "10438", "theophylline", "Theophylline SA 300 mg", "Theophylline 300 mg"),
        (medicine, RXNORM, "4816", "gliclazide", "Gliclazide MR 30 mg", "Gliclazide 30 mg"),
        (medicine, RXNORM, "7417", "nifedipine", "Adalat CC 30 mg", "Adalat 30 mg"),
        (problem, SNOMED, "84114007", "Heart failure", "Heart failure NYHA II", "Heart failure NYHA IV"),
        (problem, SNOMED, "372244006", "Melanoma", "Melanoma II", "Melanoma IV"),
        (problem, SNOMED, "363346000", "Cancer", "Cancer stage 2a of breast", "Cancer stage 2 of breast"),
        (medicine, RXNORM, "8640", "steroid", "Prednisone 5 mg", "Prednisolone 5 mg"),
    ] {
        let (with_display, with_other) =
            (shown(record, system, code, display, one), shown(record, system, code, display, other));
        let (with_code_alone, with_other_alone) = (
            with_code(record("x"), coded(&[(system, code)], Some(one))),
            with_code(record("x"), coded(&[(system, code)], Some(other))),
        );
        for (shared, chart) in [(&with_display, &with_other), (&with_code_alone, &with_other_alone)] {
            assert_ne!(beside(shared, chart), Comparison::Same, "{shared} beside {chart}");
            assert_ne!(beside(chart, shared), Comparison::Same, "{chart} beside {shared}");
        }
    }
}

#[test]
fn what_tells_belongs_to_its_own_clause_and_a_salt_to_what_stands_before_it() {
    for (record, one, other) in [
        (
            problem as fn(&str) -> Value,
            "Sprain of left knee, fracture of wrist",
            "Sprain of knee, fracture of left wrist",
        ),
        (problem, "Sprain of left knee and fracture of wrist", "Sprain of knee and fracture of left wrist"),
        (problem, "Lung cancer, brain metastasis", "Brain cancer, lung metastasis"),
        (problem, "Severe asthma, eczema", "Asthma, severe eczema"),
        (problem, "Asma grave y eczema", "Asma y eczema grave"),
        (medicine, "Calcium Vitamin D3 600 mg", "Vitamin D3 600 mg"),
        (medicine, "Vitamin D3 calcium 600 mg", "Vitamin D3 600 mg"),
    ] {
        assert_ne!(beside(&record(one), &record(other)), Comparison::Same, "{one} beside {other}");
        assert_ne!(beside(&record(other), &record(one)), Comparison::Same, "{other} beside {one}");
    }
    for (one, other) in [("Fracture of wrist, left", "Left fracture of wrist"), ("Asthma, type 2", "Type 2 asthma")] {
        assert_eq!(beside(&problem(one), &problem(other)), Comparison::Same, "{one} beside {other}");
    }
}

#[test]
fn a_sequence_an_end_a_status_in_words_and_an_age_are_compared() {
    let steps = |first: u8, second: u8| json!([{"sequence": first, "text": "5 mg daily"}, {"sequence": second, "text": "10 mg daily"}]);
    let turned = json!([{"sequence": 2, "text": "10 mg daily"}, {"sequence": 1, "text": "5 mg daily"}]);
    let worded = |text: &str| json!({"coding": [{"code": "active"}], "text": text});
    let years = |value: u8| json!({"value": value, "unit": "years"});
    let statement = || {
        json!({"resourceType": "MedicationStatement", "status": "active",
            "medicationCodeableConcept": {"text": "Warfarin 5 mg"}})
    };
    for (record, element, one, other) in [
        (medicine("Warfarin 5 mg"), "dosageInstruction", steps(1, 2), steps(2, 1)),
        (
            statement(),
            "effectivePeriod",
            json!({"start": "2020-01-01"}),
            json!({"start": "2020-01-01", "end": "2020-02-01"}),
        ),
        (statement(), "effectivePeriod", Value::Null, json!({"end": "2020-02-01"})),
        (problem("Asthma"), "clinicalStatus", worded("Active"), worded("Resolved")),
        (allergy("Latex"), "verificationStatus", worded("Confirmed"), worded("Ruled out")),
        (problem("Asthma"), "onsetAge", years(1), years(10)),
    ] {
        never_same(&with(record.clone(), element, one), &with(record, element, other));
    }
    for (record, element, one, other) in [
        (medicine("Warfarin 5 mg"), "dosageInstruction", steps(1, 2), turned),
        (problem("Asthma"), "clinicalStatus", worded("Active"), code("active")),
        (problem("Asthma"), "onsetDateTime", json!("2010"), json!("2010-05")),
    ] {
        let (one, other) = (with(record.clone(), element, one), with(record, element, other));
        assert_eq!(beside(&one, &other), Comparison::Same, "{one} beside {other}");
    }
}
