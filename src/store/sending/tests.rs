//! Order, leases, what was confirmed.

use super::super::sealed::place;
use super::*;
use crate::delivery::{Doubt, EhrReply, Next, NoAnswer, Order, PlaceToLook, RecordStanding};
use crate::filing::{FilingPlan, NoteKind, PatientKey};
use crate::sensitive::Sensitive;
use crate::store::seal::sha256_of;
use crate::store::tests::{
    a_plan, a_risky_plan, at, claim, confirmed, enqueue, event, folder, later, open, receipt_of, send_again, settle,
};
use crate::store::{OutboxState, SealingKey, Store, Subject};
use std::collections::BTreeSet;
use std::sync::Mutex;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

fn beside(folder: &tempfile::TempDir) -> Store {
    Store::open_beside(folder.path(), SealingKey::from_text(KEY).expect("a key")).expect("a store")
}

fn enqueue_for(store: &mut Store, chart: &str, plan: &FilingPlan) {
    let subject = Subject::new(PatientKey::from_chart(chart, None), Vec::new());
    store.outbox().enqueue(plan, &subject, confirmed(), "2026-11-22", at(0)).expect("queued");
}

fn claimed(store: &mut Store, now: Timestamp) -> Option<FilingPlan> {
    claim(store, now).and_then(|due| due.progress.plan().cloned())
}

#[test]
fn a_patients_check_ins_go_in_order_and_others_pass() {
    let folder = folder();
    let mut store = open(&folder).store;
    for (chart, number) in [("1", 1), ("1", 2), ("2", 3), ("1", 4)] {
        enqueue_for(&mut store, chart, &a_plan(number));
    }
    let first = claim(&mut store, at(1)).expect("due");
    assert_eq!(claimed(&mut store, at(1)), Some(a_plan(3)), "the other patient's passes");
    assert_eq!(claimed(&mut store, at(1)), None, "the first is being sent");
    settle(&mut store, &first, later(at(60_000)), at(2));
    assert_eq!(claimed(&mut store, at(3)), None, "the first waits for its time");
    let first = claim(&mut store, at(60_000)).expect("due");
    settle(&mut store, &first, Ending::Accepted(receipt_of(&a_plan(1))), at(60_001));
    assert_eq!(claimed(&mut store, at(60_002)), Some(a_plan(2)));
    assert_eq!(claimed(&mut store, at(60_002)), None);
}

#[test]
fn one_that_waits_for_a_person_holds_up_its_patient_only_where_it_may_be_in_the_ehr_unseen() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue_for(&mut store, "1", &a_plan(1));
    enqueue_for(&mut store, "1", &a_plan(2));
    enqueue_for(&mut store, "2", &a_risky_plan(3));
    enqueue_for(&mut store, "2", &a_risky_plan(4));
    let first = claim(&mut store, at(1)).expect("due");
    let third = claim(&mut store, at(1)).expect("due");
    settle(&mut store, &first, Ending::Person(WaitReason::EhrConflict), at(2));
    settle(&mut store, &third, Ending::Person(WaitReason::EhrLostAnswer), at(2));
    assert_eq!(claimed(&mut store, at(3)), Some(a_plan(2)));
    assert_eq!(claimed(&mut store, at(3)), None);
    send_again(&mut store, &third.lease.submission, at(4)).expect("a person looked");
    assert_eq!(claimed(&mut store, at(5)), Some(a_risky_plan(3)));
}

#[test]
fn many_who_claim_at_once_never_have_the_same_check_in() {
    let folder = folder();
    let mut store = open(&folder).store;
    for number in 1..=40 {
        enqueue(&mut store, &a_plan(number));
    }
    let taken = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut store = beside(&folder);
                while let Some(due) = claim(&mut store, at(1)) {
                    taken.lock().expect("a lock").push(due.lease.submission);
                }
            });
        }
    });
    let taken = taken.into_inner().expect("a lock");
    let different: BTreeSet<_> = taken.iter().collect();
    assert_eq!((taken.len(), different.len()), (40, 40));
}

#[test]
fn who_lost_the_lease_writes_nothing() {
    let folder = folder();
    let mut owner = open(&folder).store;
    enqueue(&mut owner, &a_risky_plan(1));
    let mut other = beside(&folder);
    let mut lost = claim(&mut other, at(1)).expect("due");
    assert_eq!(claimed(&mut owner, at(599_000)), None, "it is the other's");
    let mut held = claim(&mut owner, at(601_002)).expect("its time is up");
    assert_eq!(
        settle(&mut other, &lost, Ending::Accepted(receipt_of(&a_plan(1))), at(601_003)),
        Some(Settled::LeaseLost)
    );
    let unwritten = other.outbox().record_leaving(&mut lost.lease, &lost.progress, at(601_003));
    assert!(matches!(unwritten, Err(StoreError::NotThere)));
    assert_eq!(owner.outbox().list().expect("a list")[0].state, OutboxState::Sending);
    owner.outbox().record_leaving(&mut held.lease, &held.progress, at(601_004)).expect("written");
    assert_eq!(
        settle(&mut owner, &held, Ending::Person(WaitReason::EhrConflict), at(601_005)),
        Some(Settled::NeedsPerson)
    );
}

#[test]
fn an_owner_that_starts_again_leaves_what_another_process_is_sending() {
    let folder = folder();
    let mut owner = open(&folder).store;
    enqueue(&mut owner, &a_plan(1));
    enqueue(&mut owner, &a_plan(2));
    claim(&mut owner, at(1)).expect("due");
    let mut other = beside(&folder);
    let due = claim(&mut other, at(1)).expect("due");
    drop(owner);
    let opened = open(&folder);
    assert_eq!(opened.recovered, 1);
    assert_eq!(settle(&mut other, &due, Ending::Person(WaitReason::EhrConflict), at(2)), Some(Settled::NeedsPerson));
}

#[test]
fn one_on_which_the_ehr_fails_while_it_takes_others_waits_for_a_person() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let fails = || Ending::Later { reason: WaitReason::EhrNotThere, until: at(0), blames_content: true };
    for _ in 0..50 {
        let due = claim(&mut store, at(1)).expect("due");
        assert_eq!(settle(&mut store, &due, fails(), at(1)), Some(Settled::Queued), "an outage blames nobody");
    }
    for number in 2..=6 {
        enqueue(&mut store, &a_plan(number));
        let (poison, good) = (claim(&mut store, at(1)).expect("due"), claim(&mut store, at(1)).expect("due"));
        settle(&mut store, &good, Ending::Accepted(receipt_of(&a_plan(number))), at(1));
        let expected = if number == 6 { Settled::NeedsPerson } else { Settled::Queued };
        assert_eq!(settle(&mut store, &poison, fails(), at(1)), Some(expected));
    }
    assert_eq!(store.outbox().list().expect("a list")[0].reason, Some(WaitReason::EhrFailsOnIt));
}

#[test]
fn a_plan_that_is_not_what_staff_confirmed_is_not_sent() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    enqueue(&mut store, &a_plan(2));
    let mut other = a_risky_plan(1);
    other.notes.clear();
    let sealed = store.key.seal(&place(&other.submission, "plan"), other.to_bytes().reveal()).expect("sealed");
    store.database.connection.execute("UPDATE outbox SET sealed = ?1 WHERE position = 1", [sealed]).expect("forged");
    assert_eq!(claimed(&mut store, at(1)), Some(a_plan(2)));
    assert_eq!(store.outbox().list().expect("a list")[0].reason, Some(WaitReason::PlanChanged));
}

#[test]
fn the_audit_row_of_a_confirmation_holds_the_hash_of_the_plan() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let record = store.audit().list().expect("a list").remove(0);
    let sha256 = hex_of(&sha256_of(a_plan(1).to_bytes().reveal()));
    assert_eq!((record.kind.as_str(), record.content), ("check-in-confirmed", Some(sha256)));
    assert_eq!(store.audit().verify().expect("the store"), Ok(1));
}

#[test]
fn what_came_of_one_and_the_claim_of_the_next_are_one_commit() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    enqueue(&mut store, &a_plan(2));
    let first = claim(&mut store, at(1)).expect("due");
    let ending = Ending::Accepted(receipt_of(&a_plan(1)));
    let ended = Ended { lease: first.lease, progress: first.progress, ending };
    let next = store.outbox().save_and_claim(Some(&ended), true, at(2)).expect("the store");
    assert_eq!(next.settled, Some(Settled::Accepted));
    assert_eq!(next.due.expect("due").progress.plan(), Some(&a_plan(2)));
}

#[test]
fn what_a_person_looked_for_in_vain_is_sent_and_what_they_entered_by_hand_is_not() {
    let folder = folder();
    let mut store = open(&folder).store;
    for number in [1, 2] {
        enqueue_for(&mut store, "1", &a_risky_plan(number));
    }
    let mut first = claim(&mut store, at(1)).expect("due");
    let Next::Send { write_first: true, .. } = first.progress.what_next() else { panic!("a request to write down") };
    settle(&mut store, &first, Ending::Person(WaitReason::EhrLostAnswer), at(2));
    let reasons: Vec<_> = store.outbox().list().expect("a list").into_iter().map(|entry| entry.reason).collect();
    assert_eq!(reasons, [Some(WaitReason::EhrLostAnswer), Some(WaitReason::BehindAParkedOne)]);

    let id = first.lease.submission.clone();
    send_again(&mut store, &id, at(3)).expect("a person looked");
    let mut again = claim(&mut store, at(4)).expect("due");
    let Next::Send { write_first: true, .. } = again.progress.what_next() else { panic!("it is sent") };
    settle(&mut store, &again, Ending::Person(WaitReason::EhrLostAnswer), at(5));

    let by_hand = event(AuditKind::CheckInFinishedByHand).by("f.ortiz");
    let receipt = store.outbox().finish_by_hand(&id, by_hand.clone(), at(6)).expect("finished");
    assert_eq!((receipt.filed.len(), receipt.notes.len()), (0, 1), "the item is on the receipt, by hand");
    assert!(store.outbox().finish_by_hand(&id, by_hand, at(7)).is_err(), "once");
    assert_eq!(claimed(&mut store, at(8)), Some(a_risky_plan(2)), "the next one follows");
}

#[test]
fn a_check_in_for_one_ehr_is_not_sent_to_another() {
    let folder = folder();
    let mut store = open(&folder).store;
    store.files_to(Some("https://sandbox.example/fhir"));
    enqueue_for(&mut store, "1", &a_plan(1));
    store.files_to(Some("https://ehr.example/fhir"));
    enqueue_for(&mut store, "2", &a_plan(2));
    assert_eq!(claimed(&mut store, at(1)), Some(a_plan(2)));
    let entry = store.outbox().list().expect("a list").remove(0);
    assert_eq!((entry.state, entry.reason), (OutboxState::NeedsPerson, Some(WaitReason::EhrOtherEhr)));
}

#[test]
fn where_nobody_can_look_the_same_thing_is_filed_once_also_at_a_later_visit() {
    let folder = folder();
    let mut store = open(&folder).store;
    store.files_to(Some("https://ehr.example/fhir"));
    let same = |number: u8| FilingPlan { steps: a_risky_plan(7).steps, ..a_plan(number) };
    enqueue_for(&mut store, "1", &same(1));
    let mut first = claim(&mut store, at(1)).expect("due");
    let Next::Send { order: Order::Ehr(request), .. } = first.progress.what_next() else { panic!("a request") };
    let place = Some("Condition/9".to_owned());
    let body = Sensitive::new(br#"{"resourceType": "Condition", "id": "9"}"#.to_vec());
    let reply = EhrReply { status: 201, retry_after: None, location: place, etag: None, body };
    first.progress.answered(&request, Ok(&reply));
    let Next::Done(receipt) = first.progress.what_next() else { panic!("done") };
    settle(&mut store, &first, Ending::Accepted(receipt), at(2));

    enqueue_for(&mut store, "1", &same(2));
    let mut second = claim(&mut store, at(3)).expect("due");
    let Next::Done(receipt) = second.progress.what_next() else { panic!("nothing is left to send") };
    assert_eq!((receipt.filed.len(), receipt.notes[0].kind), (0, NoteKind::AlreadyThere));
    // What the EHR before has, this one does not.
    settle(&mut store, &second, Ending::Accepted(receipt), at(3));
    store.files_to(Some("https://other.example/fhir"));
    enqueue_for(&mut store, "1", &same(3));
    let mut moved = claim(&mut store, at(4)).expect("due");
    assert!(matches!(moved.progress.what_next(), Next::Send { .. }), "it counted as filed in an EHR that never got it");
    store.files_to(Some("https://ehr.example/fhir"));
    enqueue_for(&mut store, "2", &a_risky_plan(8));
    let mut another = claim(&mut store, at(4)).expect("due");
    assert!(matches!(another.progress.what_next(), Next::Send { .. }), "another thing is");
}

#[test]
fn a_reason_of_another_version_waits_for_a_person_and_its_word_stays() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    store.database.connection.execute("UPDATE outbox SET reason = 'something-new'", []).expect("another version");
    assert_eq!(claimed(&mut store, at(1)), None);
    let entry = store.outbox().list().expect("a list").remove(0);
    assert_eq!((entry.state, entry.waits_for()), (OutboxState::NeedsPerson, Some(WaitReason::UnknownReason)));
    let word = store.database.connection.query_row("SELECT reason FROM outbox", [], |row| row.get::<_, String>(0));
    assert_eq!(word.as_deref(), Ok("something-new"));
    send_again(&mut store, &entry.submission, at(2)).expect("a person looked");
    assert_eq!(claimed(&mut store, at(3)), Some(a_plan(1)));
}

#[test]
fn one_whose_time_was_set_by_a_clock_that_was_ahead_is_held_up_by_none() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue_for(&mut store, "1", &a_plan(1));
    let first = claim(&mut store, at(1)).expect("due");
    let ten_years = 10 * 365 * 24 * 3_600_000;
    settle(&mut store, &first, later(at(ten_years)), at(ten_years));
    enqueue_for(&mut store, "2", &a_plan(2));
    assert_eq!(claimed(&mut store, at(2)), Some(a_plan(1)), "the clock is right again");
    assert_eq!(claimed(&mut store, at(2)), Some(a_plan(2)));
}

/// As far as the first item of it has come, and what a person looks for.
fn shown(store: &mut Store, id: &SubmissionId) -> (RecordStanding, Option<Doubt>) {
    let shown = store.outbox().shown(id).expect("the store").expect("it waits");
    (shown.standings[0].1, shown.doubt)
}

#[test]
fn a_record_whose_answer_was_lost_is_never_said_to_be_unsent() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let id = a_plan(1).submission;
    for (lost, expected) in [(false, RecordStanding::NotSent), (true, RecordStanding::PerhapsThere)] {
        let mut due = claim(&mut store, at(9)).expect("due");
        let Next::Send { order: Order::Ehr(request), .. } = due.progress.what_next() else { panic!("a request") };
        if lost {
            due.progress.answered(&request, Err(NoAnswer::Lost));
            settle(&mut store, &due, later(at(9)), at(9));
            due = claim(&mut store, at(9)).expect("due");
        }
        settle(&mut store, &due, Ending::Person(WaitReason::EhrContentRefused), at(2));
        assert_eq!(shown(&mut store, &id).0, expected, "lost: {lost}");
        send_again(&mut store, &id, at(3)).expect("a person looked");
    }
}

#[test]
fn what_was_on_its_way_when_the_program_ended_or_the_copy_was_made_is_perhaps_there() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let id = a_plan(1).submission;
    claim(&mut store, at(1)).expect("due");
    drop(store);
    let mut store = open(&folder).store;
    let due = claim(&mut store, at(2)).expect("due");
    settle(&mut store, &due, Ending::Person(WaitReason::EhrContentRefused), at(2));
    assert_eq!(shown(&mut store, &id).0, RecordStanding::PerhapsThere);
    // Also where another reason is found before it is sent.
    enqueue(&mut store, &a_plan(2));
    claim(&mut store, at(3)).expect("due");
    drop(store);
    let mut store = open(&folder).store;
    store.database.connection.execute("UPDATE outbox SET destination = zeroblob(32)", []).expect("another address");
    assert_eq!(claimed(&mut store, at(4)), None);
    let id = a_plan(2).submission;
    assert_eq!(shown(&mut store, &id).1.map(|doubt| doubt.reason), Some(WaitReason::EhrOtherEhr));
    assert_eq!(shown(&mut store, &id).0, RecordStanding::PerhapsThere);
}

#[test]
fn a_row_that_does_not_open_is_closed_by_hand_and_holds_up_nobody() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue_for(&mut store, "1", &a_risky_plan(1));
    enqueue_for(&mut store, "1", &a_plan(2));
    store.database.connection.execute("UPDATE outbox SET sealed = zeroblob(64) WHERE number = 1", []).expect("damaged");
    assert_eq!(claimed(&mut store, at(1)), None);
    let by_hand = event(AuditKind::CheckInFinishedByHand).by("f.ortiz");
    let receipt = store.outbox().finish_by_hand(&a_plan(1).submission, by_hand, at(2)).expect("closed");
    assert!(receipt.filed.is_empty() && receipt.chart.is_none());
    assert_eq!(claimed(&mut store, at(3)), Some(a_plan(2)));
}

#[test]
fn who_looked_for_something_else_sends_nothing() {
    let folder = folder();
    let mut store = open(&folder).store;
    enqueue(&mut store, &a_plan(1));
    let id = a_plan(1).submission;
    let due = claim(&mut store, at(1)).expect("due");
    settle(&mut store, &due, Ending::Person(WaitReason::EhrConflict), at(2));
    let looked = shown(&mut store, &id).1.expect("in doubt");
    send_again(&mut store, &id, at(3)).expect("somebody else was quicker");
    let due = claim(&mut store, at(3)).expect("due");
    settle(&mut store, &due, Ending::Person(WaitReason::EhrNoProof), at(4));
    let resent = || event(AuditKind::CheckInResent).by("f.ortiz");
    let stale = store.outbox().send_again(&id, &looked, resent(), at(5));
    assert!(matches!(stale, Err(StoreError::LookAgain)), "{stale:?}");
    // What the same reason means after another try is something else.
    let now = shown(&mut store, &id).1.expect("in doubt");
    let earlier = Doubt { tries: now.tries - 1, ..now };
    let stale = store.outbox().send_again(&id, &earlier, resent(), at(5));
    assert!(matches!(stale, Err(StoreError::LookAgain)), "{stale:?}");
    let place = PlaceToLook { place: "Patient/8".into(), numbers: Vec::new() };
    let more = Doubt { places: vec![place], ..shown(&mut store, &id).1.expect("in doubt") };
    let stale = store.outbox().send_again(&id, &more, resent(), at(5));
    assert!(matches!(stale, Err(StoreError::LookAgain)), "{stale:?}");
    assert!(claim(&mut store, at(6)).is_none());
}
