//! One timestamp type, one of days, one of time zones. Only `runtime` and the command line read a clock and know where they are;
//! everything else is told.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp as Instant, Zoned};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

/// A point in time, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since the epoch.
    pub const fn from_unix_millis(millis: i64) -> Self {
        Timestamp(millis)
    }

    /// From seconds since the epoch, whole or fractional (a NumericDate of RFC 7519). `None` when not a usable number.
    pub fn from_numeric_date(seconds: f64) -> Option<Self> {
        // 1e11 s is the year 5138; more than that is a value in milliseconds that somebody called seconds.
        (seconds.is_finite() && seconds.abs() <= 1e11).then(|| Timestamp((seconds * 1000.0).round() as i64))
    }

    /// From RFC 3339 text, such as a FHIR `instant`.
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        text.parse::<Instant>().ok().map(|instant| Timestamp(instant.as_millisecond()))
    }

    /// Milliseconds since the epoch.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// This time and `later` more.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Timestamp(self.0.saturating_add(i64::try_from(later.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This time and `earlier` less.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        Timestamp(self.0.saturating_sub(i64::try_from(earlier.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub fn since(self, earlier: Timestamp) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The date in UTC, `YYYY-MM-DD`.
    pub fn date(self) -> String {
        Instant::from_millisecond(self.0).map_or_else(|_| self.to_string(), |at| at.strftime("%Y-%m-%d").to_string())
    }
}

/// A FHIR `instant` in UTC with milliseconds.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Instant::from_millisecond(self.0) {
            Ok(instant) => write!(f, "{instant:.3}"),
            Err(_) => f.write_str("out-of-range"),
        }
    }
}

/// A day of the clinic's calendar. By it is judged what is over and what has not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// For constants: one that no calendar has does not compile there.
    pub const fn constant(year: i16, month: i8, day: i8) -> Day {
        Day(Date::constant(year, month, day))
    }

    /// Whether a date of FHIR lies before this day. They are compared as far as both go: 2026 is neither before nor after a
    /// day of it.
    pub fn is_after(self, date: &str) -> bool {
        self.beside(date) == Ordering::Greater
    }

    /// Whether a date of FHIR lies behind this day.
    pub fn is_before(self, date: &str) -> bool {
        self.beside(date) == Ordering::Less
    }

    fn beside(self, date: &str) -> Ordering {
        let day = self.to_string();
        let common = day.len().min(date.len());
        day.bytes().take(common).cmp(date.bytes().take(common))
    }
}

impl From<Day> for Date {
    fn from(day: Day) -> Date {
        day.0
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        Day(date)
    }
}

impl TryFrom<String> for Day {
    type Error = jiff::Error;

    fn try_from(text: String) -> Result<Day, jiff::Error> {
        text.parse().map(Day)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

/// `2026-11-30`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The time zone of a clinic: which day it is there, and which hour.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The calendar day.
    pub fn day(&self, at: Timestamp) -> Day {
        self.zoned(at).date().into()
    }

    /// The first instant of the day that lies so many days behind that of `at`; a day has 23 to 25 hours, and need not begin at 0:00.
    pub fn midnight(&self, at: Timestamp, days: i16) -> Timestamp {
        let day = self.zoned(at).date().saturating_add(Span::new().days(days));
        let first = day.to_zoned(self.0.clone()).map(|first| first.timestamp().as_millisecond());
        Timestamp(first.unwrap_or(at.0))
    }

    /// Time of day.
    pub fn hour(&self, at: Timestamp) -> String {
        self.format(at, "%H:%M")
    }

    /// The same in another form.
    pub fn format(&self, at: Timestamp, form: &str) -> String {
        self.zoned(at).strftime(form).to_string()
    }

    fn zoned(&self, at: Timestamp) -> Zoned {
        Instant::from_millisecond(at.0).unwrap_or_default().to_zoned(self.0.clone())
    }
}

impl From<TimeZone> for Zone {
    fn from(zone: TimeZone) -> Zone {
        Zone(zone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(posix: &str) -> Zone {
        TimeZone::posix(posix).expect("a zone").into()
    }

    #[test]
    fn a_day_has_23_to_25_hours_and_begins_when_its_calendar_does() {
        let hours = |zone: &Zone, day: &str| {
            let noon = Timestamp::from_rfc3339(&format!("{day}T16:00:00Z")).expect("a time");
            zone.midnight(noon, 1).since(zone.midnight(noon, 0)).as_secs() / 3600
        };
        let new_york = zone("EST5EDT,M3.2.0,M11.1.0");
        assert_eq!(
            ["2026-03-07", "2026-03-08", "2026-11-01", "2026-11-02"].map(|day| hours(&new_york, day)),
            [24, 23, 25, 24]
        );
        // Clocks that go forward at midnight: the day begins at 1:00.
        let santiago = zone("<-04>4<-03>,M9.1.6/24,M4.1.6/24");
        let noon = Timestamp::from_rfc3339("2026-09-06T16:00:00Z").expect("a time");
        assert_eq!((santiago.hour(santiago.midnight(noon, 0)).as_str(), hours(&santiago, "2026-09-06")), ("01:00", 23));
        assert_eq!(santiago.day(santiago.midnight(noon, -1)), Day::constant(2026, 9, 5));
    }

    #[test]
    fn a_date_is_before_or_behind_a_day_as_far_as_both_go() {
        let day = Day::constant(2026, 11, 30);
        for past in ["2026-11-29", "2026-10", "2025", "2026-11-29T23:00:00Z"] {
            assert!(day.is_after(past) && !day.is_before(past), "{past}");
        }
        for ahead in ["2026-12-01", "2027", "9999-12-31"] {
            assert!(day.is_before(ahead) && !day.is_after(ahead), "{ahead}");
        }
        for of_it in ["2026-11-30", "2026-11", "2026", "2026-11-30T00:00:00Z", ""] {
            assert!(!day.is_before(of_it) && !day.is_after(of_it), "{of_it}");
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        let written = serde_json::to_string(&Day::constant(2026, 11, 30)).expect("JSON");
        assert_eq!(written, r#""2026-11-30""#);
        assert_eq!(serde_json::from_str::<Day>(&written).ok(), Some(Day::constant(2026, 11, 30)));
        assert!(serde_json::from_str::<Day>(r#""2026-11-31""#).is_err());
    }

    #[test]
    fn a_fractional_numeric_date_keeps_its_milliseconds() {
        let time = Timestamp::from_numeric_date(1_715_107_763.677).map(Timestamp::unix_millis);
        assert_eq!(time, Some(1_715_107_763_677));
    }

    #[test]
    fn milliseconds_called_seconds_are_refused() {
        assert_eq!(Timestamp::from_numeric_date(1_767_225_600_000.0), None);
    }

    #[test]
    fn shown_as_a_fhir_instant() {
        assert_eq!(Timestamp::from_unix_millis(0).to_string(), "1970-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::from_unix_millis(0).date(), "1970-01-01");
        assert_eq!(Timestamp::from_unix_millis(i64::MAX).date(), "out-of-range");
    }
}
