//! What each state makes of each event, in one table a kind of event: time, what people do, what was asked for, deliveries.
//! Every event is named in its table, so that a new one cannot be swallowed.
//!
//! `lobby` leads up to the patient's consent, with `passcode` on the way, `desk` from the PIN to the ticket, with `queue`
//! and `kept` before the review and `chart` and `documents` inside it.

mod chart;
mod desk;
mod documents;
mod kept;
mod lobby;
mod passcode;
mod queue;
#[cfg(test)]
mod tests;
mod wrong_person;

use super::{
    Answer, AskingPasscode, Discarding, Effect, Event, FactsPage, InTrouble, Input, Question, Resolving, ReviewInput,
    ReviewQuestion, Session, ShownAs, State, Stopping, Transition,
};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::FilingOutcome;
use crate::filing::SubmissionId;
use crate::session_id::SessionId;
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    /// What happened, and when, to the next session and what shall be done. An answer for another visit, or for
    /// another form of this one, goes no further.
    pub fn on(self, event: Event, now: Timestamp) -> Transition {
        let before = (self.on_screen.clone(), self.id, self.state.staff_id().map(str::to_owned));
        let seen_until = self.state.seen_until(self.since, &self.delays, now);
        let mut transition = self.step(event, now);
        Session::tell_what_closed(&mut transition, before, seen_until, now);
        transition
    }

    fn step(self, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::Tick => self.on_tick(now),
            Event::Input(input) => self.on_input(input, now),
            Event::Answer(asked, Answer::Review(review, answer)) if (asked, review) != (self.id, self.review) => {
                self.late(asked, &Answer::Review(review, answer))
            }
            Event::Answer(asked, answer) if asked == self.id => self.on_answer(answer, now),
            Event::Answer(asked, answer) => self.late(asked, &answer),
            Event::Delivery { submission, outcome } => self.on_delivery(&submission, outcome, now),
        }
    }

    /// How each state ends by itself.
    fn on_tick(mut self, now: Timestamp) -> Transition {
        let (stood, delays) = (now.since(self.since), self.delays);
        match self.take_state() {
            State::Scanning(_) if stood >= delays.scanning => self.end(now, "nobody-came"),
            State::Scanning(mut scanning) => {
                scanning.forget_rivals(now);
                self.keep(State::Scanning(scanning))
            }
            State::AskingPasscode(asking) if asking.sent && stood >= delays.resolving => {
                self.trouble(Trouble::TimedOut, now)
            }
            State::AskingPasscode(asking) if !asking.sent && stood >= delays.passcode => self.end(now, "no-passcode"),
            State::Resolving(_) if stood >= delays.resolving => self.trouble(Trouble::TimedOut, now),
            State::Sharing(_) if stood >= delays.sharing => self.end(now, "no-consent"),
            State::AwaitingStaff(awaiting) if stood >= delays.sign_in(&awaiting.purpose) => self.end(now, "no-staff"),
            State::ChoosingPerson(choosing) => self.on_choosing_tick(choosing, now),
            State::Reviewing(reviewing) => self.on_review_tick(reviewing, now),
            State::Queue(queue) => self.on_queue_tick(*queue, now),
            State::Keeping(_) if stood >= delays.filing * 3 => self.trouble(Trouble::NotStored, now),
            State::Filing(filing) => self.on_filing_tick(filing, now),
            State::Complete(_) if stood >= delays.complete => self.end(now, "done"),
            State::Declined if stood >= delays.complete => self.end(now, "declined"),
            State::InTrouble(_) if stood >= delays.trouble => self.end(now, "trouble"),
            State::WrongPerson(_) if stood >= delays.trouble => self.end(now, "cleared"),
            state @ (State::Idle
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::Keeping(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_)) => self.keep(state),
        }
    }

    /// What people do where it means something.
    fn on_input(mut self, input: Input, now: Timestamp) -> Transition {
        match (self.take_state(), input) {
            (state, Input::LanguageChosen(language)) => {
                self.language = language;
                self.keep(state)
            }
            (state, Input::WrongPersonTouched) => self.wrong_person(state, now),
            (State::Idle, Input::CancelTouched) => self.stay(),
            (visit, Input::CancelTouched) => {
                drop(visit);
                self.end(now, "cancelled")
            }
            (State::Idle, Input::StartTouched) => self.begin(now),
            (State::Idle, Input::StaffTouched) => self.sign_in_for_queue(now),
            (State::Idle, Input::CodeSeen(text)) => self.begin_with_code(&text, now),
            (State::Scanning(scanning), Input::CodeSeen(text)) => self.on_code(scanning, &text, now),
            (State::AskingPasscode(asking), Input::PasscodeTyped(text)) if !asking.sent => {
                self.on_typing(asking, now, |asking| asking.type_more(&text))
            }
            (State::AskingPasscode(asking), Input::PasscodeErased) if !asking.sent => {
                self.on_typing(asking, now, AskingPasscode::erase)
            }
            (State::AskingPasscode(asking), Input::CodeSeen(_)) if !asking.sent => {
                self.on_typing(asking, now, |asking| asking.code_seen = true)
            }
            (State::AskingPasscode(asking), Input::PasscodeSent) if !asking.sent => self.send_passcode(asking, now),
            (State::AskingPasscode(mut asking), Input::PasscodeShownToggled) => {
                asking.shown = !asking.shown;
                self.keep(State::AskingPasscode(asking))
            }
            (State::AskingPasscode(mut asking), Input::PasscodeKeysSwitched(keys)) => {
                asking.keys = keys;
                self.keep(State::AskingPasscode(asking))
            }
            (State::Sharing(sharing), Input::SharingAgreed) => self.on_agreed(*sharing, now),
            (State::Sharing(_), Input::SharingDeclined) => self.on_declined(now),
            (State::AwaitingStaff(awaiting), Input::PinDigit(digit)) if digit <= 9 && !awaiting.checking => {
                self.on_pin_digit(awaiting, digit)
            }
            (State::AwaitingStaff(awaiting), Input::PinErased) if !awaiting.checking => self.on_pin_erased(awaiting),
            (State::ChoosingPerson(choosing), Input::PersonChosen(place)) => {
                self.on_person_chosen(choosing, place, now)
            }
            (State::ChoosingPerson(choosing), Input::Review(ReviewInput::DeskTouched)) => {
                self.since = now;
                self.keep(State::ChoosingPerson(choosing))
            }
            (State::Reviewing(reviewing), Input::Review(input)) => self.on_review_input(reviewing, input, now),
            (State::Queue(queue), Input::Review(input)) => {
                self.behind(*queue, |session, reviewing| session.on_review_input(reviewing, input, now))
            }
            (State::Queue(queue), Input::WaitingTouched(submission, place)) => {
                self.on_waiting_touched(queue, submission, place, now)
            }
            (State::Queue(mut queue), Input::WaitingClosed) => {
                queue.hide();
                self.go(State::Queue(queue), now, Vec::new())
            }
            (State::Queue(queue), Input::ChartLookedToggled) => self.on_chart_looked(queue, now),
            (State::Queue(queue), Input::SendAgainTouched(looked)) => self.send_again(queue, looked, now),
            (State::Queue(queue), Input::KeptOpenTouched) => self.open_kept(queue, now),
            (State::Queue(queue), Input::KeptDiscardTouched) => self.ask_to_discard(queue, Discarding::Asked, now),
            (State::Queue(queue), Input::KeptDiscardLeft) => self.ask_to_discard(queue, Discarding::No, now),
            (State::Queue(queue), Input::KeptDiscardConfirmed) => self.discard_kept(queue, now),
            (State::Queue(queue), Input::QueueLeft) => self.leave_queue(*queue, now),
            (State::Queue(queue), Input::WithdrawTouched) => self.ask_to_withdraw(queue, Discarding::Asked, now),
            (State::Queue(queue), Input::WithdrawLeft) => self.ask_to_withdraw(queue, Discarding::No, now),
            (State::Queue(queue), Input::WithdrawConfirmed) => self.withdraw(queue, now),
            (State::Queue(queue), Input::UndoToggled(place)) => self.toggle_undo(queue, place, now),
            (State::Queue(queue), Input::UndoConfirmed) => self.undo(queue, now),
            (State::Queue(queue), Input::BreachFactsTouched) => self.write_facts(queue, now),
            (State::WrongPerson(wrong), Input::StaffTouched) => self.leave_wrong_person(wrong, now),
            (State::WrongPerson(_), Input::DoneTouched) => self.end(now, "cleared"),
            (State::Complete(complete), Input::TicketAskedAgain) => {
                self.print(complete.ticket, complete.submission, now)
            }
            (State::Complete(_), Input::DoneTouched) => self.end(now, "done"),
            (State::Declined, Input::DoneTouched) => self.end(now, "declined"),
            (State::InTrouble(_), Input::DoneTouched) => self.end(now, "trouble"),
            (State::InTrouble(trouble), Input::StartTouched) if trouble.trouble.can_retry() => self.begin(now),
            // Touched or typed when the screen it was meant for had gone already.
            (
                state @ (State::Idle
                | State::Scanning(_)
                | State::AskingPasscode(_)
                | State::Resolving(_)
                | State::Sharing(_)
                | State::AwaitingStaff(_)
                | State::ChoosingPerson(_)
                | State::Reviewing(_)
                | State::Queue(_)
                | State::Keeping(_)
                | State::Filing(_)
                | State::Complete(_)
                | State::Declined
                | State::WrongPerson(_)
                | State::InTrouble(_)),
                Input::StartTouched
                | Input::DoneTouched
                | Input::CodeSeen(_)
                | Input::PasscodeTyped(_)
                | Input::PasscodeErased
                | Input::PasscodeSent
                | Input::PasscodeShownToggled
                | Input::PasscodeKeysSwitched(_)
                | Input::SharingAgreed
                | Input::SharingDeclined
                | Input::PinDigit(_)
                | Input::PinErased
                | Input::PersonChosen(_)
                | Input::Review(_)
                | Input::StaffTouched
                | Input::WaitingTouched(..)
                | Input::WaitingClosed
                | Input::ChartLookedToggled
                | Input::KeptOpenTouched
                | Input::KeptDiscardTouched
                | Input::KeptDiscardLeft
                | Input::KeptDiscardConfirmed
                | Input::SendAgainTouched(_)
                | Input::QueueLeft
                | Input::WithdrawTouched
                | Input::WithdrawLeft
                | Input::WithdrawConfirmed
                | Input::UndoToggled(_)
                | Input::UndoConfirmed
                | Input::BreachFactsTouched
                | Input::TicketAskedAgain,
            ) => self.keep(state),
        }
    }

    /// What this visit asked for.
    fn on_answer(mut self, answer: Answer, now: Timestamp) -> Transition {
        match (self.take_state(), answer) {
            // The trouble screen's own record may fail as well; it is not tried again and again.
            // Neither does it take the place of what the page of the wrong person says of what is sent.
            (state @ (State::Idle | State::InTrouble(_) | State::WrongPerson(_)), Answer::AuditNotWritten) => {
                self.keep(state)
            }
            (visit, Answer::AuditNotWritten) => {
                drop(visit);
                let trouble = InTrouble { trouble: Trouble::AuditNotWritten };
                self.go(State::InTrouble(trouble), now, vec![Effect::CloseCamera])
            }
            (State::Scanning(scanning), Answer::CameraSaw(texts)) => self.on_picture(scanning, &texts, now),
            (State::Resolving(_), Answer::ShareResolved(outcome)) => self.on_share(outcome, now),
            (State::Resolving(Resolving { link: Some(link), .. }), Answer::PasscodeRefused { remaining }) => {
                self.on_passcode_asked(*link, remaining, now)
            }
            (State::AskingPasscode(asking), Answer::ShareResolved(outcome)) if asking.sent => {
                self.on_share(outcome, now)
            }
            (State::AskingPasscode(asking), Answer::PasscodeRefused { remaining }) if asking.sent => {
                self.on_passcode_refused(asking, remaining, now)
            }
            (State::AwaitingStaff(awaiting), Answer::StaffSignedIn(staff)) => self.on_signed_in(*awaiting, staff, now),
            (State::AwaitingStaff(awaiting), Answer::StaffRefused(refusal)) => self.on_pin_refused(awaiting, refusal),
            (State::Reviewing(reviewing), Answer::Review(.., answer)) => self.on_review_answer(reviewing, answer),
            (State::Queue(queue), Answer::Review(.., answer)) => {
                self.behind(*queue, |session, reviewing| session.on_review_answer(reviewing, answer))
            }
            (State::Queue(mut queue), Answer::QueueListed(waiting)) => {
                queue.waiting = Some(waiting);
                self.keep(State::Queue(queue))
            }
            (State::Queue(mut queue), Answer::CheckInShown(shown)) => {
                if let Some(shown) = shown.filter(|shown| queue.asked.as_ref() == Some(&shown.submission)) {
                    (queue.shown, queue.asked) = (Some(*shown), None);
                }
                self.keep(State::Queue(queue))
            }
            (State::Queue(mut queue), Answer::BreachFactsWritten(submission, name)) => {
                let shown = queue.shown.as_mut().filter(|shown| shown.submission == submission);
                if let Some(ShownAs::Filed(form)) = shown.map(|shown| &mut shown.stands) {
                    form.facts = name.map_or(FactsPage::Failed, FactsPage::Written);
                }
                self.keep(State::Queue(queue))
            }
            (State::WrongPerson(wrong), Answer::CheckInStopped(submission, stopping)) => {
                self.keep(State::WrongPerson(wrong.heard(&submission, stopping)))
            }
            (State::Queue(mut queue), Answer::CheckInStopped(.., Stopping::Failed)) => {
                queue.refused = Some(super::QueueRefusal::NotStopped);
                self.keep(State::Queue(queue))
            }
            (State::Queue(mut queue), Answer::NotSentAgain) => {
                queue.undoing = None;
                queue.refused = Some(super::QueueRefusal::LookAgain);
                self.keep(State::Queue(queue))
            }
            (State::Queue(queue), Answer::KeptOpened(opened)) => self.on_kept_opened(queue, opened, now),
            (State::Keeping(keeping), Answer::CheckInKept(number)) => self.on_kept(&keeping, number, now),
            (State::Keeping(_), Answer::CheckInNotKept) => self.trouble(Trouble::NotStored, now),
            (State::Filing(mut filing), Answer::SubmissionStored(number)) => {
                filing.number = Some(number);
                self.keep(State::Filing(filing))
            }
            (State::Filing(_), Answer::SubmissionNotStored) => self.trouble(Trouble::NotStored, now),
            // The visit has moved on since it asked.
            (
                state @ (State::Idle
                | State::Scanning(_)
                | State::AskingPasscode(_)
                | State::Resolving(_)
                | State::Sharing(_)
                | State::AwaitingStaff(_)
                | State::ChoosingPerson(_)
                | State::Reviewing(_)
                | State::Queue(_)
                | State::Keeping(_)
                | State::Filing(_)
                | State::Complete(_)
                | State::Declined
                | State::WrongPerson(_)
                | State::InTrouble(_)),
                Answer::CameraSaw(_)
                | Answer::ShareResolved(_)
                | Answer::PasscodeRefused { .. }
                | Answer::StaffSignedIn(_)
                | Answer::StaffRefused(_)
                | Answer::Review(..)
                | Answer::QueueListed(_)
                | Answer::CheckInShown(_)
                | Answer::CheckInStopped(..)
                | Answer::NotSentAgain
                | Answer::BreachFactsWritten(..)
                | Answer::KeptOpened(_)
                | Answer::CheckInKept(_)
                | Answer::CheckInNotKept
                | Answer::SubmissionStored(_)
                | Answer::SubmissionNotStored,
            ) => self.keep(state),
        }
    }

    /// The result of a check-in: of this visit, or of one that staff may be looking at in the list.
    fn on_delivery(mut self, submission: &SubmissionId, outcome: FilingOutcome, now: Timestamp) -> Transition {
        match self.take_state() {
            State::Filing(filing) => self.on_filed(filing, submission, outcome, now),
            State::Queue(mut queue) => {
                let list = Effect::Ask(self.id, Question::ListQueue);
                let shown = self.show_undone(&mut queue, submission);
                let mut transition = self.keep(State::Queue(queue)).with(list);
                transition.effects.extend(shown);
                transition
            }
            state @ (State::Idle
            | State::Scanning(_)
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::ChoosingPerson(_)
            | State::Reviewing(_)
            | State::Keeping(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_)) => self.keep(state),
        }
    }

    /// The state by value; whoever takes it puts one back.
    fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Idle)
    }

    /// Nothing changes.
    fn stay(self) -> Transition {
        Transition { next: self, effects: Vec::new() }
    }

    /// The state goes on as it is.
    fn keep(mut self, state: State) -> Transition {
        self.state = state;
        self.stay()
    }

    /// The visit moves on.
    fn go(mut self, state: State, now: Timestamp, effects: Vec<Effect>) -> Transition {
        self.state = state;
        self.since = now;
        Transition { next: self, effects }
    }

    /// The visit ends; all its data is dropped with the old state. What is still on its way to it finds another id.
    fn end(self, now: Timestamp, how: &'static str) -> Transition {
        let effects = vec![Effect::CloseCamera, self.record(AuditKind::SessionEnded, |event| event.detail(how))];
        let id = self.next_id(now);
        Transition { next: Session { id, ..Session::idle(now, self.home_language, self.delays) }, effects }
    }

    /// A new name, later than every name before it, whatever the clock says.
    fn next_id(&self, now: Timestamp) -> SessionId {
        SessionId(now.unix_millis().max(self.id.0 + 1))
    }

    /// Something is in the way; the data of the visit is dropped with the old state.
    fn trouble(self, trouble: Trouble, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::ShareRefused, |event| event.detail(trouble.code()));
        self.go(State::InTrouble(InTrouble { trouble }), now, vec![Effect::CloseCamera, record])
    }

    /// An answer for somebody who left. That a record could not be written is not recorded again, and a camera that was left
    /// open looks on for a moment.
    fn late(self, asked: SessionId, answer: &Answer) -> Transition {
        match answer {
            Answer::AuditNotWritten | Answer::CameraSaw(_) => self.stay(),
            Answer::ShareResolved(_)
            | Answer::PasscodeRefused { .. }
            | Answer::StaffSignedIn(_)
            | Answer::StaffRefused(_)
            | Answer::Review(..)
            | Answer::QueueListed(_)
            | Answer::CheckInShown(_)
            | Answer::CheckInStopped(..)
            | Answer::NotSentAgain
            | Answer::BreachFactsWritten(..)
            | Answer::KeptOpened(_)
            | Answer::CheckInKept(_)
            | Answer::CheckInNotKept
            | Answer::SubmissionStored(_)
            | Answer::SubmissionNotStored => {
                self.stay().with(Effect::Record(AuditEvent::new(AuditKind::LateAnswerDropped, asked)))
            }
        }
    }

    /// A question of the form that is open.
    fn ask_for_review(&self, question: ReviewQuestion) -> Effect {
        Effect::Ask(self.id, Question::Review(self.review, question))
    }

    fn record(&self, kind: AuditKind, say: impl FnOnce(AuditEvent) -> AuditEvent) -> Effect {
        Effect::Record(say(AuditEvent::new(kind, self.id)))
    }
}

impl Transition {
    /// And then this.
    fn with(mut self, effect: Effect) -> Transition {
        self.effects.push(effect);
        self
    }
}
