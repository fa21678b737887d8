//! Databases that were taken back, logs that were cut, checkpoints that are gone.

use super::tests::{
    a_plan, a_risky_plan, at, claim, enqueue, event, folder, open, receipt_of, send_again, settle, somebody,
};
use super::*;
use crate::delivery::{RecordStanding, WaitReason};
use crate::filing::PatientKey;
use crate::session::Stop;
use rusqlite::Connection;
use std::path::Path;
use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = format!("{FILE}{suffix}");
        let _ = fs::remove_file(to.join(&name));
        if from.join(&name).exists() {
            fs::copy(from.join(&name), to.join(&name)).expect("a copy");
        }
    }
    let _ = fs::remove_file(to.join(format!("{FILE}-shm")));
}

/// A copy of the database and nothing else, as a backup makes it.
fn backup(folder: &TempDir) -> TempDir {
    let kept = tempfile::tempdir().expect("a folder");
    copy(folder.path(), kept.path());
    kept
}

fn states(store: &mut Store) -> Vec<(OutboxState, Option<WaitReason>)> {
    store.outbox().list().expect("a list").into_iter().map(|entry| (entry.state, entry.reason)).collect()
}

#[test]
fn of_a_restored_copy_nothing_is_sent_again_before_a_person_has_looked() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    enqueue(&mut store, &a_risky_plan(2));
    let kept = backup(&folder);
    for number in 1..=2 {
        let due = claim(&mut store, at(1)).expect("due");
        settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(number))), at(2));
    }
    drop(store);
    copy(kept.path(), folder.path());
    assert!(open_beside(&folder).is_older_than_checkpoint());

    let mut opened = open(&folder);
    assert_eq!(opened.rolled_back, Some(RolledBack { known: 4, found: 2, parked: 2 }));
    // Also of what the EHR knows again by its name: an undo since would have taken that away.
    let expected = (OutboxState::NeedsPerson, Some(WaitReason::RestoredCopy));
    assert_eq!(states(&mut opened.store), [expected, expected]);
    assert!(claim(&mut opened.store, at(3)).is_none());
    let last = opened.store.audit().list().expect("a list").pop().expect("a record");
    assert_eq!((last.kind.as_str(), last.count), ("store-rolled-back", Some(2)));
    drop(opened);
    assert_eq!(open(&folder).rolled_back, None, "it is told once");
}

#[test]
fn what_waited_for_a_person_in_a_restored_copy_was_perhaps_sent_since() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let due = claim(&mut store, at(1)).expect("due");
    settle(&mut store, &due, Ending::Person(WaitReason::EhrContentRefused), at(1));
    let kept = backup(&folder);
    send_again(&mut store, &a_plan(1).submission, at(2)).expect("mended");
    let due = claim(&mut store, at(2)).expect("due");
    settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(2));
    drop(store);
    copy(kept.path(), folder.path());
    let mut store = open(&folder).store;
    assert_eq!(states(&mut store), [(OutboxState::NeedsPerson, Some(WaitReason::RestoredCopy))]);
    let shown = store.outbox().shown(&a_plan(1).submission).expect("the store").expect("it waits");
    assert_eq!(shown.standings[0].1, RecordStanding::PerhapsThere);
}

/// Held in the copy: it stays held. Withdrawn in the copy while it was on its way: it is closed, and what may have left is told.
#[test]
fn what_people_stopped_stays_stopped_for_their_reason_in_a_restored_copy() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    enqueue(&mut store, &a_risky_plan(2));
    let held = event(AuditKind::CheckInHeld);
    store.outbox().stop(&a_plan(1).submission, Stop::Hold, held, at(1)).expect("stopped");
    claim(&mut store, at(1)).expect("the other one is due");
    let withdrawn = event(AuditKind::CheckInWithdrawn).by("f.ortiz");
    store.outbox().stop(&a_risky_plan(2).submission, Stop::Withdraw, withdrawn, at(2)).expect("stopped");
    let kept = backup(&folder);
    enqueue(&mut store, &a_plan(3));
    drop(store);
    copy(kept.path(), folder.path());
    let mut store = open(&folder).store;
    assert_eq!(states(&mut store)[0], (OutboxState::NeedsPerson, Some(WaitReason::NotTheirs)));
    let shown = store.outbox().shown(&a_plan(1).submission).expect("the store").expect("it waits");
    assert!(shown.standings.iter().all(|(_, standing)| *standing == RecordStanding::PerhapsThere), "it may have left");
    assert!(claim(&mut store, at(9_000_000)).is_none(), "it was sent");
    assert_eq!(states(&mut store)[1], (OutboxState::Accepted, Some(WaitReason::Withdrawn)));
    let receipt = store.outbox().receipt(&a_risky_plan(2).submission).expect("the store").expect("a receipt");
    assert!(receipt.withdrawn.is_some() && !receipt.in_doubt.is_empty(), "{receipt:?}");
}

#[test]
fn a_copy_from_before_a_risky_request_left_is_seen_to_be_older() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_risky_plan(1));
    let kept = backup(&folder);
    let mut due = claim(&mut store, at(1)).expect("due");
    store.outbox().record_leaving(&mut due.lease, &due.progress, at(1)).expect("written");
    drop(store);
    copy(kept.path(), folder.path());
    let mut opened = open(&folder);
    assert_eq!(opened.rolled_back.map(|back| back.parked), Some(1));
    assert!(claim(&mut opened.store, at(2)).is_none());
}

#[test]
fn a_cut_or_exchanged_tail_of_the_log_shows() {
    for forgery in [
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit WHERE seq > 1",
        "UPDATE audit SET hash = 'x' WHERE seq = 3",
    ] {
        let folder = folder();
        let mut store = open(&folder).store;
        for number in 1..=3 {
            enqueue(&mut store, &a_plan(number));
        }
        let raw = Connection::open(folder.path().join(FILE)).expect("sqlite");
        raw.execute_batch("DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_content").expect("forced");
        raw.execute(forgery, []).expect("forged");
        drop(raw);
        assert!(store.audit().verify().expect("the store").is_err(), "{forgery}");
        drop(store);
        assert!(open(&folder).rolled_back.is_some(), "{forgery}");
    }
}

#[test]
fn a_database_or_a_checkpoint_that_is_gone_shows() {
    let folder = folder();
    enqueue(&mut open(&folder).store, &a_risky_plan(1));
    fs::remove_file(folder.path().join("kiosk.checkpoint")).expect("removed");
    let opened = open(&folder);
    assert_eq!(opened.rolled_back, Some(RolledBack { known: 0, found: 1, parked: 1 }));
    drop(opened);
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.path().join(format!("{FILE}{suffix}")));
    }
    assert_eq!(open(&folder).rolled_back.map(|back| (back.found, back.parked)), Some((0, 0)));
}

#[test]
fn a_checkpoint_that_is_behind_is_no_alarm() {
    let folder = folder();
    let mut store = open(&folder).store;
    let behind = fs::read(folder.path().join("kiosk.checkpoint")).expect("bytes");
    enqueue(&mut store, &a_risky_plan(1));
    drop(store);
    fs::write(folder.path().join("kiosk.checkpoint"), behind).expect("as if the power had gone");
    assert_eq!(open(&folder).rolled_back, None);
}

#[test]
fn beside_a_restored_copy_nothing_is_changed() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let kept = backup(&folder);
    enqueue(&mut store, &a_plan(2));
    drop(store);
    copy(kept.path(), folder.path());
    let mut beside = open_beside(&folder);
    let unwritten = beside.audit().append(&event(AuditKind::CheckInShown), at(1));
    assert!(matches!(unwritten, Err(StoreError::OlderThanCheckpoint)));
    drop(beside);
    assert!(open(&folder).rolled_back.is_some(), "looking has not hidden it");
}

#[test]
fn a_source_that_was_confirmed_for_another_chart_is_known_again() {
    let folder = folder();
    let mut store = open(&folder).store;
    let plan = a_plan(1);
    let subject = Subject::new(PatientKey::from_chart("7", None), vec![[1; 32]]);
    store.outbox().enqueue(&plan, &subject, tests::confirmed(), "2026-11-22", at(0)).expect("queued");
    let mut seen = |digest, chart| store.seen_for_another_chart(&[digest], chart).expect("the store");
    assert!(!seen([1; 32], Some(("7", None))));
    assert!(seen([1; 32], Some(("8", None))));
    assert!(seen([1; 32], None), "a new patient is another chart");
    assert!(!seen([2; 32], Some(("8", None))));
    assert_ne!(somebody(&a_plan(1)).patient(store.key.names()), somebody(&a_plan(2)).patient(store.key.names()));
}

fn open_beside(folder: &TempDir) -> Store {
    let key = SealingKey::from_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").expect("a key");
    Store::open_beside(folder.path(), key).expect("a store")
}
