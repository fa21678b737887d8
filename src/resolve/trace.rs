//! What was done with a share, step by step, for `ktc-kiosk explain`.

use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;

/// More steps than these are not noted.
const MAX_STEPS: usize = 2_000;

/// One step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Explained {
    /// What was done, in a few words of ours.
    pub step: String,
    /// The rule it follows: standard and section.
    pub rule: String,
    /// What was found, in words of ours: no patient data, no address, no key.
    pub found: String,
    /// The same with what it was found in; shown only to whoever asks for it.
    pub detail: Option<Sensitive<String>>,
}

/// The steps of one share, in order.
#[derive(Debug, Default)]
pub struct Trace {
    steps: RefCell<Vec<Explained>>,
    keeps_details: bool,
}

impl Trace {
    /// A trace that keeps patient data, addresses and keys as details. The default one keeps none.
    pub fn with_details() -> Trace {
        Trace { keeps_details: true, ..Trace::default() }
    }

    /// Notes a step.
    pub fn note(&self, step: Explained) {
        let mut steps = self.steps.borrow_mut();
        if steps.len() < MAX_STEPS {
            steps.push(step);
        }
    }

    /// Notes a step that reveals nothing.
    pub fn say(&self, step: &str, rule: &str, found: impl Into<String>) {
        self.note(Explained { step: step.to_owned(), rule: rule.to_owned(), found: found.into(), detail: None });
    }

    /// Notes a step, and what it was found in where details are kept.
    pub fn show(&self, step: &str, rule: &str, found: impl Into<String>, detail: impl FnOnce() -> String) {
        let detail = self.keeps_details.then(|| Sensitive::from(detail()));
        self.note(Explained { step: step.to_owned(), rule: rule.to_owned(), found: found.into(), detail });
    }

    /// All steps so far.
    pub fn into_steps(self) -> Vec<Explained> {
        self.steps.into_inner()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_kept_only_where_they_were_asked_for() {
        let details = |trace: Trace| {
            trace.show("a step", "a rule", "2 members", || "Delgado".to_owned());
            trace.into_steps().remove(0).detail
        };
        assert_eq!(details(Trace::default()), None);
        assert_eq!(details(Trace::with_details()), Some(Sensitive::from("Delgado")));
    }

    #[test]
    fn steps_without_end_are_not_kept() {
        let trace = Trace::default();
        (0..MAX_STEPS + 10).for_each(|_| trace.say("a step", "a rule", "nothing"));
        assert_eq!(trace.into_steps().len(), MAX_STEPS);
    }
}
