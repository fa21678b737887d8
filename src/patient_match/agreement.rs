//! How one field of two people can agree, and what of it a rule takes.

use super::field::NotCounted;
use strum::VariantArray as _;

/// How one field compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// The same in the form in which it is compared.
    Equal,
    /// One may be meant for the other.
    Near(Nearness),
    /// They say different things.
    Differs,
    /// One of them says nothing.
    Missing,
    /// One of them says only what does not count.
    NotCounted(NotCounted),
}

/// In which way two values are near.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "near-")]
pub enum Nearness {
    /// One name is listed as a nickname of the other.
    Nickname,
    /// The first name of one is a middle name of the other.
    MiddleName,
    /// One slip of spelling in five letters or more.
    Spelling,
    /// A day apart.
    Day,
    /// A slip that no rule takes: in a short word, or two of them.
    Slip,
    /// One is a part of the other.
    Part,
    /// Given and family name change places.
    Swapped,
    /// Day and month change places.
    DayAndMonth,
    /// Another digit, or two that change places.
    Digit,
}

impl Nearness {
    /// All of them.
    pub const ALL: &'static [Nearness] = Nearness::VARIANTS;

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// What a rule takes an agreement for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InRules {
    Agrees,
    /// Where the field is starred, and no more often than the rule allows.
    ByEdit,
    /// Where the field is starred.
    ByDay,
    No,
}

impl Agreement {
    pub(super) const fn in_rules(self) -> InRules {
        match self {
            Agreement::Equal | Agreement::Near(Nearness::Nickname | Nearness::MiddleName) => InRules::Agrees,
            Agreement::Near(Nearness::Spelling) => InRules::ByEdit,
            Agreement::Near(Nearness::Day) => InRules::ByDay,
            Agreement::Near(
                Nearness::Slip | Nearness::Part | Nearness::Swapped | Nearness::DayAndMonth | Nearness::Digit,
            )
            | Agreement::Differs
            | Agreement::Missing
            | Agreement::NotCounted(_) => InRules::No,
        }
    }

    /// Whether it is equal or near in any way.
    pub const fn is_alike(self) -> bool {
        match self {
            Agreement::Equal | Agreement::Near(_) => true,
            Agreement::Differs | Agreement::Missing | Agreement::NotCounted(_) => false,
        }
    }

    /// Whether both say something and it is not the same for any rule.
    pub const fn speaks_against(self) -> bool {
        match self {
            Agreement::Differs => true,
            Agreement::Near(_) => matches!(self.in_rules(), InRules::No),
            Agreement::Equal | Agreement::Missing | Agreement::NotCounted(_) => false,
        }
    }
}
