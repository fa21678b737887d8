//! How plans, progress and receipts are written down: JSON with a version number, by the derived form of their types.
//!
//! What earlier versions of the program wrote has no number and is still read: it lies in databases of clinics. Such a form is
//! turned into today's before it is read; the bytes themselves stay as they are, so that their hash does.

use crate::sensitive::Sensitive;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Saved<'a, T> {
    v: u32,
    #[serde(flatten)]
    content: &'a T,
}

#[derive(Deserialize)]
struct Version {
    v: Option<u32>,
}

/// The content as bytes; the same content always gives the same.
pub(crate) fn to_bytes<T: Serialize>(content: &T) -> Sensitive<Vec<u8>> {
    let saved = Sensitive::new(json!(Saved { v: VERSION, content }));
    Sensitive::new(saved.reveal().to_string().into_bytes())
}

/// Reads what [`to_bytes`] wrote. `upgrade` turns the form without a number into today's; `None` for one that nobody can read.
pub(crate) fn from_bytes<T: DeserializeOwned>(bytes: &[u8], upgrade: impl Fn(Value) -> Option<Value>) -> Option<T> {
    match serde_json::from_slice::<Version>(bytes).ok().and_then(|version| version.v) {
        Some(VERSION) => serde_json::from_slice(bytes).ok(),
        Some(_) => None,
        None => {
            let today = Sensitive::new(upgrade(serde_json::from_slice(bytes).ok()?)?);
            T::deserialize(today.reveal()).ok()
        }
    }
}

/// Files by name, with their content in base64.
pub(super) mod in_base64 {
    use crate::sensitive::Sensitive;
    use base64::{Engine, engine::general_purpose::STANDARD};
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    type Files = Vec<(String, Sensitive<Vec<u8>>)>;

    pub(in crate::filing) fn serialize<S: Serializer>(files: &Files, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(files.iter().map(|(name, bytes)| (name, Sensitive::from(STANDARD.encode(bytes.reveal())))))
    }

    pub(in crate::filing) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Files, D::Error> {
        let files = Vec::<(String, Sensitive<String>)>::deserialize(from)?;
        let file = |(name, text): (String, Sensitive<String>)| {
            Ok((name, Sensitive::new(STANDARD.decode(text.reveal()).map_err(D::Error::custom)?)))
        };
        files.into_iter().map(file).collect()
    }
}
