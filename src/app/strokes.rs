//! Which keys a hand pressed. A scanner types like a keyboard, only faster; what it types is a code or nothing.
//!
//! egui takes Space and Enter for a press of what has the focus, and Tab moves the focus. It gets such a key only where no other
//! came shortly before or after it, so a code that is scanned on the wrong screen presses nothing.

use egui::Key;
use std::collections::{BTreeSet, VecDeque};

/// Keys closer than this are pressed by nobody who looks at what they do.
const LOOKING_SECS: f64 = 0.12;
/// After a burst a scanner may pause for so long before it goes on.
const PAUSE_SECS: f64 = 1.0;
/// Nobody types so many keys in so many seconds.
const MACHINE: [(usize, f64); 2] = [(4, 0.12), (10, 0.65)];
/// Whoever needs longer for so many is no machine.
const HAND: (usize, f64) = (4, 0.2);
/// Nobody types so many keys without a pause of so many seconds and then Enter: a slow scanner does.
const LONG_RUN: (usize, f64) = (12, 0.2);

/// Keys that egui gets.
const OF_EGUI: [Key; 8] =
    [Key::Tab, Key::Space, Key::Enter, Key::Escape, Key::ArrowUp, Key::ArrowDown, Key::ArrowLeft, Key::ArrowRight];

/// Whether this is something typed.
pub(super) fn is_typed(event: &egui::Event) -> bool {
    matches!(event, egui::Event::Key { .. } | egui::Event::Text(_) | egui::Event::Paste(_))
}

/// Keys that are down: a keyboard repeats what is held, and that is no further press.
#[derive(Default)]
pub(super) struct HeldKeys(BTreeSet<Key>);

impl HeldKeys {
    /// What was pressed in this frame and not before.
    pub(super) fn fresh(&mut self, typed: &[egui::Event]) -> Vec<egui::Event> {
        let mut is_fresh = |event: &&egui::Event| match event {
            egui::Event::Key { key, pressed: true, .. } => self.0.insert(*key),
            egui::Event::Key { key, pressed: false, .. } => {
                self.0.remove(key);
                false
            }
            _ => true,
        };
        typed.iter().filter(&mut is_fresh).cloned().collect()
    }
}

/// How many keys were pressed. A letter comes as a key and as a text.
pub(super) fn strokes(typed: &[egui::Event]) -> usize {
    let keys = typed.iter().filter(|event| matches!(event, egui::Event::Key { pressed: true, .. })).count();
    let letters = typed.iter().map(|event| match event {
        egui::Event::Text(text) | egui::Event::Paste(text) => text.chars().count(),
        _ => 0,
    });
    keys.max(letters.sum())
}

/// A key that waits until no other has followed, and since when.
pub(super) struct LastKey<K>(Option<(f64, K)>);

impl<K> Default for LastKey<K> {
    fn default() -> LastKey<K> {
        LastKey(None)
    }
}

impl<K> LastKey<K> {
    /// It was pressed.
    pub(super) fn press(&mut self, now: f64, key: K) {
        self.0 = Some((now, key));
    }

    /// Another key was.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }

    /// The key, when nothing has followed it; once.
    pub(super) fn alone(&mut self, now: f64) -> Option<K> {
        self.0.take_if(|(at, _)| now - *at >= LOOKING_SECS).map(|(_, key)| key)
    }

    /// Whether it waits for what follows.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.is_some()
    }
}

/// Keys that are on their way to egui.
#[derive(Default)]
pub(super) struct SingleKeys {
    held: LastKey<egui::Event>,
    /// Until when everything belongs to a burst.
    burst_until: f64,
}

impl SingleKeys {
    /// What egui gets: a key before which, in which frame, and after which nothing else was pressed. Of this frame's `strokes` keys
    /// `typed` are for egui; `now` is in seconds.
    pub(super) fn sift(
        &mut self,
        pace: &Pace,
        now: f64,
        (strokes, typed): (usize, Vec<egui::Event>),
    ) -> Vec<egui::Event> {
        if strokes == 0 {
            return self.held.alone(now).map_or(Vec::new(), |press| vec![press.clone(), released(press)]);
        }
        self.held.forget();
        if strokes > 1 || pace.gap < LOOKING_SECS || now < self.burst_until {
            self.burst_until = now + PAUSE_SECS;
            return Vec::new();
        }
        let is_for_egui =
            |event: &egui::Event| matches!(event, egui::Event::Key { key, pressed: true, .. } if OF_EGUI.contains(key));
        if let Some(press) = typed.into_iter().find(is_for_egui) {
            self.held.press(now, press);
        }
        Vec::new()
    }

    /// Whether a key waits for what follows.
    pub(super) fn is_waiting(&self) -> bool {
        self.held.is_waiting()
    }
}

fn released(mut press: egui::Event) -> egui::Event {
    if let egui::Event::Key { pressed, .. } = &mut press {
        *pressed = false;
    }
    press
}

/// On a slow machine a frame is longer than what is between two keys.
fn pause(frame: f64) -> f64 {
    LOOKING_SECS.max(2.0 * frame)
}

/// How fast the last keys came, of those that came without a pause.
#[derive(Default)]
pub(super) struct Pace {
    times: VecDeque<f64>,
    /// Between the last keys and those before them, in seconds.
    gap: f64,
    /// How many keys came one after the other.
    run: usize,
}

impl Pace {
    /// Takes in so many keys of a frame; `now` and the length of the frame are in seconds.
    pub(super) fn add(&mut self, (now, frame): (f64, f64), strokes: usize) {
        if strokes == 0 {
            return;
        }
        self.gap = self.silence(now);
        if self.gap > LONG_RUN.1 {
            self.run = 0;
        }
        self.run += strokes;
        if self.gap > pause(frame) {
            self.times.clear();
        }
        let (most, _) = MACHINE[1];
        self.times.extend(std::iter::repeat_n(now, strokes.min(most)));
        self.times.drain(..self.times.len().saturating_sub(most));
    }

    /// Since the last key.
    fn silence(&self, now: f64) -> f64 {
        self.times.back().map_or(f64::INFINITY, |last| now - last)
    }

    /// How long the last so many keys took, where there are so many. On a slow machine many come in one frame, of this length.
    fn of_last(&self, keys: usize, frame: f64) -> Option<f64> {
        let first = self.times.iter().rev().nth(keys - 1)?;
        Some(self.times.back()? - first + frame)
    }

    /// Whether nobody types so fast.
    pub(super) fn is_machine(&self, frame: f64) -> bool {
        MACHINE.iter().any(|(keys, secs)| self.of_last(*keys, frame).is_some_and(|took| took <= *secs))
    }

    /// Whether the last key ends a run that is no hand's.
    pub(super) fn is_long(&self) -> bool {
        self.run > LONG_RUN.0
    }

    fn is_hand(&self, frame: f64) -> bool {
        self.of_last(HAND.0, frame).is_some_and(|took| took > HAND.1 + frame)
    }
}

/// Keys on their way to a text that somebody types: they wait until it shows whether a hand presses them.
#[derive(Default)]
pub(super) struct TypedKeys {
    waiting: Vec<egui::Event>,
    typist: Typist,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Typist {
    #[default]
    Unknown,
    Hand,
    Machine,
}

impl TypedKeys {
    /// What a hand has typed. `strokes` keys of this frame are in `pace`; those that are for the text are `typed`.
    pub(super) fn sift(
        &mut self,
        pace: &Pace,
        (now, frame): (f64, f64),
        (strokes, mut typed): (usize, Vec<egui::Event>),
    ) -> Vec<egui::Event> {
        let pause = if self.typist == Typist::Machine { PAUSE_SECS } else { pause(frame) };
        let gap = if strokes > 0 { pace.gap } else { pace.silence(now) };
        let mut by_hand = Vec::new();
        if gap > pause {
            by_hand.append(&mut self.waiting);
            self.typist = Typist::Unknown;
        }
        if strokes > 0 && pace.is_machine(frame) {
            self.typist = Typist::Machine;
        } else if self.typist == Typist::Unknown && pace.is_hand(frame) {
            self.typist = Typist::Hand;
        }
        match self.typist {
            Typist::Machine => self.waiting.clear(),
            Typist::Unknown => self.waiting.append(&mut typed),
            Typist::Hand => {
                by_hand.append(&mut self.waiting);
                by_hand.append(&mut typed);
            }
        }
        by_hand
    }

    /// Whether keys wait for what follows.
    pub(super) fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }
}
