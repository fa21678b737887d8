//! What happened: facts in the past tense, from people, devices and the network.

use super::Waiting;
use crate::filing::{FilingOutcome, SubmissionId};
use crate::intake::{ItemId, Section};
use crate::language::Language;
use crate::reconciliation::{
    ChartRecords, ChartSearch, Field, FieldDecision, Identifier, PatientChoice, PolicyField, Staff,
};
use crate::resolve::Arrival;
use crate::sensitive::{LogSafe, Sensitive};
use crate::session_id::SessionId;
use crate::ticket::QueueNumber;
use crate::trouble::Trouble;
use crate::viewing::PagePicture;

/// Why a PIN was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinRefusal {
    /// No staff member has this PIN.
    Wrong,
    /// Too many wrong tries; wait.
    Locked,
    /// The PIN was not looked at: something else is still being worked on.
    Busy,
}

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Time passed.
    Tick,
    /// The patient began.
    StartTouched,
    /// Somebody went back to the beginning.
    CancelTouched,
    /// Somebody chose a language.
    LanguageChosen(Language),
    /// A hand scanner typed a text, or somebody pasted one.
    CodeSeen(Sensitive<String>),
    /// The camera read these texts in one picture.
    CameraSaw {
        /// Who asked for the camera.
        session: SessionId,
        /// All texts of the picture.
        texts: Vec<Sensitive<String>>,
    },
    /// What the code points to was read.
    ShareResolved {
        /// Who asked.
        session: SessionId,
        /// What came of it.
        outcome: Result<Box<Arrival>, Trouble>,
    },
    /// Keys of a passcode, from the screen or a keyboard.
    PasscodeTyped(Sensitive<String>),
    /// The patient took back a letter.
    PasscodeErased,
    /// The patient is done typing.
    PasscodeSent,
    /// The share's server did not accept the passcode.
    PasscodeRefused {
        /// Who asked.
        session: SessionId,
        /// How many tries the server says are left for the link's whole life, when it says so.
        remaining: Option<u32>,
    },
    /// Staff want to look at a document of an item.
    DocumentOpened {
        /// Which item.
        item: ItemId,
        /// Which of its documents.
        which: usize,
    },
    /// Staff want to see this page, from 0.
    PageTurned(u32),
    /// Staff have seen the document.
    DocumentClosed,
    /// Somebody is at the desk: scrolled, or touched what means nothing by itself.
    DeskTouched,
    /// A page was drawn, or could not be.
    PageDrawn {
        /// Who asked.
        session: SessionId,
        /// What came of it.
        outcome: Result<PagePicture, Trouble>,
    },
    /// The patient agreed to share.
    SharingAgreed,
    /// The patient changed their mind.
    SharingDeclined,
    /// Staff touched a digit.
    PinDigit(u8),
    /// Staff took back a digit.
    PinErased,
    /// The PIN belongs to this staff member.
    StaffSignedIn {
        /// Who asked.
        session: SessionId,
        /// Who it is.
        staff: Staff,
    },
    /// The PIN was not accepted.
    StaffRefused {
        /// Who asked.
        session: SessionId,
        /// Why.
        refusal: PinRefusal,
    },
    /// The chart search ended.
    ChartSearched {
        /// Who asked.
        session: SessionId,
        /// What it found.
        chart: ChartSearch,
    },
    /// Staff touched a chart: a candidate is asked about, a new record is chosen.
    PatientChosen(PatientChoice),
    /// The patient confirmed an identifier of the chart that is asked about, or not after all.
    IdentifierConfirmed(Identifier),
    /// Staff want to choose another chart.
    ChartLeft,
    /// The EHR told what the chosen chart holds.
    ChartLoaded {
        /// Who asked.
        session: SessionId,
        /// Logical id of the chart.
        chart: String,
        /// What it holds; none when it could not be had.
        records: Option<Box<ChartRecords>>,
        /// Whether a source of the form was confirmed for another chart before.
        seen_elsewhere: bool,
    },
    /// Staff mark the patient's appointment as arrived, or not after all.
    ArrivalToggled,
    /// Staff decided about a field of the chart.
    FieldDecided(Field, FieldDecision),
    /// Staff take a field of an insurance card into the chart's policy, or leave it.
    PolicyFieldTaken(ItemId, PolicyField, bool),
    /// Staff want to type a value for a field.
    FieldOpened(Field),
    /// Keys of that value.
    FieldTyped(Sensitive<String>),
    /// Staff took back a letter.
    FieldErased,
    /// The value is whole.
    FieldDone,
    /// The value is not wanted after all.
    FieldLeft,
    /// Staff ticked or unticked an item.
    ItemToggled(ItemId),
    /// Staff ticked or unticked a section.
    SectionToggled(Section),
    /// Staff confirmed what is ticked.
    IntakeConfirmed,
    /// The check-in is on disk.
    SubmissionStored {
        /// Who asked.
        session: SessionId,
        /// Its number in today's queue.
        number: QueueNumber,
    },
    /// The check-in could not be put on disk; nothing was filed.
    SubmissionNotStored {
        /// Who asked.
        session: SessionId,
    },
    /// The outbox came to a result for a check-in.
    SubmissionAnswered {
        /// Which check-in.
        submission: SubmissionId,
        /// What came of it.
        outcome: FilingOutcome,
    },
    /// The audit log could not be written, so what should have followed was not done.
    AuditNotWritten {
        /// Who asked.
        session: SessionId,
    },
    /// Staff want to see which check-ins wait.
    QueueAsked,
    /// These check-ins wait.
    QueueListed {
        /// Who asked.
        session: SessionId,
        /// What waits, and why.
        waiting: Vec<Waiting>,
    },
    /// Staff send a check-in again that waits for a person.
    SendAgainTouched(SubmissionId),
    /// Staff have seen what waits.
    QueueLeft,
    /// Somebody asked for the ticket again.
    TicketAskedAgain,
    /// The person is done with the screen.
    DoneTouched,
}

impl Event {
    /// The visit that asked for this answer; `None` for what was not asked for.
    pub(super) const fn asked_by(&self) -> Option<SessionId> {
        match self {
            Event::CameraSaw { session, .. }
            | Event::ShareResolved { session, .. }
            | Event::PasscodeRefused { session, .. }
            | Event::PageDrawn { session, .. }
            | Event::StaffSignedIn { session, .. }
            | Event::StaffRefused { session, .. }
            | Event::ChartSearched { session, .. }
            | Event::ChartLoaded { session, .. }
            | Event::QueueListed { session, .. }
            | Event::SubmissionStored { session, .. }
            | Event::SubmissionNotStored { session }
            | Event::AuditNotWritten { session } => Some(*session),
            _ => None,
        }
    }
}

impl LogSafe for Event {
    fn log_word(&self) -> &'static str {
        match self {
            Event::Tick => "tick",
            Event::StartTouched => "start-touched",
            Event::CancelTouched => "cancel-touched",
            Event::LanguageChosen(_) => "language-chosen",
            Event::CodeSeen(_) => "code-seen",
            Event::CameraSaw { .. } => "camera-saw",
            Event::ShareResolved { outcome: Ok(_), .. } => "share-resolved",
            Event::ShareResolved { outcome: Err(_), .. } => "share-not-resolved",
            Event::PasscodeTyped(_) => "passcode-typed",
            Event::PasscodeErased => "passcode-erased",
            Event::PasscodeSent => "passcode-sent",
            Event::PasscodeRefused { .. } => "passcode-refused",
            Event::DocumentOpened { .. } => "document-opened",
            Event::PageTurned(_) => "page-turned",
            Event::DocumentClosed => "document-closed",
            Event::DeskTouched => "desk-touched",
            Event::PageDrawn { .. } => "page-drawn",
            Event::SharingAgreed => "sharing-agreed",
            Event::SharingDeclined => "sharing-declined",
            Event::PinDigit(_) => "pin-digit",
            Event::PinErased => "pin-erased",
            Event::StaffSignedIn { .. } => "staff-signed-in",
            Event::StaffRefused { .. } => "staff-refused",
            Event::ChartSearched { .. } => "chart-searched",
            Event::PatientChosen(_) => "patient-chosen",
            Event::IdentifierConfirmed(_) => "identifier-confirmed",
            Event::ChartLeft => "chart-left",
            Event::ChartLoaded { records: Some(_), .. } => "chart-loaded",
            Event::ChartLoaded { records: None, .. } => "chart-not-loaded",
            Event::ArrivalToggled => "arrival-toggled",
            Event::FieldDecided(..) => "field-decided",
            Event::PolicyFieldTaken(..) => "policy-field-taken",
            Event::FieldOpened(_) => "field-opened",
            Event::FieldTyped(_) => "field-typed",
            Event::FieldErased => "field-erased",
            Event::FieldDone => "field-done",
            Event::FieldLeft => "field-left",
            Event::ItemToggled(_) => "item-toggled",
            Event::SectionToggled(_) => "section-toggled",
            Event::IntakeConfirmed => "intake-confirmed",
            Event::SubmissionStored { .. } => "submission-stored",
            Event::SubmissionNotStored { .. } => "submission-not-stored",
            Event::SubmissionAnswered { .. } => "submission-answered",
            Event::AuditNotWritten { .. } => "audit-not-written",
            Event::QueueAsked => "queue-asked",
            Event::QueueListed { .. } => "queue-listed",
            Event::SendAgainTouched(_) => "send-again-touched",
            Event::QueueLeft => "queue-left",
            Event::TicketAskedAgain => "ticket-asked-again",
            Event::DoneTouched => "done-touched",
        }
    }
}
