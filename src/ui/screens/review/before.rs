//! What was decided at an earlier visit: by whom, when, and the way to decide it anew.

use crate::intake::IntakeItem;
use crate::reconciliation::DecidedBefore;
use crate::ui::Scene;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, card, say};
use egui::{Align, Layout, Ui, vec2};

/// What was decided, by whom and when.
pub fn said_before(scene: &Scene<'_>, before: &DecidedBefore) -> String {
    scene.strings.text_with(before.decided.text_id(), &[("name", before.by.as_str()), ("day", before.day.as_str())])
}

/// What was decided at an earlier visit, on a quiet line, and the way to decide it anew.
pub fn before_ui(ui: &mut Ui, scene: &Scene<'_>, item: &IntakeItem, before: &DecidedBefore) -> bool {
    let theme = scene.theme;
    let again = scene.strings.text("before-again");
    let named = scene.strings.text_with("before-again-of", &[("title", item.title.reveal())]);
    card(ui, theme, Theme::CARD, |ui| {
        let row = vec2(ui.available_width(), theme.touch());
        ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
            let touched = Button::new(theme, Weight::Secondary, &again).named(&named).show(ui);
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                say(ui, theme.font(Size::Small), Theme::CARD, item.title.reveal().as_str());
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, said_before(scene, before));
            });
            touched
        })
        .inner
    })
}
