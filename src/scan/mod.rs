//! Picture to code text, code text to the kind of code. Codes of other kinds are named and never opened.
//!
//! `prepare`, `look` and `cascade` read pictures, `burst` hand scanners, `repeats` says what is news. `carried` finds codes in
//! what carries them, `layout` puts back what another keyboard made of them, `symbol` is one of several; `code` and `other` say
//! what a text is.

mod burst;
mod carried;
mod cascade;
mod code;
mod frame;
mod layout;
mod look;
mod other;
mod prepare;
mod repeats;
mod symbol;

pub use burst::{Burst, PAUSE};
pub use carried::codes_in;
pub use cascade::{Cascade, find_codes};
pub use code::{CodeReader, Reading, ScanDefect, ScannedCode, are_rivals, has_our_mark};
pub(crate) use code::{holds_cards, read_card_file};
pub use frame::Frame;
pub use other::OtherCode;
pub use repeats::Repeats;
