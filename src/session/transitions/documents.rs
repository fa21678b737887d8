//! Documents inside the review: open, turn pages, close. Opening and turning count as touches; a page that arrives does not.

use super::super::{Effect, PageShown, ReviewQuestion, Reviewing, Session, State, Transition, Viewer};
use crate::audit::AuditKind;
use crate::intake::{ItemId, MoreLine};
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, TextPage, ViewableKind, ViewableName};
use std::time::Duration;

impl Session {
    pub(super) fn on_document_opened(
        mut self,
        mut reviewing: Box<Reviewing>,
        item: ItemId,
        which: usize,
        now: Timestamp,
    ) -> Transition {
        let Some(name) = reviewing.viewables_of(item).get(which).copied() else {
            return self.keep(State::Reviewing(reviewing));
        };
        self.since = now;
        let shown = PageShown::Drawing;
        reviewing.viewer = Some(Viewer { item, which, name, page: 0, pages: None, since: now, shown, enlarged: false });
        let record = self.record(AuditKind::DocumentLookedAt, |event| event.by(&reviewing.staff.id).detail(word(name)));
        self.draw(reviewing, vec![record])
    }

    pub(super) fn on_page_turned(mut self, mut reviewing: Box<Reviewing>, page: u32, now: Timestamp) -> Transition {
        if let Some(viewer) = &mut reviewing.viewer
            && viewer.page != page
            && viewer.pages.is_some_and(|pages| page < pages)
        {
            (viewer.page, viewer.since, viewer.shown) = (page, now, PageShown::Drawing);
        }
        self.since = now;
        self.draw(reviewing, Vec::new())
    }

    pub(super) fn on_page_drawn(
        self,
        mut reviewing: Box<Reviewing>,
        outcome: Result<PagePicture, Trouble>,
    ) -> Transition {
        reviewing.take_page(outcome);
        self.draw(reviewing, Vec::new())
    }

    pub(super) fn on_page_read(self, mut reviewing: Box<Reviewing>, page: TextPage) -> Transition {
        reviewing.take_text(page);
        self.draw(reviewing, Vec::new())
    }

    /// A large item is read by somebody else, while the form goes on.
    pub(super) fn on_more_toggled(mut self, mut reviewing: Box<Reviewing>, item: ItemId, now: Timestamp) -> Transition {
        let was_open = reviewing.more_open.take().is_some_and(|(open, _)| open == item);
        let wanted = reviewing.reconciliation.item(item).filter(|_| !was_open);
        let large = wanted.filter(|item| item.is_large()).map(|item| Box::new(item.clone()));
        let more = wanted.map(|item| (item.id, (!item.is_large()).then(|| item.more())));
        reviewing.more_open = more;
        self.since = now;
        let ask = large.map(|item| self.ask_for_review(ReviewQuestion::ReadMore(item)));
        let mut transition = self.keep(State::Reviewing(reviewing));
        transition.effects.extend(ask);
        transition
    }

    /// Asks for the page that is wanted, unless another is still being drawn.
    fn draw(self, mut reviewing: Box<Reviewing>, mut effects: Vec<Effect>) -> Transition {
        if let Some(question) = reviewing.next_drawing() {
            effects.push(self.ask_for_review(question));
        }
        let mut transition = self.keep(State::Reviewing(reviewing));
        transition.effects = effects;
        transition
    }
}

impl Reviewing {
    pub(super) fn toggle_enlarged(&mut self) {
        if let Some(viewer) = &mut self.viewer {
            viewer.enlarged = !viewer.enlarged;
        }
    }

    /// The document to draw next, when one is wanted and nothing is being drawn.
    pub(super) fn next_drawing(&mut self) -> Option<ReviewQuestion> {
        let viewer = self.viewer.as_mut().filter(|viewer| matches!(viewer.shown, PageShown::Drawing))?;
        if self.drawing.is_some() {
            return None;
        }
        let item = self.reconciliation.item(viewer.item);
        if let Some(item) = item.filter(|item| item.is_large()) {
            self.drawing = Some(viewer.wants());
            return Some(ReviewQuestion::OpenDocument {
                item: Box::new(item.clone()),
                which: viewer.which,
                page: viewer.page,
            });
        }
        let Some(found) = item.and_then(|item| item.viewables().into_iter().nth(viewer.which)) else {
            viewer.shown = PageShown::Not(Trouble::DocumentNotShown);
            return None;
        };
        if found.viewable.kind == ViewableKind::Text {
            let text = std::str::from_utf8(found.viewable.bytes.reveal()).unwrap_or_default();
            viewer.shown = match TextPage::of(text, viewer.page) {
                Some(page) => {
                    viewer.pages = Some(page.pages);
                    PageShown::Text(page)
                }
                None => PageShown::Not(Trouble::DocumentNotShown),
            };
            return None;
        }
        self.drawing = Some(viewer.wants());
        Some(ReviewQuestion::DrawPage { document: found.viewable, page: viewer.page })
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

    /// Takes a page of a text, when it is the one that is still wanted.
    pub(super) fn take_text(&mut self, page: TextPage) {
        let Some(asked) = self.drawing.take() else { return };
        let Some(viewer) = self.viewer.as_mut().filter(|viewer| viewer.wants() == asked) else { return };
        if matches!(viewer.shown, PageShown::Drawing) && page.page == asked.page {
            viewer.pages = Some(page.pages);
            viewer.shown = PageShown::Text(page);
        }
    }

    /// Takes what of an item became no fact, where it is still open.
    pub(super) fn take_more(&mut self, item: ItemId, more: Option<Vec<MoreLine>>) {
        if self.more_open.as_ref().is_some_and(|(open, known)| *open == item && known.is_none()) {
            self.more_open = more.map(|more| (item, Some(more)));
        }
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

const fn word(name: ViewableName) -> &'static str {
    match name {
        ViewableName::Document => "document",
        ViewableName::CardFront => "card-front",
        ViewableName::CardBack => "card-back",
        ViewableName::Logo => "logo",
        ViewableName::Picture => "picture",
        ViewableName::Text => "text",
    }
}
