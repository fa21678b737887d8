//! Dates as sent: a year, a month, a day or a time (FHIR R4 2.24.0.1). None is corrected; one that cannot be is remarked.

use crate::fhir::{RecordType, Resource};
use jiff::civil::Date;
use serde_json::Value;
use std::ops::RangeInclusive;

/// Years that a living patient's records can name.
const YEARS: RangeInclusive<i16> = 1800..=2200;

/// Whether the resource holds a date that no calendar has, or a birth after the share was made.
pub(super) fn has_doubtful_date(resource: &Resource, made: Option<&str>) -> bool {
    let born_later = || match (resource.text("/birthDate"), made.and_then(|made| made.get(..10))) {
        (Some(birth), Some(made)) if resource.is(RecordType::Patient) && is_date(made) => {
            let common = birth.len().min(made.len());
            birth.get(..common) > made.get(..common)
        }
        _ => false,
    };
    doubtful(resource.json().reveal()) || born_later()
}

fn doubtful(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(doubtful),
        Value::Object(members) => members.iter().any(|(name, member)| match member {
            Value::String(text) => holds_a_date(name) && !is_date(text),
            Value::Array(_) | Value::Object(_) => name != "text" && name != "contained" && doubtful(member),
            _ => false,
        }),
        _ => false,
    }
}

fn holds_a_date(name: &str) -> bool {
    name.ends_with("Date")
        || name.ends_with("DateTime")
        || matches!(name, "date" | "authoredOn" | "issued" | "recorded" | "dateAsserted" | "dateWritten" | "authored")
}

/// A year, a month or a day that the calendar has, or a time of such a day.
fn is_date(text: &str) -> bool {
    let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
    let has_dash = |at: usize| date.as_bytes().get(at) == Some(&b'-');
    let number = |from: usize, to: usize| {
        let digits = date.get(from..to).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
        digits.and_then(|digits| digits.parse::<i16>().ok())
    };
    let exists = |month: Option<i16>, day: Option<i16>| {
        let (month, day) = (month.and_then(|month| month.try_into().ok()), day.and_then(|day| day.try_into().ok()));
        let date = |year| Date::new(year, month?, day?).ok();
        number(0, 4).filter(|year| YEARS.contains(year)).and_then(date).is_some()
    };
    let is_day = date.len() == 10 && has_dash(4) && has_dash(7) && exists(number(5, 7), number(8, 10));
    let is_longer = match date.len() {
        4 => exists(Some(1), Some(1)),
        7 => has_dash(4) && exists(number(5, 7), Some(1)),
        _ => false,
    };
    is_day && time.is_none_or(is_time) || is_longer && time.is_none()
}

fn is_time(time: &str) -> bool {
    let two = |from: usize| time.get(from..from + 2).and_then(|digits| digits.parse::<u32>().ok());
    two(0).is_some_and(|hour| hour < 24) && two(3).is_none_or(|minute| minute < 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_no_calendar_has_is_doubtful_and_what_is_partial_is_not() {
        for date in ["1980", "1980-02", "2000-02-29", "2024-02-29T23:59:59+14:00", "2024-12-31T00:00:00Z"] {
            assert!(is_date(date), "{date}");
        }
        let never = [
            "1981-02-29",
            "1900-02-29",
            "2021-13-01",
            "2021-04-31",
            "2021-00-10",
            "0000-01-01",
            "9999-01-01",
            "02/03/1980",
            "1980-2-3",
            "1980-02-03-04",
            "yesterday",
            "",
            "2021-01T10:00:00Z",
            "2021-01-01T25:00:00Z",
            "１９８０",
            "20000229",
            "1980-060",
            "2000-W09-2",
            "2000-02-2",
        ];
        for date in never {
            assert!(!is_date(date), "{date}");
        }
    }

    #[test]
    fn a_birth_after_the_share_was_made_is_doubtful() {
        let born = |date: &str, made| {
            let patient =
                Resource::from_json(json!({"resourceType": "Patient", "birthDate": date})).expect("a resource");
            has_doubtful_date(&patient, made)
        };
        assert!(born("2031-01-01", Some("2026-10-30T09:15:00-05:00")));
        assert!(born("2027", Some("2026-10-30")));
        assert!(!born("2026-10-30", Some("2026-10-30T09:15:00-05:00")));
        assert!(!born("2026", Some("2026-10-30")) && !born("1980-02-03", None));
    }

    #[test]
    fn dates_are_found_wherever_they_stand() {
        let json = json!({"resourceType": "Condition", "onsetPeriod": {"start": "x"}, "note": [{"time": "y"}],
            "extension": [{"valueDateTime": "2021-02-30"}]});
        assert!(has_doubtful_date(&Resource::from_json(json).expect("a resource"), None));
    }
}
