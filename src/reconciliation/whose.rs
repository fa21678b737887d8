//! What staff are asked about the people of a share before anything of it is taken: is a name in another spelling the same
//! person's, and whose are records that name nobody.
//!
//! An answer is asked of the patient and given by staff. That records of nobody are this patient's can be said beside a chosen
//! chart only, and ends with it.

use crate::intake::{Intake, IntakeItem, Whose};

/// One question to staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PersonQuestion {
    /// Is this spelling, one of the form's, the same person's?
    OtherSpelling(usize),
    /// The share describes nobody: are its records this patient's?
    NoPatient,
}

impl PersonQuestion {
    /// All that are to be asked about a form, in order.
    pub(super) fn of(intake: &Intake) -> Vec<PersonQuestion> {
        let spellings = (0..intake.spellings.len()).map(PersonQuestion::OtherSpelling);
        spellings.chain(intake.is_of_nobody().then_some(PersonQuestion::NoPatient)).collect()
    }

    /// The one that must be confirmed before this item is taken.
    pub(super) fn about(intake: &Intake, item: &IntakeItem) -> Option<PersonQuestion> {
        match intake.whose(item) {
            Whose::Theirs | Whose::NotSaid => None,
            Whose::InOtherSpelling(spelling) => Some(PersonQuestion::OtherSpelling(spelling)),
            Whose::Nobodys => Some(PersonQuestion::NoPatient),
        }
    }

    /// Whether it can be answered beside this chart, or beside none.
    pub(super) const fn can_be_answered(self, chart: Option<&str>) -> bool {
        match self {
            PersonQuestion::OtherSpelling(_) => true,
            PersonQuestion::NoPatient => chart.is_some(),
        }
    }
}

/// The questions that staff answered with yes, each with the chart beside which that was, where it matters.
#[derive(Clone, Debug, Default)]
pub(super) struct Confirmations(Vec<(PersonQuestion, Option<String>)>);

impl Confirmations {
    pub(super) const fn new() -> Confirmations {
        Confirmations(Vec::new())
    }

    pub(super) fn has(&self, question: PersonQuestion, chart: Option<&str>) -> bool {
        let is_beside = |known: Option<&str>| match question {
            PersonQuestion::OtherSpelling(_) => true,
            PersonQuestion::NoPatient => known.is_some() && known == chart,
        };
        self.0.iter().any(|(known, beside)| *known == question && is_beside(beside.as_deref()))
    }

    /// What was said beside another chart is not said any more.
    pub(super) fn end_beside_others(&mut self, chart: Option<&str>) {
        let stays = |(question, beside): &(PersonQuestion, Option<String>)| match question {
            PersonQuestion::OtherSpelling(_) => true,
            PersonQuestion::NoPatient => beside.as_deref() == chart,
        };
        self.0.retain(stays);
    }

    /// Staff confirm it, or not after all.
    pub(super) fn toggle(&mut self, question: PersonQuestion, chart: Option<&str>) {
        let has = self.has(question, chart);
        self.0.retain(|(known, _)| *known != question);
        if !has {
            self.0.push((question, chart.map(str::to_owned)));
        }
    }
}
