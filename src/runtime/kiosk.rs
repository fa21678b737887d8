//! The session and everything that works for it: events in, steps, effects out. The window calls it each frame; tests call it
//! without a window.

use super::camera_watch::CameraWatch;
use super::clock::{Watch, now};
use super::desk::Desk;
use super::destination::{Destination, SharedSite};
use super::effects::EffectRunner;
use super::outbox::{LINES, OutboxWorker};
use super::printing::Printing;
use super::reader::{Reader, StoreIssuerCache};
use super::serial;
use super::setup::{StartError, async_runtime, egress_policy, ehr, trust_list, trusted_ca};
use super::shared::{EventSender, SharedHealth, lock};
use super::staff::Roster;
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::net::{Broker, Lookup, prepare_tls};
use crate::printer::TicketPrinter;
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::scan::Frame;
use crate::sensitive::LogSafe as _;
use crate::session::{Delays, DeviceHealth, Effect, Event, PrinterHealth, Session};
use crate::store::{SealingKey, Store};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

/// Events that wait for the next frame; more than these come from nothing that works.
const EVENT_QUEUE: usize = 256;
/// Batches of effects that wait; each event makes one at the most.
const EFFECT_QUEUE: usize = 64;
/// Tickets that wait for the printer.
const TICKET_QUEUE: usize = 4;

/// The running kiosk.
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
        let ca = trusted_ca(config)?;
        let trust = trust_list(config)?;
        let key = SealingKey::from_file(&config.sealing_key_file)?;
        let opened = Store::open(&config.store_folder, key, now())?;
        let mut store = opened.store;
        store.files_to(config.filing_address());
        let store = Arc::new(Mutex::new(store));
        lock(&store)
            .audit()
            .append(&AuditEvent::between_visits(AuditKind::KioskStarted).count(opened.recovered), now())?;
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
        let health = SharedHealth::default();
        health.change(|health| {
            health.trust_list = (!trust.is_empty()).then(|| trust.as_of());
            health.store_damaged = !damaged.is_empty();
        });
        let (events_in, events) = sync_channel(EVENT_QUEUE);
        let sender = EventSender::new(events_in, wake);
        let async_runtime = async_runtime()?;
        let handle = async_runtime.handle().clone();

        let ehr = ehr(config)?;
        let site = SharedSite::new(config)?;
        ehr.iter().for_each(|ehr| site.learn(ehr.clone(), &handle));
        let destination = Arc::new(Destination::new(config, ehr.clone()));
        let ehr = ehr.map(Arc::new);
        // Without an EHR nobody has a chart.
        let new_patients = config.ehr.as_ref().is_none_or(|ehr| ehr.new_patients);
        let mut threads = Vec::new();
        let mut spawn = |name: &str, work: Box<dyn FnOnce() + Send>| -> Result<(), StartError> {
            threads.push(Builder::new().name(name.to_owned()).spawn(work)?);
            Ok(())
        };
        let closing = Arc::new(AtomicBool::new(false));
        if let Some(port) = config.scanner_port.clone() {
            let (closing, sender) = (Arc::clone(&closing), sender.clone());
            spawn(
                "serial",
                Box::new(move || serial::listen(&port, &closing, |code| sender.send(Event::CodeSeen(code)))),
            )?;
        }
        let camera = Arc::new(CameraWatch::new(config.camera.clone(), sender.clone(), health.clone()));
        let policy = egress_policy(config, lookup);
        let present = Arc::new(AtomicI64::new(0));
        let reader = Reader {
            sandbox: Sandbox::new(SandboxOptions {
                broker: Broker::new(policy),
                authority: ca,
                issuer_cache: Box::new(StoreIssuerCache(Arc::clone(&store))),
            }),
            trust,
            recipient: config.clinic.clone(),
            present: Arc::clone(&present),
            events: sender.clone(),
        };
        let (shares, share_jobs) = sync_channel(2);
        spawn("reader", Box::new(move || reader.run(&share_jobs)))?;
        let desk = Desk {
            runtime: handle.clone(),
            store: Arc::clone(&store),
            roster: Roster::new(config.staff.clone()),
            ehr: ehr.clone(),
            new_patients,
            events: sender.clone(),
            health: health.clone(),
        };
        let (desk_in, desk_jobs) = sync_channel(4);
        spawn("desk", Box::new(move || desk.run(&desk_jobs)))?;
        let outbox =
            Arc::new(OutboxWorker::new(Arc::clone(&store), destination, handle, sender.clone(), health.clone()));
        for line in 1..=LINES {
            let worker = Arc::clone(&outbox);
            spawn(&format!("outbox-{line}"), Box::new(move || worker.run()))?;
        }
        let printer = TicketPrinter::new(config.printer.clone());
        let mut tickets = None;
        if printer.is_configured() {
            health.change(|health| health.printer = PrinterHealth::Ready);
            let (tickets_in, waiting) = sync_channel(TICKET_QUEUE);
            let printing = Printing { printer, store: Arc::clone(&store), health: health.clone() };
            spawn("printer", Box::new(move || printing.run(&waiting)))?;
            tickets = Some(tickets_in);
        }
        let delays = Delays::default();
        let runner = EffectRunner {
            store,
            clinic: config.clinic.clone(),
            site,
            // Well before the session says that nothing was filed.
            store_within: delays.filing * 2,
            shares,
            desk: desk_in,
            outbox: Arc::clone(&outbox),
            camera: Arc::clone(&camera),
            tickets,
            events: sender,
            health: health.clone(),
        };
        let (effects, batches) = sync_channel(EFFECT_QUEUE);
        spawn("effects", Box::new(move || runner.run_batches(&batches)))?;
        let session = Some(Session::idle(now(), config.language, delays));
        let effects = Some(effects);
        let watch = Watch::start();
        Ok(Kiosk {
            session,
            events,
            effects,
            health,
            camera,
            outbox,
            present,
            watch,
            closing,
            threads,
            _async_runtime: async_runtime,
        })
    }

    /// The visit.
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
    pub fn handle(&mut self, event: Event) {
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
