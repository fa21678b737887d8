//! What staff decide beside a chart: personal details field by field, insurance cards beside the chart's policies. It is part
//! of the [`super::ChosenChart`] and is made with it.

use super::chart::ChartPatient;
use super::confirmed::Change;
use super::field::Field;
use super::field_change;
use super::fields::{FieldDecision, FieldRow, recall, rows};
use super::policy::{self, ComparedPolicy, PolicyField, PolicyRow};
use super::remembered::Remembered;
use crate::intake::{Intake, IntakeItem, ItemId, Section};
use std::collections::BTreeMap;

/// What was decided so far, each decision in the row that shows it.
#[derive(Clone, Debug)]
pub struct Decisions {
    fields: Vec<FieldRow>,
    /// A change of what the chart is known by, once asked for; the same again says that it is meant.
    doubted: Option<(Field, FieldDecision)>,
    policies: BTreeMap<ItemId, ComparedPolicy>,
    /// Whether staff verified who the patient of a chart is that a kiosk opened.
    pub(super) verified: bool,
}

impl Decisions {
    /// Nothing is decided; `shared` is the person's own entry of the form.
    pub(super) fn new(chart: &ChartPatient, shared: Option<&IntakeItem>) -> Decisions {
        let fields = shared.map(|shared| rows(&shared.resource, chart)).unwrap_or_default();
        Decisions { fields, doubted: None, policies: BTreeMap::new(), verified: false }
    }

    /// Personal details, field by field.
    pub fn fields(&self) -> &[FieldRow] {
        &self.fields
    }

    /// What was decided about the same values at an earlier visit.
    pub(super) fn recall(&mut self, remembered: &Remembered) {
        recall(&mut self.fields, remembered);
    }

    /// The field whose change waits to be asked for again.
    pub fn doubted_field(&self) -> Option<Field> {
        self.doubted.as_ref().map(|(field, _)| *field)
    }

    /// Whether staff verified who it is.
    pub const fn verifies(&self) -> bool {
        self.verified
    }

    /// An insurance card beside the policy that it resembles: the fields that differ.
    pub fn policy(&self, item: ItemId) -> &[PolicyRow] {
        self.policies.get(&item).map_or(&[], |policy| &policy.rows)
    }

    /// The cards of which something goes into a policy.
    pub(super) fn changing_policies(&self) -> impl Iterator<Item = ItemId> {
        self.policies.iter().filter(|(_, policy)| policy.rows.iter().any(|row| row.taken)).map(|(item, _)| *item)
    }

    /// Whether something was decided about a field, if only to keep it.
    pub(super) fn is_any_field_decided(&self) -> bool {
        self.fields.iter().any(|row| row.decision.is_some())
    }

    pub(super) fn set_policies(&mut self, policies: BTreeMap<ItemId, ComparedPolicy>) {
        self.policies = policies;
    }

    /// Decides about a field. A change of what the chart is known by counts when it is asked for twice.
    pub(super) fn decide(&mut self, field: Field, decision: FieldDecision) {
        let Some(row) = self.fields.iter_mut().find(|row| row.field == field) else { return };
        let offered = match &decision {
            FieldDecision::Keep => true,
            FieldDecision::Take => row.differs(),
            FieldDecision::Typed(text) => field.check(text.reveal()).is_ok(),
        };
        if !offered {
            return;
        }
        let meant = Some((field, decision.clone()));
        if field.is_identifying() && decision != FieldDecision::Keep && self.doubted != meant {
            self.doubted = meant;
            return;
        }
        self.doubted = None;
        row.decision = Some(decision);
    }

    /// Takes a field of a card into the policy, or leaves it; whether there is such a field. One field of a policy is taken
    /// of one card.
    pub(super) fn take_policy_field(&mut self, item: ItemId, field: PolicyField, take: bool) -> bool {
        let offered = self.policies.get(&item).filter(|policy| policy.rows.iter().any(|row| row.field == field));
        let Some(target) = offered.map(|policy| policy.target.clone()) else { return false };
        for (other, policy) in self.policies.iter_mut().filter(|(_, policy)| policy.target == target) {
            for row in policy.rows.iter_mut().filter(|row| row.field == field) {
                match (*other == item, take) {
                    (true, take) => row.taken = take,
                    (false, true) => row.taken = false,
                    (false, false) => {}
                }
            }
        }
        true
    }

    /// Nothing of this card goes into a policy.
    pub(super) fn leave_policy(&mut self, item: ItemId) {
        for row in self.policies.get_mut(&item).into_iter().flat_map(|policy| &mut policy.rows) {
            row.taken = false;
        }
    }

    /// What is changed in the chart's Patient and policies.
    pub(super) fn changes(&self, intake: &Intake, chart: &ChartPatient) -> Vec<Change> {
        let shared = intake.section(Section::Demographics).next();
        let mut changes = shared
            .map(|shared| field_change::changes((shared.id, &shared.resource), chart, &self.fields))
            .unwrap_or_default();
        for (item, policy) in &self.policies {
            if let Some(shared) = intake.items.iter().find(|known| known.id == *item) {
                policy::change(&mut changes, (*item, &shared.resource), policy);
            }
        }
        changes
    }
}
