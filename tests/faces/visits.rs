//! Ten thousand visits, one after the other, in one window: nothing of one patient is in the state of the next, nor on the
//! screen. And what is filed is what was ticked, and each value of it stood on the screen.

use crate::face::{CLINIC, DAY, SMALL, base64url};
use crate::today::told;
use egui::accesskit::{Role, Toggled};
use egui_kittest::Harness;
use egui_kittest::kittest::NodeT;
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::filing::{CheckInLabel, Clinic, LabelledChart, Profile, Site, Step, SubmissionId, plan};
use ktc_kiosk::intake::{Intake, ItemId, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, ContentKey, Decided, DecidedBefore, Field, FieldDecision,
    IdentityCheck, LookAlikes, PatientChoice, Staff, StaffDecision,
};
use ktc_kiosk::resolve::{Arrival, ShareFacts};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    Answer, Behind, Delays, DeviceHealth, Discarding, Effect, Event, Input, KeptLease, KeptWaiting, OpenedForm,
    PinRefusal, Question, QueueList, ReviewAnswer, ReviewInput, ReviewQuestion, Session, ShownAs, ShownCheckIn,
    SignInFor, State, WhereItWaits,
};
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::ticket::QueueNumber;
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::AppAttestation;
use ktc_kiosk::ui::{Scene, Strings, Theme, screen_ui};
use ktc_kiosk::viewing::PagePicture;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

const VISITS: usize = 10_000;
const DRAWN: usize = 300;
/// Forms that are drawn, filed from what was drawn, and read beside it.
const DRAWN_BEFORE_FILING: usize = 60;
const SEED: u64 = 0x5EED_0053;
const START: i64 = 1_795_000_000_000;

/// Xorshift: the same visits each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }
}

/// Everything with a mark, and whose it is.
#[derive(Default)]
struct Marks(BTreeMap<u64, Option<SessionId>>);

impl Marks {
    /// A new mark. Whose it is shows when the kiosk has taken it in, or is known for an answer.
    fn new_mark(&mut self, owner: Option<SessionId>) -> (u64, String) {
        let number = u64::try_from(self.0.len()).expect("few marks");
        self.0.insert(number, owner);
        (number, format!("qzm{number}z"))
    }

    /// The marks in a text that belong to somebody else than this visit.
    fn foreign(&self, text: &str, visit: Option<SessionId>) -> Vec<u64> {
        let numbers = text.split("qzm").skip(1).filter_map(|rest| rest.split_once('z')?.0.parse().ok());
        numbers.filter(|number| self.0.get(number).is_none_or(|owner| visit.is_none() || *owner != visit)).collect()
    }
}

fn arrival(mark: &str, dice: &mut Dice) -> Arrival {
    let pdf = base64url(b"%PDF-1.7").replace(['-', '_'], "A");
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-01-02",
            "name": [{"family": mark}]}}),
        json!({"resource": {"resourceType": "DocumentReference", "status": "current", "description": format!("letter {mark}"),
            "content": [{"attachment": {"contentType": "application/pdf", "data": format!("{pdf}====")}}]}}),
    ];
    for number in 0..dice.roll(4) {
        let snomed = json!({"system": "http://snomed.info/sct", "code": format!("9193{number}")});
        entries.push(json!({"resource": {"resourceType": "AllergyIntolerance", "criticality": "high",
            "reaction": [{"manifestation": [{"text": format!("hives {mark}")}], "severity": "severe"}],
            "extension": [{"url": "urn:unseen", "valueString": format!("unseen {mark}")}], "identifier": [{"value": "unseen"}],
            "patient": {"reference": "urn:uuid:p"}, "code": {"coding": [snomed], "text": format!("{mark} {number}")}}}));
    }
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: format!("{mark}.org"), digest: [7; 32] };
    let document = SharedDocument::unproven(bundle.expect("a bundle"), source);
    let intake = Intake::from_documents(vec![document], DAY).expect("a form");
    let attestation = AppAttestation::Absent;
    Arrival { intake, facts: ShareFacts { conformance: None, attestation, refused: Vec::new(), last_updated: None } }
}

fn chart(mark: &str) -> ChartSearch {
    let patient: Value =
        json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-01-02", "name": [{"family": mark}]});
    let candidate =
        ChartPatient::from_resource(Resource::from_json(patient).expect("a resource"), DAY).expect("a candidate");
    ChartSearch::Found { candidates: vec![candidate], new_patients: true }
}

fn link(mark: &str, flag: &str) -> String {
    let payload = json!({"url": format!("https://e.org/{mark}"), "flag": flag, "key": "A".repeat(43), "label": mark});
    format!("shlink:/{}", base64url(payload.to_string().as_bytes()))
}

fn json_of(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("JSON")
}

fn kept_id() -> SubmissionId {
    SubmissionId::parse(&"c".repeat(32)).expect("an id")
}

fn waiting_list() -> QueueList {
    let kept = KeptWaiting { submission: kept_id(), number: "A005".into(), kept: "09:14".into(), restored: false };
    QueueList { kept: vec![kept], ..QueueList::default() }
}

/// Every text that a state owns.
fn owned(session: &Session) -> String {
    match &session.state {
        State::Idle | State::Scanning(_) | State::Declined => String::new(),
        State::AskingPasscode(asking) => format!("{} {}", asking.typed.reveal(), json_of(&asking.code)),
        State::Sharing(sharing) => json_of(&sharing.arrived),
        State::AwaitingStaff(awaiting) => {
            let arrived = match &awaiting.purpose {
                SignInFor::Review(arrived) => json_of(arrived),
                SignInFor::Queue => String::new(),
            };
            format!("{} {arrived}", awaiting.pin.reveal())
        }
        State::Reviewing(reviewing) => {
            let chart = match reviewing.reconciliation.choice().search() {
                ChartSearch::Found { candidates, .. } => {
                    candidates.iter().map(|candidate| candidate.name.reveal().as_str()).collect()
                }
                _ => String::new(),
            };
            let comparison = reviewing.reconciliation.compared();
            let held = comparison.iter().flat_map(|comparison| &comparison.only_in_chart);
            let held: String = held.map(|(_, title)| title.reveal().as_str()).collect();
            let about = reviewing
                .reconciliation
                .chosen()
                .and_then(|chosen| chosen.arrivals().told()?.standing().first())
                .map(|appointment| appointment.about.reveal().clone());
            let typed = reviewing.editing.as_ref().map(|editing| editing.typed.reveal().clone());
            let chart = format!("{chart} {held} {} {}", about.unwrap_or_default(), typed.unwrap_or_default());
            let picture = reviewing.viewer.as_ref().and_then(|viewer| viewer.picture());
            let picture = picture.map(|picture| String::from_utf8_lossy(picture.rgb.reveal()).into_owned());
            format!("{} {chart} {}", json_of(reviewing.reconciliation.intake()), picture.unwrap_or_default())
        }
        State::ChoosingPerson(choosing) => json_of(&choosing.several),
        State::Queue(queue) => {
            let form = match &queue.behind {
                Behind::Form(reviewing) => json_of(reviewing.reconciliation.intake()),
                Behind::Nobody(_) => String::new(),
            };
            let label = queue.shown.as_ref().and_then(|shown| shown.label.as_ref());
            format!("{form} {}", label.map(json_of).unwrap_or_default())
        }
        // These own ids, numbers and closed words alone; Debug shows them whole.
        other @ (State::Resolving(_)
        | State::Keeping(_)
        | State::Filing(_)
        | State::Complete(_)
        | State::WrongPerson(_)
        | State::InTrouble(_)) => {
            format!("{other:?}")
        }
    }
}

/// Every text that an effect carries, with the visit that it names.
fn ordered(effect: &Effect) -> (Option<SessionId>, String) {
    let Effect::Ask(session, question) = effect else { return (None, format!("{effect:?}")) };
    let carried = match question {
        Question::ResolveShare { code, passcode } => format!("{} {}", json_of(code), json_of(passcode)),
        Question::Review(_, question) => review_ordered(question),
        Question::StoreSubmission { confirmed, .. } => json_of(&confirmed.items),
        Question::CheckPin(pin) => pin.reveal().clone(),
        Question::KeepCheckIn { arrival, .. } => json_of(&arrival.intake),
        Question::Undo { plan, .. } => json_of(plan),
        Question::StopCheckIn { .. }
        | Question::WriteBreachFacts { .. }
        | Question::OpenCamera
        | Question::ListQueue
        | Question::ShowCheckIn(..)
        | Question::OpenKept { .. }
        | Question::DiscardKept { .. }
        | Question::SendAgain { .. } => format!("{question:?}"),
    };
    (Some(*session), carried)
}

fn review_ordered(question: &ReviewQuestion) -> String {
    match question {
        ReviewQuestion::SearchChart { patient, .. } => json_of(patient),
        ReviewQuestion::LoadChart { form, .. } => json_of(&form.items),
        ReviewQuestion::OpenDocument { item, .. } | ReviewQuestion::ReadMore(item) => json_of(item),
        ReviewQuestion::DrawPage { .. } | ReviewQuestion::LoadAppointments { .. } => String::new(),
        ReviewQuestion::LookUpSources { chart, .. } => {
            chart.as_ref().map(|chart| chart.resource().json().reveal().to_string()).unwrap_or_default()
        }
        ReviewQuestion::RecallDecisions(chart) => chart.resource().json().reveal().to_string(),
    }
}

/// The answer to a question, marked as the asking visit's.
fn answer(effect: &Effect, marks: &mut Marks, dice: &mut Dice) -> Option<Event> {
    let Effect::Ask(session, question) = effect else { return None };
    let mut mark = || marks.new_mark(Some(*session)).1;
    let answer = match question {
        Question::ResolveShare { passcode, .. } => match dice.roll(if passcode.is_some() { 4 } else { 9 }) {
            0 => Answer::ShareResolved(Err(Trouble::LinkGone)),
            1 if passcode.is_some() => Answer::PasscodeRefused { remaining: Some(2) },
            _ => Answer::ShareResolved(Ok(arrival(&mark(), dice).into())),
        },
        Question::CheckPin(_) if dice.roll(5) == 0 => Answer::StaffRefused(PinRefusal::Wrong),
        Question::CheckPin(_) => Answer::StaffSignedIn(Staff { id: "mw".into(), name: "Mara".into() }),
        Question::Review(review, question) => Answer::Review(*review, review_answer(question, &mut mark, dice)),
        Question::KeepCheckIn { .. } => Answer::CheckInKept(QueueNumber(5)),
        Question::ListQueue | Question::DiscardKept { .. } | Question::StopCheckIn { .. } | Question::Undo { .. } => {
            Answer::QueueListed(waiting_list())
        }
        Question::ShowCheckIn(submission, _) => {
            let (name, chart) = (Sensitive::new(mark()), LabelledChart::NotChosen);
            let label = CheckInLabel { name, birth_date: None, chart, items: Vec::new() };
            let stands = ShownAs::Kept(Discarding::No);
            let shown = ShownCheckIn { submission: submission.clone(), label: Some(label), stands };
            Answer::CheckInShown(Some(Box::new(shown)))
        }
        Question::OpenKept { submission, .. } => {
            let lease = KeptLease { submission: submission.clone(), fence: 1, restored: false };
            Answer::KeptOpened(Some(Box::new(OpenedForm { arrival: arrival(&mark(), dice), lease })))
        }
        Question::WriteBreachFacts { submission, .. } => Answer::BreachFactsWritten(submission.clone(), None),
        Question::StoreSubmission { .. } => Answer::SubmissionStored(QueueNumber(4)),
        Question::OpenCamera | Question::SendAgain { .. } => return None,
    };
    Some(Event::Answer(*session, answer))
}

fn review_answer(question: &ReviewQuestion, mark: &mut impl FnMut() -> String, dice: &mut Dice) -> ReviewAnswer {
    match question {
        ReviewQuestion::SearchChart { .. } if dice.roll(4) == 0 => {
            ReviewAnswer::ChartSearched(ChartSearch::Unavailable)
        }
        ReviewQuestion::SearchChart { .. } => ReviewAnswer::ChartSearched(chart(&mark())),
        ReviewQuestion::LookUpSources { chart, .. } => {
            let chart = chart.as_ref().map(|chart| chart.id.clone());
            ReviewAnswer::SourcesLookedUp { chart, seen_elsewhere: dice.roll(2) == 0 }
        }
        ReviewQuestion::RecallDecisions(chart) => {
            let before = DecidedBefore { decided: Decided::Reviewed, by: mark(), day: "2026-11-22".into() };
            let remembered = std::iter::once((ContentKey::from_bytes([7; 32]), before)).collect();
            ReviewAnswer::DecisionsRecalled { chart: chart.id.clone(), remembered }
        }
        ReviewQuestion::LoadChart { chart, form, .. } => {
            let (mark, resource) = (mark(), |json: Value| Resource::from_json(json).expect("a resource"));
            let allergy = json!({"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": mark}});
            let records = ChartRecords { records: vec![resource(allergy)], ..ChartRecords::default() };
            let (chart, records) =
                (chart.clone(), Some(Box::new(ComparedRecords::new(form, records, &LookAlikes::default()))));
            ReviewAnswer::ChartLoaded { chart, records }
        }
        ReviewQuestion::LoadAppointments { chart } => {
            let visit = json!({"id": "v1", "status": "booked", "description": mark(), "start": "2026-11-22T09:30:00Z"});
            ReviewAnswer::AppointmentsTold { chart: chart.clone(), told: Box::new(told(&[visit])) }
        }
        ReviewQuestion::ReadMore(item) => ReviewAnswer::MoreRead(item.id, Some(item.more())),
        ReviewQuestion::DrawPage { page, .. } | ReviewQuestion::OpenDocument { page, .. } => {
            let mut rgb = mark().into_bytes();
            rgb.resize(30 * 3, b' ');
            let picture = PagePicture { page: *page, pages: 3, width: 30, height: 1, rgb: Sensitive::new(rgb) };
            ReviewAnswer::PageDrawn(Ok(picture))
        }
    }
}

/// What somebody at the kiosk does next: mostly what leads on, sometimes anything.
fn deed(session: &Session, marks: &mut Marks, dice: &mut Dice) -> (Event, Option<u64>) {
    let marked = |marks: &mut Marks, event: fn(String) -> Event| {
        let (number, mark) = marks.new_mark(None);
        (event(mark), Some(number))
    };
    let plain = |event: Event| (event, None);
    if dice.roll(12) == 0 {
        return match dice.roll(8) {
            0 => plain(Input::CancelTouched.into()),
            1 => plain(Input::DoneTouched.into()),
            2 => plain(Input::StartTouched.into()),
            3 => plain(Input::LanguageChosen(Language::ALL[dice.roll(Language::ALL.len())]).into()),
            4 => plain(Event::Answer(session.id, Answer::AuditNotWritten)),
            5 => marked(marks, |mark| Input::CodeSeen(Sensitive::new(link(&mark, "P"))).into()),
            6 => marked(marks, |mark| Input::PasscodeTyped(Sensitive::new(mark)).into()),
            7 => plain(Input::WrongPersonTouched.into()),
            _ => plain(Event::Tick),
        };
    }
    match &session.state {
        State::Idle if dice.roll(4) == 0 => plain(Input::StaffTouched.into()),
        State::Idle | State::Scanning(_) => match dice.roll(3) {
            0 => plain(Input::StartTouched.into()),
            1 => marked(marks, |mark| Input::CodeSeen(Sensitive::new(link(&mark, "P"))).into()),
            _ => marked(marks, |mark| Input::CodeSeen(Sensitive::new(link(&mark, "U"))).into()),
        },
        State::AskingPasscode(_) => match dice.roll(3) {
            0 => plain(Input::PasscodeErased.into()),
            1 => marked(marks, |mark| Input::PasscodeTyped(Sensitive::new(mark)).into()),
            _ => plain(Input::PasscodeSent.into()),
        },
        State::Sharing(_) if dice.roll(8) == 0 => plain(Input::SharingDeclined.into()),
        State::Sharing(_) => plain(Input::SharingAgreed.into()),
        State::AwaitingStaff(_) => plain(Input::PinDigit(u8::try_from(dice.roll(10)).unwrap_or(0)).into()),
        State::Reviewing(reviewing) if reviewing.editing.is_some() => match dice.roll(3) {
            0 => plain(ReviewInput::FieldDone.into()),
            1 => plain(ReviewInput::FieldLeft.into()),
            _ => marked(marks, |mark| ReviewInput::FieldTyped(Sensitive::new(mark)).into()),
        },
        State::Reviewing(_) => plain(match dice.roll(19) {
            18 => ReviewInput::IdentifierConfirmed(IdentityCheck::Document).into(),
            16 => ReviewInput::KeptForLater.into(),
            17 => ReviewInput::SearchAgain.into(),
            0 => ReviewInput::PatientChosen(PatientChoice::New).into(),
            1 | 9 => ReviewInput::PatientChosen(PatientChoice::Existing("c1".into())).into(),
            10 => ReviewInput::IdentifierConfirmed(IdentityCheck::Name).into(),
            11 => ReviewInput::IdentifierConfirmed(IdentityCheck::BirthDate).into(),
            12 => ReviewInput::IdentifierConfirmed(IdentityCheck::OtherName).into(),
            13 => ReviewInput::FieldOpened(Field::BirthDate).into(),
            14 => ReviewInput::FieldDecided(Field::Name, FieldDecision::Take).into(),
            15 => ReviewInput::ArrivalToggled("v1".into()).into(),
            2 | 3 => ReviewInput::ItemToggled(ItemId(u32::try_from(dice.roll(4)).unwrap_or(0))).into(),
            4 => ReviewInput::SectionToggled(Section::ALL[dice.roll(8)]).into(),
            5 => {
                ReviewInput::DocumentOpened { item: ItemId(u32::try_from(dice.roll(5)).unwrap_or(0)), which: 0 }.into()
            }
            6 => ReviewInput::PageTurned(u32::try_from(dice.roll(4)).unwrap_or(0)).into(),
            7 => ReviewInput::DocumentClosed.into(),
            _ => ReviewInput::IntakeConfirmed.into(),
        }),
        State::Filing(filing) => {
            plain(Event::Delivery { submission: filing.submission.clone(), outcome: FilingOutcome::Accepted })
        }
        State::ChoosingPerson(_) => plain(Input::PersonChosen(dice.roll(3)).into()),
        State::Queue(_) => plain(match dice.roll(8) {
            0 => Input::QueueLeft.into(),
            1..=3 => Input::WaitingTouched(kept_id(), WhereItWaits::Kept).into(),
            4 => Input::KeptDiscardTouched.into(),
            5 => Input::WaitingClosed.into(),
            _ => Input::KeptOpenTouched.into(),
        }),
        State::Resolving(_) | State::Keeping(_) => plain(Event::Tick),
        State::WrongPerson(_) if dice.roll(2) == 0 => plain(Input::StaffTouched.into()),
        State::Complete(_) | State::Declined | State::WrongPerson(_) | State::InTrouble(_) => {
            plain(Input::DoneTouched.into())
        }
    }
}

/// One window for all visits, so that what egui itself remembers is tested too.
struct Window {
    session: Rc<RefCell<Option<Session>>>,
    harness: Harness<'static>,
}

impl Window {
    fn open() -> Window {
        let session: Rc<RefCell<Option<Session>>> = Rc::default();
        let (drawn, theme) = (Rc::clone(&session), Theme::default());
        let languages = Strings::of_all_languages();
        let draw = move |ui: &mut egui::Ui| {
            let session = drawn.borrow();
            let Some(session) = session.as_ref() else { return };
            let strings = languages.iter().find(|strings| strings.language() == session.language);
            let health = DeviceHealth::default();
            let scene = Scene {
                session,
                health: &health,
                strings: strings.expect("words"),
                languages: &languages,
                theme: &theme,
                clinic: CLINIC,
                preview: None,
                page: None,
                now: session.since,
            };
            screen_ui(ui, &scene);
        };
        let builder = Harness::builder().with_size(SMALL).with_context_setup(|ctx| Theme::default().install(ctx));
        Window { session, harness: builder.build_ui(draw) }
    }

    fn words(&mut self, session: Session) -> (Session, String) {
        *self.session.borrow_mut() = Some(session);
        self.harness.run_steps(2);
        let nodes = self.harness.root().children_recursive();
        let words = nodes.filter_map(|node| node.accesskit_node().label().or_else(|| node.accesskit_node().value()));
        let words = words.collect::<Vec<_>>().join("\n");
        (self.session.borrow_mut().take().expect("a visit"), words)
    }
}

#[test]
fn nothing_of_one_patient_reaches_the_next_in_ten_thousand_visits() {
    let (mut dice, mut marks, mut window) = (Dice(SEED), Marks::default(), Window::open());
    let mut now = START;
    let mut session = Session::idle(Timestamp::from_unix_millis(now), Language::English, Delays::default());
    let mut on_its_way: Vec<Event> = Vec::new();
    let (mut visits, mut drawn, mut seen) = (0, 0, BTreeSet::new());
    let (mut late, mut own) = (0_usize, 0_usize);
    while visits < VISITS {
        let before = session.id;
        now += i64::try_from(if dice.roll(40) == 0 { 130_000 } else { dice.roll(3_000) }).expect("a moment");
        // Answers come in any order, and some long after their patient left.
        let (event, mark) = match on_its_way.len() {
            0 => deed(&session, &mut marks, &mut dice),
            waiting if dice.roll(4) == 0 || waiting > 12 => (on_its_way.swap_remove(dice.roll(waiting)), None),
            _ => deed(&session, &mut marks, &mut dice),
        };
        let step = session.on(event, Timestamp::from_unix_millis(now));
        session = step.next;
        if let Some(mark) = mark {
            marks.0.insert(mark, Some(session.id));
        }
        visits += usize::from(session.id != before);
        seen.insert(session.state.word());
        let visit = (!matches!(session.state, State::Idle)).then_some(session.id);
        let text = owned(&session);
        own += usize::from(text.contains("qzm"));
        assert_eq!(marks.foreign(&text, visit), [0; 0], "seed {SEED:#x}, visit {visits}, {}", session.state.word());
        for effect in &step.effects {
            let (asks, text) = ordered(effect);
            assert_eq!(marks.foreign(&text, asks), [0; 0], "seed {SEED:#x}, visit {visits}, {effect:?}");
            late += usize::from(format!("{effect:?}").contains("LateAnswerDropped"));
            on_its_way.extend(answer(effect, &mut marks, &mut dice));
        }
        if drawn * VISITS < visits * DRAWN && dice.roll(3) == 0 {
            drawn += 1;
            let (same, words) = window.words(session);
            session = same;
            assert_eq!(
                marks.foreign(&words, visit),
                [0; 0],
                "seed {SEED:#x}, visit {visits}, on {}",
                session.state.word()
            );
            let desk = matches!(session.state, State::Reviewing(_) | State::Queue(_));
            assert!(desk || !words.contains("qzm"), "the lobby shows content on {}", session.state.word());
        }
    }
    println!("{visits} visits, {own} states with data, {drawn} drawn, {late} late answers dropped");
    assert_eq!((seen.len(), drawn), (14, DRAWN), "{seen:?}");
    assert!(late > 400 && own > VISITS, "{late} late answers, {own} states with data");
}

#[test]
fn the_test_of_visits_would_find_a_foreign_mark() {
    let mut marks = Marks::default();
    let (_, of_one) = marks.new_mark(Some(SessionId(1)));
    let text = json_of(&arrival(&of_one, &mut Dice(SEED)));
    assert!(marks.foreign(&text, Some(SessionId(1))).is_empty());
    assert!(!marks.foreign(&text, Some(SessionId(2))).is_empty());
    assert!(!marks.foreign(&text, None).is_empty());
}

/// What a person has before them: whose chart, and each ticked item with all that is in it.
fn hash_of<'a>(patient: Option<&PatientChoice>, items: impl Iterator<Item = &'a ktc_kiosk::intake::IntakeItem>) -> u64 {
    let mut hasher = DefaultHasher::new();
    format!("{patient:?}").hash(&mut hasher);
    items.for_each(|item| json_of(item).hash(&mut hasher));
    hasher.finish()
}

#[test]
fn what_is_filed_is_what_was_ticked_and_shown_whatever_the_order_of_touches() {
    let (mut dice, mut window) = (Dice(SEED), Window::open());
    let (mut filed, mut drawn, mut records) = (0, 0, 0);
    for run in 0..2_000_usize {
        let at = |seconds: i64| Timestamp::from_unix_millis(START + seconds * 1_000);
        let mut session = Session::idle(at(0), Language::English, Delays::default());
        let (mark, staff) = (format!("run{run}"), Staff { id: "mw".into(), name: "Mara".into() });
        session = session.on(Input::CodeSeen(Sensitive::new(link(&mark, "U"))).into(), at(0)).next;
        let id = session.id;
        for event in [
            Event::Answer(id, Answer::ShareResolved(Ok(arrival(&mark, &mut dice).into()))),
            Input::SharingAgreed.into(),
            Event::Answer(id, Answer::StaffSignedIn(staff)),
        ] {
            session = session.on(event, at(1)).next;
        }
        for second in 2..60 {
            let State::Reviewing(reviewing) = &session.state else { panic!("not reviewing") };
            let form = &reviewing.reconciliation;
            let ticked = |item: &&ktc_kiosk::intake::IntakeItem| form.decision(item.id) == StaffDecision::Take;
            let shown = hash_of(form.choice().patient().as_ref(), form.intake().items.iter().filter(ticked));
            let titles: Vec<String> =
                form.intake().items.iter().filter(ticked).map(|item| item.title.reveal().clone()).collect();
            let ready = form.undecided().is_none();
            if ready && dice.roll(4) == 0 && drawn < DRAWN_BEFORE_FILING {
                drawn += 1;
                let words;
                (session, words) = window.words(session);
                assert_eq!(boxes_with_a_tick(&window), titles, "run {run}");
                let step = session.on(ReviewInput::IntakeConfirmed.into(), at(second));
                records += all_on_screen(&step.effects, &words);
                break;
            }
            let event = match dice.roll(12) {
                11 => ReviewInput::IdentifierConfirmed(IdentityCheck::Document).into(),
                8 => ReviewInput::IdentifierConfirmed(IdentityCheck::Name).into(),
                9 => ReviewInput::IdentifierConfirmed(IdentityCheck::BirthDate).into(),
                10 => Event::Answer(
                    id,
                    Answer::Review(session.review, ReviewAnswer::ChartLoaded { chart: "c1".into(), records: None }),
                ),
                0 => Event::Tick,
                1 => Event::Answer(id, Answer::Review(session.review, ReviewAnswer::ChartSearched(chart(&mark)))),
                2 => ReviewInput::PatientChosen(PatientChoice::New).into(),
                3 => ReviewInput::PatientChosen(PatientChoice::Existing("c1".into())).into(),
                4 => ReviewInput::SectionToggled(Section::ALL[dice.roll(8)]).into(),
                5 => ReviewInput::IntakeConfirmed.into(),
                _ => ReviewInput::ItemToggled(ItemId(u32::try_from(dice.roll(6)).unwrap_or(0))).into(),
            };
            let step = session.on(event, at(second));
            session = step.next;
            let stored = step.effects.iter().find_map(|effect| match effect {
                Effect::Ask(_, Question::StoreSubmission { confirmed, .. }) => Some(confirmed),
                _ => None,
            });
            if let Some(confirmed) = stored {
                assert!(ready);
                assert_eq!(hash_of(Some(&confirmed.patient), confirmed.items.iter()), shown, "run {run}");
                filed += 1;
                break;
            }
        }
    }
    println!("{filed} of 2000 forms filed, {drawn} drawn, {records} records read on screen");
    assert!(
        filed > 500 && drawn == DRAWN_BEFORE_FILING && records > 20,
        "{filed} filed, {drawn} drawn, {records} records"
    );
}

/// Each value of each record that is filed stands on the screen from which it was confirmed; what was not on it is in none. Gives
/// the number of records.
fn all_on_screen(effects: &[Effect], words: &str) -> usize {
    let confirmed = effects.iter().find_map(|effect| match effect {
        Effect::Ask(_, Question::StoreSubmission { confirmed, .. }) => Some(confirmed),
        _ => None,
    });
    let Some(confirmed) = confirmed else { return 0 };
    let submission = SubmissionId::derive(SessionId(1), confirmed);
    let site = Site { profile: Profile::named("medplum").expect("a profile"), capabilities: None };
    // Staff may choose a new patient without ticking who it is: nothing is filed then.
    let Ok(plan) = plan(confirmed, &submission, &Clinic { name: CLINIC.into() }, &site) else { return 0 };
    let mut records = 0;
    for step in &plan.steps {
        let Step::Create(create) = step else { continue };
        let record = create.resource.reveal();
        if record["resourceType"] == "AllergyIntolerance" {
            records += 1;
            for (name, value) in record.as_object().expect("members") {
                // Whose it is, which check-in, what was proven: ours.
                if !["resourceType", "meta", "identifier", "patient"].contains(&name.as_str()) {
                    on_screen(value, words);
                }
            }
            assert!(!record.to_string().contains("unseen"), "{record}");
        }
    }
    records
}

fn on_screen(value: &Value, words: &str) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| on_screen(item, words)),
        Value::Object(members) => members.values().for_each(|member| on_screen(member, words)),
        // A system is told by its name.
        Value::String(text) if text == "http://snomed.info/sct" => assert!(words.contains("SNOMED CT"), "{words}"),
        Value::String(text) => assert!(words.contains(text.as_str()), "{text} is filed and not in: {words}"),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn boxes_with_a_tick(window: &Window) -> Vec<String> {
    let nodes = window.harness.root().children_recursive();
    let ticked = nodes.filter(|node| {
        let node = node.accesskit_node();
        node.role() == Role::CheckBox && node.toggled() == Some(Toggled::True)
    });
    ticked.filter_map(|node| node.accesskit_node().label()).collect()
}
