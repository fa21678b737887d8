//! The form beside the chart: which patient it is, what staff take, what they leave.
//!
//! Nothing is preselected: no candidate and no item. A person picks the chart and ticks each item, and only
//! [`Reconciliation::confirm`] makes a [`ConfirmedIntake`].

mod chart;

pub use chart::{ChartPatient, ChartSearch, Difference};

use crate::fhir::PatientView;
use crate::intake::{Intake, IntakeItem, ItemId, PersonEntry, Section, Source};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

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
    /// Nothing was ticked.
    #[error("no item was ticked")]
    NoItem,
    /// A new record needs the shared demographics.
    #[error("a new patient needs the demographics to be ticked")]
    NewPatientWithoutDemographics,
}

/// The form under review.
#[derive(Clone, Debug)]
pub struct Reconciliation {
    intake: Intake,
    chart: ChartSearch,
    patient: Option<PatientChoice>,
    taken: BTreeSet<ItemId>,
}

impl Reconciliation {
    /// Starts a review, with nothing decided.
    pub fn new(intake: Intake) -> Self {
        Reconciliation { intake, chart: ChartSearch::Searching, patient: None, taken: BTreeSet::new() }
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

    /// What staff decided about an item.
    pub fn decision(&self, item: ItemId) -> StaffDecision {
        if self.taken.contains(&item) { StaffDecision::Take } else { StaffDecision::Leave }
    }

    /// How many items are ticked.
    pub fn taken(&self) -> usize {
        self.taken.len()
    }

    /// Takes in the result of the chart search.
    pub fn set_chart(&mut self, chart: ChartSearch) {
        self.chart = chart;
    }

    /// Picks a chart. A candidate that was not found, or a new record where the chart search is still running, is ignored.
    pub fn choose(&mut self, choice: PatientChoice) {
        let offered = match (&choice, &self.chart) {
            (PatientChoice::Existing(id), ChartSearch::Found { candidates, .. }) => {
                candidates.iter().any(|candidate| candidate.id == *id)
            }
            (
                PatientChoice::New,
                ChartSearch::Found { new_patients, .. } | ChartSearch::Unavailable { new_patients },
            ) => *new_patients,
            _ => false,
        };
        if offered {
            self.patient = Some(choice);
        }
    }

    /// Ticks or unticks an item. One that must not be filed stays unticked.
    pub fn toggle(&mut self, item: ItemId) {
        let offered = self.intake.items.iter().any(|known| known.id == item && known.can_be_taken());
        if offered && !self.taken.remove(&item) {
            self.taken.insert(item);
        }
    }

    /// Ticks all items of a section that carry no caution; unticks the section when they all are ticked.
    pub fn toggle_section(&mut self, section: Section) {
        let safe: Vec<ItemId> =
            self.intake.section(section).filter(|item| item.cautions.is_empty()).map(|item| item.id).collect();
        if safe.iter().all(|id| self.taken.contains(id)) {
            self.intake.section(section).for_each(|item| {
                self.taken.remove(&item.id);
            });
        } else {
            self.taken.extend(safe);
        }
    }

    /// What is still missing before the form can be confirmed.
    pub fn undecided(&self) -> Option<Undecided> {
        let takes_demographics =
            || self.intake.section(Section::Demographics).any(|item| self.taken.contains(&item.id));
        match &self.patient {
            None => Some(Undecided::NoPatient),
            Some(_) if self.taken.is_empty() => Some(Undecided::NoItem),
            Some(PatientChoice::New) if !takes_demographics() => Some(Undecided::NewPatientWithoutDemographics),
            Some(_) => None,
        }
    }

    /// Where the shared demographics differ from a candidate's, field by field.
    pub fn differences(&self, candidate: &ChartPatient) -> Vec<Difference> {
        let shared = self.intake.section(Section::Demographics).next();
        let shared = shared.and_then(|item| PatientView::of(&item.resource));
        shared.map(|shared| candidate.differences(shared)).unwrap_or_default()
    }

    /// Ends the review: what was ticked, for the chart that was picked, by whom and when.
    pub fn confirm(self, staff: Staff, now: Timestamp) -> Result<ConfirmedIntake, Undecided> {
        if let Some(undecided) = self.undecided() {
            return Err(undecided);
        }
        let patient = self.patient.ok_or(Undecided::NoPatient)?;
        let chart = match (&patient, self.chart) {
            (PatientChoice::Existing(id), ChartSearch::Found { candidates, .. }) => {
                candidates.into_iter().find(|candidate| candidate.id == *id)
            }
            _ => None,
        };
        let (items, left): (Vec<_>, Vec<_>) =
            self.intake.items.into_iter().partition(|item| self.taken.contains(&item.id) && item.can_be_taken());
        Ok(ConfirmedIntake {
            patient,
            chart,
            items,
            left: left.len(),
            sources: self.intake.sources,
            people: self.intake.people,
            changes: Vec::new(),
            in_chart: Vec::new(),
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
    /// The item that it comes from; none for what staff do of themselves.
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
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use crate::intake::{SharedDocument, SourceKind};
    use crate::trust::Assurance;
    use serde_json::json;

    fn review(more: &Value) -> Reconciliation {
        let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient",
            "name": [{"family": "Delgado"}]}})];
        entries.extend(more.as_array().into_iter().flatten().map(|resource| json!({"resource": resource})));
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        let document = SharedDocument {
            bundle: Bundle::from_json(bundle).expect("a bundle"),
            assurance: Assurance::PatientProvided,
            source: Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] },
        };
        let mut review = Reconciliation::new(Intake::from_documents(vec![document]).expect("a form"));
        review.set_chart(ChartSearch::Found { candidates: Vec::new(), new_patients: true });
        review.choose(PatientChoice::New);
        review
    }

    #[test]
    fn what_must_not_be_filed_cannot_be_ticked_by_any_touch() {
        let own = json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": {"reference": "urn:uuid:p"}});
        let foreign = json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": {"reference": "Patient/somebody-else"}});
        let mut review = review(&json!([own, foreign]));
        review.toggle(ItemId(2));
        assert_eq!(review.taken(), 0);
        review.toggle_section(Section::Demographics);
        review.toggle_section(Section::Problems);
        assert_eq!(review.decision(ItemId(2)), StaffDecision::Leave);
        review.taken.insert(ItemId(2));
        let staff = Staff { id: "s1".into(), name: "Rosa".into() };
        let confirmed = review.confirm(staff, Timestamp::from_unix_millis(0)).expect("decided");
        let items: Vec<ItemId> = confirmed.items.iter().map(|item| item.id).collect();
        assert_eq!((items, confirmed.left), (vec![ItemId(0), ItemId(1)], 1));
    }
}
