//! An insurance card beside the policy of the chart that it resembles, field by field. What staff take becomes a [`Change`] of
//! that policy with everything else in it kept; the other way is to file the card as a new one.

use super::confirmed::Change;
use super::field_change::only;
use super::terms::letters;
use crate::fhir::{Resource, found, words, words_at};
use crate::intake::{FactKind, ItemId};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::time::Day;
use serde_json::{Value, json};
use strum::VariantArray as _;

/// A field of a Coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
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
    pub const ALL: &'static [PolicyField] = PolicyField::VARIANTS;

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
    fn shown_in(self, coverage: &Resource, day: Day) -> Option<String> {
        let json = coverage.json().reveal();
        match self.place() {
            ("subscriberId", _) => {
                ["subscriberId", "identifier/value"].iter().find_map(|path| words_at(json, path, day))
            }
            (_, Some(class)) => words(&class_of(json, class)?["value"], day),
            (element, None) => words_at(json, element, day),
        }
    }

    /// Puts the shared value in its place in the element. No more is written than was shown, and the rest stays.
    fn set(self, element: &mut Value, shared: &Resource, day: Day) {
        let json = shared.json().reveal();
        match self.place() {
            ("subscriberId", _) => *element = self.shown_in(shared, day).map_or(Value::Null, Value::from),
            (_, Some(class)) => {
                let Some(wanted) = class_of(json, class) else { return };
                let known = element.as_array().and_then(|list| list.iter().position(|it| is_class(it, class)));
                let mut fresh = known.and_then(|at| element.get(at).cloned()).unwrap_or_else(|| {
                    let coding = found(wanted, "type/coding").into_iter().find(|coding| coding["code"] == class);
                    json!({"type": {"coding": coding.map(|coding| vec![only(coding, &["system", "code"])])}})
                });
                fresh["value"] = wanted["value"].clone();
                if !element.is_array() {
                    *element = json!([]);
                }
                let Some(list) = element.as_array_mut() else { return };
                match known.and_then(|at| list.get_mut(at)) {
                    Some(there) => *there = fresh,
                    None => list.push(fresh),
                }
            }
            (name, None) => *element = only(&json[name], &["start", "end"]),
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
    /// The field of the Coverage.
    pub field: PolicyField,
    /// The card's value.
    pub shared: Sensitive<String>,
    /// What the chart says.
    pub chart: Option<Sensitive<String>>,
    /// Whether staff take it.
    pub taken: bool,
}

/// An insurance card beside the policy of the chart that it resembles.
#[derive(Clone, Debug)]
pub(super) struct ComparedPolicy {
    /// The policy, `Type/id`.
    pub target: String,
    /// The policy as the chart has it.
    chart: Resource,
    /// The day of the check-in.
    day: Day,
    /// The fields that differ, each with what staff decided.
    pub rows: Vec<PolicyRow>,
}

impl ComparedPolicy {
    /// Nothing is taken.
    pub fn new(target: &str, shared: &Resource, chart: &Resource, day: Day) -> ComparedPolicy {
        ComparedPolicy { target: target.to_owned(), chart: chart.clone(), day, rows: rows(shared, chart, day) }
    }
}

/// The fields that differ. Where the card says nothing, the chart stays.
fn rows(shared: &Resource, chart: &Resource, day: Day) -> Vec<PolicyRow> {
    let rows = PolicyField::ALL.iter().filter_map(|&field| {
        let (shared, chart) = (field.shown_in(shared, day)?, field.shown_in(chart, day));
        let differs = chart.as_deref().map(letters) != Some(letters(&shared));
        let chart = chart.map(|text| plain_text(&text));
        differs.then(|| PolicyRow { field, shared: plain_text(&shared), chart, taken: false })
    });
    rows.collect()
}

/// What is taken of a card, one change an element of the chart's policy: what another card already changes in it stays.
pub(super) fn change(
    changes: &mut Vec<Change>,
    (item, shared): (ItemId, &Resource),
    ComparedPolicy { target, chart, day, rows }: &ComparedPolicy,
) {
    let json = chart.json().reveal();
    for field in rows.iter().filter(|row| row.taken).map(|row| row.field) {
        let (element, _) = field.place();
        let known = changes.iter().position(|change| change.target == *target && change.element == element);
        let was = Sensitive::new(json[element].clone());
        let mut change = known.map(|at| changes.remove(at)).unwrap_or_else(|| Change {
            target: target.clone(),
            element,
            becomes: was.clone(),
            was,
            item: Some(item),
            only_while: Vec::new(),
        });
        let mut becomes = change.becomes.reveal().clone();
        field.set(&mut becomes, shared, *day);
        change.becomes = Sensitive::new(becomes);
        changes.push(change);
    }
    changes.retain(|change| change.was != change.becomes);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn coverage(member: &str, classes: Value) -> Resource {
        Resource::from_json(json!({"resourceType": "Coverage", "subscriberId": member, "class": classes}))
            .expect("a card")
    }

    fn take(changes: &mut Vec<Change>, shared: (ItemId, &Resource), chart: &Resource, fields: &[PolicyField]) {
        let mut policy = ComparedPolicy::new("Coverage/k", shared.1, chart, DAY);
        policy.rows.iter_mut().for_each(|row| row.taken = fields.contains(&row.field));
        change(changes, shared, &policy);
    }

    fn class(code: &str, value: &str) -> Value {
        json!({"type": {"coding": [{"code": code}]}, "value": value})
    }

    #[test]
    fn a_taken_field_changes_its_place_in_the_policy_and_nothing_else() {
        let shared = coverage("A-2", json!([class("group", "G2"), class("rxbin", "999")]));
        let chart = coverage("A1", json!([class("network", "N"), class("group", "G1")]));
        let rows = rows(&shared, &chart, DAY);
        assert_eq!(
            rows.iter().map(|row| row.field).collect::<Vec<_>>(),
            [PolicyField::MemberId, PolicyField::Group, PolicyField::RxBin]
        );
        let mut found = Vec::new();
        take(&mut found, (ItemId(3), &shared), &chart, &[PolicyField::Group, PolicyField::RxBin]);
        let [change] = &found[..] else { panic!("one element, {found:?}") };
        assert_eq!((change.target.as_str(), change.element, change.item), ("Coverage/k", "class", Some(ItemId(3))));
        assert_eq!(
            change.becomes.reveal(),
            &json!([class("network", "N"), class("group", "G2"), class("rxbin", "999")])
        );
        let mut found = Vec::new();
        take(&mut found, (ItemId(3), &shared), &chart, &[PolicyField::MemberId]);
        assert_eq!((found[0].was.reveal(), found[0].becomes.reveal()), (&json!("A1"), &json!("A-2")));
    }

    #[test]
    fn two_cards_of_one_policy_make_one_change_of_an_element() {
        let (medical, pharmacy) =
            (coverage("A1", json!([class("group", "G2")])), coverage("A1", json!([class("rxbin", "999")])));
        let chart = coverage("A1", json!([class("group", "G1"), class("rxbin", "1")]));
        let mut found = Vec::new();
        take(&mut found, (ItemId(1), &medical), &chart, &[PolicyField::Group]);
        take(&mut found, (ItemId(2), &pharmacy), &chart, &[PolicyField::RxBin]);
        let [one] = &found[..] else { panic!("one element, {found:?}") };
        assert_eq!(one.was.reveal(), &chart.json().reveal()["class"]);
        assert_eq!(one.becomes.reveal(), &json!([class("group", "G2"), class("rxbin", "999")]));
    }

    #[test]
    fn no_more_of_a_class_or_period_is_written_than_was_shown() {
        let hidden = json!({"type": {"text": "T", "coding": [{"code": "group", "display": "D"}]}, "value": "G2",
            "name": "Hidden", "extension": [{"url": "x"}]});
        let mut shared = coverage("A1", json!([hidden])).json().reveal().clone();
        shared["period"] = json!({"start": "2025", "extension": [{"url": "x"}]});
        let shared = Resource::from_json(shared).expect("a card");
        let mut named = class("group", "G1");
        named["name"] = json!("Gold");
        let becomes = |classes: Value| {
            let mut found = Vec::new();
            let chart = coverage("A1", classes);
            take(&mut found, (ItemId(1), &shared), &chart, &[PolicyField::Group, PolicyField::Period]);
            found.iter().map(|change| change.becomes.reveal().clone()).collect::<Vec<_>>()
        };
        let mut kept = class("group", "G2");
        assert_eq!(becomes(json!([])), [json!([kept]), json!({"start": "2025"})]);
        kept["name"] = json!("Gold");
        assert_eq!(becomes(json!([named]))[0], json!([kept]));
    }
}
