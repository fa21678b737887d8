//! Documents to items: each entry in its section, the rest together, nothing lost.

use super::ReferenceTarget;
use super::attachment::attachments;
use super::drafted::Drafted;
use super::references::EntryIndex;
use super::required::is_incomplete;
use super::subject::{Whom, caution_of};
use super::{
    Caution, Fact, FactKind, IntakeItem, ItemId, Section, attachment, code_against_words, composition, dates, flags,
    insurance, leaves, reading, resource_types,
};
use crate::fhir::{Bundle, Entry, RecordType, Resource};
use crate::sensitive::Sensitive;
use crate::text::said::MAX_CHARS;
use crate::text::{misleads, plain_text, shown};
use crate::time::Day;
use crate::trust::Assurance;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// So many entries of a form have an item of their own. Of more, those that nobody decides about one by one at a check-in
/// stand together with what has no section.
const MAX_ITEMS: usize = 20_000;
/// So many resources stand together in one item at most, and so many bytes: to look into it takes no longer than a glance.
const MAX_TOGETHER: (usize, usize) = (1_000, 1_000_000);

/// What all items of one document have in common.
pub(super) struct DocumentContext<'a> {
    pub person: Whom<'a>,
    pub source: usize,
    /// How many items the form has of documents before this one.
    pub items_before: usize,
    pub assurance: &'a Assurance,
    pub day: Day,
    /// Labels of the whole document, where it is restricted.
    pub labels: Sensitive<Value>,
}

/// What was read from one entry while the others were at hand.
struct Draft {
    section: Section,
    title: String,
    titled_by: Vec<u32>,
    facts: Vec<Fact>,
    cautions: Vec<Caution>,
    targets: Vec<ReferenceTarget>,
    /// Whether it goes with the rest, which stands together.
    is_supporting: bool,
    /// Where the Composition puts it; entries that it does not name come last.
    place: usize,
}

impl Draft {
    fn empty() -> Draft {
        Draft {
            section: Section::Other,
            title: String::new(),
            titled_by: Vec::new(),
            facts: Vec::new(),
            cautions: Vec::new(),
            targets: Vec::new(),
            is_supporting: false,
            place: 0,
        }
    }
}

/// All items of one document, by section, and in a section as the document orders them. What has no section of its own becomes
/// one last item, and what of it is about somebody else one more.
pub(super) fn items_of(bundle: Bundle, context: &DocumentContext<'_>) -> Vec<IntakeItem> {
    let (mut items, drafts) = {
        let entries = EntryIndex::new(&bundle.entries, context.day);
        let order = order_of(&bundle.entries, &entries);
        let made = bundle.timestamp.as_deref();
        let drafts: Vec<Draft> = bundle
            .entries
            .iter()
            .enumerate()
            .map(|(number, entry)| {
                let place = order.get(&number).copied().unwrap_or(usize::MAX);
                let is_beyond = context.items_before + number >= MAX_ITEMS && !is_decided_singly(&entry.resource);
                draft(&entry.resource, &entries, (made, bundle.is_restricted()), context.person, (place, is_beyond))
            })
            .collect();
        (statements_of(&bundle, &entries, context), drafts)
    };
    let mut placed: Vec<(usize, IntakeItem)> = Vec::new();
    let mut rest = Vec::new();
    for (entry, draft) in bundle.entries.into_iter().zip(drafts) {
        if draft.is_supporting {
            rest.push((entry, draft.cautions));
        } else {
            placed.push((draft.place, item_of(entry, draft, context)));
        }
    }
    placed.sort_by_key(|(place, _)| *place);
    items.extend(placed.into_iter().map(|(_, item)| item));
    let policy =
        |item: &IntakeItem| (item.section == Section::Insurance).then(|| insurance::place(&item.resource, context.day));
    items.sort_by_key(|item| (item.section, policy(item)));
    let of_another = |(_, cautions): &OfRest| cautions.iter().any(|caution| caution.forbids_taking());
    let (others, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(of_another);
    for rest in [rest, others] {
        items.extend(together(rest).into_iter().filter_map(|some| rest_of(some, context)));
    }
    items
}

/// Whether staff decide about each record of this type, however many there are.
fn is_decided_singly(resource: &Resource) -> bool {
    match RecordType::read_as(resource.kind()).map_or(Section::Other, Section::from_record_type) {
        Section::Demographics
        | Section::Insurance
        | Section::Allergies
        | Section::Medications
        | Section::Problems
        | Section::Immunizations
        | Section::Documents
        | Section::Forms => true,
        Section::Results
        | Section::VitalSigns
        | Section::Procedures
        | Section::History
        | Section::Care
        | Section::Other => false,
    }
}

/// An entry without an item of its own, and its cautions.
type OfRest = (Entry, Vec<Caution>);

/// The rest, in order, a limited number together.
fn together(rest: Vec<OfRest>) -> Vec<Vec<OfRest>> {
    let (most, most_bytes) = MAX_TOGETHER;
    let (mut all, mut bytes): (Vec<Vec<OfRest>>, usize) = (Vec::new(), 0);
    for (entry, cautions) in rest {
        let length = entry.resource.text_length();
        match all.last_mut().filter(|some| some.len() < most && bytes + length <= most_bytes) {
            Some(some) => {
                bytes += length;
                some.push((entry, cautions));
            }
            None => {
                bytes = length;
                all.push(vec![(entry, cautions)]);
            }
        }
    }
    all
}

/// The place of each entry that a Composition names (FHIR R4 documents 2.37.1), in the order of its sections.
fn order_of(entries: &[Entry], index: &EntryIndex<'_>) -> BTreeMap<usize, usize> {
    let mut order = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.resource.is(RecordType::Composition)) {
        for number in composition::references(&entry.resource).filter_map(|words| index.place_of(words)) {
            let next = order.len();
            order.entry(number).or_insert(next);
        }
    }
    order
}

fn draft(
    resource: &Resource,
    entries: &EntryIndex<'_>,
    (made, restricted): (Option<&str>, bool),
    person: Whom<'_>,
    (place, is_beyond): (usize, bool),
) -> Draft {
    let resource = &resource.for_one_look();
    let restricted = restricted.then_some(Caution::Restricted);
    if is_beyond {
        let cautions = flags::cautions_of(resource).into_iter().filter(|caution| *caution == Caution::Restricted);
        let more = [restricted, caution_of(resource, person, entries)];
        let cautions = cautions.chain(more.into_iter().flatten()).collect();
        return Draft { cautions, is_supporting: true, place, ..Draft::empty() };
    }
    let attachments = attachments(resource);
    let targets = entries.targets_of(resource, &attachments);
    let read = reading::read(resource, &targets, &attachments, entries);
    let mut facts = read.facts;
    let mut cautions = flags::cautions_of(resource);
    let section = resource_types::section_of(resource);
    let is_supporting = resource_types::is_supporting(resource);
    if let Some(name) = code_against_words::code_against_words(resource, &targets) {
        cautions.push(Caution::WordsDiffer);
        let ours = Fact::sent(FactKind::Coded, shown(&name, MAX_CHARS));
        if facts.iter().all(|fact| fact.kind != ours.kind || fact.said != ours.said) {
            facts.push(ours);
        }
    }
    let more = [
        restricted.filter(|caution| !cautions.contains(caution)),
        dates::has_doubtful_date(resource, made).then_some(Caution::DateDoubtful),
        (!is_supporting).then(|| attachment::caution_of(&attachments, &targets)).flatten(),
        (!read.is_titled && section != Section::Other).then_some(Caution::Untitled),
        caution_of(resource, person, entries),
        is_incomplete(resource, &targets).then_some(Caution::Incomplete),
        resource.is(RecordType::OperationOutcome).then_some(Caution::ForReading),
    ];
    cautions.extend(more.into_iter().flatten());
    let (title, titled_by) = (read.title, read.titled_by);
    Draft { section, title, titled_by, facts, cautions, targets, is_supporting, place }
}

fn item_of(entry: Entry, draft: Draft, context: &DocumentContext<'_>) -> IntakeItem {
    let title = plain_text(&draft.title);
    // Of a title that is cut, the whole stands under what became no fact.
    let is_whole = !title.reveal().ends_with('…') || draft.title.ends_with('…');
    let titled_by = if is_whole { draft.titled_by } else { Vec::new() };
    let mut cautions = draft.cautions;
    if misleads(title.reveal()) || draft.facts.iter().any(|fact| fact.said.misleads()) {
        cautions.push(Caution::HiddenCharacters);
    }
    cautions.extend(insurance::caution_of(&entry.resource, context.day));
    let mut facts = draft.facts;
    facts.shrink_to_fit();
    IntakeItem {
        id: ItemId(0),
        section: draft.section,
        title,
        titled_by,
        facts,
        cautions,
        source: context.source,
        assurance: context.assurance.clone(),
        full_url: entry.full_url,
        resource: entry.resource,
        targets: draft.targets,
        labels: context.labels.clone(),
        resources: 1,
        viewable_names: OnceLock::new(),
        drawn_whole: OnceLock::new(),
    }
}

/// What the sections of a Composition say of which no entry is there. They stand for no resource.
fn statements_of(bundle: &Bundle, entries: &EntryIndex<'_>, context: &DocumentContext<'_>) -> Vec<IntakeItem> {
    let is_there = |name: &str| entries.place_of(name).is_some();
    let statements = bundle.of_type(RecordType::Composition).flat_map(|entry| {
        let subject = caution_of(&entry.resource, context.person, entries);
        composition::statements(&entry.resource, &is_there, context.day)
            .into_iter()
            .map(move |statement| (statement, subject))
    });
    let restricted = bundle.is_restricted().then_some(Caution::Restricted);
    let items = statements.map(|(statement, subject)| {
        let cautions = restricted.into_iter().chain(subject).chain([Caution::ForReading]).collect();
        let draft = Draft {
            section: statement.section,
            title: statement.title,
            facts: statement.facts,
            cautions,
            ..Draft::empty()
        };
        let entry = Entry { full_url: None, resource: statement.resource };
        IntakeItem { resources: 0, ..item_of(entry, draft, context) }
    });
    items.collect()
}

/// Everything without a section, kept together in a collection Bundle of its own and counted by type.
fn rest_of(entries: Vec<OfRest>, context: &DocumentContext<'_>) -> Option<IntakeItem> {
    if entries.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut cautions: Vec<Caution> = Vec::new();
    for (entry, own) in &entries {
        *counts.entry(entry.resource.kind().to_owned()).or_default() += 1;
        own.iter().for_each(|caution| {
            if !cautions.contains(caution) {
                cautions.push(*caution)
            }
        });
    }
    let contents: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind} × {count}")).collect();
    let resources = entries.len();
    let kept = entries.into_iter().map(|(entry, _)| (entry.full_url, entry.resource));
    let bundle = Resource::collection_of(kept)?;
    // What is about somebody else is not read out beside this patient.
    let is_read_out = !cautions.contains(&Caution::OfAnother);
    let facts = if is_read_out { facts_of_rest(&bundle.for_one_look(), context.day) } else { Vec::new() };
    if facts.iter().any(|fact| fact.said.misleads()) {
        cautions.push(Caution::HiddenCharacters);
    }
    Some(IntakeItem {
        id: ItemId(0),
        section: Section::Other,
        title: shown(&contents.join(", "), MAX_CHARS),
        titled_by: Vec::new(),
        facts,
        cautions,
        source: context.source,
        assurance: context.assurance.clone(),
        full_url: None,
        resource: bundle,
        targets: Vec::new(),
        labels: context.labels.clone(),
        resources,
        viewable_names: OnceLock::new(),
        drawn_whole: OnceLock::new(),
    })
}

/// What each resource of the rest says, by its type.
fn facts_of_rest(bundle: &Resource, day: Day) -> Vec<Fact> {
    let entries = bundle.list("/entry");
    let resources = entries.iter().map(|entry| &entry["resource"]);
    let drafted = resources.filter_map(|resource| {
        let said = reading::supporting_words(resource, day)?;
        Some(Drafted::new(FactKind::Element, resource["resourceType"].as_str(), said))
    });
    let (mut facts, from): (Vec<Fact>, Vec<Vec<&Value>>) = drafted.map(|it| (it.fact, it.from)).unzip();
    leaves::number(bundle.json().reveal(), &[], facts.iter_mut().zip(from));
    facts
}
