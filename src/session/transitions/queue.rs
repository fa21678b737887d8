//! The list of check-ins that wait, which staff open from a form under review: what waits, why, who must act. Nothing about
//! patients. The form goes on behind it, and locks as it would in front.

use super::super::{Effect, Question, Reviewing, Session, State, Transition};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::SubmissionId;
use crate::time::Timestamp;
use crate::trouble::Actor;

/// See [`State::Queue`].
#[derive(Debug)]
pub struct Queue {
    /// What waits; `None` until it is known.
    pub waiting: Option<Vec<Waiting>>,
    /// The form behind it.
    pub back: Box<Reviewing>,
}

/// A check-in that the EHR does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which one.
    pub submission: SubmissionId,
    /// Its number, as it is called.
    pub number: String,
    /// When it was confirmed, for people.
    pub confirmed: String,
    /// Whether it waits for a person, who may send it again.
    pub parked: bool,
    /// Why it waits.
    pub why: Why,
}

/// Why a check-in waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Its turn comes.
    Turn,
    /// An earlier check-in of the same patient waits for a person.
    Behind,
    /// The EHR cannot be reached.
    EhrAway,
    /// The EHR does not let the kiosk in.
    KioskRefused,
    /// The EHR does not take the content.
    ContentRefused,
    /// It cannot be known whether the EHR has it.
    Unclear,
    /// Somebody changed the chart after staff decided.
    ChartChanged,
    /// It was confirmed for another EHR.
    OtherEhr,
    /// It is not what staff confirmed any more.
    Changed,
}

impl Why {
    /// All of them.
    pub const ALL: [Why; 9] = [
        Why::Turn,
        Why::Behind,
        Why::EhrAway,
        Why::KioskRefused,
        Why::ContentRefused,
        Why::Unclear,
        Why::ChartChanged,
        Why::OtherEhr,
        Why::Changed,
    ];

    /// The reason for the word that the queue keeps.
    pub fn of_word(word: Option<&str>, parked: bool) -> Why {
        match word {
            Some("ehr-not-signed-in" | "ehr-not-allowed" | "ehr-no-service") => Why::KioskRefused,
            Some("ehr-content-refused" | "ehr-too-large" | "ehr-conflict" | "ehr-fails-on-it") => Why::ContentRefused,
            Some("row-changed" | "plan-changed") => Why::Changed,
            Some("ehr-other-ehr") => Why::OtherEhr,
            Some("ehr-chart-changed" | "ehr-no-version") => Why::ChartChanged,
            _ if parked => Why::Unclear,
            Some("behind-a-parked-one") => Why::Behind,
            Some("ehr-not-there") => Why::EhrAway,
            _ => Why::Turn,
        }
    }

    /// The id under which `assets/` holds the words.
    pub const fn text_id(self) -> &'static str {
        match self {
            Why::Turn => "queue-why-turn",
            Why::Behind => "queue-why-behind",
            Why::EhrAway => "queue-why-ehr-away",
            Why::KioskRefused => "queue-why-kiosk-refused",
            Why::ContentRefused => "queue-why-content-refused",
            Why::Unclear => "queue-why-unclear",
            Why::ChartChanged => "queue-why-chart-changed",
            Why::OtherEhr => "queue-why-other-ehr",
            Why::Changed => "queue-why-changed",
        }
    }

    /// Whether sending it again can help.
    pub const fn can_be_sent_again(self) -> bool {
        !matches!(self, Why::ChartChanged | Why::OtherEhr | Why::Changed)
    }

    /// Who must act, if anybody.
    pub const fn actor(self) -> Option<Actor> {
        match self {
            Why::Turn | Why::EhrAway => None,
            Why::KioskRefused | Why::ContentRefused | Why::OtherEhr => Some(Actor::ClinicIt),
            Why::Behind | Why::Unclear | Why::ChartChanged | Why::Changed => Some(Actor::FrontDesk),
        }
    }
}

impl Session {
    pub(super) fn open_queue(self, back: Box<Reviewing>, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::QueueShown, |event| event.by(&back.staff.id));
        let effects = vec![record, Effect::Ask(self.id, Question::ListQueue)];
        self.go(State::Queue(Box::new(Queue { waiting: None, back })), now, effects)
    }

    /// Only what is on screen and waits for a person.
    pub(super) fn send_again(self, queue: Box<Queue>, submission: SubmissionId, now: Timestamp) -> Transition {
        let offered = |waiting: &Waiting| waiting.parked && waiting.submission == submission;
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

    fn waiting(number: char, parked: bool) -> Waiting {
        let submission = SubmissionId::parse(&number.to_string().repeat(32)).expect("an id");
        Waiting { submission, number: "A001".into(), confirmed: "today".into(), parked, why: Why::Unclear }
    }

    fn listed() -> Session {
        let session = walk(reviewing(), vec![ReviewInput::QueueAsked.into()], 5).0;
        let id = session.id;
        let waiting = vec![waiting('a', true), waiting('b', false)];
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
        let (_, effects) = walk(listed(), vec![Input::SendAgainTouched(waiting('b', false).submission).into()], 7);
        assert!(effects.is_empty());
        let (session, effects) = walk(listed(), vec![Input::SendAgainTouched(waiting('a', true).submission).into()], 7);
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
    fn each_reason_says_who_acts() {
        assert_eq!(Why::of_word(Some("ehr-not-there"), false).actor(), None);
        assert_eq!(Why::of_word(Some("ehr-not-allowed"), false).actor(), Some(Actor::ClinicIt));
        assert_eq!(Why::of_word(Some("restored-copy"), true), Why::Unclear);
        assert_eq!(Why::of_word(None, false), Why::Turn);
    }
}
