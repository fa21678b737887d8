//! In which order charts are shown, and which are shown at all. An order is never a choice.
//!
//! Charts that a rule names come first, the rarest agreement before the others; then what is like the share by what a person is
//! told by: name and birth date before contacts, which a family has in common and which change.

use super::agreement::{Agreement, Nearness};
use super::comparison::Comparison;
use super::field::MatchField;

/// Whether a chart that no rule names can still be this person's: under an old name, another given name, with a slip, a wrong date, other
/// contacts. A name alone, a birth date alone, a family's address or policy are no reason to show somebody's chart.
pub(super) fn is_similar(comparison: &Comparison) -> bool {
    let alike = |field| comparison.on(field).is_alike();
    let equal = |field| comparison.is_equal(field);
    let (first, last, born) = (alike(MatchField::First), alike(MatchField::Last), alike(MatchField::BirthDate));
    let numbered = [MatchField::Mbi, MatchField::LegalId, MatchField::MemberId, MatchField::UniqueId];
    let contacts = [MatchField::Phone, MatchField::Email, MatchField::Ssn4, MatchField::Itin4].into_iter().any(equal)
        || alike(MatchField::Street);
    let same_given = matches!(
        comparison.on(MatchField::First),
        Agreement::Equal | Agreement::Near(Nearness::Nickname | Nearness::MiddleName)
    );
    let given_unknown = matches!(comparison.on(MatchField::First), Agreement::Missing | Agreement::NotCounted(_));
    let other_gender = comparison.on(MatchField::Gender) == Agreement::Differs;
    numbered.into_iter().any(equal)
        || first && last && (born || contacts)
        || born && contacts && (first || last)
        || same_given && equal(MatchField::BirthDate) && !other_gender
        || given_unknown && last && equal(MatchField::BirthDate)
        || equal(MatchField::Last) && equal(MatchField::BirthDate)
}

/// How much speaks for a chart: it orders and decides nothing.
pub(super) fn likeness(comparison: &Comparison) -> i32 {
    comparison.fields().iter().map(|(field, agreement)| weight(*field, *agreement)).sum()
}

const fn weight(field: MatchField, agreement: Agreement) -> i32 {
    let [equal, near, differs] = match field {
        MatchField::BirthDate => [50, 35, -50],
        MatchField::First => [40, 30, -40],
        // Family names change.
        MatchField::Last => [30, 22, -15],
        MatchField::Suffix => [4, 0, -60],
        MatchField::Middle => [8, 4, -8],
        MatchField::Gender => [2, 0, -8],
        MatchField::Mbi | MatchField::LegalId | MatchField::MemberId | MatchField::UniqueId => [20, 0, -4],
        MatchField::Ssn4 | MatchField::Itin4 => [10, 0, -6],
        MatchField::Phone | MatchField::Email => [4, 0, 0],
        MatchField::Street => [4, 3, 0],
        MatchField::Zip => [1, 0, 0],
        MatchField::SubscriberId
        | MatchField::ChildOf
        | MatchField::NewbornOf
        | MatchField::Guardian
        | MatchField::Mother
        | MatchField::BirthEncounter => [2, 0, 0],
    };
    match agreement {
        Agreement::Equal => equal,
        Agreement::Near(_) => near,
        Agreement::Differs => differs,
        Agreement::Missing | Agreement::NotCounted(_) => 0,
    }
}
