//! Nobody has touched the form for a while: nothing of it shows until somebody does.

use crate::session::{Input, ReviewInput};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::{Button, Weight, disc};
use egui::Ui;

/// Draws it.
pub fn covered_ui(ui: &mut Ui, scene: &Scene<'_>) -> Option<Input> {
    let page =
        Page { step: 2, picture: Icon::Desk, not_me: false, leave: Some(("review-close", Input::CancelTouched)) };
    lobby(ui, scene, page, |ui, scene| {
        let (theme, strings) = (scene.theme, scene.strings);
        disc(ui, Icon::Shield, theme.mm(20.0), Theme::CHOSEN);
        ui.add_space(theme.mm(3.0));
        heading(ui, theme, strings.text("covered-title"), strings.text("covered-lead"));
        let on = strings.text("covered-go-on");
        let touched = Button::new(theme, Weight::Primary, &on).tall().width(theme.mm(90.0)).show(ui);
        touched.then_some(Input::Review(ReviewInput::DeskTouched))
    })
}
