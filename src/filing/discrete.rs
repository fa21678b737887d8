//! What of a shared resource becomes a record of the chart: what staff were shown of it, and nothing else (note 35).
//!
//! An element, or each entry of a list, is taken whole or not at all, so no dosage, reaction or policy loses a part. It is whole when
//! the title or a fact says each of its values ([`IntakeItem::said_leaves`]). Of a code `system` and `code` are taken, and a display that was
//! said; of a reference its words. Where an element that changes the meaning of the record cannot be whole, there is no record: all of
//! it goes into the document. What is left out otherwise is written out in the readable document.

use super::meaning::is_called;
use super::seen::{Seen, are_nameless, is_code, says_something, taken_of};
use crate::fhir::{PatientView, RecordType, concept_text};
use crate::intake::{DRUG, IntakeItem, SUBJECTS};
use crate::time::Day;
use serde_json::{Map, Value};

/// One item as a record.
pub(super) struct Discrete {
    pub members: Map<String, Value>,
    /// Whether all that was shared is in it.
    pub is_whole: bool,
}

/// What a new chart takes of a Patient.
const OF_A_PATIENT: [&str; 6] = ["name", "birthDate", "gender", "telecom", "address", "identifier"];

/// The record that an item becomes; `None` where it goes into the document.
pub(super) fn discrete(item: &IntakeItem, day: Day) -> Option<Discrete> {
    let kind = item.resource.record_type()?;
    let resource = item.resource.for_one_look();
    let Value::Object(shared) = resource.json().reveal() else { return None };
    let seen = Seen::new(item, resource.json().reveal());
    let mut record = Discrete { members: Map::new(), is_whole: true };
    record.members.insert("resourceType".to_owned(), Value::from(kind.word()));
    for (name, value) in shared {
        match place_of(kind, name, value) {
            Place::Ours => {}
            Place::Outside => record.is_whole &= !is_missed(name, value, &seen),
            Place::Document => {
                let (contents, is_whole) = seen.contents(value)?;
                record.members.insert(name.clone(), contents);
                record.is_whole &= is_whole;
            }
            Place::OtherVersion => return None,
            Place::Death if *value == Value::Bool(false) => {}
            // Who is said to be dead gets no chart of a living person.
            Place::Death => return None,
            Place::Inside => {
                let (taken, is_whole) = seen.element(kind, name, value)?;
                record.is_whole &= is_whole;
                record.members.extend(taken.map(|taken| (name.clone(), taken)));
            }
        }
    }
    if kind == RecordType::Patient {
        // A chart without the name that was shared is nobody's.
        let is_named = |members: &Map<String, Value>| members.contains_key("name");
        if is_named(shared) && !is_named(&record.members) {
            return None;
        }
        say_birth_date(item, &mut record, day);
    }
    name_the_drug(item, &mut record);
    let has = |element: &&&str| record.members.keys().any(|name| is_called(name, element));
    kind.required().iter().all(|element| has(&element)).then_some(record)
}

/// Where an element of the share goes.
enum Place {
    /// Filing writes it: the type, whose it is, what names and labels it.
    Ours,
    /// Into the record, as far as it was seen.
    Inside,
    /// The documents of a DocumentReference, which staff open.
    Document,
    /// Whether a person has died.
    Death,
    /// Nowhere but the readable document.
    Outside,
    /// It turns the record around in another version of FHIR, and an EHR of R4 would not know it.
    OtherVersion,
}

/// Elements of DSTU2, STU3 and R5 that say that something did not happen. R4 says it by `status`.
const DENIALS: [&str; 7] = ["wasNotGiven", "notGiven", "wasNotTaken", "notTaken", "taken", "notDone", "notPerformed"];

fn place_of(kind: RecordType, name: &str, value: &Value) -> Place {
    match (kind, name) {
        (_, "resourceType" | "id" | "meta" | "language") => Place::Ours,
        // Whether an allergy or a problem is refuted stood there before R4.
        (RecordType::AllergyIntolerance | RecordType::Condition, "status") => Place::OtherVersion,
        (_, _) if DENIALS.contains(&name) => Place::OtherVersion,
        // By the name that it has in R4, and in the shape of STU3: an EHR may drop what it does not know, and keep an allergy
        // without its refutation, or a dosage without its dose.
        (_, "clinicalStatus" | "verificationStatus") if !value.is_object() => Place::OtherVersion,
        (_, "dosage" | "dosageInstruction") if !is_of_dosages(value) => Place::OtherVersion,
        (RecordType::Patient, _) if is_called(name, "deceased[x]") => Place::Death,
        (_, "implicitRules" | "modifierExtension") => Place::Inside,
        (RecordType::Patient, _) if !OF_A_PATIENT.contains(&name) => Place::Outside,
        (_, "text" | "contained" | "extension") => Place::Outside,
        (_, _) if name.starts_with('_') => Place::Outside,
        (RecordType::Patient, _) => Place::Inside,
        (_, _) if SUBJECTS.contains(&name) => Place::Ours,
        (RecordType::DocumentReference, "content") => Place::Document,
        (_, _) => Place::Inside,
    }
}

/// Members of an R4 Dosage (R4 Dosage).
const OF_A_DOSAGE: [&str; 16] = [
    "id",
    "sequence",
    "text",
    "additionalInstruction",
    "patientInstruction",
    "timing",
    "asNeededBoolean",
    "asNeededCodeableConcept",
    "site",
    "route",
    "method",
    "doseAndRate",
    "maxDosePerPeriod",
    "maxDosePerAdministration",
    "maxDosePerLifetime",
    "extension",
];

/// Whether each is a Dosage as R4 has it.
fn is_of_dosages(value: &Value) -> bool {
    let is_known = |member: &String| OF_A_DOSAGE.contains(&member.trim_start_matches('_'));
    let mut each = value.as_array().into_iter().flatten();
    each.all(|dosage| dosage.as_object().is_some_and(|members| members.keys().all(is_known)))
}

/// Whether what is left out would be missed: narrative that a program made of the record itself is not, and neither is the
/// record of a drug whose name is in this one.
fn is_missed(name: &str, value: &Value, seen: &Seen<'_>) -> bool {
    match name {
        "text" => value["status"] != "generated" || seen.is_said(&value["div"]),
        "contained" => value.as_array().is_none_or(|inner| !inner.iter().all(|inner| seen.is_named_drug(inner))),
        _ => says_something(value),
    }
}

/// The day alone, as staff read it.
fn say_birth_date(item: &IntakeItem, record: &mut Discrete, day: Day) {
    let said = PatientView::of(&item.resource, day).and_then(PatientView::birth_date);
    if let (Some(said), Some(birth_date)) = (said, record.members.get_mut("birthDate")) {
        *birth_date = Value::from(said);
    }
}

/// A drug in a record of its own becomes a code in this one: its name as staff read it, and the codes that were written out, unless
/// none of them has a name.
fn name_the_drug(item: &IntakeItem, record: &mut Discrete) {
    let Some(drug) = item.targets.iter().find(|target| target.pointer == DRUG) else { return };
    record.members.shift_remove("medicationReference");
    let concept = drug.concept.reveal();
    let is_nameless = says_something(&concept["text"]) && are_nameless(&concept["coding"]);
    record.is_whole &= !is_nameless;
    let codings = concept["coding"].as_array().into_iter().flatten().filter(|coding| !is_nameless && is_code(coding));
    let codings: Vec<Value> = codings.map(|coding| taken_of(coding, |_| true)).collect();
    let mut drug = Map::new();
    if !codings.is_empty() {
        drug.insert("coding".to_owned(), Value::Array(codings));
    }
    drug.extend(concept_text(concept).map(|words| ("text".to_owned(), Value::from(words))));
    record.members.entry("medicationCodeableConcept").or_insert(Value::Object(drug));
}

#[cfg(test)]
#[path = "discrete_tests.rs"]
mod tests;
