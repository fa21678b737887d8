//! What the desk sees of documents and of an EHR that lets nobody in: a real kiosk, its process apart, real servers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

mod support;

use ktc_kiosk::intake::ItemId;
use ktc_kiosk::reconciliation::{ChartSearch, PatientChoice};
use ktc_kiosk::session::{EhrHealth, Event, PageShown, State};
use ktc_testbed::ca::{Certificate, TestCa};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::{minh_anh, walter};
use support::{Station, configure, publish};

/// A host of shares, and an EHR that knows nobody; under another name, because no share is fetched from the EHR.
fn servers() -> (HttpsServer, HttpsServer) {
    let ca = TestCa::new();
    let start = || HttpsServer::start_with([], &ca, &[], Certificate::Good).expect("a server");
    let (shares, ehr) = (start(), start());
    ehr.route("/fhir/Patient", nobody());
    (shares, ehr)
}

fn nobody() -> Answer {
    Answer::ok("application/fhir+json", r#"{"resourceType":"Bundle","type":"searchset","total":0,"entry":[]}"#)
}

fn station(shares: &HttpsServer, ehr: &HttpsServer) -> (tempfile::TempDir, Station) {
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), shares, &format!("https://127.0.0.1:{}/fhir", ehr.port()));
    let station = Station::open(&config);
    (folder, station)
}

/// The first item with a document.
fn with_document(station: &Station) -> ItemId {
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    assert!(reviewing.viewer.is_none() && reviewing.drawing.is_none(), "nobody looks at anything");
    reviewing.viewables.first().expect("a document").0
}

/// Looks at the first document and gives its picture's size and whether something stands on it.
fn look(station: &mut Station) -> (u32, u32, bool) {
    let item = with_document(station);
    station.kiosk.handle(Event::DocumentOpened { item, which: 0 });
    station.until_that(|session| match &session.state {
        State::Reviewing(reviewing) => {
            !matches!(reviewing.viewer.as_ref().map(|viewer| &viewer.shown), Some(PageShown::Drawing) | None)
        }
        _ => panic!("the review ended"),
    });
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    let picture = reviewing.viewer.as_ref().and_then(|viewer| viewer.picture()).expect("the page was drawn");
    assert_eq!((picture.page, picture.pages), (0, 1));
    (picture.width, picture.height, picture.rgb.reveal().iter().any(|light| *light < 100))
}

#[test]
fn staff_see_a_page_that_was_drawn_in_the_process_apart() {
    let (shares, ehr) = servers();
    let (_folder, mut station) = station(&shares, &ehr);
    station.review(&publish(&shares, &walter().shared_bundle()));
    let (width, height, written) = look(&mut station);
    assert!(written && width > 400 && height > width, "{width} x {height}");
    station.kiosk.handle(Event::DocumentClosed);
    look(&mut station);
}

#[test]
fn a_page_of_a_visit_that_ended_reaches_nobody_and_holds_up_nobody() {
    let (shares, ehr) = servers();
    let (_folder, mut station) = station(&shares, &ehr);
    station.review(&publish(&shares, &walter().shared_bundle()));
    let item = with_document(&station);
    station.kiosk.handle(Event::DocumentOpened { item, which: 0 });
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    assert!(reviewing.drawing.is_some(), "the page is being drawn");
    station.kiosk.handle(Event::CancelTouched);
    assert_eq!(station.state(), "idle");

    station.review(&publish(&shares, &minh_anh().shared_bundle()));
    assert!(look(&mut station).2);
}

#[test]
fn an_ehr_that_lets_nobody_in_is_said_to_refuse_and_not_to_be_away() {
    let (shares, ehr) = servers();
    let (_folder, mut station) = station(&shares, &ehr);
    let code = publish(&shares, &walter().shared_bundle());
    for (status, standing) in [
        (401, EhrHealth::Refusing),
        (503, EhrHealth::Unreachable),
        (403, EhrHealth::Refusing),
        (500, EhrHealth::Unreachable),
        (404, EhrHealth::Refusing),
    ] {
        ehr.route("/fhir/Patient", Answer::status(status));
        station.review(&code);
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        assert!(matches!(reviewing.reconciliation.chart(), ChartSearch::Unavailable { new_patients: true }));
        assert_eq!(station.kiosk.health().ehr, standing, "{status}");
        station.kiosk.handle(Event::CancelTouched);
    }

    // The search is let in, the check-in is not.
    ehr.route("/fhir/Patient", nobody());
    ehr.route("/fhir", Answer::status(403));
    station.review(&code);
    assert_eq!(station.kiosk.health().ehr, EhrHealth::Reachable);
    station.confirm_all(|_| PatientChoice::New);
    for _ in 0..2_000 {
        station.kiosk.pump();
        if station.kiosk.health().ehr == EhrHealth::Refusing && station.kiosk.health().waiting == 1 {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the EHR is {:?}", station.kiosk.health().ehr);
}
