//! A check-in is stopped wherever it is on its way, and what was filed of one is queued to be undone.

use super::super::tests::{a_plan, at, claim, enqueue, event, folder, open, receipt_of, send_again, settle};
use super::super::{Ending, OutboxState, Settled, Store};
use super::*;
use crate::audit::AuditKind;
use crate::delivery::{Next, Receipt, UndoBy, UndoPlan, UndoStep};
use crate::fhir::RecordType;

fn withdrawn() -> AuditEvent {
    event(AuditKind::CheckInWithdrawn).by("f.ortiz")
}

fn held() -> AuditEvent {
    event(AuditKind::CheckInHeld)
}

fn state(store: &mut Store) -> (OutboxState, Option<WaitReason>) {
    let entry = store.outbox().list().expect("a list").remove(0);
    (entry.state, entry.reason)
}

fn receipt(store: &mut Store) -> Receipt {
    store.outbox().receipt(&a_plan(1).submission).expect("the store").expect("a receipt")
}

#[test]
fn one_that_was_held_waits_for_a_person_and_goes_on_when_they_send_it_again() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let id = a_plan(1).submission;
    assert_eq!(store.outbox().stop(&id, Stop::Hold, held(), at(1)).expect("stopped"), Stopped::Now);
    assert_eq!(state(&mut store), (OutboxState::NeedsPerson, Some(WaitReason::NotTheirs)));
    assert!(claim(&mut store, at(2)).is_none(), "it was sent");
    send_again(&mut store, &id, at(3)).expect("sent again");
    assert_eq!(claim(&mut store, at(4)).expect("due").progress.plan(), Some(&a_plan(1)), "nothing of it was lost");
}

/// Its sender looks before each request; what was under way is in doubt, and what was confirmed stays with the receipt.
#[test]
fn one_that_is_being_sent_ends_before_its_next_request() {
    for (stop, audit) in [(Stop::Hold, held()), (Stop::Withdraw, withdrawn())] {
        let folder = folder();
        let mut store = open(&folder).store;
        enqueue(&mut store, &a_plan(1));
        let due = claim(&mut store, at(1)).expect("due");
        assert_eq!(store.outbox().stopped(&due.lease).expect("the store"), None);
        let stopped = store.outbox().stop(&a_plan(1).submission, stop, audit, at(2)).expect("stopped");
        assert_eq!(stopped, Stopped::AfterThisRequest);
        let reason = store.outbox().stopped(&due.lease).expect("the store").expect("it is told");
        let ending = Ending::Person(reason);
        let settled = settle(&mut store, &due, ending, at(3)).expect("settled");
        match stop {
            Stop::Hold => {
                assert_eq!(settled, Settled::NeedsPerson);
                assert_eq!(state(&mut store), (OutboxState::NeedsPerson, Some(WaitReason::NotTheirs)));
            }
            Stop::Withdraw => {
                assert_eq!(settled, Settled::Accepted);
                let receipt = receipt(&mut store);
                let withdrawn = receipt.withdrawn.expect("it says so");
                assert_eq!((withdrawn.by.as_str(), withdrawn.at, *withdrawn.plan), ("f.ortiz", at(2), a_plan(1)));
            }
        }
        assert!(claim(&mut store, at(9_000_000)).is_none(), "{stop:?}: it was sent");
        assert!(store.audit().verify().expect("the log").is_ok());
    }
}

#[test]
fn what_the_ehr_took_before_the_sender_looked_is_filed_and_says_that_it_was_withdrawn() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let due = claim(&mut store, at(1)).expect("due");
    store.outbox().stop(&a_plan(1).submission, Stop::Withdraw, withdrawn(), at(2)).expect("stopped");
    settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(3));
    assert_eq!(state(&mut store), (OutboxState::Accepted, Some(WaitReason::Withdrawn)));
    assert!(receipt(&mut store).withdrawn.is_some());
}

/// The program ends between the stop and the sender's look: after the next start it is not sent, and what left is in doubt.
#[test]
fn a_stop_outlives_a_crash() {
    for (stop, audit) in [(Stop::Hold, held()), (Stop::Withdraw, withdrawn())] {
        let folder = folder();
        let mut store = open(&folder).store;
        enqueue(&mut store, &a_plan(1));
        claim(&mut store, at(1)).expect("due");
        store.outbox().stop(&a_plan(1).submission, stop, audit, at(2)).expect("stopped");
        drop(store);
        let mut store = open(&folder).store;
        assert!(claim(&mut store, at(3)).is_none(), "{stop:?}: it was sent");
        match stop {
            Stop::Hold => assert_eq!(state(&mut store), (OutboxState::NeedsPerson, Some(WaitReason::NotTheirs))),
            Stop::Withdraw => {
                let receipt = receipt(&mut store);
                assert_eq!(receipt.withdrawn.expect("it says so").by, "f.ortiz");
                assert_eq!(receipt.in_doubt.len(), 1, "what may have left is told");
            }
        }
    }
}

fn undo_of(receipt: &Receipt) -> UndoPlan {
    let step = UndoStep {
        target: "Condition/7".into(),
        kind: RecordType::Condition,
        by: UndoBy::Mark { unless_referred: Vec::new() },
        version: Some("1".into()),
    };
    UndoPlan { receipt: receipt.clone(), by: "f.ortiz".into(), steps: vec![step] }
}

#[test]
fn an_undo_is_queued_once_with_the_receipt_that_staff_saw_and_nothing_else_is_sent_in_its_place() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let due = claim(&mut store, at(1)).expect("due");
    settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(2));
    let seen = receipt(&mut store);
    let confirmed = || event(AuditKind::UndoConfirmed).by("f.ortiz").count(1);
    let other = Receipt::of_nothing(seen.submission.clone());
    let stale = store.outbox().undo(&undo_of(&seen), &other, confirmed(), at(3));
    assert!(matches!(stale, Err(StoreError::LookAgain)), "{stale:?}");
    store.outbox().undo(&undo_of(&seen), &seen, confirmed(), at(3)).expect("queued");
    let again = store.outbox().undo(&undo_of(&seen), &seen, confirmed(), at(3));
    assert!(matches!(again, Err(StoreError::LookAgain)), "{again:?}");
    assert_eq!(store.outbox().receipt(&seen.submission).expect("the store"), None, "it is on its way");
    drop(store);
    let mut store = open(&folder).store;
    let mut due = claim(&mut store, at(4)).expect("due");
    let Course::Undo(undo) = &due.progress else { panic!("{:?}", due.progress) };
    assert_eq!(undo.plan(), &undo_of(&seen));
    assert!(matches!(due.progress.what_next(), Next::Send { write_first: false, .. }));
    // Nobody withdraws an undo.
    let stopped = store.outbox().stop(&seen.submission, Stop::Withdraw, withdrawn(), at(5)).expect("told");
    assert_eq!(stopped, Stopped::Filed);
    // A row that somebody changed on disk is not sent.
    let content =
        "SELECT COUNT(*) FROM audit WHERE kind = 'undo-confirmed' AND content IS NOT NULL AND staff = 'f.ortiz'";
    let rows: i64 = store.database.connection.query_row(content, [], |row| row.get(0)).expect("a count");
    assert_eq!(rows, 1);
}

#[test]
fn a_chart_that_another_check_in_is_still_to_be_filed_into_is_not_let_go_of() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let due = claim(&mut store, at(1)).expect("due");
    settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(2));
    let seen = receipt(&mut store);
    let same = "UPDATE outbox SET patient = (SELECT patient FROM outbox ORDER BY position LIMIT 1)";
    enqueue(&mut store, &a_plan(2));
    store.database.connection.execute(same, []).expect("the same patient");
    let by = UndoBy::Mark { unless_referred: Vec::new() };
    let chart = UndoStep { target: "Patient/7".into(), kind: RecordType::Patient, by, version: Some("1".into()) };
    let plan = UndoPlan { steps: vec![chart], ..undo_of(&seen) };
    let confirmed = || event(AuditKind::UndoConfirmed).by("f.ortiz").count(1);
    let refused = store.outbox().undo(&plan, &seen, confirmed(), at(3));
    assert!(matches!(refused, Err(StoreError::LookAgain)), "{refused:?}");
    store.outbox().undo(&undo_of(&seen), &seen, confirmed(), at(3)).expect("a record alone is undone");
}

/// Staff who see only why it waited before would send the wrong person's data again.
#[test]
fn one_that_waited_for_a_person_already_waits_as_not_theirs_and_keeps_what_they_look_for() {
    for before in [WaitReason::EhrLostAnswer, WaitReason::EhrContentRefused, WaitReason::RestoredCopy] {
        let folder = folder();
        let mut store = open(&folder).store;
        enqueue(&mut store, &a_plan(1));
        let id = a_plan(1).submission;
        let due = claim(&mut store, at(1)).expect("due");
        settle(&mut store, &due, Ending::Person(before), at(2));
        let seen = store.outbox().shown(&id).expect("the store").expect("it waits");
        store.outbox().stop(&id, Stop::Hold, held(), at(3)).expect("stopped");
        assert_eq!(state(&mut store), (OutboxState::NeedsPerson, Some(WaitReason::NotTheirs)), "{before:?}");
        let shown = store.outbox().shown(&id).expect("the store").expect("it waits");
        let (was, now) = (seen.doubt.expect("a doubt"), shown.doubt.expect("a doubt"));
        assert_eq!((&was.places, was.tries), (&now.places, now.tries), "{before:?}");
        if before == WaitReason::RestoredCopy {
            assert_eq!(seen.standings, shown.standings, "what may have left stays in doubt");
        }
        let stale = store.outbox().send_again(&id, &was, event(AuditKind::CheckInResent), at(4));
        assert!(matches!(stale, Err(StoreError::LookAgain)), "{before:?}: {stale:?}");
    }
}

/// How far an undo came does not open: what was filed stays known, however the row is closed.
#[test]
fn an_undo_that_does_not_open_keeps_its_receipt_when_it_is_closed() {
    for withdraws in [true, false] {
        let folder = folder();
        let mut store = open(&folder).store;
        enqueue(&mut store, &a_plan(1));
        let due = claim(&mut store, at(1)).expect("due");
        settle(&mut store, &due, Ending::Accepted(receipt_of(&a_plan(1))), at(2));
        let seen = receipt(&mut store);
        let confirmed = event(AuditKind::UndoConfirmed).by("f.ortiz").count(1);
        store.outbox().undo(&undo_of(&seen), &seen, confirmed, at(3)).expect("queued");
        let break_it = "UPDATE outbox SET progress = x'00'";
        store.database.connection.execute(break_it, []).expect("damaged");
        assert!(claim(&mut store, at(4)).is_none());
        assert_eq!(state(&mut store).1, Some(WaitReason::RowChanged));
        let bytes = |store: &Store| {
            let query = "SELECT sealed FROM outbox";
            store.database.connection.query_row(query, [], |row| row.get::<_, Vec<u8>>(0)).expect("the row")
        };
        let before = bytes(&store);
        match withdraws {
            true => {
                store.outbox().stop(&seen.submission, Stop::Withdraw, withdrawn(), at(5)).expect("closed");
            }
            false => {
                let by_hand = event(AuditKind::CheckInFinishedByHand).by("f.ortiz");
                store.outbox().finish_by_hand(&seen.submission, by_hand, at(5)).expect("closed");
            }
        }
        assert_eq!(state(&mut store).0, OutboxState::Accepted);
        assert_eq!(bytes(&store), before, "the bytes stay");
        assert_eq!(receipt(&mut store), seen, "what was filed is known");
    }
}
