//! What an answer means for the step that is under way, by the kind of step.

use super::{PlanProgress, Reply, StepState};
use crate::delivery::altered::{is_altered, is_unshown};
use crate::delivery::answer::{Answer, Found, first_version, json_of, read_created, read_found, read_transaction};
use crate::delivery::existing::{is_address, is_record, names_chart, read_patient, read_whose};
use crate::delivery::similar::Standing;
use crate::delivery::undo::is_marked;
use crate::delivery::{
    EhrReply, Filed, FolderFailed, InFolder, Method, NoAnswer, Order, PlaceToLook, Request, SimilarCharts, WaitReason,
};
use crate::filing::{Amend, Create, Expected, NoteKind, RepeatSafety, Step, SubmissionId};
use serde_json::Value;

/// How often a record is read again because somebody else was quicker.
pub(super) const MOST_ROUNDS: u8 = 3;

impl PlanProgress {
    /// Takes in the answer to the request of [`PlanProgress::what_next`].
    pub fn answered(&mut self, request: &Request, reply: Result<&EhrReply, NoAnswer>) -> Reply {
        let Some(place) = self.place() else { return Reply::Further };
        self.change = None;
        self.not_there = None;
        if let Some(number) = self.compared_next(place) {
            return self.take_in_shown(place, number, reply);
        }
        let reply = match reply {
            Ok(reply) => reply,
            Err(none) => return self.unanswered(place, request, none),
        };
        let state = &self.states[place];
        if let StepState::Existing { filed, unread, .. } = state {
            let number = unread.first().copied();
            let record = number.and_then(|number| Some((number, filed.get(number)?)));
            let answer = match (record, self.opened_by(place), self.chart_place()) {
                (Some((number, record)), Some((new, opened)), _) if number == opened => {
                    let answer = read_patient(record, (new, &self.plan.submission), &self.similar, reply);
                    if answer == Answer::Refused(WaitReason::EhrMayKnowPatient) {
                        let place = record.location.clone();
                        self.may_be_known_as(vec![PlaceToLook { place, numbers: Vec::new() }]);
                    }
                    answer
                }
                (Some((_, record)), _, Some(chart)) => read_whose(record, chart, &self.plan.submission, reply),
                (Some(_), _, None) | (None, _, _) => Answer::Refused(WaitReason::EhrNoProof),
            };
            let answer = match number {
                Some(number) if matches!(answer, Answer::Filed(_)) && self.counts_no_more(place, number, reply) => {
                    Answer::Refused(WaitReason::EhrConflict)
                }
                Some(_) | None => answer,
            };
            if let (Some(number), Answer::Filed(read)) = (number, &answer) {
                if let (Some(read), StepState::Existing { filed, .. }) = (read.first(), &mut self.states[place])
                    && let Some(known) = filed.get_mut(number)
                {
                    known.clone_from(read);
                }
                self.compare(place, number, Some(reply));
            }
            return self.take_in_whose(place, answer);
        }
        let answer = match (&self.plan.steps[place], request.method) {
            (Step::Transaction(transaction), _) => read_transaction(transaction, reply),
            (Step::Create(create), Method::Post) => read_created(create, reply),
            (Step::Create(create), Method::Get | Method::Put | Method::Delete) => {
                found(create, state, &self.plan.submission, reply)
            }
            (Step::Amend(amend), Method::Put) => changed(amend, self.rounds, reply),
            (Step::Amend(amend), Method::Get | Method::Post | Method::Delete) => read(amend, state, reply),
            // The folder answers by `kept`.
            (Step::Keep(_), _) => return Reply::Further,
        };
        let unshown = match request.method {
            Method::Post => self.unshown(place, reply),
            Method::Get | Method::Put | Method::Delete => Vec::new(),
        };
        self.take_in(place, answer, (request, reply.status), unshown)
    }

    /// Takes in what the search for charts found.
    pub fn searched(&mut self, found: Result<SimilarCharts, NoAnswer>) -> Reply {
        let Some(place) = self.place() else { return Reply::Further };
        let (Some(new), Some(name)) = (&self.plan.new_patient, self.name_of_chart(place)) else {
            return Reply::Further;
        };
        let found = match found {
            Ok(found) => found,
            Err(NoAnswer::NotSent | NoAnswer::Lost) => return Reply::Retry { after: None, fault: None },
            Err(NoAnswer::NoToken(fault)) => return Reply::Retry { after: None, fault: Some(fault) },
            Err(NoAnswer::TooLarge) => SimilarCharts::unknown(),
        };
        match found.standing(new, name, self.seen.then_some(&self.similar)) {
            Standing::Nobody => {
                self.is_new = true;
                Reply::Further
            }
            Standing::Perhaps(charts) => {
                self.may_be_known_as(charts);
                Reply::Refused(WaitReason::EhrMayKnowPatient)
            }
            Standing::NamedElsewhere(charts) => {
                self.may_be_known_as(charts);
                Reply::Refused(WaitReason::EhrOtherChart)
            }
        }
    }

    /// These are a question to a person, who has not seen them all.
    fn may_be_known_as(&mut self, charts: Vec<PlaceToLook>) {
        for chart in charts {
            if !self.similar.iter().any(|known| known.place == chart.place) {
                self.similar.push(chart);
            }
        }
        self.seen = false;
    }

    /// Takes in what came of the order to the folder.
    pub fn kept(&mut self, kept: Result<InFolder, FolderFailed>) -> Reply {
        let Some(place) = self.place() else { return Reply::Further };
        let Step::Keep(keep) = &self.plan.steps[place] else { return Reply::Further };
        let created = match kept {
            Ok(InFolder::New) => true,
            Ok(InFolder::Same) => false,
            Ok(InFolder::Different) => return Reply::Refused(WaitReason::EhrConflict),
            Err(FolderFailed) => return Reply::Retry { after: None, fault: None },
        };
        let filed =
            Filed { items: keep.items.clone(), location: self.folder(), created, is_altered: false, version: None };
        self.states[place] = StepState::Filed(vec![filed]);
        Reply::Further
    }

    /// Takes in that the order of [`PlanProgress::what_next`] was not carried out.
    pub fn not_sent(&mut self, order: &Order) -> Reply {
        match order {
            Order::Ehr(request) => self.answered(request, Err(NoAnswer::NotSent)),
            Order::Search { .. } => self.searched(Err(NoAnswer::NotSent)),
            Order::Folder(_) => self.kept(Err(FolderFailed)),
        }
    }

    fn unanswered(&mut self, place: usize, request: &Request, none: NoAnswer) -> Reply {
        let fault = match none {
            NoAnswer::TooLarge => {
                self.may_be_there(place, request);
                return Reply::Refused(WaitReason::EhrTooLargeAnswer);
            }
            NoAnswer::Lost => {
                self.may_be_there(place, request);
                return Reply::Retry { after: None, fault: None };
            }
            NoAnswer::NotSent => None,
            NoAnswer::NoToken(fault) => Some(fault),
        };
        self.undo(place, request);
        Reply::Retry { after: None, fault }
    }

    fn take_in(
        &mut self,
        place: usize,
        answer: Answer,
        (request, status): (&Request, u16),
        unshown: Vec<usize>,
    ) -> Reply {
        match answer {
            Answer::Filed(filed) => {
                let unread = self.unread(place, &filed, request);
                let can_be_read = |number: &usize| filed.get(*number).is_some_and(|filed| is_address(&filed.location));
                let unshown = unshown.into_iter().filter(can_be_read).collect();
                self.states[place] = StepState::Existing { filed, unread, unshown, unanswered: 0 };
                self.leave_when_read(place);
            }
            Answer::Noted(kind, location) => self.states[place] = StepState::Noted(kind, location),
            Answer::Acknowledged => self.states[place] = StepState::Acknowledged,
            Answer::Change(change) => self.change = Some(change),
            Answer::ReadAgain => self.rounds += 1,
            Answer::NotThere if self.states[place] == StepState::Planned => self.not_there = Some(place),
            Answer::NotThere => self.states[place] = StepState::Planned,
            Answer::Later { after, surely_not_done, fault } => {
                if surely_not_done {
                    self.undo(place, request)
                } else {
                    self.may_be_there(place, request)
                }
                return Reply::Retry { after, fault };
            }
            Answer::Refused(reason) => {
                // Only a refusal of the request proves that nothing was made; another answer proves nothing.
                if (400..500).contains(&status) {
                    self.undo(place, request)
                } else {
                    self.may_be_there(place, request)
                }
                return Reply::Refused(reason);
            }
        }
        Reply::Further
    }

    /// Which of these the answer itself did not make, and belong to the chart or are it: whose they are is to be read.
    fn unread(&self, place: usize, filed: &[Filed], request: &Request) -> Vec<usize> {
        let chart = self.plan.chart.reveal();
        let opened = self.opened_by(place).map(|(_, number)| number);
        let names = |number| self.sent(place, number).is_some_and(|(_, sent)| names_chart(sent, chart));
        let is_ours = |number: usize| opened == Some(number) || names(number);
        // An unconditional create makes what it answers with, whatever its status says.
        let makes = matches!(self.plan.steps[place], Step::Create(_)) && request.if_none_exist.is_none();
        let is_made = |filed: &Filed| request.method == Method::Post && (filed.created || makes);
        let open = filed.iter().enumerate().filter(|(number, filed)| !is_made(filed) && is_ours(*number));
        let mut open: Vec<usize> = open.map(|(number, _)| number).collect();
        // Whose the others are can be said once it is known whose the Patient is.
        open.sort_by_key(|number| Some(*number) != opened);
        open
    }

    /// Which records of a step the answer to its request did not show.
    fn unshown(&self, place: usize, reply: &EhrReply) -> Vec<usize> {
        let body = json_of(reply).unwrap_or_default();
        let is_unshown = |number: &usize| {
            let (expected, sent) = self.sent(place, *number)?;
            let answered = match &self.plan.steps[place] {
                Step::Transaction(_) => &body["entry"][*number]["resource"],
                Step::Create(_) | Step::Amend(_) | Step::Keep(_) => &body,
            };
            Some(is_unshown(expected.kind, sent, answered))
        };
        (0..self.expected(place).len()).filter(|number| is_unshown(number) == Some(true)).collect()
    }

    /// Whether the EHR marked a record as entered in error, or as not in use, that is sent as one that counts: whether it is to be
    /// there again a person decides.
    fn counts_no_more(&self, place: usize, number: usize, reply: &EhrReply) -> bool {
        let there = json_of(reply);
        self.sent(place, number).zip(there).is_some_and(|((expected, sent), there)| {
            is_marked(expected.kind, &there) && !is_marked(expected.kind, sent)
        })
    }

    /// A record of a step, as it is sent.
    fn sent(&self, place: usize, number: usize) -> Option<(&Expected, &Value)> {
        let expected = self.expected(place).get(number)?;
        match &self.plan.steps[place] {
            Step::Transaction(transaction) => {
                Some((expected, &transaction.bundle.reveal()["entry"][number]["resource"]))
            }
            Step::Create(create) => Some((expected, create.resource.reveal())),
            Step::Amend(_) | Step::Keep(_) => None,
        }
    }

    /// Which record was asked for so as to be compared and for nothing else.
    fn compared_next(&self, place: usize) -> Option<usize> {
        match &self.states[place] {
            StepState::Existing { unread, unshown, .. } => unshown.first().copied().filter(|_| unread.is_empty()),
            StepState::Planned
            | StepState::Asked
            | StepState::Acknowledged
            | StepState::Filed(_)
            | StepState::Noted(..) => None,
        }
    }

    /// Takes in how a record stands that the EHR took. It is there: an EHR that does not show it, or is away again and again when
    /// it is asked, keeps nothing waiting.
    fn take_in_shown(&mut self, place: usize, number: usize, reply: Result<&EhrReply, NoAnswer>) -> Reply {
        let later = match reply {
            Ok(reply) => matches!(reply.status, 429 | 503).then_some((reply.retry_after, None)),
            Err(NoAnswer::TooLarge) => None,
            Err(NoAnswer::Lost | NoAnswer::NotSent) => Some((None, None)),
            Err(NoAnswer::NoToken(fault)) => Some((None, Some(fault))),
        };
        if let (Some((after, fault)), StepState::Existing { unshown, unanswered, .. }) =
            (later, &mut self.states[place])
        {
            *unanswered += 1;
            if *unanswered < MOST_ROUNDS {
                return Reply::Retry { after, fault };
            }
            unshown.clear();
        }
        self.compare(place, number, reply.ok());
        self.leave_when_read(place);
        Reply::Further
    }

    /// Compares a record with what was sent, where the EHR shows it.
    fn compare(&mut self, place: usize, number: usize, reply: Option<&EhrReply>) {
        let body = reply.and_then(json_of).unwrap_or_default();
        let is_altered =
            self.sent(place, number).is_some_and(|(expected, sent)| is_altered(expected.kind, sent, &body));
        if let StepState::Existing { filed, unshown, .. } = &mut self.states[place] {
            unshown.retain(|unshown| *unshown != number);
            if let Some(filed) = filed.get_mut(number).filter(|filed| is_record(&body, &filed.location)) {
                filed.is_altered = is_altered;
                if filed.created && filed.version.is_none() {
                    filed.version = first_version(&body);
                }
            }
        }
    }

    /// Once nothing is left to be read, it is filed.
    fn leave_when_read(&mut self, place: usize) {
        if let StepState::Existing { filed, unread, unshown, .. } = &mut self.states[place]
            && unread.is_empty()
            && unshown.is_empty()
        {
            self.states[place] = StepState::Filed(std::mem::take(filed));
        }
    }

    /// Takes in whose a record is that the EHR had before.
    fn take_in_whose(&mut self, place: usize, answer: Answer) -> Reply {
        match answer {
            Answer::Filed(_) => {
                if let StepState::Existing { unread, .. } = &mut self.states[place] {
                    unread.remove(0);
                }
                self.leave_when_read(place);
                Reply::Further
            }
            Answer::Later { after, fault, .. } => Reply::Retry { after, fault },
            Answer::Refused(reason) => Reply::Refused(reason),
            Answer::Noted(..) | Answer::Acknowledged | Answer::Change(_) | Answer::ReadAgain | Answer::NotThere => {
                Reply::Refused(WaitReason::EhrNoProof)
            }
        }
    }

    /// It may be in the EHR now, if the request was one that makes something.
    fn may_be_there(&mut self, place: usize, request: &Request) {
        match &self.plan.steps[place] {
            Step::Create(_) | Step::Transaction(_) if request.method == Method::Post => {
                self.states[place] = StepState::Asked
            }
            Step::Create(_) | Step::Transaction(_) | Step::Amend(_) | Step::Keep(_) => {}
        }
    }

    /// The request surely changed nothing. A search proves nothing about what was asked before it; nor does a transaction, which is
    /// sent again without one.
    fn undo(&mut self, place: usize, request: &Request) {
        match &self.plan.steps[place] {
            Step::Create(_) if request.method == Method::Post => self.states[place] = StepState::Planned,
            Step::Create(_) | Step::Transaction(_) | Step::Amend(_) | Step::Keep(_) => {}
        }
    }
}

/// The answer to a search for what a create makes, before or after it was asked for.
fn found(create: &Create, state: &StepState, submission: &SubmissionId, reply: &EhrReply) -> Answer {
    match read_found(create, submission, reply) {
        Found::Once(filed) => {
            let created = filed.created || *state != StepState::Planned;
            Answer::Filed(vec![Filed { created, ..filed }])
        }
        Found::Several => Answer::Refused(WaitReason::EhrSeveralMatches),
        Found::Nothing if *state == StepState::Acknowledged => Answer::Refused(WaitReason::EhrNoProof),
        Found::Nothing if create.again == RepeatSafety::Conditional || *state == StepState::Planned => Answer::NotThere,
        Found::Nothing => Answer::Refused(WaitReason::EhrLostAnswer),
        // An EHR that looks itself need not let us look.
        Found::NoSearch(_) if create.again == RepeatSafety::Conditional && matches!(reply.status, 400 | 403..=405) => {
            Answer::NotThere
        }
        Found::NoSearch(answer) => answer,
    }
}

/// The record that shall be changed.
fn read(amend: &Amend, state: &StepState, reply: &EhrReply) -> Answer {
    let answer = match amend.read(reply) {
        // The EHR said that it made the change, and did not.
        Answer::Change(_) if *state == StepState::Acknowledged => Answer::Refused(WaitReason::EhrNoProof),
        answer => answer,
    };
    by_hand_at_most(amend, answer)
}

/// What holds nothing up and cannot be made is left to staff, and said.
fn by_hand_at_most(amend: &Amend, answer: Answer) -> Answer {
    match answer {
        Answer::Refused(_) if amend.holds_nothing_up() => Answer::Noted(NoteKind::ByHand, Some(amend.target.clone())),
        answer => answer,
    }
}

/// The answer to a change: somebody else may have been quicker.
fn changed(amend: &Amend, rounds: u8, reply: &EhrReply) -> Answer {
    let answer = match reply.status {
        409 | 412 if rounds < MOST_ROUNDS => Answer::ReadAgain,
        409 | 412 => Answer::Refused(WaitReason::EhrConflict),
        _ => amend.changed(reply),
    };
    by_hand_at_most(amend, answer)
}
