//! Personal details and insurance beside the chart, field by field: keep, take, or type another value. Keep stands until
//! somebody decides.

use super::before::said_before;
use super::letters::letters_ui;
use crate::intake::IntakeItem;
use crate::reconciliation::{ChosenChart, FieldDecision, FieldRow, Reconciliation};
use crate::sensitive::Sensitive;
use crate::session::ReviewInput;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, card, choice_card, mark, notice, picture, say};
use egui::accesskit::Role;
use egui::{Align, Layout, Ui, vec2};

/// Draws the card; `only_open` leaves out what agrees, and what was decided before.
pub fn fields_ui(ui: &mut Ui, scene: &Scene<'_>, chosen: &ChosenChart, only_open: bool) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let (mut differing, same): (Vec<&FieldRow>, Vec<&FieldRow>) = chosen.fields().iter().partition(is_shown);
    differing.retain(|row| !only_open || is_open(row));
    let mut input = None;
    card(ui, theme, Theme::CARD, |ui| {
        ui.spacing_mut().item_spacing.y = theme.mm(1.6);
        let agreeing = same.iter().filter(|row| row.agrees).map(|row| strings.text(row.field.text_id()));
        let agreeing = agreeing.collect::<Vec<_>>().join(", ");
        if !agreeing.is_empty() && !only_open {
            ui.horizontal(|ui| {
                picture(ui, Icon::Check, theme.mm(4.6), Theme::GOOD.text);
                let words = strings.text_with("fields-same", &[("fields", &agreeing)]);
                say(ui, theme.font(Size::Small), Theme::CARD, words);
            });
        }
        if !differing.is_empty() {
            heads_ui(ui, scene);
        }
        for row in differing {
            let doubted = chosen.decisions().doubted_field() == Some(row.field);
            input = input.take().or(row_ui(ui, scene, row, doubted));
        }
    });
    input
}

/// Whether a field is left when what agrees and what was decided before is not shown.
pub fn any_field_is_open(chosen: &ChosenChart) -> bool {
    chosen.fields().iter().any(is_open)
}

fn is_open(row: &FieldRow) -> bool {
    is_shown(&row) && (row.before.is_none() || row.decision.is_some())
}

fn is_shown(row: &&FieldRow) -> bool {
    row.differs() || !row.is_kept()
}

fn row_ui(ui: &mut Ui, scene: &Scene<'_>, row: &FieldRow, doubted: bool) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let name = strings.text(row.field.text_id());
    let (take, takes) = match &row.decision {
        Some(FieldDecision::Typed(typed)) => ("fields-typed", Some(typed)),
        None | Some(FieldDecision::Keep | FieldDecision::Take) => ("fields-take", row.shared.as_ref()),
    };
    let kept = row.is_kept();
    let sides = [("fields-keep", row.chart.as_ref(), kept), (take, takes, !kept)];
    let edit = row.field.can_be_typed().then(|| strings.text_with("fields-edit", &[("field", &name)]));
    let touched = sides_ui(ui, scene, &name, sides, edit.as_deref());
    letters_ui(ui, scene, [row.chart.as_ref(), takes].into_iter().flatten().map(|value| value.reveal().as_str()));
    if let Some(before) = row.before.as_ref().filter(|_| row.decision.is_none()) {
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, said_before(scene, before));
    }
    if doubted {
        notice(ui, theme, Theme::BAD, Icon::Warning, &strings.text_with("fields-doubted", &[("field", &name)]));
    }
    touched.map(|side| match side {
        Side::Chart => ReviewInput::FieldDecided(row.field, FieldDecision::Keep),
        Side::Share => ReviewInput::FieldDecided(row.field, FieldDecision::Take),
        Side::Keys => ReviewInput::FieldOpened(row.field),
    })
}

/// The fields in which an insurance card differs from the chart's policy that it resembles.
pub fn policy_ui(ui: &mut Ui, scene: &Scene<'_>, review: &Reconciliation, item: &IntakeItem) -> Option<ReviewInput> {
    let theme = scene.theme;
    let rows = review.chosen().map_or(&[][..], |chosen| chosen.policy(item.id));
    let mut input = None;
    if !rows.is_empty() {
        card(ui, theme, Theme::CARD, |ui| {
            ui.spacing_mut().item_spacing.y = theme.mm(1.6);
            say(ui, theme.font(Size::Small), Theme::CARD, scene.strings.text("fields-policy"));
            heads_ui(ui, scene);
            for row in rows {
                let name = scene.strings.text(row.field.fact().text_id());
                let sides =
                    [("fields-keep", row.chart.as_ref(), !row.taken), ("fields-take", Some(&row.shared), row.taken)];
                let touched = sides_ui(ui, scene, &name, sides, None);
                let values = row.chart.as_ref().into_iter().chain([&row.shared]);
                letters_ui(ui, scene, values.map(|value| value.reveal().as_str()));
                let taken = touched.map(|side| ReviewInput::PolicyFieldTaken(item.id, row.field, side == Side::Share));
                input = input.take().or(taken);
            }
        });
    }
    input
}

/// What was touched of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Chart,
    Share,
    Keys,
}

/// The widths of a row, in this order: the field's word, the chart's value, the other one, the button for keys.
fn widths(ui: &Ui, theme: &Theme) -> [f32; 4] {
    let (word, keys, gap) = (theme.mm(25.0), theme.mm(24.0), theme.mm(1.6));
    let side = (ui.available_width() - word - keys - 3.0 * gap) / 2.0;
    [word, side, side, keys]
}

/// What stands in which column.
fn heads_ui(ui: &mut Ui, scene: &Scene<'_>) {
    let theme = scene.theme;
    let [word, chart, ..] = widths(ui, theme);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme.mm(1.6);
        ui.add_space(word + theme.mm(1.6));
        let drawn = say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.text("fields-chart"));
        ui.add_space(chart - drawn.rect.width());
        say(ui, theme.font(Size::Small), Theme::CARD_QUIET, scene.strings.text("fields-shared"));
    });
}

/// The chart's value and the other one side by side; one of them stands.
fn sides_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    name: &str,
    sides: [(&str, Option<&Sensitive<String>>, bool); 2],
    edit: Option<&str>,
) -> Option<Side> {
    let (theme, strings) = (scene.theme, scene.strings);
    let [word, width, _, keys] = widths(ui, theme);
    let mut touched = None;
    let row = vec2(ui.available_width(), theme.touch());
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.x = theme.mm(1.6);
        ui.allocate_ui_with_layout(vec2(word, theme.touch()), Layout::left_to_right(Align::Center), |ui| {
            ui.set_width(word);
            say(ui, theme.strong(Size::Small), Theme::CARD, name);
        });
        for (side, (id, value, chosen)) in [Side::Chart, Side::Share].into_iter().zip(sides) {
            let value = value.map_or_else(|| strings.text("fields-nothing"), |text| text.reveal().clone());
            let label = strings.text_with(id, &[("field", name), ("value", &value)]);
            let by_hand = (id == "fields-typed").then(|| strings.text("fields-by-hand"));
            ui.allocate_ui_with_layout(vec2(width, theme.touch()), Layout::top_down(Align::Min), |ui| {
                ui.set_width(width);
                let choice = Choice { role: Role::RadioButton, label: &label, chosen, enabled: true };
                if choice_card(ui, theme, choice, |ui| value_ui(ui, theme, by_hand.as_deref(), &value, chosen)) {
                    touched = Some(side);
                }
            });
        }
        let short = strings.text("fields-edit-short");
        let drawn = edit.map(|words| Button::new(theme, Weight::Secondary, &short).width(keys).named(words).show(ui));
        if drawn == Some(true) {
            touched = Some(Side::Keys);
        }
    });
    touched
}

fn value_ui(ui: &mut Ui, theme: &Theme, heading: Option<&str>, value: &str, chosen: bool) {
    ui.horizontal(|ui| {
        mark(ui, theme, Role::RadioButton, chosen);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            if let Some(heading) = heading {
                say(ui, theme.font(Size::Small), Theme::CARD_QUIET, heading);
            }
            say(ui, theme.font(Size::Small), Theme::CARD, value);
        });
    });
}
