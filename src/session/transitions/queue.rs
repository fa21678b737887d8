//! The list of check-ins that wait, which staff open from a form under review or, with their PIN, while nobody checks in: what
//! waits, why, who must act. Of one at a time they see whose it is. A form goes on behind it, and locks as it would in front.

use super::super::{
    AwaitingStaff, Behind, Effect, LookedInChart, Question, Queue, Reviewing, Session, ShownAs, SignInFor, State,
    Transition, WhereItWaits,
};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::SubmissionId;
use crate::time::Timestamp;

impl Session {
    /// A visit without a patient.
    pub(super) fn sign_in_for_queue(mut self, now: Timestamp) -> Transition {
        self.id = self.next_id(now);
        self.go(State::AwaitingStaff(Box::new(AwaitingStaff::new(SignInFor::Queue))), now, Vec::new())
    }

    pub(super) fn open_queue(self, behind: Behind, now: Timestamp) -> Transition {
        let queue = Queue::new(behind);
        let record = self.record(AuditKind::QueueShown, |event| event.by(&queue.staff().id));
        let effects = vec![record, Effect::Ask(self.id, Question::ListQueue)];
        self.go(State::Queue(Box::new(queue)), now, effects)
    }

    pub(super) fn leave_queue(self, queue: Queue, now: Timestamp) -> Transition {
        match queue.behind {
            Behind::Form(reviewing) => self.go(State::Reviewing(reviewing), now, Vec::new()),
            Behind::Nobody(_) => self.end(now, "list-closed"),
        }
    }

    /// Whose one of the list is: it is recorded before it is shown, and takes the place of whoever was shown.
    pub(super) fn on_waiting_touched(
        self,
        mut queue: Box<Queue>,
        submission: SubmissionId,
        place: WhereItWaits,
        now: Timestamp,
    ) -> Transition {
        let waits = queue.waiting.as_ref().is_some_and(|list| list.has(&submission, place));
        queue.hide();
        queue.asked = waits.then(|| submission.clone());
        queue.refused = None;
        let record = self.record(AuditKind::CheckInShown, |event| event.by(&queue.staff().id).about(&submission));
        let show = Effect::Ask(self.id, Question::ShowCheckIn(submission, place));
        self.go(State::Queue(queue), now, if waits { vec![record, show] } else { Vec::new() })
    }

    pub(super) fn on_chart_looked(self, mut queue: Box<Queue>, now: Timestamp) -> Transition {
        if let Some(ShownAs::Confirmed { looked, .. }) = queue.shown.as_mut().map(|shown| &mut shown.stands) {
            *looked = !*looked;
        }
        self.go(State::Queue(queue), now, Vec::new())
    }

    /// Only what is shown, waits for a person, and was looked for in the chart.
    pub(super) fn send_again(self, mut queue: Box<Queue>, looked: LookedInChart, now: Timestamp) -> Transition {
        let offered = queue.shown.as_ref().and_then(|shown| shown.looked_in_chart()) == Some(looked.clone());
        if !offered {
            return self.go(State::Queue(queue), now, Vec::new());
        }
        queue.hide();
        let audit = AuditEvent::new(AuditKind::CheckInResent, self.id).by(&queue.staff().id);
        let send = Effect::Ask(self.id, Question::SendAgain { looked, audit });
        self.go(State::Queue(queue), now, vec![send])
    }

    /// Whoever was shown is covered as a form would be. With nobody behind it the list closes then: there is nothing to go back to.
    pub(super) fn on_queue_tick(self, mut queue: Queue, now: Timestamp) -> Transition {
        let stood = now.since(self.since);
        if stood >= self.delays.covered {
            queue.hide();
        }
        match queue.behind {
            Behind::Form(_) => self.behind(queue, |session, reviewing| session.on_form_tick(reviewing, now)),
            Behind::Nobody(_) if stood >= self.delays.covered => self.end(now, "list-closed"),
            Behind::Nobody(_) => self.keep(State::Queue(Box::new(queue))),
        }
    }

    /// The form goes on behind the list, and locks as it would in front.
    pub(super) fn behind(self, queue: Queue, on: impl FnOnce(Session, Box<Reviewing>) -> Transition) -> Transition {
        let Queue { waiting, shown, asked, undoing, refused, behind } = queue;
        let Behind::Form(reviewing) = behind else {
            return self.keep(State::Queue(Box::new(Queue { waiting, shown, asked, undoing, refused, behind })));
        };
        let Transition { mut next, effects } = on(self, reviewing);
        let state = next.take_state();
        next.state = if let State::Reviewing(reviewing) = state {
            State::Queue(Box::new(Queue { waiting, shown, asked, undoing, refused, behind: Behind::Form(reviewing) }))
        } else {
            state
        };
        Transition { next, effects }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Answer, Discarding, Event, Input, QueueList, ReviewInput, ShownCheckIn, Waiting};
    use super::super::tests::{reviewing, walk};
    use super::*;
    use crate::delivery::{Doubt, RecordStanding, WaitReason};
    use crate::filing::{CheckInLabel, LabelledChart};
    use crate::sensitive::Sensitive;

    fn waiting(number: char, why: Option<WaitReason>) -> Waiting {
        let submission = SubmissionId::parse(&number.to_string().repeat(32)).expect("an id");
        Waiting { submission, number: "A001".into(), confirmed: "today".into(), why }
    }

    fn shown(waiting: &Waiting) -> ShownCheckIn {
        let chart = LabelledChart::Existing { id: "7".into(), identifiers: vec!["M-7".into()] };
        let label = CheckInLabel { name: "Ana Delgado".into(), birth_date: None, chart, items: Vec::new() };
        let records = vec![(Sensitive::from("Asthma"), RecordStanding::PerhapsThere)];
        let parked = waiting.why.filter(|why| why.needs_person());
        let doubt = parked.map(|reason| Doubt { reason, tries: 1, places: Vec::new() });
        let withdrawing = Some(Discarding::No);
        let stands = ShownAs::Confirmed { chart: None, records, doubt, looked: false, withdrawing };
        ShownCheckIn { submission: waiting.submission.clone(), label: Some(label), stands }
    }

    fn parked() -> Waiting {
        waiting('a', Some(WaitReason::EhrLostAnswer))
    }

    fn away() -> Waiting {
        waiting('b', Some(WaitReason::EhrNotThere))
    }

    fn listed() -> Session {
        let session = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5).0;
        let id = session.id;
        let list = QueueList { confirmed: vec![parked(), away()], kept: Vec::new(), ..QueueList::default() };
        walk(session, vec![Event::Answer(id, Answer::QueueListed(list))], 6).0
    }

    fn touched(waiting: &Waiting) -> Event {
        Input::WaitingTouched(waiting.submission.clone(), WhereItWaits::Confirmed).into()
    }

    /// The list, with whose this one is.
    fn showing(waiting: &Waiting) -> Session {
        let session = listed();
        let answer = Answer::CheckInShown(Some(Box::new(shown(waiting))));
        let answer = Event::Answer(session.id, answer);
        walk(session, vec![touched(waiting), answer], 7).0
    }

    fn ticked(waiting: &Waiting) -> LookedInChart {
        let mut shown = shown(waiting);
        if let ShownAs::Confirmed { looked, .. } = &mut shown.stands {
            *looked = true;
        }
        shown.looked_in_chart().expect("it waits for a person")
    }

    fn shown_now(session: &Session) -> Option<&ShownCheckIn> {
        let State::Queue(queue) = &session.state else { panic!("{}", session.state.word()) };
        queue.shown.as_ref()
    }

    #[test]
    fn a_record_stands_before_the_list_and_before_a_name() {
        let (session, effects) = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5);
        assert_eq!(session.state.word(), "queue");
        let [Effect::Record(record), Effect::Ask(_, Question::ListQueue)] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!((record.kind, record.staff.is_some()), (AuditKind::QueueShown, true));

        let (_, effects) = walk(listed(), vec![touched(&parked())], 7);
        let [Effect::Record(record), Effect::Ask(_, Question::ShowCheckIn(..))] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!((record.kind, record.submission.as_ref()), (AuditKind::CheckInShown, Some(&parked().submission)));
        assert!(record.staff.is_some());
        let (_, effects) = walk(listed(), vec![touched(&waiting('c', None))], 7);
        assert!(effects.is_empty(), "it is not in the list: {effects:?}");
    }

    #[test]
    fn of_two_check_ins_staff_never_see_both() {
        let session = showing(&parked());
        assert!(shown_now(&session).is_some());
        let (session, _) = walk(session, vec![touched(&away())], 8);
        assert_eq!(shown_now(&session), None, "the first goes before the second comes");
    }

    #[test]
    fn a_name_that_comes_late_is_not_shown() {
        let answer = |session: &Session, of: &Waiting| {
            Event::Answer(session.id, Answer::CheckInShown(Some(Box::new(shown(of)))))
        };
        let (session, _) = walk(listed(), vec![touched(&parked()), Input::WaitingClosed.into()], 7);
        let late = answer(&session, &parked());
        assert_eq!(shown_now(&walk(session, vec![late], 8).0), None, "staff no longer want it");
        let (session, _) = walk(listed(), vec![touched(&parked()), touched(&away())], 7);
        let late = answer(&session, &parked());
        assert_eq!(shown_now(&walk(session, vec![late], 8).0), None, "they asked for another since");
    }

    #[test]
    fn a_name_goes_when_the_form_would_be_covered() {
        let session = showing(&parked());
        let late = i64::try_from(session.delays.covered.as_secs()).expect("small") + 8;
        let (session, _) = walk(session, vec![Event::Tick], late);
        assert_eq!(shown_now(&session), None);
    }

    #[test]
    fn nothing_is_sent_again_before_staff_say_that_they_looked_in_its_chart() {
        // No tick, no key: the input cannot be made, and one that was made for it elsewhere does not count.
        assert_eq!(shown(&parked()).looked_in_chart(), None);
        for session in [showing(&parked()), listed()] {
            let (_, effects) = walk(session, vec![Input::SendAgainTouched(ticked(&parked())).into()], 8);
            assert!(effects.is_empty(), "{effects:?}");
        }
        let (session, _) = walk(showing(&parked()), vec![Input::ChartLookedToggled.into()], 8);
        let looked = shown_now(&session).and_then(ShownCheckIn::looked_in_chart).expect("the tick is set");
        let (session, effects) = walk(session, vec![Input::SendAgainTouched(looked).into()], 9);
        let [Effect::Ask(_, Question::SendAgain { looked, audit })] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((audit.kind, audit.staff.is_some()), (AuditKind::CheckInResent, true));
        assert_eq!(looked.submission(), &parked().submission);
        assert_eq!(shown_now(&session), None);
    }

    #[test]
    fn a_tick_is_taken_back_and_ends_with_what_it_was_set_for() {
        let twice = vec![Input::ChartLookedToggled.into(), Input::ChartLookedToggled.into()];
        let (session, _) = walk(showing(&parked()), twice, 8);
        assert_eq!(shown_now(&session).and_then(ShownCheckIn::looked_in_chart), None);
        let (session, _) = walk(showing(&parked()), vec![Input::ChartLookedToggled.into(), touched(&parked())], 8);
        let answer = Event::Answer(session.id, Answer::CheckInShown(Some(Box::new(shown(&parked())))));
        let (session, _) = walk(session, vec![answer], 9);
        assert_eq!(shown_now(&session).and_then(ShownCheckIn::looked_in_chart), None);
    }

    #[test]
    fn only_what_waits_for_a_person_is_sent_again() {
        let (session, _) = walk(showing(&away()), vec![Input::ChartLookedToggled.into()], 8);
        assert_eq!(shown_now(&session).and_then(ShownCheckIn::looked_in_chart), None);
    }

    #[test]
    fn the_form_is_there_when_staff_go_back_and_locks_behind_the_list() {
        assert_eq!(walk(listed(), vec![Input::QueueLeft.into()], 7).0.state.word(), "reviewing");
        let session = listed();
        let late = i64::try_from(session.delays.reviewing.as_secs()).expect("small") + 10;
        assert_eq!(walk(session, vec![Event::Tick], late).0.state.word(), "awaiting-staff");
    }

    #[test]
    fn what_waits_for_its_turn_or_cannot_be_mended_here_is_not_offered() {
        for (why, offered) in [
            (None, false),
            (Some(WaitReason::EhrNotAllowed), false),
            (Some(WaitReason::EhrSeveralMatches), true),
            (Some(WaitReason::PlanChanged), false),
        ] {
            assert_eq!(shown(&waiting('a', why)).can_be_sent_again().is_some(), offered, "{why:?}");
        }
    }
}
