//! An insurance card beside the policy of the chart that it resembles, field by field. What staff take becomes a [`Change`] of
//! that policy with everything else in it kept; the other way is to file the card as a new one.

use super::Change;
use crate::fhir::{Resource, found, words, words_at};
use crate::intake::{FactKind, ItemId, plain_text};
use crate::sensitive::Sensitive;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A field of a Coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyField {
    /// Member or subscriber id.
    MemberId,
    /// Insurance group.
    Group,
    /// Insurance plan.
    Plan,
    /// Pharmacy routing number.
    RxBin,
    /// Pharmacy processor number.
    RxPcn,
    /// Pharmacy group.
    RxGroup,
    /// From when to when.
    Period,
}

impl PolicyField {
    /// All fields, in the order in which they are shown.
    pub const ALL: [PolicyField; 7] = [
        PolicyField::MemberId,
        PolicyField::Group,
        PolicyField::Plan,
        PolicyField::RxBin,
        PolicyField::RxPcn,
        PolicyField::RxGroup,
        PolicyField::Period,
    ];

    /// The fact that it is on an item.
    pub const fn fact(self) -> FactKind {
        match self {
            PolicyField::MemberId => FactKind::MemberId,
            PolicyField::Group => FactKind::Group,
            PolicyField::Plan => FactKind::Plan,
            PolicyField::RxBin => FactKind::RxBin,
            PolicyField::RxPcn => FactKind::RxPcn,
            PolicyField::RxGroup => FactKind::RxGroup,
            PolicyField::Period => FactKind::Period,
        }
    }

    /// The element of the Coverage, and the class in it.
    const fn place(self) -> (&'static str, Option<&'static str>) {
        match self {
            PolicyField::MemberId => ("subscriberId", None),
            PolicyField::Group => ("class", Some("group")),
            PolicyField::Plan => ("class", Some("plan")),
            PolicyField::RxBin => ("class", Some("rxbin")),
            PolicyField::RxPcn => ("class", Some("rxpcn")),
            PolicyField::RxGroup => ("class", Some("rxgroup")),
            PolicyField::Period => ("period", None),
        }
    }

    /// What a Coverage says.
    fn of(self, coverage: &Resource) -> Option<String> {
        let json = coverage.json().reveal();
        match self.place() {
            ("subscriberId", _) => words_at(json, "subscriberId").or_else(|| words_at(json, "identifier/value")),
            (_, Some(class)) => words(&class_of(json, class)?["value"]),
            (element, None) => words_at(json, element),
        }
    }

    /// Puts the shared value in its place in the element; the rest stays.
    fn set(self, element: &mut Value, shared: &Resource) {
        let json = shared.json().reveal();
        match self.place() {
            ("subscriberId", _) => *element = self.of(shared).map_or(Value::Null, Value::from),
            (_, Some(class)) => {
                let Some(wanted) = class_of(json, class) else { return };
                let known = element.as_array().and_then(|list| list.iter().position(|it| is_class(it, class)));
                let mut fresh =
                    known.and_then(|at| element.get(at).cloned()).unwrap_or_else(|| json!({"type": wanted["type"]}));
                for member in ["value", "name"] {
                    if !wanted[member].is_null() {
                        fresh[member] = wanted[member].clone();
                    }
                }
                if !element.is_array() {
                    *element = json!([]);
                }
                let Some(list) = element.as_array_mut() else { return };
                match known.and_then(|at| list.get_mut(at)) {
                    Some(there) => *there = fresh,
                    None => list.push(fresh),
                }
            }
            (name, None) => *element = json[name].clone(),
        }
    }
}

fn class_of<'a>(coverage: &'a Value, class: &str) -> Option<&'a Value> {
    found(coverage, "class").into_iter().find(|it| is_class(it, class))
}

fn is_class(of: &Value, class: &str) -> bool {
    found(of, "type/coding/code").iter().any(|code| **code == class)
}

/// One field of a card that the chart has otherwise.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    /// Which field.
    pub field: PolicyField,
    /// What the card says.
    pub shared: Sensitive<String>,
    /// What the chart says.
    pub chart: Option<Sensitive<String>>,
    /// Whether staff take it.
    pub taken: bool,
}

/// The fields that differ. Where the card says nothing, the chart stays.
pub(super) fn rows(shared: &Resource, chart: &Resource, taken: impl Fn(PolicyField) -> bool) -> Vec<PolicyRow> {
    let letters =
        |text: &str| text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>();
    let rows = PolicyField::ALL.into_iter().filter_map(|field| {
        let (shared, chart) = (field.of(shared)?, field.of(chart));
        let differs = chart.as_deref().map(letters) != Some(letters(&shared));
        let chart = chart.map(|text| plain_text(&text));
        differs.then(|| PolicyRow { field, shared: plain_text(&shared), chart, taken: taken(field) })
    });
    rows.collect()
}

/// What is taken of a card, one change an element of the chart's policy.
pub(super) fn changes(
    (item, shared): (ItemId, &Resource),
    (target, chart): (&str, &Resource),
    taken: &BTreeSet<PolicyField>,
) -> Vec<Change> {
    let json = chart.json().reveal();
    let mut elements: BTreeMap<&'static str, Value> = BTreeMap::new();
    for field in taken {
        let (name, _) = field.place();
        field.set(elements.entry(name).or_insert_with(|| json[name].clone()), shared);
    }
    let changed = elements.into_iter().filter(|(element, becomes)| json[*element] != *becomes);
    let change = |(element, becomes): (&'static str, Value)| Change {
        target: target.to_owned(),
        element,
        was: Sensitive::new(json[element].clone()),
        becomes: Sensitive::new(becomes),
        item: Some(item),
    };
    changed.map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(member: &str, classes: Value) -> Resource {
        Resource::from_json(json!({"resourceType": "Coverage", "subscriberId": member, "class": classes}))
            .expect("a card")
    }

    fn class(code: &str, value: &str) -> Value {
        json!({"type": {"coding": [{"code": code}]}, "value": value})
    }

    #[test]
    fn a_taken_field_changes_its_place_in_the_policy_and_nothing_else() {
        let shared = coverage("A-2", json!([class("group", "G2"), class("rxbin", "999")]));
        let chart = coverage("A1", json!([class("network", "N"), class("group", "G1")]));
        let rows = rows(&shared, &chart, |_| false);
        assert_eq!(
            rows.iter().map(|row| row.field).collect::<Vec<_>>(),
            [PolicyField::MemberId, PolicyField::Group, PolicyField::RxBin]
        );
        let taken = [PolicyField::Group, PolicyField::RxBin].into();
        let found = changes((ItemId(3), &shared), ("Coverage/k", &chart), &taken);
        let [change] = &found[..] else { panic!("one element, {found:?}") };
        assert_eq!((change.target.as_str(), change.element, change.item), ("Coverage/k", "class", Some(ItemId(3))));
        assert_eq!(
            change.becomes.reveal(),
            &json!([class("network", "N"), class("group", "G2"), class("rxbin", "999")])
        );
        let taken = [PolicyField::MemberId].into();
        let found = changes((ItemId(3), &shared), ("Coverage/k", &chart), &taken);
        assert_eq!((found[0].was.reveal(), found[0].becomes.reveal()), (&json!("A1"), &json!("A-2")));
    }
}
