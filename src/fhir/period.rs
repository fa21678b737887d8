//! Whether a Period is over, or has not begun, on the day of the check-in.

use crate::time::Day;
use serde_json::Value;

/// Whether a Period is over.
pub(super) fn is_over(period: &Value, day: Day) -> bool {
    period["end"].as_str().is_some_and(|end| day.is_after(end))
}

/// Whether a Period begins later.
pub(super) fn has_not_begun(period: &Value, day: Day) -> bool {
    period["start"].as_str().is_some_and(|start| day.is_before(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_period_is_over_after_its_last_day_and_not_because_it_names_one() {
        let day = Day::constant(2026, 11, 30);
        let over = |end: &str| is_over(&json!({ "end": end }), day);
        assert!(over("2026-11-29") && over("2025") && !over("2026-11-30") && !over("2026") && !over("9999-12-31"));
        let later = |start: &str| has_not_begun(&json!({ "start": start }), day);
        assert!(later("2026-12-01") && later("2027") && !later("2026-11-30") && !later("2026") && !later("1999-01-01"));
        assert!(!is_over(&json!({"start": "2020"}), day) && !has_not_begun(&json!({"end": "2031"}), day));
    }
}
