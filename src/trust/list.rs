//! The issuers that the clinic knows: its own list, and a published one that also has their keys.

use super::{IssuerKeys, IssuerUrl, RevocationList};
use crate::json::read_counted;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Values and names of a list; the largest published one has about 40,000.
const MAX_VALUES: usize = 2_000_000;
/// An issuer that took a key back after the list was made is not known to the list: after half a year it proves nothing.
const KEYS_LAST: Duration = Duration::from_secs(180 * 24 * 60 * 60);
/// A list cannot come from later than this; otherwise the clock is wrong.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// Why a list of issuers cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrustListDefect {
    /// Not JSON of the expected shape.
    #[error("the issuer list is not JSON with `as_of` and `issuers`")]
    NotAList,
    /// `as_of` is not a date.
    #[error("the issuer list has no readable date in `as_of`")]
    NoDate,
    /// An entry whose `iss` is not an issuer address.
    #[error("entry {0} of the issuer list has no valid `iss`")]
    BadIssuer(usize),
}

/// One issuer of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedIssuer {
    /// The name by which staff know it.
    pub name: String,
    /// Its page for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// The entry whose name counts, for an issuer with several addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canonical_iss: Option<IssuerUrl>,
    /// Its keys when the list was made.
    #[serde(default, skip_serializing_if = "IssuerKeys::is_empty")]
    pub keys: IssuerKeys,
    /// What it had taken back when the list was made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crls: Vec<RevocationList>,
}

/// One list, by exact address: names and key names repeat, addresses do not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ListFile", into = "ListFile")]
pub struct IssuerList {
    /// When it was made.
    pub as_of: Timestamp,
    /// SHA-256 of the certificate that signed it, in hex, when it was signed.
    pub signed_by: Option<String>,
    /// Who is on it.
    pub issuers: BTreeMap<IssuerUrl, ListedIssuer>,
}

/// `{"as_of": "2026-11-01", "issuers": [{"iss": "https://...", "name": "..."}]}`.
#[derive(Serialize, Deserialize)]
struct ListFile {
    as_of: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_by: Option<String>,
    issuers: Vec<ListEntry>,
}

#[derive(Serialize, Deserialize)]
struct ListEntry {
    iss: String,
    #[serde(flatten)]
    issuer: ListedIssuer,
}

impl IssuerList {
    /// A list that knows nobody.
    pub fn empty(as_of: Timestamp) -> IssuerList {
        IssuerList { as_of, signed_by: None, issuers: BTreeMap::new() }
    }

    /// Reads a list file: the clinic's own, or one that `ktc-kiosk trust import` wrote.
    pub fn read(body: &[u8]) -> Result<IssuerList, TrustListDefect> {
        let json = read_counted(body, &mut { MAX_VALUES }).map_err(|_| TrustListDefect::NotAList)?;
        let file: ListFile = serde_json::from_value(json).map_err(|_| TrustListDefect::NotAList)?;
        IssuerList::try_from(file)
    }
}

impl TryFrom<ListFile> for IssuerList {
    type Error = TrustListDefect;

    fn try_from(file: ListFile) -> Result<IssuerList, TrustListDefect> {
        let day = || Timestamp::from_rfc3339(&format!("{}T00:00:00Z", file.as_of));
        let as_of = Timestamp::from_rfc3339(&file.as_of).or_else(day).ok_or(TrustListDefect::NoDate)?;
        let mut issuers = BTreeMap::new();
        for (number, entry) in file.issuers.into_iter().enumerate() {
            let iss = IssuerUrl::parse(&entry.iss).map_err(|_| TrustListDefect::BadIssuer(number))?;
            issuers.insert(iss, entry.issuer);
        }
        Ok(IssuerList { as_of, signed_by: file.signed_by, issuers })
    }
}

impl From<IssuerList> for ListFile {
    fn from(list: IssuerList) -> ListFile {
        let entry = |(iss, issuer): (IssuerUrl, ListedIssuer)| ListEntry { iss: iss.into(), issuer };
        ListFile {
            as_of: list.as_of.to_string(),
            signed_by: list.signed_by,
            issuers: list.issuers.into_iter().map(entry).collect(),
        }
    }
}

/// All lists of the clinic, its own first: what an earlier list says counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustList {
    lists: Vec<IssuerList>,
}

/// An issuer as a list has it.
#[derive(Clone, Copy, Debug)]
pub struct Listing<'a> {
    /// The name by which staff know it.
    pub name: &'a str,
    /// The entry.
    pub issuer: &'a ListedIssuer,
    /// When the list was made.
    pub as_of: Timestamp,
}

impl TrustList {
    /// The lists in the order in which they count.
    pub fn new(lists: Vec<IssuerList>) -> TrustList {
        TrustList { lists }
    }

    /// A list that knows nobody.
    pub fn empty(as_of: Timestamp) -> TrustList {
        TrustList::new(vec![IssuerList::empty(as_of)])
    }

    /// One list alone.
    pub fn read(body: &[u8]) -> Result<TrustList, TrustListDefect> {
        Ok(TrustList::new(vec![IssuerList::read(body)?]))
    }

    /// When the last list, which is the published one where there is one, was made.
    pub fn as_of(&self) -> Timestamp {
        self.lists.last().map_or(Timestamp::from_unix_millis(0), |list| list.as_of)
    }

    /// How many issuers are known.
    pub fn len(&self) -> usize {
        self.addresses().len()
    }

    /// Whether nobody is known.
    pub fn is_empty(&self) -> bool {
        self.lists.iter().all(|list| list.issuers.is_empty())
    }

    /// Everybody who is known.
    pub fn addresses(&self) -> BTreeSet<&IssuerUrl> {
        self.lists.iter().flat_map(|list| list.issuers.keys()).collect()
    }

    /// A listed issuer, under the name of its canonical entry.
    pub fn listing(&self, iss: &IssuerUrl) -> Option<Listing<'_>> {
        self.listings(iss).next()
    }

    /// A listed issuer with keys that may still be believed, for when the issuer itself cannot be asked.
    pub fn with_keys(&self, iss: &IssuerUrl, now: Timestamp) -> Option<Listing<'_>> {
        let fresh = |as_of: Timestamp| now.since(as_of) <= KEYS_LAST && as_of.since(now) <= CLOCK_DIFFERENCE;
        self.listings(iss).find(|listing| !listing.issuer.keys.is_empty() && fresh(listing.as_of))
    }

    /// The newest list of what the issuer took back that was signed with this key.
    pub fn revocations(&self, iss: &IssuerUrl, kid: &str) -> Option<&RevocationList> {
        let known = self.listings(iss).flat_map(|listing| &listing.issuer.crls);
        known.filter(|list| list.kid() == kid).max_by_key(|list| list.counter())
    }

    fn listings(&self, iss: &IssuerUrl) -> impl Iterator<Item = Listing<'_>> {
        self.lists.iter().filter_map(move |list| {
            let issuer = list.issuers.get(iss)?;
            let canonical = issuer.canonical_iss.as_ref().and_then(|canonical| list.issuers.get(canonical));
            Some(Listing { name: &canonical.unwrap_or(issuer).name, issuer, as_of: list.as_of })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> IssuerList {
        IssuerList::read(text.as_bytes()).expect("a list")
    }

    fn iss(text: &str) -> IssuerUrl {
        IssuerUrl::parse(text).expect("an issuer")
    }

    #[test]
    fn the_clinics_own_word_counts_and_the_published_keys_stay() {
        let own = list(r#"{"as_of":"2026-11-01","issuers":[{"iss":"https://a.example","name":"Our Lab"}]}"#);
        let published = list(
            r#"{"as_of":"2026-10-01T08:00:00Z","signed_by":"ab","issuers":[{"iss":"https://a.example","name":"Lab",
                "keys":[{"kid":"k"}]},{"iss":"https://a.example/two","name":"Other","canonical_iss":"https://a.example"}]}"#,
        );
        let trust = TrustList::new(vec![own, published]);
        let (a, two) = (iss("https://a.example"), iss("https://a.example/two"));
        assert_eq!(trust.listing(&a).map(|listing| listing.name), Some("Our Lab"));
        assert_eq!(trust.listing(&two).map(|listing| listing.name), Some("Lab"));
        let now = Timestamp::from_rfc3339("2026-11-02T00:00:00Z").expect("a time");
        assert_eq!(trust.with_keys(&a, now).map(|listing| listing.as_of.date()).as_deref(), Some("2026-10-01"));
        assert!(trust.with_keys(&two, now).is_none() && trust.listing(&iss("https://b.example")).is_none());
        assert_eq!((trust.len(), trust.as_of().date().as_str()), (2, "2026-10-01"));
    }

    #[test]
    fn keys_of_an_old_list_or_of_a_list_from_the_future_are_not_believed() {
        let published =
            list(r#"{"as_of":"2026-06-01","issuers":[{"iss":"https://a.example","name":"Lab","keys":[{"kid":"k"}]}]}"#);
        let trust = TrustList::new(vec![published]);
        let believed = |date: &str| {
            let now = Timestamp::from_rfc3339(&format!("{date}T00:00:00Z")).expect("a time");
            trust.with_keys(&iss("https://a.example"), now).is_some()
        };
        assert!(believed("2026-05-31") && believed("2026-06-01") && believed("2026-11-28"));
        assert!(!believed("2026-11-29") && !believed("2026-05-30") && !believed("1970-01-01"));
    }

    #[test]
    fn a_list_is_written_as_it_is_read() {
        let list = list(
            r#"{"as_of":"2026-10-01","signed_by":"ab","issuers":[{"iss":"https://a.example","name":"Lab","website":"w",
                "keys":[{"kid":"k"}],"crls":[{"kid":"k","ctr":3,"rids":["a"]}]}]}"#,
        );
        let text = serde_json::to_vec(&list).expect("JSON");
        assert_eq!(IssuerList::read(&text), Ok(list));
        let refused = |text: &str| IssuerList::read(text.as_bytes()).err();
        assert_eq!(refused(r#"{"as_of":"soon","issuers":[]}"#), Some(TrustListDefect::NoDate));
        assert_eq!(
            refused(r#"{"as_of":"2026-10-01","as_of":"2026-10-02","issuers":[]}"#),
            Some(TrustListDefect::NotAList)
        );
        let slash = r#"{"as_of":"2026-10-01","issuers":[{"iss":"https://a.example/","name":"Lab"}]}"#;
        assert_eq!(refused(slash), Some(TrustListDefect::BadIssuer(0)));
    }
}
