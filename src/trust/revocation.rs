//! What an issuer took back (SMART Health Cards 1.4): card ids, whole or up to a time.

use crate::time::Timestamp;
use serde_json::Value;

/// More ids than this is no revocation list that a card reader can hold.
const MAX_RIDS: usize = 1_000_000;

/// Why a revocation list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationDefect {
    /// SHC 1.4.2: not a list by card id for this key.
    #[error("the revocation list is not one for this key")]
    NotAList,
    /// A limit of ours.
    #[error("the revocation list is too long")]
    TooLong,
}

/// The revocation list of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationList {
    entries: Vec<(String, Option<Timestamp>)>,
}

impl RevocationList {
    /// Reads the list published for the key `kid`.
    pub fn read(body: &[u8], kid: &str) -> Result<RevocationList, RevocationDefect> {
        let json: Value = serde_json::from_slice(body).map_err(|_| RevocationDefect::NotAList)?;
        if json["kid"] != kid || json["method"] != "rid" {
            return Err(RevocationDefect::NotAList);
        }
        let rids = json["rids"].as_array().ok_or(RevocationDefect::NotAList)?;
        if rids.len() > MAX_RIDS {
            return Err(RevocationDefect::TooLong);
        }
        let entries = rids.iter().map(|rid| rid.as_str().map(entry).ok_or(RevocationDefect::NotAList));
        Ok(RevocationList { entries: entries.collect::<Result<_, _>>()? })
    }

    /// Whether a card with this id and issue time was taken back. A time in the list revokes what was issued before it.
    pub fn revokes(&self, rid: &str, issued: Timestamp) -> bool {
        self.entries.iter().any(|(listed, until)| listed == rid && until.is_none_or(|until| issued < until))
    }
}

/// `rid` or `rid.unix-seconds`.
fn entry(text: &str) -> (String, Option<Timestamp>) {
    let dated = text.split_once('.').and_then(|(rid, seconds)| {
        Some((rid.to_owned(), Timestamp::from_numeric_date(seconds.parse::<u32>().ok()?.into())))
    });
    dated.unwrap_or_else(|| (text.to_owned(), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_in_the_list_revokes_only_what_was_issued_before() {
        let list = br#"{"kid":"k","method":"rid","ctr":1,"rids":["a.1000","b"]}"#;
        let list = RevocationList::read(list, "k").expect("a list");
        let at = |seconds: i64| Timestamp::from_unix_millis(seconds * 1000);
        assert!(list.revokes("a", at(999)));
        assert!(!list.revokes("a", at(1000)));
        assert!(list.revokes("b", at(5000)));
        assert!(!list.revokes("c", at(0)));
    }

    #[test]
    fn a_list_for_another_key_is_not_used() {
        let list = br#"{"kid":"k","method":"rid","ctr":1,"rids":[]}"#;
        assert_eq!(RevocationList::read(list, "other").err(), Some(RevocationDefect::NotAList));
    }
}
