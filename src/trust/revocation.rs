//! What an issuer took back (SMART Health Cards, "Revocation"): card ids, whole or up to a time.

use crate::json::{JsonDefect, read_counted};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More ids than this is no revocation list that a card reader can hold.
const MAX_RIDS: usize = 1_000_000;
/// SHC "Revocation": a card's id has at most 24 characters of the base64url alphabet.
const MAX_RID_CHARS: usize = 24;

/// Why a revocation list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationDefect {
    /// SHC "Revocation": not a list by card id, with a counter, for this key.
    #[error("the revocation list is not one for this key")]
    NotAList,
    /// A limit of ours.
    #[error("the revocation list is too long")]
    TooLong,
}

/// A counter of changes, `ctr` or `crlVersion`: a number, and in some published lists text.
pub(super) fn counter_of(counter: &Value) -> Option<u64> {
    counter.as_u64().or_else(|| counter.as_str()?.parse().ok())
}

/// The revocation list of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationList {
    kid: String,
    ctr: u64,
    rids: Vec<String>,
}

impl RevocationList {
    /// Reads the list published for the key `kid`.
    pub fn read(body: &[u8], kid: &str) -> Result<RevocationList, RevocationDefect> {
        let json = read_counted(body, &mut (MAX_RIDS + 100)).map_err(|defect| match defect {
            JsonDefect::TooManyValues => RevocationDefect::TooLong,
            JsonDefect::NotJson | JsonDefect::NameTwice | JsonDefect::NumberRange => RevocationDefect::NotAList,
        })?;
        RevocationList::from_json(&json, kid)
    }

    /// Reads parsed JSON.
    pub(super) fn from_json(json: &Value, kid: &str) -> Result<RevocationList, RevocationDefect> {
        let ctr = counter_of(&json["ctr"]).ok_or(RevocationDefect::NotAList)?;
        if json["kid"] != kid || json["method"] != "rid" {
            return Err(RevocationDefect::NotAList);
        }
        let rids = json["rids"].as_array().ok_or(RevocationDefect::NotAList)?;
        if rids.len() > MAX_RIDS {
            return Err(RevocationDefect::TooLong);
        }
        let rids = rids.iter().map(|rid| rid.as_str().map(str::to_owned).ok_or(RevocationDefect::NotAList));
        Ok(RevocationList { kid: kid.to_owned(), ctr, rids: rids.collect::<Result<_, _>>()? })
    }

    /// The key whose cards it takes back.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// How often it was changed.
    pub fn counter(&self) -> u64 {
        self.ctr
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.rids.len()
    }

    /// Whether nothing was taken back.
    pub fn is_empty(&self) -> bool {
        self.rids.is_empty()
    }

    /// This list, or the one known before where that has a higher counter: a counter never goes back.
    #[must_use]
    pub fn or_newer(self, known: Option<&RevocationList>) -> RevocationList {
        match known.filter(|known| known.kid == self.kid && known.ctr > self.ctr) {
            Some(known) => known.clone(),
            None => self,
        }
    }

    /// Whether a card with this id and issue time was taken back. A time in the list revokes what was issued before it.
    pub fn revokes(&self, rid: &str, issued: Timestamp) -> bool {
        self.rids.iter().any(|entry| {
            let (listed, seconds) = entry.split_once('.').unwrap_or((entry, ""));
            // An entry whose time cannot be read counts without it.
            listed == rid && time(seconds).is_none_or(|until| issued < until)
        })
    }
}

fn time(seconds: &str) -> Option<Timestamp> {
    let plain = !seconds.is_empty() && seconds.bytes().all(|byte| byte.is_ascii_digit());
    seconds.parse::<f64>().ok().filter(|_| plain).and_then(Timestamp::from_numeric_date)
}

/// Whether text can be a card's id.
pub fn is_rid(text: &str) -> bool {
    let alphabet = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=MAX_RID_CHARS).contains(&text.len()) && text.bytes().all(alphabet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ctr: u64, rids: &str) -> RevocationList {
        let text = format!(r#"{{"kid":"k","method":"rid","ctr":{ctr},"rids":[{rids}]}}"#);
        RevocationList::read(text.as_bytes(), "k").expect("a list")
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(seconds * 1000)
    }

    #[test]
    fn a_time_in_the_list_revokes_only_what_was_issued_before() {
        let list = list(1, r#""a.1000","b""#);
        assert!(list.revokes("a", at(999)));
        assert!(!list.revokes("a", at(1000)));
        assert!(list.revokes("b", at(5000)));
        assert!(!list.revokes("c", at(0)));
    }

    #[test]
    fn an_entry_whose_time_cannot_be_read_counts_without_it() {
        let list = list(1, r#""a.soon","b.","c.1643950799000","d.-5""#);
        assert!(["a", "b", "c", "d"].iter().all(|rid| list.revokes(rid, at(4_000_000_000))));
    }

    #[test]
    fn a_list_for_another_key_or_of_another_kind_is_not_used() {
        for wrong in [
            r#"{"kid":"other","method":"rid","ctr":1,"rids":[]}"#,
            r#"{"kid":"k","method":"hash","ctr":1,"rids":[]}"#,
            r#"{"kid":"k","method":"rid","rids":[]}"#,
            r#"{"kid":"k","method":"rid","ctr":-1,"rids":[]}"#,
            r#"{"kid":"k","method":"rid","ctr":1,"rids":[7]}"#,
            r#"{"kid":"k","method":"rid","ctr":1,"rids":["a"],"rids":[]}"#,
            "<html>",
        ] {
            assert_eq!(RevocationList::read(wrong.as_bytes(), "k").err(), Some(RevocationDefect::NotAList), "{wrong}");
        }
        assert!(RevocationList::read(br#"{"kid":"k","method":"rid","ctr":"7","rids":[]}"#, "k").is_ok());
    }

    #[test]
    fn a_counter_never_goes_back() {
        let (old, new) = (list(3, r#""a""#), list(4, r#""a","b""#));
        assert_eq!(old.clone().or_newer(Some(&new)), new);
        assert_eq!(new.clone().or_newer(Some(&old)), new);
        assert_eq!(old.clone().or_newer(None), old);
    }

    #[test]
    fn a_list_has_an_end() {
        let rids = format!("\"\"{}", ",\"\"".repeat(MAX_RIDS));
        let text = format!(r#"{{"kid":"k","method":"rid","ctr":1,"rids":[{rids}]}}"#);
        assert_eq!(RevocationList::read(text.as_bytes(), "k").err(), Some(RevocationDefect::TooLong));
    }

    #[test]
    fn a_cards_id_is_short_and_plain() {
        assert!(is_rid("vwAjHdarZuc") && is_rid("-_") && is_rid(&"a".repeat(24)));
        for wrong in ["", "a.1000", "a b", "a/b", "ä", "a=", &"a".repeat(25)] {
            assert!(!is_rid(wrong), "{wrong}");
        }
    }
}
