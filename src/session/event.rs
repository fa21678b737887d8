//! What happened: time passed, somebody did something, an answer came, the EHR took a check-in or did not.
//!
//! Whatever was asked for comes back as an [`Answer`] with the name of the visit that asked, and what a form waits for with the
//! name of the form as well: one visit may open forms of several people. Nothing else carries a name, so an answer for somebody
//! who left is refused in one place, [`Session::on`](super::Session::on), whatever it says.

use super::{Input, KeptLease, QueueList, ReviewId, ReviewInput, ShownCheckIn, Stopping};
use crate::delivery::FilingOutcome;
use crate::filing::{Loss, SubmissionId};
use crate::intake::{ItemId, MoreLine};
use crate::reconciliation::{ChartSearch, ComparedRecords, Remembered, Staff, TodaysAppointments};
use crate::resolve::{Arrival, Arrived};
use crate::sensitive::{LogSafe, Sensitive};
use crate::session_id::SessionId;
use crate::ticket::QueueNumber;
use crate::trouble::Trouble;
use crate::viewing::{PagePicture, TextPage};
use std::collections::BTreeMap;

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// Time passed.
    Tick,
    /// Somebody at the kiosk did something.
    Input(Input),
    /// What a visit asked for came back.
    Answer(SessionId, Answer),
    /// The outbox came to a result for a check-in, of this visit or of an earlier one.
    Delivery {
        /// Which check-in.
        submission: SubmissionId,
        /// How far it is.
        outcome: FilingOutcome,
    },
}

/// What came of a [`Question`](super::Question).
#[derive(Debug)]
pub enum Answer {
    /// All texts that the camera read in one picture.
    CameraSaw(Vec<Sensitive<String>>),
    /// What the code points to was read, or could not be.
    ShareResolved(Result<Arrived, Trouble>),
    /// The share's server did not accept the passcode.
    PasscodeRefused {
        /// How many tries the server says are left for the link's whole life, when it says so.
        remaining: Option<u32>,
    },
    /// The PIN belongs to this staff member.
    StaffSignedIn(Staff),
    /// The PIN was not accepted.
    StaffRefused(PinRefusal),
    /// What the form of this name waits for.
    Review(ReviewId, ReviewAnswer),
    /// The check-in is on disk, under this number of today's queue.
    SubmissionStored(QueueNumber),
    /// The check-in could not be put on disk; nothing was filed.
    SubmissionNotStored,
    /// The form is on disk without a chart, under this number of today's queue.
    CheckInKept(QueueNumber),
    /// The form could not be put on disk.
    CheckInNotKept,
    /// These check-ins wait.
    QueueListed(QueueList),
    /// Whose one of them is; none where it cannot be shown, or waits no more.
    CheckInShown(Option<Box<ShownCheckIn>>),
    /// The facts for a breach notice of the check-in that is shown lie in the clinic's folder, under this name; none where they could
    /// not be written.
    BreachFactsWritten(SubmissionId, Option<String>),
    /// What came of stopping this check-in.
    CheckInStopped(SubmissionId, Stopping),
    /// A check-in was not sent again: something else is to be looked for by now.
    NotSentAgain,
    /// What a kept one holds; none where it cannot be opened, or another desk has it.
    KeptOpened(Option<Box<OpenedForm>>),
    /// The audit log could not be written, so what should have followed was not done.
    AuditNotWritten,
}

/// A kept check-in that was opened.
#[derive(Debug)]
pub struct OpenedForm {
    /// The form, as it was shared.
    pub arrival: Arrival,
    /// The right to confirm it.
    pub lease: KeptLease,
}

/// What the form waits for. None of it counts as a touch.
#[derive(Debug)]
pub enum ReviewAnswer {
    /// The chart search ended.
    ChartSearched(ChartSearch),
    /// What of the form the EHR will not have as a record of its own.
    LossesForeseen(BTreeMap<ItemId, Loss>),
    /// The EHR told what the chosen chart holds.
    ChartLoaded {
        /// Logical id of the chart.
        chart: String,
        /// What it holds, compared with the form; none when it could not be had.
        records: Option<Box<ComparedRecords>>,
    },
    /// What was decided beside a chart at earlier visits.
    DecisionsRecalled {
        /// Which chart.
        chart: String,
        /// All of it.
        remembered: Remembered,
    },
    /// The EHR told of today's appointments of the chosen chart, or could not be asked.
    AppointmentsTold {
        /// Logical id of the chart.
        chart: String,
        /// What it told.
        told: Box<TodaysAppointments>,
    },
    /// Whether a source of the form was confirmed before for another chart than this one; of a new patient, for any.
    SourcesLookedUp {
        /// Logical id of the chart; none for a new patient.
        chart: Option<String>,
        /// Whether one was.
        seen_elsewhere: bool,
    },
    /// A page was drawn, or could not be.
    PageDrawn(Result<PagePicture, Trouble>),
    /// A page is text.
    PageRead(TextPage),
    /// What of a large item became no fact; none when nobody could look.
    MoreRead(ItemId, Option<Vec<MoreLine>>),
}

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

impl From<Input> for Event {
    fn from(input: Input) -> Event {
        Event::Input(input)
    }
}

impl From<ReviewInput> for Event {
    fn from(input: ReviewInput) -> Event {
        Event::Input(Input::Review(input))
    }
}

impl LogSafe for Event {
    fn log_word(&self) -> &'static str {
        match self {
            Event::Tick => "tick",
            Event::Input(input) => input.log_word(),
            Event::Answer(_, answer) => answer.log_word(),
            Event::Delivery { .. } => "submission-answered",
        }
    }
}

impl LogSafe for Answer {
    fn log_word(&self) -> &'static str {
        match self {
            Answer::CameraSaw(_) => "camera-saw",
            Answer::ShareResolved(Ok(_)) => "share-resolved",
            Answer::ShareResolved(Err(_)) => "share-not-resolved",
            Answer::PasscodeRefused { .. } => "passcode-refused",
            Answer::StaffSignedIn(_) => "staff-signed-in",
            Answer::StaffRefused(_) => "staff-refused",
            Answer::Review(_, ReviewAnswer::ChartSearched(_)) => "chart-searched",
            Answer::Review(_, ReviewAnswer::LossesForeseen(_)) => "losses-foreseen",
            Answer::Review(_, ReviewAnswer::ChartLoaded { records: Some(_), .. }) => "chart-loaded",
            Answer::Review(_, ReviewAnswer::ChartLoaded { records: None, .. }) => "chart-not-loaded",
            Answer::Review(_, ReviewAnswer::AppointmentsTold { .. }) => "appointments-told",
            Answer::Review(_, ReviewAnswer::SourcesLookedUp { .. }) => "sources-looked-up",
            Answer::Review(_, ReviewAnswer::DecisionsRecalled { .. }) => "decisions-recalled",
            Answer::Review(_, ReviewAnswer::PageDrawn(_)) => "page-drawn",
            Answer::Review(_, ReviewAnswer::PageRead(_)) => "page-read",
            Answer::Review(_, ReviewAnswer::MoreRead(..)) => "more-read",
            Answer::SubmissionStored(_) => "submission-stored",
            Answer::SubmissionNotStored => "submission-not-stored",
            Answer::CheckInKept(_) => "kept-on-disk",
            Answer::CheckInNotKept => "not-kept-on-disk",
            Answer::QueueListed(_) => "queue-listed",
            Answer::CheckInShown(Some(_)) => "queue-entry-shown",
            Answer::CheckInShown(None) => "queue-entry-not-shown",
            Answer::CheckInStopped(_, Stopping::Failed) => "check-in-not-stopped",
            Answer::CheckInStopped(_, Stopping::Asked | Stopping::Stopped | Stopping::Filed) => "check-in-stopped",
            Answer::NotSentAgain => "queue-entry-not-sent-again",
            Answer::BreachFactsWritten(_, Some(_)) => "breach-facts-written",
            Answer::BreachFactsWritten(_, None) => "breach-facts-not-written",
            Answer::KeptOpened(Some(_)) => "kept-opened",
            Answer::KeptOpened(None) => "kept-not-opened",
            Answer::AuditNotWritten => "audit-not-written",
        }
    }
}
