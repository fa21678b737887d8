//! Resources as they are filed or kept, and the steps made of them.

use super::names::Name;
use super::readable::Readable;
use super::site::{Fit, Site};
use super::systems::ITEM;
use super::{Again, Create, Expected, Keep, Step, Transaction};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// One resource as it is filed or kept.
pub(super) struct Draft {
    pub items: Vec<ItemId>,
    pub name: Name,
    pub kind: String,
    pub json: Value,
    pub fit: Fit,
}

/// One transaction where the EHR takes it and looks before it creates; else one create after the other.
pub(super) fn creating(drafts: Vec<Draft>, site: &Site) -> Vec<Step> {
    let again = |draft: &Draft| site.way(&draft.kind).unwrap_or(Again::Never);
    let expected = |draft: &Draft| Expected {
        items: draft.items.clone(),
        kind: draft.kind.clone(),
        name: draft.name.value.clone(),
    };
    if drafts.is_empty() {
        return Vec::new();
    }
    if site.transactions() && drafts.iter().all(|draft| again(draft) == Again::Conditional) {
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
    drafts.into_iter().map(create).collect()
}

/// A conditional create (8.7): sent twice, it makes one record.
fn entry(draft: Draft) -> Value {
    let Draft { name, kind, json, .. } = draft;
    let parameter = if kind == "Provenance" { "_tag" } else { "identifier" };
    json!({
        "fullUrl": name.urn,
        "resource": json,
        "request": {"method": "POST", "url": kind, "ifNoneExist": format!("{parameter}={ITEM}|{}", name.value)},
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
    let files = [("summary.pdf", readable.pdf()), ("bundle.json", bundle(kept)), ("provenance.json", bundle(traces))];
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    Keep { files, items: beside.iter().copied().collect() }
}
