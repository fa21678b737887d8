//! Prints tickets on a thread of its own: a printer that hangs holds up no patient.

use super::clock::now;
use super::shared::{SharedHealth, SharedStore, lock};
use crate::audit::{AuditEvent, AuditKind};
use crate::printer::{TicketPrinter, TicketText};
use crate::session::PrinterHealth;
use std::sync::mpsc::Receiver;

/// What the thread needs for all its work.
pub(super) struct Printing {
    pub(super) printer: TicketPrinter,
    pub(super) store: SharedStore,
    pub(super) health: SharedHealth,
}

impl Printing {
    /// Works until the other end is dropped.
    pub(super) fn run(mut self, tickets: &Receiver<TicketText>) {
        while let Ok(ticket) = tickets.recv() {
            let printed = self.printer.print(&ticket);
            if let Err(error) = &printed {
                tracing::warn!(why = %error, "the ticket was not printed");
            }
            note_ticket(&self.store, &self.health, printed.is_ok());
        }
    }
}

/// Writes down what became of a ticket. Nothing depends on it: the number on screen counts.
pub(super) fn note_ticket(store: &SharedStore, health: &SharedHealth, printed: bool) {
    let (kind, state) = if printed {
        (AuditKind::TicketPrinted, PrinterHealth::Ready)
    } else {
        (AuditKind::TicketNotPrinted, PrinterHealth::Failing)
    };
    if let Err(error) = lock(store).audit().append(&AuditEvent::between_visits(kind), now()) {
        tracing::error!(why = %error, "the audit log cannot be written");
    }
    health.change(|health| health.printer = state);
}
