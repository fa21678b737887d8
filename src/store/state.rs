//! Where a confirmed check-in stands.

use strum::{Display, EnumString, IntoStaticStr};

/// Where a check-in stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, IntoStaticStr, EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum OutboxState {
    /// Waits to be sent.
    Queued,
    /// Is being sent.
    Sending,
    /// The EHR has it.
    Accepted,
    /// A person must look.
    NeedsPerson,
}

impl OutboxState {
    /// The stable word.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

// For SQL: each writes its word.
pub(super) const QUEUED: OutboxState = OutboxState::Queued;
pub(super) const SENDING: OutboxState = OutboxState::Sending;
pub(super) const ACCEPTED: OutboxState = OutboxState::Accepted;
pub(super) const NEEDS_PERSON: OutboxState = OutboxState::NeedsPerson;

/// Rows that people stopped, in SQL.
pub(super) const IS_STOPPED: &str = "reason IN ('not-theirs', 'withdrawn')";
