//! Times and part numbers: whatever is accepted is what was written.
#![no_main]

use ktc_kiosk::time::Timestamp;
use std::time::Duration;

libfuzzer_sys::fuzz_target!(|input: (f64, i64, u64, &str)| {
    let (seconds, millis, later, text) = input;
    match Timestamp::from_numeric_date(seconds) {
        Some(time) => assert!((time.unix_millis() as f64 / 1000.0 - seconds).abs() <= 0.001),
        None => assert!(!seconds.is_finite() || seconds.abs() > 1e11),
    }
    let time = Timestamp::from_unix_millis(millis);
    let after = time.plus(Duration::from_millis(later));
    assert!(after >= time && after.since(time) <= Duration::from_millis(later) && time.since(after).is_zero());
    let shown = time.to_string();
    if shown != "out-of-range" {
        assert_eq!(Timestamp::from_rfc3339(&shown), Some(time));
    }
    if let Some(read) = Timestamp::from_rfc3339(text) {
        assert_eq!(Timestamp::from_rfc3339(&read.to_string()), Some(read));
    }
});
