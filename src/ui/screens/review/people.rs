//! What must be said about the people of a share before anything is taken: records of others that are not here, a patient record
//! that is out of use, and each question that staff must confirm with the patient.

use super::letters::letters_ui;
use crate::intake::{Caution, Section};
use crate::reconciliation::PersonQuestion;
use crate::session::{ReviewInput, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, choice_card, mark, notice, say};
use egui::Ui;
use egui::accesskit::Role;

/// Draws it; nothing for a share about one person in one spelling.
pub fn people_ui(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) -> Option<ReviewInput> {
    let (theme, strings, review) = (scene.theme, scene.strings, &reviewing.reconciliation);
    let intake = review.intake();
    let is_out_of_use = |section| review.section(section).any(|item| item.cautions.contains(&Caution::OutOfUse));
    if is_out_of_use(Section::Demographics) {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text(Caution::OutOfUse.text_id()));
    }
    if intake.left_out > 0 {
        notice(ui, theme, Theme::WARN, Icon::Warning, &strings.count("people-left-out", intake.left_out));
    }
    let mut input = None;
    if reviewing.is_one_of_several() {
        let another = strings.text("people-another");
        input = Button::new(theme, Weight::Secondary, &another).show(ui).then_some(ReviewInput::PersonLeft);
    }
    for question in review.person_questions() {
        let words = match question {
            PersonQuestion::OtherSpelling(spelling) => {
                let other =
                    intake.spellings.get(spelling).map(|person| person.name.reveal().as_str()).unwrap_or_default();
                let values = [("name", intake.person.name.reveal().as_str()), ("other", other)];
                strings.text_with("people-other-spelling", &values)
            }
            PersonQuestion::NoPatient => strings.text("people-no-patient"),
        };
        let (chosen, enabled) = (review.is_confirmed(question), review.can_answer(question));
        let touched = choice_card(ui, theme, Choice { role: Role::CheckBox, label: &words, chosen, enabled }, |ui| {
            ui.horizontal(|ui| {
                mark(ui, theme, Role::CheckBox, chosen);
                ui.vertical(|ui| {
                    say(ui, theme.strong(Size::Body), Theme::CARD, words.as_str());
                    letters_ui(ui, scene, [words.as_str()]);
                    if !enabled {
                        say(ui, theme.font(Size::Small), Theme::WARN, strings.text("people-chart-first"));
                    }
                });
            });
        });
        input = input.or(touched.then_some(ReviewInput::PersonConfirmed(question)));
    }
    input
}
