//! One shared document: the Bundle that was read, where it came from, and what was proven about it.
//!
//! The proof travels by type. A document says that it is signed only when it was made of a [`VerifiedCard`], which nothing but
//! the check of a signature makes; its items take over what their document says, and nobody else can write it down.

use crate::fhir::Bundle;
use crate::health_card::{HealthCard, VerifiedCard};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::trust::{Assurance, Checked, TrustList};
use serde::{Deserialize, Serialize};

/// How a document reached the kiosk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceKind {
    /// A SMART Health Link.
    Link,
    /// A SMART Health Card.
    Card,
}

/// Where a document came from, in words that reveal nothing: no address, no key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Link or card.
    pub kind: SourceKind,
    /// The host that served the file or signed the card, for staff.
    pub host: String,
    /// SHA-256 of the link's address, or of the card's text: the stable name of this source.
    pub digest: [u8; 32],
}

/// One Bundle that was read, with its source and what was proven about it.
#[derive(Clone, Debug)]
pub struct SharedDocument {
    pub(super) bundle: Bundle,
    pub(super) assurance: Assurance,
    pub(super) source: Source,
    /// Where the one who shared it says that it came from.
    pub(super) stated_source: Option<Sensitive<String>>,
}

impl SharedDocument {
    /// A card whose proof holds. Whether its issuer counts, the clinic's lists say; `checked` is whose keys proved it.
    pub fn proven(card: VerifiedCard, trust: &TrustList, checked: Checked, source: Source) -> SharedDocument {
        let issuer = card.issuer().clone();
        let assurance = match trust.listing(&issuer) {
            Some(listing) => {
                let (name, list_date) = (listing.name.to_owned(), listing.as_of);
                Assurance::SignedByListedIssuer { issuer, name, list_date, checked }
            }
            None => Assurance::SignedByUnlistedIssuer { issuer },
        };
        SharedDocument { bundle: card.into_bundle(), assurance, source, stated_source: None }
    }

    /// A card whose issuer's keys could not be had: it says who signed it, and nothing is proven.
    pub fn not_checked(card: HealthCard, source: Source) -> SharedDocument {
        let assurance = Assurance::SignedNotChecked { issuer: card.issuer().clone() };
        SharedDocument { bundle: card.into_unproven_bundle(), assurance, source, stated_source: None }
    }

    /// Content that nobody signed.
    pub fn unproven(bundle: Bundle, source: Source) -> SharedDocument {
        SharedDocument { bundle, assurance: Assurance::PatientProvided, source, stated_source: None }
    }

    /// With the name of the clinic that it came from, as the one who shared it says.
    #[must_use]
    pub fn stated_to_be_from(self, name: &str) -> SharedDocument {
        SharedDocument { stated_source: Some(plain_text(name)), ..self }
    }

    /// A document of any assurance, for tests of what comes after the proof.
    #[cfg(test)]
    pub(crate) fn pretended(bundle: Bundle, assurance: Assurance, source: Source) -> SharedDocument {
        SharedDocument { bundle, assurance, source, stated_source: None }
    }

    /// The content.
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// What was proven.
    pub fn assurance(&self) -> &Assurance {
        &self.assurance
    }

    /// Where it came from.
    pub fn source(&self) -> &Source {
        &self.source
    }
}
