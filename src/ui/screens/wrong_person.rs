//! The wrong person's data is gone from the screen: what happened, and the next step.

use crate::session::{Input, WrongPerson};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::lobby::{Page, heading, lobby};
use crate::ui::theme::Theme;
use crate::ui::widgets::{Button, Weight, disc};
use egui::Ui;

/// Draws it.
pub fn wrong_person(ui: &mut Ui, scene: &Scene<'_>, wrong: &WrongPerson) -> Option<Input> {
    let page = Page { step: 0, picture: Icon::Desk, not_me: false, leave: None };
    lobby(ui, scene, page, |ui, scene| {
        let (theme, strings) = (scene.theme, scene.strings);
        disc(ui, Icon::Shield, theme.mm(20.0), Theme::CHOSEN);
        ui.add_space(theme.mm(3.0));
        let (title, lead) = match (&wrong.staff, &wrong.submission) {
            (None, None) => ("not-me-title", "not-me-lead"),
            (None, Some(_)) => ("not-me-title", "not-me-stopped"),
            (Some(_), None) => ("wrong-person-title", "wrong-person-nothing"),
            (Some(_), Some(_)) => ("wrong-person-title", "wrong-person-stopped"),
        };
        heading(ui, theme, strings.text(title), strings.text(lead));
        let to_list = if wrong.staff.is_some() { "wrong-person-to-list" } else { "wrong-person-sign-in" };
        let (done, to_list) = (strings.text("button-done"), strings.text(to_list));
        let weights = match wrong.submission {
            Some(_) => (Weight::Secondary, Weight::Primary),
            None => (Weight::Primary, Weight::Secondary),
        };
        let mut input = None;
        ui.horizontal_wrapped(|ui| {
            if Button::new(theme, weights.0, &done).tall().width(theme.mm(60.0)).show(ui) {
                input = Some(Input::DoneTouched);
            }
            if Button::new(theme, weights.1, &to_list).tall().show(ui) {
                input = Some(Input::StaffTouched);
            }
        });
        input
    })
}
