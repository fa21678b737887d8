//! What is said of a whole form at once: where each item stands, what one touch ticks, how many are ticked. A form may have
//! tens of thousands of items and is drawn many times a second: this is found out when something changes, and read at each
//! frame.

use super::compared_chart::COMPARED;
use super::comparison::Comparison;
use crate::intake::{Intake, IntakeItem, ItemId, Section};
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// One value a section.
type EachSection<T> = [T; Section::ALL.len()];

const fn index(section: Section) -> usize {
    section as usize
}

/// Where things are in a form, whatever staff decide.
#[derive(Clone, Debug)]
pub(super) struct Places {
    sections: EachSection<Vec<usize>>,
    /// The first item of each source.
    sources: Vec<Option<usize>>,
    /// Whether something can be taken that is never compared: of that only a tick says what staff want.
    pub(super) has_others: bool,
}

impl Places {
    pub(super) fn new(intake: &Intake) -> Places {
        let is_other = |item: &IntakeItem| !COMPARED.contains(&item.section) && item.section != Section::Demographics;
        let mut places = Places {
            sections: EachSection::default(),
            sources: vec![None; intake.sources.len()],
            has_others: intake.items.iter().any(|item| is_other(item) && item.can_be_taken()),
        };
        for (place, item) in intake.items.iter().enumerate() {
            if let Some(section) = places.sections.get_mut(index(item.section)) {
                section.push(place);
            }
            if let Some(first) = places.sources.get_mut(item.source) {
                first.get_or_insert(place);
            }
        }
        places
    }

    pub(super) fn section(&self, section: Section) -> &[usize] {
        self.sections.get(index(section)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn source(&self, number: usize) -> Option<usize> {
        self.sources.get(number).copied().flatten()
    }
}

/// How one item stands beside the chart, ticked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) section: Section,
    pub(super) comparison: Comparison,
    pub(super) can_be_ticked: bool,
    /// Ticked with its section.
    pub(super) at_once: bool,
    /// A person should look at it, unless it is taken or left.
    pub(super) asks: bool,
    /// Staff can say that it stays out of the chart.
    pub(super) can_be_left: bool,
    /// It was decided at an earlier visit.
    pub(super) is_decided_before: bool,
    /// The same, also where staff decide anew: it stays where it stands.
    pub(super) was_decided_before: bool,
}

/// How all of them stand.
#[derive(Debug, PartialEq, Eq)]
pub struct Listing {
    items: Vec<Standing>,
    sections: EachSection<ListedSection>,
    decided_before: usize,
    /// How many of the others stand so, in the order of [`Comparison::ALL`].
    counts: [usize; Comparison::ALL.len()],
    /// Whether the chart holds one that is surely this patient's.
    pub(super) holds_some: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ListedSection {
    places: Vec<usize>,
    at_once: usize,
    can_be_ticked: bool,
}

impl Listing {
    /// `items` in the order of the form, and for each section the places of those that are shown.
    pub(super) fn new(items: Vec<Standing>, places: impl Fn(Section) -> Vec<usize>, holds_some: bool) -> Listing {
        let mut sections = EachSection::<ListedSection>::default();
        for (&section, listed) in Section::ALL.iter().zip(&mut sections) {
            listed.places = places(section);
            listed.places.sort_by_key(|place| items.get(*place).is_some_and(|item| item.was_decided_before));
        }
        for item in &items {
            if let Some(section) = sections.get_mut(index(item.section)) {
                section.at_once += usize::from(item.at_once);
                section.can_be_ticked |= item.can_be_ticked;
            }
        }
        let (mut decided_before, mut counts) = (0, [0; Comparison::ALL.len()]);
        for item in &items {
            match counts.get_mut(item.comparison as usize) {
                Some(count) if !item.is_decided_before => *count += 1,
                Some(_) | None => decided_before += 1,
            }
        }
        Listing { items, sections, decided_before, counts, holds_some }
    }

    /// The places of a section's items in the form, in the order in which they are shown: beside a chart, what needs a decision
    /// first, what was decided before last, and without what is decided field by field.
    pub fn places(&self, section: Section) -> &[usize] {
        self.sections.get(index(section)).map_or(&[], |listed| &listed.places)
    }

    /// How the item at a place compares with the chart.
    pub fn comparison(&self, place: usize) -> Comparison {
        self.items.get(place).map_or(Comparison::NotCompared, |listed| listed.comparison)
    }

    /// Whether an item of the section can be ticked.
    pub fn can_be_ticked(&self, section: Section) -> bool {
        self.sections.get(index(section)).is_some_and(|listed| listed.can_be_ticked)
    }

    /// Whether the item at a place was decided at an earlier visit, and is not asked about.
    pub fn is_decided_before(&self, place: usize) -> bool {
        self.items.get(place).is_some_and(|listed| listed.is_decided_before)
    }

    /// How many items the section's one tick takes.
    pub fn at_once(&self, section: Section) -> usize {
        self.sections.get(index(section)).map_or(0, |listed| listed.at_once)
    }

    /// How many items stand so and were not decided before.
    pub fn count(&self, comparison: Comparison) -> usize {
        self.counts.get(comparison as usize).copied().unwrap_or_default()
    }

    /// Whether staff can say of an item that it stays out of the chart.
    pub(super) fn can_be_left(&self, item: ItemId) -> bool {
        self.of(item).is_some_and(|listed| listed.can_be_left)
    }

    /// How many items were decided at an earlier visit.
    pub(super) const fn count_decided_before(&self) -> usize {
        self.decided_before
    }

    /// An item is numbered by its place.
    fn of(&self, item: ItemId) -> Option<&Standing> {
        self.items.get(usize::try_from(item.0).ok()?)
    }
}

/// How many items are ticked, and how many are not decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    taken: EachSection<usize>,
    at_once: EachSection<usize>,
    left: EachSection<usize>,
    open: EachSection<usize>,
    held: Vec<usize>,
}

impl Tally {
    /// `taken` are ticked, `left` stay out; of `changing` something goes into a policy.
    pub(super) fn new(
        listing: &Listing,
        (taken, left): (&BTreeSet<ItemId>, &BTreeSet<ItemId>),
        changing: impl Iterator<Item = ItemId>,
    ) -> Tally {
        let mut tally = Tally::default();
        for (place, item) in taken.iter().filter_map(|id| Some((usize::try_from(id.0).ok()?, listing.of(*id)?))) {
            if item.comparison == Comparison::Same {
                tally.held.push(place);
            }
            let section = index(item.section);
            if let Some(taken) = tally.taken.get_mut(section) {
                *taken += 1;
            }
            if let Some(at_once) = tally.at_once.get_mut(section) {
                *at_once += usize::from(item.at_once);
            }
        }
        for item in left.iter().filter_map(|id| listing.of(*id)) {
            if let Some(left) = tally.left.get_mut(index(item.section)) {
                *left += usize::from(item.at_once);
            }
        }
        let decided: BTreeSet<ItemId> = taken.iter().chain(left).copied().chain(changing).collect();
        for (place, item) in listing.items.iter().enumerate().filter(|(_, item)| item.asks) {
            let is_decided = u32::try_from(place).is_ok_and(|place| decided.contains(&ItemId(place)));
            if let Some(open) = tally.open.get_mut(index(item.section)) {
                *open += usize::from(!is_decided);
            }
        }
        tally
    }

    /// Of a section.
    pub fn taken(&self, section: Section) -> usize {
        self.taken.get(index(section)).copied().unwrap_or_default()
    }

    /// Of those that the section's one tick takes.
    pub fn at_once(&self, section: Section) -> usize {
        self.at_once.get(index(section)).copied().unwrap_or_default()
    }

    /// Of those as well, how many staff left out.
    pub fn left(&self, section: Section) -> usize {
        self.left.get(index(section)).copied().unwrap_or_default()
    }

    /// The places of those that the chart holds and that are filed all the same.
    pub fn held(&self) -> &[usize] {
        &self.held
    }

    /// Items of a section that a person should look at and nobody took or left.
    pub fn open(&self, section: Section) -> usize {
        self.open.get(index(section)).copied().unwrap_or_default()
    }

    /// The same of all sections.
    pub(super) fn all_open(&self) -> usize {
        self.open.iter().sum()
    }
}

/// What was found out since the last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Overview {
    pub(super) listing: OnceLock<Arc<Listing>>,
    pub(super) tally: OnceLock<Tally>,
}

impl Overview {
    /// Something was ticked, or taken into a policy.
    pub(super) fn ticks_changed(&mut self) {
        self.tally.take();
    }
}
