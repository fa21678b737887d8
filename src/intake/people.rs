//! The people whom a share describes, and which of its entries are whose.
//!
//! A document that describes several people is divided: each gets the records that name them and what those refer to. Where a
//! Composition says whom the document is about (FHIR R4 Composition.subject), what is of others is left out and counted. What
//! names nobody goes to nobody where several are described. Two people never meet in one form.

use super::entry_name::Spelling;
use super::person::{Sameness, said_by};
use super::references::EntryIndex;
use super::subject::{subjects_of, taking_part_in};
use super::{IntakeDefect, SharedDocument};
use crate::fhir::{Bundle, Entry, RecordType, Resource};
use crate::time::Day;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// More people than this are no share for a front desk.
const MAX_PEOPLE: usize = 20;

/// Everything that a share holds about one person.
#[derive(Default)]
pub(super) struct Belongings {
    /// Their documents, in order.
    pub documents: Vec<(SharedDocument, Described)>,
    /// How many entries of these documents are about others, or about nobody can say whom.
    pub left_out: usize,
}

/// How a document describes the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Described {
    /// As the first does.
    Surely,
    /// In another spelling: perhaps it is the same person.
    Perhaps,
    /// Not at all.
    NotAtAll,
}

/// For each entry of a document, whom it describes, if it is a Patient.
type PatientPlaces = Vec<Option<usize>>;

/// Everybody who is described, each once.
struct People {
    /// Their first Patients.
    patients: Vec<Resource>,
    /// For each, who stands first among those who may be the same person.
    first: Vec<usize>,
    /// The day by which they are compared.
    day: Day,
}

/// The belongings of each person, in the order of the share; of a share that describes nobody, all documents together.
pub(super) fn by_person(documents: Vec<SharedDocument>, day: Day) -> Result<Vec<Belongings>, IntakeDefect> {
    let (people, described) = People::of(&documents, day)?;
    let mut belongings: BTreeMap<usize, Belongings> = BTreeMap::new();
    let mut left_out = 0;
    let is_one_form = people.first.iter().all(|first| *first == 0);
    for (document, described) in documents.into_iter().zip(described) {
        let people_here: BTreeSet<usize> = described.iter().copied().flatten().collect();
        match people_here.first() {
            None if is_one_form => belongings.entry(0).or_default().documents.push((document, Described::NotAtAll)),
            // Nothing shows whose it is, and there are several.
            None => left_out += document.bundle.entries.len(),
            Some(only) if people_here.len() == 1 => people.give(&mut belongings, *only, document),
            Some(_) => {
                let (parts, rest) = divided(document, &described, &people);
                left_out += rest;
                parts.into_iter().for_each(|(person, part)| people.give(&mut belongings, person, part));
            }
        }
    }
    let mut belongings: Vec<Belongings> = belongings.into_values().collect();
    belongings.iter_mut().for_each(|theirs| theirs.left_out = left_out);
    Ok(belongings)
}

/// The Patients whom a Bundle is about: the one whom its Composition names, else all.
pub(super) fn subjects_of_bundle(bundle: &Bundle) -> Vec<&Entry> {
    let patients: Vec<&Entry> = bundle.of_type(RecordType::Patient).collect();
    match main_patient(&bundle.entries).and_then(|place| bundle.entries.get(place)) {
        Some(main) => vec![main],
        None => patients,
    }
}

impl People {
    /// And for each entry of each document, whom it describes, if it is a Patient.
    fn of(documents: &[SharedDocument], day: Day) -> Result<(People, Vec<PatientPlaces>), IntakeDefect> {
        let mut people = People { patients: Vec::new(), first: Vec::new(), day };
        let mut described = Vec::new();
        for document in documents {
            // An identical Patient in one document is the same, even where it says too little to be compared with others.
            let mut said_here: HashMap<String, usize> = HashMap::new();
            let mut of_document = Vec::new();
            for entry in &document.bundle.entries {
                let patient = Some(&entry.resource).filter(|resource| resource.is(RecordType::Patient));
                let person = patient.map(|patient| {
                    let said = said_by(patient);
                    let again = said.as_ref().and_then(|said| said_here.get(said).copied());
                    let person = again.unwrap_or_else(|| people.find_or_add(patient));
                    said_here.extend(said.map(|said| (said, person)));
                    person
                });
                if people.patients.len() > MAX_PEOPLE {
                    return Err(IntakeDefect::SeveralPatients);
                }
                of_document.push(person);
            }
            described.push(of_document);
        }
        people.compare();
        Ok((people, described))
    }

    fn find_or_add(&mut self, patient: &Resource) -> usize {
        let known = self.patients.iter().position(|known| Sameness::of(known, patient, self.day) == Sameness::Same);
        known.unwrap_or_else(|| {
            self.patients.push(patient.clone());
            self.patients.len() - 1
        })
    }

    /// Who may be the same person stands together, unless one of them is certainly another than one of the rest: then nobody
    /// can say with whom the others belong.
    fn compare(&mut self) {
        let count = self.patients.len();
        let sameness: Vec<Vec<Sameness>> = self
            .patients
            .iter()
            .map(|one| self.patients.iter().map(|other| Sameness::of(one, other, self.day)).collect())
            .collect();
        let of = |one: usize, other: usize| sameness.get(one).and_then(|row| row.get(other)).copied();
        let may_be = |one: usize, other: usize| one == other || of(one, other) != Some(Sameness::Another);
        self.first = (0..count).collect();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for start in 0..count {
            let (mut together, mut open) = (BTreeSet::new(), vec![start]);
            while let Some(one) = open.pop().filter(|_| !seen.contains(&start)) {
                if together.insert(one) {
                    open.extend((0..count).filter(|other| may_be(one, *other)));
                }
            }
            seen.extend(&together);
            if together.iter().all(|one| together.iter().all(|other| may_be(*one, *other))) {
                self.first
                    .iter_mut()
                    .enumerate()
                    .filter(|(one, _)| together.contains(one))
                    .for_each(|(_, first)| *first = start);
            }
        }
    }

    fn first_of(&self, person: usize) -> usize {
        self.first.get(person).copied().unwrap_or(person)
    }

    fn may_be(&self, one: usize, other: usize) -> bool {
        self.first_of(one) == self.first_of(other)
    }

    fn give(&self, belongings: &mut BTreeMap<usize, Belongings>, person: usize, document: SharedDocument) {
        let first = self.first_of(person);
        let theirs = belongings.entry(first).or_default();
        let described = if person == first { Described::Surely } else { Described::Perhaps };
        theirs.documents.push((document, described));
    }
}

/// The place of the Patient whom the Compositions of a document name, all the same.
fn main_patient(entries: &[Entry]) -> Option<usize> {
    let patients = PatientNames::new(entries, Some);
    let compositions = entries.iter().filter(|entry| entry.resource.is(RecordType::Composition));
    let subjects: Vec<Option<usize>> =
        compositions.map(|entry| patients.led_to(&entry.resource.json().reveal()["subject"])).collect();
    let first = subjects.first().copied().flatten()?;
    subjects.iter().all(|subject| *subject == Some(first)).then_some(first)
}

/// What leads to the Patients of a document.
struct PatientNames<'a> {
    by_spelling: HashMap<Spelling<'a>, usize>,
    by_identifier: HashMap<(&'a str, &'a str), usize>,
}

impl<'a> PatientNames<'a> {
    fn new(entries: &'a [Entry], number: impl Fn(usize) -> Option<usize>) -> PatientNames<'a> {
        let mut names = PatientNames { by_spelling: HashMap::new(), by_identifier: HashMap::new() };
        let patients = entries.iter().enumerate().filter(|(_, entry)| entry.resource.is(RecordType::Patient));
        for (place, Entry { full_url, resource }) in patients {
            let Some(number) = number(place) else { continue };
            for spelling in Spelling::of_entry(full_url.as_deref(), resource) {
                names.by_spelling.entry(spelling).or_insert(number);
            }
            let identifiers = resource.list("/identifier").iter();
            let identifiers = identifiers.filter_map(|it| Some((it["system"].as_str()?, it["value"].as_str()?)));
            identifiers.for_each(|identifier| {
                names.by_identifier.entry(identifier).or_insert(number);
            });
        }
        names
    }

    fn led_to(&self, reference: &Value) -> Option<usize> {
        match reference["reference"].as_str() {
            Some(words) => Spelling::meant_by(words).find_map(|meant| self.by_spelling.get(&meant).copied()),
            None => {
                let identifier = &reference["identifier"];
                self.by_identifier.get(&(identifier["system"].as_str()?, identifier["value"].as_str()?)).copied()
            }
        }
    }
}

/// Whose an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owner {
    /// Of these people, by number; mostly of one.
    People(BTreeSet<usize>),
    /// It names somebody whom the document does not describe, or nobody although its type does.
    Unknown,
    /// It is no record of anybody: an organization, a drug.
    Nobodys,
}

fn owner_of(entry: &Entry, described: Option<usize>, patients: &PatientNames<'_>) -> Owner {
    if let Some(person) = described {
        return Owner::People(BTreeSet::from([person]));
    }
    let subjects = subjects_of(&entry.resource);
    let named = subjects.iter().copied().chain(taking_part_in(&entry.resource));
    let people: BTreeSet<usize> = named.filter_map(|reference| patients.led_to(reference)).collect();
    let is_somebodys = || entry.resource.record_type().is_some_and(|it| it.subject().is_some());
    match () {
        () if !people.is_empty() => Owner::People(people),
        () if !subjects.is_empty() || is_somebodys() => Owner::Unknown,
        () => Owner::Nobodys,
    }
}

/// The parts of a document that describes several people, each with whose it is, and how many entries are in none.
fn divided(
    mut document: SharedDocument,
    described: &[Option<usize>],
    people: &People,
) -> (Vec<(usize, SharedDocument)>, usize) {
    let entries = std::mem::take(&mut document.bundle.entries);
    let patients = PatientNames::new(&entries, |place| described.get(place).copied().flatten());
    let both = entries.iter().zip(described);
    let owners: Vec<Owner> = both.map(|(entry, described)| owner_of(entry, *described, &patients)).collect();
    let here: BTreeSet<usize> = described.iter().copied().flatten().collect();
    let main = main_patient(&entries).and_then(|place| described.get(place).copied().flatten());
    let is_one_form = here.iter().all(|person| here.first().is_some_and(|first| people.may_be(*person, *first)));
    // Whose the rest is: of whom the document is about, or of somebody who must be confirmed anyway.
    let keeper = main.or_else(|| here.last().copied().filter(|_| is_one_form));
    let shown = here.iter().copied().filter(|person| main.is_none_or(|main| people.may_be(*person, main)));
    let index = EntryIndex::new(&entries, people.day);
    let is_nobodys = |place: &usize| owners.get(*place) == Some(&Owner::Nobodys);
    let owned_by = |wanted: &dyn Fn(&BTreeSet<usize>) -> bool| -> BTreeSet<usize> {
        let is_wanted = |owner: &Owner| matches!(owner, Owner::People(people) if wanted(people));
        owners.iter().enumerate().filter(|(_, owner)| is_wanted(owner)).map(|(place, _)| place).collect()
    };
    let mut parts: Vec<(usize, SharedDocument)> = Vec::new();
    let mut placed: BTreeSet<usize> = BTreeSet::new();
    for person in shown {
        // What names one person in two spellings goes with the one that must be confirmed.
        let is_theirs = |owners: &BTreeSet<usize>| {
            owners.last() == Some(&person) && owners.iter().all(|owner| people.may_be(*owner, person))
        };
        let mut own = owned_by(&is_theirs);
        if keeper == Some(person) {
            own.extend((0..owners.len()).filter(|place| owners.get(*place) == Some(&Owner::Unknown)));
        }
        let mut kept = reached(&entries, &index, &own, &is_nobodys);
        if keeper == Some(person) {
            let of_others = reached(&entries, &index, &owned_by(&|owners| !is_theirs(owners)), &is_nobodys);
            kept.extend((0..owners.len()).filter(|place| is_nobodys(place) && !of_others.contains(place)));
        }
        let is_foreign = |owners: &BTreeSet<usize>| owners.iter().any(|owner| !people.may_be(*owner, person));
        let bundle = Bundle {
            entries: part_of(&entries, &kept, &owned_by(&is_foreign)),
            // They are counted once.
            unreadable: if parts.is_empty() { document.bundle.unreadable } else { 0 },
            ..document.bundle.clone()
        };
        parts.push((person, SharedDocument { bundle, ..document.clone() }));
        placed.extend(kept);
    }
    let left_out = entries.len() - placed.len();
    (parts, left_out)
}

/// Some entries, and everything that is nobody's that they refer to, over whatever lies between.
fn reached(
    entries: &[Entry],
    index: &EntryIndex<'_>,
    from: &BTreeSet<usize>,
    is_nobodys: &dyn Fn(&usize) -> bool,
) -> BTreeSet<usize> {
    let mut reached = from.clone();
    let mut open: Vec<usize> = from.iter().copied().collect();
    while let Some(entry) = open.pop().and_then(|place| entries.get(place)) {
        let mut words = Vec::new();
        references_in(entry.resource.json().reveal(), &mut words);
        for place in words.into_iter().filter_map(|words| index.place_of(words)).filter(is_nobodys) {
            if reached.insert(place) {
                open.push(place);
            }
        }
    }
    // A Provenance refers to what it is about, and nothing refers to it.
    let targets = |entry: &Entry| {
        let targets = entry.resource.list("/target").iter().filter_map(|target| target["reference"].as_str());
        targets.map(|words| index.place_of(words)).collect::<Vec<_>>()
    };
    let traces = entries.iter().enumerate().filter(|(place, entry)| {
        let targets = targets(entry);
        is_nobodys(place)
            && entry.resource.is(RecordType::Provenance)
            && !targets.is_empty()
            && targets.iter().all(|target| target.is_some_and(|target| reached.contains(&target)))
    });
    let traces: Vec<usize> = traces.map(|(place, _)| place).collect();
    reached.extend(traces);
    reached
}

/// The words of every Reference, and of every address of an attachment.
fn references_in<'a>(value: &'a Value, words: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references_in(item, words)),
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("reference" | "url", Value::String(text)) => words.push(text),
                    (_, member) => references_in(member, words),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Some of the entries, in which nothing is said of the foreign ones.
fn part_of(entries: &[Entry], kept: &BTreeSet<usize>, foreign: &BTreeSet<usize>) -> Vec<Entry> {
    let foreign = foreign.iter().filter_map(|place| entries.get(*place));
    let foreign: HashSet<Spelling<'_>> =
        foreign.flat_map(|entry| Spelling::of_entry(entry.full_url.as_deref(), &entry.resource)).collect();
    let is_foreign = |words: &str| Spelling::meant_by(words).any(|meant| foreign.contains(&meant));
    let own = kept.iter().filter_map(|place| entries.get(*place)).map(|entry| {
        let mut words = Vec::new();
        references_in(entry.resource.json().reveal(), &mut words);
        if !words.into_iter().any(is_foreign) {
            return entry.clone();
        }
        let mut json = entry.resource.json().reveal().clone();
        silence(&mut json, &is_foreign);
        let resource = Resource::from_json(json).unwrap_or_else(|| entry.resource.clone());
        Entry { full_url: entry.full_url.clone(), resource }
    });
    own.collect()
}

/// Drops every Reference to what is foreign, with the words beside it, and the narrative in which it may be told; a section of
/// a Composition of which nothing is left goes as a whole. Who holds a policy stays as words.
fn silence(value: &mut Value, is_foreign: &dyn Fn(&str) -> bool) -> bool {
    let leads_away = |value: &Value| value["reference"].as_str().is_some_and(is_foreign);
    match value {
        Value::Array(items) => {
            let before = items.len();
            items.retain(|item| !leads_away(item));
            let mut silenced = items.len() < before;
            let mut is_emptied = Vec::new();
            for item in items.iter_mut() {
                let inside = silence(item, is_foreign);
                is_emptied.push(inside && is_hollow_section(item));
                silenced |= inside;
            }
            let mut is_emptied = is_emptied.into_iter();
            items.retain(|_| !is_emptied.next().unwrap_or_default());
            silenced
        }
        Value::Object(members) => {
            let mut silenced = false;
            for holder in ["subscriber", "policyHolder"] {
                if let Some(reference) = members.get_mut(holder).filter(|reference| leads_away(reference)) {
                    *reference = json!({"display": reference["display"]});
                }
            }
            members.retain(|_, member| {
                let leads_away = leads_away(member);
                silenced |= leads_away;
                !leads_away
            });
            for member in members.values_mut() {
                silenced |= silence(member, is_foreign);
            }
            if silenced && members.get("text").is_some_and(Value::is_object) {
                members.shift_remove("text");
            }
            silenced
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// A section of a Composition that had entries and has none.
fn is_hollow_section(section: &Value) -> bool {
    let is_empty = |member: &str| section[member].as_array().is_none_or(Vec::is_empty);
    section["entry"].is_array() && is_empty("entry") && is_empty("section")
}

#[cfg(test)]
mod tests {
    use super::super::{Source, SourceKind};
    use super::*;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn document(kind: &str, entries: &Value) -> SharedDocument {
        let bundle = json!({"resourceType": "Bundle", "type": kind, "entry": entries});
        let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
        SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
    }

    fn patient(id: &str, given: &str, born: &str) -> Value {
        json!({"fullUrl": format!("urn:uuid:{id}"), "resource": {"resourceType": "Patient", "birthDate": born,
            "name": [{"given": [given], "family": "Okafor"}]}})
    }

    fn of(kind: &str, id: &str, more: Value) -> Value {
        let mut json = json!({"resourceType": kind, "id": id});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        json!({"fullUrl": format!("urn:uuid:{id}"), "resource": json})
    }

    fn to(id: &str) -> Value {
        json!({"reference": format!("urn:uuid:{id}")})
    }

    /// Of each person, the ids and types of what is theirs, and how many entries are left out.
    fn shares(documents: Vec<SharedDocument>) -> Vec<(Vec<String>, usize)> {
        let belongings = by_person(documents, DAY).expect("few people");
        let named =
            |entry: &Entry| entry.full_url.clone().unwrap_or_default().trim_start_matches("urn:uuid:").to_owned();
        let of_one = |theirs: &Belongings| {
            let entries = theirs.documents.iter().flat_map(|(document, _)| &document.bundle.entries);
            (entries.map(named).collect::<Vec<_>>(), theirs.left_out)
        };
        belongings.iter().map(of_one).collect()
    }

    fn names(names: &str) -> Vec<String> {
        names.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn each_person_of_a_family_gets_their_own_records_and_what_those_refer_to() {
        let family = document(
            "collection",
            &json!([
                patient("a", "Ngozi", "1984-01-01"),
                patient("b", "Emeka", "2014-05-05"),
                of("MedicationRequest", "ma", json!({"subject": to("a"), "medicationReference": to("drug-a")})),
                of("MedicationRequest", "mb", json!({"subject": to("b"), "medicationReference": to("drug-b")})),
                of("Medication", "drug-a", json!({})),
                of("Medication", "drug-b", json!({"manufacturer": to("maker")})),
                of("Organization", "maker", json!({})),
                of("Organization", "nobody-refers-to-it", json!({})),
                of("Observation", "says-not-whose", json!({})),
                of("Condition", "of-a-stranger", json!({"subject": {"reference": "Patient/9"}})),
                of("Condition", "of-both", json!({"subject": to("a"), "patient": to("b")})),
                of("Provenance", "trace-b", json!({"target": [to("mb")]})),
            ]),
        );
        assert_eq!(shares(vec![family]), [(names("a ma drug-a"), 4), (names("b mb drug-b maker trace-b"), 4)]);
    }

    #[test]
    fn a_document_about_one_person_leaves_out_another_and_every_word_about_them() {
        let section = |title: &str, ids: &[&str]| {
            json!({"title": title, "text": {"div": format!("<div>{title} told</div>")},
                "entry": ids.iter().map(|id| to(id)).collect::<Vec<_>>()})
        };
        let summary = document(
            "document",
            &json!([
                of(
                    "Composition",
                    "c",
                    json!({"subject": to("a"), "text": {"div": "<div>All told</div>"},
                    "section": [section("Both", &["own", "foreign"]), section("Theirs", &["foreign"]), section("Own", &["own"])]})
                ),
                patient("a", "Ngozi", "1984-01-01"),
                of(
                    "Observation",
                    "own",
                    json!({"subject": to("a"), "derivedFrom": [{"reference": "urn:uuid:foreign", "display": "Secret"}]})
                ),
                of("Observation", "no-subject", json!({})),
                of("Organization", "o", json!({})),
                of("Observation", "foreign", json!({"subject": to("b"), "specimen": to("theirs")})),
                of("Specimen", "theirs", json!({"subject": to("b")})),
                patient("b", "Emeka", "2014-05-05"),
            ]),
        );
        let belongings = by_person(vec![summary], DAY).expect("one person");
        let [theirs] = &belongings[..] else { panic!("{} people", belongings.len()) };
        let (document, described) = &theirs.documents[0];
        assert_eq!((theirs.left_out, *described), (3, Described::Surely));
        let entries = &document.bundle.entries;
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.resource.kind()).collect();
        assert_eq!(kinds, ["Composition", "Patient", "Observation", "Observation", "Organization"]);
        let written: String = entries.iter().map(|entry| entry.resource.json().reveal().to_string()).collect();
        for word in ["foreign", "Secret", "Both told", "Theirs", "All told", "Emeka", "2014"] {
            assert!(!written.contains(word), "{word} in {written}");
        }
        assert!(written.contains("Own told") && written.contains("\"Both\""));
    }

    #[test]
    fn one_person_in_two_spellings_is_one_form_of_which_the_second_must_be_confirmed() {
        let both = document(
            "collection",
            &json!([
                patient("a", "Ngozi", "1984-01-01"),
                patient("b", "NGOZI", "1984-01-01"),
                of("Condition", "ca", json!({"subject": to("a")})),
                of("Condition", "cb", json!({"subject": to("b")})),
                of("Condition", "says-not-whose", json!({})),
            ]),
        );
        let belongings = by_person(vec![both], DAY).expect("one person");
        let described: Vec<Described> = belongings[0].documents.iter().map(|(_, described)| *described).collect();
        assert_eq!((belongings.len(), described), (1, vec![Described::Surely, Described::Perhaps]));
        let [(first, _), (second, _)] = &belongings[0].documents[..] else { panic!("two parts") };
        assert_eq!((first.bundle.entries.len(), second.bundle.entries.len()), (2, 3));
    }

    #[test]
    fn whoever_may_be_either_of_two_people_is_taken_for_neither_in_whatever_order_they_come() {
        let one = |given: &str| document("collection", &json!([patient("p", given, "1984-01-01")]));
        for order in [
            ["Ngozi", "Ngozi Ada", "Ngozi Ruth"],
            ["Ngozi Ada", "Ngozi", "Ngozi Ruth"],
            ["Ngozi Ruth", "Ngozi Ada", "Ngozi"],
        ] {
            assert_eq!(by_person(order.map(one).into(), DAY).expect("few people").len(), 3, "{order:?}");
        }
    }

    #[test]
    fn a_patient_told_twice_is_one_person_even_without_a_birth_date_and_two_without_names_are_two() {
        let twice = |name: Value| {
            let entry = |id: &str| json!({"resource": {"resourceType": "Patient", "id": id, "name": name}});
            shares(vec![document("collection", &json!([entry("1"), entry("2")]))]).len()
        };
        assert_eq!(twice(json!([{"family": "Okafor"}])), 1);
        assert_eq!(twice(Value::Null), 2);
    }

    #[test]
    fn a_crowd_is_refused() {
        let crowd: Vec<Value> =
            (0..=MAX_PEOPLE).map(|number| patient(&number.to_string(), &format!("N{number}"), "1984-01-01")).collect();
        let refused = by_person(vec![document("collection", &json!(crowd))], DAY).err();
        assert_eq!(refused, Some(IntakeDefect::SeveralPatients));
    }
}
