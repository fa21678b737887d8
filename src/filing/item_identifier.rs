//! The name of each filed item, and the words by which the share's own resources refer to it.

use super::PatientKey;
use super::name::{Name, canonical};
use crate::fhir::PatientView;
use crate::intake::{IntakeItem, PersonEntry, Source};
use crate::time::Day;
use std::collections::HashMap;

impl Name {
    /// The name of a ticked item.
    pub(super) fn from_item(patient: &PatientKey, source: &Source, item: &IntakeItem) -> Name {
        let content = canonical(item.resource.json().reveal());
        let targets: Vec<String> = item.targets.iter().map(|it| canonical(it.concept.reveal())).collect();
        let fixed: [&[u8]; 4] = [b"ktc-kiosk item 1", patient.as_str().as_bytes(), &source.digest, content.as_bytes()];
        let parts: Vec<&[u8]> = fixed.into_iter().chain(targets.iter().map(String::as_bytes)).collect();
        Name::from_parts(&parts)
    }

    /// The name of several items of one source that are filed in one document: what they are, in whatever order. One alone
    /// keeps its own name.
    pub(super) fn from_items(patient: &PatientKey, items: &[&IntakeItem], sources: &[Source]) -> Option<Name> {
        let source = sources.get(items.first()?.source)?;
        let mut names: Vec<String> = items.iter().map(|item| Name::from_item(patient, source, item).value).collect();
        names.sort();
        names.dedup();
        match names.as_slice() {
            [_] => items.first().map(|item| Name::from_item(patient, source, item)),
            _ => {
                let parts = names.iter().map(String::as_bytes);
                Some(Name::from_parts(
                    &std::iter::once(b"ktc-kiosk items 1".as_slice()).chain(parts).collect::<Vec<_>>(),
                ))
            }
        }
    }
}

/// Where a reference of the share leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To the person of the share, so to the chart.
    Patient,
    /// To an item that is filed in the same transaction, under this `urn:uuid`, which staff read by this title.
    Filed { urn: String, title: String },
    /// To something that has no record of its own in the EHR, but a name.
    Named(String),
}

/// All references that can be followed, per source: two cards may use the same words (`resource:1`) for different things.
#[derive(Debug, Default)]
pub(super) struct Targets<'a> {
    /// Nothing where two items answer to the same words.
    known: HashMap<(usize, String), Option<Target>>,
    people: &'a [Option<PersonEntry>],
    day: Option<Day>,
}

/// The person of the share, whose demographics need not be ticked.
const PERSON: &Target = &Target::Patient;

impl<'a> Targets<'a> {
    /// Knows the person of each source, and nothing else yet.
    pub(super) fn new(people: &'a [Option<PersonEntry>], day: Day) -> Targets<'a> {
        Targets { people, day: Some(day), ..Targets::default() }
    }

    /// What the person of a source is called there.
    pub(super) fn name_of_person(&self, source: usize) -> Option<String> {
        let person = self.people.get(source)?.as_ref()?;
        PatientView::of(person.patient(), self.day?)?.name()
    }

    /// Notes by which words an item is referred to. Words that two items answer to lead to neither.
    pub(super) fn add(&mut self, item: &IntakeItem, target: &Target) {
        let kind = item.resource.kind();
        let relative = item.resource.id().map(|id| format!("{kind}/{id}"));
        for words in item.full_url.clone().into_iter().chain(relative) {
            let place = (item.source, words);
            let is_another = |known: &mut Option<Target>| {
                known.take_if(|known| known != target);
            };
            self.known.entry(place).and_modify(is_another).or_insert_with(|| Some(target.clone()));
        }
    }

    /// Learns the names of what goes into one document with the rest: a payer, a prescriber.
    pub(super) fn learn_names(&mut self, item: &IntakeItem) {
        for entry in item.resource.list("/entry").iter().filter(|_| item.is_collection()) {
            let (words, resource) = (entry["fullUrl"].as_str(), &entry["resource"]);
            let name = resource["name"].as_str().or_else(|| resource["name"][0]["text"].as_str());
            if let (Some(words), Some(name)) = (words, name) {
                let place = (item.source, words.to_owned());
                self.known.entry(place).or_insert_with(|| Some(Target::Named(name.to_owned())));
            }
        }
    }

    /// Where `words` in a resource of this source lead. A version at the end does not matter.
    pub(super) fn find(&self, source: usize, words: &str) -> Option<&Target> {
        let unversioned = words.split_once("/_history/").map_or(words, |(reference, _)| reference);
        let person = self.people.get(source).and_then(Option::as_ref);
        let is_person = || person.is_some_and(|person| person.answers_to(words)).then_some(PERSON);
        let place = (source, unversioned.to_owned());
        self.known.get(&place).and_then(Option::as_ref).or_else(is_person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cards_may_use_the_same_words_for_different_things() {
        let mut targets = Targets::default();
        targets.known.insert(
            (0, "resource:1".to_owned()),
            Some(Target::Filed { urn: "urn:uuid:a".to_owned(), title: "A".to_owned() }),
        );
        assert_eq!(targets.find(1, "resource:1"), None);
        assert!(targets.find(0, "resource:1/_history/2").is_some());
    }
}
