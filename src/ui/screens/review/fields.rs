//! Personal details beside the chart, field by field: keep, take, or type another value. Keep stands until somebody decides.

use crate::reconciliation::{FieldDecision, FieldRow, Reconciliation};
use crate::sensitive::Sensitive;
use crate::session::Event;
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Choice, Weight, card, choice_card, mark, notice, picture, say};
use egui::accesskit::Role;
use egui::{Align, Layout, Ui, vec2};

/// Draws the card; `only_open` leaves out what agrees.
pub fn fields_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    theme: &Theme,
    review: &Reconciliation,
    only_open: bool,
) -> Option<Event> {
    let strings = scene.strings;
    let rows = review.rows();
    let (differing, same): (Vec<&FieldRow>, Vec<&FieldRow>) = rows.iter().partition(is_shown);
    let mut event = None;
    if only_open && differing.is_empty() {
        return None;
    }
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
        for row in differing {
            let doubted = review.doubted_field() == Some(row.field);
            event = event.take().or(row_ui(ui, scene, theme, row, doubted));
        }
    });
    event
}

fn is_shown(row: &&FieldRow) -> bool {
    row.differs() || row.decision != FieldDecision::Keep
}

fn row_ui(ui: &mut Ui, scene: &Scene<'_>, theme: &Theme, row: &FieldRow, doubted: bool) -> Option<Event> {
    let strings = scene.strings;
    let name = strings.text(row.field.text_id());
    let nothing = strings.text("fields-nothing");
    let text =
        |side: &Option<Sensitive<String>>| side.as_ref().map_or_else(|| nothing.clone(), |text| text.reveal().clone());
    let (take, takes) = match &row.decision {
        FieldDecision::Typed(typed) => ("fields-typed", typed.reveal().clone()),
        FieldDecision::Keep | FieldDecision::Take => ("fields-take", text(&row.shared)),
    };
    let kept = row.decision == FieldDecision::Keep;
    let mut event = None;
    say(ui, theme.strong(Size::Small), Theme::CARD, name.as_str());
    let (full, gap, edit) = (ui.available_width(), theme.mm(1.6), theme.mm(27.0));
    let side = (full - edit - 2.0 * gap) / 2.0;
    let row_layout = Layout::left_to_right(Align::Min);
    ui.allocate_ui_with_layout(vec2(full, theme.touch()), row_layout, |ui| {
        ui.spacing_mut().item_spacing.x = gap;
        let choice = |ui: &mut Ui, id: &str, value: &str, chosen: bool| {
            let label = strings.text_with(id, &[("field", &name), ("value", value)]);
            let word = strings.text(if id == "fields-keep" { "fields-chart" } else { "fields-shared" });
            let heading = if id == "fields-typed" { strings.text("fields-by-hand") } else { word };
            let place = vec2(side, theme.touch());
            let drawn = ui.allocate_ui_with_layout(place, Layout::top_down(Align::Min), |ui| {
                ui.set_width(side);
                let choice = Choice { role: Role::RadioButton, label: &label, chosen, enabled: true };
                choice_card(ui, theme, choice, |ui| value_ui(ui, theme, &heading, value, chosen))
            });
            drawn.inner
        };
        if choice(ui, "fields-keep", &text(&row.chart), kept) {
            event = Some(Event::FieldDecided(row.field, FieldDecision::Keep));
        }
        if choice(ui, take, &takes, !kept) {
            event = Some(Event::FieldDecided(row.field, FieldDecision::Take));
        }
        if row.field.can_be_typed() {
            let words = strings.text_with("fields-edit", &[("field", &name)]);
            if edit_ui(ui, theme, &words, &strings.text("fields-edit-short"), edit) {
                event = Some(Event::FieldOpened(row.field));
            }
        }
    });
    if doubted {
        notice(ui, theme, Theme::BAD, Icon::Warning, &strings.text_with("fields-doubted", &[("field", &name)]));
    }
    event
}

fn value_ui(ui: &mut Ui, theme: &Theme, heading: &str, value: &str, chosen: bool) {
    ui.horizontal(|ui| {
        mark(ui, theme, Role::RadioButton, chosen);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            say(ui, theme.font(Size::Small), Theme::CARD_QUIET, heading);
            say(ui, theme.font(Size::Small), Theme::CARD, value);
        });
    });
}

/// A button that shows a short word and tells the whole one.
fn edit_ui(ui: &mut Ui, theme: &Theme, words: &str, short: &str, width: f32) -> bool {
    Button::new(theme, Weight::Secondary, short).width(width).named(words).show(ui)
}
