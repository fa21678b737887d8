//! Picture to code text, code text to the kind of code. Codes of other kinds are named and never opened.
//!
//! `prepare`, `look` and `cascade` read pictures, `burst` hand scanners, `repeats` says what is news, `code` and `other` what a
//! text is.

mod burst;
mod cascade;
mod code;
mod frame;
mod look;
mod other;
mod prepare;
mod repeats;

pub use burst::{Burst, PAUSE};
pub use cascade::{Cascade, find_codes};
pub(crate) use code::read_card_file;
pub use code::{CodeReader, Reading, ScanDefect, ScannedCode, are_rivals, has_our_mark};
pub use frame::Frame;
pub use other::OtherCode;
pub use repeats::Repeats;
