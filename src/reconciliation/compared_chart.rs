//! Insurance and clinical lists beside the chart: which of the shared records are new, which the chart already holds.
//!
//! Whether a record is there already, [`Comparison`] tells; staff decide about the rest. Nothing in the chart is ever deleted:
//! what only the chart has is listed and left.

use super::chart::{Appointment, ChartRecords, Difference};
use super::comparison::Comparison;
use super::policy::ComparedPolicy;
use super::record::Record;
use crate::intake::{Intake, ItemId, Section};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use std::collections::{BTreeMap, BTreeSet};

/// The sections that are compared.
pub const COMPARED: [Section; 5] =
    [Section::Insurance, Section::Allergies, Section::Medications, Section::Problems, Section::Immunizations];

/// More records that only the chart has are not listed.
const MAX_LISTED: usize = 40;

/// One shared record beside the chart.
#[derive(Clone, Debug)]
pub struct ComparedItem {
    /// How it compares with the chart.
    pub comparison: Comparison,
    /// The record of the chart that it is, or resembles: `Type/id`, and its name.
    pub entry: Option<(String, Sensitive<String>)>,
    /// What the chart says otherwise.
    pub differences: Vec<Difference>,
}

/// What a chart holds, compared with a form. That takes long for a long form: it is no work for whoever draws.
#[derive(Clone, Debug)]
pub struct ComparedRecords {
    pub(super) compared: Box<ComparedChart>,
    pub(super) appointment: Option<Appointment>,
}

impl ComparedRecords {
    /// Compares the form with the chart.
    pub fn new(intake: &Intake, chart: ChartRecords) -> ComparedRecords {
        ComparedRecords { compared: Box::new(ComparedChart::new(intake, &chart)), appointment: chart.appointment }
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
    pub(super) fn new(intake: &Intake, chart: &ChartRecords) -> ComparedChart {
        let records: Vec<Record> = chart.records.iter().filter_map(|it| Record::from_chart(it, intake.day)).collect();
        let mut matched: BTreeSet<usize> = BTreeSet::new();
        let mut compared_chart = ComparedChart { not_compared: chart.not_compared.clone(), ..ComparedChart::default() };
        for item in intake.items.iter().filter(|item| COMPARED.contains(&item.section)) {
            let Some(shared) = Record::from_item(item, intake.day) else { continue };
            let facing = records.iter().enumerate().filter(|(_, record)| record.section == item.section);
            let alike = facing.filter_map(|(place, record)| Some((place, record, shared.beside(record)?)));
            let best = alike.min_by_key(|(_, _, (comparison, _))| match comparison {
                Comparison::Same => 0,
                Comparison::Changed => 1,
                Comparison::Possibly | Comparison::New | Comparison::NotCompared => 2,
            });
            let compared = match best {
                Some((place, record, (comparison, differences))) => {
                    matched.insert(place);
                    if item.section == Section::Insurance && comparison != Comparison::Same && item.can_be_taken() {
                        let policy =
                            ComparedPolicy::new(&record.target, &shared.resource, &record.resource, intake.day);
                        compared_chart.policies.insert(item.id, policy);
                    }
                    ComparedItem { comparison, entry: Some(named(record)), differences }
                }
                None => unlike(&shared, &records, &chart.not_compared),
            };
            if let Some(count) = compared_chart.counts.get_mut(compared.comparison as usize) {
                *count += 1;
            }
            compared_chart.by_item.insert(item.id, compared);
        }
        let only = records.iter().enumerate().filter(|(place, _)| !matched.contains(place));
        let only = only.map(|(_, record)| (record.section, plain_text(&record.title)));
        compared_chart.only_in_chart = only.take(MAX_LISTED).collect();
        compared_chart.only_in_chart.sort_by_key(|(section, _)| *section);
        compared_chart.order = order(intake, &compared_chart);
        compared_chart
    }
}

/// A shared record that no record of the chart resembles.
fn unlike(shared: &Record, records: &[Record], not_compared: &[Section]) -> ComparedItem {
    // "No known allergies" beside a chart that lists some is no news but a contradiction.
    let contradicted = records.iter().find(|record| {
        record.section == shared.section && shared.meaning.is_none_known() && !record.meaning.is_none_known()
    });
    let comparison = match contradicted {
        Some(_) => Comparison::Changed,
        None if not_compared.contains(&shared.section) => Comparison::NotCompared,
        None => Comparison::New,
    };
    ComparedItem { comparison, entry: contradicted.map(named), differences: Vec::new() }
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
#[path = "compared_chart_tests.rs"]
mod tests;
