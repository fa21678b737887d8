//! Check-ins without a chart, in a real database.

use super::super::tests::{a_plan, at, claim, enqueue, folder, open as opened, settle, somebody};
use super::*;
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::Receipt;
use crate::filing::LabelledChart;
use crate::session_id::SessionId;
use crate::store::{Ending, SealingKey};

const DAY: &str = "2026-11-22";

fn id(number: u8) -> SubmissionId {
    SubmissionId::parse(&format!("{number:032x}")).expect("an id")
}

fn event(kind: AuditKind) -> AuditEvent {
    AuditEvent::new(kind, SessionId(7)).by("f.ortiz")
}

fn label(name: &str) -> CheckInLabel {
    let (birth_date, chart) = (Some("1980-02-03".into()), LabelledChart::NotChosen);
    CheckInLabel { name: name.into(), birth_date, chart, items: Vec::new() }
}

fn keep(store: &mut Store, number: u8) -> Result<QueueNumber, StoreError> {
    let (submission, form, label) = (id(number), Sensitive::new(vec![number; 5000]), label("Zzyzx Delgado"));
    let kept = ToKeep { submission: &submission, form: &form, label: &label, staff: "f.ortiz" };
    store.kept().keep(&kept, event(AuditKind::CheckInKept), DAY, at(0))
}

fn open(store: &mut Store, number: u8, now: i64) -> Result<KeptLease, StoreError> {
    let opened = store.kept().open(&id(number), event(AuditKind::KeptCheckInOpened), at(now));
    opened.map(|(form, lease)| {
        assert_eq!(form.reveal(), &vec![number; 5000]);
        lease
    })
}

fn confirm(store: &mut Store, number: u8, lease: &KeptLease) -> Result<QueueNumber, StoreError> {
    let plan = a_plan(number);
    store.outbox().enqueue_kept(&plan, &somebody(&plan), event(AuditKind::CheckInConfirmed), lease, at(9))
}

fn audited(store: &mut Store) -> Vec<String> {
    store.audit().list().expect("a list").into_iter().map(|record| record.kind).collect()
}

fn counts(store: &mut Store) -> (usize, usize) {
    (store.kept().count().expect("a count"), store.outbox().list().expect("a list").len())
}

#[test]
fn a_kept_check_in_is_sealed_has_a_number_and_is_what_it_was() {
    let folder = folder();
    let mut store = opened(&folder).store;
    assert_eq!(keep(&mut store, 1).expect("kept"), QueueNumber(1));
    assert_eq!(keep(&mut store, 1).expect("there already"), QueueNumber(1));
    assert_eq!(keep(&mut store, 2).expect("kept"), QueueNumber(2));
    assert_eq!(counts(&mut store), (2, 0));
    drop(store);
    let bytes = std::fs::read(folder.path().join("kiosk.sqlite")).expect("the file");
    assert!(!bytes.windows(5).any(|window| window == b"Zzyzx") && !bytes.windows(16).any(|window| window == [1; 16]));

    let mut store = opened(&folder).store;
    let list = store.kept().list().expect("a list");
    assert_eq!(list.iter().map(|entry| entry.number).collect::<Vec<_>>(), [QueueNumber(1), QueueNumber(2)]);
    assert!(list.iter().all(|entry| (entry.kept_by.as_str(), entry.kept_at) == ("f.ortiz", at(0))));
    assert_eq!(store.kept().show(&id(1)).expect("shown").1, label("Zzyzx Delgado"));
    open(&mut store, 1, 1).expect("opened");
    assert_eq!(audited(&mut store), ["check-in-kept", "check-in-kept", "kept-check-in-opened"]);
}

#[test]
fn confirming_takes_it_out_in_one_transaction_and_it_keeps_its_number() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    keep(&mut store, 2).expect("kept");
    assert_eq!(enqueue(&mut store, &a_plan(9)), QueueNumber(3), "one queue for both");
    let lease = open(&mut store, 2, 1).expect("opened");
    assert_eq!(confirm(&mut store, 2, &lease).expect("queued"), QueueNumber(2));
    assert_eq!(counts(&mut store), (1, 2));
    assert!(matches!(confirm(&mut store, 2, &lease), Err(StoreError::NotThere)), "it is filed once");
    assert!(matches!(open(&mut store, 2, 2), Err(StoreError::NotThere)));
    assert_eq!(counts(&mut store), (1, 2));
    assert_eq!(store.outbox().waiting().expect("counts"), (2, 0));
}

#[test]
fn whose_a_confirmed_one_is_can_be_shown_until_the_ehr_has_it() {
    let folder = folder();
    let mut store = opened(&folder).store;
    let chart = LabelledChart::Existing { id: "7".into(), identifiers: vec!["M-7".into()] };
    let label = CheckInLabel { chart, ..label("Zzyzx Delgado") };
    let plan = a_plan(1);
    let subject = somebody(&plan).labelled(label.clone());
    store.outbox().enqueue(&plan, &subject, event(AuditKind::CheckInConfirmed), DAY, at(0)).expect("queued");
    let shown = store.outbox().shown(&id(1)).expect("the store").expect("it waits");
    assert_eq!((shown.label, shown.chart.expect("a chart").reveal().as_str()), (Some(label), "Patient/7"));

    let due = claim(&mut store, at(1)).expect("due");
    let receipt = Receipt::of_nothing(id(1));
    settle(&mut store, &due, Ending::Accepted(receipt), at(2));
    assert!(store.outbox().shown(&id(1)).expect("the store").is_none());
    let kept = "SELECT COUNT(*) FROM outbox WHERE label IS NOT NULL";
    assert_eq!(store.database.connection.query_row(kept, [], |row| row.get::<_, i64>(0)).expect("a count"), 0);
}

#[test]
fn of_two_who_opened_one_only_the_last_confirms_it() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    let first = open(&mut store, 1, 1).expect("opened");
    let second = open(&mut store, 1, 2).expect("opened again by the same desk");
    assert!(matches!(confirm(&mut store, 1, &first), Err(StoreError::NotThere)));
    assert_eq!(counts(&mut store), (1, 0), "and nothing was written");
    assert!(!audited(&mut store).contains(&"check-in-confirmed".to_owned()));
    confirm(&mut store, 1, &second).expect("queued");
    assert_eq!(counts(&mut store), (0, 1));
}

#[test]
fn another_desk_waits_until_the_lease_ends_and_then_the_first_confirms_nothing() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    let mine = open(&mut store, 1, 0).expect("opened");
    let key = SealingKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").expect("a key");
    let mut beside = Store::open_beside(folder.path(), key).expect("a store");
    assert!(matches!(open(&mut beside, 1, 1), Err(StoreError::Held)));
    let discard =
        |store: &mut Store, now| store.kept().discard(&id(1), event(AuditKind::KeptCheckInDiscarded), at(now));
    assert!(matches!(discard(&mut beside, 1), Err(StoreError::Held)));
    let theirs = open(&mut beside, 1, 1_800_001).expect("the lease has ended");
    assert!(matches!(confirm(&mut store, 1, &mine), Err(StoreError::NotThere)));
    confirm(&mut beside, 1, &theirs).expect("queued");
    assert_eq!(counts(&mut store), (0, 1));
}

#[test]
fn a_lease_of_another_check_in_opens_nothing() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    keep(&mut store, 2).expect("kept");
    let lease = open(&mut store, 1, 1).expect("opened");
    assert!(matches!(confirm(&mut store, 2, &lease), Err(StoreError::NotThere)));
    assert_eq!(counts(&mut store), (2, 0));
}

#[test]
fn a_discarded_check_in_is_gone_and_its_number_is_not_given_again() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    store.kept().discard(&id(1), event(AuditKind::KeptCheckInDiscarded), at(1)).expect("discarded");
    assert!(matches!(store.kept().show(&id(1)), Err(StoreError::NotThere)));
    assert_eq!(keep(&mut store, 2).expect("kept"), QueueNumber(2));
    assert_eq!(audited(&mut store), ["check-in-kept", "kept-check-in-discarded", "check-in-kept"]);
    assert!(matches!(
        store.kept().discard(&id(1), event(AuditKind::KeptCheckInDiscarded), at(1)),
        Err(StoreError::NotThere)
    ));
}

#[test]
fn a_row_that_was_changed_or_moved_does_not_open_and_leaves_no_trace_of_having_been_opened() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    keep(&mut store, 2).expect("kept");
    let swap = "UPDATE kept SET sealed_form = (SELECT sealed_form FROM kept AS other WHERE other.submission <> kept.submission)";
    store.database.connection.execute(swap, []).expect("a change");
    assert!(matches!(open(&mut store, 1, 1), Err(StoreError::RowChanged)));
    assert_eq!(audited(&mut store), ["check-in-kept", "check-in-kept"]);
    let fence = "SELECT MAX(fence) FROM kept";
    assert_eq!(store.database.connection.query_row(fence, [], |row| row.get::<_, i64>(0)).expect("a fence"), 0);
}

#[test]
fn after_a_copy_was_restored_each_says_that_it_may_be_filed() {
    let folder = folder();
    let mut store = opened(&folder).store;
    keep(&mut store, 1).expect("kept");
    drop(store);
    let copy = std::fs::read(folder.path().join("kiosk.sqlite")).expect("the file");
    let mut store = opened(&folder).store;
    let lease = open(&mut store, 1, 1).expect("opened");
    confirm(&mut store, 1, &lease).expect("queued");
    drop(store);
    for name in ["kiosk.sqlite-wal", "kiosk.sqlite-shm"] {
        let _gone = std::fs::remove_file(folder.path().join(name));
    }
    std::fs::write(folder.path().join("kiosk.sqlite"), copy).expect("restored");
    let back = opened(&folder);
    assert!(back.rolled_back.is_some());
    let mut store = back.store;
    assert_eq!(store.kept().list().expect("a list").iter().map(|entry| entry.restored).collect::<Vec<_>>(), [true]);
}
