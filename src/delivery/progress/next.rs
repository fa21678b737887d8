//! Which request is next.

use super::{Next, PlanProgress, StepState};
use crate::delivery::existing::is_address;
use crate::delivery::references::settled;
use crate::delivery::{Filed, FolderFiles, Method, Order, Request, WaitReason};
use crate::fhir::RecordType;
use crate::filing::{Create, Expected, Keep, NewPatient, RepeatSafety, Step};
use crate::sensitive::Sensitive;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::collections::HashMap;

/// What is no character of a query (RFC 3986, 3.4), such as the `|` of `system|value`.
const OUTSIDE_QUERIES: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

impl PlanProgress {
    /// What to do next.
    pub fn what_next(&mut self) -> Next {
        let Some(place) = self.place() else { return Next::Done(self.receipt()) };
        if let Some(new) = self.plan.new_patient.as_ref().filter(|_| self.opens_chart(place) && !self.is_new) {
            let name = self.name_of_chart(place).unwrap_or_default().to_owned();
            return Next::Send { order: Order::Search { new: Box::new(new.clone()), name }, write_first: false };
        }
        match (&self.plan.steps[place], &self.states[place]) {
            (Step::Transaction(_) | Step::Create(_), StepState::Existing { filed, unread, unshown, .. }) => {
                let record = unread.first().or(unshown.first()).and_then(|place| filed.get(*place));
                if record.is_none_or(|record| !is_address(&record.location)) {
                    return Next::Person(WaitReason::EhrNoProof);
                }
                send(Request::get(record.map(|record| record.location.clone()).unwrap_or_default()))
            }
            (Step::Transaction(transaction), _) => {
                let body = Sensitive::new(transaction.bundle.reveal().to_string().into_bytes());
                send(Request::with_body(Method::Post, String::new(), body))
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
                let request = Request::with_body(Method::Post, create.expected.kind.word().to_owned(), body);
                let request = Request { if_none_exist, ..request };
                if !conditional {
                    self.states[place] = StepState::Asked;
                }
                Next::Send { order: Order::Ehr(request), write_first: !conditional }
            }
            (Step::Amend(amend), _) => send(self.change.clone().unwrap_or_else(|| Request::get(amend.target.clone()))),
            (Step::Keep(keep), _) => Next::Send { order: Order::Folder(self.files_of(keep)), write_first: false },
        }
    }

    /// Whether the next request of the step makes a Patient, unless the EHR has it. A create of which that is in doubt is looked for
    /// by its name; a transaction is sent again.
    fn opens_chart(&self, place: usize) -> bool {
        let is_sent = match (&self.plan.steps[place], &self.states[place]) {
            (_, StepState::Planned) | (Step::Transaction(_), StepState::Asked | StepState::Acknowledged) => true,
            (Step::Create(_) | Step::Amend(_) | Step::Keep(_), StepState::Asked | StepState::Acknowledged) => false,
            (_, StepState::Existing { .. } | StepState::Filed(_) | StepState::Noted(..)) => false,
        };
        is_sent && self.name_of_chart(place).is_some()
    }

    /// The name of ours under which the step opens a chart.
    pub(super) fn name_of_chart(&self, place: usize) -> Option<&str> {
        let mut expected = self.expected(place).iter();
        expected.find(|expected| expected.kind == RecordType::Patient).map(|expected| expected.name.as_str())
    }

    /// For whom the step opens a chart, and which of its records that is; plans of earlier versions do not say for whom.
    pub(super) fn opened_by(&self, place: usize) -> Option<(&NewPatient, usize)> {
        let number = self.expected(place).iter().position(|expected| expected.kind == RecordType::Patient);
        self.plan.new_patient.as_ref().zip(number)
    }

    pub(super) fn expected(&self, place: usize) -> &[Expected] {
        match &self.plan.steps[place] {
            Step::Transaction(transaction) => &transaction.expected,
            Step::Create(create) => std::slice::from_ref(&create.expected),
            Step::Amend(_) | Step::Keep(_) => &[],
        }
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

    /// The files, and the receipt with them in it.
    fn files_of(&self, keep: &Keep) -> FolderFiles {
        let mut receipt = self.receipt();
        receipt.filed.push(Filed {
            items: keep.items.clone(),
            location: self.folder(),
            created: true,
            is_altered: false,
            version: None,
        });
        let mut files = keep.files.clone();
        files.push(("receipt.json".to_owned(), receipt.to_bytes()));
        FolderFiles { submission: self.plan.submission.clone(), files }
    }
}

/// A request that changes nothing, or that may be sent twice.
fn send(request: Request) -> Next {
    Next::Send { order: Order::Ehr(request), write_first: false }
}

/// The search for what a create makes.
fn search_for(create: &Create) -> Next {
    send(Request::get(format!("{}?{}", create.expected.kind, utf8_percent_encode(&create.query(), OUTSIDE_QUERIES))))
}
