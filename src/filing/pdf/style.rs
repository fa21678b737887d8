//! What a line is on the page.

/// From the title to the small print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Title,
    Head,
    Item,
    Body,
    Small,
}
