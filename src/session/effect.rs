//! What the runtime shall do: orders, each named for what it does. Results come back as events.

use super::{KeptLease, LookedInChart, ReviewId, Stop, WhereItWaits};
use crate::audit::AuditEvent;
use crate::delivery::{Receipt, UndoPlan};
use crate::fhir::Resource;
use crate::filing::SubmissionId;
use crate::health_link::Passcode;
use crate::intake::{Intake, IntakeItem};
use crate::language::Language;
use crate::reconciliation::{ChartPatient, ConfirmedIntake, Staff};
use crate::resolve::Arrival;
use crate::scan::ScannedCode;
use crate::sensitive::Sensitive;
use crate::session_id::SessionId;
use crate::ticket::Ticket;
use crate::time::{Day, Timestamp};
use crate::viewing::Viewable;
use std::sync::Arc;

/// An order to the runtime. A `Record` stands before the effect it describes.
#[derive(Debug)]
pub enum Effect {
    /// Write this to the audit log. When it cannot be written, the effects after it are not carried out.
    Record(AuditEvent),
    /// The same with what the matching rules said, which is kept sealed.
    RecordMatch(AuditEvent, Sensitive<String>),
    /// Find this out for the visit of this name. Each [`Answer`](super::Answer) takes the name back.
    Ask(SessionId, Question),
    /// Stop looking through the camera and drop the picture.
    CloseCamera,
    /// Print a ticket.
    PrintTicket {
        /// What is on it.
        ticket: Ticket,
        /// In which language.
        language: Language,
    },
}

/// What a visit asks for.
#[derive(Debug)]
pub enum Question {
    /// What does the camera see? It looks until it is closed.
    OpenCamera,
    /// What does the code point to? Fetch, open and verify it. One scan is one fetch.
    ResolveShare {
        /// What was scanned.
        code: Box<ScannedCode>,
        /// What the patient typed, for a link that asks for it. One entry is one request.
        passcode: Option<Passcode>,
    },
    /// What a form waits for. Its answer takes the form's name back as well.
    Review(ReviewId, ReviewQuestion),
    /// Whose PIN is this?
    CheckPin(Sensitive<String>),
    /// Put the confirmed check-in and its audit row on disk, in one transaction, then send it: under which number?
    StoreSubmission {
        /// What staff confirmed.
        confirmed: Box<ConfirmedIntake>,
        /// The right to confirm it, of one that was kept: it is kept no longer once it is queued.
        kept: Option<KeptLease>,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Put the form on disk without a chart, with its audit row: under which number?
    KeepCheckIn {
        /// The form.
        arrival: Box<Arrival>,
        /// Under which id.
        submission: SubmissionId,
        /// Who keeps it.
        staff: Staff,
        /// When.
        at: Timestamp,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Which check-ins wait?
    ListQueue,
    /// Whose is this one, that was kept or that was confirmed?
    ShowCheckIn(SubmissionId, WhereItWaits),
    /// What does this kept one hold? With its audit row.
    OpenKept {
        /// Which check-in.
        submission: SubmissionId,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Drop a kept check-in, with its audit row: which ones wait then?
    DiscardKept {
        /// Which check-in.
        submission: SubmissionId,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Stop a confirmed check-in, with its audit row: which ones wait then?
    StopCheckIn {
        /// Which check-in.
        submission: SubmissionId,
        /// For now, or for good.
        stop: Stop,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Put a plan to undo on disk, with its audit row, then send it: which check-ins wait then?
    Undo {
        /// What staff ticked.
        plan: Box<UndoPlan>,
        /// The receipt that they saw.
        seen: Box<Receipt>,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Write the facts for a breach notice into the clinic's folder, with an audit row: under which name?
    WriteBreachFacts {
        /// Of which check-in.
        submission: SubmissionId,
        /// In which language.
        language: Language,
        /// The row that goes with it.
        audit: AuditEvent,
    },
    /// Queue a check-in again that waits for a person, with its audit row: which ones wait then?
    SendAgain {
        /// Which check-in, and that somebody looked.
        looked: LookedInChart,
        /// The row that goes with it.
        audit: AuditEvent,
    },
}

/// What a form asks for while staff look at it.
#[derive(Debug)]
pub enum ReviewQuestion {
    /// What does this page look like? The sandbox draws it.
    DrawPage {
        /// The document.
        document: Viewable,
        /// Which page, from 0.
        page: u32,
    },
    /// What does this page of a document of the item look like? The item is large: to decode its documents takes long.
    OpenDocument {
        /// The item, with its documents.
        item: Box<IntakeItem>,
        /// Which of them.
        which: usize,
        /// Which page, from 0.
        page: u32,
    },
    /// What of this large item became no fact?
    ReadMore(Box<IntakeItem>),
    /// Which charts of the EHR may be this person's, and what of the form will the EHR not have as a record?
    SearchChart {
        /// The Patient as it was shared.
        patient: Resource,
        /// The day of the check-in.
        day: Day,
        /// The form. Who looks through it holds it no longer than that takes.
        form: Arc<Intake>,
    },
    /// Were these sources confirmed before for another chart? Our own store knows, whether or not the EHR answers.
    LookUpSources {
        /// Digests of the sources of the form.
        sources: Vec<[u8; 32]>,
        /// The chart that staff chose; none for a new patient, for whom any chart is another.
        chart: Option<Box<ChartPatient>>,
    },
    /// What was decided beside this chart at earlier visits?
    RecallDecisions(Box<ChartPatient>),
    /// What does this chart hold, how does the form compare with it, and which appointments has the patient today? The last
    /// comes as an answer of its own.
    LoadChart {
        /// Logical id of the chart that staff chose.
        chart: String,
        /// The form. Who compares it holds it no longer than that takes.
        form: Arc<Intake>,
    },
    /// Which appointments has the patient today? Asked again while the form is open.
    LoadAppointments {
        /// Logical id of the chart that staff chose.
        chart: String,
    },
}
