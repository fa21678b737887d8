//! Who a share is about, and whether two Patients are one person.
//!
//! Nobody is taken for somebody else on a guess. The same name on the same birth date is one person, as an identical Patient
//! is; a compatible name on the same birth date is a question to staff; whoever bears another given name is another person,
//! as twins are.

use crate::fhir::{NameParts, PatientView, Resource, each, is_family_first, name_in_words};
use crate::sensitive::Sensitive;
use crate::text::{composed, is_slip, plain_text};
use crate::time::Day;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More names or identifiers of one Patient are not compared.
const MAX_LISTED: usize = 20;

/// Who the share is about, as far as the share says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name to show.
    pub name: Sensitive<String>,
    /// The family name, for the chart search.
    pub family: Option<Sensitive<String>>,
    /// `birthDate` as sent.
    pub birth_date: Option<Sensitive<String>>,
}

/// What a Patient says about who it is.
pub(super) fn person_of(patient: PatientView<'_>) -> Person {
    let name = patient.name().unwrap_or_default();
    Person {
        name: plain_text(&name),
        // A name that comes as one text ends with the family name more often than not; staff compare the whole name.
        family: patient.family().map(|family| plain_text(&family)).or_else(|| {
            let mut words = name.split_whitespace();
            Some(plain_text(if is_family_first(&name) { words.next() } else { words.last() }?))
        }),
        birth_date: patient.birth_date().map(plain_text),
    }
}

/// How two Patients stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sameness {
    /// One person.
    Same,
    /// A compatible name on the same birth date, or the same name with something that speaks against it: staff know.
    Perhaps,
    /// Two people, as far as anybody can say.
    Another,
}

/// How the names of two Patients fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum NameFit {
    /// Not one person's.
    Differs,
    /// One says too little: only a family name beside a whole one.
    Short,
    /// Capitals, marks, a middle name more or less, one of two family names: perhaps one person's.
    Compatible,
    /// The same letters.
    Exact,
}

impl Sameness {
    /// Compares two Patients.
    pub(super) fn of(one: &Resource, other: &Resource, day: Day) -> Sameness {
        let (Some(fit), Some(born)) = (NameFit::of(one, other, day), day_in_common(one, other)) else {
            return Sameness::Another;
        };
        let twin = |patient: &Resource| patient.json().reveal()["multipleBirthInteger"].as_u64();
        if !born || twin(one).zip(twin(other)).is_some_and(|(one, other)| one != other) {
            return Sameness::Another;
        }
        match fit {
            NameFit::Exact if !is_contradicted(one, other) => Sameness::Same,
            // A year alone is shared by too many to ask about.
            NameFit::Exact | NameFit::Compatible if day_of(one).is_some_and(|day| day.len() == 10) => Sameness::Perhaps,
            NameFit::Exact | NameFit::Compatible | NameFit::Short | NameFit::Differs => Sameness::Another,
        }
    }
}

impl NameFit {
    /// The best pair of names decides; `None` where one of them has none.
    pub(super) fn of(one: &Resource, other: &Resource, day: Day) -> Option<NameFit> {
        let pairs = names_of(one).flat_map(|one| names_of(other).map(move |other| fit_of(one, other)));
        pairs.max().or_else(|| {
            let same = shown_name(one, day)? == shown_name(other, day)?;
            Some(if same { NameFit::Exact } else { NameFit::Differs })
        })
    }
}

/// Names that are the person's own; a nickname or a made-up name is nobody's in particular.
fn names_of(patient: &Resource) -> impl Iterator<Item = &Value> + Clone {
    let name = &patient.json().reveal()["name"];
    let names = each(name).iter();
    names.take(MAX_LISTED).filter(|name| name["use"] != "nickname" && name["use"] != "anonymous")
}

fn shown_name(patient: &Resource, day: Day) -> Option<String> {
    PatientView::of(patient, day)?.name().map(|name| composed(&name)).filter(|name| !name.is_empty())
}

fn fit_of(one: &Value, other: &Value) -> NameFit {
    let (exact, facing) = (letters_of(one), letters_of(other));
    let (one, other) = (NameParts::from_json(one), NameParts::from_json(other));
    let generations = one.generation.zip(other.generation);
    if generations.is_some_and(|(one, other)| one != other) {
        return NameFit::Differs;
    }
    if exact.is_some() && exact == facing && one.generation == other.generation {
        return NameFit::Exact;
    }
    let all = |name: &NameParts| {
        let mut words = [name.family.clone(), name.given.clone()].concat();
        words.sort();
        words
    };
    // A name as one text may begin with the family name, and forms change the two over.
    if all(&one).len() > 1 && all(&one) == all(&other) {
        return NameFit::Compatible;
    }
    match (is_family(&one.family, &other.family), one.given.is_empty(), other.given.is_empty()) {
        (FamilyFit::Differs, _, _) => NameFit::Differs,
        (FamilyFit::Fits, true, true) => NameFit::Compatible,
        (FamilyFit::Fits | FamilyFit::Slip, true, false) | (FamilyFit::Fits | FamilyFit::Slip, false, true) => {
            NameFit::Short
        }
        (FamilyFit::Fits, false, false) if is_given(&one.given, &other.given) => NameFit::Compatible,
        (FamilyFit::Slip, false, false) if one.given.concat() == other.given.concat() => NameFit::Compatible,
        (FamilyFit::Fits | FamilyFit::Slip, _, _) => NameFit::Differs,
    }
}

/// Given names and family name letter by letter, or the name as one text; `None` of a name that says neither.
fn letters_of(name: &Value) -> Option<[String; 2]> {
    let text = |member: &str| {
        let listed = name[member].as_array().into_iter().flatten().chain(Some(&name[member]));
        composed(&listed.filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
    };
    let parts = [text("given"), text("family")];
    let whole = || name.as_str().map_or_else(|| text("text"), composed);
    let parts = if parts.iter().all(String::is_empty) { [String::new(), whole()] } else { parts };
    // A given name alone is many people's.
    Some(parts).filter(|[_, family]| !family.is_empty())
}

enum FamilyFit {
    Fits,
    Slip,
    Differs,
}

fn is_family(one: &[String], other: &[String]) -> FamilyFit {
    let is_part = |one: &[String], other: &[String]| one.iter().all(|part| other.contains(part));
    match () {
        () if one.is_empty() || other.is_empty() => FamilyFit::Differs,
        () if one.concat() == other.concat() || is_part(one, other) || is_part(other, one) => FamilyFit::Fits,
        () if is_slip(&one.concat(), &other.concat()) => FamilyFit::Slip,
        () => FamilyFit::Differs,
    }
}

/// The first given name is the same word; of the others some may be missing or be a letter.
fn is_given(one: &[String], other: &[String]) -> bool {
    let ([first, one @ ..], [facing, other @ ..]) = (one, other) else { return false };
    let (few, many) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let initial = |one: &str, other: &str| one.chars().count() == 1 && other.starts_with(one);
    let fits = |one: &String, other: &String| one == other || initial(one, other) || initial(other, one);
    let mut many = many.iter();
    let middles = few.iter().all(|middle| many.any(|other| fits(middle, other)));
    first == facing && middles
        || [&[first.clone()][..], one].concat().concat() == [&[facing.clone()][..], other].concat().concat()
}

/// `birthDate` as a day: some senders write a time behind it.
fn day_of(patient: &Resource) -> Option<&str> {
    let date = patient.text("/birthDate")?.trim();
    Some(date.split_once('T').map_or(date, |(day, _)| day))
}

/// Whether both were born on the same day; `None` where one does not say.
pub(super) fn day_in_common(one: &Resource, other: &Resource) -> Option<bool> {
    Some(day_of(one)? == day_of(other)?)
}

/// What two Patients of one name and birth date can still say against being one.
fn is_contradicted(one: &Resource, other: &Resource) -> bool {
    let gender = |patient: &Resource| patient.text("/gender").filter(|gender| *gender != "unknown").map(str::to_owned);
    let other_gender = gender(one).zip(gender(other)).is_some_and(|(one, other)| one != other);
    let numbers = |patient: &Resource| -> Vec<(String, String)> {
        let stated = patient.list("/identifier").iter().take(MAX_LISTED);
        stated
            .filter_map(|it| Some((it["system"].as_str()?.to_owned(), it["value"].as_str()?.trim().to_owned())))
            .collect()
    };
    let (one, other) = (numbers(one), numbers(other));
    let in_common = |system: &str| other.iter().any(|(known, _)| known == system);
    let mut shared = one.iter().filter(|(system, _)| in_common(system)).peekable();
    other_gender || shared.peek().is_some() && !shared.any(|number| other.contains(number))
}

/// What a Patient says beside its `id`, `meta` and narrative, in whatever order, to be compared; `None` of one without any name.
pub(super) fn said_by(patient: &Resource) -> Option<String> {
    each(&patient.json().reveal()["name"]).iter().find_map(name_in_words)?;
    let mut json = patient.json().reveal().clone();
    if let Value::Object(members) = &mut json {
        members.retain(|name, _| !["id", "meta", "text"].contains(&name.as_str()));
    }
    json.sort_all_objects();
    Some(json.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn patient(name: Value, more: Value) -> Resource {
        let mut json = json!({"resourceType": "Patient", "birthDate": "1966-08-30", "name": [name]});
        for (member, value) in more.as_object().expect("members") {
            json[member] = value.clone();
        }
        Resource::from_json(json).expect("a resource")
    }

    fn name(given: &str, family: &str) -> Value {
        json!({"given": [given], "family": family})
    }

    fn between(one: Value, other: Value) -> Sameness {
        Sameness::of(&patient(one, json!({})), &patient(other, json!({})), DAY)
    }

    #[test]
    fn the_same_letters_are_one_person_however_they_are_encoded_or_divided() {
        for other in [
            json!({"given": ["Zoë", "Inés"], "family": "Åkerlund"}),
            json!({"given": ["Zoe\u{308}", "Ine\u{301}s"], "family": "A\u{30a}kerlund"}),
            json!({"given": ["Zoë  Inés"], "family": "Åkerlund ", "suffix": ["PhD"]}),
        ] {
            assert_eq!(between(name("Zoë Inés", "Åkerlund"), other.clone()), Sameness::Same, "{other}");
        }
    }

    #[test]
    fn a_compatible_name_on_the_same_day_is_a_question() {
        let zoe = || json!({"given": ["Zoë", "Inés"], "family": "Åkerlund"});
        for other in [
            name("ZOË INÉS", "ÅKERLUND"),
            name("Zoe Ines", "Akerlund"),
            name("Zoë", "Åkerlund"),
            name("Zoë I.", "Åkerlund"),
            name("Zoë Inés Maria", "Åkerlund"),
            name("Zoë", "Åkerlund-Brink"),
            name("Zoë Inés", "Aakerlund"),
            json!({"text": "ÅKERLUND Zoë Inés"}),
            json!({"given": ["Zoë"], "family": "Åkerlund", "suffix": ["Jr"]}),
        ] {
            assert_eq!(between(zoe(), other.clone()), Sameness::Perhaps, "{other}");
        }
    }

    #[test]
    fn whoever_bears_another_given_name_or_another_birth_date_is_another() {
        for other in [
            name("Zita", "Åkerlund"),
            name("Z.", "Åkerlund"),
            name("Zoë Maria", "Åkerlund"),
            name("Zoë", "Brink"),
            json!({"family": "Åkerlund"}),
            json!({"given": ["Zoë"]}),
        ] {
            assert_eq!(between(name("Zoë Inés", "Åkerlund"), other.clone()), Sameness::Another, "{other}");
        }
        let on = |day: Value| patient(name("Zoë", "Åkerlund"), json!({ "birthDate": day }));
        assert_eq!(Sameness::of(&on(json!("1966-08-30")), &on(json!("1966-08-31")), DAY), Sameness::Another);
        assert_eq!(Sameness::of(&on(json!("1966-08-30")), &on(json!("1966")), DAY), Sameness::Another);
        assert_eq!(Sameness::of(&on(Value::Null), &on(Value::Null), DAY), Sameness::Another);
        assert_eq!(Sameness::of(&on(json!("1966-08-30")), &on(json!("1966-08-30T00:00:00Z")), DAY), Sameness::Same);
    }

    #[test]
    fn what_speaks_against_one_person_of_one_name_makes_it_a_question() {
        let with = |more: Value| patient(name("Zoë", "Åkerlund"), more);
        let number = |value: &str| json!({"identifier": [{"system": "urn:mrn", "value": value}]});
        assert_eq!(Sameness::of(&with(number("1")), &with(number("1")), DAY), Sameness::Same);
        assert_eq!(Sameness::of(&with(number("1")), &with(number("2")), DAY), Sameness::Perhaps);
        assert_eq!(
            Sameness::of(&with(json!({"gender": "male"})), &with(json!({"gender": "female"})), DAY),
            Sameness::Perhaps
        );
        let twin = |number: u8| with(json!({"multipleBirthInteger": number}));
        assert_eq!(Sameness::of(&twin(1), &twin(2), DAY), Sameness::Another);
        let suffix = |mark: &str| json!({"given": ["Zoë"], "family": "Åkerlund", "suffix": [mark]});
        assert_eq!(between(suffix("Jr"), suffix("Sr")), Sameness::Another);
    }
}
