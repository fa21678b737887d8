//! The machine as a table of sentences.

use super::super::{
    Answer, AskingPasscode, AwaitingStaff, Delays, Effect, Event, Input, PageShown, PinRefusal, Question, ReviewAnswer,
    ReviewInput, ReviewQuestion, Reviewing, Session, SignInFor, State, Transition,
};
use crate::audit::AuditKind;
use crate::delivery::FilingOutcome;
use crate::fhir::{Bundle, Resource};
use crate::filing::SubmissionId;
use crate::intake::{Intake, ItemId, SharedDocument, Source, SourceKind};
use crate::language::Language;
use crate::reconciliation::{
    Appointment, AppointmentRules, AppointmentsFound, ChartComparison, ChartPatient, ChartRecords, ChartSearch,
    ComparedRecords, Field, FieldDecision, IdentityCheck, LookAlikes, PatientChoice, Staff, TodaysAppointments,
};
use crate::resolve::{Arrival, Arrived, SeveralPeople, ShareFacts};
use crate::sensitive::Sensitive;
use crate::ticket::QueueNumber;
use crate::time::{Day, Timestamp};
use crate::trouble::Trouble;
use crate::trust::AppAttestation;
use crate::viewing::PagePicture;
use serde_json::json;

const DAY: Day = Day::constant(2026, 11, 30);
const START: i64 = 1_795_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(START + seconds * 1000)
}

pub(super) fn arrival() -> Arrival {
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"family": "Example"}]}},
        {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "AllergyIntolerance"}},
        {"fullUrl": "urn:uuid:d", "resource": {"resourceType": "DocumentReference", "content": [
            {"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcK"}},
            {"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcKAAA="}}]}}]}));
    let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [1; 32] };
    let bundle = bundle.expect("a bundle");
    let document = SharedDocument::unproven(bundle, source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let attestation = AppAttestation::Absent;
    Arrival { intake, facts: ShareFacts { conformance: None, attestation, refused: Vec::new(), last_updated: None } }
}

/// Steps through events and gives the session and the effects of the last one, without the rows about what went from the screen: these
/// have tests of their own (`wrong_person`).
pub(super) fn walk(session: Session, events: Vec<Event>, seconds: i64) -> (Session, Vec<Effect>) {
    let (session, mut effects) = walk_with_rows(session, events, seconds);
    effects.retain(|effect| !matches!(effect, Effect::Record(event) if event.kind == AuditKind::ScreenClosed));
    (session, effects)
}

/// The same with these rows.
pub(super) fn walk_with_rows(mut session: Session, events: Vec<Event>, seconds: i64) -> (Session, Vec<Effect>) {
    let mut effects = Vec::new();
    for event in events {
        Transition { next: session, effects } = session.on(event, at(seconds));
    }
    (session, effects)
}

pub(super) fn idle() -> Session {
    Session::idle(at(0), Language::English, Delays::default())
}

pub(super) fn resolving() -> Session {
    let started = walk(idle(), vec![Input::StartTouched.into()], 0).0;
    walk(started, vec![Input::CodeSeen(Sensitive::from(LINK)).into()], 1).0
}

fn asking() -> Session {
    let link = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    walk(idle(), vec![Input::StartTouched.into(), Input::CodeSeen(Sensitive::from(link)).into()], 0).0
}

fn typed(text: &str) -> Event {
    Input::PasscodeTyped(Sensitive::from(text)).into()
}

fn the_asking(session: &Session) -> &AskingPasscode {
    let State::AskingPasscode(asking) = &session.state else { panic!("not asking but {}", session.state.word()) };
    asking
}

fn the_review(session: &Session) -> &Reviewing {
    let State::Reviewing(reviewing) = &session.state else { panic!("not reviewing but {}", session.state.word()) };
    reviewing
}

fn page(page: u32, pages: u32) -> PagePicture {
    PagePicture { page, pages, width: 2, height: 2, rgb: Sensitive::new(vec![0; 12]) }
}

pub(super) fn sharing() -> Session {
    let session = resolving();
    let id = session.id;
    walk(session, vec![Event::Answer(id, Answer::ShareResolved(Ok(arrival().into())))], 2).0
}

pub(super) fn reviewing() -> Session {
    let session = walk(sharing(), vec![Input::SharingAgreed.into()], 3).0;
    let id = session.id;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    walk(session, vec![Event::Answer(id, Answer::StaffSignedIn(staff))], 4).0
}

pub(super) fn confirmed() -> (Session, Vec<Effect>) {
    let session = reviewing();
    let (id, form) = (session.id, session.review);
    let chart = ChartSearch::Found { candidates: Vec::new(), new_patients: true };
    let events = vec![
        Event::Answer(id, Answer::Review(form, ReviewAnswer::ChartSearched(chart))),
        ReviewInput::PatientChosen(PatientChoice::New).into(),
        ReviewInput::ItemToggled(ItemId(0)).into(),
        ReviewInput::IntakeConfirmed.into(),
    ];
    walk(session, events, 5)
}

fn submission(session: &Session) -> SubmissionId {
    let State::Filing(filing) = &session.state else { panic!("not filing but {}", session.state.word()) };
    filing.submission.clone()
}

#[test]
fn a_table_names_every_state_and_every_event() {
    // The lint sees a wildcard for an enum, not one for half of a pair.
    let wild = |line: &&str| line.contains("(_, ") || line.contains(", _)") || line.trim_start().starts_with("_ ");
    let found: Vec<&str> = include_str!("mod.rs").lines().filter(wild).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn one_scan_is_one_fetch() {
    let session = resolving();
    let again = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiVSIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    let (session, effects) = walk(session, vec![Input::CodeSeen(Sensitive::from(again)).into()], 2);
    assert_eq!(session.state.word(), "resolving");
    assert!(effects.is_empty());
}

#[test]
fn late_answer_of_previous_patient_is_dropped() {
    let first = resolving().id;
    let second = walk(resolving(), vec![Input::CancelTouched.into(), Input::StartTouched.into()], 9).0;
    assert_ne!(first, second.id);
    let late = Event::Answer(first, Answer::ShareResolved(Ok(arrival().into())));
    let (session, effects) = walk(second, vec![late], 10);
    assert_eq!(session.state.word(), "scanning");
    assert!(matches!(effects.as_slice(), [Effect::Record(_)]));
}

#[test]
fn two_visits_in_the_same_millisecond_have_two_names() {
    let first = walk(idle(), vec![Input::StartTouched.into()], 0).0.id;
    let between = walk(idle(), vec![Input::StartTouched.into(), Input::CancelTouched.into()], 0).0.id;
    let second =
        walk(idle(), vec![Input::StartTouched.into(), Input::CancelTouched.into(), Input::StartTouched.into()], 0).0.id;
    assert!(first < between && between < second);
}

#[test]
fn an_audit_log_that_fails_ends_the_visit_once() {
    let session = sharing();
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::Answer(id, Answer::AuditNotWritten)], 3);
    assert!(matches!(&session.state, State::InTrouble(trouble) if trouble.trouble == Trouble::AuditNotWritten));
    assert!(matches!(effects.as_slice(), [Effect::CloseCamera]), "nothing is recorded that would fail again");
    let (session, effects) = walk(session, vec![Event::Answer(id, Answer::AuditNotWritten)], 4);
    assert!(effects.is_empty());
    let (session, _) = walk(session, vec![Event::Tick], 3 + 45);
    assert_eq!(session.state.word(), "idle");
    let (_, effects) = walk(session, vec![Event::Answer(id, Answer::AuditNotWritten)], 60);
    assert!(effects.is_empty());
}

#[test]
fn a_camera_that_was_left_open_begins_no_visit() {
    let session = walk(idle(), vec![Input::StartTouched.into()], 0).0;
    let saw = Event::Answer(session.id, Answer::CameraSaw(vec![Sensitive::from("https://example.org")]));
    let (session, effects) = walk(session, vec![Input::CancelTouched.into(), saw], 1);
    assert_eq!(session.state.word(), "idle");
    assert!(effects.is_empty());
}

const LINK: &str = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiVSIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";

/// What the camera reads in one picture while somebody shows a code.
fn picture(session: Session, texts: &[&str], seconds: i64) -> (Session, Vec<Effect>) {
    let texts = texts.iter().map(|text| Sensitive::from(*text)).collect();
    let saw = Event::Answer(session.id, Answer::CameraSaw(texts));
    walk(session, vec![saw], seconds)
}

#[test]
fn of_two_codes_in_one_picture_none_is_opened_and_one_alone_is() {
    let scanning = walk(idle(), vec![Input::StartTouched.into()], 0).0;
    let (session, effects) = picture(scanning, &[LINK, "shlink:/another", "https://example.org"], 1);
    assert!(effects.is_empty());
    let State::Scanning(scanning) = &session.state else { panic!("still scanning") };
    assert_eq!((scanning.rivals, scanning.other), (Some(at(1)), None));

    let (later, _) = walk(session, vec![Event::Tick], 3);
    let State::Scanning(scanning) = &later.state else { panic!("still scanning") };
    assert_eq!(scanning.rivals, None, "said for a while");

    let (session, effects) = picture(later, &["https://example.org", LINK], 4);
    assert_eq!(session.state.word(), "resolving");
    assert_eq!(
        effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Question::ResolveShare { .. }))).count(),
        1
    );
}

#[test]
fn parts_of_one_card_in_one_picture_join() {
    let scanning = walk(idle(), vec![Input::StartTouched.into()], 0).0;
    // "e30." and "e30": not yet the third part.
    let (session, effects) = picture(scanning, &["shc:/1/3/56060301", "shc:/2/3/560603"], 1);
    assert!(effects.is_empty());
    assert!(matches!(&session.state, State::Scanning(scanning) if scanning.parts == Some((2, 3))));
    let (session, _) = picture(session, &["shc:/3/3/01560603"], 2);
    assert_eq!(session.state.word(), "resolving");
}

#[test]
fn the_camera_closes_even_when_nothing_can_be_recorded() {
    let (_, effects) = walk(walk(idle(), vec![Input::StartTouched.into()], 0).0, vec![Input::CancelTouched.into()], 1);
    assert!(matches!(effects.as_slice(), [Effect::CloseCamera, Effect::Record(_)]));
}

#[test]
fn a_passcode_link_is_not_fetched() {
    let link = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    let events = vec![Input::StartTouched.into(), Input::CodeSeen(Sensitive::from(link)).into()];
    let (session, effects) = walk(idle(), events, 0);
    assert_eq!(session.state.word(), "asking-passcode");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Question::ResolveShare { .. }))));
}

#[test]
fn nothing_reaches_staff_without_consent() {
    let (declined, _) = walk(sharing(), vec![Input::SharingDeclined.into()], 3);
    assert_eq!(declined.state.word(), "declined");
    let id = sharing().id;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    let (session, _) = walk(sharing(), vec![Event::Answer(id, Answer::StaffSignedIn(staff))], 3);
    assert_eq!(session.state.word(), "sharing");
}

#[test]
fn the_last_digit_sends_the_pin_and_a_wrong_one_is_forgotten() {
    let session = walk(sharing(), vec![Input::SharingAgreed.into()], 3).0;
    let digits = (0..AwaitingStaff::PIN_DIGITS).map(|_| Input::PinDigit(7).into()).collect();
    let (session, effects) = walk(session, digits, 4);
    assert!(matches!(effects.as_slice(), [Effect::Ask(_, Question::CheckPin(_))]));
    let id = session.id;
    let refused = Event::Answer(id, Answer::StaffRefused(PinRefusal::Wrong));
    let (session, _) = walk(session, vec![refused], 5);
    let State::AwaitingStaff(awaiting) = session.state else { panic!("still awaiting") };
    assert_eq!(awaiting.pin.reveal(), "");
}

#[test]
fn what_is_not_decided_is_not_filed() {
    let (session, effects) = walk(reviewing(), vec![ReviewInput::IntakeConfirmed.into()], 5);
    assert_eq!(session.state.word(), "reviewing");
    assert!(effects.is_empty());
}

#[test]
fn only_what_was_ticked_is_stored() {
    let (_, effects) = confirmed();
    let [Effect::Ask(_, Question::StoreSubmission { confirmed, .. })] = effects.as_slice() else {
        panic!("one effect")
    };
    assert_eq!((confirmed.items.len(), confirmed.left), (1, 2));
}

#[test]
fn no_ticket_before_the_check_in_is_on_disk() {
    let session = confirmed().0;
    let answer = Event::Delivery { submission: submission(&session), outcome: FilingOutcome::Accepted };
    let (session, effects) = walk(session, vec![answer, Event::Tick], 6);
    assert_eq!(session.state.word(), "filing");
    assert!(effects.is_empty());
}

#[test]
fn a_slow_ehr_ends_in_a_queued_ticket() {
    let session = confirmed().0;
    let id = session.id;
    let stored = Event::Answer(id, Answer::SubmissionStored(QueueNumber(3)));
    let session = walk(session, vec![stored], 5).0;
    let (session, _) = walk(session, vec![Event::Tick], 5 + 8);
    let State::Complete(complete) = session.state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Queued);
}

#[test]
fn a_full_disk_is_said_and_nothing_is_promised() {
    let session = confirmed().0;
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::Answer(id, Answer::SubmissionNotStored)], 6);
    let State::InTrouble(trouble) = session.state else { panic!("in trouble") };
    assert_eq!(trouble.trouble, Trouble::NotStored);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::PrintTicket { .. })));
}

#[test]
fn every_state_ends_by_itself() {
    let in_trouble = || {
        let session = resolving();
        let id = session.id;
        walk(session, vec![Event::Answer(id, Answer::ShareResolved(Err(Trouble::LinkGone)))], 2).0
    };
    let scanning = || walk(idle(), vec![Input::StartTouched.into()], 0).0;
    let awaiting = || walk(sharing(), vec![Input::SharingAgreed.into()], 3).0;
    let filing = || confirmed().0;
    let sent = || walk(asking(), vec![typed("1"), Input::PasscodeSent.into()], 1).0;
    let begin: [&dyn Fn() -> Session; 9] =
        [&scanning, &asking, &sent, &resolving, &sharing, &awaiting, &reviewing, &filing, &in_trouble];
    for start in begin {
        let mut session = start();
        let word = session.state.word();
        for minutes in 1..60 {
            session = session.on(Event::Tick, at(minutes * 60)).next;
        }
        assert_eq!(session.state.word(), "idle", "{word}");
    }
}

#[test]
fn every_visit_ends_in_the_home_language() {
    let events =
        vec![Input::StartTouched.into(), Input::LanguageChosen(Language::Spanish).into(), Input::CancelTouched.into()];
    assert_eq!(walk(idle(), events, 0).0.language, Language::English);
}

#[test]
fn one_entry_is_one_request_however_often_the_button_is_touched() {
    let events = vec![
        Input::PasscodeSent.into(),
        typed("2"),
        typed("4x"),
        Input::PasscodeErased.into(),
        Input::PasscodeSent.into(),
    ];
    let (session, effects) = walk(asking(), events, 1);
    let [Effect::Record(record), Effect::Ask(_, Question::ResolveShare { passcode: Some(passcode), .. })] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((record.kind, passcode.reveal()), (AuditKind::PasscodeSent, "24"));
    assert!(!format!("{effects:?} {session:?}").contains("24"), "a passcode is in no log");
    let (session, effects) = walk(session, vec![Input::PasscodeSent.into(), typed("5"), Input::PasscodeSent.into()], 2);
    assert!(effects.is_empty());
    assert_eq!(the_asking(&session).typed.reveal(), "24");
}

#[test]
fn a_wrong_passcode_clears_the_field_and_the_third_one_ends_at_the_desk() {
    let mut session = asking();
    let mut requests = 0;
    for (remaining, shown) in [(Some(7), Some(7)), (Some(4_000_000), None), (Some(5), None)] {
        let (sent, effects) = walk(session, vec![typed("1"), Input::PasscodeSent.into()], 1);
        requests +=
            effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Question::ResolveShare { .. }))).count();
        let refused = Event::Answer(sent.id, Answer::PasscodeRefused { remaining });
        session = walk(sent, vec![refused], 2).0;
        if let State::AskingPasscode(asking) = &session.state {
            assert_eq!((asking.typed.reveal().as_str(), asking.sent, asking.refusal), ("", false, Some(shown)));
        }
    }
    assert!(matches!(&session.state, State::InTrouble(trouble) if trouble.trouble == Trouble::PasscodeWrong));
    assert_eq!(requests, 3);
    let (session, effects) = walk(session, vec![Input::StartTouched.into(), typed("1"), Input::PasscodeSent.into()], 3);
    assert_eq!((session.state.word(), effects.len()), ("in-trouble", 0), "no try is begun here again");
}

#[test]
fn a_link_without_tries_is_said_to_be_locked() {
    let session = walk(asking(), vec![typed("1"), Input::PasscodeSent.into()], 1).0;
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::Answer(id, Answer::PasscodeRefused { remaining: Some(0) })], 2);
    assert!(matches!(&session.state, State::InTrouble(trouble) if trouble.trouble == Trouble::LinkLocked));
    assert!(matches!(&effects[0], Effect::Record(record) if record.kind == AuditKind::PasscodeRefused));
}

#[test]
fn a_passcode_that_only_the_server_asks_for_is_asked_for_once_a_try() {
    let refused = |remaining| Event::Answer(resolving().id, Answer::PasscodeRefused { remaining });
    let (session, effects) = walk(resolving(), vec![refused(Some(4))], 1);
    assert_eq!((the_asking(&session).tries, effects.len()), (0, 0), "nobody has typed anything");
    let (session, effects) = walk(session, vec![typed("7"), Input::PasscodeSent.into()], 2);
    let asked = effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Question::ResolveShare { .. })));
    assert_eq!(asked.count(), 1);
    assert!(walk(session, vec![Input::PasscodeSent.into()], 2).1.is_empty());
    let (session, _) = walk(resolving(), vec![refused(Some(0))], 1);
    assert!(matches!(&session.state, State::InTrouble(trouble) if trouble.trouble == Trouble::LinkLocked));
}

#[test]
fn the_right_passcode_goes_on_and_a_refusal_that_nobody_asked_for_does_nothing() {
    let id = asking().id;
    let refused = || Event::Answer(id, Answer::PasscodeRefused { remaining: Some(1) });
    assert_eq!(the_asking(&walk(asking(), vec![refused()], 1).0).tries, 0);
    let arrived = Event::Answer(id, Answer::ShareResolved(Ok(arrival().into())));
    let (session, _) = walk(asking(), vec![typed("1"), Input::PasscodeSent.into(), arrived, refused()], 1);
    assert_eq!(session.state.word(), "sharing");
}

#[test]
fn a_slow_typist_keeps_the_time_and_a_code_is_no_passcode() {
    let mut session = asking();
    for minute in 1..10 {
        session = walk(session, vec![Event::Tick, typed("1"), Event::Tick], minute * 100).0;
    }
    assert_eq!(the_asking(&session).typed.reveal(), "111111111");
    let (session, effects) = walk(session, vec![typed("shlink:/eyJ"), Input::PasscodeSent.into()], 901);
    assert_eq!((the_asking(&session).typed.reveal().as_str(), the_asking(&session).code_seen), ("", true));
    assert!(effects.is_empty());
    assert_eq!(walk(session, vec![Event::Tick], 901 + 120).0.state.word(), "idle");
}

fn opened(item: u32, which: usize) -> Event {
    ReviewInput::DocumentOpened { item: ItemId(item), which }.into()
}

fn drawn(session: &Session, outcome: Result<PagePicture, Trouble>) -> Event {
    Event::Answer(session.id, Answer::Review(session.review, ReviewAnswer::PageDrawn(outcome)))
}

#[test]
fn a_document_is_drawn_page_by_page_and_only_where_there_is_one() {
    let (session, effects) = walk(reviewing(), vec![opened(0, 0), opened(2, 2)], 5);
    assert!(effects.is_empty() && the_review(&session).viewer.is_none());
    let (session, effects) = walk(session, vec![opened(2, 0)], 5);
    let [Effect::Record(record), Effect::Ask(_, Question::Review(_, ReviewQuestion::DrawPage { page: 0, .. }))] =
        effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((record.kind, record.detail), (AuditKind::DocumentLookedAt, Some("document")));
    let first = drawn(&session, Ok(page(0, 2)));
    let (session, effects) =
        walk(session, vec![first, ReviewInput::PageTurned(2).into(), ReviewInput::PageTurned(1).into()], 6);
    assert!(
        matches!(effects.as_slice(), [Effect::Ask(_, Question::Review(_, ReviewQuestion::DrawPage { page: 1, .. }))]),
        "{effects:?}"
    );
    let second = drawn(&session, Ok(page(1, 2)));
    let (session, _) = walk(session, vec![second], 7);
    assert_eq!(the_review(&session).viewer.as_ref().and_then(|viewer| viewer.picture()), Some(&page(1, 2)));
    assert!(the_review(&walk(session, vec![ReviewInput::DocumentClosed.into()], 8).0).viewer.is_none());
}

#[test]
fn a_long_text_is_shown_page_by_page_and_nobody_draws_it() {
    let note = (0..2_000).map(|line| format!("line {line} of a note")).collect::<Vec<_>>().join("\n");
    let data = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &note);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "name": [{"text": "Ines Caldera"}], "birthDate": "1990-02-03"}},
        {"resource": {"resourceType": "DocumentReference", "content": [{"attachment": {"contentType": "text/plain", "data": data}}]}}]}));
    let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
    let documents = vec![SharedDocument::unproven(bundle.expect("a bundle"), source)];
    let intake = Intake::from_documents(documents, DAY).expect("a form");
    let State::Reviewing(before) = reviewing().state else { panic!("a review") };
    let review = Reviewing::new(before.staff.clone(), Arrival { intake, facts: before.facts.clone() });
    let session = Session { state: State::Reviewing(Box::new(review)), ..reviewing() };
    let (session, effects) = walk(session, vec![opened(1, 0)], 5);
    let [Effect::Record(record)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(record.detail, Some("text"));
    let shown = |session: &Session| match &the_review(session).viewer.as_ref().expect("a document").shown {
        PageShown::Text(page) => (page.page, page.pages, page.text.reveal().clone()),
        other @ (PageShown::Drawing | PageShown::Drawn(_) | PageShown::Not(_)) => panic!("{other:?}"),
    };
    let (first, pages, text) = shown(&session);
    assert!(first == 0 && pages > 2 && text.starts_with("line 0 of a note\nline 1 "));
    let (session, effects) = walk(session, vec![ReviewInput::PageTurned(pages - 1).into()], 6);
    assert!(effects.is_empty());
    assert!(shown(&session).2.ends_with("line 1999 of a note"), "the last line can be reached");
}

#[test]
fn a_page_of_a_closed_document_is_dropped_and_never_shown_for_another() {
    let (session, effects) = walk(reviewing(), vec![opened(2, 0), ReviewInput::DocumentClosed.into(), opened(2, 1)], 5);
    assert!(matches!(effects.as_slice(), [Effect::Record(_)]), "one page at a time is drawn");
    let late = drawn(&session, Ok(page(0, 9)));
    let (session, effects) = walk(session, vec![late], 6);
    assert!(matches!(effects.as_slice(), [Effect::Ask(_, Question::Review(_, ReviewQuestion::DrawPage { .. }))]));
    assert!(the_review(&session).viewer.as_ref().is_some_and(|viewer| viewer.picture().is_none()));
    let own = drawn(&session, Ok(page(0, 1)));
    let (session, _) = walk(session, vec![own], 7);
    assert_eq!(the_review(&session).viewer.as_ref().and_then(|viewer| viewer.pages), Some(1));
}

#[test]
fn a_picture_that_lies_and_one_that_does_not_come_are_said_not_to_be_shown() {
    let not_shown = |session: &Session| match &the_review(session).viewer {
        Some(viewer) => matches!(viewer.shown, PageShown::Not(Trouble::DocumentNotShown)),
        None => false,
    };
    let lies = [
        PagePicture { width: 3, ..page(0, 1) },
        PagePicture { height: u32::MAX, width: u32::MAX, ..page(0, 1) },
        PagePicture { rgb: Sensitive::new(Vec::new()), width: 0, ..page(0, 1) },
        page(1, 2),
        page(0, 0),
    ];
    for lie in lies {
        let session = walk(reviewing(), vec![opened(2, 0)], 5).0;
        let lie = drawn(&session, Ok(lie));
        assert!(not_shown(&walk(session, vec![lie], 6).0));
    }
    assert!(not_shown(&walk(walk(reviewing(), vec![opened(2, 0)], 5).0, vec![Event::Tick], 5 + 15).0));
}

#[test]
fn a_form_that_nobody_touches_asks_for_the_pin_again_and_answers_keep_none_open() {
    let session = reviewing();
    let (id, form) = (session.id, session.review);
    let chart = ChartSearch::Found { candidates: Vec::new(), new_patients: true };
    let (session, _) = walk(
        session,
        vec![Event::Answer(id, Answer::Review(form, ReviewAnswer::ChartSearched(chart))), Event::Tick],
        4 + 119,
    );
    assert_eq!(session.state.word(), "reviewing");
    let (session, effects) = walk(session, vec![Event::Tick], 4 + 120);
    assert_eq!(session.state.word(), "awaiting-staff");
    assert!(matches!(effects.as_slice(), [Effect::Record(record)] if record.kind == AuditKind::ReviewLocked));
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    let (session, _) = walk(session, vec![Event::Answer(id, Answer::StaffSignedIn(staff))], 130);
    assert_eq!(the_review(&session).reconciliation.intake().items.len(), 3);
    let (session, _) = walk(walk(session, vec![ReviewInput::DeskTouched.into()], 200).0, vec![Event::Tick], 319);
    assert_eq!(session.state.word(), "reviewing");
}

fn candidate(id: &str, family: &str) -> ChartPatient {
    let patient = json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "name": [{"family": family}],
        "telecom": [{"system": "phone", "value": "555-010-0001"}]});
    ChartPatient::from_resource(Resource::from_json(patient).expect("a resource"), DAY).expect("a candidate")
}

fn searched() -> Session {
    let session = reviewing();
    let candidates = vec![candidate("same", "EXAMPLE"), candidate("other", "Smith")];
    let found = Event::Answer(
        session.id,
        Answer::Review(
            session.review,
            ReviewAnswer::ChartSearched(ChartSearch::Found { candidates, new_patients: true }),
        ),
    );
    walk(session, vec![found], 5).0
}

fn touch(id: &str) -> Event {
    ReviewInput::PatientChosen(PatientChoice::Existing(id.into())).into()
}

fn chosen() -> (Session, Vec<Effect>) {
    let confirmed = [IdentityCheck::Name, IdentityCheck::BirthDate, IdentityCheck::Document]
        .map(|known| ReviewInput::IdentifierConfirmed(known).into());
    walk(searched(), [touch("same")].into_iter().chain(confirmed).collect(), 6)
}

fn loaded(session: &Session, chart: &str) -> Event {
    let records = ChartRecords::default();
    Event::Answer(
        session.id,
        Answer::Review(
            session.review,
            ReviewAnswer::ChartLoaded {
                chart: chart.into(),
                records: Some(Box::new(ComparedRecords::new(
                    the_review(session).reconciliation.intake(),
                    records,
                    &LookAlikes::default(),
                ))),
            },
        ),
    )
}

/// The EHR tells of an appointment that is about to start.
fn appointment_told(session: &Session, chart: &str, status: &str) -> Event {
    let visit = json!({"resourceType": "Appointment", "id": "v1", "status": status, "start": "2026-11-22T09:00:00Z"});
    let visit = Appointment::from_resource(&Resource::from_json(visit).expect("a resource"));
    let found = AppointmentsFound { appointments: visit.into_iter().collect(), is_whole: true };
    let now = Timestamp::from_rfc3339("2026-11-22T09:00:00Z").expect("a time");
    let zone = jiff::tz::TimeZone::UTC.into();
    let told = Box::new(TodaysAppointments::judge(Some(found), &AppointmentRules::default(), &zone, now));
    let answer = ReviewAnswer::AppointmentsTold { chart: chart.into(), told };
    Event::Answer(session.id, Answer::Review(session.review, answer))
}

#[test]
fn appointments_are_asked_for_again_each_minute_while_a_chart_is_chosen_and_that_is_no_touch() {
    let asked = |effects: &[Effect]| matches!(effects, [Effect::Ask(_, Question::Review(_, ReviewQuestion::LoadAppointments { chart }))] if chart == "same");
    let (session, _) = chosen();
    let own = loaded(&session, "same");
    let told = appointment_told(&session, "same", "booked");
    let (session, effects) = walk(session, vec![own, told, Event::Tick], 6 + 59);
    assert!(effects.is_empty(), "{effects:?}");
    let (session, effects) = walk(session, vec![Event::Tick], 6 + 60);
    assert!(effects.is_empty(), "nobody touched the form, and it is covered: {effects:?}");
    let (session, effects) = walk(session, vec![ReviewInput::DeskTouched.into(), Event::Tick], 6 + 60);
    assert!(asked(&effects), "{effects:?}");
    let (session, effects) = walk(session, vec![Event::Tick], 6 + 60);
    assert!(effects.is_empty(), "once: {effects:?}");
    // The answer is what counts from now on; one about another chart is nobody's.
    let (of_other, of_it) =
        (appointment_told(&session, "other", "booked"), appointment_told(&session, "same", "arrived"));
    let stands = |session: &Session| {
        let arrivals = the_review(session).reconciliation.chosen().expect("chosen").arrivals().clone();
        arrivals.told().and_then(|told| told.standing().first()).map(|it| it.status.code())
    };
    let (session, _) = walk(session, vec![of_it, of_other], 6 + 61);
    assert_eq!(stands(&session), Some("arrived"));
    // It locks when it would have, and a form without a chart asks for nothing.
    let (session, effects) = walk(session, vec![Event::Tick], 6 + 119);
    assert!(effects.is_empty() && the_review(&session).appointments_asked.is_some(), "{effects:?}");
    let (left, effects) = walk(session, vec![ReviewInput::ChartLeft.into(), Event::Tick], 6 + 119);
    assert!(effects.is_empty() && the_review(&left).appointments_asked.is_none());
    let (_, effects) = walk(left, vec![Event::Tick], 6 + 200);
    assert!(effects.is_empty(), "{effects:?}");
}

#[test]
fn a_chart_is_recorded_with_what_was_confirmed_before_it_is_asked_for() {
    let (session, effects) = chosen();
    let [
        Effect::Record(record),
        Effect::Ask(_, look_up),
        Effect::Ask(_, Question::Review(_, ReviewQuestion::RecallDecisions(recalled))),
        Effect::Ask(_, Question::Review(_, ReviewQuestion::LoadChart { chart, .. })),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!((record.kind, record.detail), (AuditKind::ChartChosen, Some("identity-by-document")));
    assert_eq!((chart.as_str(), recalled.id.as_str()), ("same", "same"));
    assert!(
        matches!(look_up, Question::Review(_, ReviewQuestion::LookUpSources { chart: Some(chart), .. }) if chart.id == "same")
    );
    let (session, effects) = walk(session, vec![ReviewInput::PatientChosen(PatientChoice::New).into()], 7);
    let [
        Effect::Record(record),
        Effect::Ask(_, Question::Review(_, ReviewQuestion::LookUpSources { chart: None, .. })),
    ] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(record.detail, Some("new-patient"));
    assert!(walk(session, vec![ReviewInput::PatientChosen(PatientChoice::New).into()], 7).1.is_empty(), "once");
}

#[test]
fn a_chart_under_another_name_is_chosen_when_the_patient_says_that_it_is_theirs_too() {
    let asked = vec![
        touch("other"),
        ReviewInput::IdentifierConfirmed(IdentityCheck::Name).into(),
        ReviewInput::IdentifierConfirmed(IdentityCheck::BirthDate).into(),
        ReviewInput::IdentifierConfirmed(IdentityCheck::Document).into(),
    ];
    let (session, effects) = walk(searched(), asked, 6);
    assert!(effects.is_empty() && the_review(&session).reconciliation.choice().patient().is_none());
    let (session, effects) = walk(session, vec![ReviewInput::IdentifierConfirmed(IdentityCheck::OtherName).into()], 7);
    assert!(matches!(&effects[0], Effect::Record(record) if record.detail == Some("identity-by-document")));
    assert_eq!(the_review(&session).reconciliation.choice().patient(), Some(PatientChoice::Existing("other".into())));
}

#[test]
fn what_a_chart_holds_is_awaited_for_a_while_and_no_answer_of_another_chart_counts() {
    let comparison =
        |session: &Session| the_review(session).reconciliation.chosen().expect("chosen").comparison().clone();
    let awaits = |session: &Session| matches!(comparison(session), ChartComparison::Asked);
    let (session, _) = chosen();
    let of_other = loaded(&session, "other");
    let (session, effects) = walk(session, vec![of_other, ReviewInput::IntakeConfirmed.into()], 7);
    assert!(awaits(&session) && effects.is_empty(), "nothing is filed before the chart was compared");
    let (own, told) = (loaded(&session, "same"), appointment_told(&session, "same", "booked"));
    let (session, _) = walk(session, vec![own, told, ReviewInput::ArrivalToggled("v1".into()).into()], 8);
    assert!(the_review(&session).reconciliation.compared().is_some());
    let (_, effects) = walk(session, vec![ReviewInput::IntakeConfirmed.into()], 9);
    let [Effect::Ask(_, Question::StoreSubmission { confirmed, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!((confirmed.items.len(), confirmed.changes.len()), (1, 1));

    let (session, _) = walk(chosen().0, vec![Event::Tick], 6 + 14);
    assert!(awaits(&session));
    let (session, _) = walk(session, vec![Event::Tick], 6 + 15);
    assert!(matches!(comparison(&session), ChartComparison::NotTold));
    let late = loaded(&session, "same");
    let (session, _) = walk(session, vec![late], 6 + 16);
    assert!(matches!(comparison(&session), ChartComparison::NotTold), "it changes nothing under their hands");
    let typed = ReviewInput::FieldDecided(Field::Phone, FieldDecision::Typed(Sensitive::from("555-010-7777"))).into();
    let (_, effects) = walk(session, vec![typed, ReviewInput::IntakeConfirmed.into()], 6 + 17);
    assert!(
        matches!(effects.as_slice(), [Effect::Ask(_, Question::StoreSubmission { .. })]),
        "the form goes on without a comparison"
    );
}

#[test]
fn what_an_earlier_patients_chart_holds_is_dropped_and_recorded() {
    let (session, _) = chosen();
    let late = loaded(&session, "same");
    let session = walk(session, vec![Input::CancelTouched.into()], 7).0;
    let (_, effects) = walk(session, vec![late], 8);
    assert!(matches!(&effects[..], [Effect::Record(record)] if record.kind == AuditKind::LateAnswerDropped));
}

#[test]
fn a_typed_value_counts_once_it_can_stand_in_its_field() {
    let (session, _) = chosen();
    let own = loaded(&session, "same");
    let (session, _) = walk(session, vec![own, ReviewInput::FieldOpened(Field::Phone).into()], 8);
    let typed = |session: &Session| the_review(session).editing.as_ref().map(|editing| editing.typed.reveal().clone());
    assert_eq!(typed(&session).as_deref(), Some("555-010-0001"), "it begins with what is known");
    let erase = (0..12).map(|_| ReviewInput::FieldErased.into()).collect();
    let (session, _) = walk(session, erase, 8);
    let (session, _) =
        walk(session, vec![ReviewInput::FieldTyped(Sensitive::from("55")).into(), ReviewInput::FieldDone.into()], 8);
    assert_eq!(typed(&session).as_deref(), Some("55"), "too short for a number: it stays open");
    let (session, _) = walk(
        session,
        vec![ReviewInput::FieldTyped(Sensitive::from("5-010-0002")).into(), ReviewInput::FieldDone.into()],
        9,
    );
    assert!(the_review(&session).editing.is_none());
    let (_, effects) = walk(session, vec![ReviewInput::IntakeConfirmed.into()], 10);
    let [Effect::Ask(_, Question::StoreSubmission { confirmed, .. })] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(confirmed.changes[0].becomes.reveal()[0]["value"], "555-010-0002");
    assert!(!format!("{effects:?}").contains("0002"), "a value is in no log");
}

/// A share about two people, each with an allergy.
fn family() -> Arrived {
    let of = |id: &str, given: &str| {
        let url = format!("urn:uuid:{id}");
        [
            json!({"fullUrl": url, "resource": {"resourceType": "Patient", "birthDate": "1980-01-02",
                "name": [{"family": "Example", "given": [given]}]}}),
            json!({"resource": {"resourceType": "AllergyIntolerance", "code": {"text": format!("{given}-allergy")},
                "patient": {"reference": url}}}),
        ]
    };
    let entries = [of("a", "Anouk"), of("b", "Bram")].concat();
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [1; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let people = Intake::of_each_person(vec![document], DAY).expect("forms");
    Arrived::SeveralPeople(Box::new(SeveralPeople { people, facts: arrival().facts }))
}

pub(super) fn choosing() -> Session {
    let session = resolving();
    let id = session.id;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    let events = vec![
        Event::Answer(id, Answer::ShareResolved(Ok(family()))),
        Input::SharingAgreed.into(),
        Event::Answer(id, Answer::StaffSignedIn(staff)),
    ];
    walk(session, events, 4).0
}

#[test]
fn of_several_people_staff_pick_one_after_they_signed_in_and_the_form_holds_that_one_alone() {
    let session = choosing();
    assert_eq!(session.state.word(), "choosing-person");
    let session = walk(session, vec![Input::PersonChosen(7).into()], 5).0;
    assert_eq!(session.state.word(), "choosing-person", "there is no eighth");
    let (session, effects) = walk(session, vec![Input::PersonChosen(1).into()], 5);
    let intake = the_review(&session).reconciliation.intake();
    assert_eq!(intake.person.name.reveal(), "Bram Example");
    assert!(!serde_json::to_string(intake).expect("JSON").contains("Anouk"));
    assert!(matches!(effects.first(), Some(Effect::Record(record)) if record.kind == AuditKind::PersonChosen));
    let searched = effects
        .iter()
        .any(|effect| matches!(effect, Effect::Ask(_, Question::Review(_, ReviewQuestion::SearchChart { .. }))));
    assert!(searched, "the chart of whom was picked is searched");
}

#[test]
fn another_person_can_be_picked_and_nothing_decided_about_the_first_is_left() {
    let chosen = walk(choosing(), vec![Input::PersonChosen(0).into(), ReviewInput::ItemToggled(ItemId(1)).into()], 5).0;
    assert_eq!(the_review(&chosen).reconciliation.taken(), 1);
    let events = vec![ReviewInput::PersonLeft.into(), Input::PersonChosen(0).into()];
    let again = walk(chosen, events, 6).0;
    assert_eq!(the_review(&again).reconciliation.taken(), 0);
    assert_eq!(the_review(&again).reconciliation.intake().person.name.reveal(), "Anouk Example");
    // A share about one person has nobody else to pick.
    assert_eq!(walk(reviewing(), vec![ReviewInput::PersonLeft.into()], 6).0.state.word(), "reviewing");
}

#[test]
fn what_the_form_of_one_person_asked_for_is_no_answer_to_the_form_of_another() {
    let first = walk(choosing(), vec![Input::PersonChosen(0).into()], 5).0;
    let asked = first.review;
    let events = vec![ReviewInput::PersonLeft.into(), Input::PersonChosen(1).into(), ReviewInput::DeskTouched.into()];
    let mut session = walk(first, events, 6).0;
    assert_ne!(session.review, asked);
    let none = ComparedRecords::new(
        the_review(&session).reconciliation.intake(),
        ChartRecords::default(),
        &LookAlikes::default(),
    );
    let found = || ChartSearch::Found { candidates: vec![candidate("hers", "Example")], new_patients: true };
    let late = [
        ReviewAnswer::ChartSearched(found()),
        ReviewAnswer::ChartLoaded { chart: "hers".into(), records: Some(Box::new(none)) },
        ReviewAnswer::SourcesLookedUp { chart: None, seen_elsewhere: true },
        ReviewAnswer::PageDrawn(Ok(page(0, 1))),
        ReviewAnswer::MoreRead(ItemId(1), Some(Vec::new())),
    ];
    for answer in late {
        let before = format!("{:?}", session.state);
        let event = Event::Answer(session.id, Answer::Review(asked, answer));
        let (next, effects) = walk(session, vec![event], 7);
        assert_eq!(format!("{:?}", next.state), before);
        assert!(matches!(&effects[..], [Effect::Record(record)] if record.kind == AuditKind::LateAnswerDropped));
        session = next;
    }
    let own = Event::Answer(session.id, Answer::Review(session.review, ReviewAnswer::ChartSearched(found())));
    let (session, _) = walk(session, vec![own], 8);
    assert_eq!(the_review(&session).reconciliation.choice().search().candidates().len(), 1);
}

#[test]
fn a_form_that_is_opened_again_after_it_was_locked_has_another_name() {
    let session = reviewing();
    let (id, asked) = (session.id, session.review);
    let late = i64::try_from(session.delays.reviewing.as_secs()).expect("small") + 10;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    let again = walk(session, vec![Event::Tick, Event::Answer(id, Answer::StaffSignedIn(staff))], late).0;
    assert_eq!((again.state.word(), again.id), ("reviewing", id));
    assert_ne!(again.review, asked);
}

#[test]
fn the_choice_and_the_form_of_one_of_several_lock_and_begin_with_the_choice_again() {
    for picked in [vec![], vec![Input::PersonChosen(1).into()]] {
        let session = walk(choosing(), picked, 5).0;
        let late = i64::try_from(session.delays.reviewing.as_secs()).expect("small") + 10;
        let locked = walk(session, vec![Event::Tick], late).0;
        let State::AwaitingStaff(awaiting) = &locked.state else { panic!("{}", locked.state.word()) };
        let SignInFor::Review(arrived) = &awaiting.purpose else { panic!("nothing to review") };
        let names: Vec<_> = arrived.forms().iter().map(|form| form.person.name.reveal().as_str()).collect();
        assert_eq!(names, ["Anouk Example", "Bram Example"]);
    }
}
