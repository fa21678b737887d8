//! Strangers' text: made fit for a screen (`plain_text`), made comparable (`folding`), and our words for codes that come
//! without any (`code_displays`), what is said in the reader's language (`said`), and which letters can be drawn (`drawn`).

pub mod code_displays;
mod drawn;
mod folding;
mod plain_text;
pub(crate) mod said;
mod slips;

pub use drawn::{drawn, is_drawn, is_drawn_whole};
pub use folding::{base_letters, composed, folded, folded_words, stem};
pub use plain_text::{is_hidden, is_invisible, plain_text};
pub(crate) use plain_text::{misleads, shown, shown_lines};
pub use said::Said;
pub use slips::{edits, is_one_slip, is_slip};
