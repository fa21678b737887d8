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
}

impl ViewableName {
    /// All names.
    pub const ALL: [ViewableName; 5] = [
        ViewableName::Document,
        ViewableName::CardFront,
        ViewableName::CardBack,
        ViewableName::Logo,
        ViewableName::Picture,
    ];

    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            ViewableName::Document => "viewable-document",
            ViewableName::CardFront => "viewable-card-front",
            ViewableName::CardBack => "viewable-card-back",
            ViewableName::Logo => "viewable-logo",
            ViewableName::Picture => "viewable-picture",
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
