//! What the desk sees of documents and of an EHR that lets nobody in: a real kiosk, its sandbox, real servers.

use crate::support::station::{PIN, Station, configure, publish};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::intake::ItemId;
use ktc_kiosk::reconciliation::{ChartSearch, Comparison, Field, FieldDecision, PatientChoice, Reconciliation};
use ktc_kiosk::session::{EhrHealth, Input, PageShown, ReviewInput, State};
use ktc_kiosk::time::Timestamp;
use ktc_testbed::ca::{Certificate, TestCa};
use ktc_testbed::fault_proxy::{Fault, FaultProxy};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::pdf;
use ktc_testbed::people::{minh_anh, walter};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

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
    let items = &reviewing.reconciliation.intake().items;
    items.iter().find(|item| !item.viewable_names().is_empty()).expect("a document").id
}

/// Looks at the first document and gives its picture's size and whether something stands on it.
fn look(station: &mut Station) -> (u32, u32, bool) {
    let item = with_document(station);
    station.kiosk.handle(ReviewInput::DocumentOpened { item, which: 0 });
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
fn staff_see_a_page_that_was_drawn_in_the_sandbox() {
    let (shares, ehr) = servers();
    let (_folder, mut station) = station(&shares, &ehr);
    station.review(&publish(&shares, &walter().shared_bundle()));
    let (width, height, written) = look(&mut station);
    assert!(written && width > 400 && height > width, "{width} x {height}");
    station.kiosk.handle(ReviewInput::DocumentClosed);
    look(&mut station);
}

/// A summary of a hospital: what staff open is what the EHR gets, byte for byte.
#[test]
fn a_pdf_of_nine_megabytes_is_opened_and_filed_whole() {
    let server = FhirServer::start().expect("a FHIR server");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &server.base_url());
    for megabytes in [4, 9] {
        let mut pdf = pdf::one_page("Discharge summary", &["Take 20 mg.".to_owned()]);
        pdf.extend(format!("\n%{}\n%%EOF\n", "scan ".repeat(megabytes * 200_000)).bytes());
        let mut bundle = walter().shared_bundle();
        let entries = bundle["entry"].as_array_mut().expect("entries");
        entries.retain(|entry| entry["resource"]["resourceType"] == "Patient");
        let who = json!({"reference": entries[0]["fullUrl"]});
        let attachment = json!({"contentType": "application/pdf", "data": BASE64_STANDARD.encode(&pdf)});
        entries.push(json!({"resource": {"resourceType": "DocumentReference", "status": "current", "subject": who,
            "description": format!("Summary of {megabytes} MB"), "content": [{"attachment": attachment}]}}));
        let mut station = Station::open(&config);
        station.review(&publish(&shares, &bundle));
        let (width, height, written) = look(&mut station);
        assert!(written && height > width, "{megabytes} MB");
        station.kiosk.handle(ReviewInput::DocumentClosed);
        station.confirm_all(|search| {
            let known = search.candidates().first().map(|chart| chart.id.clone());
            known.map_or(PatientChoice::New, PatientChoice::Existing)
        });
        station.until(&["complete"]);
        let State::Complete(complete) = &station.session().state else { panic!("complete") };
        assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted, "{megabytes} MB");
        let filed = server.search_all("DocumentReference", "").expect("a search");
        let bytes =
            |document: &Value| BASE64_STANDARD.decode(document["content"][0]["attachment"]["data"].as_str()?).ok();
        assert!(filed.iter().any(|document| bytes(document).as_ref() == Some(&pdf)), "{megabytes} MB");
    }
}

#[test]
fn a_page_of_a_visit_that_ended_reaches_nobody_and_holds_up_nobody() {
    let (shares, ehr) = servers();
    let (_folder, mut station) = station(&shares, &ehr);
    station.review(&publish(&shares, &walter().shared_bundle()));
    let item = with_document(&station);
    station.kiosk.handle(ReviewInput::DocumentOpened { item, which: 0 });
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    assert!(reviewing.drawing.is_some(), "the page is being drawn");
    station.kiosk.handle(Input::CancelTouched);
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
        assert!(matches!(reviewing.reconciliation.choice().search(), ChartSearch::Unavailable));
        assert_eq!(station.kiosk.health().ehr, standing, "{status}");
        station.kiosk.handle(Input::CancelTouched);
    }

    // The search is let in, the check-in is not.
    ehr.route("/fhir/Patient", nobody());
    station.review(&code);
    assert_eq!(station.kiosk.health().ehr, EhrHealth::Reachable);
    ehr.route("/fhir/Patient", Answer::status(403));
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

/// The chart of somebody who has shared before, as a real server keeps it, and the chart of somebody else.
fn known(server: &FhirServer) {
    let person = minh_anh();
    let of = |who: &str| json!({"reference": format!("Patient/{who}")});
    let coded = |(system, code): (&str, &str)| json!({"coding": [{"system": system, "code": code}]});
    let chart = |id: &str, given: &str| {
        json!({"resourceType": "Patient", "id": id, "birthDate": person.birth_date, "gender": person.gender,
            "name": [{"family": person.family, "given": [given, "Anh"]}],
            "telecom": [{"system": "phone", "value": "+1-555-010-0000", "use": "home"}]})
    };
    let allergy = |id: &str, who: &str| {
        json!({"resourceType": "AllergyIntolerance", "id": id, "patient": of(who),
            "code": coded((person.allergy.system, person.allergy.code))})
    };
    let noon = format!("{}T12:00:00Z", Timestamp::from_unix_millis(unix_millis()).date());
    let visit = json!({"resourceType": "Appointment", "id": "visit", "status": "booked", "start": noon,
        "participant": [{"actor": of("hers"), "status": "accepted"}]});
    let asthma =
        json!({"resourceType": "Condition", "id": "asthma", "subject": of("hers"), "code": {"text": "Asthma"}});
    let foreign =
        json!({"resourceType": "Condition", "id": "foreign", "subject": of("twin"), "code": {"text": "Gout"}});
    let resources = [
        chart("hers", "Minh"),
        chart("twin", "Thanh"),
        allergy("allergy", "hers"),
        allergy("of-twin", "twin"),
        visit,
        asthma,
        foreign,
    ];
    let entries = resources.map(|resource| {
        let url = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        json!({"resource": resource, "request": {"method": "PUT", "url": url}})
    });
    let answer = server.post("", &json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}));
    assert_eq!(answer.expect("an answer").status, 200);
}

fn unix_millis() -> i64 {
    let since = std::time::UNIX_EPOCH.elapsed().expect("a clock");
    i64::try_from(since.as_millis()).expect("a time")
}

#[test]
fn a_chosen_chart_is_compared_with_its_own_records_in_a_real_server_and_what_is_there_is_not_filed_again() {
    let server = FhirServer::start().expect("a FHIR server");
    known(&server);
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let mut station = Station::open(&configure(folder.path(), &shares, &server.base_url()));
    station.review(&publish(&shares, &minh_anh().shared_bundle()));
    {
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        let ChartSearch::Found { candidates, .. } = reviewing.reconciliation.choice().search() else {
            panic!("not found")
        };
        let ids: Vec<&str> = candidates.iter().map(|chart| chart.id.as_str()).collect();
        assert_eq!(ids, ["hers", "twin"], "the right one first, and both are shown");
    }
    station.choose(PatientChoice::Existing("hers".into()));
    station.kiosk.handle(ReviewInput::ArrivalToggled("visit".into()));
    station.kiosk.handle(ReviewInput::FieldDecided(Field::Phone, FieldDecision::Take));
    let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
    let review = &reviewing.reconciliation;
    let comparison = review.compared().expect("compared");
    assert_eq!((comparison.count(Comparison::Same), comparison.not_compared.len()), (1, 0), "the allergy");
    let only: Vec<&str> = comparison.only_in_chart.iter().map(|(_, title)| title.reveal().as_str()).collect();
    assert_eq!(only, ["Asthma"], "and nothing of the twin");
    let confirmed = review.clone().confirm(reviewing.staff.clone(), Timestamp::from_unix_millis(0)).expect("decided");
    let changed: Vec<&str> = confirmed.changes.iter().map(|change| change.target.as_str()).collect();
    // An appointment at noon in UTC is of another day in a few places.
    assert!(changed.contains(&"Patient/hers") && changed.len() == 1 + usize::from(has_appointment(review)));
    let [(_, held)] = &confirmed.in_chart[..] else { panic!("one record is held") };
    assert_eq!(held, "AllergyIntolerance/allergy");

    // Filed: what staff changed is in the chart, what they did not touch is as it was, what was there is there once.
    let before = resource_at(&server, "Patient/hers");
    let appointment = has_appointment(review);
    let phone = shared_phone();
    assert!(!before["telecom"].to_string().contains(&phone));
    station.kiosk.handle(ReviewInput::IntakeConfirmed);
    station.until(&["complete"]);
    let State::Complete(complete) = &station.session().state else { panic!("complete") };
    assert_eq!(complete.ticket.outcome, FilingOutcome::Accepted);
    let mut after = resource_at(&server, "Patient/hers");
    assert!(after["telecom"].to_string().contains(&phone), "{after}");
    for element in ["telecom", "meta"] {
        after[element] = before[element].clone();
    }
    assert_eq!(after, before);
    if appointment {
        assert_eq!(resource_at(&server, "Appointment/visit")["status"], "arrived");
    }
    assert_eq!(server.search_all("AllergyIntolerance", "patient=hers").expect("a search").len(), 1);
}

fn has_appointment(review: &Reconciliation) -> bool {
    let told = review.chosen().and_then(|chosen| chosen.arrivals().told());
    told.is_some_and(|told| !told.standing().is_empty())
}

#[test]
fn a_code_that_was_filed_for_another_chart_is_told_and_for_the_same_chart_it_is_not() {
    let server = FhirServer::start().expect("a FHIR server");
    known(&server);
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let mut station = Station::open(&configure(folder.path(), &shares, &server.base_url()));
    let code = publish(&shares, &minh_anh().shared_bundle());
    for (chart, warned) in [("hers", false), ("hers", false), ("twin", true)] {
        station.review(&code);
        station.choose(PatientChoice::Existing(chart.into()));
        let State::Reviewing(reviewing) = &station.session().state else { panic!("not reviewing") };
        assert_eq!(reviewing.reconciliation.choice().seen_elsewhere(), warned, "{chart}");
        let items: Vec<_> = reviewing.reconciliation.intake().items.iter().map(|item| item.id).collect();
        items.into_iter().for_each(|item| station.kiosk.handle(ReviewInput::ItemToggled(item)));
        station.kiosk.handle(ReviewInput::IntakeConfirmed);
        station.until(&["complete"]);
    }
}

fn resource_at(server: &FhirServer, path: &str) -> Value {
    server.get(path).expect("an answer").json().expect("JSON")
}

fn shared_phone() -> String {
    let bundle = minh_anh().shared_bundle();
    let entries = bundle["entry"].as_array().expect("entries").iter().map(|entry| &entry["resource"]);
    let patient = entries.into_iter().find(|resource| resource["resourceType"] == "Patient").expect("a patient");
    let phones = patient["telecom"].as_array().expect("telecom").iter().filter(|contact| contact["system"] == "phone");
    phones.into_iter().find_map(|contact| contact["value"].as_str()).expect("a phone").to_owned()
}

/// Whoever signs in does not wait for the EHR that the visit before has asked.
#[test]
#[expect(clippy::disallowed_methods, reason = "it measures how long staff wait")]
fn a_pin_is_checked_while_the_ehr_stalls() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let config = configure(folder.path(), &shares, &proxy.base_url());
    let code = publish(&shares, &walter().shared_bundle());
    let mut station = Station::open(&config);
    (0..60).for_each(|_| proxy.push(Fault::HangMillis(20_000)));
    for _ in 0..3 {
        station.show(&code);
        station.until(&["sharing"]);
        station.kiosk.handle(Input::SharingAgreed);
        let asked = Instant::now();
        PIN.bytes().for_each(|digit| station.kiosk.handle(Input::PinDigit(digit - b'0')));
        station.until(&["reviewing"]);
        assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
        station.kiosk.handle(Input::CancelTouched);
        station.until(&["idle"]);
    }
}
