//! Generational suffixes. Each word is one generation, and Jr is not II: families use both, and only a person knows.

use super::letters::letters;

/// Families count no further.
const MAX_GENERATION: u8 = 39;

/// Which generation a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suffix {
    Junior,
    Senior,
    Numbered(u8),
}

impl Suffix {
    /// The generations in `suffix`, which may say several things at once (`Jr., MD`); degrees and titles are none.
    pub(super) fn all_in(text: &str) -> Vec<Suffix> {
        let words = text.split(|letter: char| letter.is_whitespace() || ",;/-.".contains(letter)).map(letters);
        words.take(12).filter_map(|word| Suffix::from_word(&word)).collect()
    }

    /// One behind a family name. A single letter there is an initial.
    pub(super) fn behind_a_name(word: &str) -> Option<Suffix> {
        Suffix::from_word(word).filter(|_| word.len() > 1 && word != "first" && word != "second" && word != "third")
    }

    fn from_word(word: &str) -> Option<Suffix> {
        const ORDINALS: [&str; 10] =
            ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
        match word {
            "jr" | "junior" | "jnr" => return Some(Suffix::Junior),
            "sr" | "senior" | "snr" => return Some(Suffix::Senior),
            _ => {}
        }
        let ordinal =
            ORDINALS.iter().position(|ordinal| *ordinal == word).and_then(|place| u8::try_from(place + 1).ok());
        let digits = word.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        let number = || match &word[digits.len()..] {
            "" | "st" | "nd" | "rd" | "th" | "d" => digits.parse().ok(),
            _ => None,
        };
        let generation = ordinal.or_else(number).or_else(|| from_roman(word))?;
        (1..=MAX_GENERATION).contains(&generation).then_some(Suffix::Numbered(generation))
    }

    /// As it is written: `jr`, `sr`, `iii`.
    pub(super) fn word(self) -> String {
        match self {
            Suffix::Junior => "jr".to_owned(),
            Suffix::Senior => "sr".to_owned(),
            Suffix::Numbered(generation) => to_roman(generation),
        }
    }
}

fn from_roman(word: &str) -> Option<u8> {
    (1..=MAX_GENERATION).find(|generation| to_roman(*generation) == word)
}

fn to_roman(mut number: u8) -> String {
    let mut roman = String::new();
    for (value, letters) in [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")] {
        while number >= value {
            roman.push_str(letters);
            number -= value;
        }
    }
    roman
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generation_is_one_in_all_its_spellings() {
        for (text, words) in [
            ("Jr.", &["jr"][..]),
            ("Junior", &["jr"]),
            ("Jr., MD", &["jr"]),
            ("Jr/Sr", &["jr", "sr"]),
            ("Snr", &["sr"]),
            ("the third", &["iii"]),
            ("2d", &["ii"]),
            ("2nd", &["ii"]),
            ("11th", &["xi"]),
            ("2", &["ii"]),
            ("XXXIX", &["xxxix"]),
            ("iiii", &[]),
            ("40th", &[]),
            ("MD", &[]),
            ("Esq", &[]),
            ("", &[]),
        ] {
            let found: Vec<String> = Suffix::all_in(text).into_iter().map(Suffix::word).collect();
            assert_eq!(found, words, "{text}");
        }
        assert_eq!(Suffix::behind_a_name("jr"), Some(Suffix::Junior));
        assert_eq!(Suffix::behind_a_name("v"), None, "an initial");
    }
}
