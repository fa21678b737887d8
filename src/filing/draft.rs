//! Resources as they are filed or kept, and the steps made of them.

use super::name::Name;
use super::readable::Readable;
use super::site::{Fit, Site};
use super::systems::ITEM;
use super::{Create, Expected, Keep, RepeatSafety, Step, Transaction};
use crate::fhir::RecordType;
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One resource as it is filed or kept.
pub(super) struct Draft {
    pub items: Vec<ItemId>,
    pub name: Name,
    pub kind: RecordType,
    pub json: Value,
    pub fit: Fit,
}

/// One transaction where the EHR takes it and looks before it creates; else one create after the other.
pub(super) fn creating(drafts: Vec<Draft>, site: &Site) -> Vec<Step> {
    let again = |draft: &Draft| site.create_mode(draft.kind).unwrap_or(RepeatSafety::Never);
    let expected =
        |draft: &Draft| Expected { items: draft.items.clone(), kind: draft.kind, name: draft.name.value.clone() };
    if drafts.is_empty() {
        return Vec::new();
    }
    if site.transactions() && drafts.iter().all(|draft| again(draft) == RepeatSafety::Conditional) {
        let expected = drafts.iter().map(expected).collect();
        let entries: Vec<Value> = drafts.into_iter().map(entry).collect();
        let bundle = Sensitive::new(json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}));
        return vec![Step::Transaction(Transaction { bundle, expected })];
    }
    let create = |draft: Draft| {
        let (again, expected) = (again(&draft), expected(&draft));
        let duplicate_codes = site.profile.duplicate_codes.clone();
        let (urn, resource) = (draft.name.urn, Sensitive::new(draft.json));
        Step::Create(Create { resource, urn, expected, again, duplicate_codes })
    };
    targets_first(drafts).into_iter().map(create).collect()
}

/// A create can refer only to what is there: targets come first, else the order stays. Where records refer to each other, one
/// of them says in words what it refers to; the Patient first, so that no record loses the person whose it is.
fn targets_first(drafts: Vec<Draft>) -> Vec<Draft> {
    let with_urns = |draft: Draft| (urns_of(&draft.json), draft);
    let mut waiting: Vec<(BTreeSet<String>, Draft)> = drafts.into_iter().map(with_urns).collect();
    let kinds: BTreeMap<String, RecordType> =
        waiting.iter().map(|(_, draft)| (draft.name.urn.clone(), draft.kind)).collect();
    let mut ordered: Vec<Draft> = Vec::new();
    while !waiting.is_empty() {
        let next_of = |at: usize| waiting.iter().position(|(_, draft)| waiting[at].0.contains(&draft.name.urn));
        let free = (0..waiting.len()).find(|at| next_of(*at).is_none());
        let patient = || waiting.iter().position(|(_, draft)| draft.kind == RecordType::Patient);
        // Whoever follows references that do not end comes into a circle.
        let in_circle = || (0..waiting.len()).fold(0, |at, _| next_of(at).unwrap_or(at));
        let at = free.or_else(patient).unwrap_or_else(in_circle);
        let (_, mut draft) = waiting.remove(at);
        let is_there = |urn: &str| ordered.iter().any(|earlier| earlier.name.urn == urn);
        in_words(&mut draft.json, &is_there, &kinds);
        ordered.push(draft);
    }
    ordered
}

/// Every `urn:uuid` that a resource refers to.
fn urns_of(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(urns_of).collect(),
        Value::Object(members) => {
            let words = members.get("reference").and_then(Value::as_str).filter(|it| it.starts_with("urn:uuid:"));
            words.map(str::to_owned).into_iter().chain(members.values().flat_map(urns_of)).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}

/// Leaves only the words of each reference to what is not there when this is created.
fn in_words(value: &mut Value, is_there: &dyn Fn(&str) -> bool, kinds: &BTreeMap<String, RecordType>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| in_words(item, is_there, kinds)),
        Value::Object(members) => {
            let urn = members.get("reference").and_then(Value::as_str).filter(|it| it.starts_with("urn:uuid:"));
            if let Some(urn) = urn.filter(|urn| !is_there(urn)).map(str::to_owned) {
                let kind = kinds.get(&urn).map_or("record", |kind| kind.word());
                members.entry("display").or_insert_with(|| Value::from(format!("{kind} of the same check-in")));
                members.shift_remove("reference");
            }
            members.values_mut().for_each(|member| in_words(member, is_there, kinds));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A conditional create (FHIR R4 http.html#ccreate): sent twice, it makes one record.
fn entry(draft: Draft) -> Value {
    let Draft { name, kind, json, .. } = draft;
    json!({
        "fullUrl": name.urn,
        "resource": json,
        "request": {"method": "POST", "url": kind, "ifNoneExist": format!("{}={ITEM}|{}", kind.name_parameter(), name.value)},
    })
}

/// The files of the folder: for reading, for machines, and who said what.
pub(super) fn keep(readable: &Readable<'_>, kept: &[Draft], traces: &[Draft], beside: &BTreeSet<ItemId>) -> Keep {
    let bundle = |drafts: &[Draft]| {
        let entry = |draft: &Draft| json!({"fullUrl": draft.name.urn, "resource": draft.json});
        let entries: Vec<Value> = drafts.iter().map(entry).collect();
        let bundle = Sensitive::new(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
        Sensitive::new(bundle.reveal().to_string().into_bytes())
    };
    let summary = readable.pdf().map_or_else(|| ("summary.txt", readable.text()), |pdf| ("summary.pdf", pdf));
    let files = [summary, ("bundle.json", bundle(kept)), ("provenance.json", bundle(traces))];
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    Keep { files, items: beside.iter().copied().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(records: &[(&str, &str, &[&str])]) -> Vec<(String, Value)> {
        let draft = |(kind, urn, to): &(&str, &str, &[&str])| {
            let name = Name { value: (*urn).to_owned(), urn: format!("urn:uuid:{urn}") };
            let to: Vec<Value> = to.iter().map(|urn| json!({"reference": format!("urn:uuid:{urn}")})).collect();
            Draft {
                items: Vec::new(),
                name,
                kind: kind.parse().expect("a type"),
                json: json!({"to": to}),
                fit: Fit::Whole,
            }
        };
        let drafts = targets_first(records.iter().map(draft).collect());
        drafts.into_iter().map(|draft| (draft.name.value, draft.json["to"].clone())).collect()
    }

    fn order(records: &[(&str, &str, &[&str])]) -> String {
        ordered(records).into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn targets_come_first_and_else_the_order_stays() {
        assert_eq!(order(&[("Patient", "p", &[]), ("Coverage", "a", &["p"]), ("Condition", "b", &["p"])]), "p a b");
        let chain: [(&str, &str, &[&str]); 4] = [
            ("MedicationRequest", "m", &["c"]),
            ("Immunization", "i", &[]),
            ("Condition", "c", &["o"]),
            ("Observation", "o", &[]),
        ];
        assert_eq!(order(&chain), "i o c m");
        assert!(ordered(&chain).iter().all(|(_, to)| to[0]["display"].is_null()));
    }

    #[test]
    fn a_circle_is_opened_by_words_in_one_place_and_the_patient_is_never_one_of_them() {
        let circle =
            ordered(&[("Condition", "x", &["a"]), ("Condition", "a", &["b"]), ("Observation", "b", &["a", "b"])]);
        let words = |kind: &str| json!({"display": format!("{kind} of the same check-in")});
        let to = |urn: &str| json!({"reference": format!("urn:uuid:{urn}")});
        let find = |name: &str| circle.iter().find(|(it, _)| it == name).expect("a draft").1.clone();
        assert_eq!(find("x"), json!([to("a")]));
        let opened = usize::from(find("a") == json!([words("Observation")]));
        assert_eq!(find("b")[1], words("Observation"), "nothing can refer to itself before it is there");
        assert_eq!(opened + usize::from(find("b")[0] == words("Condition")), 1);
        let hostile = ordered(&[("Patient", "p", &["c"]), ("Condition", "c", &["p"])]);
        assert_eq!(hostile, [("p".to_owned(), json!([words("Condition")])), ("c".to_owned(), json!([to("p")]))]);
    }
}
