//! What the screens are built of: sentences, buttons, cards that can be chosen, tick boxes, badges.
//!
//! Every widget tells its visible text to the accessibility tree, and nothing touchable is smaller than [`Theme::touch`].

use super::icons::{Icon, square};
use super::theme::{Size, Theme, Tone};
use super::words::Words;
use egui::accesskit::Role;
use egui::{
    Color32, FontId, Frame, Galley, Layout, Margin, Rect, Response, Sense, Shape, Stroke, StrokeKind, TextWrapMode, Ui,
    UiBuilder, Vec2, WidgetInfo, pos2, vec2,
};
use std::sync::Arc;

/// A sentence.
pub fn say(ui: &mut Ui, font: FontId, tone: Tone, text: impl Into<String>) -> Response {
    Words::new(font, tone.text, &text.into()).show(ui, TextWrapMode::Wrap)
}

/// A picture of this side, in line with what follows.
pub fn picture(ui: &mut Ui, icon: Icon, side: f32, colour: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    icon.paint(ui.painter(), rect, colour);
}

/// A picture in a soft disc.
pub fn disc(ui: &mut Ui, icon: Icon, side: f32, tone: Tone) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    ui.painter().circle_filled(rect.center(), side / 2.0, tone.fill);
    icon.paint(ui.painter(), square(rect.center(), side * 0.54), tone.text);
}

/// How much a button asks to be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The one thing to do next.
    Primary,
    /// Another way to go.
    Secondary,
}

/// A button; `width` of `None` fits its text.
pub struct Button<'a> {
    theme: &'a Theme,
    weight: Weight,
    text: &'a str,
    name: Option<&'a str>,
    icon: Option<Icon>,
    width: Option<f32>,
    height: Option<f32>,
    enabled: bool,
    tall: bool,
    chosen: bool,
}

impl<'a> Button<'a> {
    /// A button with this text.
    pub fn new(theme: &'a Theme, weight: Weight, text: &'a str) -> Self {
        Button {
            theme,
            weight,
            text,
            name: None,
            icon: None,
            width: None,
            height: None,
            enabled: true,
            tall: false,
            chosen: false,
        }
    }

    /// Told to the accessibility tree by more than its text, where several buttons have the same.
    #[must_use]
    pub fn named(self, name: &'a str) -> Self {
        Button { name: Some(name), ..self }
    }

    /// With a picture before the text.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        Button { icon: Some(icon), ..self }
    }

    /// As wide as this.
    #[must_use]
    pub fn width(self, width: f32) -> Self {
        Button { width: Some(width), ..self }
    }

    /// As large as this, with larger text and a narrow margin: a key.
    #[must_use]
    pub fn size(self, size: Vec2) -> Self {
        Button { width: Some(size.x), height: Some(size.y), ..self }
    }

    /// 18 mm high, with larger text.
    #[must_use]
    pub fn tall(self) -> Self {
        Button { tall: true, ..self }
    }

    /// Whether it can be touched now.
    #[must_use]
    pub fn enabled(self, enabled: bool) -> Self {
        Button { enabled, ..self }
    }

    /// Whether it shows the present choice.
    #[must_use]
    pub fn chosen(self, chosen: bool) -> Self {
        Button { chosen, ..self }
    }

    /// Draws it; whether it was touched.
    pub fn show(self, ui: &mut Ui) -> bool {
        let theme = self.theme;
        let (height, size) = match self.height {
            Some(height) => (height, Size::Heading),
            None if self.tall => (theme.primary_touch(), Size::Heading),
            None => (theme.touch(), Size::Body),
        };
        let side = if self.icon.is_some() { height * 0.42 } else { 0.0 };
        let between = if self.icon.is_some() { theme.gap() } else { 0.0 };
        let margin = match self.height {
            Some(_) => theme.mm(1.0),
            None if self.tall => theme.mm(7.0),
            None => theme.mm(4.6),
        };
        let room = self.width.unwrap_or(ui.available_width()).max(height) - 2.0 * margin - side - between;
        let text = galley(ui, theme.strong(size), self.tone().text, self.text, room);
        let wanted = vec2(text.size().x + side + between + 2.0 * margin, (text.size().y + theme.mm(4.0)).max(height));
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(vec2(self.width.unwrap_or(wanted.x), wanted.y), sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, self.enabled, self.name.unwrap_or(self.text)));
        if ui.is_rect_visible(rect) {
            self.paint(ui, rect, &response);
            let left = rect.center().x - (text.size().x + side + between) / 2.0;
            if let Some(icon) = self.icon {
                icon.paint(ui.painter(), square(pos2(left + side / 2.0, rect.center().y), side), self.tone().text);
            }
            let start = pos2(left + side + between, rect.center().y - text.size().y / 2.0);
            ui.painter().galley(start, text, self.tone().text);
        }
        response.clicked()
    }

    fn tone(&self) -> Tone {
        match self.weight {
            _ if !self.enabled => Theme::OFF,
            _ if self.chosen => Theme::CHOSEN,
            Weight::Primary => Theme::PRIMARY,
            Weight::Secondary => Theme::CARD,
        }
    }

    fn paint(&self, ui: &Ui, rect: Rect, response: &Response) {
        let (theme, tone) = (self.theme, self.tone());
        let corner = theme.button_corner();
        let pressed = response.is_pointer_button_down_on();
        let fill = if pressed { tone.fill.lerp_to_gamma(Theme::PAPER.text, 0.14) } else { tone.fill };
        if self.weight == Weight::Primary && self.enabled && !pressed {
            ui.painter().add(theme.shadow().as_shape(rect, corner));
        }
        ui.painter().rect_filled(rect, corner, fill);
        let edge = match self.weight {
            _ if self.chosen => Some(Stroke::new(theme.mm(0.5), Theme::PRIMARY.fill)),
            Weight::Secondary if self.enabled => Some(Stroke::new(theme.mm(0.35), Theme::EDGE)),
            _ => None,
        };
        if let Some(edge) = edge {
            ui.painter().rect_stroke(rect, corner, edge, StrokeKind::Inside);
        }
        focus_ring(ui, theme, rect, response);
    }
}

fn focus_ring(ui: &Ui, theme: &Theme, rect: Rect, response: &Response) {
    if response.has_focus() {
        let stroke = Stroke::new(theme.mm(0.6), Theme::ACCENT.fill);
        ui.painter().rect_stroke(rect.expand(theme.mm(0.8)), theme.button_corner(), stroke, StrokeKind::Outside);
    }
}

/// Text laid out in this width.
pub fn galley(ui: &Ui, font: FontId, colour: Color32, text: &str, width: f32) -> Arc<Galley> {
    Words::new(font, colour, text).galley(ui, width)
}

/// A card on the paper.
pub fn card<R>(ui: &mut Ui, theme: &Theme, tone: Tone, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let frame = Frame::new()
        .fill(tone.fill)
        .corner_radius(theme.card_corner())
        .inner_margin(Margin::from(theme.pad()))
        .shadow(if tone == Theme::CARD { theme.shadow() } else { egui::Shadow::NONE });
    frame
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// What a card that can be touched tells the accessibility tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Radio button or check box.
    pub role: Role,
    /// Its visible text.
    pub label: &'a str,
    /// Whether it is chosen now.
    pub chosen: bool,
    /// Whether it can be chosen at all.
    pub enabled: bool,
}

/// A card that is chosen by a touch anywhere on it.
pub fn choice_card(ui: &mut Ui, theme: &Theme, choice: Choice<'_>, contents: impl FnOnce(&mut Ui)) -> bool {
    let ground = ui.painter().add(Shape::Noop);
    let sense = if choice.enabled { Sense::click() } else { Sense::hover() };
    let inner = ui.scope_builder(UiBuilder::new().sense(sense), |ui| {
        Frame::new().inner_margin(Margin::from(theme.mm(3.4))).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_min_height(theme.touch() - theme.mm(6.8));
            contents(ui);
        });
    });
    let response = inner.response;
    response.widget_info(|| WidgetInfo::selected(choice.role, choice.enabled, choice.chosen, choice.label));
    let (fill, edge) = if choice.chosen {
        (Theme::CHOSEN.fill, Stroke::new(theme.mm(0.6), Theme::PRIMARY.fill))
    } else {
        (Theme::CARD.fill, Stroke::new(theme.mm(0.3), Theme::LINE))
    };
    let fill = if response.is_pointer_button_down_on() { fill.lerp_to_gamma(Theme::PAPER.text, 0.08) } else { fill };
    let frame = Frame::new().fill(fill).stroke(edge).corner_radius(theme.button_corner());
    ui.painter().set(ground, frame.paint(response.rect.shrink(edge.width)));
    focus_ring(ui, theme, response.rect, &response);
    choice.enabled && response.clicked()
}

/// The mark of a choice: a square that fills with a check, or a disc for one among several.
pub fn mark(ui: &mut Ui, theme: &Theme, role: Role, chosen: bool) {
    let side = theme.mm(7.0);
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    let corner = if role == Role::RadioButton { side / 2.0 } else { theme.mm(1.6) };
    if chosen {
        ui.painter().rect_filled(rect, corner, Theme::PRIMARY.fill);
        Icon::Check.paint(ui.painter(), rect.shrink(side * 0.18), Theme::PRIMARY.text);
    } else {
        let edge = Stroke::new(theme.mm(0.5), Theme::EDGE);
        ui.painter().rect(rect, corner, Theme::CARD.fill, edge, StrokeKind::Inside);
    }
}

/// A few words in a pill, with a picture.
pub fn badge(ui: &mut Ui, theme: &Theme, tone: Tone, icon: Icon, words: &str) {
    let (side, margin) = (theme.mm(4.0), vec2(theme.mm(2.2), theme.mm(1.0)));
    let before = margin.x + side + theme.mm(1.4);
    let room = ui.max_rect().width() - before - margin.x;
    let text = galley(ui, theme.font(Size::Small), tone.text, words, room);
    let size = vec2(before + text.size().x + margin.x, text.size().y.max(side) + 2.0 * margin.y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    ui.painter().rect_filled(rect, theme.mm(3.0), tone.fill);
    let picture = pos2(rect.left() + margin.x + side / 2.0, rect.center().y);
    icon.paint(ui.painter(), square(picture, side), tone.text);
    ui.painter().galley(pos2(rect.left() + before, rect.center().y - text.size().y / 2.0), text, tone.text);
}

/// A notice across the width: picture, then a sentence.
pub fn notice(ui: &mut Ui, theme: &Theme, tone: Tone, icon: Icon, text: &str) {
    let frame =
        Frame::new().fill(tone.fill).corner_radius(theme.button_corner()).inner_margin(Margin::from(theme.mm(3.4)));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal(|ui| {
            picture(ui, icon, theme.mm(6.4), tone.text);
            say(ui, theme.font(Size::Body), tone, text);
        });
    });
}

/// Lays contents out in a place that is known.
pub fn within<R>(ui: &mut Ui, place: Rect, layout: Layout, contents: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope_builder(UiBuilder::new().max_rect(place).layout(layout), contents).inner
}

/// Dots that say that something goes on; asks for the next frame itself.
pub fn waiting_dots(ui: &mut Ui, theme: &Theme) {
    let (rect, _) = ui.allocate_exact_size(vec2(theme.mm(26.0), theme.mm(7.0)), Sense::hover());
    let beat = ui.input(|input| input.time) * 2.4;
    for number in 0..3_u8 {
        let phase = ((beat - f64::from(number) * 0.7).sin() * 0.5 + 0.5) as f32;
        let centre = pos2(rect.left() + theme.mm(3.5 + 9.0 * f32::from(number)), rect.center().y);
        let colour = Theme::LINE.lerp_to_gamma(Theme::PRIMARY.fill, phase);
        ui.painter().circle_filled(centre, theme.mm(2.2 + phase), colour);
    }
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(50));
}
