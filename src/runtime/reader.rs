//! The thread that has shares read and pages drawn, one at a time, each in a sandbox.

use super::clock::{local_day, now};
use super::shared::{EventSender, SharedStore, lock};
use crate::health_link::Passcode;
use crate::intake::{Intake, IntakeItem};
use crate::resolve::Strictness;
use crate::sandbox::{IssuerCache, Refusal, Sandbox, ShareJob, ShareReply, Steps};
use crate::scan::ScannedCode;
use crate::session::{Answer, ReviewAnswer, ReviewId};
use crate::session_id::SessionId;
use crate::store::{CachedDocument, StoreError};
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::trust::TrustList;
use crate::viewing::{TextPage, Viewable, ViewableKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::Receiver;

/// One thing to do.
pub(super) struct ReaderJob {
    pub(super) session: SessionId,
    pub(super) work: Work,
}

pub(super) enum Work {
    /// A share to read.
    Share { code: Box<ScannedCode>, passcode: Option<Passcode> },
    /// What a form asks for.
    Review(ReviewId, Reading),
}

pub(super) enum Reading {
    /// A page to draw.
    Page { document: Viewable, page: u32 },
    /// A page of a document of a large item.
    Document { item: Box<IntakeItem>, which: usize, page: u32 },
    /// What of a large item became no fact.
    More(Box<IntakeItem>),
}

/// What the thread needs for all its work.
pub(super) struct Reader {
    pub(super) sandbox: Sandbox,
    pub(super) trust: TrustList,
    pub(super) recipient: String,
    /// The visit that stands before the kiosk now.
    pub(super) present: Arc<AtomicI64>,
    pub(super) events: EventSender,
}

impl Reader {
    /// Works until the other end is dropped. Nobody's link is used up after they left, and nothing is read on for them.
    pub(super) fn run(self, jobs: &Receiver<ReaderJob>) {
        while let Ok(ReaderJob { session, work }) = jobs.recv() {
            let is_present = || session.0 == self.present.load(Ordering::Relaxed);
            if is_present() {
                let answer = match work {
                    Work::Share { code, passcode } => self.read(session, code, passcode, &is_present),
                    Work::Review(review, reading) => Answer::Review(review, self.look(reading, &is_present)),
                };
                self.events.answer(session, answer);
            }
        }
    }

    fn look(&self, reading: Reading, is_present: &dyn Fn() -> bool) -> ReviewAnswer {
        match reading {
            Reading::Page { document, page } => self.page(&document, page, is_present),
            Reading::Document { item, which, page } => {
                let document = item.viewables().into_iter().nth(which);
                let not_shown = ReviewAnswer::PageDrawn(Err(Trouble::DocumentNotShown));
                document.map_or(not_shown, |it| self.page(&it.viewable, page, is_present))
            }
            Reading::More(item) => ReviewAnswer::MoreRead(item.id, Some(item.more())),
        }
    }

    /// A page in letters or in pixels.
    fn page(&self, document: &Viewable, page: u32, is_present: &dyn Fn() -> bool) -> ReviewAnswer {
        if document.kind == ViewableKind::Text {
            let text = std::str::from_utf8(document.bytes.reveal()).unwrap_or_default();
            let page = TextPage::of(text, page);
            return page.map_or(ReviewAnswer::PageDrawn(Err(Trouble::DocumentNotShown)), ReviewAnswer::PageRead);
        }
        ReviewAnswer::PageDrawn(self.sandbox.draw_page(document, page, is_present).map(|(picture, _)| picture))
    }

    fn read(
        &self,
        session: SessionId,
        code: Box<ScannedCode>,
        passcode: Option<Passcode>,
        is_present: &dyn Fn() -> bool,
    ) -> Answer {
        let now = now();
        let job = ShareJob {
            code,
            passcode,
            recipient: self.recipient.clone(),
            trust: self.trust.clone(),
            now,
            day: local_day(now),
            strictness: Strictness::Kiosk,
            steps: Steps::Unwanted,
        };
        let (ShareReply { outcome, .. }, cost) = self.sandbox.read_share(job, is_present);
        tracing::info!(%session, cpu_millis = cost.cpu.as_millis(), peak_bytes = cost.peak_bytes, "a share was read");
        match outcome {
            Ok(arrived) => {
                arrived.forms().iter().for_each(Intake::look_ahead);
                Answer::ShareResolved(Ok(arrived))
            }
            Err(refused) => {
                tracing::info!(%session, stage = refused.stage.word(), "a share was refused");
                match refused.refusal {
                    Refusal::Trouble(trouble) => Answer::ShareResolved(Err(trouble)),
                    Refusal::Passcode { remaining } => Answer::PasscodeRefused { remaining },
                }
            }
        }
    }
}

/// Issuers' documents in the kiosk's database. Without it the kiosk asks the issuers each time.
pub(super) struct StoreIssuerCache(pub(super) SharedStore);

impl IssuerCache for StoreIssuerCache {
    fn find(&self, url: &str) -> Option<CachedDocument> {
        told(lock(&self.0).issuer_cache().find(url)).flatten()
    }

    fn keep(&self, url: &str, body: &[u8], now: Timestamp) {
        told(lock(&self.0).issuer_cache().keep(url, body, now));
    }
}

fn told<T>(result: Result<T, StoreError>) -> Option<T> {
    result.map_err(|error| tracing::error!(why = %error, "issuers' documents cannot be kept")).ok()
}
