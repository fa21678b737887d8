//! What an EHR says of today's appointments, as the desk draws it: each outcome from resources of FHIR.

use crate::face::{Face, SMALL};
use crate::pictures::MadeBy;
use crate::visit::Visit;
use jiff::tz::TimeZone;
use ktc_kiosk::fhir::Resource;
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{
    Appointment, AppointmentRules, AppointmentsFound, LongUnit, OwnPlaces, Position, TodaysAppointments, VisitSite,
};
use ktc_kiosk::session::{DeviceHealth, Input, ReviewInput};
use ktc_kiosk::time::Timestamp;
use serde_json::{Value, json};

/// The time at which it is judged.
const NOW: &str = "2026-11-22T09:25:00Z";

fn resource(mut json: Value, kind: &str) -> Resource {
    json["resourceType"] = json!(kind);
    Resource::from_json(json).expect("a resource")
}

fn appointment(json: Value) -> Appointment {
    Appointment::from_resource(&resource(json, "Appointment")).expect("an appointment")
}

fn booked(id: &str, start: &str, what: &str) -> Value {
    json!({"id": id, "status": "booked", "start": start, "description": what,
        "participant": [{"actor": {"reference": "Practitioner/9", "display": "Dr. Weiss"}}]})
}

fn judged(appointments: Vec<Appointment>, is_whole: bool) -> TodaysAppointments {
    let now = Timestamp::from_rfc3339(NOW).expect("a time");
    let found = AppointmentsFound { appointments, is_whole };
    TodaysAppointments::judge(Some(found), &AppointmentRules::default(), &TimeZone::UTC.into(), now)
}

/// What the EHR told, of appointments in FHIR.
pub fn told(appointments: &[Value]) -> TodaysAppointments {
    judged(appointments.iter().cloned().map(appointment).collect(), true)
}

fn visit(language: Language, told: TodaysAppointments) -> Visit {
    Visit::compared(language).appointments(told)
}

/// On time.
pub fn on_time() -> TodaysAppointments {
    told(&[booked("v1", "2026-11-22T09:30:00Z", "Yearly examination")])
}

pub fn early(language: Language) -> Visit {
    visit(language, told(&[booked("v1", "2026-11-22T14:00:00Z", "Yearly examination")]))
}

pub fn late(language: Language) -> Visit {
    visit(language, told(&[booked("v1", "2026-11-22T09:00:00Z", "Yearly examination")]))
}

/// In a place that is 5 miles away.
pub fn elsewhere(language: Language) -> Visit {
    let mut visited = appointment(booked("v1", "2026-11-22T09:30:00Z", "Yearly examination"));
    let own = OwnPlaces::parse(&["Location/1".to_owned()], LongUnit::Miles).expect("places");
    let at = |name: &str, latitude: f64| {
        resource(
            json!({"name": name, "position": {"latitude": latitude, "longitude": -93.2},
                "address": {"line": ["12 Elm Street"], "city": "Lakeside", "state": "MN", "postalCode": "55001"}}),
            "Location",
        )
    };
    let place = own.place(&at("Lakeside North", 44.99), Position::of(&at("Lakeside", 44.92)));
    visited.site = VisitSite::Elsewhere(Box::new(place));
    visit(language, judged(vec![visited], true))
}

/// Two, of which staff marked the first.
pub fn several(language: Language) -> Visit {
    let mut hearing = booked("v2", "2026-11-22T11:00:00Z", "Hearing test");
    hearing["participant"][0]["actor"]["display"] = json!("Dr. Okafor");
    let told = told(&[booked("v1", "2026-11-22T09:30:00Z", "Yearly examination"), hearing]);
    visit(language, told).on(ReviewInput::ArrivalToggled("v1".into()))
}

/// None today; one is tomorrow, and one of today was called off.
pub fn none(language: Language) -> Visit {
    let mut off = booked("v0", "2026-11-22T08:00:00Z", "Blood test");
    off["status"] = json!("cancelled");
    visit(
        language,
        told(&[
            off,
            booked("v1", "2026-11-23T10:15:00Z", "Yearly examination"),
            booked("v2", "2026-11-18T10:15:00Z", "Flu shot"),
        ]),
    )
}

pub fn arrived(language: Language) -> Visit {
    let mut known = booked("v1", "2026-11-22T09:30:00Z", "Yearly examination");
    (known["status"], known["meta"]) = (json!("arrived"), json!({"lastUpdated": "2026-11-22T09:12:00Z"}));
    visit(language, told(&[known]))
}

/// Marked as missed while the patient stands at the desk.
pub fn no_show(language: Language) -> Visit {
    let mut missed = booked("v1", "2026-11-22T09:00:00Z", "Yearly examination");
    (missed["status"], missed["meta"]) = (json!("noshow"), json!({"lastUpdated": "2026-11-22T09:10:00Z"}));
    visit(language, told(&[missed]))
}

/// The EHR refused, or left pages out.
pub fn not_told(language: Language) -> Visit {
    visit(language, judged(Vec::new(), false))
}

/// The EHR was asked again and did not answer.
pub fn old(language: Language) -> Visit {
    visit(language, on_time()).appointments(judged(Vec::new(), false))
}

fn face_of(visit: Visit) -> Face {
    Face::with(visit.session.state, Language::English, SMALL, DeviceHealth::default())
}

#[test]
fn each_outcome_has_its_own_words_and_its_next_step() {
    let outcomes: [(MadeBy, &str, &str); 9] = [
        (|language| visit(language, on_time()), "On time for 09:30", "Mark the patient as arrived."),
        (early, "Early: 14:00, in 4 h 35 min", "tell the patient how long the wait is"),
        (late, "Late: 09:00, 25 min ago", "tell the care team"),
        (elsewhere, "Other place: the 09:30 visit is not here", "Lakeside North, 12 Elm Street, Lakeside, MN, 55001"),
        (several, "2 appointments today", "mark each of those"),
        (none, "No appointment today", "Someone without an appointment can be checked in all the same."),
        (arrived, "Already checked in for 09:30", "Last changed in the EHR at 09:12"),
        (no_show, "Marked as missed: 09:00", "The patient is here: correct it in the EHR"),
        (not_told, "The EHR does not say whether there is an appointment today", "Look in its schedule."),
    ];
    for (place, (made_by, head, more)) in outcomes.iter().enumerate() {
        let face = face_of(made_by(Language::English));
        assert!(face.shows(head) && face.shows(more), "{head} in {:#?}", face.words());
        for (other, (_, others, _)) in outcomes.iter().enumerate() {
            // Two are listed, each with how it stands.
            assert!(other == place || place == 4 || !face.shows(others), "{head} and {others}");
        }
        assert_eq!(face.shows("ark as arrived, "), matches!(place, 0..=4), "{head}");
        assert!(face.shows("Choose another chart"), "and the form goes on");
    }
    let face = face_of(old(Language::English));
    assert!(face.shows("On time for 09:30") && face.shows("This is as of 09:25."));
    let face = face_of(Visit::compared(Language::English));
    assert!(face.shows("Asking the EHR for today’s appointments") && !face.shows("No appointment today"));
}

#[test]
fn of_two_appointments_each_is_picked_by_itself() {
    let mut face = face_of(several(Language::English));
    let touched = |face: &mut Face, words: &str| match face.touch(words).as_slice() {
        [Input::Review(ReviewInput::ArrivalToggled(id))] => id.clone(),
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(touched(&mut face, "Mark as arrived, 09:30, On time for 09:30, Yearly examination · Dr. Weiss"), "v1");
    let mut face = face_of(several(Language::English));
    assert_eq!(
        touched(&mut face, "Mark as arrived, 11:00, Early: 11:00, in 1 h 35 min, Hearing test · Dr. Okafor"),
        "v2"
    );
    let mut face = face_of(elsewhere(Language::English));
    assert_eq!(touched(&mut face, "Seen here all the same: mark as arrived, 09:30"), "v1");
}

/// A list that was cut names what came, and says so.
#[test]
fn what_the_ehr_told_in_part_is_shown_and_said_to_be_in_part() {
    let many: Vec<Appointment> = (0..5_000)
        .map(|number| appointment(booked(&format!("v{number}"), "2026-11-22T09:30:00Z", "Check-up")))
        .collect();
    let visit = visit(Language::English, judged(many, false));
    let face = Face::with(visit.session.state, Language::English, egui::vec2(1280.0, 1700.0), DeviceHealth::default());
    for words in
        ["5000 appointments today", "4994 more in the EHR’s schedule", "The EHR did not tell of every appointment."]
    {
        assert!(face.shows(words), "{words}");
    }
}
