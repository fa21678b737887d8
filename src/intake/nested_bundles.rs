//! Bundles inside a Bundle: opened, so that nothing in them goes unread, and never two people mixed.
//!
//! A nested Bundle about the same person is a document of its own from the same source; one without a Patient belongs to the
//! Bundle around it; one about somebody else stays closed among the rest and cannot be taken.

use super::SharedDocument;
use super::person::{person_of, same_person};
use crate::fhir::{Bundle, Entry, PatientView, RecordType};
use crate::limits::MAX_ENTRIES;

/// Bundles inside Bundles inside Bundles, no deeper.
const MAX_DEPTH: usize = 4;

/// The documents with every nested Bundle opened that may be.
pub(super) fn opened(documents: Vec<SharedDocument>) -> Vec<SharedDocument> {
    let mut opened = Vec::new();
    let mut left = MAX_ENTRIES;
    for document in documents {
        open(document, MAX_DEPTH, &mut left, &mut opened);
    }
    opened
}

fn open(mut document: SharedDocument, depth: usize, left: &mut usize, opened: &mut Vec<SharedDocument>) {
    let entries = std::mem::take(&mut document.bundle.entries);
    let mut documents = Vec::new();
    let mut kept: Vec<Entry> = Vec::new();
    let patient = entries.iter().find(|entry| entry.resource.is(RecordType::Patient)).cloned();
    for entry in entries {
        let inner = if entry.resource.is(RecordType::Bundle) && depth > 0 {
            Bundle::from_json(entry.resource.json().reveal().clone()).ok().filter(|inner| inner.entries.len() <= *left)
        } else {
            None
        };
        let Some(mut inner) = inner else {
            kept.push(entry);
            continue;
        };
        let person = inner.of_type(RecordType::Patient).next().cloned();
        let is_alone = inner.of_type(RecordType::Patient).count() == 1;
        match person {
            None => {
                *left -= inner.entries.len();
                document.bundle.unreadable += inner.unreadable;
                document.bundle.restrict_as(&inner);
                // Another level may be inside; it is opened with the entries around it.
                let mut more = SharedDocument { bundle: inner, ..document.clone() };
                more.bundle.unreadable = 0;
                let mut deeper = Vec::new();
                open(more, depth - 1, left, &mut deeper);
                let mut deeper = deeper.into_iter();
                if let Some(first) = deeper.next() {
                    document.bundle.unreadable += first.bundle.unreadable;
                    document.bundle.restrict_as(&first.bundle);
                    kept.extend(first.bundle.entries);
                }
                documents.extend(deeper);
            }
            Some(person) if is_alone && patient.as_ref().is_none_or(|known| is_same(known, &person)) => {
                *left -= inner.entries.len();
                inner.restrict_as(&document.bundle);
                documents.push(SharedDocument { bundle: inner, ..document.clone() });
            }
            Some(_) => kept.push(entry),
        }
    }
    document.bundle.entries = kept;
    opened.push(document);
    for document in documents {
        if depth > 0 {
            open(document, depth - 1, left, opened);
        } else {
            opened.push(document);
        }
    }
}

fn is_same(one: &Entry, other: &Entry) -> bool {
    let people = PatientView::of(&one.resource).zip(PatientView::of(&other.resource));
    people.is_some_and(|(one, other)| same_person(&person_of(one), &person_of(other)))
}
