//! A kiosk that starts with a backlog, and an EHR that takes its time.

use super::busy_ehr::BusyEhr;
use super::queue::{DAY, Kind, confirmed, key, plan};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::filing::PatientKey;
use ktc_kiosk::net::system_lookup;
use ktc_kiosk::runtime::{self, Kiosk};
use ktc_kiosk::store::{Store, Subject};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What sending a backlog took.
#[allow(dead_code, reason = "the bench reads it")]
pub struct Took {
    pub queueing: Duration,
    pub sending: Duration,
}

#[expect(clippy::disallowed_methods, reason = "it measures time")]
/// Confirms so many check-ins of so many patients while the EHR is away, then lets the kiosk send them.
pub fn send(folder: &Path, (check_ins, patients): (usize, usize), ehr: &BusyEhr) -> Took {
    fs::write(folder.join("sealing.key"), super::queue::KEY).expect("a file");
    let toml = format!(
        "[clinic]\nname = \"Test Clinic\"\n[ehr]\nbase_url = \"{}\"\n[store]\nfolder = \"data\"\nsealing_key_file = \"sealing.key\"\n",
        ehr.base_url()
    );
    fs::write(folder.join("kiosk.toml"), toml).expect("a file");
    let config = KioskConfig::read(&folder.join("kiosk.toml")).expect("a configuration");
    let mut store = Store::open(&config.store_folder, key(), runtime::now()).expect("a store").store;
    let start = Instant::now();
    for number in 0..check_ins {
        let names: Vec<String> = (0..5).map(|item| format!("{number}-{item}")).collect();
        let plan = plan(number as u128 + 1, Kind::Transaction, &names);
        let subject = Subject::new(PatientKey::from_chart(&(number % patients).to_string(), None), vec![[1; 32]]);
        store.outbox().enqueue(&plan, &subject, confirmed(), DAY, runtime::now()).expect("queued");
    }
    let queueing = start.elapsed();
    drop(store);
    let start = Instant::now();
    let kiosk = Kiosk::start(&config, system_lookup(), Arc::new(|| {})).expect("the kiosk starts");
    let sent = (0..30_000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        ehr.taken().len() >= check_ins && kiosk.health().waiting == 0
    });
    assert!(sent, "a check-in still waits");
    Took { queueing, sending: start.elapsed() }
}

/// Every check-in came once, and each patient's in order.
pub fn is_in_order(taken: &[String], (check_ins, patients): (usize, usize)) {
    let numbers: Vec<usize> =
        taken.iter().map(|name| name.split('-').next().expect("a number").parse().expect("a number")).collect();
    assert_eq!(numbers.len(), check_ins, "one came twice, or never");
    for patient in 0..patients {
        let of_patient: Vec<usize> = numbers.iter().copied().filter(|number| number % patients == patient).collect();
        assert!(of_patient.is_sorted(), "patient {patient}: {of_patient:?}");
    }
}
