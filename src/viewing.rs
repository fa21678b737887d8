//! Documents that staff may look at. What strangers wrote is drawn in the sandbox; only pictures come back.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// A page is drawn at most this wide and this high, in pixels.
pub const MAX_SIDE: u32 = 2_000;

/// How the bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViewableKind {
    /// `application/pdf`.
    Pdf,
    /// `image/png`.
    Png,
    /// `image/jpeg`.
    Jpeg,
    /// `image/tiff`: faxes and scans, page by page.
    Tiff,
    /// Plain text of ours. It is not drawn: its pages are shown as letters.
    Text,
}

/// A document with pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewable {
    /// How to read it.
    pub kind: ViewableKind,
    /// The document as it came.
    pub bytes: Sensitive<Vec<u8>>,
}

/// What a viewable is to the person who looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ViewableName {
    /// A document or a report.
    Document,
    /// The front of an insurance card.
    CardFront,
    /// The back of an insurance card.
    CardBack,
    /// The payer's sign.
    Logo,
    /// Any other picture.
    Picture,
    /// A text that is too long for a row of the form.
    Text,
}

impl ViewableName {
    /// All names.
    pub const ALL: [ViewableName; 6] = [
        ViewableName::Document,
        ViewableName::CardFront,
        ViewableName::CardBack,
        ViewableName::Logo,
        ViewableName::Picture,
        ViewableName::Text,
    ];

    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            ViewableName::Document => "viewable-document",
            ViewableName::CardFront => "viewable-card-front",
            ViewableName::CardBack => "viewable-card-back",
            ViewableName::Logo => "viewable-logo",
            ViewableName::Picture => "viewable-picture",
            ViewableName::Text => "viewable-text",
        }
    }
}

/// A document with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedViewable {
    /// What it is.
    pub name: ViewableName,
    /// The document.
    pub viewable: Viewable,
}

/// One drawn page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePicture {
    /// Which page, from 0.
    pub page: u32,
    /// How many pages the document has.
    pub pages: u32,
    /// Pixels in a row, at most [`MAX_SIDE`].
    pub width: u32,
    /// Rows, at most [`MAX_SIDE`].
    pub height: u32,
    /// Red, green, blue; one byte each, row by row.
    pub rgb: Sensitive<Vec<u8>>,
}

impl PagePicture {
    /// Whether it has the pixels that it says. It comes from where a stranger's file was read.
    pub fn is_sound(&self) -> bool {
        let sides = 1..=MAX_SIDE;
        sides.contains(&self.width)
            && sides.contains(&self.height)
            && u32::try_from(self.rgb.reveal().len()) == Ok(self.width * self.height * 3)
            && self.page < self.pages
    }
}

/// So many characters stand on one page of a text: a few screens, which scroll.
const PAGE_CHARS: usize = 6_000;

/// One page of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPage {
    /// Which page, from 0.
    pub page: u32,
    /// How many pages the text has.
    pub pages: u32,
    /// What stands on it.
    pub text: Sensitive<String>,
}

impl TextPage {
    /// This page of a text, which is broken where a line ends or else a word does. `None` where it has no such page.
    pub fn of(text: &str, page: u32) -> Option<TextPage> {
        let (mut rest, mut pages, mut found) = (text, 0, None);
        loop {
            let (this, behind) = rest.split_at(page_end(rest));
            if pages == page {
                found = Some(Sensitive::from(this.trim_end()));
            }
            pages += 1;
            rest = behind.trim_start();
            if rest.is_empty() {
                return found.map(|text| TextPage { page, pages, text });
            }
        }
    }
}

/// Where the first page of a text ends.
fn page_end(text: &str) -> usize {
    let Some((end, _)) = text.char_indices().nth(PAGE_CHARS) else { return text.len() };
    let page = text.get(..end).unwrap_or_default();
    // A line that ends in the last third, so that no page is nearly empty.
    let near = |at: &usize| *at > end / 3 * 2;
    page.rfind('\n').filter(near).or_else(|| page.rfind(' ').filter(near)).map_or(end, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> Vec<String> {
        let page = |number| TextPage::of(text, number);
        let count = page(0).expect("a first page").pages;
        assert_eq!(page(count), None);
        (0..count).map(|number| page(number).expect("a page").text.reveal().clone()).collect()
    }

    #[test]
    fn a_long_text_is_on_its_pages_whole_and_in_order() {
        let lines: Vec<String> = (0..3_000).map(|line| format!("line {line} of a long note, 5 µg")).collect();
        let pages_of_lines = pages(&lines.join("\n"));
        assert_eq!(pages_of_lines.join("\n"), lines.join("\n"));
        let (last, full) = pages_of_lines.split_last().expect("pages");
        assert!(
            full.iter().all(|page| (3_000..=PAGE_CHARS).contains(&page.chars().count())) && last.len() <= PAGE_CHARS
        );
        let words = vec!["word"; 5_000].join(" ");
        assert_eq!(pages(&words).join(" "), words);
        let letters = "é".repeat(20_000);
        assert_eq!(pages(&letters).concat(), letters);
        assert_eq!(pages("short"), ["short"]);
        assert_eq!(pages(""), [""]);
    }
}
