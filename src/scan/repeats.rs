//! Which of the codes before the lens are news. A camera sees the same code in each frame, and somebody may have taped one
//! beside the lens: each report of the same text makes the next one wait twice as long, and other texts wait for nothing.
//!
//! It outlives the visit, so it keeps fingerprints under a key of its own and no texts.

use std::hash::RandomState;
use std::time::Duration;

/// The same code is not news again sooner than this.
const FIRST_PAUSE: Duration = Duration::from_secs(3);
/// Nor does it ever wait longer than this.
const LAST_PAUSE: Duration = Duration::from_secs(600);
/// What was not in view for so long is forgotten.
const FORGET: Duration = Duration::from_secs(1_200);
/// More texts than these are not remembered; the one that was not seen for the longest time is forgotten first.
const MAX_TEXTS: usize = 64;

/// The texts that were reported.
#[derive(Debug, Default)]
pub struct Repeats {
    key: RandomState,
    known: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    fingerprint: u64,
    reported: Duration,
    seen: Duration,
    pause: Duration,
}

impl Known {
    fn is_due(&self, now: Duration) -> bool {
        now.saturating_sub(self.reported) >= self.pause
    }
}

impl Repeats {
    /// Whether this text would be news now; nothing is noted.
    pub fn would_be_news(&self, text: &str, now: Duration) -> bool {
        let fingerprint = self.fingerprint(text);
        self.known.iter().find(|known| known.fingerprint == fingerprint).is_none_or(|known| known.is_due(now))
    }

    /// Whether this text shall be reported now. `now` is the time since any moment that stays the same.
    pub fn is_news(&mut self, text: &str, now: Duration) -> bool {
        self.known.retain(|known| now.saturating_sub(known.seen) < FORGET);
        let fingerprint = self.fingerprint(text);
        if let Some(known) = self.known.iter_mut().find(|known| known.fingerprint == fingerprint) {
            known.seen = now;
            let news = known.is_due(now);
            if news {
                known.reported = now;
                known.pause = (known.pause * 2).min(LAST_PAUSE);
            }
            return news;
        }
        if self.known.len() >= MAX_TEXTS {
            let oldest = self.known.iter().enumerate().min_by_key(|(_, known)| known.seen).map(|(at, _)| at);
            oldest.map(|at| self.known.swap_remove(at));
        }
        self.known.push(Known { fingerprint, reported: now, seen: now, pause: FIRST_PAUSE });
        true
    }

    fn fingerprint(&self, text: &str) -> u64 {
        use std::hash::BuildHasher as _;
        self.key.hash_one(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const TAPED: &str = "shlink:/taped";

    /// The seconds at which the text is reported when it is seen ten times a second for so long.
    fn reports(repeats: &mut Repeats, text: &str, from: u32, to: u32) -> Vec<u64> {
        let news = (from * 10..to * 10).map(|tenth| SECOND * tenth / 10).filter(|now| repeats.is_news(text, *now));
        news.map(|now| now.as_secs()).collect()
    }

    #[test]
    fn a_code_before_the_lens_is_reported_less_and_less_often() {
        assert_eq!(reports(&mut Repeats::default(), TAPED, 0, 100), [0, 3, 9, 21, 45, 93]);
        let hours = reports(&mut Repeats::default(), TAPED, 0, 36_000);
        let pauses: Vec<u64> = hours.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(pauses.ends_with(&[600, 600]) && pauses.iter().all(|pause| *pause <= 600), "{pauses:?}");
    }

    #[test]
    fn a_taped_code_holds_no_other_code_up() {
        let mut repeats = Repeats::default();
        reports(&mut repeats, TAPED, 0, 60);
        for patient in 0..40 {
            assert!(repeats.is_news(&format!("shlink:/{patient}"), SECOND * 60));
        }
        assert!(!repeats.is_news(TAPED, SECOND * 61));
    }

    #[test]
    fn who_shows_a_code_again_later_is_not_held_up() {
        let mut repeats = Repeats::default();
        reports(&mut repeats, TAPED, 0, 50);
        assert!(repeats.is_news(TAPED, SECOND * 50 + FORGET));
        assert!(repeats.is_news(TAPED, SECOND * 54 + FORGET), "the first pause again");
    }

    #[test]
    fn asking_whether_a_text_would_be_news_reports_nothing() {
        let mut repeats = Repeats::default();
        assert!((0..3).all(|_| repeats.would_be_news(TAPED, SECOND)));
        assert!(repeats.is_news(TAPED, SECOND) && !repeats.would_be_news(TAPED, SECOND * 3));
        assert!(repeats.would_be_news(TAPED, SECOND * 4));
    }

    #[test]
    fn memory_is_bounded() {
        let mut repeats = Repeats::default();
        assert!((0..10_000).all(|text| repeats.is_news(&text.to_string(), SECOND)));
        assert_eq!(repeats.known.len(), MAX_TEXTS);
    }
}
