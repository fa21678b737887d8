//! US Core "must support": a system that reads a record shall be capable of showing these elements to people. The list, with a value
//! for each, is `tests/fixtures/us_core.tsv`; the table by type is written to `target/must-support.md`.

use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::intake::{Intake, IntakeItem, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::time::Day;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Where the value of an element stands for staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shown {
    /// In the title or a fact.
    AsFact,
    /// Not in words: a document is opened, whose record it is was compared with the patient.
    Otherwise,
    UnderMore,
    Nowhere,
}

struct Element {
    kind: String,
    path: String,
    value: Value,
}

fn elements() -> Vec<Element> {
    let lines = include_str!("../fixtures/us_core.tsv").lines().filter(|line| !line.starts_with('#'));
    let element = |line: &str| {
        let mut columns = line.splitn(3, '\t');
        let mut next = || columns.next().expect("a column").to_owned();
        let (kind, path, value) = (next(), next(), next());
        Element { kind, path, value: serde_json::from_str(&value).expect("JSON") }
    };
    lines.map(element).collect()
}

/// The steps of a path: `extension(http://a.b/c).valueCoding` are two.
fn steps(path: &str) -> Vec<&str> {
    let mut depth = 0;
    let is_dot = |letter: char| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        letter == '.' && depth == 0
    };
    path.split(is_dot).collect()
}

/// Puts a value at a path; elements of one list stand together in its first.
fn put(into: &mut Map<String, Value>, steps: &[&str], value: &Value) {
    let Some((step, rest)) = steps.split_first() else { return };
    let place = match step.split_once('(') {
        Some((name, url)) => {
            let list = into.entry(name).or_insert_with(|| json!([])).as_array_mut().expect("a list");
            let url = url.trim_end_matches(')');
            let at = list.iter().position(|it| it["url"] == url).unwrap_or_else(|| {
                list.push(json!({"url": url}));
                list.len() - 1
            });
            &mut list[at]
        }
        None if step.ends_with("[]") => {
            &mut into.entry(step.trim_end_matches("[]")).or_insert_with(|| json!([null]))[0]
        }
        None => into.entry(*step).or_insert(Value::Null),
    };
    if !rest.is_empty() {
        if place.is_null() {
            *place = json!({});
        }
        put(place.as_object_mut().expect("an object"), rest, value);
    } else if let (Value::Object(there), Value::Object(more)) = (&mut *place, value) {
        there.extend(more.clone());
    } else {
        *place = value.clone();
    }
}

/// Where in a resource the element of a path stands: each step with its place in its list.
fn located(resource: &Value, steps: &[&str]) -> String {
    let mut at = String::new();
    let mut value = resource;
    for step in steps {
        let (name, place) = match step.split_once('(') {
            Some((name, url)) => {
                let list = value[name].as_array().expect("a list");
                (name, list.iter().position(|it| it["url"] == url.trim_end_matches(')')))
            }
            None => (step.trim_end_matches("[]"), step.ends_with("[]").then_some(0)),
        };
        value = &value[name];
        let _ = write!(at, ".{name}");
        if let Some(place) = place {
            value = &value[place];
            let _ = write!(at, "[{place}]");
        }
    }
    at.trim_start_matches('.').to_owned()
}

/// The paths of the leaves of a value that stands at a path.
fn leaves(value: &Value, path: &str, each: &mut dyn FnMut(&str)) {
    match value {
        Value::Array(list) => list.iter().enumerate().for_each(|(at, it)| leaves(it, &format!("{path}[{at}]"), each)),
        Value::Object(members) => members.iter().for_each(|(name, it)| leaves(it, &format!("{path}.{name}"), each)),
        _ => each(path),
    }
}

/// The item of a resource in a share about a patient, and where in the item the resource stands.
fn read(kind: &str, resource: &Value) -> (IntakeItem, String) {
    let patient =
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1980-02-29", "name": [{"text": "Base Person"}]});
    let entries = match kind {
        "Patient" => vec![resource.clone()],
        _ => vec![patient, resource.clone()],
    };
    let entries: Vec<Value> = entries.into_iter().map(|it| json!({"resource": it})).collect();
    let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}));
    let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
    let form = Intake::from_documents(
        vec![SharedDocument::unproven(bundle.expect("a Bundle"), source)],
        Day::constant(2026, 11, 22),
    )
    .expect("a form");
    let item = form.items.into_iter().rfind(|item| kind == "Patient" || item.section != Section::Demographics);
    let item = item.expect("an item");
    let inside = if item.is_collection() { "entry[0].resource." } else { "" };
    (item, inside.to_owned())
}

/// Elements that are not said in a fact, and why.
fn not_said(kind: &str, path: &str) -> Option<(Shown, &'static str)> {
    Some(match (kind, path) {
        (_, "subject" | "patient" | "beneficiary") => {
            (Shown::Otherwise, "compared with the patient of the share; a caution where it is another's")
        }
        (
            "DocumentReference",
            "content[].attachment" | "content[].attachment.data" | "content[].attachment.contentType",
        )
        | ("DiagnosticReport", "presentedForm[]") => (Shown::Otherwise, "opened as a document of its format"),
        ("CarePlan", "text.status") => {
            (Shown::Otherwise, "where the narrative beside it comes from; the narrative is a fact")
        }
        ("DocumentReference", "content[].attachment.url") => {
            (Shown::UnderMore, "that a document is not in the share is a fact; its address is none for people")
        }
        ("Provenance", "target[].reference") => (Shown::UnderMore, "the address of the record, beside its words"),
        ("QuestionnaireResponse", path) if path.ends_with("valueUri") => {
            (Shown::UnderMore, "the address of a form that has a name")
        }
        ("QuestionnaireResponse", "item[].linkId") => (Shown::UnderMore, "the number of a question that has words"),
        ("Location", "type[].coding[].system") => (
            Shown::UnderMore,
            "the system of a code that is said in its words; no record of its own is made of a place",
        ),
        _ => return None,
    })
}

#[test]
fn what_us_core_asks_to_be_shown_is_among_the_facts() {
    let mut by_resource: BTreeMap<(String, String), Vec<Element>> = BTreeMap::new();
    for element in elements() {
        let group = steps(&element.path)[0].to_owned();
        by_resource.entry((element.kind.clone(), group)).or_default().push(element);
    }
    let mut table: BTreeMap<String, Vec<(Shown, String)>> = BTreeMap::new();
    for ((kind, _), elements) in by_resource {
        let mut resource = json!({"resourceType": kind});
        if kind == "Patient" {
            resource["name"] = json!([null, {"text": "Base Person"}]);
        }
        let members = resource.as_object_mut().expect("an object");
        elements.iter().for_each(|element| put(members, &steps(&element.path), &element.value));
        if let Some(names) = members.get_mut("name").and_then(Value::as_array_mut) {
            names.retain(|name| !name.is_null());
        }
        let (item, inside) = read(&kind, &resource);
        let (titled_by, of_facts) = item.elements();
        let said: BTreeSet<String> = of_facts.into_iter().flatten().chain(titled_by).collect();
        let more: BTreeSet<String> = item.more().into_iter().map(|line| line.path.reveal().clone()).collect();
        for element in elements {
            let mut shown = Shown::AsFact;
            let path = format!("{inside}{}", located(&resource, &steps(&element.path)));
            leaves(&element.value, &path, &mut |path| {
                let this = match (said.contains(path), more.contains(path)) {
                    (true, _) => Shown::AsFact,
                    (false, true) => Shown::UnderMore,
                    (false, false) => Shown::Nowhere,
                };
                shown = shown.max(this);
            });
            if shown == Shown::Nowhere && matches!(not_said(&kind, &element.path), Some((Shown::Otherwise, _))) {
                shown = Shown::Otherwise;
            }
            table.entry(kind.clone()).or_default().push((shown, element.path));
        }
    }
    let mut page = String::from(
        "| type | elements | as facts | otherwise | under more | nowhere |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    let count = |rows: &[(Shown, String)], wanted| rows.iter().filter(|(shown, _)| *shown == wanted).count();
    for (kind, rows) in &table {
        let counts =
            [Shown::AsFact, Shown::Otherwise, Shown::UnderMore, Shown::Nowhere].map(|it| count(rows, it).to_string());
        let _ = writeln!(page, "| {kind} | {} | {} |", rows.len(), counts.join(" | "));
    }
    let not_facts = |(kind, rows): (&String, &Vec<(Shown, String)>)| -> Vec<String> {
        let is_stated =
            |path: &str, shown| not_said(kind, path).is_some_and(|(known, _)| shown <= known.max(Shown::UnderMore));
        let rows = rows.iter().filter(|(shown, path)| *shown > Shown::AsFact && !is_stated(path, *shown));
        rows.map(|(shown, path)| format!("{kind}.{path}: {shown:?}")).collect()
    };
    let missing: Vec<String> = table.iter().flat_map(not_facts).collect();
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/target/must-support.md"), &page).expect("written");
    println!("{page}");
    assert!(missing.is_empty(), "{missing:#?}");
}
