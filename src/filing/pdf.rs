//! Lines of text as the pages of a PDF (ISO 32000-1): our fonts embedded as far as they are used, text that can be searched
//! and copied, a number on every page. Nothing in it is a script, a link or a form.
//!
//! A letter without a glyph is not left out: its code is written in its place (`[U+4E2D]`).

use crate::sensitive::Sensitive;
use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{FontRef, MetadataProvider};
use std::collections::BTreeMap;
use std::io::Write;
use subsetter::GlyphRemapper;

/// What a line is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Title,
    Head,
    Item,
    Body,
    Small,
}

/// One paragraph.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub style: Style,
    pub text: Sensitive<String>,
}

/// Name in the page's resources, PostScript name, file. The last one has the Greek and Cyrillic letters.
const FACES: [(&[u8], &[u8], &[u8]); 3] = [
    (
        b"F0",
        b"KTCAAA+AtkinsonHyperlegibleNext",
        include_bytes!("../../assets/fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
    ),
    (
        b"F1",
        b"KTCAAB+AtkinsonHyperlegibleNext-SemiBold",
        include_bytes!("../../assets/fonts/AtkinsonHyperlegibleNext-SemiBold.ttf"),
    ),
    (b"F2", b"KTCAAC+Ubuntu-Light", epaint_default_fonts::UBUNTU_LIGHT),
];
/// Where a letter is looked for that the line's own face has not.
const OTHER_LETTERS: usize = 2;

/// Glyph space of PDF fonts.
const UNITS: f32 = 1000.0;
/// In points: fits A4 and letter paper.
const PAGE: (f32, f32) = (595.0, 792.0);
const MARGIN: f32 = 54.0;
const FOOTER_Y: f32 = 32.0;
/// What must fit below a heading.
const HEADED: f32 = 32.0;
/// A summary that is longer than this is none; what is missing is said on the last page.
const MOST_ROWS: usize = 20_000;
/// The same for one paragraph.
const MOST_LETTERS: usize = 100_000;

impl Style {
    /// Which face, size in points, space above, indent.
    const fn set(self) -> (usize, f32, f32, f32) {
        match self {
            Style::Title => (1, 18.0, 0.0, 0.0),
            Style::Head => (1, 13.0, 12.0, 0.0),
            Style::Item => (1, 10.5, 6.0, 0.0),
            Style::Body => (0, 10.0, 1.0, 14.0),
            Style::Small => (0, 8.5, 1.0, 0.0),
        }
    }
}

/// A glyph of a face, its width at size 1000, and the letter that it shows.
#[derive(Clone, Copy)]
struct Glyph {
    face: usize,
    id: u16,
    width: f32,
    letter: char,
}

struct Face<'a> {
    font: FontRef<'a>,
    letters: Charmap<'a>,
    widths: GlyphMetrics<'a>,
    used: GlyphRemapper,
    /// New glyph number to width and letter.
    shown: BTreeMap<u16, (f32, char)>,
}

impl Face<'_> {
    fn all() -> Vec<Face<'static>> {
        let fonts = FACES.iter().filter_map(|(.., file)| FontRef::new(file).ok());
        let face = |font: FontRef<'static>| Face {
            letters: font.charmap(),
            widths: font.glyph_metrics(Size::new(UNITS), LocationRef::default()),
            font,
            used: GlyphRemapper::new(),
            shown: BTreeMap::new(),
        };
        fonts.map(face).collect()
    }
}

struct Row {
    style: Style,
    glyphs: Vec<Glyph>,
    first: bool,
}

/// The pages of these lines; `footer` stands on each, before its number.
pub(super) fn pages(lines: &[Line], footer: &str) -> Sensitive<Vec<u8>> {
    let mut faces = Face::all();
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        rows.extend(wrapped(&faces, line));
        if rows.len() > MOST_ROWS {
            let text = "The rest is too long for this summary; it is kept as it was shared.".to_owned().into();
            rows.extend(wrapped(&faces, &Line { style: Style::Item, text }));
            break;
        }
    }
    let sheets = sheets(rows);
    let count = sheets.len();
    let contents: Vec<Vec<u8>> = sheets
        .iter()
        .enumerate()
        .map(|(number, rows)| {
            let foot = glyphs(&faces, Style::Small, &format!("{footer}   {} / {count}", number + 1));
            content(&mut faces, rows, &foot)
        })
        .collect();
    Sensitive::new(written(&mut faces, &contents))
}

fn glyph(faces: &[Face<'_>], face: usize, letter: char) -> Option<Glyph> {
    let of = |face: usize| {
        let known = faces.get(face)?;
        let id = known.letters.map(letter)?;
        let width = known.widths.advance_width(id)?;
        Some(Glyph { face, id: u16::try_from(id.to_u32()).ok()?, width, letter })
    };
    of(face).or_else(|| of(OTHER_LETTERS))
}

fn glyphs(faces: &[Face<'_>], style: Style, text: &str) -> Vec<Glyph> {
    let (face, ..) = style.set();
    let letters = text.chars().flat_map(|letter| match glyph(faces, face, letter) {
        Some(glyph) => vec![glyph],
        None if letter.is_whitespace() => glyph(faces, face, ' ').into_iter().collect(),
        None => {
            let code = format!("[U+{:04X}]", u32::from(letter));
            code.chars().filter_map(|letter| glyph(faces, face, letter)).collect()
        }
    });
    letters.collect()
}

/// Breaks at spaces, and inside a word that is wider than the page.
fn wrapped(faces: &[Face<'_>], line: &Line) -> Vec<Row> {
    let (_, size, _, indent) = line.style.set();
    let room = (PAGE.0 - 2.0 * MARGIN - indent) * UNITS / size;
    let text = line.text.reveal();
    let end = text.char_indices().nth(MOST_LETTERS).map_or(text.len(), |(end, _)| end);
    let mut rows: Vec<Row> = Vec::new();
    let mut row = |glyphs: &[Glyph]| {
        rows.push(Row { style: line.style, glyphs: glyphs.to_vec(), first: rows.is_empty() });
    };
    for part in text[..end].split('\n') {
        let all = glyphs(faces, line.style, part);
        let mut rest = all.as_slice();
        loop {
            let mut width = 0.0;
            let fits = rest.iter().position(|glyph| {
                width += glyph.width;
                width > room
            });
            let Some(fits) = fits.map(|fits| fits.max(1)) else { break };
            let space = rest[..fits].iter().rposition(|glyph| glyph.letter == ' ');
            let (now, next) = rest.split_at(space.map_or(fits, |space| space + 1));
            row(now);
            rest = next;
        }
        row(rest);
    }
    if end < text.len() {
        row(&glyphs(faces, line.style, "[too long for this summary: cut here]"));
    }
    rows
}

/// Rows with their heights, page by page.
fn sheets(rows: Vec<Row>) -> Vec<Vec<(f32, Row)>> {
    let (top, bottom) = (PAGE.1 - MARGIN, MARGIN);
    let mut sheets: Vec<Vec<(f32, Row)>> = vec![Vec::new()];
    let mut y = top;
    for row in rows {
        let (_, size, above, _) = row.style.set();
        let above = if row.first { above } else { 0.0 };
        y -= above + size * 1.3;
        // A heading does not stand alone at the end of a page.
        let room = if matches!(row.style, Style::Head | Style::Item) { bottom + HEADED } else { bottom };
        if y < room {
            sheets.push(Vec::new());
            y = top - size * 1.3;
        }
        if let Some(sheet) = sheets.last_mut() {
            sheet.push((y, row));
        }
    }
    sheets
}

fn content(faces: &mut [Face<'_>], rows: &[(f32, Row)], foot: &[Glyph]) -> Vec<u8> {
    let mut content = Content::new();
    content.begin_text();
    for (y, row) in rows {
        let (_, size, _, indent) = row.style.set();
        show(&mut content, faces, &row.glyphs, size, (MARGIN + indent, *y));
    }
    show(&mut content, faces, foot, Style::Small.set().1, (MARGIN, FOOTER_Y));
    content.end_text();
    deflated(&content.finish())
}

fn show(content: &mut Content, faces: &mut [Face<'_>], row: &[Glyph], size: f32, (x, y): (f32, f32)) {
    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]);
    for run in row.chunk_by(|one, other| one.face == other.face) {
        let Some(face) = run.first().and_then(|glyph| faces.get_mut(glyph.face)) else { continue };
        let mut codes = Vec::with_capacity(run.len() * 2);
        for glyph in run {
            let code = face.used.remap(glyph.id);
            face.shown.insert(code, (glyph.width, glyph.letter));
            codes.extend_from_slice(&code.to_be_bytes());
        }
        let name = run.first().and_then(|glyph| FACES.get(glyph.face)).map_or(&b""[..], |(name, ..)| name);
        content.set_font(Name(name), size);
        content.show(Str(&codes));
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn written(faces: &mut [Face<'_>], contents: &[Vec<u8>]) -> Vec<u8> {
    let mut last = 0;
    let mut next = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree, info) = (next(), next(), next());
    let fonts: Vec<[Ref; 5]> = faces.iter().map(|_| [next(), next(), next(), next(), next()]).collect();
    let sheets: Vec<[Ref; 2]> = contents.iter().map(|_| [next(), next()]).collect();

    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr("en"));
    pdf.document_info(info).title(TextStr("Check-in summary")).producer(TextStr("ktc-kiosk"));
    let count = i32::try_from(sheets.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids(sheets.iter().map(|[page, _]| *page)).count(count);
    for ([page, stream], content) in sheets.iter().zip(contents) {
        let mut leaf = pdf.page(*page);
        leaf.parent(tree).media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).contents(*stream);
        let mut resources = leaf.resources();
        let mut named = resources.fonts();
        for ((name, ..), [font, ..]) in FACES.iter().zip(&fonts) {
            named.pair(Name(name), *font);
        }
        named.finish();
        resources.finish();
        leaf.finish();
        pdf.stream(*stream, content).filter(Filter::FlateDecode);
    }
    for ((face, (_, name, file)), refs) in faces.iter().zip(FACES).zip(&fonts) {
        font(&mut pdf, face, (name, file), *refs);
    }
    pdf.finish()
}

fn font(pdf: &mut Pdf, face: &Face<'_>, (name, file): (&[u8], &[u8]), refs: [Ref; 5]) {
    let [outer, inner, descriptor, cmap, stream] = refs;
    let name = Name(name);
    let system = || SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    pdf.type0_font(outer)
        .base_font(name)
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(inner)
        .to_unicode(cmap);
    let mut cid = pdf.cid_font(inner);
    cid.subtype(CidFontType::Type2).base_font(name).system_info(system()).font_descriptor(descriptor);
    cid.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
    let mut widths = cid.widths();
    for (code, (width, _)) in &face.shown {
        widths.consecutive(*code, [*width]);
    }
    widths.finish();
    cid.finish();
    let metrics = face.font.metrics(Size::new(UNITS), LocationRef::default());
    let bounds = metrics.bounds.map_or(Rect::new(0.0, metrics.descent, UNITS, metrics.ascent), |bounds| {
        Rect::new(bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max)
    });
    pdf.font_descriptor(descriptor)
        .name(name)
        .flags(FontFlags::NON_SYMBOLIC)
        .bbox(bounds)
        .italic_angle(0.0)
        .ascent(metrics.ascent)
        .descent(metrics.descent)
        .cap_height(metrics.cap_height.unwrap_or(metrics.ascent))
        .stem_v(80.0)
        .font_file2(stream);
    let mut letters = UnicodeCmap::new(Name(b"Letters"), system());
    for (code, (_, letter)) in &face.shown {
        letters.pair(*code, *letter);
    }
    let letters = letters.finish();
    pdf.cmap(cmap, &letters);
    // A font that cannot be cut is embedded whole.
    let subset = subsetter::subset(file, 0, &face.used).unwrap_or_else(|_| file.to_vec());
    let length = i32::try_from(subset.len()).unwrap_or(i32::MAX);
    let packed = deflated(&subset);
    let mut embedded = pdf.stream(stream, &packed);
    embedded.filter(Filter::FlateDecode);
    embedded.pair(Name(b"Length1"), length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Sensitive<Vec<u8>> {
        pages(&[Line { style: Style::Body, text: text.into() }], "Check-in 1")
    }

    #[test]
    fn names_in_latin_greek_and_cyrillic_have_glyphs() {
        let faces = Face::all();
        assert_eq!(faces.len(), FACES.len(), "every font reads");
        for name in ["Núñez Øyvind Škoda Łukasz", "Αλέξανδρος Ωμέγα", "Дмитрий Щукин Їжак"]
        {
            let shown: String = glyphs(&faces, Style::Item, name).iter().map(|glyph| glyph.letter).collect();
            assert_eq!(shown, name);
        }
        let shown: String = glyphs(&faces, Style::Body, "王\u{202E}x").iter().map(|glyph| glyph.letter).collect();
        assert_eq!(shown, "[U+738B][U+202E]x");
    }

    #[test]
    fn the_same_lines_give_the_same_bytes() {
        assert_eq!(page("Anna").reveal(), page("Anna").reveal());
        assert!(page("Anna").reveal().starts_with(b"%PDF-"));
    }

    #[test]
    fn long_words_and_long_texts_stay_on_their_pages() {
        let count = |text: &str| {
            let bytes = page(text);
            String::from_utf8_lossy(bytes.reveal()).matches("/Type /Page\n").count()
        };
        assert_eq!(count("short"), 1);
        assert!(count(&"W".repeat(20_000)) > 3);
        assert!(count(&"word ".repeat(19_000)) > 15);
        assert_eq!(count(&"x".repeat(200_000)), count(&"x".repeat(300_000)), "cut, and said so");
    }
}
