//! The form beside the chart: which patient it is, what staff take, what they leave, what they change.
//!
//! Nothing is preselected: no candidate, no item, no change. A person confirms two identifiers with the patient, ticks each
//! item, and only [`Reconciliation::confirm`] makes a [`ConfirmedIntake`]. What the chart already holds is not filed again,
//! and nothing in the chart is ever deleted.

mod chart;
mod compared_chart;
mod comparison;
mod differences;
mod field;
mod field_change;
mod fields;
mod human_name;
mod identity;
pub mod matching;
mod meaning;
mod policy;
mod ranking;
mod record;

pub use chart::{Appointment, ChartPatient, ChartRecords, ChartSearch, Difference};
pub use compared_chart::{COMPARED, ComparedChart, ComparedItem};
pub use comparison::Comparison;
pub use field::{Field, MAX_TYPED};
pub use fields::{FieldDecision, FieldRow};
pub use identity::{Identity, IdentityCheck};
pub use policy::{PolicyField, PolicyRow};
pub use ranking::{MAX_CANDIDATES, plausible};

use crate::intake::{Intake, IntakeItem, ItemId, PersonEntry, Section, Source};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who signed in at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// The id used in the audit log and in Provenance.
    pub id: String,
    /// The name on screen.
    pub name: String,
}

/// Which chart the check-in belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientChoice {
    /// The candidate with this logical id in the EHR.
    Existing(String),
    /// Nobody in the EHR; the confirmed demographics make a new record.
    New,
}

/// What staff decided about one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffDecision {
    /// File it.
    Take,
    /// Leave it; it is not filed.
    Leave,
}

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

/// How far the comparison with the chosen chart has come.
#[derive(Clone, Debug, Default)]
pub enum ChartComparison {
    /// No chart of the EHR is chosen.
    #[default]
    NoChart,
    /// The EHR was asked for what the chart holds.
    Asked,
    /// It answered.
    Compared(Box<ComparedChart>),
    /// It did not; the form is as it would be without an EHR.
    NotTold,
}

/// The form under review.
#[derive(Clone, Debug)]
pub struct Reconciliation {
    intake: Intake,
    chart: ChartSearch,
    identity: Option<Identity>,
    patient: Option<PatientChoice>,
    comparison: ChartComparison,
    seen_elsewhere: bool,
    appointment: Option<Appointment>,
    arrived: bool,
    fields: BTreeMap<Field, FieldDecision>,
    /// A change of what the chart is known by, once asked for; the same again says that it is meant.
    doubted: Option<(Field, FieldDecision)>,
    taken: BTreeSet<ItemId>,
    /// What is taken of insurance cards into the chart's policies.
    policies: BTreeMap<ItemId, BTreeSet<PolicyField>>,
}

impl Reconciliation {
    /// Starts a review, with nothing decided.
    pub fn new(intake: Intake) -> Self {
        Reconciliation {
            intake,
            chart: ChartSearch::Searching,
            identity: None,
            patient: None,
            comparison: ChartComparison::NoChart,
            seen_elsewhere: false,
            appointment: None,
            arrived: false,
            fields: BTreeMap::new(),
            doubted: None,
            taken: BTreeSet::new(),
            policies: BTreeMap::new(),
        }
    }

    /// The form.
    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// What the chart search found so far.
    pub fn chart(&self) -> &ChartSearch {
        &self.chart
    }

    /// The chart that was picked.
    pub fn patient(&self) -> Option<&PatientChoice> {
        self.patient.as_ref()
    }

    /// The candidate that is being asked about.
    pub fn identity(&self) -> Option<&Identity> {
        self.identity.as_ref()
    }

    /// The candidate that was picked.
    pub fn chosen(&self) -> Option<&ChartPatient> {
        match &self.patient {
            Some(PatientChoice::Existing(id)) => self.candidate(id),
            _ => None,
        }
    }

    fn candidate(&self, id: &str) -> Option<&ChartPatient> {
        match &self.chart {
            ChartSearch::Found { candidates, .. } => candidates.iter().find(|candidate| candidate.id == id),
            _ => None,
        }
    }

    /// How far the comparison has come.
    pub fn chart_comparison(&self) -> &ChartComparison {
        &self.comparison
    }

    /// Whether a source of the form was confirmed for another chart before: a warning, and no proof of anything.
    pub fn seen_elsewhere(&self) -> bool {
        self.seen_elsewhere
    }

    /// The comparison with the chosen chart, when it is there.
    pub fn compared_chart(&self) -> Option<&ComparedChart> {
        match &self.comparison {
            ChartComparison::Compared(compared) => Some(compared),
            _ => None,
        }
    }

    /// How an item stands to the chosen chart.
    pub fn comparison(&self, item: ItemId) -> Comparison {
        self.compared_chart().map_or(Comparison::NotCompared, |compared| compared.of(item))
    }

    /// Today's appointment of the chosen patient.
    pub fn appointment(&self) -> Option<&Appointment> {
        self.appointment.as_ref()
    }

    /// Whether the appointment is to be marked as arrived.
    pub fn marks_arrived(&self) -> bool {
        self.arrived
    }

    /// What staff decided about an item.
    pub fn decision(&self, item: ItemId) -> StaffDecision {
        if self.taken.contains(&item) { StaffDecision::Take } else { StaffDecision::Leave }
    }

    /// How many items are ticked.
    pub fn taken(&self) -> usize {
        self.taken.len()
    }

    /// How many things a person should look at: personal details that differ and are not decided, records that the chart
    /// knows otherwise or may know, new ones, and what the EHR did not tell of; each until it is taken.
    pub fn open_decisions(&self) -> usize {
        let Some(compared) = self.compared_chart() else { return 0 };
        let fields = self.rows().iter().filter(|row| row.differs() && !self.fields.contains_key(&row.field)).count();
        let untold = |item: &IntakeItem| compared.not_compared.contains(&item.section);
        let open = |item: &&IntakeItem| {
            item.can_be_taken()
                && !self.taken.contains(&item.id)
                && !self.policies.contains_key(&item.id)
                && (untold(item)
                    || matches!(compared.of(item.id), Comparison::Changed | Comparison::Possibly | Comparison::New))
        };
        fields + self.intake.items.iter().filter(open).count()
    }

    /// Whether the item can be ticked: it may be filed at all, and the chart does not hold it. Personal details beside a chart
    /// are decided field by field.
    pub fn can_be_ticked(&self, item: &IntakeItem) -> bool {
        item.can_be_taken() && self.comparison(item.id) != Comparison::Same && !self.is_decided_by_field(item.id)
    }

    fn is_decided_by_field(&self, item: ItemId) -> bool {
        self.chosen().is_some() && self.demographics().is_some_and(|shared| shared.id == item)
    }

    /// Takes in the result of the chart search. A chart that was chosen and is no longer there is not chosen.
    pub fn set_chart(&mut self, mut chart: ChartSearch) {
        if let (ChartSearch::Found { candidates, .. }, Some(shared)) = (&mut chart, self.demographics()) {
            ranking::rank(&shared.resource, candidates);
        }
        self.chart = chart;
        let gone = match &self.patient {
            Some(PatientChoice::Existing(id)) => self.candidate(id).is_none(),
            _ => false,
        };
        if gone {
            self.leave_chart();
        }
        self.identity = None;
    }

    /// The person's own entry of the form.
    pub fn demographics(&self) -> Option<&IntakeItem> {
        self.intake.section(Section::Demographics).next()
    }

    /// Staff touched a chart. A new record is chosen at once; a candidate is asked about first. One that was not found, or a
    /// new record where the chart search is still running, is ignored.
    pub fn touch(&mut self, choice: PatientChoice) {
        match choice {
            PatientChoice::Existing(id) => {
                if let Some(identity) = self.candidate(&id).map(Identity::of) {
                    self.leave_chart();
                    self.identity = Some(identity);
                }
            }
            PatientChoice::New if self.offers_new() => {
                self.leave_chart();
                self.patient = Some(PatientChoice::New);
            }
            PatientChoice::New => {}
        }
    }

    fn offers_new(&self) -> bool {
        match &self.chart {
            ChartSearch::Found { new_patients, .. } | ChartSearch::Unavailable { new_patients } => *new_patients,
            ChartSearch::Searching => false,
        }
    }

    /// The patient confirmed one identifier, or not after all. The last one chooses the chart: then it and the closed
    /// word for what was confirmed come back.
    pub fn confirm_identifier(&mut self, check: IdentityCheck) -> Option<(ChartPatient, &'static str)> {
        let identity = self.identity.as_mut()?;
        identity.toggle(check);
        if !identity.is_whole() {
            return None;
        }
        let (id, word) = (identity.chart.clone(), identity.word());
        let chosen = self.candidate(&id)?.clone();
        self.identity = None;
        self.patient = Some(PatientChoice::Existing(id));
        self.comparison = ChartComparison::Asked;
        let by_field = self.demographics().map(|item| item.id);
        self.taken.retain(|item| Some(*item) != by_field);
        Some((chosen, word))
    }

    /// No chart is chosen any more; what was decided beside it is dropped, ticks stay.
    pub fn leave_chart(&mut self) {
        self.patient = None;
        self.identity = None;
        self.comparison = ChartComparison::NoChart;
        self.seen_elsewhere = false;
        self.appointment = None;
        self.arrived = false;
        self.fields.clear();
        self.policies.clear();
        self.doubted = None;
    }

    /// The EHR told what a chart holds, or could not. An answer about another chart than the chosen one is nobody's.
    pub fn set_records(&mut self, chart: &str, records: Option<ChartRecords>, seen_elsewhere: bool) {
        let chosen = matches!(&self.patient, Some(PatientChoice::Existing(id)) if id == chart);
        if !chosen || !matches!(self.comparison, ChartComparison::Asked) {
            return;
        }
        self.seen_elsewhere = seen_elsewhere;
        let Some(records) = records else {
            self.comparison = ChartComparison::NotTold;
            return;
        };
        let compared = ComparedChart::between(&self.intake, &records);
        self.taken.retain(|item| compared.of(*item) != Comparison::Same);
        self.comparison = ChartComparison::Compared(Box::new(compared));
        self.appointment = records.appointment;
    }

    /// Staff mark the patient as arrived, or not after all.
    pub fn toggle_arrived(&mut self) {
        let ahead = self.appointment.as_ref().is_some_and(|appointment| !appointment.is_arrived());
        self.arrived = ahead && !self.arrived;
    }

    /// Personal details field by field, beside the chosen chart.
    pub fn rows(&self) -> Vec<FieldRow> {
        match (self.demographics(), self.chosen()) {
            (Some(shared), Some(chart)) => fields::rows(&shared.resource, chart, &self.fields),
            _ => Vec::new(),
        }
    }

    /// The same beside a candidate that is not chosen.
    pub fn rows_beside(&self, candidate: &ChartPatient) -> Vec<FieldRow> {
        let rows = |shared: &IntakeItem| fields::rows(&shared.resource, candidate, &BTreeMap::new());
        self.demographics().map(rows).unwrap_or_default()
    }

    /// Decides about a field. A change of what the chart is known by counts when it is asked for twice.
    pub fn decide(&mut self, field: Field, decision: FieldDecision) {
        let offered = match (&decision, self.rows().into_iter().find(|row| row.field == field)) {
            (_, None) => false,
            (FieldDecision::Keep, Some(_)) => true,
            (FieldDecision::Take, Some(row)) => row.differs(),
            (FieldDecision::Typed(text), Some(_)) => field.can_be_typed() && field.takes(text.reveal()),
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
        self.fields.insert(field, decision);
    }

    /// The field whose change waits to be asked for again.
    pub fn doubted_field(&self) -> Option<Field> {
        self.doubted.as_ref().map(|(field, _)| *field)
    }

    /// Ticks or unticks an item. One that must not be filed, or that the chart holds, stays unticked.
    pub fn toggle(&mut self, item: ItemId) {
        let offered = self.intake.items.iter().any(|known| known.id == item && self.can_be_ticked(known));
        if offered && !self.taken.remove(&item) {
            self.taken.insert(item);
            self.policies.remove(&item);
        }
    }

    /// An insurance card beside the chart's policy that it resembles: the fields that differ.
    pub fn policy_rows(&self, item: &IntakeItem) -> Vec<PolicyRow> {
        let taken = self.policies.get(&item.id);
        let taken = |field| taken.is_some_and(|fields| fields.contains(&field));
        let policy =
            self.compared_chart().and_then(|compared| compared.policy(item.id)).filter(|_| item.can_be_taken());
        policy.map(|(_, chart)| policy::rows(&item.resource, chart, taken)).unwrap_or_default()
    }

    /// Takes a field of a card into the chart's policy, or leaves it. The card is then no new one.
    pub fn take_policy_field(&mut self, item: ItemId, field: PolicyField, take: bool) {
        let known = self.intake.items.iter().find(|known| known.id == item);
        let offered = known.is_some_and(|known| self.policy_rows(known).iter().any(|row| row.field == field));
        if !offered {
            return;
        }
        let target = |item| self.compared_chart().and_then(|compared| compared.policy(item)).map(|(target, _)| target);
        let beside: Vec<ItemId> = self.policies.keys().copied().filter(|it| target(*it) == target(item)).collect();
        if take {
            // One field of a policy is taken of one card.
            for (_, fields) in self.policies.iter_mut().filter(|(other, _)| beside.contains(other)) {
                fields.remove(&field);
            }
        }
        let fields = self.policies.entry(item).or_default();
        if take {
            fields.insert(field);
            self.taken.remove(&item);
        } else {
            fields.remove(&field);
        }
        self.policies.retain(|_, fields| !fields.is_empty());
    }

    /// What a section's one tick takes: all without cautions; beside a chart, all that are new.
    pub fn taken_at_once(&self, section: Section) -> Vec<ItemId> {
        let compared = self.compared_chart().is_some();
        let plain = self.intake.section(section).filter(|item| item.cautions.is_empty() && self.can_be_ticked(item));
        let new = plain
            .filter(|item| !compared || matches!(self.comparison(item.id), Comparison::New | Comparison::NotCompared));
        new.map(|item| item.id).collect()
    }

    /// Ticks what [`Reconciliation::taken_at_once`] names; unticks the section when they all are ticked.
    pub fn toggle_section(&mut self, section: Section) {
        let safe = self.taken_at_once(section);
        if safe.iter().all(|id| self.taken.contains(id)) {
            self.intake.section(section).for_each(|item| {
                self.taken.remove(&item.id);
            });
        } else {
            self.taken.extend(safe);
        }
    }

    /// What staff change in the EHR's own records.
    fn changes(&self) -> Vec<Change> {
        let mut changes = match (self.demographics(), self.chosen()) {
            (Some(shared), Some(chart)) => field_change::changes((shared.id, &shared.resource), chart, &self.fields),
            _ => Vec::new(),
        };
        for (item, taken) in &self.policies {
            let shared = self.intake.items.iter().find(|known| known.id == *item);
            let policy = self.compared_chart().and_then(|compared| compared.policy(*item));
            if let (Some(shared), Some(policy)) = (shared, policy) {
                policy::change(&mut changes, (*item, &shared.resource), policy, taken);
            }
        }
        changes.extend(self.appointment.as_ref().filter(|_| self.arrived).map(|appointment| Change {
            target: format!("Appointment/{}", appointment.id),
            element: "status",
            was: Sensitive::new(Value::from(appointment.status)),
            becomes: Sensitive::new(json!("arrived")),
            item: None,
        }));
        changes
    }

    /// Items that the chart holds, and where.
    fn in_chart(&self) -> Vec<(ItemId, String)> {
        let Some(compared) = self.compared_chart() else { return Vec::new() };
        let same = self.intake.items.iter().filter(|item| compared.of(item.id) == Comparison::Same);
        same.filter_map(|item| Some((item.id, compared.compared(item.id)?.entry.as_ref()?.0.clone()))).collect()
    }

    /// How many things are filed: ticked items and changes of the chart.
    pub fn filed(&self) -> usize {
        self.taken.len() + self.changes().len()
    }

    /// What is still missing before the form can be confirmed.
    pub fn undecided(&self) -> Option<Undecided> {
        let takes_demographics =
            || self.intake.section(Section::Demographics).any(|item| self.taken.contains(&item.id));
        let files_nothing = || self.taken.is_empty() && self.changes().is_empty() && self.in_chart().is_empty();
        match &self.patient {
            None => Some(Undecided::NoPatient),
            Some(_) if matches!(self.comparison, ChartComparison::Asked) => Some(Undecided::Comparing),
            Some(PatientChoice::New) if self.taken.is_empty() => Some(Undecided::NoItem),
            Some(PatientChoice::New) if !takes_demographics() => Some(Undecided::NewPatientWithoutDemographics),
            Some(_) if files_nothing() => Some(Undecided::NoItem),
            Some(_) => None,
        }
    }

    /// Ends the review: what was ticked, for the chart that was picked, by whom and when.
    ///
    /// Personal details go with what is changed or marked, and stand alone where nothing else is filed: they were compared with
    /// the patient, and that leaves its trace. A card that changes a policy is not filed as a card of its own.
    pub fn confirm(self, staff: Staff, now: Timestamp) -> Result<ConfirmedIntake, Undecided> {
        if let Some(undecided) = self.undecided() {
            return Err(undecided);
        }
        let (changes, in_chart) = (self.changes(), self.in_chart());
        let mut taken = self.taken.clone();
        taken.retain(|id| !in_chart.iter().any(|(held, _)| held == id));
        if taken.is_empty() || !self.fields.is_empty() {
            taken.extend(self.demographics().map(|item| item.id));
        }
        let chart = self.chosen().cloned();
        let patient = self.patient.ok_or(Undecided::NoPatient)?;
        let (items, left): (Vec<_>, Vec<_>) =
            self.intake.items.into_iter().partition(|item| taken.contains(&item.id) && item.can_be_taken());
        Ok(ConfirmedIntake {
            patient,
            chart,
            items,
            left: left.len().saturating_sub(in_chart.len()),
            sources: self.intake.sources,
            people: self.intake.people,
            changes,
            in_chart,
            staff,
            confirmed_at: now,
        })
    }
}

/// One element of a record in the EHR that staff decided to change: their patient's address, the appointment's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The record, `Type/id`.
    pub target: String,
    /// Its element, as in the resource: `telecom`.
    pub element: &'static str,
    /// The whole element as the chart had it when staff decided; `Null` when it had none.
    pub was: Sensitive<Value>,
    /// The whole element as it shall be.
    pub becomes: Sensitive<Value>,
    /// The item that it comes from, of several cards the first; none for what staff do of themselves.
    pub item: Option<ItemId>,
}

/// What staff confirmed. The only thing that can be filed.
#[derive(Clone, Debug)]
pub struct ConfirmedIntake {
    /// The chart it belongs to.
    pub patient: PatientChoice,
    /// That chart as the EHR showed it; `None` for a new patient.
    pub chart: Option<ChartPatient>,
    /// What was ticked.
    pub items: Vec<IntakeItem>,
    /// How many items were left.
    pub left: usize,
    /// The sources; an item names its own by index.
    pub sources: Vec<Source>,
    /// The person's own entry in each source's document, ticked or not.
    pub people: Vec<Option<PersonEntry>>,
    /// What staff change in records that the EHR already has.
    pub changes: Vec<Change>,
    /// Items that the chart already holds, and where: they are not filed again.
    pub in_chart: Vec<(ItemId, String)>,
    /// Who confirmed it.
    pub staff: Staff,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
}

#[cfg(test)]
mod tests;
