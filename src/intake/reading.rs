//! What an item is called and what it says: the row of its type, read from the resource. Each fact knows the leaves that say it.

use super::attachment::Found;
use super::drafted::{Drafted, facts_at};
use super::reference_target::DRUG;
use super::references::{EntryIndex, said};
use super::resource_types::{ResourceType, is_supporting, row_for};
use super::{
    Fact, FactKind, ReferenceTarget, absence, attachment, code_against_words, demographics, document, insurance,
    leaves, narrative,
};
use crate::fhir::{Context, RecordType, Resource, Words, each, find, member, written_out, written_out_behind};
use crate::language::Language;
use crate::text::Said;
use crate::text::said::element_in;
use crate::text::shown;
use crate::time::Day;
use serde_json::Value;
use std::collections::HashSet;

/// Where a resource of a type without a row says what it is.
const USUAL_TITLES: &str = "code|code[x]|title|name|type|description|event|productOrService|suppliedItem|payload|summary|\
    detail|issue|category|item|entry|location|recommendation/vaccineCode|oralDiet|lensSpecification";
/// Elements of a resource that are read elsewhere: whose it is, what is inside, the narrative, the bookkeeping.
const NO_FACTS: [&str; 14] = [
    "resourceType",
    "id",
    "meta",
    "implicitRules",
    "language",
    "text",
    "contained",
    "extension",
    "modifierExtension",
    "subject",
    "patient",
    "beneficiary",
    "for",
    "individual",
];

/// What was read of one resource.
pub(super) struct Read {
    pub title: String,
    /// The leaves that the title says.
    pub titled_by: Vec<u32>,
    /// Whether the resource says itself what it is.
    pub is_titled: bool,
    pub facts: Vec<Fact>,
}

/// Title and facts of a resource.
pub(super) fn read(
    resource: &Resource,
    targets: &[ReferenceTarget],
    attachments: &[Found<'_>],
    entries: &EntryIndex<'_>,
) -> Read {
    let json = resource.json().reveal();
    let context = Context { names: &|reference| entries.name_behind(reference, resource), day: entries.day() };
    let mut title: Option<(String, Vec<&Value>)> = None;
    let mut drafted: Vec<Drafted<'_>> = Vec::new();
    match (resource.record_type(), row_for(resource)) {
        (Some(RecordType::Patient), _) => title = demographics::read(resource, context.day, &mut drafted),
        (Some(RecordType::Coverage), _) => {
            insurance::facts(resource, &entries.payers_of(resource), context, &mut drafted);
            title = insurance::title(resource, targets, context);
        }
        (_, Some(row)) => {
            title = title_of(row, json, targets, context);
            for (kind, path) in row.facts {
                facts_at(json, *kind, path, context, &mut drafted);
            }
            if resource.is(RecordType::QuestionnaireResponse) {
                answers(json, context, &mut drafted);
            }
            if resource.is(RecordType::DocumentReference) {
                document::facts(resource, &mut drafted);
            }
        }
        (_, None) if is_supporting(resource) => {}
        (_, None) => {
            title = USUAL_TITLES.split('|').find_map(|path| first(json, path, context));
            facts_of_any(json, context, &mut drafted);
        }
    }
    standard_extensions(json, context, &mut drafted);
    let same_names = code_against_words::names_of_code(resource, targets, &mut drafted);
    // Where nothing else says what it is, its narrative does; of a care plan it is the plan itself (US Core CarePlan).
    if resource.is(RecordType::CarePlan) || title.is_none() && !is_supporting(resource) {
        drafted.extend(told_by_narrative(json));
    }
    absence::facts(resource, targets, title.as_ref().map(|(title, _)| title.as_str()), &mut drafted);
    let mut of_title = title.as_ref().map(|(_, from)| from.clone()).unwrap_or_default();
    for (words, name) in same_names {
        if of_title.iter().any(|leaf| std::ptr::eq(*leaf, words)) {
            of_title.push(name);
        }
    }
    // Codes of who a person is are none of a record.
    if !resource.is(RecordType::Patient) {
        drafted.extend(codes(json, targets, &of_title, &drafted));
    }
    // What the title says already is no fact beside it.
    drafted.retain(|it| {
        it.from.is_empty() || !it.from.iter().all(|leaf| of_title.iter().any(|known| std::ptr::eq(*known, *leaf)))
    });
    let (mut facts, froms): (Vec<Fact>, Vec<Vec<&Value>>) = drafted.into_iter().map(|it| (it.fact, it.from)).unzip();
    let titled_by = leaves::number(json, &of_title, facts.iter_mut().zip(froms));
    facts.extend(attachment::facts_of(attachments, targets));
    let is_titled = title.is_some();
    let title = title.map_or_else(|| element_in(Language::English, resource.kind()), |(title, _)| title);
    Read { title, titled_by, is_titled, facts }
}

/// The codes that no fact and not the title says.
fn codes<'v>(
    json: &'v Value,
    targets: &[ReferenceTarget],
    title: &[&'v Value],
    drafted: &[Drafted<'v>],
) -> Option<Drafted<'v>> {
    let said = title.iter().chain(drafted.iter().flat_map(|it| &it.from));
    let said: HashSet<*const Value> = said.map(|leaf| std::ptr::from_ref(*leaf)).collect();
    let mut words = Words::default();
    written_out(json, &|leaf| said.contains(&std::ptr::from_ref(leaf)), &mut words);
    let drug = targets.iter().find(|target| target.pointer == DRUG);
    drug.into_iter().for_each(|drug| written_out_behind(drug.concept.reveal(), &mut words));
    words.said_anything().then(|| Drafted::new(FactKind::Codes, None, words.finish()))
}

/// The narrative, where it says something (FHIR R4 2.4).
fn told_by_narrative(json: &Value) -> Option<Drafted<'_>> {
    let div = json["text"].as_object().and_then(|text| member(text, "div"))?;
    // Whole: a long one is read page by page.
    let text = shown(&narrative::text_of(div.as_str()?), usize::MAX);
    (!text.reveal().is_empty()).then(|| Drafted { fact: Fact::sent(FactKind::Text, text), from: vec![div] })
}

/// What all values at a path say, one after the other, as a title.
fn first<'v>(json: &'v Value, path: &str, context: Context<'_>) -> Option<(String, Vec<&'v Value>)> {
    let (mut said, mut from): (Vec<String>, Vec<&Value>) = (Vec::new(), Vec::new());
    find(json, Some(path), &mut |name, value| {
        let Some(words) = Words::of(name, value, context) else { return };
        let (words, leaves) = words.finish();
        let text = words.text(Language::English).reveal().clone();
        if !said.contains(&text) {
            said.push(text);
        }
        from.extend(leaves);
    });
    (!said.is_empty()).then(|| (said.join("; "), from))
}

/// A drug in another entry is called what that entry calls it, whatever the reference displays.
fn title_of<'v>(
    row: &ResourceType,
    json: &'v Value,
    targets: &[ReferenceTarget],
    context: Context<'_>,
) -> Option<(String, Vec<&'v Value>)> {
    let drug = || {
        let own = first(json, "medicationCodeableConcept", context);
        own.or_else(|| Some((said(targets, DRUG)?, Vec::new())))
    };
    let drug = if row.title.starts_with("medication") { drug() } else { None };
    drug.or_else(|| row.title.split('|').find_map(|path| first(json, path, context)))
}

/// Every element of a resource of a type without a row, by its own name.
fn facts_of_any<'v>(json: &'v Value, context: Context<'_>, drafted: &mut Vec<Drafted<'v>>) {
    let Value::Object(members) = json else { return };
    let read = |name: &str| !NO_FACTS.contains(&name) && !name.starts_with('_');
    for (name, _) in members.iter().filter(|(name, _)| read(name)) {
        facts_at(json, FactKind::Element, name, context, drafted);
    }
}

/// What a resource that others refer to says, in one line.
pub(super) fn supporting_words(resource: &Value, day: Day) -> Option<(Said, Vec<&Value>)> {
    let Value::Object(members) = resource else { return None };
    let mut words = Words::default();
    for (name, value) in members.iter().filter(|(name, _)| !NO_FACTS.contains(&name.as_str()) && !name.starts_with('_'))
    {
        words.say_member(name, value, name == "name" || name == "code", Context::on(day));
    }
    let said = words.finish();
    (!said.0.is_empty()).then_some(said)
}

/// Extensions of HL7's own guides: what profiles put there belongs to the record (US Core, R4 core extensions).
pub(super) fn standard_extensions<'v>(json: &'v Value, context: Context<'_>, drafted: &mut Vec<Drafted<'v>>) {
    const QUIET: [&str; 3] = ["data-absent-reason", "iso21090", "C4DIC-"];
    for extension in each(&json["extension"]) {
        let Some(url) = extension["url"].as_str().filter(|url| url.starts_with("http://hl7.org/fhir/")) else {
            continue;
        };
        let last = url.rsplit('/').next().unwrap_or_default();
        if QUIET.iter().any(|quiet| last.contains(quiet)) {
            continue;
        }
        let mut words = Words::default();
        // The codes of a sex come without words (US Core Birth Sex and Individual Sex).
        let is_sex = last.ends_with("birthsex") || last.ends_with("-sex");
        find(extension, Some("value[x]"), &mut |name, value| {
            let coded = value.as_object().filter(|it| !it.contains_key("display")).and_then(|it| member(it, "code"));
            match coded.or(Some(value)).and_then(|leaf| Some((leaf, leaf.as_str()?))).filter(|_| is_sex) {
                Some((leaf, code)) => {
                    words.used(leaf);
                    words.writer().code("v3-administrativegender", code);
                }
                None => {
                    words.say(name, value, context);
                }
            }
        });
        // Race and ethnicity say themselves in one text, which stands first; a category of the same words adds nothing.
        let (text, others): (Vec<&Value>, Vec<&Value>) =
            each(&extension["extension"]).iter().partition(|part| part["url"] == "text");
        let text_words = text.first().and_then(|part| part["valueString"].as_str());
        for part in text.iter().chain(&others) {
            find(part, Some("value[x]"), &mut |name, value| {
                if text_words.is_some_and(|text| value["display"].as_str() == Some(text)) {
                    words.used(&value["display"]);
                    return;
                }
                words.writer().next(", ");
                // Yes and no say nothing without what is asked.
                if let Some(asked) = part["url"].as_str().filter(|_| value.is_boolean()) {
                    words.writer().element(asked);
                    words.writer().glue(": ");
                }
                words.say(name, value, context);
            });
        }
        let said = words.finish();
        if !said.0.is_empty() {
            let label = ["us-core-", "individual-", "patient-"]
                .iter()
                .find_map(|prefix| last.strip_prefix(prefix))
                .unwrap_or(last);
            drafted.push(Drafted::new(FactKind::Element, Some(label), said));
        }
    }
}

/// Every question with its answers, in order; groups are walked through.
fn answers<'v>(json: &'v Value, context: Context<'_>, drafted: &mut Vec<Drafted<'v>>) {
    /// More steps are not walked; what was not reached stands under what became no fact.
    const MAX_STEPS: usize = 20_000;
    let mut open: Vec<&Value> = each(&json["item"]).iter().rev().collect();
    let mut steps = 0;
    while let Some(item) = open.pop().filter(|_| steps < MAX_STEPS) {
        steps += 1;
        let of_answers = each(&item["answer"]).iter().flat_map(|answer| each(&answer["item"]));
        let inner: Vec<&Value> = each(&item["item"]).iter().chain(of_answers).collect();
        open.extend(inner.iter().rev());
        let Value::Object(members) = item else { continue };
        let mut words = Words::default();
        if !["text", "linkId"].iter().any(|name| member(members, name).is_some_and(|it| words.say(name, it, context))) {
            words.writer().glue("?");
        }
        let mut answered = false;
        words.writer().next(": ");
        for answer in each(&item["answer"]) {
            find(answer, Some("value[x]"), &mut |name, value| {
                answered |= words.say(name, value, context);
                words.writer().next(", ");
            });
        }
        if !answered && inner.is_empty() {
            words.writer().next(": ");
            words.writer().glue("–");
        }
        if answered || inner.is_empty() {
            drafted.push(Drafted::new(FactKind::Answer, None, words.finish()));
        }
    }
}
