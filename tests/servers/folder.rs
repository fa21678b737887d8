//! A kiosk without an EHR: a patient's check-in ends as files in the clinic's folder.

use crate::support::station::{Station, configure, publish};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::session::State;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;

#[test]
fn without_an_ehr_a_check_in_is_kept_in_the_folder() {
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, "http://127.0.0.1:1/fhir");
    let path = folder.path().join("kiosk.toml");
    let toml = std::fs::read_to_string(&path).expect("a configuration");
    let kept = |line: &&str| !["[ehr]", "base_url", "new_patients"].iter().any(|gone| line.starts_with(gone));
    let toml: Vec<&str> = toml.lines().filter(kept).collect();
    std::fs::write(&path, toml.join("\n")).expect("a file");
    let config = KioskConfig::read(&path).expect("a configuration");
    assert!(config.ehr.is_none());

    let mut station = Station::open(&config);
    station.review(&publish(&shares, &walter().shared_bundle()));
    station.confirm_all(|_| PatientChoice::New);
    station.until(&["complete"]);
    let State::Complete(complete) = &station.session().state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted);

    let check_ins: Vec<_> = std::fs::read_dir(&config.folder).expect("the folder").collect();
    assert_eq!(check_ins.len(), 1);
    let place = check_ins[0].as_ref().expect("a check-in").path();
    let mut names: Vec<_> =
        std::fs::read_dir(&place).expect("files").map(|file| file.expect("a file").file_name()).collect();
    names.sort();
    assert_eq!(names, ["bundle.json", "provenance.json", "receipt.json", "summary.pdf"]);
    let bundle = std::fs::read_to_string(place.join("bundle.json")).expect("a file");
    assert!(bundle.contains("Ostrander") && bundle.contains("Warfarin"));
}
