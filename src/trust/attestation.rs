//! KTC "App Attestation": a hint that a known app took part. It says nothing about content and never blocks.

use super::{IssuerKeys, IssuerUrl};
use crate::json::read_small;
use crate::jws::CompactJws;
use serde::{Deserialize, Serialize};

/// What the attestation of a bundle came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppAttestation {
    /// The bundle carries none.
    Absent,
    /// Signed by the app it names. Whether that app is on a list is another question.
    Verified,
    /// Present, and it does not verify.
    Failed,
}

/// An attestation that names its app and key.
pub struct AttestationToken {
    jws: CompactJws,
    /// The app's address, under which its keys are published.
    pub issuer: IssuerUrl,
}

impl AttestationToken {
    /// Reads the compact JWS. `None` when it is not one, or names no app.
    pub fn read(text: &str) -> Option<AttestationToken> {
        let jws = CompactJws::read(text).ok()?;
        let claims = read_small(jws.payload()).ok()?;
        let issuer = IssuerUrl::parse(claims["iss"].as_str()?).ok()?;
        Some(AttestationToken { jws, issuer })
    }

    /// Checks the signature with the keys that the app publishes.
    pub fn check(&self, keys: &IssuerKeys) -> AppAttestation {
        match self.jws.check_algorithm().ok().and_then(|()| keys.find_named(self.jws.kid()).ok()) {
            Some(key) if key.signed(&self.jws) => AppAttestation::Verified,
            _ => AppAttestation::Failed,
        }
    }
}
