//! Codes as they are compared: under one address for each system, in one spelling, and how much an equal one proves.

use crate::fhir::systems;
use crate::intake::Section;
use std::collections::{BTreeMap, BTreeSet};

const SNOMED: &str = "http://snomed.info/sct";
const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const NDC: &str = "http://hl7.org/fhir/sid/ndc";

/// Systems under the OIDs by which C-CDA and older senders name them.
const BY_OID: [(&str, &str); 7] = [
    ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
    ("urn:oid:2.16.840.1.113883.6.88", RXNORM),
    ("urn:oid:2.16.840.1.113883.6.90", ICD_10_CM),
    ("urn:oid:2.16.840.1.113883.6.3", ICD_10),
    ("urn:oid:2.16.840.1.113883.6.69", NDC),
    ("urn:oid:2.16.840.1.113883.6.1", systems::LOINC),
    ("urn:oid:2.16.840.1.113883.12.292", systems::CVX),
];

/// Concepts of SNOMED CT that name a whole kind of things: to have one in common proves nothing. Substance, drug, food; allergy
/// and intolerance to them, of whatever; disease, finding, problem, other.
const KINDS: [&str; 22] = [
    "105590001",
    "410942007",
    "255620007",
    "763158003",
    "416098002",
    "414285001",
    "419199007",
    "426232007",
    "418038007",
    "420134006",
    "419511003",
    "418471000",
    "416093006",
    "235719002",
    "59037007",
    "782415009",
    "232347008",
    "64572001",
    "404684003",
    "55607006",
    "74964007",
    "106190000",
];

/// Codes of each system.
pub(super) type Codes = BTreeMap<String, BTreeSet<String>>;

/// Whether, in a system that both use, one has a code that the other lacks.
pub(super) fn contradict(one: &Codes, other: &Codes) -> bool {
    one.iter().any(|(system, codes)| other.get(system).is_some_and(|facing| facing != codes))
}

/// A code with the address of its system.
pub(super) fn compared(system: &str, code: &str) -> (String, String) {
    let system = system.trim().trim_end_matches('/');
    let lower = system.to_lowercase();
    let known = BY_OID.iter().find(|(oid, _)| *oid == lower).map(|(_, address)| *address);
    // An edition of SNOMED CT is the same system.
    let known = known.or_else(|| lower.starts_with(SNOMED).then_some(SNOMED));
    let system = known.map_or(lower, str::to_owned);
    let code = code.trim().to_uppercase();
    let code = match system.as_str() {
        ICD_10 | ICD_10_CM => code.replace('.', ""),
        // Written with and without leading zeros.
        systems::CVX => code.trim_start_matches('0').to_owned(),
        _ => code,
    };
    (system, code)
}

/// Whether an equal code says by itself that two records are of one thing. Where it does not, their words must have one in common:
/// it names a kind of things, a class of which the rest is "other" or "unspecified", or stands in a system that we do not know.
pub(super) fn proves(section: Section, system: &str, code: &str) -> bool {
    match system {
        SNOMED => !KINDS.contains(&code),
        RXNORM | NDC => true,
        systems::CVX => !matches!(code, "998" | "999"),
        ICD_10 | ICD_10_CM => section == Section::Problems && !code.get(3..).is_some_and(|it| it.contains(['8', '9'])),
        _ => false,
    }
}

/// The category of an ICD-10 code: its first three characters.
pub(super) fn category<'c>(system: &str, code: &'c str) -> Option<&'c str> {
    code.get(..3).filter(|_| system.contains("icd-10"))
}
