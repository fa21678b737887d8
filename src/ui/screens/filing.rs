//! What staff confirmed is being stored, then sent.

use crate::session::{Filing, Input};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::widgets::waiting_dots;
use egui::Ui;

/// Draws it.
pub fn filing(ui: &mut Ui, scene: &Scene<'_>, filing: &Filing) -> Option<Input> {
    let page = Page { step: 2, picture: Icon::Desk, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        let lead = if filing.number.is_some() { "filing-stored" } else { "filing-lead" };
        heading(ui, theme, scene.strings.text("filing-title"), scene.strings.text(lead));
        waiting_dots(ui, theme);
        None
    })
}
