//! What the EHR has taken: each item and where it lies now. The only thing kept here after acceptance.

use crate::filing::{FilingNote, NoteKind, SubmissionId, saved};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

/// One resource that is in the EHR.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The items that it files; none for Provenance.
    pub items: Vec<ItemId>,
    /// Where it lies, `Type/id`, or `folder/` with the check-in's id.
    pub location: String,
    /// Made now, or found there from an earlier time.
    pub created: bool,
    /// Whether the EHR answered with a record that says less than what was sent, or something else.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_altered: bool,
}

impl Filed {
    /// What the receipt says of a record that lies in another chart than the one that was chosen.
    pub(super) fn noted_elsewhere(&self) -> impl Iterator<Item = FilingNote> {
        let note = |item: &ItemId| FilingNote {
            place: Some(self.location.clone()),
            ..FilingNote::new(*item, NoteKind::InAnotherChart)
        };
        self.items.iter().map(note)
    }
}

/// The proof that a check-in is filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which check-in.
    pub submission: SubmissionId,
    /// Whose it is, `Patient/<id>`; `None` where the EHR has no chart of theirs.
    pub chart: Option<Sensitive<String>>,
    /// Each resource that the EHR has.
    pub filed: Vec<Filed>,
    /// What else is to be said of an item, above all of those without a record of their own.
    pub notes: Vec<FilingNote>,
}

impl Receipt {
    /// The receipt as bytes, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(self)
    }

    /// Reads a receipt that [`Receipt::to_bytes`] wrote. Before there was a version number it was written the same way.
    pub fn from_bytes(bytes: &[u8]) -> Option<Receipt> {
        saved::from_bytes(bytes, Some)
    }
}
