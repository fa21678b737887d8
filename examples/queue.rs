//! `cargo xtask bench queue`: how fast a kiosk sends what has piled up, on this machine's disk, to an EHR that takes 20 ms; and
//! how many commits a check-in costs.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a tool for developers")]

#[path = "../tests/support/backlog.rs"]
mod backlog;
#[path = "../tests/support/busy_ehr.rs"]
mod busy_ehr;
#[path = "../tests/support/queue.rs"]
mod queue;

use busy_ehr::BusyEhr;
use ktc_testbed::disk::Disk;
use std::time::Duration;

const CHECK_INS: usize = 1_000;
const PATIENTS: usize = 250;
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let folder = tempfile::tempdir_in(".").or_else(|_| tempfile::tempdir()).expect("a folder");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("a folder");
    let disk = Disk::watch(&data, &[]);
    let ehr = BusyEhr::start(PAUSE);
    let took = backlog::send(folder.path(), (CHECK_INS, PATIENTS), &ehr);
    let commits = disk.recording().syncs_of("-wal");
    backlog::is_in_order(&ehr.taken(), (CHECK_INS, PATIENTS));
    let each = |took: Duration| took.as_secs_f64() * 1_000.0 / CHECK_INS as f64;
    println!("{CHECK_INS} check-ins of {PATIENTS} patients to an EHR that takes {} ms", PAUSE.as_millis());
    println!("queued: {:.2} ms each", each(took.queueing));
    println!("sent: {:.1} a second, in order for each patient", CHECK_INS as f64 / took.sending.as_secs_f64());
    println!(
        "syncs of the database's log: {:.2} a check-in, from confirmed to accepted",
        commits as f64 / CHECK_INS as f64
    );
    assert!(CHECK_INS as f64 / took.sending.as_secs_f64() >= 40.0, "fewer than 40 a second");
}
