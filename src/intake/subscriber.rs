//! An insurance card of a dependent names two people (C4DIC: `subscriber` and `beneficiary`). The card is the beneficiary's;
//! the subscriber is set aside in a closed Bundle, kept and counted, and cannot be taken.

use super::SharedDocument;
use super::entry_name::leads_to;
use super::person::Sameness;
use crate::fhir::{Entry, RecordType, Resource};
use crate::time::Day;
use serde_json::json;

/// A document with more Patients is not about one person.
const MAX_PATIENTS: usize = 8;

/// Leaves one Patient in a document whose others are nothing but subscribers; any other document stays as it is.
pub(super) fn set_aside(document: &mut SharedDocument, day: Day) {
    let entries = &document.bundle.entries;
    let patients = entries.iter().enumerate().filter(|(_, entry)| entry.resource.is(RecordType::Patient));
    if patients.clone().count() > MAX_PATIENTS {
        return;
    }
    let (benefiting, mut others): (Vec<_>, Vec<_>) =
        patients.partition(|(_, patient)| is_named(entries, patient, &["/beneficiary"]));
    // Who holds the own policy is no other person.
    let is_another = |(_, other): &(usize, &Entry)| {
        benefiting.iter().all(|(_, own)| Sameness::of(&own.resource, &other.resource, day) == Sameness::Another)
    };
    others.retain(is_another);
    let only_subscribers =
        || others.iter().all(|(_, other)| is_named(entries, other, &["/subscriber", "/policyHolder"]));
    if benefiting.len() != 1 || others.is_empty() || !only_subscribers() {
        return;
    }
    let places: Vec<usize> = others.into_iter().map(|(place, _)| place).collect();
    for place in places {
        let Some(entry) = document.bundle.entries.get_mut(place) else { continue };
        let inner = json!({"fullUrl": entry.full_url, "resource": entry.resource.json().reveal()});
        let closed = json!({"resourceType": "Bundle", "type": "collection", "entry": [inner]});
        if let Some(closed) = Resource::from_json(closed) {
            entry.resource = closed;
        }
    }
}

/// Whether a Coverage of the document names this Patient in one of these elements.
fn is_named(entries: &[Entry], patient: &Entry, elements: &[&str]) -> bool {
    let policies = entries.iter().filter(|entry| entry.resource.is(RecordType::Coverage));
    let mut references = policies.flat_map(|policy| {
        elements.iter().filter_map(|element| policy.resource.text(&format!("{element}/reference"))).collect::<Vec<_>>()
    });
    references.any(|words| leads_to(words, patient.full_url.as_deref(), &patient.resource))
}
