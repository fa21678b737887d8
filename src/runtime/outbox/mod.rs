//! Sends what is queued, oldest first and in order for each patient, for as long as it takes.
//!
//! | file | its one job |
//! | --- | --- |
//! | `sender` | one check-in after the other: claim, send, write down |

mod sender;

pub use sender::{Saved, Sender, Unsaved};

use super::clock::now;
use super::destination::Destination;
use super::shared::{EventSender, SharedHealth, SharedStore, lock};
use crate::delivery::{
    CircuitBreaker, EhrReply, FilingOutcome, FolderFailed, FolderFiles, InFolder, NoAnswer, Request, SimilarCharts,
};
use crate::filing::{NewPatient, SubmissionId};
use crate::session::{EhrHealth, Event};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

/// How many check-ins are under way at once.
pub(super) const SENDERS: usize = 4;
/// How often a sender looks by itself.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// What sending one check-in came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// Nothing was due.
    NothingDue,
    /// This check-in came to this, and the EHR stands so.
    Outcome(SubmissionId, FilingOutcome, EhrHealth),
}

/// Takes the oldest due check-in, if there is one, as far as it goes, and writes down what came of it. The row says `Sending`
/// before the first byte leaves, and says `Accepted` only when the EHR's answers prove it.
pub fn send_due(store: &Mutex<Store>, to: &Destination, runtime: &Handle) -> Result<Sent, StoreError> {
    let breaker = Mutex::default();
    let sender = sender_to(store, &breaker, to);
    runtime.block_on(async {
        let mut unsaved = Unsaved::default();
        sender.save_and_claim(&mut unsaved, true).await?;
        let saved = sender.save_and_claim(&mut unsaved, false).await?;
        Ok(saved
            .settled
            .map_or(Sent::NothingDue, |(submission, outcome, health)| Sent::Outcome(submission, outcome, health)))
    })
}

#[expect(clippy::type_complexity, reason = "each `impl` is one seam of the sender: clock, chance, network, folder")]
fn sender_to<'a>(
    store: &'a Mutex<Store>,
    breaker: &'a Mutex<CircuitBreaker>,
    to: &'a Destination,
) -> Sender<
    'a,
    impl Fn() -> Timestamp,
    impl Fn() -> u32,
    impl AsyncFn(&Request) -> Result<EhrReply, NoAnswer>,
    impl AsyncFn(&NewPatient, &str) -> Result<SimilarCharts, NoAnswer>,
    impl Fn(&FolderFiles) -> Result<InFolder, FolderFailed>,
> {
    let ask = async |request: &Request| to.ask(request).await;
    let find = async |new: &NewPatient, name: &str| to.find(new, name).await;
    let keep = |files: &FolderFiles| to.keep(files);
    Sender { store, breaker, now, random, ask, find, keep }
}

/// A number for the random part of a wait, so that twenty kiosks do not come back together after an outage.
fn random() -> u32 {
    uuid::Uuid::new_v4().as_fields().0
}

/// The threads' part: each looks, sends, tells, sleeps.
pub(super) struct OutboxWorker {
    store: SharedStore,
    to: Arc<Destination>,
    runtime: Handle,
    events: EventSender,
    health: SharedHealth,
    breaker: Mutex<CircuitBreaker>,
    state: Mutex<WorkerState>,
    woken: Condvar,
}

#[derive(Default)]
struct WorkerState {
    stop: bool,
    /// Goes up with each wake, so that every sender sees it.
    wakes: u64,
}

impl OutboxWorker {
    pub(super) fn new(
        store: SharedStore,
        to: Arc<Destination>,
        runtime: Handle,
        events: EventSender,
        health: SharedHealth,
    ) -> OutboxWorker {
        let (breaker, state, woken) = (Mutex::default(), Mutex::default(), Condvar::new());
        OutboxWorker { store, to, runtime, events, health, breaker, state, woken }
    }

    /// Something new is queued.
    pub(super) fn wake(&self) {
        lock(&self.state).wakes += 1;
        self.woken.notify_all();
    }

    /// Ends the threads after the check-ins that are under way.
    pub(super) fn stop(&self) {
        lock(&self.state).stop = true;
        self.woken.notify_all();
    }

    /// One sender's thread. What is unsaved at the end is written down, or else sent again after the next start.
    pub(super) fn run(&self) {
        let mut unsaved = Unsaved::default();
        let mut seen = 0;
        while !lock(&self.state).stop {
            if !self.send_next(&mut unsaved, true) {
                self.count();
                self.sleep(&mut seen);
            }
        }
        self.send_next(&mut unsaved, false);
    }

    /// Whether another one may be due at once.
    fn send_next(&self, unsaved: &mut Unsaved, more: bool) -> bool {
        let sender = sender_to(&self.store, &self.breaker, &self.to);
        match self.runtime.block_on(sender.save_and_claim(unsaved, more)) {
            Ok(saved) => {
                if let Some((submission, outcome, ehr)) = saved.settled {
                    tracing::info!(submission = submission.as_str(), ?outcome, "sent a check-in");
                    self.health.change(|health| health.ehr = ehr);
                    self.count();
                    // What waits is told by the session's own deadline.
                    if outcome != FilingOutcome::Queued {
                        self.events.send(Event::Delivery { submission, outcome });
                    }
                }
                saved.sent
            }
            Err(error) => {
                tracing::error!(why = %error, "the outbox cannot be written");
                false
            }
        }
    }

    fn count(&self) {
        let mut store = lock(&self.store);
        let (counts, kept) = (store.outbox().waiting(), store.kept().count());
        if let (Ok((waiting, needs_person)), Ok(kept)) = (counts, kept) {
            self.health.change(|health| {
                (health.waiting, health.needs_person, health.kept) = (waiting, needs_person, kept);
            });
        }
    }

    fn sleep(&self, seen: &mut u64) {
        let state = lock(&self.state);
        let idle = |state: &mut WorkerState| !state.stop && state.wakes == *seen;
        let (state, _) = self.woken.wait_timeout_while(state, LOOK_AGAIN, idle).unwrap_or_else(PoisonError::into_inner);
        *seen = state.wakes;
    }
}
