//! Sends what is queued, oldest first, one at a time, for as long as it takes.

use super::clock::now;
use super::destination::Destination;
use super::kiosk::{Post, SharedHealth, SharedStore, lock};
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::{Came, Course, FilingOutcome, Next, Receipt, Refusal, SubmissionId, backoff};
use crate::sensitive::LogSafe as _;
use crate::session::{EhrHealth, Event};
use crate::store::{Due, Store, StoreError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;

/// How long a check-in waits whose answer could not be written down, so that it holds up nobody else.
const UNWRITTEN_PAUSE: Duration = Duration::from_secs(3);
/// How often the worker looks by itself.
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
pub fn send_due(store: &Mutex<Store>, ehr: &Destination, runtime: &Handle) -> Result<Sent, StoreError> {
    let Some(Due { mut course, tries }) = claim(&mut lock(store))? else { return Ok(Sent::NothingDue) };
    let end = follow(&mut course, store, ehr, runtime)?;
    let submission = course.plan().submission.clone();
    let mut store = lock(store);
    let mut outbox = store.outbox();
    let (outcome, health) = match end {
        End::Accepted(receipt) => {
            outbox.accept(&receipt, AuditEvent::between_visits(AuditKind::CheckInAccepted), now())?;
            (FilingOutcome::Accepted, EhrHealth::Reachable)
        }
        End::Person(refusal) => {
            let event = AuditEvent::between_visits(AuditKind::CheckInNeedsPerson).detail(refusal.log_word());
            outbox.needs_person(&submission, refusal.log_word(), event, now())?;
            (FilingOutcome::NeedsPerson, EhrHealth::Reachable)
        }
        End::Later { after, fault } => {
            let wait = backoff(tries, after, random());
            let reason = fault.map_or("ehr-not-there", |fault| fault.log_word());
            outbox.put_back(&submission, reason, now().plus(wait), now())?;
            let health = if fault.is_some() { EhrHealth::Refusing } else { EhrHealth::Unreachable };
            (FilingOutcome::Queued, health)
        }
    };
    tracing::info!(submission = submission.as_str(), tries, ?outcome, "sent a check-in");
    Ok(Sent::Outcome(submission, outcome, health))
}

/// Where one try ended.
enum End {
    Accepted(Receipt),
    Person(Refusal),
    Later { after: Option<Duration>, fault: Option<Refusal> },
}

/// One request after the other. A step that is proven is on disk before the next one leaves.
fn follow(course: &mut Course, store: &Mutex<Store>, ehr: &Destination, runtime: &Handle) -> Result<End, StoreError> {
    loop {
        let request = match course.what_next() {
            Next::Done(receipt) => return Ok(End::Accepted(receipt)),
            Next::Person(refusal) => return Ok(End::Person(refusal)),
            Next::Send { request, write_first } => {
                if write_first {
                    lock(store).outbox().record_progress(course, now())?;
                }
                request
            }
        };
        let reply = runtime.block_on(ehr.ask(&request));
        let came = course.answered(&request, reply.as_ref().map_err(|none| *none));
        // What a single step came to is the end of the course, and is written with it.
        if course.plan().steps.len() > 1 {
            lock(store).outbox().record_progress(course, now())?;
        }
        match came {
            Came::Further => {}
            Came::Retry { after, fault } => return Ok(End::Later { after, fault }),
            Came::Refused(refusal) => return Ok(End::Person(refusal)),
        }
    }
}

/// Only one sends, and it is here: a row that still says `Sending` could not be written after its answer (a full disk), and
/// goes again.
fn claim(store: &mut Store) -> Result<Option<Due>, StoreError> {
    let mut outbox = store.outbox();
    if outbox.recover(now(), UNWRITTEN_PAUSE)? > 0 {
        tracing::warn!("what an earlier answer came to was not written down: that check-in is sent again");
    }
    outbox.next_due(now())
}

/// A number for the random part of the wait, so that twenty kiosks do not come back together after an outage.
fn random() -> u32 {
    uuid::Uuid::new_v4().as_fields().0
}

/// The thread's part: looks, sends, tells, sleeps.
pub(super) struct OutboxWorker {
    store: SharedStore,
    ehr: Option<Arc<Destination>>,
    runtime: Handle,
    post: Post,
    health: SharedHealth,
    state: Mutex<WorkerState>,
    woken: Condvar,
}

#[derive(Default)]
struct WorkerState {
    stop: bool,
    wake: bool,
}

impl OutboxWorker {
    pub(super) fn new(
        store: SharedStore,
        ehr: Option<Arc<Destination>>,
        runtime: Handle,
        post: Post,
        health: SharedHealth,
    ) -> OutboxWorker {
        let (state, woken) = (Mutex::default(), Condvar::new());
        OutboxWorker { store, ehr, runtime, post, health, state, woken }
    }

    /// Something new is queued.
    pub(super) fn wake(&self) {
        lock(&self.state).wake = true;
        self.woken.notify_all();
    }

    /// Ends the thread after the check-in that is under way.
    pub(super) fn stop(&self) {
        lock(&self.state).stop = true;
        self.woken.notify_all();
    }

    pub(super) fn run(&self) {
        while !lock(&self.state).stop {
            let more = match &self.ehr {
                Some(ehr) => self.send_one(ehr),
                None => false,
            };
            self.count();
            if !more {
                self.sleep();
            }
        }
    }

    /// Whether another one may be due at once.
    fn send_one(&self, ehr: &Destination) -> bool {
        match send_due(&self.store, ehr, &self.runtime) {
            Ok(Sent::NothingDue) => false,
            Ok(Sent::Outcome(submission, outcome, ehr)) => {
                self.health.change(|health| health.ehr = ehr);
                // What waits is told by the session's own deadline.
                if outcome != FilingOutcome::Queued {
                    self.post.send(Event::SubmissionAnswered { submission, outcome });
                }
                true
            }
            Err(error) => {
                tracing::error!(why = %error, "the outbox cannot be written");
                false
            }
        }
    }

    fn count(&self) {
        if let Ok((waiting, needs_person)) = lock(&self.store).outbox().waiting() {
            self.health.change(|health| (health.waiting, health.needs_person) = (waiting, needs_person));
        }
    }

    fn sleep(&self) {
        let state = lock(&self.state);
        let idle = |state: &mut WorkerState| !state.stop && !state.wake;
        let (mut state, _) =
            self.woken.wait_timeout_while(state, LOOK_AGAIN, idle).unwrap_or_else(PoisonError::into_inner);
        state.wake = false;
    }
}
