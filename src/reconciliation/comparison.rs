//! How a shared record stands to one of the chart.
//!
//! A record is the same only by a code or a whole name, a medicine only where no code or strength speaks against it, a
//! vaccination only on the same day, a policy only under the same number with the same payer. Everything less is said to
//! resemble.

use super::chart::Difference;
use super::differences::facts_of;
use super::record::{Record, letters, payer};
use crate::fhir::{found, systems};
use crate::intake::Section;
use crate::text::folded_words;
use std::collections::BTreeSet;
use strum::VariantArray as _;

/// How a shared record stands to the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "standing-")]
pub enum Comparison {
    /// The chart says something else about the same thing.
    Changed,
    /// The chart has a record that may be the same.
    Possibly,
    /// The chart knows nothing like it.
    New,
    /// It was not compared: the EHR did not tell its part of the chart, or it is of no kind that is compared.
    NotCompared,
    /// The chart already holds it. It is not filed again.
    Same,
}

impl Comparison {
    /// All of them.
    pub const ALL: &'static [Comparison] = Comparison::VARIANTS;

    /// The id under which `assets/` holds the word for it.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

impl Record {
    /// How this shared record stands to one of the chart; `None` when they have nothing to do with each other.
    pub(super) fn beside(&self, chart: &Record) -> Option<(Comparison, Vec<Difference>)> {
        match self.section {
            Section::Insurance => self.policy_beside(chart),
            Section::Immunizations => self.shot_beside(chart),
            Section::Allergies => {
                let (one, other) = (&self.allergen, &chart.allergen);
                self.graded(chart, one.is_same(other), one.is_part(other))
            }
            Section::Medications => {
                let same_drug = !self.ingredients.is_disjoint(&chart.ingredients);
                let named_same = self.meaning.is_same(&chart.meaning);
                let same = named_same && !self.meaning.contradicts(&chart.meaning);
                self.graded(chart, same, named_same || same_drug)
            }
            Section::Demographics
            | Section::Problems
            | Section::Documents
            | Section::Results
            | Section::VitalSigns
            | Section::Procedures
            | Section::History
            | Section::Care
            | Section::Forms
            | Section::Other => {
                let (one, other) = (&self.meaning, &chart.meaning);
                self.graded(chart, one.is_same(other), one.is_part(other) || one.same_category(other))
            }
        }
    }

    fn graded(&self, chart: &Record, same: bool, alike: bool) -> Option<(Comparison, Vec<Difference>)> {
        let differences = || self.differences(chart, facts_of(self.section));
        match (same, alike) {
            (true, _) => Some(differences())
                .map(|found| (if found.is_empty() { Comparison::Same } else { Comparison::Changed }, found)),
            (false, true) => Some((Comparison::Possibly, differences())),
            (false, false) => None,
        }
    }

    /// The same vaccine on another day is another shot.
    fn shot_beside(&self, chart: &Record) -> Option<(Comparison, Vec<Difference>)> {
        let day = |entry: &Record| {
            let text = entry.resource.text("/occurrenceDateTime")?;
            Some(text.get(..10).unwrap_or(text).to_owned())
        };
        let by_code = self.meaning.same_code_of(systems::CVX, &chart.meaning);
        let same = by_code.unwrap_or_else(|| self.meaning.is_same(&chart.meaning));
        let alike = same || self.meaning.is_part(&chart.meaning);
        match (day(self), day(chart)) {
            (Some(one), Some(other)) if one == other && one.len() == 10 => {
                self.graded(chart, same, alike || by_code.is_none())
            }
            (Some(one), Some(other)) if one.starts_with(&other) || other.starts_with(&one) => {
                self.graded(chart, false, alike)
            }
            (Some(_), Some(_)) => None,
            // Without a day on one side nobody can tell.
            _ => self.graded(chart, false, same),
        }
    }

    fn policy_beside(&self, chart: &Record) -> Option<(Comparison, Vec<Difference>)> {
        let members = |entry: &Record| -> BTreeSet<String> {
            let json = entry.resource.json().reveal();
            let listed = found(json, "subscriberId").into_iter().chain(found(json, "identifier/value"));
            listed.filter_map(|it| it.as_str()).map(letters).filter(|it| !it.is_empty()).collect()
        };
        let payers =
            |entry: &Record| payer(&entry.resource).map(|payer| folded_words(&payer)).filter(|it| !it.is_empty());
        // The form's title is the payer, wherever its name stood in the share.
        let shared_payer = payers(self).or_else(|| Some(folded_words(&self.title)));
        let same_number = !members(self).is_disjoint(&members(chart));
        let same_payer = payers(chart).is_some_and(|payer| Some(payer) == shared_payer);
        self.graded(chart, same_number && same_payer, same_number || same_payer)
    }
}
