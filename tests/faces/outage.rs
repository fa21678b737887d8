//! What staff are offered while the EHR does not answer, and where there is none.

use crate::face::*;
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice};
use ktc_kiosk::session::{DeviceHealth, Input, ReviewInput, State};

fn searched(search: ChartSearch) -> Face {
    Face::of(State::Reviewing(Box::new(the_review(arrival(), |review| review.set_chart(search)))))
}

#[test]
fn while_the_ehr_owes_an_answer_nobody_is_new_and_the_check_in_can_be_kept() {
    for search in [ChartSearch::Unavailable, ChartSearch::FoundInPart { candidates: Vec::new() }] {
        let mut face = searched(search.clone());
        assert!(!face.shows("New patient"), "{:?}", face.words());
        assert!(face.shows("Nothing is filed yet."), "{:?}", face.words());
        assert!(matches!(face.touch("Search again")[..], [Input::Review(ReviewInput::SearchAgain)]));
        let mut face = searched(search);
        let kept = face.touch("Keep, choose the chart later");
        assert!(matches!(kept[..], [Input::Review(ReviewInput::KeptForLater)]));
    }
    assert!(searched(ChartSearch::Unavailable).shows("The EHR does not answer"));
    assert!(searched(ChartSearch::FoundInPart { candidates: Vec::new() }).shows("answered only in part"));
}

#[test]
fn where_there_is_no_ehr_nothing_is_said_of_one_that_does_not_answer() {
    let mut face = searched(ChartSearch::NoEhr);
    assert!(!face.shows("does not answer") && !face.shows("Keep, choose"), "{:?}", face.words());
    let touched = face.touch("New patient");
    assert!(matches!(touched[..], [Input::Review(ReviewInput::PatientChosen(PatientChoice::New))]));
}

#[test]
fn the_welcome_screen_says_to_staff_that_check_ins_wait_for_their_chart() {
    let health = DeviceHealth { kept: 2, ..DeviceHealth::default() };
    for (language, words) in [
        (Language::English, "2 check-ins wait for their chart"),
        (Language::Spanish, "2 registros esperan su expediente"),
    ] {
        assert!(Face::with(State::Idle, language, SMALL, health).shows(words), "{words}");
    }
}
