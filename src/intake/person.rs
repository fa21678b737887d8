//! Who a share is about.

use crate::fhir::PatientView;
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use serde::{Deserialize, Serialize};

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
        family: patient
            .family()
            .map(|family| plain_text(&family))
            .or_else(|| Some(plain_text(name.split_whitespace().last()?))),
        birth_date: patient.birth_date().map(plain_text),
    }
}

/// Two that say nothing about themselves are not thereby the same.
pub(super) fn same_person(one: &Person, other: &Person) -> bool {
    !one.name.reveal().is_empty() && one.birth_date.is_some() && one == other
}
