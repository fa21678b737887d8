//! Whose PIN is it? On a thread of its own: whoever signs in waits for no EHR.

use super::clock::now;
use super::shared::{EventSender, SharedStore, lock};
use super::staff::Roster;
use crate::sensitive::Sensitive;
use crate::session::{Answer, PinRefusal};
use crate::session_id::SessionId;
use crate::store::PinStanding;
use std::sync::mpsc::Receiver;

/// A PIN to check.
pub(super) type PinJob = (SessionId, Sensitive<String>);

/// Checks PINs, one at a time.
pub(super) struct Pins {
    pub(super) store: SharedStore,
    pub(super) roster: Roster,
    pub(super) events: EventSender,
}

impl Pins {
    /// Works until the other end is dropped.
    pub(super) fn run(self, jobs: &Receiver<PinJob>) {
        while let Ok((session, pin)) = jobs.recv() {
            self.events.answer(session, self.check_pin(&pin));
        }
    }

    /// The count of wrong PINs is on disk before the answer is given, so that pulling the plug gains no try. When it cannot
    /// be written, no PIN is good.
    fn check_pin(&self, pin: &Sensitive<String>) -> Answer {
        match lock(&self.store).pin_attempts().standing(now()) {
            Ok(PinStanding::Open { .. }) => {}
            Ok(PinStanding::Locked { .. }) | Err(_) => return Answer::StaffRefused(PinRefusal::Locked),
        }
        let staff = self.roster.find(pin);
        let mut store = lock(&self.store);
        match staff {
            Some(staff) if store.pin_attempts().record_right().is_ok() => Answer::StaffSignedIn(staff),
            Some(_) => Answer::StaffRefused(PinRefusal::Locked),
            None => match store.pin_attempts().record_wrong(now()) {
                Ok(PinStanding::Open { .. }) => Answer::StaffRefused(PinRefusal::Wrong),
                Ok(PinStanding::Locked { .. }) | Err(_) => Answer::StaffRefused(PinRefusal::Locked),
            },
        }
    }
}
