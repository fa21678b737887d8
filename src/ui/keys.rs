//! Keys on the glass for a text: digits first, letters and signs behind a switch. A passcode may be any text.

use super::icons::Icon;
use super::strings::Strings;
use super::theme::Theme;
use super::widgets::{Button, Weight};
use egui::Ui;

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

/// Draws the keys; at most one is touched in a frame.
pub fn keys_ui(ui: &mut Ui, strings: &Strings, theme: &Theme, layer: &mut Layer) -> Option<Key> {
    let (mut touched, mut next) = (None, *layer);
    let (full, gap) = (ui.available_width(), theme.mm(1.6));
    let longest = layer.rows().iter().map(|row| row.chars().count()).max().unwrap_or(1);
    let side = (full - gap * (longest as f32 - 1.0)) / longest as f32;
    // Erasing and the switches are as wide as two keys of letters.
    let wide = (full - 4.0 * gap) / 5.0;
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(gap, gap);
        for (number, row) in layer.rows().into_iter().enumerate() {
            ui.horizontal(|ui| {
                if number == 3 {
                    for (leads_to, id) in layer.switches() {
                        if key_button(ui, theme, &strings.text(id), wide, None) {
                            next = leads_to;
                        }
                    }
                }
                for letter in row.chars() {
                    let words = if letter == ' ' { strings.text("keys-space") } else { letter.to_string() };
                    let width = match (*layer, number) {
                        (Layer::Digits | Layer::Small | Layer::Capital, 3) => full - 3.0 * wide - 3.0 * gap,
                        (Layer::Signs, 3) => (full - 3.0 * wide - 6.0 * gap) / 4.0,
                        _ => side,
                    };
                    if key_button(ui, theme, &words, width, None) {
                        touched = Some(Key::Letter(letter));
                    }
                }
                if number == 3 && key_button(ui, theme, &strings.text("keys-erase"), wide, Some(Icon::Erase)) {
                    touched = Some(Key::Erase);
                }
            });
        }
    });
    *layer = next;
    touched
}

fn key_button(ui: &mut Ui, theme: &Theme, words: &str, width: f32, icon: Option<Icon>) -> bool {
    let button = Button::new(theme, Weight::Secondary, words).width(width);
    icon.into_iter().fold(button, Button::icon).show(ui)
}
