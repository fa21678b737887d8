//! A value that staff type for a field of the chart: what was shared, what the chart says, keys, and one button that takes it.

use super::letters::letters_ui;
use crate::reconciliation::{ChosenChart, Field, Reconciliation, TypedDefect};
use crate::sensitive::Sensitive;
use crate::session::{Editing, ReviewInput};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::keys::{Key, keys_ui};
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, galley, picture, say};
use egui::accesskit::Role;
use egui::{Align, Layout, Rect, Sense, Stroke, StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// Draws it over the form.
pub fn typing_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    place: Rect,
    review: &Reconciliation,
    editing: &Editing,
) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let inside = place.shrink2(vec2(place.width() * 0.16, theme.mm(5.0)));
    let builder = UiBuilder::new().id_salt("typing").max_rect(inside).layout(Layout::top_down(Align::Min));
    ui.scope_builder(builder, |ui| {
        let name = strings.text(editing.field.text_id());
        say(ui, theme.strong(Size::Heading), Theme::PAPER, name.as_str());
        let rows = review.chosen().map_or(&[][..], ChosenChart::fields);
        let row = rows.iter().find(|row| row.field == editing.field);
        let sides = row.map(|row| [("fields-shared", &row.shared), ("fields-chart", &row.chart)]);
        for (id, text) in sides.into_iter().flatten() {
            let text = text.as_ref().map_or_else(|| strings.text("fields-nothing"), |text| text.reveal().clone());
            say(ui, theme.font(Size::Small), Theme::QUIET, format!("{}: {text}", strings.text(id)));
        }
        let values = row.into_iter().flat_map(|row| [&row.shared, &row.chart]).flatten();
        letters_ui(ui, scene, values.map(|value| value.reveal().as_str()));
        field_ui(ui, theme, &name, editing.typed.reveal());
        let checked = editing.field.check(editing.typed.reveal());
        let usable = checked.is_ok();
        let hint = strings.text(match (checked, editing.field) {
            (Err(TypedDefect::NoSuchDay), _) => "typing-no-such-day",
            (Err(TypedDefect::FarYear), _) => "typing-far-year",
            (Ok(()) | Err(TypedDefect::NoValue), Field::BirthDate) => "typing-date",
            (Ok(()) | Err(TypedDefect::NoValue), _) => "typing-hint",
        });
        ui.horizontal(|ui| {
            ui.set_min_height(theme.mm(6.0));
            let (icon, tone) = if usable { (Icon::Check, Theme::GOOD) } else { (Icon::Warning, Theme::WARN) };
            picture(ui, icon, theme.mm(4.6), tone.text);
            say(ui, theme.font(Size::Small), Theme::PAPER, hint);
        });
        let height = ((ui.available_height() - theme.mm(28.0)) / 4.0).clamp(theme.touch(), theme.mm(15.0));
        let key = keys_ui(ui, strings, theme, height, editing.keys);
        let (take, leave) = (strings.text("typing-take"), strings.text("typing-leave"));
        let (taken, left) = ui
            .horizontal(|ui| {
                let half = (ui.available_width() - theme.gap()) / 2.0;
                let left = Button::new(theme, Weight::Secondary, &leave).tall().width(half).show(ui);
                let taken = Button::new(theme, Weight::Primary, &take).tall().icon(Icon::Check).width(half);
                (taken.enabled(usable).show(ui), left)
            })
            .inner;
        match (taken, left, key) {
            (true, ..) => Some(ReviewInput::FieldDone),
            (_, true, _) => Some(ReviewInput::FieldLeft),
            (.., Some(Key::Letter(letter))) => Some(ReviewInput::FieldTyped(Sensitive::new(String::from(letter)))),
            (.., Some(Key::Erase)) => Some(ReviewInput::FieldErased),
            (.., Some(Key::Switch(keys))) => Some(ReviewInput::FieldKeysSwitched(keys)),
            (.., None) => None,
        }
    })
    .inner
}

fn field_ui(ui: &mut Ui, theme: &Theme, name: &str, typed: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), theme.mm(13.0)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{name}: {typed}")));
    let edge = Stroke::new(theme.mm(0.5), Theme::EDGE);
    ui.painter().rect(rect, theme.button_corner(), Theme::CARD.fill, edge, StrokeKind::Inside);
    let inside = rect.shrink2(vec2(theme.mm(4.0), 0.0));
    let text = galley(ui, theme.strong(Size::Heading), Theme::CARD.text, typed, f32::INFINITY);
    // The end is what the next key changes.
    let left = inside.left().min(inside.right() - text.size().x);
    let start = pos2(left, rect.center().y - text.size().y / 2.0);
    ui.painter().with_clip_rect(inside).galley(start, text, Theme::CARD.text);
}
