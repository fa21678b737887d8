//! Today's appointments as real EHRs tell them, each outcome, and what of them staff mark.

use crate::support::station::{Station, configure, publish};
use jiff::tz::TimeZone;
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::net::{Credentials, EhrClient, EhrTls, prepare_tls};
use ktc_kiosk::reconciliation::{
    AppointmentRules, AppointmentStanding, LongUnit, NearDay, Outcome, OwnPlaces, PatientChoice, TodaysAppointment,
    TodaysAppointments,
};
use ktc_kiosk::runtime::now;
use ktc_kiosk::session::{ReviewInput, State};
use ktc_kiosk::time::{Timestamp, Zone};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::https::HttpsServer;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::people::minh_anh;
use ktc_testbed::wire::{self, Request};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// When it is judged.
const NOW: &str = "2026-12-01T15:00:00Z";
/// One patient for each outcome.
const WHO: [&str; 10] =
    ["on-time", "early", "late", "elsewhere", "several", "none", "arrived", "missed", "off", "in-a-room"];

fn patient(id: &str) -> Value {
    let person = minh_anh();
    json!({"resourceType": "Patient", "id": id, "birthDate": person.birth_date, "gender": person.gender,
        "name": [{"family": person.family, "given": ["Minh", "Anh"]}]})
}

fn appointment(id: &str, who: &str, (status, start): (&str, &str), place: &str) -> Value {
    json!({"resourceType": "Appointment", "id": id, "status": status, "start": start, "end": start,
        "description": format!("Visit {id}"), "participant": [
            {"actor": {"reference": format!("Patient/{who}")}, "status": "accepted"},
            {"actor": {"reference": format!("Location/{place}")}, "status": "accepted"}]})
}

fn places() -> [Value; 3] {
    let place = |id: &str, latitude: f64| {
        json!({"resourceType": "Location", "id": id, "name": format!("Lakeside {id}"), "position": {"latitude": latitude, "longitude": -93.2},
            "address": {"line": ["12 Elm Street"], "city": "Lakeside"}})
    };
    let mut room = place("room", 44.92);
    room["partOf"] = json!({"reference": "Location/south"});
    [place("south", 44.92), place("north", 44.99), room]
}

/// What stands in the EHR, place by place.
fn chart_book() -> Vec<Value> {
    let mut all: Vec<Value> = WHO.iter().map(|who| patient(who)).collect();
    all.extend(places());
    let at = |id: &str, who: &str, status: &str, start: &str| appointment(id, who, (status, start), "south");
    all.extend([
        at("a1", "on-time", "booked", "2026-12-01T15:10:00Z"),
        at("a2", "early", "pending", "2026-12-01T13:40:00-06:00"),
        at("a3", "late", "booked", "2026-12-01T14:20:00Z"),
        appointment("a4", "elsewhere", ("booked", "2026-12-01T15:10:00Z"), "north"),
        at("a5", "several", "booked", "2026-12-01T15:10:00Z"),
        at("a6", "several", "booked", "2026-12-01T16:00:00Z"),
        at("a7", "none", "booked", "2026-12-02T15:10:00Z"),
        at("a8", "none", "fulfilled", "2026-11-27T15:10:00Z"),
        at("a9", "arrived", "arrived", "2026-12-01T15:10:00Z"),
        at("a10", "missed", "noshow", "2026-12-01T14:50:00Z"),
        at("a11", "off", "cancelled", "2026-12-01T15:10:00Z"),
        appointment("a12", "in-a-room", ("booked", "2026-12-01T15:10:00Z"), "room"),
    ]);
    all
}

fn client(base: &str) -> EhrClient {
    prepare_tls();
    let tls = EhrTls::new(None, None).expect("TLS").client().expect("a client");
    EhrClient::new(tls, base.parse().expect("an address"), Credentials::None)
}

/// What this EHR tells of a patient at [`NOW`].
fn told(ehr: &EhrClient, id: &str, own: &OwnPlaces) -> TodaysAppointments {
    let (rules, zone, now) = (AppointmentRules::default(), Zone::from(TimeZone::UTC), Timestamp::from_rfc3339(NOW));
    let now = now.expect("a time");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let found = runtime.block_on(ehr.appointments(id, None, rules.window(&zone, now), own));
    assert!(found.is_some(), "{id}: the EHR tells");
    TodaysAppointments::judge(found, &rules, &zone, now)
}

fn one(told: TodaysAppointments) -> TodaysAppointment {
    match told.outcome {
        Outcome::One(one) => one,
        other => panic!("{other:?}"),
    }
}

/// Each outcome of the chart book; `id` gives the name of a patient in this EHR.
fn each_outcome_is_told(ehr: &EhrClient, own: &OwnPlaces, id: impl Fn(&str) -> String) {
    let told = |who: &str| told(ehr, &id(who), own);
    assert_eq!(one(told("on-time")).standing, AppointmentStanding::OnTime);
    assert_eq!(one(told("in-a-room")).standing, AppointmentStanding::OnTime, "a room of ours");
    assert_eq!(one(told("early")).standing, AppointmentStanding::Early { by: Duration::from_secs(4 * 3600 + 2400) });
    assert_eq!(one(told("late")).standing, AppointmentStanding::Late { by: Duration::from_secs(2400) });
    let AppointmentStanding::Elsewhere(place) = one(told("elsewhere")).standing else { panic!("elsewhere") };
    assert_eq!(
        (place.name.reveal().as_str(), place.address.reveal().as_str()),
        ("Lakeside north", "12 Elm Street, Lakeside")
    );
    assert_eq!(place.away.map(|away| away.number).as_deref(), Some("7.8"));
    let several = told("several");
    let Outcome::Several(both) = &several.outcome else { panic!("{:?}", several.outcome) };
    let starts: Vec<Option<&str>> = both.iter().map(|it| it.time.as_deref()).collect();
    assert_eq!(starts, [Some("15:10"), Some("16:00")]);
    let Outcome::None { last: Some(last), next: Some(next) } = told("none").outcome else { panic!("none") };
    assert!(matches!((last.day, next.day), (NearDay::On(_), NearDay::Adjacent)), "{last:?} {next:?}");
    assert!(matches!(one(told("arrived")).standing, AppointmentStanding::Arrived { .. }));
    assert!(matches!(one(told("missed")).standing, AppointmentStanding::NoShow { .. }));
    let off = told("off");
    assert!(matches!(off.outcome, Outcome::None { .. }) && off.beside.len() == 1);
}

fn put(server: &FhirServer, resources: Vec<Value>) {
    let entries = resources.into_iter().map(|resource| {
        let url = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        json!({"resource": resource, "request": {"method": "PUT", "url": url}})
    });
    let entries: Vec<Value> = entries.collect();
    let answer = server.post("", &json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}));
    assert_eq!(answer.expect("an answer").status, 200);
}

#[test]
fn each_outcome_is_told_of_a_real_server() {
    let server = FhirServer::start().expect("a FHIR server");
    put(&server, chart_book());
    let own = OwnPlaces::parse(&["Location/south".to_owned()], LongUnit::Kilometres).expect("places");
    each_outcome_is_told(&client(&server.base_url()), &own, str::to_owned);
}

/// The second engine names its records itself, so that references are written when their records are there.
#[test]
fn each_outcome_is_told_of_a_second_engine() {
    let server = Medplum::start().expect("an engine");
    let mut ids: Vec<(String, String)> = Vec::new();
    for mut resource in chart_book() {
        let name = resource["id"].take().as_str().expect("an id").to_owned();
        resource.as_object_mut().expect("members").remove("id");
        let mut text = resource.to_string();
        for (known, id) in &ids {
            text = text.replace(&format!("\"{known}\""), &format!("\"{id}\""));
        }
        let resource: Value = serde_json::from_str(&text).expect("JSON");
        let kind = resource["resourceType"].as_str().expect("a type").to_owned();
        let request = Request {
            method: "POST".to_owned(),
            target: format!("/fhir/{kind}"),
            headers: vec![("Content-Type".to_owned(), "application/fhir+json".to_owned())],
            body: text.into_bytes(),
        };
        let base = server.base_url();
        let authority = base.trim_start_matches("http://").trim_end_matches("/fhir");
        let made = wire::exchange(authority, &request, Duration::from_secs(30)).expect("an answer");
        let made = made.json().expect("JSON");
        let id = made["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        ids.push((format!("{kind}/{name}"), format!("{kind}/{id}")));
    }
    let place_of = |name: &str| ids.iter().find(|(known, _)| known == name).expect("known").1.clone();
    let own = OwnPlaces::parse(&[place_of("Location/south")], LongUnit::Kilometres).expect("places");
    let id = |who: &str| place_of(&format!("Patient/{who}")).trim_start_matches("Patient/").to_owned();
    each_outcome_is_told(&client(&server.base_url()), &own, id);
}

/// A kiosk of the clinic in the south, with the chart `hers` and these appointments so many minutes from now.
struct Clinic {
    server: FhirServer,
    station: Station,
    _shares: HttpsServer,
    _folder: tempfile::TempDir,
}

fn of_the_south(folder: &Path, shares: &HttpsServer, base: &str) -> KioskConfig {
    configure(folder, shares, base);
    let path = folder.join("kiosk.toml");
    let toml = fs::read_to_string(&path).expect("a configuration");
    let toml = toml.replacen("[clinic]\n", "[clinic]\nlocations = [\"Location/south\"]\n", 1);
    fs::write(&path, toml).expect("a file");
    KioskConfig::read(&path).expect("a configuration")
}

fn clinic(visits: &[(&str, u64, &str)]) -> Clinic {
    let server = FhirServer::start().expect("a FHIR server");
    let mut resources = vec![patient("hers")];
    resources.extend(places());
    resources.extend(visits.iter().map(|(id, minutes, place)| {
        let start = now().plus(Duration::from_secs(minutes * 60)).to_string();
        appointment(id, "hers", ("booked", &start), place)
    }));
    put(&server, resources);
    let shares = HttpsServer::start([]).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let mut station = Station::open(&of_the_south(folder.path(), &shares, &server.base_url()));
    station.review(&publish(&shares, &minh_anh().shared_bundle()));
    station.choose(PatientChoice::Existing("hers".into()));
    Clinic { server, station, _shares: shares, _folder: folder }
}

impl Clinic {
    fn outcome(&self) -> Outcome {
        let State::Reviewing(reviewing) = &self.station.session().state else { panic!("not reviewing") };
        let arrivals = reviewing.reconciliation.chosen().expect("chosen").arrivals();
        arrivals.told().expect("told").outcome.clone()
    }

    fn status(&self, id: &str) -> Value {
        let path = format!("Appointment/{id}");
        self.server.get(&path).expect("an answer").json().expect("JSON")["status"].clone()
    }

    /// Confirms and waits for the ticket.
    fn filed(&mut self) -> FilingOutcome {
        self.station.kiosk.handle(ReviewInput::IntakeConfirmed);
        self.station.until(&["complete"]);
        let State::Complete(complete) = &self.station.session().state else { panic!("complete") };
        complete.ticket.outcome
    }
}

#[test]
fn of_two_appointments_the_one_that_staff_picked_is_marked_and_the_other_is_as_it_was() {
    let mut clinic = clinic(&[("first", 5, "south"), ("second", 20, "south")]);
    assert!(matches!(clinic.outcome(), Outcome::Several(both) if both.len() == 2));
    clinic.station.kiosk.handle(ReviewInput::ArrivalToggled("second".into()));
    assert_eq!(clinic.filed(), FilingOutcome::Accepted);
    assert_eq!((clinic.status("first"), clinic.status("second")), (json!("booked"), json!("arrived")));
}

#[test]
fn one_elsewhere_is_marked_only_where_staff_say_so_and_both_of_two_can_be() {
    let mut clinic = clinic(&[("here", 5, "room"), ("there", 20, "north")]);
    let Outcome::Several(both) = clinic.outcome() else { panic!("two") };
    let is_elsewhere: Vec<bool> =
        both.iter().map(|it| matches!(it.standing, AppointmentStanding::Elsewhere(_))).collect();
    assert_eq!(is_elsewhere, [false, true]);
    clinic.station.kiosk.handle(ReviewInput::ArrivalToggled("here".into()));
    clinic.station.kiosk.handle(ReviewInput::ArrivalToggled("there".into()));
    assert_eq!(clinic.filed(), FilingOutcome::Accepted);
    assert_eq!((clinic.status("here"), clinic.status("there")), (json!("arrived"), json!("arrived")));
}

#[test]
fn what_a_colleague_changed_meanwhile_is_not_overwritten_and_holds_nothing_up() {
    let mut clinic = clinic(&[("first", 5, "south")]);
    clinic.station.kiosk.handle(ReviewInput::ArrivalToggled("first".into()));
    let mut changed = clinic.server.get("Appointment/first").expect("an answer").json().expect("JSON");
    changed["status"] = json!("cancelled");
    put(&clinic.server, vec![changed]);
    assert_eq!(clinic.filed(), FilingOutcome::Accepted);
    assert_eq!(clinic.status("first"), json!("cancelled"));
}

#[test]
fn without_an_appointment_a_walk_in_is_checked_in_all_the_same() {
    let mut clinic = clinic(&[]);
    assert!(matches!(clinic.outcome(), Outcome::None { last: None, next: None }));
    let State::Reviewing(reviewing) = &clinic.station.session().state else { panic!("not reviewing") };
    let items: Vec<_> = reviewing.reconciliation.intake().items.iter().map(|item| item.id).collect();
    items.into_iter().for_each(|item| clinic.station.kiosk.handle(ReviewInput::ItemToggled(item)));
    assert_eq!(clinic.filed(), FilingOutcome::Accepted);
}
