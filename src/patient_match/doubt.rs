//! Why a chart that a rule names may be somebody else's. Half the rules do without the given name, and a number can be mistyped.

use super::agreement::{Agreement, Nearness};
use super::comparison::Comparison;
use super::field::MatchField;
use strum::VariantArray as _;

/// What speaks against a chart that a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "doubt-")]
pub enum Doubt {
    /// The given name is another one: a twin, a relative, a mistyped number.
    GivenNameDiffers,
    /// The given name is one letter off: Jayden and Jaden are one person or two.
    GivenNameNear,
    /// The first name of one is a middle name of the other: one person, or twins with the same two names.
    MiddleName,
    /// The rule does without a given name, and nobody knows one to compare.
    GivenNameNotCompared,
    /// The birth date is another one.
    BirthDateDiffers,
    /// One of them says which generation, and another chart has the same name.
    GenerationOneSided,
}

impl Doubt {
    /// All of them.
    pub const ALL: &'static [Doubt] = Doubt::VARIANTS;

    /// Whether it is the given name that is in doubt.
    pub const fn is_about_given_name(self) -> bool {
        match self {
            Doubt::GivenNameDiffers | Doubt::GivenNameNear | Doubt::MiddleName | Doubt::GivenNameNotCompared => true,
            Doubt::BirthDateDiffers | Doubt::GenerationOneSided => false,
        }
    }

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// What speaks against a chart that rules name, some of them with the first name and some without.
pub(super) fn doubts(
    comparison: &Comparison,
    a_rule_has_first: bool,
    has_namesake: bool,
    one_sided: bool,
) -> Vec<Doubt> {
    let given = match comparison.on(MatchField::First) {
        Agreement::Differs | Agreement::Near(Nearness::Swapped) => Some(Doubt::GivenNameDiffers),
        Agreement::Near(Nearness::Spelling | Nearness::Slip | Nearness::Part) => Some(Doubt::GivenNameNear),
        Agreement::Near(Nearness::MiddleName) => Some(Doubt::MiddleName),
        Agreement::Missing | Agreement::NotCounted(_) if !a_rule_has_first => Some(Doubt::GivenNameNotCompared),
        Agreement::Missing | Agreement::NotCounted(_) | Agreement::Equal => None,
        Agreement::Near(Nearness::Nickname | Nearness::Day | Nearness::DayAndMonth | Nearness::Digit) => None,
    };
    let born = match comparison.on(MatchField::BirthDate) {
        Agreement::Differs => Some(Doubt::BirthDateDiffers),
        Agreement::Near(Nearness::DayAndMonth | Nearness::Digit) => Some(Doubt::BirthDateDiffers),
        Agreement::Equal | Agreement::Near(_) | Agreement::Missing | Agreement::NotCounted(_) => None,
    };
    let generation = (has_namesake && one_sided).then_some(Doubt::GenerationOneSided);
    given.into_iter().chain(born).chain(generation).collect()
}
