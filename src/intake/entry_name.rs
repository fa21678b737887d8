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

    /// Whether `words` lead to this entry.
    pub(crate) fn answers_to(&self, words: &str) -> bool {
        Spelling::meant_by(words).iter().any(|meant| self.spellings().contains(meant))
    }

    /// Whether nothing can lead to this entry at all.
    pub(super) fn is_nameless(&self) -> bool {
        self.full_url.is_none() && self.id.is_none()
    }

    /// Everything that leads to this entry. An address of another server leads here only when this entry has no address
    /// itself: `Patient/1` exists on many servers.
    pub(super) fn spellings(&self) -> Vec<Spelling> {
        let (full_url, id) = (self.full_url.as_deref(), self.id.as_deref());
        let of_kind = |id: &str| Spelling::Relative(self.kind.clone(), id.to_owned());
        let uuid = full_url.and_then(uuid_of);
        let mut found: Vec<Spelling> = full_url.into_iter().map(Spelling::of_address).collect();
        // Some senders write the same UUID as an id in one place and as a URN in the other.
        found.extend(uuid.or(id.filter(|_| full_url.is_none())).map(Spelling::of_uuid));
        found.extend(id.or(uuid).map(of_kind));
        let at_the_end = full_url.and_then(last_two).filter(|(kind, _)| *kind == self.kind);
        found.extend(at_the_end.map(|(_, id)| of_kind(id)));
        let elsewhere = id.filter(|_| full_url.is_none_or(|url| !url.starts_with("http")));
        found.extend(elsewhere.map(|id| Spelling::Elsewhere(self.kind.clone(), id.to_owned())));
        found
    }
}

/// One way to refer to an entry, in one form for all that mean the same: what an index of names is kept by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Spelling {
    /// The `fullUrl`.
    Address(String),
    /// A `urn:uuid:` in small letters, without its scheme.
    Uuid(String),
    /// Type and id (`Patient/1`).
    Relative(String, String),
    /// Type and id at the end of an address.
    Elsewhere(String, String),
}

impl Spelling {
    /// What the words of a Reference can mean: two spellings at most. A version at the end does not matter.
    pub(super) fn meant_by(words: &str) -> Vec<Spelling> {
        let words = unversioned(words);
        if words.is_empty() {
            return Vec::new();
        }
        let (parent, id) = words.rsplit_once('/').unwrap_or_default();
        let as_id = match (uuid_of(words), parent.rsplit_once('/')) {
            (Some(uuid), _) => Some(Spelling::of_uuid(uuid)),
            (None, _) if id.is_empty() => None,
            (None, None) => Some(Spelling::Relative(parent.to_owned(), id.to_owned())),
            (None, Some((_, kind))) => Some(Spelling::Elsewhere(kind.to_owned(), id.to_owned())),
        };
        [Spelling::of_address(words)].into_iter().chain(as_id).collect()
    }

    /// Whether a web address is secured makes no difference to what it names.
    fn of_address(words: &str) -> Spelling {
        let bare = words.strip_prefix("https://").map(|bare| format!("http://{bare}"));
        Spelling::Address(bare.unwrap_or_else(|| words.to_owned()))
    }

    fn of_uuid(uuid: &str) -> Spelling {
        Spelling::Uuid(uuid.to_ascii_lowercase())
    }
}

fn unversioned(words: &str) -> &str {
    words.split_once("/_history/").map_or(words, |(address, _)| address)
}

fn uuid_of(words: &str) -> Option<&str> {
    let scheme = words.get(..9).filter(|scheme| scheme.eq_ignore_ascii_case("urn:uuid:"))?;
    words.get(scheme.len()..)
}

/// Type and id at the end of an address.
fn last_two(address: &str) -> Option<(&str, &str)> {
    let (parent, id) = address.rsplit_once('/')?;
    let (_, kind) = parent.rsplit_once('/')?;
    (!id.is_empty()).then_some((kind, id))
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
