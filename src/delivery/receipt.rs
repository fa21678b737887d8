//! What the EHR has taken: each item and where it lies now. The only thing kept here after acceptance.

use super::UndoResult;
use crate::filing::{Amendment, Expected, FilingNote, FilingPlan, NoteKind, SubmissionId, saved};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use crate::time::Timestamp;
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
    /// The version that filing made, where the EHR said: it tells whether somebody changed the record since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// An element of a record that was there before, as the check-in found it and as it left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// The record, `Type/id`.
    pub target: String,
    /// The elements.
    pub elements: Vec<Amendment>,
}

/// That staff said that a check-in is not this person's: nothing more of it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Id of the staff member.
    pub by: String,
    /// When they said so.
    pub at: Timestamp,
    /// What they had confirmed, with what was never sent of it.
    pub plan: Box<FilingPlan>,
}

/// One thing of a check-in that was to be undone, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// The record, `Type/id`.
    pub target: String,
    /// Which elements of it, where the record was there before; none of one that goes as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elements: Vec<String>,
    /// How it stands, as it was read back.
    pub result: UndoResult,
    /// Id of the staff member who confirmed it.
    pub by: String,
}

/// The elements of a change, by name.
pub(super) fn names_of(elements: &[Amendment]) -> Vec<String> {
    elements.iter().map(|amendment| amendment.element.clone()).collect()
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
    /// What it changed of records that were there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amended: Vec<Amended>,
    /// What the EHR may have of one that was withdrawn on its way, by the name of ours that a search finds it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_doubt: Vec<Expected>,
    /// Whether it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<Withdrawn>,
    /// What was undone of it, and what was not, in the order in which it was tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<Undone>,
}

impl Receipt {
    /// Of a check-in of which nothing is known to be filed.
    pub fn of_nothing(submission: SubmissionId) -> Receipt {
        Receipt {
            submission,
            chart: None,
            filed: Vec::new(),
            notes: Vec::new(),
            amended: Vec::new(),
            in_doubt: Vec::new(),
            withdrawn: None,
            undone: Vec::new(),
        }
    }

    /// What came of the last try to undo this record as a whole.
    pub fn result_of(&self, target: &str) -> Option<UndoResult> {
        self.last_result(target, &[])
    }

    /// What came of the last try to set these elements of a record back: another change of the same record is another thing.
    pub fn result_of_change(&self, target: &str, elements: &[Amendment]) -> Option<UndoResult> {
        self.last_result(target, &names_of(elements))
    }

    fn last_result(&self, target: &str, elements: &[String]) -> Option<UndoResult> {
        let is_it = |undone: &&Undone| undone.target == target && undone.elements == elements;
        self.undone.iter().rev().find(is_it).map(|undone| undone.result)
    }

    /// The receipt as bytes, to be sealed and put on disk.
    pub fn to_bytes(&self) -> Sensitive<Vec<u8>> {
        saved::to_bytes(self)
    }

    /// Reads a receipt that [`Receipt::to_bytes`] wrote. Before there was a version number it was written the same way.
    pub fn from_bytes(bytes: &[u8]) -> Option<Receipt> {
        saved::from_bytes(bytes, Some)
    }
}
