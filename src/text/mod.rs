//! Strangers' text: made fit for a screen (`plain_text`), and made comparable (`folding`).

mod folding;
mod plain_text;

pub use folding::{base_letters, folded};
pub use plain_text::plain_text;
pub(crate) use plain_text::{misleads, shown};
