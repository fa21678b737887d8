//! Carries out effects in order. A record that cannot be written stops what should have followed it.

use super::clock::{local_day, local_time, now};
use super::desk::DeskJob;
use super::eyes::Eyes;
use super::kiosk::{Post, SharedHealth, SharedStore, lock};
use super::outbox::OutboxWorker;
use crate::audit::{AuditEvent, AuditKind};
use crate::filing::{Clinic, SubmissionId, plan};
use crate::printer::{TicketPrinter, TicketText};
use crate::reconciliation::ConfirmedIntake;
use crate::scan::ScannedCode;
use crate::session::{Effect, Event, Language, PrinterHealth, SessionId};
use crate::ticket::{Ticket, text_ids};
use crate::ui::Strings;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender};

/// Everything that effects need.
pub(super) struct Steward {
    pub(super) store: SharedStore,
    pub(super) clinic: String,
    pub(super) shares: SyncSender<(SessionId, Box<ScannedCode>)>,
    pub(super) desk: SyncSender<DeskJob>,
    pub(super) outbox: Arc<OutboxWorker>,
    pub(super) eyes: Arc<Eyes>,
    pub(super) printer: TicketPrinter,
    pub(super) post: Post,
    pub(super) health: SharedHealth,
}

impl Steward {
    /// Works until the other end is dropped.
    pub(super) fn run(mut self, batches: &Receiver<Vec<Effect>>) {
        while let Ok(batch) = batches.recv() {
            for effect in batch {
                if !self.carry_out(effect) {
                    break;
                }
            }
        }
    }

    /// Whether the effects after this one may be carried out.
    fn carry_out(&mut self, effect: Effect) -> bool {
        match effect {
            Effect::Record(event) => return self.record(&event),
            Effect::OpenCamera { session } => self.eyes.open(session),
            Effect::CloseCamera => self.eyes.close(),
            Effect::ResolveShare { session, code } => self.hand_over(&self.shares, (session, code)),
            Effect::CheckPin { session, pin } => self.hand_over(&self.desk, DeskJob::CheckPin(session, pin)),
            Effect::SearchChart { session, person } => {
                self.hand_over(&self.desk, DeskJob::SearchChart(session, person))
            }
            Effect::StoreSubmission { session, confirmed, audit } => self.store_submission(session, &confirmed, audit),
            Effect::PrintTicket { ticket, language } => self.print(ticket, language),
        }
        true
    }

    fn record(&self, event: &AuditEvent) -> bool {
        let written = lock(&self.store).audit().append(event, now());
        if let Err(error) = &written {
            tracing::error!(why = %error, "the audit log cannot be written");
            if let Some(session) = event.session {
                self.post.send(Event::AuditNotWritten { session });
            }
        }
        written.is_ok()
    }

    /// A worker that is still busy with the patient before takes the job when it is done; one that is gone never does, and the
    /// session's own deadline tells.
    fn hand_over<T>(&self, worker: &SyncSender<T>, job: T) {
        if worker.try_send(job).is_err() {
            tracing::error!("a worker takes no more jobs");
        }
    }

    fn store_submission(&self, session: SessionId, confirmed: &ConfirmedIntake, audit: AuditEvent) {
        let submission = SubmissionId::derive(session, confirmed);
        let stored = plan(confirmed, &submission, &Clinic { name: self.clinic.clone() })
            .map_err(|defect| tracing::error!(why = %defect, "no plan could be made"))
            .and_then(|plan| {
                let mut store = lock(&self.store);
                let queued = store.outbox().enqueue(&plan, audit, &local_day(now()), now());
                queued.map_err(|error| tracing::error!(why = %error, "the check-in could not be stored"))
            });
        match stored {
            Ok(number) => {
                self.post.send(Event::SubmissionStored { session, number });
                self.outbox.wake();
            }
            Err(()) => self.post.send(Event::SubmissionNotStored { session }),
        }
    }

    fn print(&mut self, ticket: Ticket, language: Language) {
        let strings = Strings::new(language);
        let (title, next) = text_ids(ticket.outcome);
        let text = TicketText {
            clinic: self.clinic.clone(),
            title: strings.text("complete-number"),
            number: ticket.number.spoken(),
            time: local_time(ticket.at),
            sentence: strings.text(title),
            footer: strings.text(next),
        };
        let printed = self.printer.print(&text);
        let (kind, health) = match &printed {
            Ok(()) => (AuditKind::TicketPrinted, PrinterHealth::Ready),
            Err(error) => {
                tracing::warn!(why = %error, "the ticket was not printed");
                (AuditKind::TicketNotPrinted, PrinterHealth::Failing)
            }
        };
        self.record(&AuditEvent::between_visits(kind));
        self.health.change(|now| {
            if now.printer != PrinterHealth::None {
                now.printer = health;
            }
        });
    }
}
