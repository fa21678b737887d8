//! What a coded element means, as far as two records can be compared by it: codes of known systems, and folded names.
//!
//! A medicine is compared by its ingredient as well: the name up to the first strength, without salts and forms ("Warfarin
//! sodium 5 MG oral tablet" is warfarin). What that cannot do: it knows no brand names and no classes of drugs, and no map from
//! one code system to another; two records that say the same in different systems and words are told as new, and staff look.

use crate::fhir::Resource;
use crate::intake::ReferenceTarget;
use crate::text::{code_displays, folded_words};
use serde_json::Value;
use std::collections::BTreeSet;

/// More codings of one concept are not compared.
const MAX_CODINGS: usize = 30;

/// Words that say how a drug is made up, not what it is.
const FORMS: [&str; 40] = [
    "sodium",
    "potassium",
    "hydrochloride",
    "hcl",
    "sulfate",
    "succinate",
    "tartrate",
    "maleate",
    "besylate",
    "calcium",
    "phosphate",
    "acetate",
    "citrate",
    "mesylate",
    "fumarate",
    "bromide",
    "monohydrate",
    "dihydrate",
    "oral",
    "tablet",
    "tablets",
    "capsule",
    "capsules",
    "solution",
    "suspension",
    "injection",
    "inhaler",
    "inhalation",
    "topical",
    "cream",
    "product",
    "tab",
    "cap",
    "extended",
    "release",
    "delayed",
    "er",
    "xr",
    "chewable",
    "spray",
];

/// Words around the thing that somebody is allergic to.
const AROUND_ALLERGENS: [&str; 14] = [
    "allergy",
    "allergies",
    "allergic",
    "to",
    "reaction",
    "intolerance",
    "alergia",
    "a",
    "al",
    "la",
    "substance",
    "product",
    "disorder",
    "finding",
];

/// What a CodeableConcept means.
#[derive(Clone, Debug, Default)]
pub(super) struct Meaning {
    /// System and code.
    codes: BTreeSet<(String, String)>,
    /// Folded words of each name that it goes by.
    names: BTreeSet<Vec<String>>,
}

impl Meaning {
    /// Of the concept at one of these elements of a resource, also of what a reference there leads to.
    pub(super) fn from_resource(resource: &Resource, elements: &[&str], targets: &[ReferenceTarget]) -> Meaning {
        let mut meaning = Meaning::default();
        let json = resource.json().reveal();
        for element in elements {
            meaning.learn(&json[*element]);
            let inside = json[*element]["reference"].as_str().and_then(|words| words.strip_prefix('#'));
            let contained =
                resource.list("/contained").iter().filter(|it| inside.is_some() && it["id"].as_str() == inside);
            contained.for_each(|it| meaning.learn(&it["code"]));
            meaning.name(json[*element]["display"].as_str());
            for behind in targets.iter().filter(|it| it.pointer.trim_start_matches('/').starts_with(element)) {
                meaning.learn(behind.concept.reveal());
            }
        }
        meaning
    }

    fn learn(&mut self, concept: &Value) {
        self.name(concept["text"].as_str());
        for coding in concept["coding"].as_array().into_iter().flatten().take(MAX_CODINGS) {
            self.name(coding["display"].as_str());
            if let (Some(system), Some(code)) = (coding["system"].as_str(), coding["code"].as_str()) {
                self.name(code_displays::display(system, code));
                self.codes.insert((system.trim_end_matches('/').to_owned(), code.trim().to_owned()));
            }
        }
    }

    fn name(&mut self, name: Option<&str>) {
        // "Penicillin (substance)": SNOMED CT says in brackets what kind of thing it is.
        let name = name.map(|name| name.split_once(" (").map_or(name, |(name, _)| name));
        self.names.extend(name.map(folded_words).filter(|words| !words.is_empty()));
    }

    /// Whether it states that there is none: of IPS, of SNOMED CT, or in words.
    pub(super) fn is_none_known(&self) -> bool {
        const SNOMED: [&str; 5] = ["716186003", "409137002", "428197003", "428607008", "429625007"];
        let coded = |(system, code): &(String, String)| {
            code.starts_with("no-known-") || system == "http://snomed.info/sct" && SNOMED.contains(&code.as_str())
        };
        let in_words = |words: &Vec<String>| words.iter().take(2).eq(["no", "known"]);
        self.codes.iter().any(coded) || self.names.iter().any(in_words)
    }

    /// Whether a code or a whole name is the same.
    pub(super) fn is_same(&self, other: &Meaning) -> bool {
        !self.codes.is_disjoint(&other.codes) || !self.names.is_disjoint(&other.names)
    }

    /// Whether what this says more closely is not what the other says: a code that the other lacks in a system that both use,
    /// or another strength in the names. Two strengths of a drug go by one ingredient.
    pub(super) fn contradicts(&self, other: &Meaning) -> bool {
        let uses = |system: &str| other.codes.iter().any(|(known, _)| known == system);
        let strengths = |meaning: &Meaning| -> BTreeSet<String> {
            let number = |word: &String| word.chars().take_while(char::is_ascii_digit).collect::<String>();
            meaning.names.iter().flatten().map(number).filter(|it| !it.is_empty()).collect()
        };
        let (one, facing) = (strengths(self), strengths(other));
        self.codes.difference(&other.codes).any(|(system, _)| uses(system))
            || !one.is_empty() && !facing.is_empty() && one != facing
    }

    /// Whether a code of this system is the same; `None` when one of them has none.
    pub(super) fn same_code_of(&self, system: &str, other: &Meaning) -> Option<bool> {
        let of = |meaning: &Meaning| -> BTreeSet<String> {
            let codes = meaning.codes.iter().filter(|(known, _)| known == system);
            // CVX is written with and without a leading zero.
            codes.map(|(_, code)| code.trim_start_matches('0').to_owned()).collect()
        };
        let (one, other) = (of(self), of(other));
        (!one.is_empty() && !other.is_empty()).then(|| !one.is_disjoint(&other))
    }

    /// Whether an ICD-10 code stands in the same category (its first three characters).
    pub(super) fn same_category(&self, other: &Meaning) -> bool {
        let of = |meaning: &Meaning| -> BTreeSet<String> {
            let codes = meaning.codes.iter().filter(|(system, _)| system.contains("icd-10"));
            codes.filter_map(|(_, code)| code.get(..3)).map(str::to_uppercase).collect()
        };
        !of(self).is_disjoint(&of(other))
    }

    /// Whether all words of one name stand in a name of the other.
    pub(super) fn is_part(&self, other: &Meaning) -> bool {
        let part = |one: &Meaning, other: &Meaning| {
            let names = one.names.iter().filter(|words| words.iter().any(|word| word.chars().count() > 3));
            names
                .into_iter()
                .any(|words| other.names.iter().any(|facing| words.iter().all(|word| facing.contains(word))))
        };
        part(self, other) || part(other, self)
    }

    /// The same without the words that only say that it is an allergy.
    pub(super) fn as_allergen(&self) -> Meaning {
        let bare = |words: &Vec<String>| {
            let bare = words.iter().filter(|word| !AROUND_ALLERGENS.contains(&word.as_str()));
            bare.map(|word| singular(word)).collect::<Vec<String>>()
        };
        let names = self.names.iter().map(bare).filter(|words| !words.is_empty()).collect();
        Meaning { codes: self.codes.clone(), names }
    }

    /// Ingredients, each name's own.
    pub(super) fn ingredients(&self) -> BTreeSet<Vec<String>> {
        let ingredient = |words: &Vec<String>| {
            let before = words.iter().take_while(|word| !word.starts_with(|first: char| first.is_ascii_digit()));
            let mut kept: Vec<String> = before.filter(|word| !FORMS.contains(&word.as_str())).cloned().collect();
            kept.sort();
            kept
        };
        self.names.iter().map(ingredient).filter(|words| !words.is_empty()).collect()
    }
}

/// `peanuts` is `peanut`.
fn singular(word: &str) -> String {
    let long = word.chars().count() > 4 && !word.ends_with("ss");
    word.strip_suffix('s').filter(|_| long).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn meaning(concept: Value) -> Meaning {
        let json = json!({"resourceType": "Condition", "code": concept});
        Meaning::from_resource(&Resource::from_json(json).expect("a resource"), &["code"], &[])
    }

    fn text(text: &str) -> Meaning {
        meaning(json!({"text": text}))
    }

    #[test]
    fn a_medicine_is_its_ingredient_without_strength_salt_and_form() {
        for (name, ingredient) in [
            ("Warfarin sodium 5 mg oral tablet", vec!["warfarin"]),
            ("WARFARIN", vec!["warfarin"]),
            ("Metformin HCl 500 MG Extended Release Oral Tablet", vec!["metformin"]),
            ("Sulfamethoxazole / Trimethoprim 400 mg", vec!["sulfamethoxazole", "trimethoprim"]),
        ] {
            assert!(
                text(name).ingredients().contains(&ingredient.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()),
                "{name}"
            );
        }
        let coded =
            meaning(json!({"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "11289"}]}));
        assert!(
            !coded.ingredients().is_disjoint(&text("Warfarin sodium 5 mg").ingredients()),
            "our label names the code"
        );
    }

    #[test]
    fn an_allergen_is_the_same_however_it_is_put() {
        for (one, other) in [
            ("Allergy to penicillin", "Penicillin (substance)"),
            ("Alergia a la penicilina", "penicilina"),
            ("Peanut allergy", "Peanuts"),
        ] {
            assert!(text(one).as_allergen().is_same(&text(other).as_allergen()), "{one} {other}");
        }
        assert!(text("Penicillin G").as_allergen().is_part(&text("Allergy to penicillin").as_allergen()));
        assert!(!text("Penicillamine").as_allergen().is_part(&text("Penicillin").as_allergen()));
    }

    #[test]
    fn codes_count_only_within_their_system() {
        let coded = |system: &str, code: &str| meaning(json!({"coding": [{"system": system, "code": code}]}));
        assert!(coded("http://snomed.info/sct", "1").is_same(&coded("http://snomed.info/sct", "1")));
        assert!(!coded("http://snomed.info/sct", "1").is_same(&coded("http://hl7.org/fhir/sid/icd-10-cm", "1")));
        let cvx = "http://hl7.org/fhir/sid/cvx";
        assert_eq!(coded(cvx, "03").same_code_of(cvx, &coded(cvx, "3")), Some(true));
        assert_eq!(coded(cvx, "03").same_code_of(cvx, &text("MMR")), None);
        let icd = "http://hl7.org/fhir/sid/icd-10-cm";
        assert!(
            coded(icd, "E11.9").same_category(&coded(icd, "E11.65"))
                && !coded(icd, "E11.9").same_category(&coded(icd, "E10.9"))
        );
    }
}
