//! Welcome: nobody is here yet. All languages greet, whatever the last patient chose.

use crate::session::Input;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, lobby};
use crate::ui::status::status_ui;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, say};
use egui::Ui;

/// Draws it.
pub fn welcome(ui: &mut Ui, scene: &Scene<'_>) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Phone, not_me: false, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let (theme, strings) = (scene.theme, scene.strings);
        say(ui, theme.strong(Size::Display), Theme::PAPER, strings.text("welcome-title"));
        say(ui, theme.font(Size::Heading), Theme::PAPER, strings.text("welcome-lead"));
        ui.add_space(theme.mm(5.0));
        for other in scene.languages.iter().filter(|other| other.language() != strings.language()) {
            say(ui, theme.strong(Size::Heading), Theme::QUIET, other.text("welcome-title"));
            say(ui, theme.font(Size::Body), Theme::QUIET, other.text("welcome-lead"));
        }
        ui.add_space(theme.mm(9.0));
        let width = ui.available_width().min(theme.mm(120.0));
        let start = strings.text("welcome-start");
        let started = Button::new(theme, Weight::Primary, &start).tall().icon(Icon::Phone).width(width).show(ui);
        ui.add_space(theme.mm(3.0));
        say(ui, theme.font(Size::Body), Theme::QUIET, strings.text("welcome-help"));
        ui.add_space(theme.mm(7.0));
        status_ui(ui, scene);
        let mut input = started.then_some(Input::StartTouched);
        ui.add_space(theme.mm(3.0));
        let staff = strings.text("welcome-staff");
        input = input.or(Button::new(theme, Weight::Secondary, &staff).show(ui).then_some(Input::StaffTouched));
        input
    })
}
