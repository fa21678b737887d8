//! What comes out of a review: for which chart, what is filed, what changes in the EHR, by whom and when.

use super::chart::ChartPatient;
use super::remembered::Decision;
use crate::intake::{IntakeItem, ItemId, PersonEntry, Section, Source};
use crate::sensitive::Sensitive;
use crate::time::{Day, Timestamp};
use serde_json::Value;

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
    /// Elements that must still say what they said when staff decided: else nothing is changed.
    pub only_while: Vec<(&'static str, Sensitive<Value>)>,
}

/// A section of which staff decided everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// Which.
    pub section: Section,
    /// Records of the chart that say the same as the share, `Type/id`.
    pub held: Vec<String>,
}

/// What staff confirmed. The only thing that can be filed.
#[derive(Clone, Debug)]
pub struct ConfirmedIntake {
    /// The chart it belongs to.
    pub patient: PatientChoice,
    /// That chart as the EHR showed it; `None` for a new patient.
    pub chart: Option<ChartPatient>,
    /// The charts that staff saw and turned down for a new patient.
    pub turned_down: Vec<String>,
    /// The day of the check-in.
    pub day: Day,
    /// The items to file.
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
    /// What is remembered for the next visit.
    pub decisions: Vec<Decision>,
    /// Sections that were compared with the chart and of which nothing was left undecided.
    pub reviewed: Vec<Reviewed>,
    /// Whose PIN opened the review.
    pub staff: Staff,
    /// When it was confirmed.
    pub confirmed_at: Timestamp,
}
