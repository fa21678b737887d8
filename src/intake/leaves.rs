//! The leaves of a resource: each text, number and truth value in it, numbered in the order of its JSON. Facts know the leaves that
//! say them; what no fact says is what staff find under "more".

use super::{Fact, attachment, narrative};
use crate::fhir::Resource;
use crate::sensitive::Sensitive;
use crate::text::said::MAX_CHARS;
use crate::text::{plain_text, shown};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// What became no fact: where it stands (`code.coding[0].code`), and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoreLine {
    /// The path of the element, as plain text: its names are the sender's.
    pub path: Sensitive<String>,
    /// Its value, as plain text.
    pub value: Sensitive<String>,
}

/// Elements that say nothing to people: ids of the resource and of its elements, the bookkeeping of the server that it came
/// from, the type that everything else depends on, and the bytes of a document, which are opened and not read out.
fn says_nothing_to_people(path: &str) -> bool {
    let names = || path.split('.').map(|part| part.split_once('[').map_or(part, |(name, _)| name));
    let mut backwards = names().rev();
    let (last, parent) = (backwards.next().unwrap_or_default(), backwards.next());
    match last {
        "id" | "resourceType" | "fullUrl" => true,
        "status" if parent == Some("text") => true,
        // What stands inside a record is not searched for documents.
        "data" => parent.is_none_or(attachment::is_place) && names().next() != Some("contained"),
        _ => names().any(|name| name == "meta") && !names().any(|name| name == "security"),
    }
}

/// Every leaf with its number.
pub(super) fn walk<'v>(value: &'v Value, number: &mut u32, each: &mut dyn FnMut(u32, &'v Value)) {
    match value {
        Value::Null => {}
        Value::Array(values) => values.iter().for_each(|value| walk(value, number, each)),
        Value::Object(members) => members.values().for_each(|value| walk(value, number, each)),
        leaf => {
            each(*number, leaf);
            *number += 1;
        }
    }
}

/// Where the leaves with these numbers are.
pub(super) fn numbered(json: &Value, wanted: &HashSet<u32>) -> HashSet<*const Value> {
    let mut found = HashSet::new();
    walk(json, &mut 0, &mut |number, leaf| {
        if wanted.contains(&number) {
            found.insert(std::ptr::from_ref(leaf));
        }
    });
    found
}

/// Gives each fact the numbers of the leaves that said it, and tells those of the title.
pub(super) fn number<'v>(
    json: &'v Value,
    title: &[&'v Value],
    facts: impl Iterator<Item = (&'v mut Fact, Vec<&'v Value>)>,
) -> Vec<u32> {
    let mut facts: Vec<(&mut Fact, Vec<&Value>)> = facts.collect();
    // A leaf is known by where it is in memory; the resource stays where it is meanwhile.
    let mut wanted: Vec<(*const Value, usize)> = Vec::new();
    wanted.extend(title.iter().map(|leaf| (std::ptr::from_ref(*leaf), usize::MAX)));
    for (at, (_, leaves)) in facts.iter().enumerate() {
        wanted.extend(leaves.iter().map(|leaf| (std::ptr::from_ref(*leaf), at)));
    }
    wanted.sort_unstable();
    let mut of_title = Vec::new();
    walk(json, &mut 0, &mut |number, leaf| {
        let place = std::ptr::from_ref(leaf);
        let first = wanted.partition_point(|(known, _)| *known < place);
        for (_, at) in wanted.get(first..).unwrap_or_default().iter().take_while(|(known, _)| *known == place) {
            match facts.get_mut(*at) {
                Some((fact, _)) => fact.leaves.push(number),
                None => of_title.push(number),
            }
        }
    });
    of_title
}

/// Calls for each leaf with its number and its path.
pub(super) fn named(value: &Value, path: &mut String, number: &mut u32, each: &mut dyn FnMut(u32, &str, &Value)) {
    match value {
        Value::Null => {}
        Value::Array(values) => {
            let length = path.len();
            for (place, value) in values.iter().enumerate() {
                let _ = write!(path, "[{place}]");
                named(value, path, number, each);
                path.truncate(length);
            }
        }
        Value::Object(members) => {
            let length = path.len();
            for (name, value) in members {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
                named(value, path, number, each);
                path.truncate(length);
            }
        }
        leaf => {
            each(*number, path, leaf);
            *number += 1;
        }
    }
}

/// What no fact of the resource says.
pub(super) fn more_of(resource: &Resource, said: &HashSet<u32>) -> Vec<MoreLine> {
    let mut more = Vec::new();
    named(resource.json().reveal(), &mut String::new(), &mut 0, &mut |number, path, leaf| {
        if said.contains(&number) || says_nothing_to_people(path) {
            return;
        }
        let value = match leaf {
            Value::String(text) if path == "text.div" || path.ends_with(".text.div") => {
                shown(&narrative::text_of(text), MAX_CHARS)
            }
            Value::String(text) => shown(text, MAX_CHARS),
            other => plain_text(&other.to_string()),
        };
        more.push(MoreLine { path: plain_text(path), value });
    });
    more
}

/// The paths of leaves, for each of some numbers of them.
pub(super) fn paths_of<'n>(resource: &Resource, numbers: impl Iterator<Item = &'n [u32]>) -> Vec<Vec<String>> {
    let mut wanted: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut paths = Vec::new();
    for (place, leaves) in numbers.enumerate() {
        leaves.iter().for_each(|leaf| wanted.entry(*leaf).or_default().push(place));
        paths.push(Vec::new());
    }
    named(resource.json().reveal(), &mut String::new(), &mut 0, &mut |number, path, _| {
        for place in wanted.get(&number).into_iter().flatten() {
            if let Some(paths) = paths.get_mut(*place) {
                paths.push(plain_text(path).reveal().clone());
            }
        }
    });
    paths
}

#[cfg(test)]
#[path = "leaves_tests.rs"]
mod tests;
