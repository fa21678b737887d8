//! The EHR is away while patients check in whom it knows. Each check-in is kept without a chart, the kiosk starts anew, the EHR comes
//! back, staff open one after the other, pick the chart and file it: once, into that chart, and nobody has a second one.

#![allow(clippy::print_stdout, reason = "the counts are what these tests are for")]

use crate::support::course::{End, drive, ehr, runtime, site};
use crate::support::station::{Station, configure, publish};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::WaitReason;
use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::filing::{Clinic, FilingPlan, NewPatient, SubmissionId, plan};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice, Reconciliation, Staff};
use ktc_kiosk::runtime::Destination;
use ktc_kiosk::session::{ReviewInput, State};
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::store::{SealingKey, Store};
use ktc_kiosk::time::{Day, Timestamp};
use ktc_testbed::fault_proxy::FaultProxy;
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::helios::Helios;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::process::{post, search_all};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const FAMILIES: [&str; 12] = [
    "Abernathy",
    "Bielefeld",
    "Castellanos",
    "Drummond",
    "Eastwick",
    "Fairweather",
    "Guldbrandsen",
    "Haverford",
    "Ingersoll",
    "Jankowiak",
    "Kirkegaard",
    "Lindqvist",
];
const PATIENCE: Duration = Duration::from_secs(30);

fn patient(number: usize) -> Value {
    json!({"resourceType": "Patient", "gender": "female", "birthDate": format!("19{}-0{}-1{}", 50 + number, 1 + number % 9, number % 9),
        "name": [{"family": FAMILIES[number], "given": ["Maren"]}],
        "telecom": [{"system": "phone", "value": format!("+1-555-010-{:04}", 1000 + number)}]})
}

fn share(number: usize) -> Value {
    json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": patient(number)},
        {"fullUrl": "urn:uuid:c", "resource": {"resourceType": "Condition", "subject": {"reference": "urn:uuid:p"},
            "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
            "code": {"text": format!("Asthma of {}", FAMILIES[number])}}}]})
}

fn store(config: &KioskConfig) -> Store {
    let key = SealingKey::from_file(&config.sealing_key_file).expect("the key");
    Store::open_beside(&config.store_folder, key).expect("the store")
}

fn until(what: &str, holds: impl Fn() -> bool, station: &mut Station) {
    for _ in 0..3_000 {
        station.kiosk.pump();
        if holds() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("in vain: {what}");
}

fn of_chart(resource: &Value) -> &str {
    resource["subject"]["reference"].as_str().and_then(|it| it.rsplit('/').next()).unwrap_or_default()
}

fn kept_while_away_and_filed_once(name: &str, base: &str) {
    let mut charts = BTreeMap::new();
    for (number, family) in FAMILIES.iter().enumerate() {
        let made = post(base, "Patient", &patient(number)).expect("an answer").json().expect("JSON");
        charts.insert(*family, made["id"].as_str().expect("an id").to_owned());
    }
    let before = search_all(base, "Patient", "_count=1000").expect("a search").len();
    assert_eq!(before, FAMILIES.len(), "{name}");

    let (shares, proxy) = (HttpsServer::start([]).expect("a server"), FaultProxy::in_front_of(base).expect("a proxy"));
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());
    let mut station = Station::open(&config);
    proxy.set_down(true);
    for number in 0..FAMILIES.len() {
        station.review(&publish(&shares, &share(number)));
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        assert!(matches!(reviewing.reconciliation.choice().search(), ChartSearch::Unavailable));
        station.kiosk.handle(ReviewInput::PatientChosen(PatientChoice::New));
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        assert!(reviewing.reconciliation.choice().patient().is_none(), "{name}: a new patient was taken in an outage");
        station.kiosk.handle(ReviewInput::KeptForLater);
        station.until(&["complete"]);
    }
    drop(station);
    assert_eq!(store(&config).kept().count().expect("a count"), FAMILIES.len());
    assert!(store(&config).outbox().list().expect("a list").is_empty(), "nothing is confirmed");

    proxy.set_down(false);
    let mut station = Station::open(&config);
    let mut opened = BTreeSet::new();
    for _ in FAMILIES {
        let next = station.kept().first().cloned().expect("one waits for its chart");
        assert!(opened.insert(next.clone()), "{name}: one was opened twice");
        let shown = station.open_kept(&next);
        let family = FAMILIES.iter().find(|family| shown.contains(**family)).expect("a family");
        let expected = charts[family].clone();
        station.confirm_all(|search| {
            let found = search.candidates().iter().any(|candidate| candidate.id == expected);
            assert!(found && matches!(search, ChartSearch::Found { .. }), "{name}: {family} is not found");
            PatientChoice::Existing(expected.clone())
        });
        station.until(&["complete"]);
    }
    until("all are filed", || store(&config).outbox().waiting().expect("counts") == (0, 0), &mut station);
    assert_eq!((opened.len(), store(&config).kept().count().expect("a count")), (FAMILIES.len(), 0));

    let after = search_all(base, "Patient", "_count=1000").expect("a search").len();
    assert_eq!(after, before, "{name}: somebody has a second chart");
    let conditions = search_all(base, "Condition", "_count=1000").expect("a search");
    assert_eq!(conditions.len(), FAMILIES.len(), "{name}");
    for condition in &conditions {
        let text = condition["code"]["text"].as_str().expect("a text");
        let family = FAMILIES.iter().find(|family| text.ends_with(**family)).expect("a family");
        assert_eq!(of_chart(condition), charts[family], "{name}: {family}");
    }
    println!(
        "{name}: {} kept while away, {} filed into the chart that was picked, 0 new patients",
        opened.len(),
        conditions.len()
    );
}

#[test]
fn known_patients_of_an_outage_are_filed_once_into_their_charts_in_sekmet() {
    let server = FhirServer::start().expect("a FHIR server");
    kept_while_away_and_filed_once("SEKMET", &server.base_url());
}

#[test]
fn known_patients_of_an_outage_are_filed_once_into_their_charts_in_medplum() {
    let server = Medplum::start().expect("Medplum");
    kept_while_away_and_filed_once("Medplum", &server.base_url());
}

#[test]
#[ignore = "Helios is built by: cargo xtask test --all-servers"]
fn known_patients_of_an_outage_are_filed_once_into_their_charts_in_helios() {
    let server = Helios::start().expect("Helios");
    kept_while_away_and_filed_once("Helios", &server.base_url());
}

/// A new patient as staff confirmed them, who turned these charts down.
fn new_patient(number: usize, turned_down: Vec<String>) -> FilingPlan {
    let bundle = Bundle::from_json(share(number)).expect("a bundle");
    let source = Source {
        kind: SourceKind::Link,
        host: "share.example".into(),
        digest: [u8::try_from(number).expect("small"); 32],
    };
    let document = SharedDocument::unproven(bundle, source);
    let day = Day::constant(2026, 11, 22);
    let mut form = Reconciliation::new(Intake::from_documents(vec![document], day).expect("a form"));
    form.set_chart(ChartSearch::Found { candidates: Vec::new(), new_patients: true });
    form.touch(PatientChoice::New);
    let items: Vec<_> = form.intake().items.iter().map(|item| item.id).collect();
    items.into_iter().for_each(|item| form.toggle(item));
    let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
    let confirmed = form.confirm(staff, Timestamp::from_unix_millis(1_790_000_000_000)).expect("decided");
    let submission = SubmissionId::derive(SessionId(1), &confirmed);
    let clinic = Clinic { name: "Lakeside Clinic".into() };
    let plan = plan(&confirmed, &submission, &clinic, &site("generic-r4")).expect("a plan");
    let new = plan.new_patient.clone().expect("somebody new");
    FilingPlan { new_patient: Some(NewPatient { turned_down, ..new }), ..plan }
}

#[test]
fn a_chart_that_somebody_opened_meanwhile_parks_a_new_patient_and_one_that_staff_turned_down_does_not() {
    let server = FhirServer::start().expect("a FHIR server");
    let (runtime, base) = (runtime(), server.base_url());
    let to = Destination::new(&KioskConfig::default(), Some(ehr(&base)));
    let patients = || search_all(&base, "Patient", "_count=1000").expect("a search").len();
    let known = post(&base, "Patient", &patient(0)).expect("an answer").json().expect("JSON");
    let known = known["id"].as_str().expect("an id").to_owned();

    let parked = drive(&new_patient(0, Vec::new()), &to, &runtime, PATIENCE);
    assert!(matches!(parked, End::Person(WaitReason::EhrMayKnowPatient)), "{parked:?}");
    assert_eq!(patients(), 1, "nobody got a second chart");
    let turned_down = new_patient(0, vec![known]);
    assert!(matches!(drive(&turned_down, &to, &runtime, PATIENCE), End::Accepted(_)));
    assert_eq!(patients(), 2);
    // The chart that it opened carries its name: it is no stranger to the same check-in.
    assert!(matches!(drive(&turned_down, &to, &runtime, PATIENCE), End::Accepted(_)));
    assert_eq!(patients(), 2);
    // Somebody whom nobody knows.
    assert!(matches!(drive(&new_patient(1, Vec::new()), &to, &runtime, PATIENCE), End::Accepted(_)));
    assert_eq!(patients(), 3);
}
