//! What stands behind a reference of a record: the drug of a prescription, the payer of a policy.
//!
//! Senders may keep both in a record of their own, beside or inside (US Core). Staff must read the drug and not "Medication",
//! and the EHR must get it whether or not the other record is ticked. The record itself stays as it came.

use super::entry_name::EntryName;
use crate::fhir::{Entry, Resource, concept_text};
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// More payers than this are not followed.
const MAX_PAYERS: usize = 8;

/// The words behind one Reference of an item.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Followed {
    /// Where the Reference stands, as a JSON pointer.
    pub pointer: String,
    /// What it leads to, as a CodeableConcept.
    pub concept: Sensitive<Value>,
}

/// The entries of one Bundle that references are followed to.
pub(super) struct Followable<'a>(Vec<(EntryName, &'a Resource)>);

impl<'a> Followable<'a> {
    pub(super) fn of(entries: &'a [Entry]) -> Followable<'a> {
        let named = entries.iter().filter(|entry| matches!(entry.resource.kind(), "Medication" | "Organization"));
        Followable(named.map(|entry| (EntryName::of(entry), &entry.resource)).collect())
    }

    /// Everything that can be said of what the resource refers to.
    pub(super) fn follow(&self, resource: &Resource) -> Vec<Followed> {
        let (pointers, kind): (Vec<String>, &str) = match resource.kind() {
            "MedicationRequest" | "MedicationStatement" => (vec!["/medicationReference".to_owned()], "Medication"),
            "Coverage" => {
                let payers = resource.list("/payor").len().min(MAX_PAYERS);
                ((0..payers).map(|number| format!("/payor/{number}")).collect(), "Organization")
            }
            _ => return Vec::new(),
        };
        let followed = pointers.into_iter().filter_map(|pointer| {
            let words = resource.text(&format!("{pointer}/reference"))?;
            let concept = Sensitive::new(self.concept(words, resource, kind)?);
            Some(Followed { pointer, concept })
        });
        followed.collect()
    }

    fn concept(&self, words: &str, resource: &Resource, kind: &str) -> Option<Value> {
        if let Some(id) = words.strip_prefix('#') {
            let inner = resource.list("/contained").iter().find(|inner| inner["id"] == id)?;
            return Resource::from_json(inner.clone()).filter(|inner| inner.kind() == kind).and_then(|it| named(&it));
        }
        let target = self.0.iter().find(|(name, target)| target.kind() == kind && name.answers_to(words));
        target.and_then(|(_, target)| named(target))
    }
}

/// The words found behind the Reference at `pointer`.
pub(super) fn said(followed: &[Followed], pointer: &str) -> Option<String> {
    followed.iter().find(|it| it.pointer == pointer).and_then(|it| concept_text(it.concept.reveal()))
}

/// What a Medication or an Organization is called; a mixture without a code is called by what is in it.
fn named(target: &Resource) -> Option<Value> {
    if target.kind() == "Organization" {
        return target.text("/name").map(|name| json!({"text": name}));
    }
    if target.concept("/code").is_some() {
        return target.json().reveal().get("code").cloned();
    }
    let ingredients = target.list("/ingredient").iter();
    let words: Vec<String> = ingredients.filter_map(|part| concept_text(&part["itemCodeableConcept"])).collect();
    (!words.is_empty()).then(|| json!({"text": words.join(" + ")}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(medicine: &Value, reference: &str) -> Option<String> {
        let entry = |url: &str, json: &Value| Entry {
            full_url: Some(url.to_owned()),
            resource: Resource::from_json(json.clone()).expect("a resource"),
        };
        let request = json!({"resourceType": "MedicationRequest", "medicationReference": {"reference": reference},
            "contained": [medicine]});
        let organization = json!({"resourceType": "Organization", "id": "m", "name": "Not a drug"});
        let entries = [entry("urn:uuid:o", &organization), entry("urn:uuid:m", medicine)];
        let request = Resource::from_json(request).expect("a resource");
        said(&Followable::of(&entries).follow(&request), "/medicationReference")
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
    fn a_mixture_is_called_by_what_is_in_it() {
        let part = |name: &str| json!({"itemCodeableConcept": {"text": name}});
        let mixture = json!({"resourceType": "Medication", "id": "m", "ingredient": [part("A"), part("B")]});
        assert_eq!(said_of(&mixture, "#m").as_deref(), Some("A + B"));
    }
}
