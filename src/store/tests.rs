//! Real files, real damage.

use super::*;
use crate::delivery::{Filed, Receipt, WaitReason};
use crate::fhir::RecordType;
use crate::filing::{Create, Expected, FilingPlan, PatientKey, RepeatSafety, Step, SubmissionId, Transaction};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use crate::session_id::SessionId;
use crate::ticket::QueueNumber;
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

const MARKER: &str = "Zzyzx-Delgado-canary";
const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

pub(super) fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + millis)
}

pub(super) fn open(folder: &TempDir) -> Opened {
    Store::open(folder.path(), SealingKey::from_text(KEY).expect("a key"), at(0)).expect("a store")
}

pub(super) fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

pub(super) fn a_plan(number: u8) -> FilingPlan {
    let expected = vec![Expected { items: vec![ItemId(1)], kind: RecordType::Condition, name: "n".into() }];
    let bundle = Sensitive::new(json!({"entry": [{"resource": {"code": {"text": MARKER}}}]}));
    FilingPlan {
        submission: SubmissionId::parse(&format!("{number:032x}")).expect("an id"),
        chart: "Patient/7".into(),
        steps: vec![Step::Transaction(Transaction { bundle, expected })],
        notes: Vec::new(),
        new_patient: None,
    }
}

/// A plan whose one step must not be sent twice.
pub(super) fn a_risky_plan(number: u8) -> FilingPlan {
    let resource = Sensitive::new(json!({"resourceType": "Condition", "code": {"text": MARKER}}));
    let expected = Expected { items: vec![ItemId(1)], kind: RecordType::Condition, name: format!("{number}") };
    let create = Create {
        resource,
        urn: format!("urn:uuid:{number}"),
        expected,
        again: RepeatSafety::Never,
        duplicate_codes: Vec::new(),
    };
    FilingPlan { steps: vec![Step::Create(create)], ..a_plan(number) }
}

/// A patient of their own for each plan.
pub(super) fn somebody(plan: &FilingPlan) -> Subject {
    Subject::new(PatientKey::from_chart(plan.submission.as_str(), None), vec![[1; 32]])
}

pub(super) fn enqueue(store: &mut Store, plan: &FilingPlan) -> QueueNumber {
    store.outbox().enqueue(plan, &somebody(plan), confirmed(), "2026-11-22", at(0)).expect("queued")
}

pub(super) fn claim(store: &mut Store, now: Timestamp) -> Option<Due> {
    store.outbox().save_and_claim(None, true, now).expect("the store").due
}

pub(super) fn settle(store: &mut Store, due: &Due, ending: Ending, now: Timestamp) -> Option<Settled> {
    let ended = Ended { lease: due.lease.clone(), progress: due.progress.clone(), ending };
    store.outbox().save_and_claim(Some(&ended), false, now).expect("the store").settled
}

/// A person looked for what is in doubt.
pub(super) fn send_again(store: &mut Store, id: &SubmissionId, now: Timestamp) -> Result<(), StoreError> {
    let doubt = store.outbox().shown(id)?.and_then(|shown| shown.doubt).ok_or(StoreError::NotThere)?;
    store.outbox().send_again(id, &doubt, event(AuditKind::CheckInResent).by("f.ortiz"), now)
}

pub(super) fn later(until: Timestamp) -> Ending {
    Ending::Later { reason: WaitReason::EhrNotThere, until, blames_content: false }
}

pub(super) fn confirmed() -> AuditEvent {
    AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(7)).by("f.ortiz").count(1)
}

pub(super) fn event(kind: AuditKind) -> AuditEvent {
    AuditEvent::between_visits(kind)
}

pub(super) fn receipt_of(plan: &FilingPlan) -> Receipt {
    let filed = vec![Filed {
        items: vec![ItemId(1)],
        location: "Condition/7".into(),
        created: true,
        is_altered: false,
        version: None,
    }];
    Receipt { chart: Some(plan.chart.clone()), filed, ..Receipt::of_nothing(plan.submission.clone()) }
}

#[test]
fn a_check_in_survives_the_program() {
    let folder = folder();
    let plan = a_plan(1);
    assert_eq!(enqueue(&mut open(&folder).store, &plan), QueueNumber(1));
    let mut store = open(&folder).store;
    let due = claim(&mut store, at(1)).expect("one is due");
    assert_eq!((due.progress.plan(), due.tries), (Some(&plan), 1));
    assert_eq!(store.audit().verify().expect("the store"), Ok(1));
}

#[test]
fn the_same_check_in_twice_is_one_row_one_number_and_one_audit_row() {
    let folder = folder();
    let mut store = open(&folder).store;
    for _ in 0..2 {
        assert_eq!(enqueue(&mut store, &a_plan(1)), QueueNumber(1));
    }
    assert_eq!(store.outbox().list().expect("a list").len(), 1);
    assert_eq!(store.audit().list().expect("a list").len(), 1);
}

#[test]
fn numbers_begin_anew_each_day() {
    let folder = folder();
    let mut store = open(&folder).store;
    let mut number = |plan: u8, day| {
        let plan = a_plan(plan);
        store.outbox().enqueue(&plan, &somebody(&plan), confirmed(), day, at(0)).expect("queued").0
    };
    assert_eq!([number(1, "2026-11-22"), number(2, "2026-11-22"), number(3, "2026-11-23")], [1, 2, 1]);
}

#[test]
fn the_oldest_goes_first_and_one_that_waits_stops_nobody() {
    let folder = folder();
    let mut store = open(&folder).store;
    for number in 1..=3 {
        enqueue(&mut store, &a_plan(number));
    }
    let first = claim(&mut store, at(1)).expect("due");
    assert_eq!(first.progress.plan(), Some(&a_plan(1)));
    assert_eq!(settle(&mut store, &first, later(at(60_000)), at(2)), Some(Settled::Queued));
    assert_eq!(claim(&mut store, at(3)).expect("due").progress.plan(), Some(&a_plan(2)));
    assert_eq!(claim(&mut store, at(3)).expect("due").progress.plan(), Some(&a_plan(3)));
    assert!(claim(&mut store, at(59_999)).is_none());
    let entry = store.outbox().show(&first.lease.submission).expect("the store").0;
    assert_eq!((entry.next_attempt_at, entry.reason), (at(60_000), Some(WaitReason::EhrNotThere)));
    assert_eq!(claim(&mut store, at(60_000)).expect("due").tries, 2);
    assert_eq!(store.outbox().waiting().expect("the store"), (3, 0));
}

#[test]
fn what_was_on_its_way_at_a_crash_is_sent_again() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    claim(&mut store, at(1)).expect("due");
    drop(store);
    let mut opened = open(&folder);
    assert_eq!((opened.recovered, opened.rolled_back), (1, None));
    assert_eq!(claim(&mut opened.store, at(2)).expect("due").tries, 2);
}

#[test]
fn after_acceptance_only_the_receipt_is_kept() {
    let folder = folder();
    let mut store = open(&folder).store;
    let plan = a_plan(1);
    enqueue(&mut store, &plan);
    let due = claim(&mut store, at(1)).expect("due");
    assert_eq!(settle(&mut store, &due, Ending::Accepted(receipt_of(&plan)), at(2)), Some(Settled::Accepted));
    let (entry, content) = store.outbox().show(&plan.submission).expect("an entry");
    assert_eq!(entry.state, OutboxState::Accepted);
    assert!(matches!(content, Content::Receipt(receipt) if receipt == receipt_of(&plan)));
    assert_eq!(store.outbox().waiting().expect("the store"), (0, 0));
    let last = store.audit().list().expect("a list").pop().expect("a record");
    assert_eq!(last.submission.as_deref(), Some(plan.submission.as_str()));
}

#[test]
fn a_refused_check_in_waits_for_a_person_who_may_send_it_again() {
    let folder = folder();
    let mut store = open(&folder).store;
    let plan = a_plan(1);
    enqueue(&mut store, &plan);
    let due = claim(&mut store, at(1)).expect("due");
    assert_eq!(settle(&mut store, &due, Ending::Person(WaitReason::EhrConflict), at(2)), Some(Settled::NeedsPerson));
    assert!(claim(&mut store, at(3)).is_none());
    assert_eq!(store.outbox().waiting().expect("the store"), (0, 1));
    assert_eq!(store.outbox().list().expect("a list")[0].reason, Some(WaitReason::EhrConflict));
    send_again(&mut store, &plan.submission, at(4)).expect("again");
    assert_eq!(claim(&mut store, at(5)).expect("due").progress.plan(), Some(&plan));
}

#[test]
fn a_changed_row_is_parked_and_the_next_one_goes() {
    let folder = folder();
    let mut store = open(&folder).store;
    for number in 1..=3 {
        enqueue(&mut store, &a_plan(number));
    }
    drop(store);
    let raw = Connection::open(folder.path().join(FILE)).expect("sqlite");
    let sealed: Vec<u8> =
        raw.query_row("SELECT sealed FROM outbox WHERE number = 1", [], |row| row.get(0)).expect("a row");
    let mut changed = sealed.clone();
    changed[40] ^= 1;
    raw.execute("UPDATE outbox SET sealed = ?1 WHERE number = 1", [changed]).expect("changed");
    raw.execute("UPDATE outbox SET sealed = ?1 WHERE number = 2", [sealed]).expect("swapped");
    drop(raw);
    let mut store = open(&folder).store;
    assert_eq!(claim(&mut store, at(1)).expect("due").progress.plan(), Some(&a_plan(3)));
    let reasons: Vec<_> = store.outbox().list().expect("a list").into_iter().map(|entry| entry.reason).collect();
    assert_eq!(reasons, [Some(WaitReason::RowChanged), Some(WaitReason::RowChanged), None]);
    assert!(matches!(store.outbox().show(&a_plan(1).submission), Err(StoreError::RowChanged)));
}

#[test]
fn another_key_is_told_and_nothing_is_touched() {
    let folder = folder();
    enqueue(&mut open(&folder).store, &a_plan(1));
    let other = || SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key");
    assert!(matches!(Store::open(folder.path(), other(), at(1)).err(), Some(StoreError::WrongKey)));
    assert!(matches!(Store::open_beside(folder.path(), other()).err(), Some(StoreError::WrongKey)));
    assert_eq!(open(&folder).store.outbox().list().expect("a list").len(), 1);
}

#[test]
fn a_damaged_file_is_moved_aside_and_reported() {
    let folder = folder();
    enqueue(&mut open(&folder).store, &a_plan(1));
    let path = folder.path().join(FILE);
    let garbage = vec![0x5A; 8192];
    fs::write(&path, &garbage).expect("written");
    let mut opened = open(&folder);
    let aside = opened.damaged.expect("moved aside");
    assert_eq!(aside, folder.path().join("kiosk.sqlite.damaged-1790000000"));
    assert_eq!(fs::read(aside).expect("kept"), garbage);
    assert!(opened.store.outbox().list().expect("a list").is_empty());
    assert_eq!(opened.store.audit().list().expect("a list")[0].kind, "store-damaged");
    drop(opened.store);
    fs::write(&path, &garbage).expect("written");
    assert_eq!(open(&folder).damaged, Some(folder.path().join("kiosk.sqlite.damaged-1790000001")));
}

#[test]
fn nothing_of_the_patient_is_readable_in_the_files() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let mut read = 0;
    for file in fs::read_dir(folder.path()).expect("a folder") {
        let bytes = fs::read(file.expect("a file").path()).expect("readable");
        read += bytes.len();
        for marker in [MARKER.as_bytes(), b"Condition"] {
            assert!(!bytes.windows(marker.len()).any(|window| window == marker));
        }
    }
    assert!(read > 4096, "the files were read while the write-ahead log was there");
}

#[test]
fn one_process_owns_the_folder_and_another_may_look() {
    let folder = folder();
    let mut owner = open(&folder).store;
    enqueue(&mut owner, &a_plan(1));
    claim(&mut owner, at(1)).expect("due");
    let key = || SealingKey::from_text(KEY).expect("a key");
    assert!(matches!(Store::open(folder.path(), key(), at(1)).err(), Some(StoreError::InUse)));
    let mut beside = Store::open_beside(folder.path(), key()).expect("a look");
    assert_eq!(beside.outbox().list().expect("a list")[0].state, OutboxState::Sending);
}

#[test]
fn the_audit_log_takes_no_edits_and_shows_those_made_around_it() {
    let folder = folder();
    let mut store = open(&folder).store;
    for _ in 0..3 {
        store.audit().append(&confirmed(), at(0)).expect("written");
    }
    assert!(store.database.connection.execute("DELETE FROM audit WHERE seq = 2", []).is_err());
    assert!(store.database.connection.execute("UPDATE audit SET staff = 'x' WHERE seq = 2", []).is_err());
    store
        .database
        .connection
        .execute_batch("DROP TRIGGER audit_keeps_content; UPDATE audit SET staff = 'x' WHERE seq = 2")
        .expect("forced");
    let broken = store.audit().verify().expect("the store").expect_err("broken");
    assert_eq!(broken.seq, 2);
}

#[test]
fn wrong_pins_are_counted_over_a_restart() {
    let folder = folder();
    let mut store = open(&folder).store;
    for tries in 1..=4 {
        let standing = store.pin_attempts().record_wrong(at(0)).expect("counted");
        assert_eq!(standing, PinStanding::Open { wrong_tries: tries });
    }
    drop(store);
    let mut store = open(&folder).store;
    let locked = PinStanding::Locked { until: at(60_000) };
    assert_eq!(store.pin_attempts().record_wrong(at(0)).expect("counted"), locked);
    assert_eq!(store.pin_attempts().standing(at(59_999)).expect("the store"), locked);
    assert_eq!(store.pin_attempts().standing(at(60_000)).expect("the store"), PinStanding::Open { wrong_tries: 5 });
    store.pin_attempts().record_right().expect("forgotten");
    assert_eq!(store.pin_attempts().standing(at(0)).expect("the store"), PinStanding::Open { wrong_tries: 0 });
}

#[test]
fn a_database_of_a_later_version_is_left_alone() {
    let folder = folder();
    drop(open(&folder));
    Connection::open(folder.path().join(FILE)).expect("sqlite").pragma_update(None, "user_version", 99).expect("set");
    let key = SealingKey::from_text(KEY).expect("a key");
    assert!(matches!(Store::open(folder.path(), key, at(0)).err(), Some(StoreError::Migration(_))));
}

#[test]
fn an_issuers_document_survives_the_program_and_a_newer_one_replaces_it() {
    let folder = folder();
    let url = "https://issuer.example.org/.well-known/jwks.json";
    let mut store = open(&folder).store;
    assert_eq!(store.issuer_cache().find(url).expect("the store"), None);
    store.issuer_cache().keep(url, b"old", at(1)).expect("kept");
    store.issuer_cache().keep(url, b"new", at(2)).expect("kept");
    drop(store);
    let kept = open(&folder).store.issuer_cache().find(url).expect("the store");
    assert_eq!(kept, Some(CachedDocument { body: b"new".to_vec(), fetched_at: at(2) }));
}

#[test]
fn issuers_documents_stay_few_and_small() {
    let folder = folder();
    let mut store = open(&folder).store;
    let url = |number: i64| format!("https://issuer-{number}.example.org/jwks.json");
    for number in 0..310 {
        store.issuer_cache().keep(&url(number), b"{}", at(number)).expect("kept");
    }
    store.issuer_cache().keep(&url(400), &vec![0; 5_000_001], at(400)).expect("left out");
    let kept: Vec<bool> =
        [0, 9, 10, 309, 400].map(|number| store.issuer_cache().find(&url(number)).expect("the store").is_some()).into();
    assert_eq!(kept, [false, false, true, true, false], "the oldest and the largest go");
}
