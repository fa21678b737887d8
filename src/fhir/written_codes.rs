//! The codes of a record that its words do not say, written out with the names of their systems.

use super::codes::called;
use super::member;
use super::spoken::{Words, each};
use super::words::stem_of;
use serde_json::{Map, Value};

/// More codes of one record are not written out.
const MAX_CODES: usize = 200;
/// Elements that the record itself is called by: their codes need no name of the element.
const MAIN: [&str; 4] = ["code", "vaccineCode", "medication", "substance"];
/// Where no code of the record stands: other records, the sender's additions and bookkeeping, whose it is.
const ELSEWHERE: [&str; 5] = ["contained", "extension", "modifierExtension", "meta", "text"];

/// What all codes are that nothing said yet: with the names of their systems, and of their elements where it is not what the record
/// is called by.
pub(crate) fn written_out<'v>(json: &'v Value, is_said: &dyn Fn(&Value) -> bool, words: &mut Words<'v>) {
    let Value::Object(members) = json else { return };
    for (name, value) in members.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str())) {
        let mut codes = Vec::new();
        find_codes(value, false, &mut codes);
        write_out(stem_of(name), codes, is_said, words);
    }
}

/// The same of the codes of what stands in another record (a drug), by the element that leads there.
pub(crate) fn written_out_behind(concept: &Value, words: &mut Words<'_>) {
    for coding in each(&concept["coding"]) {
        if let Some(code) = coding["code"].as_str().filter(|code| !code.trim().is_empty()) {
            words.writer().next(", ");
            words.writer().sent(&called(coding["system"].as_str(), code));
        }
    }
}

fn write_out<'v>(
    element: &str,
    codes: Vec<&'v Map<String, Value>>,
    is_said: &dyn Fn(&Value) -> bool,
    words: &mut Words<'v>,
) {
    let mut written: Vec<String> = Vec::new();
    for coding in codes.into_iter().take(MAX_CODES) {
        let (Some(leaf), system) = (member(coding, "code"), member(coding, "system")) else { continue };
        let code = leaf.as_str().filter(|code| !code.trim().is_empty());
        let Some(code) = code.filter(|_| !is_said(leaf) || system.is_some_and(|system| !is_said(system))) else {
            continue;
        };
        let called = called(system.and_then(Value::as_str), code);
        words.used(leaf);
        system.into_iter().for_each(|system| words.used(system));
        if written.contains(&called) {
            continue;
        }
        if written.is_empty() {
            words.writer().next("; ");
            if !MAIN.contains(&element) {
                words.writer().element(element);
                words.writer().glue(": ");
            }
        } else {
            words.writer().next(", ");
        }
        words.writer().sent(&called);
        written.push(called);
    }
}

/// Codings, and the codes of quantities, in their order.
fn find_codes<'v>(value: &'v Value, is_coding: bool, codes: &mut Vec<&'v Map<String, Value>>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_codes(item, is_coding, codes)),
        Value::Object(members) => {
            let is_measured = members.get("value").is_some_and(Value::is_number);
            let has = |name: &str| members.get(name).is_some_and(Value::is_string);
            if has("code") && (is_coding || is_measured || has("system")) {
                codes.push(members);
                return;
            }
            let inner = members.iter().filter(|(name, _)| !ELSEWHERE[..4].contains(&name.as_str()));
            // A Reference may carry the identifier of what it leads to; that is not filed.
            let inner = inner.filter(|(name, _)| name.as_str() != "identifier" || !has("reference"));
            inner.for_each(|(name, value)| find_codes(value, name == "coding", codes));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
