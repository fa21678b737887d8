//! The share is about several people: staff pick one. Names and birth dates, and nothing of anybody's records.

use super::review::{covered_ui, letters_ui};
use crate::intake::Intake;
use crate::session::{ChoosingPerson, Input};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, choice_card, picture, say};
use egui::accesskit::Role;
use egui::{ScrollArea, Ui, UiBuilder, vec2};

/// Draws it.
pub fn choosing(ui: &mut Ui, scene: &Scene<'_>, choosing: &ChoosingPerson) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    if scene.now.since(scene.session.since) >= scene.session.delays.covered {
        return covered_ui(ui, scene);
    }
    let people = &choosing.several.people;
    let inside = ui.max_rect().shrink2(vec2(theme.mm(12.0), theme.mm(8.0)));
    ui.scope_builder(UiBuilder::new().max_rect(inside), |ui| {
        say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.count("person-title", people.len()));
        say(ui, theme.font(Size::Body), Theme::PAPER, strings.text("person-lead"));
        ui.add_space(theme.mm(3.0));
        let close = strings.text("review-close");
        let mut input = None;
        ui.horizontal(|ui| {
            let wrong = strings.text("wrong-person-touch");
            input = Button::new(theme, Weight::Secondary, &close).show(ui).then_some(Input::CancelTouched);
            let touched = Button::new(theme, Weight::Secondary, &wrong).show(ui).then_some(Input::WrongPersonTouched);
            input = touched.or(input.take());
        });
        ui.add_space(theme.mm(3.0));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            for (place, form) in people.iter().enumerate() {
                input = person_ui(ui, scene, form).then_some(Input::PersonChosen(place)).or(input.take());
                ui.add_space(theme.mm(3.0));
            }
        });
        input
    })
    .inner
}

fn person_ui(ui: &mut Ui, scene: &Scene<'_>, form: &Intake) -> bool {
    let (theme, strings, person) = (scene.theme, scene.strings, &form.person);
    let name = Some(person.name.reveal().clone()).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| strings.text("person-nameless"));
    let born = match &person.birth_date {
        Some(date) => strings.text_with("review-born", &[("date", date.reveal())]),
        None => strings.text("person-undated"),
    };
    let label = format!("{name}, {born}");
    let choice = Choice { role: Role::Button, label: &label, chosen: false, enabled: true };
    choice_card(ui, theme, choice, |ui| {
        ui.horizontal(|ui| {
            picture(ui, Icon::Person, theme.mm(9.0), Theme::CARD.text);
            ui.vertical(|ui| {
                say(ui, theme.strong(Size::Body), Theme::CARD, name.as_str());
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, born.as_str());
                letters_ui(ui, scene, [name.as_str()]);
            });
        });
    })
}
