//! What a coded element means, as far as two records can be compared by it: codes, names, and what tells both apart.
//!
//! A medicine is alike by its ingredient as well: the name up to the first strength, without salts and forms ("Warfarin
//! sodium 5 MG oral tablet" is warfarin). What that cannot do: it knows no brand names and no classes of drugs, and no map from
//! one code system to another; two records that say the same in different systems and words are told as new, and staff look.

use super::code::{self, Codes, category, contradict, proves};
use super::name::Name;
use crate::fhir::{Resource, systems};
use crate::intake::{ReferenceTarget, Section, may_be_one_vaccine, shares_a_word};
use crate::text::code_displays;
use serde_json::Value;
use std::collections::BTreeSet;

/// Of more codings of one concept it is not known whether they are the same.
const MAX_CODINGS: usize = 30;
/// What a CodeableConcept means.
#[derive(Clone, Debug)]
pub(super) struct Meaning {
    section: Section,
    codes: Codes,
    /// Every name once; the sender's own first, then ours for the codes.
    names: Vec<Name>,
    /// All that its names tell apart.
    telling: BTreeSet<String>,
    salts: BTreeSet<String>,
    /// What the sender wrote, as far as it is asked whether it names one thing.
    sent: Vec<String>,
    /// What we call the codes.
    ours: Vec<&'static str>,
    /// Whether that names one thing, as far as words can show it.
    is_of_one: bool,
    /// Whether nothing of it was left out.
    is_whole: bool,
}

/// By what two records can be found to be alike.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Code(String, String),
    Name(String),
    Core(Vec<String>),
    Category(String),
    /// Of a policy.
    Member(String),
    Payer(Vec<String>),
    /// Of a vaccination.
    Day(String),
}

impl Key {
    /// Whether two records with it in common are alike, whatever else they say.
    pub(super) const fn is_alike(&self) -> bool {
        match self {
            Key::Code(..) | Key::Name(_) | Key::Core(_) | Key::Category(_) => true,
            Key::Member(_) | Key::Payer(_) | Key::Day(_) => false,
        }
    }
}

impl Meaning {
    fn nothing(section: Section) -> Meaning {
        Meaning {
            section,
            codes: Codes::new(),
            names: Vec::new(),
            telling: BTreeSet::new(),
            salts: BTreeSet::new(),
            sent: Vec::new(),
            ours: Vec::new(),
            is_of_one: true,
            is_whole: true,
        }
    }

    /// Of the concept at one of these elements of a resource, also of what a reference there leads to.
    pub(super) fn from_resource(
        section: Section,
        resource: &Resource,
        elements: &[&str],
        targets: &[ReferenceTarget],
    ) -> Meaning {
        let mut meaning = Meaning::nothing(section);
        let json = resource.json().reveal();
        for element in elements {
            meaning.learn(&json[*element]);
            let inside = json[*element]["reference"].as_str().and_then(|words| words.strip_prefix('#'));
            let contained =
                resource.list("/contained").iter().filter(|it| inside.is_some() && it["id"].as_str() == inside);
            contained.for_each(|it| meaning.learn(&it["code"]));
            meaning.name(json[*element]["display"].as_str());
            // What stands inside is compared as it stands there, its strength and form as particulars.
            if inside.is_none() {
                let behind = targets.iter().filter(|it| it.pointer.trim_start_matches('/').starts_with(element));
                behind.for_each(|behind| meaning.learn(behind.concept.reveal()));
            }
        }
        meaning.name_codes();
        meaning
    }

    /// Of one concept that says something closer of a record.
    pub(super) fn from_concept(section: Section, concept: &Value) -> Meaning {
        let mut meaning = Meaning::nothing(section);
        meaning.learn(concept);
        meaning.name(concept.as_str());
        meaning.name_codes();
        meaning
    }

    fn learn(&mut self, concept: &Value) {
        self.name(concept["text"].as_str());
        let codings = concept["coding"].as_array().map_or(&[][..], Vec::as_slice);
        self.is_whole &= codings.len() <= MAX_CODINGS;
        for coding in codings.iter().take(MAX_CODINGS) {
            self.name(coding["display"].as_str());
            if let (Some(system), Some(code)) = (coding["system"].as_str(), coding["code"].as_str()) {
                let (system, code) = code::compared(system, code);
                self.codes.entry(system).or_default().insert(code);
            }
        }
    }

    /// Our own names for the codes; then all is known of which it is asked whether it is of one thing.
    fn name_codes(&mut self) {
        let codes = self.codes.iter().flat_map(|(system, codes)| codes.iter().map(move |code| (system, code)));
        self.ours = codes.filter_map(|(system, code)| our_name(system, code)).collect();
        self.ours.clone().into_iter().for_each(|name| self.understand(name));
        if let Some((first, rest)) = self.sent.split_first() {
            self.is_of_one = rest.iter().all(|other| shares_a_word(first, other));
        }
    }

    fn name(&mut self, name: Option<&str>) {
        let Some(name) = name.filter(|name| !name.trim().is_empty()) else { return };
        if !self.sent.iter().any(|known| known == name) {
            self.sent.push(name.to_owned());
            self.understand(name);
        }
    }

    fn understand(&mut self, name: &str) {
        let Some(name) = Name::new(self.section, name) else { return };
        self.telling.extend(name.telling.iter().cloned());
        self.salts.extend(name.salts.iter().cloned());
        if self.names.iter().all(|known| known.key != name.key) {
            self.names.push(name);
        }
    }

    /// Whether what the sender wrote names one thing, as far as words can show it.
    pub(super) const fn is_of_one(&self) -> bool {
        self.is_of_one
    }

    /// Whether both mean the same: by a code or a whole name, and nothing that either says speaks against it.
    pub(super) fn is_same(&self, other: &Meaning) -> bool {
        let agree = self.is_whole
            && other.is_whole
            && self.telling == other.telling
            && (self.salts.is_empty() || other.salts.is_empty() || self.salts == other.salts)
            && !self.contradicts(other);
        if !agree {
            return false;
        }
        if self.is_of_one && other.is_of_one {
            return (self.is_named_as(other) || self.is_coded_as(other)) && !self.goes_another_way_than(other);
        }
        // Under words that name several things it is the same only under all of them.
        let keys = |of: &Meaning| of.names.iter().map(|name| name.key.clone()).collect::<BTreeSet<_>>();
        keys(self) == keys(other) && self.codes == other.codes
    }

    /// Whether what the sender of one calls it is a name of the other. The names of codes alone find records and prove nothing.
    fn is_named_as(&self, other: &Meaning) -> bool {
        let calls = |one: &Meaning, other: &Meaning| {
            let own = one.names.first().filter(|_| !one.sent.is_empty());
            own.is_some_and(|own| other.names.iter().any(|facing| facing.key == own.key))
        };
        calls(self, other) || calls(other, self)
    }

    fn is_coded_as(&self, other: &Meaning) -> bool {
        let shared = self.codes.iter().filter(|(system, codes)| other.codes.get(*system) == Some(codes));
        let mut shared = shared.flat_map(|(system, codes)| codes.iter().map(move |code| (system, code))).peekable();
        if shared.peek().is_none() {
            return false;
        }
        let wordless = self.sent.is_empty() || other.sent.is_empty();
        let in_words = || self.sent.iter().any(|one| other.sent.iter().any(|facing| shares_a_word(one, facing)));
        let is_proven = shared.any(|(system, code)| proves(self.section, system, code));
        is_proven || !wordless && in_words()
    }

    /// Whether the names that people read say something else, or one says more than the other, or the same words in an order that
    /// counts, however they are spelled, or one a syndrome and the other a disease: a code or a name of it may be broader than the
    /// words beside it, and then the words know better.
    fn goes_another_way_than(&self, other: &Meaning) -> bool {
        let (Some(one), Some(facing)) = (self.names.first(), other.names.first()) else { return false };
        let is_turned = (one.is_ordered || facing.is_ordered) && one.sequence != facing.sequence;
        let is_of_another_kind = !one.kinds.is_empty() && !facing.kinds.is_empty() && one.kinds != facing.kinds;
        one.key != facing.key
            && (one.stems != facing.stems || one.words == facing.words || is_turned || is_of_another_kind)
    }

    /// Whether, in a system that both use, one has a code that the other lacks.
    pub(super) fn contradicts(&self, other: &Meaning) -> bool {
        contradict(&self.codes, &other.codes)
    }

    /// Whether a code of this system is the same; `None` when one of them has none.
    pub(super) fn same_code_of(&self, system: &str, other: &Meaning) -> Option<bool> {
        Some(!self.codes.get(system)?.is_disjoint(other.codes.get(system)?))
    }

    /// Whether both may be of one vaccine, as far as their names show it. Without any name nobody can tell.
    pub(super) fn may_be_one_vaccine(&self, other: &Meaning) -> bool {
        let names = |of: &Meaning| of.sent.iter().cloned().chain(of.ours.iter().map(ToString::to_string)).collect();
        let (one, other): (Vec<String>, Vec<String>) = (names(self), names(other));
        let is_unnamed = one.is_empty() || other.is_empty();
        is_unnamed || one.iter().any(|one| other.iter().any(|other| may_be_one_vaccine(one, other)))
    }

    /// By what it can be found to be like another.
    pub(super) fn keys(&self) -> BTreeSet<Key> {
        let codes = self.codes.iter().flat_map(|(system, codes)| codes.iter().map(move |code| (system, code)));
        let coded = codes.flat_map(|(system, code)| {
            let category = category(system, code).map(|category| Key::Category(category.to_owned()));
            category.into_iter().chain([Key::Code(system.clone(), code.clone())])
        });
        let named = self.names.iter().flat_map(|name| {
            let cores = name.cores.iter().cloned().map(Key::Core);
            cores.chain([Key::Name(name.key.clone())])
        });
        coded.chain(named).collect()
    }

    /// The names that can be a part of another, or the other of them.
    pub(super) fn parts(&self) -> impl Iterator<Item = &Name> {
        self.names.iter().filter(|name| name.can_have_parts())
    }
}

/// Our name for a code as it is compared: CVX codes are compared without leading zeros and listed with two digits.
fn our_name(system: &str, code: &str) -> Option<&'static str> {
    let listed = || code_displays::display(system, &format!("{code:0>2}")).filter(|_| system == systems::CVX);
    code_displays::display(system, code).or_else(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn named(section: Section, text: &str) -> Meaning {
        Meaning::from_concept(section, &json!({"text": text}))
    }

    fn coded(system: &str, code: &str) -> Meaning {
        Meaning::from_concept(Section::Problems, &json!({"coding": [{"system": system, "code": code}]}))
    }

    fn alike(one: &Meaning, other: &Meaning) -> bool {
        !one.keys().is_disjoint(&other.keys())
    }

    #[test]
    fn a_medicine_is_its_ingredient_without_strength_salt_form_and_brand() {
        for (name, ingredient) in [
            ("Warfarin sodium 5 mg oral tablet", "warfarin"),
            ("WARFARIN", "warfarin"),
            ("Metformin HCl 500 MG Extended Release Oral Tablet", "metformin"),
            ("Metformin (Glucophage) 1000 mg", "metformin"),
            ("Tylenol (acetaminophen) 500 mg", "Acetaminophen"),
            ("Sulfamethoxazole / Trimethoprim 400 mg", "sulfamethoxazole / trimethoprim"),
        ] {
            let (name, ingredient) = (named(Section::Medications, name), named(Section::Medications, ingredient));
            assert!(alike(&name, &ingredient), "{name:?} {ingredient:?}");
        }
        let rxnorm = json!({"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "11289"}]});
        let ours = Meaning::from_concept(Section::Medications, &rxnorm);
        assert!(alike(&ours, &named(Section::Medications, "Warfarin sodium 5 mg")), "our label names the code");
    }

    #[test]
    fn an_allergen_is_the_same_however_it_is_put() {
        let of = |text| named(Section::Allergies, text);
        for (one, other) in [
            ("Allergy to penicillin", "Penicillin (substance)"),
            ("Alergia a la penicilina", "penicilina"),
            ("Peanut allergy", "Peanuts"),
        ] {
            assert!(of(one).is_same(&of(other)), "{one} {other}");
        }
        for (one, other) in [
            ("Allergy to vitamin A", "Allergy to vitamin"),
            ("Intolerance to penicillin", "Allergy to penicillin"),
            ("No allergy to penicillin", "Allergy to penicillin"),
            ("Penicillamine", "Penicillin"),
        ] {
            assert!(!of(one).is_same(&of(other)), "{one} {other}");
        }
    }

    #[test]
    fn codes_count_only_within_their_system_and_in_one_spelling() {
        let snomed = "http://snomed.info/sct";
        assert!(coded(snomed, "1").is_same(&coded("urn:oid:2.16.840.1.113883.6.96", "1")));
        assert!(!coded(snomed, "1").is_same(&coded("http://hl7.org/fhir/sid/icd-10-cm", "1")));
        let cvx = "http://hl7.org/fhir/sid/cvx";
        assert_eq!(coded(cvx, "03").same_code_of(cvx, &coded(cvx, "3")), Some(true));
        assert_eq!(coded(cvx, "03").same_code_of(cvx, &named(Section::Immunizations, "MMR")), None);
        let icd = "http://hl7.org/fhir/sid/icd-10-cm";
        assert!(
            coded(icd, "e119").contradicts(&coded(icd, "E11.8")) && coded(icd, "e11.0").is_same(&coded(icd, "E110"))
        );
        assert!(alike(&coded(icd, "E11.9"), &coded(icd, "E11.65")));
        assert!(!alike(&coded(icd, "E11.9"), &coded(icd, "E10.9")));
    }
}
