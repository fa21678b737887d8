//! The desk's part: PIN, review, filing.

use super::super::{AwaitingStaff, Complete, Effect, Event, Filing, Reviewing, Session, State, Step};
use crate::audit::{AuditEvent, AuditKind};
use crate::delivery::FilingOutcome;
use crate::filing::SubmissionId;
use crate::intake::Section;
use crate::reconciliation::{ChartSearch, Staff};
use crate::sensitive::Sensitive;
use crate::ticket::{QueueNumber, Ticket};
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    pub(super) fn on_awaiting_staff(self, mut awaiting: Box<AwaitingStaff>, event: Event, now: Timestamp) -> Step {
        match event {
            Event::PinDigit(digit) if digit <= 9 && !awaiting.checking => self.on_pin_digit(awaiting, digit),
            Event::PinErased if !awaiting.checking => {
                let mut pin = awaiting.pin.reveal().clone();
                pin.pop();
                awaiting.pin = Sensitive::new(pin);
                self.keep(State::AwaitingStaff(awaiting))
            }
            Event::StaffSignedIn { staff, .. } => self.review(*awaiting, staff, now),
            Event::StaffRefused { refusal, .. } => {
                awaiting.pin = Sensitive::from("");
                awaiting.checking = false;
                awaiting.refusal = Some(refusal);
                let record = self.record(AuditKind::PinRefused, |event| event);
                let mut step = self.keep(State::AwaitingStaff(awaiting));
                step.effects.push(record);
                step
            }
            Event::Tick if self.has_stood(self.delays.awaiting_staff, now) => self.end(now, "no-staff"),
            _ => self.keep(State::AwaitingStaff(awaiting)),
        }
    }

    fn on_pin_digit(self, mut awaiting: Box<AwaitingStaff>, digit: u8) -> Step {
        let mut pin = awaiting.pin.reveal().clone();
        pin.push(char::from(b'0' + digit));
        awaiting.refusal = None;
        let mut effects = Vec::new();
        if pin.len() == AwaitingStaff::PIN_DIGITS {
            awaiting.checking = true;
            effects.push(Effect::CheckPin { session: self.id, pin: Sensitive::from(pin.as_str()) });
        }
        awaiting.pin = Sensitive::new(pin);
        let mut step = self.keep(State::AwaitingStaff(awaiting));
        step.effects = effects;
        step
    }

    fn review(self, awaiting: AwaitingStaff, staff: Staff, now: Timestamp) -> Step {
        let demographics = awaiting.arrival.intake.section(Section::Demographics).next();
        let patient = demographics.map(|item| item.resource.clone());
        let mut effects = vec![
            self.record(AuditKind::StaffSignedIn, |event| event.by(&staff.id)),
            self.record(AuditKind::ReviewOpened, |event| {
                event.by(&staff.id).count(awaiting.arrival.intake.items.len())
            }),
            self.record(AuditKind::ChartSearched, |event| event.by(&staff.id)),
        ];
        let mut reviewing = Reviewing::new(staff, awaiting.arrival);
        match patient {
            Some(patient) => effects.push(Effect::SearchChart { session: self.id, patient }),
            None => reviewing.reconciliation.set_chart(ChartSearch::Unavailable { new_patients: false }),
        }
        self.go(State::Reviewing(Box::new(reviewing)), now, effects)
    }

    pub(super) fn on_reviewing(mut self, mut reviewing: Box<Reviewing>, event: Event, now: Timestamp) -> Step {
        match event {
            Event::Tick if self.has_stood(self.delays.reviewing, now) => return self.lock(*reviewing, now),
            Event::Tick => {
                reviewing.give_up_drawing(now, self.delays.drawing);
                reviewing.give_up_comparing(now, self.delays.comparing);
                return self.keep(State::Reviewing(reviewing));
            }
            Event::ChartSearched { chart, .. } => {
                reviewing.reconciliation.set_chart(chart);
                return self.keep(State::Reviewing(reviewing));
            }
            Event::PageDrawn { outcome, .. } => return self.on_page_drawn(reviewing, outcome),
            Event::DocumentOpened { item, which } => return self.on_document_opened(reviewing, item, which, now),
            Event::PageTurned(page) => return self.on_page_turned(reviewing, page, now),
            Event::DocumentClosed => reviewing.viewer = None,
            Event::ChartLoaded { chart, records, seen_elsewhere, .. } => {
                reviewing.take_in(&chart, records.map(|records| *records), seen_elsewhere);
                return self.keep(State::Reviewing(reviewing));
            }
            Event::PatientChosen(choice) => return self.on_patient_chosen(reviewing, choice, now),
            Event::IdentifierConfirmed(identifier) => return self.on_identifier_confirmed(reviewing, identifier, now),
            Event::ChartLeft => reviewing.leave_chart(),
            Event::ArrivalToggled => reviewing.reconciliation.toggle_arrived(),
            Event::FieldDecided(field, decision) => reviewing.reconciliation.decide(field, decision),
            Event::PolicyFieldTaken(item, field, take) => {
                reviewing.reconciliation.take_policy_field(item, field, take);
            }
            Event::FieldOpened(field) => reviewing.open_field(field),
            Event::FieldTyped(text) => reviewing.type_field(&text),
            Event::FieldErased => reviewing.erase_field(),
            Event::FieldDone => reviewing.close_field(),
            Event::FieldLeft => reviewing.editing = None,
            Event::ItemToggled(item) => reviewing.reconciliation.toggle(item),
            Event::SectionToggled(section) => reviewing.reconciliation.toggle_section(section),
            Event::IntakeConfirmed if reviewing.reconciliation.undecided().is_none() => {
                return self.file(*reviewing, now);
            }
            Event::QueueAsked => return self.open_queue(reviewing, now),
            Event::IntakeConfirmed | Event::DeskTouched => {}
            // What the network and the outbox say is no touch: it keeps no form open.
            _ => return self.keep(State::Reviewing(reviewing)),
        }
        self.since = now;
        self.keep(State::Reviewing(reviewing))
    }

    /// Nobody touched the form for long: it is closed until staff sign in again. The share stays, since its link may be used
    /// up; what was decided goes.
    fn lock(self, reviewing: Reviewing, now: Timestamp) -> Step {
        let record = self.record(AuditKind::ReviewLocked, |event| event.by(&reviewing.staff.id));
        let awaiting = AwaitingStaff::new(reviewing.into_arrival());
        self.go(State::AwaitingStaff(Box::new(awaiting)), now, vec![record])
    }

    fn file(self, reviewing: Reviewing, now: Timestamp) -> Step {
        // Nothing is missing: `undecided` was asked before.
        let Ok(confirmed) = reviewing.reconciliation.confirm(reviewing.staff, now) else {
            return self.end(now, "review-left");
        };
        let submission = SubmissionId::derive(self.id, &confirmed);
        let items = confirmed.items.len();
        let audit = AuditEvent::new(AuditKind::CheckInConfirmed, self.id)
            .by(&confirmed.staff.id)
            .about(&submission)
            .count(items);
        let store = Effect::StoreSubmission { session: self.id, confirmed: Box::new(confirmed), audit };
        self.go(State::Filing(Filing { submission, items, number: None }), now, vec![store])
    }

    pub(super) fn on_filing(self, mut filing: Filing, event: Event, now: Timestamp) -> Step {
        match (event, filing.number) {
            (Event::SubmissionStored { number, .. }, _) => {
                filing.number = Some(number);
                self.keep(State::Filing(filing))
            }
            (Event::SubmissionNotStored { .. }, _) => self.trouble(Trouble::NotStored, now),
            (Event::SubmissionAnswered { submission, outcome }, Some(number)) if submission == filing.submission => {
                self.complete(&filing, number, outcome, now)
            }
            (Event::Tick, Some(number)) if self.has_stood(self.delays.filing, now) => {
                self.complete(&filing, number, FilingOutcome::Queued, now)
            }
            // A disk that does not answer at all: nothing was promised, and nothing is filed twice if it comes back.
            (Event::Tick, None) if self.has_stood(self.delays.filing * 3, now) => self.trouble(Trouble::NotStored, now),
            _ => self.keep(State::Filing(filing)),
        }
    }

    fn complete(self, filing: &Filing, number: QueueNumber, outcome: FilingOutcome, now: Timestamp) -> Step {
        let ticket = Ticket { number, outcome, items: filing.items, at: now };
        let print = Effect::PrintTicket { ticket, language: self.language };
        self.go(State::Complete(Complete { ticket }), now, vec![print])
    }
}
