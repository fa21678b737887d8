//! Four invented patients, and what each one's phone shares.
//!
//! Ages, languages and names are chosen to be awkward: an old man with many decimals, a child whose name has accents and
//! whose insurance is a parent's, a Spanish speaker with two family names and a full insurance card, a young adult with
//! a health card only. Nothing here belongs to anybody: telephone numbers are 555, addresses do not exist.

mod bundle;
mod cast;

pub use bundle::{Item, PATIENT_SHARED, PATIENT_STORY_PDF, PATIENT_SUMMARY_PDF};
pub use cast::{chloe, everyone, marisol, minh_anh, walter};

/// A code with its system and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Code system address.
    pub system: &'static str,
    /// Code.
    pub code: &'static str,
    /// Words a person reads; also `CodeableConcept.text`.
    pub display: &'static str,
}

/// A number with its unit, as text so that trailing zeros stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Decimal text such as `1.50`.
    pub value: &'static str,
    /// UCUM unit.
    pub unit: &'static str,
}

/// An insurance card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurance {
    /// Name of the payer.
    pub payer: &'static str,
    /// Number on the card.
    pub subscriber_id: &'static str,
    /// `self` or `child`.
    pub relationship: &'static str,
    /// Class `group`.
    pub group: &'static str,
    /// Class `plan`.
    pub plan: &'static str,
    /// Class `rxbin`.
    pub rxbin: &'static str,
    /// Class `rxpcn`.
    pub rxpcn: &'static str,
    /// Copay for a visit in dollars, as decimal text.
    pub copay: Option<&'static str>,
}

/// One invented patient with one item of each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Short key, also the seed of this person's resource ids.
    pub key: &'static str,
    /// Given names.
    pub given: &'static [&'static str],
    /// Family name.
    pub family: &'static str,
    /// `YYYY-MM-DD`.
    pub birth_date: &'static str,
    /// FHIR administrative gender.
    pub gender: &'static str,
    /// Preferred language, BCP 47.
    pub language: &'static str,
    /// Telephone, 555 only.
    pub phone: &'static str,
    /// Street, city, state, postal code.
    pub address: [&'static str; 4],
    /// A parent to call.
    pub guardian: Option<&'static str>,
    /// A problem.
    pub condition: Coded,
    /// A medicine.
    pub medication: Coded,
    /// How the medicine is taken, in words.
    pub dosage: &'static str,
    /// Quantity of one dose.
    pub dose: Measured,
    /// An allergy.
    pub allergy: Coded,
    /// A vaccine with the day it was given.
    pub immunization: (Coded, &'static str),
    /// A laboratory or vital sign value.
    pub observation: (Coded, Measured),
    /// A past procedure with its day.
    pub procedure: (Coded, &'static str),
    /// The insurance card.
    pub insurance: Insurance,
    /// The patient's own words.
    pub story: &'static [&'static str],
}

impl Person {
    /// Given and family names as on a badge.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given.join(" "), self.family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_reference_in_a_shared_bundle_resolves_inside_it() {
        for person in everyone() {
            let bundle = person.shared_bundle();
            let entries = bundle["entry"].as_array().expect("entries");
            let urls: BTreeSet<_> = entries.iter().map(|entry| entry["fullUrl"].as_str().expect("fullUrl")).collect();
            assert_eq!(urls.len(), entries.len(), "fullUrls are unique");
            let text = bundle.to_string();
            for reference in text.split("\"reference\":\"").skip(1) {
                let target = reference.split('"').next().expect("value");
                assert!(urls.contains(target), "{}: {target}", person.key);
            }
        }
    }

    #[test]
    fn trailing_zeros_survive_writing() {
        let text = walter().shared_bundle().to_string();
        assert!(text.contains("\"value\":1.50"), "dose");
        assert!(text.contains("\"value\":2.50"), "observation");
    }
}
