//! Facts while a resource is being read: each with the values that say it.

use super::{Fact, FactKind};
use crate::fhir::{Names, Words, find, stem_of};
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
    names: Names<'_>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    find(json, Some(path), &mut |name, value| {
        let Some(words) = Words::of(name, value, names) else { return };
        let element = (kind == FactKind::Element).then(|| stem_of(name));
        drafted.push(Drafted::new(kind, element, words.finish()));
    });
}

/// Facts without leaves of their own.
pub(super) fn plain(kind: FactKind, text: &str) -> Drafted<'static> {
    Drafted { fact: Fact::sent(kind, plain_text(text)), from: Vec::new() }
}
