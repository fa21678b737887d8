//! Starts each worker on a thread of its own, and gives back the queue that leads to it.

use super::desk::{Desk, DeskJob};
use super::destination::{Destination, SharedSite};
use super::effects::EffectRunner;
use super::outbox::{OutboxWorker, SENDERS};
use super::pins::{PinJob, Pins};
use super::printing::Printing;
use super::reader::{Reader, ReaderJob, StoreIssuerCache};
use super::serial;
use super::setup::{StartError, egress_policy};
use super::shared::{EventSender, SharedHealth, SharedStore};
use super::staff::Roster;
use crate::config::KioskConfig;
use crate::net::{Broker, EhrClient, Lookup, TrustedCa};
use crate::printer::{TicketPrinter, TicketText};
use crate::reconciliation::LookAlikes;
use crate::sandbox::{Sandbox, SandboxOptions};
use crate::session::{Effect, Input, PrinterHealth};
use crate::trust::TrustList;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use tokio::runtime::Handle;

/// Shares and pages that wait; a visit asks for one at a time.
const READER_QUEUE: usize = 2;
/// Questions of the desk that wait.
const DESK_QUEUE: usize = 4;
/// Batches of effects that wait; each event makes one at the most.
const EFFECT_QUEUE: usize = 64;
/// Tickets that wait for the printer.
const TICKET_QUEUE: usize = 4;

/// What all workers are made of, and their threads so far.
pub(super) struct Workers<'a> {
    pub(super) config: &'a KioskConfig,
    pub(super) store: SharedStore,
    pub(super) health: SharedHealth,
    pub(super) events: EventSender,
    pub(super) runtime: Handle,
    pub(super) threads: Vec<JoinHandle<()>>,
}

impl Workers<'_> {
    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), StartError> {
        self.threads.push(Builder::new().name(name.to_owned()).spawn(work)?);
        Ok(())
    }

    /// The hand scanner on a serial line, where there is one.
    pub(super) fn start_serial(&mut self, closing: &Arc<AtomicBool>) -> Result<(), StartError> {
        let Some(port) = self.config.scanner_port.clone() else { return Ok(()) };
        let (closing, events) = (Arc::clone(closing), self.events.clone());
        self.spawn("serial", move || serial::listen(&port, &closing, |code| events.send(Input::CodeSeen(code).into())))
    }

    /// Who has shares read and pages drawn.
    pub(super) fn start_reader(
        &mut self,
        trust: TrustList,
        authority: Option<TrustedCa>,
        lookup: Lookup,
        present: &Arc<AtomicI64>,
    ) -> Result<SyncSender<ReaderJob>, StartError> {
        let reader = Reader {
            sandbox: Sandbox::new(SandboxOptions {
                broker: Broker::new(egress_policy(self.config, lookup)),
                authority,
                issuer_cache: Box::new(StoreIssuerCache(Arc::clone(&self.store))),
            }),
            trust,
            recipient: self.config.clinic.clone(),
            present: Arc::clone(present),
            events: self.events.clone(),
        };
        let (queue, jobs) = sync_channel(READER_QUEUE);
        self.spawn("reader", move || reader.run(&jobs))?;
        Ok(queue)
    }

    /// Who checks PINs.
    pub(super) fn start_pins(&mut self) -> Result<SyncSender<PinJob>, StartError> {
        let roster = Roster::new(self.config.staff.clone());
        let pins = Pins { store: Arc::clone(&self.store), roster, events: self.events.clone() };
        let (queue, jobs) = sync_channel(DESK_QUEUE);
        self.spawn("pins", move || pins.run(&jobs))?;
        Ok(queue)
    }

    /// Who answers the desk's questions of the EHR.
    pub(super) fn start_desk(
        &mut self,
        ehr: Option<EhrClient>,
        site: SharedSite,
        present: &Arc<AtomicI64>,
    ) -> Result<SyncSender<DeskJob>, StartError> {
        let desk = Desk {
            runtime: self.runtime.clone(),
            present: Arc::clone(present),
            ehr,
            site,
            new_patients: self.config.ehr.as_ref().is_some_and(|ehr| ehr.new_patients),
            look_alikes: LookAlikes::new(&self.config.look_alikes),
            appointments: Arc::new((self.config.appointments, self.config.places.clone())),
            events: self.events.clone(),
            health: self.health.clone(),
        };
        let (queue, jobs) = sync_channel(DESK_QUEUE);
        self.spawn("desk", move || desk.run(&jobs))?;
        Ok(queue)
    }

    /// The lines that send what is queued.
    pub(super) fn start_outbox(&mut self, to: Destination) -> Result<Arc<OutboxWorker>, StartError> {
        let (store, events) = (Arc::clone(&self.store), self.events.clone());
        let worker = OutboxWorker::new(store, Arc::new(to), self.runtime.clone(), events, self.health.clone());
        let worker = Arc::new(worker);
        for sender in 1..=SENDERS {
            let worker = Arc::clone(&worker);
            self.spawn(&format!("outbox-{sender}"), move || worker.run())?;
        }
        Ok(worker)
    }

    /// The printer, where there is one.
    pub(super) fn start_printer(&mut self) -> Result<Option<SyncSender<TicketText>>, StartError> {
        let printer = TicketPrinter::new(self.config.printer.clone());
        if !printer.is_configured() {
            return Ok(None);
        }
        self.health.change(|health| health.printer = PrinterHealth::Ready);
        let printing = Printing { printer, store: Arc::clone(&self.store), health: self.health.clone() };
        let (queue, tickets) = sync_channel(TICKET_QUEUE);
        self.spawn("printer", move || printing.run(&tickets))?;
        Ok(Some(queue))
    }

    /// Who runs the session's effects, with the help of all others.
    pub(super) fn start_effects(&mut self, runner: EffectRunner) -> Result<SyncSender<Vec<Effect>>, StartError> {
        let (queue, batches) = sync_channel(EFFECT_QUEUE);
        self.spawn("effects", move || runner.run_batches(&batches))?;
        Ok(queue)
    }
}
