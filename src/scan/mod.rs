//! Picture to code text, code text to the kind of code. Codes of other kinds are named and never opened.

mod code;
mod frame;
mod picture;

pub(crate) use code::read_card_file;
pub use code::{CodeReader, OtherCode, Reading, ScanDefect, ScannedCode};
pub use frame::Frame;
pub use picture::{Effort, find_codes};
