//! The power goes at every write of an undo, from the tick to the last record, with five kinds of damage to what was not synced. What
//! staff confirmed is undone once in the end, and the receipt says so.

use crate::support::queue::{Kind, at, at_once, chain_holds, confirmed, fast_folder, key, plan, reply};
use ktc_kiosk::audit::{AuditEvent, AuditKind};
use ktc_kiosk::delivery::{
    CircuitBreaker, EhrReply, Filed, FolderFiles, Method, Receipt, Request, UndoBy, UndoPlan, UndoStep,
};
use ktc_kiosk::fhir::RecordType;
use ktc_kiosk::filing::{FilingPlan, NewPatient, PatientKey};
use ktc_kiosk::runtime::{Sender, Unsaved};
use ktc_kiosk::store::{Ended, Ending, Store, Subject};
use ktc_testbed::disk::{Damage, Disk};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Mutex;

const RECORDS: usize = 3;
/// A mark at and above this: so many records are undone. Below: what staff confirmed is on disk.
const UNDONE: usize = 100;
const CONFIRMED: usize = 1;

/// Records with a version each; writes that found another version are refused.
#[derive(Clone)]
struct Ehr {
    marked: Vec<bool>,
    writes: usize,
}

impl Ehr {
    fn new(undone: usize) -> Ehr {
        Ehr { marked: (0..RECORDS).map(|number| number < undone).collect(), writes: 0 }
    }

    fn answer(&mut self, request: &Request) -> EhrReply {
        let place: usize = request.target.reveal().rsplit('/').next().expect("an id").parse().expect("a number");
        let marked = self.marked[place];
        match request.method {
            Method::Get => {
                let status = if marked { "entered-in-error" } else { "active" };
                let version = if marked { "2" } else { "1" };
                reply(
                    200,
                    None,
                    &json!({"resourceType": "MedicationRequest", "id": place.to_string(), "status": status,
                    "meta": {"versionId": version}}),
                )
            }
            Method::Put if !marked => {
                self.writes += 1;
                self.marked[place] = true;
                reply(200, None, &Value::Null)
            }
            Method::Put => reply(412, None, &Value::Null),
            Method::Post | Method::Delete => panic!("{request:?}"),
        }
    }
}

fn the_plan() -> FilingPlan {
    plan(1, Kind::Transaction, &["item-0".to_owned()])
}

fn undo(receipt: &Receipt) -> UndoPlan {
    let step = |number: usize| UndoStep {
        target: format!("MedicationRequest/{number}"),
        kind: RecordType::MedicationRequest,
        by: UndoBy::Mark { unless_referred: Vec::new() },
        version: Some("1".to_owned()),
    };
    UndoPlan { receipt: receipt.clone(), by: "f.ortiz".to_owned(), steps: (0..RECORDS).map(step).collect() }
}

/// A check-in that the EHR took.
fn filed(store: &mut Store) -> Receipt {
    let subject = Subject::new(PatientKey::from_chart("1", None), vec![[1; 32]]);
    store.outbox().enqueue(&the_plan(), &subject, confirmed(), "2026-12-01", at(0)).expect("queued");
    let due = store.outbox().save_and_claim(None, true, at(0)).expect("the store").due.expect("due");
    let record = |number: usize| Filed {
        items: Vec::new(),
        location: format!("MedicationRequest/{number}"),
        created: true,
        is_altered: false,
        version: Some("1".to_owned()),
    };
    let receipt = Receipt { filed: (0..RECORDS).map(record).collect(), ..Receipt::of_nothing(the_plan().submission) };
    let ended = Ended { lease: due.lease, progress: due.progress, ending: Ending::Accepted(receipt.clone()) };
    store.outbox().save_and_claim(Some(&ended), false, at(0)).expect("the store");
    receipt
}

fn confirm(store: &Mutex<Store>, seen: &Receipt) {
    let event = AuditEvent::between_visits(AuditKind::UndoConfirmed).by("f.ortiz").count(RECORDS);
    store.lock().expect("a lock").outbox().undo(&undo(seen), seen, event, at(1)).expect("queued");
}

fn send_all(store: &Mutex<Store>, ask: impl FnMut(&Request) -> EhrReply) {
    let (clock, breaker, ask) = (Cell::new(2), Mutex::new(CircuitBreaker::default()), RefCell::new(ask));
    let sender = Sender {
        store,
        breaker: &breaker,
        now: || at(clock.get()),
        random: || 7,
        ask: async |request: &Request| Ok((ask.borrow_mut())(request)),
        find: async |_: &NewPatient, _: &str| panic!("an undo opens no chart"),
        keep: |_: &FolderFiles| panic!("an undo has no files"),
    };
    let mut unsaved = Unsaved::default();
    for _ in 0..60 {
        while at_once(sender.save_and_claim(&mut unsaved, true)).expect("the store").sent {}
        if store.lock().expect("a lock").outbox().waiting().expect("the store").0 == 0 {
            return;
        }
        clock.set(clock.get() + 3_600_000);
    }
    panic!("an undo waits for ever");
}

#[test]
fn a_power_cut_at_any_write_of_an_undo_undoes_each_record_once() {
    let folder = fast_folder();
    let disk = Disk::watch(folder.path(), &["kiosk.checkpoint"]);
    let mut store = Store::open(folder.path(), key(), at(0)).expect("a store").store;
    disk.beside_is_synced();
    let seen = filed(&mut store);
    let before = disk.recording().moments();
    let store = Mutex::new(store);
    confirm(&store, &seen);
    disk.mark(CONFIRMED);
    let mut ehr = Ehr::new(0);
    send_all(&store, |request| {
        let answer = ehr.answer(request);
        if request.method == Method::Put {
            disk.mark(UNDONE + ehr.writes);
        }
        answer
    });
    assert_eq!(ehr.writes, RECORDS);
    drop(store);
    let recording = disk.recording();
    let mut points = 0;
    for moment in before..=recording.moments() {
        for damage in Damage::ALL {
            let folder = fast_folder();
            recording.make(moment, damage, folder.path()).expect("a folder");
            let marks = recording.marks_until(moment);
            go_on(folder.path(), &seen, &marks, &format!("cut after operation {moment}, {damage:?}"));
            points += 1;
        }
    }
    println!("{points} power cuts in an undo: each record undone once");
    assert!(points > 20, "{points}");
}

/// Starts again on what the power cut left, and goes on as staff would.
fn go_on(folder: &Path, seen: &Receipt, marks: &[usize], what: &str) {
    let undone = marks.iter().filter(|mark| **mark > UNDONE).count();
    let opened = Store::open(folder, key(), at(1)).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert!(opened.damaged.is_none() && opened.rolled_back.is_none(), "{what}");
    let store = Mutex::new(opened.store);
    let receipt = || store.lock().expect("a lock").outbox().receipt(&seen.submission).expect("the store");
    if receipt().is_some_and(|receipt| receipt == *seen) {
        assert!(!marks.contains(&CONFIRMED), "{what}: what staff confirmed is lost");
        confirm(&store, seen);
    }
    let mut ehr = Ehr::new(undone);
    send_all(&store, |request| ehr.answer(request));
    assert!(ehr.marked.iter().all(|marked| *marked) && ehr.writes == RECORDS - undone, "{what}");
    let receipt = receipt().unwrap_or_else(|| panic!("{what}: it is still on its way"));
    assert_eq!(receipt.undone.len(), RECORDS, "{what}");
    assert!(receipt.undone.iter().all(|undone| undone.result.is_undone()), "{what}");
    let mut store = store.into_inner().expect("a lock");
    chain_holds(&mut store);
    let rows = store.audit().list().expect("the log");
    let told =
        rows.iter().filter(|row| row.kind == AuditKind::RecordUndone.word() && row.staff.as_deref() == Some("f.ortiz"));
    assert_eq!(told.count(), RECORDS, "{what}");
}
