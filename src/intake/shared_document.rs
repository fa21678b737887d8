//! One shared document: the Bundle that was read, where it came from, and what was proven about it.

use crate::fhir::Bundle;
use crate::trust::Assurance;
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
    /// The content.
    pub bundle: Bundle,
    /// What was proven.
    pub assurance: Assurance,
    /// Where it came from.
    pub source: Source,
}
