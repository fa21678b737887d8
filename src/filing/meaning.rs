//! Which elements change what a record says: they are filed whole, or there is no record.

use crate::fhir::RecordType;

/// Elements without which, or with half of which, a record says something else, in every type that has them; beside those that R4
/// requires and those that it marks as modifiers.
const MEANING: &[&str] = &[
    "implicitRules",
    "modifierExtension",
    "dosage",
    "dosageInstruction",
    "doseQuantity",
    "reaction",
    "severity",
    "criticality",
    "value[x]",
    "component",
    "dataAbsentReason",
    "interpretation",
    "referenceRange",
    "onset[x]",
    "abatement[x]",
    "effective[x]",
    "occurrence[x]",
    "performed[x]",
    "stage",
    "bodySite",
    "site",
    "protocolApplied",
    "substitution",
    "statusReason",
    "period",
    "securityLabel",
];
/// Whether a record of this type says something else where the element is missing or is not whole.
pub(crate) fn changes_the_meaning(kind: RecordType, element: &str) -> bool {
    let of_type = kind.required().iter().chain(kind.modifiers()).filter(|path| !path.contains('/'));
    of_type.chain(MEANING).any(|known| is_called(element, known))
}

/// Whether an element has this name, or one that `[x]` stands for.
pub(super) fn is_called(element: &str, known: &str) -> bool {
    match known.strip_suffix("[x]") {
        None => element == known,
        Some(stem) => element.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|c: char| c.is_ascii_uppercase())),
    }
}
