//! What is read: HL7's example cards where they stand beside the project, cards and files that the peer makes.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Cards of one issuer, each as the texts of its codes.
pub struct Cards {
    /// For the printed line.
    pub name: &'static str,
    /// The texts.
    pub codes: Vec<Vec<String>>,
    /// The issuer's key set, with the one key that signed them first.
    pub keys: Value,
}

/// HL7 examples 00 to 02; the last one in three parts.
pub fn hl7_examples() -> Option<Cards> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/hl7");
    let keys: Value = serde_json::from_slice(&fs::read(folder.join("issuer/.well-known/jwks.json")).ok()?).ok()?;
    let code = |card: u32, part: u32| {
        let text = fs::read_to_string(folder.join(format!("example-0{card}-f-qr-code-numeric-value-{part}.txt")));
        Some(text.ok()?.trim().to_owned())
    };
    let codes = vec![vec![code(0, 0)?], vec![code(1, 0)?], vec![code(2, 0)?, code(2, 1)?, code(2, 2)?]];
    Some(Cards { name: "card, HL7 examples 00-02", codes, keys })
}

/// Vaccination cards of invented people, one to four doses.
pub fn card_bundle(number: usize) -> Value {
    let mut entries = vec![json!({"fullUrl": "resource:0", "resource": {"resourceType": "Patient",
        "name": [{"family": format!("Example{number}"), "given": ["Ana", "María"]}], "birthDate": "1980-02-29"}})];
    for dose in 1..=1 + number % 4 {
        entries.push(json!({"fullUrl": format!("resource:{dose}"), "resource": {"resourceType": "Immunization",
            "status": "completed", "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "207"}]},
            "patient": {"reference": "resource:0"}, "occurrenceDateTime": format!("2021-0{dose}-12"),
            "performer": [{"actor": {"display": "Lakeside Public Health"}}], "lotNumber": format!("L{number:04}{dose}")}}));
    }
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
}

/// A share of about so many bytes: laboratory results, and a PDF where so many bytes of it are asked for.
pub fn shared_bundle(bytes: usize, pdf_bytes: usize) -> String {
    let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient",
        "name": [{"family": "Example", "given": ["Ana"]}], "birthDate": "1980-02-29"}})];
    if pdf_bytes > 0 {
        entries.push(json!({"fullUrl": "urn:uuid:d", "resource": {"resourceType": "DocumentReference", "status": "current",
            "subject": {"reference": "urn:uuid:p"}, "type": {"coding": [{"system": "http://loinc.org", "code": "60591-5"}]},
            "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0x".repeat(pdf_bytes / 8)}}]}}));
    }
    let result = |number: usize| {
        json!({"fullUrl": format!("urn:uuid:0f1e2d3c-0000-4000-8000-{number:012}"), "resource": {
            "resourceType": "Observation", "status": "final",
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
            "code": {"coding": [{"system": "http://loinc.org", "code": "2345-7", "display": "Glucose [Mass/volume] in Serum"}]},
            "subject": {"reference": "urn:uuid:p"}, "effectiveDateTime": "2026-10-30T09:15:00-05:00",
            "valueQuantity": {"value": 5.25 + number as f64 / 8.0, "unit": "mmol/l", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
            "referenceRange": [{"low": {"value": 3.1, "unit": "mmol/l"}, "high": {"value": 6.2, "unit": "mmol/l"}}]}})
    };
    let mut length: usize = entries.iter().map(|entry| entry.to_string().len() + 1).sum::<usize>() + 80;
    for number in 0.. {
        let entry = result(number);
        length += entry.to_string().len() + 1;
        if length > bytes {
            break;
        }
        entries.push(entry);
    }
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-10-30T09:15:00-05:00", "entry": entries})
        .to_string()
}
