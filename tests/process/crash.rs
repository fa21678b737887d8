//! The process dies between "confirmed" and "accepted", at every point that matters, and starts again: the FHIR server holds
//! the check-in exactly once.

use crate::support::own_process::this_test;
use crate::support::station::{Station, configure, publish};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::store::{OutboxState, SealingKey, Store};
use ktc_testbed::fault_proxy::{FaultProxy, Stage};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CHILD: &str = "KTC_CRASH_CHILD";
const CODE: &str = "KTC_CRASH_CODE";

/// The kiosk that dies: a process of its own that checks one patient in, as far as it gets.
#[test]
#[ignore = "a part of another test, in a process of its own"]
#[expect(clippy::disallowed_methods, reason = "the parent tells the child what to do")]
fn child() {
    let (Ok(config), Ok(code)) = (std::env::var(CHILD), std::env::var(CODE)) else { return };
    let mut station = Station::open(&KioskConfig::read(Path::new(&config)).expect("a configuration"));
    if !code.is_empty() {
        station.review(&code);
        station.confirm_all(|_| PatientChoice::New);
    }
    // Works until it is killed.
    for _ in 0..6_000 {
        station.kiosk.pump();
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn start(config: &Path, code: &str) -> Child {
    let mut command = this_test(module_path!(), "child");
    command
        .env(CHILD, config)
        .env(CODE, code)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts")
}

/// When the child dies.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// The EHR refuses connections; the child dies as soon as the row is on disk.
    Stored,
    /// At this stage of the POST, and so long after.
    During(Stage, Duration),
}

#[test]
fn a_killed_check_in_is_filed_exactly_once() {
    let deaths = [
        Death::Stored,
        Death::During(Stage::RequestReceived, Duration::ZERO),
        Death::During(Stage::Forwarded, Duration::ZERO),
        Death::During(Stage::Delivered, Duration::ZERO),
        Death::During(Stage::Delivered, Duration::from_millis(1)),
        Death::During(Stage::Delivered, Duration::from_millis(3)),
        Death::During(Stage::Delivered, Duration::from_millis(10)),
    ];
    for death in deaths {
        let server = FhirServer::start().expect("a FHIR server");
        let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
        let shares = HttpsServer::start([]).expect("a server");
        let folder = tempfile::tempdir().expect("a folder");
        let config = configure(folder.path(), &shares, &proxy.base_url());
        let path = folder.path().join("kiosk.toml");
        let code = publish(&shares, &walter().shared_bundle());

        let mut first = start(&path, &code);
        die(&first, death, &proxy, &config);
        // A killed process holds the folder until its last write is done.
        first.wait().expect("the first child is gone");
        proxy.on_event(|_| {});
        proxy.set_down(false);
        let mut second = start(&path, "");
        let filed = (0..3_000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            waiting(&config) == Some((0, 0))
        });
        assert!(filed, "{death:?}: the check-in still waits");
        kill(second.id());
        second.wait().expect("the second child is gone");

        for (kind, count) in [
            ("Patient", 1),
            ("Coverage", 1),
            ("Condition", 1),
            ("MedicationRequest", 1),
            ("AllergyIntolerance", 1),
            ("Immunization", 1),
            ("Provenance", 1),
        ] {
            let found = server.search_all(kind, "").expect("a search").len();
            assert_eq!(found, count, "{death:?}: {kind}");
        }
        assert_eq!(accepted(&config), 1, "{death:?}: the outbox");
    }
}

fn die(child: &Child, death: Death, proxy: &FaultProxy, config: &KioskConfig) {
    let pid = child.id();
    match death {
        Death::Stored => {
            proxy.set_down(true);
            for _ in 0..3_000 {
                if waiting(config) == Some((1, 0)) {
                    break;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            assert_eq!(waiting(config), Some((1, 0)), "nothing was stored");
            kill(pid);
        }
        Death::During(stage, later) => {
            let dead = Arc::new(Mutex::new(false));
            let done = Arc::clone(&dead);
            proxy.on_event(move |event| {
                if event.method == "POST" && event.stage == stage && !*done.lock().expect("a lock") {
                    std::thread::sleep(later);
                    kill(pid);
                    *done.lock().expect("a lock") = true;
                }
            });
            for _ in 0..6_000 {
                if *dead.lock().expect("a lock") {
                    return;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            panic!("{death:?}: the stage was never reached");
        }
    }
}

fn kill(pid: u32) {
    let status = Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(status.success(), "the child was gone before it was killed");
}

fn store(config: &KioskConfig) -> Option<Store> {
    let key = SealingKey::from_file(&config.sealing_key_file).expect("the key");
    config
        .store_folder
        .join("kiosk.sqlite")
        .exists()
        .then(|| Store::open_beside(&config.store_folder, key).ok())
        .flatten()
}

fn waiting(config: &KioskConfig) -> Option<(usize, usize)> {
    store(config)?.outbox().waiting().ok()
}

fn accepted(config: &KioskConfig) -> usize {
    let entries = store(config).expect("the store").outbox().list().expect("a list");
    entries.iter().filter(|entry| entry.state == OutboxState::Accepted).count()
}
