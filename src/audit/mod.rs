//! What the kiosk writes down about itself: who did what with whose check-in, and when.
//!
//! The catalogue is closed and an event carries only words of our own, ids and counts, so no text from a share can reach
//! the log. Records form a chain: each one's hash covers the one before, so an edited, removed or swapped record shows
//! (45 CFR 164.312(b) and (c)). A cut tail shows only against a head that was kept elsewhere (note 20).

mod chain;
mod exposure;
mod fhir;
mod kind;

pub use chain::{AuditChain, AuditRecord, ChainBreak};
pub use exposure::{Exposure, ScreenKind, exposures, visits_of};
pub use fhir::{Around, audit_event};
pub use kind::AuditKind;

use crate::filing::SubmissionId;
use crate::session_id::SessionId;

/// One thing that happened. Built from closed words only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// What happened.
    pub kind: AuditKind,
    /// During which visit; none for what happens between visits.
    pub session: Option<SessionId>,
    /// Id of the staff member who acted, as configured.
    pub staff: Option<String>,
    /// Which check-in it is about.
    pub submission: Option<SubmissionId>,
    /// A closed word that says more, such as a trouble code.
    pub detail: Option<&'static str>,
    /// How many.
    pub count: Option<u32>,
    /// SHA-256 of what staff confirmed, as it lies in the queue.
    pub content: Option<[u8; 32]>,
}

impl AuditEvent {
    /// An event of a visit.
    pub fn new(kind: AuditKind, session: SessionId) -> AuditEvent {
        AuditEvent { session: Some(session), ..AuditEvent::between_visits(kind) }
    }

    /// An event that belongs to no visit, such as the outbox at work.
    pub fn between_visits(kind: AuditKind) -> AuditEvent {
        AuditEvent { kind, session: None, staff: None, submission: None, detail: None, count: None, content: None }
    }

    /// Who acted.
    #[must_use]
    pub fn by(mut self, staff_id: &str) -> AuditEvent {
        self.staff = Some(staff_id.to_owned());
        self
    }

    /// Which check-in it is about.
    #[must_use]
    pub fn about(mut self, submission: &SubmissionId) -> AuditEvent {
        self.submission = Some(submission.clone());
        self
    }

    /// A closed word that says more.
    #[must_use]
    pub fn detail(mut self, word: &'static str) -> AuditEvent {
        self.detail = Some(word);
        self
    }

    /// How many.
    #[must_use]
    pub fn count(mut self, number: usize) -> AuditEvent {
        self.count = Some(u32::try_from(number).unwrap_or(u32::MAX));
        self
    }

    /// What exactly was confirmed.
    #[must_use]
    pub fn content(mut self, sha256: [u8; 32]) -> AuditEvent {
        self.content = Some(sha256);
        self
    }
}
