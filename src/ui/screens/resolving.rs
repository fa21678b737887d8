//! The share is being fetched, opened and verified.

use crate::session::{Event, Resolving};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::waiting_dots;
use egui::Ui;

/// Draws it.
pub fn resolving(ui: &mut Ui, scene: &Scene<'_>, resolving: &Resolving) -> Option<Event> {
    let (picture, title) =
        if resolving.card { (Icon::Card, "resolving-title-card") } else { (Icon::Phone, "resolving-title-link") };
    let page = Page { step: 0, picture, leave: Some(("start-over", Event::CancelTouched)) };
    lobby(ui, scene, page, |ui, theme| {
        reading_ui(ui, scene, theme, title);
        None
    })
}

/// What goes on, and that it goes on.
pub(super) fn reading_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, title: &str) {
    heading(ui, theme, scene.strings.text(title), scene.strings.text("resolving-lead"));
    waiting_dots(ui, theme);
}
