//! Codes that a hand scanner typed into a computer whose keyboard is set otherwise. A scanner sends the keys of a US keyboard;
//! another layout, or Caps Lock, makes other signs of them, and what stands in the place of `:/` tells.
//!
//! Where nothing is lost the code is put back: what comes out must be whole ([`super::carried`]). Otherwise the scanner is named:
//! the clinic's IT sets it, and no patient can mend it by showing the code again.

use super::carried::whole_code_in;
use crate::sensitive::Sensitive;

/// What a keyboard makes of the keys that our codes are typed with.
struct Layout {
    /// In the places of `:`, `/`, `-` and `_`.
    signs: [char; 4],
    /// In the places of 0 to 9, where these are not the digits.
    digits: &'static str,
    /// Letters that another key has: what is typed, what is meant.
    letters: &'static [(char, char)],
}

const LATIN: &[(char, char)] = &[];
const QWERTZ: &[(char, char)] = &[('y', 'z'), ('z', 'y'), ('Y', 'Z'), ('Z', 'Y')];
const AZERTY: &[(char, char)] = &[
    ('a', 'q'),
    ('q', 'a'),
    ('z', 'w'),
    ('w', 'z'),
    ('A', 'Q'),
    ('Q', 'A'),
    ('Z', 'W'),
    ('W', 'Z'),
    (',', 'm'),
    ('?', 'M'),
];
const TURKISH: &[(char, char)] = &[('ı', 'i')];

/// How our codes begin.
const SCHEMES: [&str; 2] = ["shlink", "shc"];

/// Windows and Linux agree in these keys.
const LAYOUTS: [Layout; 20] = [
    // A US keyboard, for Caps Lock alone.
    Layout { signs: [':', '/', '-', '_'], digits: "", letters: LATIN },
    // Spanish, of Spain and of Latin America; Portuguese, of Portugal and of Brazil; Italian.
    Layout { signs: ['Ñ', '-', '\'', '?'], digits: "", letters: LATIN },
    Layout { signs: ['Ç', '-', '\'', '?'], digits: "", letters: LATIN },
    Layout { signs: ['Ç', ';', '-', '_'], digits: "", letters: LATIN },
    Layout { signs: ['ç', '-', '\'', '?'], digits: "", letters: LATIN },
    // German and Austrian; Swiss, in German and in French.
    Layout { signs: ['Ö', '-', 'ß', '?'], digits: "", letters: QWERTZ },
    Layout { signs: ['é', '-', '\'', '?'], digits: "", letters: QWERTZ },
    Layout { signs: ['ö', '-', '\'', '?'], digits: "", letters: QWERTZ },
    // French; Belgian; Canadian French; Dutch.
    Layout { signs: ['M', '!', ')', '°'], digits: "à&é\"'(-è_ç", letters: AZERTY },
    Layout { signs: ['M', '=', ')', '°'], digits: "à&é\"'(§è!ç", letters: AZERTY },
    Layout { signs: [':', 'é', '-', '_'], digits: "", letters: LATIN },
    Layout { signs: ['±', '-', '/', '?'], digits: "", letters: LATIN },
    // Swedish and Finnish; Danish; Norwegian.
    Layout { signs: ['Ö', '-', '+', '?'], digits: "", letters: LATIN },
    Layout { signs: ['Æ', '-', '+', '?'], digits: "", letters: LATIN },
    Layout { signs: ['Ø', '-', '+', '?'], digits: "", letters: LATIN },
    // Czech; Slovak; Hungarian; Croatian and Slovene; Turkish.
    Layout { signs: ['"', '-', '=', '%'], digits: "é+ěščřžýáí", letters: QWERTZ },
    Layout { signs: ['"', '-', '=', '%'], digits: "é+ľščťžýáí", letters: QWERTZ },
    Layout { signs: ['É', '-', 'ü', 'Ü'], digits: "ö123456789", letters: QWERTZ },
    Layout { signs: ['Č', '-', '\'', '?'], digits: "", letters: QWERTZ },
    Layout { signs: ['Ş', '.', '*', '?'], digits: "", letters: TURKISH },
];

/// A text that a scanner typed into another layout.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Typed {
    /// Put back to what the scanner read.
    Restored(Sensitive<String>),
    /// Signs were lost, or the layout is not known.
    Lost,
}

/// Fewer letters behind a mark are no code.
const MIN_LETTERS: usize = 20;
/// More text than this was typed by no scanner.
const MAX_LETTERS: usize = 20_000;

/// `None` for a text that shows no other layout.
pub(super) fn typed_elsewhere(text: &str) -> Option<Typed> {
    let text = text.trim();
    if text.len() > MAX_LETTERS {
        return None;
    }
    let small = Sensitive::new(text.to_lowercase().replace('ı', "i"));
    if !SCHEMES.iter().any(|scheme| small.reveal().contains(scheme)) {
        return None;
    }
    let swapped = each_sign(text, other_case);
    let put_back = |text: &str| {
        let mut likely = LAYOUTS.iter().filter(|layout| layout.shows_in(small.reveal()));
        likely.find_map(|layout| whole_code_in(each_sign(text, |typed| layout.meant(typed)).reveal()))
    };
    let code = put_back(text).or_else(|| put_back(swapped.reveal())).or_else(|| card_of_digits(text));
    match code {
        Some(code) => Some(Typed::Restored(code)),
        None => is_lost(text).then_some(Typed::Lost),
    }
}

impl Layout {
    /// Whether its signs stand in the place of `:/`, in a text of small letters. With those of a US keyboard only a link can have
    /// been changed, by Caps Lock.
    fn shows_in(&self, small: &str) -> bool {
        let [colon, slash, ..] = self.signs;
        let schemes = if (colon, slash) == (':', '/') { &SCHEMES[..1] } else { &SCHEMES[..] };
        schemes.iter().any(|scheme| small.contains(&format!("{scheme}{colon}{slash}").to_lowercase()))
    }

    fn meant(&self, typed: char) -> char {
        let sign = self.signs.iter().zip([':', '/', '-', '_']).find(|(there, _)| **there == typed);
        let digit = || self.digits.chars().zip('0'..='9').find(|(there, _)| *there == typed);
        let letter = || self.letters.iter().find(|(there, _)| *there == typed);
        match sign {
            Some((_, meant)) => meant,
            None => digit().or_else(|| letter().copied()).map_or(typed, |(_, meant)| meant),
        }
    }
}

fn each_sign(text: &str, change: impl Fn(char) -> char) -> Sensitive<String> {
    // Room for all of it, so that growing leaves no copies behind.
    let mut changed = String::with_capacity(2 * text.len());
    changed.extend(text.chars().map(change));
    Sensitive::new(changed)
}

/// What Caps Lock makes of a letter; a letter without another case, or with several, stays.
fn other_case(letter: char) -> char {
    let mut other: Box<dyn Iterator<Item = char>> =
        if letter.is_lowercase() { Box::new(letter.to_uppercase()) } else { Box::new(letter.to_lowercase()) };
    match (other.next(), other.next()) {
        (Some(other), None) => other,
        _ => letter,
    }
}

/// The two signs in the place of `:/`, and what follows, of a text that begins with a scheme.
fn behind_scheme(text: &str) -> Option<(&str, char, char, &str)> {
    let scheme = ["shlink", "shc"]
        .into_iter()
        .find(|name| text.get(..name.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(name)))?;
    let mut rest = text.get(scheme.len()..)?.chars();
    Some((scheme, rest.next()?, rest.next()?, rest.as_str()))
}

/// Digits are the same on most keyboards: a card is put back whatever stands in the place of `:/`.
fn card_of_digits(text: &str) -> Option<Sensitive<String>> {
    let (_, _, slash, rest) = behind_scheme(text).filter(|(scheme, ..)| *scheme == "shc")?;
    let digits: String = rest.chars().map(|letter| if letter == slash { '/' } else { letter }).collect();
    whole_code_in(&format!("shc:/{digits}"))
}

/// No word goes on like this: two signs, or the M of French keyboards and a sign, and then a long text without a space. Signs
/// other than `:/` are those of another layout. Base64url has capitals and small letters: a link in one case is half lost.
fn is_lost(text: &str) -> bool {
    behind_scheme(text).is_some_and(|(scheme, colon, slash, rest)| {
        let is_sign = |sign: char| !sign.is_ascii_alphanumeric() && !sign.is_whitespace();
        let letters = || rest.chars().filter(char::is_ascii_alphabetic);
        let is_one_case =
            letters().all(|letter| letter.is_uppercase()) || letters().all(|letter| letter.is_lowercase());
        let goes_on = (is_sign(colon) || colon == 'M') && is_sign(slash) && !rest.contains(char::is_whitespace);
        let is_long = rest.chars().count() >= MIN_LETTERS;
        let is_half_lost = scheme == "shlink" && letters().count() >= MIN_LETTERS && is_one_case;
        goes_on && is_long && ((colon, slash) != (':', '/') || is_half_lost)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};

    fn link() -> String {
        let key: String = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
        let payload = format!(r#"{{"url":"https://files.example.org/{key}?>~ÿ","key":"{key}","flag":"U"}}"#);
        let link = format!("shlink:/{}", BASE64URL.encode(payload));
        assert!(link.contains(['-', '_']) && link.contains('m') && link.contains('z') && link.contains('y'));
        link
    }

    fn card() -> String {
        let jws = "e30.e30.".to_owned() + &"Az-_09QwYm".repeat(8) + "-_09QA";
        format!("shc:/{}", jws.bytes().map(|byte| format!("{:02}", byte - 45)).collect::<String>())
    }

    fn typed(text: &str, layout: &Layout) -> String {
        let key = |letter: char| {
            let sign = layout.signs.iter().zip([':', '/', '-', '_']).find(|(_, meant)| *meant == letter);
            let digit = || layout.digits.chars().zip('0'..='9').find(|(_, meant)| *meant == letter);
            let other = || layout.letters.iter().copied().find(|(_, meant)| *meant == letter);
            sign.map(|(there, _)| *there).or_else(|| Some(digit().or_else(other)?.0)).unwrap_or(letter)
        };
        text.chars().map(key).collect()
    }

    fn restored(text: &str) -> Option<String> {
        match typed_elsewhere(text) {
            Some(Typed::Restored(code)) => Some(code.reveal().clone()),
            Some(Typed::Lost) | None => None,
        }
    }

    #[test]
    fn what_a_known_layout_made_of_a_code_is_put_back() {
        for layout in &LAYOUTS {
            for code in [link(), card()] {
                let typed = typed(&code, layout);
                if typed == card() {
                    continue;
                }
                assert_eq!(restored(&typed).as_deref(), Some(code.as_str()), "{typed}");
                let caps: String = typed.chars().map(other_case).collect();
                assert_eq!(restored(&caps).as_deref(), Some(code.as_str()), "{caps}");
            }
        }
    }

    #[test]
    fn a_card_is_put_back_from_any_layout_that_has_its_digits() {
        for signs in ["§#", "Þ·", "::", "//", ":é"] {
            assert_eq!(restored(&card().replacen(":/", signs, 1)), Some(card()), "{signs}");
        }
        assert_eq!(restored("shc€¦1¦2¦5676"), Some("shc:/1/2/5676".to_owned()));
    }

    #[test]
    fn what_is_lost_is_laid_on_the_scanner() {
        let lost = |text: &str| typed_elsewhere(text) == Some(Typed::Lost);
        assert!(lost(&link().replacen(":/", "§#", 1).replace('a', "å")));
        assert!(lost(&link().to_uppercase()) && lost(&link().to_lowercase()));
    }

    #[test]
    fn other_texts_are_no_fault_of_a_scanner() {
        let cut = link();
        for text in [
            cut.get(..60).expect("a beginning"),
            "shc.example.org/a-very-long-page-of-somebody",
            "shlink Mine is long enough to be a code",
            "https://shlink.example.org/a/b/c/d/e/f/g/h/i/j",
            "shc: 12345",
            "SHC",
            "",
        ] {
            assert_eq!(typed_elsewhere(text), None, "{text}");
        }
    }
}
