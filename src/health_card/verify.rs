//! The proof: the issuer's key signed these bytes, the dates hold, the issuer did not take the card back.

use super::{CardDefect, HealthCard};
use crate::fhir::Bundle;
use crate::time::Timestamp;
use crate::trust::{IssuerKeys, IssuerUrl, RevocationList};

/// A card whose proof holds. Only [`verify`] makes one.
#[derive(Clone, Debug)]
pub struct VerifiedCard {
    issuer: IssuerUrl,
    bundle: Bundle,
}

impl VerifiedCard {
    /// Who signed.
    pub fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// What was signed.
    pub fn into_bundle(self) -> Bundle {
        self.bundle
    }
}

/// Proves a card with its issuer's keys, the issuer's revocation list when the key has one, and the time.
pub fn verify(
    card: HealthCard,
    keys: &IssuerKeys,
    revoked: Option<&RevocationList>,
    now: Timestamp,
) -> Result<VerifiedCard, CardDefect> {
    let key = keys.find(&card.kid)?;
    if !key.signed(&card.jws) {
        return Err(CardDefect::Signature);
    }
    card.check_dates(now)?;
    if let (Some(rid), Some(counter)) = (&card.rid, key.revocation_counter()) {
        let list = revoked.filter(|list| list.kid() == key.kid()).ok_or(CardDefect::RevocationUnavailable)?;
        if list.revokes(rid, card.not_before) {
            return Err(CardDefect::Revoked);
        }
        // The key announces a newer list than this one.
        if list.counter() < counter {
            return Err(CardDefect::RevocationUnavailable);
        }
    }
    Ok(VerifiedCard { issuer: card.issuer, bundle: card.bundle })
}
