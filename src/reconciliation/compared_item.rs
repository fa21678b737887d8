//! A shared record, and what it was found beside.

use super::chart::Difference;
use super::comparison::Comparison;
use super::content_key::ContentKey;
use crate::sensitive::Sensitive;

/// One shared record beside the chart.
#[derive(Clone, Debug)]
pub struct ComparedItem {
    /// How it compares with the chart.
    pub comparison: Comparison,
    /// The record of the chart that it is, or resembles: `Type/id`, and its name.
    pub entry: Option<(String, Sensitive<String>)>,
    /// Where the item's words and its code name different things: what else in the chart either of them meets.
    pub also: Vec<Sensitive<String>>,
    /// What the chart says otherwise.
    pub differences: Vec<Difference>,
    /// A medicine of the chart with which this one may be confused.
    pub looks_like: Option<Sensitive<String>>,
    /// What a decision about it is about; none where the chart holds it.
    pub(super) content: Option<ContentKey>,
}
