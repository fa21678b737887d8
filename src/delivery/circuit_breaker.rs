//! Whether the EHR is asked now. One that is not there is asked by one check-in at a time, at moments that lie further and
//! further apart and are never the same for two kiosks; what has piled up then leaves one after the other at first (note 21, attack 60).

use super::backoff;
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
pub struct CircuitBreaker {
    /// Tries in a row without an EHR.
    failures: u32,
    /// How many more leave one by one.
    careful: u32,
    one_is_out: bool,
    closed_until: Option<Timestamp>,
    /// Goes up when the breaker closes: what left before says nothing new.
    round: u32,
}

/// The right to send one check-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permit {
    round: u32,
    alone: bool,
}

impl CircuitBreaker {
    /// Asks to send one check-in.
    pub fn enter(&mut self, now: Timestamp) -> Option<Permit> {
        let alone = self.failures > 0 || self.careful > 0;
        let closed = self.closed_until.is_some_and(|until| now < until && until < now.plus(LONGEST_WAIT));
        if alone && (self.one_is_out || closed) {
            return None;
        }
        self.one_is_out |= alone;
        Some(Permit { round: self.round, alone })
    }

    /// Until when nobody is let in, if it is closed.
    pub fn closed_until(&self) -> Option<Timestamp> {
        self.closed_until
    }

    /// Nothing was sent.
    pub fn leave(&mut self, permit: Permit) {
        self.one_is_out &= !permit.alone;
    }

    /// The EHR answered.
    pub fn was_there(&mut self, permit: Permit, now: Timestamp, random: u32) {
        self.leave(permit);
        if permit.round != self.round {
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
    pub fn was_not_there(&mut self, permit: Permit, asked: Option<Duration>, now: Timestamp, random: u32) {
        self.leave(permit);
        if permit.round != self.round {
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
        let mut breaker = CircuitBreaker::default();
        let (first, second) = (breaker.enter(at(0)).expect("open"), breaker.enter(at(0)).expect("open"));
        breaker.was_not_there(first, None, at(0), 0);
        breaker.was_not_there(second, None, at(0), u32::MAX);
        assert_eq!(breaker.enter(at(0)), None);
        let probe = breaker.enter(at(1)).expect("one may look");
        assert_eq!(breaker.enter(at(1)), None);
        breaker.was_not_there(probe, Some(Duration::from_secs(60)), at(1), 0);
        assert_eq!(breaker.enter(at(60)), None);
        let probe = breaker.enter(at(61)).expect("one may look");
        breaker.leave(probe);
        let probe = breaker.enter(at(61)).expect("nothing was sent, so another may look");
        breaker.was_there(probe, at(61), 0);
        let careful = breaker.enter(at(61)).expect("two failures: one by one, twice");
        assert_eq!(breaker.enter(at(61)), None);
        breaker.was_there(careful, at(61), 0);
        let careful = breaker.enter(at(61)).expect("again");
        breaker.was_there(careful, at(61), 0);
        assert!(breaker.enter(at(61)).is_some() && breaker.enter(at(61)).is_some(), "open to all");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_keep_it_closed() {
        let mut breaker = CircuitBreaker::default();
        let permit = breaker.enter(at(100_000)).expect("open");
        breaker.was_not_there(permit, None, at(100_000), 0);
        assert!(breaker.enter(at(0)).is_some());
    }
}
