//! What several threads of the kiosk hold: the store, the health of devices, the way to the session.

use crate::sensitive::LogSafe as _;
use crate::session::{Answer, DeviceHealth, Event, ReviewAnswer, ReviewId};
use crate::session_id::SessionId;
use crate::store::Store;
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The store, shared by the threads that write it. Each use is one transaction.
pub(super) type SharedStore = Arc<Mutex<Store>>;

/// Device health, shared.
#[derive(Clone, Default)]
pub(super) struct SharedHealth(Arc<Mutex<DeviceHealth>>);

impl SharedHealth {
    pub(super) fn change(&self, change: impl FnOnce(&mut DeviceHealth)) {
        change(&mut lock(&self.0));
    }

    pub(super) fn get(&self) -> DeviceHealth {
        *lock(&self.0)
    }
}

/// A panic elsewhere leaves nothing half done: the store's changes are transactions, health is plain values.
pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends events to the session and wakes whoever draws it.
#[derive(Clone)]
pub(super) struct EventSender {
    events: SyncSender<Event>,
    wake: Arc<dyn Fn() + Send + Sync>,
}

impl EventSender {
    pub(super) fn new(events: SyncSender<Event>, wake: Arc<dyn Fn() + Send + Sync>) -> EventSender {
        EventSender { events, wake }
    }

    pub(super) fn answer(&self, session: SessionId, answer: Answer) {
        self.send(Event::Answer(session, answer));
    }

    /// Tells the form of a visit what it waits for.
    pub(super) fn answer_review(&self, (session, review): (SessionId, ReviewId), answer: ReviewAnswer) {
        self.answer(session, Answer::Review(review, answer));
    }

    pub(super) fn send(&self, event: Event) {
        match self.events.try_send(event) {
            Ok(()) => (self.wake)(),
            Err(TrySendError::Full(event)) => tracing::error!(event = event.log_word(), "the event queue is full"),
            // The kiosk is closing.
            Err(TrySendError::Disconnected(_)) => {}
        }
    }
}
