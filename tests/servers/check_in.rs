//! Check-ins filed to a real FHIR server and read back: a proven card, a chart that exists, a share that comes twice.

use crate::support::station::{Station, configure, publish, trust};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice};
use ktc_kiosk::session::{ReviewInput, State};
use ktc_testbed::card::{Issuer, qr_text};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::minh_anh;
use serde_json::Value;

/// Ticks everything, files it for this chart and waits for the ticket.
fn file(station: &mut Station, code: &str, choose: impl Fn(&ChartSearch) -> PatientChoice) {
    station.review(code);
    station.confirm_all(choose);
    station.until(&["complete"]);
    let State::Complete(complete) = &station.session().state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted);
}

fn the_only_candidate(chart: &ChartSearch) -> PatientChoice {
    let ChartSearch::Found { candidates, .. } = chart else { panic!("the chart search failed") };
    assert_eq!(candidates.len(), 1, "candidates");
    PatientChoice::Existing(candidates[0].id.clone())
}

fn count(server: &FhirServer, kind: &str) -> usize {
    server.search_all(kind, "").expect("a search").len()
}

fn is_patient_asserted(resource: &Value) -> bool {
    resource["meta"]["security"].as_array().into_iter().flatten().any(|label| label["code"] == "PATAST")
}

#[test]
fn a_proven_card_a_known_chart_and_the_same_share_again() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, &server.base_url());
    let issuer = Issuer::new(&format!("{}/issuer", shares.origin()));
    shares.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let config = trust(folder.path(), issuer.iss());
    let mut station = Station::open(&config);

    // A card of a listed issuer, for somebody whom the EHR does not know.
    let card = qr_text(&issuer.sign(&minh_anh().card_bundle(), 1_700_000_000.0, None, None));
    file(&mut station, &card, |chart| {
        assert!(matches!(chart, ChartSearch::Found { candidates, .. } if candidates.is_empty()));
        PatientChoice::New
    });
    let shots = server.search_all("Immunization", "").expect("a search");
    assert!(!shots.is_empty());
    assert!(!shots.iter().any(is_patient_asserted), "a proven card is not the patient's own statement");
    let provenance = server.search_all("Provenance", "").expect("a search").remove(0);
    assert!(provenance.to_string().contains("signed-listed"), "{provenance}");
    assert!(provenance.to_string().contains(issuer.iss()), "{provenance}");

    // The same person comes back with a link: the chart is found, chosen by a person, and not written over.
    let patient = server.search_all("Patient", "").expect("a search").remove(0);
    let link = publish(&shares, &minh_anh().shared_bundle());
    file(&mut station, &link, the_only_candidate);
    assert_eq!(server.search_all("Patient", "").expect("a search"), [patient]);
    let allergies = server.search_all("AllergyIntolerance", "").expect("a search");
    assert!(allergies.iter().all(is_patient_asserted), "what nobody signed is the patient's own statement");

    // The same link once more: what the chart holds by now is not filed again, and no record appears. The check-in itself
    // leaves its trace.
    let kinds = [
        "Patient",
        "Coverage",
        "Condition",
        "MedicationRequest",
        "AllergyIntolerance",
        "Immunization",
        "DocumentReference",
    ];
    let before: Vec<usize> = kinds.iter().map(|kind| count(&server, kind)).collect();
    let traces = count(&server, "Provenance");
    file(&mut station, &link, the_only_candidate);
    let after: Vec<usize> = kinds.iter().map(|kind| count(&server, kind)).collect();
    assert_eq!(before, after);
    assert_eq!(count(&server, "Provenance"), traces + 1);

    // And the same check-in again leaves none.
    file(&mut station, &link, the_only_candidate);
    assert_eq!(count(&server, "Provenance"), traces + 1);
}

#[test]
fn a_share_that_made_a_new_patient_is_filed_into_that_chart_without_doubles() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &server.base_url());
    let mut station = Station::open(&config);
    let link = publish(&shares, &minh_anh().shared_bundle());
    file(&mut station, &link, |_| PatientChoice::New);
    let kinds = ["Patient", "AllergyIntolerance", "Coverage", "Condition", "MedicationRequest"];
    let before: Vec<usize> = kinds.iter().map(|kind| count(&server, kind)).collect();
    assert!(before.iter().sum::<usize>() > 2, "{before:?}");
    file(&mut station, &link, the_only_candidate);
    let after: Vec<usize> = kinds.iter().map(|kind| count(&server, kind)).collect();
    assert_eq!(before, after);
}

#[test]
fn a_chart_that_a_kiosk_opened_is_marked_until_staff_have_verified_whose_it_is() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &server.base_url());
    let mut station = Station::open(&config);
    let link = publish(&shares, &minh_anh().shared_bundle());
    file(&mut station, &link, |_| PatientChoice::New);
    let is_marked = || {
        let patient = server.search_all("Patient", "").expect("a search").remove(0);
        patient["meta"]["tag"].to_string().contains("not-verified")
    };
    let shown_as_unverified = |station: &Station| {
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        reviewing.reconciliation.chosen().expect("a chart").patient().is_unverified()
    };
    assert!(is_marked());
    for verifies in [false, true] {
        station.review(&link);
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        let choice = the_only_candidate(reviewing.reconciliation.choice().search());
        station.choose(choice);
        assert!(shown_as_unverified(&station), "until staff verify");
        if verifies {
            station.kiosk.handle(ReviewInput::VerifiedToggled);
        }
        station.kiosk.handle(ReviewInput::IntakeConfirmed);
        station.until(&["complete"]);
        let State::Complete(complete) = &station.session().state else { panic!("complete") };
        assert_eq!((complete.ticket.outcome, is_marked()), (FilingOutcome::Accepted, !verifies));
    }
    station.review(&link);
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    let choice = the_only_candidate(reviewing.reconciliation.choice().search());
    station.choose(choice);
    assert!(!shown_as_unverified(&station));
}
