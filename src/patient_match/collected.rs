//! Values field by field, no more than can be compared.

use super::field::{MatchField, NotCounted};
use crate::sensitive::{Sensitive, Wipe};
use std::collections::BTreeMap;

/// More values of one field of one person are not compared.
const MAX_VALUES: usize = 20;
/// More that does not count is not told.
const MAX_DISCARDED: usize = 40;

/// A value that does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded {
    /// Of which field.
    pub field: MatchField,
    /// Why.
    pub why: NotCounted,
    /// As it was written; of a Social Security or taxpayer number nothing.
    pub text: Sensitive<String>,
}

/// The values of one person.
#[derive(Clone, Default)]
pub(super) struct Collected {
    values: BTreeMap<MatchField, Vec<String>>,
    /// All given names of each name, written together: Anne Marie is Annemarie.
    pub given_together: Vec<String>,
    /// The parts of each family name: Ruiz of Ruiz-Vega.
    pub family_parts: Vec<Vec<String>>,
}

impl Collected {
    pub(super) fn add(&mut self, field: MatchField, value: String) {
        add(self.values.entry(field).or_default(), value);
    }

    pub(super) fn add_given_together(&mut self, given: String) {
        add(&mut self.given_together, given);
    }

    pub(super) fn add_family_parts(&mut self, parts: Vec<String>) {
        add(&mut self.family_parts, parts);
    }

    pub(super) fn values(&self, field: MatchField) -> &[String] {
        self.values.get(&field).map_or(&[], Vec::as_slice)
    }
}

fn add<T: PartialEq + Default>(values: &mut Vec<T>, value: T) {
    if value != T::default() && values.len() < MAX_VALUES && !values.contains(&value) {
        values.push(value);
    }
}

impl Wipe for Collected {
    fn wipe(&mut self) {
        self.values.values_mut().flatten().for_each(Wipe::wipe);
        self.given_together.iter_mut().for_each(Wipe::wipe);
        self.family_parts.iter_mut().flatten().for_each(Wipe::wipe);
    }
}

/// Notes a value that does not count.
pub(super) fn discard(discarded: &mut Vec<Discarded>, field: MatchField, why: NotCounted, text: &str) {
    let text = match field {
        MatchField::Ssn4 | MatchField::Itin4 => String::new(),
        _ => text.chars().take(80).collect(),
    };
    let found = Discarded { field, why, text: Sensitive::new(text) };
    if discarded.len() < MAX_DISCARDED && !discarded.contains(&found) {
        discarded.push(found);
    }
}
