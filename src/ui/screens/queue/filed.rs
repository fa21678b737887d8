//! What was filed of a check-in, record by record, as the EHR has it now: what staff tick is undone, the rest says why it is not from
//! here. Nothing is ticked before they do.

use crate::delivery::{Offer, UndoBy, UndoRow};
use crate::fhir::RecordType;
use crate::sensitive::Sensitive;
use crate::session::{FactsPage, Input, UndoForm};
use crate::text::said::label_in;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::screens::review::letters_ui;
use crate::ui::theme::{Size, Theme, Tone};
use crate::ui::widgets::{Button, Choice, Weight, choice_card, mark, notice, picture, say};
use egui::Ui;
use egui::accesskit::Role;

/// Draws it under whose it is.
pub fn filed_ui(ui: &mut Ui, scene: &Scene<'_>, form: &UndoForm) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    if let Some(withdrawn) = &form.receipt().withdrawn {
        let time = withdrawn.at.to_string();
        let words = strings.text_with("undo-withdrawn", &[("time", &time), ("who", &withdrawn.by)]);
        say(ui, theme.font(Size::Body), Theme::CARD, words);
    }
    let rows = form.rows();
    let offered = rows.iter().any(|row| matches!(row.offer, Offer::Step(_)));
    let left = rows.iter().filter(|row| !matches!(row.offer, Offer::Undone(_))).count();
    let lead = match (rows.is_empty(), offered) {
        (true, _) => strings.text("undo-nothing-filed"),
        (false, true) => strings.text("undo-lead"),
        (false, false) => strings.count("undo-left", left),
    };
    say(ui, theme.font(Size::Body), Theme::CARD, lead);
    let mut input = None;
    for (place, row) in rows.iter().enumerate() {
        input = row_ui(ui, scene, (place, row), form.is_ticked(place)).or(input);
        ui.add_space(theme.mm(1.0));
    }
    if offered {
        let undo = strings.count("undo-confirm", form.ticked());
        let button = Button::new(theme, Weight::Primary, &undo).enabled(form.ticked() > 0);
        input = button.show(ui).then_some(Input::UndoConfirmed).or(input);
    }
    facts_ui(ui, scene, &form.facts).or(input)
}

/// A record that can be undone from here is a tick; any other says how it stands.
fn row_ui(ui: &mut Ui, scene: &Scene<'_>, (place, row): (usize, &UndoRow), ticked: bool) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    let title = row.title.as_ref().map_or_else(|| strings.text("undo-untitled"), |title| title.reveal().clone());
    let name = match row.kind {
        Some(kind) if row.title.is_none() => kind.word().to_owned(),
        Some(kind) => format!("{title} ({kind})"),
        None if row.target.is_empty() => title,
        None => row.target.clone(),
    };
    match &row.offer {
        Offer::Step(step) => {
            let doing = doing_words(scene, (step.kind, &step.by), &row.before);
            let label = format!("{name}: {doing}");
            let choice = Choice { role: Role::CheckBox, label: &label, chosen: ticked, enabled: true };
            let touched = choice_card(ui, theme, choice, |ui| {
                ui.horizontal(|ui| {
                    mark(ui, theme, Role::CheckBox, ticked);
                    ui.vertical(|ui| {
                        say(ui, theme.strong(Size::Body), Theme::CARD, name.as_str());
                        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, doing.as_str());
                        letters_ui(ui, scene, [name.as_str()]);
                    });
                });
            });
            touched.then_some(Input::UndoToggled(place))
        }
        Offer::Undone(result) => stands_ui(ui, scene, (Icon::Check, Theme::CARD_QUIET), &name, result.text_id()),
        Offer::ByHand(why) => stands_ui(ui, scene, (Icon::Person, Theme::BAD), &name, why.text_id()),
        Offer::Unread => stands_ui(ui, scene, (Icon::Clock, Theme::BAD), &name, "undo-unread"),
    }
}

fn stands_ui(ui: &mut Ui, scene: &Scene<'_>, (icon, tone): (Icon, Tone), name: &str, id: &str) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    ui.horizontal(|ui| {
        picture(ui, icon, theme.mm(6.0), tone.text);
        ui.vertical(|ui| {
            say(ui, theme.strong(Size::Body), Theme::CARD, name);
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text(id));
            letters_ui(ui, scene, [name]);
        });
    });
    None
}

fn doing_words(
    scene: &Scene<'_>,
    (kind, by): (RecordType, &UndoBy),
    before: &[(String, Option<Sensitive<String>>)],
) -> String {
    let strings = scene.strings;
    match by {
        UndoBy::Mark { .. } if kind == RecordType::Patient => strings.text("undo-do-inactive"),
        UndoBy::Mark { .. } => strings.text("undo-do-mark"),
        UndoBy::Delete { .. } => strings.text("undo-do-delete"),
        UndoBy::SetBack(_) => {
            let each = before.iter().map(|(element, said)| {
                let element = label_in(strings.language(), element.rsplit('.').next().unwrap_or_default());
                match said {
                    Some(said) => {
                        strings.text_with("undo-do-set-back", &[("element", &element), ("value", said.reveal())])
                    }
                    None => strings.text_with("undo-do-set-back-nothing", &[("element", &element)]),
                }
            });
            each.collect::<Vec<_>>().join("; ")
        }
    }
}

fn facts_ui(ui: &mut Ui, scene: &Scene<'_>, facts: &FactsPage) -> Option<Input> {
    let (theme, strings) = (scene.theme, scene.strings);
    match facts {
        FactsPage::NotAsked => {
            let words = strings.text("undo-facts");
            let asked = Button::new(theme, Weight::Secondary, &words).icon(Icon::Printer).show(ui);
            asked.then_some(Input::BreachFactsTouched)
        }
        FactsPage::Asked => {
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, strings.text("undo-facts-asked"));
            None
        }
        FactsPage::Written(name) => {
            let words = strings.text_with("undo-facts-written", &[("name", name)]);
            notice(ui, theme, Theme::PLAIN, Icon::Check, &words);
            None
        }
        FactsPage::Failed => {
            notice(ui, theme, Theme::WARN, Icon::Warning, &strings.text("undo-facts-failed"));
            None
        }
    }
}
