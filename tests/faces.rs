//! What people find on each screen, by the accessibility tree: the same words that they see.

#![allow(clippy::expect_used, clippy::panic, reason = "a failed step of a test ends the test")]

use egui::accesskit::Role;
use egui::{Vec2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::filing::{FilingOutcome, SubmissionId};
use ktc_kiosk::intake::{Intake, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::ktc::{Conformance, Finding};
use ktc_kiosk::reconciliation::{ChartPatient, ChartSearch, PatientChoice, Reconciliation, Staff};
use ktc_kiosk::scan::OtherCode;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    Arrival, AskingPasscode, AwaitingStaff, CameraHealth, Complete, Delays, DeviceHealth, EhrHealth, Event, Filing,
    InTrouble, Language, PinRefusal, Resolving, Reviewing, Scanning, Session, SessionId, Sharing, State, Trouble,
};
use ktc_kiosk::ticket::{QueueNumber, Ticket};
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::{AppAttestation, Assurance};
use ktc_kiosk::ui::{Scene, Strings, Theme, screen_ui};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Words of the shared records that only the desk may show.
const CLINICAL: [&str; 6] = ["Delgado", "1980-01-02", "Penicillin", "Metformin", "Harbor Mutual", "Diabetes"];

const CLINIC: &str = "Lakeside Clinic";
const SMALL: Vec2 = vec2(1280.0, 800.0);

/// A face in a window without a screen, and what people meant on it.
struct Face {
    harness: Harness<'static>,
    events: Rc<RefCell<Vec<Event>>>,
}

impl Face {
    fn of(state: State) -> Face {
        Face::with(state, Language::English, SMALL, DeviceHealth::default())
    }

    fn with(state: State, language: Language, size: Vec2, health: DeviceHealth) -> Face {
        let mut session = Session::idle(now(), language, Delays::default());
        session.state = state;
        let (strings, theme) = (Strings::new(language), Theme::default());
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&events);
        let draw = move |ui: &mut egui::Ui| {
            let scene = Scene {
                session: &session,
                health: &health,
                strings: &strings,
                theme: &theme,
                clinic: CLINIC,
                preview: None,
                now: now(),
            };
            heard.borrow_mut().extend(screen_ui(ui, &scene));
        };
        let builder = Harness::builder().with_size(size).with_context_setup(|ctx| Theme::default().install(ctx));
        let mut harness = builder.build_ui(draw);
        harness.run_steps(3);
        Face { harness, events }
    }

    /// Everything that is written.
    fn words(&self) -> Vec<String> {
        let nodes = self.harness.root().children_recursive();
        nodes.filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value())).collect()
    }

    fn shows(&self, words: &str) -> bool {
        self.words().iter().any(|written| written.contains(words))
    }

    /// Touches the button, box or card with these words.
    fn touch(&mut self, words: &str) -> Vec<Event> {
        let can_touch = [Role::Button, Role::CheckBox, Role::RadioButton];
        let found = self.harness.root().children_recursive().find(|node| {
            can_touch.contains(&node.accesskit_node().role()) && node.accesskit_node().label().as_deref() == Some(words)
        });
        found.unwrap_or_else(|| panic!("no {words:?} in {:#?}", self.words())).click();
        self.harness.run_steps(3);
        self.events.borrow_mut().drain(..).collect()
    }
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_000_000_000)
}

fn share(more: usize) -> Intake {
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-01-02",
            "name": [{"family": "Delgado", "given": ["Ana"]}]}}),
        json!({"resource": {"resourceType": "Coverage", "status": "active", "payor": [{"display": "Harbor Mutual"}]}}),
        json!({"resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}}}),
        json!({"resource": {"resourceType": "Condition", "code": {"text": "Diabetes"},
            "verificationStatus": {"coding": [{"code": "refuted"}]}}}),
        json!({"resource": {"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Metformin"}}}),
    ];
    let vaccines = (0..more).map(|number| {
        json!({"resource": {"resourceType": "Immunization", "status": "completed", "occurrenceString": "once",
            "vaccineCode": {"text": format!("Vaccine {number}")}}})
    });
    entries.extend(vaccines);
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let document = SharedDocument { bundle: bundle.expect("a bundle"), assurance: Assurance::PatientProvided, source };
    Intake::from_documents(vec![document]).expect("a form")
}

fn arrival() -> Arrival {
    Arrival {
        intake: share(0),
        conformance: Some(Conformance::of([Finding::NoExpiry])),
        attestation: AppAttestation::Absent,
        refused: vec![Trouble::CardExpired],
        last_updated: None,
    }
}

fn candidate(id: &str, family: &str, phone: Value) -> ChartPatient {
    let patient = json!({"resourceType": "Patient", "id": id, "birthDate": "1980-01-03", "telecom": [phone],
        "name": [{"family": family, "given": ["Ana"]}], "identifier": [{"value": "MRN-7"}]});
    ChartPatient::read(Resource::from_json(patient).expect("a resource")).expect("a candidate")
}

fn reviewing(more: usize, decide: impl FnOnce(&mut Reconciliation)) -> State {
    let mut reconciliation = Reconciliation::new(share(more));
    let candidates = vec![candidate("a", "Delgado", json!({})), candidate("b", "Delgato", json!({}))];
    reconciliation.set_chart(ChartSearch::Found { candidates, new_patients: true });
    decide(&mut reconciliation);
    State::Reviewing(Box::new(Reviewing {
        staff: Staff { id: "s1".into(), name: "Rosa".into() },
        reconciliation,
        conformance: Some(Conformance::of([Finding::NoExpiry])),
        attestation: AppAttestation::Absent,
        refused: vec![Trouble::CardExpired],
    }))
}

fn decided(review: &mut Reconciliation) {
    review.choose(PatientChoice::Existing("a".into()));
    review.toggle_section(Section::Demographics);
    review.toggle_section(Section::Allergies);
}

fn awaiting(pin: &str, refusal: Option<PinRefusal>) -> State {
    State::AwaitingStaff(Box::new(AwaitingStaff {
        arrival: arrival(),
        pin: Sensitive::from(pin),
        checking: false,
        refusal,
    }))
}

fn filing() -> State {
    let mut review = Reconciliation::new(share(0));
    review.set_chart(ChartSearch::Unavailable { new_patients: true });
    review.choose(PatientChoice::New);
    review.toggle_section(Section::Demographics);
    let confirmed = review.confirm(Staff { id: "s1".into(), name: "Rosa".into() }, now()).expect("decided");
    let submission = SubmissionId::derive(SessionId(1), &confirmed);
    State::Filing(Filing { submission, items: 1, number: None })
}

fn complete(outcome: FilingOutcome) -> State {
    State::Complete(Complete { ticket: Ticket { number: QueueNumber(7), outcome, items: 3, at: now() } })
}

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
            || State::AskingPasscode(AskingPasscode { label: Some(Sensitive::from("Diabetes")) }),
            ["This code needs a passcode", "Este código necesita una clave"],
        ),
        (|| State::Resolving(Resolving { card: false }), ["Reading what you shared", "Leyendo lo que compartió"]),
        (|| State::Resolving(Resolving { card: true }), ["Reading your card", "Leyendo su tarjeta"]),
        (
            || State::Sharing(Box::new(Sharing { arrival: arrival() })),
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
        for (language, words) in Language::ALL.into_iter().zip(words) {
            let face = Face::with(state(), language, SMALL, DeviceHealth::default());
            assert!(face.shows(words), "{words:?} in {:#?}", face.words());
            for secret in CLINICAL {
                assert!(!face.shows(secret), "{secret} on {}", state().word());
            }
            assert!(face.shows("English") && face.shows("Español"), "languages on {}", state().word());
        }
    }
}

#[test]
fn every_trouble_says_what_to_do_and_who_must_act() {
    for trouble in Trouble::ALL {
        for language in Language::ALL {
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
        let mut events = Face::of(state).touch(words);
        assert_eq!(events.len(), 1, "{words}");
        events.remove(0)
    };
    assert!(matches!(one(State::Idle, "Start check-in"), Event::StartTouched));
    assert!(matches!(one(State::Idle, "Español"), Event::LanguageChosen(Language::Spanish)));
    assert!(matches!(one(State::Scanning(Scanning::default()), "Start over"), Event::CancelTouched));
    let sharing = || State::Sharing(Box::new(Sharing { arrival: arrival() }));
    assert!(matches!(one(sharing(), "Share with Lakeside Clinic"), Event::SharingAgreed));
    assert!(matches!(one(sharing(), "Do not share"), Event::SharingDeclined));
    assert!(matches!(one(awaiting("", None), "7"), Event::PinDigit(7)));
    assert!(matches!(one(awaiting("1", None), "Erase"), Event::PinErased));
    assert!(matches!(one(State::Declined, "Done"), Event::DoneTouched));
    let gone = || State::InTrouble(InTrouble { trouble: Trouble::LinkGone });
    assert!(matches!(one(gone(), "Try again"), Event::StartTouched));
    assert!(matches!(one(gone(), "Done"), Event::DoneTouched));
}

#[test]
fn the_sharing_screen_counts_and_names_no_content() {
    let face = Face::of(State::Sharing(Box::new(Sharing { arrival: arrival() })));
    for words in ["Allergies", "Medicines", "Health problems", "1 record", "1 file could not be used."] {
        assert!(face.shows(words), "{words}");
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
    let mut face = Face::of(reviewing(0, |review| review.choose(PatientChoice::New)));
    assert!(face.shows("Tick at least one item."));
    assert!(face.touch("File 0 items").is_empty());
    let mut face = Face::of(reviewing(0, |review| {
        review.choose(PatientChoice::New);
        review.toggle_section(Section::Allergies);
    }));
    assert!(face.shows("A new patient needs the personal details ticked."));
    assert!(face.touch("File 1 item").is_empty());
    let events = Face::of(reviewing(0, decided)).touch("File 2 items");
    assert!(matches!(events[..], [Event::IntakeConfirmed]));
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
        "Chart: 1980-01-03",
        "Record MRN-7",
        "New patient",
        "Kill the Clipboard: differs from the draft, still readable",
        "The card's time is over.",
        "Signed in as Rosa",
    ] {
        assert!(face.shows(words), "{words}");
    }
}

#[test]
fn touches_of_the_desk_become_events() {
    let one = |words: &str| {
        let mut events = Face::of(reviewing(0, |_| ())).touch(words);
        assert_eq!(events.len(), 1, "{words}");
        events.remove(0)
    };
    assert!(
        matches!(one("Ana Delgado, born 1980-01-03"), Event::PatientChosen(PatientChoice::Existing(id)) if id == "a")
    );
    assert!(matches!(one("Ana Delgado"), Event::ItemToggled(id) if id.0 == 0));
    assert!(matches!(one("Tick all: Insurance"), Event::SectionToggled(Section::Insurance)));
    assert!(matches!(one("Close without filing"), Event::CancelTouched));
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
        for language in Language::ALL {
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
