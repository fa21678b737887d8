//! The power goes at every write of a check-in, from "confirmed" to "accepted", with five kinds of damage to what was not synced,
//! and once more while the kiosk mends itself. What was acknowledged is there, the EHR holds nothing twice, the database is sound.

use crate::support::queue::{DAY, Ehr, Kind, at, at_once, chain_holds, confirmed, fast_folder, key, plan};
use ktc_kiosk::audit::{AuditEvent, AuditKind};
use ktc_kiosk::delivery::{CircuitBreaker, EhrReply, FolderFiles, NoAnswer, Request};
use ktc_kiosk::filing::{CheckInLabel, FilingPlan, LabelledChart, NewPatient, PatientKey, RepeatSafety, SubmissionId};
use ktc_kiosk::runtime::{Sender, Unsaved};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::store::{OutboxState, Store, Subject, ToKeep};
use ktc_testbed::disk::{Damage, Disk, Recording};
use std::cell::{Cell, RefCell};
use std::path::Path;
use std::sync::Mutex;

const BESIDE: &[&str] = &["kiosk.checkpoint"];
/// Marks below this are numbers of records that the EHR has made; from here on, check-ins that were acknowledged.
const ACKNOWLEDGED: usize = 1_000;

/// What is checked in, and what goes wrong with the answers.
struct Flow {
    name: &'static str,
    kind: Kind,
    check_ins: usize,
    /// The answers to these requests are lost after the EHR has done what they ask for.
    lost: &'static [usize],
}

const FLOWS: &[Flow] = &[
    Flow { name: "one transaction", kind: Kind::Transaction, check_ins: 2, lost: &[] },
    Flow { name: "a transaction whose answer is lost", kind: Kind::Transaction, check_ins: 1, lost: &[0] },
    Flow { name: "conditional creates", kind: Kind::Creates(RepeatSafety::Conditional), check_ins: 1, lost: &[1] },
    Flow { name: "creates that are looked for", kind: Kind::Creates(RepeatSafety::Search), check_ins: 1, lost: &[1] },
    Flow {
        name: "creates that cannot be looked for",
        kind: Kind::Creates(RepeatSafety::Never),
        check_ins: 1,
        lost: &[],
    },
];

fn plans(flow: &Flow) -> Vec<FilingPlan> {
    let names = |number| (0..3).map(|item| format!("item-{number}-{item}")).collect::<Vec<_>>();
    (0..flow.check_ins).map(|number| plan(number as u128 + 1, flow.kind, &names(number))).collect()
}

/// Sends whatever can be sent, hour after hour of a clock of its own.
fn send_all(store: &Mutex<Store>, mut ask: impl FnMut(&Request) -> Result<EhrReply, NoAnswer>) {
    let (clock, breaker, ask) = (Cell::new(0), Mutex::new(CircuitBreaker::default()), RefCell::new(&mut ask));
    let sender = Sender {
        store,
        breaker: &breaker,
        now: || at(clock.get()),
        random: || u32::MAX / 2,
        ask: async |request: &Request| (ask.borrow_mut())(request),
        find: async |_: &NewPatient, _: &str| panic!("no plan here opens a chart"),
        keep: |_: &FolderFiles| panic!("no plan here has files"),
    };
    let mut unsaved = Unsaved::default();
    for _ in 0..60 {
        while at_once(sender.save_and_claim(&mut unsaved, true)).expect("the store").sent {}
        if store.lock().expect("a lock").outbox().waiting().expect("the store").0 == 0 {
            return;
        }
        clock.set(clock.get() + 3_600_000);
    }
    panic!("a check-in waits for ever");
}

fn check_in(store: &Mutex<Store>, plan: &FilingPlan) {
    let subject = Subject::new(PatientKey::from_chart("1", None), vec![[1; 32]]);
    store.lock().expect("a lock").outbox().enqueue(plan, &subject, confirmed(), DAY, at(0)).expect("queued");
}

/// The flow on a healthy disk, remembered write by write, from a folder where nothing is.
fn record(flow: &Flow) -> (Recording, Vec<String>, usize) {
    let folder = fast_folder();
    let disk = Disk::watch(folder.path(), BESIDE);
    let store = Mutex::new(Store::open(folder.path(), key(), at(0)).expect("a store").store);
    disk.beside_is_synced();
    let before = disk.recording().syncs_of("-wal");
    let ehr =
        RefCell::new(Ehr::new(flow.kind == Kind::Transaction || flow.kind == Kind::Creates(RepeatSafety::Conditional)));
    for (number, plan) in plans(flow).iter().enumerate() {
        check_in(&store, plan);
        disk.mark(ACKNOWLEDGED + number);
    }
    let asked = Cell::new(0);
    send_all(&store, |request| {
        let mut ehr = ehr.borrow_mut();
        let known = ehr.made.len();
        let reply = ehr.answer(request);
        (known..ehr.made.len()).for_each(|record| disk.mark(record));
        asked.set(asked.get() + 1);
        if flow.lost.contains(&(asked.get() - 1)) { Err(NoAnswer::Lost) } else { Ok(reply) }
    });
    let commits = disk.recording().syncs_of("-wal") - before;
    drop(store);
    (disk.recording(), ehr.into_inner().made, commits)
}

/// Starts again on what the power cut left, files what is left to file, and looks.
fn recover(flow: &Flow, recording: &Recording, (moment, damage): (usize, Damage), made: &[String], folder: &Path) {
    let what = format!("{}: cut after operation {moment}, {damage:?}", flow.name);
    let marks = recording.marks_until(moment);
    let conditional = flow.kind == Kind::Transaction || flow.kind == Kind::Creates(RepeatSafety::Conditional);
    let mut ehr = Ehr::new(conditional);
    ehr.made = marks.iter().filter(|mark| **mark < ACKNOWLEDGED).map(|record| made[*record].clone()).collect();
    let opened = Store::open(folder, key(), at(1)).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert!(opened.damaged.is_none() && opened.rolled_back.is_none(), "{what}: {:?}", opened.rolled_back);
    let store = Mutex::new(opened.store);
    send_all(&store, |request| Ok(ehr.answer(request)));
    let mut store = store.into_inner().expect("a lock");
    chain_holds(&mut store);
    let entries = store.outbox().list().expect("a list");
    let counts = ehr.counts();
    assert!(counts.values().all(|count| *count == 1), "{what}: {counts:?}");
    for (number, plan) in plans(flow).iter().enumerate() {
        let entry = entries.iter().find(|entry| entry.submission == plan.submission);
        assert!(
            entry.is_some() || !marks.contains(&(ACKNOWLEDGED + number)),
            "{what}: {number} was acknowledged and is lost"
        );
        let Some(entry) = entry else { continue };
        let there = (0..3).filter(|item| counts.contains_key(format!("item-{number}-{item}").as_str())).count();
        match entry.state {
            OutboxState::Accepted => assert_eq!(there, 3, "{what}"),
            OutboxState::NeedsPerson if !conditional => {}
            state => panic!("{what}: {number} is {state:?}"),
        }
    }
}

#[test]
fn a_power_cut_at_any_write_loses_nothing_and_doubles_nothing() {
    let (mut points, mut compound) = (0, 0);
    for flow in FLOWS {
        let (recording, made, commits) = record(flow);
        println!(
            "{}: {} operations, {commits} commits for {} check-ins",
            flow.name,
            recording.moments(),
            flow.check_ins
        );
        for moment in 0..=recording.moments() {
            for damage in Damage::ALL {
                let folder = fast_folder();
                recording.make(moment, damage, folder.path()).expect("a folder");
                recover(flow, &recording, (moment, damage), &made, folder.path());
                points += 1;
            }
        }
        compound += cut_again(flow, &recording, &made);
    }
    println!("{points} power cuts, {compound} more while recovering: 0 lost, 0 doubled");
}

/// The power goes again while the kiosk opens what the first cut left.
fn cut_again(flow: &Flow, recording: &Recording, made: &[String]) -> usize {
    let mut cuts = 0;
    for moment in (0..=recording.moments()).step_by(17) {
        let folder = fast_folder();
        recording.make(moment, Damage::Lost, folder.path()).expect("a folder");
        let disk = Disk::watch(folder.path(), BESIDE);
        drop(Store::open(folder.path(), key(), at(1)).expect("a store"));
        let second = disk.recording();
        for again in (0..=second.moments()).step_by(3) {
            let folder = fast_folder();
            second.make(again, Damage::ALL[again % 5], folder.path()).expect("a folder");
            recover(flow, recording, (moment, Damage::Lost), made, folder.path());
            cuts += 1;
        }
    }
    cuts
}

/// Keeps a check-in without a chart, opens it and confirms it: marks when each of both was acknowledged.
fn keep_and_confirm(store: &Mutex<Store>, plan: &FilingPlan, mut acknowledged: impl FnMut(usize)) {
    keep(store, &plan.submission);
    acknowledged(KEPT);
    confirm_kept(store, plan);
    acknowledged(ACKNOWLEDGED);
}

const KEPT: usize = 500;
/// Larger than some pages of the database.
const FORM: usize = 40_000;

fn keep(store: &Mutex<Store>, submission: &SubmissionId) {
    let (name, chart) = ("Ana Delgado".into(), LabelledChart::NotChosen);
    let label = CheckInLabel { name, birth_date: None, chart, items: Vec::new() };
    let form = Sensitive::new(vec![7; FORM]);
    let kept = ToKeep { submission, form: &form, label: &label, staff: "f.ortiz" };
    let event = AuditEvent::new(AuditKind::CheckInKept, SessionId(7)).by("f.ortiz");
    store.lock().expect("a lock").kept().keep(&kept, event, DAY, at(0)).expect("kept");
}

fn confirm_kept(store: &Mutex<Store>, plan: &FilingPlan) {
    let mut store = store.lock().expect("a lock");
    let event = AuditEvent::new(AuditKind::KeptCheckInOpened, SessionId(8)).by("f.ortiz");
    let (form, lease) = store.kept().open(&plan.submission, event, at(1)).expect("opened");
    assert_eq!(form.reveal(), &vec![7; FORM]);
    let subject = Subject::new(PatientKey::from_chart("1", None), vec![[1; 32]]);
    store.outbox().enqueue_kept(plan, &subject, confirmed(), &lease, at(1)).expect("queued");
}

#[test]
fn a_power_cut_at_any_write_from_keeping_to_filing_loses_nothing_and_files_once() {
    let flow = &FLOWS[0];
    let plan = &plans(flow)[0];
    let folder = fast_folder();
    let disk = Disk::watch(folder.path(), BESIDE);
    let store = Mutex::new(Store::open(folder.path(), key(), at(0)).expect("a store").store);
    disk.beside_is_synced();
    keep_and_confirm(&store, plan, |mark| disk.mark(mark));
    let ehr = RefCell::new(Ehr::new(true));
    send_all(&store, |request| {
        let mut ehr = ehr.borrow_mut();
        let known = ehr.made.len();
        let reply = ehr.answer(request);
        (known..ehr.made.len()).for_each(|record| disk.mark(record));
        Ok(reply)
    });
    drop(store);
    let (recording, made) = (disk.recording(), ehr.into_inner().made);
    let (mut points, mut stages) = (0, [0; 3]);
    for moment in 0..=recording.moments() {
        for damage in Damage::ALL {
            let folder = fast_folder();
            recording.make(moment, damage, folder.path()).expect("a folder");
            let stage = go_on(plan, &recording, (moment, damage), &made, folder.path());
            (stages[stage], points) = (stages[stage] + 1, points + 1);
        }
    }
    println!(
        "{points} power cuts, nothing there {}, kept {}, confirmed {}: 0 lost, 0 doubled",
        stages[0], stages[1], stages[2]
    );
    assert!(stages.iter().all(|stage| *stage > 0), "{stages:?}");
}

/// Starts again on what the power cut left and goes on as staff would: 0 where nothing was there, 1 where it was kept, 2 where it was
/// confirmed.
fn go_on(
    plan: &FilingPlan,
    recording: &Recording,
    (moment, damage): (usize, Damage),
    made: &[String],
    folder: &Path,
) -> usize {
    let what = format!("cut after operation {moment}, {damage:?}");
    let marks = recording.marks_until(moment);
    let mut ehr = Ehr::new(true);
    ehr.made = marks.iter().filter(|mark| **mark < KEPT).map(|record| made[*record].clone()).collect();
    let opened = Store::open(folder, key(), at(1)).unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert!(opened.damaged.is_none() && opened.rolled_back.is_none(), "{what}: {:?}", opened.rolled_back);
    let store = Mutex::new(opened.store);
    let counts = |store: &Mutex<Store>| {
        let mut store = store.lock().expect("a lock");
        (store.kept().count().expect("a count"), store.outbox().list().expect("a list").len())
    };
    let stage = match counts(&store) {
        (0, 0) => 0,
        (1, 0) => 1,
        (0, 1) => 2,
        both => panic!("{what}: it is kept and confirmed: {both:?}"),
    };
    let acknowledged = if marks.contains(&ACKNOWLEDGED) { 2 } else { usize::from(marks.contains(&KEPT)) };
    assert!(stage >= acknowledged, "{what}: what was acknowledged is lost");
    if stage == 0 {
        keep(&store, &plan.submission);
    }
    if stage < 2 {
        confirm_kept(&store, plan);
    }
    send_all(&store, |request| Ok(ehr.answer(request)));
    assert_eq!(counts(&store), (0, 1), "{what}");
    let filed = ehr.counts();
    assert!(filed.len() == 3 && filed.values().all(|count| *count == 1), "{what}: {filed:?}");
    chain_holds(&mut store.into_inner().expect("a lock"));
    stage
}
