//! Insurance and clinical lists beside the chart: which of the shared records are new, which the chart already holds.
//!
//! Whether a record is there already, [`Comparison`] tells; staff decide about the rest. Nothing in the chart is ever deleted:
//! what only the chart has is listed and left.

use super::chart::ChartRecords;
use super::compared_item::ComparedItem;
use super::comparison::{Beside, Comparison};
use super::content_key::ContentKey;
use super::likeness::Likeness;
use super::look_alike::{ChartNames, LookAlikes};
use super::policy::ComparedPolicy;
use super::record::Record;
use crate::intake::{Intake, IntakeItem, ItemId, Section};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use std::collections::{BTreeMap, BTreeSet};

/// The sections that are compared.
pub const COMPARED: [Section; 5] =
    [Section::Insurance, Section::Allergies, Section::Medications, Section::Problems, Section::Immunizations];

/// More records that only the chart has are not listed.
const MAX_LISTED: usize = 40;

/// More records that an item meets beside the best are not told.
const MAX_ALSO: usize = 3;

/// What a chart holds, compared with a form. That takes long for a long form: it is no work for whoever draws.
#[derive(Clone, Debug)]
pub struct ComparedRecords {
    pub(super) compared: Box<ComparedChart>,
}

impl ComparedRecords {
    /// Compares the form with the chart.
    pub fn new(intake: &Intake, chart: ChartRecords, look_alikes: &LookAlikes) -> ComparedRecords {
        ComparedRecords { compared: Box::new(ComparedChart::new(intake, &chart, look_alikes)) }
    }
}

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct ComparedChart {
    by_item: BTreeMap<ItemId, ComparedItem>,
    /// How many items stand so, in the order of [`Comparison::ALL`].
    counts: [usize; Comparison::ALL.len()],
    /// The places of each section's items in the form, what needs a decision first.
    order: BTreeMap<Section, Vec<usize>>,
    /// Shared cards beside the chart's policies that they resemble.
    pub(super) policies: BTreeMap<ItemId, ComparedPolicy>,
    /// What the chart has and the share does not.
    pub only_in_chart: Vec<(Section, Sensitive<String>)>,
    /// Sections of the chart that the EHR did not tell.
    pub not_compared: Vec<Section>,
}

impl ComparedChart {
    /// How an item stands to the chart.
    pub fn comparison(&self, item: ItemId) -> Comparison {
        self.by_item.get(&item).map_or(Comparison::NotCompared, |compared| compared.comparison)
    }

    /// The places of a section's items in the form, what needs a decision first.
    pub(super) fn order(&self, section: Section) -> &[usize] {
        self.order.get(&section).map_or(&[], Vec::as_slice)
    }

    /// What the item was compared with.
    pub fn compared(&self, item: ItemId) -> Option<&ComparedItem> {
        self.by_item.get(&item)
    }

    /// The record of the chart that says the same as the item.
    pub(super) fn held_as(&self, item: ItemId) -> Option<&str> {
        let same = self.compared(item).filter(|compared| compared.comparison == Comparison::Same)?;
        same.entry.as_ref().map(|(target, _)| target.as_str())
    }

    /// How many items stand so.
    pub fn count(&self, comparison: Comparison) -> usize {
        self.counts.get(comparison as usize).copied().unwrap_or_default()
    }

    /// Compares the form with the chart.
    pub(super) fn new(intake: &Intake, chart: &ChartRecords, look_alikes: &LookAlikes) -> ComparedChart {
        let records: Vec<Record> = chart.records.iter().filter_map(|it| Record::from_chart(it, intake.day)).collect();
        let likeness = Likeness::new(&records);
        let mut firsts = Firsts::new();
        for record in &records {
            firsts.entry((record.section, record.is_none_known)).or_insert(record);
        }
        let medicines = records.iter().enumerate().filter(|(_, record)| record.section == Section::Medications);
        let mut medicines = ChartNames::new(medicines.map(|(place, record)| (place, record.title.as_str())));
        let mut matched: BTreeSet<usize> = BTreeSet::new();
        let mut compared_chart = ComparedChart { not_compared: chart.not_compared.clone(), ..ComparedChart::default() };
        for item in intake.items.iter().filter(|item| COMPARED.contains(&item.section)) {
            let Some(shared) = Record::from_item(item, intake.day) else {
                // A section that says that it is empty, without a record of that.
                let against = item.is_stated_absence().then(|| firsts.get(&(item.section, false))).flatten();
                against.into_iter().for_each(|record| compared_chart.put(item, contradiction(record)));
                continue;
            };
            let alike = Alike::of(&shared, &records, &likeness);
            matched.extend(alike.places());
            // By "no known allergies" an allergy is contradicted, by an allergy "no known allergies".
            let against = firsts.get(&(shared.section, !shared.is_none_known));
            let compared = match (alike.best, against) {
                // What contradicts is told, whatever the chart has beside it.
                (_, Some(record)) if shared.is_none_known => contradiction(record),
                (Some((place, Beside { comparison, .. })), _) => {
                    let Some(record) = records.get(place) else { continue };
                    let policies = shared.policy.as_ref().zip(record.policy.as_ref());
                    if let Some((card, policy)) =
                        policies.filter(|_| comparison != Comparison::Same && item.can_be_taken())
                    {
                        let policy = ComparedPolicy::new(&record.target, card, policy, intake.day);
                        compared_chart.policies.insert(item.id, policy);
                    }
                    let differences = shared.particulars.differences(&record.particulars);
                    let also = alike.others.iter().filter(|_| !shared.meaning.is_of_one());
                    let also = also.filter_map(|place| records.get(*place)).map(|record| plain_text(&record.title));
                    ComparedItem {
                        comparison,
                        entry: Some(named(record)),
                        also: also.collect(),
                        differences,
                        looks_like: None,
                        content: None,
                    }
                }
                (None, Some(record)) => contradiction(record),
                (None, None) => {
                    // Both say that nothing is known, of something else perhaps.
                    let kin = firsts.get(&(shared.section, true)).filter(|_| shared.is_none_known);
                    let comparison = match (alike.is_cut || kin.is_some(), chart.not_compared.contains(&shared.section))
                    {
                        (true, _) => Comparison::Possibly,
                        (false, true) => Comparison::NotCompared,
                        (false, false) => Comparison::New,
                    };
                    ComparedItem {
                        comparison,
                        entry: kin.map(|record| named(record)),
                        also: Vec::new(),
                        differences: Vec::new(),
                        looks_like: None,
                        content: None,
                    }
                }
            };
            let looks_like = match compared.comparison {
                Comparison::New | Comparison::Possibly if item.section == Section::Medications => {
                    medicines.confused_with(item.title.reveal(), look_alikes).and_then(|place| records.get(place))
                }
                Comparison::New
                | Comparison::Possibly
                | Comparison::Changed
                | Comparison::NotCompared
                | Comparison::Same => None,
            };
            let looks_like = looks_like.map(|record| plain_text(&record.title));
            compared_chart.put(item, ComparedItem { looks_like, ..compared });
        }
        let only = records.iter().enumerate().filter(|(place, _)| !matched.contains(place));
        let only = only.map(|(_, record)| (record.section, plain_text(&record.title)));
        compared_chart.only_in_chart = only.take(MAX_LISTED).collect();
        compared_chart.only_in_chart.sort_by_key(|(section, _)| *section);
        compared_chart.order = order(intake, &compared_chart);
        compared_chart
    }

    fn put(&mut self, item: &IntakeItem, mut compared: ComparedItem) {
        if let Some(count) = self.counts.get_mut(compared.comparison as usize) {
            *count += 1;
        }
        compared.content = match compared.comparison {
            Comparison::Same => None,
            Comparison::Changed | Comparison::Possibly | Comparison::New | Comparison::NotCompared => {
                Some(match self.policies.get(&item.id) {
                    Some(policy) => ContentKey::of_card(item, &compared, &policy.rows),
                    None => ContentKey::of_item(item, Some(&compared)),
                })
            }
        };
        self.by_item.insert(item.id, compared);
    }
}

/// The first record of the chart in each section, of those that say that nothing is known and of the others.
type Firsts<'r> = BTreeMap<(Section, bool), &'r Record>;

/// The records of the chart that a shared one is, or resembles.
struct Alike {
    best: Option<(usize, Beside)>,
    others: Vec<usize>,
    /// Whether there may be more.
    is_cut: bool,
}

impl Alike {
    fn of(shared: &Record, records: &[Record], likeness: &Likeness<'_>) -> Alike {
        let facing = likeness.facing(shared);
        let (mut best, mut others): (Option<(usize, Beside)>, Vec<usize>) = (None, Vec::new());
        let rank = |beside: &Beside| match beside.comparison {
            Comparison::Same => (0, beside.differing),
            Comparison::Changed => (1, beside.differing),
            Comparison::Possibly | Comparison::New | Comparison::NotCompared => (2, beside.differing),
        };
        for (place, alike) in facing.found {
            let Some(beside) = records.get(place).and_then(|record| shared.beside(record, alike)) else { continue };
            let is_same = beside.comparison == Comparison::Same;
            let is_better = best.as_ref().is_none_or(|(_, known)| rank(&beside) < rank(known));
            let beaten = if is_better { best.replace((place, beside)).map(|(place, _)| place) } else { Some(place) };
            others.extend(beaten.filter(|_| others.len() < MAX_ALSO));
            if is_same {
                break;
            }
        }
        Alike { best, others, is_cut: facing.is_cut }
    }

    /// Which are not only in the chart.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.best.as_ref().map(|(place, _)| *place).into_iter()
    }
}

fn contradiction(record: &Record) -> ComparedItem {
    let (entry, also, differences) = (Some(named(record)), Vec::new(), Vec::new());
    ComparedItem { comparison: Comparison::Changed, entry, also, differences, looks_like: None, content: None }
}

fn named(record: &Record) -> (String, Sensitive<String>) {
    (record.target.clone(), plain_text(&record.title))
}

fn order(intake: &Intake, compared: &ComparedChart) -> BTreeMap<Section, Vec<usize>> {
    let mut order: BTreeMap<Section, Vec<usize>> = BTreeMap::new();
    for (place, item) in intake.items.iter().enumerate() {
        order.entry(item.section).or_default().push(place);
    }
    let comparison = |place: &usize| intake.items.get(*place).map(|item| compared.comparison(item.id));
    order.values_mut().for_each(|places| places.sort_by_key(comparison));
    order
}

#[cfg(test)]
#[path = "sameness_tests.rs"]
mod sameness;
#[cfg(test)]
#[path = "telling_apart_tests.rs"]
mod telling_apart;
#[cfg(test)]
#[path = "compared_chart_tests.rs"]
mod tests;
