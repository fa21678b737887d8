//! The machine as a table of sentences.

use super::super::{Arrival, AwaitingStaff, Delays, Effect, Event, Language, Session, State, Trouble};
use crate::fhir::Bundle;
use crate::filing::{FilingOutcome, SubmissionId};
use crate::intake::{Intake, ItemId, SharedDocument, Source, SourceKind};
use crate::reconciliation::{ChartSearch, PatientChoice, Staff};
use crate::sensitive::Sensitive;
use crate::ticket::QueueNumber;
use crate::time::Timestamp;
use crate::trust::{AppAttestation, Assurance};
use serde_json::json;

const START: i64 = 1_795_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(START + seconds * 1000)
}

fn arrival() -> Arrival {
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"family": "Example"}]}},
        {"fullUrl": "urn:uuid:a", "resource": {"resourceType": "AllergyIntolerance"}}]}));
    let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [1; 32] };
    let bundle = bundle.expect("a bundle");
    let document = SharedDocument { bundle, assurance: Assurance::PatientProvided, source };
    let intake = Intake::from_documents(vec![document]).expect("a form");
    Arrival { intake, conformance: None, attestation: AppAttestation::Absent, refused: Vec::new(), last_updated: None }
}

/// Steps through events and gives the session and the effects of the last one.
fn walk(mut session: Session, events: Vec<Event>, seconds: i64) -> (Session, Vec<Effect>) {
    let mut effects = Vec::new();
    for event in events {
        let step = session.on(event, at(seconds));
        (session, effects) = (step.next, step.effects);
    }
    (session, effects)
}

fn idle() -> Session {
    Session::idle(at(0), Language::English, Delays::default())
}

fn resolving() -> Session {
    let started = walk(idle(), vec![Event::StartTouched], 0).0;
    let link = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiVSIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    walk(started, vec![Event::CodeSeen(Sensitive::from(link))], 1).0
}

fn sharing() -> Session {
    let session = resolving();
    let id = session.id;
    walk(session, vec![Event::ShareResolved { session: id, outcome: Ok(Box::new(arrival())) }], 2).0
}

fn reviewing() -> Session {
    let session = walk(sharing(), vec![Event::SharingAgreed], 3).0;
    let id = session.id;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    walk(session, vec![Event::StaffSignedIn { session: id, staff }], 4).0
}

fn confirmed() -> (Session, Vec<Effect>) {
    let session = reviewing();
    let id = session.id;
    let chart = ChartSearch::Found { candidates: Vec::new(), new_patients: true };
    let events = vec![
        Event::ChartSearched { session: id, chart },
        Event::PatientChosen(PatientChoice::New),
        Event::ItemToggled(ItemId(0)),
        Event::IntakeConfirmed,
    ];
    walk(session, events, 5)
}

fn submission(session: &Session) -> SubmissionId {
    match &session.state {
        State::Filing(filing) => filing.submission.clone(),
        other => panic!("not filing but {}", other.word()),
    }
}

#[test]
fn one_scan_is_one_fetch() {
    let session = resolving();
    let again = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiVSIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    let (session, effects) = walk(session, vec![Event::CodeSeen(Sensitive::from(again))], 2);
    assert_eq!(session.state.word(), "resolving");
    assert!(effects.is_empty());
}

#[test]
fn late_answer_of_previous_patient_is_dropped() {
    let first = resolving().id;
    let second = walk(resolving(), vec![Event::CancelTouched, Event::StartTouched], 9).0;
    assert_ne!(first, second.id);
    let late = Event::ShareResolved { session: first, outcome: Ok(Box::new(arrival())) };
    let (session, effects) = walk(second, vec![late], 10);
    assert_eq!(session.state.word(), "scanning");
    assert!(matches!(effects.as_slice(), [Effect::Record(_)]));
}

#[test]
fn two_visits_in_the_same_millisecond_have_two_names() {
    let first = walk(idle(), vec![Event::StartTouched], 0).0.id;
    let between = walk(idle(), vec![Event::StartTouched, Event::CancelTouched], 0).0.id;
    let second = walk(idle(), vec![Event::StartTouched, Event::CancelTouched, Event::StartTouched], 0).0.id;
    assert!(first < between && between < second);
}

#[test]
fn an_audit_log_that_fails_ends_the_visit_once() {
    let session = sharing();
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::AuditNotWritten { session: id }], 3);
    assert!(matches!(&session.state, State::InTrouble(trouble) if trouble.trouble == Trouble::AuditNotWritten));
    assert!(matches!(effects.as_slice(), [Effect::CloseCamera]), "nothing is recorded that would fail again");
    let (session, effects) = walk(session, vec![Event::AuditNotWritten { session: id }], 4);
    assert!(effects.is_empty());
    let (session, _) = walk(session, vec![Event::Tick], 3 + 45);
    assert_eq!(session.state.word(), "idle");
    let (_, effects) = walk(session, vec![Event::AuditNotWritten { session: id }], 60);
    assert!(effects.is_empty());
}

#[test]
fn a_camera_that_was_left_open_begins_no_visit() {
    let session = walk(idle(), vec![Event::StartTouched], 0).0;
    let saw = Event::CameraSaw { session: session.id, text: Sensitive::from("https://example.org") };
    let (session, effects) = walk(session, vec![Event::CancelTouched, saw], 1);
    assert_eq!(session.state.word(), "idle");
    assert!(effects.is_empty());
}

#[test]
fn the_camera_closes_even_when_nothing_can_be_recorded() {
    let (_, effects) = walk(walk(idle(), vec![Event::StartTouched], 0).0, vec![Event::CancelTouched], 1);
    assert!(matches!(effects.as_slice(), [Effect::CloseCamera, Effect::Record(_)]));
}

#[test]
fn a_passcode_link_is_not_fetched() {
    let link = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";
    let events = vec![Event::StartTouched, Event::CodeSeen(Sensitive::from(link))];
    let (session, effects) = walk(idle(), events, 0);
    assert_eq!(session.state.word(), "asking-passcode");
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::ResolveShare { .. })));
}

#[test]
fn nothing_reaches_staff_without_consent() {
    let (declined, _) = walk(sharing(), vec![Event::SharingDeclined], 3);
    assert_eq!(declined.state.word(), "declined");
    let id = sharing().id;
    let staff = Staff { id: "mw".into(), name: "Mara".into() };
    let (session, _) = walk(sharing(), vec![Event::StaffSignedIn { session: id, staff }], 3);
    assert_eq!(session.state.word(), "sharing");
}

#[test]
fn the_last_digit_sends_the_pin_and_a_wrong_one_is_forgotten() {
    let session = walk(sharing(), vec![Event::SharingAgreed], 3).0;
    let digits = (0..AwaitingStaff::PIN_DIGITS).map(|_| Event::PinDigit(7)).collect();
    let (session, effects) = walk(session, digits, 4);
    assert!(matches!(effects.as_slice(), [Effect::CheckPin { .. }]));
    let id = session.id;
    let refused = Event::StaffRefused { session: id, refusal: super::super::PinRefusal::Wrong };
    let (session, _) = walk(session, vec![refused], 5);
    let State::AwaitingStaff(awaiting) = session.state else { panic!("still awaiting") };
    assert_eq!(awaiting.pin.reveal(), "");
}

#[test]
fn what_is_not_decided_is_not_filed() {
    let (session, effects) = walk(reviewing(), vec![Event::IntakeConfirmed], 5);
    assert_eq!(session.state.word(), "reviewing");
    assert!(effects.is_empty());
}

#[test]
fn only_what_was_ticked_is_stored() {
    let (_, effects) = confirmed();
    let [Effect::StoreSubmission { confirmed, .. }] = effects.as_slice() else { panic!("one effect") };
    assert_eq!((confirmed.items.len(), confirmed.left), (1, 1));
}

#[test]
fn no_ticket_before_the_check_in_is_on_disk() {
    let session = confirmed().0;
    let answer = Event::SubmissionAnswered { submission: submission(&session), outcome: FilingOutcome::Accepted };
    let (session, effects) = walk(session, vec![answer, Event::Tick], 6);
    assert_eq!(session.state.word(), "filing");
    assert!(effects.is_empty());
}

#[test]
fn a_slow_ehr_ends_in_a_queued_ticket() {
    let session = confirmed().0;
    let id = session.id;
    let stored = Event::SubmissionStored { session: id, number: QueueNumber(3) };
    let session = walk(session, vec![stored], 5).0;
    let (session, _) = walk(session, vec![Event::Tick], 5 + 8);
    let State::Complete(complete) = session.state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Queued);
}

#[test]
fn a_full_disk_is_said_and_nothing_is_promised() {
    let session = confirmed().0;
    let id = session.id;
    let (session, effects) = walk(session, vec![Event::SubmissionNotStored { session: id }], 6);
    let State::InTrouble(trouble) = session.state else { panic!("in trouble") };
    assert_eq!(trouble.trouble, Trouble::NotStored);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::PrintTicket { .. })));
}

#[test]
fn every_state_ends_by_itself() {
    let in_trouble = || {
        let session = resolving();
        let id = session.id;
        walk(session, vec![Event::ShareResolved { session: id, outcome: Err(Trouble::LinkGone) }], 2).0
    };
    let scanning = || walk(idle(), vec![Event::StartTouched], 0).0;
    let awaiting = || walk(sharing(), vec![Event::SharingAgreed], 3).0;
    let filing = || confirmed().0;
    let begin: [&dyn Fn() -> Session; 7] =
        [&scanning, &resolving, &sharing, &awaiting, &reviewing, &filing, &in_trouble];
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
    let events = vec![Event::StartTouched, Event::LanguageChosen(Language::Spanish), Event::CancelTouched];
    assert_eq!(walk(idle(), events, 0).0.language, Language::English);
}
