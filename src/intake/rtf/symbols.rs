//! Letters of the Symbol font (Adobe, "Symbol Set and Encoding"): a `m` in it is a `μ`, and to read it as a letter of ASCII
//! makes milligrams of micrograms.

/// Letters from `A` on, and from `a` on.
const CAPITALS: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SMALL: &str = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";

/// What a byte of the Symbol font shows; `□` where that is no letter for people to read.
pub(super) fn letter(byte: u8) -> char {
    let nth = |letters: &str, first: u8| letters.chars().nth(usize::from(byte - first)).unwrap_or('□');
    match byte {
        b'A'..=b'Z' => nth(CAPITALS, b'A'),
        b'a'..=b'z' => nth(SMALL, b'a'),
        b'"' => '∀',
        b'$' => '∃',
        b'\'' => '∋',
        b'*' => '∗',
        b'-' => '−',
        b'@' => '≅',
        b' '..=b'?' | b'[' | b']' | b'_' | b'{' | b'|' | b'}' => char::from(byte),
        0xA3 => '≤',
        0xA5 => '∞',
        0xA7 => '♣',
        0xAB => '↔',
        0xAC => '←',
        0xAD => '↑',
        0xAE => '→',
        0xAF => '↓',
        0xB0 => '°',
        0xB1 => '±',
        0xB2 => '″',
        0xB3 => '≥',
        0xB4 => '×',
        0xB5 => '∝',
        0xB7 => '•',
        0xB8 => '÷',
        0xB9 => '≠',
        0xBB => '≈',
        0xBC => '…',
        0xD2 => '®',
        0xD3 => '©',
        0xD4 => '™',
        0xD6 => '√',
        0xDE => '⇒',
        0xE5 => '∑',
        _ => '□',
    }
}
