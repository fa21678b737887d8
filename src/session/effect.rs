//! What the runtime shall do: orders, each named for what it does. Results come back as events.

use crate::audit::AuditEvent;
use crate::fhir::Resource;
use crate::filing::SubmissionId;
use crate::health_link::Passcode;
use crate::language::Language;
use crate::reconciliation::{ChartPatient, ConfirmedIntake};
use crate::scan::ScannedCode;
use crate::sensitive::Sensitive;
use crate::session_id::SessionId;
use crate::ticket::Ticket;
use crate::viewing::Viewable;

/// An order to the runtime. A `Record` stands before the effect it describes.
#[derive(Debug)]
pub enum Effect {
    /// Write this to the audit log. When it cannot be written, the effects after it are not carried out.
    Record(AuditEvent),
    /// Look through the camera.
    OpenCamera {
        /// Who asks.
        session: SessionId,
    },
    /// Stop looking and drop the picture.
    CloseCamera,
    /// Fetch, open and verify what the code points to. One scan is one fetch.
    ResolveShare {
        /// Who asks.
        session: SessionId,
        /// What was scanned.
        code: Box<ScannedCode>,
        /// What the patient typed, for a link that asks for it. One entry is one request.
        passcode: Option<Passcode>,
    },
    /// Draw one page of a shared document, in the sandbox.
    DrawPage {
        /// Who asks.
        session: SessionId,
        /// The document.
        document: Viewable,
        /// Which page, from 0.
        page: u32,
    },
    /// Whose PIN is this?
    CheckPin {
        /// Who asks.
        session: SessionId,
        /// The digits.
        pin: Sensitive<String>,
    },
    /// Search the EHR for this person.
    SearchChart {
        /// Who asks.
        session: SessionId,
        /// Whom to search for: the Patient as it was shared.
        patient: Resource,
    },
    /// Ask the EHR what this chart holds.
    LoadChart {
        /// Who asks.
        session: SessionId,
        /// The chart that staff chose.
        chart: Box<ChartPatient>,
        /// Digests of the sources of the form: were they confirmed for another chart before?
        sources: Vec<[u8; 32]>,
    },
    /// Put the confirmed check-in and its audit row on disk, in one transaction, then send it.
    StoreSubmission {
        /// Who asks.
        session: SessionId,
        /// What staff confirmed.
        confirmed: Box<ConfirmedIntake>,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Which check-ins wait?
    ListQueue {
        /// Who asks.
        session: SessionId,
    },
    /// Queue a check-in again that waits for a person, with its audit row, and list again.
    SendAgain {
        /// Who asks.
        session: SessionId,
        /// Which check-in.
        submission: SubmissionId,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Print a ticket.
    PrintTicket {
        /// What is on it.
        ticket: Ticket,
        /// In which language.
        language: Language,
    },
}
