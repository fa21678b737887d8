//! A review and what is remembered of earlier ones: what need not be asked again, what staff leave out now, and what the next visit
//! will know of it.

use super::chosen_chart::ChosenChart;
use super::compared_chart::{COMPARED, ComparedChart};
use super::content_key::ContentKey;
use super::fields::FieldRow;
use super::overview::Overview;
use super::remembered::{Decided, DecidedBefore, Decision, Remembered};
use super::{Reconciliation, Reviewed, StaffDecision};
use crate::intake::{IntakeItem, ItemId, Section};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

impl Reconciliation {
    /// What was decided about an item at an earlier visit, unless staff decide anew.
    pub fn decided_before(&self, item: ItemId) -> Option<&DecidedBefore> {
        if self.reopened.contains(&item) { None } else { self.remembered(item) }
    }

    /// How many items and personal details were decided at an earlier visit, and are not asked about.
    pub fn count_decided_before(&self) -> usize {
        let fields = self.chosen().into_iter().flat_map(ChosenChart::fields);
        let fields = fields.filter(|row| row.before.is_some() && row.decision.is_none()).count();
        fields + self.listing().count_decided_before()
    }

    /// What is remembered of an item. What was filed as a record and is not in the chart is asked about again.
    pub(super) fn remembered(&self, item: ItemId) -> Option<&DecidedBefore> {
        let content = self.compared()?.compared(item)?.content?;
        self.chosen()?.remembered().get(&content).filter(|before| before.decided != Decided::Filed)
    }

    /// By whom and when it was filed, where the chart does not have it as that.
    pub fn filed_before(&self, item: ItemId) -> Option<&DecidedBefore> {
        let content = self.compared()?.compared(item)?.content?;
        self.chosen()?.remembered().get(&content).filter(|before| before.decided == Decided::Filed)
    }

    /// When all of a section was decided last.
    pub fn reviewed_before(&self, section: Section) -> Option<&DecidedBefore> {
        self.chosen()?.remembered().get(&ContentKey::of_section(section))
    }

    /// What staff decided about this chart at earlier visits was looked up. An answer about another chart is nobody's.
    pub fn set_remembered(&mut self, chart: &str, remembered: Remembered) {
        if let Some(chosen) = self.choice.chosen_mut().filter(|chosen| chosen.patient().id == chart) {
            chosen.set_remembered(remembered);
            self.drop_decided_before();
            self.overview = Overview::default();
        }
    }

    /// Whoever ticked it did not see what was decided before.
    pub(super) fn drop_decided_before(&mut self) {
        let decided = self.ticked.iter().filter(|item| self.decided_before(**item).is_some());
        let decided: Vec<ItemId> = decided.copied().collect();
        for item in &decided {
            self.ticked.remove(item);
        }
    }

    /// Whether staff can say that an item stays out of the chart.
    pub fn can_be_left(&self, item: &IntakeItem) -> bool {
        self.listing().can_be_left(item.id)
    }

    /// Staff leave an item out, or not after all.
    pub fn toggle_left(&mut self, item: ItemId) {
        let offered = self.item(item).is_some_and(|known| self.can_be_left(known));
        if offered && !self.left.remove(&item) {
            self.left.insert(item);
            self.ticked.remove(&item);
        }
        self.overview.ticks_changed();
    }

    /// What of a section is not decided and was at one of these places, which staff have seen.
    pub fn rest_of(&self, section: Section, seen: &BTreeSet<usize>) -> Vec<ItemId> {
        let items = seen.iter().filter_map(|place| self.intake.items.get(*place));
        let is_open = |item: &&IntakeItem| {
            let changes = self.chosen().is_some_and(|chosen| chosen.changes_policy(item.id));
            self.decision(item.id) == StaffDecision::Open && self.can_be_left(item) && !changes
        };
        items.filter(|item| item.section == section).filter(is_open).map(|item| item.id).collect()
    }

    /// Staff leave an item out with others. What they took stays taken.
    pub fn leave(&mut self, item: ItemId) {
        if self.decision(item) == StaffDecision::Open {
            self.toggle_left(item);
        }
    }

    /// Staff decide anew about an item that was decided at an earlier visit.
    pub fn reopen(&mut self, item: ItemId) {
        if self.remembered(item).is_some() {
            self.reopened.insert(item);
            self.overview = Overview::default();
        }
    }

    /// What is remembered of this review.
    pub(super) fn decisions(&self) -> Vec<Decision> {
        let fields = self.chosen().into_iter().flat_map(ChosenChart::fields).flat_map(FieldRow::decisions);
        let items = self.decisions_about_items();
        let sections = COMPARED.iter().filter(|section| self.is_reviewed(**section)).map(|section| {
            let content = ContentKey::of_section(*section);
            Decision { content, item: None, decided: Some(Decided::Reviewed) }
        });
        fields.chain(items).chain(sections).collect()
    }

    /// One for each content, of which a form may have several items: what was filed was not left out, and what stands open for one
    /// is not decided.
    fn decisions_about_items(&self) -> Vec<Decision> {
        let mut by_content: BTreeMap<ContentKey, (Decision, bool)> = BTreeMap::new();
        for (decision, is_open) in self.intake.items.iter().flat_map(|item| self.decisions_about(item)) {
            match by_content.entry(decision.content) {
                Entry::Vacant(first) => {
                    first.insert((decision, is_open));
                }
                Entry::Occupied(mut known) => {
                    let (before, was_open) = known.get_mut();
                    *was_open |= is_open;
                    if before.decided != Some(Decided::Filed) && decision.decided.is_some() {
                        *before = decision;
                    }
                }
            }
        }
        let decided = by_content.into_values().filter_map(|(decision, is_open)| match decision.decided {
            Some(Decided::LeftOut) if is_open => None,
            Some(_) => Some(decision),
            // Taken back, or never decided: only the first is forgotten.
            None => decision.item.is_some().then_some(decision),
        });
        decided.collect()
    }

    /// The sections of which nothing is left undecided.
    pub(super) fn reviewed(&self) -> Vec<Reviewed> {
        let held = |section| {
            let items = self.section(section).filter(|item| self.is_settled(item));
            items.filter_map(|item| Some(self.compared()?.held_as(item.id)?.to_owned())).collect()
        };
        let sections = COMPARED.iter().copied().filter(|section| self.is_reviewed(*section));
        sections.map(|section| Reviewed { section, held: held(section) }).collect()
    }

    /// What was decided about an item, and whether it is open. Without a decision its item says that an earlier one was taken back.
    fn decisions_about(&self, item: &IntakeItem) -> Vec<(Decision, bool)> {
        let beside = self.compared().and_then(|compared| compared.compared(item.id));
        let shown = match beside {
            Some(beside) => beside.content,
            None => self.choice.is_new().then(|| ContentKey::of_item(item, None)),
        };
        let Some(shown) = shown.filter(|_| COMPARED.contains(&item.section)) else { return Vec::new() };
        let is_reopened = self.reopened.contains(&item.id);
        let of = |content, decided| Decision { content, item: Some(item.id), decided };
        let forgotten = is_reopened.then(|| (of(shown, None), false));
        let rows = self.chosen().map_or(&[][..], |chosen| chosen.policy(item.id));
        // What of a card goes into the policy is no difference at the next visit.
        let content = match beside.filter(|_| rows.iter().any(|row| row.taken)) {
            Some(beside) => ContentKey::of_card(item, beside, rows),
            None => shown,
        };
        let decided = match self.decision(item.id) {
            StaffDecision::Take => Some((of(content, Some(Decided::Filed)), false)),
            StaffDecision::Leave => Some((of(content, Some(Decided::LeftOut)), false)),
            StaffDecision::Open if is_reopened => Some((of(content, None), true)),
            StaffDecision::Open if self.decided_before(item.id).is_some() => None,
            StaffDecision::Open => Some((Decision { content, item: None, decided: None }, true)),
        };
        forgotten.into_iter().filter(|(decision, _)| decision.content != content).chain(decided).collect()
    }

    /// Whether a section was compared with the chart and nothing of it is left undecided.
    pub fn is_reviewed(&self, section: Section) -> bool {
        let is_compared = |compared: &ComparedChart| !compared.not_compared.contains(&section);
        let has_some = !self.places.section(section).is_empty();
        has_some
            && COMPARED.contains(&section)
            && self.compared().is_some_and(is_compared)
            && self.tally().open(section) == 0
    }
}

#[cfg(test)]
#[path = "remembering_tests.rs"]
mod tests;
