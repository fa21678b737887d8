//! What the patient takes along: a number, a time, how it went. No name, no date of birth, nothing clinical.

use crate::delivery::FilingOutcome;
use crate::time::Timestamp;

/// A number in today's queue, from 1; it begins anew each day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueNumber(pub u32);

impl QueueNumber {
    /// As it is called out and printed: a letter and three digits (`A007`), the letter moving on every 1000.
    pub fn spoken(self) -> String {
        let letter = char::from(b'A' + u8::try_from(self.0 / 1000 % 26).unwrap_or(0));
        format!("{letter}{:03}", self.0 % 1000)
    }
}

/// A ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Its number.
    pub number: QueueNumber,
    /// How filing ended.
    pub outcome: FilingOutcome,
    /// How many items were confirmed.
    pub items: usize,
    /// When.
    pub at: Timestamp,
}

/// The ids under which `assets/` holds the title and the next step, for the screen and for paper.
pub const fn text_ids(outcome: FilingOutcome) -> (&'static str, &'static str) {
    match outcome {
        FilingOutcome::Accepted => ("complete-title-accepted", "complete-next-accepted"),
        FilingOutcome::Queued => ("complete-title-queued", "complete-next-queued"),
        FilingOutcome::NeedsPerson => ("complete-title-needs-person", "complete-next-needs-person"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_to_call_out() {
        assert_eq!(QueueNumber(7).spoken(), "A007");
        assert_eq!(QueueNumber(1007).spoken(), "B007");
    }
}
