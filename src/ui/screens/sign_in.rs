//! The patient agreed and goes to the desk; staff sign in with a PIN. Digits are counted here and never shown.

use crate::session::{AwaitingStaff, Input, PinRefusal, SignInFor};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, say};
use egui::accesskit::Role;
use egui::{Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// Draws it.
pub fn sign_in(ui: &mut Ui, scene: &Scene<'_>, awaiting: &AwaitingStaff) -> Option<Input> {
    let not_me = matches!(awaiting.purpose, SignInFor::Review(_));
    let page = Page { step: 2, picture: Icon::Desk, not_me, leave: Some(("start-over", Input::CancelTouched)) };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        let (title, lead) = match awaiting.purpose {
            SignInFor::Review(_) => ("sign-in-title", "sign-in-lead"),
            SignInFor::Queue => ("sign-in-queue-title", "sign-in-queue-lead"),
        };
        heading(ui, theme, scene.strings.text(title), scene.strings.text(lead));
        ui.set_max_width(ui.available_width().min(theme.mm(110.0)));
        card(ui, theme, Theme::CARD, |ui| pad_ui(ui, scene, awaiting))
    })
}

fn pad_ui(ui: &mut Ui, scene: &Scene<'_>, awaiting: &AwaitingStaff) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    say(ui, theme.strong(Size::Body), Theme::CARD, strings.text("sign-in-staff"));
    let digits = awaiting.pin.reveal().chars().count();
    dots_ui(ui, theme, digits, &strings.count("sign-in-digits", digits));
    match awaiting.refusal {
        _ if awaiting.checking => say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text("sign-in-checking")),
        Some(PinRefusal::Wrong) => say(ui, theme.strong(Size::Small), Theme::BAD, strings.text("pin-wrong")),
        Some(PinRefusal::Busy) => say(ui, theme.strong(Size::Small), Theme::BAD, strings.text("pin-busy")),
        Some(PinRefusal::Locked) => say(ui, theme.strong(Size::Small), Theme::BAD, strings.text("pin-locked")),
        None => say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text("sign-in-pin")),
    };
    keys_ui(ui, scene, awaiting)
}

fn dots_ui(ui: &mut Ui, theme: &Theme, digits: usize, words: &str) {
    let shown = AwaitingStaff::PIN_DIGITS;
    let step = theme.mm(8.0);
    let (rect, response) = ui.allocate_exact_size(vec2(step * shown as f32, theme.mm(7.0)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    for number in 0..shown {
        let centre = pos2(rect.left() + step * (number as f32 + 0.5), rect.center().y);
        if number < digits {
            ui.painter().circle_filled(centre, theme.mm(2.6), Theme::PRIMARY.fill);
        } else {
            ui.painter().circle_stroke(centre, theme.mm(2.3), Stroke::new(theme.mm(0.4), Theme::EDGE));
        }
    }
}

fn keys_ui(ui: &mut Ui, scene: &Scene<'_>, awaiting: &AwaitingStaff) -> Option<Input> {
    let theme = scene.theme;
    let open = !awaiting.checking;
    let erase = scene.strings.text("sign-in-erase");
    let width = (ui.available_width() - 2.0 * theme.gap()) / 3.0;
    let mut input = None;
    for row in
        [[Some(1), Some(2), Some(3)], [Some(4), Some(5), Some(6)], [Some(7), Some(8), Some(9)], [None, Some(0), None]]
    {
        ui.horizontal(|ui| {
            for (column, digit) in row.into_iter().enumerate() {
                let words = digit.map_or_else(|| erase.clone(), |digit: u8| digit.to_string());
                let key = Button::new(theme, Weight::Secondary, &words).tall().width(width).enabled(open);
                match (digit, column) {
                    (Some(digit), _) => {
                        if key.show(ui) {
                            input = Some(Input::PinDigit(digit));
                        }
                    }
                    (None, 0) => ui.add_space(width + theme.gap()),
                    (None, _) => {
                        if key.icon(Icon::Erase).show(ui) {
                            input = Some(Input::PinErased);
                        }
                    }
                }
            }
        });
    }
    input
}
