//! Insurance and clinical lists beside the chart: which of the shared records are new, which the chart already holds.
//!
//! A record is the same only by a code or a whole name, a medicine only where no code or strength speaks against it, a vaccination only on the same day, a policy only under the same
//! number with the same payer. Everything less is said to resemble, and staff decide. Nothing in the chart is ever deleted:
//! what only the chart has is listed and left.

use super::chart::logical_id;
use super::human_name::parts;
use super::meaning::Meaning;
use super::{ChartRecords, Difference};
use crate::fhir::{Resource, found, systems, words_at};
use crate::intake::{FactKind, Intake, IntakeItem, ItemId, Section};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The sections that are compared.
pub const COMPARED: [Section; 5] =
    [Section::Insurance, Section::Allergies, Section::Medications, Section::Problems, Section::Immunizations];

/// More records that only the chart has are not listed.
const MAX_LISTED: usize = 40;

/// How a shared record stands to the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Comparison {
    /// The chart says something else about the same thing.
    Changed,
    /// The chart has a record that may be the same.
    Possibly,
    /// The chart knows nothing like it.
    New,
    /// It was not compared: the EHR did not tell its part of the chart, or it is of no kind that is compared.
    NotCompared,
    /// The chart already holds it. It is not filed again.
    Same,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Comparison; 5] =
        [Comparison::Changed, Comparison::Possibly, Comparison::New, Comparison::NotCompared, Comparison::Same];

    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            Comparison::Changed => "standing-changed",
            Comparison::Possibly => "standing-possibly",
            Comparison::New => "standing-new",
            Comparison::NotCompared => "standing-not-compared",
            Comparison::Same => "standing-same",
        }
    }
}

/// One shared record beside the chart.
#[derive(Clone, Debug)]
pub struct ComparedItem {
    /// How it stands.
    pub comparison: Comparison,
    /// The record of the chart that it is, or resembles: `Type/id`, and its name.
    pub entry: Option<(String, Sensitive<String>)>,
    /// What the chart says otherwise.
    pub differences: Vec<Difference>,
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct ComparedChart {
    by_item: BTreeMap<ItemId, ComparedItem>,
    /// The chart's policy that a shared card resembles.
    policies: BTreeMap<ItemId, Resource>,
    /// What the chart has and the share does not.
    pub only_in_chart: Vec<(Section, Sensitive<String>)>,
    /// Sections of the chart that the EHR did not tell.
    pub not_compared: Vec<Section>,
}

impl ComparedChart {
    /// How an item stands to the chart.
    pub fn of(&self, item: ItemId) -> Comparison {
        self.by_item.get(&item).map_or(Comparison::NotCompared, |compared| compared.comparison)
    }

    /// What the item was compared with.
    pub fn compared(&self, item: ItemId) -> Option<&ComparedItem> {
        self.by_item.get(&item)
    }

    /// The chart's policy that a shared card resembles, and is not.
    pub(super) fn policy(&self, item: ItemId) -> Option<(&str, &Resource)> {
        let target = self.compared(item)?.entry.as_ref()?.0.as_str();
        Some((target, self.policies.get(&item)?))
    }

    /// How many items stand so.
    pub fn count(&self, comparison: Comparison) -> usize {
        self.by_item.values().filter(|compared| compared.comparison == comparison).count()
    }

    /// Compares the form with the chart.
    pub fn between(intake: &Intake, chart: &ChartRecords) -> ComparedChart {
        let entries: Vec<Entry<'_>> = chart.records.iter().filter_map(Entry::read).collect();
        let mut matched: BTreeSet<usize> = BTreeSet::new();
        let mut compared_chart = ComparedChart { not_compared: chart.not_compared.clone(), ..ComparedChart::default() };
        for item in intake.items.iter().filter(|item| COMPARED.contains(&item.section)) {
            let Some(shared) = Entry::of_item(item) else { continue };
            let facing = entries.iter().enumerate().filter(|(_, entry)| entry.section == item.section);
            let alike = facing.filter_map(|(place, entry)| Some((place, entry, shared.beside(entry)?)));
            let best = alike.min_by_key(|(_, _, (comparison, _))| match comparison {
                Comparison::Same => 0,
                Comparison::Changed => 1,
                _ => 2,
            });
            let compared = match best {
                Some((place, entry, (comparison, differences))) => {
                    matched.insert(place);
                    if item.section == Section::Insurance && comparison != Comparison::Same {
                        compared_chart.policies.insert(item.id, entry.resource.clone());
                    }
                    ComparedItem {
                        comparison,
                        entry: Some((entry.target.clone(), plain_text(&entry.title))),
                        differences,
                    }
                }
                None => {
                    // "No known allergies" beside a chart that lists some is no news but a contradiction.
                    let contradicted = entries.iter().find(|entry| {
                        entry.section == item.section
                            && shared.meaning.is_none_known()
                            && !entry.meaning.is_none_known()
                    });
                    let comparison = match contradicted {
                        Some(_) => Comparison::Changed,
                        None if chart.not_compared.contains(&item.section) => Comparison::NotCompared,
                        None => Comparison::New,
                    };
                    let entry = contradicted.map(|entry| (entry.target.clone(), plain_text(&entry.title)));
                    ComparedItem { comparison, entry, differences: Vec::new() }
                }
            };
            compared_chart.by_item.insert(item.id, compared);
        }
        let only = entries.iter().enumerate().filter(|(place, _)| !matched.contains(place));
        let mut only: Vec<_> =
            only.map(|(_, entry)| (entry.section, plain_text(&entry.title))).take(MAX_LISTED).collect();
        only.sort_by_key(|(section, _)| *section);
        compared_chart.only_in_chart = only;
        compared_chart
    }
}

/// A record as it is compared.
struct Entry<'a> {
    section: Section,
    /// `Type/id` in the EHR; empty for a shared one.
    target: String,
    title: String,
    meaning: Meaning,
    resource: &'a Resource,
}

impl<'a> Entry<'a> {
    /// A record of the chart; `None` for what was entered in error and for types that are not compared.
    fn read(resource: &'a Resource) -> Option<Entry<'a>> {
        let in_error = |pointer: &str| resource.text(pointer) == Some("entered-in-error");
        if in_error("/status") || in_error("/verificationStatus/coding/0/code") {
            return None;
        }
        let target = format!("{}/{}", resource.kind(), logical_id(resource)?);
        let (section, elements) = compared_by(resource.kind())?;
        let json = resource.json().reveal();
        let title = match section {
            Section::Insurance => payer(resource).or_else(|| words_at(json, "subscriberId")),
            _ => elements.iter().find_map(|element| words_at(json, element)),
        };
        let title = title.or_else(|| contained_title(resource)).unwrap_or_else(|| resource.kind().to_owned());
        Some(Entry { section, target, title, meaning: Meaning::of(resource, elements, &[]), resource })
    }

    fn of_item(item: &'a IntakeItem) -> Option<Entry<'a>> {
        let (section, elements) = compared_by(item.resource.kind())?;
        let meaning = Meaning::of(&item.resource, elements, &item.targets);
        let title = item.title.reveal().clone();
        (section == item.section).then(|| Entry {
            section,
            target: String::new(),
            title,
            meaning,
            resource: &item.resource,
        })
    }

    /// How this shared record stands to one of the chart; `None` when they have nothing to do with each other.
    fn beside(&self, chart: &Entry<'_>) -> Option<(Comparison, Vec<Difference>)> {
        match self.section {
            Section::Insurance => self.policy_beside(chart),
            Section::Immunizations => self.shot_beside(chart),
            Section::Allergies => {
                let (one, other) = (self.meaning.as_allergen(), chart.meaning.as_allergen());
                self.graded(chart, one.is_same(&other), one.is_part(&other))
            }
            Section::Medications => {
                let same_drug = !self.meaning.ingredients().is_disjoint(&chart.meaning.ingredients());
                let named_same = self.meaning.is_same(&chart.meaning);
                let same = named_same && !self.meaning.contradicts(&chart.meaning);
                self.graded(chart, same, named_same || same_drug)
            }
            _ => {
                let (one, other) = (&self.meaning, &chart.meaning);
                self.graded(chart, one.is_same(other), one.is_part(other) || one.same_category(other))
            }
        }
    }

    fn graded(&self, chart: &Entry<'_>, same: bool, alike: bool) -> Option<(Comparison, Vec<Difference>)> {
        let differences = || self.differences(chart, facts_of(self.section));
        match (same, alike) {
            (true, _) => Some(differences())
                .map(|found| (if found.is_empty() { Comparison::Same } else { Comparison::Changed }, found)),
            (false, true) => Some((Comparison::Possibly, differences())),
            (false, false) => None,
        }
    }

    /// What both say, and say otherwise. What the share leaves out is no difference; what only the share says is one.
    fn differences(&self, chart: &Entry<'_>, facts: &[(FactKind, &str)]) -> Vec<Difference> {
        let said = |entry: &Entry<'_>, field: FactKind, paths: &str| {
            let json = entry.resource.json().reveal();
            let words = paths.split('|').find_map(|path| words_at(json, path)).filter(|it| it != "unknown");
            // What is of no stated certainty is told as certain, in the share as in the chart.
            words.or_else(|| (field == FactKind::Verification).then(|| "confirmed".to_owned()))
        };
        let differing = facts.iter().filter_map(|(field, paths)| {
            let shared = said(self, *field, paths)?;
            let chart = said(chart, *field, paths).unwrap_or_default();
            let means = |text: &str| if *field == FactKind::MemberId { vec![letters(text)] } else { parts(text) };
            // A chart that says nothing of a status is not thereby of another.
            let silent = chart.is_empty() && *field == FactKind::Status;
            let same = means(&shared) == means(&chart) || silent;
            (!same).then(|| Difference { field: *field, shared: plain_text(&shared), chart: plain_text(&chart) })
        });
        let mut differing: Vec<Difference> = differing.collect();
        if self.section == Section::Medications {
            differing.extend(self.forbidden_beside(chart));
            differing
                .extend(self.dosage_beside(chart).filter(|_| differing.iter().all(|it| it.field != FactKind::Dosage)));
        }
        differing
    }

    /// What one says not to give is not what the other says to give (`doNotPerform`; absent is false).
    fn forbidden_beside(&self, chart: &Entry<'_>) -> Option<Difference> {
        let forbids = |entry: &Entry<'_>| entry.resource.json().reveal()["doNotPerform"] == true;
        let words = |entry: &Entry<'_>| {
            let status = entry.resource.text("/status");
            let forbidden = forbids(entry).then_some("doNotPerform");
            plain_text(&status.into_iter().chain(forbidden).collect::<Vec<_>>().join(", "))
        };
        let differs = forbids(self) != forbids(chart);
        differs.then(|| Difference { field: FactKind::Status, shared: words(self), chart: words(chart) })
    }

    /// Dosage as structure: dose, timing, route and what else the share says beyond the text.
    fn dosage_beside(&self, chart: &Entry<'_>) -> Option<Difference> {
        let (shared, chart) = (dosages(self.resource), dosages(chart.resource));
        let words =
            |dosages: &[Value]| plain_text(&dosages.iter().map(Value::to_string).collect::<Vec<_>>().join("; "));
        let differs = !shared.is_empty() && shared != chart;
        differs.then(|| Difference { field: FactKind::Dosage, shared: words(&shared), chart: words(&chart) })
    }

    /// The same vaccine on another day is another shot.
    fn shot_beside(&self, chart: &Entry<'_>) -> Option<(Comparison, Vec<Difference>)> {
        let day = |entry: &Entry<'_>| {
            let text = entry.resource.text("/occurrenceDateTime")?;
            Some(text.get(..10).unwrap_or(text).to_owned())
        };
        let by_code = self.meaning.same_code_of(systems::CVX, &chart.meaning);
        let same = by_code.unwrap_or_else(|| self.meaning.is_same(&chart.meaning));
        let alike = same || self.meaning.is_part(&chart.meaning);
        match (day(self), day(chart)) {
            (Some(one), Some(other)) if one == other && one.len() == 10 => {
                self.graded(chart, same, alike || by_code.is_none())
            }
            (Some(one), Some(other)) if one.starts_with(&other) || other.starts_with(&one) => {
                self.graded(chart, false, alike)
            }
            (Some(_), Some(_)) => None,
            // Without a day on one side nobody can tell.
            _ => self.graded(chart, false, same),
        }
    }

    fn policy_beside(&self, chart: &Entry<'_>) -> Option<(Comparison, Vec<Difference>)> {
        let members = |entry: &Entry<'_>| -> BTreeSet<String> {
            let json = entry.resource.json().reveal();
            let listed = found(json, "subscriberId").into_iter().chain(found(json, "identifier/value"));
            listed.filter_map(|it| it.as_str()).map(letters).filter(|it| !it.is_empty()).collect()
        };
        let payers = |entry: &Entry<'_>| payer(entry.resource).map(|payer| parts(&payer)).filter(|it| !it.is_empty());
        // The form's title is the payer, wherever its name stood in the share.
        let shared_payer = payers(self).or_else(|| Some(parts(&self.title)));
        let same_number = !members(self).is_disjoint(&members(chart));
        let same_payer = payers(chart).is_some_and(|payer| Some(payer) == shared_payer);
        self.graded(chart, same_number && same_payer, same_number || same_payer)
    }
}

/// The section of a type that is compared, and the elements that say what it is.
fn compared_by(kind: &str) -> Option<(Section, &'static [&'static str])> {
    match kind {
        "Coverage" => Some((Section::Insurance, &["payor"])),
        "AllergyIntolerance" => Some((Section::Allergies, &["code"])),
        "MedicationRequest" | "MedicationStatement" => {
            Some((Section::Medications, &["medicationCodeableConcept", "medicationReference"]))
        }
        "Condition" => Some((Section::Problems, &["code"])),
        "Immunization" => Some((Section::Immunizations, &["vaccineCode"])),
        _ => None,
    }
}

/// Where certainty stands: as a code, or as the word of other versions and hasty senders.
const VERIFICATION: &str = "verificationStatus/coding/code|verificationStatus/text|verificationStatus";

/// What makes two records of the same thing differ. Notes and dates of recording do not.
const fn facts_of(section: Section) -> &'static [(FactKind, &'static str)] {
    match section {
        Section::Insurance => &[
            (FactKind::MemberId, "subscriberId|identifier/value"),
            (FactKind::PolicyClass, "class/value"),
            (FactKind::Period, "period"),
            (FactKind::Status, "status"),
        ],
        Section::Allergies => &[
            (FactKind::Reaction, "reaction/manifestation"),
            (FactKind::Criticality, "criticality"),
            (FactKind::Status, "clinicalStatus/coding/code"),
            (FactKind::Verification, VERIFICATION),
        ],
        Section::Medications => {
            &[(FactKind::Dosage, "dosageInstruction/text|dosage/text"), (FactKind::Status, "status")]
        }
        Section::Problems => &[
            (FactKind::Status, "clinicalStatus/coding/code"),
            (FactKind::End, "abatementDateTime"),
            (FactKind::Verification, VERIFICATION),
            (FactKind::BodySite, "bodySite"),
        ],
        _ => &[(FactKind::Status, "status")],
    }
}

/// Each dosage without its text and number, as far as it then says anything.
fn dosages(resource: &Resource) -> Vec<Value> {
    let listed = [resource.list("/dosageInstruction"), resource.list("/dosage")].concat();
    let structured = listed.into_iter().map(|mut dosage| {
        if let Some(members) = dosage.as_object_mut() {
            members.retain(|name, _| !matches!(name.as_str(), "text" | "sequence" | "id"));
        }
        dosage
    });
    structured.filter(|dosage| dosage.as_object().is_some_and(|members| !members.is_empty())).collect()
}

/// The payer's name as the record itself has it.
fn payer(resource: &Resource) -> Option<String> {
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
fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
