//! Strangers' text: made fit for a screen (`plain_text`), made comparable (`folding`), and our words for codes that come
//! without any (`code_displays`).

pub mod code_displays;
mod folding;
mod plain_text;
mod slips;

pub use folding::{base_letters, composed, folded, folded_words};
pub use plain_text::{is_hidden, is_invisible, plain_text};
pub(crate) use plain_text::{misleads, shown};
pub use slips::is_slip;
