//! The visit of an invented patient, screen by screen, by the session's own transitions at a fixed time.

use crate::face::{DAY, now};
use crate::support::sandbox::sandbox;
use crate::today::on_time;
use ktc_kiosk::delivery::FilingOutcome;
use ktc_kiosk::fhir::systems::{NOT_VERIFIED, OPENED_BY_KIOSK};
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, ItemId, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::ktc::{Conformance, Finding};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, DecidedBefore, Field, FieldDecision, IdentityCheck,
    LookAlikes, PatientChoice, Staff, TodaysAppointments,
};
use ktc_kiosk::resolve::{Arrival, Arrived, SeveralPeople, ShareFacts};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{
    Answer, Delays, Effect, Event, Input, Question, ReviewAnswer, ReviewInput, ReviewQuestion, Session, State,
    Transition,
};
use ktc_kiosk::ticket::QueueNumber;
use ktc_kiosk::trouble::Trouble;
use ktc_kiosk::trust::AppAttestation;
use ktc_testbed::card::{Issuer, chunked_qr_texts};
use ktc_testbed::https::HttpsServer;
use ktc_testbed::people::{Person, marisol, walter};
use ktc_testbed::share::ShareLink;
use serde_json::{Value, json};

/// The chart's logical id.
const CHART: &str = "c1";

/// A visit, and what it asked for last.
pub struct Visit {
    pub session: Session,
    effects: Vec<Effect>,
}

impl Visit {
    pub fn new(language: Language) -> Visit {
        Visit { session: Session::idle(now(), language, Delays::default()), effects: Vec::new() }
    }

    pub fn on(self, event: impl Into<Event>) -> Visit {
        let Transition { next: session, effects } = self.session.on(event.into(), now());
        Visit { session, effects }
    }

    pub fn answered(self, answer: Answer) -> Visit {
        let id = self.session.id;
        self.on(Event::Answer(id, answer))
    }

    /// What the form waits for came.
    pub fn told(self, answer: ReviewAnswer) -> Visit {
        let review = self.session.review;
        self.answered(Answer::Review(review, answer))
    }

    pub fn scanning(language: Language) -> Visit {
        Visit::new(language).on(Input::StartTouched)
    }

    /// The first of three codes of a card is read.
    pub fn in_parts(language: Language) -> Visit {
        let jws = Issuer::new("https://example.org/issuer").sign(&marisol().card_bundle(), 1_700_000_000.0, None, None);
        let first = chunked_qr_texts(&jws, 3).swap_remove(0);
        Visit::scanning(language).on(Input::CodeSeen(Sensitive::new(first)))
    }

    fn coded(language: Language, flag: &str) -> Visit {
        let mut link = ShareLink::direct("https://share.example.org", "Records");
        (link.flag, link.exp) = (Some(flag.to_owned()), None);
        Visit::scanning(language).on(Input::CodeSeen(Sensitive::new(link.shlink())))
    }

    pub fn passcode(language: Language) -> Visit {
        Visit::coded(language, "P").on(Input::PasscodeTyped(Sensitive::from("4711")))
    }

    pub fn passcode_refused(language: Language) -> Visit {
        Visit::passcode(language).on(Input::PasscodeSent).answered(Answer::PasscodeRefused { remaining: Some(2) })
    }

    pub fn resolving(language: Language) -> Visit {
        Visit::coded(language, "U")
    }

    pub fn in_trouble(language: Language, trouble: Trouble) -> Visit {
        Visit::resolving(language).answered(Answer::ShareResolved(Err(trouble)))
    }

    pub fn sharing(language: Language) -> Visit {
        Visit::resolving(language).answered(Answer::ShareResolved(Ok(arrival(&marisol()).into())))
    }

    pub fn declined(language: Language) -> Visit {
        Visit::sharing(language).on(Input::SharingDeclined)
    }

    /// Three digits of the PIN are typed.
    pub fn sign_in(language: Language) -> Visit {
        (1..=3).fold(Visit::sharing(language).on(Input::SharingAgreed), |visit, digit| visit.on(Input::PinDigit(digit)))
    }

    /// The share is about two people; nobody is picked.
    pub fn choosing_person(language: Language) -> Visit {
        let people =
            Intake::of_each_person(vec![document(marisol().shared_bundle()), document(walter().shared_bundle())], DAY);
        let several = SeveralPeople { people: people.expect("forms"), facts: arrival(&marisol()).facts };
        Visit::signed_in(language, Arrived::SeveralPeople(Box::new(several)))
    }

    /// A second document spells the name in capitals and is not confirmed.
    pub fn other_spelling(language: Language) -> Visit {
        let mut capitals = marisol().shared_bundle();
        let name = &mut capitals["entry"][0]["resource"]["name"][0];
        let spelled = name.to_string().to_uppercase().replace("FAMILY", "family").replace("GIVEN", "given");
        *name = serde_json::from_str(&spelled).expect("JSON");
        let intake = Intake::from_documents(vec![document(marisol().shared_bundle()), document(capitals)], DAY);
        let arrival = Arrival { intake: intake.expect("a form"), ..arrival(&marisol()) };
        let search = ChartSearch::Found { candidates: charts(&marisol()), new_patients: true };
        Visit::signed_in(language, arrival.into()).told(ReviewAnswer::ChartSearched(search))
    }

    fn signed_in(language: Language, arrived: Arrived) -> Visit {
        let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
        let visit = Visit::resolving(language).answered(Answer::ShareResolved(Ok(arrived)));
        visit.on(Input::SharingAgreed).answered(Answer::StaffSignedIn(staff))
    }

    /// Charts that may be the patient's, none chosen.
    pub fn candidates(language: Language) -> Visit {
        let visit = (4..=6).fold(Visit::sign_in(language), |visit, digit| visit.on(Input::PinDigit(digit)));
        let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
        visit.answered(Answer::StaffSignedIn(staff)).found(charts(&marisol()))
    }

    /// The EHR found these.
    fn found(self, candidates: Vec<ChartPatient>) -> Visit {
        self.told(ReviewAnswer::ChartSearched(ChartSearch::Found { candidates, new_patients: true }))
    }

    /// A rule names one chart, and staff are asking.
    pub fn named(language: Language) -> Visit {
        let visit = Visit::candidates(language).found(vec![chart_at_home(CHART, "Marisol")]);
        visit.on(ReviewInput::PatientChosen(PatientChoice::Existing(CHART.into())))
    }

    /// A rule names one chart whose given name is a letter off, and staff are asking.
    pub fn named_in_doubt(language: Language) -> Visit {
        let visit = Visit::candidates(language).found(vec![chart_at_home(CHART, "Marisel")]);
        visit.on(ReviewInput::PatientChosen(PatientChoice::Existing(CHART.into())))
    }

    /// Rules name two charts.
    pub fn two_named(language: Language) -> Visit {
        Visit::candidates(language).found(vec![chart_at_home(CHART, "Marisol"), chart_at_home("c2", "Marisol Inés")])
    }

    /// A chart is chosen, and the EHR has not told what it holds.
    pub fn comparing(language: Language) -> Visit {
        let visit = Visit::candidates(language).on(ReviewInput::PatientChosen(PatientChoice::Existing(CHART.into())));
        IdentityCheck::ALL.iter().copied().fold(visit, |visit, check| visit.on(ReviewInput::IdentifierConfirmed(check)))
    }

    /// A chart is chosen and stands beside what was shared.
    pub fn review(language: Language) -> Visit {
        Visit::compared(language).appointments(on_time())
    }

    /// The EHR told of these appointments.
    pub fn appointments(self, told: TodaysAppointments) -> Visit {
        self.told(ReviewAnswer::AppointmentsTold { chart: CHART.into(), told: Box::new(told) })
    }

    /// The same before the EHR told of today's appointments.
    pub fn compared(language: Language) -> Visit {
        Visit::comparing(language).beside(chart_records())
    }

    /// The chosen chart holds this.
    fn beside(self, chart: ChartRecords) -> Visit {
        let State::Reviewing(reviewing) = &self.session.state else { panic!("no review") };
        let records = ComparedRecords::new(reviewing.reconciliation.intake(), chart, &LookAlikes::default());
        let records = Some(Box::new(records));
        self.told(ReviewAnswer::ChartLoaded { chart: CHART.into(), records })
    }

    /// The chart has a medicine whose name looks like one that was shared, and nothing else in common with it.
    pub fn look_alike(language: Language) -> Visit {
        let mut chart = chart_records();
        chart.records.push(resource(json!({"resourceType": "MedicationRequest", "id": "m1", "status": "active",
            "medicationCodeableConcept": {"text": "Metronidazole 500 mg oral tablet"}})));
        Visit::comparing(language).recalling().beside(chart).appointments(on_time()).on(ReviewInput::OpenOnlyToggled)
    }

    /// The chosen chart was opened by a kiosk, and nobody has verified whose it is.
    pub fn unverified(language: Language) -> Visit {
        let mut chart = chart_at_home(CHART, "Marisol").resource().json().reveal().clone();
        chart["meta"] = json!({"tag": [{"system": OPENED_BY_KIOSK, "code": NOT_VERIFIED}]});
        let chart = ChartPatient::from_resource(resource(chart), DAY).expect("a chart");
        let visit = Visit::candidates(language).found(vec![chart]);
        let visit = visit.on(ReviewInput::PatientChosen(PatientChoice::Existing(CHART.into())));
        let checks = IdentityCheck::ALL.iter().copied();
        let visit = checks.fold(visit, |visit, check| visit.on(ReviewInput::IdentifierConfirmed(check)));
        visit.beside(chart_records()).appointments(on_time()).on(ReviewInput::VerifiedToggled)
    }

    /// The first item of this section.
    fn first(&self, section: Section) -> ItemId {
        let State::Reviewing(reviewing) = &self.session.state else { panic!("no review") };
        let item = reviewing.reconciliation.section(section).next();
        item.expect("an item").id
    }

    /// Two items are left out, the address is kept, everything else is open.
    pub fn left_out(language: Language) -> Visit {
        let visit = Visit::review(language);
        let left = [Section::Insurance, Section::Medications].map(|section| visit.first(section));
        let visit = left.into_iter().fold(visit, |visit, item| visit.on(ReviewInput::ItemLeft(item)));
        visit.on(ReviewInput::FieldDecided(Field::Address, FieldDecision::Keep))
    }

    /// The same patient with the same share at a later visit: what was decided then, and one thing that is decided anew.
    pub fn decided_before(language: Language) -> Visit {
        let visit = Visit::comparing(language).recalling().beside(chart_records()).appointments(on_time());
        let medicine = visit.first(Section::Medications);
        visit.on(ReviewInput::DecisionReopened(medicine))
    }

    /// The store has what was decided in [`Visit::left_out`].
    fn recalling(self) -> Visit {
        let State::Reviewing(reviewing) = Visit::left_out(self.session.language).session.state else {
            panic!("no review")
        };
        let confirmed = reviewing.reconciliation.confirm(reviewing.staff, now()).expect("confirmed");
        let remembered = confirmed.decisions.iter().filter_map(|decision| {
            let (by, day) = ("Mara Weiss".to_owned(), "2026-08-14".to_owned());
            Some((decision.content, DecidedBefore { decided: decision.decided?, by, day }))
        });
        let remembered = remembered.collect();
        self.told(ReviewAnswer::DecisionsRecalled { chart: CHART.into(), remembered })
    }

    pub fn typing(language: Language) -> Visit {
        Visit::review(language).on(ReviewInput::FieldOpened(Field::BirthDate))
    }

    /// A page of the first document, drawn in the sandbox.
    pub fn viewer(language: Language) -> Visit {
        let visit = Visit::review(language);
        let State::Reviewing(reviewing) = &visit.session.state else { panic!("no review") };
        let items = &reviewing.reconciliation.intake().items;
        let item = items.iter().find(|item| !item.viewable_names().is_empty()).expect("a document").id;
        let mut visit = visit.on(ReviewInput::DocumentOpened { item, which: 0 });
        let document = std::mem::take(&mut visit.effects).into_iter().find_map(|effect| match effect {
            Effect::Ask(_, Question::Review(_, ReviewQuestion::DrawPage { document, page })) => Some((document, page)),
            _ => None,
        });
        let (document, page) = document.expect("a page is asked for");
        let server = HttpsServer::start([]).expect("a server");
        let drawn = sandbox(&server).draw_page(&document, page, &|| true).map(|(picture, _)| picture);
        visit.told(ReviewAnswer::PageDrawn(drawn))
    }

    /// The patient is new, and everything that can be is ticked.
    pub fn filing(language: Language) -> Visit {
        let visit = Visit::candidates(language).on(ReviewInput::PatientChosen(PatientChoice::New));
        let State::Reviewing(reviewing) = &visit.session.state else { panic!("no review") };
        let items: Vec<ItemId> = reviewing.reconciliation.intake().items.iter().map(|item| item.id).collect();
        let visit = items.into_iter().fold(visit, |visit, item| visit.on(ReviewInput::ItemToggled(item)));
        visit.on(ReviewInput::IntakeConfirmed).answered(Answer::SubmissionStored(QueueNumber(7)))
    }

    pub fn complete(language: Language, outcome: FilingOutcome) -> Visit {
        let visit = Visit::filing(language);
        let State::Filing(filing) = &visit.session.state else { panic!("nothing is filed") };
        let submission = filing.submission.clone();
        visit.on(Event::Delivery { submission, outcome })
    }
}

fn arrival(person: &Person) -> Arrival {
    let bundle = ktc_testbed::insurance_card::with_pictures(person.shared_bundle());
    let bundle = Bundle::from_json(bundle).expect("a bundle");
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    let facts = ShareFacts {
        conformance: Some(Conformance::from_findings([Finding::NoExpiry])),
        attestation: AppAttestation::Absent,
        refused: vec![Trouble::CardExpired],
        last_updated: None,
    };
    Arrival {
        intake: Intake::from_documents(vec![SharedDocument::unproven(bundle, source)], DAY).expect("a form"),
        facts,
    }
}

fn document(bundle: Value) -> SharedDocument {
    let source = Source { kind: SourceKind::Link, host: "share.example.org".into(), digest: [0; 32] };
    SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
}

fn resource(json: Value) -> Resource {
    Resource::from_json(json).expect("a resource")
}

/// The patient's chart with another address, and one of somebody with nearly the same name.
fn charts(person: &Person) -> Vec<ChartPatient> {
    let shared = person.shared_bundle();
    let mut own = shared["entry"][0]["resource"].clone();
    own["id"] = json!(CHART);
    own["identifier"] = json!([{"system": "http://hospital.example.org/mrn", "value": "MRN-20417"}]);
    own["address"] = json!([{"line": ["9 Old Mill Road"], "city": "Lakeside", "state": "MN", "postalCode": "55001"}]);
    let mut other = own.clone();
    other["id"] = json!("c2");
    other["birthDate"] = json!("1971-03-09");
    other["identifier"] = json!([{"system": "http://hospital.example.org/mrn", "value": "MRN-00388"}]);
    [own, other].into_iter().filter_map(|chart| ChartPatient::from_resource(resource(chart), DAY)).collect()
}

/// A chart at the address that was shared.
fn chart_at_home(id: &str, given: &str) -> ChartPatient {
    let mut chart = marisol().shared_bundle()["entry"][0]["resource"].clone();
    (chart["id"], chart["name"][0]["given"]) = (json!(id), json!([given]));
    chart["name"][0]["text"] = json!(null);
    chart["identifier"] = json!([{"system": "http://hospital.example.org/mrn", "value": format!("MRN-{id}")}]);
    ChartPatient::from_resource(resource(chart), DAY).expect("a chart")
}

fn chart_records() -> ChartRecords {
    let allergy = json!({"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": "Latex"}});
    ChartRecords { records: vec![resource(allergy)], ..ChartRecords::default() }
}
