//! A record as it is compared: its section, its name, what it means.

use super::chart::logical_id;
use super::meaning::Meaning;
use crate::fhir::{Resource, words_at};
use crate::intake::{IntakeItem, Section};
use crate::time::Day;
use std::collections::BTreeSet;

/// A record as it is compared. Of its resource nothing stays built: a form may have thousands.
pub(super) struct Record {
    pub(super) section: Section,
    /// `Type/id` in the EHR; empty for a shared one.
    pub(super) target: String,
    pub(super) title: String,
    pub(super) meaning: Meaning,
    /// Of an allergy: what it is to.
    pub(super) allergen: Meaning,
    /// Of a medicine.
    pub(super) ingredients: BTreeSet<Vec<String>>,
    pub(super) resource: Resource,
    /// The day of the check-in.
    pub(super) day: Day,
}

impl Record {
    /// A record of the chart; `None` for what was entered in error and for types that are not compared.
    pub(super) fn from_chart(resource: &Resource, day: Day) -> Option<Record> {
        let in_error = |pointer: &str| resource.text(pointer) == Some("entered-in-error");
        if in_error("/status") || in_error("/verificationStatus/coding/0/code") {
            return None;
        }
        let target = format!("{}/{}", resource.kind(), logical_id(resource)?);
        let (section, elements) = compared_by(resource)?;
        let json = resource.json().reveal();
        let title = match section {
            Section::Insurance => payer(resource).or_else(|| words_at(json, "subscriberId", day)),
            _ => elements.iter().find_map(|element| words_at(json, element, day)),
        };
        let title = title.or_else(|| contained_title(resource, day)).unwrap_or_else(|| resource.kind().to_owned());
        let meaning = Meaning::from_resource(resource, elements, &[]);
        Some(Record::new(section, target, title, meaning, (resource.clone(), day)))
    }

    pub(super) fn from_item(item: &IntakeItem, day: Day) -> Option<Record> {
        let resource = item.resource.for_one_look();
        let (section, elements) = compared_by(&resource)?;
        let meaning = Meaning::from_resource(&resource, elements, &item.targets);
        let title = item.title.reveal().clone();
        (section == item.section).then(|| Record::new(section, String::new(), title, meaning, (resource, day)))
    }

    fn new(
        section: Section,
        target: String,
        title: String,
        meaning: Meaning,
        (resource, day): (Resource, Day),
    ) -> Record {
        let (mut allergen, mut ingredients) = (Meaning::default(), BTreeSet::new());
        match section {
            Section::Allergies => allergen = meaning.as_allergen(),
            Section::Medications => ingredients = meaning.ingredients(),
            Section::Demographics
            | Section::Insurance
            | Section::Problems
            | Section::Immunizations
            | Section::Documents
            | Section::Results
            | Section::VitalSigns
            | Section::Procedures
            | Section::History
            | Section::Care
            | Section::Forms
            | Section::Other => {}
        }
        Record { section, target, title, meaning, allergen, ingredients, resource, day }
    }
}

/// The section of a type that is compared, and the elements that say what it is.
fn compared_by(resource: &Resource) -> Option<(Section, &'static [&'static str])> {
    let record_type = resource.record_type().filter(|it| !it.compared().is_empty())?;
    Some((Section::from_record_type(record_type), record_type.compared()))
}

/// The payer's name as the record itself has it.
pub(super) fn payer(resource: &Resource) -> Option<String> {
    let payor = resource.list("/payor").first()?;
    let inside = payor["reference"].as_str().and_then(|words| words.strip_prefix('#'));
    let contained = resource.list("/contained").iter().find(|it| inside.is_some() && it["id"].as_str() == inside);
    let name = payor["display"].as_str().or_else(|| contained.and_then(|it| it["name"].as_str()));
    name.or_else(|| payor["identifier"]["value"].as_str()).map(str::to_owned)
}

/// A medicine that stands inside its record.
fn contained_title(resource: &Resource, day: Day) -> Option<String> {
    resource.list("/contained").iter().find_map(|inside| words_at(inside, "code", day))
}

/// Letters and digits alone: a member id with and without its hyphens.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
