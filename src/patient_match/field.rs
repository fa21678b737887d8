//! The fields by which people are told apart, and why a value of one does not count.

use serde::Deserialize;
use strum::VariantArray as _;

/// One field of the CMS Patient Matching Proposal, or one that is looked at beside its rules.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Deserialize,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum MatchField {
    /// The first given name.
    First,
    /// Further given names; in no rule, it decides between twins.
    Middle,
    /// Family name.
    Last,
    /// Jr, Sr, II; in no rule, it can only speak against a chart.
    Suffix,
    /// Birth date.
    BirthDate,
    /// Administrative gender; in no rule.
    Gender,
    /// Telephone number.
    Phone,
    /// Mail address.
    Email,
    /// House number and street, with the ZIP code.
    Street,
    /// ZIP code.
    Zip,
    /// The last four digits of the Social Security number.
    Ssn4,
    /// The last four digits of the Individual Taxpayer Identification Number.
    Itin4,
    /// Medicare Beneficiary Identifier.
    Mbi,
    /// A licence or passport with who issued it.
    LegalId,
    /// The number of one insured person, with the payer.
    MemberId,
    /// The number of an insurance policy, which a family shares, with the payer.
    SubscriberId,
    /// A number that somebody gives to one person only: a record number with its authority.
    UniqueId,
    /// An EHR says that this is somebody's child.
    ChildOf,
    /// An EHR says that this is somebody's newborn.
    NewbornOf,
    /// The guardian's own number.
    Guardian,
    /// The mother's own number.
    Mother,
    /// The number of the encounter in which somebody was born.
    BirthEncounter,
}

impl MatchField {
    /// All fields, in the order in which they are shown.
    pub const ALL: &'static [MatchField] = MatchField::VARIANTS;

    /// The word for it in `config/matching` and in what `match` prints.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> String {
        format!("match-{}", self.word())
    }
}

/// Why a value does not count: it is neither agreement nor difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "not-counted-")]
pub enum NotCounted {
    /// What people write where they know nothing, or a test.
    Placeholder,
    /// A telephone number of the exchange 555: kept for films.
    Fictional,
    /// No whole telephone number, no mail address, no date, no number of its kind.
    NotValid,
    /// A birth date more than 120 years ago, or ahead.
    Impossible,
    /// A street without a ZIP code.
    WithoutZip,
    /// A number without who gave it: it could be anybody's.
    WithoutAuthority,
}

impl NotCounted {
    /// All of them.
    pub const ALL: &'static [NotCounted] = NotCounted::VARIANTS;

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}
