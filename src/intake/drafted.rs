//! Facts while a resource is being read: each with the values that say it.

use super::{Fact, FactKind};
use crate::fhir::{Context, Words, find, member, stem_of};
use crate::text::{Said, plain_text};
use serde_json::Value;

/// A fact that is being read, and the leaves that say it.
pub(super) struct Drafted<'v> {
    pub fact: Fact,
    pub from: Vec<&'v Value>,
}

impl<'v> Drafted<'v> {
    pub(super) fn new(kind: FactKind, element: Option<&str>, (said, from): (Said, Vec<&'v Value>)) -> Drafted<'v> {
        Drafted { fact: Fact::new(kind, element, said), from }
    }
}

/// One fact for each value at a path.
pub(super) fn facts_at<'v>(
    json: &'v Value,
    kind: FactKind,
    path: &str,
    context: Context<'_>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    let mut say = |name, value| {
        let Some(words) = Words::of(name, value, context) else { return };
        let element = (kind == FactKind::Element).then(|| stem_of(name));
        drafted.push(Drafted::new(kind, element, words.finish()));
    };
    if kind != FactKind::Dosage {
        return find(json, Some(path), &mut say);
    }
    // In the order in which they are to be followed (R4 Dosage.sequence), where each says its place.
    let mut entries: Vec<(&str, &Value)> = Vec::new();
    find(json, Some(path), &mut |name, value| entries.push((name, value)));
    if entries.iter().all(|(_, entry)| entry["sequence"].is_i64()) {
        entries.sort_by_key(|(_, entry)| entry["sequence"].as_i64());
    }
    let is_one_of_several = entries.len() > 1;
    for (name, entry) in entries {
        let mut words = Words::default();
        if let Some(sequence) = entry.as_object().and_then(|it| member(it, "sequence")).filter(|_| is_one_of_several)
            && words.say("sequence", sequence, context)
        {
            words.writer().next(". ");
        }
        if words.say(name, entry, context) {
            drafted.push(Drafted::new(kind, None, words.finish()));
        }
    }
}

/// Facts without leaves of their own.
pub(super) fn plain(kind: FactKind, text: &str) -> Drafted<'static> {
    Drafted { fact: Fact::sent(kind, plain_text(text)), from: Vec::new() }
}
