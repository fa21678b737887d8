//! What one job may still ask the kiosk for: whoever takes a process over gets no more than a share may need.

use super::issuer_documents::is_issuer_document;
use crate::net::plain_url;
use crate::resolve::FetchRequest;
use crate::time::Timestamp;
use std::collections::BTreeSet;

/// Hosts of one share, its issuers aside: the link's own, and those of its files.
const MAX_HOSTS: usize = 1 + crate::health_link::MAX_HOSTS;
/// Connections of one share: a manifest of 50 files, and some.
const MAX_CONNECTIONS: usize = 64;
/// Issuer documents of one share.
const MAX_ISSUER_DOCUMENTS: usize = 48;

/// Counts down.
pub(super) struct Quota {
    connections: usize,
    issuer_documents: usize,
    hosts: BTreeSet<String>,
    /// The time, for the age of issuer documents; without it there are none.
    now: Option<Timestamp>,
}

impl Quota {
    pub(super) fn for_share(now: Timestamp) -> Quota {
        Quota {
            connections: MAX_CONNECTIONS,
            issuer_documents: MAX_ISSUER_DOCUMENTS,
            hosts: BTreeSet::new(),
            now: Some(now),
        }
    }

    /// One connection, to where the issuer document is.
    pub(super) fn for_issuer_document() -> Quota {
        Quota { connections: 1, ..Quota::none() }
    }

    pub(super) fn none() -> Quota {
        Quota { connections: 0, issuer_documents: 0, hosts: BTreeSet::new(), now: None }
    }

    /// Whether it may have one more connection, to this origin.
    pub(super) fn takes_connection(&mut self, origin: &str) -> bool {
        let Some(host) = plain_url(origin).ok().and_then(|url| url.host_str().map(str::to_owned)) else { return false };
        let taken = self.connections > 0 && (self.hosts.contains(&host) || self.hosts.len() < MAX_HOSTS);
        if taken {
            self.connections -= 1;
            self.hosts.insert(host);
        }
        taken
    }

    /// Whether it may have one more issuer document: the time by which its age is judged.
    pub(super) fn takes_issuer_document(&mut self, request: &FetchRequest) -> Option<Timestamp> {
        let now = self.now.filter(|_| self.issuer_documents > 0 && is_issuer_document(request))?;
        self.issuer_documents -= 1;
        Some(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::FetchPurpose;

    fn a_share() -> Quota {
        Quota::for_share(Timestamp::from_unix_millis(1_790_000_000_000))
    }

    #[test]
    fn a_share_gets_so_many_connections_to_so_many_hosts() {
        let mut share = a_share();
        for host in 0..MAX_HOSTS {
            assert!(share.takes_connection(&format!("https://host-{host}.example.org/")));
        }
        assert!(!share.takes_connection("https://one-more.example.org/"), "a host more");
        for _ in MAX_HOSTS..MAX_CONNECTIONS {
            assert!(share.takes_connection("https://HOST-1.example.org./"));
        }
        assert!(!share.takes_connection("https://host-1.example.org/"), "one connection more");
    }

    #[test]
    fn a_share_gets_documents_of_issuers_and_nothing_else_in_their_place() {
        let url = "https://issuer.example.org/.well-known/jwks.json";
        let mut share = a_share();
        for purpose in [FetchPurpose::ShareFile, FetchPurpose::Manifest] {
            assert_eq!(share.takes_issuer_document(&FetchRequest::get(url, purpose)), None);
        }
        let with_a_body = FetchRequest { body: Some("{}".into()), ..FetchRequest::get(url, FetchPurpose::KeySet) };
        assert_eq!(share.takes_issuer_document(&with_a_body), None);
        for _ in 0..MAX_ISSUER_DOCUMENTS {
            assert!(share.takes_issuer_document(&FetchRequest::get(url, FetchPurpose::RevocationList)).is_some());
        }
        assert_eq!(
            share.takes_issuer_document(&FetchRequest::get(url, FetchPurpose::KeySet)),
            None,
            "one document more"
        );
    }

    #[test]
    fn who_fetches_a_document_gets_one_connection_and_who_draws_gets_none() {
        let mut document = Quota::for_issuer_document();
        assert!(document.takes_connection("https://issuer.example.org/"));
        assert!(!document.takes_connection("https://issuer.example.org/"));
        assert!(!Quota::none().takes_connection("https://issuer.example.org/"));
    }
}
