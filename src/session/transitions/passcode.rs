//! A link that wants a passcode (SMART Health Links, flag P). The sender counts wrong passcodes for the link's whole life, so
//! one entry is one request, nothing is sent twice, and after a few wrong ones staff help.

use super::super::{AskingPasscode, Effect, KeyLayer, Question, Session, State, Transition};
use crate::audit::AuditKind;
use crate::health_link::Passcode;
use crate::scan::{ScannedCode, has_our_mark};
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
use crate::trouble::Trouble;

impl Session {
    /// Whoever types gets the full time for the next key.
    pub(super) fn on_typing(
        mut self,
        mut asking: AskingPasscode,
        now: Timestamp,
        change: impl FnOnce(&mut AskingPasscode),
    ) -> Transition {
        change(&mut asking);
        self.since = now;
        self.keep(State::AskingPasscode(asking))
    }

    pub(super) fn send_passcode(self, mut asking: AskingPasscode, now: Timestamp) -> Transition {
        let Some(passcode) = Passcode::typed(&asking.typed) else {
            return self.keep(State::AskingPasscode(asking));
        };
        (asking.sent, asking.refusal, asking.code_seen) = (true, None, false);
        let record = self.record(AuditKind::PasscodeSent, |event| event);
        let question = Question::ResolveShare { code: asking.code.clone(), passcode: Some(passcode) };
        let resolve = Effect::Ask(self.id, question);
        self.go(State::AskingPasscode(asking), now, vec![record, resolve])
    }

    /// The server of a link asks for a passcode that the link does not announce: nobody has typed anything yet.
    pub(super) fn on_passcode_asked(self, link: ScannedCode, remaining: Option<u32>, now: Timestamp) -> Transition {
        if remaining == Some(0) {
            return self.trouble(Trouble::LinkLocked, now);
        }
        self.go(State::AskingPasscode(AskingPasscode::new(link)), now, Vec::new())
    }

    /// The number comes from a stranger's server: one that cannot be is not passed on.
    pub(super) fn on_passcode_refused(
        self,
        mut asking: AskingPasscode,
        remaining: Option<u32>,
        now: Timestamp,
    ) -> Transition {
        asking.tries += 1;
        let record = self.record(AuditKind::PasscodeRefused, |event| event);
        let mut transition = if remaining == Some(0) {
            self.trouble(Trouble::LinkLocked, now)
        } else if asking.tries >= AskingPasscode::MAX_TRIES {
            self.trouble(Trouble::PasscodeWrong, now)
        } else {
            // A new entry begins hidden, and with digits.
            (asking.sent, asking.shown, asking.keys) = (false, false, KeyLayer::Digits);
            asking.typed = AskingPasscode::no_text();
            asking.refusal = Some(remaining.filter(|tries| *tries <= AskingPasscode::MAX_REMAINING));
            self.go(State::AskingPasscode(asking), now, Vec::new())
        };
        transition.effects.insert(0, record);
        transition
    }
}

impl AskingPasscode {
    /// What a scanner types is no passcode, even when it comes in pieces.
    pub(super) fn type_more(&mut self, text: &Sensitive<String>) {
        let fits = self.typed.reveal().chars().count() + text.reveal().chars().count() <= Passcode::MAX_CHARS;
        if fits && !text.reveal().chars().any(char::is_control) {
            self.typed.append(text);
            self.code_seen = false;
        }
        if is_code(self.typed.reveal()) || is_code(text.reveal()) {
            (self.typed, self.code_seen) = (AskingPasscode::no_text(), true);
        }
    }

    pub(super) fn erase(&mut self) {
        let mut shorter = AskingPasscode::no_text();
        let keep = self.typed.reveal().chars().count().saturating_sub(1);
        for letter in self.typed.reveal().chars().take(keep) {
            shorter.append(&Sensitive::new(String::from(letter)));
        }
        (self.typed, self.code_seen) = (shorter, false);
    }
}

/// Links, cards and web addresses.
fn is_code(text: &str) -> bool {
    has_our_mark(text) || text.contains("://")
}
