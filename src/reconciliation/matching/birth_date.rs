//! Birth dates as an index of patients must compare them: slips of the finger, day and month changed over. A date may be
//! partial (FHIR R4, data type date).

use super::agreement::{Agreement, Closeness};
use jiff::civil::Date;

pub(super) fn birth_dates(one: Option<String>, other: Option<String>) -> Agreement {
    let (Some(one), Some(other)) = (one, other) else { return Agreement::Missing };
    let whole = |date: &str| date.len() == 10 && date.is_ascii();
    let differing = one.bytes().zip(other.bytes()).filter(|(one, other)| one != other).count();
    match () {
        () if one == other => Agreement::Agrees,
        () if one.starts_with(&other) || other.starts_with(&one) => Agreement::Close(Closeness::Part),
        () if !whole(&one) || !whole(&other) => Agreement::Differs,
        () if with_day_and_month_swapped(&one).as_deref() == Some(other.as_str()) => {
            Agreement::Close(Closeness::DayAndMonth)
        }
        () if differing == 1 || is_neighbours(&one, &other) => Agreement::Close(Closeness::Spelling),
        () => Agreement::Differs,
    }
}

/// Two neighbouring digits change places.
fn is_neighbours(one: &str, other: &str) -> bool {
    let places: Vec<usize> =
        one.bytes().zip(other.bytes()).enumerate().filter(|(_, (one, other))| one != other).map(|(at, _)| at).collect();
    let [first, second] = places[..] else { return false };
    let at = |text: &str, place: usize| text.as_bytes().get(place).copied();
    second == first + 1 && at(one, first) == at(other, second) && at(one, second) == at(other, first)
}

/// The same date with day and month in each other's place; `None` when the calendar has no such day.
pub fn with_day_and_month_swapped(date: &str) -> Option<String> {
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Date::new(year, day, month).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

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
