//! The share is being fetched, opened and verified.

use crate::session::{Input, Resolving};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::widgets::waiting_dots;
use egui::Ui;

/// Draws it.
pub fn resolving(ui: &mut Ui, scene: &Scene<'_>, resolving: &Resolving) -> Option<Input> {
    let (picture, title) =
        if resolving.card { (Icon::Card, "resolving-title-card") } else { (Icon::Phone, "resolving-title-link") };
    let page = Page { step: 0, picture, not_me: false, leave: Some(("start-over", Input::CancelTouched)) };
    lobby(ui, scene, page, |ui, scene| {
        reading_ui(ui, scene, title);
        None
    })
}

/// What goes on, and that it goes on.
pub(super) fn reading_ui(ui: &mut Ui, scene: &Scene<'_>, title: &str) {
    let theme = scene.theme;
    heading(ui, theme, scene.strings.text(title), scene.strings.text("resolving-lead"));
    waiting_dots(ui, theme);
}
