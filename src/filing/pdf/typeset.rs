//! Text as rows of glyphs: which font has a letter, shaping, the direction of writing (UAX #9), line breaks (UAX #14).
//!
//! A letter that cannot be drawn is not left out: its code is written in its place, and so is what hides, as on the screen
//! (`‹U+4E2D›`).

use super::Style;
use crate::text::{drawn, shown};
use krilla::geom::Point;
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use parley::fontique::{Blob, Charmap, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    Alignment, AlignmentOptions, FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, LineHeight,
    OverflowWrap, StyleProperty,
};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The fonts, each under a name of ours. The wide one has more Latin letters than the first ones, and Greek and Cyrillic.
const FONTS: [(&str, &[u8]); 4] = [
    ("text", include_bytes!("../../../assets/fonts/AtkinsonHyperlegibleNext-Regular.ttf")),
    ("strong", include_bytes!("../../../assets/fonts/AtkinsonHyperlegibleNext-SemiBold.ttf")),
    ("wide", include_bytes!("../../../assets/fonts/NotoSans-Subset.ttf")),
    ("symbols", include_bytes!("../../../assets/fonts/NotoSansSymbols-Subset.ttf")),
];
/// Height of a row, in sizes of its font.
const LEADING: f32 = 1.3;
/// More of one paragraph is not set; that it was cut is said.
const MOST_LETTERS: usize = 100_000;

/// The font of a style, as long as it has all letters of a text.
const fn first_font(style: Style) -> &'static str {
    match style {
        Style::Title | Style::Head | Style::Item => "strong",
        Style::Body | Style::Small => "text",
    }
}

/// In which fonts the letters of a text are looked for, the first one first. A font of another script comes in here.
pub(super) const fn fonts_for(style: Style, is_wide: bool) -> [&'static str; 3] {
    match is_wide {
        true => ["wide", first_font(style), "symbols"],
        false => [first_font(style), "wide", "symbols"],
    }
}

/// In points.
const fn size(style: Style) -> f32 {
    match style {
        Style::Title => 18.0,
        Style::Head => 13.0,
        Style::Item => 10.5,
        Style::Body => 10.0,
        Style::Small => 8.5,
    }
}

/// Sets paragraphs in the fonts of this program; those of the machine are not asked, so that a text is the same everywhere.
pub(super) struct Typesetter {
    fonts: FontContext,
    layouts: LayoutContext<()>,
    letters: HashMap<&'static str, Charmap<'static>>,
    /// By parley's number of the file.
    embedded: HashMap<u64, Font>,
}

/// A paragraph in rows.
pub(super) struct Paragraph {
    pub(super) style: Style,
    pub(super) text: String,
    /// Of each row.
    pub(super) heights: Vec<f32>,
    layout: Layout<()>,
}

impl Typesetter {
    pub(super) fn new() -> Typesetter {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let (mut letters, mut embedded) = (HashMap::new(), HashMap::new());
        for (name, file) in FONTS {
            let blob = Blob::new(Arc::new(file));
            embedded.extend(Font::new(file.into(), 0).map(|font| (blob.id(), font)));
            let named = FontInfoOverride { family_name: Some(name), ..FontInfoOverride::default() };
            let known = collection.register_fonts(blob, Some(named)).into_iter().flat_map(|(_, fonts)| fonts);
            letters.extend(known.filter_map(|font| Some((name, font.charmap_index().charmap(file)?))));
        }
        let fonts = FontContext { collection, source_cache: SourceCache::default() };
        Typesetter { fonts, layouts: LayoutContext::new(), letters, embedded }
    }

    /// Sets a text without line ends in rows of at most this width.
    pub(super) fn paragraph(&mut self, style: Style, text: &str, width: f32) -> Paragraph {
        let end = text.char_indices().nth(MOST_LETTERS).map_or(text.len(), |(end, _)| end);
        let cut = if end < text.len() { " [too long for this summary: cut here]" } else { "" };
        let shown = shown(&text[..end], MOST_LETTERS);
        let mut text = drawn(shown.reveal()).into_owned() + cut;
        // A text is set in one font: in the wide one as soon as the first lacks one of its letters.
        let is_wide = !text.chars().all(|letter| self.has_in(first_font(style), letter));
        let mut layout = self.layout((style, is_wide), &text);
        // A font may have each letter and no glyph for both together.
        let missing = missing(&mut layout);
        if !missing.is_empty() {
            text = written_out(&text, &missing);
            layout = self.layout((style, is_wide), &text);
        }
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Start, AlignmentOptions::default());
        let heights = layout.lines().map(|line| line.metrics().line_height).collect();
        Paragraph { style, text, heights, layout }
    }

    pub(super) fn has_in(&self, font: &'static str, letter: char) -> bool {
        self.letters.get(font).is_some_and(|font| font.map(letter).is_some_and(|glyph| glyph != 0))
    }

    fn layout(&mut self, (style, is_wide): (Style, bool), text: &str) -> Layout<()> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        let names = fonts_for(style, is_wide).map(|name| FontFamilyName::Named(name.into()));
        builder.push_default(StyleProperty::FontFamily(FontFamily::List(names.as_slice().into())));
        builder.push_default(StyleProperty::FontSize(size(style)));
        builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(LEADING)));
        // A word that is wider than the page is broken: nothing stands outside of it.
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        builder.build(text)
    }

    /// Draws one row from this point of its base line.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, paragraph: &Paragraph, row: usize, start: Point) {
        let Some(line) = paragraph.layout.get(row) else { return };
        let mut x = start.x + line.metrics().offset;
        for run in line.runs() {
            let Some(font) = self.embedded.get(&run.font().data.id()) else { continue };
            let (size, from) = (run.font_size(), Point::from_xy(x, start.y));
            let mut glyphs: Vec<KrillaGlyph> = Vec::new();
            for cluster in run.visual_clusters() {
                let range = cluster.text_range();
                if let Some(ligature) = glyphs.last_mut().filter(|_| cluster.is_ligature_continuation()) {
                    let known = ligature.text_range.clone();
                    ligature.text_range = known.start.min(range.start)..known.end.max(range.end);
                }
                for glyph in cluster.glyphs() {
                    // parley counts down the page, krilla up from the base line.
                    let (advance, right, up) = (glyph.advance / size, glyph.x / size, -glyph.y / size);
                    let id = GlyphId::new(glyph.id);
                    glyphs.push(KrillaGlyph::new(id, advance, right, up, 0.0, range.clone(), None));
                    x += glyph.advance;
                }
            }
            surface.draw_glyphs(from, &glyphs, font.clone(), &paragraph.text, size, false);
        }
    }
}

/// Which bytes of the text are letters without glyphs.
fn missing(layout: &mut Layout<()>) -> BTreeSet<usize> {
    layout.break_all_lines(None);
    let mut missing = BTreeSet::new();
    for line in layout.lines() {
        for cluster in line.runs().flat_map(|run| run.clusters()) {
            if cluster.glyphs().any(|glyph| glyph.id == 0) {
                missing.extend(cluster.text_range());
            }
        }
    }
    missing
}

fn written_out(text: &str, missing: &BTreeSet<usize>) -> String {
    let letter = |(at, letter): (usize, char)| match missing.contains(&at) {
        true => format!("‹U+{:04X}›", u32::from(letter)),
        false => letter.to_string(),
    };
    text.char_indices().map(letter).collect()
}
