//! One resource: the JSON as it came, and the few ways to look into it.

use super::RecordType;
use crate::inflate::inflate;
use crate::json::{JsonDefect, LEFT_OUT, Reader, read_counted, without_attachments};
use crate::limits::MAX_OPENED_BYTES;
use crate::sensitive::Sensitive;
use crate::text::code_displays;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A FHIR resource. The JSON is kept whole; accessors read from it. A copy is the same resource.
#[derive(Clone, Debug)]
pub struct Resource {
    kind: String,
    id: Option<Sensitive<String>>,
    record_type: Option<RecordType>,
    json: Arc<LazyJson>,
}

/// What a resource calls itself, known before values are built of it: of many that refer to each other few are looked into.
#[derive(Default)]
pub(super) struct Called {
    kind: Option<String>,
    id: Option<String>,
}

impl Called {
    /// Checks a resource.
    pub(super) fn check(reader: &mut Reader<'_, '_>) -> Result<Called, JsonDefect> {
        let mut called = Called::default();
        reader.object(|reader, name| {
            match name {
                "resourceType" => called.kind = read_text(reader)?,
                "id" => called.id = read_text(reader)?,
                _ => reader.check()?,
            }
            Ok(())
        })?;
        Ok(called)
    }
}

/// Text that was checked, of which values are built when somebody looks; or values from the beginning.
#[derive(Debug)]
struct LazyJson {
    original: Option<Arc<Original>>,
    built: OnceLock<Sensitive<Value>>,
}

/// The text of a resource, among those of a whole share where it came from another process.
#[derive(Debug)]
struct Original {
    all: Arc<Sensitive<Vec<u8>>>,
    at: Range<usize>,
    /// Its length, where it is deflated (RFC 1951).
    deflated_from: Option<usize>,
}

impl Original {
    /// The text, or nothing where it is none of ours.
    fn text(&self) -> Cow<'_, [u8]> {
        let bytes = self.all.reveal().get(self.at.clone()).unwrap_or_default();
        match self.deflated_from {
            None => Cow::Borrowed(bytes),
            Some(length) => Cow::Owned(inflate(bytes, length).unwrap_or_default()),
        }
    }

    /// Gives the text to `read`, and wipes it where it was unpacked for that.
    fn read<T>(&self, read: impl FnOnce(&[u8]) -> T) -> T {
        match self.text() {
            Cow::Borrowed(text) => read(text),
            Cow::Owned(text) => read(Sensitive::new(text).reveal()),
        }
    }
}

/// Texts of resources on their way to another process, packed where that saves room.
#[derive(Debug)]
pub struct Originals {
    bytes: Vec<u8>,
    /// Beyond this nothing is taken.
    most: usize,
    /// From how many bytes on a text is deflated.
    deflate_from: usize,
}

impl Originals {
    /// For texts of `expected` bytes together, `most` of them at the end. A small share goes as it is.
    pub fn new(expected: usize, most: usize) -> Originals {
        const SMALL_SHARE: usize = 2_000_000;
        let deflate_from = if expected > SMALL_SHARE { 512 } else { usize::MAX };
        let bytes = Vec::with_capacity(if expected > SMALL_SHARE { expected / 2 } else { expected }.min(most));
        Originals { bytes, most, deflate_from }
    }

    /// Adds a text; `None` where it has no room.
    fn add(&mut self, text: &[u8]) -> Option<Place> {
        let packed = if text.len() >= self.deflate_from { deflate(text) } else { None };
        let bytes = packed.as_deref().unwrap_or(text);
        let (start, length) = (self.bytes.len(), bytes.len());
        if start + length > self.most {
            return None;
        }
        self.bytes.extend_from_slice(bytes);
        Some(Place { start, length, deflated_from: packed.map(|_| text.len()) })
    }

    /// All of them.
    pub fn into_bytes(self) -> Sensitive<Vec<u8>> {
        Sensitive::new(self.bytes)
    }
}

/// Deflated, where that is shorter.
fn deflate(text: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(text.len() / 2), Compression::fast());
    encoder.write_all(text).ok()?;
    encoder.finish().ok().filter(|packed| packed.len() < text.len())
}

/// Where a text stands among [`Originals`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Place {
    start: usize,
    length: usize,
    deflated_from: Option<usize>,
}

/// How a resource is written down: its values, or where its text stands.
#[derive(Serialize, Deserialize)]
#[serde(rename = "Resource")]
struct Written<Kind, Json> {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none", default = "none")]
    json: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    original: Option<Place>,
}

const fn none<T>() -> Option<T> {
    None
}

impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let moved = self.json.original.as_ref().filter(|original| original.all.reveal().is_empty());
        let place = moved.map(|original| Place {
            start: original.at.start,
            length: original.at.len(),
            deflated_from: original.deflated_from,
        });
        let json = if place.is_none() { Some(self.json()) } else { None };
        Written { kind: self.kind(), json, original: place }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Resource, D::Error> {
        let Written::<String, Sensitive<Value>> { kind, json, original } = Written::deserialize(deserializer)?;
        match (json, original) {
            (Some(json), None) => Ok(Resource::built(kind, json)),
            (None, Some(place)) => Ok(Resource::elsewhere(kind, place)),
            _ => Err(D::Error::custom("a resource has values or a place")),
        }
    }
}

impl Resource {
    /// `None` unless it is an object with a `resourceType` of letters.
    pub fn from_json(json: Value) -> Option<Resource> {
        let kind = json["resourceType"].as_str()?.to_owned();
        is_plausible(&kind).then(|| Resource::built(kind, Sensitive::new(json)))
    }

    fn built(kind: String, json: Sensitive<Value>) -> Resource {
        let id = json.reveal()["id"].as_str().map(str::to_owned);
        Resource::new(kind, id, LazyJson { original: None, built: OnceLock::from(json) })
    }

    fn new(kind: String, id: Option<String>, json: LazyJson) -> Resource {
        let id = id.filter(|id| !id.trim().is_empty()).map(Sensitive::new);
        Resource { record_type: RecordType::from_word(&kind), kind, id, json: Arc::new(json) }
    }

    fn lazy(kind: String, id: Option<String>, original: Arc<Original>) -> Resource {
        Resource::new(kind, id, LazyJson { original: Some(original), built: OnceLock::new() })
    }

    /// The text of an object that [`crate::json::Reader`] accepted; `None` unless its `resourceType` is of letters.
    pub(super) fn from_checked_text(called: Called, text: &str) -> Option<Resource> {
        let kind = called.kind?;
        let original = || {
            let all = Arc::new(Sensitive::new(text.as_bytes().to_vec()));
            Arc::new(Original { all, at: 0..text.len(), deflated_from: None })
        };
        is_plausible(&kind).then(|| Resource::lazy(kind, called.id, original()))
    }

    /// A Bundle of ours (`collection`) with these in it, as they came.
    pub(crate) fn collection_of(entries: impl Iterator<Item = (Option<String>, Resource)>) -> Option<Resource> {
        let mut text = Sensitive::new(br#"{"resourceType":"Bundle","type":"collection","entry":["#.to_vec());
        for (number, (full_url, resource)) in entries.enumerate() {
            text.add(if number == 0 { b"{" } else { b",{" });
            if let Some(full_url) = full_url {
                text.add(b"\"fullUrl\":");
                text.add(Value::String(full_url).to_string().as_bytes());
                text.add(b",");
            }
            text.add(b"\"resource\":");
            resource.read_text(|resource| text.add(resource));
            text.add(b"}");
        }
        text.add(b"]}");
        let called = Called { kind: Some("Bundle".to_owned()), id: None };
        Resource::from_checked_text(called, std::str::from_utf8(text.reveal()).ok()?)
    }

    /// The same resource, for one look: what is built of it goes with it. Of many resources few are then built at a time.
    pub(crate) fn for_one_look(&self) -> Resource {
        match &self.json.original {
            Some(original) if self.json.built.get().is_none() => {
                let json = LazyJson { original: Some(Arc::clone(original)), built: OnceLock::new() };
                Resource { json: Arc::new(json), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Gives the text of it to `read`: as it came where it is kept so.
    pub(crate) fn read_text<T>(&self, read: impl FnOnce(&[u8]) -> T) -> T {
        match &self.json.original {
            Some(original) => original.read(read),
            None => read(Sensitive::from(self.json().reveal().to_string()).reveal().as_bytes()),
        }
    }

    /// Whether its text holds this word; `true` as well where it is not kept as text.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        let holds = |text: &[u8]| std::str::from_utf8(text).is_ok_and(|text| text.contains(word));
        self.json.original.as_ref().is_none_or(|original| original.read(holds))
    }

    /// Moves its text among others; what is left here only knows the place. `false` where there is no room.
    pub(crate) fn move_to(&mut self, originals: &mut Originals) -> bool {
        let Some(place) = self.read_text(|text| originals.add(text)) else { return false };
        *self = Resource::elsewhere(std::mem::take(&mut self.kind), place);
        true
    }

    /// Leaves its attachments out, because there is no room for them.
    pub(crate) fn without_attachments(&self) -> Option<Resource> {
        let text = Sensitive::new(self.read_text(without_attachments));
        let id = self.id().map(str::to_owned);
        let called = Called { kind: Some(self.kind.clone()), id };
        Resource::from_checked_text(called, std::str::from_utf8(text.reveal()).ok()?)
    }

    /// How long its text is, where it is kept as text.
    pub(crate) fn text_length(&self) -> usize {
        self.json.original.as_ref().map_or(0, |original| original.deflated_from.unwrap_or(original.at.len()))
    }

    fn elsewhere(kind: String, place: Place) -> Resource {
        let at = place.start..place.start.saturating_add(place.length);
        let all = Arc::new(Sensitive::new(Vec::new()));
        Resource::lazy(kind, None, Arc::new(Original { all, at, deflated_from: place.deflated_from }))
    }

    /// Finds its text again among those that came with it, and checks it by every rule: who sent it may have been taken over.
    /// `left` counts down the values that all of them may have. `false` where it is no resource of this kind.
    pub(crate) fn find_in(&mut self, all: &Arc<Sensitive<Vec<u8>>>, left: &mut usize) -> bool {
        let Some(original) = &self.json.original else { return true };
        if !original.all.reveal().is_empty() {
            return true;
        }
        if original.at.end > all.reveal().len()
            || original.deflated_from.is_some_and(|length| length > MAX_OPENED_BYTES)
        {
            return false;
        }
        let found = Original { all: Arc::clone(all), at: original.at.clone(), deflated_from: original.deflated_from };
        let called = found.read(|text| checked(text, left)).unwrap_or_default();
        let is_same = called.kind.as_deref() == Some(self.kind.as_str());
        *self = Resource::lazy(std::mem::take(&mut self.kind), called.id, Arc::new(found));
        is_same
    }

    /// Its `id`, as other resources may call it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| id.reveal().as_str())
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
        let LazyJson { original, built } = &*self.json;
        built.get_or_init(|| {
            // A Bundle of ours may hold more than one resource may.
            let read = |text: &[u8]| read_counted(text, &mut { usize::MAX }).unwrap_or_default();
            Sensitive::new(original.as_ref().map(|original| original.read(read)).unwrap_or_default())
        })
    }

    /// What of a Patient an index of patients compares, and nothing else.
    pub fn identity(&self) -> Value {
        let json = self.json().reveal();
        let mut identity = Map::from_iter([("resourceType".to_owned(), Value::from(self.kind()))]);
        for member in ["identifier", "name", "telecom", "gender", "birthDate", "address"] {
            if let Some(value) = json.get(member) {
                identity.insert(member.to_owned(), value.clone());
            }
        }
        Value::Object(identity)
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

/// A member that should be a text.
pub(super) fn read_text(reader: &mut Reader<'_, '_>) -> Result<Option<String>, JsonDefect> {
    Ok(match reader.value()? {
        Value::String(text) => Some(text),
        _ => None,
    })
}

/// What a resource calls itself, of a text that is JSON by every rule.
fn checked(text: &[u8], left: &mut usize) -> Option<Called> {
    let mut reader = Reader::over(text, left).ok()?;
    let called = Called::check(&mut reader).ok()?;
    reader.end().ok()?;
    Some(called)
}

/// Whether the attachment was too large to keep: what stands in its place says so.
pub(crate) fn is_left_out(attachment: &Value) -> bool {
    let extensions = attachment["_data"]["extension"].as_array().into_iter().flatten();
    extensions.into_iter().any(|extension| extension["url"] == LEFT_OUT)
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

    fn texts() -> [String; 3] {
        let large = format!(r#"{{"resourceType":"Binary","data":"{}"}}"#, "QUJD".repeat(10_000));
        [r#"{"resourceType":"Condition","x":1.50}"#.to_owned(), large, r#"{"resourceType":"List"}"#.to_owned()]
    }

    fn lazy(text: &str) -> Resource {
        let called = checked(text.as_bytes(), &mut 1_000).expect("JSON");
        Resource::from_checked_text(called, text).expect("a resource")
    }

    /// There and back, with what is made of the message on its way.
    fn over(expected: usize, change: impl Fn(String) -> String) -> Vec<Option<String>> {
        let mut originals = Originals::new(expected, 100_000);
        let moved = texts().map(|text| {
            let mut resource = lazy(&text);
            assert!(resource.move_to(&mut originals));
            change(serde_json::to_string(&resource).expect("JSON"))
        });
        let all = Arc::new(originals.into_bytes());
        let back = moved.into_iter().map(|message| {
            let mut resource: Resource = serde_json::from_str(&message).ok()?;
            resource.find_in(&all, &mut 1_000).then(|| resource.json().reveal().to_string())
        });
        back.collect()
    }

    #[test]
    fn a_resource_is_the_same_on_the_other_side_packed_or_not() {
        for expected in [0, 10_000_000] {
            assert_eq!(over(expected, |message| message), texts().map(Some));
        }
    }

    #[test]
    fn what_is_not_where_it_says_is_no_resource() {
        for (what, by) in [
            ("\"start\":", "\"start\":9"),
            ("\"length\":", "\"length\":1"),
            ("Condition", "Patient"),
            ("\"original\"", "\"other\""),
        ] {
            let back = over(0, |message| message.replace(what, by));
            assert!(back[0].is_none(), "{what}: {back:?}");
        }
        let many = over(10_000_000, |message| message.replace("\"deflated_from\":4", "\"deflated_from\":999999994"));
        assert!(many[1].is_none());
    }

    #[test]
    fn where_there_is_no_room_attachments_are_left_out_and_nothing_else() {
        let mut originals = Originals::new(0, 20_000);
        let mut document = lazy(&texts()[1]);
        assert!(!document.move_to(&mut originals));
        let mut rest = document.without_attachments().expect("the rest");
        assert!(is_left_out(rest.json().reveal()) && rest.move_to(&mut originals));
        assert_eq!(document.json().reveal()["data"].as_str().map(str::len), Some(40_000), "the whole is untouched");
    }

    #[test]
    fn a_collection_holds_its_entries_as_they_came() {
        let entries = texts().map(|text| (Some("urn:x:\"1\"".to_owned()), lazy(&text)));
        let built = resource(json!({"resourceType": "Basic", "id": "b"}));
        let all = Resource::collection_of(entries.into_iter().chain([(None, built)])).expect("a Bundle");
        let json = all.json().reveal();
        assert_eq!(json["entry"][0]["fullUrl"], "urn:x:\"1\"");
        assert_eq!(json["entry"][0]["resource"].to_string(), texts()[0]);
        assert_eq!(json["entry"][3], json!({"resource": {"resourceType": "Basic", "id": "b"}}));
    }

    #[test]
    fn what_is_looked_at_once_is_not_kept_built() {
        let resource = lazy(&texts()[0]);
        assert_eq!(resource.for_one_look().text("/resourceType"), Some("Condition"));
        assert!(resource.json.built.get().is_none());
    }
}
