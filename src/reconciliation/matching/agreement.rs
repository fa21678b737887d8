//! What is compared of two people, how each of it can agree, and what weight that has.

use strum::VariantArray as _;

/// One thing by which an index of patients tells people apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "match-")]
pub enum MatchField {
    /// Family name.
    Family,
    /// Given names.
    Given,
    /// Jr, Sr, II.
    Generation,
    /// Birth date.
    BirthDate,
    /// Administrative gender.
    Gender,
    /// Telephone.
    Phone,
    /// Electronic mail.
    Email,
    /// Postal address.
    Address,
    /// A number under the same system.
    Identifier,
}

impl MatchField {
    /// All fields, in the order in which they are shown.
    pub const ALL: &'static [MatchField] = MatchField::VARIANTS;

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> &'static str {
        self.into()
    }

    /// The weight when the field agrees, is close, differs.
    const fn weight(self) -> [i32; 3] {
        match self {
            MatchField::Family => [6, 3, -4],
            MatchField::Given => [5, 3, -4],
            MatchField::Generation => [2, 0, -6],
            MatchField::BirthDate => [9, 5, -7],
            MatchField::Gender => [1, 0, -3],
            MatchField::Phone | MatchField::Email => [6, 0, -1],
            MatchField::Address => [5, 1, -1],
            MatchField::Identifier => [12, 0, -6],
        }
    }
}

/// How one field compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Both say the same.
    Agrees,
    /// One may be meant for the other.
    Close(Closeness),
    /// They say different things.
    Differs,
    /// One of them says nothing.
    Missing,
}

/// In which way two values are close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "close-")]
pub enum Closeness {
    /// A slip in the spelling.
    Spelling,
    /// One is a part of the other.
    Part,
    /// Given and family name change places.
    Swapped,
    /// Day and month change places.
    DayAndMonth,
    /// The same town.
    SameTown,
}

impl Closeness {
    /// All of them.
    pub const ALL: &'static [Closeness] = Closeness::VARIANTS;

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// What it counts that a field compares so.
pub(super) fn weight(field: MatchField, agreement: Agreement) -> i32 {
    let [agrees, close, differs] = field.weight();
    match agreement {
        Agreement::Agrees => agrees,
        // Both halves of a swapped name say the same as the right ones.
        Agreement::Close(Closeness::Swapped) => agrees - 1,
        Agreement::Close(_) => close,
        Agreement::Differs => differs,
        Agreement::Missing => 0,
    }
}
