//! What a record is called beside what its code is called: where the two name different things, staff read both before they tick.

use super::absence_codes::absence_of;
use super::drafted::Drafted;
use super::none_known::{denial, is_abbreviation, says_none_known};
use super::reference_target::DRUG;
use super::vaccines::{names_another_than, names_more_than};
use super::words_in_common::shares_a_word;
use super::{Fact, FactKind, ReferenceTarget};
use crate::fhir::{RecordType, Resource, each, found, member};
use crate::text::said::MAX_CHARS;
use crate::text::{code_displays, folded, shown};
use serde_json::Value;

/// What a record is, in the codes and the words of what it is a record of; a drug may stand inside or behind a reference.
pub(super) fn concepts<'v>(resource: &'v Resource, targets: &'v [ReferenceTarget]) -> Vec<&'v Value> {
    let json = resource.json().reveal();
    let places = ["code", "medicationCodeableConcept", "medication/concept", "substance", "vaccineCode", "type"];
    let is_device = resource.is(RecordType::Device);
    let own = places.iter().filter(|place| **place != "type" || is_device).flat_map(|place| found(json, place));
    let mut concepts: Vec<&Value> = own.collect();
    match json["medicationReference"]["reference"].as_str().map(|words| words.strip_prefix('#')) {
        Some(Some(id)) => {
            let inner = resource.list("/contained").iter().filter(|inner| inner["id"] == id);
            concepts.extend(inner.filter_map(|inner| member(inner.as_object()?, "code")));
        }
        Some(None) => {
            concepts.extend(targets.iter().filter(|it| it.pointer == DRUG).map(|target| target.concept.reveal()));
        }
        None => {}
    }
    concepts
}

/// What the sender's codes of it are called, where the words of the record are others; of a vaccine also what we call them, where that
/// names more than the words. The names that are the same are given back with those words.
pub(super) fn names_of_code<'v>(
    resource: &'v Resource,
    targets: &[ReferenceTarget],
    drafted: &mut Vec<Drafted<'v>>,
) -> Vec<(&'v Value, &'v Value)> {
    let mut same = Vec::new();
    let mut names: Vec<&'v Value> = Vec::new();
    for concept in concepts(resource, &[]) {
        let Some(text) = concept["text"].as_str().map(str::trim).filter(|text| !text.is_empty()) else { continue };
        for coding in each(&concept["coding"]) {
            let leaf = coding.as_object().and_then(|coding| member(coding, "display"));
            match leaf {
                Some(leaf) if *leaf == concept["text"] => same.push((&concept["text"], leaf)),
                Some(leaf) if is_another_name(text, leaf.as_str().unwrap_or_default()) => names.push(leaf),
                Some(_) | None => {}
            }
            let ours = resource.is(RecordType::Immunization).then(|| our_name(coding)).flatten();
            if let Some(ours) = ours.filter(|ours| names_more_than(ours, text)) {
                drafted.push(coded(ours, Vec::new()));
            }
        }
    }
    drafted.extend(names.into_iter().map(|leaf| coded(leaf.as_str().unwrap_or_default().trim(), vec![leaf])));
    // What stands in a record of its own has no leaf here.
    for concept in targets.iter().filter(|it| it.pointer == DRUG).map(|target| target.concept.reveal()) {
        let text = concept["text"].as_str().unwrap_or_default().trim();
        let displays = each(&concept["coding"]).iter().filter_map(|coding| coding["display"].as_str());
        for name in displays.filter(|name| !text.is_empty() && is_another_name(text, name)) {
            let fact = coded(name.trim(), Vec::new());
            if drafted.iter().all(|known| known.fact.kind != fact.fact.kind || known.fact.said != fact.fact.said) {
                drafted.push(fact);
            }
        }
    }
    same
}

fn is_another_name(text: &str, name: &str) -> bool {
    !name.trim().is_empty() && !name.trim().eq_ignore_ascii_case(text)
}

fn coded<'v>(name: &str, from: Vec<&'v Value>) -> Drafted<'v> {
    Drafted { fact: Fact::sent(FactKind::Coded, shown(name, MAX_CHARS)), from }
}

fn our_name(coding: &Value) -> Option<&'static str> {
    code_displays::display(coding["system"].as_str()?, coding["code"].as_str()?)
}

/// A name for the code that is not what the words of the record say: one denies what the other states, one says that nothing is known
/// and the other names something, or, of a substance or a vaccine, both name different ones. `None` where they agree, or where one
/// of them is missing.
pub(super) fn code_against_words(resource: &Resource, targets: &[ReferenceTarget]) -> Option<String> {
    let kind = RecordType::read_as(resource.kind());
    concepts(resource, targets).into_iter().find_map(|concept| {
        let mut names: Vec<String> = Vec::new();
        for coding in each(&concept["coding"]) {
            let (system, code) =
                (coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default());
            names.extend(coding["display"].as_str().filter(|name| !name.trim().is_empty()).map(str::to_owned));
            let ours = our_name(coding).map(str::to_owned);
            names.extend(ours.or_else(|| absence_of(system, code).map(|(_, name)| name)));
        }
        // Without a text the first name is what staff read.
        let text = concept["text"].as_str().filter(|text| !text.trim().is_empty());
        let text = text.or(names.first().map(String::as_str))?.to_owned();
        names.into_iter().filter(|name| *name != text).find(|name| is_against(kind, &text, name))
    })
}

/// Whether a name of the code says something else than the words.
fn is_against(kind: Option<RecordType>, text: &str, name: &str) -> bool {
    let denied = denies(text);
    // "Unknown" is no name of anything.
    if denied != denies(name) && !(denies(name) && says_unknown(text)) {
        return true;
    }
    let is_asked = kind == Some(RecordType::Observation);
    let is_named = |text: &str| denial(text).is_none() && !denies_elsewhere(text) && !says_unknown(text);
    if !is_asked && (says_none_known(name) && is_named(text) || says_none_known(text) && is_named(name)) {
        return true;
    }
    let names_a_substance = matches!(
        kind,
        Some(
            RecordType::AllergyIntolerance
                | RecordType::MedicationStatement
                | RecordType::MedicationRequest
                | RecordType::MedicationDispense
                | RecordType::MedicationAdministration
        )
    );
    let names_a_vaccine = kind == Some(RecordType::Immunization);
    let is_stated = !denied && !says_unknown(text);
    is_stated && (names_a_substance && !shares_a_word(text, name) || names_a_vaccine && names_another_than(text, name))
}

/// Whether words deny something.
fn denies(text: &str) -> bool {
    const NEGATIONS: [&str; 17] = [
        "no", "not", "none", "without", "denies", "negative", "never", "nil", "sin", "niega", "ninguno", "ninguna",
        "ningunos", "ningunas", "ningun", "nunca", "nada",
    ];
    has_word(text, |word| NEGATIONS.contains(&word) || is_abbreviation(word)) || denies_elsewhere(text)
}

/// Whether words deny something in a language whose other words we do not read.
pub(super) fn denies_elsewhere(text: &str) -> bool {
    const NEGATIONS: [&str; 19] = [
        "kein", "keine", "keinen", "nicht", "pas", "aucun", "aucune", "nenhum", "nenhuma", "sem", "nessun", "nessuno",
        "nessuna", "geen", "ingen", "inga", "brak", "нет", "không",
    ];
    has_word(text, |word| NEGATIONS.contains(&word)) || text.contains(['无', '無', '没', '沒', '없'])
}

/// Whether words say that it is not known, or that nobody asked.
fn says_unknown(text: &str) -> bool {
    const UNKNOWN: [&str; 9] =
        ["unknown", "unavailable", "information", "info", "unsure", "asked", "unable", "desconocido", "desconocida"];
    has_word(text, |word| UNKNOWN.contains(&word))
}

fn has_word(text: &str, what: impl Fn(&str) -> bool) -> bool {
    let folded = folded(text);
    folded.split(|letter: char| !letter.is_alphanumeric()).any(what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SNOMED: &str = "http://snomed.info/sct";
    const IPS: &str = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips";

    fn allergy(code: Value) -> Resource {
        Resource::from_json(json!({"resourceType": "AllergyIntolerance", "code": code})).expect("a resource")
    }

    #[test]
    fn words_and_a_code_that_name_different_things_are_found() {
        let of = |text: &str, display: &str| {
            let coding = json!([{"system": "urn:x", "code": "1", "display": display}]);
            code_against_words(&allergy(json!({"text": text, "coding": coding})), &[])
        };
        for (text, display) in [
            ("No allergy to latex", "Allergy to latex"),
            ("Allergy to Penicillin", "Allergy to peanut"),
            ("Latex", "No known allergies"),
            ("Hydrocodone", "Hydromorphone"),
            ("Lactase", "Lactose"),
            ("Clonidine", "Clonazepam"),
            ("Morphine sulfate 10 mg", "Codeine sulfate 10 mg"),
            ("NKDA – latex allergy", "No known allergy"),
            ("No known allergies", "No allergy to penicillin"),
        ] {
            assert_eq!(of(text, display).as_deref(), Some(display), "{text}");
        }
        for (text, display) in [
            ("Penicillin", "Allergy to penicillin"),
            ("Peanuts", "Peanut (substance)"),
            ("NKDA", "No known drug allergy"),
            ("Keine Allergien bekannt", "No known allergy"),
            ("Penicillin G", "Penicillin"),
            ("Penicilinas", "Allergy to penicillin"),
            ("Morfina", "Morphine (substance)"),
        ] {
            assert_eq!(of(text, display), None, "{text}");
        }
        let ours =
            allergy(json!({"text": "Allergy to Penicillin", "coding": [{"system": SNOMED, "code": "91935009"}]}));
        assert!(code_against_words(&ours, &[]).is_some(), "our own name of the code counts");
    }

    #[test]
    fn a_code_of_nothing_known_denies_without_a_display() {
        let against = |text: &str, (system, code): (&str, &str)| {
            code_against_words(&allergy(json!({"text": text, "coding": [{"system": system, "code": code}]})), &[])
        };
        for code in [
            (IPS, "no-known-allergies"),
            (IPS, "no-known-drug-allergies"),
            (IPS, "no-allergy-info"),
            (SNOMED, "716186003"),
            (SNOMED, "1003774007"),
            (SNOMED, "716184000"),
            (SNOMED, "428197003"),
            (SNOMED, "160244002"),
        ] {
            for text in ["Penicillin", "NKDA – latex allergy"] {
                let is_info = code.1 == "no-allergy-info" && text.starts_with("NKDA");
                assert!(against(text, code).is_some() || is_info, "{text} {code:?}");
            }
        }
        for (text, code) in [
            ("NKDA", (SNOMED, "716186003")),
            ("No known allergies", (IPS, "no-known-allergies")),
            ("No se conocen alergias", (SNOMED, "160244002")),
            ("Unknown", (IPS, "no-allergy-info")),
            ("Allergy status unknown", (IPS, "no-allergy-info")),
            ("No information about allergies", (IPS, "no-allergy-info")),
        ] {
            assert_eq!(against(text, code), None, "{text} {code:?}");
        }
    }
}
