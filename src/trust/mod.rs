//! Which issuers count, with which keys, and what was proven about a document.
//!
//! Anyone may issue a card: a good signature says who signed, and only the list of issuers that the clinic keeps says whether
//! that signer is known.

mod attestation;
mod issuer;
mod keys;
mod list;
mod revocation;
mod snapshot;

pub use attestation::{AppAttestation, AttestationToken};
pub use issuer::{IssuerDefect, IssuerUrl};
pub use keys::{IssuerKeys, KeySetDefect, VerifyingKey};
pub use list::{IssuerList, ListedIssuer, Listing, TrustList, TrustListDefect};
pub use revocation::{RevocationDefect, RevocationList, is_rid};
pub use snapshot::{Snapshot, SnapshotDefect, SnapshotSigner};

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What was proven about a document. It travels with each item to the staff screen and into the EHR as Provenance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Assurance {
    /// Signed by an issuer of the clinic's list of that date.
    #[strum(serialize = "signed-listed")]
    SignedByListedIssuer {
        /// The issuer's address.
        issuer: IssuerUrl,
        /// The issuer's name in the list.
        name: String,
        /// When the list was made.
        list_date: Timestamp,
        /// Whose keys proved it.
        checked: Checked,
    },
    /// The signature is good; nobody vouches for the signer.
    #[strum(serialize = "signed-unlisted")]
    SignedByUnlistedIssuer {
        /// The issuer's address.
        issuer: IssuerUrl,
    },
    /// Signed, but the keys could not be had, so nothing is proven.
    SignedNotChecked {
        /// Who is said to have signed.
        issuer: IssuerUrl,
    },
    /// Unsigned: the patient's own statement.
    PatientProvided,
}

/// Whose keys proved a signature, and whose word it is that the card was not taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Checked {
    /// The issuer's own, asked now.
    LiveKeys,
    /// The issuer's own, in copies of which the oldest is of that date.
    CopyOf(Timestamp),
    /// Those of a list of that date: the issuer could not be reached.
    ListOf(Timestamp),
}

impl Assurance {
    /// The stable code written into Provenance and onto badges.
    pub fn code(&self) -> &'static str {
        self.into()
    }

    /// Who signed it, or is said to have.
    pub const fn issuer(&self) -> Option<&IssuerUrl> {
        match self {
            Assurance::SignedByListedIssuer { issuer, .. }
            | Assurance::SignedByUnlistedIssuer { issuer }
            | Assurance::SignedNotChecked { issuer } => Some(issuer),
            Assurance::PatientProvided => None,
        }
    }

    /// Whether a listed issuer's signature was proven. Nothing else may be called verified.
    pub const fn is_verified(&self) -> bool {
        matches!(self, Assurance::SignedByListedIssuer { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_that_stand_in_provenance_stay() {
        let issuer = || IssuerUrl::parse("https://a.example").expect("an issuer");
        let list_date = Timestamp::from_unix_millis(0);
        let listed = Assurance::SignedByListedIssuer {
            issuer: issuer(),
            name: "A".into(),
            list_date,
            checked: Checked::LiveKeys,
        };
        let (unlisted, not_checked) =
            (Assurance::SignedByUnlistedIssuer { issuer: issuer() }, Assurance::SignedNotChecked { issuer: issuer() });
        let codes = [&listed, &unlisted, &not_checked, &Assurance::PatientProvided].map(Assurance::code);
        assert_eq!(codes, ["signed-listed", "signed-unlisted", "signed-not-checked", "patient-provided"]);
    }
}
