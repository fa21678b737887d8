//! The desk: whose chart, which items, what changes in the chart, and then one button that files it. Nothing is preselected.

mod about;
mod before;
mod beside;
mod candidate;
mod chart;
mod covered;
mod fields;
mod items;
mod letters;
mod people;
mod rows;
mod settling;
mod sources;
mod today;
mod typing;
mod verdict;
mod viewer;

pub use covered::covered_ui;
pub use letters::letters_ui;
pub use viewer::page_image;

use crate::reconciliation::Undecided;
use crate::session::{Input, ReviewInput, Reviewing};
use crate::ui::Scene;
use crate::ui::icons::Icon;
use crate::ui::theme::{Size, Theme};
use crate::ui::widgets::{Button, Weight, notice, picture, say, within};
use crate::ui::words::Words;
use egui::{Align, Layout, Rect, ScrollArea, TextWrapMode, Ui, UiBuilder, vec2};
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

/// Who scrolls or touches anything is there; touches that follow each other sooner than this need not all be told.
const REMEMBERED: Duration = Duration::from_secs(5);

/// Draws it.
pub fn review(ui: &mut Ui, scene: &Scene<'_>, reviewing: &Reviewing) -> Option<Input> {
    let untouched = scene.now.since(scene.session.since);
    if untouched >= scene.session.delays.covered {
        return covered::covered_ui(ui, scene);
    }
    // Asked before the columns scroll and use it up.
    let moved = ui.input(|input| input.pointer.any_down() || input.smooth_scroll_delta() != egui::Vec2::ZERO);
    let still_there = (moved && untouched >= REMEMBERED).then_some(ReviewInput::DeskTouched);
    let has_settled = settling::has_settled(ui, scene.session.id, reviewing);
    let (top, rest) = ui.max_rect().split_top_bottom_at_y(ui.max_rect().top() + scene.theme.mm(19.0));
    let closed = top_ui(ui, scene, top, reviewing);
    let touched = match (&reviewing.viewer, &reviewing.editing) {
        (Some(viewer), _) => viewer::viewer_ui(ui, scene, rest, reviewing, viewer),
        (None, Some(editing)) => typing::typing_ui(ui, scene, rest, &reviewing.reconciliation, editing),
        (None, None) => form_ui(ui, scene, rest, reviewing).filter(|_| has_settled),
    };
    closed.or(touched.or(still_there).map(Input::Review))
}

/// The chart beside the items, over the bar.
fn form_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, reviewing: &Reviewing) -> Option<ReviewInput> {
    let theme = scene.theme;
    let (middle, bar) = place.split_top_bottom_at_y(place.bottom() - theme.mm(24.0));
    let (left, right) = if middle.height() > middle.width() {
        middle.split_top_bottom_at_fraction(0.4)
    } else {
        middle.split_left_right_at_fraction(0.37)
    };
    // Every visit, and every chart, begins at the top.
    let begun = (scene.session.id, reviewing.reconciliation.chosen().map(|chosen| &chosen.patient().id));
    let chosen = column(ui, theme, left, ("chart", begun), |ui, _| chart::chart_ui(ui, scene, reviewing));
    let ticked = column(ui, theme, right, ("items", begun), |ui, shift| {
        if reviewing.kept.as_ref().is_some_and(|kept| kept.restored) {
            notice(ui, theme, Theme::WARN, Icon::Warning, &scene.strings.text("queue-kept-restored"));
        }
        let people = people::people_ui(ui, scene, reviewing);
        // Beside a chart, decisions come first.
        let decides = reviewing.reconciliation.chosen().is_some();
        let before = if decides { items::items_ui(ui, scene, reviewing, shift) } else { None };
        let details = verdict::verdict_ui(ui, scene, reviewing);
        sources::sources_ui(ui, scene, reviewing);
        let after = if decides { None } else { items::items_ui(ui, scene, reviewing, shift) };
        people.or(before).or(details).or(after)
    });
    let filed = bar_ui(ui, scene, bar, reviewing);
    chosen.or(ticked).or(filed)
}

fn column<R>(
    ui: &mut Ui,
    theme: &Theme,
    place: Rect,
    name: impl Hash + Debug,
    contents: impl FnOnce(&mut Ui, &mut f32) -> R,
) -> R {
    let inside = place.shrink2(vec2(theme.mm(4.0), 0.0));
    let builder = UiBuilder::new().id_salt(&name).max_rect(inside).layout(Layout::top_down(Align::Min));
    ui.scope_builder(builder, |ui| {
        let mut area = ScrollArea::vertical().id_salt(&name).auto_shrink(false);
        let (moved_to, mut shift) = (ui.scope_id().with("moved to"), 0.0);
        if let Some(offset) = ui.data_mut(|data| data.remove_temp::<f32>(moved_to)) {
            area = area.vertical_scroll_offset(offset);
        }
        let shown = area.show(ui, |ui| {
            ui.add_space(theme.mm(4.0));
            let result = contents(ui, &mut shift);
            ui.add_space(theme.mm(6.0));
            result
        });
        if shift != 0.0 {
            // What is in sight stays where it is: this frame is laid out once more before anybody sees it.
            let offset = shown.state.unclamped_offset().y + shift;
            ui.data_mut(|data| data.insert_temp(moved_to, offset));
            ui.ctx().request_discard("rows above were measured");
        }
        shown.inner
    })
    .inner
}

fn top_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, reviewing: &Reviewing) -> Option<Input> {
    let (theme, strings, person) = (scene.theme, scene.strings, &reviewing.reconciliation.intake().person);
    ui.painter().rect_filled(place, 0.0, Theme::RAIL.fill);
    let inside = place.shrink2(vec2(theme.mm(8.0), theme.mm(2.0)));
    // In a narrow window the name counts for more than who signed in.
    let is_narrow = place.width() < theme.mm(280.0);
    let (who, rest) = inside.split_left_right_at_fraction(if is_narrow { 0.4 } else { 0.32 });
    let who = who.with_max_x(who.right() - theme.mm(5.0));
    let (staff, leave) = rest.split_left_right_at_fraction(if is_narrow { 0.0 } else { 0.29 });
    within(ui, who.with_max_x(who.left() + theme.mm(9.0)), Layout::left_to_right(Align::Center), |ui| {
        picture(ui, Icon::Person, theme.mm(9.0), Theme::RAIL.text);
    });
    let born = person.birth_date.as_ref().map(|date| strings.text_with("review-born", &[("date", date.reveal())]));
    let is_claimed = reviewing.reconciliation.intake().is_of_nobody();
    let name = match (is_claimed, person.name.reveal().as_str()) {
        (false, name) => name.to_owned(),
        (true, "") => strings.text("person-nameless"),
        (true, name) => strings.text_with("person-claimed", &[("name", name)]),
    };
    let name = (Size::Heading, name.as_str());
    lines_ui(ui, theme, who.with_min_x(who.left() + theme.mm(12.0)), name, &born.unwrap_or_default());
    let note = strings.text("review-title");
    let signed_in = strings.text_with("review-staff", &[("name", &reviewing.staff.name)]);
    if !is_narrow {
        lines_ui(ui, theme, staff, (Size::Body, &signed_in), &note);
    }
    within(ui, leave, Layout::right_to_left(Align::Center), |ui| {
        let close = strings.text("review-close");
        let closed = Button::new(theme, Weight::Secondary, &close).show(ui).then_some(Input::CancelTouched);
        let wrong = strings.text("wrong-person-touch");
        let wrong = Button::new(theme, Weight::Secondary, &wrong).show(ui).then_some(Input::WrongPersonTouched);
        let left = wrong.or(closed);
        if !scene.health.any_waits() {
            return left;
        }
        let queue = strings.text("review-queue");
        let asked = Button::new(theme, Weight::Secondary, &queue).show(ui).then_some(ReviewInput::QueueAsked);
        left.or(asked.map(Input::Review))
    })
}

/// A strong line over a quiet one, in the middle of a place on the deep bar; what is too long ends in dots.
fn lines_ui(ui: &mut Ui, theme: &Theme, place: Rect, (size, strong): (Size, &str), quiet: &str) {
    let (strong_font, quiet_font) = (theme.strong(size), theme.font(Size::Small));
    let height = (strong_font.size + quiet_font.size) * 1.25;
    let place = place.with_min_y(place.center().y - height / 2.0);
    within(ui, place, Layout::top_down(Align::Min), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        Words::new(strong_font, Theme::RAIL.text, strong).show(ui, TextWrapMode::Truncate);
        Words::new(quiet_font, Theme::RAIL_QUIET.text, quiet).show(ui, TextWrapMode::Truncate);
    });
}

fn bar_ui(ui: &mut Ui, scene: &Scene<'_>, place: Rect, reviewing: &Reviewing) -> Option<ReviewInput> {
    let (theme, strings) = (scene.theme, scene.strings);
    let undecided = reviewing.reconciliation.undecided();
    ui.painter().add(theme.shadow().as_shape(place, 0.0));
    ui.painter().rect_filled(place, 0.0, Theme::CARD.fill);
    let inside = place.shrink2(vec2(theme.mm(8.0), theme.mm(3.0)));
    within(ui, inside, Layout::right_to_left(Align::Center), |ui| {
        let file = match reviewing.reconciliation.filed() {
            0 if undecided.is_none() => strings.text("file-nothing"),
            filed => strings.count("file-items", filed),
        };
        let button = Button::new(theme, Weight::Primary, &file).tall().icon(Icon::Check).width(theme.mm(76.0));
        let filed = button.enabled(undecided.is_none()).show(ui);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let (icon, tone, words) = match (undecided, reviewing.reconciliation.open_decisions()) {
                (Some(undecided), _) => (Icon::Warning, Theme::CARD, strings.text(undecided_id(undecided))),
                (None, 0) => (Icon::Check, Theme::CARD_QUIET, strings.text("review-decided")),
                (None, open) => (Icon::Eye, Theme::CARD, strings.count("review-open", open)),
            };
            picture(ui, icon, theme.mm(7.0), tone.text);
            say(ui, theme.font(Size::Body), tone, words);
        });
        filed.then_some(ReviewInput::IntakeConfirmed)
    })
}

const fn undecided_id(undecided: Undecided) -> &'static str {
    match undecided {
        Undecided::NoPatient => "undecided-no-patient",
        Undecided::Comparing => "undecided-comparing",
        Undecided::NoItem => "undecided-no-item",
        Undecided::NewPatientWithoutDemographics => "undecided-new-patient",
    }
}
