//! The sections of a Composition (IPS 2.0.1): their order, and what they say without an entry.
//!
//! A section without entries never reads as "none": it says why it is empty, or shows its text. Such a statement is for
//! reading and is not filed.

use super::{Fact, FactKind, Section, narrative};
use crate::fhir::{Resource, found, words};
use crate::text::{plain_text, shown};
use crate::time::Day;
use serde_json::{Value, json};

/// More sections than this, at all depths, are not read.
const MAX_SECTIONS: usize = 100;
/// How far a section's text is read.
const MAX_TEXT_CHARS: usize = 4_000;

/// A section that holds no entry.
pub(super) struct Statement {
    pub section: Section,
    pub title: String,
    pub facts: Vec<Fact>,
    pub resource: Resource,
}

/// All sections, those inside others after them.
pub(super) fn sections(composition: &Resource) -> Vec<&Value> {
    let mut open: Vec<&Value> = composition.list("/section").iter().rev().collect();
    let mut sections = Vec::new();
    while let Some(section) = open.pop().filter(|_| sections.len() < MAX_SECTIONS) {
        sections.push(section);
        open.extend(section["section"].as_array().into_iter().flatten().rev());
    }
    sections
}

/// The references of all sections in reading order.
pub(super) fn references(composition: &Resource) -> impl Iterator<Item = &str> {
    let entries = sections(composition).into_iter().flat_map(|section| found(section, "entry"));
    entries.filter_map(|entry| entry["reference"].as_str())
}

/// What the sections say of which no entry is there.
pub(super) fn statements(composition: &Resource, is_there: &dyn Fn(&str) -> bool, day: Day) -> Vec<Statement> {
    let read = |entry: &&Value| entry["reference"].as_str().is_some_and(is_there);
    let empty = |section: &&Value| !found(section, "entry").iter().any(read) && found(section, "section").is_empty();
    sections(composition).into_iter().filter(empty).filter_map(|section| statement(section, day)).collect()
}

fn statement(section: &Value, day: Day) -> Option<Statement> {
    let reason = found(section, "emptyReason/coding/code").into_iter().find_map(Value::as_str);
    let stated = !section["emptyReason"].is_null();
    let text = section["text"]["div"].as_str().map(narrative::text_of).filter(|text| !text.is_empty());
    let absence = match (stated, &text) {
        (true, _) => Some(FactKind::of_absence(reason.unwrap_or_default())),
        (false, None) => Some(FactKind::AbsentUnexplained),
        (false, Some(_)) => None,
    };
    let absence = absence.map(|kind| {
        let said = if kind == FactKind::AbsentUnexplained { words(&section["emptyReason"], day) } else { None };
        Fact::sent(kind, plain_text(&said.unwrap_or_default()))
    });
    let text = text.map(|text| Fact::sent(FactKind::Text, shown(&text, MAX_TEXT_CHARS)));
    let title = ["title", "code"].iter().find_map(|element| words(&section[element], day));
    let title = title.unwrap_or_else(|| "Section".to_owned());
    let resource = json!({"resourceType": "Composition", "section": [section]});
    Some(Statement {
        section: section_of(section),
        title,
        facts: absence.into_iter().chain(text).collect(),
        resource: Resource::from_json(resource)?,
    })
}

/// By the section's LOINC code.
fn section_of(section: &Value) -> Section {
    let code = found(section, "code/coding/code").into_iter().find_map(Value::as_str).unwrap_or_default();
    match code {
        "48765-2" => Section::Allergies,
        "10160-0" => Section::Medications,
        "11450-4" | "11348-0" | "75310-3" => Section::Problems,
        "11369-6" => Section::Immunizations,
        "30954-2" | "26436-6" | "18748-4" => Section::Results,
        "8716-3" => Section::VitalSigns,
        "47519-4" | "46264-8" => Section::Procedures,
        "29762-2" | "10162-6" | "47420-5" | "10157-6" | "104605-1" => Section::History,
        "18776-5" | "61146-7" | "46240-8" | "85847-2" => Section::Care,
        "42348-3" | "81338-6" => Section::Forms,
        _ => Section::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(section: &Value) -> Vec<(FactKind, String)> {
        let composition = json!({"resourceType": "Composition", "section": [section]});
        let composition = Resource::from_json(composition).expect("a resource");
        let found = statements(&composition, &|name| name == "urn:uuid:a", Day::constant(2026, 11, 30));
        found
            .into_iter()
            .flat_map(|it| it.facts)
            .map(|fact| (fact.kind, fact.text(crate::language::Language::English).reveal().clone()))
            .collect()
    }

    #[test]
    fn an_empty_section_says_why_and_never_none() {
        let with = |code: &str| json!({"title": "Allergies", "emptyReason": {"coding": [{"code": code}]}});
        let cases = [
            ("nilknown", FactKind::AbsentNoneKnown),
            ("notasked", FactKind::AbsentNotAsked),
            ("withheld", FactKind::AbsentWithheld),
            ("unavailable", FactKind::AbsentUnavailable),
            ("notstarted", FactKind::AbsentNotPerformed),
        ];
        for (code, kind) in cases {
            assert_eq!(said(&with(code)), [(kind, String::new())], "{code}");
        }
        assert_eq!(said(&with("else")), [(FactKind::AbsentUnexplained, "else".to_owned())]);
        assert_eq!(said(&json!({"title": "Plan"})), [(FactKind::AbsentUnexplained, String::new())]);
    }

    #[test]
    fn a_section_of_text_alone_is_read_and_one_with_entries_is_left_to_them() {
        let text = json!({"title": "Plan", "text": {"div": "<div><p>Walk <b>more</b></p></div>"}});
        assert_eq!(said(&text), [(FactKind::Text, "Walk more".to_owned())]);
        assert_eq!(said(&json!({"title": "A", "entry": [{"reference": "urn:uuid:a"}]})), []);
        let lost = json!({"title": "A", "entry": [{"reference": "urn:uuid:b"}], "text": {"div": "<div>Nuts</div>"}});
        assert_eq!(said(&lost), [(FactKind::Text, "Nuts".to_owned())]);
        let nowhere = json!({"title": "A", "entry": [{"display": "Nuts"}]});
        assert_eq!(said(&nowhere), [(FactKind::AbsentUnexplained, String::new())]);
    }

    #[test]
    fn sections_without_end_are_bounded() {
        let many: Vec<Value> = (0..10_000).map(|_| json!({"section": [{}]})).collect();
        let composition =
            Resource::from_json(json!({"resourceType": "Composition", "section": many})).expect("a resource");
        assert_eq!(sections(&composition).len(), MAX_SECTIONS);
    }
}
