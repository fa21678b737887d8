//! Documents inside the review: open, turn pages, close. Opening and turning count as touches; a page that arrives does not.

use super::super::{Effect, PageShown, Question, Reviewing, Session, State, Transition, Viewer};
use crate::audit::AuditKind;
use crate::intake::ItemId;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, ViewableName};

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

    /// Asks for the page that is wanted, unless another is still being drawn.
    fn draw(self, mut reviewing: Box<Reviewing>, mut effects: Vec<Effect>) -> Transition {
        if let Some((document, page)) = reviewing.next_drawing() {
            effects.push(Effect::Ask(self.id, Question::DrawPage { document, page }));
        }
        let mut transition = self.keep(State::Reviewing(reviewing));
        transition.effects = effects;
        transition
    }
}

const fn word(name: ViewableName) -> &'static str {
    match name {
        ViewableName::Document => "document",
        ViewableName::CardFront => "card-front",
        ViewableName::CardBack => "card-back",
        ViewableName::Logo => "logo",
        ViewableName::Picture => "picture",
    }
}
