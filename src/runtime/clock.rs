//! The one place that reads the clock.

use crate::time::Timestamp;

/// The time.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(jiff::Timestamp::now().as_millisecond())
}

/// The calendar day here, for the queue's numbers.
pub fn local_day(at: Timestamp) -> String {
    here(at, "%Y-%m-%d")
}

/// Date and time of day here, for tickets.
pub fn local_time(at: Timestamp) -> String {
    here(at, "%Y-%m-%d  %H:%M")
}

fn here(at: Timestamp, format: &str) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.unix_millis()).unwrap_or_default();
    instant.to_zoned(jiff::tz::TimeZone::system()).strftime(format).to_string()
}
