//! What people write where they know nothing: such a value is absent (CMS Patient Matching Proposal 3.4.0, V.D). The lists are data.

use serde::Deserialize;
use std::sync::LazyLock;

/// The lists, in letters and digits alone where nothing else is said.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Placeholders {
    name: Names,
    birth_date: Whole,
    email: Edges,
    address: Addresses,
    identifier: Identifiers,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    given: Vec<String>,
    given_begins: Vec<String>,
    family: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    is: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Edges {
    begins: Vec<String>,
    ends: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    is: Vec<String>,
    begins: Vec<String>,
    generic: Vec<String>,
    zip: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identifiers {
    is: Vec<String>,
    last_four: Vec<String>,
    ssn_begins: Vec<String>,
}

/// The lists that come with the program.
pub(super) fn placeholders() -> &'static Placeholders {
    static LISTS: LazyLock<Placeholders> =
        LazyLock::new(|| toml::from_str(include_str!("../../config/matching/placeholders.toml")).unwrap_or_default());
    &LISTS
}

fn is_one_of(list: &[String], text: &str) -> bool {
    list.iter().any(|known| known == text)
}

fn begins(list: &[String], text: &str) -> bool {
    list.iter().any(|known| text.starts_with(known.as_str()))
}

/// Three letters or more, all the same.
fn is_repeated(text: &str) -> bool {
    text.len() >= 3 && is_of_one(text)
}

fn is_of_one(text: &str) -> bool {
    text.bytes().next().is_some_and(|first| text.bytes().all(|letter| letter == first))
}

impl Placeholders {
    /// A given name, or a whole name written together. An initial is a name.
    pub(super) fn is_given(&self, name: &str) -> bool {
        let twin = name.strip_prefix("twin").is_some_and(|letter| letter.len() == 1);
        is_one_of(&self.name.given, name)
            || begins(&self.name.given_begins, name)
            || is_repeated(name)
            || name == "xx"
            || twin
    }

    /// A family name beside a given name that is none.
    pub(super) fn is_family_beside_none(&self, name: &str) -> bool {
        self.is_given(name) || self.is_family(name)
    }

    /// A family name beside a real given name.
    pub(super) fn is_family(&self, name: &str) -> bool {
        is_one_of(&self.name.family, name) || name.len() == 1 || is_repeated(name)
    }

    pub(super) fn is_birth_date(&self, date: &str) -> bool {
        is_one_of(&self.birth_date.is, date)
    }

    /// Digits without an extension.
    pub(super) fn is_phone(&self, digits: &str) -> bool {
        digits == "1234567890" || digits.len() >= 7 && is_of_one(digits)
    }

    /// In small letters.
    pub(super) fn is_email(&self, address: &str) -> bool {
        begins(&self.email.begins, address) || self.email.ends.iter().any(|end| address.ends_with(end.as_str()))
    }

    pub(super) fn is_address(&self, line: &str, has_unit: bool) -> bool {
        let box_number = line.strip_prefix("pobox").or_else(|| line.strip_prefix("postofficebox"));
        let no_box = box_number.is_some_and(|number| !number.is_empty() && number.bytes().all(|digit| digit == b'0'));
        is_one_of(&self.address.is, line)
            || begins(&self.address.begins, line)
            || !has_unit && is_one_of(&self.address.generic, line)
            || no_box
    }

    pub(super) fn is_zip(&self, zip: &str) -> bool {
        is_one_of(&self.address.zip, zip)
    }

    pub(super) fn is_identifier(&self, value: &str) -> bool {
        is_one_of(&self.identifier.is, value)
    }

    /// Digits of a Social Security or taxpayer number: all nine, or the last four.
    pub(super) fn is_taxpayer_number(&self, digits: &str) -> bool {
        let last_four = digits.get(digits.len().saturating_sub(4)..).unwrap_or_default();
        is_one_of(&self.identifier.last_four, last_four)
            || is_of_one(last_four)
            || digits.len() == 9 && begins(&self.identifier.ssn_begins, digits)
    }

    /// A number of an insurance.
    pub(super) fn is_insurance_number(&self, value: &str) -> bool {
        self.is_identifier(value) || matches!(value.as_bytes(), [b'0' | b'9', ..]) && is_of_one(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_well_formed() {
        let lists: Placeholders =
            toml::from_str(include_str!("../../config/matching/placeholders.toml")).expect("the lists");
        let plain = |text: &String| text.bytes().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        let texts = [&lists.name.given, &lists.name.given_begins, &lists.name.family, &lists.address.is];
        let more = [&lists.address.begins, &lists.address.generic, &lists.identifier.is];
        assert!(texts.into_iter().chain(more).all(|list| !list.is_empty() && list.iter().all(plain)));
    }

    #[test]
    fn real_names_stay() {
        let lists = placeholders();
        for name in ["doe", "na", "sample", "demo", "baby", "infante", "babyak", "zzaman"] {
            assert!(!lists.is_family(name), "{name}");
        }
        for name in ["j", "nadia", "bo", "ottto"] {
            assert!(!lists.is_given(name), "{name}");
        }
        for name in ["babygirla", "johndoe", "newborn", "twinb", "zzztest", "xxx", "xx"] {
            assert!(lists.is_given(name), "{name}");
        }
    }
}
