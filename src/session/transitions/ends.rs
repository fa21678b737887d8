//! The screens that only go away: done, declined, trouble. They own nothing of the patient.

use super::super::{Complete, Effect, Event, InTrouble, Session, State, Transition};
use crate::time::Timestamp;

impl Session {
    pub(super) fn on_complete(self, complete: Complete, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::TicketAskedAgain => {
                let print = Effect::PrintTicket { ticket: complete.ticket, language: self.language };
                self.go(State::Complete(complete), now, vec![print])
            }
            Event::DoneTouched => self.end(now, "done"),
            Event::Tick if self.has_stood(self.delays.complete, now) => self.end(now, "done"),
            _ => self.keep(State::Complete(complete)),
        }
    }

    pub(super) fn on_declined(self, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::DoneTouched => self.end(now, "declined"),
            Event::Tick if self.has_stood(self.delays.complete, now) => self.end(now, "declined"),
            _ => self.keep(State::Declined),
        }
    }

    pub(super) fn on_in_trouble(self, trouble: InTrouble, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::StartTouched if trouble.trouble.can_retry() => self.begin(now),
            Event::DoneTouched => self.end(now, "trouble"),
            Event::Tick if self.has_stood(self.delays.trouble, now) => self.end(now, "trouble"),
            _ => self.keep(State::InTrouble(trouble)),
        }
    }
}
