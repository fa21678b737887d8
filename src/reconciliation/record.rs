//! A record as it is compared: its section, its name, what it means, what it says beside.

use super::chart::logical_id;
use super::meaning::{Key, Meaning};
use super::particulars::Particulars;
use super::terms::{letters, terms};
use crate::fhir::{Resource, found, words_at};
use crate::intake::{Caution, IntakeItem, Section, cautions_of, states_none_known};
use crate::time::Day;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// A record as it is compared. Of its resource nothing is kept, unless it is a policy: a form may have thousands.
pub(super) struct Record {
    pub(super) section: Section,
    /// `Type/id` in the EHR; empty for a shared one.
    pub(super) target: String,
    pub(super) title: String,
    pub(super) meaning: Meaning,
    pub(super) particulars: Particulars,
    /// Whether it states that there is nothing of its kind.
    pub(super) is_none_known: bool,
    /// What changes what it says, and whether it may be the same as any other.
    cautions: BTreeSet<&'static str>,
    can_be_same: bool,
    /// Of a vaccination: the day, as far as it is told.
    pub(super) day: Option<String>,
    /// Of a policy.
    pub(super) members: BTreeSet<String>,
    pub(super) payer: Vec<String>,
    pub(super) policy: Option<Resource>,
}

impl Record {
    /// A record of the chart; `None` for what was entered in error and for types that are not compared.
    pub(super) fn from_chart(resource: &Resource, day: Day) -> Option<Record> {
        let cautions = cautions_of(resource);
        if cautions.contains(&Caution::EnteredInError) {
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
        let meaning = Meaning::from_resource(section, resource, elements, &[]);
        let is_none_known = states_none_known(resource, Some(&title));
        let payer = payer(resource).map(|payer| terms(&payer)).unwrap_or_default();
        Some(Record {
            target,
            payer,
            is_none_known,
            ..Record::new(section, title, meaning, &cautions, (Cow::Borrowed(resource), day))
        })
    }

    pub(super) fn from_item(item: &IntakeItem, day: Day) -> Option<Record> {
        let resource = item.resource.for_one_look();
        let (section, elements) = compared_by(&resource)?;
        let meaning = Meaning::from_resource(section, &resource, elements, &item.targets);
        let title = item.title.reveal().clone();
        // The form's title is the payer, wherever its name stood in the share.
        let payer = terms(&payer(&resource).unwrap_or_else(|| title.clone()));
        let is_none_known = item.is_stated_absence();
        let record = || Record::new(section, title, meaning, &item.cautions, (Cow::Owned(resource), day));
        (section == item.section).then(|| Record { payer, is_none_known, ..record() })
    }

    fn new(
        section: Section,
        title: String,
        meaning: Meaning,
        cautions: &[Caution],
        (resource, day): (Cow<'_, Resource>, Day),
    ) -> Record {
        let json = resource.json().reveal();
        let listed = found(json, "subscriberId").into_iter().chain(found(json, "identifier/value"));
        let listed = listed.filter_map(Value::as_str).map(letters).filter(|it| !it.is_empty());
        let members = if section == Section::Insurance { listed.collect() } else { BTreeSet::new() };
        let shot = (section == Section::Immunizations).then(|| resource.text("/occurrenceDateTime")).flatten();
        Record {
            section,
            target: String::new(),
            title,
            is_none_known: false,
            cautions: cautions
                .iter()
                .filter(|it| bearing(**it) == Bearing::TellsApart)
                .map(|it| it.text_id())
                .collect(),
            can_be_same: !cautions.iter().any(|caution| bearing(*caution) == Bearing::NeverSame),
            day: shot.map(|text| text.get(..10).unwrap_or(text).to_owned()),
            members,
            payer: Vec::new(),
            particulars: Particulars::new(section, json, day),
            meaning,
            policy: (section == Section::Insurance).then(|| resource.into_owned()),
        }
    }

    /// By what it may have to do with another.
    pub(super) fn keys(&self) -> BTreeSet<Key> {
        let mut keys = if self.section == Section::Insurance { BTreeSet::new() } else { self.meaning.keys() };
        keys.extend(self.members.iter().cloned().map(Key::Member));
        keys.extend(
            (self.section == Section::Insurance && !self.payer.is_empty()).then(|| Key::Payer(self.payer.clone())),
        );
        keys.extend(self.day.iter().flat_map(|day| days_near(day)).map(Key::Day));
        keys
    }

    /// Whether nothing that either says of itself forbids that both are the same.
    pub(super) fn is_as_sure_as(&self, other: &Record) -> bool {
        self.can_be_same && other.can_be_same && self.cautions == other.cautions
    }
}

/// A day as far as it is told, the days that it may be, and the next: so two shots find each other that are a day apart.
fn days_near(day: &str) -> Vec<String> {
    let next = day.parse::<jiff::civil::Date>().ok().and_then(|day| day.tomorrow().ok()).map(|next| next.to_string());
    let wider = [4, 7].into_iter().filter_map(|length| day.get(..length)).map(str::to_owned);
    wider.chain(next).chain([day.to_owned()]).collect()
}

/// What a caution means for the comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bearing {
    /// A record with it is the same only as another with it.
    TellsApart,
    /// Nobody can tell from its words what it is: it is the same as none.
    NeverSame,
    /// It is of whose record it is, or how it came.
    None,
}

const fn bearing(caution: Caution) -> Bearing {
    match caution {
        Caution::EnteredInError
        | Caution::Refuted
        | Caution::DoNotPerform
        | Caution::Draft
        | Caution::Proposed
        | Caution::Potential
        | Caution::Subpotent
        | Caution::Superseded => Bearing::TellsApart,
        Caution::WordsDiffer | Caution::Untitled | Caution::Modified | Caution::HiddenCharacters => Bearing::NeverSame,
        Caution::PolicyEnded
        | Caution::PolicyNotBegun
        | Caution::Restricted
        | Caution::DateDoubtful
        | Caution::FormatDiffers
        | Caution::OfAnother
        | Caution::PersonUnclear
        | Caution::OtherSpelling
        | Caution::NoPatient
        | Caution::OutOfUse
        | Caution::Incomplete
        | Caution::ForReading => Bearing::None,
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
