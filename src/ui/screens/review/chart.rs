//! Whose chart it is: the candidates of the EHR with what differs, and a new record. A person chooses.

use crate::reconciliation::{ChartPatient, ChartSearch, Difference, PatientChoice, Reconciliation};
use crate::session::{Event, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Choice, choice_card, mark, notice, picture, say, waiting_dots};
use egui::accesskit::Role;
use egui::{Frame, Margin, Ui};

/// Draws the column.
pub fn chart_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, reviewing: &Reviewing) -> Option<Event> {
    let (strings, review) = (scene.strings, &reviewing.reconciliation);
    say(ui, theme.strong(Size::Heading), Theme::PAPER, strings.text("chart-title"));
    say(ui, theme.font(Size::Small), Theme::QUIET, strings.text("chart-lead"));
    let (candidates, new_patients): (&[ChartPatient], bool) = match review.chart() {
        ChartSearch::Searching => {
            say(ui, theme.font(Size::Body), Theme::PAPER, strings.text("chart-searching"));
            waiting_dots(ui, theme);
            (&[], false)
        }
        ChartSearch::Found { candidates, new_patients } => {
            if candidates.is_empty() {
                notice(ui, theme, Theme::PLAIN, Icon::Person, &strings.text("chart-none"));
            }
            (candidates, *new_patients)
        }
        ChartSearch::Unavailable { new_patients } => {
            let id = if *new_patients { "chart-unavailable" } else { "chart-unavailable-closed" };
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text(id));
            (&[], *new_patients)
        }
    };
    let mut choice = None;
    for candidate in candidates {
        if candidate_ui(ui, scene, theme, reviewing, candidate) {
            choice = Some(PatientChoice::Existing(candidate.id.clone()));
        }
    }
    if new_patients && new_patient_ui(ui, scene, theme, review) {
        choice = Some(PatientChoice::New);
    }
    choice.map(Event::PatientChosen)
}

fn candidate_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    theme: &Theme,
    reviewing: &Reviewing,
    candidate: &ChartPatient,
) -> bool {
    let (strings, name, review) = (scene.strings, candidate.name.reveal().as_str(), &reviewing.reconciliation);
    let doubted = reviewing.doubted.as_ref() == Some(&candidate.id);
    let other_name = reviewing.bears_another_name(&candidate.id);
    let chosen = matches!(review.patient(), Some(PatientChoice::Existing(id)) if *id == candidate.id);
    let (label, born) = match candidate.birth_date() {
        Some(date) => (
            strings.text_with("chart-candidate", &[("name", name), ("date", date)]),
            strings.text_with("chart-born", &[("date", date)]),
        ),
        None => (strings.text_with("chart-candidate-undated", &[("name", name)]), strings.text("chart-no-birth-date")),
    };
    let choice = Choice { role: Role::RadioButton, label: &label, chosen, enabled: true };
    choice_card(ui, theme, choice, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        ui.horizontal(|ui| {
            mark(ui, theme, Role::RadioButton, chosen);
            say(ui, theme.strong(Size::Body), Theme::CARD, name);
        });
        let records = candidate.identifiers.iter();
        let records = records.map(|number| strings.text_with("chart-record", &[("number", number.reveal())]));
        for line in std::iter::once(born).chain(records) {
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, line);
        }
        if doubted {
            notice(ui, theme, Theme::BAD, Icon::Warning, &strings.text("chart-other-name"));
        }
        differences_ui(ui, scene, theme, other_name, &review.differences(candidate));
    })
}

fn differences_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, other_name: bool, differences: &[Difference]) {
    let strings = scene.strings;
    if differences.is_empty() && !other_name {
        ui.horizontal(|ui| {
            picture(ui, Icon::Check, theme.mm(4.6), Theme::GOOD.text);
            say(ui, theme.font(Size::Small), Theme::CARD, strings.text("chart-same"));
        });
        return;
    }
    let frame =
        Frame::new().fill(Theme::WARN.fill).corner_radius(theme.mm(2.4)).inner_margin(Margin::from(theme.mm(2.6)));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = theme.mm(1.0);
        say(
            ui,
            theme.strong(Size::Small),
            Theme::WARN,
            strings.count("chart-differs", differences.len() + usize::from(other_name)),
        );
        if other_name {
            say(ui, theme.strong(Size::Small), Theme::WARN, strings.text("chart-name-differs"));
        }
        for difference in differences {
            say(ui, theme.strong(Size::Small), Theme::WARN, strings.text(difference.field.text_id()));
            ui.columns(2, |sides| {
                let texts = [("chart-shared", &difference.shared), ("chart-chart", &difference.chart)];
                for (side, (id, text)) in sides.iter_mut().zip(texts) {
                    let line = format!("{}: {}", strings.text(id), text.reveal());
                    side.vertical(|ui| say(ui, theme.font(Size::Small), Theme::WARN, line));
                }
            });
        }
    });
}

fn new_patient_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, review: &Reconciliation) -> bool {
    let words = scene.strings.text("chart-new");
    let chosen = review.patient() == Some(&PatientChoice::New);
    choice_card(ui, theme, Choice { role: Role::RadioButton, label: &words, chosen, enabled: true }, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.4);
        ui.horizontal(|ui| {
            mark(ui, theme, Role::RadioButton, chosen);
            picture(ui, Icon::NewPerson, theme.mm(6.4), Theme::CARD.text);
            say(ui, theme.strong(Size::Body), Theme::CARD, words.as_str());
        });
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.text("chart-new-lead"));
    })
}
