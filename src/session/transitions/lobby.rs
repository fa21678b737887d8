//! The patient's part: welcome, scanning, waiting for the share, consent.

use super::super::{
    AskingPasscode, AwaitingStaff, Effect, Event, Resolving, Scanning, Session, Sharing, State, Transition,
};
use crate::audit::AuditKind;
use crate::health_link::Flag;
use crate::resolve::{Arrival, ResolveDefect};
use crate::scan::{Reading, ScannedCode, are_rivals, has_our_mark};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    pub(super) fn on_idle(mut self, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::StartTouched => self.begin(now),
            // A hand scanner needs no camera: its code begins the visit.
            Event::CodeSeen(text) => {
                let Transition { mut next, mut effects } = self.begin(now);
                let scanning = std::mem::replace(&mut next.state, State::Idle);
                let State::Scanning(scanning) = scanning else { return next.stay() };
                let transition = next.on_code(scanning, &text, now);
                effects.extend(transition.effects);
                Transition { next: transition.next, effects }
            }
            _ => {
                self.state = State::Idle;
                self.stay()
            }
        }
    }

    /// A new visit with a name of its own.
    pub(super) fn begin(mut self, now: Timestamp) -> Transition {
        self.id = self.next_id(now);
        let open = Effect::OpenCamera { session: self.id };
        let effects = vec![self.record(AuditKind::SessionStarted, |event| event), open];
        self.go(State::Scanning(Scanning::default()), now, effects)
    }

    pub(super) fn on_scanning(self, mut scanning: Scanning, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::CodeSeen(text) => self.on_code(scanning, &text, now),
            Event::CameraSaw { texts, .. } => self.on_picture(scanning, &texts, now),
            Event::Tick if self.has_stood(self.delays.scanning, now) => self.end(now, "nobody-came"),
            Event::Tick => {
                scanning.rivals = scanning.rivals.filter(|seen| now.since(*seen) < Scanning::RIVALS_SAID);
                self.keep(State::Scanning(scanning))
            }
            _ => self.keep(State::Scanning(scanning)),
        }
    }

    /// Two codes in one picture can be two people's: neither is opened. Beside a code of ours, codes of other kinds do not count.
    fn on_picture(self, mut scanning: Scanning, texts: &[Sensitive<String>], now: Timestamp) -> Transition {
        scanning.rivals = are_rivals(texts).then_some(now);
        if scanning.rivals.is_some() {
            return self.keep(State::Scanning(scanning));
        }
        let has_ours = texts.iter().any(|text| has_our_mark(text.reveal()));
        let mut transition = self.keep(State::Scanning(scanning));
        for text in texts.iter().filter(|text| has_our_mark(text.reveal()) == has_ours) {
            let Transition { mut next, mut effects } = transition;
            transition = match std::mem::replace(&mut next.state, State::Idle) {
                State::Scanning(scanning) => next.on_code(scanning, text, now),
                state => next.keep(state),
            };
            effects.append(&mut transition.effects);
            transition.effects = effects;
        }
        transition
    }

    fn on_code(mut self, mut scanning: Scanning, text: &Sensitive<String>, now: Timestamp) -> Transition {
        match scanning.reader.read(text.reveal()) {
            Err(defect) => self.trouble(ResolveDefect::from(defect).trouble(), now),
            Ok(Reading::Other(kind)) => {
                scanning.other = Some(kind);
                self.keep(State::Scanning(scanning))
            }
            Ok(Reading::Part { have, of }) => {
                // Whoever shows parts gets the full time for the next one.
                if scanning.parts != Some((have, of)) {
                    self.since = now;
                }
                (scanning.parts, scanning.other) = (Some((have, of)), None);
                self.keep(State::Scanning(scanning))
            }
            Ok(Reading::Code(code)) => self.resolve(code, now),
        }
    }

    fn resolve(self, code: ScannedCode, now: Timestamp) -> Transition {
        let card = match &code {
            ScannedCode::Link(link) if link.flags().has(Flag::Passcode) => {
                let record = self.record(AuditKind::CodeRead, |event| event.detail("link-with-passcode"));
                let asking = AskingPasscode::new(code);
                return self.go(State::AskingPasscode(asking), now, vec![Effect::CloseCamera, record]);
            }
            ScannedCode::Link(_) => false,
            ScannedCode::Cards(_) => true,
        };
        let record = self.record(AuditKind::CodeRead, |event| event.detail(if card { "card" } else { "link" }));
        let resolve = Effect::ResolveShare { session: self.id, code: Box::new(code), passcode: None };
        self.go(State::Resolving(Resolving { card }), now, vec![Effect::CloseCamera, record, resolve])
    }

    pub(super) fn on_resolving(self, resolving: Resolving, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::ShareResolved { outcome, .. } => self.on_share(outcome, now),
            Event::Tick if self.has_stood(self.delays.resolving, now) => self.trouble(Trouble::TimedOut, now),
            _ => self.keep(State::Resolving(resolving)),
        }
    }

    pub(super) fn on_share(self, outcome: Result<Box<Arrival>, Trouble>, now: Timestamp) -> Transition {
        match outcome {
            Ok(arrival) => {
                let items = arrival.intake.items.len();
                let record = self.record(AuditKind::ShareArrived, |event| event.count(items));
                self.go(State::Sharing(Box::new(Sharing { arrival: *arrival })), now, vec![record])
            }
            Err(trouble) => self.trouble(trouble, now),
        }
    }

    pub(super) fn on_sharing(self, sharing: Box<Sharing>, event: Event, now: Timestamp) -> Transition {
        match event {
            Event::SharingAgreed => {
                let record = self.record(AuditKind::SharingAgreed, |event| event);
                self.go(State::AwaitingStaff(Box::new(AwaitingStaff::new(sharing.arrival))), now, vec![record])
            }
            Event::SharingDeclined => {
                let record = self.record(AuditKind::SharingDeclined, |event| event);
                self.go(State::Declined, now, vec![record])
            }
            Event::Tick if self.has_stood(self.delays.sharing, now) => self.end(now, "no-consent"),
            _ => self.keep(State::Sharing(sharing)),
        }
    }
}
