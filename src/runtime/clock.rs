//! The one place that reads the clock.

use crate::time::{Day, Timestamp, Zone};
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

/// The name of the zone of this box (IANA); none where the system says none, and UTC is taken.
pub fn zone_name() -> Option<String> {
    jiff::tz::TimeZone::try_system().ok()?.iana_name().map(str::to_owned)
}

/// Where the kiosk stands.
pub fn here() -> Zone {
    jiff::tz::TimeZone::system().into()
}

/// The calendar day here.
pub fn local_day(at: Timestamp) -> Day {
    here().day(at)
}

/// Date and time of day here, for tickets.
pub fn local_time(at: Timestamp) -> String {
    here().format(at, "%Y-%m-%d  %H:%M")
}
