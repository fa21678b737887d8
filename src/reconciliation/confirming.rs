//! The end of a review: what is still missing, and what comes out of it.

use super::Reconciliation;
use super::chosen_chart::ChosenChart;
use super::compared_chart::COMPARED;
use super::confirmed::{ConfirmedIntake, Staff};
use crate::intake::{IntakeItem, ItemId, Section};
use crate::time::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Why a form cannot be confirmed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// No chart was picked.
    #[error("no patient was chosen")]
    NoPatient,
    /// The EHR has not yet told what the chart holds; it has a deadline.
    #[error("the chart is still being compared")]
    Comparing,
    /// Nothing was ticked.
    #[error("no item was ticked")]
    NoItem,
    /// A new record needs the shared demographics.
    #[error("a new patient needs the demographics to be ticked")]
    NewPatientWithoutDemographics,
}

impl Reconciliation {
    /// What is still missing before the form can be confirmed.
    pub fn undecided(&self) -> Option<Undecided> {
        let takes_demographics = || self.section(Section::Demographics).any(|item| self.ticked.contains(&item.id));
        match self.chosen() {
            Some(chosen) if chosen.is_awaited() => Some(Undecided::Comparing),
            Some(_) if self.is_all_decided() => None,
            Some(_) => (self.filed() == 0 && !self.listing().holds_some).then_some(Undecided::NoItem),
            None if !self.choice.is_new() => Some(Undecided::NoPatient),
            None if self.ticked.is_empty() => Some(Undecided::NoItem),
            None => (!takes_demographics()).then_some(Undecided::NewPatientWithoutDemographics),
        }
    }

    /// Whether the form was compared, and nothing of it waits for a decision.
    fn is_all_decided(&self) -> bool {
        let has_some = || {
            self.demographics().is_some_and(IntakeItem::can_be_taken)
                || COMPARED.iter().any(|section| self.is_reviewed(*section))
        };
        self.compared().is_some() && self.open_decisions() == 0 && has_some() && !self.places.has_others
    }

    /// Ends the review: what was ticked, for the chart that was picked, by whom and when.
    ///
    /// Personal details go with what is changed or marked, and stand alone where nothing else is filed: they were compared with
    /// the patient, and that leaves its trace. A card that changes a policy is not filed as a card of its own.
    pub fn confirm(self, staff: Staff, now: Timestamp) -> Result<ConfirmedIntake, Undecided> {
        if let Some(undecided) = self.undecided() {
            return Err(undecided);
        }
        let patient = self.choice.patient().ok_or(Undecided::NoPatient)?;
        let (changes, mut in_chart) =
            self.chosen().map(|it| (it.changes().to_vec(), it.held(&self.intake))).unwrap_or_default();
        let decisions = self.decisions();
        let reviewed = self.reviewed();
        let settled: BTreeSet<ItemId> =
            self.intake.items.iter().filter(|item| self.is_settled(item)).map(|item| item.id).collect();
        let mut taken = self.ticked.clone();
        taken.retain(|id| settled.contains(id));
        in_chart.retain(|(held, _)| settled.contains(held) && !taken.contains(held));
        if taken.is_empty() || self.chosen().is_some_and(|it| it.decisions().is_any_field_decided()) {
            taken.extend(self.demographics().map(|item| item.id));
        }
        let intake = Arc::unwrap_or_clone(self.intake);
        let (items, left): (Vec<_>, Vec<_>) =
            intake.items.into_iter().partition(|item| taken.contains(&item.id) && item.can_be_taken());
        let turned_down = self.choice.turned_down();
        Ok(ConfirmedIntake {
            decisions,
            reviewed,
            patient,
            turned_down,
            chart: self.choice.into_chosen().map(ChosenChart::into_patient),
            day: intake.day,
            items,
            left: left.len().saturating_sub(in_chart.len()),
            sources: intake.sources,
            people: intake.people,
            changes,
            in_chart,
            staff,
            confirmed_at: now,
        })
    }
}
