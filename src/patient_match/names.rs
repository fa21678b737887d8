//! Names: every name that somebody has or had, the first given name apart from the further ones, the generation apart from the family
//! name. A name that is only text is one too.

use super::collected::{Collected, Discarded, discard};
use super::field::{MatchField, NotCounted};
use super::letters::{letters, parts, words};
use super::placeholders::placeholders;
use super::suffix::Suffix;
use crate::fhir::{each, is_family_first};
use serde_json::Value;

/// More names of one person are not compared.
const MAX_NAMES: usize = 20;

pub(super) fn read_names(patient: &Value, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    for name in each(&patient["name"]).iter().take(MAX_NAMES) {
        let mut written = Written::from_json(name);
        let mut suffixes: Vec<Suffix> = texts(&name["suffix"]).iter().flat_map(|text| Suffix::all_in(text)).collect();
        suffixes.extend(take_suffix(&mut written.family));
        if written.given.len() > 1 {
            suffixes.extend(take_suffix(&mut written.given));
        }
        for suffix in suffixes {
            into.add(MatchField::Suffix, suffix.word());
        }
        written.read(into, discarded);
    }
}

/// A name as it came.
struct Written {
    /// As it was sent, to tell when it does not count.
    text: String,
    /// The first text of the given names, of one word or more.
    lead: String,
    given: Vec<String>,
    family: Vec<String>,
}

impl Written {
    fn from_json(name: &Value) -> Written {
        let (given, family) = (texts(&name["given"]), texts(&name["family"]));
        let whole = name.as_str().or(name["text"].as_str()).unwrap_or_default();
        if !given.is_empty() || !family.is_empty() {
            let text =
                if whole.is_empty() { [given.clone(), family.clone()].concat().join(" ") } else { whole.to_owned() };
            let split =
                |texts: &[String]| texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect();
            let lead = given.first().cloned().unwrap_or_default();
            return Written { text, lead, given: split(&given), family: split(&family) };
        }
        let (before, behind) = whole.split_once(',').unwrap_or(("", whole));
        let mut given: Vec<String> = behind.split_whitespace().map(str::to_owned).collect();
        let mut family: Vec<String> = before.split_whitespace().map(str::to_owned).collect();
        if family.is_empty() && is_family_first(whole) {
            family.extend((!given.is_empty()).then(|| given.remove(0)));
        } else if family.is_empty() {
            // Given names come first more often than not, and a generation last.
            let suffix = given.pop_if(|last| Suffix::behind_a_name(&letters(last)).is_some());
            family.extend(given.pop());
            family.extend(suffix);
        }
        Written { text: whole.to_owned(), lead: given.first().cloned().unwrap_or_default(), given, family }
    }

    /// Which of it counts (CMS Patient Matching Proposal 3.4.0, V.D): a stopgap in the place of the given name keeps the family name
    /// and the other way round, John Doe is nobody, Doe alone is a name.
    fn read(self, into: &mut Collected, discarded: &mut Vec<Discarded>) {
        let lists = placeholders();
        let whole_given = letters(&self.given.join(" "));
        let given: Vec<String> = words(&self.given.join(" "));
        let (first, family) = (given.first().cloned().unwrap_or_default(), letters(&self.family.concat()));
        let no_given = !first.is_empty() && (lists.is_given(&whole_given) || lists.is_given(&letters(&self.lead)));
        let mut drop = |field| discard(discarded, field, NotCounted::Placeholder, &self.text);
        let no_family = match (no_given, first.is_empty()) {
            (true, _) => lists.is_family_beside_none(&family),
            (false, true) => lists.is_family(&family),
            (false, false) => lists.is_family(&family) || lists.is_given(&format!("{first}{family}")),
        };
        let no_given = no_given || no_family && !lists.is_family(&family) && !first.is_empty();
        if no_given {
            drop(MatchField::First);
        }
        if no_family && !family.is_empty() {
            drop(MatchField::Last);
        }
        if !no_given {
            into.add_given_together(given.concat());
            let mut given = given.into_iter();
            if let Some(first) = given.next() {
                into.add(MatchField::First, first);
            }
            given.for_each(|middle| into.add(MatchField::Middle, middle));
        }
        if !no_family {
            into.add(MatchField::Last, family);
            into.add_family_parts(parts(&self.family.join(" ")));
        }
    }
}

/// A generation behind a name of more words than that.
fn take_suffix(words: &mut Vec<String>) -> Option<Suffix> {
    let suffix = words.last().filter(|_| words.len() > 1).and_then(|last| Suffix::behind_a_name(&letters(last)))?;
    words.pop();
    Some(suffix)
}

fn texts(value: &Value) -> Vec<String> {
    let texts = each(value).iter().filter_map(Value::as_str).filter(|text| !text.trim().is_empty());
    texts.take(MAX_NAMES).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(name: &Value) -> [Vec<String>; 4] {
        let (mut into, mut discarded) = (Collected::default(), Vec::new());
        read_names(&json!({ "name": name }), &mut into, &mut discarded);
        let fields = [MatchField::First, MatchField::Middle, MatchField::Last, MatchField::Suffix];
        fields.map(|field| into.values(field).to_vec())
    }

    #[test]
    fn a_name_is_the_same_in_every_spelling_of_it() {
        let plain = [vec!["jose".into()], vec!["luis".into()], vec!["obriennunez".to_owned()], vec!["jr".into()]];
        for name in [
            json!([{"family": "O’Brien-Núñez Jr.", "given": ["José Luis"]}]),
            json!([{"family": "OBRIEN NUNEZ", "given": ["Jose", "", "Luis"], "suffix": ["Jr., MD"]}]),
            json!([{"text": "O'Brien-Nuñez, Jose Luis Jr"}]),
            json!({"family": ["O'Brien", "Núñez"], "given": "José Luis", "suffix": "Junior"}),
        ] {
            assert_eq!(read(&name), plain, "{name}");
        }
        assert_eq!(read(&json!([{"text": "Ana Maria Ruiz III"}]))[2..], [vec!["ruiz".to_owned()], vec!["iii".into()]]);
        assert_eq!(read(&json!([{"family": "Senior", "given": ["Ann"]}]))[2], ["senior"], "a name of its own");
        assert_eq!(
            read(&json!([{"text": "王 小明"}]))[..3],
            [vec!["xiaoming".to_owned()], vec![], vec!["wang".into()]]
        );
    }

    #[test]
    fn a_stopgap_takes_away_what_it_stands_for_and_nothing_else() {
        let of = |given: &str, family: &str| {
            let [first, _, last, _] = read(&json!([{"family": family, "given": [given]}]));
            (!first.is_empty(), !last.is_empty())
        };
        for (given, family, expected) in [
            ("Baby Girl", "Lopez", (false, true)),
            ("Baby Girl A", "Lopez", (false, true)),
            ("Nadia", "Unknown", (true, false)),
            ("John", "Doe", (false, false)),
            ("Nadia", "Doe", (true, true)),
            ("Test", "Patient", (false, false)),
            ("Baby", "Babyak", (false, false)),
            ("Ann", "Babyak", (true, true)),
            ("Ana", "X", (true, false)),
            ("J.", "Lopez", (true, true)),
            ("Ann", "ZZTest", (true, true)),
            ("", "Lopez", (false, true)),
        ] {
            assert_eq!(of(given, family), expected, "{given} {family}");
        }
    }
}
