//! What is said of a whole form at once: where each item stands, what one touch ticks, how many are ticked. A form may have
//! tens of thousands of items and is drawn many times a second: this is found out when something changes, and read at each
//! frame.

use super::{Comparison, Reconciliation};
use crate::intake::{Intake, IntakeItem, ItemId, Section};
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
}

impl Places {
    pub(super) fn new(intake: &Intake) -> Places {
        let mut places = Places { sections: EachSection::default(), sources: vec![None; intake.sources.len()] };
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

/// How the items stand beside the chart, ticked or not.
#[derive(Debug)]
pub struct Listing {
    items: Vec<Listed>,
    sections: EachSection<ListedSection>,
    /// Whether the chart holds one that is surely this patient's.
    pub(super) holds_some: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Listed {
    section: Section,
    comparison: Comparison,
    /// Ticked with its section.
    at_once: bool,
    /// A person should look at it, unless it is taken.
    asks: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct ListedSection {
    places: Vec<usize>,
    at_once: usize,
    can_be_ticked: bool,
}

impl Listing {
    fn new(review: &Reconciliation) -> Listing {
        let by_field = review.chosen().and_then(|_| review.demographics()).map(|item| item.id);
        let compared = review.compared();
        let mut listing = Listing { items: Vec::new(), sections: EachSection::default(), holds_some: false };
        listing.items.reserve_exact(review.intake.items.len());
        for item in &review.intake.items {
            let comparison = review.comparison(item.id);
            let at_once = review.is_taken_at_once(item);
            let asks = compared.is_some_and(|compared| {
                item.can_be_taken()
                    && (compared.not_compared.contains(&item.section)
                        || matches!(comparison, Comparison::Changed | Comparison::Possibly | Comparison::New))
            });
            listing.holds_some |= comparison == Comparison::Same && review.is_settled(item);
            if let Some(section) = listing.sections.get_mut(index(item.section)) {
                section.at_once += usize::from(at_once);
                section.can_be_ticked |= review.can_be_ticked(item);
            }
            listing.items.push(Listed { section: item.section, comparison, at_once, asks });
        }
        for (&section, listed) in Section::ALL.iter().zip(&mut listing.sections) {
            let places = compared.map_or_else(|| review.places.section(section), |compared| compared.order(section));
            let is_by_field =
                |place: &usize| by_field.is_some() && review.intake.items.get(*place).map(|item| item.id) == by_field;
            listed.places = places.iter().copied().filter(|place| !is_by_field(place)).collect();
        }
        listing
    }

    /// The places of a section's items in the form, in the order in which they are shown: beside a chart, what needs a decision
    /// first, and without what is decided field by field.
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

    /// How many items the section's one tick takes.
    pub fn at_once(&self, section: Section) -> usize {
        self.sections.get(index(section)).map_or(0, |listed| listed.at_once)
    }

    /// An item is numbered by its place.
    fn of(&self, item: ItemId) -> Option<&Listed> {
        self.items.get(usize::try_from(item.0).ok()?)
    }
}

/// How many items are ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    taken: EachSection<usize>,
    at_once: EachSection<usize>,
    open: usize,
}

impl Tally {
    fn new(review: &Reconciliation) -> Tally {
        let listing = review.listing();
        let mut tally = Tally { open: listing.items.iter().filter(|listed| listed.asks).count(), ..Tally::default() };
        for listed in review.ticked.iter().filter_map(|item| listing.of(*item)) {
            let section = index(listed.section);
            if let Some(taken) = tally.taken.get_mut(section) {
                *taken += 1;
            }
            if let Some(at_once) = tally.at_once.get_mut(section) {
                *at_once += usize::from(listed.at_once);
            }
            tally.open -= usize::from(listed.asks);
        }
        let changing = review.chosen().into_iter().flat_map(|chosen| chosen.decisions().changing_policies());
        let asks = |item: &ItemId| !review.ticked.contains(item) && listing.of(*item).is_some_and(|it| it.asks);
        tally.open -= changing.filter(asks).count();
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

    /// Items that a person should look at and nobody took.
    pub(super) const fn open(&self) -> usize {
        self.open
    }
}

/// What was found out since the last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Overview {
    listing: OnceLock<Arc<Listing>>,
    tally: OnceLock<Tally>,
}

impl Overview {
    /// Something was ticked, or taken into a policy.
    pub(super) fn ticks_changed(&mut self) {
        self.tally.take();
    }
}

impl Reconciliation {
    /// How the items stand beside the chart. It is another one when that changes.
    pub fn listing(&self) -> &Arc<Listing> {
        self.overview.listing.get_or_init(|| Arc::new(Listing::new(self)))
    }

    /// How many items are ticked.
    pub fn tally(&self) -> &Tally {
        self.overview.tally.get_or_init(|| Tally::new(self))
    }

    /// The items of a section as they were shared.
    pub fn section(&self, section: Section) -> impl Iterator<Item = &IntakeItem> {
        self.places.section(section).iter().filter_map(|place| self.intake.items.get(*place))
    }

    /// The first item of a source.
    pub fn first_of_source(&self, number: usize) -> Option<&IntakeItem> {
        self.intake.items.get(self.places.source(number)?)
    }

    /// An item by its id, which is its place.
    pub fn item(&self, id: ItemId) -> Option<&IntakeItem> {
        let item = self.intake.items.get(usize::try_from(id.0).ok()?)?;
        (item.id == id).then_some(item)
    }

    /// Whether what is remembered is what a look at every item says.
    #[cfg(test)]
    pub(super) fn remembers_rightly(&self) -> bool {
        let fresh = Reconciliation { overview: Overview::default(), ..self.clone() };
        let (one, other) = (self.listing(), fresh.listing());
        one.items == other.items
            && one.sections == other.sections
            && one.holds_some == other.holds_some
            && self.tally() == fresh.tally()
    }
}
