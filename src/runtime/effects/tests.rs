//! The runner by itself: queues without workers, a real store.

use super::*;
use crate::audit::AuditKind;
use crate::config::{CameraSource, KioskConfig};
use crate::delivery::FilingOutcome;
use crate::fhir::{Bundle, Resource};
use crate::intake::{Intake, SharedDocument, Source, SourceKind};
use crate::reconciliation::{PatientChoice, Reconciliation, Staff};
use crate::resolve::{Arrival, ShareFacts};
use crate::runtime::destination::{Destination, SharedSite};
use crate::runtime::setup::async_runtime;
use crate::session::{Event, WhereItWaits};
use crate::store::{SealingKey, Store};
use crate::ticket::QueueNumber;
use crate::time::{Day, Timestamp};
use std::sync::Mutex;
use std::sync::mpsc::sync_channel;
use tempfile::TempDir;

const DAY: Day = Day::constant(2026, 11, 30);
const SESSION: SessionId = SessionId(1);

struct Bench {
    runner: EffectRunner,
    events: Receiver<Event>,
    _folder: TempDir,
    _async_runtime: tokio::runtime::Runtime,
}

/// A runner whose workers are all gone.
fn bench() -> Bench {
    let folder = tempfile::tempdir().expect("a folder");
    let key = SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key");
    let store = Arc::new(Mutex::new(Store::open(folder.path(), key, now()).expect("a store").store));
    let async_runtime = async_runtime().expect("a runtime");
    let (events_in, events) = sync_channel(8);
    let sender = EventSender::new(events_in, Arc::new(|| {}));
    let health = SharedHealth::default();
    let config = KioskConfig { folder: folder.path().join("check-ins"), ..KioskConfig::default() };
    let destination = Arc::new(Destination::new(&config, None));
    let worker = OutboxWorker::new(
        Arc::clone(&store),
        destination,
        async_runtime.handle().clone(),
        sender.clone(),
        health.clone(),
    );
    let runner = EffectRunner {
        store,
        clinic: "Lakeside".into(),
        site: SharedSite::new(&config).expect("a profile"),
        store_within: Duration::from_secs(16),
        shares: sync_channel(1).0,
        pins: sync_channel(1).0,
        desk: sync_channel(1).0,
        outbox: Arc::new(worker),
        camera: Arc::new(CameraWatch::new(CameraSource::None, sender.clone(), health.clone())),
        folder: Folder::new(folder.path().join("check-ins")),
        tickets: None,
        events: sender,
        health,
    };
    Bench { runner, events, _folder: folder, _async_runtime: async_runtime }
}

fn confirmed(at: Timestamp) -> ConfirmedIntake {
    let bundle = br#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:p",
        "resource":{"resourceType":"Patient","birthDate":"1980-02-03","name":[{"family":"Delgado"}]}}]}"#;
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
    let bundle = Bundle::read(bundle).expect("a bundle");
    let document = SharedDocument::unproven(bundle, source);
    let mut form = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    form.set_chart(ChartSearch::NoEhr);
    form.touch(PatientChoice::New);
    let items: Vec<_> = form.intake().items.iter().map(|item| item.id).collect();
    items.into_iter().for_each(|item| form.toggle(item));
    form.confirm(Staff { id: "f.ortiz".into(), name: "Fay Ortiz".into() }, at).expect("confirmed")
}

fn stored(runner: &EffectRunner) -> usize {
    lock(&runner.store).outbox().list().expect("a list").len()
}

#[test]
fn a_check_in_that_comes_too_late_is_not_stored_after_staff_read_that_nothing_was() {
    let Bench { runner, events, .. } = bench();
    let audit = || AuditEvent::new(AuditKind::CheckInConfirmed, SESSION);
    let store = |at| {
        let confirmed = Box::new(confirmed(at));
        runner.run_batch(
            vec![Effect::Ask(SESSION, Question::StoreSubmission { confirmed, kept: None, audit: audit() })],
            &mut None,
        );
        (events.try_recv().expect("an answer"), stored(&runner))
    };
    let late = Timestamp::from_unix_millis(now().unix_millis() - 17_000);
    assert!(matches!(store(late), (Event::Answer(SESSION, Answer::SubmissionNotStored), 0)));
    assert!(matches!(store(now()), (Event::Answer(SESSION, Answer::SubmissionStored(_)), 1)));
}

#[test]
fn after_a_record_that_could_not_be_written_nothing_of_the_visit_is_stored() {
    let Bench { runner, events, .. } = bench();
    let store = |unrecorded: &mut Option<SessionId>| {
        let (confirmed, audit) = (Box::new(confirmed(now())), AuditEvent::new(AuditKind::CheckInConfirmed, SESSION));
        runner.run_batch(
            vec![Effect::Ask(SESSION, Question::StoreSubmission { confirmed, kept: None, audit })],
            unrecorded,
        );
        (events.try_recv().expect("an answer"), stored(&runner))
    };
    assert!(matches!(store(&mut Some(SESSION)), (Event::Answer(SESSION, Answer::SubmissionNotStored), 0)));
    assert!(matches!(store(&mut Some(SessionId(2))), (Event::Answer(SESSION, Answer::SubmissionStored(_)), 1)));
}

#[test]
fn a_pin_that_nobody_checks_can_be_typed_again() {
    let Bench { runner, events, .. } = bench();
    runner.run_batch(vec![Effect::Ask(SESSION, Question::CheckPin("123456".into()))], &mut None);
    let answer = events.try_recv();
    assert!(matches!(answer, Ok(Event::Answer(SESSION, Answer::StaffRefused(PinRefusal::Busy)))));
}

#[test]
fn a_search_that_nobody_makes_is_one_without_an_answer() {
    let Bench { runner, events, .. } = bench();
    let patient = Resource::from_json(serde_json::json!({"resourceType": "Patient"})).expect("a patient");
    let form = Arc::new(a_form());
    runner.run_batch(
        vec![Effect::Ask(
            SESSION,
            Question::Review(ReviewId(3), ReviewQuestion::SearchChart { patient, day: DAY, form }),
        )],
        &mut None,
    );
    let answer = events.try_recv();
    let Ok(Event::Answer(SESSION, Answer::Review(ReviewId(3), ReviewAnswer::ChartSearched(search)))) = answer else {
        panic!("{answer:?}")
    };
    assert!(matches!(search, ChartSearch::Unavailable));
}

fn a_form() -> Intake {
    let bundle = Bundle::read(
        br#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:p",
        "resource":{"resourceType":"Patient","birthDate":"1980-02-03","name":[{"family":"Delgado"}]}}]}"#,
    );
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    Intake::from_documents(vec![document], DAY).expect("a form")
}

fn to_keep(at: Timestamp) -> Effect {
    let intake = a_form();
    let attestation = crate::trust::AppAttestation::Absent;
    let facts = ShareFacts { conformance: None, attestation, refused: Vec::new(), last_updated: None };
    let staff = Staff { id: "f.ortiz".into(), name: "Fay Ortiz".into() };
    let submission = SubmissionId::new(SESSION, &staff, &intake.sources, at);
    let audit = AuditEvent::new(AuditKind::CheckInKept, SESSION);
    let arrival = Box::new(Arrival { intake, facts });
    Effect::Ask(SESSION, Question::KeepCheckIn { arrival, submission, staff, at, audit })
}

#[test]
fn a_form_that_comes_too_late_is_not_kept_and_one_that_is_kept_opens_with_whose_it_is() {
    let Bench { runner, events, .. } = bench();
    let answer = |effect: Effect| {
        runner.run_batch(vec![effect], &mut None);
        events.try_recv().expect("an answer")
    };
    let late = Timestamp::from_unix_millis(now().unix_millis() - 17_000);
    assert!(matches!(answer(to_keep(late)), Event::Answer(SESSION, Answer::CheckInNotKept)));
    assert!(matches!(answer(to_keep(now())), Event::Answer(SESSION, Answer::CheckInKept(QueueNumber(1)))));
    let Event::Answer(_, Answer::QueueListed(list)) = answer(Effect::Ask(SESSION, Question::ListQueue)) else {
        panic!("a list")
    };
    let submission = list.kept[0].submission.clone();
    let show = Question::ShowCheckIn(submission.clone(), WhereItWaits::Kept);
    let Event::Answer(_, Answer::CheckInShown(Some(shown))) = answer(Effect::Ask(SESSION, show)) else {
        panic!("whose it is")
    };
    assert_eq!(shown.label.expect("a label").name.reveal(), "Delgado");
    let audit = AuditEvent::new(AuditKind::KeptCheckInOpened, SESSION);
    let Event::Answer(_, Answer::KeptOpened(Some(opened))) =
        answer(Effect::Ask(SESSION, Question::OpenKept { submission: submission.clone(), audit }))
    else {
        panic!("the form")
    };
    assert_eq!((opened.arrival.intake.items.len(), &opened.lease.submission), (1, &submission));
}

fn a_ticket() -> Effect {
    let ticket = Ticket { number: QueueNumber(7), outcome: FilingOutcome::Accepted, items: 1, at: now() };
    Effect::PrintTicket { ticket, language: Language::English }
}

fn audited(runner: &EffectRunner) -> Vec<String> {
    lock(&runner.store).audit().list().expect("a list").into_iter().map(|record| record.kind).collect()
}

#[test]
fn without_a_printer_no_ticket_is_said_to_be_printed() {
    let Bench { runner, .. } = bench();
    runner.run_batch(vec![a_ticket()], &mut None);
    assert!(audited(&runner).is_empty());
}

#[test]
fn a_printer_that_is_busy_for_ever_holds_up_nobody() {
    let Bench { mut runner, .. } = bench();
    let (tickets, _never_read) = sync_channel(1);
    runner.tickets = Some(tickets);
    runner.run_batch(vec![a_ticket()], &mut None);
    assert!(audited(&runner).is_empty(), "it waits to be printed");
    runner.run_batch(vec![a_ticket()], &mut None);
    assert_eq!(audited(&runner), ["ticket-not-printed"]);
}
