//! The patient's part: welcome, scanning, waiting for the share, consent.

use super::super::{
    AskingPasscode, AwaitingStaff, Effect, Question, Resolving, Scanning, Session, Sharing, SignInFor, State,
    Transition,
};
use crate::audit::AuditKind;
use crate::health_link::Flag;
use crate::resolve::{Arrived, ResolveDefect};
use crate::scan::{Reading, ScannedCode, are_rivals, has_our_mark};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    /// A hand scanner needs no camera: its code begins the visit.
    pub(super) fn begin_with_code(self, text: &Sensitive<String>, now: Timestamp) -> Transition {
        let Transition { mut next, mut effects } = self.begin(now);
        next.state = State::Idle;
        let transition = next.on_code(Scanning::default(), text, now);
        effects.extend(transition.effects);
        Transition { next: transition.next, effects }
    }

    /// A new visit with a name of its own.
    pub(super) fn begin(mut self, now: Timestamp) -> Transition {
        self.id = self.next_id(now);
        let open = Effect::Ask(self.id, Question::OpenCamera);
        let effects = vec![self.record(AuditKind::SessionStarted, |event| event), open];
        self.go(State::Scanning(Scanning::default()), now, effects)
    }

    /// Two codes in one picture can be two people's: neither is opened. Beside a code of ours, codes of other kinds do not count.
    pub(super) fn on_picture(self, mut scanning: Scanning, texts: &[Sensitive<String>], now: Timestamp) -> Transition {
        scanning.rivals = are_rivals(texts).then_some(now);
        if scanning.rivals.is_some() {
            return self.keep(State::Scanning(scanning));
        }
        let has_ours = texts.iter().any(|text| has_our_mark(text.reveal()));
        let mut transition = self.keep(State::Scanning(scanning));
        for text in texts.iter().filter(|text| has_our_mark(text.reveal()) == has_ours) {
            let Transition { mut next, mut effects } = transition;
            let state = next.take_state();
            transition = if let State::Scanning(scanning) = state {
                next.on_code(scanning, text, now)
            } else {
                next.keep(state)
            };
            effects.append(&mut transition.effects);
            transition.effects = effects;
        }
        transition
    }

    pub(super) fn on_code(mut self, mut scanning: Scanning, text: &Sensitive<String>, now: Timestamp) -> Transition {
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
        let link = (!card).then(|| Box::new(code.clone()));
        let record = self.record(AuditKind::CodeRead, |event| event.detail(if card { "card" } else { "link" }));
        let resolve = Effect::Ask(self.id, Question::ResolveShare { code: Box::new(code), passcode: None });
        self.go(State::Resolving(Resolving { card, link }), now, vec![Effect::CloseCamera, record, resolve])
    }

    pub(super) fn on_share(self, outcome: Result<Arrived, Trouble>, now: Timestamp) -> Transition {
        match outcome {
            Ok(arrived) => {
                let items = arrived.forms().iter().map(|form| form.items.len()).sum();
                let record = self.record(AuditKind::ShareArrived, |event| event.count(items));
                self.go(State::Sharing(Box::new(Sharing::new(arrived))), now, vec![record])
            }
            Err(trouble) => self.trouble(trouble, now),
        }
    }

    pub(super) fn on_agreed(self, sharing: Sharing, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::SharingAgreed, |event| event);
        self.go(
            State::AwaitingStaff(Box::new(AwaitingStaff::new(SignInFor::Review(sharing.arrived)))),
            now,
            vec![record],
        )
    }

    pub(super) fn on_declined(self, now: Timestamp) -> Transition {
        let record = self.record(AuditKind::SharingDeclined, |event| event);
        self.go(State::Declined, now, vec![record])
    }
}

impl Scanning {
    /// That two codes were seen is said for a while.
    pub(super) fn forget_rivals(&mut self, now: Timestamp) {
        self.rivals = self.rivals.filter(|seen| now.since(*seen) < Scanning::RIVALS_SAID);
    }
}
