//! The patient chose not to share.

use crate::session::Input;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::{Button, Weight, disc};
use egui::Ui;

/// Draws it.
pub fn declined(ui: &mut Ui, scene: &Scene<'_>) -> Option<Input> {
    let page = Page { step: 1, picture: Icon::Shield, not_me: false, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        disc(ui, Icon::Check, theme.mm(22.0), Theme::CHOSEN);
        ui.add_space(theme.mm(4.0));
        heading(ui, theme, scene.strings.text("declined-title"), scene.strings.text("declined-lead"));
        let done = scene.strings.text("button-done");
        let width = theme.mm(70.0);
        Button::new(theme, Weight::Primary, &done).tall().width(width).show(ui).then_some(Input::DoneTouched)
    })
}
