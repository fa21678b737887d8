//! A received Bundle: its type, its time, its entries in order.

use super::{Outline, RecordType, Resource, is_restricted};
use crate::json::{JsonDefect, take_member};
use crate::limits::{Budget, MAX_ENTRIES};
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// More labels than this on one Bundle are not carried.
const MAX_LABELS: usize = 50;
/// The codes of `Composition.confidentiality`.
const CONFIDENTIALITY: &str = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";

/// Why bytes are not a Bundle we can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum BundleDefect {
    /// RFC 8259: not JSON, or nested deeper than 100 levels.
    #[error("the content is not JSON")]
    NotJson,
    /// RFC 8259 4 and 6: a member named twice, or a number beyond every range; two readers would see two documents.
    #[error("the content can be read in two ways")]
    Ambiguous,
    /// FHIR R4 Bundle: `resourceType` is not `Bundle`.
    #[error("the content is not a FHIR Bundle")]
    NotABundle,
    /// A limit of ours.
    #[error("the Bundle has more than 200,000 entries, or too many values")]
    TooLarge,
}

impl From<JsonDefect> for BundleDefect {
    fn from(defect: JsonDefect) -> Self {
        match defect {
            JsonDefect::NotJson => BundleDefect::NotJson,
            JsonDefect::NameTwice | JsonDefect::NumberRange => BundleDefect::Ambiguous,
            JsonDefect::TooManyValues => BundleDefect::TooLarge,
        }
    }
}

/// One entry: where it says it lives, and the resource.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `Bundle.entry.fullUrl`, the name by which other entries refer to this one.
    pub full_url: Option<String>,
    /// The resource, as it came.
    pub resource: Resource,
}

/// A received Bundle. Never forwarded as it is: its `request` members are not read at all.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// `Bundle.type`.
    pub kind: String,
    /// `Bundle.timestamp`, as sent.
    pub timestamp: Option<String>,
    /// Entries that hold a resource, in order.
    pub entries: Vec<Entry>,
    /// How many entries held nothing that can be called a resource.
    pub unreadable: usize,
    /// KTC "App Attestation": a compact JWS, when one is there.
    pub attestation: Option<Sensitive<String>>,
    /// Where labels of the whole Bundle, or of its Composition, restrict who may see it: the labels of the whole, as
    /// `meta.security` has them. Otherwise none.
    pub labels: Sensitive<Value>,
    /// Whether `meta.profile` is present (KTC: SHOULD NOT be).
    pub claims_profile: bool,
}

/// Where KTC keeps the app attestation.
const ATTESTATION: &str = "https://cms.gov/fhir/StructureDefinition/app-attestation";

impl Bundle {
    /// Reads a Bundle from JSON bytes.
    pub fn read(bytes: &[u8]) -> Result<Bundle, BundleDefect> {
        Bundle::from_outline(Outline::read(bytes, &mut Budget::for_one_share())?)
    }

    /// Reads a Bundle whose resources are still text.
    pub fn from_outline(outline: Outline<'_>) -> Result<Bundle, BundleDefect> {
        let mut bundle = Bundle::without_entries(outline.head())?;
        bundle.add_entries(outline.into_entries())?;
        Ok(bundle)
    }

    /// Reads a Bundle from parsed JSON.
    pub fn from_json(mut json: Value) -> Result<Bundle, BundleDefect> {
        let mut bundle = Bundle::without_entries(&json)?;
        let Value::Array(entries) = take_member(&mut json, "entry") else { return Ok(bundle) };
        let entries = entries.into_iter().map(|mut entry| {
            let full_url = text(&entry["fullUrl"]);
            (full_url, Resource::from_json(take_member(&mut entry, "resource")))
        });
        bundle.add_entries(entries)?;
        Ok(bundle)
    }

    fn without_entries(json: &Value) -> Result<Bundle, BundleDefect> {
        if json["resourceType"] != "Bundle" {
            return Err(BundleDefect::NotABundle);
        }
        let attestation = json["meta"]["extension"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|extension| extension["url"] == ATTESTATION)
            .and_then(|extension| text(&extension["valueString"]))
            .map(Sensitive::from);
        Ok(Bundle {
            kind: text(&json["type"]).unwrap_or_default(),
            timestamp: text(&json["timestamp"]),
            entries: Vec::new(),
            unreadable: 0,
            attestation,
            labels: Sensitive::new(Value::Array(restricting_labels(&json["meta"]["security"]))),
            claims_profile: !json["meta"]["profile"].is_null(),
        })
    }

    fn add_entries(
        &mut self,
        entries: impl ExactSizeIterator<Item = (Option<String>, Option<Resource>)>,
    ) -> Result<(), BundleDefect> {
        if entries.len() > MAX_ENTRIES {
            return Err(BundleDefect::TooLarge);
        }
        let mut labels = self.labels.reveal().as_array().cloned().unwrap_or_default();
        for (full_url, resource) in entries {
            let Some(resource) = resource else {
                self.unreadable += 1;
                continue;
            };
            // A document is as confidential as its Composition says (FHIR R4 Composition.confidentiality).
            if resource.is(RecordType::Composition) {
                let confidentiality = &resource.json().reveal()["confidentiality"];
                if is_restricted(confidentiality) {
                    labels.push(json!({"system": CONFIDENTIALITY, "code": confidentiality}));
                }
            }
            // An empty name is nobody's.
            self.entries.push(Entry { full_url: full_url.filter(|url| !url.trim().is_empty()), resource });
        }
        labels.truncate(MAX_LABELS);
        self.labels = Sensitive::new(Value::Array(labels));
        Ok(())
    }

    /// Whether the labels of the whole restrict who may see it.
    pub fn is_restricted(&self) -> bool {
        self.labels.reveal().as_array().is_some_and(|labels| !labels.is_empty())
    }

    /// Takes over what restricts the other, which it holds or which holds it.
    pub fn restrict_as(&mut self, other: &Bundle) {
        let (Value::Array(mine), Value::Array(theirs)) = (self.labels.reveal().clone(), other.labels.reveal()) else {
            return;
        };
        let new: Vec<Value> = theirs.iter().filter(|label| !mine.contains(label)).cloned().collect();
        self.labels = Sensitive::new(Value::Array([mine, new].concat()));
    }

    /// All resources of one type.
    pub fn of_type(&self, record_type: RecordType) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.resource.is(record_type))
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// All labels, where one of them restricts. A bare code stands for its label.
fn restricting_labels(security: &Value) -> Vec<Value> {
    match security {
        security if !is_restricted(security) => Vec::new(),
        Value::Array(labels) => labels.iter().filter(|label| label.is_object()).cloned().collect(),
        code => vec![json!({"system": CONFIDENTIALITY, "code": code})],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_entry_without_a_resource_does_not_hide_the_others() {
        let bundle = Bundle::from_json(json!({"resourceType": "Bundle", "type": "collection",
            "entry": [{"fullUrl": "urn:uuid:1"}, 7, "x", [], null, {"resource": {"resourceType": "Patient"}}]}));
        let bundle = bundle.expect("a bundle");
        assert_eq!((bundle.entries.len(), bundle.unreadable), (1, 5));
    }

    #[test]
    fn nesting_without_end_is_refused() {
        assert_eq!(Bundle::read("[".repeat(100_000).as_bytes()).err(), Some(BundleDefect::NotJson));
    }

    #[test]
    fn a_decimal_keeps_its_digits() {
        let bundle = Bundle::read(
            br#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Observation","valueQuantity":{"value":1.50}}}]}"#,
        );
        let text = bundle.expect("a bundle").entries[0].resource.json().reveal().to_string();
        assert!(text.contains("1.50"), "{text}");
    }
}
