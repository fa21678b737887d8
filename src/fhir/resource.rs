//! One resource: the JSON as it came, and the few ways to look into it.

use super::RecordType;
use super::originals::{Originals, Place, Texts};
use crate::json::{JsonDefect, LEFT_OUT, Reader, read_counted, without_attachments};
use crate::sensitive::Sensitive;
use crate::text::code_displays;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};
use std::sync::{Arc, OnceLock};

/// A FHIR resource. The JSON is kept whole; accessors read from it. A copy is the same resource.
#[derive(Clone, Debug)]
pub struct Resource {
    kind: Kind,
    id: Option<Sensitive<String>>,
    json: Arc<LazyJson>,
}

/// Of many resources nearly all are of a type that the table has.
#[derive(Clone, Debug)]
enum Kind {
    Known(RecordType),
    Other(Box<str>),
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
    original: Option<Original>,
    built: OnceLock<Box<Sensitive<Value>>>,
}

/// The text of a resource.
#[derive(Clone, Debug)]
enum Original {
    /// By itself.
    Own(Arc<Sensitive<Vec<u8>>>),
    /// Among those of a whole share, which came from another process.
    Among(Arc<Texts>, Place),
    /// In another process, or on the way from there.
    Elsewhere(Place),
}

impl Original {
    /// Gives the text to `read`; nothing where it is elsewhere.
    fn read<T>(&self, read: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Original::Own(text) => read(text.reveal()),
            Original::Among(texts, place) => texts.read(*place, read),
            Original::Elsewhere(_) => read(&[]),
        }
    }

    /// Bytes of the text.
    fn length(&self) -> usize {
        match self {
            Original::Own(text) => text.reveal().len(),
            Original::Among(_, place) | Original::Elsewhere(place) => place.length(),
        }
    }
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
        let place = match &self.json.original {
            Some(Original::Elsewhere(place)) => Some(*place),
            Some(Original::Own(_) | Original::Among(..)) | None => None,
        };
        let json = if place.is_none() { Some(self.json()) } else { None };
        Written { kind: self.kind(), json, original: place }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Resource, D::Error> {
        let Written::<String, Sensitive<Value>> { kind, json, original } = Written::deserialize(deserializer)?;
        if !is_plausible(&kind) {
            return Err(D::Error::custom("a resource has a type of letters"));
        }
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
        Resource::new(kind, id, LazyJson { original: None, built: OnceLock::from(Box::new(json)) })
    }

    fn new(kind: String, id: Option<String>, json: LazyJson) -> Resource {
        let id = id.filter(|id| !id.trim().is_empty()).map(Sensitive::new);
        let kind = RecordType::from_word(&kind).map_or_else(|| Kind::Other(kind.into_boxed_str()), Kind::Known);
        Resource { kind, id, json: Arc::new(json) }
    }

    fn lazy(kind: String, id: Option<String>, original: Original) -> Resource {
        Resource::new(kind, id, LazyJson { original: Some(original), built: OnceLock::new() })
    }

    /// The text of an object that [`crate::json::Reader`] accepted; `None` unless its `resourceType` is of letters.
    pub(super) fn from_checked_text(called: Called, text: &str) -> Option<Resource> {
        let kind = called.kind?;
        let original = || Original::Own(Arc::new(Sensitive::new(text.as_bytes().to_vec())));
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
                let json = LazyJson { original: Some(original.clone()), built: OnceLock::new() };
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
        *self = Resource::elsewhere(self.kind().to_owned(), place);
        true
    }

    /// Leaves its attachments out, because there is no room for them.
    pub(crate) fn without_attachments(&self) -> Option<Resource> {
        let text = Sensitive::new(self.read_text(without_attachments));
        let id = self.id().map(str::to_owned);
        let called = Called { kind: Some(self.kind().to_owned()), id };
        Resource::from_checked_text(called, std::str::from_utf8(text.reveal()).ok()?)
    }

    /// How long its text is, where it is kept as text.
    pub(crate) fn text_length(&self) -> usize {
        self.json.original.as_ref().map_or(0, Original::length)
    }

    fn elsewhere(kind: String, place: Place) -> Resource {
        Resource::lazy(kind, None, Original::Elsewhere(place))
    }

    /// Finds its text again among those that came with it, and checks it by every rule: who sent it may have been taken over.
    /// `left` counts down the values that all of them may have. `false` where it is no resource of this kind.
    pub(crate) fn find_in(&mut self, texts: &Arc<Texts>, left: &mut usize) -> bool {
        let Some(Original::Elsewhere(place)) = self.json.original else { return true };
        if !texts.holds(place) {
            return false;
        }
        let called = texts.read(place, |text| checked(text, left)).unwrap_or_default();
        let is_same = called.kind.as_deref() == Some(self.kind());
        let kind = self.kind().to_owned();
        *self = Resource::lazy(kind, called.id, Original::Among(Arc::clone(texts), place));
        is_same
    }

    /// Its `id`, as other resources may call it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.as_ref().map(|id| id.reveal().as_str())
    }

    /// `resourceType` as sent, for people and for references. What is decided by type is decided by [`Self::record_type`].
    pub fn kind(&self) -> &str {
        match &self.kind {
            Kind::Known(record_type) => record_type.word(),
            Kind::Other(kind) => kind,
        }
    }

    /// Its type; `None` for one that the table does not have.
    pub fn record_type(&self) -> Option<RecordType> {
        match self.kind {
            Kind::Known(record_type) => Some(record_type),
            Kind::Other(_) => None,
        }
    }

    /// Whether it is of this type.
    pub fn is(&self, record_type: RecordType) -> bool {
        self.record_type() == Some(record_type)
    }

    /// The whole resource as it came.
    pub fn json(&self) -> &Sensitive<Value> {
        let LazyJson { original, built } = &*self.json;
        built.get_or_init(|| {
            // A Bundle of ours may hold more than one resource may.
            let read = |text: &[u8]| read_counted(text, &mut { usize::MAX }).unwrap_or_default();
            Box::new(Sensitive::new(original.as_ref().map(|original| original.read(read)).unwrap_or_default()))
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

/// Whether this is an OperationOutcome that tells of an error: what it stands among is then no whole answer.
pub fn says_failed(json: &Value) -> bool {
    let mut issues = json["issue"].as_array().into_iter().flatten();
    json["resourceType"] == "OperationOutcome"
        && issues.any(|issue| issue["severity"] == "error" || issue["severity"] == "fatal")
}

/// Whether this is an OperationOutcome that tells that something was left out of what it stands among, however mildly it says so (R4,
/// IssueType).
pub fn says_incomplete(json: &Value) -> bool {
    const LEFT_OUT: [&str; 5] = ["suppressed", "incomplete", "forbidden", "security", "throttled"];
    let mut issues = json["issue"].as_array().into_iter().flatten();
    let is_left_out = |issue: &Value| issue["code"].as_str().is_some_and(|code| LEFT_OUT.contains(&code));
    json["resourceType"] == "OperationOutcome" && issues.any(is_left_out)
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
        let all = Arc::new(Texts::new(originals.into_bytes()).expect("blocks"));
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
            ("\"block\":", "\"block\":9"),
            ("Condition", "Patient"),
            ("Condition", "../Condition"),
            ("\"original\"", "\"other\""),
        ] {
            let back = over(0, |message| message.replace(what, by));
            assert!(back[0].is_none(), "{what}: {back:?}");
        }
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
