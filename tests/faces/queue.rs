//! The list of check-ins that wait.

use crate::face::*;
use ktc_kiosk::delivery::WaitReason;
use ktc_kiosk::filing::SubmissionId;
use ktc_kiosk::language::Language;
use ktc_kiosk::session::{DeviceHealth, Input, Queue, ReviewInput, State, Waiting};

pub fn waiting(number: &str, why: WaitReason) -> Waiting {
    let submission = SubmissionId::parse(&"a".repeat(32)).expect("an id");
    Waiting { submission, number: number.into(), confirmed: "2026-11-22  09:14".into(), why: Some(why) }
}

fn list() -> State {
    let waiting = vec![waiting("A007", WaitReason::EhrLostAnswer), waiting("A012", WaitReason::EhrNotThere)];
    State::Queue(Box::new(Queue { waiting: Some(waiting), back: Box::new(the_review(arrival(), |_| ())) }))
}

#[test]
fn what_waits_is_said_with_who_must_act_and_nothing_about_patients() {
    for &language in Language::ALL {
        let face = Face::with(list(), language, SMALL, DeviceHealth::default());
        let words = face.words();
        for word in CLINICAL {
            assert!(!words.iter().any(|written| written.contains(word)), "{word}: {words:?}");
        }
        assert!(face.shows("A007") && face.shows("A012"), "{words:?}");
    }
    let face = Face::of(list());
    assert!(face.shows("Look in the chart first") && face.shows("the front desk"), "{:?}", face.words());
    assert!(face.shows("The EHR did not answer.") && face.shows("Nobody must act"), "{:?}", face.words());
}

#[test]
fn only_one_that_waits_for_a_person_can_be_sent_again() {
    let mut face = Face::of(list());
    assert!(matches!(face.touch("Send A007 again")[..], [Input::SendAgainTouched(_)]));
    assert!(!face.shows("Send A012 again"));
    assert!(matches!(face.touch("Back to the form")[..], [Input::QueueLeft]));
}

#[test]
fn the_form_leads_to_the_list_when_something_waits() {
    let review = || State::Reviewing(Box::new(the_review(arrival(), |_| ())));
    assert!(!Face::of(review()).shows("Waiting"));
    let health = DeviceHealth { needs_person: 1, ..DeviceHealth::default() };
    let mut face = Face::with(review(), Language::English, SMALL, health);
    assert!(matches!(face.touch("Waiting")[..], [Input::Review(ReviewInput::QueueAsked)]));
}
