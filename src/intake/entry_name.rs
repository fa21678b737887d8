//! The words by which the entries of a Bundle refer to one of them (FHIR R4 Bundle 2.36.4.1; SHC: `resource:N`).

use crate::fhir::Entry;
use serde::{Deserialize, Serialize};

/// What an entry answers to inside its own Bundle: its `fullUrl`, and its type with its id.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EntryName {
    full_url: Option<String>,
    kind: String,
    id: Option<String>,
}

impl EntryName {
    pub(super) fn of(entry: &Entry) -> EntryName {
        EntryName {
            full_url: entry.full_url.as_deref().map(unversioned).filter(|url| !url.is_empty()).map(str::to_owned),
            kind: entry.resource.kind().to_owned(),
            id: entry.resource.text("/id").map(str::to_owned),
        }
    }

    /// Whether `words` lead to this entry. A version at the end does not matter. An address of another server leads here
    /// only when this entry has no address itself: `Patient/1` exists on many servers.
    pub(crate) fn answers_to(&self, words: &str) -> bool {
        let words = unversioned(words);
        let full_url = self.full_url.as_deref().unwrap_or_default();
        let uuid = uuid_of(full_url);
        if words.is_empty() || same_address(words, full_url) {
            return !words.is_empty();
        }
        // Some senders write the same UUID as an id in one place and as a URN in the other.
        if let Some(named) = uuid_of(words) {
            let id = self.id.as_deref().filter(|_| self.full_url.is_none());
            return uuid.or(id).is_some_and(|known| known.eq_ignore_ascii_case(named));
        }
        let (parent, last) = words.rsplit_once('/').unwrap_or_default();
        let of_kind = parent.rsplit('/').next() == Some(self.kind.as_str()) && !last.is_empty();
        match (of_kind, parent == self.kind) {
            (false, _) => false,
            (true, true) => self.id.as_deref().or(uuid) == Some(last) || full_url.ends_with(&format!("/{words}")),
            (true, false) => self.id.as_deref() == Some(last) && !full_url.starts_with("http"),
        }
    }
}

impl EntryName {
    /// Whether nothing can lead to this entry at all.
    pub(super) fn is_nameless(&self) -> bool {
        self.full_url.is_none() && self.id.is_none()
    }
}

fn unversioned(words: &str) -> &str {
    words.split_once("/_history/").map_or(words, |(address, _)| address)
}

fn uuid_of(words: &str) -> Option<&str> {
    let scheme = words.get(..9).filter(|scheme| scheme.eq_ignore_ascii_case("urn:uuid:"))?;
    words.get(scheme.len()..)
}

/// The same words; whether a web address is secured makes no difference to what it names.
fn same_address(one: &str, other: &str) -> bool {
    let bare =
        |words: &'_ str| words.strip_prefix("https://").or_else(|| words.strip_prefix("http://")).map(str::to_owned);
    one == other || (bare(one).is_some() && bare(one) == bare(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_to_spell_the_same_entry_lead_to_it() {
        let of = |full_url: Option<&str>, id: Option<&str>| {
            let mut json = serde_json::json!({"resourceType": "Patient"});
            id.into_iter().for_each(|id| json["id"] = id.into());
            let resource = crate::fhir::Resource::from_json(json).expect("a resource");
            EntryName::of(&Entry { full_url: full_url.map(str::to_owned), resource })
        };
        assert!(of(Some("urn:uuid:0a"), None).answers_to("Patient/0a"));
        assert!(of(None, Some("0a")).answers_to("urn:uuid:0a"));
        assert!(of(Some("urn:uuid:0A"), None).answers_to("URN:UUID:0a"));
        assert!(of(Some("https://a.example/Patient/1/_history/3"), None).answers_to("https://a.example/Patient/1"));
        assert!(of(Some("https://a.example/Patient/1"), None).answers_to("http://a.example/Patient/1"));
        assert!(!of(Some("urn:uuid:0a"), Some("p9")).answers_to("urn:uuid:p9"));
        assert!(of(None, None).is_nameless());
    }

    fn name(full_url: &str) -> EntryName {
        EntryName { full_url: Some(full_url.to_owned()), kind: "Patient".to_owned(), id: Some("p9".to_owned()) }
    }

    #[test]
    fn an_entry_answers_to_its_full_url_and_to_its_type_with_its_id() {
        let of_a_link = name("urn:uuid:p");
        for words in ["urn:uuid:p", "Patient/p9", "Patient/p9/_history/2", "https://a.example/fhir/Patient/p9"] {
            assert!(of_a_link.answers_to(words), "{words}");
        }
        for words in ["", "p9", "Patient/", "Patient/p", "Group/p9", "urn:uuid:q", "xPatient/p9", "Patient?_id=p9"] {
            assert!(!of_a_link.answers_to(words), "{words}");
        }
        assert!(name("resource:0").answers_to("resource:0"));
    }

    #[test]
    fn the_same_id_on_another_server_is_another_record() {
        let of_a_server = name("https://a.example/fhir/Patient/7");
        assert!(of_a_server.answers_to("https://a.example/fhir/Patient/7"));
        assert!(of_a_server.answers_to("Patient/7"));
        assert!(!of_a_server.answers_to("https://b.example/fhir/Patient/p9"));
    }
}
