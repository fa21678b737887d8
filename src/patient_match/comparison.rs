//! What was shared beside one chart, field by field. Each value of one side is held against each of the other; one equal pair is
//! enough.

use super::agreement::{Agreement, Nearness};
use super::birth_date::{is_digit_off, is_part, is_within_a_day, with_day_and_month_swapped};
use super::field::MatchField;
use super::known::Known;
use super::nicknames::is_nickname;
use crate::text::{is_one_slip, is_slip};

/// Shorter words tell too few people apart for a slip to be taken.
const MIN_LETTERS: usize = 5;

/// How each field compares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    fields: Vec<(MatchField, Agreement)>,
}

impl Comparison {
    /// Compares what is known of two people.
    pub fn new(shared: &Known, chart: &Known) -> Comparison {
        let mut fields: Vec<(MatchField, Agreement)> =
            MatchField::ALL.iter().map(|&field| (field, compare(field, shared, chart))).collect();
        if are_swapped(shared, chart) {
            for (field, agreement) in &mut fields {
                if matches!(field, MatchField::First | MatchField::Last) && !agreement.is_alike() {
                    *agreement = Agreement::Near(Nearness::Swapped);
                }
            }
        }
        Comparison { fields }
    }

    /// How the fields compare, in the order of [`MatchField::ALL`].
    pub fn fields(&self) -> &[(MatchField, Agreement)] {
        &self.fields
    }

    /// How one field compares.
    pub fn on(&self, field: MatchField) -> Agreement {
        self.fields.iter().find(|(known, _)| *known == field).map_or(Agreement::Missing, |(_, agreement)| *agreement)
    }

    /// The fields in which both say something and it is not the same.
    pub fn differing(&self) -> Vec<MatchField> {
        self.fields.iter().filter(|(_, agreement)| agreement.speaks_against()).map(|(field, _)| *field).collect()
    }

    pub(super) fn is_equal(&self, field: MatchField) -> bool {
        self.on(field) == Agreement::Equal
    }
}

fn compare(field: MatchField, shared: &Known, chart: &Known) -> Agreement {
    let (one, other) = (shared.values(field), chart.values(field));
    if one.is_empty() || other.is_empty() {
        let why = shared.why_not_counted(field).or_else(|| chart.why_not_counted(field));
        return why.map_or(Agreement::Missing, Agreement::NotCounted);
    }
    if one.iter().any(|value| other.contains(value)) {
        return Agreement::Equal;
    }
    let near = match field {
        MatchField::First => near_first(shared, chart),
        MatchField::Last => near_last(shared, chart),
        MatchField::BirthDate => best(
            one,
            other,
            &[
                (Nearness::Day, is_within_a_day),
                (Nearness::DayAndMonth, |one, other| with_day_and_month_swapped(one).as_deref() == Some(other)),
                (Nearness::Digit, is_digit_off),
                (Nearness::Part, is_part),
            ],
        ),
        MatchField::Street => best(one, other, &[(Nearness::Spelling, is_street_slip)]).or_else(|| {
            // The same line under another ZIP code: no rule, and a hint.
            best(one, other, &[(Nearness::Part, |one, other| line_of(one) == line_of(other))])
        }),
        MatchField::Middle => best(one, other, &[(Nearness::Part, is_initial)]),
        MatchField::Suffix
        | MatchField::Gender
        | MatchField::Phone
        | MatchField::Email
        | MatchField::Zip
        | MatchField::Ssn4
        | MatchField::Itin4
        | MatchField::Mbi
        | MatchField::LegalId
        | MatchField::MemberId
        | MatchField::SubscriberId
        | MatchField::UniqueId
        | MatchField::ChildOf
        | MatchField::NewbornOf
        | MatchField::Guardian
        | MatchField::Mother
        | MatchField::BirthEncounter => None,
    };
    near.map_or(Agreement::Differs, |near| if near == Near::Equal { Agreement::Equal } else { near.agreement() })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Near {
    Equal,
    By(Nearness),
}

impl Near {
    const fn agreement(self) -> Agreement {
        match self {
            Near::Equal => Agreement::Equal,
            Near::By(nearness) => Agreement::Near(nearness),
        }
    }
}

type Test = fn(&str, &str) -> bool;

/// The first way that any pair is near in.
fn best(one: &[String], other: &[String], ways: &[(Nearness, Test)]) -> Option<Near> {
    let any = |test: Test| one.iter().any(|one| other.iter().any(|other| test(one, other)));
    ways.iter().find(|(_, test)| any(*test)).map(|(nearness, _)| Near::By(*nearness))
}

fn near_first(shared: &Known, chart: &Known) -> Option<Near> {
    let (one, other) = (shared.values(MatchField::First), chart.values(MatchField::First));
    let together = |known: &Known| known.collected().given_together.clone();
    if together(shared).iter().any(|given| together(chart).contains(given)) {
        return Some(Near::Equal);
    }
    let by_nickname = best(one, other, &[(Nearness::Nickname, is_nickname)]);
    let is_middle =
        |first: &[String], of: &Known| first.iter().any(|name| of.values(MatchField::Middle).contains(name));
    let by_middle = || {
        let by_middle = is_middle(one, chart) || is_middle(other, shared);
        by_middle.then_some(Near::By(Nearness::MiddleName))
    };
    by_nickname.or_else(by_middle).or_else(|| {
        best(
            one,
            other,
            &[(Nearness::Spelling, is_spelling), (Nearness::Part, is_initial), (Nearness::Slip, is_loose_slip)],
        )
    })
}

fn near_last(shared: &Known, chart: &Known) -> Option<Near> {
    let (one, other) = (shared.values(MatchField::Last), chart.values(MatchField::Last));
    best(one, other, &[(Nearness::Spelling, is_spelling)])
        .or_else(|| {
            let (one, other) = (&shared.collected().family_parts, &chart.collected().family_parts);
            let holds = |whole: &[String], part: &[String]| part.iter().all(|word| whole.contains(word));
            let is_part = one.iter().any(|one| other.iter().any(|other| holds(one, other) || holds(other, one)));
            is_part.then_some(Near::By(Nearness::Part))
        })
        .or_else(|| best(one, other, &[(Nearness::Slip, is_loose_slip)]))
}

fn is_spelling(one: &str, other: &str) -> bool {
    one.len() >= MIN_LETTERS && other.len() >= MIN_LETTERS && is_one_slip(one, other)
}

fn is_loose_slip(one: &str, other: &str) -> bool {
    is_slip(one, other) || one.len() >= 3 && other.len() >= 3 && is_one_slip(one, other)
}

fn is_initial(one: &str, other: &str) -> bool {
    (one.len() == 1 || other.len() == 1) && one.as_bytes().first() == other.as_bytes().first()
}

fn line_of(street: &str) -> &str {
    street.rsplit_once('|').map_or(street, |(line, _)| line)
}

fn is_street_slip(one: &str, other: &str) -> bool {
    match (one.rsplit_once('|'), other.rsplit_once('|')) {
        (Some((one, zip)), Some((other, facing))) => zip == facing && is_spelling(one, other),
        _ => false,
    }
}

fn are_swapped(shared: &Known, chart: &Known) -> bool {
    let meet = |one: &Known, field, other: &Known, facing| {
        one.values(field).iter().any(|value| other.values(facing).contains(value))
    };
    meet(shared, MatchField::First, chart, MatchField::Last) && meet(shared, MatchField::Last, chart, MatchField::First)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Resource;
    use crate::patient_match::NotCounted;
    use crate::time::Day;
    use serde_json::{Value, json};

    fn known(more: Value) -> Known {
        let mut json = json!({"resourceType": "Patient", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"family": "Delgado", "given": ["Ana", "María"]}],
            "telecom": [{"system": "phone", "value": "+1 (512) 067-5309"}, {"system": "email", "value": "Ana@mail.example.org"}],
            "address": [{"line": ["18 Heron Street"], "city": "Lakeside", "postalCode": "53999-1234"}]});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        Known::read(&Resource::from_json(json).expect("a patient"), &[], Day::constant(2026, 11, 30))
    }

    #[test]
    fn each_field_is_equal_near_differs_is_missing_or_does_not_count() {
        use Agreement::{Differs, Equal, Missing, Near};
        use MatchField as F;
        let name = |family: &str, given: &str| json!({"name": [{"family": family, "given": [given]}]});
        let line = |line: &str, zip: &str| json!({"address": [{"line": [line], "postalCode": zip}]});
        let phone = |number: &str| json!({"telecom": [{"system": "phone", "value": number}]});
        for (field, more, expected) in [
            (F::Last, name("DELGADO", "Ana"), Equal),
            (F::Last, name("Delgado Ruiz", "Ana"), Near(Nearness::Part)),
            (F::Last, name("Delgato", "Ana"), Near(Nearness::Spelling)),
            (F::Last, name("Smith", "Ana"), Differs),
            (F::Last, name("Ana", "Delgado"), Near(Nearness::Swapped)),
            (F::First, name("Delgado", "Ana Lucia"), Equal),
            (F::First, name("Delgado", "Anamaría"), Equal),
            (F::First, name("Delgado", "Maria"), Near(Nearness::MiddleName)),
            (F::First, name("Delgado", "A."), Near(Nearness::Part)),
            (F::First, name("Delgado", "Luisa"), Differs),
            (F::First, name("Delgado", "Anastasia"), Near(Nearness::Nickname)),
            (F::First, name("Delgado", "Ane"), Near(Nearness::Slip)),
            (F::First, name("Delgado", "Baby Girl"), Agreement::NotCounted(NotCounted::Placeholder)),
            (F::BirthDate, json!({"birthDate": "1980-02-04"}), Near(Nearness::Day)),
            (F::BirthDate, json!({"birthDate": "1980-02"}), Near(Nearness::Part)),
            (F::BirthDate, json!({"birthDate": "1980-03-02"}), Near(Nearness::DayAndMonth)),
            (F::BirthDate, json!({"birthDate": "1990-02-03"}), Near(Nearness::Digit)),
            (F::BirthDate, json!({"birthDate": "1981-04-03"}), Differs),
            (F::BirthDate, json!({"birthDate": null}), Missing),
            (F::Phone, phone("512.067.5309"), Equal),
            (F::Phone, phone("512.067.5308"), Differs),
            (F::Phone, phone("512.555.0108"), Agreement::NotCounted(NotCounted::Fictional)),
            (F::Street, line("18 HERON ST.", "53999"), Equal),
            (F::Street, line("16 Heron St", "53999"), Near(Nearness::Spelling)),
            (F::Street, line("18 Heron St", "53998"), Near(Nearness::Part)),
            (F::Street, line("5 Quarry Hill", "53999"), Differs),
            (F::Street, line("18 Heron St", ""), Agreement::NotCounted(NotCounted::WithoutZip)),
        ] {
            assert_eq!(
                Comparison::new(&known(json!({})), &known(more.clone())).on(field),
                expected,
                "{field:?} {more}"
            );
        }
    }

    #[test]
    fn one_equal_pair_of_all_values_is_enough() {
        let married = json!({"name": [{"family": "Ruiz", "given": ["Ana"]}, {"use": "old", "family": "Delgado", "given": ["Ana"]}]});
        assert!(Comparison::new(&known(json!({})), &known(married)).is_equal(MatchField::Last));
        let phones = json!({"telecom": [{"system": "phone", "value": "608-111-2222", "use": "old"},
            {"system": "phone", "value": "512-067-5309"}]});
        assert!(Comparison::new(&known(json!({})), &known(phones)).is_equal(MatchField::Phone));
    }
}
