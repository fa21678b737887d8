//! What speaks for caution with an item.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

/// What staff must see before they tick an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "caution-")]
pub enum Caution {
    /// The sender marked it as entered in error.
    EnteredInError,
    /// The sender marked it as refuted or not done.
    Refuted,
    /// The sender says not to do or give it (`doNotPerform`).
    DoNotPerform,
    /// It is a draft, or not final.
    Draft,
    /// It is proposed and not ordered: nobody has taken or done it yet.
    Proposed,
    /// It could have happened and did not.
    Potential,
    /// The dose was weaker than it has to be.
    Subpotent,
    /// Another record has taken its place.
    Superseded,
    /// The policy is over, or was cancelled.
    PolicyEnded,
    /// The policy has not begun.
    PolicyNotBegun,
    /// Its words and its code name different things.
    WordsDiffer,
    /// What it is could not be read.
    Untitled,
    /// A modifier extension or implicit rules can change what it means.
    Modified,
    /// The sender restricted who may see it (`meta.security`, 42 CFR Part 2).
    Restricted,
    /// It holds characters that hide, turn or imitate others.
    HiddenCharacters,
    /// It holds a date that cannot be.
    DateDoubtful,
    /// A document is not of the format it claims.
    FormatDiffers,
    /// It is the record of somebody else, or nothing shows whose it is.
    OfAnother,
    /// It names its person in words that cannot be compared: too few, or leading to something that is no person.
    PersonUnclear,
    /// Its document describes the patient in another spelling: perhaps it is the same person, and staff say so before it is
    /// taken.
    OtherSpelling,
    /// The share describes no patient: it is taken beside a chart, after staff confirmed whose it is.
    NoPatient,
    /// The sender no longer uses this record of the patient: inactive, or replaced by another.
    OutOfUse,
    /// It lacks what FHIR R4 requires of its type; an EHR would refuse the check-in.
    Incomplete,
    /// It is a statement of the summary, or of the source about the share, and no record: it can be read and is not filed.
    ForReading,
}

impl Caution {
    /// All cautions.
    pub const ALL: &[Caution] = Caution::VARIANTS;

    /// Whether such an item must not be filed, whoever ticks it.
    pub const fn forbids_taking(self) -> bool {
        matches!(self, Caution::OfAnother | Caution::Incomplete | Caution::ForReading)
    }

    /// Whether staff answer it first: until then nothing of the item is taken.
    pub const fn is_question(self) -> bool {
        matches!(self, Caution::OtherSpelling | Caution::NoPatient)
    }

    /// The id under which `assets/` holds the sentence.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}
