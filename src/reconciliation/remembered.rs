//! What staff decided beside a chart at earlier visits: what they left out, what they filed, which value of the chart they kept,
//! which section they went through.

use super::content_key::ContentKey;
use crate::intake::ItemId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use strum::VariantArray as _;

/// What staff decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantArray)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case", prefix = "before-")]
pub enum Decided {
    /// It stays out of the chart.
    LeftOut,
    /// It was filed as a record of its own. Where the chart does not have it, it is asked about again.
    Filed,
    /// It was filed where no comparison sees it: in a document, in the folder, or held for somebody at the EHR.
    FiledElsewhere,
    /// The chart's own value stays.
    KeptChart,
    /// Nothing of the section was left undecided.
    Reviewed,
}

impl Decided {
    /// All of them.
    pub const ALL: &'static [Decided] = Decided::VARIANTS;

    /// The id under which `assets/` holds the sentence.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// A decision of an earlier visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedBefore {
    /// What was decided.
    pub decided: Decided,
    /// Name of the staff member.
    pub by: String,
    /// The day, for people.
    pub day: String,
}

/// A decision to be remembered, or to be forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// About what.
    pub content: ContentKey,
    /// The item, where it is filed.
    pub item: Option<ItemId>,
    /// What was decided; none where an earlier decision was taken back.
    pub decided: Option<Decided>,
}

/// All that staff decided before about one chart.
pub type Remembered = BTreeMap<ContentKey, DecidedBefore>;
