//! Which records of the chart may have to do with a shared one: found by what they are called, coded, dated and numbered, so that not
//! every record is held against every other.

use super::meaning::Key;
use super::name::Name;
use super::record::Record;
use crate::intake::Section;
use std::collections::HashMap;

/// More records of the chart are not held against one shared record; those of its own codes and names come first.
const MOST_FACING: usize = 200;
/// More names are not looked into for one shared record.
const MOST_NAMES: usize = 5_000;

/// A chart's records by their keys and words.
pub(super) struct Likeness<'r> {
    by_key: HashMap<(Section, Key), Vec<usize>>,
    by_word: HashMap<Section, Words<'r>>,
    /// How many records there are.
    records: usize,
}

/// The names of a section by their words, each with the place of its record.
#[derive(Default)]
struct Words<'r> {
    all: HashMap<&'r str, Vec<(usize, &'r Name)>>,
    /// Each name by the rarest of its words alone.
    rarest: HashMap<&'r str, Vec<(usize, &'r Name)>>,
}

impl<'r> Words<'r> {
    fn rarest_of<'n>(&self, name: &'n Name) -> Option<&'n str> {
        name.words.iter().map(String::as_str).min_by_key(|word| self.all.get(word).map_or(0, Vec::len))
    }
}

/// The records of the chart that face a shared one.
#[derive(Default)]
pub(super) struct Facing {
    /// The place of each, and whether it is alike by name or code.
    pub(super) found: Vec<(usize, bool)>,
    /// Whether there may be more.
    pub(super) is_cut: bool,
}

impl<'r> Likeness<'r> {
    pub(super) fn new(records: &'r [Record]) -> Likeness<'r> {
        let by_key = HashMap::with_capacity(records.len() * 8);
        let mut likeness = Likeness { by_key, by_word: HashMap::new(), records: records.len() };
        for (place, record) in records.iter().enumerate() {
            for key in record.keys() {
                likeness.by_key.entry((record.section, key)).or_default().push(place);
            }
            let by_word = likeness.by_word.entry(record.section).or_default();
            for name in record.meaning.parts() {
                name.words.iter().for_each(|word| by_word.all.entry(word).or_default().push((place, name)));
            }
        }
        for (place, record) in records.iter().enumerate() {
            let Some(by_word) = likeness.by_word.get_mut(&record.section) else { continue };
            for name in record.meaning.parts().filter(|name| name.can_be_part) {
                if let Some(word) = by_word.rarest_of(name) {
                    by_word.rarest.entry(word).or_default().push((place, name));
                }
            }
        }
        likeness
    }

    pub(super) fn facing(&self, shared: &Record) -> Facing {
        let (mut facing, mut seen) = (Facing::default(), vec![false; self.records]);
        // Codes and names stand first in their order.
        let (alike, others): (Vec<Key>, Vec<Key>) = shared.keys().into_iter().partition(Key::is_alike);
        for key in alike {
            self.places_of(shared, key).iter().for_each(|place| facing.add(*place, true, &mut seen));
        }
        // Where the chart has that many of its name, none need be looked for by a part of it.
        if !facing.is_cut {
            self.add_parts(shared, &mut facing, &mut seen);
        }
        for key in others {
            self.places_of(shared, key).iter().for_each(|place| facing.add(*place, false, &mut seen));
        }
        facing
    }

    fn places_of(&self, shared: &Record, key: Key) -> &[usize] {
        let places = self.by_key.get(&(shared.section, key)).map_or(&[][..], Vec::as_slice);
        places.get(..=MOST_FACING).unwrap_or(places)
    }

    /// Adds records of which a name has all words of a name of the shared one, or the other way round.
    fn add_parts(&self, shared: &Record, facing: &mut Facing, seen: &mut [bool]) {
        let Some(by_word) = self.by_word.get(&shared.section) else { return };
        let mut left = MOST_NAMES;
        for name in shared.meaning.parts() {
            let rarest = by_word.rarest_of(name).filter(|_| name.can_be_part).and_then(|word| by_word.all.get(word));
            let within = name.words.iter().filter_map(|word| by_word.rarest.get(word.as_str()));
            for (place, other) in rarest.into_iter().chain(within).flatten() {
                let Some(rest) = left.checked_sub(1) else {
                    facing.is_cut = true;
                    return;
                };
                left = rest;
                let is_part = name.can_be_part && name.words.is_subset(&other.words)
                    || other.can_be_part && other.words.is_subset(&name.words);
                if is_part {
                    facing.add(*place, true, seen);
                }
            }
        }
    }
}

impl Facing {
    fn add(&mut self, place: usize, is_alike: bool, seen: &mut [bool]) {
        if self.found.len() >= MOST_FACING {
            self.is_cut = true;
        } else if let Some(seen @ false) = seen.get_mut(place) {
            *seen = true;
            self.found.push((place, is_alike));
        }
    }
}
