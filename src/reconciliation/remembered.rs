//! What staff decided beside a chart at earlier visits: what they left out, what they filed, which value of the chart they kept,
//! which section they went through.
//!
//! A decision is about what staff had before their eyes: what the item said, how sure that was, and what the chart said beside it.
//! [`ContentKey`] stands for exactly that, so one letter that is another makes it another question, and it is asked again.

use super::compared_chart::ComparedItem;
use super::comparison::Comparison;
use super::field::Field;
use super::policy::PolicyRow;
use crate::intake::{IntakeItem, ItemId, Section};
use crate::sensitive::Sensitive;
use aws_lc_rs::digest::{Context, SHA256};
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

/// SHA-256 of what a decision is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContentKey([u8; 32]);

impl ContentKey {
    /// From the bytes of [`ContentKey::bytes`].
    pub const fn from_bytes(bytes: [u8; 32]) -> ContentKey {
        ContentKey(bytes)
    }

    /// The digest.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// An item as it is shown, beside what the chart says.
    pub(super) fn of_item(item: &IntakeItem, beside: Option<&ComparedItem>) -> ContentKey {
        let mut parts = Parts::new("item 1");
        parts
            .add(item.section.text_id())
            .add(item.resource.kind())
            .add(item.title.reveal())
            .add(item.assurance().code());
        parts.count(item.cautions.len());
        for caution in &item.cautions {
            parts.add(caution.text_id());
        }
        parts.count(item.facts.len());
        for fact in &item.facts {
            parts.add(fact.kind.text_id()).add(fact.said.as_written());
        }
        // Two documents may say the same of themselves.
        if !item.viewable_names().is_empty() {
            parts.add(&item.resource.json().reveal().to_string());
        }
        let Some(beside) = beside else { return parts.key() };
        parts.add(said(beside.looks_like.as_ref()));
        match beside.comparison {
            // The chart has nothing like it, or the EHR does not tell.
            Comparison::New | Comparison::NotCompared => {}
            Comparison::Changed | Comparison::Possibly | Comparison::Same => {
                parts.add(beside.comparison.text_id());
                let titles = beside.entry.iter().map(|(_, title)| title).chain(&beside.also);
                parts.count(titles.clone().count());
                for title in titles {
                    parts.add(title.reveal());
                }
                parts.add(target(beside));
                for difference in &beside.differences {
                    parts.add(difference.field.text_id()).add(difference.element.unwrap_or_default());
                    parts.add(difference.shared.reveal()).add(difference.chart.reveal());
                }
            }
        }
        parts.key()
    }

    /// A card of which these fields of the chart's policy stay as they are.
    pub(super) fn of_card(item: &IntakeItem, beside: &ComparedItem, rows: &[PolicyRow]) -> ContentKey {
        let mut parts = Parts::new("card 1");
        parts.0.update(ContentKey::of_item(item, None).bytes());
        parts.add(target(beside));
        for row in rows.iter().filter(|row| !row.taken) {
            parts.add(row.field.fact().text_id()).add(row.shared.reveal()).add(said(row.chart.as_ref()));
        }
        parts.key()
    }

    /// A personal detail beside what the chart says.
    pub(super) fn of_field(
        field: Field,
        shared: Option<&Sensitive<String>>,
        chart: Option<&Sensitive<String>>,
    ) -> ContentKey {
        Parts::new("field 1").add(field.text_id()).add(said(shared)).add(said(chart)).key()
    }

    /// A section as a whole.
    pub(super) fn of_section(section: Section) -> ContentKey {
        Parts::new("section 1").add(section.text_id()).key()
    }
}

fn said(value: Option<&Sensitive<String>>) -> &str {
    value.map_or("", |value| value.reveal().trim())
}

fn target(beside: &ComparedItem) -> &str {
    beside.entry.as_ref().map_or("", |(target, _)| target)
}

/// Texts, each with its length before it, so that no two lists of them run together.
struct Parts(Context);

impl Parts {
    fn new(of: &str) -> Parts {
        let mut parts = Parts(Context::new(&SHA256));
        parts.add("ktc-kiosk decided").add(of);
        parts
    }

    fn add(&mut self, text: &str) -> &mut Parts {
        self.count(text.len());
        self.0.update(text.as_bytes());
        self
    }

    fn count(&mut self, number: usize) {
        self.0.update(&(number as u64).to_be_bytes());
    }

    fn key(&self) -> ContentKey {
        let mut digest = [0; 32];
        digest.copy_from_slice(self.0.clone().finish().as_ref());
        ContentKey(digest)
    }
}
