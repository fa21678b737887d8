//! Disks that are full, broken, read-only or changed, and keys that do not fit: new check-ins are refused in words, and what was
//! queued stays what it was.

use crate::support::own_process::through;
use crate::support::queue::{DAY, Ehr, KEY, Kind, at, at_once, chain_holds, confirmed, fast_folder, key, plan};
use crate::support::station::{Station, configure, publish, without_ehr};
use ktc_kiosk::audit::AuditKind;
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::{CircuitBreaker, FolderFiles};
use ktc_kiosk::filing::{FilingPlan, NewPatient, PatientKey};
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::runtime::{Sender, Unsaved};
use ktc_kiosk::session::ReviewInput;
use ktc_kiosk::store::{Content, OutboxState, SealingKey, Store, StoreError, Subject};
use ktc_kiosk::trouble::Trouble;
use ktc_testbed::disk::{Disk, Fault};
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

fn a_plan(number: u128) -> FilingPlan {
    plan(number, Kind::Transaction, &[format!("item-{number}")])
}

fn enqueue(store: &mut Store, plan: &FilingPlan) -> Result<(), StoreError> {
    let subject = Subject::new(PatientKey::from_chart(plan.submission.as_str(), None), vec![[1; 32]]);
    store.outbox().enqueue(plan, &subject, confirmed(), DAY, at(0)).map(drop)
}

fn open(folder: &Path) -> Store {
    Store::open(folder, key(), at(0)).expect("a store").store
}

/// Whether these plans and no others are there, unchanged.
fn holds_exactly(store: &mut Store, plans: &[FilingPlan]) {
    chain_holds(store);
    let entries = store.outbox().list().expect("a list");
    assert_eq!(entries.len(), plans.len());
    for (entry, plan) in entries.iter().zip(plans) {
        let (_, content) = store.outbox().show(&entry.submission).expect("it opens");
        assert!(entry.state == OutboxState::Accepted || matches!(content, Content::Plan(found) if found == *plan));
    }
}

#[test]
fn at_whatever_write_the_disk_fails_a_check_in_is_refused_whole_and_the_queue_is_intact() {
    let mut refused = 0;
    for fault in [Fault::Full, Fault::Broken] {
        for writes in 0.. {
            let folder = fast_folder();
            let disk = Disk::watch(folder.path(), &[]);
            let mut store = open(folder.path());
            enqueue(&mut store, &a_plan(1)).expect("queued");
            disk.fail_after(writes, fault);
            let outcome = enqueue(&mut store, &a_plan(2));
            disk.heal();
            let mut expected = vec![a_plan(1)];
            match outcome {
                Ok(()) => expected.push(a_plan(2)),
                Err(StoreError::Database(_)) => refused += 1,
                Err(error) => panic!("{error:?}"),
            }
            holds_exactly(&mut store, &expected);
            enqueue(&mut store, &a_plan(3)).expect("the disk is well again");
            expected.push(a_plan(3));
            holds_exactly(&mut store, &expected);
            drop(store);
            holds_exactly(&mut open(folder.path()), &expected);
            if outcome.is_ok() {
                break;
            }
        }
    }
    println!("{refused} writes failed: each check-in was refused whole");
    assert!(refused > 4);
}

#[test]
fn an_answer_that_cannot_be_written_is_kept_in_hand_and_nothing_else_is_sent() {
    let mut failed = 0;
    for writes in 0.. {
        let folder = fast_folder();
        let disk = Disk::watch(folder.path(), &[]);
        let store = Mutex::new(open(folder.path()));
        for number in 1..=2 {
            enqueue(&mut store.lock().expect("a lock"), &a_plan(number)).expect("queued");
        }
        let (ehr, breaker) = (RefCell::new(Ehr::new(true)), Mutex::new(CircuitBreaker::default()));
        let sender = Sender {
            store: &store,
            breaker: &breaker,
            now: || at(1),
            random: || 0,
            ask: async |request: &_| {
                disk.fail_after(writes, Fault::Full);
                Ok(ehr.borrow_mut().answer(request))
            },
            find: async |_: &NewPatient, _: &str| panic!("no plan here opens a chart"),
            keep: |_: &FolderFiles| panic!("no plan here has files"),
        };
        let mut unsaved = Unsaved::default();
        at_once(sender.save_and_claim(&mut unsaved, true)).expect("sent");
        let first = at_once(sender.save_and_claim(&mut unsaved, true));
        if first.is_ok() {
            break;
        }
        failed += 1;
        assert!(
            at_once(sender.save_and_claim(&mut unsaved, true)).is_err() && ehr.borrow().made.len() == 1,
            "another one was sent"
        );
        disk.heal();
        at_once(sender.save_and_claim(&mut unsaved, true)).expect("written");
        disk.heal();
        at_once(sender.save_and_claim(&mut unsaved, false)).expect("written");
        assert_eq!(ehr.borrow().made, ["item-1", "item-2"]);
        assert_eq!(store.lock().expect("a lock").outbox().waiting().expect("the store"), (0, 0));
    }
    assert!(failed > 2, "{failed}");
}

fn trouble(station: &Station) -> Trouble {
    match &station.session().state {
        ktc_kiosk::session::State::InTrouble(trouble) => trouble.trouble,
        other => panic!("{}", other.word()),
    }
}

fn beside(config: &KioskConfig) -> Store {
    let key = SealingKey::from_file(&config.sealing_key_file).expect("a key");
    Store::open_beside(&config.store_folder, key).expect("a store")
}

#[test]
fn a_kiosk_whose_disk_is_full_says_so_and_checks_in_again_when_there_is_room() {
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, "http://127.0.0.1:9/fhir");
    let config = without_ehr(folder.path());
    fs::create_dir(&config.store_folder).expect("a folder");
    let disk = Disk::watch(&config.store_folder, &[]);
    let code = publish(&shares, &walter().shared_bundle());
    let mut station = Station::open(&config);
    station.review(&code);
    disk.fail_after(0, Fault::Full);
    station.kiosk.handle(ReviewInput::PatientChosen(PatientChoice::New));
    station.until(&["in-trouble"]);
    // Nothing is done that cannot be written down: the chart cannot even be chosen.
    assert_eq!(trouble(&station), Trouble::AuditNotWritten);
    disk.heal();
    station.review(&code);
    station.confirm_all(|_| PatientChoice::New);
    station.until(&["complete"]);
    assert_eq!(beside(&config).outbox().list().expect("the store").len(), 1);
}

#[test]
fn a_form_that_a_full_disk_does_not_keep_has_no_number_and_is_kept_when_there_is_room() {
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, "http://127.0.0.1:9/fhir");
    fs::create_dir(&config.store_folder).expect("a folder");
    let disk = Disk::watch(&config.store_folder, &[]);
    let code = publish(&shares, &walter().shared_bundle());
    let mut station = Station::open(&config);
    station.review(&code);
    // What the rules said of the charts is written down first.
    let is_recorded =
        || beside(&config).audit().list().expect("the log").iter().any(|it| it.kind == AuditKind::ChartsMatched.word());
    while !is_recorded() {
        std::thread::sleep(Duration::from_millis(10));
    }
    disk.fail_after(0, Fault::Full);
    station.kiosk.handle(ReviewInput::KeptForLater);
    station.until(&["in-trouble"]);
    assert_eq!(trouble(&station), Trouble::NotStored);
    disk.heal();
    station.review(&code);
    station.kiosk.handle(ReviewInput::KeptForLater);
    station.until(&["complete"]);
    let mut store = beside(&config);
    let counts = (store.kept().count().expect("the store"), store.outbox().waiting().expect("the store"));
    assert_eq!(counts, (1, (0, 0)));
}

const CHILD: &str = "KTC_SMALL_DISK";

/// A real file system of 1 MB, in a name space of its own.
#[test]
fn a_small_disk_that_fills_up_and_is_then_read_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let script = "mount -t tmpfs -o size=1m none \"$KTC_SMALL_DISK\" && exec \"$0\" \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
    through(&mut command, module_path!(), "on_a_small_disk").env(CHILD, folder.path());
    match command.output() {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("1 passed"), "{said}");
        }
        Ok(output) if output.stdout.is_empty() && !is_ci() => println!("no small disk can be mounted here: not tested"),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => panic!("no `unshare`: {error}"),
    }
}

#[expect(clippy::disallowed_methods, reason = "CI runs where a test may mount a disk of its own")]
fn is_ci() -> bool {
    std::env::var_os("CI").is_some()
}

#[test]
#[ignore = "a part of another test, in a process of its own"]
#[expect(clippy::disallowed_methods, reason = "the parent tells the child where")]
fn on_a_small_disk() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let folder = Path::new(&folder);
    let mut store = open(folder);
    let mut plans = Vec::new();
    let refused = (1..).find_map(|number| {
        let plan = plan(number, Kind::Transaction, &(0..20).map(|item| format!("{number}-{item}")).collect::<Vec<_>>());
        match enqueue(&mut store, &plan) {
            Ok(()) => plans.push(plan),
            Err(error) => return Some(error),
        }
        None
    });
    let refused = refused.expect("it fills up");
    assert_eq!(refused.to_string(), "the database cannot be read or written");
    assert!(plans.len() > 10);
    holds_exactly(&mut store, &plans);
    drop(store);
    let mut store = open(folder);
    holds_exactly(&mut store, &plans);
    drop(store);

    let status = Command::new("mount").args(["-o", "remount,ro"]).arg(folder).status().expect("mount runs");
    assert!(status.success());
    let Err(refused) = Store::open(folder, key(), at(0)) else { panic!("opened on a read-only disk") };
    assert_eq!(refused.to_string(), "the store's folder cannot be used");
    let status = Command::new("mount").args(["-o", "remount,rw,size=4m"]).arg(folder).status().expect("mount runs");
    assert!(status.success());
    let mut store = open(folder);
    let more = a_plan(1_000_000);
    enqueue(&mut store, &more).expect("there is room");
    plans.push(more);
    holds_exactly(&mut store, &plans);
}

/// What one flipped byte came to.
#[derive(Debug, Default)]
struct Flips {
    harmless: usize,
    refused: usize,
    moved_aside: usize,
    told: usize,
    parked: usize,
}

#[test]
fn a_flipped_byte_anywhere_sends_nothing_that_staff_did_not_confirm_and_loses_nothing_unsaid() {
    let folder = fast_folder();
    let plans: Vec<FilingPlan> = (1..=3).map(a_plan).collect();
    let mut store = open(folder.path());
    plans.iter().for_each(|plan| enqueue(&mut store, plan).expect("queued"));
    // With the write-ahead log, as a power cut leaves it; and once more after an orderly end.
    let kept = fast_folder();
    for name in ["kiosk.sqlite", "kiosk.sqlite-wal", "kiosk.checkpoint"] {
        fs::copy(folder.path().join(name), kept.path().join(name)).expect("a copy");
    }
    drop(store);
    let mut flips = Flips::default();
    for (from, files) in [
        (kept.path(), &["kiosk.sqlite", "kiosk.sqlite-wal", "kiosk.checkpoint"][..]),
        (folder.path(), &["kiosk.sqlite", "kiosk.checkpoint"][..]),
    ] {
        for file in files {
            let length = fs::metadata(from.join(file)).expect("a file").len();
            for place in (0..length).step_by(if file.ends_with("checkpoint") { 31 } else { 211 }) {
                flip(from, files, (file, place), &plans, &mut flips);
            }
        }
    }
    println!("{flips:?}");
    assert!(flips.moved_aside > 0 && flips.told > 0 && flips.parked > 0);
}

fn flip(from: &Path, files: &[&str], (file, place): (&str, u64), plans: &[FilingPlan], flips: &mut Flips) {
    let what = format!("{file}, byte {place}");
    let folder = fast_folder();
    for name in files {
        let mut bytes = fs::read(from.join(name)).expect("a file");
        if *name == file {
            bytes[usize::try_from(place).expect("small")] ^= 0x5A;
        }
        fs::write(folder.path().join(name), bytes).expect("a copy");
    }
    let opened = match Store::open(folder.path(), key(), at(1)) {
        Ok(opened) => opened,
        Err(StoreError::Database(_) | StoreError::Migration(_) | StoreError::WrongKey) => {
            flips.refused += 1;
            return;
        }
        Err(error) => panic!("{what}: {error:?}"),
    };
    if let Some(aside) = opened.damaged {
        assert!(aside.exists(), "{what}");
        flips.moved_aside += 1;
        return;
    }
    let (mut store, told) = (opened.store, opened.rolled_back.is_some());
    let mut sent = 0;
    while let Ok(Some(due)) = store.outbox().save_and_claim(None, true, at(2)).map(|claimed| claimed.due) {
        assert!(due.progress.plan().is_some_and(|plan| plans.contains(plan)), "{what}: something else is sent");
        sent += 1;
    }
    let entries = store.outbox().list().unwrap_or_default();
    let parked = entries.iter().filter(|entry| entry.state == OutboxState::NeedsPerson).count();
    let broken = store.audit().verify().map_or(true, |verdict| verdict.is_err());
    assert!(
        sent + parked == plans.len() || told || broken,
        "{what}: {sent} sent, {parked} parked, and nothing is said"
    );
    match (told || broken, parked) {
        (true, _) => flips.told += 1,
        (false, 0) => flips.harmless += 1,
        (false, _) => flips.parked += 1,
    }
}

#[test]
fn another_key_opens_nothing_and_changes_nothing() {
    let folder = fast_folder();
    let mut store = open(folder.path());
    enqueue(&mut store, &a_plan(1)).expect("queued");
    drop(store);
    let before = fs::read(folder.path().join("kiosk.sqlite")).expect("a file");
    let other = SealingKey::from_text(&KEY.replace("AAEC", "AAED")).expect("a key");
    let Err(refused) = Store::open(folder.path(), other, at(1)) else { panic!("opened with another key") };
    assert_eq!(refused.to_string(), "the sealing key does not belong to this database");
    assert_eq!(fs::read(folder.path().join("kiosk.sqlite")).expect("a file"), before);
    holds_exactly(&mut open(folder.path()), &[a_plan(1)]);
}
