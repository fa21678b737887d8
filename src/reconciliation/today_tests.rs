//! Each outcome by case, at its limits; and what no answer may become.

use super::*;
use crate::fhir::Resource;
use crate::reconciliation::place::{LongUnit, OwnPlaces};
use jiff::tz::TimeZone;
use strum::VariantArray;

const NOW: &str = "2026-12-01T14:30:00Z";

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).expect("a time")
}

fn new_york() -> Zone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").expect("a zone").into()
}

fn visit(id: &str, status: AppointmentStatus, starts: Timestamp) -> Appointment {
    Appointment {
        id: id.into(),
        status,
        starts: Some(starts),
        ends: None,
        wished: None,
        changed: None,
        about: "Check-up".into(),
        places: Vec::new(),
        site: VisitSite::NotJudged,
        is_shared: false,
        as_told: Vec::new(),
    }
}

fn booked(starts: &str) -> Appointment {
    visit("v1", AppointmentStatus::Booked, at(starts))
}

fn judge_at(now: &str, appointments: &[Appointment], is_whole: bool) -> TodaysAppointments {
    let found = AppointmentsFound { appointments: appointments.to_vec(), is_whole };
    TodaysAppointments::judge(Some(found), &AppointmentRules::default(), &new_york(), at(now))
}

fn judge(appointments: &[Appointment]) -> TodaysAppointments {
    judge_at(NOW, appointments, true)
}

fn standing_of(appointment: Appointment) -> Standing {
    match judge(&[appointment]).outcome {
        Outcome::One(one) => one.standing,
        other => panic!("{other:?}"),
    }
}

/// A word for an outcome, for tables.
fn word(told: &TodaysAppointments) -> String {
    let one = |it: &TodaysAppointment| match &it.standing {
        Standing::OnTime => "on-time".to_owned(),
        Standing::Early { by } => format!("early {}", by.as_secs()),
        Standing::Late { by } => format!("late {}", by.as_secs()),
        Standing::Elsewhere(_) => "elsewhere".into(),
        Standing::Arrived { .. } => "arrived".into(),
        Standing::Over => "over".into(),
        Standing::NoShow { .. } => "no-show".into(),
        Standing::Cancelled { .. } => "cancelled".into(),
        Standing::NotAgreed => "not-agreed".into(),
    };
    let outcome = match &told.outcome {
        Outcome::NotTold => "not-told".to_owned(),
        Outcome::None { .. } => "none".into(),
        Outcome::One(it) => one(it),
        Outcome::Several(several) => several.iter().map(one).collect::<Vec<_>>().join(", "),
    };
    let beside: Vec<String> = told.beside.iter().map(one).collect();
    if beside.is_empty() { outcome } else { format!("{outcome} + {}", beside.join(", ")) }
}

#[test]
fn early_and_late_begin_behind_their_limits() {
    // Now it is 14:30:00; early is more than 30 minutes, late more than 10.
    for (starts, expected) in [
        ("2026-12-01T15:00:00.000Z", "on-time"),
        ("2026-12-01T15:00:00.001Z", "early 1800"),
        ("2026-12-01T19:00:00Z", "early 16200"),
        ("2026-12-01T14:30:00Z", "on-time"),
        ("2026-12-01T14:20:00.000Z", "on-time"),
        ("2026-12-01T14:19:59.999Z", "late 600"),
        ("2026-12-01T09:30:00-05:00", "on-time"),
        ("2026-12-01T06:00:00Z", "late 30600"),
    ] {
        assert_eq!(word(&judge(&[booked(starts)])), expected, "{starts}");
    }
}

#[test]
fn each_status_of_r4_has_its_standing_and_only_two_can_be_marked() {
    let told = |status| judge(&[visit("v1", status, at("2026-12-01T14:40:00Z"))]);
    let table = AppointmentStatus::VARIANTS.iter().map(|status| (status.code(), word(&told(*status))));
    let expected = [
        ("proposed", "none + not-agreed"),
        ("pending", "on-time"),
        ("booked", "on-time"),
        ("arrived", "arrived"),
        ("fulfilled", "over"),
        ("cancelled", "none + cancelled"),
        ("noshow", "no-show"),
        ("entered-in-error", "none"),
        ("checked-in", "arrived"),
        ("waitlist", "none + not-agreed"),
    ];
    assert_eq!(table.collect::<Vec<_>>(), expected.map(|(code, word)| (code, word.to_owned())));
    let can = |status: &AppointmentStatus| told(*status).standing().iter().any(TodaysAppointment::can_arrive);
    let marked: Vec<&str> = AppointmentStatus::VARIANTS.iter().filter(|it| can(it)).map(|it| it.code()).collect();
    assert_eq!(marked, ["pending", "booked"]);
}

#[test]
fn two_of_today_are_listed_by_their_start_and_each_has_its_own_standing() {
    let later = visit("v2", AppointmentStatus::Booked, at("2026-12-01T20:00:00Z"));
    let arrived = visit("v3", AppointmentStatus::Arrived, at("2026-12-01T14:00:00Z"));
    let told = judge(&[later.clone(), booked("2026-12-01T14:40:00Z"), arrived, later]);
    assert_eq!(word(&told), "arrived, on-time, early 19800", "and the same one twice is one");
}

#[test]
fn a_place_that_is_not_ours_is_told_and_can_be_marked_on_purpose() {
    let location = Resource::from_json(serde_json::json!({"resourceType": "Location", "name": "North"}));
    let place = OwnPlaces::parse(&["Location/1".into()], LongUnit::Miles)
        .zip(location)
        .map(|(own, location)| own.place(&location, None))
        .expect("a place");
    let mut visit = booked("2026-12-01T14:40:00Z");
    visit.site = VisitSite::Elsewhere(Box::new(place));
    let told = judge(std::slice::from_ref(&visit));
    assert_eq!(word(&told), "elsewhere");
    assert!(told.standing()[0].can_arrive());
    // Whether the patient is there already, or did not come, says more than where.
    visit.status = AppointmentStatus::Arrived;
    assert_eq!(word(&judge(std::slice::from_ref(&visit))), "arrived");
    visit.status = AppointmentStatus::Booked;
    visit.site = VisitSite::NotTold("Annex".into());
    let told = judge(&[visit]);
    assert_eq!(word(&told), "on-time");
    assert_eq!(told.standing()[0].unknown_place.as_ref().map(|it| it.reveal().as_str()), Some("Annex"));
}

#[test]
fn since_when_is_told_of_today_alone() {
    let mut visit = visit("v1", AppointmentStatus::Arrived, at("2026-12-01T14:40:00Z"));
    for (changed, told) in [
        (Some("2026-12-01T14:12:00Z"), Some("09:12")),
        (Some("2026-11-30T14:12:00Z"), None),
        (Some("2026-12-01T14:31:00Z"), None),
        (None, None),
    ] {
        visit.changed = changed.map(at);
        assert_eq!(standing_of(visit.clone()), Standing::Arrived { changed: told.map(str::to_owned) }, "{changed:?}");
    }
}

#[test]
fn where_there_is_none_the_last_and_the_next_are_told_with_their_day() {
    let near = |appointments: &[Appointment]| match judge(appointments).outcome {
        Outcome::None { last, next } => [last, next].map(|near| near.map(|near| (near.day, near.time))),
        other => panic!("{other:?}"),
    };
    let of = |id: &str, starts: &str| visit(id, AppointmentStatus::Booked, at(starts));
    assert_eq!(near(&[]), [None, None]);
    // 00:30 of the next day in UTC is 19:30 of today in New York.
    let week = [
        of("a", "2026-11-28T15:00:00Z"),
        of("b", "2026-11-30T22:00:00Z"),
        of("c", "2026-12-02T15:00:00Z"),
        of("d", "2026-12-05T15:00:00Z"),
    ];
    let expected = [(NearDay::Adjacent, "17:00"), (NearDay::Adjacent, "10:00")];
    assert_eq!(near(&week), expected.map(|(day, time)| Some((day, time.to_owned()))));
    let far = [of("a", "2026-11-28T15:00:00Z"), of("d", "2026-12-05T15:00:00Z")];
    let expected = [(Day::constant(2026, 11, 28), "10:00"), (Day::constant(2026, 12, 5), "10:00")];
    assert_eq!(near(&far), expected.map(|(day, time)| Some((NearDay::On(day), time.to_owned()))));
    // Outside of a week; called off.
    let mut off = of("c", "2026-12-02T15:00:00Z");
    off.status = AppointmentStatus::Cancelled;
    assert_eq!(near(&[of("a", "2026-11-20T15:00:00Z"), of("d", "2026-12-20T15:00:00Z"), off]), [None, None]);
    assert_eq!(word(&judge(&[of("e", "2026-12-02T00:30:00Z")])), "early 36000", "today in New York");
}

#[test]
fn an_appointment_that_crosses_midnight_or_starts_just_behind_it_is_one_of_today() {
    // 00:10 in New York.
    let now = "2026-12-02T05:10:00Z";
    let mut night = booked("2026-12-02T04:30:00Z");
    assert_eq!(word(&judge_at(now, std::slice::from_ref(&night), true)), "none", "nobody knows how long it takes");
    night.ends = Some(at("2026-12-02T05:30:00Z"));
    let told = judge_at(now, std::slice::from_ref(&night), true);
    assert_eq!((word(&told).as_str(), told.standing()[0].time.as_deref()), ("late 2400", Some("2026-12-01 23:30")));
    night.ends = Some(at("2026-12-02T05:10:00Z"));
    assert_eq!(word(&judge_at(now, &[night], true)), "none", "it is over");
    // 23:50 in New York.
    let soon = booked("2026-12-02T05:10:00Z");
    assert_eq!(word(&judge_at("2026-12-02T04:50:00Z", std::slice::from_ref(&soon), true)), "on-time");
    assert_eq!(
        word(&judge_at("2026-12-02T04:39:00Z", &[soon], true)),
        "none",
        "tomorrow's, and more than 30 minutes ahead"
    );
}

#[test]
fn a_day_on_which_clocks_change_is_whole() {
    // Fall back in New York: 1:30 comes twice, and they are an hour apart.
    let now = "2026-11-01T05:30:00Z";
    assert_eq!(word(&judge_at(now, &[booked("2026-11-01T06:30:00Z")], true)), "early 3600");
    assert_eq!(word(&judge_at(now, &[booked("2026-11-02T04:59:00Z")], true)), "early 84540", "23:59 of that day");
    assert_eq!(word(&judge_at(now, &[booked("2026-11-02T05:00:00Z")], true)), "none");
    // Spring forward: the day ends an hour sooner.
    let now = "2027-03-14T12:00:00Z";
    assert_eq!(word(&judge_at(now, &[booked("2027-03-15T03:59:00Z")], true)), "early 57540");
    assert_eq!(word(&judge_at(now, &[booked("2027-03-15T04:00:00Z")], true)), "none");
}

#[test]
fn what_has_no_start_is_told_beside_where_its_wish_is_of_today() {
    let mut wished = booked(NOW);
    (wished.status, wished.starts) = (AppointmentStatus::Proposed, None);
    assert_eq!(word(&judge(std::slice::from_ref(&wished))), "none");
    wished.wished = Some((at("2026-12-01T12:00:00Z"), at("2026-12-01T22:00:00Z")));
    let told = judge(std::slice::from_ref(&wished));
    assert_eq!((word(&told).as_str(), told.beside[0].time.as_deref()), ("none + not-agreed", None));
    wished.wished = Some((at("2026-12-03T12:00:00Z"), at("2026-12-03T22:00:00Z")));
    assert_eq!(word(&judge(&[wished])), "none");
}

#[test]
fn the_window_holds_today_and_the_days_around_it() {
    let rules = |nearby_days| AppointmentRules { nearby_days, ..AppointmentRules::default() };
    let window = |days| rules(days).window(&new_york(), at("2026-11-02T12:00:00Z"));
    assert_eq!(window(1), (at("2026-11-01T04:00:00Z"), at("2026-11-04T05:00:00Z")), "over a change of clocks");
    assert_eq!(window(0), window(1), "last night may go on");
    assert_eq!(window(7).0, at("2026-10-26T04:00:00Z"));
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

#[test]
fn no_answer_that_was_refused_or_cut_says_none_and_no_appointment_is_lost() {
    let (mut dice, mut none, mut not_told) = (Dice(7), 0, 0);
    for run in 0..20_000 {
        let count = dice.roll(5);
        let appointments: Vec<Appointment> = (0..count)
            .map(|number| {
                let status = AppointmentStatus::VARIANTS[dice.roll(10) as usize];
                let starts = at(NOW)
                    .plus(Duration::from_secs(dice.roll(400_000)))
                    .minus(Duration::from_secs(dice.roll(400_000)));
                let mut visit = visit(&number.to_string(), status, starts);
                if dice.roll(8) == 0 {
                    visit.starts = None;
                }
                visit.ends = visit.starts.map(|starts| starts.plus(Duration::from_secs(dice.roll(90_000))));
                visit
            })
            .collect();
        let is_whole = dice.roll(2) == 0;
        let told = match dice.roll(10) {
            0 => TodaysAppointments::judge(None, &AppointmentRules::default(), &new_york(), at(NOW)),
            _ => judge_at(NOW, &appointments, is_whole),
        };
        let says_none = matches!(told.outcome, Outcome::None { .. });
        assert!(!says_none || told.is_whole, "run {run}: {appointments:?}");
        let says_not_told = matches!(told.outcome, Outcome::NotTold);
        assert!(!says_not_told || !told.is_whole, "run {run}");
        (none, not_told) = (none + u32::from(says_none), not_told + u32::from(says_not_told));
        if !says_not_told {
            let of_today = |it: &&Appointment| {
                it.starts.is_some_and(|at| new_york().day(at) == new_york().day(self::at(NOW)))
                    && it.status != AppointmentStatus::EnteredInError
            };
            for appointment in appointments.iter().filter(of_today) {
                let is_told = told.standing().iter().chain(&told.beside).any(|it| it.id == appointment.id);
                assert!(is_told, "run {run}: {appointment:?}");
            }
        }
    }
    assert!(none > 1_000 && not_told > 1_000, "{none} {not_told}");
}

#[test]
fn five_thousand_appointments_are_judged_and_cut_ones_are_said_to_be_cut() {
    let many: Vec<Appointment> = (0..5_000)
        .map(|number| visit(&number.to_string(), AppointmentStatus::Booked, at(NOW).plus(Duration::from_secs(number))))
        .collect();
    let told = judge_at(NOW, &many, false);
    assert_eq!((told.standing().len(), told.is_whole), (5_000, false));
    assert_eq!(word(&judge_at(NOW, &[], false)), "not-told");
}
