//! The chart that was chosen: what the EHR tells of it, how the form compares with it, and what staff decide beside it.
//!
//! What is compared is compared once, when the EHR answers; what is drawn is read from here.

use super::arrivals::Arrivals;
use super::chart::ChartPatient;
use super::compared_chart::{ComparedChart, ComparedRecords};
use super::confirmed::Change;
use super::decisions::Decisions;
use super::field::Field;
use super::fields::{FieldDecision, FieldRow};
use super::policy::{PolicyField, PolicyRow};
use super::remembered::Remembered;
use super::today::TodaysAppointments;
use crate::intake::{Intake, IntakeItem, ItemId};
use crate::sensitive::Sensitive;

/// How far the comparison with the chosen chart has come.
#[derive(Clone, Debug)]
pub enum ChartComparison {
    /// The EHR was asked for what the chart holds.
    Asked,
    /// It answered.
    Compared(Box<ComparedChart>),
    /// It did not; the form is as it would be without an EHR.
    NotTold,
}

/// A chart that the patient confirmed to be theirs.
#[derive(Clone, Debug)]
pub struct ChosenChart {
    patient: ChartPatient,
    comparison: ChartComparison,
    pub(super) seen_elsewhere: bool,
    arrivals: Arrivals,
    decisions: Decisions,
    /// What the decisions change in the EHR.
    changes: Vec<Change>,
    remembered: Remembered,
}

impl ChosenChart {
    /// The EHR is asked what it holds, and nothing is decided.
    pub(super) fn new(patient: ChartPatient, shared: Option<&IntakeItem>) -> ChosenChart {
        ChosenChart {
            decisions: Decisions::new(&patient, shared),
            patient,
            comparison: ChartComparison::Asked,
            seen_elsewhere: false,
            arrivals: Arrivals::default(),
            changes: Vec::new(),
            remembered: Remembered::new(),
        }
    }

    /// The patient as the EHR shows them.
    pub fn patient(&self) -> &ChartPatient {
        &self.patient
    }

    pub(super) fn into_patient(self) -> ChartPatient {
        self.patient
    }

    /// How far the comparison has come.
    pub fn comparison(&self) -> &ChartComparison {
        &self.comparison
    }

    /// The comparison, when it is there.
    pub fn compared(&self) -> Option<&ComparedChart> {
        match &self.comparison {
            ChartComparison::Compared(compared) => Some(compared),
            ChartComparison::Asked | ChartComparison::NotTold => None,
        }
    }

    /// Whether the EHR still has to answer.
    pub const fn is_awaited(&self) -> bool {
        matches!(self.comparison, ChartComparison::Asked)
    }

    /// Today's appointments, and for which of them the patient is marked as arrived.
    pub fn arrivals(&self) -> &Arrivals {
        &self.arrivals
    }

    /// What staff decided beside it.
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Personal details, field by field.
    pub fn fields(&self) -> &[FieldRow] {
        self.decisions.fields()
    }

    /// An insurance card beside the policy that it resembles: the fields that differ.
    pub fn policy(&self, item: ItemId) -> &[PolicyRow] {
        self.decisions.policy(item)
    }

    /// Whether something of an insurance card goes into the policy.
    pub fn changes_policy(&self, item: ItemId) -> bool {
        self.policy(item).iter().any(|row| row.taken)
    }

    /// What staff change in the EHR's own records.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What staff decided beside it at earlier visits.
    pub(super) const fn remembered(&self) -> &Remembered {
        &self.remembered
    }

    pub(super) fn set_remembered(&mut self, remembered: Remembered) {
        self.decisions.recall(&remembered);
        self.remembered = remembered;
    }

    /// Items that the chart holds, and where.
    pub(super) fn held(&self, intake: &Intake) -> Vec<(ItemId, String)> {
        let held = |item: &IntakeItem| Some((item.id, self.compared()?.held_as(item.id)?.to_owned()));
        intake.items.iter().filter_map(held).collect()
    }

    /// The EHR told what the chart holds, or could not. Only the answer that is awaited counts.
    pub(super) fn set_records(&mut self, records: Option<ComparedRecords>) {
        if !self.is_awaited() {
            return;
        }
        let Some(ComparedRecords { mut compared }) = records else {
            self.comparison = ChartComparison::NotTold;
            return;
        };
        self.decisions.set_policies(std::mem::take(&mut compared.policies));
        self.comparison = ChartComparison::Compared(compared);
    }

    /// The EHR told of today's appointments, or told of them anew.
    pub(super) fn set_appointments(&mut self, intake: &Intake, told: TodaysAppointments) {
        self.arrivals.set(told);
        self.update_changes(intake);
    }

    pub(super) fn toggle_arrived(&mut self, intake: &Intake, appointment: &str) {
        self.arrivals.toggle(appointment);
        self.update_changes(intake);
    }

    pub(super) fn decide(&mut self, intake: &Intake, field: Field, decision: FieldDecision) {
        self.decisions.decide(field, decision);
        self.update_changes(intake);
    }

    /// Takes a field of a card into the policy, or leaves it; whether there is such a field.
    pub(super) fn take_policy_field(&mut self, intake: &Intake, item: ItemId, field: PolicyField, take: bool) -> bool {
        let offered = self.decisions.take_policy_field(item, field, take);
        self.update_changes(intake);
        offered
    }

    /// The card is filed as a new one: the policy stays as it is.
    pub(super) fn leave_policy(&mut self, intake: &Intake, item: ItemId) {
        self.leave_policies(intake, &[item]);
    }

    /// The same for several.
    pub(super) fn leave_policies(&mut self, intake: &Intake, items: &[ItemId]) {
        items.iter().for_each(|item| self.decisions.leave_policy(*item));
        self.update_changes(intake);
    }

    /// Staff verified who it is, or not after all: the mark of the kiosk that opened the chart is taken off.
    pub(super) fn toggle_verified(&mut self, intake: &Intake) {
        self.decisions.verified = self.patient.is_unverified() && !self.decisions.verified;
        self.update_changes(intake);
    }

    fn update_changes(&mut self, intake: &Intake) {
        self.changes = self.decisions.changes(intake, &self.patient);
        if self.decisions.verified {
            let (was, becomes) = self.patient.tags();
            self.changes.push(Change {
                target: format!("Patient/{}", self.patient.id),
                element: "meta.tag",
                was: Sensitive::new(was),
                becomes: Sensitive::new(becomes),
                item: None,
                only_while: Vec::new(),
            });
        }
        self.changes.extend(self.arrivals.changes());
    }
}
