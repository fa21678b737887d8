//! A share as the front desk gets it.

use super::{ResolveDefect, ResolvedShare};
use crate::intake::Intake;
use crate::ktc::Conformance;
use crate::time::Timestamp;
use crate::trouble::Trouble;
use crate::trust::AppAttestation;
use serde::{Deserialize, Serialize};

/// What a share came to once it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// The form.
    pub intake: Intake,
    /// What is said beside it.
    pub facts: ShareFacts,
}

/// What is said about a share beside its records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShareFacts {
    /// Whether it is a Kill-the-Clipboard share; cards are not judged.
    pub conformance: Option<Conformance>,
    /// The app attestation, a hint.
    pub attestation: AppAttestation,
    /// Files of the share that could not be used, and why; the others stay usable.
    pub refused: Vec<Trouble>,
    /// When the oldest file was last changed, where the sender says so.
    pub last_updated: Option<Timestamp>,
}

impl ResolvedShare {
    /// Joins the documents into a form for the front desk.
    pub fn into_arrival(self) -> Result<Arrival, ResolveDefect> {
        let facts = ShareFacts {
            conformance: self.conformance,
            attestation: self.attestation,
            refused: self.refused.into_iter().map(ResolveDefect::trouble).collect(),
            last_updated: self.last_updated,
        };
        Ok(Arrival { intake: Intake::from_documents(self.documents)?, facts })
    }
}
