//! What an EHR will not have of an item as a record of its own, told to staff before they confirm it.

use super::Strategy;
use super::discrete::discrete;
use super::rebuild::is_record;
use super::site::{Fit, Site};
use crate::fhir::RecordType;
use crate::intake::{Intake, IntakeItem, ItemId, Section};
use serde_json::Value;
use std::collections::BTreeMap;

/// What becomes of an item that this EHR does not take as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Loss {
    /// It can be read in the document of the check-in, and is in no list of the chart.
    OnlyInDocument,
    /// Something of it can be read in the document alone.
    PartlyInDocument,
    /// It goes into the clinic's folder: somebody enters it by hand.
    ByHand,
}

impl Loss {
    /// All of them.
    pub const ALL: &'static [Loss] = <Loss as strum::VariantArray>::VARIANTS;

    /// The id under which `assets/` holds the words for the desk.
    pub const fn text_id(self) -> &'static str {
        match self {
            Loss::OnlyInDocument => "loss-only-in-document",
            Loss::PartlyInDocument => "loss-partly-in-document",
            Loss::ByHand => "loss-by-hand",
        }
    }
}

/// What becomes of each item that would be a record elsewhere. Where a clinic files no records at all, nothing is said of each.
pub fn losses(site: &Site, intake: &Intake) -> BTreeMap<ItemId, Loss> {
    match site.profile.strategy {
        Strategy::Transaction | Strategy::Creates => {
            let lost = |item: &IntakeItem| Some((item.id, loss(site, item, intake)?));
            intake.items.iter().filter_map(lost).collect()
        }
        Strategy::Documents | Strategy::Questionnaire | Strategy::Folder => BTreeMap::new(),
    }
}

fn loss(site: &Site, item: &IntakeItem, intake: &Intake) -> Option<Loss> {
    if item.section == Section::Demographics || !item.can_be_taken() || !is_record(item) {
        return None;
    }
    let kind = item.resource.record_type()?;
    let fit = match (site.create_mode(kind), discrete(item, intake.day)) {
        (Some(_), Some(record)) => site.fit(kind, &mut Value::Object(record.members)),
        (None, _) | (_, None) => Fit::Refused,
    };
    let has_document = site.takes_document("text/plain", 0) || site.takes_document("application/pdf", 0);
    match fit {
        Fit::Whole => None,
        Fit::Trimmed if has_document => Some(Loss::PartlyInDocument),
        // The words of a document are no document: it lies in the folder.
        Fit::Refused if has_document && kind != RecordType::DocumentReference => Some(Loss::OnlyInDocument),
        Fit::Trimmed | Fit::Refused => Some(Loss::ByHand),
    }
}
