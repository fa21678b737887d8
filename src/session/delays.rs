//! Every wait of a session has an end; this is the one table of them.

use super::{Session, SignInFor, State};
use crate::time::Timestamp;
use std::time::Duration;

/// How long each state may stand before it ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delays {
    /// Nobody shows a code.
    pub scanning: Duration,
    /// A passcode is being typed, from the last key: many patients look for it first.
    pub passcode: Duration,
    /// A share is being fetched.
    pub resolving: Duration,
    /// The patient reads what is being shared.
    pub sharing: Duration,
    /// The form waits for staff, after the patient agreed.
    pub awaiting_staff: Duration,
    /// Staff review, from the last touch; then the form is covered until somebody touches it.
    pub covered: Duration,
    /// Staff review, from the last touch; then the PIN is asked for again.
    pub reviewing: Duration,
    /// From one touch to the next that discards a check-in: two that follow sooner are one tap that shook.
    pub discarding: Duration,
    /// The EHR tells what the chosen chart holds; after that the form goes on without.
    pub comparing: Duration,
    /// What the EHR said of today's appointments; then it is asked again.
    pub appointments: Duration,
    /// One page of a document is being drawn.
    pub drawing: Duration,
    /// The EHR answers while people watch; after that the check-in is queued here and goes on by itself.
    pub filing: Duration,
    /// The ticket stays on screen.
    pub complete: Duration,
    /// A message stays on screen.
    pub trouble: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Delays {
            scanning: Duration::from_secs(90),
            passcode: Duration::from_secs(120),
            resolving: Duration::from_secs(25),
            sharing: Duration::from_secs(90),
            awaiting_staff: Duration::from_secs(600),
            covered: Duration::from_secs(60),
            reviewing: Duration::from_secs(120),
            discarding: Duration::from_secs(1),
            comparing: Duration::from_secs(15),
            appointments: Duration::from_secs(60),
            drawing: Duration::from_secs(15),
            filing: Duration::from_secs(8),
            complete: Duration::from_secs(30),
            trouble: Duration::from_secs(45),
        }
    }
}

impl Delays {
    /// How long staff have to sign in: a patient may want to begin where nobody waits for them.
    pub const fn sign_in(&self, purpose: &SignInFor) -> Duration {
        match purpose {
            SignInFor::Review(_) => self.awaiting_staff,
            SignInFor::Queue => self.scanning,
        }
    }
}

impl Session {
    /// How long until this screen ends by itself, where a person may still be at work on it.
    pub fn ends_in(&self, now: Timestamp) -> Option<Duration> {
        let delay = match &self.state {
            State::Scanning(_) => self.delays.scanning,
            State::AskingPasscode(asking) if !asking.sent => self.delays.passcode,
            State::Sharing(_) => self.delays.sharing,
            State::AwaitingStaff(awaiting) => self.delays.sign_in(&awaiting.purpose),
            State::Idle
            | State::AskingPasscode(_)
            | State::Resolving(_)
            | State::ChoosingPerson(_)
            | State::Reviewing(_)
            | State::Queue(_)
            | State::Keeping(_)
            | State::Filing(_)
            | State::Complete(_)
            | State::Declined
            | State::WrongPerson(_)
            | State::InTrouble(_) => return None,
        };
        Some(delay.saturating_sub(now.since(self.since)))
    }
}
