//! What a keyboard or a hand scanner typed. A scanner types like a keyboard, only faster, and ends with Enter.
//!
//! On the first screens a burst is a code. While a passcode is asked for, single keys are the patient's: a burst is handed over
//! whole, so that the session can tell a code from a passcode, and the Enter at its end sends nothing. Anywhere else only keys of a
//! hand count ([`super::strokes`]).

use super::strokes::{HeldKeys, LastKey, Pace, SingleKeys, TypedKeys, is_typed, strokes};
use crate::scan::Burst;
use crate::sensitive::Sensitive;
use crate::session::{Input, ReviewInput, Session, State};
use crate::session_id::SessionId;
use egui::Key;
use std::time::Duration;

/// More text than this comes from no scanner.
const MAX_TYPED: usize = 20_000;
/// Nobody types so fast.
const MACHINE_SECS: f64 = 0.06;
/// So few keys at once can be a quick hand on a slow machine.
const QUICK_KEYS: usize = 3;
/// After a code, a scanner that pauses for so long has come to its end.
const SILENCE_SECS: f64 = 1.0;

/// What was typed so far. It belongs to one visit.
pub struct Keyboard {
    /// What may become a code.
    code: Burst,
    /// What may become a passcode.
    text: Sensitive<String>,
    /// The text began after a code had been seen and the scanner had come to its end.
    after_code: bool,
    /// The Enter behind a passcode.
    enter: LastKey<()>,
    /// What may become a value for the chart.
    field: TypedKeys,
    pace: Pace,
    down: HeldKeys,
    session: Option<SessionId>,
    last: f64,
    /// What may press what has the focus.
    single: SingleKeys,
}

/// Who listens to the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listener {
    Nobody,
    Code,
    Passcode {
        /// A code was typed where the passcode belongs; what still comes of it is dropped.
        code_seen: bool,
    },
    /// Staff type a value for the chart.
    Field,
}

impl Listener {
    fn new(session: Option<&Session>) -> Listener {
        let Some(session) = session else { return Listener::Nobody };
        match &session.state {
            State::Idle | State::Scanning(_) => Listener::Code,
            State::AskingPasscode(asking) if !asking.sent => Listener::Passcode { code_seen: asking.code_seen },
            State::Reviewing(reviewing) if reviewing.editing.is_some() => Listener::Field,
            State::AskingPasscode(_)
            | State::Reviewing(_)
            | State::Resolving(_)
            | State::ChoosingPerson(_)
            | State::Sharing(_)
            | State::AwaitingStaff(_)
            | State::Queue(_)
            | State::Keeping(_)
            | State::Filing(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_) => Listener::Nobody,
        }
    }
}

impl Keyboard {
    /// Room for all that may come, so that growing leaves no copies behind.
    pub fn silent() -> Keyboard {
        Keyboard {
            code: Burst::default(),
            text: Sensitive::new(String::with_capacity(MAX_TYPED)),
            after_code: false,
            enter: LastKey::default(),
            field: TypedKeys::default(),
            pace: Pace::default(),
            down: HeldKeys::default(),
            session: None,
            last: 0.0,
            single: SingleKeys::default(),
        }
    }

    /// Takes the keys of a frame out of its events and says what they mean. egui is left what may move its focus and press what
    /// has it. Where a text is typed and something has the focus, Enter is for that, and beside a passcode Space. `now` and the
    /// length of a frame are in seconds.
    pub fn hear(
        &mut self,
        session: Option<&Session>,
        has_focus: bool,
        (now, frame): (f64, f64),
        events: &mut Vec<egui::Event>,
    ) -> Vec<Input> {
        let listener = Listener::new(session);
        let id = session.filter(|_| listener != Listener::Nobody).map(|session| session.id);
        if self.session != id {
            let Keyboard { pace, down, single, .. } = std::mem::replace(self, Keyboard::silent());
            *self = Keyboard { session: id, pace, down, single, ..Keyboard::silent() };
        }
        let typed: Vec<egui::Event> = events.extract_if(.., |event| is_typed(event)).collect();
        let fresh = self.down.fresh(&typed);
        let strokes = strokes(&fresh);
        self.pace.add((now, frame), strokes);
        let is_text = matches!(listener, Listener::Passcode { .. } | Listener::Field);
        // A space in a value for the chart is a space.
        let (pressing, space): (&[Key], _) = match listener {
            Listener::Field => (&[Key::Enter], ""),
            Listener::Nobody | Listener::Code | Listener::Passcode { .. } => (&[Key::Space, Key::Enter], " "),
        };
        let is_for_focus =
            |event: &egui::Event| has_focus && is_of(event, pressing, space) || is_of(event, &[Key::Tab], "");
        let for_egui = fresh.into_iter().filter(|event| !is_text || is_for_focus(event)).collect();
        let for_text = typed.into_iter().filter(|event| !is_text || !is_for_focus(event)).collect();
        events.extend(self.single.sift(&self.pace, now, (strokes, for_egui)));
        match listener {
            Listener::Nobody => Vec::new(),
            Listener::Code => self.hear_code(now, for_text),
            Listener::Passcode { code_seen } => self.hear_passcode(code_seen, (now, frame), for_text),
            Listener::Field => {
                let by_hand = self.field.sift(&self.pace, (now, frame), (strokes, for_text));
                let is_end = |event: &egui::Event| is_of(event, &[Key::Enter], "") && self.pace.is_long();
                by_hand.into_iter().filter(|event| !is_end(event)).filter_map(field_key).map(Input::Review).collect()
            }
        }
    }

    /// Whether something waits for the end of its burst.
    pub fn is_waiting(&self) -> bool {
        let reads = self.holds_text() || self.code.is_waiting();
        reads || self.enter.is_waiting() || self.field.is_waiting() || self.single.is_waiting()
    }

    fn hear_code(&mut self, now: f64, keys: Vec<egui::Event>) -> Vec<Input> {
        let now = Duration::from_secs_f64(now.max(0.0));
        let mut codes = Vec::new();
        for key in keys {
            match key {
                egui::Event::Text(text) => {
                    let text = Sensitive::from(text);
                    codes.extend(text.reveal().chars().filter_map(|letter| self.code.push(letter, now)));
                }
                egui::Event::Paste(text) if text.len() <= MAX_TYPED => codes.push(Sensitive::from(text)),
                egui::Event::Key { key: Key::Enter | Key::Tab, pressed: true, .. } => {
                    codes.extend(self.code.push('\n', now));
                }
                _ => {}
            }
        }
        codes.extend(self.code.after_pause(now));
        codes.retain(|code| !code.reveal().trim().is_empty());
        codes.into_iter().map(Input::CodeSeen).collect()
    }

    fn hear_passcode(&mut self, code_seen: bool, (now, frame): (f64, f64), keys: Vec<egui::Event>) -> Vec<Input> {
        // On a slow machine a frame is longer than a pause between keys.
        let pause = MACHINE_SECS.max(2.0 * frame);
        let mut inputs = Vec::new();
        let flush = |keyboard: &mut Keyboard| keyboard.holds_text().then(|| Input::PasscodeTyped(keyboard.take()));
        if code_seen && !self.after_code {
            // The code was known by what came before this.
            self.take();
        }
        if now - self.last > pause {
            inputs.extend(flush(self));
        }
        if self.enter.alone(now).is_some() && !self.pace.is_machine(frame) {
            inputs.push(Input::PasscodeSent);
        }
        if !keys.is_empty() {
            self.enter.forget();
        }
        for key in keys {
            let rest_of_code = code_seen && now - self.last < SILENCE_SECS;
            match key {
                egui::Event::Text(_) if rest_of_code && !self.holds_text() => self.last = now,
                egui::Event::Text(text) => {
                    self.after_code = code_seen;
                    self.keep(now, &Sensitive::from(text));
                }
                egui::Event::Key { key: Key::Backspace, pressed: true, .. } => {
                    inputs.extend(flush(self));
                    inputs.push(Input::PasscodeErased);
                }
                egui::Event::Key { key: Key::Enter, pressed: true, .. } if !rest_of_code || self.holds_text() => {
                    let by_hand = self.text.reveal().chars().count() <= QUICK_KEYS && !self.pace.is_long();
                    inputs.extend(flush(self));
                    if by_hand {
                        self.enter.press(now, ());
                    }
                }
                _ => {}
            }
        }
        inputs
    }

    fn keep(&mut self, now: f64, text: &Sensitive<String>) {
        self.last = now;
        if self.text.reveal().len() + text.reveal().len() <= MAX_TYPED {
            self.text.append(text);
        }
    }

    fn holds_text(&self) -> bool {
        !self.text.reveal().is_empty()
    }

    fn take(&mut self) -> Sensitive<String> {
        std::mem::replace(&mut self.text, Keyboard::silent().text)
    }
}

/// Whether the event is one of these keys, or the text of one.
fn is_of(event: &egui::Event, keys: &[Key], text: &str) -> bool {
    match event {
        egui::Event::Key { key, .. } => keys.contains(key),
        egui::Event::Text(letter) => letter == text,
        _ => false,
    }
}

fn field_key(key: egui::Event) -> Option<ReviewInput> {
    match key {
        egui::Event::Text(text) => Some(ReviewInput::FieldTyped(Sensitive::from(text))),
        egui::Event::Key { key: Key::Backspace, pressed: true, .. } => Some(ReviewInput::FieldErased),
        egui::Event::Key { key: Key::Enter, pressed: true, .. } => Some(ReviewInput::FieldDone),
        egui::Event::Key { key: Key::Escape, pressed: true, .. } => Some(ReviewInput::FieldLeft),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::session::{Delays, Effect, Event, Question};
    use crate::time::Timestamp;

    const LINK: &str = "shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCIsImtleSI6IkFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUEifQ";

    fn text(text: &str) -> egui::Event {
        egui::Event::Text(text.into())
    }

    fn key(key: Key) -> egui::Event {
        egui::Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: egui::Modifiers::NONE }
    }

    /// A visit, a keyboard and what was sent to whom.
    struct Desk {
        session: Option<Session>,
        keyboard: Keyboard,
        sent: usize,
    }

    impl Desk {
        fn that_asks_for_a_passcode() -> Desk {
            let now = Timestamp::from_unix_millis(1_795_000_000_000);
            let session = Session::idle(now, Language::English, Delays::default());
            let mut desk = Desk { session: Some(session), keyboard: Keyboard::silent(), sent: 0 };
            desk.frame(1.0, vec![text(LINK)]);
            desk.frame(1.1, vec![key(Key::Enter)]);
            desk
        }

        fn frame(&mut self, now: f64, keys: Vec<egui::Event>) {
            for input in self.keyboard.hear(self.session.as_ref(), false, (now, 0.016), &mut keys.clone()) {
                let session = self.session.take().expect("a visit");
                let step = session.on(Event::Input(input), Timestamp::from_unix_millis(1_795_000_000_000));
                let resolves = |effect: &&Effect| matches!(effect, Effect::Ask(_, Question::ResolveShare { .. }));
                self.sent += step.effects.iter().filter(resolves).count();
                self.session = Some(step.next);
            }
        }

        fn typed(&self) -> (&str, bool) {
            match &self.session.as_ref().expect("a visit").state {
                State::AskingPasscode(asking) => (asking.typed.reveal(), asking.code_seen),
                other => panic!("not asking but {}", other.word()),
            }
        }
    }

    #[test]
    fn keys_of_a_hand_are_a_passcode_and_enter_sends_it_once() {
        let mut desk = Desk::that_asks_for_a_passcode();
        for (at, letter) in [(2.0, "1"), (2.2, "é"), (2.5, "x")] {
            desk.frame(at, vec![text(letter)]);
        }
        desk.frame(2.8, vec![key(Key::Backspace)]);
        assert_eq!(desk.typed(), ("1é", false));
        desk.frame(3.2, vec![key(Key::Enter), key(Key::Enter)]);
        assert_eq!(desk.sent, 0, "it may be one of many keys");
        desk.frame(3.4, Vec::new());
        assert_eq!(desk.sent, 1);
    }

    #[test]
    fn a_scanned_code_is_no_passcode_whole_or_in_pieces() {
        for piece in [LINK.len(), 7, 3] {
            let mut desk = Desk::that_asks_for_a_passcode();
            desk.frame(2.0, vec![text("9")]);
            let mut now = 3.0;
            for part in LINK.as_bytes().chunks(piece) {
                desk.frame(now, vec![text(std::str::from_utf8(part).expect("ASCII"))]);
                now += 0.2;
            }
            desk.frame(now, vec![key(Key::Enter)]);
            desk.frame(now + 0.5, Vec::new());
            assert_eq!((desk.typed(), desk.sent), (("", true), 0), "{piece}");
            desk.frame(now + 2.0, vec![text("4")]);
            desk.frame(now + 3.0, Vec::new());
            assert_eq!(desk.typed(), ("4", false));
        }
    }

    #[test]
    fn the_enter_of_a_scanner_spends_no_try() {
        let mut desk = Desk::that_asks_for_a_passcode();
        desk.frame(2.0, vec![text("0123456789012"), key(Key::Enter)]);
        desk.frame(2.5, Vec::new());
        assert_eq!((desk.typed(), desk.sent), (("0123456789012", false), 0));
    }

    #[test]
    fn what_was_typed_for_one_visit_is_not_told_to_the_next() {
        let mut desk = Desk::that_asks_for_a_passcode();
        desk.frame(2.0, vec![text("12")]);
        let left =
            desk.session.take().expect("a visit").on(Input::CancelTouched.into(), Timestamp::from_unix_millis(0)).next;
        desk.session = Some(left);
        desk.frame(2.01, vec![key(Key::Enter)]);
        assert_eq!(desk.session.as_ref().map(|session| session.state.word()), Some("idle"));
        assert!(!desk.keyboard.is_waiting());
    }
}
