//! The code wants a passcode: what was typed, hidden unless the patient shows it, keys for a finger, and one button that opens.
//!
//! What the sender calls the share is not shown: it can name an illness. The number of tries left is the sender's word and is
//! said to be that.

use super::resolving::reading_ui;
use crate::health_link::Passcode;
use crate::sensitive::Sensitive;
use crate::session::{AskingPasscode, Input};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::keys::{Key, keys_ui};
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Button, Weight, galley, picture, say};
use egui::accesskit::Role;
use egui::{Align, Layout, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

/// What the page needs beside four rows of keys, in millimetres.
const BESIDE_KEYS: f32 = 96.0;

/// Draws it.
pub fn passcode(ui: &mut Ui, scene: &Scene<'_>, asking: &AskingPasscode) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Key, not_me: false, leave: Some(("start-over", Input::CancelTouched)) };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        if asking.sent {
            reading_ui(ui, scene, "passcode-checking");
            return None;
        }
        heading(ui, theme, scene.strings.text("passcode-title"), scene.strings.text("passcode-lead"));
        let shown = field_ui(ui, scene, asking);
        message_ui(ui, scene, asking);
        let spare = ui.clip_rect().height() - theme.mm(BESIDE_KEYS);
        let height = (spare / 4.0).clamp(theme.touch(), theme.mm(16.0));
        let key = keys_ui(ui, scene.strings, theme, height, asking.keys);
        let open = scene.strings.text("passcode-open");
        let full = ui.available_width();
        let ready = !asking.typed.reveal().is_empty();
        let opened = Button::new(theme, Weight::Primary, &open).tall().icon(Icon::Check).width(full).enabled(ready);
        match (opened.show(ui), key) {
            (true, _) => Some(Input::PasscodeSent),
            (_, Some(Key::Letter(letter))) => Some(Input::PasscodeTyped(Sensitive::new(String::from(letter)))),
            (_, Some(Key::Erase)) => Some(Input::PasscodeErased),
            (_, Some(Key::Switch(keys))) => Some(Input::PasscodeKeysSwitched(keys)),
            (_, None) => shown.then_some(Input::PasscodeShownToggled),
        }
    })
}

/// What was typed, and the button that shows or hides it; whether that was touched.
fn field_ui(ui: &mut Ui, scene: &Scene<'_>, asking: &AskingPasscode) -> bool {
    let (theme, strings, shown) = (scene.theme, scene.strings, asking.shown);
    let row = vec2(ui.available_width(), theme.mm(14.0));
    let row = ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let words = strings.text(if shown { "passcode-hide" } else { "passcode-show" });
        let touched = Button::new(theme, Weight::Secondary, &words).icon(Icon::Eye).width(theme.mm(42.0)).show(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), row.y), Sense::hover());
        let typed = asking.typed.reveal();
        let count = typed.chars().count();
        let spoken = if shown && count > 0 { typed.clone() } else { strings.count("passcode-typed", count) };
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let edge = Stroke::new(theme.mm(0.5), Theme::EDGE);
        ui.painter().rect(rect, theme.button_corner(), Theme::CARD.fill, edge, StrokeKind::Inside);
        let (words, tone) = match count {
            0 => (strings.text("passcode-empty"), Theme::CARD_QUIET),
            _ if shown => (typed.clone(), Theme::CARD),
            _ => ("•".repeat(count.min(Passcode::MAX_CHARS)), Theme::CARD),
        };
        let inside = rect.shrink2(vec2(theme.mm(4.0), 0.0));
        let text = galley(ui, theme.strong(Size::Heading), tone.text, &words, f32::INFINITY);
        // The end is what the next key changes.
        let left = inside.left().min(inside.right() - text.size().x);
        let start = pos2(left, rect.center().y - text.size().y / 2.0);
        ui.painter().with_clip_rect(inside).galley(start, text, tone.text);
        touched
    });
    row.inner
}

fn message_ui(ui: &mut Ui, scene: &Scene<'_>, asking: &AskingPasscode) {
    let (theme, strings) = (scene.theme, scene.strings);
    let (icon, tone, words): (Icon, Tone, String) = match asking.refusal {
        _ if asking.code_seen => (Icon::Warning, Theme::WARN, strings.text("passcode-code-seen")),
        Some(Some(tries)) => {
            let tries = usize::try_from(tries).unwrap_or_default();
            (Icon::Warning, Theme::BAD, strings.count("passcode-wrong-left", tries))
        }
        Some(None) => (Icon::Warning, Theme::BAD, strings.text("passcode-wrong")),
        None => (Icon::Desk, Theme::QUIET, strings.text("passcode-help")),
    };
    ui.horizontal(|ui| {
        ui.set_min_height(theme.mm(7.0));
        picture(ui, icon, theme.mm(6.0), tone.text);
        let font = if asking.refusal.is_some() { theme.strong(Size::Body) } else { theme.font(Size::Body) };
        say(ui, font, tone, words);
    });
}
