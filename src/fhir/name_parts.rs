//! Names of people as an index of patients must compare them: marks, capitals, hyphens and Jr/Sr aside.

use crate::text::folded_words;
use serde_json::Value;

/// More names of one person, or parts of one name, are not compared.
const MAX_PARTS: usize = 12;
/// Marks that tell father and son apart, and how each is compared: a family uses Jr and II, and not for the same person.
const SUFFIXES: [(&str, &str); 12] = [
    ("sr", "sr"),
    ("senior", "sr"),
    ("jr", "jr"),
    ("jnr", "jr"),
    ("junior", "jr"),
    ("i", "i"),
    ("ii", "ii"),
    ("2nd", "ii"),
    ("iii", "iii"),
    ("3rd", "iii"),
    ("iv", "iv"),
    ("4th", "iv"),
];

/// One name, folded to parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameParts {
    pub family: Vec<String>,
    pub given: Vec<String>,
    /// Which generation, where the name says so.
    pub generation: Option<&'static str>,
}

impl NameParts {
    /// All names that say something.
    pub(crate) fn from_names(names: &[Value]) -> Vec<NameParts> {
        let read = names.iter().take(MAX_PARTS).map(NameParts::from_json);
        read.filter(|name| !name.family.is_empty() || !name.given.is_empty()).collect()
    }

    pub(crate) fn from_json(name: &Value) -> NameParts {
        let texts = |member: &str| -> Vec<String> {
            let listed = name[member].as_array().into_iter().flatten().chain(Some(&name[member]));
            listed.filter_map(Value::as_str).take(MAX_PARTS).flat_map(folded_words).collect()
        };
        let (mut family, mut given) = (texts("family"), texts("given"));
        let mut generation = take_generation(&mut texts("suffix")).or_else(|| last_mark(&mut family));
        if family.is_empty() && given.is_empty() {
            // A name that comes as one text ends with the family name more often than not.
            given = name.as_str().map_or_else(|| texts("text"), folded_words);
            generation = generation.or_else(|| last_mark(&mut given));
            family.extend(given.pop());
        }
        NameParts { family, given, generation }
    }
}

/// A mark behind a name. A whole name is none: there are people called Senior.
fn last_mark(parts: &mut Vec<String>) -> Option<&'static str> {
    if parts.len() > 1 { take_generation(parts) } else { None }
}

fn take_generation(parts: &mut Vec<String>) -> Option<&'static str> {
    let (place, generation) = parts.iter().enumerate().rev().find_map(|(place, part)| {
        SUFFIXES.iter().find(|(suffix, _)| suffix == part).map(|(_, generation)| (place, *generation))
    })?;
    parts.remove(place);
    Some(generation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_name_is_the_same_in_every_spelling_of_it() {
        let of = |name: &Value| NameParts::from_json(name);
        let plain = of(&json!({"family": "O’Brien-Núñez Jr.", "given": ["José Luis"]}));
        assert_eq!(plain, of(&json!({"family": "OBRIEN NUNEZ", "given": ["Jose", "Luis"], "suffix": ["Jr"]})));
        assert_eq!(plain.generation, Some("jr"));
        assert_ne!(plain, of(&json!({"family": "OBrien Nunez", "given": ["Jose", "Luis"], "suffix": ["II"]})));
        assert_eq!(
            of(&json!({"text": "Ana Maria Ruiz III"})),
            of(&json!({"family": "Ruiz", "given": ["Ana", "Maria"], "suffix": ["3rd"]}))
        );
        assert_eq!(of(&json!({"family": "Senior", "given": ["Ann"]})).family, ["senior"]);
    }
}
