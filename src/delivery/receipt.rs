//! What the EHR has taken: each item and where it lies now. The only thing kept here after acceptance.

use crate::filing::{FilingNote, SubmissionId, item_ids, item_numbers};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use serde_json::{Value, json};

/// One resource that is in the EHR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// The items that it files; none for Provenance.
    pub items: Vec<ItemId>,
    /// Where it lies, `Type/id`, or `folder/` with the check-in's id.
    pub location: String,
    /// Made now, or found there from an earlier time.
    pub created: bool,
}

/// The proof that a check-in is filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Whose it is, `Patient/<id>`; `None` where the EHR has no chart of theirs.
    pub chart: Option<Sensitive<String>>,
    /// What lies where.
    pub filed: Vec<Filed>,
    /// What else is to be said of an item, above all of those without a record of their own.
    pub notes: Vec<FilingNote>,
}

impl Receipt {
    /// The receipt as bytes, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        let filed: Vec<Value> = self.filed.iter().map(Filed::to_json).collect();
        let notes: Vec<Value> = self.notes.iter().map(FilingNote::to_json).collect();
        let chart = self.chart.as_ref().map(Sensitive::reveal);
        let receipt = json!({"submission": self.submission.as_str(), "chart": chart, "filed": filed, "notes": notes});
        Sensitive::new(receipt.to_string().into_bytes())
    }

    /// Reads a receipt that [`Receipt::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Receipt> {
        let json: Value = serde_json::from_slice(bytes).ok()?;
        Some(Receipt {
            submission: SubmissionId::parse(json["submission"].as_str()?)?,
            chart: json["chart"].as_str().map(Sensitive::from),
            filed: json["filed"].as_array()?.iter().map(Filed::from_json).collect::<Option<_>>()?,
            notes: json["notes"].as_array()?.iter().map(FilingNote::from_json).collect::<Option<_>>()?,
        })
    }
}

impl Filed {
    pub(super) fn to_json(&self) -> Value {
        json!({"items": item_numbers(&self.items), "location": self.location, "created": self.created})
    }

    pub(super) fn from_json(json: &Value) -> Option<Filed> {
        Some(Filed {
            items: item_ids(&json["items"])?,
            location: json["location"].as_str()?.to_owned(),
            created: json["created"].as_bool()?,
        })
    }
}
