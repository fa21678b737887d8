//! Lines of text as the pages of a PDF (ISO 32000-1) that a screen reader can read as well (PDF/UA-1, ISO 14289-1): headings and
//! paragraphs are tagged, fonts embedded as far as they are used, text can be searched and copied, each page has its number.
//! Nothing in it is a script, a link or a form.
//!
//! The same lines give the same bytes: no date, no number of chance and no font of the machine is in it.

mod style;
mod typeset;

pub(crate) use style::Style;

use crate::sensitive::Sensitive;
use krilla::configure::{Accessibility, Configuration, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::error::KrillaResult;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use std::num::NonZeroU16;
use typeset::{Paragraph, Typesetter};

/// One paragraph.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub style: Style,
    pub text: Sensitive<String>,
}

const MAKER: &str = "ktc-kiosk";
/// In points: fits A4 and letter paper.
const PAGE: (f32, f32) = (595.0, 792.0);
const MARGIN: f32 = 54.0;
/// Base line of the footer, from the top.
const FOOTER_Y: f32 = PAGE.1 - 32.0;
/// What must fit below a heading.
const HEADED: f32 = 32.0;
/// A summary that is longer than this is none; what is missing is said on the last page.
const MOST_ROWS: usize = 20_000;

impl Style {
    /// Space above and indent, in points.
    const fn space(self) -> (f32, f32) {
        match self {
            Style::Title => (0.0, 0.0),
            Style::Head => (12.0, 0.0),
            Style::Item => (6.0, 0.0),
            Style::Body => (1.0, 14.0),
            Style::Small => (1.0, 0.0),
        }
    }

    const fn room(self) -> f32 {
        PAGE.0 - 2.0 * MARGIN - self.space().1
    }

    /// What a paragraph of this text is to a screen reader.
    fn tag(self, text: &str) -> TagGroup {
        let heading = |level: u16| Tag::Hn(NonZeroU16::MIN.saturating_add(level), Some(text.to_owned()));
        match self {
            Style::Title => TagGroup::new(heading(0)),
            Style::Head => TagGroup::new(heading(1)),
            Style::Item | Style::Body | Style::Small => TagGroup::new(Tag::P),
        }
    }
}

/// A row of a paragraph, and where its base line stands on the page.
struct Row {
    paragraph: usize,
    row: usize,
    y: f32,
}

/// The pages of these lines, named by the first; `footer` stands on each, before its number. Our words are in this language, what was
/// shared is in any. `None` when they cannot be written.
pub(crate) fn pages(lines: &[Line], footer: &str, language: &str) -> Option<Sensitive<Vec<u8>>> {
    let mut typesetter = Typesetter::new();
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let mut rows = 0;
    for line in lines {
        for text in line.text.reveal().split('\n') {
            let paragraph = typesetter.paragraph(line.style, text, line.style.room());
            rows += paragraph.heights.len();
            paragraphs.push(paragraph);
        }
        if rows > MOST_ROWS {
            let text = "The rest is too long for this summary; it is kept as it was shared.";
            paragraphs.push(typesetter.paragraph(Style::Item, text, Style::Item.room()));
            break;
        }
    }
    let sheets = sheets(&paragraphs);
    let count = sheets.len();
    let mut foot = |number| typesetter.paragraph(Style::Small, &format!("{footer} | {number} / {count}"), PAGE.0);
    let footers: Vec<Paragraph> = (1..=count).map(&mut foot).collect();
    let title = lines.first().map(|line| line.text.reveal().as_str()).unwrap_or_default();
    let written =
        |configuration| document(&typesetter, (&paragraphs, &sheets, &footers), (title, language), configuration);
    // Whatever was shared, there is a summary: one that breaks a rule of PDF/UA does not claim to keep them.
    written(accessible()).or_else(|_| written(Configuration::default())).ok().map(Sensitive::new)
}

fn accessible() -> Configuration {
    ConfigurationBuilder::new().with_accessibility_validator(Accessibility::UA1).finish().unwrap_or_default()
}

/// Rows page by page.
fn sheets(paragraphs: &[Paragraph]) -> Vec<Vec<Row>> {
    let bottom = PAGE.1 - MARGIN;
    let mut sheets: Vec<Vec<Row>> = vec![Vec::new()];
    let mut y = MARGIN;
    for (at, paragraph) in paragraphs.iter().enumerate() {
        // A heading does not stand alone at the end of a page.
        let room = if matches!(paragraph.style, Style::Head | Style::Item) { bottom - HEADED } else { bottom };
        y += paragraph.style.space().0;
        for (row, height) in paragraph.heights.iter().enumerate() {
            y += height;
            if y > room {
                sheets.push(Vec::new());
                y = MARGIN + height;
            }
            if let Some(sheet) = sheets.last_mut() {
                sheet.push(Row { paragraph: at, row, y });
            }
        }
    }
    sheets
}

fn document(
    typesetter: &Typesetter,
    (paragraphs, sheets, footers): (&[Paragraph], &[Vec<Row>], &[Paragraph]),
    (title, language): (&str, &str),
    configuration: Configuration,
) -> KrillaResult<Vec<u8>> {
    let mut document = Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let metadata = Metadata::new().title(title.to_owned()).language(language.to_owned());
    document.set_metadata(metadata.creator(MAKER.to_owned()).producer(MAKER.to_owned()));
    let mut groups: Vec<TagGroup> = paragraphs.iter().map(|paragraph| paragraph.style.tag(&paragraph.text)).collect();
    let mut outline = Outline::new();
    for ((number, rows), footer) in sheets.iter().enumerate().zip(footers) {
        let Some(settings) = PageSettings::from_wh(PAGE.0, PAGE.1) else { continue };
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for Row { paragraph, row, y } in rows {
            let (Some(group), Some(paragraph)) = (groups.get_mut(*paragraph), paragraphs.get(*paragraph)) else {
                continue;
            };
            let start = Point::from_xy(MARGIN + paragraph.style.space().1, *y);
            group.push(tagged(&mut surface, ContentTag::Span(SpanTag::empty()), |surface| {
                typesetter.draw(surface, paragraph, *row, start);
            }));
            if *row == 0 && matches!(paragraph.style, Style::Title | Style::Head) {
                let top = XyzDestination::new(number, Point::from_xy(0.0, y - HEADED));
                outline.push_child(OutlineNode::new(paragraph.text.clone(), top));
            }
        }
        let number = ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer));
        tagged(&mut surface, number, |surface| typesetter.draw(surface, footer, 0, Point::from_xy(MARGIN, FOOTER_Y)));
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new();
    groups.into_iter().for_each(|group| tree.push(group));
    document.set_tag_tree(tree);
    document.set_outline(outline);
    document.finish()
}

fn tagged(surface: &mut Surface<'_>, tag: ContentTag<'_>, draw: impl FnOnce(&mut Surface<'_>)) -> Identifier {
    let identifier = surface.start_tagged(tag);
    draw(surface);
    surface.end_tagged();
    identifier
}

#[cfg(test)]
mod tests;
