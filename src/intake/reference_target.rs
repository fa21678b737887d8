//! What stands behind a reference of an item.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Where a record refers to its drug.
pub(crate) const DRUG: &str = "/medicationReference";

/// The words behind one Reference of an item, or the document behind an Attachment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReferenceTarget {
    /// Where the Reference or the Attachment stands, as a JSON pointer.
    pub pointer: String,
    /// What it leads to: a CodeableConcept; for an Attachment its `contentType` and `data`.
    pub concept: Sensitive<Value>,
}
