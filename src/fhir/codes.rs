//! Codes beside words: which of them the words say already, and what the others are called.
//!
//! An EHR decides by codes, staff read words. A code goes along with its words only where staff can see it: because our own table
//! has this very word for it, or because it is written out with the name of its system ([`super::written_codes`]).

use super::spoken::{Words, each};
use super::{member, systems};
use crate::text::{code_displays, said::word_of_code};
use serde_json::{Map, Value};

/// UCUM, the units of measure.
const UCUM: &str = "http://unitsofmeasure.org";
/// Where HL7 keeps its own systems.
const HL7: &str = "http://terminology.hl7.org/CodeSystem/";
/// The systems of HL7 in which our words for codes were written. A code of another system may mean something else by the same
/// letters.
const KNOWN: &[&str] = &[
    "allergyintolerance-clinical",
    "allergyintolerance-verification",
    "condition-category",
    "condition-clinical",
    "condition-ver-status",
    "coverage-class",
    "coverage-copay-type",
    "coverage-selfpay",
    "diagnosis-role",
    "dose-rate-type",
    "immunization-function",
    "immunization-origin",
    "medicationrequest-category",
    "observation-category",
    "subscriber-relationship",
    "v2-0131",
    "v2-0203",
    "v2-0443",
    "v3-ActCode",
    "v3-ActReason",
    "v3-ActSite",
    "v3-Confidentiality",
    "v3-GTSAbbreviation",
    "v3-MaritalStatus",
    "v3-ObservationInterpretation",
    "v3-ParticipationType",
    "v3-RoleCode",
    "v3-RouteOfAdministration",
];
/// Units as people write them, and the same in UCUM.
const UNITS: &[(&str, &str)] = &[
    ("mmHg", "mm[Hg]"),
    ("bpm", "/min"),
    ("beats/min", "/min"),
    ("beats/minute", "/min"),
    ("breaths/min", "/min"),
    ("breaths/minute", "/min"),
    ("kg/m2", "kg/m2"),
    ("°C", "Cel"),
    ("°F", "[degF]"),
    ("degF", "[degF]"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("in", "[in_i]"),
    ("seconds", "s"),
    ("minutes", "min"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("week", "wk"),
    ("weeks", "wk"),
    ("month", "mo"),
    ("months", "mo"),
    ("year", "a"),
    ("years", "a"),
    ("yr", "a"),
    ("tablet", "{tbl}"),
    ("tablets", "{tbl}"),
];
/// Whether our word for a code of a system that we know is what was said.
pub(super) fn is_said_by(coding: &Value, said: &str) -> bool {
    let (Some(system), Some(code)) = (coding["system"].as_str(), coding["code"].as_str()) else { return false };
    let said = said.trim();
    let is_word = || word_of_code(&small_system(system).unwrap_or_default(), code);
    is_known(system)
        && (code.replace('-', " ").eq_ignore_ascii_case(said)
            || is_word().is_some_and(|word| word.eq_ignore_ascii_case(said)))
}

/// Whether a code that was said as a word or with the name of its system leaves no doubt of which system it is.
pub(super) fn names_its_system(system: &str, code: &str) -> bool {
    let has_word = || word_of_code(&small_system(system).unwrap_or_default(), code).is_some();
    code_displays::name_of(system).is_some() || is_known(system) && has_word()
}

fn is_known(system: &str) -> bool {
    system == systems::PATIENT_SHARED || system.strip_prefix(HL7).is_some_and(|name| KNOWN.contains(&name))
}

/// Whether the unit that was said is what the code of UCUM says.
pub(super) fn is_unit_of(unit: &str, members: &Map<String, Value>) -> bool {
    let code = members.get("code").and_then(Value::as_str).unwrap_or_default();
    members.get("system").is_some_and(|system| *system == UCUM)
        && (unit == code || UNITS.iter().any(|(written, known)| *written == unit && *known == code))
}

/// Marks the codes of a concept as said by its words.
pub(super) fn said_by<'v>(words: &mut Words<'v>, codings: &'v Value, said: &str) {
    for members in each(codings).iter().filter(|coding| is_said_by(coding, said)).filter_map(Value::as_object) {
        ["system", "code"].iter().filter_map(|name| member(members, name)).for_each(|leaf| words.used(leaf));
    }
}

/// The short name of one of HL7's own systems, whose codes have words in `records.ftl`.
pub(super) fn small_system(system: &str) -> Option<String> {
    let hl7 = ["http://terminology.hl7.org/", "http://hl7.org/fhir/"].iter().any(|hl7| system.starts_with(hl7));
    let mut parts = system.rsplit('/');
    let name = parts.next().filter(|_| hl7 && !system.contains("/sid/"))?.to_ascii_lowercase();
    // STU3 had a folder for each of the two (`http://hl7.org/fhir/v2/0131`), and DSTU2 one more name.
    let name = match parts.next() {
        Some(version @ ("v2" | "v3")) => format!("{version}-{name}"),
        _ => name,
    };
    Some(match name.as_str() {
        // One table and its successor: the codes are the same.
        "v2-0078" => "v3-observationinterpretation".to_owned(),
        "marital-status" => "v3-maritalstatus".to_owned(),
        "v2-0162" => "v3-routeofadministration".to_owned(),
        "v2-0163" => "v3-actsite".to_owned(),
        _ => name,
    })
}

/// `SNOMED CT 73211009`; a system without a name by its address.
pub(super) fn called(system: Option<&str>, code: &str) -> String {
    match system {
        None => code.to_owned(),
        Some(UCUM) => format!("UCUM {code}"),
        Some(system) => {
            let known = system.strip_prefix(HL7).filter(|name| KNOWN.contains(name));
            format!("{} {code}", code_displays::name_of(system).or(known).unwrap_or(system))
        }
    }
}
