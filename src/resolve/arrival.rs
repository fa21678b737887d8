//! A share as the front desk gets it.

use super::{ResolveDefect, ResolvedShare};
use crate::intake::{Intake, IntakeDefect};
use crate::ktc::Conformance;
use crate::time::{Day, Timestamp};
use crate::trouble::Trouble;
use crate::trust::AppAttestation;
use serde::{Deserialize, Serialize};

/// What a share came to once it was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Arrival {
    /// The form.
    pub intake: Intake,
    /// What is said beside it.
    pub facts: ShareFacts,
}

/// The records of several people in one share, before staff picked one of them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SeveralPeople {
    /// A form for each; two or more.
    pub people: Vec<Intake>,
    /// What is said beside them.
    pub facts: ShareFacts,
}

/// A share that was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Arrived {
    /// It is about one person.
    OnePerson(Box<Arrival>),
    /// It is about several: staff pick one.
    SeveralPeople(Box<SeveralPeople>),
}

impl Arrived {
    /// What is said beside the records.
    pub fn facts(&self) -> &ShareFacts {
        match self {
            Arrived::OnePerson(arrival) => &arrival.facts,
            Arrived::SeveralPeople(several) => &several.facts,
        }
    }

    /// The form of each person. For counts: no two of them belong on one screen.
    pub fn forms(&self) -> &[Intake] {
        match self {
            Arrived::OnePerson(arrival) => std::slice::from_ref(&arrival.intake),
            Arrived::SeveralPeople(several) => &several.people,
        }
    }

    /// The same, to take their items out and put them back.
    pub fn forms_mut(&mut self) -> &mut [Intake] {
        match self {
            Arrived::OnePerson(arrival) => std::slice::from_mut(&mut arrival.intake),
            Arrived::SeveralPeople(several) => &mut several.people,
        }
    }

    /// The form, where the share is about one person.
    pub fn one_person(self) -> Option<Arrival> {
        match self {
            Arrived::OnePerson(arrival) => Some(*arrival),
            Arrived::SeveralPeople(_) => None,
        }
    }
}

impl From<Arrival> for Arrived {
    fn from(arrival: Arrival) -> Arrived {
        Arrived::OnePerson(Box::new(arrival))
    }
}

/// What is said about a share beside its records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ShareFacts {
    /// Whether it is a Kill-the-Clipboard share; cards are not judged.
    pub conformance: Option<Conformance>,
    /// The app attestation, a hint.
    pub attestation: AppAttestation,
    /// Files of the share that could not be used, and why; the others stay usable.
    pub refused: Vec<Trouble>,
    /// When the oldest file was last changed, where the sender says so.
    pub last_updated: Option<Timestamp>,
}

impl ResolvedShare {
    /// Joins the documents into a form for the front desk, where they are about one person.
    pub fn into_arrival(self, day: Day) -> Result<Arrival, ResolveDefect> {
        let several = ResolveDefect::Intake(IntakeDefect::SeveralPatients);
        self.into_arrived(day)?.one_person().ok_or(several)
    }

    /// Joins the documents into a form for each person.
    pub fn into_arrived(self, day: Day) -> Result<Arrived, ResolveDefect> {
        let facts = ShareFacts {
            conformance: self.conformance,
            attestation: self.attestation,
            refused: self.refused.into_iter().map(ResolveDefect::trouble).collect(),
            last_updated: self.last_updated,
        };
        let mut people = Intake::of_each_person(self.documents, day)?;
        match people.pop() {
            None => Err(IntakeDefect::NoPatient.into()),
            Some(intake) if people.is_empty() => Ok(Arrival { intake, facts }.into()),
            Some(last) => {
                people.push(last);
                Ok(Arrived::SeveralPeople(Box::new(SeveralPeople { people, facts })))
            }
        }
    }
}
