//! Birth dates. A part of a date stays a part and is equal to nothing but the same part.

use super::collected::{Collected, Discarded, discard};
use super::field::{MatchField, NotCounted};
use super::placeholders::placeholders;
use crate::time::Day;
use jiff::civil::Date;
use serde_json::Value;

/// Nobody is older.
const MAX_YEARS: i16 = 120;

pub(super) fn read_birth_date(patient: &Value, day: Day, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    let Some(text) = patient["birthDate"].as_str().map(str::trim).filter(|text| !text.is_empty()) else { return };
    match defect(text, day) {
        Some(why) => discard(discarded, MatchField::BirthDate, why, text),
        None => into.add(MatchField::BirthDate, text.to_owned()),
    }
}

fn defect(text: &str, day: Day) -> Option<NotCounted> {
    let shaped = |lengths: &[usize]| {
        let parts: Vec<&str> = text.split('-').collect();
        parts.len() == lengths.len()
            && parts.iter().zip(lengths).all(|(part, length)| part.len() == *length)
            && parts.iter().all(|part| part.bytes().all(|digit| digit.is_ascii_digit()))
    };
    if shaped(&[4]) || shaped(&[4, 2]) {
        return None;
    }
    let Some(date) = whole(text).filter(|_| shaped(&[4, 2, 2])) else { return Some(NotCounted::NotValid) };
    let today = Date::from(day);
    let is_ahead = today.checked_add(jiff::Span::new().days(2)).is_ok_and(|latest| date > latest);
    match () {
        () if placeholders().is_birth_date(text) => Some(NotCounted::Placeholder),
        () if is_ahead || date.year() < today.year() - MAX_YEARS => Some(NotCounted::Impossible),
        () => None,
    }
}

fn whole(text: &str) -> Option<Date> {
    text.parse().ok().filter(|_| text.len() == 10)
}

/// Whether two whole dates are the same day or follow each other.
pub(super) fn is_within_a_day(one: &str, other: &str) -> bool {
    let (Some(one), Some(other)) = (whole(one), whole(other)) else { return false };
    one.until(other).is_ok_and(|apart| apart.get_days().abs() <= 1)
}

/// Whether one is a part of the other: a year, or a year and a month, of it.
pub(super) fn is_part(one: &str, other: &str) -> bool {
    one != other && (one.starts_with(other) || other.starts_with(one))
}

/// Whether one digit is another one, or two neighbouring digits change places.
pub(super) fn is_digit_off(one: &str, other: &str) -> bool {
    if one.len() != 10 || other.len() != 10 {
        return false;
    }
    let differing: Vec<(usize, (u8, u8))> =
        one.bytes().zip(other.bytes()).enumerate().filter(|(_, (one, other))| one != other).collect();
    match differing[..] {
        [_] => true,
        [(first, (a, b)), (second, (c, d))] => second == first + 1 && a == d && b == c,
        _ => false,
    }
}

/// The same date with day and month in each other's place; `None` when the calendar has no such day.
pub fn with_day_and_month_swapped(date: &str) -> Option<String> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Date::new(year, day, month).ok()?.to_string())
}

/// The days before and behind a whole date.
pub fn neighbouring_days(date: &str) -> Vec<String> {
    let Some(date) = whole(date) else { return Vec::new() };
    [date.yesterday(), date.tomorrow()].into_iter().flatten().map(|day| day.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day::constant(2026, 11, 30);

    #[test]
    fn a_date_counts_where_somebody_can_have_been_born_then() {
        for (text, expected) in [
            ("1980-02-03", None),
            ("1980-02", None),
            ("1980", None),
            ("2026-12-02", None),
            ("2026-12-03", Some(NotCounted::Impossible)),
            ("1905-12-31", Some(NotCounted::Impossible)),
            ("1906-01-01", None),
            ("2000-01-01", Some(NotCounted::Placeholder)),
            ("1980-02-30", Some(NotCounted::NotValid)),
            ("1980-2-3", Some(NotCounted::NotValid)),
            ("1980-02-03T00:00:00Z", Some(NotCounted::NotValid)),
            ("unknown", Some(NotCounted::NotValid)),
        ] {
            assert_eq!(defect(text, DAY), expected, "{text}");
        }
    }

    #[test]
    fn dates_are_a_day_a_digit_or_a_part_apart() {
        assert!(is_within_a_day("1984-12-31", "1985-01-01") && is_within_a_day("1980-02-29", "1980-03-01"));
        assert!(!is_within_a_day("1980-02-03", "1980-02-05") && !is_within_a_day("1980", "1980"));
        assert!(is_digit_off("1980-02-03", "1990-02-03") && is_digit_off("1980-02-03", "1908-02-03"));
        assert!(!is_digit_off("1980-02-03", "1981-02-04") && !is_digit_off("1980", "1981"));
        assert!(is_part("1980", "1980-02-03") && !is_part("1980", "1981-02-03"));
        assert_eq!(neighbouring_days("1985-01-01"), ["1984-12-31", "1985-01-02"]);
        assert!(neighbouring_days("1985-01").is_empty());
    }

    #[test]
    fn day_and_month_are_swapped_only_to_a_day_that_there_is() {
        assert_eq!(with_day_and_month_swapped("1980-02-03").as_deref(), Some("1980-03-02"));
        assert_eq!(
            with_day_and_month_swapped("1980-31-01").as_deref(),
            Some("1980-01-31"),
            "that was swapped by a sender"
        );
        for none in ["1980-01-31", "1980-31-02", "1981-30-02", "1980-02", "1980", "", "1980-02-0x"] {
            assert_eq!(with_day_and_month_swapped(none), None, "{none}");
        }
    }
}
