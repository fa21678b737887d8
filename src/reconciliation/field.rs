//! A field of a Patient: what it is called, where it stands, what a Patient says in it, what staff can type.

use super::contact::{mail_address, phone_digits};
use crate::fhir::{PatientView, Resource, name_in_words};
use crate::time::Day;
use jiff::civil::Date;
use serde_json::Value;
use std::ops::RangeInclusive;
use strum::VariantArray as _;

/// A longer text is no value of a field.
pub const MAX_TYPED: usize = 200;
/// In other years nobody was born.
const YEARS: RangeInclusive<i16> = 1850..=2200;

/// A field of a Patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::VariantArray)]
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
    pub const ALL: &'static [Field] = Field::VARIANTS;

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
    pub(super) fn shown_in(self, patient: &Resource, day: Day) -> Option<String> {
        let view = PatientView::of(patient, day)?;
        match self {
            Field::Name => view.name(),
            Field::BirthDate => view.birth_date().map(str::to_owned),
            Field::Gender => view.gender().map(str::to_owned),
            Field::Phone => view.contact("phone").map(str::to_owned),
            Field::Email => view.contact("email").map(str::to_owned),
            Field::Address => view.address(),
        }
    }

    /// Whether a typed text can stand in it; if not, why.
    pub fn check(self, text: &str) -> Result<(), TypedDefect> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_TYPED || text.chars().any(char::is_control) {
            return Err(TypedDefect::NoValue);
        }
        let usable = match self {
            Field::BirthDate => return check_day(text),
            Field::Name | Field::Gender => false,
            Field::Phone => phone_digits(text).is_some(),
            Field::Email => mail_address(text).is_some() && !text.contains(' '),
            Field::Address => true,
        };
        if usable { Ok(()) } else { Err(TypedDefect::NoValue) }
    }
}

/// Why a typed text cannot stand in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedDefect {
    /// It is not, or not yet, a value of this field.
    NoValue,
    /// A day that the calendar does not have: 31 April.
    NoSuchDay,
    /// A year in which nobody was born who checks in.
    FarYear,
}

/// A whole day as FHIR writes it (R4, data type date); jiff alone reads other spellings too.
fn check_day(text: &str) -> Result<(), TypedDefect> {
    let is_shaped =
        |(place, byte): (usize, u8)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(is_shaped) {
        return Err(TypedDefect::NoValue);
    }
    let day: Date = text.parse().map_err(|_| TypedDefect::NoSuchDay)?;
    if YEARS.contains(&day.year()) { Ok(()) } else { Err(TypedDefect::FarYear) }
}

/// The name that [`PatientView::name`] shows.
pub(super) fn shown_name(patient: &Resource, day: Day) -> Option<&Value> {
    PatientView::of(patient, day)?.names().into_iter().find(|name| name_in_words(name).is_some())
}

pub(super) fn shown_name_at(patient: &Resource, day: Day) -> Option<usize> {
    let shown = shown_name(patient, day)?;
    patient.list("/name").iter().position(|name| std::ptr::eq(name, shown))
}

/// Whether a name has parts.
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
            (Field::Phone, "555-010-4471", "call me"),
            (Field::Email, "a@b.org", "a b@c"),
            (Field::Address, "1 Main", " "),
        ] {
            assert_eq!((field.check(good), field.check(bad)), (Ok(()), Err(TypedDefect::NoValue)), "{field:?}");
        }
        assert!(Field::Gender.check("female").is_err() && Field::Address.check(&"x".repeat(MAX_TYPED + 1)).is_err());
    }

    #[test]
    fn a_typed_birth_date_is_a_day_that_the_calendar_has() {
        for day in ["1980-02-29", "2000-02-29", "2001-12-31", " 1980-04-30 "] {
            assert_eq!(Field::BirthDate.check(day), Ok(()), "{day}");
        }
        for (day, defect) in [
            ("1980-04-31", TypedDefect::NoSuchDay),
            ("2001-02-29", TypedDefect::NoSuchDay),
            ("1900-02-29", TypedDefect::NoSuchDay),
            ("2001-02-30", TypedDefect::NoSuchDay),
            ("2000-13-01", TypedDefect::NoSuchDay),
            ("2000-00-10", TypedDefect::NoSuchDay),
            ("1780-01-01", TypedDefect::FarYear),
            ("1980-2-3", TypedDefect::NoValue),
            ("1980-02", TypedDefect::NoValue),
            ("03/02/1980", TypedDefect::NoValue),
            ("+198002030", TypedDefect::NoValue),
        ] {
            assert_eq!(Field::BirthDate.check(day), Err(defect), "{day}");
        }
    }
}
