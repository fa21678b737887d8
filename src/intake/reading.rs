//! What an item is called and what it says: the row of its type, read from the resource.

use super::ReferenceTarget;
use super::attachment::Found;
use super::references::{EntryIndex, said};
use super::resource_types::{ResourceType, row_of};
use super::{Fact, FactKind, attachment, flags, insurance, narrative};
use crate::fhir::{
    Names, PatientView, RecordType, Resource, found, named_words, named_words_at, systems, words, words_at,
};
use crate::text::{plain_text, shown};
use serde_json::Value;

/// How far a narrative is read where a resource says nothing else.
const MAX_NARRATIVE_CHARS: usize = 4_000;
/// More parts of a measurement, answers of a form or reasons of absence are not read out.
const MAX_PARTS: usize = 200;

/// Title and facts of a resource with a section of its own.
pub(super) fn read(
    resource: &Resource,
    targets: &[ReferenceTarget],
    attachments: &[Found<'_>],
    entries: &EntryIndex<'_>,
) -> (String, Vec<Fact>) {
    let Some(row) = resource.record_type().and_then(row_of) else { return (resource.kind().to_owned(), Vec::new()) };
    let json = resource.json().reveal();
    let names: Names<'_> = &|reference| entries.name_behind(reference, resource);
    let (title, mut said) = match resource.record_type() {
        Some(RecordType::Patient) => demographics(resource),
        Some(RecordType::Coverage) => policy(resource, targets, &entries.payers_of(resource), names),
        Some(RecordType::DocumentReference) => (first(json, row.title, names), document(resource)),
        _ => (title_of(row, json, targets, names), facts_of(row, resource, names)),
    };
    said.extend(flags::stated_absence(resource).map(|kind| (kind, String::new())));
    let mut facts: Vec<Fact> = said.into_iter().map(|(kind, text)| Fact { kind, text: plain_text(&text) }).collect();
    facts.extend(absences(json));
    facts.extend(attachment::facts_of(attachments, targets));
    let incidental = [FactKind::Status, FactKind::When, FactKind::Category, FactKind::Verification];
    if title.is_none() && facts.iter().all(|fact| incidental.contains(&fact.kind)) {
        let text = resource.text("/text/div").map(narrative::text_of).filter(|text| !text.is_empty());
        facts.extend(text.map(|text| Fact { kind: FactKind::Text, text: shown(&text, MAX_NARRATIVE_CHARS) }));
    }
    (title.unwrap_or_else(|| resource.kind().to_owned()), facts)
}

/// The first of several paths that says something.
fn first(json: &Value, paths: &str, names: Names<'_>) -> Option<String> {
    paths.split('|').find_map(|path| named_words_at(json, path, names))
}

/// A drug in another entry is called what that entry calls it, whatever the reference displays.
fn title_of(row: &ResourceType, json: &Value, targets: &[ReferenceTarget], names: Names<'_>) -> Option<String> {
    let drug = || words_at(json, "medicationCodeableConcept").or_else(|| said(targets, "/medicationReference"));
    let drug = if row.title == "medication[x]" { drug() } else { None };
    drug.or_else(|| first(json, row.title, names))
}

fn facts_of(row: &ResourceType, resource: &Resource, names: Names<'_>) -> Vec<(FactKind, String)> {
    let json = resource.json().reveal();
    let mut facts = Vec::new();
    for (kind, paths) in row.facts {
        match kind {
            FactKind::Answer => facts.extend(answers(json, names)),
            FactKind::Verification => {
                let word = first(json, paths, names).filter(|word| word != "confirmed");
                facts.extend(word.map(|word| (*kind, word)));
            }
            _ => facts.extend(first(json, paths, names).map(|text| (*kind, text))),
        }
        if *kind == FactKind::Value && resource.is(RecordType::Observation) {
            facts.extend(parts(json, names));
        }
    }
    facts
}

/// The components of a measurement, each with its value or the reason why it has none.
fn parts(json: &Value, names: Names<'_>) -> impl Iterator<Item = (FactKind, String)> {
    found(json, "component").into_iter().take(MAX_PARTS).map(|part| {
        let value = named_words_at(part, "value[x]", names).or_else(|| named_words_at(part, "dataAbsentReason", names));
        let more = [
            named_words_at(part, "interpretation", names),
            named_words_at(part, "referenceRange", names).map(|range| format!("({range})")),
        ];
        let said = [named_words(&part["code"], names), value].into_iter().chain(more).flatten();
        (FactKind::Part, said.collect::<Vec<_>>().join(" "))
    })
}

/// Every question with its answers, in order; groups are walked through.
fn answers(json: &Value, names: Names<'_>) -> Vec<(FactKind, String)> {
    let mut open: Vec<&Value> = found(json, "item").into_iter().rev().collect();
    let (mut facts, mut steps) = (Vec::new(), 0);
    while let Some(item) = open.pop().filter(|_| facts.len() < MAX_PARTS && steps < 10 * MAX_PARTS) {
        steps += 1;
        let inner = found(item, "item").into_iter().chain(found(item, "answer/item"));
        open.extend(inner.collect::<Vec<_>>().into_iter().rev());
        let question = words(&item["text"]).or_else(|| words(&item["linkId"])).unwrap_or_default();
        match named_words_at(item, "answer/value[x]", names) {
            Some(answer) => facts.push((FactKind::Answer, format!("{question}: {answer}"))),
            None if item["item"].is_null() => facts.push((FactKind::Answer, format!("{question}: –"))),
            None => {}
        }
    }
    facts
}

fn demographics(resource: &Resource) -> (Option<String>, Vec<(FactKind, String)>) {
    let Some(patient) = PatientView::of(resource) else { return (None, Vec::new()) };
    let json = resource.json().reveal();
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let contacts = found(json, "contact").into_iter().take(4).map(|contact| {
        let said = ["name", "relationship", "telecom"].iter().filter_map(|part| words_at(contact, part));
        (FactKind::Contact, Some(said.collect::<Vec<_>>().join(", ")).filter(|said| !said.is_empty()))
    });
    let facts = [
        (FactKind::BirthDate, owned(patient.birth_date())),
        (FactKind::Gender, owned(patient.gender())),
        (FactKind::Phone, owned(patient.contact("phone"))),
        (FactKind::Email, owned(patient.contact("email"))),
        (FactKind::Address, patient.address()),
        (FactKind::Language, words_at(json, "communication/language")),
        (FactKind::Deceased, words_at(json, "deceased[x]").filter(|said| said != "no")),
    ];
    let facts = facts.into_iter().chain(contacts).filter_map(|(kind, text)| Some((kind, text?)));
    (Some(patient.name().unwrap_or_default()), facts.collect())
}

fn policy(
    resource: &Resource,
    targets: &[ReferenceTarget],
    payers: &[&Resource],
    names: Names<'_>,
) -> (Option<String>, Vec<(FactKind, String)>) {
    let facts = insurance::facts(resource, payers, names);
    let title = resource.text("/payor/0/display").map(str::to_owned).or_else(|| said(targets, "/payor/0"));
    let plan = facts.iter().find(|(kind, _)| *kind == FactKind::Plan).map(|(_, plan)| plan.clone());
    (title.or_else(|| words_at(resource.json().reveal(), "payor/identifier/value")).or(plan), facts)
}

/// The two PDF kinds are told apart by `type` (KTC "PatientSharedDocumentReference") and named by what they are.
fn document(resource: &Resource) -> Vec<(FactKind, String)> {
    let attachment = resource.json().reveal().pointer("/content/0/attachment");
    let encoded = attachment.and_then(|attachment| attachment["data"].as_str()).map_or(0, str::len);
    let of_kind = |code: &str| resource.has_coding("/type", systems::LOINC, code).then(String::new);
    let format = attachment.and_then(|attachment| attachment["contentType"].as_str()).map(str::to_owned);
    let facts = [
        (FactKind::RenderedPdf, of_kind(systems::RENDERED_PDF)),
        (FactKind::StoryPdf, of_kind(systems::STORY_PDF)),
        (FactKind::Format, format),
        (FactKind::Size, (encoded > 0).then(|| format!("{} kB", (encoded * 3 / 4).div_ceil(1000)))),
        (FactKind::When, words_at(resource.json().reveal(), "date")),
        (FactKind::Status, resource.text("/status").filter(|status| *status != "current").map(str::to_owned)),
        (FactKind::Status, resource.text("/docStatus").filter(|status| *status != "final").map(str::to_owned)),
    ];
    facts.into_iter().filter_map(|(kind, text)| Some((kind, text?))).collect()
}

/// Why something is missing: of the whole value, or of a named element.
fn absences(json: &Value) -> Vec<Fact> {
    const URL: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
    let fact = |code: &str, element: &str| {
        let kind = FactKind::of_absence(code);
        let unexplained = kind == FactKind::AbsentUnexplained;
        let said =
            [Some(element), Some(code).filter(|_| unexplained)].into_iter().flatten().filter(|it| !it.is_empty());
        Fact { kind, text: plain_text(&said.collect::<Vec<_>>().join(": ")) }
    };
    let whole = found(json, "dataAbsentReason/coding/code").into_iter().chain(found(json, "dataAbsentReason/text"));
    let mut facts: Vec<Fact> = whole.into_iter().take(1).filter_map(Value::as_str).map(|code| fact(code, "")).collect();
    let Value::Object(members) = json else { return facts };
    for (element, member) in members.iter().take(MAX_PARTS) {
        let extensions = found(member, "extension").into_iter().filter(|extension| extension["url"] == URL);
        let element = element.trim_start_matches('_');
        facts.extend(extensions.filter_map(|it| it["valueCode"].as_str()).take(4).map(|code| fact(code, element)));
    }
    facts
}
