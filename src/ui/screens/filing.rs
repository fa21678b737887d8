//! What staff confirmed is being stored, then sent; or a form is being kept without a chart.

use crate::session::{Filing, Input};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::widgets::waiting_dots;
use egui::Ui;

/// Draws it.
pub fn filing(ui: &mut Ui, scene: &Scene<'_>, filing: &Filing) -> Option<Input> {
    let lead = if filing.number.is_some() { "filing-stored" } else { "filing-lead" };
    waiting(ui, scene, ("filing-title", lead))
}

/// Draws that a form is being kept.
pub fn keeping(ui: &mut Ui, scene: &Scene<'_>) -> Option<Input> {
    waiting(ui, scene, ("keeping-title", "keeping-lead"))
}

fn waiting(ui: &mut Ui, scene: &Scene<'_>, (title, lead): (&str, &str)) -> Option<Input> {
    let page = Page { step: 2, picture: Icon::Desk, not_me: true, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let theme = scene.theme;
        heading(ui, theme, scene.strings.text(title), scene.strings.text(lead));
        waiting_dots(ui, theme);
        None
    })
}
