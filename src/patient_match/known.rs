//! All that is known of one person by which an index of patients compares: the set of values of each field, past and present, in the
//! form in which they are compared, and what does not count, with the reason.

use super::address::read_addresses;
use super::birth_date::read_birth_date;
use super::collected::{Collected, Discarded};
use super::field::{MatchField, NotCounted};
use super::identifiers::{read_coverage, read_identifiers, read_relations};
use super::letters::letters;
use super::names::read_names;
use super::telecom::read_telecoms;
use crate::fhir::Resource;
use crate::sensitive::Sensitive;
use crate::time::Day;

/// What is known of one person.
#[derive(Clone, Debug)]
pub struct Known {
    collected: Sensitive<Collected>,
    discarded: Vec<Discarded>,
}

impl Known {
    /// Reads a Patient and the Coverage records that are this patient's, on the day of the check-in.
    pub fn read(patient: &Resource, coverages: &[&Resource], day: Day) -> Known {
        let (mut collected, mut discarded) = (Collected::default(), Vec::new());
        let into = (&mut collected, &mut discarded);
        let json = patient.json().reveal();
        read_names(json, into.0, into.1);
        read_birth_date(json, day, into.0, into.1);
        if let Some(gender) = json["gender"].as_str().map(letters).filter(|gender| gender != "unknown") {
            into.0.add(MatchField::Gender, gender);
        }
        read_telecoms(json, into.0, into.1);
        read_addresses(json, into.0, into.1);
        read_identifiers(json, into.0, into.1);
        read_relations(json, into.0);
        for coverage in coverages {
            read_coverage(coverage.json().reveal(), into.0, into.1);
        }
        Known { collected: Sensitive::new(collected), discarded }
    }

    /// The values of a field, in the form in which they are compared.
    pub fn values(&self, field: MatchField) -> &[String] {
        self.collected.reveal().values(field)
    }

    /// Whether a field has a value that counts.
    pub fn has(&self, field: MatchField) -> bool {
        !self.values(field).is_empty()
    }

    /// What does not count, with the reason.
    pub fn discarded(&self) -> &[Discarded] {
        &self.discarded
    }

    /// Why a field has no value that counts although something was written.
    pub fn why_not_counted(&self, field: MatchField) -> Option<NotCounted> {
        let discarded = self.discarded.iter().find(|discarded| discarded.field == field);
        discarded.filter(|_| !self.has(field)).map(|discarded| discarded.why)
    }

    pub(super) fn collected(&self) -> &Collected {
        self.collected.reveal()
    }
}
