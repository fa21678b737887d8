//! What a step of an undo came to. The receipt holds it.

use serde::{Deserialize, Serialize};

/// What a step came to, as it was read back from the EHR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum UndoResult {
    /// It is marked.
    Marked,
    /// It is gone.
    Deleted,
    /// It says again what it said.
    SetBack,
    /// Somebody changed it since.
    ChangedSince,
    /// Something else refers to it, or it cannot be known that nothing does.
    StillReferred,
    /// The EHR does not let the kiosk do it.
    NotAllowed,
    /// The EHR does not take it like this.
    Refused,
    /// The EHR gives no version, so that a change could overwrite somebody else's.
    NoVersion,
    /// The EHR said that it was done, and it is not.
    NotKept,
    /// It is in another chart now.
    InAnotherChart,
    /// It is not known which version filing made.
    VersionUnknown,
}

impl UndoResult {
    /// All of them.
    pub const ALL: &'static [UndoResult] = <UndoResult as strum::VariantArray>::VARIANTS;

    /// Whether nothing is left of what was filed.
    pub const fn is_undone(self) -> bool {
        match self {
            UndoResult::Marked | UndoResult::Deleted | UndoResult::SetBack => true,
            UndoResult::ChangedSince
            | UndoResult::StillReferred
            | UndoResult::NotAllowed
            | UndoResult::Refused
            | UndoResult::NoVersion
            | UndoResult::NotKept
            | UndoResult::InAnotherChart
            | UndoResult::VersionUnknown => false,
        }
    }

    /// The id under which `assets/` holds the words for the desk.
    pub const fn text_id(self) -> &'static str {
        match self {
            UndoResult::Marked => "undo-result-marked",
            UndoResult::Deleted => "undo-result-deleted",
            UndoResult::SetBack => "undo-result-set-back",
            UndoResult::ChangedSince => "undo-result-changed-since",
            UndoResult::StillReferred => "undo-result-still-referred",
            UndoResult::NotAllowed => "undo-result-not-allowed",
            UndoResult::Refused => "undo-result-refused",
            UndoResult::NoVersion => "undo-result-no-version",
            UndoResult::NotKept => "undo-result-not-kept",
            UndoResult::InAnotherChart => "undo-result-in-another-chart",
            UndoResult::VersionUnknown => "undo-result-version-unknown",
        }
    }
}
