//! What is said beside letters that the fonts cannot draw, wherever somebody decides by them (note 33).

use crate::text::is_drawn_whole;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{picture, say};
use egui::Ui;

/// Says that letters are written out, where one of these texts has some.
pub fn letters_ui<'a>(ui: &mut Ui, scene: &Scene<'_>, texts: impl IntoIterator<Item = &'a str>) {
    if !texts.into_iter().all(is_drawn_whole) {
        written_out_ui(ui, scene);
    }
}

/// Says that letters are written out.
pub(super) fn written_out_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let theme = scene.theme;
    ui.horizontal(|ui| {
        picture(ui, Icon::Warning, theme.mm(4.6), Theme::WARN.text);
        say(ui, theme.strong(Size::Small), Theme::WARN, scene.strings.text("letters-written-out"));
    });
}
