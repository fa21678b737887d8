//! Documents that staff may look at. What strangers wrote is drawn in the process apart; only pictures come back.

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
