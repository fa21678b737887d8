//! An element of a record by its name, or by those of its parents with a dot between (`meta.tag`).

use serde_json::Value;

/// What the record says there.
pub(super) fn said<'r>(record: &'r Value, element: &str) -> Option<&'r Value> {
    element.split('.').try_fold(record, |within, name| within.get(name))
}

/// The record says this there; `Null` is nothing. Where the parent is not there, nothing changes.
pub(super) fn put(record: &mut Value, element: &str, value: &Value) {
    let (parents, name) = element.rsplit_once('.').map_or((None, element), |(path, name)| (Some(path), name));
    let mut names = parents.into_iter().flat_map(|path| path.split('.'));
    let within = names.try_fold(record, |within, name| within.get_mut(name));
    if let Some(Value::Object(members)) = within {
        match value {
            Value::Null => members.shift_remove(name),
            value => members.insert(name.to_owned(), value.clone()),
        };
    }
}
