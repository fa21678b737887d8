//! The link's flags: a set of letters, in whatever order. Unknown letters MUST be ignored.

use super::LinkDefect;
use serde::{Deserialize, Serialize};

/// A flag of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// `L`: the content may change over a long time.
    LongTerm,
    /// `P`: a passcode is needed.
    Passcode,
    /// `U`: the address is one encrypted file.
    DirectFile,
}

impl Flag {
    /// All flags, in the standard's order.
    const ALL: [Flag; 3] = [Flag::LongTerm, Flag::Passcode, Flag::DirectFile];

    const fn letter(self) -> char {
        match self {
            Flag::LongTerm => 'L',
            Flag::Passcode => 'P',
            Flag::DirectFile => 'U',
        }
    }
}

/// The flags of a link.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags {
    known: String,
    others: usize,
}

impl Flags {
    /// Reads the `flag` member.
    pub fn read(text: &str) -> Result<Flags, LinkDefect> {
        let known: String = Flag::ALL.into_iter().map(Flag::letter).filter(|letter| text.contains(*letter)).collect();
        let others = text.chars().count() - known.chars().count();
        let flags = Flags { known, others };
        if flags.has(Flag::DirectFile) && flags.has(Flag::Passcode) {
            return Err(LinkDefect::Flags);
        }
        Ok(flags)
    }

    /// Whether the flag is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.known.contains(flag.letter())
    }

    /// The known letters, each once, in the standard's order.
    pub fn letters(&self) -> &str {
        &self.known
    }

    /// How many letters are unknown, or there twice.
    pub fn others(&self) -> usize {
        self.others
    }

    /// Whether the member is exactly `U`, as a Kill-the-Clipboard link has it.
    pub fn is_exactly_u(&self) -> bool {
        self.known == "U" && self.others == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_unknown_letters_do_not_matter() {
        for text in ["XPL", "LP", "PLZ", "zzzzzzzzzzzzzzzzzzzzzzzzPL"] {
            let flags = Flags::read(text).expect("flags");
            assert!(flags.has(Flag::Passcode) && flags.has(Flag::LongTerm) && !flags.has(Flag::DirectFile), "{text}");
            assert_eq!(flags.letters(), "LP");
        }
        assert_eq!(Flags::read("u").map(|flags| flags.has(Flag::DirectFile)), Ok(false));
    }

    #[test]
    fn only_the_single_letter_is_exactly_u() {
        let exactly = |text: &str| Flags::read(text).expect("flags").is_exactly_u();
        assert!(exactly("U"));
        assert!(!exactly("") && !exactly("LU") && !exactly("UX") && !exactly("UU"));
    }

    #[test]
    fn a_direct_file_never_has_a_passcode() {
        for text in ["UP", "PU", "LPU", "PxU"] {
            assert_eq!(Flags::read(text).err(), Some(LinkDefect::Flags), "{text}");
        }
    }
}
