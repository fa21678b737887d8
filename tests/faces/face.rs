//! A face in a window without a screen, and the visits that it shows.

use egui::accesskit::Role;
use egui::{Vec2, vec2};
use egui_kittest::kittest::NodeT;
use egui_kittest::{Harness, HarnessBuilder};
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::filing::SubmissionId;
use ktc_kiosk::intake::{Intake, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::ktc::{Conformance, Finding};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{ChartPatient, ChartSearch, PatientChoice, Reconciliation, Staff};
use ktc_kiosk::resolve::{Arrival, ShareFacts};
use ktc_kiosk::scan::{CodeReader, Reading};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    AskingPasscode, AwaitingStaff, Complete, Delays, DeviceHealth, Filing, Input, PinRefusal, ReviewInput, Reviewing,
    Session, SignInFor, State,
};
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::ticket::{QueueNumber, Ticket};
use ktc_kiosk::time::{Day, Timestamp};
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::AppAttestation;
use ktc_kiosk::ui::{Scene, Strings, Theme, screen_ui};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::rc::Rc;

/// Words of the shared records that only the desk may show.
pub const CLINICAL: [&str; 6] = ["Delgado", "1980-01-02", "Penicillin", "Metformin", "Harbor Mutual", "Diabetes"];

/// The day of every check-in here.
pub const DAY: Day = Day::constant(2026, 11, 18);
pub const CLINIC: &str = "Lakeside Clinic";
pub const SMALL: Vec2 = vec2(1280.0, 800.0);

/// A face in a window without a screen, and what people meant on it.
pub struct Face {
    pub harness: Harness<'static>,
    inputs: Rc<RefCell<Vec<Input>>>,
}

impl Face {
    pub fn of(state: State) -> Face {
        Face::with(state, Language::English, SMALL, DeviceHealth::default())
    }

    pub fn with(state: State, language: Language, size: Vec2, health: DeviceHealth) -> Face {
        let mut session = Session::idle(now(), language, Delays::default());
        session.state = state;
        Face::at(session, now(), size, health)
    }

    pub fn at(session: Session, now: Timestamp, size: Vec2, health: DeviceHealth) -> Face {
        Face::built(Harness::builder(), session, now, size, health)
    }

    pub fn built(
        builder: HarnessBuilder<()>,
        session: Session,
        now: Timestamp,
        size: Vec2,
        health: DeviceHealth,
    ) -> Face {
        let language = session.language;
        let (strings, languages, theme) = (Strings::new(language), Strings::of_all_languages(), Theme::default());
        let inputs = Rc::new(RefCell::new(Vec::new()));
        let heard = Rc::clone(&inputs);
        let mut session = Some(session);
        let draw = move |ui: &mut egui::Ui| {
            let Some(present) = session.take() else { return };
            let scene = Scene {
                session: &present,
                health: &health,
                strings: &strings,
                languages: &languages,
                theme: &theme,
                clinic: CLINIC,
                preview: None,
                page: None,
                now,
            };
            let input = screen_ui(ui, &scene);
            session = Some(match input {
                Some(input) if is_of_view(&input) => present.on(input.into(), now).next,
                input => {
                    heard.borrow_mut().extend(input);
                    present
                }
            });
        };
        let builder = builder.with_size(size).with_context_setup(|ctx| Theme::default().install(ctx));
        let mut harness = builder.build_ui(draw);
        harness.run_steps(3);
        Face { harness, inputs }
    }

    /// Everything that is written.
    pub fn words(&self) -> Vec<String> {
        let nodes = self.harness.root().children_recursive();
        nodes.filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value())).collect()
    }

    pub fn shows(&self, words: &str) -> bool {
        self.words().iter().any(|written| written.contains(words))
    }

    /// Touches the button, box or card with these words.
    pub fn touch(&mut self, words: &str) -> Vec<Input> {
        let can_touch = [Role::Button, Role::CheckBox, Role::RadioButton];
        let found = self.harness.root().children_recursive().find(|node| {
            can_touch.contains(&node.accesskit_node().role()) && node.accesskit_node().label().as_deref() == Some(words)
        });
        found.unwrap_or_else(|| panic!("no {words:?} in {:#?}", self.words())).click();
        self.harness.run_steps(3);
        self.inputs()
    }

    /// What people meant since this was asked last.
    pub fn inputs(&mut self) -> Vec<Input> {
        self.inputs.borrow_mut().drain(..).collect()
    }

    /// The words of what has the focus of the keyboard.
    pub fn focused(&self) -> Option<String> {
        let mut nodes = self.harness.root().children_recursive();
        nodes.find(|node| node.accesskit_node().is_focused())?.accesskit_node().label()
    }
}

/// How people look at a screen; it is applied at once, so that the next frame shows it.
pub fn is_of_view(input: &Input) -> bool {
    matches!(
        input,
        Input::PasscodeShownToggled
            | Input::PasscodeKeysSwitched(_)
            | Input::Review(
                ReviewInput::FieldKeysSwitched(_)
                    | ReviewInput::OpenOnlyToggled
                    | ReviewInput::DetailsToggled
                    | ReviewInput::PageEnlargedToggled
            )
    )
}

pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_000_000_000)
}

pub fn share(more: usize) -> Intake {
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
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    Intake::from_documents(vec![document], DAY).expect("a form")
}

pub fn arrival() -> Arrival {
    let facts = ShareFacts {
        conformance: Some(Conformance::from_findings([Finding::NoExpiry])),
        attestation: AppAttestation::Absent,
        refused: vec![Trouble::CardExpired],
        last_updated: None,
    };
    Arrival { intake: share(0), facts }
}

pub fn candidate(id: &str, family: &str, phone: Value) -> ChartPatient {
    let patient = json!({"resourceType": "Patient", "id": id, "birthDate": "1980-01-03", "telecom": [phone],
        "name": [{"family": family, "given": ["Ana"]}], "identifier": [{"value": "MRN-7"}]});
    ChartPatient::from_resource(Resource::from_json(patient).expect("a resource"), DAY).expect("a candidate")
}

pub fn reviewing(more: usize, decide: impl FnOnce(&mut Reconciliation)) -> State {
    State::Reviewing(Box::new(the_review(Arrival { intake: share(more), ..arrival() }, decide)))
}

pub fn the_review(arrival: Arrival, decide: impl FnOnce(&mut Reconciliation)) -> Reviewing {
    let mut reviewing = Reviewing::new(Staff { id: "s1".into(), name: "Rosa".into() }, arrival);
    let candidates = vec![candidate("a", "Delgado", json!({})), candidate("b", "Delgato", json!({}))];
    reviewing.reconciliation.set_chart(ChartSearch::Found { candidates, new_patients: true });
    decide(&mut reviewing.reconciliation);
    reviewing
}

pub fn decided(review: &mut Reconciliation) {
    review.touch(PatientChoice::New);
    review.toggle_section(Section::Demographics);
    review.toggle_section(Section::Allergies);
}

pub fn awaiting(pin: &str, refusal: Option<PinRefusal>) -> State {
    State::AwaitingStaff(Box::new(AwaitingStaff {
        pin: Sensitive::from(pin),
        refusal,
        ..AwaitingStaff::new(SignInFor::Review(arrival().into()))
    }))
}

/// A link with the flag P whose label names an illness.
pub fn asking(typed: &str, change: impl FnOnce(&mut AskingPasscode)) -> State {
    let payload = json!({"url": "https://e.org/x", "flag": "P", "key": "A".repeat(43), "label": "Diabetes"});
    let link = format!("shlink:/{}", base64url(payload.to_string().as_bytes()));
    let Ok(Reading::Code(code)) = CodeReader::default().read(&link) else { panic!("a link") };
    let mut asking = AskingPasscode { typed: Sensitive::from(typed), ..AskingPasscode::new(code) };
    change(&mut asking);
    State::AskingPasscode(asking)
}

pub fn base64url(bytes: &[u8]) -> String {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

pub fn filing() -> State {
    let mut review = Reconciliation::new(share(0));
    review.set_chart(ChartSearch::NoEhr);
    review.touch(PatientChoice::New);
    review.toggle_section(Section::Demographics);
    let confirmed = review.confirm(Staff { id: "s1".into(), name: "Rosa".into() }, now()).expect("decided");
    let submission = SubmissionId::derive(SessionId(1), &confirmed);
    State::Filing(Filing { submission, items: 1, number: None, has_ticket: false })
}

pub fn complete(outcome: FilingOutcome) -> State {
    State::Complete(Complete {
        ticket: Ticket { number: QueueNumber(7), outcome, items: 3, at: now() },
        submission: None,
    })
}
