//! The words by which the entries of a Bundle refer to one of them (FHIR R4 Bundle 2.36.4.1; SHC: `resource:N`).

use crate::fhir::Entry;

/// What an entry answers to inside its own Bundle: its `fullUrl`, and its type with its id.
#[derive(Clone, Debug, Default)]
pub struct EntryName {
    full_url: Option<String>,
    kind: String,
    id: Option<String>,
}

impl EntryName {
    pub(super) fn of(entry: &Entry) -> EntryName {
        EntryName {
            full_url: entry.full_url.clone().filter(|url| !url.is_empty()),
            kind: entry.resource.kind().to_owned(),
            id: entry.resource.text("/id").map(str::to_owned),
        }
    }

    /// Whether `words` lead to this entry. A version at the end does not matter. An address of another server leads here
    /// only when this entry has no address itself: `Patient/1` exists on many servers.
    pub(crate) fn answers_to(&self, words: &str) -> bool {
        let words = words.split_once("/_history/").map_or(words, |(reference, _)| reference);
        let full_url = self.full_url.as_deref().unwrap_or_default();
        if words.is_empty() || words == full_url {
            return !words.is_empty();
        }
        let (parent, last) = words.rsplit_once('/').unwrap_or_default();
        let of_kind = parent.rsplit('/').next() == Some(self.kind.as_str()) && !last.is_empty();
        match (of_kind, parent == self.kind) {
            (false, _) => false,
            (true, true) => self.id.as_deref() == Some(last) || full_url.ends_with(&format!("/{words}")),
            (true, false) => self.id.as_deref() == Some(last) && !full_url.starts_with("http"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
