//! The session and everything that works for it: events in, steps, effects out. The window calls it each frame; tests call it
//! without a window.

use super::camera_watch::CameraWatch;
use super::clock::{Watch, now};
use super::destination::{Destination, SharedSite};
use super::effects::EffectRunner;
use super::outbox::OutboxWorker;
use super::setup::{StartError, async_runtime, ehr, trust_list, trusted_ca};
use super::shared::{EventSender, SharedHealth, SharedStore};
use super::workers::Workers;
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::folder::Folder;
use crate::net::{Lookup, prepare_tls};
use crate::scan::Frame;
use crate::sensitive::LogSafe as _;
use crate::session::{Delays, DeviceHealth, Effect, Event, Session};
use crate::store::{SealingKey, Store};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// Events that wait for the next frame; more than these come from nothing that works.
const EVENT_QUEUE: usize = 256;

/// The kiosk, from its start until it is dropped.
pub struct Kiosk {
    session: Option<Session>,
    events: Receiver<Event>,
    effects: Option<SyncSender<Vec<Effect>>>,
    health: SharedHealth,
    camera: Arc<CameraWatch>,
    outbox: Arc<OutboxWorker>,
    present: Arc<AtomicI64>,
    watch: Watch,
    closing: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
    // Dropped last: its tasks belong to the threads above.
    _async_runtime: tokio::runtime::Runtime,
}

impl Kiosk {
    /// Opens the store, starts the threads. `wake` is called when an event waits.
    pub fn start(config: &KioskConfig, lookup: Lookup, wake: Arc<dyn Fn() + Send + Sync>) -> Result<Kiosk, StartError> {
        prepare_tls();
        let authority = trusted_ca(config)?;
        let trust = trust_list(config)?;
        let health = SharedHealth::default();
        health.change(|health| health.trust_list = (!trust.is_empty()).then(|| trust.as_of()));
        let store = open_store(config, &health)?;
        let async_runtime = async_runtime()?;
        let runtime = async_runtime.handle().clone();
        let ehr = ehr(config)?;
        let site = SharedSite::new(config)?;
        ehr.iter().for_each(|ehr| site.keep_current(ehr.clone(), &runtime));
        let (events_in, events) = sync_channel(EVENT_QUEUE);
        let sender = EventSender::new(events_in, wake);
        let (closing, present) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
        let camera = Arc::new(CameraWatch::new(config.camera.clone(), sender.clone(), health.clone()));

        let mut workers = Workers { config, store, health, events: sender, runtime, threads: Vec::new() };
        workers.start_serial(&closing)?;
        let shares = workers.start_reader(trust, authority, lookup, &present)?;
        let pins = workers.start_pins()?;
        let desk = workers.start_desk(ehr.clone(), site.clone(), &present)?;
        let outbox = workers.start_outbox(Destination::new(config, ehr))?;
        let tickets = workers.start_printer()?;
        let delays = Delays::default();
        let effects = workers.start_effects(EffectRunner {
            store: Arc::clone(&workers.store),
            clinic: config.clinic.clone(),
            site,
            // Well before the session says that nothing was filed.
            store_within: delays.filing * 2,
            shares,
            pins,
            desk,
            outbox: Arc::clone(&outbox),
            camera: Arc::clone(&camera),
            folder: Folder::new(config.folder.clone()),
            tickets,
            events: workers.events.clone(),
            health: workers.health.clone(),
        })?;
        Ok(Kiosk {
            session: Some(Session::idle(now(), config.language, delays)),
            events,
            effects: Some(effects),
            health: workers.health,
            camera,
            outbox,
            present,
            watch: Watch::start(),
            closing,
            threads: workers.threads,
            _async_runtime: async_runtime,
        })
    }

    /// The visit as it stands; nothing when the kiosk has closed.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The devices around it.
    pub fn health(&self) -> DeviceHealth {
        self.health.get()
    }

    /// Whether a thread has ended that nobody asked to end: what it did, nobody does now. The program must close with an
    /// error and be started again; what was confirmed is on disk.
    pub fn has_failed(&self) -> bool {
        self.threads.iter().any(JoinHandle::is_finished)
    }

    /// The camera's newest picture, when it is newer than the one with this number.
    pub fn picture_newer_than(&self, seen: u64) -> Option<(u64, Arc<Frame>)> {
        self.camera.picture_newer_than(seen)
    }

    /// One step of the session; its effects go to the thread that runs them.
    pub fn handle(&mut self, event: impl Into<Event>) {
        let event = event.into();
        let Some(mut session) = self.session.take() else { return };
        let word = event.log_word();
        let (now, jump) = self.watch.look();
        if jump != 0 {
            tracing::warn!(millis = jump, "the clock was set");
            session.clock_was_set(jump);
        }
        let step = session.on(event, now);
        self.present.store(step.next.id.0, Ordering::Relaxed);
        if word != "tick" || !step.effects.is_empty() {
            tracing::debug!(event = word, state = step.next.state.word(), effects = step.effects.len(), "step");
        }
        self.session = Some(step.next);
        if step.effects.is_empty() {
            return;
        }
        let sent = self.effects.as_ref().map(|effects| effects.try_send(step.effects));
        if !matches!(sent, Some(Ok(()))) {
            tracing::error!("the effect runner takes no more effects");
        }
    }

    /// Handles everything that has happened since the last call, and the passing of time.
    pub fn pump(&mut self) {
        while let Ok(event) = self.events.try_recv() {
            self.handle(event);
        }
        self.handle(Event::Tick);
    }
}

/// Opens the store, and tells of all that was wrong with it.
fn open_store(config: &KioskConfig, health: &SharedHealth) -> Result<SharedStore, StartError> {
    let key = SealingKey::from_file(&config.sealing_key_file)?;
    let opened = Store::open(&config.store_folder, key, now())?;
    let mut store = opened.store;
    store.files_to(config.filing_address());
    let started = AuditEvent::between_visits(AuditKind::KioskStarted).count(opened.recovered);
    store.audit().append(&started, now())?;
    if let Some(aside) = &opened.damaged {
        tracing::error!(path = %aside.display(), "the database was damaged: it was moved aside and a fresh one begun");
    }
    if let Some(back) = &opened.rolled_back {
        tracing::error!(
            known = back.known,
            found = back.found,
            parked = back.parked,
            "the database is older than its checkpoint: a copy was restored, or the audit log was cut"
        );
    }
    let damaged = Store::damaged_files(&config.store_folder)?;
    health.change(|health| health.store_damaged = !damaged.is_empty());
    Ok(Arc::new(Mutex::new(store)))
}

/// Ends the threads in order; a check-in that is on disk stays there, whatever is under way.
impl Drop for Kiosk {
    fn drop(&mut self) {
        self.session = None;
        // Nobody is present, so nobody is read for.
        self.present.store(i64::MIN, Ordering::Relaxed);
        self.closing.store(true, Ordering::Relaxed);
        self.camera.close();
        self.outbox.stop();
        self.effects = None;
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread ended in a panic");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::system_lookup;

    #[test]
    fn a_thread_that_ended_unasked_fails_the_kiosk_and_a_damaged_database_is_told_until_it_is_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let sealing_key_file = folder.path().join("key");
        std::fs::write(&sealing_key_file, SealingKey::new_text().expect("random").reveal()).expect("a key");
        let config = KioskConfig { store_folder: folder.path().into(), sealing_key_file, ..KioskConfig::default() };
        let start = || Kiosk::start(&config, system_lookup(), Arc::new(|| {})).expect("the kiosk starts");
        assert!(!start().health().store_damaged);

        std::fs::write(folder.path().join("kiosk.sqlite"), [0x5A; 8192]).expect("damage");
        assert!(start().health().store_damaged);
        let kiosk = start();
        assert!(kiosk.health().store_damaged, "a restart mends nothing");
        assert!(!kiosk.has_failed());

        kiosk.outbox.stop();
        let failed = (0..500).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            kiosk.has_failed()
        });
        assert!(failed, "a dead thread went unnoticed");
    }
}
