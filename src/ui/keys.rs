//! Keys on the glass for a text: digits first, letters and signs behind a switch. A passcode may be any text.

use super::strings::Strings;
use super::theme::Theme;
use super::widgets::{Button, Weight};
use egui::{Ui, vec2};

/// Which keys are out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layer {
    /// Digits.
    #[default]
    Digits,
    /// Small letters.
    Small,
    /// Capital letters.
    Capital,
    /// Signs.
    Signs,
}

/// What was touched.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A letter, digit, sign or space.
    Letter(char),
    /// Take back the last one.
    Erase,
}

impl Layer {
    /// Four rows that fill the same place; the last two leave room for erasing and for the switches.
    const fn rows(self) -> [&'static str; 4] {
        match self {
            Layer::Digits => ["123", "456", "789", "0"],
            Layer::Small => ["qwertyuiop", "asdfghjkl", "zxcvbnm", " "],
            Layer::Capital => ["QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM", " "],
            Layer::Signs => ["-_.,:;!?@#", "$%&*+=/\\()", "'\u{22}<>[]{}", "|^~`"],
        }
    }

    /// The other layers that a switch leads to, with the ids of their words.
    const fn switches(self) -> [(Layer, &'static str); 2] {
        match self {
            Layer::Digits => [(Layer::Small, "keys-letters"), (Layer::Signs, "keys-signs")],
            Layer::Small => [(Layer::Digits, "keys-digits"), (Layer::Capital, "keys-capitals")],
            Layer::Capital => [(Layer::Digits, "keys-digits"), (Layer::Small, "keys-small")],
            Layer::Signs => [(Layer::Digits, "keys-digits"), (Layer::Small, "keys-letters")],
        }
    }
}

/// Draws the keys, this high; at most one is touched in a frame.
pub fn keys_ui(ui: &mut Ui, strings: &Strings, theme: &Theme, height: f32, layer: &mut Layer) -> Option<Key> {
    let (mut touched, mut next) = (None, *layer);
    let (full, gap) = (ui.available_width(), theme.mm(1.6));
    let longest = layer.rows().iter().map(|row| row.chars().count()).max().unwrap_or(1);
    let side = (full - gap * (longest as f32 - 1.0)) / longest as f32;
    // Erasing and the switches are as wide as two keys of letters.
    let wide = (full - 4.0 * gap) / 5.0;
    let key = |ui: &mut Ui, words: &str, width: f32| {
        Button::new(theme, Weight::Secondary, words).size(vec2(width, height)).show(ui)
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = vec2(gap, gap);
        let [first, second, third, last] = layer.rows();
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
            for (leads_to, id) in layer.switches() {
                if key(ui, &strings.text(id), wide) {
                    next = leads_to;
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
    *layer = next;
    touched
}
