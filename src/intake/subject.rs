//! Whose record a resource is: the person's of the share, or nobody can say.
//!
//! A share about one person (KTC "PatientSharedBundle") can still hold a record whose `subject` is somebody else. Filing
//! re-points every record to the chart, so such a record must be seen before, and left.

use super::Caution;
use super::entry_name::{is_nameless, leads_to};
use super::references::EntryIndex;
use crate::fhir::{Entry, Filed, Originals, PatientView, RecordType, Resource};
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// More subjects of one record are not looked at.
const MAX_SUBJECTS: usize = 100;
/// Elements by which nearly every type says whose it is, in R4 and in other versions. They are read of each, beside the element
/// of its own ([`RecordType::subject`]).
const USUAL_SUBJECTS: [&str; 2] = ["subject", "patient"];

/// The Patient entry of one document: what others of its entries call it, and what it says about the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonEntry {
    full_url: Option<String>,
    patient: Resource,
}

impl PersonEntry {
    pub(super) fn find(entries: &[Entry]) -> Option<PersonEntry> {
        let entry = entries.iter().find(|entry| entry.resource.is(RecordType::Patient))?;
        Some(PersonEntry { full_url: entry.full_url.clone(), patient: entry.resource.clone() })
    }

    /// See [`Resource::move_to`].
    pub(super) fn move_to(&mut self, originals: &mut Originals) -> bool {
        self.patient.move_to(originals)
    }

    /// See [`Resource::find_in`].
    pub(super) fn find_in(&mut self, originals: &Arc<Sensitive<Vec<u8>>>, left: &mut usize) -> bool {
        self.patient.find_in(originals, left)
    }

    /// The person's own resource, as it came.
    pub(crate) fn patient(&self) -> &Resource {
        &self.patient
    }

    /// Whether a reference of the same document leads to the person.
    pub(crate) fn answers_to(&self, words: &str) -> bool {
        leads_to(words, self.full_url.as_deref(), &self.patient)
    }

    /// A reference with an address: the person's, somebody else's, or one that cannot tell. One that leads to an entry that is
    /// no person is a mistake of the sender.
    fn named_by(&self, words: &str, entries: &EntryIndex<'_>) -> Option<Caution> {
        let cannot_tell = || is_nameless(self.full_url.as_deref(), &self.patient) || entries.is_thing(words);
        match self.answers_to(words) {
            true => None,
            false if cannot_tell() => Some(Caution::PersonUnclear),
            false => Some(Caution::OfAnother),
        }
    }

    /// A reference without an address: `None` unless it tells of somebody else.
    fn logical(&self, reference: &Value) -> Option<Caution> {
        // A type may be spelled as the address of its definition (R4 Reference.type).
        let named = reference["type"].as_str().and_then(|word| word.rsplit('/').next());
        let is_patient = named.is_none_or(|word| RecordType::from_word(word) == Some(RecordType::Patient));
        let stated = &reference["identifier"];
        let mut same_system = self.patient.list("/identifier").iter().filter(|known| {
            stated["system"].is_string() && stated["value"].is_string() && known["system"] == stated["system"]
        });
        let first = same_system.next();
        let differs = first.is_some_and(|first| first["value"] != stated["value"])
            && !same_system.any(|known| known["value"] == stated["value"]);
        (differs || !is_patient).then_some(Caution::OfAnother)
    }

    /// A Patient inside the record: it must not contradict the person of the share, and what is too short is said.
    fn contained(&self, inner: &Resource) -> Option<Caution> {
        let (Some(inner), Some(person)) = (PatientView::of(inner), PatientView::of(&self.patient)) else {
            return Some(Caution::OfAnother);
        };
        let family = |patient: PatientView<'_>| patient.family().map(|family| family.trim().to_lowercase());
        let names = family(inner).zip(family(person)).map(|(inner, person)| inner == person);
        let births = inner.birth_date().zip(person.birth_date()).map(|(inner, person)| inner == person);
        match (names, births) {
            (Some(false), _) | (_, Some(false)) => Some(Caution::OfAnother),
            (Some(true), Some(true)) => None,
            (None, _) | (_, None) => Some(Caution::PersonUnclear),
        }
    }
}

/// What must be said about whose record it is; `None` when it is the person's of the share.
pub(super) fn caution_of(
    resource: &Resource,
    person: Option<&PersonEntry>,
    entries: &EntryIndex<'_>,
) -> Option<Caution> {
    let record_type = resource.record_type();
    match record_type {
        Some(RecordType::Patient) => return None,
        // A Bundle that stayed closed is about somebody else, or too deep to be known.
        Some(RecordType::Bundle) => return Some(Caution::OfAnother),
        _ => {}
    }
    let json = resource.json().reveal();
    let own = record_type.and_then(RecordType::subject).filter(|own| !USUAL_SUBJECTS.contains(own));
    let stated = USUAL_SUBJECTS.into_iter().chain(own).map(|element| &json[element]).filter(|it| !it.is_null());
    match person {
        Some(person) => {
            let cautions = stated.filter_map(|it| caution_about(it, resource, person, entries));
            cautions.max_by_key(|caution| caution.forbids_taking())
        }
        // What is filed as itself is somebody's, also where it does not say whose.
        None => {
            let is_filed = record_type.is_some_and(|it| it.filed() == Filed::AsItself);
            (is_filed || stated.count() > 0).then_some(Caution::OfAnother)
        }
    }
}

fn caution_about(
    reference: &Value,
    resource: &Resource,
    person: &PersonEntry,
    entries: &EntryIndex<'_>,
) -> Option<Caution> {
    match reference {
        Value::Null => None,
        Value::Array(several) if several.len() > MAX_SUBJECTS => Some(Caution::OfAnother),
        Value::Array(several) => {
            let cautions = several.iter().filter_map(|one| caution_about(one, resource, person, entries));
            cautions.max_by_key(|caution| caution.forbids_taking())
        }
        Value::Object(members) => match members.get("reference").unwrap_or(&Value::Null) {
            Value::Null => person.logical(reference),
            Value::String(words) => match words.strip_prefix('#') {
                Some(id) => {
                    let inner = resource.list("/contained").iter().find(|inner| inner["id"] == id);
                    let inner = inner.and_then(|inner| Resource::from_json(inner.clone()));
                    inner.map_or(Some(Caution::OfAnother), |inner| person.contained(&inner))
                }
                None => person.named_by(words, entries),
            },
            _ => Some(Caution::OfAnother),
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(Caution::OfAnother),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn caution(kind: &str, more: &Value) -> Option<Caution> {
        let patient = json!({"resourceType": "Patient", "id": "p9", "birthDate": "1980-02-03",
            "name": [{"family": "Delgado"}], "identifier": [{"system": "urn:mrn", "value": "1"}]});
        let patient = Resource::from_json(patient).expect("a resource");
        let entries = [Entry { full_url: Some("urn:uuid:p".to_owned()), resource: patient }];
        let mut json = json!({"resourceType": kind});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        caution_among(&entries, json)
    }

    fn caution_among(entries: &[Entry], json: Value) -> Option<Caution> {
        let resource = Resource::from_json(json).expect("a resource");
        caution_of(&resource, PersonEntry::find(entries).as_ref(), &EntryIndex::new(entries))
    }

    #[test]
    fn a_record_of_another_person_is_known_in_whatever_way_it_names_them() {
        let others = [
            json!({"reference": "Patient/somebody-else"}),
            json!({"reference": "urn:uuid:q"}),
            json!({"reference": "#nobody"}),
            json!({"reference": 1}),
            json!({"type": "Group"}),
            json!({"identifier": {"system": "urn:mrn", "value": "2"}}),
            json!("Patient/p9"),
        ];
        for subject in others {
            for kind in ["Condition", "Observation"] {
                assert_eq!(caution(kind, &json!({"subject": subject})), Some(Caution::OfAnother), "{kind} {subject}");
            }
        }
        let several = json!([{"reference": "Patient/p9"}, {"reference": "Patient/2"}]);
        assert_eq!(caution("Account", &json!({"subject": several})), Some(Caution::OfAnother));
    }

    #[test]
    fn a_reference_to_something_that_is_no_person_is_said_and_hides_nothing() {
        let entry = |full_url: &str, kind: &str| Entry {
            full_url: Some(full_url.to_owned()),
            resource: Resource::from_json(json!({"resourceType": kind})).expect("a resource"),
        };
        let entries = [entry("resource:0", "Composition"), entry("resource:1", "Patient")];
        let of = |words: &str| {
            caution_among(&entries, json!({"resourceType": "Condition", "subject": {"reference": words}}))
        };
        assert_eq!(of("resource:1"), None);
        assert_eq!(of("resource:0"), Some(Caution::PersonUnclear));
        assert_eq!(of("resource:7"), Some(Caution::OfAnother));
    }

    #[test]
    fn a_record_of_the_person_needs_no_caution() {
        let own = [
            Value::Null,
            json!({"reference": "urn:uuid:p"}),
            json!({"reference": "Patient/p9"}),
            json!({"display": "Ana"}),
            json!({"identifier": {"system": "urn:mrn", "value": "1"}}),
            json!({"identifier": {"system": "urn:ssn", "value": "2"}}),
        ];
        for subject in own {
            assert_eq!(caution("Condition", &json!({"subject": subject})), None, "{subject}");
        }
    }

    #[test]
    fn a_person_inside_the_record_is_compared_with_the_person_of_the_share() {
        let with = |inner: Value| {
            let mut inner = inner;
            inner["id"] = json!("me");
            inner["resourceType"] = json!("Patient");
            caution("Immunization", &json!({"patient": {"reference": "#me"}, "contained": [inner]}))
        };
        assert_eq!(with(json!({"name": [{"family": "delgado"}], "birthDate": "1980-02-03"})), None);
        assert_eq!(with(json!({"name": [{"family": "Delgado"}]})), Some(Caution::PersonUnclear));
        assert_eq!(with(json!({"name": [{"family": "Chen"}]})), Some(Caution::OfAnother));
        assert_eq!(with(json!({"name": [{"family": "Delgado"}], "birthDate": "1990-02-03"})), Some(Caution::OfAnother));
    }

    #[test]
    fn without_a_person_in_the_document_nobody_can_say_whose_record_it_is() {
        assert_eq!(caution_among(&[], json!({"resourceType": "Condition"})), Some(Caution::OfAnother));
        assert_eq!(caution_among(&[], json!({"resourceType": "Organization"})), None);
    }
}
