//! The document that staff look at. It lives inside the review and goes with it; a picture goes when it is closed.

use super::Reviewing;
use crate::intake::ItemId;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, Viewable, ViewableName};
use std::time::Duration;

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
    fn wants(&self) -> PageAsked {
        PageAsked { item: self.item, which: self.which, page: self.page }
    }

    /// The picture, when there is one.
    pub fn picture(&self) -> Option<&PagePicture> {
        match &self.shown {
            PageShown::Drawn(picture) => Some(picture),
            PageShown::Drawing | PageShown::Not(_) => None,
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

impl Reviewing {
    pub(super) fn toggle_enlarged(&mut self) {
        if let Some(viewer) = &mut self.viewer {
            viewer.enlarged = !viewer.enlarged;
        }
    }

    /// The document to draw next, when one is wanted and nothing is being drawn.
    pub(super) fn next_drawing(&mut self) -> Option<(Viewable, u32)> {
        let viewer = self.viewer.as_mut().filter(|viewer| matches!(viewer.shown, PageShown::Drawing))?;
        if self.drawing.is_some() {
            return None;
        }
        let items = &self.reconciliation.intake().items;
        let item = items.iter().find(|item| item.id == viewer.item);
        let Some(found) = item.and_then(|item| item.viewables().into_iter().nth(viewer.which)) else {
            viewer.shown = PageShown::Not(Trouble::DocumentNotShown);
            return None;
        };
        self.drawing = Some(viewer.wants());
        Some((found.viewable, viewer.page))
    }

    /// Takes a drawn page, when it is the one that is still wanted.
    pub(super) fn take_page(&mut self, outcome: Result<PagePicture, Trouble>) {
        let Some(asked) = self.drawing.take() else { return };
        let Some(viewer) = self.viewer.as_mut().filter(|viewer| viewer.wants() == asked) else { return };
        if !matches!(viewer.shown, PageShown::Drawing) {
            return;
        }
        viewer.shown = match outcome {
            Ok(picture) if picture.is_sound() && picture.page == asked.page => {
                viewer.pages = Some(picture.pages);
                PageShown::Drawn(picture)
            }
            Ok(_) => PageShown::Not(Trouble::DocumentNotShown),
            Err(trouble) => PageShown::Not(trouble),
        };
    }

    /// A page that does not come is said not to be shown.
    pub(super) fn give_up_drawing(&mut self, now: Timestamp, delay: Duration) {
        if let Some(viewer) = self.viewer.as_mut()
            && matches!(viewer.shown, PageShown::Drawing)
            && now.since(viewer.since) >= delay
        {
            viewer.shown = PageShown::Not(Trouble::DocumentNotShown);
        }
    }
}
