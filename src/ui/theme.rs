//! The one place of colours, sizes and type. Sizes are millimetres on the glass, because fingers and eyes are.
//!
//! Text stands at 7:1 or better on every background it is used on (WCAG 2.2, 1.4.6); a test below holds that.

use egui::epaint::Shadow;
use egui::{Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Stroke, Style, Vec2};
use std::sync::Arc;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/AtkinsonHyperlegibleNext-Regular.ttf");
const STRONG: &[u8] = include_bytes!("../../assets/fonts/AtkinsonHyperlegibleNext-SemiBold.ttf");
const WIDE: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Subset.ttf");
const SYMBOLS: &[u8] = include_bytes!("../../assets/fonts/NotoSansSymbols-Subset.ttf");

/// The family of headings and buttons; [`Theme::install`] must have run before a pass uses it.
const STRONG_FAMILY: &str = "strong";
/// The family of the first face alone, to ask which letters it has; those of the strong face are the same.
pub(super) const FIRST_FACE: &str = "first";
/// The family that is led by the face with the most letters, for words that the first one lacks a letter of.
pub(super) const WIDE_FACE: &str = "wide";

/// A display at 96 dots per inch.
const DEFAULT_POINTS_PER_MM: f32 = 96.0 / 25.4;

/// A text colour and the surface it stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// The surface.
    pub fill: Color32,
    /// Text and icons on it.
    pub text: Color32,
}

const fn tone(fill: [u8; 3], text: [u8; 3]) -> Tone {
    Tone { fill: rgb(fill), text: rgb(text) }
}

const fn rgb([red, green, blue]: [u8; 3]) -> Color32 {
    Color32::from_rgb(red, green, blue)
}

/// Sizes of type, from the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// The number on the ticket.
    Number,
    /// The welcome.
    Display,
    /// One per screen.
    Title,
    /// Heads a card.
    Heading,
    /// Sentences.
    Body,
    /// Labels and remarks, for staff.
    Small,
}

/// How the faces look on one display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    points_per_mm: f32,
}

impl Default for Theme {
    fn default() -> Self {
        Theme::new(DEFAULT_POINTS_PER_MM)
    }
}

impl Theme {
    /// Warm paper, the background of everything.
    pub const PAPER: Tone = tone([250, 246, 239], [17, 44, 45]);
    /// The same paper with quieter text.
    pub const QUIET: Tone = tone([250, 246, 239], [57, 78, 78]);
    /// Cards on the paper.
    pub const CARD: Tone = tone([255, 255, 255], [17, 44, 45]);
    /// Cards with quieter text.
    pub const CARD_QUIET: Tone = tone([255, 255, 255], [68, 88, 88]);
    /// The deep panel that leads the patient.
    pub const RAIL: Tone = tone([11, 61, 64], [251, 247, 240]);
    /// Quieter text on the deep panel.
    pub const RAIL_QUIET: Tone = tone([11, 61, 64], [197, 225, 219]);
    /// The one thing to do next.
    pub const PRIMARY: Tone = tone([11, 84, 86], [255, 255, 255]);
    /// The one accent: the step we are at.
    pub const ACCENT: Tone = tone([246, 178, 107], [17, 44, 45]);
    /// What is chosen or ticked.
    pub const CHOSEN: Tone = tone([227, 241, 238], [8, 66, 67]);
    /// Proven, done.
    pub const GOOD: Tone = tone([223, 241, 229], [11, 74, 45]);
    /// Look twice.
    pub const WARN: Tone = tone([255, 239, 208], [96, 55, 0]);
    /// Does not work.
    pub const BAD: Tone = tone([251, 228, 222], [117, 27, 15]);
    /// Neither good nor bad.
    pub const PLAIN: Tone = tone([233, 238, 237], [39, 66, 70]);
    /// What cannot be touched now.
    pub const OFF: Tone = tone([231, 227, 219], [62, 68, 67]);

    /// Every pair on which text is drawn.
    pub const TONES: [(&str, Tone); 14] = [
        ("paper", Theme::PAPER),
        ("quiet", Theme::QUIET),
        ("card", Theme::CARD),
        ("card-quiet", Theme::CARD_QUIET),
        ("rail", Theme::RAIL),
        ("rail-quiet", Theme::RAIL_QUIET),
        ("primary", Theme::PRIMARY),
        ("accent", Theme::ACCENT),
        ("chosen", Theme::CHOSEN),
        ("good", Theme::GOOD),
        ("warn", Theme::WARN),
        ("bad", Theme::BAD),
        ("plain", Theme::PLAIN),
        ("off", Theme::OFF),
    ];

    /// Hairlines and the edges of cards.
    pub const LINE: Color32 = rgb([225, 216, 201]);
    /// The edge of an empty tick box, and of a card that can be chosen (3:1 or better, WCAG 1.4.11).
    pub const EDGE: Color32 = rgb([107, 130, 129]);
    /// Shapes on the deep panel.
    pub const RAIL_SHAPE: Color32 = rgb([24, 88, 91]);
    /// Behind the camera's picture.
    pub const LENS: Color32 = rgb([13, 32, 33]);

    /// For a display with so many points to the millimetre.
    pub const fn new(points_per_mm: f32) -> Theme {
        Theme { points_per_mm }
    }

    /// The same look, larger where the window is larger than the smallest we design for (1280 x 800).
    #[must_use]
    pub fn fitted(&self, window: Vec2) -> Theme {
        let (short, long) = (window.min_elem() / 800.0, window.max_elem() / 1280.0);
        Theme::new(self.points_per_mm * short.min(long).clamp(1.0, 1.5))
    }

    /// Millimetres to points.
    pub fn mm(&self, millimetres: f32) -> f32 {
        millimetres * self.points_per_mm
    }

    /// The least height of what a finger touches: 12 mm.
    pub fn touch(&self) -> f32 {
        self.mm(12.0)
    }

    /// The height of the one thing to do next: 18 mm.
    pub fn primary_touch(&self) -> f32 {
        self.mm(18.0)
    }

    /// The distance between things that belong together.
    pub fn gap(&self) -> f32 {
        self.mm(2.6)
    }

    /// The inside of a card, and the distance between cards.
    pub fn pad(&self) -> f32 {
        self.mm(5.0)
    }

    /// The corners of cards.
    pub fn card_corner(&self) -> CornerRadius {
        corner(self.mm(4.2))
    }

    /// The corners of buttons.
    pub fn button_corner(&self) -> CornerRadius {
        corner(self.mm(3.4))
    }

    /// The shadow of a card: close, soft, the colour of ink.
    pub fn shadow(&self) -> Shadow {
        Shadow { offset: [0, 3], blur: 18, spread: 0, color: Color32::from_rgba_unmultiplied(17, 44, 45, 22) }
    }

    /// Sentences.
    pub fn font(&self, size: Size) -> FontId {
        FontId::new(self.type_size(size), FontFamily::Proportional)
    }

    /// Headings and buttons.
    pub fn strong(&self, size: Size) -> FontId {
        FontId::new(self.type_size(size), FontFamily::Name(STRONG_FAMILY.into()))
    }

    /// Em height. A line is a fifth higher, so body text has lines of 6 mm.
    fn type_size(&self, size: Size) -> f32 {
        self.mm(match size {
            Size::Number => 30.0,
            Size::Display => 17.0,
            Size::Title => 10.6,
            Size::Heading => 6.2,
            Size::Body => 5.2,
            Size::Small => 4.2,
        })
    }

    /// Dresses egui wholly: type, spacing, colours; no selection of text, no tooltips, no keys that zoom or quit.
    pub fn install(&self, ctx: &Context) {
        ctx.set_fonts(fonts());
        ctx.options_mut(|options| {
            options.zoom_with_keyboard = false;
            options.quit_shortcuts.clear();
        });
        ctx.set_theme(egui::Theme::Light);
        ctx.all_styles_mut(|style| self.dress(style));
    }

    fn dress(&self, style: &mut Style) {
        for (kind, font) in &mut style.text_styles {
            let size = if *kind == egui::TextStyle::Heading { Size::Heading } else { Size::Body };
            *font = self.font(size);
        }
        // egui's own hints to developers have no place on a screen of a clinic, not even in a debug build.
        #[cfg(debug_assertions)]
        {
            style.debug.show_unaligned = false;
        }
        style.animation_time = 0.12;
        style.interaction.selectable_labels = false;
        style.interaction.multi_widget_text_select = false;
        style.interaction.tooltip_delay = f32::INFINITY;
        style.spacing.item_spacing = Vec2::splat(self.gap());
        // Our widgets bring their own height; egui's least height of a row would only add empty space.
        style.spacing.interact_size = Vec2::ZERO;
        style.spacing.button_padding = Vec2::splat(self.gap());
        let scroll = &mut style.spacing.scroll;
        *scroll = egui::style::ScrollStyle::solid();
        scroll.bar_width = self.mm(2.2);
        scroll.handle_min_length = self.touch();
        scroll.bar_inner_margin = self.mm(1.6);
        scroll.bar_outer_margin = 0.0;
        let visuals = &mut style.visuals;
        *visuals = egui::Visuals::light();
        visuals.override_text_color = Some(Theme::PAPER.text);
        visuals.panel_fill = Theme::PAPER.fill;
        visuals.window_fill = Theme::CARD.fill;
        visuals.extreme_bg_color = Theme::PLAIN.fill;
        visuals.faint_bg_color = Theme::PLAIN.fill;
        visuals.selection.bg_fill = Theme::CHOSEN.fill;
        visuals.selection.stroke = Stroke::new(self.mm(0.5), Theme::PRIMARY.fill);
        visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, Theme::LINE);
        for widget in [&mut visuals.widgets.inactive, &mut visuals.widgets.hovered, &mut visuals.widgets.active] {
            widget.bg_fill = Theme::EDGE;
            widget.weak_bg_fill = Theme::PLAIN.fill;
            widget.fg_stroke = Stroke::new(1.0, Theme::EDGE);
            widget.corner_radius = corner(self.mm(1.0));
        }
    }
}

fn corner(points: f32) -> CornerRadius {
    CornerRadius::from(points)
}

/// Atkinson Hyperlegible Next, drawn for readers with low vision; behind it Noto Sans with the letters that it lacks and some
/// symbols (all under the SIL Open Font License 1.1); egui's fonts behind them.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, file) in [("regular", REGULAR), (STRONG_FAMILY, STRONG), (WIDE_FACE, WIDE), ("symbols", SYMBOLS)] {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(file)));
    }
    let others = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    let family = |faces: &[&str]| [faces.iter().map(|face| (*face).to_owned()).collect(), others.clone()].concat();
    fonts.families.insert(FontFamily::Proportional, family(&["regular", WIDE_FACE, "symbols"]));
    fonts.families.insert(FontFamily::Name(STRONG_FAMILY.into()), family(&[STRONG_FAMILY, WIDE_FACE, "symbols"]));
    fonts.families.insert(FontFamily::Name(WIDE_FACE.into()), family(&[WIDE_FACE, "regular", "symbols"]));
    fonts.families.insert(FontFamily::Name(FIRST_FACE.into()), vec!["regular".to_owned()]);
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::is_drawn;

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: Color32) -> f32 {
        let linear = |channel: u8| {
            let value = f32::from(channel) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
    }

    fn contrast(one: Color32, other: Color32) -> f32 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn every_text_stands_out_seven_to_one() {
        for (name, tone) in Theme::TONES {
            let found = contrast(tone.text, tone.fill);
            assert!(found >= 7.0, "{name}: {found:.2}");
        }
    }

    #[test]
    fn what_can_be_touched_has_an_edge_of_three_to_one() {
        for surface in [Theme::CARD.fill, Theme::PAPER.fill, Theme::CHOSEN.fill] {
            assert!(contrast(Theme::EDGE, surface) >= 3.0, "{:.2}", contrast(Theme::EDGE, surface));
        }
    }

    #[test]
    fn sizes_are_millimetres_on_the_glass() {
        let theme = Theme::default();
        assert!((theme.touch() - 45.35).abs() < 0.1);
        assert!(theme.fitted(Vec2::new(1920.0, 1080.0)).touch() > theme.touch());
        assert_eq!(theme.fitted(Vec2::new(1280.0, 800.0)), theme);
        assert_eq!(theme.fitted(Vec2::new(640.0, 480.0)), theme);
    }

    #[test]
    fn each_letter_that_is_drawn_has_a_glyph_in_each_family() {
        let mut fonts = egui::epaint::text::Fonts::new(egui::epaint::text::TextOptions::default(), fonts());
        let families = [FontFamily::Proportional, FontFamily::Name(STRONG_FAMILY.into())];
        for family in families.into_iter().chain([FontFamily::Name(WIDE_FACE.into())]) {
            let font = FontId::new(14.0, family);
            let letters = ('!'..=char::MAX).filter(|letter| is_drawn(*letter) && !letter.is_whitespace());
            let missing: String = letters.filter(|letter| !fonts.has_glyph(&font, *letter)).collect();
            assert!(missing.is_empty(), "{:?} lacks {}", font.family, missing.escape_unicode());
        }
    }
}
