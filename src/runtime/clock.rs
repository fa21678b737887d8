//! The one place that reads the clock.

use crate::time::{Day, Timestamp};
use std::time::Instant;

/// The time by the system's clock.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(jiff::Timestamp::now().as_millisecond())
}

/// Tells the time, and by how much somebody has set the clock since it was asked before.
pub(super) struct Watch {
    wall: Timestamp,
    steady: Instant,
}

impl Watch {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub(super) fn start() -> Watch {
        Watch { wall: now(), steady: Instant::now() }
    }

    /// The time, and the milliseconds by which the clock has jumped; small corrections are no jump.
    pub(super) fn look(&mut self) -> (Timestamp, i64) {
        let before = std::mem::replace(self, Watch::start());
        let passed = i64::try_from((self.steady - before.steady).as_millis()).unwrap_or(i64::MAX);
        let jump = self.wall.unix_millis() - before.wall.unix_millis() - passed;
        (self.wall, if jump.abs() > 1_000 { jump } else { 0 })
    }
}

/// The calendar day here.
pub fn local_day(at: Timestamp) -> Day {
    zoned(at).date().into()
}

/// Today here, from its midnight to the next; a day has 23 to 25 hours.
pub fn local_midnights(at: Timestamp) -> (Timestamp, Timestamp) {
    let today = zoned(at);
    let midnight = |day: jiff::Zoned| day.start_of_day().map(|midnight| midnight.timestamp().as_millisecond()).ok();
    let (from, until) = (midnight(today.clone()), today.tomorrow().ok().and_then(midnight));
    let from = from.unwrap_or(at.unix_millis());
    (Timestamp::from_unix_millis(from), Timestamp::from_unix_millis(until.unwrap_or(from + 86_400_000)))
}

/// Time of day here.
pub fn local_hour(at: Timestamp) -> String {
    here(at, "%H:%M")
}

/// Date and time of day here, for tickets.
pub fn local_time(at: Timestamp) -> String {
    here(at, "%Y-%m-%d  %H:%M")
}

fn here(at: Timestamp, format: &str) -> String {
    zoned(at).strftime(format).to_string()
}

fn zoned(at: Timestamp) -> jiff::Zoned {
    let instant = jiff::Timestamp::from_millisecond(at.unix_millis()).unwrap_or_default();
    instant.to_zoned(jiff::tz::TimeZone::system())
}
