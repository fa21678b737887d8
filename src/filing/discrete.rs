//! What of a shared resource becomes a record of the chart: what staff were shown of it, and nothing else (note 35).
//!
//! An element, or each entry of a list, is taken whole or not at all, so no dosage, reaction or policy loses a part. It is whole when
//! the title or a fact says each of its values ([`IntakeItem::said`]). Of a code `system` and `code` are taken, and a display that was
//! said; of a reference its words. Where an element that changes the meaning of the record cannot be whole, there is no record: all of
//! it goes into the document. What is left out otherwise is written out in the readable document.

use crate::fhir::{PatientView, RecordType, concept_text};
use crate::intake::{DRUG, IntakeItem, SUBJECTS, Section};
use crate::time::Day;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// One item as a record.
pub(super) struct Discrete {
    pub members: Map<String, Value>,
    /// Whether all that was shared is in it.
    pub is_whole: bool,
}

/// Elements without which, or with half of which, a record says something else, in every type that has them; beside those that R4
/// requires and those that it marks as modifiers.
const MEANING: &[&str] = &[
    "implicitRules",
    "modifierExtension",
    "dosage",
    "dosageInstruction",
    "doseQuantity",
    "reaction",
    "severity",
    "criticality",
    "value[x]",
    "component",
    "dataAbsentReason",
    "interpretation",
    "referenceRange",
    "onset[x]",
    "abatement[x]",
    "stage",
    "bodySite",
    "site",
    "protocolApplied",
    "substitution",
    "statusReason",
    "period",
    "securityLabel",
];
/// What a new chart takes of a Patient.
const OF_A_PATIENT: [&str; 6] = ["name", "birthDate", "gender", "telecom", "address", "identifier"];

/// Whether a record of this type says something else where the element is missing or is not whole.
pub(crate) fn changes_the_meaning(kind: RecordType, element: &str) -> bool {
    let of_type = kind.required().iter().chain(kind.modifiers()).filter(|path| !path.contains('/'));
    of_type.chain(MEANING).any(|known| is_called(element, known))
}

/// Whether an element has this name, or one that `[x]` stands for.
fn is_called(element: &str, known: &str) -> bool {
    match known.strip_suffix("[x]") {
        None => element == known,
        Some(stem) => element.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase())),
    }
}

/// The record that an item becomes; `None` where it goes into the document.
pub(super) fn discrete(item: &IntakeItem, day: Day) -> Option<Discrete> {
    let kind = item.resource.record_type()?;
    let resource = item.resource.for_one_look();
    let Value::Object(shared) = resource.json().reveal() else { return None };
    let seen = Seen { item, said: item.said_leaves(resource.json().reveal()) };
    let mut record = Discrete { members: Map::new(), is_whole: true };
    record.members.insert("resourceType".to_owned(), Value::from(kind.word()));
    for (name, value) in shared {
        match place_of(kind, name) {
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

fn place_of(kind: RecordType, name: &str) -> Place {
    match (kind, name) {
        (_, "resourceType" | "id" | "meta" | "language") => Place::Ours,
        // Whether an allergy or a problem is refuted stood there before R4.
        (RecordType::AllergyIntolerance | RecordType::Condition, "status") => Place::OtherVersion,
        (_, _) if DENIALS.contains(&name) => Place::OtherVersion,
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

/// A drug in a record of its own becomes a code in this one: its name as staff read it, and the codes that were written out.
fn name_the_drug(item: &IntakeItem, record: &mut Discrete) {
    let Some(drug) = item.targets.iter().find(|target| target.pointer == DRUG) else { return };
    record.members.shift_remove("medicationReference");
    let concept = drug.concept.reveal();
    let codings = concept["coding"].as_array().into_iter().flatten().filter(|coding| is_code(coding));
    let codings: Vec<Value> = codings.map(|coding| taken_of(coding, |_| true)).collect();
    let mut drug = Map::new();
    if !codings.is_empty() {
        drug.insert("coding".to_owned(), Value::Array(codings));
    }
    drug.extend(concept_text(concept).map(|words| ("text".to_owned(), Value::from(words))));
    record.members.entry("medicationCodeableConcept").or_insert(Value::Object(drug));
}

fn is_code(coding: &Value) -> bool {
    coding["code"].as_str().is_some_and(|code| !code.trim().is_empty())
}

/// `system` and `code` of a coding, as far as they were said.
fn taken_of(coding: &Value, is_said: impl Fn(&Value) -> bool) -> Value {
    let taken = ["system", "code"].into_iter().filter(|name| coding[*name].is_string() && is_said(&coding[*name]));
    Value::Object(taken.map(|name| (name.to_owned(), coding[name].clone())).collect())
}

/// What staff saw of an item.
struct Seen<'a> {
    item: &'a IntakeItem,
    said: HashSet<*const Value>,
}

/// A value as far as it was seen.
#[derive(Default)]
struct Part {
    value: Option<Value>,
    /// Whether something of it was not seen.
    is_cut: bool,
    /// Whether something was left out of it that its meaning does not need.
    is_less: bool,
}

impl Part {
    fn of(value: Value) -> Part {
        Part { value: Some(value), ..Part::default() }
    }

    fn unseen() -> Part {
        Part { is_cut: true, ..Part::default() }
    }
}

impl Seen<'_> {
    fn is_said(&self, leaf: &Value) -> bool {
        self.said.contains(&std::ptr::from_ref(leaf))
    }

    /// Whether a resource says nothing but which drug this record is about.
    fn is_named_drug(&self, inner: &Value) -> bool {
        let is_code = |name: &String| matches!(name.as_str(), "resourceType" | "id" | "code");
        let is_drug = inner["resourceType"].as_str().and_then(RecordType::from_word) == Some(RecordType::Medication);
        is_drug && self.behind(DRUG).is_some() && inner.as_object().is_some_and(|it| it.keys().all(is_code))
    }

    /// The words of what stands behind a reference.
    fn behind(&self, pointer: &str) -> Option<String> {
        let target = self.item.targets.iter().find(|target| target.pointer == pointer)?;
        concept_text(target.concept.reveal())
    }

    /// An element of the record, and whether it is all there; nothing at all where the record cannot be without it.
    fn element(&self, kind: RecordType, name: &str, value: &Value) -> Option<(Option<Value>, bool)> {
        let at = |place: usize| format!("/{name}/{place}");
        let parts: Vec<(&Value, Part)> = match value {
            Value::Array(entries) => {
                let part = |(place, entry)| (entry, self.part(name, &at(place), entry));
                entries.iter().enumerate().map(part).collect()
            }
            one => vec![(one, self.part(name, &format!("/{name}"), one))],
        };
        let (mut taken, mut is_whole) = (Vec::new(), true);
        for (shared, part) in parts {
            match part.value.filter(|_| !part.is_cut) {
                Some(value) => {
                    taken.push(value);
                    is_whole &= !part.is_less;
                }
                None if !says_something(shared) && kind.required().iter().all(|known| !is_called(name, known)) => {}
                None if changes_the_meaning(kind, name) => return None,
                None => is_whole = false,
            }
        }
        let taken =
            if value.is_array() { Some(Value::Array(taken)).filter(|it| *it != json!([])) } else { taken.pop() };
        Some((taken, is_whole))
    }

    fn part(&self, name: &str, pointer: &str, value: &Value) -> Part {
        match value {
            Value::Null => Part::default(),
            Value::Array(items) => {
                let parts =
                    items.iter().enumerate().map(|(place, item)| self.part(name, &format!("{pointer}/{place}"), item));
                let (mut all, mut values) = (Part::default(), Vec::new());
                for part in parts {
                    all.is_cut |= part.is_cut;
                    all.is_less |= part.is_less;
                    values.extend(part.value);
                }
                Part { value: (!values.is_empty()).then_some(Value::Array(values)), ..all }
            }
            Value::Object(members) if members.get("coding").is_some_and(Value::is_array) => self.concept(members),
            Value::Object(members) if is_reference(members) => self.reference(pointer, members),
            Value::Object(members) => self.members(name, pointer, members),
            leaf if self.is_said(leaf) => Part::of(leaf.clone()),
            leaf if !says_something(leaf) => Part::default(),
            _ => Part::unseen(),
        }
    }

    fn members(&self, name: &str, pointer: &str, members: &Map<String, Value>) -> Part {
        let (mut all, mut taken) = (Part::default(), Map::new());
        for (member, value) in members.iter().filter(|(member, _)| member.as_str() != "id") {
            if !self.is_said(value) && goes_without_saying(name, member, value) {
                continue;
            }
            // A person is called and found by what was shown, whatever a sender adds for machines.
            if self.item.section == Section::Demographics && (member == "extension" || member.starts_with('_')) {
                all.is_less = true;
                continue;
            }
            // A Coding by itself and a Quantity say the code with what they are.
            let part = self.part(member, &format!("{pointer}/{member}"), value);
            all.is_cut |= part.is_cut;
            all.is_less |= part.is_less;
            taken.extend(part.value.map(|value| (member.clone(), value)));
        }
        Part { value: (!taken.is_empty()).then_some(Value::Object(taken)), ..all }
    }

    /// A CodeableConcept: the words that were said, and the codes with their systems.
    fn concept(&self, members: &Map<String, Value>) -> Part {
        let (mut all, mut taken) = (Part::default(), Map::new());
        let mut codings = Vec::new();
        for (name, value) in members.iter().filter(|(name, _)| name.as_str() != "id") {
            match name.as_str() {
                "coding" => {
                    for coding in value.as_array().into_iter().flatten() {
                        let part = self.coding(coding);
                        all.is_cut |= part.is_cut;
                        all.is_less |= part.is_less;
                        codings.extend(part.value);
                    }
                }
                "text" if self.is_said(value) => {
                    taken.insert(name.clone(), value.clone());
                }
                // The label of the fact says what its code says.
                "text" => all.is_less |= says_something(value),
                _ => all.is_cut |= says_something(value),
            }
        }
        if !codings.is_empty() {
            taken.insert("coding".to_owned(), Value::Array(codings));
        }
        let is_empty = taken.is_empty();
        Part { value: (!is_empty).then_some(Value::Object(taken)), is_cut: all.is_cut || is_empty, ..all }
    }

    fn coding(&self, coding: &Value) -> Part {
        let Value::Object(members) = coding else { return Part::unseen() };
        let known = ["system", "code", "display", "version", "userSelected", "id"];
        let is_odd = members.keys().any(|name| !known.contains(&name.as_str()));
        let (system, display) = (&coding["system"], &coding["display"]);
        if is_code(coding) && !(self.is_said(&coding["code"]) && (system.is_null() || self.is_said(system))) {
            return Part::unseen();
        }
        let mut taken = taken_of(coding, |leaf| self.is_said(leaf));
        if self.is_said(display) {
            taken["display"] = display.clone();
        }
        // A code without a display says what it said; a display without its code was shown or is missed.
        let is_less = is_odd || !is_code(coding) && says_something(display) && !self.is_said(display);
        Part { value: Some(taken).filter(|it| *it != json!({})), is_cut: false, is_less }
    }

    /// A Reference: its words, and the address by which filing finds what was filed with it. An address alone says nothing.
    fn reference(&self, pointer: &str, members: &Map<String, Value>) -> Part {
        let said = |name: &str| members.get(name).filter(|leaf| self.is_said(leaf));
        let address = members.get("reference").filter(|it| it.as_str().is_some_and(|it| !it.starts_with('#')));
        let words = said("display").cloned().or_else(|| self.behind(pointer).map(Value::from));
        let number = members.get("identifier").map(|identifier| &identifier["value"]).filter(|it| self.is_said(it));
        let (value, is_less) = match (words, number) {
            (Some(words), _) => (json!({"reference": address, "display": words}), false),
            (None, Some(number)) => (json!({"identifier": {"value": number}}), true),
            (None, None) if said("reference").is_some() && address.is_some() => (json!({"reference": address}), true),
            (None, None) => return Part::unseen(),
        };
        let Value::Object(mut value) = value else { return Part::unseen() };
        value.retain(|_, member| !member.is_null());
        Part { value: Some(Value::Object(value)), is_cut: false, is_less }
    }

    /// The documents inside: staff open them. Nothing else of them is taken but what was said, and no address.
    fn contents(&self, contents: &Value) -> Option<(Value, bool)> {
        let (mut taken, mut is_whole) = (Vec::new(), true);
        for (place, content) in contents.as_array()?.iter().enumerate() {
            let shared = &content["attachment"];
            let pointer = format!("/content/{place}/attachment");
            let behind = self.item.targets.iter().find(|target| target.pointer == pointer);
            let behind = behind.map(|target| target.concept.reveal()).filter(|behind| behind["data"].is_string());
            let mut attachment = Map::new();
            for (name, leaf) in shared.as_object()?.iter().filter(|(name, _)| name.as_str() != "data") {
                if self.is_said(leaf) {
                    attachment.insert(name.clone(), leaf.clone());
                }
            }
            let bytes = [Some(shared), behind].into_iter().flatten().find(|it| it["data"].is_string())?;
            if let Some(behind) = behind {
                attachment.entry("contentType").or_insert_with(|| behind["contentType"].clone());
            }
            attachment.insert("data".to_owned(), bytes["data"].clone());
            let left = ["url", "size", "hash", "language", "data", "id"];
            is_whole &=
                shared.as_object()?.keys().all(|name| left.contains(&name.as_str()) || attachment.contains_key(name));
            let mut document = json!({ "attachment": attachment });
            for (name, value) in
                content.as_object()?.iter().filter(|(name, _)| !["attachment", "id"].contains(&name.as_str()))
            {
                let part = self.part(name, &format!("/content/{place}/{name}"), value);
                match part.value.filter(|_| !part.is_cut) {
                    Some(value) => document[name] = value,
                    None => is_whole &= !says_something(value),
                }
            }
            taken.push(document);
        }
        Some((Value::Array(taken), is_whole))
    }
}

/// A Reference has nothing but its own members, and one of those by which something is found or called.
fn is_reference(members: &Map<String, Value>) -> bool {
    const OWN: [&str; 6] = ["id", "extension", "reference", "type", "identifier", "display"];
    let has = |name: &str| members.contains_key(name);
    members.keys().all(|name| OWN.contains(&name.trim_start_matches('_')))
        && (members.get("reference").is_some_and(Value::is_string) || has("identifier") || has("display"))
}

/// Parts of an element that nobody needs to see: the place of the only dosage, that it is not as needed, which telephone is tried
/// first, that a number or an address is the usual one.
fn goes_without_saying(element: &str, member: &str, value: &Value) -> bool {
    match (element, member) {
        ("telecom", "rank") | ("dosage" | "dosageInstruction", "sequence") => true,
        ("dosage" | "dosageInstruction", "asNeededBoolean") => *value == Value::Bool(false),
        ("identifier", "use") => matches!(value.as_str(), Some("usual" | "official")),
        ("address", "type") => *value == "both",
        _ => false,
    }
}

/// Whether there is anything in it but addresses of records.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => {
            let is_address = |name: &str| matches!(name, "reference" | "id") || name == "type" && is_reference(members);
            members.iter().any(|(name, value)| !is_address(name) && says_something(value))
        }
    }
}

#[cfg(test)]
#[path = "discrete_tests.rs"]
mod tests;
