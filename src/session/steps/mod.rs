//! What each state makes of each event: `lobby` up to the patient's consent, with `passcode` on the way, `desk` from the PIN
//! to the ticket, with `queue` before the review and `chart` and `documents` inside it, `ends` for the screens that only go
//! away.

mod chart;
mod desk;
mod documents;
mod ends;
mod lobby;
mod passcode;
mod queue;
#[cfg(test)]
mod tests;

pub use queue::{Queue, Waiting};

use super::{Effect, Event, InTrouble, Session, State, Step};
use crate::audit::{AuditEvent, AuditKind};
use crate::session_id::SessionId;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use std::time::Duration;

impl Session {
    /// One step: what happened, and when, to the next session and what shall be done.
    pub fn on(mut self, event: Event, now: Timestamp) -> Step {
        if event.asked_by().is_some_and(|asked| asked != self.id) {
            return self.late(event);
        }
        if let Event::LanguageChosen(language) = event {
            self.language = language;
            return self.stay();
        }
        let state = std::mem::replace(&mut self.state, State::Idle);
        match (state, event) {
            (State::Idle, event) => self.on_idle(event, now),
            (_, Event::CancelTouched) => self.end(now, "cancelled"),
            // The trouble screen's own record may fail as well; it is not tried again and again.
            (State::InTrouble(trouble), Event::AuditNotWritten { .. }) => self.keep(State::InTrouble(trouble)),
            (_, Event::AuditNotWritten { .. }) => {
                let trouble = InTrouble { trouble: Trouble::AuditNotWritten };
                self.go(State::InTrouble(trouble), now, vec![Effect::CloseCamera])
            }
            (State::Scanning(scanning), event) => self.on_scanning(scanning, event, now),
            (State::AskingPasscode(asking), event) => self.on_asking_passcode(asking, event, now),
            (State::Resolving(resolving), event) => self.on_resolving(resolving, event, now),
            (State::Sharing(sharing), event) => self.on_sharing(sharing, event, now),
            (State::AwaitingStaff(awaiting), event) => self.on_awaiting_staff(awaiting, event, now),
            (State::Reviewing(reviewing), event) => self.on_reviewing(reviewing, event, now),
            (State::Queue(queue), event) => self.on_queue(queue, event, now),
            (State::Filing(filing), event) => self.on_filing(filing, event, now),
            (State::Complete(complete), event) => self.on_complete(complete, event, now),
            (State::Declined, event) => self.on_declined(event, now),
            (State::InTrouble(trouble), event) => self.on_in_trouble(trouble, event, now),
        }
    }

    /// Nothing changes.
    fn stay(self) -> Step {
        Step { next: self, effects: Vec::new() }
    }

    /// The state goes on as it is.
    fn keep(mut self, state: State) -> Step {
        self.state = state;
        self.stay()
    }

    /// The visit moves on.
    fn go(mut self, state: State, now: Timestamp, effects: Vec<Effect>) -> Step {
        self.state = state;
        self.since = now;
        Step { next: self, effects }
    }

    /// The visit ends; all its data is dropped with the old state. What is still on its way to it finds another id.
    fn end(self, now: Timestamp, how: &'static str) -> Step {
        let effects = vec![Effect::CloseCamera, self.record(AuditKind::SessionEnded, |event| event.detail(how))];
        let id = self.next_id(now);
        Step { next: Session { id, ..Session::idle(now, self.home_language, self.delays) }, effects }
    }

    /// A new name, later than every name before it, whatever the clock says.
    fn next_id(&self, now: Timestamp) -> SessionId {
        SessionId(now.unix_millis().max(self.id.0 + 1))
    }

    /// Something is in the way; the data of the visit is dropped with the old state.
    fn trouble(self, trouble: Trouble, now: Timestamp) -> Step {
        let record = self.record(AuditKind::ShareRefused, |event| event.detail(trouble.code()));
        self.go(State::InTrouble(InTrouble { trouble }), now, vec![Effect::CloseCamera, record])
    }

    /// An answer for somebody who left. That a record could not be written is not recorded again.
    fn late(self, event: Event) -> Step {
        if matches!(event, Event::AuditNotWritten { .. } | Event::CameraSaw { .. }) {
            return self.stay();
        }
        let asked = event.asked_by().unwrap_or(SessionId(0));
        drop(event);
        Step { effects: vec![Effect::Record(AuditEvent::new(AuditKind::LateAnswerDropped, asked))], next: self }
    }

    fn record(&self, kind: AuditKind, say: impl FnOnce(AuditEvent) -> AuditEvent) -> Effect {
        Effect::Record(say(AuditEvent::new(kind, self.id)))
    }

    fn has_stood(&self, delay: Duration, now: Timestamp) -> bool {
        now.since(self.since) >= delay
    }
}
