//! One resource: the JSON as it came, and the few ways to look into it.

use super::RecordType;
use crate::json::read_counted;
use crate::sensitive::Sensitive;
use crate::text::code_displays;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};

/// A FHIR resource. The JSON is kept whole; accessors read from it. A copy is the same resource.
#[derive(Clone, Debug)]
pub struct Resource {
    kind: String,
    record_type: Option<RecordType>,
    json: Arc<LazyJson>,
}

/// Text that was checked, of which values are built when somebody looks; or values from the beginning.
#[derive(Debug)]
struct LazyJson {
    text: Sensitive<String>,
    built: OnceLock<Sensitive<Value>>,
}

/// How a resource is written down.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Resource")]
struct Written<Kind, Json> {
    kind: Kind,
    json: Json,
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { kind: self.kind(), json: self.json() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Resource, D::Error> {
        Written::deserialize(deserializer).map(|Written { kind, json }| Resource::built(kind, json))
    }
}

impl Resource {
    /// `None` unless it is an object with a `resourceType` of letters.
    pub fn from_json(json: Value) -> Option<Resource> {
        let kind = json["resourceType"].as_str()?.to_owned();
        is_plausible(&kind).then(|| Resource::built(kind, Sensitive::new(json)))
    }

    fn built(kind: String, json: Sensitive<Value>) -> Resource {
        Resource::new(kind, LazyJson { text: Sensitive::from(""), built: OnceLock::from(json) })
    }

    fn new(kind: String, json: LazyJson) -> Resource {
        Resource { record_type: RecordType::from_word(&kind), kind, json: Arc::new(json) }
    }

    /// The text of an object that [`crate::json::Reader`] accepted and whose `resourceType` is `kind`; `None` unless that is
    /// of letters.
    pub(super) fn from_checked_text(kind: String, text: &str) -> Option<Resource> {
        let json = || LazyJson { text: Sensitive::from(text), built: OnceLock::new() };
        is_plausible(&kind).then(|| Resource::new(kind, json()))
    }

    /// `resourceType` as sent, for people and for references. What is decided by type is decided by [`Self::record_type`].
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Its type; `None` for one that the table does not have.
    pub fn record_type(&self) -> Option<RecordType> {
        self.record_type
    }

    /// Whether it is of this type.
    pub fn is(&self, record_type: RecordType) -> bool {
        self.record_type == Some(record_type)
    }

    /// The whole resource as it came.
    pub fn json(&self) -> &Sensitive<Value> {
        let LazyJson { text, built } = &*self.json;
        built.get_or_init(|| {
            let json = read_counted(text.reveal().as_bytes(), &mut { usize::MAX });
            Sensitive::new(json.unwrap_or_default())
        })
    }

    /// The text at a JSON pointer (`/birthDate`, `/name/0/family`).
    pub fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// The first text found at any of the pointers.
    pub fn first_text(&self, pointers: &[&str]) -> Option<&str> {
        pointers.iter().find_map(|pointer| self.text(pointer))
    }

    /// What a CodeableConcept at `pointer` says: its text, else a display, else the code with our own name for it.
    pub fn concept(&self, pointer: &str) -> Option<String> {
        concept_text(self.at(pointer)?)
    }

    /// Whether the CodeableConcept at `pointer` carries this coding.
    pub fn has_coding(&self, pointer: &str, system: &str, code: &str) -> bool {
        let codings = self.at(pointer).and_then(|concept| concept["coding"].as_array()).into_iter().flatten();
        codings.into_iter().any(|coding| coding["system"] == system && coding["code"] == code)
    }

    /// The elements of the list at `pointer`; an object that should stand in a list is its only one.
    pub fn list(&self, pointer: &str) -> &[Value] {
        match self.at(pointer) {
            Some(Value::Array(values)) => values,
            Some(one @ Value::Object(_)) => std::slice::from_ref(one),
            _ => &[],
        }
    }

    /// Elements of FHIR have names without `~` and `/`: no escape is read, and nothing is copied on the way.
    fn at(&self, pointer: &str) -> Option<&Value> {
        pointer.split('/').skip(1).try_fold(self.json().reveal(), |value, name| match value {
            Value::Object(members) => member(members, name),
            Value::Array(items) => items.get(name.parse::<usize>().ok()?),
            _ => None,
        })
    }
}

/// A member of an object. To look at each name of a few costs less than the hash of one.
pub(crate) fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    const FEW: usize = 24;
    if members.len() > FEW {
        return members.get(name);
    }
    members.iter().find(|(known, _)| known.as_str() == name).map(|(_, value)| value)
}

fn is_plausible(kind: &str) -> bool {
    !kind.is_empty() && kind.len() <= 64 && kind.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// See [`Resource::concept`].
pub(crate) fn concept_text(concept: &Value) -> Option<String> {
    let spoken = |value: &Value| value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned);
    let codings = || concept["coding"].as_array().into_iter().flatten();
    let coded = || codings().filter_map(|coding| Some((coding["system"].as_str(), coding["code"].as_str()?)));
    let ours =
        |(system, code): &(Option<&str>, &str)| code_displays::display(system.unwrap_or_default(), code).is_some();
    spoken(&concept["text"]).or_else(|| codings().find_map(|coding| spoken(&coding["display"]))).or_else(|| {
        coded().find(ours).or_else(|| coded().next()).map(|(system, code)| code_displays::shown(system, code))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn resource(json: Value) -> Resource {
        Resource::from_json(json).expect("a resource")
    }

    #[test]
    fn a_concept_without_words_shows_our_name_with_its_code() {
        let shot = resource(json!({"resourceType": "Immunization",
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}]}}));
        assert_eq!(
            shot.concept("/vaccineCode").as_deref(),
            Some("COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose (CVX 208)")
        );
    }

    #[test]
    fn the_words_of_the_sender_win_over_ours() {
        let shot = resource(json!({"resourceType": "Immunization",
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "208", "display": "Their words"}]}}));
        assert_eq!(shot.concept("/vaccineCode").as_deref(), Some("Their words"));
    }

    #[test]
    fn a_resource_type_that_is_no_word_is_no_resource() {
        assert!(Resource::from_json(json!({"resourceType": "../Patient"})).is_none());
        assert!(Resource::from_json(json!("Patient")).is_none());
    }
}
