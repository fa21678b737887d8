//! Shared documents to one check-in form. Every item knows where it came from and what was proven about it.

mod absence;
mod attachment;
mod caution;
mod charset;
mod composition;
mod dates;
mod demographics;
mod document;
mod document_text;
mod drafted;
mod entry_name;
mod fact;
mod flags;
mod insurance;
mod item;
mod leaves;
mod narrative;
mod nested_bundles;
mod person;
mod reading;
mod reference_target;
mod references;
mod required;
mod resource_types;
mod rtf;
mod sections;
mod shared_document;
mod subject;
mod subscriber;

pub(crate) use attachment::{MAX_TEXT_IN_ROW, is_long_text};
pub use caution::Caution;
pub use fact::{Fact, FactKind};
pub use item::{IntakeItem, ItemId, Section};
pub use leaves::{MoreLine, says_nothing_to_people};
pub use person::Person;
pub use reference_target::ReferenceTarget;
pub use shared_document::{SharedDocument, Source, SourceKind};
pub use subject::PersonEntry;

use crate::fhir::{Originals, PatientView, RecordType};
use crate::limits::MAX_CHECKED_VALUES;
use crate::sensitive::{LogSafe, Sensitive};
use person::{person_of, same_person};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A larger resource has documents in it.
const LARGE_RECORD: usize = 64_000;

/// Why documents do not make a check-in form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum IntakeDefect {
    /// KTC "PatientSharedBundle": exactly one Patient; here none.
    #[error("no Patient in the share")]
    NoPatient,
    /// KTC "PatientSharedBundle": exactly one Patient; here more. Two people never stand on one screen.
    #[error("more than one Patient in the share")]
    SeveralPatients,
}

impl LogSafe for IntakeDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}

/// The check-in form: one person, and what was shared about them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intake {
    /// Who it is about.
    pub person: Person,
    /// Everything that was shared, in reading order; the first item is the person's demographics.
    pub items: Vec<IntakeItem>,
    /// The sources; an item names its own by index.
    pub sources: Vec<Source>,
    /// The person's own entry in each source's document; `None` where it has no Patient.
    pub people: Vec<Option<PersonEntry>>,
    /// How many entries could not be read as resources.
    pub unreadable: usize,
}

impl Intake {
    /// Joins documents about one person into a form.
    pub fn from_documents(documents: Vec<SharedDocument>) -> Result<Intake, IntakeDefect> {
        let mut documents = nested_bundles::opened(documents);
        documents.iter_mut().for_each(subscriber::set_aside);
        let mut person: Option<Person> = None;
        for document in &documents {
            for entry in document.bundle.of_type(RecordType::Patient) {
                let Some(found) = PatientView::of(&entry.resource).map(person_of) else { continue };
                match &person {
                    None => person = Some(found),
                    Some(known) if documents.len() > 1 && same_person(known, &found) => {}
                    Some(_) => return Err(IntakeDefect::SeveralPatients),
                }
            }
        }
        let person = person.ok_or(IntakeDefect::NoPatient)?;
        let mut intake = Intake { person, items: Vec::new(), sources: Vec::new(), people: Vec::new(), unreadable: 0 };
        for document in documents {
            intake.take(document);
        }
        for (number, item) in intake.items.iter_mut().enumerate() {
            item.id = ItemId(u32::try_from(number).unwrap_or(u32::MAX));
        }
        Ok(intake)
    }

    fn take(&mut self, document: SharedDocument) {
        let source = self.sources.len();
        self.sources.push(document.source);
        self.unreadable += document.bundle.unreadable;
        let person = PersonEntry::find(&document.bundle.entries);
        let labels = document.bundle.labels.clone();
        let context =
            sections::DocumentContext { person: person.as_ref(), source, assurance: &document.assurance, labels };
        self.items.extend(sections::items_of(document.bundle, &context));
        self.people.push(person);
    }

    /// Moves the texts of all resources among others, for the way to another process: the record first, documents after. A
    /// document that has no room is left out, and its item says so.
    pub fn move_originals(&mut self, most: usize) -> Originals {
        let expected = self.items.iter().map(|item| item.resource.text_length()).sum();
        let mut originals = Originals::new(expected, most);
        for person in self.people.iter_mut().flatten() {
            // A Patient that does not fit makes a share of one record, which then has no room either.
            let _has_room = person.move_to(&mut originals);
        }
        for of_documents in [false, true] {
            let is_of_this_turn = |item: &&mut IntakeItem| (item.resource.text_length() > LARGE_RECORD) == of_documents;
            self.items.iter_mut().filter(is_of_this_turn).for_each(|item| item.move_to(&mut originals));
        }
        originals
    }

    /// Finds them again on the other side, and checks them. `false` where one is not what it says.
    pub fn find_originals(&mut self, originals: Sensitive<Vec<u8>>) -> bool {
        let originals = Arc::new(originals);
        let mut left = MAX_CHECKED_VALUES;
        let people = self.people.iter_mut().flatten().all(|person| person.find_in(&originals, &mut left));
        people && self.items.iter_mut().all(|item| item.resource.find_in(&originals, &mut left))
    }

    /// The items of one section, in order.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &IntakeItem> {
        self.items.iter().filter(move |item| item.section == section)
    }

    /// How many resources of a section the patient-facing side counts: restricted ones stand among the others, so that whoever
    /// looks over a shoulder reads no section of them, and whoever agrees knows that they are there.
    pub fn count_in_lobby(&self, section: Section) -> usize {
        let counted_in = |item: &IntakeItem| if item.is_restricted() { Section::Other } else { item.section };
        let counted = self.items.iter().filter(|item| counted_in(item) == section && !item.is_stated_absence());
        counted.map(|item| item.resources).sum()
    }

    /// How many resources a section holds ([`Section::Other`] counts what is inside). "No known allergies" is no allergy.
    pub fn count(&self, section: Section) -> usize {
        self.section(section).filter(|item| !item.is_stated_absence()).map(|item| item.resources).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use serde_json::{Value, json};

    fn document(entries: Value) -> SharedDocument {
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
        SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
    }

    fn patient(family: &str) -> Value {
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-01-01",
            "name": [{"family": family}]}})
    }

    #[test]
    fn two_people_in_one_bundle_make_no_form() {
        let found = Intake::from_documents(vec![document(json!([patient("A"), patient("A")]))]).err();
        assert_eq!(found, Some(IntakeDefect::SeveralPatients));
    }

    #[test]
    fn two_cards_of_one_person_make_one_form_and_of_two_people_none() {
        let join = |first, second| {
            Intake::from_documents(vec![document(json!([patient(first)])), document(json!([patient(second)]))])
        };
        assert_eq!(join("A", "A").expect("a form").sources.len(), 2);
        assert_eq!(join("A", "B").err(), Some(IntakeDefect::SeveralPatients));
    }

    #[test]
    fn two_cards_without_a_name_are_not_one_person() {
        let nameless = || document(json!([{"resource": {"resourceType": "Patient", "birthDate": "1980-01-01"}}]));
        let found = Intake::from_documents(vec![nameless(), nameless()]).err();
        assert_eq!(found, Some(IntakeDefect::SeveralPatients));
    }

    #[test]
    fn what_is_of_another_person_is_kept_apart_and_cannot_be_taken() {
        let of = |kind: &str, who: &str| json!({"resource": {"resourceType": kind, "code": {"text": "C"}, "subject": {"reference": who}}});
        let form = Intake::from_documents(vec![document(json!([
            patient("A"),
            of("Condition", "urn:uuid:p"),
            of("Condition", "Patient/somebody-else"),
            of("Observation", "urn:uuid:p"),
            of("Observation", "Patient/somebody-else"),
            of("Account", "urn:uuid:p"),
            of("Account", "Patient/somebody-else"),
            of("List", "urn:uuid:p")
        ]))]);
        let form = form.expect("a form");
        let takeable = |section| form.section(section).map(IntakeItem::can_be_taken).collect::<Vec<bool>>();
        assert_eq!(takeable(Section::Problems), [true, false]);
        assert_eq!(takeable(Section::Results), [true, false]);
        assert_eq!(takeable(Section::Other), [true, false, true]);
    }

    #[test]
    fn what_has_no_section_is_counted_and_kept() {
        let form = Intake::from_documents(vec![document(json!([
            patient("A"),
            {"resource": {"resourceType": "Location", "status": "active"}},
            {"resource": serde_json::from_str::<Value>(r#"{"resourceType": "Unheard", "secret": 1.50}"#).expect("JSON")}
        ]))]);
        let form = form.expect("a form");
        assert_eq!(form.count(Section::Other), 2);
        let read = form.section(Section::Other).find(|item| !item.is_collection()).expect("an item");
        assert_eq!(read.resource.json().reveal()["secret"].to_string(), "1.50");
        assert_eq!(read.facts[0].text(crate::language::Language::English).reveal(), "1.50");
    }
}
