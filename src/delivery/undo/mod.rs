//! What a check-in filed for the wrong person, taken back: which steps there are, which request is next, what was proven
//! (note 40).
//!
//! Like a filing it is a plan on disk before the first request leaves, follows the same rules and ends with a receipt. Unlike one, a
//! step that cannot be done keeps no other waiting: it is listed. Each step is read before it is written and read back after; a
//! record that somebody changed since it was filed is not touched.
//!
//! | file | its one job |
//! | --- | --- |
//! | `mod` | the plan and its steps |
//! | `mark` | how a record of each type says that it does not count |
//! | `standing` | how a record stands, by what was read: as it was filed, undone, changed |
//! | `offer` | what staff are offered, record by record, as the EHR has it now |
//! | `found_in_doubt` | what the EHR may have of one that was stopped on its way |
//! | `progress` | which request is next, what an answer means, the receipt |

pub mod found_in_doubt;
mod mark;
mod offer;
mod progress;
mod standing;
#[cfg(test)]
mod tests;

pub use offer::{ByHand, Offer, UndoRow, rows_of, targets_of, titled};
pub use progress::UndoProgress;

pub(super) use mark::is_marked;

use super::Receipt;
use crate::fhir::RecordType;
use crate::filing::{Amendment, SubmissionId, saved};
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// What staff confirmed, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoPlan {
    /// The check-in, as it was filed and as far as it was undone before.
    pub receipt: Receipt,
    /// Id of the staff member who confirmed each step.
    pub by: String,
    /// The steps, in the order in which they are done: what refers to another goes before it.
    pub steps: Vec<UndoStep>,
}

/// One record, and how it is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoStep {
    /// The record, `Type/id`.
    pub target: String,
    /// Its type.
    pub kind: RecordType,
    /// What is done.
    pub by: UndoBy,
    /// The version that staff saw; another one was changed by somebody else and is left alone.
    pub version: Option<String>,
}

/// How a record is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UndoBy {
    /// It is marked: as entered in error, or, of a Patient, as no longer in use.
    Mark {
        /// Of a Patient: nothing but this check-in's own may refer to it in these types.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unless_referred: Vec<RecordType>,
    },
    /// It is deleted.
    Delete {
        /// As above.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unless_referred: Vec<RecordType>,
    },
    /// Elements of a record that was there before say again what they said, where they still say what the check-in wrote.
    SetBack(Vec<Amendment>),
}

impl UndoPlan {
    /// Which check-in.
    pub fn submission(&self) -> &SubmissionId {
        &self.receipt.submission
    }

    /// Whether a chart that the check-in opened shall not be in use any more.
    pub fn lets_go_of_a_chart(&self) -> bool {
        self.steps.iter().any(|step| match step.by {
            UndoBy::Mark { .. } | UndoBy::Delete { .. } => step.kind == RecordType::Patient,
            UndoBy::SetBack(_) => false,
        })
    }

    /// The plan as bytes, to be sealed and put on disk. The same plan always gives the same bytes.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(self)
    }

    /// Reads a plan that [`UndoPlan::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<UndoPlan> {
        saved::from_bytes(bytes, Some)
    }
}
