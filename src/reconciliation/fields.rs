//! Personal details field by field: what was shared, what the chart says, and what staff decide.
//!
//! The chart's value is kept unless staff take the shared one or type another. Name, birth date and gender are what the chart
//! is known by; a change of them is asked about twice.

use super::ChartPatient;
use super::human_name::{NameParts, parts};
use super::matching::{mail_address, phone_digits, short_word};
use crate::fhir::{PatientView, Resource, words};
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use serde_json::Value;
use std::collections::BTreeMap;

/// A longer text is no value of a field.
pub const MAX_TYPED: usize = 200;

/// A field of a Patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The name that is shown.
    Name,
    /// Birth date.
    BirthDate,
    /// Administrative gender.
    Gender,
    /// Telephone.
    Phone,
    /// Electronic mail.
    Email,
    /// Postal address.
    Address,
}

impl Field {
    /// All fields, in the order in which they are shown.
    pub const ALL: [Field; 6] =
        [Field::Name, Field::BirthDate, Field::Gender, Field::Phone, Field::Email, Field::Address];

    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            Field::Name => "field-name",
            Field::BirthDate => "fact-birth-date",
            Field::Gender => "fact-gender",
            Field::Phone => "fact-phone",
            Field::Email => "fact-email",
            Field::Address => "fact-address",
        }
    }

    /// Whether a chart is known by it, so that a change is asked about twice.
    pub const fn is_identifying(self) -> bool {
        matches!(self, Field::Name | Field::BirthDate | Field::Gender)
    }

    /// Whether staff can type another value. A name has parts, a gender is a code: those are taken or kept.
    pub const fn can_be_typed(self) -> bool {
        !matches!(self, Field::Name | Field::Gender)
    }

    /// The element of the Patient that it stands in.
    pub(super) const fn element(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::BirthDate => "birthDate",
            Field::Gender => "gender",
            Field::Phone | Field::Email => "telecom",
            Field::Address => "address",
        }
    }

    /// What a Patient says, as it is shown.
    pub(super) fn of(self, patient: &Resource) -> Option<String> {
        let view = PatientView::of(patient)?;
        match self {
            Field::Name => {
                // Jr. and Sr. tell father and son apart: what is taken or goes is seen.
                let suffix = shown_name(patient).filter(|name| has_parts(name)).and_then(|name| words(&name["suffix"]));
                view.name().map(|name| [Some(name), suffix].into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            Field::BirthDate => view.birth_date().map(str::to_owned),
            Field::Gender => view.gender().map(str::to_owned),
            Field::Phone => view.contact("phone").map(str::to_owned),
            Field::Email => view.contact("email").map(str::to_owned),
            Field::Address => view.address(),
        }
    }

    /// Whether a typed text can stand in it.
    pub fn takes(self, text: &str) -> bool {
        let text = text.trim();
        let is_day = || {
            let mut parts = text.split('-').map(|part| (part.len(), part.parse::<u16>().ok()));
            let mut next =
                |length: usize| parts.next().filter(|(found, _)| *found == length).and_then(|(_, number)| number);
            let [year, month, day] = [next(4), next(2), next(2)];
            text.len() == 10
                && year.is_some_and(|year| (1850..=2200).contains(&year))
                && month.is_some_and(|month| (1..=12).contains(&month))
                && day.is_some_and(|day| (1..=31).contains(&day))
                && !(month == Some(2) && day > Some(29))
        };
        !text.is_empty()
            && text.len() <= MAX_TYPED
            && !text.chars().any(char::is_control)
            && match self {
                Field::Name | Field::Gender => false,
                Field::BirthDate => is_day(),
                Field::Phone => phone_digits(text).is_some(),
                Field::Email => mail_address(text).is_some() && !text.contains(' '),
                Field::Address => true,
            }
    }
}

/// What staff decided about a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldDecision {
    /// The chart stays as it is.
    #[default]
    Keep,
    /// The shared value goes into the chart.
    Take,
    /// What staff typed goes into the chart.
    Typed(Sensitive<String>),
}

/// One field beside the chart.
#[derive(Clone, Debug)]
pub struct FieldRow {
    /// Which field.
    pub field: Field,
    /// What the patient shared.
    pub shared: Option<Sensitive<String>>,
    /// What the chart says.
    pub chart: Option<Sensitive<String>>,
    /// Whether both mean the same.
    pub agrees: bool,
    /// What staff decided.
    pub decision: FieldDecision,
}

impl FieldRow {
    /// Whether there is something to take that the chart does not say.
    pub fn differs(&self) -> bool {
        self.shared.is_some() && !self.agrees
    }
}

/// All fields that the share or the chart knows.
pub(super) fn rows(shared: &Resource, chart: &ChartPatient, decided: &BTreeMap<Field, FieldDecision>) -> Vec<FieldRow> {
    let rows = Field::ALL.into_iter().map(|field| FieldRow {
        field,
        shared: field.of(shared).map(|text| plain_text(&text)),
        chart: field.of(chart.resource()).map(|text| plain_text(&text)),
        agrees: agrees(field, shared, chart.resource()),
        decision: decided.get(&field).cloned().unwrap_or_default(),
    });
    rows.filter(|row| row.shared.is_some() || row.chart.is_some()).collect()
}

/// Whether what is shown of the share stands in the chart, first or further down, in whatever spelling.
fn agrees(field: Field, shared: &Resource, chart: &Resource) -> bool {
    let Some(wanted) = field.of(shared) else { return false };
    let contact = |system: &str, read: fn(&str) -> Option<String>| {
        let found = chart.list("/telecom").iter().filter(|contact| contact["system"] == system);
        let known = read(&wanted).unwrap_or_else(|| wanted.clone());
        found
            .filter_map(|contact| contact["value"].as_str())
            .any(|value| read(value).as_deref().unwrap_or(value) == known)
    };
    match field {
        Field::Name => {
            let shown = |patient: &Resource| {
                NameParts::all_of(shown_name(patient).map(std::slice::from_ref).unwrap_or_default())
            };
            shown(shared) == shown(chart)
        }
        Field::BirthDate | Field::Gender => field.of(chart).as_deref() == Some(wanted.as_str()),
        Field::Phone => contact("phone", phone_digits),
        Field::Email => contact("email", mail_address),
        Field::Address => {
            let words = |text: &str| parts(text).iter().map(|word| short_word(word)).collect::<Vec<_>>();
            let country =
                |words: Vec<String>| words.into_iter().filter(|word| word != "us" && word != "usa").collect::<Vec<_>>();
            let wanted = country(words(&wanted));
            field.of(chart).is_some_and(|address| country(words(&address)) == wanted)
        }
    }
}

/// The name that [`PatientView::name`] shows.
pub(super) fn shown_name(patient: &Resource) -> Option<&Value> {
    patient.list("/name").get(shown_name_at(patient)?)
}

pub(super) fn shown_name_at(patient: &Resource) -> Option<usize> {
    let names = patient.list("/name");
    let used = |wanted: &str| names.iter().position(|name| name["use"] == wanted);
    used("official").or_else(|| used("usual")).or_else(|| (!names.is_empty()).then_some(0))
}

/// Whether a name is shown by its parts and not by its text.
pub(super) fn has_parts(name: &Value) -> bool {
    let given = name["given"].as_array().into_iter().flatten();
    given.chain(Some(&name["family"])).filter_map(Value::as_str).any(|part| !part.trim().is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::json;

    pub(in super::super) fn resource(json: Value) -> Resource {
        Resource::from_json(json).expect("a resource")
    }

    pub(in super::super) fn shared() -> Resource {
        resource(json!({"resourceType": "Patient", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"use": "official", "family": "Núñez", "given": ["Ana"], "id": "n", "extension": [{"url": "x"}]}],
            "telecom": [{"system": "phone", "value": "+1 555 010 4471", "use": "mobile"}, {"system": "email", "value": "ana@example.org"}],
            "address": [{"use": "home", "line": ["7 New St", "Apt 3"], "city": "Lakeside", "state": "WI", "postalCode": "53999"}]}))
    }

    pub(in super::super) fn chart() -> ChartPatient {
        let json = json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "gender": "male",
            "name": [{"use": "maiden", "family": "Ruiz"}, {"use": "official", "family": "Nunez", "given": ["ANA"]}],
            "telecom": [{"system": "fax", "value": "1"}, {"system": "phone", "value": "555-0100", "use": "home", "rank": 1},
                {"system": "phone", "value": "555-0199", "use": "work"}],
            "address": [{"use": "home", "line": ["1 Old St"], "city": "Lakeside"}, {"use": "billing", "text": "PO 1"}]});
        ChartPatient::read(resource(json)).expect("a chart")
    }

    #[test]
    fn spellings_of_the_same_are_no_difference() {
        let rows = rows(&shared(), &chart(), &BTreeMap::new());
        let differing: Vec<Field> = rows.iter().filter(|row| row.differs()).map(|row| row.field).collect();
        assert_eq!(differing, [Field::Gender, Field::Phone, Field::Email, Field::Address]);
        assert!(
            rows.iter().all(|row| row.decision == FieldDecision::Keep),
            "the chart is kept unless staff say otherwise"
        );
    }

    #[test]
    fn a_field_takes_only_what_can_stand_in_it() {
        for (field, good, bad) in [
            (Field::BirthDate, "1980-02-29", "1980-2-3"),
            (Field::BirthDate, "2001-12-31", "2001-02-30"),
            (Field::Phone, "555-010-4471", "call me"),
            (Field::Email, "a@b.org", "a b@c"),
            (Field::Address, "1 Main", " "),
        ] {
            assert!(field.takes(good) && !field.takes(bad), "{field:?}");
        }
        assert!(!Field::Gender.takes("female") && !Field::Address.takes(&"x".repeat(MAX_TYPED + 1)));
    }
}
