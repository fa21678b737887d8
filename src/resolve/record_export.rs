//! The export of a personal health record: FHIR resources inside JSON of the app's own, mostly by provider and by type.
//!
//! No standard says how such a file looks. What is read is what can be told of any of them: an object with a `resourceType` is
//! a resource, and the nearest object around it that has a name says where it came from. It is the patient's own statement.

use crate::fhir::{Bundle, BundleDefect};
use serde_json::{Value, json};

/// Deeper objects are not looked into.
const MAX_DEPTH: usize = 8;
/// More providers than this are no record for a front desk.
const MAX_PROVIDERS: usize = 100;
/// Members by which the objects of such a file are named.
const NAMES: [&str; 7] = ["name", "display", "displayName", "title", "organization", "provider", "source"];

/// What came from one place.
pub(super) struct Provided {
    /// Where it came from, as the file says.
    pub by: Option<String>,
    /// Its resources.
    pub bundle: Bundle,
}

/// Resources by provider, whichever way they are nested; nothing where there is none.
pub(super) fn read(export: &Value) -> Result<Vec<Provided>, BundleDefect> {
    let mut found = Found { providers: vec![(None, Vec::new())], bundles: Vec::new() };
    found.look(export, 0, MAX_DEPTH);
    let alone = found.providers.into_iter().filter(|(_, resources)| !resources.is_empty()).map(|(by, resources)| {
        let entries: Vec<Value> = resources.into_iter().map(|resource| json!({ "resource": resource })).collect();
        (by, json!({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    });
    let provided: Vec<(Option<String>, Value)> = alone.chain(found.bundles).collect();
    if provided.len() > MAX_PROVIDERS {
        return Err(BundleDefect::TooLarge);
    }
    provided.into_iter().map(|(by, bundle)| Ok(Provided { by, bundle: Bundle::from_json(bundle)? })).collect()
}

struct Found {
    /// Resources that came alone, by the place in this list.
    providers: Vec<(Option<String>, Vec<Value>)>,
    bundles: Vec<(Option<String>, Value)>,
}

impl Found {
    fn look(&mut self, value: &Value, provider: usize, depth: usize) {
        match value {
            Value::Array(items) if depth > 0 => items.iter().for_each(|item| self.look(item, provider, depth - 1)),
            Value::Object(members) => {
                if members.get("resourceType").is_some_and(Value::is_string) {
                    self.take(value, provider);
                    return;
                }
                let name = NAMES.iter().find_map(|name| named(&value[*name]));
                let provider = match name {
                    Some(name) if self.providers.len() <= MAX_PROVIDERS => {
                        self.providers.push((Some(name), Vec::new()));
                        self.providers.len() - 1
                    }
                    Some(_) | None => provider,
                };
                for member in members.values().filter(|_| depth > 0) {
                    self.look(member, provider, depth - 1);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {}
        }
    }

    fn take(&mut self, resource: &Value, provider: usize) {
        let Some((by, resources)) = self.providers.get_mut(provider) else { return };
        if resource["resourceType"] == "Bundle" {
            self.bundles.push((by.clone(), resource.clone()));
        } else {
            resources.push(resource.clone());
        }
    }
}

/// A name as text, or of an object that has one.
fn named(value: &Value) -> Option<String> {
    let name = value.as_str().or_else(|| value["name"].as_str().filter(|_| value["resourceType"].is_null()))?.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(export: &Value) -> Vec<(Option<String>, Vec<String>)> {
        let provided = read(export).expect("few");
        let kinds = |bundle: &Bundle| bundle.entries.iter().map(|entry| entry.resource.kind().to_owned()).collect();
        provided.iter().map(|it| (it.by.clone(), kinds(&it.bundle))).collect()
    }

    fn of(kind: &str) -> Value {
        json!({ "resourceType": kind })
    }

    #[test]
    fn resources_are_found_by_provider_however_the_file_is_nested() {
        let named = |name: &str, kinds: &[&str]| {
            (Some(name.to_owned()), kinds.iter().map(|&it| it.to_owned()).collect::<Vec<_>>())
        };
        let by_type = json!({"version": 3, "providers": [
            {"name": "Elm Practice", "fhir": {"Patient": [of("Patient")], "Condition": [of("Condition"), of("Condition")]}},
            {"name": "Oak Hospital", "fhir": {"Patient": [of("Patient")]}}, {"name": "Nothing yet"}]});
        assert_eq!(
            found(&by_type),
            [named("Elm Practice", &["Patient", "Condition", "Condition"]), named("Oak Hospital", &["Patient"])]
        );
        let flat = json!({"sources": {"a": {"organization": {"name": "Elm Practice"}, "resources": [of("Patient")]}}});
        assert_eq!(found(&flat), [named("Elm Practice", &["Patient"])]);
        let bundles = json!([{"display": "Oak Hospital", "data": {"resourceType": "Bundle", "entry": [{"resource": of("Patient")}]}}]);
        assert_eq!(found(&bundles), [named("Oak Hospital", &["Patient"])]);
        assert_eq!(found(&json!({"records": [of("Patient")]})), [(None, vec!["Patient".to_owned()])]);
    }

    #[test]
    fn what_holds_no_resource_is_nothing_and_what_is_inside_one_is_no_other() {
        for nothing in [json!({"access": 1}), json!([1, "x", null]), json!("x"), json!({"resourceType": 7})] {
            assert!(found(&nothing).is_empty(), "{nothing}");
        }
        let contained = json!({"x": {"resourceType": "Condition", "contained": [of("Patient")]}});
        assert_eq!(found(&contained), [(None, vec!["Condition".to_owned()])]);
        let deep = (0..50).fold(of("Patient"), |inner, _| json!([inner]));
        assert!(found(&deep).is_empty());
    }
}
