//! Why documents do not make a check-in form.

use crate::sensitive::LogSafe;

/// Why documents do not make a check-in form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum IntakeDefect {
    /// KTC "PatientSharedBundle": exactly one Patient; here none, and no record either.
    #[error("no Patient in the share, and no record")]
    NoPatient,
    /// KTC "PatientSharedBundle": exactly one Patient; here more than staff can choose from, or people of whom no Patient tells.
    #[error("more than one Patient in the share")]
    SeveralPatients,
}

impl LogSafe for IntakeDefect {
    fn log_word(&self) -> &'static str {
        self.into()
    }
}
