//! The pauses before a device that failed is opened anew: longer and longer, and ended by a stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// The first pause; it doubles.
const FIRST: Duration = Duration::from_millis(200);
/// The longest pause.
const LAST: Duration = Duration::from_secs(5);
/// How soon a stop is heeded.
const HEED: Duration = Duration::from_millis(50);

/// The next pause.
pub(crate) struct Pauses(Duration);

impl Pauses {
    /// As after a success.
    pub(crate) const fn new() -> Pauses {
        Pauses(FIRST)
    }

    /// How long the next one is.
    pub(crate) const fn next(&self) -> Duration {
        self.0
    }

    /// Waits, unless `stop` comes before.
    pub(crate) fn wait(&mut self, stop: &AtomicBool) {
        let mut left = self.0;
        while !left.is_zero() && !stop.load(Ordering::Relaxed) {
            let slice = left.min(HEED);
            sleep(slice);
            left -= slice;
        }
        self.0 = (self.0 * 2).min(LAST);
    }
}
