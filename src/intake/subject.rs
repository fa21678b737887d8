//! Whose record a resource is: the person's of the share, or nobody can say.
//!
//! A share about one person (KTC "PatientSharedBundle") can still hold a record whose `subject` is somebody else. Filing
//! re-points every record to the chart, so such a record must be seen before, and left. Every member that can name a person is
//! asked, and one that names another forbids.

use super::Caution;
use super::entry_name::{is_nameless, leads_to};
use super::person::{NameFit, day_in_common, said_by};
use super::references::EntryIndex;
use crate::fhir::{Entry, Filed, Originals, RecordType, Resource, Texts, found};
use crate::text::folded_words;
use crate::time::Day;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// More subjects of one record are not looked at.
const MAX_SUBJECTS: usize = 100;
/// Elements by which types say whose a record is, in R4 and in other versions. All are read of each type, beside the element
/// of its own ([`RecordType::subject`]): a record of a type that does not have one of them is not thereby nobody's.
pub(crate) const SUBJECTS: [&str; 6] = ["subject", "patient", "beneficiary", "individual", "for", "candidate"];
/// Elements that name people beside things: only a Patient in them says whose the record is (R4 Observation.focus "when it is
/// not about the subject of record", DocumentReference, Appointment, AppointmentResponse, Schedule, Group, Person,
/// BiologicallyDerivedProduct; R5 SupplyRequest).
const TAKING_PART: [&str; 8] = [
    "focus",
    "context/sourcePatientInfo",
    "participant/actor",
    "actor",
    "member/entity",
    "link/target",
    "collection/source",
    "deliverFor",
];

/// The Patient entry of one document: what others of its entries call it, and what it says about the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonEntry {
    full_url: Option<String>,
    patient: Resource,
    /// Further entries of the same person, by which others may call them.
    also: Vec<(Option<String>, Resource)>,
}

/// Whom the records of a document can be about.
#[derive(Clone, Copy)]
pub(super) enum Whom<'a> {
    /// The person whom it describes.
    Person(&'a PersonEntry),
    /// It describes nobody, and another document of the share describes somebody.
    NobodyHere,
    /// The whole share describes nobody.
    NobodyAtAll,
}

impl PersonEntry {
    /// The first Patient. One that says the same again is taken out of the entries: it counts once, and its names lead to the
    /// first. The entries describe no second person.
    pub(super) fn take(entries: &mut Vec<Entry>) -> Option<PersonEntry> {
        let is_patient = |entry: &&Entry| entry.resource.is(RecordType::Patient);
        let mut patients = entries.iter().filter(is_patient).cloned();
        let Entry { full_url, resource: patient } = patients.next()?;
        let also: Vec<Entry> = patients.collect();
        if let Some(said) = said_by(&patient).filter(|_| !also.is_empty()) {
            let mut is_first = true;
            entries.retain(|entry| {
                let is_patient = entry.resource.is(RecordType::Patient);
                let again = is_patient && !is_first && said_by(&entry.resource).as_ref() == Some(&said);
                is_first &= !is_patient;
                !again
            });
        }
        let also = also.into_iter().map(|Entry { full_url, resource }| (full_url, resource)).collect();
        Some(PersonEntry { full_url, patient, also })
    }

    /// See [`Resource::move_to`].
    pub(super) fn move_to(&mut self, originals: &mut Originals) -> bool {
        self.patient.move_to(originals)
    }

    /// See [`Resource::find_in`].
    pub(super) fn find_in(&mut self, texts: &Arc<Texts>, left: &mut usize) -> bool {
        self.patient.find_in(texts, left)
    }

    /// The person's own resource, as it came.
    pub(crate) fn patient(&self) -> &Resource {
        &self.patient
    }

    /// Whether a reference of the same document leads to the person.
    pub(crate) fn answers_to(&self, words: &str) -> bool {
        self.entries().any(|(full_url, patient)| leads_to(words, full_url, patient))
    }

    fn entries(&self) -> impl Iterator<Item = (Option<&str>, &Resource)> {
        let also = self.also.iter().map(|(full_url, patient)| (full_url.as_deref(), patient));
        std::iter::once((self.full_url.as_deref(), &self.patient)).chain(also)
    }

    /// A reference with an address: the person's, somebody else's, or one that cannot tell. One that leads to an entry that is
    /// no person is a mistake of the sender. Words beside it that name somebody else are another.
    fn named_by(&self, words: &str, display: &Value, entries: &EntryIndex<'_>) -> Option<Caution> {
        let is_nameless = || self.entries().all(|(full_url, patient)| is_nameless(full_url, patient));
        match self.answers_to(words) {
            true => self.is_contradicted_by(display).then_some(Caution::PersonUnclear),
            false if is_nameless() || entries.is_thing(words) => Some(Caution::PersonUnclear),
            false => Some(Caution::OfAnother),
        }
    }

    /// A reference without an address: `None` unless it tells of somebody else.
    fn logical(&self, reference: &Value) -> Option<Caution> {
        let is_patient = stated_type(reference).is_none_or(|stated| stated == Some(RecordType::Patient));
        let stated = &reference["identifier"];
        let mut same_system = self.patient.list("/identifier").iter().filter(|known| {
            stated["system"].is_string() && stated["value"].is_string() && known["system"] == stated["system"]
        });
        let first = same_system.next();
        let differs = first.is_some_and(|first| first["value"] != stated["value"])
            && !same_system.any(|known| known["value"] == stated["value"]);
        (differs || !is_patient || self.is_contradicted_by(&reference["display"])).then_some(Caution::OfAnother)
    }

    /// Whether words beside a reference are a name that has nothing in common with any of the person's.
    fn is_contradicted_by(&self, display: &Value) -> bool {
        let Some(display) = display.as_str() else { return false };
        let names = found(self.patient.json().reveal(), "name");
        let parts = ["family", "given", "text", "prefix", "suffix"];
        let own =
            || names.iter().flat_map(|name| parts.iter().flat_map(|part| found(name, part))).filter_map(Value::as_str);
        // As the sender writes it, in most records: to look so far costs little.
        let words = |text| str::split(text, |letter: char| !letter.is_alphanumeric());
        if own().flat_map(words).any(|word| word.len() > 1 && words(display).any(|said| said == word)) {
            return false;
        }
        if !looks_like_a_name(display) {
            return false;
        }
        let (said, own) = (folded_words(display), own().flat_map(folded_words).collect::<Vec<_>>());
        let is_latin = |word: &String| word.bytes().all(|byte| byte.is_ascii_alphabetic());
        // Names in two scripts cannot be compared.
        let comparable = said.iter().any(is_latin) == own.iter().any(is_latin);
        !own.is_empty() && comparable && !said.iter().any(|word| own.contains(word))
    }

    /// A Patient inside the record: it must not contradict the person of the share, and what is too short is said.
    fn contained(&self, inner: &Resource, day: Day) -> Option<Caution> {
        if !inner.is(RecordType::Patient) {
            return Some(Caution::OfAnother);
        }
        match (NameFit::of(inner, &self.patient, day), day_in_common(inner, &self.patient)) {
            (Some(NameFit::Differs), _) | (_, Some(false)) => Some(Caution::OfAnother),
            (Some(NameFit::Exact | NameFit::Compatible), Some(true)) => None,
            (Some(NameFit::Exact | NameFit::Compatible | NameFit::Short) | None, _) => Some(Caution::PersonUnclear),
        }
    }
}

/// Two words or more, of letters alone, and none of them `Patient`: `Patient 12` and `self` name nobody.
fn looks_like_a_name(display: &str) -> bool {
    let words = folded_words(display);
    let is_word =
        |word: &String| word.chars().all(char::is_alphabetic) && RecordType::Patient.word().to_lowercase() != *word;
    // Initials fit many names.
    words.iter().filter(|word| word.chars().count() > 1).count() > 1 && words.iter().all(is_word)
}

/// The type that a Reference states; it may be spelled as the address of its definition (R4 Reference.type).
fn stated_type(reference: &Value) -> Option<Option<RecordType>> {
    let word = reference["type"].as_str().and_then(|word| word.rsplit('/').next())?;
    Some(RecordType::from_word(word))
}

/// The References by which a resource says whose it is.
pub(super) fn subjects_of(resource: &Resource) -> Vec<&Value> {
    let taking_part = taking_part_in(resource).into_iter().filter(|it| is_of_a_patient(it));
    stated_in(resource).into_iter().chain(taking_part).collect()
}

/// The References to whatever takes part in what a resource is about.
pub(super) fn taking_part_in(resource: &Resource) -> Vec<&Value> {
    TAKING_PART.iter().flat_map(|path| found(resource.json().reveal(), path)).collect()
}

fn stated_in(resource: &Resource) -> Vec<&Value> {
    let json = resource.json().reveal();
    let own = resource.record_type().and_then(RecordType::subject).filter(|own| !SUBJECTS.contains(own));
    let stated = SUBJECTS.into_iter().chain(own).map(|element| &json[element]);
    let stated = stated.flat_map(|it| it.as_array().map_or(std::slice::from_ref(it), Vec::as_slice));
    stated.filter(|it| !it.is_null()).collect()
}

/// Whether a Reference says that it leads to a Patient.
fn is_of_a_patient(reference: &Value) -> bool {
    let words = reference["reference"].as_str().unwrap_or_default();
    let words = words.split_once("/_history/").map_or(words, |(address, _)| address);
    let spelled = words.rsplit('/').nth(1).and_then(RecordType::from_word);
    spelled.or(stated_type(reference).flatten()) == Some(RecordType::Patient)
}

/// What must be said about whose record it is; `None` when it is the person's of the share.
pub(super) fn caution_of(resource: &Resource, whom: Whom<'_>, entries: &EntryIndex<'_>) -> Option<Caution> {
    let record_type = resource.record_type();
    match record_type {
        Some(RecordType::Patient) => return is_out_of_use(resource).then_some(Caution::OutOfUse),
        // A Bundle that stayed closed is about somebody else, or too deep to be known.
        Some(RecordType::Bundle) => return Some(Caution::OfAnother),
        _ => {}
    }
    let stated = subjects_of(resource);
    // What is filed as itself is somebody's, also where it does not say whose.
    let is_somebodys = !stated.is_empty() || record_type.is_some_and(|it| it.filed() == Filed::AsItself);
    match whom {
        Whom::Person(_) if stated.len() > MAX_SUBJECTS => Some(Caution::OfAnother),
        Whom::Person(person) => {
            let cautions = stated.into_iter().filter_map(|it| caution_about(it, resource, person, entries));
            cautions.max_by_key(|caution| caution.forbids_taking())
        }
        Whom::NobodyHere => is_somebodys.then_some(Caution::OfAnother),
        Whom::NobodyAtAll => Some(Caution::NoPatient),
    }
}

/// R4 Patient.active and Patient.link, both "Is Modifier": the record is no longer the one to use.
fn is_out_of_use(patient: &Resource) -> bool {
    let json = patient.json().reveal();
    json["active"] == false || found(json, "link/type").iter().any(|kind| **kind == "replaced-by")
}

fn caution_about(
    reference: &Value,
    resource: &Resource,
    person: &PersonEntry,
    entries: &EntryIndex<'_>,
) -> Option<Caution> {
    match reference {
        Value::Null => None,
        Value::Object(members) => match members.get("reference").unwrap_or(&Value::Null) {
            Value::Null => person.logical(reference),
            Value::String(words) => match words.strip_prefix('#') {
                Some(id) => {
                    let inner = resource.list("/contained").iter().find(|inner| inner["id"] == id);
                    let inner = inner.and_then(|inner| Resource::from_json(inner.clone()));
                    inner.map_or(Some(Caution::OfAnother), |inner| person.contained(&inner, entries.day()))
                }
                None => person.named_by(words, &reference["display"], entries),
            },
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(Caution::OfAnother),
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Some(Caution::OfAnother),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

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
        let person = PersonEntry::take(&mut entries.to_vec());
        let whom = person.as_ref().map_or(Whom::NobodyHere, Whom::Person);
        caution_of(&resource, whom, &EntryIndex::new(entries, DAY))
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
            json!({"display": "Marsh, Ottoline"}),
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
            json!({"display": "DELGADO, ANA"}),
            json!({"display": "Patient number twelve"}),
            json!({"reference": "Patient/p9", "display": "Ms Ana Delgado"}),
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

    #[test]
    fn every_member_that_can_name_a_person_is_asked_and_one_of_another_forbids() {
        let (ours, other) = (json!({"reference": "urn:uuid:p"}), json!({"reference": "Patient/7"}));
        for kind in ["Condition", "Task", "Coverage", "Account", "ResearchSubject", "Immunization"] {
            for member in SUBJECTS {
                assert_eq!(caution(kind, &json!({ member: other })), Some(Caution::OfAnother), "{kind} {member}");
                assert_eq!(caution(kind, &json!({ member: ours })), None, "{kind} {member}");
                let mut both = json!({ "subject": ours, "patient": ours });
                both[member] = other.clone();
                assert_eq!(caution(kind, &both), Some(Caution::OfAnother), "{kind} {member}");
            }
        }
        let visit = |actor: &Value| {
            caution(
                "Appointment",
                &json!({"participant": [{"actor": {"reference": "Practitioner/1"}}, {"actor": actor}]}),
            )
        };
        assert_eq!((visit(&ours), visit(&json!({"reference": "Patient/p9"}))), (None, None));
        assert_eq!(visit(&other), Some(Caution::OfAnother));
        assert_eq!(caution("Observation", &json!({"subject": ours, "focus": [other]})), Some(Caution::OfAnother));
        assert_eq!(caution("Observation", &json!({"subject": ours, "focus": [{"reference": "Device/1"}]})), None);
    }

    #[test]
    fn words_of_somebody_else_beside_our_reference_are_said() {
        let subject = json!({"reference": "Patient/p9", "display": "Ottoline Marsh"});
        assert_eq!(caution("Condition", &json!({ "subject": subject })), Some(Caution::PersonUnclear));
    }

    #[test]
    fn a_patient_who_is_described_twice_counts_once_and_answers_to_both_names() {
        let patient = |id: &str| json!({"resourceType": "Patient", "id": id, "name": [{"family": "Marsh"}]});
        let entry =
            |id: &str| Entry { full_url: None, resource: Resource::from_json(patient(id)).expect("a resource") };
        let mut entries = vec![entry("a"), entry("b")];
        let person = PersonEntry::take(&mut entries).expect("a person");
        assert_eq!(entries.len(), 1);
        assert!(person.answers_to("Patient/a") && person.answers_to("Patient/b") && !person.answers_to("Patient/c"));
    }

    #[test]
    fn a_patient_record_that_is_no_longer_used_is_said_to_be() {
        let link = |kind: &str| json!({"link": [{"other": {"reference": "Patient/2"}, "type": kind}]});
        assert_eq!(caution("Patient", &json!({"active": false})), Some(Caution::OutOfUse));
        assert_eq!(caution("Patient", &link("replaced-by")), Some(Caution::OutOfUse));
        for used in [json!({"active": true}), json!({}), link("replaces"), link("seealso")] {
            assert_eq!(caution("Patient", &used), None, "{used}");
        }
    }

    #[test]
    fn where_the_whole_share_describes_nobody_each_record_says_so_and_stays_readable() {
        let of = |kind: &str| {
            let resource = Resource::from_json(json!({"resourceType": kind})).expect("a resource");
            caution_of(&resource, Whom::NobodyAtAll, &EntryIndex::new(&[], DAY))
        };
        assert_eq!(of("Coverage"), Some(Caution::NoPatient));
        assert_eq!(of("Organization"), Some(Caution::NoPatient));
        assert_eq!(of("Bundle"), Some(Caution::OfAnother));
        assert!(!Caution::NoPatient.forbids_taking());
    }
}
