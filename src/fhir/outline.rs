//! A shared file before it is known what it is: its own members, and the resources of its entries as text.
//!
//! Every byte is checked by the rules of [`crate::json`] before anything is used. Values are built of a resource when
//! somebody looks into it ([`Resource::json`]): most of what a share costs is building them.

use super::Resource;
use super::resource::{Called, read_text};
use crate::json::{JsonDefect, Reader, read_counted};
use crate::limits::{Budget, MAX_VALUES};
use crate::sensitive::Wipe as _;
use serde_json::{Map, Value};

/// JSON with the resources of its entries left as text.
pub struct Outline<'t> {
    json: &'t [u8],
    /// All members but `entry`.
    head: Value,
    entries: Option<Vec<OutlineEntry<'t>>>,
}

/// `fullUrl`, and `resource` if it is an object.
#[derive(Default)]
struct OutlineEntry<'t> {
    full_url: Option<String>,
    resource: Option<ResourceText<'t>>,
}

struct ResourceText<'t> {
    called: Called,
    text: &'t str,
}

impl<'t> Outline<'t> {
    /// Reads a file and takes its values and names from the budget, also when it is refused.
    pub fn read(json: &'t [u8], budget: &mut Budget) -> Result<Outline<'t>, JsonDefect> {
        let (checked, built) = budget.values();
        Outline::read_within(json, checked, built)
    }

    /// Values are built of what is no entry. They are counted before.
    fn read_within(json: &'t [u8], checked: &mut usize, built: &mut usize) -> Result<Outline<'t>, JsonDefect> {
        let mut reader = Reader::over(json, checked)?;
        let mut entries = None;
        let head = if reader.peek()? == b'{' {
            let mut members = Map::new();
            reader.object(|reader, name| {
                if name == "entry" && reader.peek()? == b'[' {
                    entries = Some(read_entries(reader)?);
                } else {
                    let ((), text) = reader.with_text(Reader::check)?;
                    members.insert(name.to_owned(), read_counted(text.as_bytes(), built)?);
                }
                Ok(())
            })?;
            Value::Object(members)
        } else {
            let ((), text) = reader.with_text(Reader::check)?;
            read_counted(text.as_bytes(), built)?
        };
        reader.end()?;
        Ok(Outline { json, head, entries })
    }

    /// All members, without a list of entries.
    pub fn head(&self) -> &Value {
        &self.head
    }

    /// The whole of it.
    pub fn into_json(mut self) -> Value {
        if self.entries.is_none() {
            return std::mem::take(&mut self.head);
        }
        read_counted(self.json, &mut { MAX_VALUES }).unwrap_or_default()
    }

    /// What each entry is called, and the resource, where it holds what can be called one.
    pub(super) fn into_entries(mut self) -> impl ExactSizeIterator<Item = (Option<String>, Option<Resource>)> {
        let entries = self.entries.take().unwrap_or_default();
        entries.into_iter().map(|OutlineEntry { full_url, resource }| {
            (full_url, resource.and_then(|ResourceText { called, text }| Resource::from_checked_text(called, text)))
        })
    }
}

impl Drop for Outline<'_> {
    fn drop(&mut self) {
        self.head.wipe();
    }
}

fn read_entries<'t>(reader: &mut Reader<'t, '_>) -> Result<Vec<OutlineEntry<'t>>, JsonDefect> {
    let mut entries = Vec::new();
    reader.list(|reader| {
        let mut entry = OutlineEntry::default();
        if reader.peek()? == b'{' {
            reader.object(|reader, name| {
                match name {
                    "fullUrl" => entry.full_url = read_text(reader)?,
                    "resource" if reader.peek()? == b'{' => entry.resource = read_resource(reader)?,
                    _ => reader.check()?,
                }
                Ok(())
            })?;
        } else {
            reader.check()?;
        }
        entries.push(entry);
        Ok(())
    })?;
    Ok(entries)
}

/// A resource of more values than are built at once cannot be looked into: it counts as unreadable, and hides no other.
fn read_resource<'t>(reader: &mut Reader<'t, '_>) -> Result<Option<ResourceText<'t>>, JsonDefect> {
    let before = reader.left();
    let (called, text) = reader.with_text(Called::check)?;
    let can_be_built = before - reader.left() <= MAX_VALUES;
    Ok(can_be_built.then_some(ResourceText { called, text }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Bundle;
    use serde_json::json;

    const BUNDLE: &str = r#"{ "entry" : [ {"fullUrl":"urn:uuid:1","resource": {"id":"1", "resourceType":"Patient", "x":1.50} },
        {"resource":{"resourceType":"Condition","code":{"text":"A \u0022 \ud83d\ude00"}},"request":{"method":"PUT"}}, {"resource":{"id":"2"}},
        {"resource":{"resourceType":7}}, {"resource":[]}, 7, null, {"fullUrl":5}, {} ], "resourceType":"Bundle", "type":"batch" }"#;

    fn outline(text: &str) -> Outline<'_> {
        Outline::read_within(text.as_bytes(), &mut 10_000, &mut 10_000).unwrap_or_else(|defect| panic!("{defect}"))
    }

    #[test]
    fn a_bundle_is_the_same_whether_its_resources_were_built_at_once_or_later() {
        let whole: Value = serde_json::from_str(BUNDLE).expect("JSON");
        let (later, at_once) = (Bundle::read(BUNDLE.as_bytes()), Bundle::from_json(whole.clone()));
        let shown = |bundle: Bundle| {
            let entries = bundle.entries.iter();
            let entries: Vec<_> = entries
                .map(|entry| {
                    (
                        entry.full_url.clone(),
                        entry.resource.kind().to_owned(),
                        entry.resource.json().reveal().to_string(),
                    )
                })
                .collect();
            (bundle.kind, bundle.unreadable, entries)
        };
        let later = shown(later.expect("a bundle"));
        assert_eq!(later.2[0].2, r#"{"id":"1","resourceType":"Patient","x":1.50}"#);
        assert_eq!((later.1, later.2.len()), (7, 2));
        assert_eq!(later, shown(at_once.expect("a bundle")));
        assert_eq!(outline(BUNDLE).into_json(), whole);
    }

    #[test]
    fn what_is_no_bundle_comes_back_whole() {
        for text in [
            r#"{"resourceType":"List","entry":[{"item":{}}]}"#,
            r#"{"entry":{"resource":{}}}"#,
            r#"{"a":1}"#,
            "[1]",
            "7",
        ] {
            assert_eq!(outline(text).into_json().to_string(), text);
        }
        assert_eq!(*outline(r#"{"entry":[{"resource":{}}],"a":1}"#).head(), json!({"a": 1}));
    }

    #[test]
    fn resources_are_held_to_every_rule_before_anybody_looks_into_them() {
        let nested = format!("{}{}", "[".repeat(97), "]".repeat(97));
        let read = |resource: &str| {
            let mut left = 1_000;
            let text = format!(r#"{{"entry":[{{"resource":{resource}}}],"resourceType":"Bundle"}}"#);
            let defect = Outline::read_within(text.as_bytes(), &mut left, &mut 1_000).err();
            let mut as_left = 1_000;
            assert_eq!(read_counted(text.as_bytes(), &mut as_left).err(), defect, "{resource}");
            assert_eq!(left, as_left, "{resource}");
            defect
        };
        for (resource, defect) in [
            (r#"{"resourceType":"Patient","a":[{"b":{"c":1,"c":2}}]}"#, Some(JsonDefect::NameTwice)),
            (r#"{"resourceType":"Patient","resourceType":"Patient"}"#, Some(JsonDefect::NameTwice)),
            (r#"{"a":1e999}"#, Some(JsonDefect::NumberRange)),
            (r#"{"a":"\ud800"}"#, Some(JsonDefect::NotJson)),
            (r#"{"a":01}"#, Some(JsonDefect::NotJson)),
            (r#"{"a":1}}"#, Some(JsonDefect::NotJson)),
            (&format!(r#"{{"a":[{nested}]}}"#), Some(JsonDefect::NotJson)),
            (&format!(r#"{{"a":[{}0]}}"#, "0,".repeat(1_000)), Some(JsonDefect::TooManyValues)),
            (r#"{"a":{"b":[1,"2",3.0,null,true,false,{}]}}"#, None),
        ] {
            assert_eq!(read(resource), defect, "{resource}");
        }
    }

    #[test]
    fn what_is_built_is_counted_before_and_entries_are_not_built() {
        let many = format!("[{}0]", "0,".repeat(500));
        let within =
            |text: &str, built: usize| Outline::read_within(text.as_bytes(), &mut 10_000, &mut { built }).err();
        let as_entry =
            format!(r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Basic","a":{many}}}}}]}}"#);
        assert_eq!(within(&as_entry, 100), None);
        let beside = format!(r#"{{"resourceType":"Bundle","a":{many},"entry":[]}}"#);
        assert_eq!((within(&beside, 100), within(&beside, 600)), (Some(JsonDefect::TooManyValues), None));
    }

    #[test]
    fn a_resource_too_large_to_look_into_hides_no_other() {
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        let text = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Basic","a":{many}}}}},{{"resource":{{"resourceType":"Patient"}}}}]}}"#
        );
        let bundle = Bundle::read(text.as_bytes()).unwrap_or_else(|defect| panic!("{defect}"));
        assert_eq!((bundle.unreadable, bundle.entries.len()), (1, 1));
    }
}
