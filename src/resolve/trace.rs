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
pub struct Trace(RefCell<Vec<Explained>>);

impl Trace {
    /// Notes a step.
    pub fn note(&self, step: Explained) {
        let mut steps = self.0.borrow_mut();
        if steps.len() < MAX_STEPS {
            steps.push(step);
        }
    }

    /// All steps so far.
    pub fn into_steps(self) -> Vec<Explained> {
        self.0.into_inner()
    }
}
