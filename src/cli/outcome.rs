//! How `read` ended.

/// How it ended; the exit code of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Read; an intake was printed.
    Read = 0,
    /// Not a code of ours, or none in the picture.
    NotOurs = 3,
    /// Ours, and refused.
    Refused = 4,
    /// Ours, and its server or issuer cannot be reached.
    Unreachable = 5,
    /// Parts of a card are missing.
    Incomplete = 6,
    /// There is no such file, it cannot be read, or nothing is in it.
    NoInput = 7,
    /// Read, and about several people: at the desk, staff choose one. Nothing of their records was printed.
    Choose = 8,
}

impl Outcome {
    /// Whether nothing of ours was found: what another input holds is then said instead.
    pub(super) fn is_nothing(self) -> bool {
        match self {
            Outcome::NotOurs | Outcome::NoInput => true,
            Outcome::Read | Outcome::Refused | Outcome::Unreachable | Outcome::Incomplete | Outcome::Choose => false,
        }
    }
}
