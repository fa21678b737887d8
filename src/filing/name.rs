//! The name under which something is filed: what it is hashed from, and its `urn:uuid` in our Bundle.

use super::stable_id::{digest_of, hex_of, urn_of};
use crate::intake::{IntakeItem, Source};
use serde_json::Value;

/// The name under which something is filed. The same item of the same source for the same chart has the same name for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// Value of the identifier (or tag) under [`super::systems::ITEM`].
    pub value: String,
    /// `fullUrl` in our Bundle.
    pub urn: String,
}

impl Name {
    /// The name of a new patient: who it is and where that was said.
    pub(super) fn from_new_patient(source: &Source, item: &IntakeItem) -> Name {
        let content = canonical(item.resource.json().reveal());
        Name::from_parts(&[b"ktc-kiosk patient 1", &source.digest, content.as_bytes()])
    }

    /// The name of whatever these parts stand for.
    pub(super) fn from_parts(parts: &[&[u8]]) -> Name {
        let digest = digest_of(parts.iter().copied());
        Name { value: hex_of(&digest), urn: urn_of(&digest) }
    }
}

/// JSON with sorted members, so that a sender that writes them in another order still means the same.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| name.as_str());
            let written: Vec<String> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", written.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_members_changes_no_name_and_the_digits_of_a_decimal_do() {
        let read = |text: &str| canonical(&serde_json::from_str(text).expect("json"));
        assert_eq!(read(r#"{"a":1,"b":[{"d":2,"c":3}]}"#), read(r#"{"b":[{"c":3,"d":2}],"a":1}"#));
        assert_ne!(read(r#"{"value":1.50}"#), read(r#"{"value":1.5}"#));
    }
}
