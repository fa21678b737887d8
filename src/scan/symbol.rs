//! One of several QR symbols that hold a text together (ISO/IEC 18004 8, structured append). Between a picture and the reader it
//! travels as a text like every other code, with its place in front.

/// Begins and ends the place; no code of ours has it.
const FENCE: char = '\u{1c}';

/// A symbol with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol<'t> {
    /// Which one, counted from 1.
    pub number: u32,
    /// How many there are: 2 to 16.
    pub of: u32,
    /// The same for all symbols of one text.
    pub parity: u8,
    /// Its piece of the text.
    pub text: &'t str,
}

impl<'t> Symbol<'t> {
    /// `None` unless there are several and this is one of them. `index` counts from 0.
    pub(super) fn new(index: u32, of: u32, parity: u8, text: &'t str) -> Option<Symbol<'t>> {
        ((2..=16).contains(&of) && index < of).then(|| Symbol { number: index + 1, of, parity, text })
    }

    /// How it travels.
    pub(super) fn to_text(self) -> String {
        let Symbol { number, of, parity, text } = self;
        format!("{FENCE}{number}/{of}/{parity}{FENCE}{text}")
    }

    /// `None` for a text that is no symbol.
    pub(super) fn read(text: &'t str) -> Option<Symbol<'t>> {
        let (place, text) = text.strip_prefix(FENCE)?.split_once(FENCE)?;
        let mut numbers = place.splitn(3, '/');
        let mut next = || numbers.next();
        let (number, of, parity) = (next()?.parse::<u32>().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
        Symbol::new(number.checked_sub(1)?, of, parity, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_arrives_as_it_left_and_other_texts_are_none() {
        let symbol = Symbol::new(1, 3, 200, "shlink:/x\u{1c}y").expect("a symbol");
        assert_eq!(Symbol::read(&symbol.to_text()), Some(symbol));
        for none in
            ["", "\u{1c}", "\u{1c}1/1/0\u{1c}x", "\u{1c}0/2/0\u{1c}x", "\u{1c}3/2/0\u{1c}x", "\u{1c}1/17/0\u{1c}x"]
        {
            assert_eq!(Symbol::read(none), None, "{none:?}");
        }
        assert_eq!(Symbol::new(2, 2, 0, ""), None);
    }
}
