//! Shared documents to one check-in form. Every item knows where it came from and what was proven about it.

mod absence;
mod absence_codes;
#[cfg(test)]
#[path = "any_resource_tests.rs"]
pub(crate) mod any_resource;
mod attachment;
mod caution;
mod charset;
mod claimed;
mod code_against_words;
mod composition;
mod dates;
mod defect;
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
mod none_known;
mod people;
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
#[cfg(test)]
#[path = "tests/mod.rs"]
mod told;
mod vaccines;
mod words_in_common;

pub(crate) use absence::states_none_known;
#[cfg(feature = "kiosk")]
pub(crate) use attachment::{MAX_TEXT_IN_ROW, is_long_text};
pub use caution::Caution;
pub use defect::IntakeDefect;
pub use fact::{Fact, FactKind};
pub use item::{IntakeItem, ItemId, Section};
pub use leaves::MoreLine;
pub use person::Person;
pub(crate) use reference_target::DRUG;
pub use reference_target::ReferenceTarget;
pub use shared_document::{SharedDocument, Source, SourceKind};
pub use subject::PersonEntry;
pub(crate) use subject::SUBJECTS;
pub(crate) use vaccines::may_be_one_vaccine;
pub(crate) use words_in_common::shares_a_word;

use crate::fhir::{Originals, PatientView, RecordType, Resource, Texts};
use crate::limits::MAX_CHECKED_VALUES;
use crate::sensitive::Sensitive;
use crate::time::Day;
use claimed::{claimed_person, named};
use item::LARGE_RECORD;
use people::{Belongings, Described, by_person};
use person::person_of;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use subject::Whom;

/// How the document of a source describes the person of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Whose {
    /// By a Patient like the first.
    Theirs,
    /// By a Patient in another spelling, one of [`Intake::spellings`]: nothing of it is taken until staff confirm that it is
    /// the same person.
    InOtherSpelling(usize),
    /// By no Patient, as the whole share does not: nothing is taken until staff confirm, beside a chart, that it is theirs.
    Nobodys,
    /// By no Patient, while others of the share do.
    NotSaid,
}

/// The check-in form: one person, and what was shared about them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Intake {
    /// Who it is about; of a share that describes nobody, whom its records claim.
    pub person: Person,
    /// The day of the check-in: what was over by then is former, here and beside the chart.
    pub day: Day,
    /// Everything that was shared, in reading order; the first item is the person's demographics.
    pub items: Vec<IntakeItem>,
    /// The sources; an item names its own by index.
    pub sources: Vec<Source>,
    /// The person's own entry in each source's document; `None` where it has no Patient.
    pub people: Vec<Option<PersonEntry>>,
    /// How each source's document describes the person.
    pub whose: Vec<Whose>,
    /// The same name, perhaps, as other documents spell it.
    pub spellings: Vec<Person>,
    /// How many entries could not be read as resources.
    pub unreadable: usize,
    /// How many entries are about other people whom the share describes, or nobody can say about whom. They are not here.
    pub left_out: usize,
}

impl Intake {
    /// Joins documents about one person into a form.
    pub fn from_documents(documents: Vec<SharedDocument>, day: Day) -> Result<Intake, IntakeDefect> {
        let mut forms = Intake::of_each_person(documents, day)?;
        let form = forms.pop().ok_or(IntakeDefect::NoPatient)?;
        if forms.is_empty() { Ok(form) } else { Err(IntakeDefect::SeveralPatients) }
    }

    /// One form for each person whom documents describe, in their order, and never two people in one.
    pub fn of_each_person(documents: Vec<SharedDocument>, day: Day) -> Result<Vec<Intake>, IntakeDefect> {
        let mut documents = nested_bundles::opened(documents, day);
        documents.iter_mut().for_each(|document| subscriber::set_aside(document, day));
        by_person(documents, day)?.into_iter().map(|theirs| Intake::of_one(theirs, day)).collect()
    }

    fn of_one(theirs: Belongings, day: Day) -> Result<Intake, IntakeDefect> {
        let described = |wanted: Described| {
            let documents = theirs.documents.iter().filter(move |(_, described)| *described == wanted);
            documents.filter_map(|(document, _)| person_in(document, day)).next()
        };
        let is_described = theirs.documents.iter().any(|(_, described)| *described != Described::NotAtAll);
        let documents = || theirs.documents.iter().map(|(document, _)| document);
        let person = match described(Described::Surely) {
            Some(person) => person,
            None if documents().all(|document| document.bundle.entries.is_empty()) => {
                return Err(IntakeDefect::NoPatient);
            }
            None => claimed_person(documents(), day)?,
        };
        let mut intake = Intake {
            person,
            day,
            items: Vec::new(),
            sources: Vec::new(),
            people: Vec::new(),
            whose: Vec::new(),
            spellings: Vec::new(),
            unreadable: 0,
            left_out: theirs.left_out,
        };
        for (document, described) in theirs.documents {
            let whose = match described {
                Described::Surely => Whose::Theirs,
                Described::Perhaps => intake.spelling_of(&document),
                Described::NotAtAll if is_described => Whose::NotSaid,
                Described::NotAtAll => Whose::Nobodys,
            };
            intake.take(document, whose);
        }
        for (number, item) in intake.items.iter_mut().enumerate() {
            item.id = ItemId(u32::try_from(number).unwrap_or(u32::MAX));
        }
        Ok(intake)
    }

    /// Each spelling is asked about once.
    fn spelling_of(&mut self, document: &SharedDocument) -> Whose {
        let spelled = person_in(document, self.day).unwrap_or_else(|| self.person.clone());
        let known = self.spellings.iter().position(|known| *known == spelled);
        Whose::InOtherSpelling(known.unwrap_or_else(|| {
            self.spellings.push(spelled);
            self.spellings.len() - 1
        }))
    }

    fn take(&mut self, mut document: SharedDocument, whose: Whose) {
        let source = self.sources.len();
        self.sources.push(document.source);
        self.unreadable += document.bundle.unreadable;
        let person = PersonEntry::take(&mut document.bundle.entries);
        let labels = document.bundle.labels.clone();
        let whom = match (&person, whose) {
            (Some(person), _) => Whom::Person(person),
            (None, Whose::Nobodys) => Whom::NobodyAtAll,
            (None, Whose::Theirs | Whose::InOtherSpelling(_) | Whose::NotSaid) => Whom::NobodyHere,
        };
        let (assurance, day) = (&document.assurance, self.day);
        let items_before = self.items.len();
        let context = sections::DocumentContext { person: whom, source, items_before, assurance, day, labels };
        let mut items = sections::items_of(document.bundle, &context);
        let spelled = match whose {
            Whose::InOtherSpelling(spelling) => self.spellings.get(spelling),
            Whose::Theirs | Whose::Nobodys | Whose::NotSaid => None,
        };
        for item in &mut items {
            let stated = document.stated_source.as_ref().map(|text| (FactKind::StatedSource, text));
            let spelled = spelled.map(|person| (FactKind::NameAsSent, &person.name));
            let facts = stated.into_iter().chain(spelled).map(|(kind, text)| Fact::sent(kind, text.clone()));
            item.facts.extend(facts);
            item.cautions.extend(spelled.map(|_| Caution::OtherSpelling));
        }
        self.items.extend(items);
        self.people.push(person);
        self.whose.push(whose);
    }

    /// How the document of an item describes the person.
    pub fn whose(&self, item: &IntakeItem) -> Whose {
        self.whose.get(item.source).copied().unwrap_or(Whose::NotSaid)
    }

    /// Whether the share describes nobody: the person is whom its records claim.
    pub fn is_of_nobody(&self) -> bool {
        self.whose.iter().all(|whose| *whose == Whose::Nobodys)
    }

    /// The Patient by whom charts are searched; of a share that describes nobody, one of the claimed name.
    pub fn sought(&self) -> Option<Resource> {
        let demographics = self.section(Section::Demographics).next();
        demographics.map(|item| item.resource.clone()).or_else(|| named(self.person.name.reveal()))
    }

    /// Moves the texts of all resources among others, for the way to another process: the record first, documents after. A
    /// document that has no room is left out, and its item says so.
    pub fn move_originals(forms: &mut [Intake], most: usize) -> Originals {
        let expected = forms.iter().flat_map(|form| &form.items).map(|item| item.resource.text_length()).sum();
        let mut originals = Originals::new(expected, most);
        for person in forms.iter_mut().flat_map(|form| form.people.iter_mut().flatten()) {
            // A Patient that does not fit makes a share of one record, which then has no room either.
            let _has_room = person.move_to(&mut originals);
        }
        for of_documents in [false, true] {
            let is_of_this_turn = |item: &&mut IntakeItem| (item.resource.text_length() > LARGE_RECORD) == of_documents;
            let items = forms.iter_mut().flat_map(|form| form.items.iter_mut());
            items.filter(is_of_this_turn).for_each(|item| item.move_to(&mut originals));
        }
        originals
    }

    /// Finds them again on the other side, and checks them. `false` where one is not what it says.
    pub fn find_originals(forms: &mut [Intake], originals: Sensitive<Vec<u8>>) -> bool {
        let Some(texts) = Texts::new(originals).map(Arc::new) else { return false };
        let mut left = MAX_CHECKED_VALUES;
        forms.iter_mut().all(|form| {
            let people = form.people.iter_mut().flatten().all(|person| person.find_in(&texts, &mut left));
            people && form.items.iter_mut().all(|item| item.resource.find_in(&texts, &mut left))
        })
    }

    /// Looks once for what takes long and every item is asked for: its documents, and letters that are not drawn. Whoever reads a
    /// share does that, so that nobody who draws it has to.
    pub fn look_ahead(&self) {
        for item in &self.items {
            item.viewable_names();
            item.is_drawn_whole();
        }
    }

    /// The items of one section, in order.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &IntakeItem> {
        self.items.iter().filter(move |item| item.section == section)
    }

    /// How many resources of a section the patient-facing side counts: restricted ones stand among the others, so that whoever
    /// looks over a shoulder reads no section of them, and whoever agrees knows that they are there.
    pub fn count_in_lobby(&self, section: Section) -> usize {
        self.counted_in_lobby().filter(|(counted_in, _)| *counted_in == section).map(|(_, resources)| resources).sum()
    }

    /// The same, item by item.
    pub(crate) fn counted_in_lobby(&self) -> impl Iterator<Item = (Section, usize)> {
        let counted_in = |item: &IntakeItem| if item.is_restricted() { Section::Other } else { item.section };
        let counted = self.items.iter().filter(|item| !item.is_stated_absence());
        counted.map(move |item| (counted_in(item), item.resources))
    }

    /// How many resources a section holds ([`Section::Other`] counts what is inside). "No known allergies" is no allergy.
    pub fn count(&self, section: Section) -> usize {
        self.section(section).filter(|item| !item.is_stated_absence()).map(|item| item.resources).sum()
    }
}

/// What a record itself says against taking it at its word, whoever holds it: what it states of itself, and that its words
/// and its code name different things.
pub(crate) fn cautions_of(resource: &Resource) -> Vec<Caution> {
    let mut cautions = flags::cautions_of(resource);
    cautions.extend(code_against_words::code_against_words(resource, &[]).map(|_| Caution::WordsDiffer));
    cautions
}

/// The person whom a document describes.
fn person_in(document: &SharedDocument, day: Day) -> Option<Person> {
    let entry = document.bundle.of_type(RecordType::Patient).next()?;
    PatientView::of(&entry.resource, day).map(person_of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use serde_json::{Value, json};

    const DAY: Day = Day::constant(2026, 11, 30);

    fn document(entries: Value) -> SharedDocument {
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
        SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
    }

    fn patient(family: &str) -> Value {
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-01-01",
            "name": [{"family": family}]}})
    }

    fn people_in(documents: Vec<SharedDocument>) -> usize {
        Intake::of_each_person(documents, DAY).expect("a form").len()
    }

    #[test]
    fn two_people_make_two_forms_and_never_one() {
        let both = || vec![document(json!([patient("A"), patient("B")]))];
        assert_eq!(people_in(both()), 2);
        assert_eq!(Intake::from_documents(both(), DAY).err(), Some(IntakeDefect::SeveralPatients));
        assert_eq!(people_in(vec![document(json!([patient("A"), patient("A")]))]), 1);
    }

    #[test]
    fn two_cards_of_one_person_make_one_form_and_of_two_people_two() {
        let of = |first, second| vec![document(json!([patient(first)])), document(json!([patient(second)]))];
        assert_eq!(Intake::from_documents(of("A", "A"), DAY).expect("a form").sources.len(), 2);
        assert_eq!(people_in(of("A", "B")), 2);
    }

    #[test]
    fn two_cards_without_a_name_are_not_one_person() {
        let nameless = || document(json!([{"resource": {"resourceType": "Patient", "birthDate": "1980-01-01"}}]));
        assert_eq!(people_in(vec![nameless(), nameless()]), 2);
    }

    #[test]
    fn another_spelling_is_read_and_marked_with_itself() {
        let with = |family: &str, code: &str| {
            document(json!([patient(family), {"resource": {"resourceType": "Condition", "code": {"text": code},
                "subject": {"reference": "urn:uuid:p"}}}]))
        };
        let form = Intake::from_documents(vec![with("Åkerlund", "A"), with("AKERLUND", "B")], DAY).expect("a form");
        assert_eq!(form.whose, [Whose::Theirs, Whose::InOtherSpelling(0)]);
        assert_eq!(form.person.name.reveal(), "Åkerlund");
        let marked = |item: &IntakeItem| {
            let own = item.facts.iter().find(|fact| fact.kind == FactKind::NameAsSent);
            (
                item.cautions.contains(&Caution::OtherSpelling),
                own.map(|fact| fact.text(crate::language::Language::English).reveal().clone()),
            )
        };
        let marks: Vec<_> = form.section(Section::Problems).map(marked).collect();
        assert_eq!(marks, [(false, None), (true, Some("AKERLUND".to_owned()))]);
    }

    #[test]
    fn a_share_that_describes_nobody_is_read_under_the_claimed_name() {
        let claim = json!({"display": "Ilka Vance"});
        let form = Intake::from_documents(
            vec![document(json!([
                {"resource": {"resourceType": "Coverage", "status": "active", "beneficiary": claim, "payor": [{"display": "P"}]}},
                {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Wool"}, "patient": claim}}
            ]))],
            DAY,
        );
        let form = form.expect("a form");
        assert!(form.is_of_nobody());
        assert_eq!(form.person.name.reveal(), "Ilka Vance");
        assert!(form.items.iter().all(|item| item.cautions.contains(&Caution::NoPatient)));
        assert_eq!(
            form.sought().and_then(|patient| patient.text("/name/0/text").map(str::to_owned)).as_deref(),
            Some("Ilka Vance")
        );
        assert_eq!(Intake::from_documents(vec![document(json!([]))], DAY).err(), Some(IntakeDefect::NoPatient));
    }

    #[test]
    fn the_day_says_which_policy_is_in_force_and_that_one_stands_first() {
        let policy = |payer: &str, period: Value| {
            json!({"resource": {"resourceType": "Coverage", "status": "active", "period": period,
                "beneficiary": {"reference": "urn:uuid:p"}, "payor": [{"display": payer}]}})
        };
        let (old, new) = (policy("Old", json!({"end": "2026-11-29"})), policy("New", json!({"start": "2026-11-29"})));
        let on = |day: Day| {
            let documents = vec![document(json!([patient("A"), old, new]))];
            let form = Intake::from_documents(documents, day).expect("a form");
            assert!(form.items.iter().zip(0..).all(|(item, place)| item.id == ItemId(place)));
            let ended = |item: &IntakeItem| item.cautions.contains(&Caution::PolicyEnded);
            form.section(Section::Insurance).map(|it| (it.title.reveal().clone(), ended(it))).collect::<Vec<_>>()
        };
        let told = |payer: &str, ended: bool| (payer.to_owned(), ended);
        assert_eq!(on(Day::constant(2026, 11, 30)), [told("New", false), told("Old", true)]);
        assert_eq!(on(Day::constant(2026, 11, 29)), [told("Old", false), told("New", false)]);
    }

    #[test]
    fn what_is_of_another_person_is_kept_apart_and_cannot_be_taken() {
        let of = |kind: &str, who: &str| json!({"resource": {"resourceType": kind, "code": {"text": "C"}, "subject": {"reference": who}}});
        let form = Intake::from_documents(
            vec![document(json!([
                patient("A"),
                of("Condition", "urn:uuid:p"),
                of("Condition", "Patient/somebody-else"),
                of("Observation", "urn:uuid:p"),
                of("Observation", "Patient/somebody-else"),
                of("Account", "urn:uuid:p"),
                of("Account", "Patient/somebody-else"),
                of("List", "urn:uuid:p")
            ]))],
            DAY,
        );
        let form = form.expect("a form");
        let takeable = |section| form.section(section).map(IntakeItem::can_be_taken).collect::<Vec<bool>>();
        assert_eq!(takeable(Section::Problems), [true, false]);
        assert_eq!(takeable(Section::Results), [true, false]);
        assert_eq!(takeable(Section::Other), [true, false, true]);
    }

    #[test]
    fn what_has_no_section_is_counted_and_kept() {
        let form = Intake::from_documents(
            vec![document(json!([
                patient("A"),
                {"resource": {"resourceType": "Location", "status": "active"}},
                {"resource": serde_json::from_str::<Value>(r#"{"resourceType": "Unheard", "secret": 1.50}"#).expect("JSON")}
            ]))],
            DAY,
        );
        let form = form.expect("a form");
        assert_eq!(form.count(Section::Other), 2);
        let read = form.section(Section::Other).find(|item| !item.is_collection()).expect("an item");
        assert_eq!(read.resource.json().reveal()["secret"].to_string(), "1.50");
        assert_eq!(read.facts[0].text(crate::language::Language::English).reveal(), "1.50");
    }
}
