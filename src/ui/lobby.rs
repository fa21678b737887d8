//! The frame of every screen that a patient sees: a deep panel that says where we are, a page that says what to do, and a
//! row with the languages and the way out.

use super::Scene;
use super::icons::{Icon, square};
use super::theme::{Size, Theme, Tone};
use super::widgets::{Button, Weight, galley, say};
use crate::session::Input;
use egui::accesskit::Role;
use egui::{Align, Id, Layout, Painter, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, pos2, vec2};

/// The three steps, by the ids of their words.
const STEPS: [&str; 3] = ["step-show", "step-share", "step-desk"];

/// A screen that ends by itself says so in its last seconds.
const WARNED_SECS: u64 = 20;

/// What the frame shows around a page.
pub struct Page {
    /// Which of the three steps we are at, from 0; 3 when all are done.
    pub step: usize,
    /// The large picture on the panel.
    pub picture: Icon,
    /// Whether it may be another person's: whoever sees that has a button for it.
    pub not_me: bool,
    /// The way out, and its words.
    pub leave: Option<(&'static str, Input)>,
}

/// Draws the frame, and the page in the middle of its place; `contents` gets the scene with the look fitted to the window.
pub fn lobby(
    ui: &mut Ui,
    scene: &Scene<'_>,
    page: Page,
    contents: impl FnOnce(&mut Ui, &Scene<'_>) -> Option<Input>,
) -> Option<Input> {
    let window = ui.max_rect();
    let theme = &scene.theme.fitted(window.size());
    let scene = &Scene { theme, ..*scene };
    let (rail, rest) = if window.height() > window.width() {
        window.split_top_bottom_at_fraction(0.24)
    } else {
        window.split_left_right_at_fraction(0.31)
    };
    rail_ui(ui, scene, rail, &page);
    let inside = rest.shrink2(vec2(theme.mm(14.0), theme.mm(8.0)));
    let (place, row) = inside.split_top_bottom_at_y(inside.bottom() - theme.touch());
    let place = place.with_max_y(place.bottom() - theme.pad());
    let touched = in_the_middle(ui, place, |ui| contents(ui, scene));
    let left = row_ui(ui, scene, row, page.not_me, page.leave);
    touched.or(left)
}

/// The page stands a little above the middle of its place; a page that is too high scrolls.
fn in_the_middle<R>(ui: &mut Ui, place: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let known = Id::unique("height of the page");
    let before: f32 = ui.data(|data| data.get_temp(known)).unwrap_or(0.0);
    let spare = ((place.height() - before) * 0.42).max(0.0);
    let builder = UiBuilder::new().max_rect(place).layout(Layout::top_down(Align::Min));
    let shown = ui.scope_builder(builder, |ui| {
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            ui.add_space(spare);
            ui.scope(contents)
        })
    });
    let page = shown.inner.inner;
    let height = page.response.rect.height();
    if (height - before).abs() > 1.0 {
        ui.data_mut(|data| data.insert_temp(known, height));
        ui.ctx().request_discard("the page has another height");
    }
    page.inner
}

fn rail_ui(ui: &mut Ui, scene: &Scene<'_>, rail: Rect, page: &Page) {
    let theme = scene.theme;
    let painter = ui.painter().with_clip_rect(rail);
    painter.rect_filled(rail, 0.0, Theme::RAIL.fill);
    let inside = rail.shrink2(vec2(theme.mm(9.0), theme.mm(9.0)));
    let upright = rail.height() > rail.width();
    let (centre, side) = if upright {
        (pos2(rail.center().x, rail.top() + rail.height() * 0.36), rail.width() * 0.44)
    } else {
        (pos2(rail.right() - rail.height() * 0.42, rail.center().y - theme.mm(8.0)), rail.height() * 0.46)
    };
    illustration(&painter, page.picture, centre, side);
    ui.scope_builder(UiBuilder::new().max_rect(inside).layout(Layout::top_down(Align::Min)), |ui| {
        say(ui, theme.strong(Size::Heading), Theme::RAIL, scene.clinic);
    });
    for (number, id) in STEPS.into_iter().enumerate() {
        let words = scene.strings.text(id);
        let across = inside.width() / 3.0;
        let at = if upright {
            pos2(inside.left(), inside.bottom() - theme.mm(17.0) * (3 - number) as f32 + theme.mm(3.0))
        } else {
            pos2(inside.left() + across * number as f32, inside.bottom() - theme.mm(12.0))
        };
        let width = if upright { inside.width() } else { across - theme.gap() };
        step_ui(ui, theme, ProgressStep { number, at, width, words: &words, present: page.step });
    }
}

/// A large picture before two soft discs.
fn illustration(painter: &Painter, icon: Icon, centre: Pos2, side: f32) {
    painter.circle_filled(centre, side * 0.98, Theme::RAIL_SHAPE.gamma_multiply(0.45));
    painter.circle_filled(centre, side * 0.72, Theme::RAIL_SHAPE);
    let spark = centre + vec2(side * 0.62, -side * 0.56);
    painter.circle_filled(spark, side * 0.075, Theme::ACCENT.fill);
    icon.paint(painter, square(centre, side * 0.86), Theme::RAIL.text);
}

struct ProgressStep<'a> {
    number: usize,
    at: Pos2,
    width: f32,
    words: &'a str,
    present: usize,
}

fn step_ui(ui: &mut Ui, theme: &Theme, step: ProgressStep<'_>) {
    let radius = theme.mm(5.0);
    let centre = step.at + vec2(radius, radius);
    let tone = if step.number == step.present { Theme::RAIL } else { Theme::RAIL_QUIET };
    let font = if step.number == step.present { theme.strong(Size::Body) } else { theme.font(Size::Body) };
    let text_left = centre.x + radius + theme.mm(3.0);
    let text = galley(ui, font, tone.text, step.words, step.at.x + step.width - text_left);
    let area = Rect::from_min_max(step.at, pos2(step.at.x + step.width, centre.y + radius));
    let response = ui.interact(area, Id::unique(("step", step.number)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, step.words));
    let painter = ui.painter();
    let number = |tone: Tone| {
        let (font, digits) = (theme.strong(Size::Body), (step.number + 1).to_string());
        let digits = galley(ui, font, tone.text, &digits, f32::INFINITY);
        painter.galley(centre - digits.size() / 2.0, digits, tone.text);
    };
    if step.number < step.present {
        painter.circle_filled(centre, radius, Theme::RAIL_SHAPE);
        Icon::Check.paint(painter, square(centre, radius * 1.05), Theme::RAIL.text);
    } else if step.number == step.present {
        painter.circle_filled(centre, radius, Theme::ACCENT.fill);
        number(Theme::ACCENT);
    } else {
        painter.circle_stroke(centre, radius - 1.0, Stroke::new(theme.mm(0.4), Theme::RAIL_QUIET.text));
        number(Theme::RAIL_QUIET);
    }
    painter.galley(pos2(text_left, centre.y - text.size().y / 2.0), text, tone.text);
}

fn row_ui(
    ui: &mut Ui,
    scene: &Scene<'_>,
    row: Rect,
    not_me: bool,
    leave: Option<(&'static str, Input)>,
) -> Option<Input> {
    let theme = scene.theme;
    let mut input = None;
    ui.scope_builder(UiBuilder::new().max_rect(row).layout(Layout::left_to_right(Align::Center)), |ui| {
        for strings in scene.languages {
            let (language, name) = (strings.language(), strings.text("language-name"));
            let chosen = language == scene.session.language;
            let button = Button::new(theme, Weight::Secondary, &name).chosen(chosen).width(theme.mm(34.0));
            if button.show(ui) && !chosen {
                input = Some(Input::LanguageChosen(language));
            }
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if let Some((id, leaves)) = leave {
                let words = scene.strings.text(id);
                if Button::new(theme, Weight::Secondary, &words).show(ui) {
                    input = Some(leaves);
                }
            }
            if not_me && Button::new(theme, Weight::Secondary, &scene.strings.text("not-me")).show(ui) {
                input = Some(Input::WrongPersonTouched);
            }
            let left = scene.session.ends_in(scene.now).map(|left| left.as_secs()).filter(|secs| *secs <= WARNED_SECS);
            if let Some(secs) = left {
                let secs = usize::try_from(secs).unwrap_or_default();
                say(ui, theme.font(Size::Small), Theme::QUIET, scene.strings.count("still-there", secs));
            }
        });
    });
    input
}

/// The title of a page, and the sentence under it.
pub fn heading(ui: &mut Ui, theme: &Theme, title: String, lead: String) {
    say(ui, theme.strong(Size::Title), Theme::PAPER, title);
    ui.add_space(theme.mm(1.0));
    say(ui, theme.font(Size::Heading), Theme::QUIET, lead);
    ui.add_space(theme.mm(4.0));
}
