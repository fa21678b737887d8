//! The process dies between "confirmed" and "accepted", at every point that matters, and starts again: the FHIR server holds
//! the check-in exactly once.

use crate::support::own_process::this_test;
use crate::support::station::{Station, configure, publish};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::session::ReviewInput;
use ktc_kiosk::store::{OutboxState, SealingKey, Store};
use ktc_testbed::fault_proxy::{FaultProxy, ProxyEvent, Stage};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const CHILD: &str = "KTC_CRASH_CHILD";
const CODE: &str = "KTC_CRASH_CODE";
const DOES: &str = "KTC_CRASH_DOES";

/// What a child does before it works until it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// Checks a new patient in.
    CheckIn,
    /// Keeps a patient's check-in without a chart.
    Keep,
    /// Opens what was kept, if anything is, and files it.
    Open,
    /// Nothing more.
    Work,
}

const ALL: [(&str, Does); 4] =
    [("check-in", Does::CheckIn), ("keep", Does::Keep), ("open", Does::Open), ("work", Does::Work)];

/// The kiosk that dies: a process of its own that checks one patient in, as far as it gets.
#[test]
#[ignore = "a part of another test, in a process of its own"]
#[expect(clippy::disallowed_methods, reason = "the parent tells the child what to do")]
fn child() {
    let (Ok(config), Ok(code), Ok(does)) = (std::env::var(CHILD), std::env::var(CODE), std::env::var(DOES)) else {
        return;
    };
    let (_, does) = ALL.into_iter().find(|(word, _)| *word == does).expect("something to do");
    let mut station = Station::open(&KioskConfig::read(Path::new(&config)).expect("a configuration"));
    match does {
        Does::CheckIn => {
            station.review(&code);
            station.confirm_all(|_| PatientChoice::New);
        }
        Does::Keep => {
            station.review(&code);
            station.kiosk.handle(ReviewInput::KeptForLater);
        }
        Does::Open => {
            if let Some(kept) = station.kept().first() {
                station.open_kept(kept);
                station.confirm_all(|_| PatientChoice::New);
            }
        }
        Does::Work => {}
    }
    // Works until it is killed.
    for _ in 0..6_000 {
        station.kiosk.pump();
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn start(config: &Path, code: &str, does: Does) -> Child {
    let mut command = this_test(module_path!(), "child");
    let (word, _) = ALL.into_iter().find(|(_, known)| *known == does).expect("a word");
    command
        .env(DOES, word)
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
    /// While the chart of one that was opened is searched.
    Searched,
    /// At the first request after the row is on disk: the search before the chart is opened.
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

        let mut first = start(&path, &code, Does::CheckIn);
        die(&first, death, &proxy, &config);
        // A killed process holds the folder until its last write is done.
        first.wait().expect("the first child is gone");
        proxy.on_event(|_| {});
        ends(&path, &config, Does::Work, &format!("{death:?}"));
        filed_once(&server, &config, &format!("{death:?}"));
    }
}

/// While the EHR is away the check-in is kept and the program dies; it is opened and the program dies again, at each stage; then it is
/// opened once more, if it is still there.
#[test]
fn a_check_in_that_was_kept_without_a_chart_survives_every_death_and_is_filed_exactly_once() {
    let deaths = [
        Death::Searched,
        Death::Stored,
        Death::During(Stage::RequestReceived, Duration::ZERO),
        Death::During(Stage::Forwarded, Duration::ZERO),
        Death::During(Stage::Delivered, Duration::ZERO),
        Death::During(Stage::Delivered, Duration::from_millis(3)),
    ];
    for death in deaths {
        let server = FhirServer::start().expect("a FHIR server");
        let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
        let shares = HttpsServer::start([]).expect("a server");
        let folder = tempfile::tempdir().expect("a folder");
        let config = configure(folder.path(), &shares, &proxy.base_url());
        let path = folder.path().join("kiosk.toml");
        let code = publish(&shares, &walter().shared_bundle());

        proxy.set_down(true);
        let mut keeping = start(&path, &code, Does::Keep);
        // Seldom: whoever looks into a database that is just being made keeps its maker from making it.
        let is_kept = (0..150).any(|_| {
            std::thread::sleep(Duration::from_millis(200));
            kept(&config) == Some(1)
        });
        assert!(is_kept, "{death:?}: nothing was kept");
        kill(keeping.id());
        keeping.wait().expect("the first child is gone");
        assert_eq!((kept(&config), waiting(&config)), (Some(1), Some((0, 0))), "{death:?}: nothing of it is confirmed");

        proxy.set_down(false);
        let mut opening = start(&path, "", Does::Open);
        die(&opening, death, &proxy, &config);
        opening.wait().expect("the second child is gone");
        proxy.on_event(|_| {});
        let both = (kept(&config).expect("the store"), entries(&config));
        assert!(both == (1, 0) || both == (0, 1), "{death:?}: it is kept or it is confirmed, never both: {both:?}");
        ends(&path, &config, Does::Open, &format!("{death:?}"));
        filed_once(&server, &config, &format!("{death:?}"));
    }
}

/// Another child does this, until everything is filed.
fn ends(path: &Path, config: &KioskConfig, does: Does, what: &str) {
    let mut child = start(path, "", does);
    let filed = (0..3_000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        (waiting(config), kept(config)) == (Some((0, 0)), Some(0))
    });
    assert!(filed, "{what}: the check-in still waits");
    kill(child.id());
    child.wait().expect("the last child is gone");
}

fn filed_once(server: &FhirServer, config: &KioskConfig, what: &str) {
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
        assert_eq!(found, count, "{what}: {kind}");
    }
    assert_eq!(accepted(config), 1, "{what}: the outbox");
}

fn die(child: &Child, death: Death, proxy: &FaultProxy, config: &KioskConfig) {
    let pid = child.id();
    let reached = match death {
        Death::Searched => {
            let own = config.clone();
            when(proxy, pid, Duration::ZERO, move |event| {
                event.stage == Stage::RequestReceived && event.target.contains("Patient?") && kept(&own) == Some(1)
            })
        }
        Death::Stored => {
            let own = config.clone();
            when(proxy, pid, Duration::ZERO, move |event| {
                event.stage == Stage::RequestReceived && waiting(&own) == Some((1, 0))
            })
        }
        Death::During(stage, later) => {
            when(proxy, pid, later, move |event| event.method == "POST" && event.stage == stage)
        }
    };
    assert!(reached, "{death:?}: the stage was never reached");
}

/// Kills the child so long after something happens at the proxy; whether it did.
fn when(
    proxy: &FaultProxy,
    pid: u32,
    later: Duration,
    happens: impl Fn(&ProxyEvent) -> bool + Send + Sync + 'static,
) -> bool {
    let dead = Arc::new(Mutex::new(false));
    let done = Arc::clone(&dead);
    proxy.on_event(move |event| {
        let mut done = done.lock().expect("a lock");
        if !*done && happens(event) {
            std::thread::sleep(later);
            kill(pid);
            *done = true;
        }
    });
    (0..6_000).any(|_| {
        std::thread::sleep(Duration::from_millis(5));
        *dead.lock().expect("a lock")
    })
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

fn kept(config: &KioskConfig) -> Option<usize> {
    store(config)?.kept().count().ok()
}

fn entries(config: &KioskConfig) -> usize {
    store(config).expect("the store").outbox().list().expect("a list").len()
}

fn accepted(config: &KioskConfig) -> usize {
    let entries = store(config).expect("the store").outbox().list().expect("a list");
    entries.iter().filter(|entry| entry.state == OutboxState::Accepted).count()
}
