//! Names of people as an index of patients must compare them: marks, capitals, hyphens and Jr/Sr aside.

use crate::text::folded;
use serde_json::Value;

/// More names of one person, or parts of one name, are not compared.
const MAX_PARTS: usize = 12;
/// Marks that tell father and son apart.
const SUFFIXES: [(&str, u8); 10] = [
    ("sr", 1),
    ("senior", 1),
    ("i", 1),
    ("jr", 2),
    ("junior", 2),
    ("ii", 2),
    ("2nd", 2),
    ("iii", 3),
    ("3rd", 3),
    ("iv", 4),
];

/// One name, folded to parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NameParts {
    pub family: Vec<String>,
    pub given: Vec<String>,
    /// Which generation, where the name says so: 1 for Sr, 2 for Jr or II.
    pub generation: Option<u8>,
}

impl NameParts {
    /// All names of a Patient that say something.
    pub(super) fn from_names(names: &[Value]) -> Vec<NameParts> {
        let read = names.iter().take(MAX_PARTS).map(NameParts::from_json);
        read.filter(|name| !name.family.is_empty() || !name.given.is_empty()).collect()
    }

    fn from_json(name: &Value) -> NameParts {
        let texts = |member: &str| -> Vec<String> {
            let listed = name[member].as_array().into_iter().flatten().chain(Some(&name[member]));
            listed.filter_map(Value::as_str).take(MAX_PARTS).flat_map(parts).collect()
        };
        let (mut family, mut given) = (texts("family"), texts("given"));
        let mut generation = take_generation(&mut texts("suffix")).or_else(|| last_mark(&mut family));
        if family.is_empty() && given.is_empty() {
            // A name that comes as one text ends with the family name more often than not.
            given = texts("text");
            generation = generation.or_else(|| last_mark(&mut given));
            family.extend(given.pop());
        }
        NameParts { family, given, generation }
    }
}

/// A mark behind a name. A whole name is none: there are people called Senior.
fn last_mark(parts: &mut Vec<String>) -> Option<u8> {
    if parts.len() > 1 { take_generation(parts) } else { None }
}

fn take_generation(parts: &mut Vec<String>) -> Option<u8> {
    let (place, generation) = parts.iter().enumerate().rev().find_map(|(place, part)| {
        SUFFIXES.iter().find(|(suffix, _)| suffix == part).map(|(_, generation)| (place, *generation))
    })?;
    parts.remove(place);
    Some(generation)
}

/// Folded words: `O'Brien-Roy` is `obrien`, `roy`.
pub(super) fn parts(text: &str) -> Vec<String> {
    let text = folded(text).replace('\'', "");
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_PARTS).map(str::to_owned).collect()
}

/// Whether the texts differ by so few slips of a finger (a letter too many, too few, another, two swapped) that one may be
/// meant for the other.
pub(super) fn is_slip(one: &str, other: &str) -> bool {
    let length = one.chars().count().min(other.chars().count());
    let allowed = match length {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    };
    one != other && slips(one, other, allowed) <= allowed
}

/// Optimal string alignment distance, cut off beyond `most`.
fn slips(one: &str, other: &str, most: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(64).collect(), other.chars().take(64).collect());
    if one.len().abs_diff(other.len()) > most {
        return most + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut present = vec![row + 1];
        for (column, facing) in other.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX / 2);
            let changed = at(&above, column) + usize::from(letter != facing);
            let mut least = changed.min(at(&above, column + 1) + 1).min(at(&present, column) + 1);
            let swapped =
                row > 0 && column > 0 && one.get(row - 1) == Some(facing) && other.get(column - 1) == Some(letter);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            present.push(least);
        }
        before = std::mem::replace(&mut above, present);
    }
    above.last().copied().unwrap_or(most + 1)
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
        assert_eq!(plain.generation, Some(2));
        assert_eq!(
            of(&json!({"text": "Ana Maria Ruiz III"})),
            of(&json!({"family": "Ruiz", "given": ["Ana", "Maria"], "suffix": ["3rd"]}))
        );
        assert_eq!(of(&json!({"family": "Senior", "given": ["Ann"]})).family, ["senior"]);
    }

    #[test]
    fn a_slip_of_the_finger_is_one_and_another_name_is_none() {
        for (one, other) in
            [("delgado", "delgato"), ("miller", "millre"), ("smith", "smth"), ("hernandez", "fernandes")]
        {
            assert!(is_slip(one, other), "{one} {other}");
        }
        for (one, other) in [("ann", "ana"), ("smith", "smythe"), ("garcia", "garcia"), ("jones", "johns")] {
            assert!(!is_slip(one, other), "{one} {other}");
        }
    }
}
