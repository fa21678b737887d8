//! What staff read of a record, and what they are warned of: tables of records of each kind, as senders of all versions write them.

mod absences;
mod insurance;
mod lists;
mod medicines;
mod modifiers;
mod papers;
mod patients;
mod results;
mod whose;

use super::{Caution, Intake, IntakeItem, SharedDocument, Source, SourceKind};
use crate::fhir::Bundle;
use crate::language::Language;
use crate::time::Day;
use serde_json::{Value, json};

/// The day of every check-in here.
const TODAY: Day = Day::constant(2026, 11, 30);

/// What stands on a row: its title, its facts in order with their names, its cautions.
struct Row {
    text: String,
    cautions: Vec<Caution>,
    can_be_taken: bool,
}

fn row(item: &IntakeItem) -> Row {
    let facts = item.facts.iter().map(|fact| {
        let name = fact.element(Language::English).unwrap_or_else(|| fact.kind.text_id().to_owned());
        format!("{name}: {}", fact.text(Language::English).reveal())
    });
    let lines: Vec<String> = std::iter::once(item.title.reveal().clone()).chain(facts).collect();
    // An EHR of R4 refuses what is complete in another version; that is tested where it is decided.
    let cautions = item.cautions.iter().copied().filter(|caution| *caution != Caution::Incomplete).collect();
    Row { text: lines.join("\n"), cautions, can_be_taken: item.can_be_taken() }
}

fn me() -> Value {
    json!({"resourceType": "Patient", "id": "me", "birthDate": "1970-05-06",
        "name": [{"family": "Thistlewood", "given": ["Maren"]}]})
}

/// A share of these resources, the first of them a Patient.
fn form(resources: Vec<Value>) -> Intake {
    Intake::from_documents(vec![document(resources)], TODAY).expect("a form")
}

fn document(resources: Vec<Value>) -> SharedDocument {
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
}

/// The row of one resource, which is the patient's where it does not say whose it is.
fn told(mut resource: Value) -> Row {
    let names_somebody = ["subject", "patient", "beneficiary", "for"].iter().any(|name| !resource[*name].is_null());
    if !names_somebody {
        for name in ["subject", "patient"] {
            resource[name] = json!({"reference": "Patient/me"});
        }
    }
    let form = form(vec![me(), resource]);
    row(form.items.last().expect("a row"))
}

/// Asserts that the words stand on the row in this order, and the cautions beside it.
fn assert_told(record: &Value, words: &[&str], cautions: &[Caution]) {
    let row = told(record.clone());
    assert_in_order(&row.text, words, record);
    assert_eq!(row.cautions, cautions, "{record}");
}

fn assert_in_order(text: &str, words: &[&str], record: &Value) {
    let mut rest = text;
    for word in words {
        let (_, behind) = rest.split_once(word).unwrap_or_else(|| panic!("no {word:?} in {rest:?} of {record}"));
        rest = behind;
    }
}

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}
