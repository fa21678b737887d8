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

use super::amend::Read;
use super::answer::{Answer, Found, read_created, read_found, read_transaction};
use super::references::settled;
use super::{EhrReply, Filed, Method, NoAnswer, Receipt, Request, WaitReason};
use crate::filing::systems::ITEM;
use crate::filing::{Create, FilingNote, FilingPlan, Keep, NoteKind, RepeatSafety, Step};
use crate::sensitive::Sensitive;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// How often a record is read again because somebody else was quicker.
const MOST_ROUNDS: u8 = 3;

/// How far one step has come.
#[derive(Clone, Debug, PartialEq, Eq)]
enum StepState {
    /// Not in the EHR.
    Planned,
    /// A request left and no answer came: it may be in the EHR.
    Asked,
    /// The EHR says that it has it, and does not say where.
    Acknowledged,
    /// Proven.
    Filed(Vec<Filed>),
    /// The EHR has it, in this sense, and perhaps says where.
    Noted(NoteKind, Option<String>),
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Send this and hand the answer to [`PlanProgress::answered`].
    Send {
        /// The request.
        request: Request,
        /// Whether [`PlanProgress::to_bytes`] must be on disk before the first byte leaves.
        write_first: bool,
    },
    /// Nothing more can be done without a person.
    Person(WaitReason),
    /// Every step is proven.
    Done(Receipt),
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
}

impl PlanProgress {
    /// A plan of which nothing is done.
    pub fn new(plan: FilingPlan) -> PlanProgress {
        let states = vec![StepState::Planned; plan.steps.len()];
        PlanProgress { plan, states, change: None, rounds: 0, not_there: None }
    }

    /// A plan as far as [`PlanProgress::to_bytes`] says that it has come; `None` when the two do not belong together.
    pub fn resume(plan: FilingPlan, saved: &[u8]) -> Option<PlanProgress> {
        let json: Value = serde_json::from_slice(saved).ok()?;
        let states: Vec<StepState> = json.as_array()?.iter().map(StepState::from_json).collect::<Option<_>>()?;
        (states.len() == plan.steps.len()).then_some(PlanProgress { states, ..PlanProgress::new(plan) })
    }

    /// How far it has come, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        let states: Vec<Value> = self.states.iter().map(StepState::to_json).collect();
        Sensitive::new(Value::from(states).to_string().into_bytes())
    }

    /// The plan.
    pub fn plan(&self) -> &FilingPlan {
        &self.plan
    }

    /// The names of what is filed where nobody can look for it: to be remembered for later check-ins.
    pub fn filed_unseen(&self) -> impl Iterator<Item = &str> {
        let filed = self.unseen().filter(|(_, state)| matches!(state, StepState::Filed(_) | StepState::Noted(..)));
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
            Step::Create(create) if create.again == RepeatSafety::Never && create.expected.kind != "Patient" => {
                Some((create, state))
            }
            _ => None,
        })
    }

    /// A person looked in the chart: what no answer proved is not there, and may be created.
    pub fn confirmed_absent(&mut self) {
        for state in self.states.iter_mut().filter(|state| matches!(state, StepState::Asked | StepState::Acknowledged))
        {
            *state = StepState::Planned;
        }
    }

    /// A person entered the rest in the EHR: what is proven, and the other items as done by hand.
    pub fn finished_by_hand(&self) -> Receipt {
        let mut receipt = self.receipt();
        let both = self.plan.steps.iter().zip(&self.states);
        let open = both.filter(|(_, state)| !matches!(state, StepState::Filed(_) | StepState::Noted(..)));
        let items = open.flat_map(|(step, _)| step.items());
        receipt.notes.extend(items.map(|item| FilingNote::new(item, NoteKind::ByHand)));
        receipt
    }

    /// What to do next.
    pub fn what_next(&mut self) -> Next {
        let Some(place) = self.place() else { return Next::Done(self.receipt()) };
        match (&self.plan.steps[place], &self.states[place]) {
            (Step::Transaction(transaction), _) => {
                let body = Sensitive::new(transaction.bundle.reveal().to_string().into_bytes());
                let request = Request::with_body(Method::Post, String::new(), body);
                Next::Send { request, write_first: false }
            }
            (Step::Create(create), state @ (StepState::Asked | StepState::Acknowledged)) => match create.again {
                RepeatSafety::Never if *state == StepState::Acknowledged => Next::Person(WaitReason::EhrNoProof),
                RepeatSafety::Never => Next::Person(WaitReason::EhrLostAnswer),
                RepeatSafety::Conditional | RepeatSafety::Search => search_for(create),
            },
            // An earlier check-in, or another kiosk, may have filed the same.
            (Step::Create(create), _) if create.again == RepeatSafety::Search && self.not_there != Some(place) => {
                search_for(create)
            }
            (Step::Create(create), _) => {
                let Some(resource) = settled(&create.resource, &self.places()) else {
                    return Next::Person(WaitReason::EhrNothingToPointAt);
                };
                let conditional = create.again == RepeatSafety::Conditional;
                let if_none_exist = conditional.then(|| create.query());
                let body = Sensitive::new(resource.reveal().to_string().into_bytes());
                let request = Request::with_body(Method::Post, create.expected.kind.clone(), body);
                let request = Request { if_none_exist, ..request };
                if !conditional {
                    self.states[place] = StepState::Asked;
                }
                Next::Send { request, write_first: !conditional }
            }
            (Step::Amend(amend), _) => {
                let request = self.change.clone().unwrap_or_else(|| Request::get(amend.target.clone()));
                Next::Send { request, write_first: false }
            }
            (Step::Keep(keep), _) => Next::Send { request: self.kept(keep), write_first: false },
        }
    }

    /// Takes in the answer to the request of [`PlanProgress::what_next`].
    pub fn answered(&mut self, request: &Request, reply: Result<&EhrReply, NoAnswer>) -> Reply {
        let Some(place) = self.place() else { return Reply::Further };
        let retry = |fault| Reply::Retry { after: None, fault };
        self.change = None;
        self.not_there = None;
        let reply = match reply {
            Ok(reply) => reply,
            Err(NoAnswer::TooLarge) => return Reply::Refused(WaitReason::EhrTooLargeAnswer),
            Err(NoAnswer::Lost) => {
                self.doubt(place, request);
                return retry(None);
            }
            Err(never_left) => {
                self.undo(place, request);
                return retry(match never_left {
                    NoAnswer::NoToken(fault) => Some(fault),
                    _ => None,
                });
            }
        };
        let answer = match (&self.plan.steps[place], request.method) {
            (Step::Transaction(transaction), _) => read_transaction(transaction, reply),
            (Step::Amend(amend), Method::Put) => {
                if matches!(reply.status, 409 | 412) && self.rounds < MOST_ROUNDS {
                    self.rounds += 1;
                    return Reply::Further;
                }
                match reply.status {
                    409 | 412 => Answer::Refused(WaitReason::EhrConflict),
                    _ => amend.changed(reply),
                }
            }
            (Step::Amend(amend), _) => match amend.read(reply) {
                Read::AsDecided => Answer::Filed(vec![amend.done()]),
                // The EHR said that it made the change, and did not.
                Read::Change(_) if self.states[place] == StepState::Acknowledged => {
                    Answer::Refused(WaitReason::EhrNoProof)
                }
                Read::Change(change) => {
                    self.change = Some(change);
                    return Reply::Further;
                }
                Read::Not(answer) => answer,
            },
            (Step::Keep(keep), _) => match (reply.status, &reply.location) {
                (200 | 201, Some(location)) => {
                    let (items, location) = (keep.items.clone(), location.clone());
                    Answer::Filed(vec![Filed { items, location, created: reply.status == 201 }])
                }
                (409, _) => Answer::Refused(WaitReason::EhrConflict),
                _ => Answer::Later { after: None, surely_not_done: true, fault: None },
            },
            (Step::Create(create), Method::Post) => read_created(create, reply),
            (Step::Create(create), _) => match read_found(create, reply) {
                Found::Once(filed) => {
                    let created = self.states[place] != StepState::Planned;
                    Answer::Filed(vec![Filed { created, ..filed }])
                }
                Found::Several => Answer::Refused(WaitReason::EhrSeveralMatches),
                Found::Nothing if self.states[place] == StepState::Acknowledged => {
                    Answer::Refused(WaitReason::EhrNoProof)
                }
                Found::Nothing if create.again == RepeatSafety::Conditional => {
                    self.states[place] = StepState::Planned;
                    return Reply::Further;
                }
                Found::Nothing if self.states[place] == StepState::Planned => {
                    self.not_there = Some(place);
                    return Reply::Further;
                }
                Found::Nothing => Answer::Refused(WaitReason::EhrLostAnswer),
                Found::NoSearch(answer) => answer,
            },
        };
        match answer {
            Answer::Filed(filed) => {
                self.states[place] = StepState::Filed(filed);
                Reply::Further
            }
            Answer::Noted(kind, location) => {
                self.states[place] = StepState::Noted(kind, location);
                Reply::Further
            }
            Answer::Acknowledged => {
                self.states[place] = StepState::Acknowledged;
                Reply::Further
            }
            Answer::Later { after, surely_not_done, fault } => {
                if surely_not_done {
                    self.undo(place, request)
                } else {
                    self.doubt(place, request)
                }
                Reply::Retry { after, fault }
            }
            Answer::Refused(refusal) => {
                // Only a refusal of the request proves that nothing was made; another answer proves nothing.
                if (400..500).contains(&reply.status) {
                    self.undo(place, request)
                } else {
                    self.doubt(place, request)
                }
                Reply::Refused(refusal)
            }
        }
    }

    /// It may be in the EHR now, if the request was one that makes something.
    fn doubt(&mut self, place: usize, request: &Request) {
        if matches!(self.plan.steps[place], Step::Create(_)) && request.method == Method::Post {
            self.states[place] = StepState::Asked;
        }
    }

    /// The request surely changed nothing. A search proves nothing about what was asked before it.
    fn undo(&mut self, place: usize, request: &Request) {
        if request.method == Method::Post {
            self.states[place] = StepState::Planned;
        }
    }

    /// The first step that is not done.
    fn place(&self) -> Option<usize> {
        self.states.iter().position(|state| !matches!(state, StepState::Filed(_) | StepState::Noted(..)))
    }

    /// Where each `urn:uuid` of a filed step lies; `None` where the EHR has it and does not say.
    fn places(&self) -> HashMap<&str, Option<&str>> {
        let both = self.plan.steps.iter().zip(&self.states);
        let filed = both.filter_map(|(step, state)| match (step, state) {
            (Step::Create(create), StepState::Filed(filed)) => {
                Some((create.urn.as_str(), Some(filed.first()?.location.as_str())))
            }
            // Nobody's records go out in place of the patient's.
            (Step::Create(create), StepState::Noted(..)) if create.urn == *self.plan.chart.reveal() => None,
            (Step::Create(create), StepState::Noted(_, place)) => Some((create.urn.as_str(), place.as_deref())),
            _ => None,
        });
        filed.collect()
    }

    /// What goes into the folder: the files, and the receipt with them in it.
    fn kept(&self, keep: &Keep) -> Request {
        let submission = self.plan.submission.as_str();
        let mut receipt = self.receipt();
        receipt.filed.push(Filed {
            items: keep.items.clone(),
            location: format!("folder/{submission}"),
            created: true,
        });
        let receipt = ("receipt.json".to_owned(), receipt.to_bytes());
        let files = keep.files.iter().chain(std::iter::once(&receipt));
        let files: Map<String, Value> =
            files.map(|(name, bytes)| (name.clone(), Value::from(STANDARD.encode(bytes.reveal())))).collect();
        let files = Sensitive::new(Value::Object(files));
        let body = Sensitive::new(files.reveal().to_string().into_bytes());
        Request::with_body(Method::Keep, submission.to_owned(), body)
    }

    fn receipt(&self) -> Receipt {
        let (mut filed, mut notes) = (Vec::new(), self.plan.notes.clone());
        for (step, state) in self.plan.steps.iter().zip(&self.states) {
            match (step, state) {
                (_, StepState::Filed(of_step)) => filed.extend(of_step.iter().cloned()),
                (Step::Create(create), StepState::Noted(kind, place)) => {
                    let note = |item: &_| FilingNote { place: place.clone(), ..FilingNote::new(*item, *kind) };
                    notes.extend(create.expected.items.iter().map(note));
                }
                _ => {}
            }
        }
        let made = || filed.iter().find(|filed| filed.location.starts_with("Patient/")).map(|filed| &*filed.location);
        let known = Some(self.plan.chart.reveal().as_str()).filter(|chart| chart.starts_with("Patient/"));
        let chart = known.or_else(made).map(Sensitive::from);
        Receipt { submission: self.plan.submission.clone(), chart, filed, notes }
    }
}

impl StepState {
    fn to_json(&self) -> Value {
        match self {
            StepState::Planned => json!("planned"),
            StepState::Asked => json!("asked"),
            StepState::Acknowledged => json!("taken"),
            StepState::Filed(filed) => Value::from(filed.iter().map(Filed::to_json).collect::<Vec<_>>()),
            StepState::Noted(kind, place) => json!({"noted": kind.word(), "place": place}),
        }
    }

    fn from_json(json: &Value) -> Option<StepState> {
        match (json.as_str(), json.as_array()) {
            (Some("planned"), _) => Some(StepState::Planned),
            (Some("asked"), _) => Some(StepState::Asked),
            (Some("taken"), _) => Some(StepState::Acknowledged),
            _ if json.is_object() => {
                let kind = NoteKind::ALL.into_iter().find(|kind| json["noted"] == kind.word())?;
                Some(StepState::Noted(kind, json["place"].as_str().map(str::to_owned)))
            }
            (_, Some(filed)) => Some(StepState::Filed(filed.iter().map(Filed::from_json).collect::<Option<_>>()?)),
            _ => None,
        }
    }
}

/// The search for what a create makes.
fn search_for(create: &Create) -> Next {
    let target = format!("{}?{}", create.expected.kind, escaped(&create.query()));
    Next::Send { request: Request::get(target), write_first: false }
}

/// `|` is no character of an address (RFC 3986); `system|value` holds no other that needs escaping.
fn escaped(query: &str) -> String {
    debug_assert!(query.contains(ITEM));
    query.replace('|', "%7C")
}

#[cfg(test)]
mod tests;
