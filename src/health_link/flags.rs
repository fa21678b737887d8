//! The link's flags: a set of letters. Unknown letters MUST be ignored.

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

/// The flags of a link.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags {
    letters: String,
}

impl Flags {
    /// Reads the `flag` member.
    pub fn read(text: &str) -> Result<Flags, LinkDefect> {
        let flags = Flags { letters: text.chars().take(16).collect() };
        if flags.has(Flag::DirectFile) && flags.has(Flag::Passcode) {
            return Err(LinkDefect::Flags);
        }
        Ok(flags)
    }

    /// Whether the flag is set.
    pub fn has(&self, flag: Flag) -> bool {
        self.letters.contains(match flag {
            Flag::LongTerm => 'L',
            Flag::Passcode => 'P',
            Flag::DirectFile => 'U',
        })
    }

    /// Whether the member is exactly `U`, as a Kill-the-Clipboard link has it.
    pub fn is_exactly_u(&self) -> bool {
        self.letters == "U"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_unknown_letters_do_not_matter() {
        let flags = Flags::read("XPL").expect("flags");
        assert!(flags.has(Flag::Passcode) && flags.has(Flag::LongTerm) && !flags.has(Flag::DirectFile));
    }

    #[test]
    fn a_direct_file_never_has_a_passcode() {
        assert_eq!(Flags::read("UP").err(), Some(LinkDefect::Flags));
        assert_eq!(Flags::read("PU").err(), Some(LinkDefect::Flags));
    }
}
