//! One resource of the share as it is filed or kept: as a record of what staff saw of it ([`super::discrete`]), or in a document.
//!
//! Documents and the folder hold the whole of it but `id` and `meta` (foreign), narrative wherever it stands (note 15, attack 46: we
//! carry no stored script), the address of an attachment (note 15, attack 48: nobody fetches it), and `Patient.link`. Every value
//! stays the same to the digit.

use super::SubmissionId;
use super::discrete::Discrete;
use super::item_identifier::Targets;
use super::name::Name;
use super::references;
use super::security_labels;
use crate::fhir::{RecordType, concept_text};
use crate::intake::{FactKind, IntakeItem, ReferenceTarget, SUBJECTS, Section};
use crate::language::Language;
use crate::time::Timestamp;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What every filed resource of a check-in has in common.
pub(super) struct Rebuild<'a> {
    pub submission: &'a SubmissionId,
    /// Reference to the chart: `Patient/<id>`, or the `urn:uuid` of the new patient.
    pub chart: &'a str,
    pub targets: &'a Targets<'a>,
    pub confirmed_at: Timestamp,
}

impl Rebuild<'_> {
    /// The record to file for an item, and its type: what staff were shown of it.
    pub(super) fn record(&self, item: &IntakeItem, record: &Discrete, name: &Name) -> (RecordType, Value) {
        let mut json = Value::Object(record.members.clone());
        references::rewrite(&mut json, item.source, self.targets, self.chart);
        let Value::Object(mut resource) = json else { return (RecordType::DocumentReference, Value::Null) };
        if let Some(element) = item.resource.record_type().and_then(RecordType::subject) {
            resource.insert(element.to_owned(), references::to_chart(self.chart));
        }
        self.named(item, name, resource)
    }

    /// The whole resource, for the folder: a person looks at it there, and no chart takes it as it is.
    pub(super) fn whole(&self, item: &IntakeItem, name: &Name) -> (RecordType, Value) {
        self.named(item, name, self.same_resource(item))
    }

    fn named(&self, item: &IntakeItem, name: &Name, resource: Map<String, Value>) -> (RecordType, Value) {
        let received = item.resource.json().reveal().get("meta");
        let kind = item.resource.record_type().unwrap_or(RecordType::DocumentReference);
        self.labelled((item, received), name, kind, resource)
    }

    /// One document for all items of a source that are not filed as themselves.
    pub(super) fn document_of(&self, items: &[&IntakeItem], name: &Name) -> (RecordType, Value) {
        let kind = RecordType::DocumentReference;
        match items.first() {
            Some(first) => {
                let received = json!({"security": security_of(items)});
                self.labelled((first, Some(&received)), name, kind, self.document_of_the_rest(items))
            }
            None => (kind, Value::Null),
        }
    }

    /// A document of ours that people read, of everything that no record says in full.
    pub(super) fn readable_document(
        &self,
        items: &[&IntakeItem],
        (content_type, bytes): (&str, &[u8]),
        name: &Name,
    ) -> Value {
        let mut document = self.document(
            "Check-in summary: what is not filed as a record of its own",
            json!({
                "contentType": content_type,
                "data": STANDARD.encode(bytes),
                "title": "Check-in summary",
            }),
        );
        let received = json!({"security": security_of(items)});
        // One word of a patient makes the whole document a patient's.
        let least = items.iter().find(|item| security_labels::is_patient_asserted(item.assurance())).or(items.first());
        match least {
            Some(item) => self.labelled((item, Some(&received)), name, RecordType::DocumentReference, document).1,
            None => {
                document.insert("meta".to_owned(), json!({"tag": [security_labels::check_in_tag(self.submission)]}));
                document.insert("identifier".to_owned(), json!([security_labels::identifier(&name.value)]));
                Value::Object(document)
            }
        }
    }

    /// Answers to the clinic's questionnaire, question by question; each answer is what staff read of an item.
    pub(super) fn answers(&self, canonical: &str, answers: &[(&str, Vec<&IntakeItem>)], name: &Name) -> Value {
        let items: Vec<&IntakeItem> = answers.iter().flat_map(|(_, items)| items.iter().copied()).collect();
        let least = items.iter().find(|item| security_labels::is_patient_asserted(item.assurance())).or(items.first());
        let received = json!({"security": security_of(&items)});
        let none = Value::Null;
        let meta = least.map(|item| security_labels::meta(Some(&received), &none, item.assurance(), self.submission));
        let answer = |(question, items): &(&str, Vec<&IntakeItem>)| {
            let said: Vec<Value> = items.iter().map(|item| json!({"valueString": in_words(item)})).collect();
            json!({"linkId": question, "answer": said})
        };
        json!({
            "resourceType": "QuestionnaireResponse",
            "meta": meta,
            "identifier": security_labels::identifier(&name.value),
            "questionnaire": canonical,
            "status": "completed",
            "subject": references::to_chart(self.chart),
            "authored": self.confirmed_at.to_string(),
            "source": references::to_chart(self.chart),
            "item": answers.iter().map(answer).collect::<Vec<_>>(),
        })
    }

    fn document(&self, description: &str, attachment: Value) -> Map<String, Value> {
        let document = json!({
            "resourceType": "DocumentReference",
            "status": "current",
            "type": {"coding": [{"system": crate::fhir::systems::LOINC, "code": "11503-0", "display": "Medical records"}]},
            "subject": references::to_chart(self.chart),
            "date": self.confirmed_at.to_string(),
            "description": description,
            "content": [{"attachment": attachment}],
        });
        match document {
            Value::Object(document) => document,
            _ => Map::new(),
        }
    }

    fn labelled(
        &self,
        (item, received): (&IntakeItem, Option<&Value>),
        name: &Name,
        kind: RecordType,
        mut resource: Map<String, Value>,
    ) -> (RecordType, Value) {
        resource.insert(
            "meta".to_owned(),
            security_labels::meta(received, item.labels.reveal(), item.assurance(), self.submission),
        );
        if kind == RecordType::Patient {
            security_labels::mark_unverified(&mut resource);
        }
        let ours = security_labels::identifier(&name.value);
        match resource.entry("identifier").or_insert_with(|| json!([])) {
            Value::Array(identifiers) => {
                // A record that was filed before and comes back with the patient must not answer to two names of ours.
                identifiers.retain(|identifier| identifier["system"] != ours["system"]);
                identifiers.push(ours);
            }
            other => *other = json!([other.take(), ours]),
        }
        if security_labels::is_patient_asserted(item.assurance()) {
            match kind {
                RecordType::DocumentReference => security_labels::categorise(&mut resource),
                RecordType::Observation => security_labels::mark_supplied(&mut resource),
                // A medicine that the patient reports is no order of this clinic (US Core: `reported`).
                RecordType::MedicationRequest => {
                    resource.remove("reportedReference");
                    resource.insert("reportedBoolean".to_owned(), Value::Bool(true));
                }
                _ => {}
            }
        }
        (kind, Value::Object(resource))
    }

    fn same_resource(&self, item: &IntakeItem) -> Map<String, Value> {
        let mut json = item.resource.json().reveal().clone();
        item.targets.iter().for_each(|target| say(target, &mut json));
        let contained_before = fragments(&json);
        without_narrative(&mut json);
        references::rewrite(&mut json, item.source, self.targets, self.chart);
        let Value::Object(mut resource) = json else { return Map::new() };
        for foreign in ["id", "_id", "meta"] {
            resource.shift_remove(foreign);
        }
        match item.resource.record_type().and_then(RecordType::subject) {
            Some(element) => {
                // Elements by which other versions say whose a record is; this one says it in its own.
                for other in SUBJECTS.iter().filter(|other| **other != element) {
                    resource.shift_remove(*other);
                    resource.shift_remove(&format!("_{other}"));
                }
                resource.insert(element.to_owned(), references::to_chart(self.chart));
            }
            // How the sender's records of a person hang together says nothing about this clinic's.
            None => {
                resource.shift_remove("link");
            }
        }
        drop_orphans(&mut resource, &contained_before);
        resource
    }

    fn document_of_the_rest(&self, items: &[&IntakeItem]) -> Map<String, Value> {
        let mut entries: Vec<Value> = items.iter().flat_map(|item| entries_of(item)).collect();
        entries.iter_mut().for_each(without_narrative);
        let said = items.iter().filter(|item| !item.is_collection());
        said.for_each(|item| keep_text_shown(item, &mut entries));
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &entries {
            *kinds.entry(entry["resource"]["resourceType"].as_str().unwrap_or_default()).or_default() += 1;
        }
        let contents: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind} × {count}")).collect();
        let description = format!(
            "{} further resources shared by the patient, as received; a document, no records of this chart: {}",
            entries.len(),
            contents.join(", ")
        );
        let rest = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        self.document(
            &description,
            json!({
                "contentType": "application/fhir+json",
                "data": STANDARD.encode(rest.to_string()),
                "title": "Further shared resources, as received",
            }),
        )
    }
}

/// A record that says nothing but its narrative was shown by it: the words that staff read go along, as plain text.
fn keep_text_shown(item: &IntakeItem, entries: &mut [Value]) {
    let shown = item.facts.iter().find(|fact| fact.kind == FactKind::Text);
    let named = |entry: &&mut Value| entry["fullUrl"].as_str() == item.full_url.as_deref();
    let same = |entry: &&mut Value| entry["resource"]["resourceType"] == item.resource.kind();
    let (Some(shown), Some(entry)) = (shown, entries.iter_mut().filter(same).find(named)) else { return };
    let words = shown.text(Language::English).reveal().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let div = format!(r#"<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>"#);
    if let Some(Value::Object(resource)) = entry.get_mut("resource") {
        resource.entry("text").or_insert_with(|| json!({"status": "additional", "div": div}));
    }
}

/// The labels of everything that goes into one document, each once: the document is as restricted as what is in it.
fn security_of(items: &[&IntakeItem]) -> Vec<Value> {
    let mut labels: Vec<Value> = Vec::new();
    let mut add = |of: &Value| {
        for label in of.as_array().into_iter().flatten() {
            if !labels.contains(label) {
                labels.push(label.clone());
            }
        }
    };
    for item in items {
        entries_of(item).iter().for_each(|entry| add(&entry["resource"]["meta"]["security"]));
        add(item.labels.reveal());
    }
    labels
}

/// Title and facts of an item in one line.
fn in_words(item: &IntakeItem) -> String {
    let facts = item.facts.iter().map(|it| it.text(Language::English).reveal().clone());
    let facts: Vec<String> = facts.filter(|text| !text.is_empty()).collect();
    let title = item.title.reveal();
    if facts.is_empty() { title.clone() } else { format!("{title} ({})", facts.join("; ")) }
}

/// Whether an item is a record of its own in an EHR: the types of every check-in, and vital signs that say what R4 requires.
pub(super) fn is_record(item: &IntakeItem) -> bool {
    let vital_sign = item.section == Section::VitalSigns && item.resource.is(RecordType::Observation);
    let has = |pointer: &str| item.resource.json().reveal().pointer(pointer).is_some();
    item.is_filed_as_itself()
        || vital_sign && item.resource.text("/status").is_some() && has("/code") && has("/subject")
}

/// The entries of an item: those of the rest, or the one resource with the name it had.
fn entries_of(item: &IntakeItem) -> Vec<Value> {
    if item.is_collection() {
        return item.resource.list("/entry").to_vec();
    }
    let mut json = item.resource.json().reveal().clone();
    item.targets.iter().for_each(|target| say(target, &mut json));
    let mut entry = Map::new();
    entry.extend(item.full_url.clone().map(|url| ("fullUrl".to_owned(), Value::String(url))));
    entry.insert("resource".to_owned(), json);
    vec![Value::Object(entry)]
}

/// Puts the words behind a reference into the record. A drug in another entry becomes a code in this one; what stands inside
/// the record stays there and is named. A document in another entry becomes the attachment's own.
fn say(target: &ReferenceTarget, json: &mut Value) {
    let Some(Value::Object(reference)) = json.pointer_mut(&target.pointer) else { return };
    let behind = target.concept.reveal();
    if behind["data"].is_string() {
        if !reference.contains_key("reference") {
            reference.entry("contentType").or_insert_with(|| behind["contentType"].clone());
            reference.insert("data".to_owned(), behind["data"].clone());
        }
        return;
    }
    let inside = reference.get("reference").and_then(Value::as_str).is_some_and(|words| words.starts_with('#'));
    let display = reference.get("display").filter(|display| display.is_string()).cloned();
    if inside || target.pointer != "/medicationReference" {
        if let (None, Some(words)) = (display, concept_text(target.concept.reveal())) {
            reference.insert("display".to_owned(), Value::String(words));
        }
        return;
    }
    let Value::Object(record) = json else { return };
    record.shift_remove("medicationReference");
    let mut concept = target.concept.reveal().clone();
    // What the drug's own record says is what staff read; the reference's words stand in only where it says nothing.
    let says_nothing = concept_text(&concept).is_none();
    if let (Value::Object(members), Some(display), true) = (&mut concept, display, says_nothing) {
        members.insert("text".to_owned(), display);
    }
    record.entry("medicationCodeableConcept").or_insert(concept);
}

/// Drops Narrative (in FHIR R4 the only `text` that is an object), rendered XHTML, and attachment addresses.
fn without_narrative(value: &mut Value) {
    const XHTML: &str = "http://hl7.org/fhir/StructureDefinition/rendering-xhtml";
    match value {
        Value::Array(items) => {
            items.retain(|item| item["url"] != XHTML);
            items.iter_mut().for_each(without_narrative);
        }
        Value::Object(members) => {
            members.retain(|name, member| !(name == "text" && member.is_object()) && name != "div");
            for (name, member) in members.iter_mut() {
                if name == "photo" || name.ends_with("ttachment") {
                    without_address(member);
                }
                without_narrative(member);
                drop_hollow_items(name, member);
            }
            members.retain(|_, member| !is_hollow(member));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What was emptied is left out: FHIR R4 knows no empty array and no empty object. The items of `_given` go with those of
/// `given`, so they keep their places.
fn drop_hollow_items(name: &str, member: &mut Value) {
    let Value::Array(items) = member else { return };
    if name.starts_with('_') {
        items.iter_mut().filter(|item| is_hollow(item)).for_each(|item| *item = Value::Null);
    } else {
        items.retain(|item| !is_hollow(item));
    }
}

fn is_hollow(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(members) => members.is_empty(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn without_address(attachment: &mut Value) {
    match attachment {
        Value::Array(items) => items.iter_mut().for_each(without_address),
        Value::Object(members) => members.retain(|name, _| name != "url" && name != "_url"),
        _ => {}
    }
}

/// Contained resources that something referred to before and nothing does now (FHIR R4 dom-3).
fn drop_orphans(resource: &mut Map<String, Value>, before: &BTreeSet<String>) {
    let after = fragments(&Value::Object(resource.clone()));
    if let Some(Value::Array(contained)) = resource.get_mut("contained") {
        contained.retain(|inner| {
            let words = inner["id"].as_str().map(|id| format!("#{id}")).unwrap_or_default();
            after.contains(&words) || !before.contains(&words)
        });
        if contained.is_empty() {
            resource.shift_remove("contained");
        }
    }
}

/// Every `#id` that the resource mentions.
fn fragments(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) if text.starts_with('#') => BTreeSet::from([text.clone()]),
        Value::Array(items) => items.iter().flat_map(fragments).collect(),
        Value::Object(members) => members.values().flat_map(fragments).collect(),
        _ => BTreeSet::new(),
    }
}
