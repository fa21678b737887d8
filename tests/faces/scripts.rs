//! Letters that our fonts cannot draw right: no screen shows a box or a line that was turned round, whoever wrote it, and what is
//! drawn reads from left to right (note 33).

use crate::face::*;
use crate::today::told;
use egui::epaint::text::PlacedRow;
use egui::epaint::{Galley, Shape};
use egui::{Vec2, vec2};
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, ItemId, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, Field, FieldDecision, IdentityCheck, LookAlikes,
    PatientChoice, Reconciliation, Staff, StaffDecision,
};
use ktc_kiosk::resolve::{Arrival, SeveralPeople};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{ChoosingPerson, DeviceHealth, Editing, KeyLayer, PageShown, Reviewing, State, Viewer};
use ktc_kiosk::text::is_drawn;
use ktc_kiosk::viewing::{TextPage, ViewableName};
use serde_json::{Value, json};
use std::sync::Arc;

/// Everything is in sight.
const HIGH: Vec2 = vec2(1280.0, 9000.0);

/// Invented people, each with the codes by which the name's first letters are told.
const PEOPLE: [(&str, &str, &str); 9] = [
    ("周", "海燕", "‹U+5468› ‹U+6D77 U+71D5›"),
    ("कुलकर्णी", "मीरा", "‹U+092E U+0940"),
    ("לוי", "דנה", "‹U+05D3 U+05E0 U+05D4›"),
    ("الهادي", "نور", "‹U+0646 U+0648 U+0631›"),
    ("ใจดี", "สมชาย", "‹U+0E2A U+0E21"),
    ("김", "도윤", "‹U+AE40› ‹U+B3C4 U+C724›"),
    ("Đặng", "Thị Hồng", "Thị Hồng Đặng"),
    ("Щукина", "Ольга", "Ольга Щукина"),
    ("Ọláńrewájú", "Adébọ̀wálé", "Adébọ̀wálé Ọláńrewájú"),
];

fn patient((family, given, _): (&str, &str, &str), more: &Value) -> Value {
    let mut patient = json!({"resourceType": "Patient", "birthDate": "1962-05-09", "gender": "female",
        "name": [{"family": family, "given": [given]}]});
    let members = more.as_object().expect("members").clone();
    patient.as_object_mut().expect("an object").extend(members);
    patient
}

/// A form of one person with records in many scripts.
fn form(person: (&str, &str, &str)) -> Intake {
    let patient = patient(
        person,
        &json!({"telecom": [{"system": "phone", "value": "555-0163"}],
            "address": [{"text": "مبنى 14، شارع 305 Lakeside, WI 53999"}]}),
    );
    let entries = json!([
        {"fullUrl": "urn:uuid:p", "resource": patient},
        {"resource": {"resourceType": "Coverage", "status": "active", "payor": [{"display": "חברת ביטוח 77 Plan"}],
            "subscriberId": "א-4471"}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "青霉素 Penicillin 3"},
            "reaction": [{"manifestation": [{"text": "皮疹"}]}]}},
        {"resource": {"resourceType": "MedicationStatement", "status": "active",
            "medicationCodeableConcept": {"text": "لوسارتان Losartan 12.5 mg"},
            "dosage": [{"text": "12.5 mg مرتين 48 h"}]}},
        {"resource": {"resourceType": "Condition", "code": {"text": "मधुमेह type 2"}}},
        {"resource": {"resourceType": "Condition", "code": {"text": "Rối loạn lipid máu ≥ 5 µg → ☑"}}},
        {"resource": {"resourceType": "Immunization", "status": "completed", "occurrenceString": "หนึ่งครั้ง 1",
            "vaccineCode": {"text": "วัคซีน 2"}}},
        {"resource": {"resourceType": "Basic", "code": {"text": "ደም 5"}}}]);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    Intake::from_documents(vec![SharedDocument::unproven(bundle.expect("a bundle"), source)], DAY).expect("a form")
}

/// The form with a chart that is written in as many.
fn review(person: (&str, &str, &str), decide: impl FnOnce(&mut Reconciliation)) -> Reviewing {
    let read = |json: Value| Resource::from_json(json).expect("a resource");
    let chart = patient(
        person,
        &json!({"id": "a", "identifier": [{"value": "ת-7"}], "telecom": [{"system": "phone", "value": "555-0100"}],
            "address": [{"text": "ستريت 9 Lakeside"}]}),
    );
    let chart = ChartPatient::from_resource(read(chart), DAY).expect("a candidate");
    let arrival = Arrival { intake: form(person), ..arrival() };
    let mut reviewing = Reviewing::new(Staff { id: "s1".into(), name: "דליה R 5".into() }, arrival);
    let review = &mut reviewing.reconciliation;
    review.set_chart(ChartSearch::Found { candidates: vec![chart], new_patients: true });
    decide(review);
    reviewing
}

fn beside_a_chart(review: &mut Reconciliation) {
    let read = |json: Value| Resource::from_json(json).expect("a resource");
    let records = vec![
        read(json!({"resourceType": "MedicationRequest", "id": "k2", "status": "active",
            "medicationCodeableConcept": {"text": "لوسارتان Losartan 12.5 mg"},
            "dosageInstruction": [{"text": "25 mg مرة"}]})),
        read(json!({"resourceType": "Condition", "id": "k4", "code": {"text": "통풍 3"}})),
        read(json!({"resourceType": "Coverage", "id": "k5", "status": "active", "subscriberId": "א-4471",
            "payor": [{"display": "חברת ביטוח 78 Plan"}]})),
    ];
    let visit = json!({"id": "v1", "status": "booked", "description": "فحص 30 min", "start": "2026-11-22T09:30:00Z"});
    review.touch(PatientChoice::Existing("a".into()));
    IdentityCheck::ALL.iter().for_each(|check| drop(review.confirm_identifier(*check)));
    let records = ChartRecords { records, not_compared: vec![Section::Immunizations] };
    let compared = ComparedRecords::new(review.intake(), records, &LookAlikes::default());
    review.set_records("a", Some(compared));
    review.set_appointments("a", told(&[visit]));
    review.set_seen_elsewhere(Some("a"), true);
    review.decide(Field::Address, FieldDecision::Typed(Sensitive::from("شارع 12")));
}

/// Every screen that shows what strangers wrote.
fn screens(person: (&str, &str, &str)) -> Vec<(&'static str, State)> {
    let asked = |review: &mut Reconciliation| review.touch(PatientChoice::Existing("a".into()));
    let staff = Staff { id: "s1".into(), name: "Rosa".into() };
    let people = PEOPLE.iter().map(|person| form(*person)).collect();
    let several = SeveralPeople { people, facts: arrival().facts };
    let mut opened = review(person, beside_a_chart);
    let items = &opened.reconciliation.intake().items;
    let item = items.iter().find(|item| item.section == Section::Medications).expect("a medicine");
    let (id, more) = (item.id, item.more());
    opened.more_open = Some((id, Some(more)));
    opened.details_open = true;
    let mut typing = review(person, beside_a_chart);
    typing.editing = Some(Editing { field: Field::Address, typed: Sensitive::from("ב 12"), keys: KeyLayer::Digits });
    let mut viewing = review(person, |_| ());
    let text = TextPage::of("وصفة 12.5 mg\n第二行 27\nSecond line ≤ 3", 0).expect("a page");
    viewing.viewer = Some(Viewer {
        item: id,
        which: 0,
        name: ViewableName::Text,
        page: 0,
        pages: Some(1),
        since: now(),
        shown: PageShown::Text(text),
        enlarged: false,
    });
    let reviewing = |review| State::Reviewing(Box::new(review));
    vec![
        ("choosing a person", State::ChoosingPerson(Box::new(ChoosingPerson { staff, several }))),
        ("before a chart", reviewing(review(person, |_| ()))),
        ("identity", reviewing(review(person, asked))),
        ("beside a chart", reviewing(opened)),
        ("typing", reviewing(typing)),
        ("a text", reviewing(viewing)),
    ]
}

fn face(state: State, language: Language) -> Face {
    // The harness ends the test at a letter for which the fonts have no glyph.
    Face::with(state, language, HIGH, DeviceHealth::default())
}

/// The texts that are painted.
fn painted(face: &Face) -> Vec<Arc<Galley>> {
    fn texts(shape: &Shape, found: &mut Vec<Arc<Galley>>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|shape| texts(shape, found)),
            Shape::Text(text) => found.push(Arc::clone(&text.galley)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    face.harness.output().shapes.iter().for_each(|clipped| texts(&clipped.shape, &mut found));
    found
}

/// The letters of a row with their places, as they were said. Marks take no place of their own.
fn letters(row: &PlacedRow) -> Vec<(f32, char)> {
    let glyphs = row.glyphs.iter().filter(|glyph| glyph.advance_width > 0.0);
    glyphs.map(|glyph| (glyph.pos.x, glyph.chr)).collect()
}

/// The letters of a row as the eye meets them, from the left.
fn seen(row: &PlacedRow) -> String {
    let mut letters = letters(row);
    letters.sort_by(|one, other| one.0.total_cmp(&other.0));
    letters.into_iter().map(|(_, letter)| letter).collect()
}

/// All rows of each text that is painted.
fn seen_on(face: &Face) -> Vec<String> {
    let rows = |galley: &Arc<Galley>| galley.rows.iter().map(seen).collect::<String>();
    painted(face).iter().map(rows).collect()
}

#[test]
fn no_screen_draws_a_letter_that_our_fonts_cannot_draw_or_turns_a_line_round() {
    for person in PEOPLE {
        for (name, state) in screens(person) {
            let face = face(state, Language::English);
            let painted = painted(&face);
            assert!(painted.len() > 5, "{name}");
            for galley in painted {
                let wrong: String = galley.job.text.chars().filter(|letter| !is_drawn(*letter)).collect();
                assert!(wrong.is_empty(), "{name}: {} in {:?}", wrong.escape_unicode(), galley.job.text);
                for row in &galley.rows {
                    assert_eq!(
                        letters(row).into_iter().map(|(_, letter)| letter).collect::<String>(),
                        seen(row),
                        "{name}"
                    );
                }
            }
        }
    }
}

#[test]
fn doses_and_numbers_stand_in_their_order_and_each_person_is_told_apart() {
    for (state, expected) in [
        (1, &["Losartan 12.5 mg", "12.5 mg ‹U+0645", "48 h", "555-0163", "305 Lakeside, WI 53999", "› 77 Plan"][..]),
        (3, &["› 78 Plan", "25 mg ‹U+", "30 min", "› 9 Lakeside", "‹U+D1B5 U+D48D› 3"]),
        (5, &["‹U+0648 U+0635 U+0641 U+0629› 12.5 mg", "‹U+7B2C U+4E8C U+884C› 27", "Second line ≤ 3"]),
    ] {
        let face = face(screens(PEOPLE[3]).swap_remove(state).1, Language::English);
        let seen = seen_on(&face);
        for words in expected {
            assert!(seen.iter().any(|seen| seen.contains(words)), "{words} in {seen:#?}");
        }
    }
    let face = face(screens(PEOPLE[0]).swap_remove(0).1, Language::English);
    let seen: Vec<String> = painted(&face).into_iter().map(|galley| galley.job.text.clone()).collect();
    for (.., shown) in PEOPLE {
        assert_eq!(seen.iter().filter(|seen| seen.contains(shown)).count(), 1, "{shown} in {seen:#?}");
    }
}

#[test]
fn the_accessibility_tree_has_the_letters_themselves() {
    let face = face(screens(PEOPLE[3]).swap_remove(1).1, Language::English);
    for words in ["نور الهادي", "لوسارتان Losartan 12.5 mg", "12.5 mg مرتين 48 h", "मधुमेह type 2"]
    {
        assert!(face.shows(words), "{words} in {:#?}", face.words());
    }
    assert!(!face.words().iter().any(|words| words.contains("‹U+0")), "{:#?}", face.words());
}

#[test]
fn letters_that_are_written_out_are_cautioned_in_each_language_and_not_taken_at_once() {
    for (language, words) in [(Language::English, "stand as codes"), (Language::Spanish, "figuran como códigos")] {
        for (name, state) in screens(PEOPLE[0]) {
            assert!(face(state, language).shows(words), "{name}");
        }
    }
    let mut reviewing = review(PEOPLE[0], |review| {
        review.touch(PatientChoice::New);
        for section in Section::ALL {
            review.toggle_section(*section);
        }
    });
    let review = &mut reviewing.reconciliation;
    let titles = |review: &Reconciliation| -> Vec<String> {
        let items = review.intake().items.iter();
        let taken = items.filter(|item| review.decision(item.id) == StaffDecision::Take);
        taken.map(|item| item.title.reveal().clone()).collect()
    };
    assert_eq!(titles(review), ["Penicillin", "Rối loạn lipid máu ≥ 5 µg → ☑"]);
    review.toggle(ItemId(0));
    assert_eq!(titles(review).len(), 3, "one by one they can be taken");
}

#[test]
fn a_word_is_set_in_one_face() {
    let face = face(screens(PEOPLE[6]).swap_remove(1).1, Language::English);
    let name = painted(&face).into_iter().find(|galley| galley.job.text == "Thị Hồng Đặng").expect("the name");
    let heights: Vec<f32> = name.rows.iter().flat_map(|row| &row.glyphs).map(|glyph| glyph.font_face_ascent).collect();
    assert!(heights.iter().all(|height| (height - heights[0]).abs() < 0.01), "{heights:?}");
}
