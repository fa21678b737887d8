//! Codes that say that nothing is known, or that nobody knows: SNOMED CT's situations and the IPS code system "absent/unknown data".

use super::FactKind;

pub(super) const SNOMED: &str = "http://snomed.info/sct";
const SNOMED_OID: &str = "urn:oid:2.16.840.1.113883.6.96";
const IPS: &str = "absent-unknown-uv-ips";
/// What SNOMED CT's concepts of what is not known are called, in few words.
const NONE_KNOWN: [(&str, &str); 13] = [
    ("716186003", "no known allergy"),
    ("409137002", "no known drug allergy"),
    ("429625007", "no known food allergy"),
    ("428607008", "no known environmental allergy"),
    ("1003774007", "no known substance allergy"),
    ("716184000", "no known latex allergy"),
    ("428197003", "no known insect allergy"),
    ("160244002", "no known allergies"),
    ("787481004", "no known medications"),
    ("160245001", "no current problems or disability"),
    ("787480003", "no known procedures"),
    ("787482006", "no known immunizations"),
    ("787483001", "no known device use"),
];

/// What a code says of which nothing is known, or of which there is no information, and its name.
pub(super) fn absence_of(system: &str, code: &str) -> Option<(FactKind, String)> {
    let (system, code) = (system.trim(), code.trim());
    if code.starts_with("no-known") {
        return Some((FactKind::NoKnown, code.replace('-', " ")));
    }
    if system.starts_with(SNOMED) || system == SNOMED_OID {
        let known = NONE_KNOWN.iter().find(|(known, _)| *known == code);
        return known.map(|(_, name)| (FactKind::NoKnown, (*name).to_owned()));
    }
    system.trim_end_matches('/').ends_with(IPS).then(|| (FactKind::AbsentUnavailable, code.replace('-', " ")))
}
