//! The code wants a passcode, which this version cannot take: where help is.

use crate::session::Event;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::{disc, notice};
use egui::Ui;

/// Draws it. What the sender calls the share is not shown here: it can name an illness.
pub fn passcode(ui: &mut Ui, scene: &Scene<'_>) -> Option<Event> {
    let page = Page { step: 0, picture: Icon::Phone, leave: Some(("start-over", Event::CancelTouched)) };
    lobby(ui, scene, page, |ui, theme| {
        disc(ui, Icon::Desk, theme.mm(22.0), Theme::CHOSEN);
        ui.add_space(theme.mm(4.0));
        heading(ui, theme, scene.strings.text("passcode-title"), scene.strings.text("passcode-lead"));
        notice(ui, theme, Theme::PLAIN, Icon::Phone, &scene.strings.text("passcode-other-way"));
        None
    })
}
