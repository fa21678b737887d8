//! Whether the EHR does what it is asked in a search, tried with questions that fit nobody.

use super::{EhrClient, EhrError, MAX_ANSWER, SEARCH_DEADLINE};
use serde_json::Value;

/// Names and numbers that nobody has.
const NOBODY: [&[(&str, &str)]; 2] = [
    &[("family", "Zzyzxqvkw"), ("birthdate", "1801-01-01")],
    &[("identifier", "urn:ietf:rfc:3986|urn:uuid:00000000-0000-4000-8000-000000000000")],
];

/// What a search for nobody came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchHonesty {
    /// Nobody was found, and nothing says that a parameter was left out.
    Honoured,
    /// Nobody was found; the answer's own address leaves this parameter out, or shows none.
    Unsaid(&'static str),
    /// Somebody was found: this search was not done as asked.
    Ignored(&'static str),
}

impl EhrClient {
    /// Searches for nobody, by name and by identifier. Whatever comes back is dropped unread but for its kind.
    pub async fn search_honesty(&self) -> Result<SearchHonesty, EhrError> {
        let mut honesty = SearchHonesty::Honoured;
        for parameters in NOBODY {
            let mut url = self.address(Some("Patient"))?;
            url.query_pairs_mut().extend_pairs(parameters).append_pair("_count", "1");
            let reply = self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
            if reply.status != 200 {
                return Err(EhrError::Status(reply.status));
            }
            let bundle: Value = serde_json::from_slice(reply.body.reveal()).map_err(|_| EhrError::NotFhir)?;
            if bundle["resourceType"] != "Bundle" {
                return Err(EhrError::NotFhir);
            }
            let mut entries = bundle["entry"].as_array().into_iter().flatten();
            if entries.any(|entry| entry["resource"]["resourceType"] == "Patient") {
                return Ok(SearchHonesty::Ignored(parameters[0].0));
            }
            let mut links = bundle["link"].as_array().into_iter().flatten();
            let own = links.find(|link| link["relation"] == "self").and_then(|link| link["url"].as_str());
            let left_out = parameters.iter().find(|(name, _)| !own.is_some_and(|own| names(own, name)));
            if let Some((name, _)) = left_out {
                honesty = SearchHonesty::Unsaid(name);
            }
        }
        Ok(honesty)
    }
}

/// Whether the address of a search carries this parameter.
fn names(address: &str, parameter: &str) -> bool {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.split(['=', ':']).next() == Some(parameter))
}
