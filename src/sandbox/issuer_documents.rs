//! Issuers' key sets and revocation lists, kept as bytes: who reads a share never fetches what other patients' cards are
//! checked with, and an issuer that cannot be reached for an hour does not close the front desk.
//!
//! A copy counts for a limited time only, because a key that an issuer takes back must stop counting.

use crate::resolve::{AnswerHead, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest};
use crate::sensitive::Sensitive;
use crate::store::CachedDocument;
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

const HOUR: Duration = Duration::from_secs(3600);
/// No copy counts for longer.
const MAX_AGE: Duration = Duration::from_secs(7 * 24 * 3600);
/// An issuer's address has at most 512 characters.
const MAX_URL_CHARS: usize = 700;
/// More documents than these are not kept.
const MAX_KEPT: usize = 300;

/// Where documents are kept: the kiosk's database, or the memory of a command.
pub trait IssuerCache: Send + Sync {
    /// The copy of this address.
    fn find(&self, url: &str) -> Option<CachedDocument>;
    /// Keeps a copy.
    fn keep(&self, url: &str, body: &[u8], now: Timestamp);
}

/// Keeps documents for as long as the program runs.
#[derive(Debug, Default)]
pub struct MemoryCache(Mutex<BTreeMap<String, CachedDocument>>);

impl IssuerCache for MemoryCache {
    fn find(&self, url: &str) -> Option<CachedDocument> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(url).cloned()
    }

    fn keep(&self, url: &str, body: &[u8], now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MAX_KEPT || kept.contains_key(url) {
            kept.insert(url.to_owned(), CachedDocument { body: body.to_vec(), fetched_at: now });
        }
    }
}

/// Whether this is a document that the kiosk fetches for a share: of an issuer, by a plain GET, from one of the two places
/// where issuers publish. Addresses are kept in clear, so one that could carry anything else is refused.
pub(super) fn is_issuer_document(request: &FetchRequest) -> bool {
    fresh_for(request.purpose).is_some() && request.body.is_none() && is_published_place(request.url.reveal())
}

fn is_published_place(url: &str) -> bool {
    let base64url = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
    let kid = url.rsplit_once("/.well-known/crl/").and_then(|(_, name)| name.strip_suffix(".json"));
    let is_list = kid.is_some_and(|kid| kid.len() == 43 && kid.bytes().all(base64url));
    let is_plain = url.len() <= MAX_URL_CHARS && !url.contains(['?', '#']);
    is_plain && (is_list || url.ends_with("/.well-known/jwks.json"))
}

/// How long a copy is used without asking.
const fn fresh_for(purpose: FetchPurpose) -> Option<Duration> {
    match purpose {
        FetchPurpose::KeySet | FetchPurpose::AppKeySet => Some(Duration::from_secs(24 * 3600)),
        FetchPurpose::RevocationList => Some(HOUR),
        FetchPurpose::ShareFile | FetchPurpose::Manifest => None,
    }
}

/// The document: the copy, or the answer. `newest` asks however fresh the copy is.
pub(super) fn issuer_document(
    cache: &dyn IssuerCache,
    request: &FetchRequest,
    newest: bool,
    now: Timestamp,
    ask: impl FnOnce() -> Result<FetchAnswer, FetchDefect>,
) -> Result<FetchAnswer, FetchDefect> {
    let url = request.url.reveal();
    // A copy from the future tells of a clock that was set back: its age is not known.
    let kept = cache.find(url).filter(|kept| kept.fetched_at <= now && now.since(kept.fetched_at) <= MAX_AGE);
    let fresh = fresh_for(request.purpose).filter(|_| !newest).unwrap_or(Duration::ZERO);
    let copy = |CachedDocument { body, fetched_at }| FetchAnswer {
        head: AnswerHead { status: 200, retry_after_secs: None, kept_from: Some(fetched_at) },
        body: Sensitive::new(body),
    };
    match kept {
        Some(kept) if now.since(kept.fetched_at) < fresh => Ok(copy(kept)),
        kept => match (ask(), kept) {
            (Ok(answer), _) if answer.head.status == 200 => {
                cache.keep(url, answer.body.reveal(), now);
                Ok(answer)
            }
            (Ok(FetchAnswer { head: AnswerHead { status: 429 | 500.., .. }, .. }), Some(kept))
            | (Err(FetchDefect::Unreachable | FetchDefect::TimedOut), Some(kept)) => Ok(copy(kept)),
            (answer, _) => answer,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://issuer.example.org/.well-known/jwks.json";

    fn day(day: u64) -> Timestamp {
        Timestamp::from_unix_millis(1_790_000_000_000).plus(HOUR * 24 * u32::try_from(day).expect("a day"))
    }

    fn answered(status: u16) -> Result<FetchAnswer, FetchDefect> {
        Ok(FetchAnswer::new(status, b"new".to_vec()))
    }

    fn get(
        purpose: FetchPurpose,
        now: Timestamp,
        answer: Result<FetchAnswer, FetchDefect>,
    ) -> Result<(Vec<u8>, Option<Timestamp>, bool), FetchDefect> {
        let cache = MemoryCache::default();
        cache.keep(URL, b"old", day(1));
        let mut asked = false;
        let result = issuer_document(&cache, &FetchRequest::get(URL, purpose), false, now, || {
            asked = true;
            answer
        });
        result.map(|answer| (answer.body.reveal().clone(), answer.head.kept_from, asked))
    }

    #[test]
    fn only_the_two_places_of_issuers_are_asked_for_a_share() {
        let kid = "A".repeat(43);
        let allowed = |url: &str| is_issuer_document(&FetchRequest::get(url, FetchPurpose::KeySet));
        assert!(allowed(URL) && allowed(&format!("https://example.org/a/.well-known/crl/{kid}.json")));
        let (long, list) = ("x".repeat(700), "https://example.org/.well-known/crl");
        for refused in [
            &format!("{URL}?name=Delgado"),
            &format!("{URL}#Delgado"),
            "https://example.org/file",
            &format!("{list}/Delgado.json"),
            &format!("{list}/{kid}"),
            &format!("https://example.org/{long}/.well-known/jwks.json"),
        ] {
            assert!(!allowed(refused), "{refused}");
        }
        assert!(!is_issuer_document(&FetchRequest::get(URL, FetchPurpose::ShareFile)));
    }

    #[test]
    fn a_fresh_copy_is_used_without_asking_and_an_older_one_is_not() {
        let old = |asked| Ok((b"old".to_vec(), Some(day(1)), asked));
        assert_eq!(get(FetchPurpose::KeySet, day(1).plus(HOUR * 23), answered(200)), old(false));
        assert_eq!(get(FetchPurpose::RevocationList, day(1).plus(HOUR / 2), answered(200)), old(false));
        let new = Ok((b"new".to_vec(), None, true));
        assert_eq!(get(FetchPurpose::KeySet, day(2), answered(200)), new);
        assert_eq!(get(FetchPurpose::RevocationList, day(1).plus(HOUR), answered(200)), new);
        assert_eq!(get(FetchPurpose::KeySet, day(0), answered(200)), new, "a copy from the future");
    }

    #[test]
    fn an_issuer_that_cannot_be_reached_is_stood_in_for_a_week_long() {
        for purpose in [FetchPurpose::KeySet, FetchPurpose::RevocationList] {
            for answer in [Err(FetchDefect::Unreachable), Err(FetchDefect::TimedOut), answered(429), answered(503)] {
                let stood_in = get(purpose, day(8), answer);
                assert_eq!(stood_in, Ok((b"old".to_vec(), Some(day(1)), true)));
            }
            let too_old = get(purpose, day(8).plus(HOUR), Err(FetchDefect::Unreachable));
            assert_eq!(too_old, Err(FetchDefect::Unreachable));
        }
    }

    #[test]
    fn whoever_wants_the_newest_gets_it_where_the_issuer_can_be_reached() {
        let cache = MemoryCache::default();
        cache.keep(URL, b"old", day(1));
        let request = FetchRequest::get(URL, FetchPurpose::KeySet);
        let newest = |answer| {
            issuer_document(&cache, &request, true, day(1), || answer)
                .map(|answer| (answer.body.reveal().clone(), answer.head.kept_from))
        };
        let unreachable = newest(Err(FetchDefect::Unreachable));
        assert_eq!(unreachable, Ok((b"old".to_vec(), Some(day(1)))));
        assert_eq!(newest(answered(200)), Ok((b"new".to_vec(), None)));
    }

    #[test]
    fn an_issuer_that_answers_is_believed_over_the_copy() {
        assert_eq!(get(FetchPurpose::KeySet, day(3), answered(404)), Ok((b"new".to_vec(), None, true)));
        for refused in [FetchDefect::AddressRefused, FetchDefect::TooLarge] {
            assert_eq!(get(FetchPurpose::KeySet, day(3), Err(refused)), Err(refused));
        }
    }
}
