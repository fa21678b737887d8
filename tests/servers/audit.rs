//! Two patients checked in; one asks who saw what. The log as FHIR, taken by real servers.

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::session::{Input, State};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::{minh_anh, walter};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

fn audit(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk"));
    let output = command.arg("--config").arg(folder.join("kiosk.toml")).arg("audit").args(arguments).output();
    let output = output.expect("the program runs");
    (output.status.code().unwrap_or(-1), String::from_utf8(output.stdout).expect("text"))
}

fn lines(said: &str) -> Vec<Value> {
    said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn a_patient_learns_who_saw_what_and_nothing_of_anybody_else() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &server.base_url());
    let mut station = Station::open(&config);
    for person in [walter(), minh_anh()] {
        station.review(&publish(&shares, &person.shared_bundle()));
        station.confirm_all(|_| PatientChoice::New);
        station.until(&["complete"]);
        let State::Complete(complete) = &station.session().state else { panic!("complete") };
        assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted);
    }
    // Somebody looks into the first chart and closes the form.
    station.review(&publish(&shares, &walter().shared_bundle()));
    let State::Reviewing(reviewing) = &station.session().state else { panic!("no review") };
    let known = reviewing.reconciliation.choice().search().candidates().first().expect("a candidate").id.clone();
    station.choose(PatientChoice::Existing(known));
    station.kiosk.handle(Input::CancelTouched);
    station.until(&["idle"]);
    drop(station);
    let patients = server.search_all("Patient", "").expect("a search");
    let [first, second] = [0, 1].map(|place| format!("Patient/{}", patients[place]["id"].as_str().expect("an id")));

    let (code, said) = audit(folder.path(), &["patient", &first]);
    assert_eq!(code, 0, "{said}");
    for (step, times) in [
        ("Staff opened a patient's form.", 2),
        ("Staff chose a chart", 2),
        ("Staff confirmed a check-in", 1),
        ("The EHR took a check-in", 1),
        ("The matching rules were evaluated", 1),
    ] {
        assert_eq!(said.matches(step).count(), times, "{step}: {said}");
    }
    assert!(said.contains("Mara Weiss"), "{said}");
    // What the rules said of which chart, in words and without a value.
    let (_, matches) = audit(folder.path(), &["matches"]);
    let evaluated: Vec<&str> = matches.lines().filter(|line| line.contains(&first)).collect();
    let [evaluated] = evaluated[..] else { panic!("{matches}") };
    let evaluated: Value = serde_json::from_str(evaluated.split_once(' ').expect("a number").1).expect("JSON");
    assert_eq!((&evaluated["rules"], &evaluated["search"]), (&Value::from("3.4.0"), &Value::from("whole")));
    assert_eq!(evaluated["charts"][0]["fields"]["birth-date"], "equal", "{evaluated}");
    let person = walter();
    for value in [person.family, person.birth_date, person.phone, person.address[0]] {
        assert!(!matches.contains(value), "{value}: {matches}");
    }
    let (code, none) = audit(folder.path(), &["patient", "Patient/nobody"]);
    assert_eq!((code, none.lines().count()), (3, 1));

    let (_, of_first) = audit(folder.path(), &["patient", "--fhir", &first]);
    assert!(!of_first.contains(&second), "another patient's visit");
    let (_, all) = audit(folder.path(), &["export"]);
    for person in [walter(), minh_anh()] {
        for item in person.items() {
            assert!(!all.contains(&item.display), "clinical content in the log: {}", item.display);
        }
    }
    let events = lines(&all);
    let profiles: Vec<&Value> = events.iter().map(|event| &event["meta"]["profile"][0]).collect();
    for balp in ["PrivacyDisclosure.Recipient", "PatientCreate"] {
        let of_it = profiles.iter().filter(|profile| profile.as_str().is_some_and(|it| it.ends_with(balp)));
        assert_eq!(of_it.count(), 2, "{balp}");
    }
    for event in &events {
        let answer = server.post("AuditEvent", event).expect("an answer");
        assert_eq!(answer.status, 201, "{event}");
    }
    assert_eq!(audit(folder.path(), &["verify"]).0, 0);
}
