//! How much of a value staff saw: each element, or entry of a list, whole or not at all.

use super::meaning::{changes_the_meaning, is_called};
use crate::fhir::{RecordType, concept_text};
use crate::intake::{DRUG, IntakeItem, Section};
use crate::text::code_displays;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

/// What staff saw of an item.
pub(super) struct Seen<'a> {
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

impl<'a> Seen<'a> {
    /// What was seen of an item, whose JSON this is.
    pub(super) fn new(item: &'a IntakeItem, json: &Value) -> Seen<'a> {
        Seen { item, said: item.said_leaves(json) }
    }

    /// Whether the title or a fact says this value.
    pub(super) fn is_said(&self, leaf: &Value) -> bool {
        self.said.contains(&std::ptr::from_ref(leaf))
    }

    /// Whether a resource says nothing but which drug this record is about.
    pub(super) fn is_named_drug(&self, inner: &Value) -> bool {
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
    pub(super) fn element(&self, kind: RecordType, name: &str, value: &Value) -> Option<(Option<Value>, bool)> {
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
            Value::Object(members) if members.get("coding").is_some_and(Value::is_array) => {
                self.concept(pointer, members)
            }
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

    /// Whether this is what an allergy, a medicine or a vaccination is of, and nobody says what its codes beside the words are.
    fn is_nameless(&self, pointer: &str, members: &Map<String, Value>) -> bool {
        let is_main = matches!(pointer, "/code" | "/medicationCodeableConcept" | "/vaccineCode");
        let is_of_substances =
            matches!(self.item.section, Section::Allergies | Section::Medications | Section::Immunizations);
        let is_worded = members.get("text").is_some_and(|text| says_something(text) && self.is_said(text));
        is_main && is_of_substances && is_worded && members.get("coding").is_some_and(are_nameless)
    }

    /// A CodeableConcept: the words that were said, and the codes with their systems.
    fn concept(&self, pointer: &str, members: &Map<String, Value>) -> Part {
        let (mut all, mut taken) = (Part::default(), Map::new());
        if self.is_nameless(pointer, members) {
            let text = members.iter().filter(|(name, _)| name.as_str() == "text");
            let text = text.map(|(name, text)| (name.clone(), text.clone())).collect();
            return Part { is_less: true, ..Part::of(Value::Object(text)) };
        }
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
    pub(super) fn contents(&self, contents: &Value) -> Option<(Value, bool)> {
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
pub(super) fn says_something(value: &Value) -> bool {
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

/// Whether a coding has a code.
pub(super) fn is_code(coding: &Value) -> bool {
    coding["code"].as_str().is_some_and(|code| !code.trim().is_empty())
}

/// Whether codes stand here without a name: neither the sender's nor ours, and they are no words themselves as those of HL7's own
/// systems are. Beside words nobody at the desk can tell whether they are of the same thing, and an EHR would act on them.
pub(super) fn are_nameless(codings: &Value) -> bool {
    let codings = || codings.as_array().into_iter().flatten().filter(|coding| is_code(coding));
    let is_named = |coding: &Value| {
        let (system, code) =
            (coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default());
        let is_word = code_displays::shown(Some(system), code) == code;
        says_something(&coding["display"]) || is_word || code_displays::display(system, code).is_some()
    };
    codings().next().is_some() && !codings().any(is_named)
}

/// `system` and `code` of a coding, as far as they were said.
pub(super) fn taken_of(coding: &Value, is_said: impl Fn(&Value) -> bool) -> Value {
    let taken = ["system", "code"].into_iter().filter(|name| coding[*name].is_string() && is_said(&coding[*name]));
    Value::Object(taken.map(|name| (name.to_owned(), coding[name].clone())).collect())
}
