//! The words by which the entries of a Bundle refer to one of them (FHIR R4 Bundle 2.36.4.1; SHC: `resource:N`).

use crate::fhir::Resource;
use std::borrow::Cow;

/// Whether `words` lead to an entry.
pub(super) fn leads_to(words: &str, full_url: Option<&str>, resource: &Resource) -> bool {
    Spelling::meant_by(words).any(|meant| Spelling::of_entry(full_url, resource).any(|spelling| spelling == meant))
}

/// Whether nothing can lead to an entry at all.
pub(super) fn is_nameless(full_url: Option<&str>, resource: &Resource) -> bool {
    Spelling::of_entry(full_url, resource).next().is_none()
}

/// One way to refer to an entry, in one form for all that mean the same: what an index of names is kept by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Spelling<'a> {
    /// The `fullUrl`, where it is no web address.
    Address(&'a str),
    /// The `fullUrl` behind its scheme: whether a web address is secured makes no difference to what it names.
    Web(&'a str),
    /// A `urn:uuid:` in small letters, without its scheme.
    Uuid(Cow<'a, str>),
    /// Type and id (`Patient/1`).
    Relative(&'a str, &'a str),
    /// Type and id at the end of an address.
    Elsewhere(&'a str, &'a str),
}

impl<'a> Spelling<'a> {
    /// What the words of a Reference can mean: two spellings at most. A version at the end does not matter.
    pub(super) fn meant_by(words: &'a str) -> impl Iterator<Item = Spelling<'a>> {
        let words = Some(unversioned(words)).filter(|words| !words.is_empty());
        let by_id = words.and_then(|words| {
            let (parent, id) = words.rsplit_once('/').unwrap_or_default();
            match (uuid_of(words), parent.rsplit_once('/')) {
                (Some(uuid), _) => Some(Spelling::of_uuid(uuid)),
                (None, _) if id.is_empty() => None,
                (None, None) => Some(Spelling::Relative(parent, id)),
                (None, Some((_, kind))) => Some(Spelling::Elsewhere(kind, id)),
            }
        });
        words.map(Spelling::of_address).into_iter().chain(by_id)
    }

    /// Everything that leads to an entry. An address of another server leads to it only when it has no address itself:
    /// `Patient/1` exists on many servers.
    pub(super) fn of_entry(full_url: Option<&'a str>, resource: &'a Resource) -> impl Iterator<Item = Spelling<'a>> {
        let full_url = full_url.map(unversioned).filter(|url| !url.is_empty());
        let (kind, id) = (resource.kind(), resource.id());
        let uuid = full_url.and_then(uuid_of);
        // Some senders write the same UUID as an id in one place and as a URN in the other.
        let as_uuid = uuid.or(id.filter(|_| full_url.is_none()));
        let at_the_end = full_url.and_then(last_two).filter(|(last, _)| *last == kind).map(|(_, id)| id);
        let elsewhere = id.filter(|_| full_url.is_none_or(|url| !url.starts_with("http")));
        let addresses = full_url.map(Spelling::of_address).into_iter().chain(as_uuid.map(Spelling::of_uuid));
        let relative = [id.or(uuid), at_the_end].into_iter().flatten().map(move |id| Spelling::Relative(kind, id));
        addresses.chain(relative).chain(elsewhere.map(move |id| Spelling::Elsewhere(kind, id)))
    }

    fn of_address(words: &'a str) -> Spelling<'a> {
        let web = words.strip_prefix("https://").or_else(|| words.strip_prefix("http://"));
        web.map_or(Spelling::Address(words), Spelling::Web)
    }

    fn of_uuid(uuid: &'a str) -> Spelling<'a> {
        let is_large = uuid.bytes().any(|letter| letter.is_ascii_uppercase());
        Spelling::Uuid(if is_large { Cow::Owned(uuid.to_ascii_lowercase()) } else { Cow::Borrowed(uuid) })
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

    fn answers(kind: &str, full_url: Option<&str>, id: Option<&str>, words: &str) -> bool {
        let mut json = serde_json::json!({"resourceType": kind});
        id.into_iter().for_each(|id| json["id"] = id.into());
        leads_to(words, full_url, &Resource::from_json(json).expect("a resource"))
    }

    #[test]
    fn the_usual_ways_to_spell_the_same_entry_lead_to_it() {
        let of = |full_url: Option<&str>, id: Option<&str>, words: &str| answers("Patient", full_url, id, words);
        assert!(of(Some("urn:uuid:0a"), None, "Patient/0a"));
        assert!(of(None, Some("0a"), "urn:uuid:0a"));
        assert!(of(Some("urn:uuid:0A"), None, "URN:UUID:0a"));
        assert!(of(Some("https://a.example/Patient/1/_history/3"), None, "https://a.example/Patient/1"));
        assert!(of(Some("https://a.example/Patient/1"), None, "http://a.example/Patient/1"));
        assert!(!of(Some("urn:uuid:0a"), Some("p9"), "urn:uuid:p9"));
        let nameless = Resource::from_json(serde_json::json!({"resourceType": "Patient"})).expect("a resource");
        assert!(is_nameless(None, &nameless) && is_nameless(Some(""), &nameless));
        assert!(!is_nameless(Some("urn:uuid:0a"), &nameless));
    }

    #[test]
    fn an_entry_answers_to_its_full_url_and_to_its_type_with_its_id() {
        let of_a_link = |words: &str| answers("Patient", Some("urn:uuid:p"), Some("p9"), words);
        for words in ["urn:uuid:p", "Patient/p9", "Patient/p9/_history/2", "https://a.example/fhir/Patient/p9"] {
            assert!(of_a_link(words), "{words}");
        }
        for words in ["", "p9", "Patient/", "Patient/p", "Group/p9", "urn:uuid:q", "xPatient/p9", "Patient?_id=p9"] {
            assert!(!of_a_link(words), "{words}");
        }
        assert!(answers("Patient", Some("resource:0"), Some("p9"), "resource:0"));
    }

    #[test]
    fn the_same_id_on_another_server_is_another_record() {
        let of_a_server = |words: &str| answers("Patient", Some("https://a.example/fhir/Patient/7"), Some("p9"), words);
        assert!(of_a_server("https://a.example/fhir/Patient/7"));
        assert!(of_a_server("Patient/7"));
        assert!(!of_a_server("https://b.example/fhir/Patient/p9"));
    }
}
