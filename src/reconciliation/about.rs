//! What a decision is about: what staff had before their eyes. What the item said, how sure that was, and what the chart said beside
//! it; so one letter that is another makes it another question, and it is asked again.

use super::compared_item::ComparedItem;
use super::comparison::Comparison;
use super::content_key::{ContentKey, Parts};
use super::field::Field;
use super::policy::PolicyRow;
use crate::intake::{IntakeItem, Section};
use crate::sensitive::Sensitive;
use crate::trust::IssuerUrl;

impl ContentKey {
    /// An item as it is shown, beside what the chart says.
    pub(super) fn of_item(item: &IntakeItem, beside: Option<&ComparedItem>) -> ContentKey {
        let mut parts = Parts::new("item 1");
        parts
            .add(item.section.text_id())
            .add(item.resource.kind())
            .add(item.title.reveal())
            .add(item.assurance().code())
            .add(item.assurance().issuer().map_or("", IssuerUrl::as_str));
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
        for target in &item.targets {
            parts.add(&target.concept.reveal().to_string());
        }
        parts.add(said(beside.and_then(|beside| beside.looks_like.as_ref())));
        let Some(beside) = beside else { return parts.key() };
        match beside.comparison {
            Comparison::New => {}
            // The EHR does not tell of its part of the chart.
            Comparison::NotCompared => {
                parts.add(beside.comparison.text_id());
            }
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
        parts.include(&ContentKey::of_item(item, None));
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
