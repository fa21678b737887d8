//! The list of check-ins that wait, which staff open from a form under review: what waits, why, who must act. Nothing about
//! patients. The form goes on behind it, and locks as it would in front.

use super::super::{Effect, Question, Queue, Reviewing, Session, State, Transition, Waiting};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::SubmissionId;
use crate::time::Timestamp;

impl Session {
    pub(super) fn open_queue(self, back: Box<Reviewing>, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::QueueShown, |event| event.by(&back.staff.id));
        let effects = vec![record, Effect::Ask(self.id, Question::ListQueue)];
        self.go(State::Queue(Box::new(Queue { waiting: None, back })), now, effects)
    }

    /// Only what is on screen and waits for a person.
    pub(super) fn send_again(self, queue: Box<Queue>, submission: SubmissionId, now: Timestamp) -> Transition {
        let offered = |waiting: &Waiting| waiting.needs_person() && waiting.submission == submission;
        let offered = queue.waiting.iter().flatten().any(offered);
        let audit = AuditEvent::new(AuditKind::CheckInResent, self.id).by(&queue.back.staff.id);
        let send = Effect::Ask(self.id, Question::SendAgain { submission, audit });
        self.go(State::Queue(queue), now, if offered { vec![send] } else { Vec::new() })
    }

    /// The form goes on behind the list, and locks as it would in front.
    pub(super) fn behind(
        self,
        Queue { waiting, back }: Queue,
        on: impl FnOnce(Session, Box<Reviewing>) -> Transition,
    ) -> Transition {
        let Transition { mut next, effects } = on(self, back);
        let state = next.take_state();
        next.state =
            if let State::Reviewing(back) = state { State::Queue(Box::new(Queue { waiting, back })) } else { state };
        Transition { next, effects }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Answer, Event, Input, ReviewInput};
    use super::super::tests::{reviewing, walk};
    use super::*;
    use crate::delivery::WaitReason;
    use crate::trouble::Actor;

    fn waiting(number: char, why: Option<WaitReason>) -> Waiting {
        let submission = SubmissionId::parse(&number.to_string().repeat(32)).expect("an id");
        Waiting { submission, number: "A001".into(), confirmed: "today".into(), why }
    }

    fn listed() -> Session {
        let session = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5).0;
        let id = session.id;
        let waiting = vec![waiting('a', Some(WaitReason::EhrLostAnswer)), waiting('b', Some(WaitReason::EhrNotThere))];
        walk(session, vec![Event::Answer(id, Answer::QueueListed(waiting))], 6).0
    }

    #[test]
    fn a_record_stands_before_the_list() {
        let (session, effects) = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5);
        assert_eq!(session.state.word(), "queue");
        let [Effect::Record(record), Effect::Ask(_, Question::ListQueue)] = effects.as_slice() else {
            panic!("{effects:?}")
        };
        assert_eq!((record.kind, record.staff.is_some()), (AuditKind::QueueShown, true));
    }

    #[test]
    fn only_what_waits_for_a_person_is_sent_again_and_somebody_sends_it() {
        let (_, effects) = walk(
            listed(),
            vec![Input::SendAgainTouched(waiting('b', Some(WaitReason::EhrNotThere)).submission).into()],
            7,
        );
        assert!(effects.is_empty());
        let (session, effects) = walk(
            listed(),
            vec![Input::SendAgainTouched(waiting('a', Some(WaitReason::EhrLostAnswer)).submission).into()],
            7,
        );
        let [Effect::Ask(_, Question::SendAgain { audit, .. })] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((audit.kind, audit.staff.is_some()), (AuditKind::CheckInResent, true));
        assert_eq!(session.state.word(), "queue");
    }

    #[test]
    fn the_form_is_there_when_staff_go_back_and_locks_behind_the_list() {
        assert_eq!(walk(listed(), vec![Input::QueueLeft.into()], 7).0.state.word(), "reviewing");
        let session = listed();
        let late = i64::try_from(session.delays.reviewing.as_secs()).expect("small") + 10;
        assert_eq!(walk(session, vec![Event::Tick], late).0.state.word(), "awaiting-staff");
    }

    #[test]
    fn what_waits_for_its_turn_is_nobodys_to_act_on_and_not_offered() {
        let turn = waiting('a', None);
        assert_eq!((turn.actor(), turn.can_be_sent_again()), (None, false));
        let refused = waiting('a', Some(WaitReason::EhrNotAllowed));
        assert_eq!((refused.actor(), refused.can_be_sent_again()), (Some(Actor::ClinicIt), false));
        assert!(waiting('a', Some(WaitReason::EhrSeveralMatches)).can_be_sent_again());
        assert!(!waiting('a', Some(WaitReason::PlanChanged)).can_be_sent_again());
    }
}
