//! The commands for clinic IT, on a box whose EHR was away during a check-in.

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::store::{PinStanding, SealingKey, Store};
use ktc_testbed::fault_proxy::{Fault, FaultProxy};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::walter;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn kiosk(folder: &Path, arguments: &[&str], input: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk"));
    command.arg("--config").arg(folder.join("kiosk.toml")).args(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// Confirms a check-in and waits for its ticket, whatever the EHR says; gives the kiosk, which goes on. Something happens between
/// the search for the chart and the confirmation.
fn check_in(config: &KioskConfig, code: &str, searched: impl FnOnce()) -> Station {
    let mut station = Station::open(config);
    station.review(code);
    searched();
    station.confirm_all(|_| PatientChoice::New);
    station.until(&["complete"]);
    station
}

/// The clinic knows that its EHR takes transactions, and says so in a profile of its own: plans are so even while it is away.
fn with_a_known_ehr(folder: &Path) -> KioskConfig {
    let profile =
        include_str!("../../config/profiles/generic-r4.toml").replace("ask_first = true", "ask_first = false");
    std::fs::write(folder.join("ehr-profile.toml"), profile).expect("a file");
    let path = folder.join("kiosk.toml");
    let toml = std::fs::read_to_string(&path).expect("a configuration");
    let toml = toml.replace("[ehr]\n", "[ehr]\nprofile_file = \"ehr-profile.toml\"\n");
    std::fs::write(&path, toml).expect("a file");
    KioskConfig::read(&path).expect("a configuration")
}

/// Asks until the answer holds these words.
fn until_said(folder: &Path, arguments: &[&str], words: &str) -> String {
    for _ in 0..60 {
        let (_, said) = kiosk(folder, arguments, "");
        if said.contains(words) {
            return said;
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    panic!("{arguments:?} never said {words}");
}

fn hex(digest: &aws_lc_rs::digest::Digest) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn what_waits_is_listed_sent_and_accounted_for() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());
    let path = folder.path();

    let (code, said) = kiosk(path, &["check"], "");
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("ok        EHR capabilities") && said.contains("attention network: loopback ports"),
        "{said}"
    );

    proxy.set_down(true);
    let damaged = config.store_folder.join("kiosk.sqlite.damaged-1");
    std::fs::create_dir_all(&config.store_folder).expect("a folder");
    std::fs::write(&damaged, "").expect("a file");
    let (code, said) = kiosk(path, &["check"], "");
    assert!(code == 1 && said.contains("failed    EHR") && said.contains("damaged-1 is a damaged"), "{said}");
    std::fs::remove_file(damaged).expect("removed");
    proxy.set_down(false);
    check_in(&config, &publish(&shares, &walter().shared_bundle()), || proxy.set_down(true));
    let (code, said) = kiosk(path, &["outbox"], "");
    assert!(code == 0 && said.contains("A001 queued"), "{said}");
    assert!(!said.contains("Ostrander"), "{said}");

    proxy.set_down(false);
    until_said(path, &["outbox", "send"], "Accepted");
    assert_eq!(server.search_all("Patient", "").expect("a search").len(), 1);

    let (code, said) = kiosk(path, &["audit", "verify"], "");
    assert!(code == 0 && said.contains("the chain holds"), "{said}");
    let (_, said) = kiosk(path, &["audit"], "");
    for kind in [
        "kiosk-started",
        "code-read",
        "sharing-agreed",
        "staff-signed-in",
        "check-in-confirmed",
        "ticket-printed",
        "check-in-accepted",
    ] {
        assert!(said.contains(kind), "no {kind} in {said}");
    }
    assert!(!said.contains("Ostrander"), "{said}");
}

#[test]
fn a_refused_check_in_needs_a_person_who_sends_it_again_and_a_refused_kiosk_does_not() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());
    let path = folder.path();

    // A token that ran out is nobody's check-in's fault: it goes again by itself. Bad content is parked.
    [Fault::Status(401), Fault::Status(422)].into_iter().for_each(|fault| proxy.push(fault));
    let station = check_in(&config, &publish(&shares, &walter().shared_bundle()), || ());
    let listed = until_said(path, &["outbox"], "needs-person");
    assert!(listed.contains("tries=2 ehr-content-refused"), "{listed}");
    assert!(kiosk(path, &["check"], "").1.contains("1 need a person"));
    let id = listed.split(' ').nth(3).expect("an id");

    assert!(listed.contains("does not accept the content") && listed.contains("Clinic IT:"), "{listed}");
    let (code, said) = kiosk(path, &["outbox", "show", id], "");
    assert!(code == 0 && said.contains("a new chart, which filing opens") && !said.contains("Ostrander"), "{said}");
    assert!(said.contains("--looked \"ehr-content-refused 2\""), "{said}");
    let file = path.join("plan.json").display().to_string();
    assert_ne!(kiosk(path, &["outbox", "export", id, "--to", &file, "--staff", "nobody"], "").0, 0);
    let (code, said) = kiosk(path, &["outbox", "export", id, "--to", &file, "--staff", "mw"], "");
    assert!(code == 0 && !said.contains("Ostrander"), "{said}");
    let exported = std::fs::read(&file).expect("a file");
    assert!(String::from_utf8_lossy(&exported).contains("Ostrander"));
    assert_ne!(kiosk(path, &["outbox", "export", id, "--to", &file, "--staff", "mw"], "").0, 0, "written over");
    let sha256 = hex(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &exported));
    let (_, said) = kiosk(path, &["audit"], "");
    let confirmed = said.lines().find(|line| line.contains("check-in-confirmed")).expect("a record");
    assert!(confirmed.contains(&sha256), "what is exported is not what staff confirmed");
    assert!(said.contains("check-in-exported"));

    // The EHR is mended now. Somebody whom the configuration names sends it, beside the kiosk that runs.
    let retry =
        |staff: &str, looked: &str| kiosk(path, &["outbox", "retry", id, "--staff", staff, "--looked", looked], "");
    assert_ne!(retry("nobody", "ehr-content-refused 2").0, 0);
    assert_ne!(kiosk(path, &["outbox", "retry", id, "--looked", "ehr-content-refused 2"], "").0, 0, "resent by nobody");
    assert_ne!(kiosk(path, &["outbox", "retry", id, "--staff", "mw"], "").0, 0, "nobody looked");
    let (code, said) = retry("mw", "ehr-conflict");
    assert!(code != 0 && said.contains("look again"), "{said}");
    let (code, said) = retry("mw", "ehr-content-refused 2");
    assert_eq!(code, 0, "{said}");
    until_said(path, &["outbox"], "accepted");
    assert_eq!(server.search_all("Patient", "").expect("a search").len(), 1);
    assert_ne!(retry("mw", "ehr-content-refused 2").0, 0, "it was accepted");
    let (code, said) = kiosk(path, &["outbox", "show", id], "");
    assert!(code == 0 && said.contains("tries=3") && said.contains("Patient/"), "{said}");
    assert!(!said.contains("Ostrander"), "{said}");

    // Somebody played with the keys of the desk.
    let key = SealingKey::from_file(&config.sealing_key_file).expect("a key");
    let mut store = Store::open_beside(&config.store_folder, key).expect("a store");
    let now = ktc_kiosk::runtime::now();
    let standing = (0..12).map(|_| store.pin_attempts().record_wrong(now).expect("counted")).last();
    assert!(matches!(standing, Some(PinStanding::Locked { .. })), "{standing:?}");
    assert_ne!(kiosk(path, &["pin-release", "--staff", "nobody"], "").0, 0);
    assert_eq!(kiosk(path, &["pin-release", "--staff", "mw"], "").0, 0);
    assert_eq!(store.pin_attempts().standing(now).expect("the store"), PinStanding::Open { wrong_tries: 0 });
    let (_, said) = kiosk(path, &["audit"], "");
    assert!(said.contains("pin-released"), "{said}");
    let resent = said.lines().find(|line| line.contains("check-in-resent")).expect("a record");
    assert!(resent.contains(r#""staff":"mw""#) && resent.contains(id), "{resent}");
    drop(station);
}

#[test]
fn an_acceptance_that_a_full_disk_could_not_take_is_written_later_and_not_asked_for_again() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, &proxy.base_url());
    let config = with_a_known_ehr(folder.path());

    let station = check_in(&config, &publish(&shares, &walter().shared_bundle()), || proxy.set_down(true));
    let database = rusqlite::Connection::open(config.store_folder.join("kiosk.sqlite")).expect("the database");
    let full = "CREATE TRIGGER disk_full BEFORE UPDATE ON outbox WHEN NEW.state = 'accepted'
        BEGIN SELECT RAISE(FAIL, 'the disk is full'); END";
    database.execute_batch(full).expect("a full disk");
    proxy.set_down(false);
    let sent = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        proxy.posts() > 0
    });
    assert!(sent, "the check-in was not sent");
    assert!(!kiosk(folder.path(), &["outbox"], "").1.contains("accepted"));
    database.execute_batch("DROP TRIGGER disk_full").expect("room on the disk");
    until_said(folder.path(), &["outbox"], "accepted");
    assert_eq!(proxy.posts(), 1, "the EHR was asked again");
    assert_eq!(server.search_all("Patient", "").expect("a search").len(), 1);
    drop(station);
}

#[test]
fn an_answer_without_end_needs_a_person_and_is_not_asked_for_again() {
    let server = HttpsServer::start([]).expect("a server");
    server.route("/fhir", Answer::ok("application/fhir+json", vec![b' '; 21 * 1024 * 1024]));
    let folder = tempfile::tempdir().expect("a folder");
    // By another name than the shares, which never reach the EHR's.
    let ehr = format!("https://127.0.0.1:{}/fhir", server.port());
    configure(folder.path(), &server, &ehr);
    let config = with_a_known_ehr(folder.path());
    let nobody = r#"{"resourceType":"Bundle","type":"searchset","total":0,"entry":[]}"#;
    server.route("/fhir/Patient", Answer::ok("application/fhir+json", nobody));
    let station = check_in(&config, &publish(&server, &walter().shared_bundle()), || ());
    let listed = until_said(folder.path(), &["outbox"], "needs-person");
    assert!(listed.contains("tries=1 ehr-too-large-answer"), "{listed}");
    drop(station);
}

#[test]
fn cases_of_patient_matching_are_answered_a_line_each_and_what_is_none_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let patient = |id: &str, phone: &str| {
        serde_json::json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "name": [{"family": "Delgado", "given": ["Ana"]}],
            "telecom": [{"system": "phone", "value": phone}]})
    };
    let case = |id: &str, phone: &str| {
        let charts = [patient("a", "608-067-5309"), patient("b", "608-067-5310")];
        serde_json::json!({"id": id, "query": patient("q", phone), "charts": charts}).to_string()
    };
    let cases = folder.path().join("cases.jsonl");
    let lines = [case("one", "(608) 067-5309"), case("none", "608-555-0142"), "nothing".to_owned()];
    std::fs::write(&cases, lines.join("\n")).expect("a file");
    let (code, said) = kiosk(folder.path(), &["match", cases.to_str().expect("a path")], "");
    let answers: Vec<serde_json::Value> = said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(code, 1, "{said}");
    assert_eq!((&answers[0]["outcome"], &answers[0]["charts"]), (&"match".into(), &serde_json::json!(["a"])));
    assert_eq!(answers[0]["order"], serde_json::json!(["a", "b"]));
    assert_eq!(
        (&answers[1]["outcome"], &answers[1]["charts"]),
        (&"insufficient_fields".into(), &serde_json::json!([]))
    );
    assert_eq!(answers[2]["outcome"], "no-case");
    let (code, said) = kiosk(folder.path(), &["match", "/nowhere"], "");
    assert!(code == 1 && said.contains("ktc-kiosk: "), "{said}");
}

#[test]
fn keys_and_hashes_are_made_once_and_never_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("sealing.key").display().to_string();
    assert_eq!(kiosk(folder.path(), &["new-key", &key], "").0, 0);
    assert_ne!(kiosk(folder.path(), &["new-key", &key], "").0, 0, "an existing key was written over");
    let (code, said) = kiosk(folder.path(), &["pin-hash"], "271828\n");
    assert!(code == 0 && said.starts_with("$argon2id$"), "{said}");
    assert_ne!(kiosk(folder.path(), &["pin-hash"], "27182\n").0, 0);
}

/// A core file would hold names, and the key that seals the database.
#[test]
fn a_crash_leaves_no_core_file() {
    use std::os::unix::process::ExitStatusExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("sh");
    // Its limit is none before it starts, as far as this machine allows it.
    command.args(["-c", "ulimit -c unlimited 2>/dev/null; exec \"$0\" pin-hash", env!("CARGO_BIN_EXE_ktc-kiosk")]);
    let mut child = command.current_dir(folder.path()).stdin(Stdio::piped()).spawn().expect("starts");
    let limits = format!("/proc/{}/limits", child.id());
    let limit = || {
        let limits = std::fs::read_to_string(&limits).expect("limits");
        limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a line").trim().to_owned()
    };
    let mut waited = 0;
    while !limit().starts_with("0                    0 ") && waited < 400 {
        waited += 1;
        std::thread::sleep(Duration::from_millis(25));
    }
    assert!(limit().starts_with("0                    0 "), "{}", limit());
    let killed = Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().expect("kill");
    assert!(killed.success());
    let status = child.wait().expect("an end");
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
