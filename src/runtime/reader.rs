//! The thread that resolves shares, one at a time, and survives whatever a share does to it.

use super::clock::now;
use super::kiosk::Post;
use crate::health_link::Passcode;
use crate::net::ShareClient;
use crate::resolve::{Manner, ResolvedShare, Resolver, Trace};
use crate::scan::ScannedCode;
use crate::session::{Event, SessionId, Trouble};
use crate::trust::TrustList;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::Receiver;

/// One share to read.
pub(super) struct ReaderJob {
    pub(super) session: SessionId,
    pub(super) code: Box<ScannedCode>,
    pub(super) passcode: Option<Passcode>,
}

/// What the thread needs for all its work.
pub(super) struct Reader {
    pub(super) client: ShareClient,
    pub(super) trust: TrustList,
    pub(super) recipient: String,
    /// The visit that stands before the kiosk now.
    pub(super) present: Arc<AtomicI64>,
    pub(super) post: Post,
}

impl Reader {
    /// Works until the other end is dropped.
    pub(super) fn run(self, jobs: &Receiver<ReaderJob>) {
        while let Ok(ReaderJob { session, code, passcode }) = jobs.recv() {
            // Nobody's link is used up after they left.
            if session.0 != self.present.load(Ordering::Relaxed) {
                continue;
            }
            let resolver = Resolver {
                fetch: &self.client.for_one_share(),
                trust: &self.trust,
                recipient: &self.recipient,
                passcode: passcode.as_ref(),
                now: now(),
                manner: Manner::Kiosk,
                trace: &Trace::default(),
            };
            let resolve = AssertUnwindSafe(|| resolver.resolve(&code).and_then(ResolvedShare::into_arrival));
            let outcome = match catch_unwind(resolve) {
                Ok(Ok(arrival)) => Ok(Box::new(arrival)),
                Ok(Err(defect)) => {
                    tracing::info!(%session, stage = defect.stage().word(), "a share was refused");
                    Err(defect.trouble())
                }
                Err(_) => {
                    tracing::error!(%session, "the reader panicked");
                    Err(Trouble::ReaderFailed)
                }
            };
            self.post.send(Event::ShareResolved { session, outcome });
        }
    }
}
