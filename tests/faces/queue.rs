//! The list of check-ins that wait.

use crate::face::*;
use egui::vec2;
use ktc_kiosk::delivery::{
    ByHand, Doubt, Offer, PlaceToLook, Receipt, RecordStanding, UndoBy, UndoResult, UndoRow, UndoStep, WaitReason,
};
use ktc_kiosk::fhir::RecordType;
use ktc_kiosk::filing::{Amendment, CheckInLabel, LabelledChart, SubmissionId};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::Staff;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    Behind, DeviceHealth, Discarding, FiledCheckIn, Input, KeptWaiting, Queue, QueueList, ReviewInput, ShownAs,
    ShownCheckIn, State, UndoForm, Waiting, WhereItWaits,
};

const NAME: &str = "Quillon Xavery";
const CHART: &str = "Patient/7";

fn id(letter: char) -> SubmissionId {
    SubmissionId::parse(&letter.to_string().repeat(32)).expect("an id")
}

fn waiting(letter: char, number: &str, why: WaitReason) -> Waiting {
    Waiting { submission: id(letter), number: number.into(), confirmed: "2026-11-22  09:14".into(), why: Some(why) }
}

pub fn waiting_list() -> QueueList {
    let kept =
        KeptWaiting { submission: id('c'), number: "A003".into(), kept: "2026-11-22  08:50".into(), restored: false };
    let confirmed =
        vec![waiting('a', "A007", WaitReason::EhrLostAnswer), waiting('b', "A012", WaitReason::EhrNotThere)];
    QueueList { kept: vec![kept], confirmed, ..QueueList::default() }
}

/// Whose the first of the confirmed ones is, as it is told after the PIN.
pub fn shown(looked: bool) -> ShownCheckIn {
    let chart = LabelledChart::Existing { id: "7".into(), identifiers: vec!["MRN-4471".into()] };
    let birth_date = Some("1951-07-21".into());
    let record = |title: &str, standing| (Sensitive::from(title), standing);
    let records = vec![
        record("Coverage", RecordStanding::There),
        record("Tetanus", RecordStanding::PerhapsThere),
        record("Hay fever", RecordStanding::NotSent),
    ];
    let doubt = Doubt { reason: WaitReason::EhrLostAnswer, tries: 1, places: Vec::new() };
    let stands = ShownAs::Confirmed {
        chart: Some(CHART.into()),
        records,
        doubt: Some(doubt),
        looked,
        withdrawing: Some(Discarding::No),
    };
    let label = CheckInLabel { name: NAME.into(), birth_date, chart, items: Vec::new() };
    ShownCheckIn { submission: id('a'), label: Some(label), stands }
}

/// Somebody who is about to get a chart, and perhaps has one.
pub fn shown_may_know() -> ShownCheckIn {
    let place = PlaceToLook { place: "Patient/12".into(), numbers: vec!["MRN-5512".into()] };
    let doubt = Some(Doubt { reason: WaitReason::EhrMayKnowPatient, tries: 1, places: vec![place] });
    let ShownCheckIn { submission, label, .. } = shown(false);
    let label = label.map(|label| CheckInLabel { chart: LabelledChart::New, ..label });
    ShownCheckIn {
        submission,
        label,
        stands: ShownAs::Confirmed {
            chart: None,
            records: Vec::new(),
            doubt,
            looked: false,
            withdrawing: Some(Discarding::No),
        },
    }
}

pub fn shown_kept(discarding: Discarding) -> ShownCheckIn {
    let (birth_date, chart) = (Some("1951-07-21".into()), LabelledChart::NotChosen);
    let label = CheckInLabel { name: NAME.into(), birth_date, chart, items: Vec::new() };
    ShownCheckIn { submission: id('c'), label: Some(label), stands: ShownAs::Kept(discarding) }
}

/// What was filed lately.
pub fn filed_list() -> QueueList {
    let filed = |letter: char, number: &str, withdrawn: bool| FiledCheckIn {
        submission: id(letter),
        number: number.into(),
        confirmed: "2026-11-22  10:02".into(),
        withdrawn,
    };
    QueueList { filed: vec![filed('d', "A015", false), filed('e', "A014", true)], ..QueueList::default() }
}

fn undo_row(target: &str, kind: RecordType, title: &str, offer: Offer) -> UndoRow {
    UndoRow { target: target.into(), kind: Some(kind), title: Some(title.into()), before: Vec::new(), offer }
}

fn undo_step(target: &str, kind: RecordType, by: UndoBy) -> Offer {
    Offer::Step(UndoStep { target: target.into(), kind, by, version: Some("1".into()) })
}

fn shown_as_filed(rows: Vec<UndoRow>) -> ShownCheckIn {
    let chart = LabelledChart::Existing { id: "7".into(), identifiers: vec!["MRN-4471".into()] };
    let label = CheckInLabel { name: NAME.into(), birth_date: Some("1951-07-21".into()), chart, items: Vec::new() };
    let receipt = Receipt { chart: Some(CHART.into()), ..Receipt::of_nothing(id('d')) };
    let form = UndoForm::new((receipt.clone(), receipt), rows);
    ShownCheckIn { submission: id('d'), label: Some(label), stands: ShownAs::Filed(Box::new(form)) }
}

/// What was filed of one, as the EHR has it now.
pub fn shown_filed() -> ShownCheckIn {
    let mark = || UndoBy::Mark { unless_referred: Vec::new() };
    let telecom = Amendment {
        element: "telecom".into(),
        was: Sensitive::new(serde_json::json!([{"value": "555-0100"}])),
        becomes: Sensitive::new(serde_json::json!([{"value": "555-0199"}])),
        item: None,
    };
    let before = vec![("telecom".to_owned(), Some(Sensitive::from("555-0100")))];
    let set_back = undo_step(CHART, RecordType::Patient, UndoBy::SetBack(vec![telecom]));
    shown_as_filed(vec![
        UndoRow { before, ..undo_row(CHART, RecordType::Patient, NAME, set_back) },
        undo_row(
            "Provenance/3",
            RecordType::Provenance,
            "Check-in",
            undo_step("Provenance/3", RecordType::Provenance, UndoBy::Delete { unless_referred: Vec::new() }),
        ),
        undo_row(
            "Immunization/9",
            RecordType::Immunization,
            "Tetanus",
            undo_step("Immunization/9", RecordType::Immunization, mark()),
        ),
        undo_row(
            "AllergyIntolerance/4",
            RecordType::AllergyIntolerance,
            "Hay fever",
            Offer::ByHand(ByHand::ChangedSince),
        ),
    ])
}

/// The same after the undo.
pub fn shown_undone() -> ShownCheckIn {
    shown_as_filed(vec![
        undo_row(CHART, RecordType::Patient, NAME, Offer::Undone(UndoResult::SetBack)),
        undo_row("Provenance/3", RecordType::Provenance, "Check-in", Offer::Undone(UndoResult::Deleted)),
        undo_row("Immunization/9", RecordType::Immunization, "Tetanus", Offer::Undone(UndoResult::Marked)),
        undo_row(
            "AllergyIntolerance/4",
            RecordType::AllergyIntolerance,
            "Hay fever",
            Offer::ByHand(ByHand::ChangedSince),
        ),
    ])
}

fn nobody() -> Behind {
    Behind::Nobody(Staff { id: "mw".into(), name: "Mara Weiss".into() })
}

fn a_form() -> Behind {
    Behind::Form(Box::new(the_review(arrival(), |_| ())))
}

fn list(behind: Behind, shown: Option<ShownCheckIn>) -> State {
    let queue = Queue { waiting: Some(waiting_list()), shown, ..Queue::new(behind) };
    State::Queue(Box::new(queue))
}

/// In a window in which the whole list lies.
fn tall(state: State) -> Face {
    Face::with(state, Language::English, vec2(1280.0, 2400.0), DeviceHealth::default())
}

#[test]
fn what_waits_is_said_with_who_must_act_and_nothing_about_patients() {
    for &language in Language::ALL {
        let face = Face::with(list(a_form(), None), language, SMALL, DeviceHealth::default());
        let words = face.words();
        for word in CLINICAL {
            assert!(!words.iter().any(|written| written.contains(word)), "{word}: {words:?}");
        }
        assert!(face.shows("A003") && face.shows("A007") && face.shows("A012"), "{words:?}");
    }
    let face = Face::of(list(a_form(), None));
    assert!(face.shows("Look in the chart first") && face.shows("the front desk"), "{:?}", face.words());
    assert!(face.shows("The EHR did not answer.") && face.shows("Nobody must act"), "{:?}", face.words());
}

#[test]
fn before_the_pin_nothing_is_said_and_after_it_whose_one_is() {
    let health = DeviceHealth { needs_person: 1, kept: 1, ..DeviceHealth::default() };
    let mut welcome = Face::with(State::Idle, Language::English, SMALL, health);
    assert!(!welcome.shows(NAME) && !welcome.shows("A007") && !welcome.shows(CHART), "{:?}", welcome.words());
    assert!(matches!(welcome.touch("Staff: check-ins")[..], [Input::StaffTouched]));
    let mut before = Face::of(list(nobody(), None));
    assert!(!before.shows(NAME) && !before.shows(CHART) && !before.shows("MRN-4471"), "{:?}", before.words());
    let [Input::WaitingTouched(which, WhereItWaits::Confirmed)] = &before.touch("Whose is A007?")[..] else {
        panic!("{:?}", before.words())
    };
    assert_eq!(which, &id('a'));

    let face = Face::of(list(nobody(), Some(shown(false))));
    for words in
        [NAME, "1951-07-21", CHART, "MRN-4471", "Tetanus: the EHR may have it already", "Coverage: the EHR has it"]
    {
        assert!(face.shows(words), "{words}: {:?}", face.words());
    }
    assert!(face.shows("Whose is A003?") && face.shows("Whose is A012?"), "of the others nothing is said");
    assert!(matches!(
        tall(list(nobody(), Some(shown(false)))).touch("Hide the name of A007")[..],
        [Input::WaitingClosed]
    ));
}

#[test]
fn without_the_tick_no_touch_sends_it_again() {
    let mut face = tall(list(nobody(), Some(shown(false))));
    assert!(face.touch("Send A007 again").is_empty(), "a touch without the tick is none");
    assert!(!face.shows("Send A012 again"));
    let tick = format!("I looked in the chart of {NAME}.");
    assert!(matches!(face.touch(&tick)[..], [Input::ChartLookedToggled]));
    let mut face = tall(list(nobody(), Some(shown(true))));
    let [Input::SendAgainTouched(looked)] = &face.touch("Send A007 again")[..] else { panic!("{:?}", face.words()) };
    assert_eq!(looked.submission(), &id('a'));
}

#[test]
fn a_kept_check_in_is_opened_where_no_form_is_behind_and_discarded_when_asked_twice() {
    let touch =
        |behind: Behind, discarding, words: &str| tall(list(behind, Some(shown_kept(discarding)))).touch(words).pop();
    assert!(matches!(touch(nobody(), Discarding::No, "Open A003"), Some(Input::KeptOpenTouched)));
    assert!(matches!(touch(nobody(), Discarding::No, "Discard A003"), Some(Input::KeptDiscardTouched)));
    assert!(matches!(touch(nobody(), Discarding::Asked, "Yes, discard A003"), Some(Input::KeptDiscardConfirmed)));
    assert!(matches!(touch(nobody(), Discarding::Asked, "No, keep A003"), Some(Input::KeptDiscardLeft)));
    assert!(!Face::of(list(nobody(), Some(shown_kept(Discarding::No)))).shows("Yes, discard"));
    let face = Face::of(list(a_form(), Some(shown_kept(Discarding::No))));
    assert!(!face.shows("Open A003") && face.shows("Close the form first"), "{:?}", face.words());
}

#[test]
fn the_form_leads_to_the_list_when_something_waits() {
    let review = || State::Reviewing(Box::new(the_review(arrival(), |_| ())));
    assert!(!Face::of(review()).shows("Waiting"));
    for health in [
        DeviceHealth { needs_person: 1, ..DeviceHealth::default() },
        DeviceHealth { kept: 1, ..DeviceHealth::default() },
    ] {
        let mut face = Face::with(review(), Language::English, SMALL, health);
        assert!(matches!(face.touch("Waiting")[..], [Input::Review(ReviewInput::QueueAsked)]));
    }
    let mut face = Face::of(list(a_form(), None));
    assert!(matches!(face.touch("Back to the form")[..], [Input::QueueLeft]));
    let mut face = Face::of(list(nobody(), None));
    assert!(matches!(face.touch("Close the list")[..], [Input::QueueLeft]));
}

#[test]
fn a_long_list_is_said_with_how_many_there_are_and_each_can_be_reached() {
    let mut waiting = waiting_list();
    waiting.confirmed = (0..500)
        .map(|number| Waiting {
            submission: SubmissionId::parse(&format!("{number:032x}")).expect("an id"),
            number: format!("B{number:03}"),
            confirmed: "2026-11-22  09:00".into(),
            why: Some(WaitReason::EhrConflict),
        })
        .collect();
    waiting.left_out = 7;
    let state = || {
        let queue = Queue { waiting: Some(waiting.clone()), shown: None, ..Queue::new(nobody()) };
        State::Queue(Box::new(queue))
    };
    // At first each is laid out once, so that its height is known.
    let mut face = Face::of(state());
    assert!(face.shows("does not have 507") && face.shows("7 more wait behind these"), "{:?}", &face.words()[..9]);
    face.harness.run_steps(2);
    let in_sight = face.words().iter().filter(|words| words.starts_with("Whose is B")).count();
    assert!((1..30).contains(&in_sight), "{in_sight} are laid out");
    let mut whole = Face::with(state(), Language::English, vec2(1280.0, 120_000.0), DeviceHealth::default());
    assert!(matches!(whole.touch("Whose is B499?")[..], [Input::WaitingTouched(..)]));
}

#[test]
fn charts_that_may_be_the_patients_are_named_in_the_tick() {
    for &language in Language::ALL {
        let face =
            Face::with(list(nobody(), Some(shown_may_know())), language, vec2(1280.0, 2400.0), DeviceHealth::default());
        let words = face.words();
        let tick = words.iter().find(|words| words.contains("Patient/12")).expect("it is named");
        assert!(tick.contains("MRN-5512") && tick.contains(NAME), "{tick}");
    }
}

#[test]
fn what_is_kept_is_not_called_nothing() {
    let kept = QueueList { confirmed: Vec::new(), ..waiting_list() };
    let queue = Queue { waiting: Some(kept), ..Queue::new(nobody()) };
    let face = Face::of(State::Queue(Box::new(queue)));
    assert!(face.shows("1 check-in waits for its chart") && !face.shows("Nothing waits"), "{:?}", face.words());
}

#[test]
fn what_was_filed_is_said_by_number_and_each_record_is_a_tick_that_nobody_set() {
    let state = |shown: Option<ShownCheckIn>| {
        State::Queue(Box::new(Queue { waiting: Some(filed_list()), shown, ..Queue::new(nobody()) }))
    };
    for &language in Language::ALL {
        let face = Face::with(state(None), language, SMALL, DeviceHealth::default());
        assert!(face.shows("A015") && !face.shows(NAME) && !face.shows("Tetanus"), "{:?}", face.words());
    }
    let mut list = tall(state(None));
    assert!(matches!(list.touch("What was filed of A015?")[..], [Input::WaitingTouched(_, WhereItWaits::Filed)]));
    let mut face = tall(state(Some(shown_filed())));
    for words in ["555-0100", "Will be deleted", "Will be marked as entered in error", "Somebody changed it since"] {
        assert!(face.shows(words), "{words}: {:?}", face.words());
    }
    assert!(face.touch("Tick what is to be undone").is_empty(), "nothing is ticked");
    let tick = "Tetanus (Immunization): Will be marked as entered in error";
    assert!(matches!(face.touch(tick)[..], [Input::UndoToggled(2)]));
    assert!(matches!(face.touch("Facts for a breach notice")[..], [Input::BreachFactsTouched]));
    let after = tall(state(Some(shown_undone())));
    assert!(after.shows("1 record is left.") && after.shows("set back, read back"), "{:?}", after.words());
}

#[test]
fn one_button_says_that_it_is_another_person_wherever_anything_of_somebody_shows() {
    let touched = |state: State, words: &str| tall(state).touch(words).pop();
    let review = State::Reviewing(Box::new(the_review(arrival(), |_| ())));
    for (state, words) in [
        (State::Sharing(Box::new(ktc_kiosk::session::Sharing::new(arrival().into()))), "This is not me"),
        (awaiting("", None), "This is not me"),
        (filing(), "This is not me"),
        (complete(ktc_kiosk::delivery::FilingOutcome::Accepted), "This is not me"),
        (review, "Wrong person"),
        (list(nobody(), Some(shown(false))), "Wrong person"),
        (list(a_form(), None), "Wrong person"),
    ] {
        let word = state.word();
        assert!(matches!(touched(state, words), Some(Input::WrongPersonTouched)), "{word}");
    }
}
