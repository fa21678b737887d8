//! A share that describes no patient: whose it claims to be, by the words beside its references.
//!
//! Nothing of this is more than a claim. Where the words or the references lead to two people, it is no form: nobody could say
//! which record is whose.

use super::person::NameFit;
use super::subject::subjects_of;
use super::{IntakeDefect, Person, SharedDocument};
use crate::fhir::{PatientView, RecordType, Resource, found};
use crate::text::plain_text;
use crate::time::Day;
use serde_json::{Value, json};

/// The person whom all records name, as far as they name somebody.
pub(super) fn claimed_person<'d>(
    documents: impl Iterator<Item = &'d SharedDocument>,
    day: Day,
) -> Result<Person, IntakeDefect> {
    let entries = documents.flat_map(|document| &document.bundle.entries);
    let (mut name, mut address): (Option<Resource>, Option<String>) = (None, None);
    for subject in
        entries.flat_map(|entry| subjects_of(&entry.resource).into_iter().chain(own_subscriber(&entry.resource)))
    {
        let words = subject["reference"].as_str().map(|words| words.split("/_history/").next().unwrap_or_default());
        if let Some(words) = words.filter(|words| !words.is_empty() && !words.starts_with('#')) {
            if address.as_deref().is_some_and(|known| known != words) {
                return Err(IntakeDefect::SeveralPatients);
            }
            address = Some(words.to_owned());
        }
        if let Some(claimed) = subject["display"].as_str().and_then(named) {
            match &name {
                Some(known) if !fits(known, &claimed, day) => return Err(IntakeDefect::SeveralPatients),
                Some(_) => {}
                None => name = Some(claimed),
            }
        }
    }
    let name =
        name.as_ref().and_then(|name| PatientView::of(name, day)).and_then(PatientView::name).unwrap_or_default();
    let family = name.split_whitespace().last().map(plain_text);
    Ok(Person { name: plain_text(&name), family, birth_date: None })
}

/// Who holds the own policy is the one who is insured (R4 Coverage.relationship: `self`).
fn own_subscriber(resource: &Resource) -> Option<&Value> {
    let json = resource.json().reveal();
    let is_own = found(json, "relationship/coding/code").iter().any(|code| **code == "self");
    (resource.is(RecordType::Coverage) && is_own).then(|| &json["subscriber"])
}

/// Somebody of this name, of whom nothing else is known.
pub(super) fn named(name: &str) -> Option<Resource> {
    let name = name.trim();
    let json = json!({"resourceType": "Patient", "name": [{"text": name}]});
    if name.is_empty() { None } else { Resource::from_json(json) }
}

fn fits(one: &Resource, other: &Resource, day: Day) -> bool {
    let is_one_word =
        |patient: &Resource| patient.json().reveal()["name"][0]["text"].as_str().is_none_or(|it| !it.contains(' '));
    // "Self" and "Patient" stand in the place of a name.
    is_one_word(one) || is_one_word(other) || !matches!(NameFit::of(one, other, day), None | Some(NameFit::Differs))
}

#[cfg(test)]
mod tests {
    use super::super::{Source, SourceKind};
    use super::*;
    use crate::fhir::Bundle;

    fn claimed(subjects: &[Value]) -> Result<String, IntakeDefect> {
        let entry = |subject: &Value| json!({"resource": {"resourceType": "Condition", "subject": subject}});
        let bundle = json!({"resourceType": "Bundle", "entry": subjects.iter().map(entry).collect::<Vec<_>>()});
        let source = Source { kind: SourceKind::Link, host: "example.org".into(), digest: [0; 32] };
        let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
        claimed_person(std::iter::once(&document), Day::constant(2026, 11, 30))
            .map(|person| person.name.reveal().clone())
    }

    #[test]
    fn the_name_beside_the_references_is_the_claimed_one() {
        let by_name = |name: &str| json!({ "display": name });
        assert_eq!(claimed(&[by_name("Ilka Vance"), by_name("VANCE, ILKA"), json!({})]).as_deref(), Ok("Ilka Vance"));
        assert_eq!(claimed(&[json!({"reference": "Patient/1"}), Value::Null]).as_deref(), Ok(""));
    }

    #[test]
    fn two_names_or_two_references_are_no_form() {
        for other in ["Orrin Vance", "Ilka Brook"] {
            let found = claimed(&[json!({"display": "Ilka Vance"}), json!({ "display": other })]);
            assert_eq!(found, Err(IntakeDefect::SeveralPatients), "{other}");
        }
        let found = claimed(&[json!({"reference": "Patient/1"}), json!({"reference": "Patient/2"})]);
        assert_eq!(found, Err(IntakeDefect::SeveralPatients));
    }
}
