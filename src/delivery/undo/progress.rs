//! An undo on its way: which request is next, what an answer means, the receipt at the end.
//!
//! ```text
//! Planned -> read -> written -> Acknowledged -> read back -> Done
//!    |        |         '-----> Asked   its answer is lost: the record itself tells
//!    |        '---------------> Done    undone already, changed since, not to be had
//!    '--> what refers to a Patient is searched first
//! ```
//!
//! Every request may be sent twice: a record is read before it is written, replaced only in the version that was read, and says
//! itself whether it is undone. So nothing has to be on disk before a request leaves.

use super::mark::is_named;
use super::standing::{Standing, standing_of};
use super::{UndoBy, UndoPlan, UndoStep};
use crate::delivery::UndoResult;
use crate::delivery::answer::{Answer, json_of, without_proof};
use crate::delivery::receipt::names_of;
use crate::delivery::{EhrReply, Method, Next, NoAnswer, Order, Receipt, Reply, Request, Undone, WaitReason};
use crate::fhir::RecordType;
use crate::filing::saved;
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;

/// How often a record is read again because somebody else was quicker.
const MOST_ROUNDS: u8 = 3;
/// So many records that refer to a Patient are asked for.
const REFERRING: usize = 200;

/// How far a step has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum UndoState {
    Planned,
    /// The request left, and its answer was lost.
    Asked,
    /// The EHR says that it did it.
    Acknowledged,
    Done(UndoResult),
}

/// What is written down of it.
#[derive(Serialize, Deserialize)]
struct SavedUndo<'a> {
    steps: Cow<'a, [UndoState]>,
}

/// A plan to undo, and how far it has come.
#[derive(Clone, Debug)]
pub struct UndoProgress {
    plan: UndoPlan,
    states: Vec<UndoState>,
    /// The request that fits the record as it was read a moment ago. It is not kept over a pause: the record may change.
    change: Option<Request>,
    /// In how many types nothing refers to the Patient. It is not kept over a pause either.
    looked: usize,
    rounds: u8,
}

fn deletes(step: &UndoStep) -> bool {
    match step.by {
        UndoBy::Delete { .. } => true,
        UndoBy::Mark { .. } | UndoBy::SetBack(_) => false,
    }
}

impl UndoProgress {
    /// A plan of which nothing is done.
    pub fn new(plan: UndoPlan) -> UndoProgress {
        let states = vec![UndoState::Planned; plan.steps.len()];
        UndoProgress { plan, states, change: None, looked: 0, rounds: 0 }
    }

    /// A plan as far as [`UndoProgress::to_bytes`] says that it has come; `None` when the two do not belong together.
    pub fn resume(plan: UndoPlan, saved: &[u8]) -> Option<UndoProgress> {
        let SavedUndo { steps } = saved::from_bytes(saved, Some)?;
        let states = steps.into_owned();
        (states.len() == plan.steps.len()).then(|| UndoProgress { states, ..UndoProgress::new(plan) })
    }

    /// How far it has come, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(&SavedUndo { steps: Cow::Borrowed(&self.states) })
    }

    /// The plan.
    pub fn plan(&self) -> &UndoPlan {
        &self.plan
    }

    /// What to do next.
    pub fn what_next(&mut self) -> Next {
        let Some((_, step)) = self.present() else { return Next::Done(self.receipt()) };
        let request = match &self.change {
            Some(change) => change.clone(),
            None => match self.unlooked(step) {
                Some(kind) => {
                    let parameter = kind.patient_parameter().unwrap_or("patient");
                    Request::get(format!("{kind}?{parameter}={}&_elements=id&_count={REFERRING}", step.target))
                }
                None => Request::get(step.target.clone()),
            },
        };
        Next::Send { order: Order::Ehr(request), write_first: false }
    }

    /// The check-in's receipt, with what was undone so far.
    pub fn receipt(&self) -> Receipt {
        let mut receipt = self.plan.receipt.clone();
        let done = self.results().map(|(step, result)| Undone {
            target: step.target.clone(),
            elements: match &step.by {
                UndoBy::SetBack(elements) => names_of(elements),
                UndoBy::Mark { .. } | UndoBy::Delete { .. } => Vec::new(),
            },
            result,
            by: self.plan.by.clone(),
        });
        receipt.undone.extend(done);
        receipt
    }

    /// Each step that is over, and what it came to.
    pub fn results(&self) -> impl Iterator<Item = (&UndoStep, UndoResult)> {
        self.plan.steps.iter().zip(&self.states).filter_map(|(step, state)| match state {
            UndoState::Done(result) => Some((step, *result)),
            UndoState::Planned | UndoState::Asked | UndoState::Acknowledged => None,
        })
    }

    /// Takes in the answer to the request of [`UndoProgress::what_next`].
    pub fn answered(&mut self, request: &Request, reply: Result<&EhrReply, NoAnswer>) -> Reply {
        let Some((place, step)) = self.present() else { return Reply::Further };
        let (step, searched) = (step.clone(), self.unlooked(step).filter(|_| self.change.is_none()));
        let asks = self.change.take().is_some();
        let reply = match reply {
            Ok(reply) => reply,
            Err(none) => return self.unanswered(place, asks, none),
        };
        match (searched, request.method) {
            (Some(kind), _) => self.take_in_referring(place, kind, reply),
            (None, Method::Put | Method::Delete) => self.take_in_written(place, request.method, reply),
            (None, Method::Get | Method::Post) => self.take_in_read(place, &step, reply),
        }
    }

    /// Takes in that the request did not leave.
    pub fn not_sent(&mut self) -> Reply {
        self.change = None;
        Reply::Retry { after: None, fault: None }
    }

    /// The first step that is not over.
    fn present(&self) -> Option<(usize, &UndoStep)> {
        let open = |state: &UndoState| !matches!(state, UndoState::Done(_));
        let place = self.states.iter().position(open)?;
        Some((place, self.plan.steps.get(place)?))
    }

    /// The next type in which what refers to the step's Patient is to be looked for. After the request left it is too late for that.
    fn unlooked(&self, step: &UndoStep) -> Option<RecordType> {
        let (place, _) = self.present()?;
        let kinds = match &step.by {
            UndoBy::Mark { unless_referred } | UndoBy::Delete { unless_referred } => unless_referred.as_slice(),
            UndoBy::SetBack(_) => &[],
        };
        kinds.get(self.looked).copied().filter(|_| self.states[place] == UndoState::Planned)
    }

    fn over(&mut self, place: usize, result: UndoResult) -> Reply {
        self.states[place] = UndoState::Done(result);
        (self.looked, self.rounds) = (0, 0);
        Reply::Further
    }

    fn unanswered(&mut self, place: usize, asks: bool, none: NoAnswer) -> Reply {
        let fault = match none {
            NoAnswer::NoToken(fault) => Some(fault),
            NoAnswer::NotSent => None,
            NoAnswer::Lost | NoAnswer::TooLarge if asks => {
                self.states[place] = UndoState::Asked;
                None
            }
            NoAnswer::Lost => None,
            // What cannot be read is not touched.
            NoAnswer::TooLarge => return self.over(place, UndoResult::Refused),
        };
        Reply::Retry { after: None, fault }
    }

    fn take_in_read(&mut self, place: usize, step: &UndoStep, reply: &EhrReply) -> Reply {
        match (standing_of(step, &self.plan.receipt, reply), self.states[place]) {
            // The EHR marked it and kept our name: the next check-in would find it and take it for its own.
            (Standing::Undone(UndoResult::Marked), UndoState::Acknowledged)
                if json_of(reply).is_some_and(|record| is_named(&record)) =>
            {
                self.over(place, UndoResult::NotKept)
            }
            (Standing::Undone(result) | Standing::Not(result), _) => self.over(place, result),
            (Standing::AsFiled(_), UndoState::Acknowledged) => self.over(place, UndoResult::NotKept),
            (Standing::AsFiled(_), _) if self.rounds > MOST_ROUNDS => self.over(place, UndoResult::ChangedSince),
            (Standing::AsFiled(request), _) => {
                self.change = Some(request);
                Reply::Further
            }
            // After the EHR said that it deleted it, or may have: then it need not say in FHIR that there is nothing.
            (Standing::Unclear, UndoState::Acknowledged) if reply.status == 404 && deletes(step) => {
                self.over(place, UndoResult::Deleted)
            }
            (Standing::Unclear, UndoState::Asked)
                if reply.status == 404 && reply.body.reveal().is_empty() && deletes(step) =>
            {
                self.over(place, UndoResult::Deleted)
            }
            (Standing::Unclear, _) => self.later_or(place, reply, UndoResult::Refused),
        }
    }

    fn take_in_written(&mut self, place: usize, method: Method, reply: &EhrReply) -> Reply {
        match (reply.status, method) {
            (200..=204, _) => {
                self.states[place] = UndoState::Acknowledged;
                Reply::Further
            }
            // Referential integrity, where it is said so (R4 http.html#delete).
            (409, Method::Delete) => self.over(place, UndoResult::StillReferred),
            // Somebody else was quicker, or it is gone by now: the record itself tells.
            (404 | 409 | 410 | 412, _) => {
                self.rounds += 1;
                match self.rounds > MOST_ROUNDS {
                    true => self.over(place, UndoResult::ChangedSince),
                    false => Reply::Further,
                }
            }
            (403 | 405 | 501, _) => self.over(place, UndoResult::NotAllowed),
            _ => {
                if reply.status >= 500 {
                    self.states[place] = UndoState::Asked;
                }
                self.later_or(place, reply, UndoResult::Refused)
            }
        }
    }

    /// What refers to the Patient beside what this check-in filed and what is undone of that: a record of its own that stays needs its
    /// Patient as much as anybody else's.
    fn take_in_referring(&mut self, place: usize, kind: RecordType, reply: &EhrReply) -> Reply {
        let body = json_of(reply).map(Sensitive::new);
        let found = body.as_ref().map(Sensitive::reveal).filter(|body| body["resourceType"] == "Bundle");
        let Some(found) = found.filter(|_| reply.status == 200) else {
            return match reply.status {
                // It cannot be known.
                400 | 403..=422 | 501 => self.over(place, UndoResult::StillReferred),
                _ => self.later_or(place, reply, UndoResult::StillReferred),
            };
        };
        let so_far = self.receipt();
        let is_undone = |entry: &Value| {
            let record = &entry["resource"];
            let place = format!("{kind}/{}", record["id"].as_str().unwrap_or_default());
            let undone = so_far.result_of(&place).is_some_and(UndoResult::is_undone);
            match record["resourceType"].as_str().and_then(RecordType::from_word) {
                Some(RecordType::OperationOutcome) => true,
                found => found == Some(kind) && undone,
            }
        };
        let more = found["link"].as_array().into_iter().flatten().any(|link| link["relation"] == "next");
        let alone = found["entry"].as_array().into_iter().flatten().all(is_undone);
        match alone && !more {
            true => {
                self.looked += 1;
                Reply::Further
            }
            false => self.over(place, UndoResult::StillReferred),
        }
    }

    /// An answer that proves nothing: later again, or, where that cannot help, this.
    fn later_or(&mut self, place: usize, reply: &EhrReply, result: UndoResult) -> Reply {
        match without_proof(reply) {
            Answer::Later { after, fault, .. } => Reply::Retry { after, fault },
            Answer::Refused(WaitReason::EhrNotSignedIn) => {
                Reply::Retry { after: None, fault: Some(WaitReason::EhrNotSignedIn) }
            }
            Answer::Filed(_)
            | Answer::Noted(..)
            | Answer::Acknowledged
            | Answer::Change(_)
            | Answer::ReadAgain
            | Answer::NotThere
            | Answer::Refused(_) => self.over(place, result),
        }
    }
}
