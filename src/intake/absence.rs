//! What a record says is not there: why a value is missing (`data-absent-reason`), and that nothing is known (IPS "absent/unknown
//! data", SNOMED CT's situations, or words alone), which is a fact about the patient; an empty list is none.

use super::drafted::Drafted;
use super::none_known::{ABBREVIATIONS, says_none_known};
use super::{Fact, FactKind};
use crate::fhir::{RecordType, Resource, each, find, found, member};
use crate::text::said::MAX_CHARS;
use crate::text::{Said, code_displays, folded, plain_text, shown, stem};
use serde_json::Value;

const URL: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const SNOMED: &str = "http://snomed.info/sct";
const SNOMED_OID: &str = "urn:oid:2.16.840.1.113883.6.96";
const IPS: &str = "absent-unknown-uv-ips";
/// SNOMED CT: no known allergy, of any, to drugs, to food, to the environment, to substances, to latex, to insects, in an older
/// concept; no known medicines; no current problems; no known procedures, devices, vaccinations.
const NONE_KNOWN: [&str; 13] = [
    "716186003",
    "409137002",
    "429625007",
    "428607008",
    "1003774007",
    "716184000",
    "428197003",
    "160244002",
    "787481004",
    "160245001",
    "787480003",
    "787482006",
    "787483001",
];

/// Everything that the resource says is missing.
pub(super) fn facts<'v>(resource: &'v Resource, title: Option<&str>, drafted: &mut Vec<Drafted<'v>>) {
    let json = resource.json().reveal();
    if let Some(kind) = sure_absence(resource, title) {
        drafted.push(Drafted { fact: Fact::new(kind, None, Said::nothing()), from: Vec::new() });
    }
    let mut add = |leaf: &'v Value, element: &str| {
        let Some(code) = leaf.as_str() else { return };
        let kind = FactKind::of_absence(code);
        let unexplained = kind == FactKind::AbsentUnexplained;
        let said = [element, if unexplained { code } else { "" }];
        let said: Vec<&str> = said.into_iter().filter(|it| !it.is_empty()).collect();
        drafted.push(Drafted { fact: Fact::sent(kind, plain_text(&said.join(": "))), from: vec![leaf] });
    };
    let whole = found(json, "dataAbsentReason/coding/code").into_iter().chain(found(json, "dataAbsentReason/text"));
    whole.take(1).for_each(|leaf| add(leaf, ""));
    let Value::Object(members) = json else { return };
    for (element, value) in members {
        find(value, Some("extension"), &mut |_, extension| {
            if extension["url"] == URL
                && let Some(leaf) = extension.as_object().and_then(|it| member(it, "valueCode"))
            {
                add(leaf, element.trim_start_matches('_'));
            }
        });
    }
}

/// Whether a record under this title states that nothing of its kind is known.
pub(crate) fn states_none_known(resource: &Resource, title: Option<&str>) -> bool {
    sure_absence(resource, title) == Some(FactKind::NoKnown)
}

/// Where the words say something else than the code, it is not counted as nothing.
fn sure_absence(resource: &Resource, title: Option<&str>) -> Option<FactKind> {
    let is_sure = || title.is_none_or(says_none_known) || code_against_words(resource).is_none();
    stated_absence(resource, title).filter(|kind| *kind != FactKind::NoKnown || is_sure())
}

/// What a record is, in the codes and the words of what it is a record of.
fn codings(resource: &Resource) -> Vec<&Value> {
    let json = resource.json().reveal();
    let places = ["code", "medicationCodeableConcept", "medication/concept", "substance", "vaccineCode", "type"];
    let is_device = resource.is(RecordType::Device);
    places.iter().filter(|place| **place != "type" || is_device).flat_map(|place| found(json, place)).collect()
}

/// What the sender's codes of it are called, where the words of the record are others. The names that are the same are given back
/// with those words.
pub(super) fn names_of_code<'v>(resource: &'v Resource, drafted: &mut Vec<Drafted<'v>>) -> Vec<(&'v Value, &'v Value)> {
    let mut same = Vec::new();
    for concept in codings(resource) {
        let Some(text) = concept["text"].as_str().map(str::trim).filter(|text| !text.is_empty()) else { continue };
        let displays = each(&concept["coding"]).iter().filter_map(|it| member(it.as_object()?, "display"));
        for leaf in displays {
            let name = leaf.as_str().map(str::trim).unwrap_or_default();
            if *leaf == concept["text"] {
                same.push((&concept["text"], leaf));
            } else if !name.is_empty() && !name.eq_ignore_ascii_case(text) {
                let fact = Fact::sent(FactKind::Coded, shown(name, MAX_CHARS));
                drafted.push(Drafted { fact, from: vec![leaf] });
            }
        }
    }
    same
}

/// Whether the record states that there is nothing to record.
fn stated_absence(resource: &Resource, title: Option<&str>) -> Option<FactKind> {
    if !matches!(
        RecordType::read_as(resource.kind()),
        Some(
            RecordType::AllergyIntolerance
                | RecordType::Condition
                | RecordType::MedicationStatement
                | RecordType::MedicationRequest
                | RecordType::Procedure
                | RecordType::Immunization
                | RecordType::Device
                | RecordType::DeviceUseStatement
                | RecordType::FamilyMemberHistory
                | RecordType::Observation
        )
    ) {
        return None;
    }
    let concepts = codings(resource);
    for coding in concepts.iter().flat_map(|concept| each(&concept["coding"])) {
        let (system, code) =
            (coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default());
        let is_snomed = system.starts_with(SNOMED) || system == SNOMED_OID;
        if code.starts_with("no-known") || is_snomed && NONE_KNOWN.contains(&code.trim()) {
            return Some(FactKind::NoKnown);
        }
        if system.trim_end_matches('/').ends_with(IPS) {
            return Some(FactKind::AbsentUnavailable);
        }
    }
    // What is measured and asked has its answer in its value.
    let by_words = !resource.is(RecordType::Observation) && title.is_some_and(says_none_known);
    by_words.then_some(FactKind::NoKnown)
}

/// Whether words deny something.
fn denies(text: &str) -> bool {
    const NEGATIONS: [&str; 17] = [
        "no", "not", "none", "without", "denies", "negative", "never", "nil", "sin", "niega", "ninguno", "ninguna",
        "ningunos", "ningunas", "ningun", "nunca", "nada",
    ];
    let folded = folded(text);
    let mut words = folded.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| NEGATIONS.contains(&word) || ABBREVIATIONS.contains(&word))
}

/// A name for the code that is not what the words of the record say: one denies what the other states, or, of a substance, no word of
/// one stands in the other. `None` where they agree, or where one of them is missing.
pub(super) fn code_against_words(resource: &Resource) -> Option<String> {
    let names_a_substance = matches!(
        RecordType::read_as(resource.kind()),
        Some(
            RecordType::AllergyIntolerance
                | RecordType::MedicationStatement
                | RecordType::MedicationRequest
                | RecordType::MedicationDispense
                | RecordType::MedicationAdministration
        )
    );
    codings(resource).into_iter().find_map(|concept| {
        let names = each(&concept["coding"]).iter().flat_map(|coding| {
            let (system, code) =
                (coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default());
            [coding["display"].as_str(), code_displays::display(system, code)]
        });
        let names: Vec<&str> = names.flatten().filter(|name| !name.trim().is_empty()).collect();
        // Without a text the first name is what staff read.
        let text = concept["text"].as_str().filter(|text| !text.trim().is_empty()).or(names.first().copied())?;
        let mut others = names.into_iter().filter(|name| *name != text).peekable();
        others.peek()?;
        let denied = denies(text);
        let differs =
            |name: &&str| denied != denies(name) || names_a_substance && !denied && !shares_a_word(text, name);
        others.find(differs).map(str::to_owned)
    })
}

/// Whether one word of one stands in the other, also as a part ("peanuts", "peanut").
pub(crate) fn shares_a_word(one: &str, other: &str) -> bool {
    const AROUND: [&str; 14] = [
        "allergy",
        "allergic",
        "intolerance",
        "reaction",
        "substance",
        "product",
        "disorder",
        "finding",
        "alergia",
        "oral",
        "tablet",
        "capsule",
        "with",
        "from",
    ];
    let words = |text: &str| -> Vec<String> {
        let folded = folded(text);
        let words = folded.split(|letter: char| !letter.is_alphabetic()).filter(|word| word.chars().count() > 2);
        words.filter(|word| !AROUND.contains(word)).map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    one.is_empty() || other.is_empty() || one.iter().any(|word| other.iter().any(|facing| stem(word) == stem(facing)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn allergy(code: Value) -> Resource {
        Resource::from_json(json!({"resourceType": "AllergyIntolerance", "code": code})).expect("a resource")
    }

    #[test]
    fn that_nothing_is_known_is_said_by_codes() {
        let coded = |system: &str, code: &str| {
            stated_absence(&allergy(json!({"coding": [{"system": system, "code": code}]})), None)
        };
        assert_eq!(coded(SNOMED, "716186003"), Some(FactKind::NoKnown));
        let ips = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";
        assert_eq!(coded(ips, "no-known-allergies"), Some(FactKind::NoKnown));
        assert_eq!(coded(ips, "no-allergy-info"), Some(FactKind::AbsentUnavailable));
        assert_eq!(coded(SNOMED, "91935009"), None);
    }

    #[test]
    fn words_and_a_code_that_name_different_things_are_found() {
        let of = |text: &str, display: &str| {
            code_against_words(&allergy(
                json!({"text": text, "coding": [{"system": "urn:x", "code": "1", "display": display}]}),
            ))
        };
        for (text, display) in [
            ("No allergy to latex", "Allergy to latex"),
            ("Allergy to Penicillin", "Allergy to peanut"),
            ("Latex", "No known allergies"),
            ("Hydrocodone", "Hydromorphone"),
            ("Lactase", "Lactose"),
            ("Clonidine", "Clonazepam"),
        ] {
            assert_eq!(of(text, display).as_deref(), Some(display), "{text}");
        }
        for (text, display) in [
            ("Penicillin", "Allergy to penicillin"),
            ("Peanuts", "Peanut (substance)"),
            ("NKDA", "No known drug allergy"),
            ("Penicillin G", "Penicillin"),
            ("Penicilinas", "Allergy to penicillin"),
            ("Morfina", "Morphine (substance)"),
        ] {
            assert_eq!(of(text, display), None, "{text}");
        }
        let ours =
            allergy(json!({"text": "Allergy to Penicillin", "coding": [{"system": SNOMED, "code": "91935009"}]}));
        assert!(code_against_words(&ours).is_some(), "our own name of the code counts");
    }
}
