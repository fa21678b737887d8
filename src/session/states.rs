//! The states, one struct each, with what the state alone owns.

use super::{Arrival, Trouble};
use crate::filing::SubmissionId;
use crate::reconciliation::{Reconciliation, Staff};
use crate::scan::{CodeReader, OtherCode};
use crate::sensitive::Sensitive;
use crate::ticket::Ticket;

/// Where a visit stands.
#[derive(Debug)]
pub enum State {
    /// Welcome: nobody is here.
    Idle,
    /// The camera looks for a code.
    Scanning(Scanning),
    /// The code wants a passcode.
    AskingPasscode(AskingPasscode),
    /// The share is being fetched and verified.
    Resolving(Resolving),
    /// The patient sees what is being shared, and with whom.
    Sharing(Box<Sharing>),
    /// The patient agreed; staff sign in.
    AwaitingStaff(Box<AwaitingStaff>),
    /// Staff look at each item.
    Reviewing(Box<Reviewing>),
    /// What staff confirmed is being stored and sent.
    Filing(Filing),
    /// It is done; here is the ticket.
    Complete(Complete),
    /// The patient chose not to share.
    Declined,
    /// Something is in the way.
    InTrouble(InTrouble),
}

/// See [`State::Scanning`].
#[derive(Debug, Default)]
pub struct Scanning {
    /// Joins the parts of a card, if the card comes in parts.
    pub reader: CodeReader,
    /// Parts seen and parts in all, for a card in parts.
    pub parts: Option<(u32, u32)>,
    /// Another kind of code was seen; it is named and never opened.
    pub other: Option<OtherCode>,
}

/// See [`State::AskingPasscode`].
#[derive(Debug)]
pub struct AskingPasscode {
    /// What the sender calls the share; untrusted text.
    pub label: Option<Sensitive<String>>,
}

/// See [`State::Resolving`].
#[derive(Debug)]
pub struct Resolving {
    /// Whether a card, not a link, is being read.
    pub card: bool,
}

/// See [`State::Sharing`].
#[derive(Debug)]
pub struct Sharing {
    /// What arrived.
    pub arrival: Arrival,
}

/// See [`State::AwaitingStaff`].
#[derive(Debug)]
pub struct AwaitingStaff {
    /// What arrived.
    pub arrival: Arrival,
    /// Digits typed so far.
    pub pin: Sensitive<String>,
    /// A PIN is being checked.
    pub checking: bool,
    /// Why the last PIN was not accepted.
    pub refusal: Option<super::PinRefusal>,
}

impl AwaitingStaff {
    /// Every PIN has this many digits; the last one sends it.
    pub const PIN_DIGITS: usize = 6;
}

/// See [`State::Reviewing`].
#[derive(Debug)]
pub struct Reviewing {
    /// Who reviews.
    pub staff: Staff,
    /// The form beside the chart.
    pub reconciliation: Reconciliation,
    /// Whether it is a Kill-the-Clipboard share.
    pub conformance: Option<crate::ktc::Conformance>,
    /// The app attestation, a hint.
    pub attestation: crate::trust::AppAttestation,
    /// Files that could not be used.
    pub refused: Vec<Trouble>,
}

/// See [`State::Filing`].
#[derive(Debug)]
pub struct Filing {
    /// Which check-in.
    pub submission: SubmissionId,
    /// How many items staff confirmed.
    pub items: usize,
    /// Its number, once it is on disk.
    pub number: Option<crate::ticket::QueueNumber>,
}

/// See [`State::Complete`].
#[derive(Debug)]
pub struct Complete {
    /// The ticket on screen and on paper.
    pub ticket: Ticket,
}

/// See [`State::InTrouble`].
#[derive(Debug)]
pub struct InTrouble {
    /// What is in the way.
    pub trouble: Trouble,
}

impl State {
    /// A word for the log and for the audit trail.
    pub const fn word(&self) -> &'static str {
        match self {
            State::Idle => "idle",
            State::Scanning(_) => "scanning",
            State::AskingPasscode(_) => "asking-passcode",
            State::Resolving(_) => "resolving",
            State::Sharing(_) => "sharing",
            State::AwaitingStaff(_) => "awaiting-staff",
            State::Reviewing(_) => "reviewing",
            State::Filing(_) => "filing",
            State::Complete(_) => "complete",
            State::Declined => "declined",
            State::InTrouble(_) => "in-trouble",
        }
    }
}
