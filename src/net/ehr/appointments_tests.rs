//! Appointments from a real socket that answers what each test wants.

use super::super::charts::tests::{Ehr, bundle, turn, wait};
use super::*;
use crate::reconciliation::LongUnit;
use serde_json::json;

const WINDOW: (&str, &str) = ("2026-11-21T00:00:00Z", "2026-11-24T00:00:00Z");

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).expect("a time")
}

fn own(names: &[&str]) -> OwnPlaces {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    OwnPlaces::parse(&names, LongUnit::Kilometres).expect("places")
}

fn ask(ehr: &Ehr, own: &OwnPlaces) -> Option<AppointmentsFound> {
    wait(ehr.client.appointments("c1", None, (at(WINDOW.0), at(WINDOW.1)), own))
}

fn visit(id: &str, who: &str, start: &str) -> Value {
    json!({"resourceType": "Appointment", "id": id, "status": "booked", "start": start,
        "participant": [{"actor": {"reference": who}}]})
}

fn query_of(line: &str) -> &str {
    line.split_once('?').map_or("", |(_, query)| query)
}

/// An EHR with these appointments, whatever it is asked.
fn with(visits: Vec<Value>) -> Ehr {
    Ehr::new(move |line, base| (200, bundle(&format!("{base}/Appointment?{}", query_of(line)), &visits)))
}

fn ids(found: &AppointmentsFound) -> Vec<&str> {
    found.appointments.iter().map(|it| it.id.as_str()).collect()
}

#[test]
fn the_question_names_the_chart_and_the_days_and_only_its_own_appointments_of_them_count() {
    let ehr = with(vec![
        visit("today", "Patient/c1", "2026-11-22T09:00:00-06:00"),
        visit("far", "Patient/c1", "2027-01-01T09:00:00Z"),
    ]);
    let found = ask(&ehr, &OwnPlaces::default()).expect("told");
    assert_eq!((ids(&found), found.is_whole), (vec!["today"], true));
    let line = ehr.lines().remove(0);
    let asked: Vec<(String, String)> =
        url::form_urlencoded::parse(query_of(&line).trim_end_matches(" HTTP/1.1").as_bytes()).into_owned().collect();
    let asked: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).take(3).collect();
    assert_eq!(
        asked,
        [("patient", "c1"), ("date", "ge2026-11-21T00:00:00.000Z"), ("date", "lt2026-11-24T00:00:00.000Z")]
    );
    assert_eq!(ehr.lines().len(), 1, "no place is read where the clinic names none");
}

#[test]
fn what_cannot_be_read_or_is_another_patients_leaves_the_list_in_part() {
    let mut broken = visit("broken", "Patient/c1", "2026-11-22T09:00:00Z");
    broken["start"] = json!("soon");
    for odd in [
        broken,
        visit("foreign", "Patient/c2", "2026-11-22T09:00:00Z"),
        visit("inner", "http://inner-host/fhir/Patient/c1", "2026-11-22T09:00:00Z"),
    ] {
        let ehr = with(vec![odd.clone()]);
        let found = ask(&ehr, &OwnPlaces::default()).expect("told");
        assert_eq!((ids(&found).len(), found.is_whole), (0, false), "{odd}");
    }
}

#[test]
fn an_ehr_that_refuses_or_breaks_or_does_not_search_by_it_does_not_tell() {
    for status in [400, 401, 403, 404, 405, 422, 429, 500, 501, 503] {
        let ehr = Ehr::new(move |_, _| (status, json!({})));
        assert!(ask(&ehr, &OwnPlaces::default()).is_none(), "{status}");
    }
    let silent = Ehr::new(|_, _| (200, json!({"resourceType": "OperationOutcome"})));
    assert!(ask(&silent, &OwnPlaces::default()).is_none());
    let patients = json!([{"type": "Patient", "interaction": [{"code": "search-type"}]}]);
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": patients}]});
    let stated = Capabilities::from_statement(&statement);
    let ehr = with(Vec::new());
    let window = (at(WINDOW.0), at(WINDOW.1));
    assert!(wait(ehr.client.appointments("c1", stated.as_ref(), window, &OwnPlaces::default())).is_none());
    assert!(ehr.lines().is_empty(), "it is not asked for what it does not offer");
}

#[test]
fn a_dropped_question_and_pages_that_are_left_out_are_no_whole_list() {
    let dropped = Ehr::new(|_, base| (200, bundle(&format!("{base}/Appointment?patient=c1"), &[])));
    assert_eq!(ask(&dropped, &OwnPlaces::default()).map(|found| found.is_whole), Some(false));
    let endless = Ehr::new(|line, base| {
        let visits: Vec<Value> =
            (0..50).map(|number| visit(&format!("v{number}"), "Patient/c1", "2026-11-22T09:00:00Z")).collect();
        let mut answer = bundle(&format!("{base}/Appointment?{}", query_of(line)), &visits);
        turn(&mut answer, &format!("{base}/Appointment?patient=c1&date=x&page=1"));
        (200, answer)
    });
    let found = ask(&endless, &OwnPlaces::default()).expect("told");
    assert!(!found.is_whole && endless.lines().len() < 10, "{}", endless.lines().len());
    let many: Vec<Value> =
        (0..5_000).map(|number| visit(&format!("v{number}"), "Patient/c1", "2026-11-22T09:00:00Z")).collect();
    let found = ask(&with(many), &OwnPlaces::default()).expect("told");
    assert_eq!((found.appointments.len(), found.is_whole), (5_000, true), "one page of a server that has no pages");
}

/// Room 3 of a wing of site 1; site 2 of others; what nobody may read.
fn location(name: &str) -> (u16, Value) {
    let place = |id: &str, more: Value| {
        let mut place = json!({"resourceType": "Location", "id": id, "name": format!("Place {id}")});
        more.as_object().into_iter().flatten().for_each(|(name, value)| place[name] = value.clone());
        (200, place)
    };
    match name {
        "room" => place("room", json!({"partOf": {"reference": "Location/wing"}})),
        "wing" => place("wing", json!({"partOf": {"reference": "Location/1"}})),
        "1" => place("1", json!({"position": {"latitude": 44.92, "longitude": -93.2}})),
        "2" => place(
            "2",
            json!({"address": {"text": "12 Elm Street"}, "position": {"latitude": 44.93, "longitude": -93.2}}),
        ),
        "run" => place("run", json!({"managingOrganization": {"reference": "Organization/5"}})),
        "named" => place("named", json!({"identifier": [{"system": "urn:places", "value": "north"}]})),
        "circle" => place("circle", json!({"partOf": {"reference": "Location/circle"}})),
        "secret-room" => place("secret-room", json!({"partOf": {"reference": "Location/secret"}})),
        "liar" => place("1", json!({})),
        _ => (403, json!({})),
    }
}

fn site_of(places: &[Value], own: &OwnPlaces) -> VisitSite {
    let mut visit = visit("v1", "Patient/c1", "2026-11-22T09:00:00Z");
    let participants = visit["participant"].as_array_mut().expect("participants");
    participants.extend(places.iter().map(|place| json!({"actor": place})));
    let ehr = Ehr::new(move |line, base| match line.rsplit_once("/Location/") {
        Some((_, id)) => location(id),
        None => (200, bundle(&format!("{base}/Appointment?{}", query_of(line)), std::slice::from_ref(&visit))),
    });
    let mut found = ask(&ehr, own).expect("told");
    assert!(found.is_whole && ehr.lines().len() <= 2 + MAX_READ, "{:?}", ehr.lines());
    found.appointments.remove(0).site
}

#[test]
fn a_place_is_ours_by_reference_identifier_house_or_who_runs_it_and_else_told_with_its_distance() {
    let own = own(&["Location/1", "Organization/5", "urn:places|north"]);
    let at = |id: &str| json!({"reference": format!("Location/{id}"), "display": format!("Display of {id}")});
    for id in ["1", "room", "wing", "run", "named"] {
        assert_eq!(site_of(&[at(id)], &own), VisitSite::Here, "{id}");
    }
    assert_eq!(site_of(&[at("2"), at("room")], &own), VisitSite::Here, "one of two is enough");
    let by_identifier = json!({"type": "Location", "identifier": {"system": "urn:places", "value": "north"}});
    assert_eq!(site_of(&[by_identifier], &own), VisitSite::Here);
    let VisitSite::Elsewhere(place) = site_of(&[at("2")], &own) else { panic!("elsewhere") };
    assert_eq!((place.name.reveal().as_str(), place.address.reveal().as_str()), ("Place 2", "12 Elm Street"));
    assert_eq!(place.away.map(|away| away.number).as_deref(), Some("1.1"));
}

#[test]
fn a_place_that_may_be_ours_is_not_said_to_be_elsewhere() {
    let own = own(&["Location/1"]);
    let at = |id: &str| json!({"reference": format!("Location/{id}"), "display": "Annex"});
    let not_told = VisitSite::NotTold("Annex".into());
    for id in ["secret", "secret-room", "circle", "liar"] {
        assert_eq!(site_of(&[at(id)], &own), not_told, "{id}");
    }
    assert_eq!(site_of(&[at("2"), at("secret")], &own), not_told);
    assert_eq!(
        site_of(&[json!({"reference": "https://other.example/fhir/Location/1", "display": "Annex"})], &own),
        not_told
    );
    assert_eq!(site_of(&[], &own), VisitSite::NotJudged, "the appointment names none");
    assert_eq!(site_of(&[at("2")], &OwnPlaces::default()), VisitSite::NotJudged, "the clinic names none");
}
