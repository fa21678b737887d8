//! The clinic's list of issuers it knows, and its date.

use super::IssuerUrl;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// Issuers by exact address, with the names by which staff know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustList {
    as_of: Timestamp,
    names: BTreeMap<IssuerUrl, String>,
}

#[derive(Deserialize)]
struct ListFile {
    as_of: String,
    issuers: Vec<ListedIssuer>,
}

#[derive(Deserialize)]
struct ListedIssuer {
    iss: String,
    name: String,
}

impl TrustList {
    /// A list that knows nobody.
    pub fn empty(as_of: Timestamp) -> TrustList {
        TrustList { as_of, names: BTreeMap::new() }
    }

    /// Reads `{"as_of": "2026-11-01", "issuers": [{"iss": "https://...", "name": "..."}]}`.
    pub fn read(body: &[u8]) -> Result<TrustList, TrustListDefect> {
        let file: ListFile = serde_json::from_slice(body).map_err(|_| TrustListDefect::NotAList)?;
        let as_of = Timestamp::from_rfc3339(&format!("{}T00:00:00Z", file.as_of)).ok_or(TrustListDefect::NoDate)?;
        let mut names = BTreeMap::new();
        for (number, listed) in file.issuers.into_iter().enumerate() {
            let issuer = IssuerUrl::parse(&listed.iss).map_err(|_| TrustListDefect::BadIssuer(number))?;
            names.insert(issuer, listed.name);
        }
        Ok(TrustList { as_of, names })
    }

    /// When the list was made.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// How many issuers it knows.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it knows nobody.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The name of a listed issuer.
    pub fn name(&self, issuer: &IssuerUrl) -> Option<&str> {
        self.names.get(issuer).map(String::as_str)
    }
}
