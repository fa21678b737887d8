//! A plan on its way: which request is next, what its answer means for it, and how far it has come.
//!
//! Sending is somebody else's part. Between two requests the state can be written down ([`PlanProgress::to_bytes`]) and taken up
//! again after a crash. A request that is not safe to repeat must be written down as asked before it leaves
//! ([`Next::Send::write_first`]); if its answer is lost, the EHR is searched for what it may have made, and where that shows
//! nothing, a person is asked: nothing is ever posted blindly a second time. Where the EHR does not look itself and can be
//! searched, it is searched before the first request too: another visit may have filed the same.
//!
//! ```text
//! Planned -> Asked -> Filed
//!    ^         |----> Planned   refused for now, surely not done (429, 503, no connection)
//!    |         '----> search: found once -> Filed; not found -> Planned where the EHR looks itself, else a person
//! ```
//!
//! A change of a record is read, sent, and read again whenever its answer leaves a doubt (`amend`). Files in a folder go there
//! whole, under the check-in's name, with the receipt of everything before them.

mod answered;
mod next;
mod standing;

pub use standing::RecordStanding;

use super::{Amended, Filed, Order, PlaceToLook, Receipt, Request, WaitReason, Withdrawn};
use crate::fhir::RecordType;
use crate::filing::{Amend, Create, FilingNote, FilingPlan, NoteKind, RepeatSafety, Step, saved};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::time::Duration;

/// How far one step has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StepState {
    /// Not in the EHR.
    Planned,
    /// A request left and no answer came: it may be in the EHR.
    Asked,
    /// The EHR says that it has it, and does not say where.
    Acknowledged,
    /// The EHR has it. Those of these places are still to be read that it had before: whose are they? And those that its answer
    /// did not show: do they hold what was sent?
    Existing {
        filed: Vec<Filed>,
        unread: Vec<usize>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unshown: Vec<usize>,
        /// How often the EHR did not answer what it was asked so as to compare.
        #[serde(default)]
        unanswered: u8,
    },
    /// Proven.
    Filed(Vec<Filed>),
    /// The EHR has it, in this sense, and perhaps says where.
    Noted(NoteKind, Option<String>),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Do this and hand what came of it to [`PlanProgress::answered`] or [`PlanProgress::kept`].
    Send {
        /// What is to be done.
        order: Order,
        /// Whether [`PlanProgress::to_bytes`] must be on disk before the first byte leaves.
        write_first: bool,
    },
    /// Nothing more can be done without a person.
    Person(WaitReason),
    /// Every step is proven.
    Done(Receipt),
}

/// What a person looks for in the EHR before a check-in is sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Why it waits for a person.
    pub reason: WaitReason,
    /// Which try came to this: what is in doubt after another one is something else.
    pub tries: u32,
    /// Where to look beside the patient's chart: charts that may be theirs, a record that may be in another chart.
    pub places: Vec<PlaceToLook>,
}

/// What an answer came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// One step further: write [`PlanProgress::to_bytes`] down and ask for what is next.
    Further,
    /// Not now; the same again later.
    Retry {
        /// How long the EHR asks to wait.
        after: Option<Duration>,
        /// What clinic IT must mend first: it would stop every check-in, so none of them is parked for it.
        fault: Option<WaitReason>,
    },
    /// Not like this: a person must look.
    Refused(WaitReason),
}

/// What is written down of it.
#[derive(Serialize, Deserialize)]
struct SavedProgress<'a> {
    steps: Cow<'a, [StepState]>,
    #[serde(default, skip_serializing_if = "<[PlaceToLook]>::is_empty")]
    similar: Cow<'a, [PlaceToLook]>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    seen: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    restored: bool,
}

/// A plan and how far it has come.
#[derive(Clone, Debug)]
pub struct PlanProgress {
    plan: FilingPlan,
    states: Vec<StepState>,
    /// The change that fits the record as it was read a moment ago. It is not kept over a pause: the record may change.
    change: Option<Request>,
    /// How often somebody else was quicker.
    rounds: u8,
    /// The step that a search has just not found. It is not kept over a pause: another kiosk may file the same.
    not_there: Option<usize>,
    /// Charts that a search found for the new patient and that staff had not turned down.
    similar: Vec<PlaceToLook>,
    /// A person saw those, and says that the patient is new.
    seen: bool,
    /// The database was restored from a copy since: what was written down does not tell all that left.
    restored: bool,
    /// A search has just found nobody else for the new patient. It is not kept over a pause either.
    is_new: bool,
}

impl PlanProgress {
    /// A plan of which nothing is done.
    pub fn new(plan: FilingPlan) -> PlanProgress {
        let states = vec![StepState::Planned; plan.steps.len()];
        PlanProgress {
            plan,
            states,
            change: None,
            rounds: 0,
            not_there: None,
            similar: Vec::new(),
            seen: false,
            restored: false,
            is_new: false,
        }
    }

    /// A plan as far as [`PlanProgress::to_bytes`] says that it has come; `None` when the two do not belong together.
    pub fn resume(plan: FilingPlan, saved: &[u8]) -> Option<PlanProgress> {
        let SavedProgress { steps, similar, seen, restored } = saved::from_bytes(saved, upgraded)?;
        let (states, similar) = (steps.into_owned(), similar.into_owned());
        (states.len() == plan.steps.len()).then(|| PlanProgress {
            states,
            similar,
            seen,
            restored,
            ..PlanProgress::new(plan)
        })
    }

    /// How far it has come, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(&SavedProgress {
            steps: Cow::Borrowed(&self.states),
            similar: Cow::Borrowed(&self.similar),
            seen: self.seen,
            restored: self.restored,
        })
    }

    /// The plan.
    pub fn plan(&self) -> &FilingPlan {
        &self.plan
    }

    /// The names of what is filed where nobody can look for it: to be remembered for later check-ins.
    pub fn filed_unseen(&self) -> impl Iterator<Item = &str> {
        let filed = self.unseen().filter(|(_, state)| match state {
            StepState::Filed(_) | StepState::Noted(..) => true,
            StepState::Existing { unread, .. } => unread.is_empty(),
            StepState::Planned | StepState::Asked | StepState::Acknowledged => false,
        });
        filed.map(|(create, _)| create.expected.name.as_str())
    }

    /// The names of what is still to be filed where nobody can look for it.
    pub fn open_unseen(&self) -> Vec<String> {
        let open = self.unseen().filter(|(_, state)| **state == StepState::Planned);
        open.map(|(create, _)| create.expected.name.clone()).collect()
    }

    /// An earlier check-in filed this: it is not filed again.
    pub fn was_filed_before(&mut self, name: &str) {
        for (step, state) in self.plan.steps.iter().zip(&mut self.states) {
            if matches!(step, Step::Create(create) if create.expected.name == name) {
                *state = StepState::Noted(NoteKind::AlreadyThere, None);
            }
        }
    }

    /// A new patient is for the EHR to match: without their place nothing could follow.
    fn unseen(&self) -> impl Iterator<Item = (&Create, &StepState)> {
        self.plan.steps.iter().zip(&self.states).filter_map(|(step, state)| match step {
            Step::Create(create)
                if create.again == RepeatSafety::Never && create.expected.kind != RecordType::Patient =>
            {
                Some((create, state))
            }
            _ => None,
        })
    }

    /// A person who waited for it sends it again, and has looked in the EHR. Where that says that what no answer proved is not
    /// there, it may be created; where charts fitted a new patient, they are somebody else's; what lay in another chart, or where
    /// nobody knows, is asked for again.
    pub fn sent_again(&mut self, reason: WaitReason) {
        self.seen |= reason == WaitReason::EhrMayKnowPatient;
        self.restored |= reason == WaitReason::RestoredCopy;
        let looks_for_places = reason == WaitReason::EhrNothingToPointAt && self.plan.is_repeatable();
        for state in &mut self.states {
            // What the EHR made for us is there, whatever it says by now.
            if let StepState::Existing { filed, unread, .. } = state
                && unread.is_empty()
            {
                *state = StepState::Filed(std::mem::take(filed));
            }
            let again = match state {
                StepState::Asked | StepState::Acknowledged => reason.is_confirmed_absent(),
                StepState::Existing { .. } => true,
                StepState::Planned | StepState::Filed(_) | StepState::Noted(..) => false,
            };
            if again {
                *state = StepState::Planned;
            }
            // The EHR has it: perhaps a search shows where by now.
            if let (StepState::Noted(_, None), true) = (&*state, looks_for_places) {
                *state = StepState::Acknowledged;
            }
        }
    }

    /// What a person looks for in the EHR before it is sent again.
    pub fn doubt(&self, reason: WaitReason, tries: u32) -> Doubt {
        let mut places = if self.seen { Vec::new() } else { self.similar.clone() };
        for state in &self.states {
            let StepState::Existing { filed, unread, .. } = state else { continue };
            let record = unread.first().and_then(|number| filed.get(*number)).map(|filed| &filed.location);
            if let Some(place) = record.filter(|place| places.iter().all(|known| known.place != **place)) {
                places.push(PlaceToLook { place: place.clone(), numbers: Vec::new() });
            }
        }
        Doubt { reason, tries, places }
    }

    /// The program that sent it ended before it wrote down how far it came: whatever may be sent twice may be in the EHR.
    pub fn was_interrupted(&mut self) {
        for (step, state) in self.plan.steps.iter().zip(&mut self.states) {
            let is_sent_unwritten = match step {
                Step::Transaction(_) => true,
                Step::Create(create) => create.again == RepeatSafety::Conditional,
                // A change is read first.
                Step::Amend(_) | Step::Keep(_) => false,
            };
            if is_sent_unwritten && *state == StepState::Planned {
                *state = StepState::Asked;
            }
        }
    }

    /// The database was restored from a copy since: what of it left later is not known.
    pub fn was_restored(&mut self) {
        self.restored = true;
    }

    /// A person who waited for it entered the rest in the EHR: what is proven, and the other items as done by hand.
    pub fn finished_by_hand(&self, reason: WaitReason) -> Receipt {
        let mut receipt = self.receipt();
        let open = self.standings(reason).into_iter().filter(|(_, standing)| match standing {
            RecordStanding::There => false,
            RecordStanding::PerhapsThere | RecordStanding::NotSent => true,
        });
        receipt.notes.extend(open.map(|(item, _)| FilingNote::new(item, NoteKind::ByHand)));
        for state in &self.states {
            let StepState::Existing { filed, unread, .. } = state else { continue };
            let first = unread.first().and_then(|place| filed.get(*place));
            if reason == WaitReason::EhrMayKnowPatient {
                // All of it went into a chart that is somebody else's.
                receipt.notes.extend(filed.iter().flat_map(Filed::noted_elsewhere));
            } else if reason == WaitReason::EhrOtherChart {
                receipt.notes.extend(first.into_iter().flat_map(Filed::noted_elsewhere));
            }
        }
        receipt
    }

    /// What is proven, and what the EHR may have besides.
    pub fn so_far(&self) -> Receipt {
        let mut receipt = self.receipt();
        let present = self.place();
        for (place, (step, state)) in self.plan.steps.iter().zip(&self.states).enumerate() {
            let open = match state {
                StepState::Asked | StepState::Acknowledged | StepState::Existing { .. } => true,
                StepState::Noted(NoteKind::HeldForReview, None) => true,
                // What a copy of the database does not know of may have left.
                StepState::Planned => self.restored,
                StepState::Filed(_) | StepState::Noted(..) => false,
            };
            match step {
                Step::Transaction(transaction) if open => receipt.in_doubt.extend(transaction.expected.iter().cloned()),
                Step::Create(create) if open => receipt.in_doubt.push(create.expected.clone()),
                // A change that was asked for is told from the record itself: it says what it said before, or what it shall say. What comes
                // after the step that is under way has not left.
                Step::Amend(Amend { target, elements, only_while: _ })
                    if matches!(state, StepState::Planned | StepState::Asked | StepState::Acknowledged)
                        && (present == Some(place) || self.restored) =>
                {
                    receipt.amended.push(Amended { target: target.clone(), elements: elements.clone() });
                }
                Step::Transaction(_) | Step::Create(_) | Step::Amend(_) | Step::Keep(_) => {}
            }
        }
        receipt
            .in_doubt
            .retain(|open| !receipt.filed.iter().any(|filed| !filed.items.is_empty() && filed.items == open.items));
        receipt
    }

    /// Staff withdraw it: what it came to so far, and the plan, which is sent no more.
    pub fn withdrawn(&self, by: &str, at: Timestamp) -> Receipt {
        let mut receipt = self.so_far();
        receipt.withdrawn = Some(Withdrawn { by: by.to_owned(), at, plan: Box::new(self.plan.clone()) });
        receipt
    }

    /// The first step that is not done.
    fn place(&self) -> Option<usize> {
        self.states.iter().position(|state| !matches!(state, StepState::Filed(_) | StepState::Noted(..)))
    }

    /// Where the files of this check-in lie.
    fn folder(&self) -> String {
        format!("folder/{}", self.plan.submission)
    }

    /// `Patient/<id>`: the chart that staff chose, or the one that was opened.
    fn chart_place(&self) -> Option<&str> {
        let known = Some(self.plan.chart.reveal().as_str()).filter(|chart| chart.starts_with("Patient/"));
        let mut places = self.states.iter().flat_map(proven).map(|filed| filed.location.as_str());
        known.or_else(|| places.find(|place| place.starts_with("Patient/")))
    }

    fn receipt(&self) -> Receipt {
        let (mut filed, mut amended, mut notes) = (Vec::new(), Vec::new(), self.plan.notes.clone());
        for (step, state) in self.plan.steps.iter().zip(&self.states) {
            for one in proven(state) {
                let place = Some(one.location.clone());
                let note =
                    |item: &_| FilingNote { place: place.clone(), ..FilingNote::new(*item, NoteKind::AlteredByEhr) };
                notes.extend(one.items.iter().filter(|_| one.is_altered).map(note));
                filed.push(one.clone());
            }
            if let (Step::Create(create), StepState::Noted(kind, place)) = (step, state) {
                let note = |item: &_| FilingNote { place: place.clone(), ..FilingNote::new(*item, *kind) };
                notes.extend(create.expected.items.iter().map(note));
            }
            if let (Step::Amend(amend), StepState::Noted(kind, place)) = (step, state) {
                let place = place.clone().or_else(|| Some(amend.target.clone()));
                notes.push(FilingNote { item: None, kind: *kind, place });
            }
            if let (Step::Amend(Amend { target, elements, only_while: _ }), StepState::Filed(_)) = (step, state) {
                amended.push(Amended { target: target.clone(), elements: elements.clone() });
            }
        }
        let chart = self.chart_place().map(Sensitive::from);
        Receipt { chart, filed, notes, amended, ..Receipt::of_nothing(self.plan.submission.clone()) }
    }
}

/// The records of a step of which it is known that they are there, and in the chart.
fn proven(state: &StepState) -> Vec<&Filed> {
    match state {
        StepState::Filed(filed) => filed.iter().collect(),
        StepState::Existing { filed, unread, .. } => {
            // Nothing is proven to be in a chart of which it is not known whose it is.
            let has_chart = unread.iter().all(|number| !filed[*number].location.starts_with("Patient/"));
            let read = filed.iter().enumerate().filter(|(number, _)| has_chart && !unread.contains(number));
            read.map(|(_, filed)| filed).collect()
        }
        StepState::Planned | StepState::Asked | StepState::Acknowledged | StepState::Noted(..) => Vec::new(),
    }
}

/// Progress without a version number: the list alone, in which what was filed is a list and what was noted names its kind.
fn upgraded(steps: Value) -> Option<Value> {
    let upgraded = |step: Value| match step {
        Value::String(word) if word == "taken" => json!("acknowledged"),
        Value::Array(filed) => json!({"filed": filed}),
        Value::Object(noted) => json!({"noted": [noted.get("noted"), noted.get("place")]}),
        word => word,
    };
    let Value::Array(steps) = steps else { return None };
    Some(json!({"steps": steps.into_iter().map(upgraded).collect::<Vec<_>>()}))
}

#[cfg(test)]
mod opened_tests;
#[cfg(test)]
mod tests;
