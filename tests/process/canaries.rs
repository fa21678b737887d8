//! Nothing of a patient stands readable outside a visit: not in the log at its finest, not on disk, not in the name of a file.

use crate::support::station::{Station, configure};
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{Input, ReviewInput, State};
use ktc_testbed::fault_proxy::{Fault, FaultProxy};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::manifest::{ManifestShare, SharedFile};
use ktc_testbed::share::FHIR_JSON;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

const PASSCODE: &str = "Qzpasscodeqz";
const LABEL: &str = "Qzlabelqz";

/// A share in which every text that a person could be known by is a mark of its own.
fn share(marks: &mut Vec<String>) -> Value {
    let mut mark = |what: &str| {
        let mark = format!("Qz{what}{}qz", marks.len());
        marks.push(mark.clone());
        mark
    };
    let note = mark("note");
    let data = {
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        BASE64_STANDARD.encode(format!("A note about {note}"))
    };
    let patient = json!({"resourceType": "Patient", "birthDate": "1957-08-23",
        "name": [{"family": mark("family"), "given": [mark("given")]}, {"use": "maiden", "family": mark("maiden")}],
        "identifier": [{"system": "http://hospital.example.org/mrn", "value": mark("mrn")}],
        "telecom": [{"system": "phone", "value": "+1 555 010 7788"}, {"system": "email", "value": format!("{}@e.org", mark("mail"))}],
        "address": [{"line": [mark("street")], "city": mark("city"), "postalCode": "99813"}],
        "contact": [{"name": {"text": mark("contact")}}]});
    let who = json!({"reference": "urn:uuid:p", "display": mark("who")});
    let entries = [
        json!({"fullUrl": "urn:uuid:p", "resource": patient}),
        json!({"resource": {"resourceType": "AllergyIntolerance", "patient": who, "code": {"text": mark("allergy")},
            "reaction": [{"manifestation": [{"text": mark("reaction")}]}], "note": [{"text": mark("remark")}]}}),
        json!({"resource": {"resourceType": "MedicationStatement", "status": "active", "subject": who,
            "medicationCodeableConcept": {"text": mark("medicine")}, "dosage": [{"text": mark("dose")}]}}),
        json!({"resource": {"resourceType": "Condition", "subject": who, "code": {"text": mark("problem")}}}),
        json!({"resource": {"resourceType": "Coverage", "status": "active", "beneficiary": who,
            "subscriberId": mark("member"), "payor": [{"display": mark("payer")}]}}),
        json!({"resource": {"resourceType": "Observation", "status": "final", "subject": who, "code": {"text": mark("test")},
            "valueString": mark("value")}}),
        json!({"resource": {"resourceType": "DocumentReference", "status": "current", "subject": who,
            "description": mark("letter"), "content": [{"attachment": {"contentType": "text/plain", "data": data}}]}}),
        json!({"resource": {"resourceType": mark("type").replace(char::is_numeric, "x"), "text": mark("other")}}),
        json!({"resource": "Qzbrokenqz"}),
    ];
    marks.extend(["Qzbrokenqz", "1957-08-23", "555 010 7788", "5550107788", "99813"].map(str::to_owned));
    json!({"resourceType": "Bundle", "type": "collection", "entry": entries})
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("a lock").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

fn marks_in<'m>(bytes: &[u8], marks: &'m [String]) -> BTreeSet<&'m str> {
    let holds = |mark: &&String| bytes.windows(mark.len()).any(|part| part.eq_ignore_ascii_case(mark.as_bytes()));
    marks.iter().filter(holds).map(String::as_str).collect()
}

#[test]
fn no_word_of_a_patient_is_in_a_log_on_disk_or_in_a_files_name() {
    let log = Log::default();
    // What the program itself lets be written, at its finest.
    let ours = tracing_subscriber::filter::Targets::new().with_target("ktc_kiosk", LevelFilter::TRACE);
    {
        use tracing_subscriber::layer::SubscriberExt as _;
        use tracing_subscriber::util::SubscriberInitExt as _;
        let lines = tracing_subscriber::fmt::layer().with_writer(log.clone()).with_ansi(false);
        tracing_subscriber::registry().with(lines).with(ours).init();
    }
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());

    let mut marks = vec![PASSCODE.to_owned(), LABEL.to_owned(), "shlink:/".to_owned()];
    let bundle = share(&mut marks);
    let share = ManifestShare {
        flag: "P".to_owned(),
        passcode: Some((PASSCODE.to_owned(), 9)),
        files: vec![SharedFile::new(FHIR_JSON, &bundle)],
        ..ManifestShare::default()
    };
    let mut running = share.serve(&shares);
    running.link.label = Some(LABEL.to_owned());
    let code = running.link.shlink();
    marks.push(code["shlink:/".len()..].to_owned());

    let mut station = Station::open(&config);
    let read = |station: &mut Station| {
        station.show(&code);
        station.until(&["asking-passcode"]);
        for passcode in ["Qzwrongqz", PASSCODE] {
            station.kiosk.handle(Input::PasscodeTyped(Sensitive::from(passcode)));
            station.kiosk.handle(Input::PasscodeSent);
            station.until_that(|session| match &session.state {
                State::AskingPasscode(asking) => !asking.sent && asking.typed.reveal().is_empty(),
                State::Resolving(_) => false,
                _ => true,
            });
        }
        station.until(&["sharing"]);
    };
    // One patient changes their mind, one is filed, one is refused by the EHR and waits.
    read(&mut station);
    station.kiosk.handle(Input::SharingDeclined);
    for fault in [None, Some(Fault::Status(422))] {
        read(&mut station);
        station.kiosk.handle(Input::SharingAgreed);
        for pin in ["999999", crate::support::station::PIN] {
            pin.bytes().for_each(|digit| station.kiosk.handle(Input::PinDigit(digit - b'0')));
            station.until_that(|session| match &session.state {
                State::AwaitingStaff(awaiting) => awaiting.refusal.is_some() && awaiting.pin.reveal().is_empty(),
                _ => true,
            });
        }
        station.until(&["reviewing"]);
        station.until_that(|session| match &session.state {
            State::Reviewing(reviewing) => {
                !matches!(reviewing.reconciliation.choice().search(), ChartSearch::Searching)
            }
            other => panic!("no review but {}", other.word()),
        });
        let State::Reviewing(reviewing) = &station.session().state else { panic!("no review") };
        let items: Vec<_> = reviewing.reconciliation.intake().items.iter().map(|item| item.id).collect();
        for item in items {
            station.kiosk.handle(ReviewInput::MoreToggled(item));
            station.kiosk.handle(ReviewInput::DocumentOpened { item, which: 0 });
        }
        station.kiosk.handle(ReviewInput::DocumentClosed);
        fault.into_iter().for_each(|fault| (0..20).for_each(|_| proxy.push(fault)));
        station.confirm_all(|_| PatientChoice::New);
        station.until(&["complete"]);
        station.kiosk.handle(Input::DoneTouched);
    }
    drop(station);
    marks.push("Qzwrongqz".to_owned());

    let said = log.0.lock().expect("a lock").clone();
    assert!(String::from_utf8_lossy(&said).contains("a share was read"), "the log is written");
    assert_eq!(marks_in(&said, &marks), BTreeSet::new(), "in the log");
    let files = files(folder.path());
    assert!(files.iter().any(|file| file.ends_with("kiosk.sqlite")), "{files:?}");
    for file in &files {
        let name = file.display().to_string();
        assert_eq!(marks_in(name.as_bytes(), &marks), BTreeSet::new(), "in the name {name}");
        assert_eq!(marks_in(&fs::read(file).expect("a file"), &marks), BTreeSet::new(), "in {name}");
    }
    let held = server.search_all("Patient", "").expect("a search").len();
    assert_eq!(held, 1, "the first is filed");
    println!("{} marks, {} bytes of log, {} files: none holds any", marks.len(), said.len(), files.len());
}
