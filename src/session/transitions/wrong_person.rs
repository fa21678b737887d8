//! The wrong person's data is on screen, or is about to be filed: one touch, in whatever state, drops it and stops what was
//! confirmed. What is stopped stays on disk: staff decide what becomes of it, and undo what was filed.

use super::super::on_screen::{OnScreen, seconds_between};
use super::super::{
    Behind, Discarding, Effect, FactsPage, LeftOver, Question, Queue, Session, ShownAs, State, Stop, Stopping,
    Transition, WhereItWaits, WrongPerson,
};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::SubmissionId;
use crate::session_id::SessionId;
use crate::time::Timestamp;

/// A form that was kept stays on disk until staff confirm or discard it.
const fn left_of_form(is_kept: bool) -> LeftOver {
    if is_kept { LeftOver::Kept } else { LeftOver::Nothing }
}

impl WrongPerson {
    /// With what came of stopping its check-in.
    pub(super) fn heard(self, of: &SubmissionId, stopping: Stopping) -> WrongPerson {
        let left = match self.left {
            LeftOver::CheckIn(submission, _) if submission == *of => LeftOver::CheckIn(submission, stopping),
            left @ (LeftOver::Nothing | LeftOver::Kept | LeftOver::CheckIn(..)) => left,
        };
        WrongPerson { left, ..self }
    }
}

impl Session {
    /// From every state with something of a person in it to the page that says what happened.
    pub(super) fn wrong_person(self, state: State, now: Timestamp) -> Transition {
        let from = state.word();
        let seen_until = state.seen_until(self.since, &self.delays, now);
        let (staff, left) = match state {
            State::Idle => return self.keep(State::Idle),
            State::WrongPerson(wrong) => return self.keep(State::WrongPerson(wrong)),
            State::Scanning(_)
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::Declined
            | State::InTrouble(_) => (None, LeftOver::Nothing),
            // It is on disk, or comes there.
            State::Keeping(_) => (None, LeftOver::Kept),
            State::ChoosingPerson(choosing) => (Some(choosing.staff), LeftOver::Nothing),
            State::Reviewing(reviewing) => (Some(reviewing.staff), left_of_form(reviewing.kept.is_some())),
            State::Queue(queue) => {
                let Queue { shown, behind, .. } = *queue;
                let (staff, behind) = match behind {
                    Behind::Form(reviewing) => (reviewing.staff, left_of_form(reviewing.kept.is_some())),
                    Behind::Nobody(staff) => (staff, LeftOver::Nothing),
                };
                let left = shown.map_or(behind, |shown| match shown.stands {
                    ShownAs::Confirmed { .. } | ShownAs::Filed(_) => {
                        LeftOver::CheckIn(shown.submission, Stopping::Asked)
                    }
                    // It waits for a chart: nothing of it is sent.
                    ShownAs::Kept(_) => LeftOver::Kept,
                });
                (Some(staff), left)
            }
            State::Filing(filing) => (None, LeftOver::CheckIn(filing.submission, Stopping::Asked)),
            State::Complete(complete) => {
                let confirmed = |submission| LeftOver::CheckIn(submission, Stopping::Asked);
                (None, complete.submission.map_or(LeftOver::Kept, confirmed))
            }
        };
        let seconds = self.on_screen.seconds(seen_until);
        let of = |event: AuditEvent| staff.iter().fold(event, |event, staff| event.by(&staff.id));
        let submission = match &left {
            LeftOver::CheckIn(submission, _) => Some(submission.clone()),
            LeftOver::Nothing | LeftOver::Kept => None,
        };
        let about = |event: AuditEvent| submission.iter().fold(event, |event, submission| event.about(submission));
        let said = about(of(AuditEvent::new(AuditKind::WrongPerson, self.id).detail(from).count(seconds)));
        let mut effects = vec![Effect::CloseCamera];
        // It has a row of its own. Where the other one cannot be written, it is stopped all the same.
        if let Some(submission) = &submission {
            let audit = of(AuditEvent::new(AuditKind::CheckInHeld, self.id));
            let stop = Question::StopCheckIn { submission: submission.clone(), stop: Stop::Hold, audit };
            effects.push(Effect::Ask(self.id, stop));
        }
        effects.push(Effect::Record(said));
        self.go(State::WrongPerson(WrongPerson { staff, left }), now, effects)
    }

    /// Staff go on from that page to the list, where what was stopped or filed is; whoever has not signed in does so first.
    pub(super) fn leave_wrong_person(self, wrong: WrongPerson, now: Timestamp) -> Transition {
        match wrong.staff {
            Some(staff) => self.open_queue(Behind::Nobody(staff), now),
            None => self.sign_in_for_queue(now),
        }
    }

    /// Withdraws the confirmed one that is shown, after staff were asked and could read that.
    pub(super) fn withdraw(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        let asked = queue.shown.as_ref().and_then(|shown| match &shown.stands {
            ShownAs::Confirmed { withdrawing: Some(Discarding::Asked), .. } => Some(shown.submission.clone()),
            ShownAs::Confirmed { withdrawing: Some(Discarding::No) | None, .. }
            | ShownAs::Kept(_)
            | ShownAs::Filed(_) => None,
        });
        let Some(submission) = asked.filter(|_| now.since(self.since) >= self.delays.discarding) else {
            return self.keep(State::Queue(queue));
        };
        queue.hide();
        let audit = AuditEvent::new(AuditKind::CheckInWithdrawn, self.id).by(&queue.staff().id);
        let stop = Effect::Ask(self.id, Question::StopCheckIn { submission, stop: Stop::Withdraw, audit });
        self.go(State::Queue(queue), now, vec![stop])
    }

    /// Staff are about to withdraw it, or not after all.
    pub(super) fn ask_to_withdraw(self, mut queue: Box<Queue>, asked: Discarding, now: Timestamp) -> Transition {
        if let Some(ShownAs::Confirmed { withdrawing: Some(withdrawing), .. }) =
            queue.shown.as_mut().map(|shown| &mut shown.stands)
        {
            *withdrawing = asked;
        }
        self.go(State::Queue(queue), now, Vec::new())
    }

    pub(super) fn toggle_undo(self, mut queue: Box<Queue>, place: usize, now: Timestamp) -> Transition {
        if let Some(ShownAs::Filed(form)) = queue.shown.as_mut().map(|shown| &mut shown.stands) {
            form.toggle(place);
        }
        self.go(State::Queue(queue), now, Vec::new())
    }

    /// What is ticked goes on its way. Its result is shown as soon as it is there, while staff stay.
    pub(super) fn undo(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        let staff = queue.staff().id.clone();
        let plan = queue.shown.as_ref().and_then(|shown| match &shown.stands {
            ShownAs::Filed(form) => form.plan(&staff),
            ShownAs::Confirmed { .. } | ShownAs::Kept(_) => None,
        });
        let Some((plan, seen)) = plan else { return self.go(State::Queue(queue), now, Vec::new()) };
        queue.hide();
        queue.undoing = Some(plan.submission().clone());
        let audit = AuditEvent::new(AuditKind::UndoConfirmed, self.id).by(&staff).count(plan.steps.len());
        let undo = Question::Undo { plan: Box::new(plan), seen: Box::new(seen), audit };
        let effects = vec![Effect::Ask(self.id, undo)];
        self.go(State::Queue(queue), now, effects)
    }

    /// What staff undo has come to an end: they see how each record stands now.
    pub(super) fn show_undone(&self, queue: &mut Queue, submission: &SubmissionId) -> Vec<Effect> {
        if queue.undoing.take_if(|undoing| undoing == submission).is_none() {
            return Vec::new();
        }
        queue.hide();
        queue.asked = Some(submission.clone());
        let record = self.record(AuditKind::CheckInShown, |event| event.by(&queue.staff().id).about(submission));
        vec![record, Effect::Ask(self.id, Question::ShowCheckIn(submission.clone(), WhereItWaits::Filed))]
    }

    /// Staff want the facts that a breach notice needs.
    pub(super) fn write_facts(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        let staff = queue.staff().clone();
        let submission = queue.shown.as_mut().and_then(|shown| match &mut shown.stands {
            ShownAs::Filed(form) => {
                form.facts = FactsPage::Asked;
                Some(shown.submission.clone())
            }
            ShownAs::Confirmed { .. } | ShownAs::Kept(_) => None,
        });
        let effects = submission.into_iter().map(|submission| {
            let audit = AuditEvent::new(AuditKind::BreachFactsWritten, self.id).by(&staff.id);
            Effect::Ask(self.id, Question::WriteBreachFacts { submission, language: self.home_language, audit })
        });
        let effects = effects.collect();
        self.go(State::Queue(queue), now, effects)
    }

    /// What went from the screen is written down, with for how long it was there.
    pub(super) fn tell_what_closed(
        transition: &mut Transition,
        (mut on_screen, id, staff): (OnScreen, SessionId, Option<String>),
        seen_until: Timestamp,
        now: Timestamp,
    ) {
        let seen = transition.next.state.seen();
        for (gone, since) in on_screen.turn_to(seen, now) {
            let event = AuditEvent::new(AuditKind::ScreenClosed, id).detail(gone.kind().word());
            let event = staff.iter().fold(event, |event, staff| event.by(staff));
            let event = gone.submission().into_iter().fold(event, |event, submission| event.about(submission));
            transition.effects.push(Effect::Record(event.count(seconds_between(since, seen_until))));
        }
        transition.next.on_screen = on_screen;
    }
}

#[cfg(test)]
#[path = "wrong_person_tests.rs"]
mod tests;
