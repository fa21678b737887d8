//! A check-in of the queue, as staff see it.

use crate::delivery::WaitReason;
use crate::filing::SubmissionId;
use crate::trouble::Actor;

/// A check-in that the EHR does not have yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which one.
    pub submission: SubmissionId,
    /// Its number, as it is called.
    pub number: String,
    /// When it was confirmed, for people.
    pub confirmed: String,
    /// Why it waits; `None` when it only waits for its turn.
    pub why: Option<WaitReason>,
}

impl Waiting {
    /// Whether it goes on only when a person says so.
    pub fn needs_person(&self) -> bool {
        self.why.is_some_and(WaitReason::needs_person)
    }

    /// Whether staff are offered to send it again.
    pub fn can_be_sent_again(&self) -> bool {
        self.needs_person() && self.why.is_some_and(WaitReason::can_resend)
    }

    /// Who must act, if anybody.
    pub fn actor(&self) -> Option<Actor> {
        self.why.and_then(WaitReason::actor)
    }

    /// The id under which `assets/` holds why it waits.
    pub fn text_id(&self) -> &'static str {
        self.why.map_or("queue-why-turn", WaitReason::text_id)
    }
}
