//! A scanner types like a keyboard. What it types on a screen that waits for no code presses nothing, types nothing and changes
//! nothing; a hand that presses one key after the other works every screen.

use crate::face::{Face, SMALL, asking, now};
use crate::pictures::SCREENS;
use crate::visit::Visit;
use egui::{Event, Key, Modifiers};
use ktc_kiosk::app::Keyboard;
use ktc_kiosk::language::Language;
use ktc_kiosk::session::{DeviceHealth, Input, ReviewInput, Session, State};
use ktc_kiosk::ui::Strings;

/// Seconds between frames.
const FRAME: f64 = 0.016;

fn key(key: Key) -> Vec<Event> {
    let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers: Modifiers::NONE };
    let text = (key == Key::Space).then(|| Event::Text(" ".into()));
    [event(true)].into_iter().chain(text).chain([event(false)]).collect()
}

fn letters(text: &str) -> Vec<Vec<Event>> {
    text.chars().map(|letter| vec![Event::Text(letter.into())]).collect()
}

/// A card, a link, and whatever a keyboard without a person may type, each with keys at its end that press what has the focus.
fn bursts() -> Vec<Vec<Vec<Event>>> {
    let of = |text: &str, end: &[Key]| letters(text).into_iter().chain(end.iter().map(|it| key(*it))).collect();
    let mut random = Vec::new();
    let mut seed = 0x5EED_u64;
    for _ in 0..120 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let keys = [Key::Tab, Key::Space, Key::Enter, Key::ArrowDown, Key::Escape, Key::Backspace];
        random.push(match keys.get(usize::try_from(seed >> 33).expect("a number") % 9) {
            Some(pressed) => key(*pressed),
            None => letters("7").remove(0),
        });
    }
    vec![
        of("shc:/5676290952432060346029243740446031222959532654603460292540772804336028", &[Key::Enter]),
        of("shlink:/eyJ1cmwiOiJodHRwczovL2Uub3JnL3giLCJmbGFnIjoiUCJ9", &[Key::Tab, Key::Space, Key::Enter]),
        (0..20).flat_map(|_| [key(Key::Tab), key(Key::Space)]).chain([key(Key::Enter)]).collect(),
        random,
    ]
}

/// A face, its keyboard and the session that it shows.
struct Desk {
    face: Face,
    session: Session,
    keyboard: Keyboard,
    now: f64,
    /// What was meant, by a key that presses something or by what was typed.
    pressed: Vec<Input>,
    typed: Vec<Input>,
}

impl Desk {
    /// `made_by` makes the session twice: one is drawn, one tells who listens to keys.
    fn new(made_by: impl Fn() -> Session) -> Desk {
        let face = Face::at(made_by(), now(), SMALL, DeviceHealth::default());
        let (pressed, typed) = (Vec::new(), Vec::new());
        Desk { face, session: made_by(), keyboard: Keyboard::silent(), now: 100.0, pressed, typed }
    }

    /// One frame. egui draws only where it got something.
    fn frame(&mut self, mut events: Vec<Event>) {
        let has_focus = self.face.harness.ctx.memory(|memory| memory.focused().is_some());
        self.typed.extend(self.keyboard.hear(Some(&self.session), has_focus, (self.now, FRAME), &mut events));
        if !events.is_empty() {
            self.face.harness.input_mut().events.extend(events);
            self.face.harness.run_steps(2);
            self.pressed.extend(self.face.inputs());
        }
        self.now += FRAME;
    }

    fn wait(&mut self, secs: f64) {
        let until = self.now + secs;
        while self.now < until {
            self.frame(Vec::new());
        }
    }

    /// Keys so many seconds apart; those of one frame come together.
    fn type_at(&mut self, apart: f64, keys: &[Vec<Event>]) {
        let start = self.now;
        let mut keys = keys.iter().enumerate().peekable();
        while keys.peek().is_some() {
            let mut due = Vec::new();
            while let Some((_, key)) = keys.next_if(|(number, _)| start + *number as f64 * apart <= self.now) {
                due.extend(key.iter().cloned());
            }
            self.frame(due);
        }
        self.wait(2.0);
    }

    fn press(&mut self, pressed: Key) {
        self.frame(key(pressed));
        self.wait(0.3);
    }
}

#[test]
fn what_a_scanner_types_presses_nothing_on_any_screen() {
    let mut bursts_tried = 0;
    for (name, made_by) in SCREENS {
        for apart in [0.001, 0.015, 0.03, 0.06] {
            let mut desk = Desk::new(|| made_by(Language::English).session);
            // Something has the focus, as after a hand, where there is anything to press.
            desk.press(Key::Tab);
            for burst in bursts() {
                desk.type_at(apart, &burst);
                bursts_tried += 1;
            }
            assert!(desk.pressed.is_empty(), "{name}, {apart}: {:?}", desk.pressed);
            let is_heard = |input: &Input| match &desk.session.state {
                State::Idle | State::Scanning(_) => matches!(input, Input::CodeSeen(_)),
                State::AskingPasscode(_) => matches!(input, Input::PasscodeTyped(_) | Input::PasscodeErased),
                _ => false,
            };
            assert!(desk.typed.iter().all(is_heard), "{name}, {apart}: {:?}", desk.typed);
        }
    }
    println!("{bursts_tried} bursts on {} screens pressed nothing", SCREENS.len());
}

#[test]
fn a_hand_on_a_keyboard_reaches_and_presses_a_button() {
    let mut desk = Desk::new(|| Visit::new(Language::English).session);
    for _ in 0..12 {
        desk.press(Key::Tab);
        desk.press(Key::Space);
    }
    assert!(desk.pressed.iter().any(|input| matches!(input, Input::StartTouched)), "{:?}", desk.pressed);
    assert!(desk.typed.is_empty(), "{:?}", desk.typed);
}

#[test]
fn a_held_key_is_one_press() {
    let mut desk = Desk::new(|| Visit::declined(Language::English).session);
    desk.press(Key::Tab);
    let down = key(Key::Enter).remove(0);
    for _ in 0..120 {
        desk.frame(vec![down.clone()]);
    }
    desk.frame(vec![key(Key::Enter).remove(1)]);
    desk.wait(0.5);
    assert_eq!(desk.pressed.len(), 1, "{:?}", desk.pressed);
}

#[test]
fn enter_and_space_are_for_what_has_the_focus_and_for_the_text_only_where_nothing_has() {
    let mut desk = Desk::new(|| Visit::typing(Language::English).session);
    desk.type_at(0.15, &letters("12 b"));
    desk.press(Key::Enter);
    let words: String = desk
        .typed
        .iter()
        .map(|input| match input {
            Input::Review(ReviewInput::FieldTyped(text)) => text.reveal().clone(),
            Input::Review(ReviewInput::FieldDone) => ".".to_owned(),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!((words.as_str(), desk.pressed.len()), ("12 b.", 0));

    let mut desk = Desk::new(|| Visit::typing(Language::English).session);
    desk.press(Key::Tab);
    desk.type_at(0.2, &[letters("1"), vec![key(Key::Space)], letters("2")].concat());
    assert_eq!((desk.typed.len(), desk.pressed.len()), (3, 0), "a space is a space: {:?}", desk.typed);

    let leave = Strings::new(Language::English).text("typing-leave");
    let mut desk = Desk::new(|| Visit::typing(Language::English).session);
    let focused = |desk: &Desk| desk.face.focused();
    for _ in 0..200 {
        desk.press(Key::Tab);
        if focused(&desk) == Some(leave.clone()) {
            break;
        }
    }
    assert_eq!(focused(&desk), Some(leave));
    desk.press(Key::Enter);
    assert!(matches!(desk.pressed[..], [Input::Review(ReviewInput::FieldLeft)]), "{:?}", desk.pressed);
    assert!(desk.typed.is_empty(), "{:?}", desk.typed);

    let mut desk = Desk::new(|| {
        let mut visit = Visit::passcode(Language::English).session;
        visit.state = asking("12", |_| ());
        visit
    });
    desk.press(Key::Tab);
    desk.press(Key::Space);
    assert!(desk.typed.is_empty(), "{:?}", desk.typed);
}

#[test]
fn fast_fingers_type_whole_words_and_a_scan_into_a_field_is_dropped() {
    for apart in [0.08, 0.1, 0.2] {
        let mut desk = Desk::new(|| Visit::typing(Language::English).session);
        desk.type_at(apart, &letters("18 Heron Street"));
        let typed = desk.typed.iter().filter(|it| matches!(it, Input::Review(ReviewInput::FieldTyped(_)))).count();
        assert_eq!(typed, 15, "{apart}");
    }
    let mut desk = Desk::new(|| Visit::typing(Language::English).session);
    for burst in bursts() {
        desk.type_at(0.03, &burst);
        assert!(desk.typed.is_empty(), "{burst:?}: {:?}", desk.typed);
    }
    desk.type_at(0.15, &letters("9"));
    assert_eq!(desk.typed.len(), 1, "a hand counts again");
    // A scanner so slow that it could be a hand closes no field and sends no passcode.
    let slow = bursts().swap_remove(0);
    desk.type_at(0.09, &slow);
    assert!(!desk.typed.iter().any(|it| matches!(it, Input::Review(ReviewInput::FieldDone))));
    let mut desk = Desk::new(|| Visit::passcode(Language::English).session);
    desk.type_at(0.09, &slow);
    assert!(!desk.typed.iter().any(|it| matches!(it, Input::PasscodeSent)), "{:?}", desk.typed);
}
