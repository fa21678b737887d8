//! A kiosk without an EHR: a patient's check-in ends as files in the clinic's folder.

use crate::support::station::{Station, configure, publish, without_ehr};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice};
use ktc_kiosk::session::{ReviewInput, State};
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::walter;

#[test]
fn without_an_ehr_a_check_in_is_kept_in_the_folder() {
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, "http://127.0.0.1:1/fhir");
    let config = without_ehr(folder.path());
    let mut station = Station::open(&config);
    station.review(&publish(&shares, &walter().shared_bundle()));
    station.kiosk.handle(ReviewInput::KeptForLater);
    assert_eq!(station.state(), "reviewing", "nobody owes an answer");
    station.confirm_all(|search| {
        assert!(matches!(search, ChartSearch::NoEhr), "it is not said that an EHR does not answer");
        PatientChoice::New
    });
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
