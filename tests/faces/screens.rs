//! What people find on each screen, by the accessibility tree: the same words that they see.

use crate::face::*;
use crate::today::told;
use egui::accesskit::Role;
use egui::{Vec2, vec2};
use egui_kittest::kittest::NodeT;
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::health_card::{HealthCard, verify};
use ktc_kiosk::intake::{Intake, ItemId, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::jws::CompactJws;
use ktc_kiosk::language::Language;
use ktc_kiosk::limits::Budget;
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, EhrOpinion, Field, FieldDecision, IdentityCheck,
    LookAlikes, PatientChoice, PersonQuestion, Reconciliation, Staff,
};
use ktc_kiosk::resolve::{Arrival, Arrived, SeveralPeople, ShareFacts};
use ktc_kiosk::scan::OtherCode;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    CameraHealth, ChoosingPerson, Delays, DeviceHealth, Editing, EhrHealth, InTrouble, Input, KeyLayer, PageShown,
    PinRefusal, Resolving, ReviewInput, Reviewing, Scanning, Session, Sharing, State, Viewer,
};
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::{Checked, IssuerKeys, TrustList};
use ktc_kiosk::ui::Strings;
use ktc_kiosk::viewing::{PagePicture, ViewableName};
use ktc_testbed::card::Issuer;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A screen, and words that must be on it in English and in Spanish.
type Screen = (fn() -> State, [&'static str; 2]);

/// Every screen of the lobby.
fn lobby() -> Vec<Screen> {
    vec![
        (|| State::Idle, ["Start check-in", "Comenzar el registro"]),
        (|| State::Scanning(Scanning::default()), ["Show your code", "Muestre su código"]),
        (
            || State::Scanning(Scanning { parts: Some((1, 3)), ..Scanning::default() }),
            ["Part 1 of 3 is read.", "Parte 1 de 3 leída."],
        ),
        (
            || State::Scanning(Scanning { other: Some(OtherCode::Wifi), ..Scanning::default() }),
            ["That code is for Wi-Fi.", "Ese código es de una red wifi."],
        ),
        (
            || State::Scanning(Scanning { rivals: Some(now()), parts: Some((1, 3)), ..Scanning::default() }),
            ["We see two codes. Please show only one.", "Vemos dos códigos. Por favor, muestre solo uno."],
        ),
        (|| asking("", |_| ()), ["This code needs a passcode", "Este código necesita una clave"]),
        (|| asking("12", |asking| asking.sent = true), ["Opening what you shared", "Abriendo lo que compartió"]),
        (
            || asking("", |asking| asking.refusal = Some(Some(3))),
            ["That was not right. The sender says 3 tries are left.", "Según quien lo envía, quedan 3 intentos."],
        ),
        (
            || asking("", |asking| asking.refusal = Some(None)),
            ["That was not right. Please", "No es correcta. Inténtelo"],
        ),
        (|| asking("", |asking| asking.code_seen = true), ["That was a code", "Eso era un código"]),
        (
            || State::Resolving(Resolving { card: false, link: None }),
            ["Reading what you shared", "Leyendo lo que compartió"],
        ),
        (|| State::Resolving(Resolving { card: true, link: None }), ["Reading your card", "Leyendo su tarjeta"]),
        (
            || State::Sharing(Box::new(Sharing::new(arrival().into()))),
            ["Share with Lakeside Clinic", "Compartir con Lakeside Clinic"],
        ),
        (|| awaiting("", None), ["Please go to the front desk.", "pase a recepción"]),
        (filing, ["Saving your check-in", "Guardando su registro"]),
        (|| complete(FilingOutcome::Accepted), ["Please take a seat.", "Tome asiento"]),
        (|| complete(FilingOutcome::Queued), ["will reach your chart soon", "pronto llegarán a su expediente"]),
        (|| complete(FilingOutcome::NeedsPerson), ["Please see the front desk", "pase a recepción"]),
        (|| State::Declined, ["Nothing was shared", "No se compartió nada"]),
    ]
}

#[test]
fn lobby_screens_say_the_next_step_in_both_languages_and_nothing_clinical() {
    for (state, words) in lobby() {
        for (language, words) in Language::ALL.iter().copied().zip(words) {
            let face = Face::with(state(), language, SMALL, DeviceHealth::default());
            assert!(face.shows(words), "{words:?} in {:#?}", face.words());
            for secret in CLINICAL {
                assert!(!face.shows(secret), "{secret} on {}", state().word());
            }
            for other in Strings::of_all_languages() {
                assert!(face.shows(&other.text("language-name")), "{other:?} on {}", state().word());
            }
        }
    }
}

#[test]
fn every_language_greets_on_the_welcome_screen_and_is_a_touch_away() {
    for own in Strings::of_all_languages() {
        for other in Strings::of_all_languages() {
            let mut face = Face::with(State::Idle, own.language(), SMALL, DeviceHealth::default());
            assert!(face.shows(&other.text("welcome-title")) && face.shows(&other.text("welcome-lead")), "{other:?}");
            let chosen = face.touch(&other.text("language-name"));
            match own.language() == other.language() {
                true => assert!(chosen.is_empty()),
                false => assert!(matches!(chosen[..], [Input::LanguageChosen(chosen)] if chosen == other.language())),
            }
        }
    }
}

#[test]
fn every_trouble_says_what_to_do_and_who_must_act() {
    for trouble in Trouble::ALL {
        for &language in Language::ALL {
            let state = State::InTrouble(InTrouble { trouble: *trouble });
            let face = Face::with(state, language, SMALL, DeviceHealth::default());
            let strings = Strings::new(language);
            for part in ["title", "patient", "staff"] {
                assert!(face.shows(&strings.text(&format!("trouble-{}-{part}", trouble.code()))), "{}", trouble.code());
            }
            assert!(face.shows(trouble.code()));
            assert!(face.shows(&strings.text(trouble.actor().text_id())));
            assert_eq!(face.shows(&strings.text("trouble-try-again")), trouble.can_retry(), "{}", trouble.code());
        }
    }
}

#[test]
fn touches_of_the_lobby_become_events() {
    let one = |state: State, words: &str| {
        let mut inputs = Face::of(state).touch(words);
        assert_eq!(inputs.len(), 1, "{words}");
        inputs.remove(0)
    };
    assert!(matches!(one(State::Idle, "Start check-in"), Input::StartTouched));
    assert!(matches!(one(State::Idle, "Español"), Input::LanguageChosen(Language::Spanish)));
    assert!(matches!(one(State::Scanning(Scanning::default()), "Start over"), Input::CancelTouched));
    let sharing = || State::Sharing(Box::new(Sharing::new(arrival().into())));
    assert!(matches!(one(sharing(), "Share with Lakeside Clinic"), Input::SharingAgreed));
    assert!(matches!(one(sharing(), "Do not share"), Input::SharingDeclined));
    assert!(matches!(one(awaiting("", None), "7"), Input::PinDigit(7)));
    assert!(matches!(one(awaiting("1", None), "Erase"), Input::PinErased));
    assert!(matches!(one(State::Declined, "Done"), Input::DoneTouched));
    let gone = || State::InTrouble(InTrouble { trouble: Trouble::LinkGone });
    assert!(matches!(one(gone(), "Try again"), Input::StartTouched));
    assert!(matches!(one(gone(), "Done"), Input::DoneTouched));
}

#[test]
fn the_sharing_screen_counts_and_names_no_content() {
    let face = Face::of(State::Sharing(Box::new(Sharing::new(arrival().into()))));
    for words in ["Allergies", "Medicines", "Health problems", "1 record", "1 file could not be used."] {
        assert!(face.shows(words), "{words}");
    }
}

#[test]
fn restricted_records_are_counted_among_the_others_in_the_lobby() {
    let entries = json!([
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"family": "Delgado"}]}},
        {"resource": {"resourceType": "Condition", "code": {"text": "Diabetes"}, "meta": {"security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]}}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "meta": {"security": [
            {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]}}}]);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let arrival = Arrival { intake, ..arrival() };
    let face = Face::of(State::Sharing(Box::new(Sharing::new(arrival.clone().into()))));
    assert!(!face.shows("Health problems") && !face.shows("Allergies"));
    assert!(face.shows("Other records") && face.shows("2 records"));
    assert!(Face::of(State::Reviewing(Box::new(the_review(arrival, |_| ())))).shows("Health problems"));
}

#[test]
fn a_hostile_name_is_made_visible_and_bounded_on_the_screen() {
    let name = format!("Ana\u{202E}ogle\u{200B}d{}", "\u{0301}".repeat(10_000));
    let entries = json!([{"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"text": name}]}}]);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let review = the_review(Arrival { intake, ..arrival() }, |_| ());
    let face = Face::of(State::Reviewing(Box::new(review)));
    assert!(face.shows("U+202E"));
    for words in face.words() {
        assert!(!words.contains(['\u{202E}', '\u{200B}']) && words.chars().count() < 600, "{words}");
    }
}

#[test]
fn digits_of_a_pin_are_counted_and_never_shown() {
    let face = Face::of(awaiting("4711", Some(PinRefusal::Wrong)));
    assert!(face.shows("4 digits entered"));
    assert!(face.shows("That PIN is not known."));
    assert!(!face.shows("4711") && !face.shows("47"));
}

#[test]
fn nothing_is_preselected() {
    let face = Face::of(reviewing(0, |_| ()));
    let choices = [Role::CheckBox, Role::RadioButton];
    let chosen: Vec<_> = face
        .harness
        .root()
        .children_recursive()
        .filter(|node| choices.contains(&node.accesskit_node().role()))
        .map(|node| node.accesskit_node().toggled())
        .collect();
    assert_eq!(chosen.len(), 5 + 3, "five items, two candidates, one new patient");
    assert!(chosen.iter().all(|toggled| *toggled == Some(egui::accesskit::Toggled::False)));
}

#[test]
fn filing_waits_until_all_is_decided_and_says_why() {
    let mut face = Face::of(reviewing(0, |_| ()));
    assert!(face.shows("Choose a chart first."));
    assert!(face.touch("File 0 items").is_empty());
    let mut face = Face::of(reviewing(0, |review| review.touch(PatientChoice::New)));
    assert!(face.shows("Tick at least one item."));
    assert!(face.touch("File 0 items").is_empty());
    let mut face = Face::of(reviewing(0, |review| {
        review.touch(PatientChoice::New);
        review.toggle_section(Section::Allergies);
    }));
    assert!(face.shows("A new patient needs the personal details ticked."));
    assert!(face.touch("File 1 item").is_empty());
    let inputs = Face::of(reviewing(0, decided)).touch("File 2 items");
    assert!(matches!(inputs[..], [Input::Review(ReviewInput::IntakeConfirmed)]));
}

#[test]
fn the_desk_sees_each_item_with_its_source_and_cautions() {
    let face = Face::of(reviewing(0, |_| ()));
    for secret in CLINICAL {
        assert!(face.shows(secret), "{secret}");
    }
    for words in [
        "Shared by the patient",
        "The sender marked this as refuted or not done.",
        "Birth date",
        "Agrees: given name, family name",
        "birth date (one day apart): 1980-01-03 in the chart",
        "family name: one letter off",
        "Record MRN-7",
        "New patient",
        "Kill the Clipboard: differs from the draft, still readable",
        "The card's time is over.",
        "Signed in as Rosa",
    ] {
        assert!(face.shows(words), "{words}");
    }
}

/// A share whose telephone number is one for films, and a chart that a rule names by the address, as the EHR says too.
#[test]
fn the_desk_says_by_which_rule_a_chart_fits_what_does_not_count_and_what_the_ehr_thinks() {
    let person = |id: &str| {
        json!({"resourceType": "Patient", "id": id, "birthDate": "1980-01-02", "name": [{"family": "Delgado", "given": ["Ana"]}],
            "telecom": [{"system": "phone", "value": "608-555-0142"}],
            "address": [{"line": ["18 Heron Street"], "city": "Lakeside", "postalCode": "53999"}]})
    };
    let search = json!({"score": 0.93, "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/match-grade", "valueCode": "certain"},
        {"url": "https://medplum.com/fhir/StructureDefinition/cms-match-combination", "valueString": "13"}]});
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": person("share")}]});
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let mut reviewing = Reviewing::new(Staff { id: "s1".into(), name: "Rosa".into() }, Arrival { intake, ..arrival() });
    let chart =
        ChartPatient::from_resource(Resource::from_json(person("a")).expect("a resource"), DAY).expect("a chart");
    let chart = chart.with_opinion(Some(EhrOpinion::from_search(&search)));
    assert!(!chart.is_unverified());
    reviewing.reconciliation.set_chart(ChartSearch::Found { candidates: vec![chart], new_patients: true });
    let face = Face::with(State::Reviewing(Box::new(reviewing)), Language::English, TALL, DeviceHealth::default());
    for words in [
        "One chart fits.",
        "Does not count: phone “608-555-0142” (a number for films)",
        "Agrees: given name, family name, birth date, address (CMS 3.4.0, rule 01)",
        "Nothing to compare: email",
        "The EHR’s own opinion: certain, 93 of 100",
        "The EHR names CMS 3.2.2, rule 13: family name, phone, last four of the Social Security number",
    ] {
        assert!(face.shows(words), "{words} in {:#?}", face.words());
    }
}

#[test]
fn a_chart_that_a_kiosk_opened_says_that_nobody_has_verified_it() {
    let patient = json!({"resourceType": "Patient", "id": "a", "birthDate": "1980-01-03", "name": [{"family": "Delgado",
        "given": ["Ana"]}], "meta": {"tag": [{"system": "https://ktc-kiosk.org/fhir/opened-by-kiosk", "code": "not-verified"}]}});
    let patient = Resource::from_json(patient).expect("a resource");
    let candidates = vec![ChartPatient::from_resource(patient, DAY).expect("a chart")];
    let state = reviewing(0, |review| review.set_chart(ChartSearch::Found { candidates, new_patients: true }));
    let face = Face::with(state, Language::English, TALL, DeviceHealth::default());
    assert!(face.shows("nobody has verified it yet"), "{:?}", face.words());
}

#[test]
fn touches_of_the_desk_become_events() {
    let one = |words: &str| {
        let mut inputs = Face::of(reviewing(0, |_| ())).touch(words);
        assert_eq!(inputs.len(), 1, "{words}");
        inputs.remove(0)
    };
    assert!(
        matches!(one("Ana Delgado, born 1980-01-03"), Input::Review(ReviewInput::PatientChosen(PatientChoice::Existing(id))) if id == "a")
    );
    assert!(matches!(one("Ana Delgado"), Input::Review(ReviewInput::ItemToggled(id)) if id.0 == 0));
    assert!(matches!(one("Tick all: Insurance"), Input::Review(ReviewInput::SectionToggled(Section::Insurance))));
    assert!(matches!(one("Close without filing"), Input::CancelTouched));
}

#[test]
fn a_section_with_cautions_alone_offers_no_tick_all() {
    let face = Face::of(reviewing(0, |_| ()));
    assert!(face.shows("Tick all: Allergies"));
    assert!(!face.shows("Tick all: Health problems"));
}

#[test]
fn an_item_that_an_ehr_would_refuse_is_shown_and_cannot_be_ticked() {
    let mut face = Face::of(reviewing(0, |_| ()));
    assert!(face.shows("Required parts are missing, so the EHR would refuse it. It cannot be filed."));
    assert!(!face.shows("Tick all: Medicines"));
    assert!(face.touch("Metformin").is_empty());
}

/// A chart with a phone number, chosen and compared.
fn beside_a_chart(decide: impl FnOnce(&mut Reconciliation)) -> State {
    let entries = json!([
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-01-02", "gender": "female",
            "name": [{"family": "Delgado", "given": ["Ana"]}], "telecom": [{"system": "phone", "value": "555-010-4471"}]}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}}},
        {"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Latex"}}},
        {"resource": {"resourceType": "MedicationStatement", "status": "active",
            "medicationCodeableConcept": {"text": "Metformin 500 mg"}, "dosage": [{"text": "twice a day"}]}},
        {"resource": {"resourceType": "Condition", "code": {"text": "Diabetes mellitus"}}}]);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let read = |json: Value| Resource::from_json(json).expect("a resource");
    let patient = read(json!({"resourceType": "Patient", "id": "a", "birthDate": "1980-01-02", "gender": "male",
        "name": [{"family": "Delgado", "given": ["Ana"]}], "telecom": [{"system": "phone", "value": "555-010-0000"}]}));
    let records = vec![
        read(json!({"resourceType": "AllergyIntolerance", "id": "k1", "code": {"text": "PENICILLIN"}})),
        read(json!({"resourceType": "MedicationRequest", "id": "k2", "status": "active",
            "medicationCodeableConcept": {"text": "Metformin 500 mg"}, "dosageInstruction": [{"text": "once a day"}]})),
        read(json!({"resourceType": "Condition", "id": "k3", "code": {"text": "Diabetes"}})),
        read(json!({"resourceType": "Condition", "id": "k4", "code": {"text": "Gout"}})),
    ];
    let visit = json!({"id": "v1", "status": "booked", "description": "Check-up", "start": "2026-11-22T09:30:00Z"});
    let mut reviewing = Reviewing::new(Staff { id: "s1".into(), name: "Rosa".into() }, Arrival { intake, ..arrival() });
    let review = &mut reviewing.reconciliation;
    let candidates = vec![ChartPatient::from_resource(patient, DAY).expect("a candidate")];
    review.set_chart(ChartSearch::Found { candidates, new_patients: true });
    review.touch(PatientChoice::Existing("a".into()));
    IdentityCheck::ALL.iter().for_each(|check| drop(review.confirm_identifier(*check)));
    let records = ChartRecords { records, not_compared: vec![Section::Immunizations] };
    let compared = ComparedRecords::new(review.intake(), records, &LookAlikes::default());
    review.set_records("a", Some(compared));
    review.set_appointments("a", told(&[visit]));
    review.set_seen_elsewhere(Some("a"), true);
    decide(review);
    State::Reviewing(Box::new(reviewing))
}

#[test]
fn what_the_chart_holds_says_so_and_is_ticked_by_itself_with_all_that_it_says_in_sight() {
    let held = "Penicillin: already in the chart";
    let mut face = Face::with(beside_a_chart(|_| ()), Language::English, TALL, DeviceHealth::default());
    assert!(face.shows("Tick it to file it all the same."));
    let inputs = face.touch(held);
    assert!(matches!(inputs[..], [Input::Review(ReviewInput::ItemToggled(ItemId(1)))]), "{inputs:?}");
    let ticked = |review: &mut Reconciliation| review.toggle(ItemId(1));
    let face = Face::with(beside_a_chart(ticked), Language::English, TALL, DeviceHealth::default());
    assert!(!face.shows(held) && face.shows("Already in the chart") && face.shows("In the chart: PENICILLIN"));
    for (state, is_in_sight) in [(beside_a_chart(|_| ()), false), (beside_a_chart(ticked), true)] {
        let mut face = Face::with(state, Language::English, TALL, DeviceHealth::default());
        face.touch("Show only what needs a decision");
        assert_eq!(face.shows("PENICILLIN"), is_in_sight, "what is filed is in sight");
    }
}

const TALL: Vec2 = vec2(1280.0, 1700.0);

#[test]
fn a_chart_is_confirmed_with_the_patient_identifier_by_identifier() {
    let asked = || reviewing(0, |review| review.touch(PatientChoice::Existing("b".into())));
    let face = Face::of(asked());
    assert!(face.shows("Ask the patient, then tick what they say.") && face.shows("Choose a chart first."));
    let mut face = Face::with(asked(), Language::English, vec2(1280.0, 2400.0), DeviceHealth::default());
    for (words, identifier) in [
        ("Name: Ana Delgato", IdentityCheck::Name),
        ("Birth date: 1980-01-03", IdentityCheck::BirthDate),
        ("The patient says that “Ana Delgato” is also their name", IdentityCheck::OtherName),
        ("I saw a document with this name and birth date", IdentityCheck::Document),
    ] {
        let inputs = face.touch(words);
        assert!(
            matches!(inputs[..], [Input::Review(ReviewInput::IdentifierConfirmed(found))] if found == identifier),
            "{words}: {inputs:?}"
        );
    }
}

#[test]
fn beside_a_chart_staff_see_what_needs_a_decision_and_what_is_there_already() {
    let face = Face::with(beside_a_chart(|_| ()), Language::English, TALL, DeviceHealth::default());
    for words in [
        "Confirmed with the patient",
        "Mark as arrived, 09:30",
        "Check-up",
        "5 need a decision",
        "2 personal details differ · 1 new · 1 changed · 1 possibly the same · 1 already in the chart",
        "5 still need a decision.",
        "Vaccinations: could not be compared",
        "Same in the chart: Name, Birth date",
        "Penicillin: already in the chart",
        "Dosage: shared “twice a day”, chart “once a day”",
        "In the chart: Diabetes",
        "Only in the chart",
        "· Gout",
        "Take all new: Allergies",
    ] {
        assert!(face.shows(words), "{words} in {:#?}", face.words());
    }
    for words in ["Take all new: Medicines", "Take all new: Personal details", "Tick all: Personal details"] {
        assert!(!face.shows(words), "{words}");
    }
    let boxes = face.harness.root().children_recursive();
    let ticked = boxes.filter(|node| {
        let (node, field) = (node.accesskit_node(), node.accesskit_node().label().unwrap_or_default());
        node.toggled() == Some(egui::accesskit::Toggled::True) && !field.starts_with("Keep ")
    });
    assert_eq!(ticked.count(), 0, "nothing is preselected but that the chart stays as it is");
}

#[test]
fn touches_beside_a_chart_become_events() {
    let mut face = Face::with(beside_a_chart(|_| ()), Language::English, TALL, DeviceHealth::default());
    assert!(
        matches!(face.touch("Mark as arrived, 09:30")[..], [Input::Review(ReviewInput::ArrivalToggled(ref id))] if id == "v1")
    );
    assert!(matches!(face.touch("Choose another chart")[..], [Input::Review(ReviewInput::ChartLeft)]));
    assert!(matches!(
        face.touch("Take Phone: 555-010-4471")[..],
        [Input::Review(ReviewInput::FieldDecided(Field::Phone, FieldDecision::Take))]
    ));
    assert!(matches!(
        face.touch("Keep Gender: male")[..],
        [Input::Review(ReviewInput::FieldDecided(Field::Gender, FieldDecision::Keep))]
    ));
    assert!(matches!(face.touch("Edit Phone")[..], [Input::Review(ReviewInput::FieldOpened(Field::Phone))]));
    assert!(matches!(
        face.touch("Take all new: Allergies")[..],
        [Input::Review(ReviewInput::SectionToggled(Section::Allergies))]
    ));
    assert!(face.touch("Show only what needs a decision").is_empty());
    assert!(!face.shows("Penicillin: already in the chart") && face.shows("Show everything"));
}

#[test]
fn a_change_of_what_the_chart_is_known_by_is_asked_about() {
    let doubted = |review: &mut Reconciliation| review.decide(Field::Gender, FieldDecision::Take);
    let mut face = Face::with(beside_a_chart(doubted), Language::English, TALL, DeviceHealth::default());
    assert!(face.shows("Touch it once more to change: Gender") && face.shows("Finish"));
    assert!(matches!(
        face.touch("Take Gender: female")[..],
        [Input::Review(ReviewInput::FieldDecided(Field::Gender, FieldDecision::Take))]
    ));
}

#[test]
fn a_value_is_typed_on_the_glass() {
    let State::Reviewing(mut reviewing) = beside_a_chart(|_| ()) else { panic!("reviewing") };
    reviewing.editing =
        Some(Editing { field: Field::Phone, typed: Sensitive::from("555-010-44"), keys: KeyLayer::Digits });
    let mut face = Face::of(State::Reviewing(reviewing));
    assert!(face.shows("Phone: 555-010-44") && face.shows("Chart: 555-010-0000"));
    assert!(matches!(&face.touch("7")[..], [Input::Review(ReviewInput::FieldTyped(text))] if text.reveal() == "7"));
    assert!(matches!(face.touch("Erase")[..], [Input::Review(ReviewInput::FieldErased)]));
    assert!(matches!(face.touch("Take this value")[..], [Input::Review(ReviewInput::FieldDone)]));
    assert!(matches!(face.touch("Leave it")[..], [Input::Review(ReviewInput::FieldLeft)]));
}

#[test]
fn reasons_of_a_verdict_open_at_a_touch() {
    let mut face = Face::of(reviewing(0, |_| ()));
    assert!(!face.shows("The link has no end date."));
    assert!(face.touch("Show details").is_empty());
    assert!(face.shows("The link has no end date."));
    assert!(face.shows("The sending app did not sign this share."));
}

#[test]
fn a_form_of_500_items_draws_only_what_is_in_sight() {
    let face = Face::of(reviewing(500, decided));
    assert!(face.shows("0 of 500 ticked"));
    let boxes = face.harness.root().children_recursive();
    let boxes = boxes.filter(|node| node.accesskit_node().role() == Role::CheckBox).count();
    assert!((1..=30).contains(&boxes), "{boxes} boxes are drawn");
}

/// Where each box with words is.
fn boxes(face: &Face) -> BTreeMap<String, f32> {
    let boxes = face.harness.root().children_recursive();
    let boxes = boxes.filter(|node| node.accesskit_node().role() == Role::CheckBox);
    boxes.filter_map(|node| Some((node.accesskit_node().label()?, node.rect().top()))).collect()
}

/// Turns the wheel over the items and waits until they stand still.
fn wheel(face: &mut Face, points: f32) {
    face.harness.event(egui::Event::PointerMoved(egui::pos2(900.0, 400.0)));
    face.harness.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, points),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Unknown,
        modifiers: egui::Modifiers::NONE,
    });
    face.harness.run_steps(12);
}

#[test]
fn a_frame_of_a_long_form_holds_no_more_than_one_of_a_short_form() {
    let nodes = |items| Face::of(reviewing(items, decided)).harness.root().children_recursive().count();
    let (short, long) = (nodes(150), nodes(3_000));
    assert!(long <= short + 10, "{short} nodes of 150 items, {long} of 3,000");
}

#[test]
fn what_is_in_sight_of_a_long_form_moves_as_far_as_the_wheel_and_the_last_item_can_be_reached() {
    let mut face = Face::of(reviewing(500, decided));
    wheel(&mut face, -1_000_000.0);
    assert!(face.shows("Vaccine 499"));
    // Rows that nobody has seen come in from above: what is below them stays where it is.
    for _ in 0..40 {
        let before = boxes(&face);
        wheel(&mut face, 61.0);
        let after = boxes(&face);
        let moved: Vec<f32> = before.iter().filter_map(|(words, top)| Some(after.get(words)? - top)).collect();
        assert!(moved.len() > 1 && moved.iter().all(|moved| (moved - 61.0).abs() < 1.0), "{moved:?}");
    }
    assert!(!face.shows("Vaccine 499") && face.shows("0 of 500 ticked"));
}

#[test]
fn staff_read_on_the_welcome_screen_what_needs_them() {
    let health = DeviceHealth {
        camera: CameraHealth::Missing,
        ehr: EhrHealth::Unreachable,
        waiting: 2,
        needs_person: 1,
        store_damaged: true,
        ..DeviceHealth::default()
    };
    let face = Face::with(State::Idle, Language::English, SMALL, health);
    for words in [
        "damaged database",
        "No camera",
        "The EHR does not answer",
        "2 check-ins wait",
        "1 check-in needs a person",
        "No issuer list",
    ] {
        assert!(face.shows(words), "{words}");
    }
}

#[test]
fn all_that_can_be_touched_lies_in_the_window_and_is_large_enough() {
    let sizes = [SMALL, vec2(1920.0, 1080.0), vec2(1080.0, 1920.0)];
    for (size, (state, _)) in sizes.into_iter().flat_map(|size| lobby().into_iter().map(move |state| (size, state))) {
        for &language in Language::ALL {
            let face = Face::with(state(), language, size, DeviceHealth::default());
            let window = egui::Rect::from_min_size(egui::Pos2::ZERO, size);
            for node in face.harness.root().children_recursive() {
                if node.accesskit_node().role() == Role::Button {
                    let (place, words) = (node.rect(), node.accesskit_node().label());
                    assert!(window.contains_rect(place), "{words:?} at {place} on {} {size}", state().word());
                    assert!(place.height() >= 45.0 && place.width() >= 45.0, "{words:?} is {}", place.size());
                }
            }
        }
    }
}

#[test]
fn a_passcode_is_hidden_until_the_patient_shows_it() {
    let mut face = Face::of(asking("Zw9", |_| ()));
    assert!(face.shows("3 letters or digits typed") && !face.shows("Zw9"));
    assert!(face.touch("Show").is_empty());
    assert!(face.shows("Zw9"));
    assert!(face.touch("Hide").is_empty());
    assert!(!face.shows("Zw9"));
}

#[test]
fn every_key_of_a_passcode_is_there_and_large_enough() {
    let mut face = Face::of(asking("1", |_| ()));
    let mut letters = String::new();
    for switch in ["", "abc", "ABC", "123", "#+?"] {
        if !switch.is_empty() {
            face.touch(switch);
        }
        let keys: Vec<String> = face
            .harness
            .root()
            .children_recursive()
            .filter(|node| node.accesskit_node().role() == Role::Button && node.rect().height() >= 45.0)
            .filter_map(|node| node.accesskit_node().label())
            .filter(|words| words.chars().count() == 1)
            .collect();
        letters.extend(keys);
    }
    let missing: Vec<char> = ('!'..='~').filter(|letter| !letters.contains(*letter)).collect();
    assert_eq!(missing, [';'; 0], "every sign of a US keyboard");
    face.touch("abc");
    let inputs = face.touch("Space");
    assert!(matches!(&inputs[..], [Input::PasscodeTyped(text)] if text.reveal() == " "));
}

#[test]
fn touches_of_the_passcode_become_events() {
    let one = |words: &str| {
        let mut inputs = Face::of(asking("12", |_| ())).touch(words);
        assert_eq!(inputs.len(), 1, "{words}");
        inputs.remove(0)
    };
    assert!(matches!(one("7"), Input::PasscodeTyped(text) if text.reveal() == "7"));
    assert!(matches!(one("Erase"), Input::PasscodeErased));
    assert!(matches!(one("Open my records"), Input::PasscodeSent));
    assert!(matches!(one("Start over"), Input::CancelTouched));
    assert!(Face::of(asking("", |_| ())).touch("Open my records").is_empty(), "nothing to send");
}

fn share_with_documents() -> Arrival {
    let pdf = |bytes: &[u8]| {
        use base64::prelude::{BASE64_STANDARD, Engine as _};
        json!({"attachment": {"contentType": "application/pdf", "data": BASE64_STANDARD.encode(bytes)}})
    };
    let entries = json!([
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"family": "Delgado"}]}},
        {"resource": {"resourceType": "DocumentReference", "status": "current", "description": "Discharge letter",
            "content": [pdf(b"%PDF-1.7"), pdf(b"%PDF-1.4"), pdf(b"not one")]}}]);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    Arrival { intake: Intake::from_documents(vec![document], DAY).expect("a form"), ..arrival() }
}

fn viewing(page: u32, pages: Option<u32>, shown: PageShown) -> State {
    let mut reviewing = the_review(share_with_documents(), |_| ());
    let name = ViewableName::Document;
    reviewing.viewer =
        Some(Viewer { item: ItemId(1), which: 0, name, page, pages, since: now(), shown, enlarged: false });
    State::Reviewing(Box::new(reviewing))
}

fn drawn(page: u32, pages: u32) -> State {
    let rgb = Sensitive::new(vec![200; 300 * 400 * 3]);
    viewing(page, Some(pages), PageShown::Drawn(PagePicture { page, pages, width: 300, height: 400, rgb }))
}

#[test]
fn documents_can_be_looked_at_page_by_page_and_are_marked_as_the_patients_own() {
    let form = State::Reviewing(Box::new(the_review(share_with_documents(), |_| ())));
    let mut face = Face::with(form, Language::English, vec2(1280.0, 1600.0), DeviceHealth::default());
    let looks = face.words().iter().filter(|words| *words == "Look at it: Document").count();
    assert_eq!(looks, 2, "what is no PDF is not offered");
    let inputs = face.touch("Look at it: Document");
    assert!(matches!(inputs[..], [Input::Review(ReviewInput::DocumentOpened { item: ItemId(1), which: 0 })]));

    let mut face = Face::of(drawn(1, 7));
    for words in ["Page 2 of 7", "Shared by the patient", "Discharge letter"] {
        assert!(face.shows(words), "{words}");
    }
    assert!(!face.shows("File 0 items"), "the form is behind the document");
    assert!(matches!(face.touch("Next page")[..], [Input::Review(ReviewInput::PageTurned(2))]));
    assert!(matches!(face.touch("Previous page")[..], [Input::Review(ReviewInput::PageTurned(0))]));
    assert!(face.touch("Larger").is_empty());
    assert!(face.shows("Whole page"));
    assert!(matches!(face.touch("Back to the form")[..], [Input::Review(ReviewInput::DocumentClosed)]));
    assert!(Face::of(drawn(6, 7)).touch("Next page").is_empty());
    assert!(Face::of(drawn(0, 7)).touch("Previous page").is_empty());
}

#[test]
fn a_document_that_cannot_be_drawn_says_that_it_can_still_be_filed() {
    assert!(Face::of(viewing(0, None, PageShown::Drawing)).shows("Drawing the page"));
    let face = Face::of(viewing(0, None, PageShown::Not(Trouble::DocumentNotShown)));
    assert!(face.shows("It can still be filed as it came.") && face.shows("Who must act: the front desk"));
}

#[test]
fn a_form_that_nobody_touched_for_a_minute_shows_nothing_until_a_touch() {
    for state in [reviewing(0, decided), drawn(0, 1)] {
        let mut session = Session::idle(now(), Language::English, Delays::default());
        session.state = state;
        let late = now().plus(Duration::from_secs(60));
        let mut face = Face::at(session, late, SMALL, DeviceHealth::default());
        for secret in CLINICAL.into_iter().chain(["Discharge letter", "Page 1"]) {
            assert!(!face.shows(secret), "{secret}");
        }
        assert!(matches!(face.touch("Go on")[..], [Input::Review(ReviewInput::DeskTouched)]));
    }
}

#[test]
fn each_source_says_what_was_proven_and_many_refused_files_are_counted_by_reason() {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:p",
        "resource": {"resourceType": "Patient", "birthDate": "1980-01-02", "name": [{"family": "Delgado"}]}}]});
    let list = json!({"as_of": now().to_string(), "issuers": [{"iss": "https://a.org/i", "name": "Lakeside Health"}]});
    let trust = TrustList::read(list.to_string().as_bytes()).expect("a list");
    let source =
        |number: usize| Source { kind: SourceKind::Card, host: format!("host{number}.example.org"), digest: [0; 32] };
    let card = |host: &str| {
        let issuer = Issuer::new(&format!("https://{host}/i"));
        let jws = CompactJws::read(&issuer.sign(&bundle, 1_700_000_000.0, None, None)).expect("a JWS");
        let keys = IssuerKeys::read(issuer.jwks().to_string().as_bytes()).expect("a key set");
        (HealthCard::read(jws, &mut Budget::for_one_share()).expect("a card"), keys)
    };
    let proven = |host: &str, number: usize| {
        let (card, keys) = card(host);
        let card = verify(card, &keys, None, now()).expect("a proof");
        SharedDocument::proven(card, &trust, Checked::LiveKeys, source(number))
    };
    let signed = [proven("a.org", 0), proven("b.org", 1), SharedDocument::not_checked(card("c.org").0, source(2))];
    let unsigned = (3..7)
        .map(|number| SharedDocument::unproven(Bundle::from_json(bundle.clone()).expect("a bundle"), source(number)));
    let documents: Vec<SharedDocument> = signed.into_iter().chain(unsigned).collect();
    let refused = [Trouble::CardExpired; 40].into_iter().chain([Trouble::CardRevoked, Trouble::CardNotGenuine]);
    let refused = refused.chain([Trouble::FileTampered, Trouble::CardUnreadable]).collect();
    let intake = Intake::from_documents(documents, DAY).expect("a form");
    let arrival = Arrival { intake, facts: ShareFacts { refused, ..arrival().facts } };
    let mut face = Face::of(State::Reviewing(Box::new(the_review(arrival, |_| ()))));
    for words in [
        "Signed by Lakeside Health, on the list of 2026-11-18",
        "Signed by b.org, which is not on the list",
        "Signature of c.org could not be checked",
        "Shared by the patient, not signed",
        "host4.example.org",
        "and 2 more sources",
        "40 files could not be used",
        "Who must act: the patient",
        "2 more files could not be used for other reasons",
    ] {
        assert!(face.shows(words), "{words} in {:#?}", face.words());
    }
    assert!(!face.shows("host6.example.org"));
    face.touch("Show details");
    assert!(face.shows("host6.example.org") && !face.shows("more sources"));
}

#[test]
fn a_pin_that_was_not_looked_at_is_not_called_wrong() {
    let face = Face::of(awaiting("", Some(PinRefusal::Busy)));
    assert!(face.shows("did not look at your PIN") && !face.shows("not known"));
}

fn intake_of(entries: &Value) -> Vec<Intake> {
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    Intake::of_each_person(vec![SharedDocument::unproven(bundle.expect("a bundle"), source)], DAY).expect("forms")
}

fn person(id: &str, given: &str, born: &str) -> Value {
    json!({"fullUrl": format!("urn:uuid:{id}"), "resource": {"resourceType": "Patient", "birthDate": born,
        "name": [{"family": "Okafor", "given": [given]}]}})
}

fn problem(id: &str, code: &str) -> Value {
    json!({"resource": {"resourceType": "Condition", "code": {"text": code}, "subject": {"reference": format!("urn:uuid:{id}")}}})
}

#[test]
fn of_several_people_only_names_and_birth_dates_are_shown_until_one_is_picked() {
    let people = intake_of(&json!([
        person("a", "Ngozi", "1984-01-01"),
        person("b", "Emeka", "2014-05-05"),
        problem("a", "Gout"),
        problem("b", "Croup")
    ]));
    let choosing = |people| {
        let staff = Staff { id: "s1".into(), name: "Rosa".into() };
        let several = SeveralPeople { people, facts: arrival().facts };
        State::ChoosingPerson(Box::new(ChoosingPerson { staff, several }))
    };
    for language in Language::ALL.iter().copied() {
        let mut face = Face::with(choosing(people.clone()), language, SMALL, DeviceHealth::default());
        for shown in ["Ngozi Okafor", "1984-01-01", "Emeka Okafor", "2014-05-05"] {
            assert!(face.shows(shown), "{shown} in {:#?}", face.words());
        }
        assert!(!face.shows("Gout") && !face.shows("Croup"));
        let born = Strings::new(language).text_with("review-born", &[("date", "2014-05-05")]);
        let touched = face.touch(&format!("Emeka Okafor, {born}"));
        assert!(matches!(touched.as_slice(), [Input::PersonChosen(1)]), "{touched:?}");
    }
    let lobby = SeveralPeople { people, facts: arrival().facts };
    let lobby = Sharing::new(Arrived::SeveralPeople(Box::new(lobby)));
    let face = Face::of(State::Sharing(Box::new(lobby)));
    assert!(face.shows("records of 2 people") && !face.shows("Okafor") && !face.shows("Gout"));
}

#[test]
fn another_spelling_is_one_question_and_its_records_cannot_be_ticked_before() {
    let forms = intake_of(&json!([
        person("a", "Ngozi", "1984-01-01"),
        person("b", "NGOZI", "1984-01-01"),
        problem("a", "Gout"),
        problem("b", "Asthma")
    ]));
    let [intake] = &forms[..] else { panic!("{} forms", forms.len()) };
    let review = |decide: fn(&mut Reconciliation)| {
        State::Reviewing(Box::new(the_review(Arrival { intake: intake.clone(), ..arrival() }, decide)))
    };
    // High enough for all items to be touched.
    let tall = |state| Face::with(state, Language::English, vec2(1280.0, 3000.0), DeviceHealth::default());
    let mut face = tall(review(|_| ()));
    let question = "I asked: “NGOZI Okafor” is the same person as “Ngozi Okafor”.";
    assert!(face.shows(question) && face.shows("Its name is spelled otherwise."), "{:#?}", face.words());
    assert!(face.touch("Asthma").is_empty());
    let touched = face.touch(question);
    assert!(matches!(
        touched.as_slice(),
        [Input::Review(ReviewInput::PersonConfirmed(PersonQuestion::OtherSpelling(0)))]
    ));
    let mut face = tall(review(|form| form.toggle_confirmed(PersonQuestion::OtherSpelling(0))));
    assert_eq!(face.touch("Asthma").len(), 1);
}

#[test]
fn a_share_that_describes_nobody_shows_the_name_as_claimed_and_asks_for_a_chart_first() {
    let forms = intake_of(&json!([{"resource": {"resourceType": "Condition", "code": {"text": "Gout"},
        "subject": {"display": "Ilka Vance"}}}]));
    let review = the_review(Arrival { intake: forms[0].clone(), ..arrival() }, |_| ());
    let review = State::Reviewing(Box::new(review));
    let mut face = Face::with(review, Language::English, vec2(1280.0, 3000.0), DeviceHealth::default());
    for shown in
        ["“Ilka Vance”, as the share claims", "Gout", "The share describes no patient.", "Choose a chart first."]
    {
        assert!(face.shows(shown), "{shown} in {:#?}", face.words());
    }
    assert!(face.touch("Gout").is_empty());
}

#[test]
fn a_patient_record_out_of_use_and_entries_left_out_are_said_before_a_chart_is_picked() {
    let mut patient = person("a", "Ngozi", "1984-01-01");
    patient["resource"]["active"] = json!(false);
    let summary = json!({"resource": {"resourceType": "Composition", "subject": {"reference": "urn:uuid:a"}}});
    let forms = intake_of(&json!([summary, patient, person("b", "Emeka", "2014-05-05"), problem("b", "Croup")]));
    let [intake] = &forms[..] else { panic!("{} forms", forms.len()) };
    let face =
        Face::of(State::Reviewing(Box::new(the_review(Arrival { intake: intake.clone(), ..arrival() }, |_| ()))));
    assert!(
        face.shows("no longer uses this patient record") && face.shows("2 entries of this share"),
        "{:#?}",
        face.words()
    );
    assert!(!face.shows("Emeka") && !face.shows("Croup") && !face.shows("2014"));
}
