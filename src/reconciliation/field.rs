//! A field of a Patient: what it is called, where it stands, what a Patient says in it, what staff can type.

use super::matching::{mail_address, phone_digits};
use crate::fhir::{PatientView, Resource, words};
use serde_json::Value;

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
    pub(super) fn shown_in(self, patient: &Resource) -> Option<String> {
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
mod tests {
    use super::*;

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
