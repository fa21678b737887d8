//! 2,000 shared records beside a chart of 2,000: as they are told, and as somebody would send them who wants the desk to wait.

use crate::frames::cpu_millis;
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::reconciliation::{ChartRecords, ComparedRecords};
use ktc_kiosk::time::Day;
use serde_json::{Value, json};

const RECORDS: usize = 2_000;

/// Prints what the comparison costs its thread.
pub fn measure() {
    println!("\n== {RECORDS} shared records beside a chart of {RECORDS}");
    let of_one_name = |number: usize| medicine(&format!("Metformin {} mg oral tablet", number % 7), number, 1);
    let of_many_codes = |number: usize| medicine("Metformin 500 mg oral tablet", number, 12);
    let kinds: [(&str, &dyn Fn(usize) -> Value); 3] =
        [("as they are told", &told), ("all of one drug", &of_one_name), ("of 12 codings each", &of_many_codes)];
    for (name, record) in kinds {
        let form = form((0..RECORDS).map(record));
        // Every other one is in the share as well.
        let held = (0..RECORDS).map(|number| record(if number % 2 == 0 { number } else { number + 1_000_000 }));
        let held = held.enumerate().map(|(id, mut record)| {
            record["id"] = json!(format!("ehr-{id}"));
            Resource::from_json(record).expect("a resource")
        });
        let chart = ChartRecords { records: held.collect(), ..ChartRecords::default() };
        let costs: Vec<f64> = (0..5)
            .map(|_| {
                let (chart, before) = (chart.clone(), cpu_millis());
                let _compared = ComparedRecords::new(&form, chart, &ktc_kiosk::reconciliation::LookAlikes::default());
                cpu_millis() - before
            })
            .collect();
        println!("{name:32}{:10.1} ms", costs.into_iter().fold(f64::MAX, f64::min));
    }
}

fn form(records: impl Iterator<Item = Value>) -> Intake {
    let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient",
        "name": [{"family": "Delgado"}]}})];
    entries.extend(records.map(|record| json!({"resource": record})));
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    Intake::from_documents(vec![document], Day::constant(2026, 11, 30)).expect("a form")
}

fn told(number: usize) -> Value {
    let concept = |system: &str, name: String| json!({"coding": [{"system": system, "code": (100_000 + number).to_string(), "display": name}], "text": name});
    let active = json!({"coding": [{"system": "urn:status", "code": "active"}]});
    match number % 3 {
        0 => medicine(&format!("Drug{} {} mg oral tablet", number / 4, 5 * (number % 4 + 1)), number, 1),
        1 => json!({"resourceType": "Condition", "clinicalStatus": active,
            "code": concept("http://snomed.info/sct", format!("Illness{} of left knee (disorder)", number / 2))}),
        _ => json!({"resourceType": "AllergyIntolerance", "clinicalStatus": active, "criticality": "low",
            "code": concept("http://snomed.info/sct", format!("Allergy to substance{number}"))}),
    }
}

fn medicine(name: &str, number: usize, codings: usize) -> Value {
    let codings: Vec<Value> = (0..codings)
        .map(|system| json!({"system": format!("urn:codes:{system}"), "code": number.to_string(), "display": name}))
        .collect();
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"coding": codings, "text": name},
        "dosageInstruction": [{"text": "1 tablet twice a day", "timing": {"repeat": {"frequency": 2, "period": 1,
            "periodUnit": "d"}}, "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}]}]})
}
