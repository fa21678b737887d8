//! Which resource belongs in which section, and which of its fields a front desk reads.

use super::follow::{Followable, Followed, said};
use super::required::is_incomplete;
use super::whose::{PersonEntry, caution_of};
use super::{Caution, Fact, FactKind, IntakeItem, ItemId, Section, plain_text};
use crate::fhir::{Entry, PatientView, Resource, systems};
use crate::trust::Assurance;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// All items of one document, sorted by section; what has no section of its own becomes one last item, and what of it is
/// about somebody else one more.
pub(super) fn items_of(
    entries: Vec<Entry>,
    person: Option<&PersonEntry>,
    source: usize,
    assurance: &Assurance,
) -> Vec<IntakeItem> {
    let followable = Followable::of(&entries);
    let followed: Vec<Vec<Followed>> = entries.iter().map(|entry| followable.follow(&entry.resource)).collect();
    let (rest, own): (Vec<_>, Vec<_>) =
        entries.into_iter().zip(followed).partition(|(entry, _)| section_of(&entry.resource) == Section::Other);
    let item = |(entry, followed): (Entry, Vec<Followed>)| {
        let section = section_of(&entry.resource);
        let (title, facts) = read(section, &entry.resource, &followed);
        let incomplete = is_incomplete(&entry.resource, &followed).then_some(Caution::Incomplete);
        let whose = caution_of(&entry.resource, person);
        IntakeItem {
            id: ItemId(0),
            section,
            title: plain_text(&title),
            facts,
            cautions: cautions_of(&entry.resource).into_iter().chain(whose).chain(incomplete).collect(),
            source,
            assurance: assurance.clone(),
            full_url: entry.full_url,
            resource: entry.resource,
            followed,
            resources: 1,
        }
    };
    let mut items: Vec<IntakeItem> = own.into_iter().map(item).collect();
    items.sort_by_key(|item| item.section);
    let of_another = |entry: &Entry| caution_of(&entry.resource, person).is_some_and(Caution::forbids_taking);
    let (others, rest): (Vec<Entry>, Vec<Entry>) = rest.into_iter().map(|(entry, _)| entry).partition(of_another);
    for rest in [rest, others] {
        let caution = rest.iter().filter_map(|entry| caution_of(&entry.resource, person)).next();
        items.extend(rest_of(rest, caution, source, assurance));
    }
    items
}

fn section_of(resource: &Resource) -> Section {
    match resource.kind() {
        "Patient" => Section::Demographics,
        "Coverage" => Section::Insurance,
        "AllergyIntolerance" => Section::Allergies,
        "MedicationRequest" | "MedicationStatement" => Section::Medications,
        "Condition" => Section::Problems,
        "Immunization" => Section::Immunizations,
        "DocumentReference" => Section::Documents,
        _ => Section::Other,
    }
}

fn read(section: Section, resource: &Resource, followed: &[Followed]) -> (String, Vec<Fact>) {
    match section {
        Section::Demographics => demographics(resource),
        Section::Insurance => insurance(resource, followed),
        Section::Allergies => allergy(resource),
        Section::Medications => medication(resource, followed),
        Section::Problems => problem(resource),
        Section::Immunizations => immunization(resource),
        Section::Documents => document(resource),
        Section::Other => (resource.kind().to_owned(), Vec::new()),
    }
}

fn facts<const N: usize>(found: [(FactKind, Option<String>); N]) -> Vec<Fact> {
    let present = found.into_iter().filter_map(|(kind, text)| Some((kind, text?)));
    present.map(|(kind, text)| Fact { kind, text: plain_text(&text) }).collect()
}

fn owned(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

/// A date, or the date of a time; anything else as it was sent.
fn day(text: Option<&str>) -> Option<String> {
    let text = text?;
    let date = text.split_once('T').map_or(text, |(date, _)| date);
    Some(if date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') { date } else { text }.to_owned())
}

fn titled(resource: &Resource, concept: Option<String>) -> String {
    concept.unwrap_or_else(|| resource.kind().to_owned())
}

fn demographics(resource: &Resource) -> (String, Vec<Fact>) {
    let Some(patient) = PatientView::of(resource) else { return (String::new(), Vec::new()) };
    let facts = facts([
        (FactKind::BirthDate, owned(patient.birth_date())),
        (FactKind::Gender, owned(patient.gender())),
        (FactKind::Phone, owned(patient.contact("phone"))),
        (FactKind::Email, owned(patient.contact("email"))),
        (FactKind::Address, patient.address()),
    ]);
    (patient.name().unwrap_or_default(), facts)
}

fn insurance(resource: &Resource, followed: &[Followed]) -> (String, Vec<Fact>) {
    let class = |code: &str| {
        let classes = resource.list("/class").iter();
        let mut of_code = classes.filter(|class| {
            class["type"]["coding"].as_array().into_iter().flatten().any(|coding| coding["code"] == code)
        });
        of_code.find_map(|class| owned(class["value"].as_str()))
    };
    let payer = owned(resource.text("/payor/0/display"))
        .or_else(|| said(followed, "/payor/0"))
        .or_else(|| owned(resource.text("/payor/0/identifier/value")));
    let facts = facts([
        (FactKind::MemberId, owned(resource.first_text(&["/subscriberId", "/identifier/0/value"]))),
        (FactKind::Group, class("group")),
        (FactKind::Plan, class("plan")),
        (FactKind::RxBin, class("rxbin")),
        (FactKind::RxPcn, class("rxpcn")),
        (FactKind::Status, owned(resource.text("/status"))),
    ]);
    (titled(resource, payer.or_else(|| class("plan"))), facts)
}

fn allergy(resource: &Resource) -> (String, Vec<Fact>) {
    let facts = facts([
        (FactKind::Reaction, resource.concept("/reaction/0/manifestation/0")),
        (FactKind::Criticality, owned(resource.text("/criticality"))),
        (FactKind::Status, owned(resource.text("/clinicalStatus/coding/0/code"))),
        (FactKind::When, day(resource.first_text(&["/onsetDateTime", "/recordedDate"]))),
    ]);
    (titled(resource, resource.concept("/code")), facts)
}

fn medication(resource: &Resource, followed: &[Followed]) -> (String, Vec<Fact>) {
    let title = resource
        .concept("/medicationCodeableConcept")
        .or_else(|| said(followed, "/medicationReference"))
        .or_else(|| owned(resource.text("/medicationReference/display")));
    let facts = facts([
        (FactKind::Dosage, owned(resource.first_text(&["/dosageInstruction/0/text", "/dosage/0/text"]))),
        (FactKind::Status, owned(resource.text("/status"))),
        (FactKind::When, day(resource.first_text(&["/authoredOn", "/effectiveDateTime", "/dateAsserted"]))),
    ]);
    (titled(resource, title), facts)
}

fn problem(resource: &Resource) -> (String, Vec<Fact>) {
    let facts = facts([
        (FactKind::Status, owned(resource.text("/clinicalStatus/coding/0/code"))),
        (FactKind::When, day(resource.first_text(&["/onsetDateTime", "/onsetString", "/recordedDate"]))),
    ]);
    (titled(resource, resource.concept("/code")), facts)
}

fn immunization(resource: &Resource) -> (String, Vec<Fact>) {
    let facts = facts([
        (FactKind::When, day(resource.first_text(&["/occurrenceDateTime", "/occurrenceString"]))),
        (FactKind::Status, owned(resource.text("/status"))),
        (FactKind::Lot, owned(resource.text("/lotNumber"))),
    ]);
    (titled(resource, resource.concept("/vaccineCode")), facts)
}

/// The two PDF kinds are told apart by `type` (KTC 4.5) and named by what they are.
fn document(resource: &Resource) -> (String, Vec<Fact>) {
    let title = owned(resource.text("/description")).or_else(|| resource.concept("/type"));
    let attachment = resource.json().reveal().pointer("/content/0/attachment");
    let encoded = attachment.and_then(|attachment| attachment["data"].as_str()).map_or(0, str::len);
    let of_kind = |code: &str| resource.has_coding("/type", systems::LOINC, code).then(String::new);
    let facts = facts([
        (FactKind::RenderedPdf, of_kind(systems::RENDERED_PDF)),
        (FactKind::StoryPdf, of_kind(systems::STORY_PDF)),
        (FactKind::Format, owned(attachment.and_then(|attachment| attachment["contentType"].as_str()))),
        (FactKind::Size, (encoded > 0).then(|| format!("{} kB", (encoded * 3 / 4).div_ceil(1000)))),
        (FactKind::When, day(resource.text("/date"))),
    ]);
    (titled(resource, title), facts)
}

fn cautions_of(resource: &Resource) -> Vec<Caution> {
    let mut cautions = Vec::new();
    let verification =
        |code: &str| resource.list("/verificationStatus/coding").iter().any(|coding| coding["code"] == code);
    if resource.text("/status") == Some("entered-in-error") || verification("entered-in-error") {
        cautions.push(Caution::EnteredInError);
    }
    if resource.text("/status") == Some("not-done")
        || verification("refuted")
        || resource.json().reveal()["doNotPerform"] == true
    {
        cautions.push(Caution::Refuted);
    }
    if !resource.list("/modifierExtension").is_empty() {
        cautions.push(Caution::Modified);
    }
    cautions
}

/// Everything without a section, kept together in a collection Bundle of its own and counted by type.
fn rest_of(entries: Vec<Entry>, caution: Option<Caution>, source: usize, assurance: &Assurance) -> Option<IntakeItem> {
    if entries.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for entry in &entries {
        *counts.entry(entry.resource.kind().to_owned()).or_default() += 1;
    }
    let contents: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} × {count}")).collect();
    let resources = entries.len();
    let kept: Vec<Value> = entries
        .into_iter()
        .map(|entry| {
            let mut kept = Map::new();
            kept.extend(entry.full_url.map(|url| ("fullUrl".to_owned(), Value::String(url))));
            kept.insert("resource".to_owned(), entry.resource.json().reveal().clone());
            Value::Object(kept)
        })
        .collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": kept});
    Some(IntakeItem {
        id: ItemId(0),
        section: Section::Other,
        title: plain_text(&contents.join(", ")),
        facts: Vec::new(),
        cautions: caution.into_iter().collect(),
        source,
        assurance: assurance.clone(),
        full_url: None,
        resource: Resource::from_json(bundle)?,
        followed: Vec::new(),
        resources,
    })
}
