//! A record as it is compared: its section, its name, what it means.

use super::chart::logical_id;
use super::meaning::Meaning;
use crate::fhir::{Resource, words_at};
use crate::intake::{IntakeItem, Section};

/// A record as it is compared.
pub(super) struct Record<'a> {
    pub(super) section: Section,
    /// `Type/id` in the EHR; empty for a shared one.
    pub(super) target: String,
    pub(super) title: String,
    pub(super) meaning: Meaning,
    pub(super) resource: &'a Resource,
}

impl<'a> Record<'a> {
    /// A record of the chart; `None` for what was entered in error and for types that are not compared.
    pub(super) fn from_chart(resource: &'a Resource) -> Option<Record<'a>> {
        let in_error = |pointer: &str| resource.text(pointer) == Some("entered-in-error");
        if in_error("/status") || in_error("/verificationStatus/coding/0/code") {
            return None;
        }
        let target = format!("{}/{}", resource.kind(), logical_id(resource)?);
        let (section, elements) = compared_by(resource)?;
        let json = resource.json().reveal();
        let title = match section {
            Section::Insurance => payer(resource).or_else(|| words_at(json, "subscriberId")),
            _ => elements.iter().find_map(|element| words_at(json, element)),
        };
        let title = title.or_else(|| contained_title(resource)).unwrap_or_else(|| resource.kind().to_owned());
        Some(Record { section, target, title, meaning: Meaning::from_resource(resource, elements, &[]), resource })
    }

    pub(super) fn from_item(item: &'a IntakeItem) -> Option<Record<'a>> {
        let (section, elements) = compared_by(&item.resource)?;
        let meaning = Meaning::from_resource(&item.resource, elements, &item.targets);
        let title = item.title.reveal().clone();
        (section == item.section).then(|| Record {
            section,
            target: String::new(),
            title,
            meaning,
            resource: &item.resource,
        })
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
fn contained_title(resource: &Resource) -> Option<String> {
    resource.list("/contained").iter().find_map(|inside| words_at(inside, "code"))
}

/// Letters and digits alone: a member id with and without its hyphens.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}
