//! How long to wait before the next try: longer each time, and never the same for two kiosks (note 21, attack 60).

use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const FIRST_RANGE: Duration = Duration::from_secs(2);
const LONGEST_RANGE: Duration = Duration::from_secs(1200);
/// Whatever an EHR asks for, the outbox looks again within the hour.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// The wait after this many tries: what the EHR asks for, or a second, and then a random part of a range that doubles
/// up to twenty minutes. `random` is any random number; the caller draws a new one each time.
pub fn backoff(tries: u32, asked: Option<Duration>, random: u32) -> Duration {
    let doubled = FIRST_RANGE.saturating_mul(1 << tries.saturating_sub(1).min(16));
    let range = doubled.min(LONGEST_RANGE);
    let part = range.mul_f64(f64::from(random) / f64::from(u32::MAX));
    asked.unwrap_or(SHORTEST).clamp(SHORTEST, LONGEST_ASKED) + part
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_spread_out_and_end_at_twenty_minutes() {
        assert_eq!(backoff(1, None, 0), SHORTEST);
        assert_eq!(backoff(1, None, u32::MAX), Duration::from_secs(3));
        assert_eq!(backoff(4, None, u32::MAX), Duration::from_secs(17));
        assert_eq!(backoff(u32::MAX, None, u32::MAX), Duration::from_secs(1201));
    }

    #[test]
    fn what_the_ehr_asks_for_is_kept() {
        assert_eq!(backoff(1, Some(Duration::from_secs(60)), 0), Duration::from_secs(60));
        assert_eq!(backoff(1, Some(Duration::ZERO), 0), SHORTEST);
        assert_eq!(backoff(1, Some(Duration::from_secs(1_000_000_000)), 0), LONGEST_ASKED);
    }
}
