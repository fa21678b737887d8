//! The document that staff look at. It lives inside the review and goes with it; a picture goes when it is closed.

use crate::intake::ItemId;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, TextPage, ViewableName};

/// What staff look at.
#[derive(Debug)]
pub struct Viewer {
    /// The item that the document belongs to.
    pub item: ItemId,
    /// Which of the item's documents.
    pub which: usize,
    /// What it is.
    pub name: ViewableName,
    /// Which page, from 0.
    pub page: u32,
    /// How many there are, once a page was drawn.
    pub pages: Option<u32>,
    /// Since when this page is wanted.
    pub since: Timestamp,
    /// What there is to see.
    pub shown: PageShown,
    /// Larger than the place it stands in.
    pub enlarged: bool,
}

/// What there is to see of a page.
#[derive(Debug)]
pub enum PageShown {
    /// It is being drawn.
    Drawing,
    /// It was drawn.
    Drawn(PagePicture),
    /// It is text.
    Text(TextPage),
    /// It cannot be drawn.
    Not(Trouble),
}

/// A page that the sandbox was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageAsked {
    /// Of which item.
    pub item: ItemId,
    /// Of which of its documents.
    pub which: usize,
    /// Which page, from 0.
    pub page: u32,
}

impl Viewer {
    pub(super) fn wants(&self) -> PageAsked {
        PageAsked { item: self.item, which: self.which, page: self.page }
    }

    /// The picture, when there is one.
    pub fn picture(&self) -> Option<&PagePicture> {
        match &self.shown {
            PageShown::Drawn(picture) => Some(picture),
            PageShown::Drawing | PageShown::Text(_) | PageShown::Not(_) => None,
        }
    }

    /// Whether there is a page before this one.
    pub fn has_previous(&self) -> bool {
        self.page > 0
    }

    /// Whether there is a page after this one.
    pub fn has_next(&self) -> bool {
        self.pages.is_some_and(|pages| self.page + 1 < pages)
    }
}
