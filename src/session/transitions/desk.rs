//! The desk's part: PIN, review, filing, ticket.

use super::super::{
    AwaitingStaff, Behind, ChoosingPerson, Complete, Effect, Filing, PinRefusal, Question, ReviewAnswer, ReviewId,
    ReviewInput, ReviewQuestion, Reviewing, Session, SignInFor, State, Transition,
};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::FilingOutcome;
use crate::filing::SubmissionId;
use crate::reconciliation::{ChartSearch, Staff};
use crate::resolve::{Arrival, Arrived, SeveralPeople};
use crate::sensitive::Sensitive;
use crate::ticket::{QueueNumber, Ticket};
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    pub(super) fn on_pin_erased(self, mut awaiting: Box<AwaitingStaff>) -> Transition {
        let mut pin = awaiting.pin.reveal().clone();
        pin.pop();
        awaiting.pin = Sensitive::new(pin);
        self.keep(State::AwaitingStaff(awaiting))
    }

    pub(super) fn on_pin_refused(self, mut awaiting: Box<AwaitingStaff>, refusal: PinRefusal) -> Transition {
        awaiting.pin = Sensitive::from("");
        awaiting.checking = false;
        awaiting.refusal = Some(refusal);
        let kind = match refusal {
            PinRefusal::Wrong | PinRefusal::Busy => AuditKind::PinRefused,
            PinRefusal::Locked => AuditKind::PinLocked,
        };
        let record = self.record(kind, |event| event);
        self.keep(State::AwaitingStaff(awaiting)).with(record)
    }

    pub(super) fn on_pin_digit(self, mut awaiting: Box<AwaitingStaff>, digit: u8) -> Transition {
        let mut pin = awaiting.pin.reveal().clone();
        pin.push(char::from(b'0' + digit));
        awaiting.refusal = None;
        let mut effects = Vec::new();
        if pin.len() == AwaitingStaff::PIN_DIGITS {
            awaiting.checking = true;
            effects.push(Effect::Ask(self.id, Question::CheckPin(Sensitive::from(pin.as_str()))));
        }
        awaiting.pin = Sensitive::new(pin);
        let mut transition = self.keep(State::AwaitingStaff(awaiting));
        transition.effects = effects;
        transition
    }

    /// Of several people, staff pick one before they see anything of anybody.
    pub(super) fn on_signed_in(self, awaiting: AwaitingStaff, staff: Staff, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::StaffSignedIn, |event| event.by(&staff.id));
        let mut transition = match awaiting.purpose {
            SignInFor::Queue => self.open_queue(Behind::Nobody(staff), now),
            SignInFor::Review(Arrived::OnePerson(arrival)) => self.review(Reviewing::new(staff, *arrival), now),
            SignInFor::Review(Arrived::SeveralPeople(several)) => {
                let choosing = ChoosingPerson { staff, several: *several };
                self.go(State::ChoosingPerson(Box::new(choosing)), now, Vec::new())
            }
        };
        transition.effects.insert(0, record);
        transition
    }

    /// The records of the others stay where they are, and nothing of them comes on screen.
    pub(super) fn on_person_chosen(self, choosing: Box<ChoosingPerson>, place: usize, now: Timestamp) -> Transition {
        if place >= choosing.several.people.len() {
            return self.keep(State::ChoosingPerson(choosing));
        }
        let ChoosingPerson { staff, several: SeveralPeople { mut people, facts } } = *choosing;
        let record = self.record(AuditKind::PersonChosen, |event| event.by(&staff.id).count(people.len()));
        let intake = people.remove(place);
        let mut reviewing = Reviewing::new(staff, Arrival { intake, facts });
        reviewing.others = (people, place);
        let mut transition = self.review(reviewing, now);
        transition.effects.insert(0, record);
        transition
    }

    /// The EHR may be there again.
    fn search_again(self, mut reviewing: Box<Reviewing>, now: Timestamp) -> Transition {
        let owed = reviewing.reconciliation.choice().search().is_owed();
        let intake = reviewing.reconciliation.intake();
        let (Some(patient), day, true) = (intake.sought(), intake.day, owed) else {
            return self.keep(State::Reviewing(reviewing));
        };
        reviewing.leave_chart();
        reviewing.reconciliation.set_chart(ChartSearch::Searching);
        let record = self.record(AuditKind::ChartSearched, |event| event.by(&reviewing.staff.id));
        let form = reviewing.reconciliation.shared_intake();
        let search = self.ask_for_review(ReviewQuestion::SearchChart { patient, day, form });
        self.go(State::Reviewing(reviewing), now, vec![record, search])
    }

    fn on_person_left(self, reviewing: Box<Reviewing>, now: Timestamp) -> Transition {
        let staff = reviewing.staff.clone();
        if !reviewing.is_one_of_several() {
            return self.keep(State::Reviewing(reviewing));
        }
        match reviewing.into_arrived() {
            Arrived::SeveralPeople(several) => {
                self.go(State::ChoosingPerson(Box::new(ChoosingPerson { staff, several: *several })), now, Vec::new())
            }
            Arrived::OnePerson(arrival) => self.review(Reviewing::new(staff, *arrival), now),
        }
    }

    pub(super) fn on_choosing_tick(self, choosing: Box<ChoosingPerson>, now: Timestamp) -> Transition {
        if now.since(self.since) < self.delays.reviewing {
            return self.keep(State::ChoosingPerson(choosing));
        }
        let ChoosingPerson { staff, several } = *choosing;
        self.lock(&staff, Arrived::SeveralPeople(Box::new(several)), now)
    }

    /// Opens a form, under a new name: what an earlier one of this visit asked for is not its answer.
    pub(super) fn review(mut self, mut reviewing: Reviewing, now: Timestamp) -> Transition {
        self.review = ReviewId(self.review.0 + 1);
        let intake = reviewing.reconciliation.intake();
        let (patient, day) = (intake.sought(), intake.day);
        let (items, staff) = (intake.items.len(), reviewing.staff.id.clone());
        let mut effects = vec![self.record(AuditKind::ReviewOpened, |event| event.by(&staff).count(items))];
        match patient {
            Some(patient) => {
                effects.push(self.record(AuditKind::ChartSearched, |event| event.by(&staff)));
                let form = reviewing.reconciliation.shared_intake();
                effects.push(self.ask_for_review(ReviewQuestion::SearchChart { patient, day, form }));
            }
            // Nothing says for whom to search.
            None => {
                let nobody = ChartSearch::Found { candidates: Vec::new(), new_patients: false };
                reviewing.reconciliation.set_chart(nobody);
            }
        }
        self.go(State::Reviewing(Box::new(reviewing)), now, effects)
    }

    /// The EHR is asked for appointments again while staff have the form before them.
    pub(super) fn on_review_tick(self, mut reviewing: Box<Reviewing>, now: Timestamp) -> Transition {
        let is_in_sight = now.since(self.since) < self.delays.covered;
        let again = is_in_sight.then(|| reviewing.appointments_due(now, self.delays.appointments)).flatten();
        let again = again.map(|it| self.ask_for_review(it));
        let mut transition = self.on_form_tick(reviewing, now);
        transition.effects.extend(again);
        transition
    }

    /// What becomes of a form in time, in sight or behind the list.
    pub(super) fn on_form_tick(self, mut reviewing: Box<Reviewing>, now: Timestamp) -> Transition {
        if now.since(self.since) >= self.delays.reviewing {
            let staff = reviewing.staff.clone();
            // One that was kept lies on disk: nothing of it need stay here.
            return match reviewing.kept {
                Some(_) => self.lock_kept(&staff, now),
                None => self.lock(&staff, reviewing.into_arrived(), now),
            };
        }
        reviewing.give_up_drawing(now, self.delays.drawing);
        reviewing.give_up_comparing(now, self.delays.comparing);
        self.keep(State::Reviewing(reviewing))
    }

    /// What the network says is no touch: it keeps no form open.
    pub(super) fn on_review_answer(self, mut reviewing: Box<Reviewing>, answer: ReviewAnswer) -> Transition {
        match answer {
            ReviewAnswer::ChartSearched(chart) => {
                reviewing.reconciliation.set_chart(chart);
                let matched = self.record_match(&reviewing);
                return self.keep(State::Reviewing(reviewing)).with(matched);
            }
            ReviewAnswer::LossesForeseen(losses) => reviewing.losses = losses,
            ReviewAnswer::ChartLoaded { chart, records } => {
                reviewing.take_in(&chart, records.map(|records| *records));
            }
            ReviewAnswer::AppointmentsTold { chart, told } => reviewing.reconciliation.set_appointments(&chart, *told),
            ReviewAnswer::SourcesLookedUp { chart, seen_elsewhere } => {
                reviewing.reconciliation.set_seen_elsewhere(chart.as_deref(), seen_elsewhere);
            }
            ReviewAnswer::DecisionsRecalled { chart, remembered } => {
                reviewing.reconciliation.set_remembered(&chart, remembered);
            }
            ReviewAnswer::PageDrawn(outcome) => return self.on_page_drawn(reviewing, outcome),
            ReviewAnswer::PageRead(page) => return self.on_page_read(reviewing, page),
            ReviewAnswer::MoreRead(item, more) => reviewing.take_more(item, more),
        }
        self.keep(State::Reviewing(reviewing))
    }

    pub(super) fn on_review_input(
        mut self,
        mut reviewing: Box<Reviewing>,
        input: ReviewInput,
        now: Timestamp,
    ) -> Transition {
        let review = &mut reviewing.reconciliation;
        match input {
            ReviewInput::DeskTouched => {}
            ReviewInput::PatientChosen(choice) => return self.on_patient_chosen(reviewing, choice, now),
            ReviewInput::IdentifierConfirmed(identifier) => {
                return self.on_identifier_confirmed(reviewing, identifier, now);
            }
            ReviewInput::ChartLeft => reviewing.leave_chart(),
            ReviewInput::VerifiedToggled => review.toggle_verified(),
            ReviewInput::ArrivalToggled(appointment) => review.toggle_arrived(&appointment),
            ReviewInput::FieldDecided(field, decision) => review.decide(field, decision),
            ReviewInput::PolicyFieldTaken(item, field, take) => review.take_policy_field(item, field, take),
            ReviewInput::FieldOpened(field) => reviewing.open_field(field),
            ReviewInput::FieldTyped(text) => reviewing.type_field(&text),
            ReviewInput::FieldErased => reviewing.erase_field(),
            ReviewInput::FieldKeysSwitched(keys) => reviewing.switch_keys(keys),
            ReviewInput::FieldDone => reviewing.close_field(),
            ReviewInput::FieldLeft => reviewing.editing = None,
            ReviewInput::PersonLeft => return self.on_person_left(reviewing, now),
            ReviewInput::PersonConfirmed(question) => review.toggle_confirmed(question),
            ReviewInput::ItemToggled(item) => review.toggle(item),
            ReviewInput::ItemLeft(item) => review.toggle_left(item),
            ReviewInput::ItemsLeft(items) => items.into_iter().for_each(|item| review.leave(item)),
            ReviewInput::DecisionReopened(item) => review.reopen(item),
            ReviewInput::SectionToggled(section) => review.toggle_section(section),
            ReviewInput::OpenOnlyToggled => reviewing.only_open = !reviewing.only_open,
            ReviewInput::DetailsToggled => reviewing.details_open = !reviewing.details_open,
            ReviewInput::MoreToggled(item) => return self.on_more_toggled(reviewing, item, now),
            ReviewInput::DocumentOpened { item, which } => {
                return self.on_document_opened(reviewing, item, which, now);
            }
            ReviewInput::PageTurned(page) => return self.on_page_turned(reviewing, page, now),
            ReviewInput::PageEnlargedToggled => reviewing.toggle_enlarged(),
            ReviewInput::DocumentClosed => reviewing.viewer = None,
            ReviewInput::IntakeConfirmed if review.undecided().is_none() => return self.file(*reviewing, now),
            ReviewInput::IntakeConfirmed => {}
            ReviewInput::SearchAgain => return self.search_again(reviewing, now),
            ReviewInput::KeptForLater => return self.keep_for_later(reviewing, now),
            ReviewInput::QueueAsked => return self.open_queue(Behind::Form(reviewing), now),
        }
        self.since = now;
        self.keep(State::Reviewing(reviewing))
    }

    /// Nobody touched the form for long: it is closed until staff sign in again. The share stays, since its link may be used
    /// up; what was decided goes.
    fn lock(self, staff: &Staff, arrived: Arrived, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::ReviewLocked, |event| event.by(&staff.id));
        let awaiting = AwaitingStaff::new(SignInFor::Review(arrived));
        self.go(State::AwaitingStaff(Box::new(awaiting)), now, vec![record])
    }

    fn file(self, reviewing: Reviewing, now: Timestamp) -> Transition {
        // Nothing is missing: `undecided` was asked before.
        let kept = reviewing.kept;
        let Ok(confirmed) = reviewing.reconciliation.confirm(reviewing.staff, now) else {
            return self.end(now, "review-left");
        };
        let submission = match &kept {
            Some(lease) => lease.submission.clone(),
            None => SubmissionId::derive(self.id, &confirmed),
        };
        let items = confirmed.items.len();
        let audit = AuditEvent::new(AuditKind::CheckInConfirmed, self.id)
            .by(&confirmed.staff.id)
            .about(&submission)
            .count(items);
        let filing = Filing { submission, items, number: None, has_ticket: kept.is_some() };
        let store = Effect::Ask(self.id, Question::StoreSubmission { confirmed: Box::new(confirmed), kept, audit });
        self.go(State::Filing(filing), now, vec![store])
    }

    /// The EHR has its time; then the check-in goes on by itself.
    pub(super) fn on_filing_tick(self, filing: Filing, now: Timestamp) -> Transition {
        let (stood, delay) = (now.since(self.since), self.delays.filing);
        match filing.number {
            Some(number) if stood >= delay => self.complete(&filing, number, FilingOutcome::Queued, now),
            // A disk that does not answer at all: nothing was promised, and nothing is filed twice if it comes back.
            None if stood >= delay * 3 => self.trouble(Trouble::NotStored, now),
            Some(_) | None => self.keep(State::Filing(filing)),
        }
    }

    /// No ticket before the check-in is on disk.
    pub(super) fn on_filed(
        self,
        filing: Filing,
        submission: &SubmissionId,
        outcome: FilingOutcome,
        now: Timestamp,
    ) -> Transition {
        match filing.number {
            Some(number) if *submission == filing.submission => self.complete(&filing, number, outcome, now),
            Some(_) | None => self.keep(State::Filing(filing)),
        }
    }

    fn complete(self, filing: &Filing, number: QueueNumber, outcome: FilingOutcome, now: Timestamp) -> Transition {
        let ticket = Ticket { number, outcome, items: filing.items, at: now };
        let submission = Some(filing.submission.clone());
        match filing.has_ticket {
            true => self.go(State::Complete(Complete { ticket, submission }), now, Vec::new()),
            false => self.print(ticket, submission, now),
        }
    }

    /// The ticket is on screen, and printed anew each time somebody asks.
    pub(super) fn print(self, ticket: Ticket, submission: Option<SubmissionId>, now: Timestamp) -> Transition {
        let print = Effect::PrintTicket { ticket, language: self.language };
        self.go(State::Complete(Complete { ticket, submission }), now, vec![print])
    }
}
