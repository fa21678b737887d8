//! Whether a Period is over, or has not begun, on the day of the check-in. Rules read no clock: whoever reads one tells the day.

use serde_json::Value;
use std::sync::{PoisonError, RwLock};

/// The day of the check-in (`2026-11-30`).
static TODAY: RwLock<Option<String>> = RwLock::new(None);

/// Tells the day by which what has ended is known. Until it is told, every end that is stated is past.
pub fn today_is(day: &str) {
    *TODAY.write().unwrap_or_else(PoisonError::into_inner) = Some(day.to_owned());
}

fn on_today<T>(judge: impl FnOnce(Option<&str>) -> T) -> T {
    judge(TODAY.read().unwrap_or_else(PoisonError::into_inner).as_deref())
}

/// Whether a Period is over. What is temporary names its end before it comes.
pub(super) fn is_over(period: &Value, of_use: Option<&Value>) -> bool {
    let Some(end) = period["end"].as_str() else { return false };
    on_today(|today| match today {
        Some(today) => is_before(end, today),
        None => of_use.is_none_or(|of_use| of_use != "temp") && !end.starts_with("9999"),
    })
}

/// Whether a Period begins later.
pub(super) fn has_not_begun(period: &Value) -> bool {
    let start = period["start"].as_str();
    start.is_some_and(|start| on_today(|today| today.is_some_and(|today| is_before(today, start))))
}

/// Dates of FHIR, compared as far as both go: 2026 is neither before nor after a day of it.
pub(crate) fn is_before(one: &str, other: &str) -> bool {
    let common = one.len().min(other.len()).min(10);
    one.get(..common) < other.get(..common)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_period_is_over_after_its_last_day_and_not_because_it_names_one() {
        let over = |end: &str| is_over(&json!({ "end": end }), None);
        assert!(over("2031-01-01"), "nobody has told the day");
        assert!(!is_over(&json!({"end": "2031-01-01"}), Some(&json!("temp"))));
        today_is("2026-11-30");
        for past in ["2026-11-29", "2026-10", "2025", "2026-11-29T23:00:00Z"] {
            assert!(over(past), "{past}");
        }
        for ahead in ["2026-11-30", "2026-12-01", "2026", "2031", "9999-12-31"] {
            assert!(!over(ahead), "{ahead}");
        }
        assert!(is_over(&json!({"end": "2020"}), Some(&json!("temp"))), "what was temporary is over as well");
        let later = |start: &str| has_not_begun(&json!({ "start": start }));
        assert!(later("2026-12-01") && later("2027") && !later("2026-11-30") && !later("2026") && !later("1999-01-01"));
    }
}
