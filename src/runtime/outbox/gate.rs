//! Whether the EHR is asked now. One that is not there is asked by one check-in at a time, at moments that lie further and
//! further apart and are never the same for two kiosks; what has piled up then leaves one after the other at first (threat 60).

use crate::filing::backoff;
use crate::time::Timestamp;
use std::time::Duration;

/// After an outage of many tries, this many check-ins leave one by one.
const CAREFUL: u32 = 16;
/// The longest gap between two of those.
const CAREFUL_GAP: Duration = Duration::from_secs(2);
/// No wait is as long as this: the clock was ahead when it began.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 3600);

/// See the module.
#[derive(Debug, Default)]
pub struct Gate {
    /// Tries in a row without an EHR.
    failures: u32,
    /// How many more leave one by one.
    careful: u32,
    one_is_out: bool,
    closed_until: Option<Timestamp>,
    /// Goes up when the gate closes: what left before says nothing new.
    round: u32,
}

/// The right to send one check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    round: u32,
    alone: bool,
}

impl Gate {
    /// Asks to send one check-in.
    pub fn enter(&mut self, now: Timestamp) -> Option<Pass> {
        let alone = self.failures > 0 || self.careful > 0;
        let closed = self.closed_until.is_some_and(|until| now < until && until < now.plus(LONGEST_WAIT));
        if alone && (self.one_is_out || closed) {
            return None;
        }
        self.one_is_out |= alone;
        Some(Pass { round: self.round, alone })
    }

    /// Until when nobody is let in, if it is closed.
    pub fn closed_until(&self) -> Option<Timestamp> {
        self.closed_until
    }

    /// Nothing was sent.
    pub fn leave(&mut self, pass: Pass) {
        self.one_is_out &= !pass.alone;
    }

    /// The EHR answered.
    pub fn was_there(&mut self, pass: Pass, now: Timestamp, random: u32) {
        self.leave(pass);
        if pass.round != self.round {
            return;
        }
        match self.failures {
            0 => self.careful = self.careful.saturating_sub(1),
            failures => (self.careful, self.failures) = (failures.min(CAREFUL), 0),
        }
        let gap = CAREFUL_GAP.mul_f64(f64::from(random) / f64::from(u32::MAX));
        self.closed_until = (self.careful > 0).then(|| now.plus(gap));
    }

    /// The EHR was not there, or asks to be left alone for so long.
    pub fn was_not_there(&mut self, pass: Pass, asked: Option<Duration>, now: Timestamp, random: u32) {
        self.leave(pass);
        if pass.round != self.round {
            return;
        }
        self.failures = self.failures.saturating_add(1);
        self.round = self.round.wrapping_add(1);
        self.closed_until = Some(now.plus(backoff(self.failures, asked, random)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_790_000_000_000 + seconds * 1000)
    }

    #[test]
    fn an_ehr_that_is_not_there_is_asked_by_one_at_a_time() {
        let mut gate = Gate::default();
        let (first, second) = (gate.enter(at(0)).expect("open"), gate.enter(at(0)).expect("open"));
        gate.was_not_there(first, None, at(0), 0);
        gate.was_not_there(second, None, at(0), u32::MAX);
        assert_eq!(gate.enter(at(0)), None);
        let probe = gate.enter(at(1)).expect("one may look");
        assert_eq!(gate.enter(at(1)), None);
        gate.was_not_there(probe, Some(Duration::from_secs(60)), at(1), 0);
        assert_eq!(gate.enter(at(60)), None);
        let probe = gate.enter(at(61)).expect("one may look");
        gate.leave(probe);
        let probe = gate.enter(at(61)).expect("nothing was sent, so another may look");
        gate.was_there(probe, at(61), 0);
        let careful = gate.enter(at(61)).expect("two failures: one by one, twice");
        assert_eq!(gate.enter(at(61)), None);
        gate.was_there(careful, at(61), 0);
        let careful = gate.enter(at(61)).expect("again");
        gate.was_there(careful, at(61), 0);
        assert!(gate.enter(at(61)).is_some() && gate.enter(at(61)).is_some(), "open to all");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_it_closed() {
        let mut gate = Gate::default();
        let pass = gate.enter(at(100_000)).expect("open");
        gate.was_not_there(pass, None, at(100_000), 0);
        assert!(gate.enter(at(0)).is_some());
    }
}
