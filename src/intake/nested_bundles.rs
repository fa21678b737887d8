//! Bundles inside a Bundle: opened, so that nothing in them goes unread, and never two people mixed.
//!
//! A nested Bundle about the same person, perhaps in another spelling, is a document of its own from the same source, as is one
//! inside a Bundle that describes nobody; one without a Patient belongs to the Bundle around it; one about somebody else stays
//! closed among the rest and cannot be taken.

use super::SharedDocument;
use super::people::subjects_of_bundle;
use super::person::Sameness;
use crate::fhir::{Bundle, Entry, RecordType};
use crate::limits::MAX_ENTRIES;
use crate::time::Day;

/// More people of one Bundle are not compared.
const MAX_COMPARED: usize = 20;
/// Bundles inside Bundles inside Bundles, no deeper.
const MAX_DEPTH: usize = 4;

/// The documents with every nested Bundle opened that may be.
pub(super) fn opened(documents: Vec<SharedDocument>, day: Day) -> Vec<SharedDocument> {
    let mut opened = Vec::new();
    let mut left = MAX_ENTRIES;
    for document in documents {
        open(document, (MAX_DEPTH, day), &mut left, &mut opened);
    }
    opened
}

fn open(mut document: SharedDocument, (depth, day): (usize, Day), left: &mut usize, opened: &mut Vec<SharedDocument>) {
    let entries = std::mem::take(&mut document.bundle.entries);
    let mut documents = Vec::new();
    let mut kept: Vec<Entry> = Vec::new();
    let patients: Vec<Entry> =
        entries.iter().filter(|entry| entry.resource.is(RecordType::Patient)).take(MAX_COMPARED).cloned().collect();
    for entry in entries {
        let inner = if entry.resource.is(RecordType::Bundle) && depth > 0 {
            let inner = Bundle::from_json(entry.resource.json().reveal().clone()).ok();
            // One without entries has nothing to open, and stays as the record that it is.
            inner.filter(|inner| !inner.entries.is_empty() && inner.entries.len() <= *left)
        } else {
            None
        };
        let Some(mut inner) = inner else {
            kept.push(entry);
            continue;
        };
        let may_be_theirs = |inner: &&Entry| {
            let of = |known: &Entry| Sameness::of(&known.resource, &inner.resource, day);
            patients.is_empty() || patients.iter().any(|known| of(known) != Sameness::Another)
        };
        let people = subjects_of_bundle(&inner);
        let is_theirs = people.iter().take(MAX_COMPARED).all(may_be_theirs);
        match people.len() {
            0 => {
                *left -= inner.entries.len();
                document.bundle.unreadable += inner.unreadable;
                document.bundle.restrict_as(&inner);
                // Another level may be inside; it is opened with the entries around it.
                let mut more = SharedDocument { bundle: inner, ..document.clone() };
                more.bundle.unreadable = 0;
                let mut deeper = Vec::new();
                open(more, (depth - 1, day), left, &mut deeper);
                let mut deeper = deeper.into_iter();
                if let Some(first) = deeper.next() {
                    document.bundle.unreadable += first.bundle.unreadable;
                    document.bundle.restrict_as(&first.bundle);
                    kept.extend(first.bundle.entries);
                }
                documents.extend(deeper);
            }
            1..=MAX_COMPARED if is_theirs => {
                *left -= inner.entries.len();
                inner.restrict_as(&document.bundle);
                documents.push(SharedDocument { bundle: inner, ..document.clone() });
            }
            _ => kept.push(entry),
        }
    }
    document.bundle.entries = kept;
    opened.push(document);
    for document in documents {
        if depth > 0 {
            open(document, (depth - 1, day), left, opened);
        } else {
            opened.push(document);
        }
    }
}
