//! Keys on the glass for a text: digits first, letters and signs behind a switch. A passcode may be any text.

use super::strings::Strings;
use super::theme::Theme;
use super::widgets::{Button, Weight};
use crate::session::KeyLayer;
use egui::{Ui, vec2};

/// What was touched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, digit, sign or space.
    Letter(char),
    /// Take back the last one.
    Erase,
    /// Bring out other keys.
    Switch(KeyLayer),
}

/// Four rows that fill the same place; the last two leave room for erasing and for the switches.
const fn rows(layer: KeyLayer) -> [&'static str; 4] {
    match layer {
        KeyLayer::Digits => ["123", "456", "789", "0"],
        KeyLayer::Small => ["qwertyuiop", "asdfghjkl", "zxcvbnm", " "],
        KeyLayer::Capital => ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", " "],
        KeyLayer::Signs => ["-_.,:;!?@#", "$%&*+=/\\()", "'\u{22}<>[]{}", "|^~`"],
    }
}

/// The other layers that a switch leads to, with the ids of their words.
const fn switches(layer: KeyLayer) -> [(KeyLayer, &'static str); 2] {
    match layer {
        KeyLayer::Digits => [(KeyLayer::Small, "keys-letters"), (KeyLayer::Signs, "keys-signs")],
        KeyLayer::Small => [(KeyLayer::Digits, "keys-digits"), (KeyLayer::Capital, "keys-capitals")],
        KeyLayer::Capital => [(KeyLayer::Digits, "keys-digits"), (KeyLayer::Small, "keys-small")],
        KeyLayer::Signs => [(KeyLayer::Digits, "keys-digits"), (KeyLayer::Small, "keys-letters")],
    }
}

/// Draws the keys, this high; at most one is touched in a frame.
pub fn keys_ui(ui: &mut Ui, strings: &Strings, theme: &Theme, height: f32, layer: KeyLayer) -> Option<Key> {
    let mut touched = None;
    let (full, gap) = (ui.available_width(), theme.mm(1.6));
    let longest = rows(layer).iter().map(|row| row.chars().count()).max().unwrap_or(1);
    let side = (full - gap * (longest as f32 - 1.0)) / longest as f32;
    // Erasing and the switches are as wide as two keys of letters.
    let wide = (full - 4.0 * gap) / 5.0;
    let key = |ui: &mut Ui, words: &str, width: f32| {
        Button::new(theme, Weight::Secondary, words).size(vec2(width, height)).show(ui)
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, gap);
        let [first, second, third, last] = rows(layer);
        for row in [first, second, third] {
            let keys = row.chars().count() as f32;
            ui.horizontal(|ui| {
                let indent = (full - keys * side - (keys - 1.0) * gap) / 2.0;
                if indent > gap {
                    ui.add_space(indent);
                }
                for letter in row.chars() {
                    if key(ui, letter.encode_utf8(&mut [0; 4]), side) {
                        touched = Some(Key::Letter(letter));
                    }
                }
            });
        }
        ui.horizontal(|ui| {
            for (leads_to, id) in switches(layer) {
                if key(ui, &strings.text(id), wide) {
                    touched = Some(Key::Switch(leads_to));
                }
            }
            let keys = last.chars().count() as f32;
            let width = (full - 3.0 * wide - (keys + 2.0) * gap) / keys;
            for letter in last.chars() {
                let words = if letter == ' ' { strings.text("keys-space") } else { letter.to_string() };
                if key(ui, &words, width) {
                    touched = Some(Key::Letter(letter));
                }
            }
            if key(ui, &strings.text("keys-erase"), wide) {
                touched = Some(Key::Erase);
            }
        });
    });
    touched
}
