//! What was filed of one check-in, as staff see it who may undo it: record by record, and which of them they ticked. Nothing is ticked
//! before they do.

use crate::delivery::{Offer, Receipt, UndoPlan, UndoRow};
use std::collections::BTreeSet;

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndoForm {
    /// The receipt as it lies on disk.
    stored: Receipt,
    /// The same, with what a search found of what was in doubt.
    receipt: Receipt,
    rows: Vec<UndoRow>,
    ticked: BTreeSet<usize>,
    /// What came of the facts for a breach notice.
    pub facts: FactsPage,
}

/// The page with the facts for a breach notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactsPage {
    /// Nobody asked for it.
    NotAsked,
    /// It was asked for.
    Asked,
    /// It lies in the clinic's folder, under this name.
    Written(String),
    /// It could not be written.
    Failed,
}

impl UndoForm {
    /// Nothing ticked.
    pub fn new((stored, receipt): (Receipt, Receipt), rows: Vec<UndoRow>) -> UndoForm {
        UndoForm { stored, receipt, rows, ticked: BTreeSet::new(), facts: FactsPage::NotAsked }
    }

    /// Each thing that the check-in did.
    pub fn rows(&self) -> &[UndoRow] {
        &self.rows
    }

    /// What was filed, withdrawn and undone of it.
    pub fn receipt(&self) -> &Receipt {
        &self.receipt
    }

    /// Whether staff ticked this one.
    pub fn is_ticked(&self, place: usize) -> bool {
        self.ticked.contains(&place)
    }

    /// How many they ticked.
    pub fn ticked(&self) -> usize {
        self.ticked.len()
    }

    /// Ticks or unticks one that can be undone from here.
    pub(super) fn toggle(&mut self, place: usize) {
        let can_be = self.rows.get(place).is_some_and(|row| matches!(row.offer, Offer::Step(_)));
        if can_be && !self.ticked.remove(&place) {
            self.ticked.insert(place);
        }
    }

    /// What they ticked, as a plan, with the receipt that it was made from; none where they ticked nothing.
    pub(super) fn plan(&self, by: &str) -> Option<(UndoPlan, Receipt)> {
        let steps = self.ticked.iter().filter_map(|place| match &self.rows.get(*place)?.offer {
            Offer::Step(step) => Some(step.clone()),
            Offer::Undone(_) | Offer::ByHand(_) | Offer::Unread => None,
        });
        let steps: Vec<_> = steps.collect();
        let plan = UndoPlan { receipt: self.receipt.clone(), by: by.to_owned(), steps };
        (!plan.steps.is_empty()).then(|| (plan, self.stored.clone()))
    }
}
