//! What stands behind a reference of a record: the drug of a prescription, the payer of a policy, the bytes of a document.
//!
//! Senders may keep both in a record of their own, beside or inside (US Core). Staff must read the drug and not "Medication",
//! and the EHR must get it whether or not the other record is ticked. The record itself stays as it came.

use super::attachment::Found;
use super::entry_name::Spelling;
use super::reference_target::ReferenceTarget;
use crate::fhir::{Entry, RecordType, Resource, concept_text, is_left_out, words_at};
use crate::sensitive::Sensitive;
use crate::time::Day;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

/// More payers of one record are not looked up.
const MAX_TARGETS: usize = 8;
/// More documents of one record are not looked up; as many are looked at.
const MAX_DOCUMENTS: usize = 200;

/// The types that are looked up by type.
const LOOKED_UP: [RecordType; 5] = [
    RecordType::Medication,
    RecordType::Substance,
    RecordType::Organization,
    RecordType::Binary,
    RecordType::DocumentReference,
];

/// The entries of one Bundle that references lead to. Most documents refer to little: each index is made when it is asked.
pub(super) struct EntryIndex<'a> {
    entries: &'a [Entry],
    day: Day,
    /// Places by `fullUrl` and by type with id.
    by_words: OnceCell<HashMap<Cow<'a, str>, usize>>,
    /// Places of what is looked up by type and by whatever leads there.
    by_type: OnceCell<HashMap<(RecordType, Spelling<'a>), usize>>,
    /// What leads to entries that no record can be about.
    things: OnceCell<HashSet<Spelling<'a>>>,
    /// What entries are called that something led to, by their places: hundreds of results are of one visit.
    names: RefCell<HashMap<usize, Option<String>>>,
}

impl<'a> EntryIndex<'a> {
    pub(super) fn new(entries: &'a [Entry], day: Day) -> EntryIndex<'a> {
        EntryIndex {
            entries,
            day,
            by_words: OnceCell::new(),
            by_type: OnceCell::new(),
            things: OnceCell::new(),
            names: RefCell::default(),
        }
    }

    /// The day by which the entries are read.
    pub(super) const fn day(&self) -> Day {
        self.day
    }

    /// The place of the entry that `words` lead to, by its usual spellings.
    pub(super) fn place_of(&self, words: &str) -> Option<usize> {
        let unversioned = words.split_once("/_history/").map_or(words, |(address, _)| address);
        let by_words = self.by_words.get_or_init(|| {
            let mut by_words = HashMap::new();
            for (place, Entry { full_url, resource }) in self.entries.iter().enumerate() {
                let relative = resource.id().map(|id| Cow::Owned(format!("{}/{id}", resource.kind())));
                for words in full_url.as_deref().map(Cow::Borrowed).into_iter().chain(relative) {
                    by_words.entry(words).or_insert(place);
                }
            }
            by_words
        });
        by_words.get(unversioned).copied()
    }

    /// Whether `words` lead to an entry that no record can be about.
    pub(super) fn is_thing(&self, words: &str) -> bool {
        let things = self.things.get_or_init(|| {
            let things = self.entries.iter().filter(|entry| !can_be_subject(&entry.resource));
            things.flat_map(|entry| Spelling::of_entry(entry.full_url.as_deref(), &entry.resource)).collect()
        });
        Spelling::meant_by(words).any(|meant| things.contains(&meant))
    }

    /// Everything that can be said of what the resource refers to.
    pub(super) fn targets_of(&self, resource: &Resource, attachments: &[Found<'_>]) -> Vec<ReferenceTarget> {
        let (pointers, wanted): (Vec<String>, RecordType) = match resource.record_type() {
            Some(
                RecordType::MedicationRequest
                | RecordType::MedicationStatement
                | RecordType::MedicationDispense
                | RecordType::MedicationAdministration,
            ) => (vec!["/medicationReference".to_owned()], RecordType::Medication),
            Some(RecordType::Coverage) => {
                let payers = resource.list("/payor").len().min(MAX_TARGETS);
                ((0..payers).map(|number| format!("/payor/{number}")).collect(), RecordType::Organization)
            }
            _ => return self.documents(resource, attachments),
        };
        let concepts = pointers.into_iter().filter_map(|pointer| {
            let words = resource.text(&format!("{pointer}/reference"))?;
            let target = self.target(words, resource, wanted)?;
            let mut name = self.named(&target)?;
            if wanted == RecordType::Medication {
                self.tell_apart(&target, &mut name);
            }
            Some(ReferenceTarget { pointer, concept: Sensitive::new(name) })
        });
        concepts.chain(self.documents(resource, attachments)).collect()
    }

    /// Attachments without bytes whose address is an entry of the same Bundle. Nothing is fetched.
    fn documents(&self, resource: &Resource, attachments: &[Found<'_>]) -> Vec<ReferenceTarget> {
        let without = attachments.iter().filter(|found| found.attachment["data"].is_null());
        let targets = without.filter_map(|found| {
            let words = found.attachment["url"].as_str().or_else(|| found.attachment["reference"].as_str())?;
            let target = [RecordType::Binary, RecordType::DocumentReference]
                .into_iter()
                .find_map(|wanted| self.target(words, resource, wanted))?;
            let target = target.for_one_look();
            let json = target.json().reveal();
            let document = if target.is(RecordType::Binary) { json } else { json.pointer("/content/0/attachment")? };
            let concept = match document["data"].as_str() {
                Some(data) => json!({"contentType": document["contentType"], "data": data}),
                None if is_left_out(document) => {
                    json!({"contentType": document["contentType"], "_data": document["_data"]})
                }
                None => return None,
            };
            let concept = Sensitive::new(concept);
            Some(ReferenceTarget { pointer: found.pointer.clone(), concept })
        });
        targets.take(MAX_DOCUMENTS).collect()
    }

    /// The Organizations behind `payor`.
    pub(super) fn payers_of(&self, resource: &Resource) -> Vec<&'a Resource> {
        let words = resource.list("/payor").iter().take(MAX_TARGETS).filter_map(|payor| payor["reference"].as_str());
        words.filter_map(|words| self.beside(words, RecordType::Organization)).collect()
    }

    /// What a Reference of the resource without words of its own leads to.
    pub(super) fn name_behind(&self, reference: &str, resource: &Resource) -> Option<String> {
        if let Some(id) = reference.strip_prefix('#') {
            return concept_text(&self.named(&contained(resource, id)?)?);
        }
        let place = self.place_of(reference)?;
        let name = || concept_text(&self.named(&self.entries.get(place)?.resource.for_one_look())?);
        self.names.borrow_mut().entry(place).or_insert_with(name).clone()
    }

    /// The entry or the contained resource of this type that `words` lead to.
    fn target(&self, words: &str, resource: &Resource, wanted: RecordType) -> Option<Cow<'a, Resource>> {
        match words.strip_prefix('#') {
            Some(id) => contained(resource, id).filter(|inner| inner.is(wanted)).map(Cow::Owned),
            None => self.beside(words, wanted).map(Cow::Borrowed),
        }
    }

    fn beside(&self, words: &str, wanted: RecordType) -> Option<&'a Resource> {
        let by_type = self.by_type.get_or_init(|| {
            let mut by_type = HashMap::new();
            for (place, Entry { full_url, resource }) in self.entries.iter().enumerate() {
                if let Some(record_type) = resource.record_type().filter(|it| LOOKED_UP.contains(it)) {
                    for spelling in Spelling::of_entry(full_url.as_deref(), resource) {
                        by_type.entry((record_type, spelling)).or_insert(place);
                    }
                }
            }
            by_type
        });
        let places = Spelling::meant_by(words).filter_map(|meant| by_type.get(&(wanted, meant)));
        self.entries.get(*places.min()?).map(|entry| &entry.resource)
    }

    /// What a record is called, as a CodeableConcept; a mixture without a code is called by what is in it.
    fn named(&self, target: &Resource) -> Option<Value> {
        let text = |path: &str| words_at(target.json().reveal(), path, self.day).map(|name| json!({"text": name}));
        match target.record_type() {
            Some(
                RecordType::Organization
                | RecordType::Location
                | RecordType::Practitioner
                | RecordType::Patient
                | RecordType::RelatedPerson,
            ) => text("name"),
            // Somebody else's record that was set aside.
            Some(RecordType::Bundle) => text("entry/resource/name"),
            Some(RecordType::PractitionerRole) => text("practitioner/display").or_else(|| text("code")),
            Some(RecordType::Medication | RecordType::Substance) if target.concept("/code").is_none() => {
                let parts = target.list("/ingredient").iter().take(MAX_TARGETS).filter_map(|part| {
                    concept_text(&part["itemCodeableConcept"]).or_else(|| {
                        let reference = &part["itemReference"];
                        let words = reference["reference"].as_str().unwrap_or_default();
                        let inner = [RecordType::Substance, RecordType::Medication]
                            .into_iter()
                            .find_map(|wanted| self.target(words, target, wanted));
                        inner
                            .and_then(|inner| inner.concept("/code"))
                            .or_else(|| reference["display"].as_str().map(str::to_owned))
                    })
                });
                let words: Vec<String> = parts.collect();
                (!words.is_empty()).then(|| json!({"text": words.join(" + ")}))
            }
            Some(RecordType::Medication | RecordType::Substance) => target.json().reveal().get("code").cloned(),
            _ => ["code", "vaccineCode", "description", "title", "type", "deviceName/name"]
                .iter()
                .find_map(|path| text(path)),
        }
    }

    /// Form and strength of a drug belong to its name where its name does not say them: 5 mL of one are not 5 mL of another.
    fn tell_apart(&self, drug: &Resource, name: &mut Value) {
        let Some(words) = concept_text(name) else { return };
        let ingredients = if drug.list("/ingredient").len() > 1 { "ingredient" } else { "ingredient/strength" };
        let more = ["form", ingredients, "amount"].into_iter();
        let more = more.filter_map(|path| words_at(drug.json().reveal(), path, self.day));
        let is_new = |more: &String| !more.split("; ").all(|part| says(&words, part));
        let more: Vec<String> = more.filter(is_new).collect();
        if let (Value::Object(members), false) = (name, more.is_empty()) {
            members.insert("text".to_owned(), Value::String(format!("{words}, {}", more.join(", "))));
        }
    }
}

/// Whether a name says a strength or a form: "15 mg" does not say "5 mg", nor "5 mg/mL".
fn says(name: &str, more: &str) -> bool {
    let (name, more) = (name.to_lowercase(), more.to_lowercase());
    let is_part = |letter: &char| letter.is_alphanumeric() || matches!(letter, '.' | ',' | '/' | '-');
    name.match_indices(&more).any(|(at, _)| {
        let before = name.get(..at).and_then(|before| before.chars().next_back());
        let mut behind = name.get(at + more.len()..).unwrap_or_default().chars();
        // A comma or a full stop is part of a number where a digit stands behind it.
        let is_end = match behind.next() {
            Some('.' | ',') => !behind.next().is_some_and(|letter| letter.is_ascii_digit()),
            letter => !letter.as_ref().is_some_and(is_part),
        };
        !before.as_ref().is_some_and(is_part) && is_end
    })
}

fn contained(resource: &Resource, id: &str) -> Option<Resource> {
    let inner = resource.list("/contained").iter().find(|inner| inner["id"] == id)?;
    Resource::from_json(inner.clone())
}

/// Whether R4 lets a record be about one of these.
fn can_be_subject(resource: &Resource) -> bool {
    matches!(
        resource.record_type(),
        Some(
            RecordType::Patient
                | RecordType::Group
                | RecordType::RelatedPerson
                | RecordType::Practitioner
                | RecordType::Person
                | RecordType::Device
                | RecordType::Location
        )
    )
}

/// The words found behind the Reference at `pointer`.
pub(super) fn said(targets: &[ReferenceTarget], pointer: &str) -> Option<String> {
    targets.iter().find(|it| it.pointer == pointer).and_then(|it| concept_text(it.concept.reveal()))
}

#[cfg(test)]
mod tests {
    use super::super::attachment::attachments;
    use super::*;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn entry(url: &str, json: &Value) -> Entry {
        Entry { full_url: Some(url.to_owned()), resource: Resource::from_json(json.clone()).expect("a resource") }
    }

    fn said_of(medicine: &Value, reference: &str) -> Option<String> {
        let request = json!({"resourceType": "MedicationRequest", "medicationReference": {"reference": reference},
            "contained": [medicine]});
        let organization = json!({"resourceType": "Organization", "id": "m", "name": "Not a drug"});
        let substance = json!({"resourceType": "Substance", "id": "s", "code": {"text": "C"}});
        let entries =
            [entry("urn:uuid:o", &organization), entry("urn:uuid:m", medicine), entry("urn:uuid:s", &substance)];
        let request = Resource::from_json(request).expect("a resource");
        said(&EntryIndex::new(&entries, DAY).targets_of(&request, &[]), "/medicationReference")
    }

    #[test]
    fn a_drug_is_found_beside_and_inside_the_record_and_nowhere_else() {
        let medicine = json!({"resourceType": "Medication", "id": "m", "code": {"text": "Metformin"}});
        for reference in ["urn:uuid:m", "Medication/m", "Medication/m/_history/1", "#m"] {
            assert_eq!(said_of(&medicine, reference).as_deref(), Some("Metformin"), "{reference}");
        }
        for reference in ["urn:uuid:o", "Organization/m", "Medication/n", "#n", "m"] {
            assert_eq!(said_of(&medicine, reference), None, "{reference}");
        }
    }

    #[test]
    fn a_drug_is_told_with_its_strength_beside_and_inside_the_record() {
        let strength = |value: u8, unit: &str| json!({"numerator": {"value": value, "unit": unit}, "denominator": {"value": 1, "unit": "tablet"}});
        let of = |name: &str, more: Value| {
            let mut drug = json!({"resourceType": "Medication", "id": "m", "code": {"text": name}});
            for (name, value) in more.as_object().expect("members") {
                drug[name] = value.clone();
            }
            let told = said_of(&drug, "#m").expect("a name");
            assert_eq!(said_of(&drug, "urn:uuid:m").as_ref(), Some(&told));
            told
        };
        let told = of("Methotrexate", json!({"ingredient": [{"strength": strength(10, "mg")}]}));
        assert!(told.starts_with("Methotrexate, 10 mg"), "{told}");
        let tablet = of("Warfarin 5 mg tablet", json!({"form": {"text": "tablet"}}));
        assert_eq!(tablet, "Warfarin 5 mg tablet");
        for (name, form) in [("Morphine 15 mg", "5 mg"), ("Morphine 2.5 mg", "5 mg"), ("Morphine 5 mg/mL", "5 mg")] {
            assert_eq!(of(name, json!({"form": {"text": form}})), format!("{name}, {form}"));
        }
    }

    #[test]
    fn a_mixture_is_called_by_what_is_in_it_wherever_that_stands() {
        let part = |name: &str| json!({"itemCodeableConcept": {"text": name}});
        let inner = json!({"resourceType": "Substance", "id": "d", "code": {"text": "D"}});
        let referred = |words: &str| json!({"itemReference": {"reference": words}});
        let mixture = json!({"resourceType": "Medication", "id": "m", "contained": [inner],
            "ingredient": [part("A"), part("B"), referred("urn:uuid:s"), referred("#d")]});
        assert_eq!(said_of(&mixture, "#m").as_deref(), Some("A + B + C + D"));
    }

    #[test]
    fn the_bytes_of_a_document_are_found_in_another_entry_and_an_address_is_left_alone() {
        let binary = json!({"resourceType": "Binary", "id": "b", "contentType": "application/pdf", "data": "JVBERi0="});
        let entries = [entry("urn:uuid:b", &binary)];
        let targets = |url: &str| {
            let letter = json!({"resourceType": "DocumentReference", "content": [{"attachment": {"url": url}}]});
            let letter = Resource::from_json(letter).expect("a resource");
            EntryIndex::new(&entries, DAY).targets_of(&letter, &attachments(&letter))
        };
        for url in ["urn:uuid:b", "Binary/b"] {
            let found = targets(url);
            assert_eq!(found[0].pointer, "/content/0/attachment", "{url}");
            assert_eq!(found[0].concept.reveal()["data"], "JVBERi0=", "{url}");
        }
        assert!(targets("https://elsewhere.example/Binary/b2").is_empty());
    }
}
