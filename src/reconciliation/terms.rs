//! Texts as they are compared: small letters without marks, and every number, sign and unit.
//!
//! Two texts have the same terms only where a clinician reads the same: `5.0 mg` is `5mg`, `.5 mg` is neither, and `< 60` is not
//! `> 60`. Nothing is cut. What is dropped is what only parts words: spaces, commas, brackets, full stops, quotes.

use crate::text::folded;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{LazyLock, OnceLock};
use unicode_normalization::UnicodeNormalization as _;

/// One word in its spellings, English and Spanish; the first stands for all. What tells records apart is here (units, sides,
/// degrees, number words), so that it is the same in both languages.
const NAMES: &[&[&str]] = &[
    &["mcg", "ug", "μg", "microgram", "micrograms", "microgramo", "microgramos"],
    &["mg", "mgs", "milligram", "milligrams", "miligramo", "miligramos"],
    &["g", "gm", "gms", "gram", "grams", "gramo", "gramos"],
    &["ml", "mls", "cc", "milliliter", "milliliters", "millilitre", "millilitres", "mililitro", "mililitros"],
    &["meq", "milliequivalent", "milliequivalents"],
    &["unit", "units", "unidad", "unidades"],
    &["%", "percent"],
    &["h", "hr", "hrs", "hour", "hours", "hora", "horas"],
    &["day", "days", "dia", "dias"],
    &["week", "weeks", "semana", "semanas"],
    &["month", "months", "mes", "meses"],
    &["year", "years", "ano", "anos"],
    &["tablet", "tablets", "tab", "tabs", "tableta", "tabletas", "comprimido", "comprimidos"],
    &["capsule", "capsules", "cap", "caps", "capsula", "capsulas"],
    &["left", "izquierdo", "izquierda"],
    &["right", "derecho", "derecha"],
    &["bilateral", "both", "ambos", "ambas"],
    &["mild", "leve"],
    &["moderate", "moderado", "moderada"],
    &["severe", "grave", "severo", "severa"],
    &["acute", "agudo", "aguda"],
    &["chronic", "cronico", "cronica"],
    &["without", "sin"],
    &["with", "con"],
    &["history", "hx", "antecedente", "antecedentes", "historia"],
    &["family", "familiar", "familiares"],
    &["resolved", "resuelto", "resuelta"],
    &["negative", "negativo", "negativa"],
    &["positive", "positivo", "positiva"],
    &["possible", "posible"],
    &["intolerance", "intolerancia"],
    &["hydrochloride", "hcl", "clorhidrato", "hidrocloruro"],
    &["sodium", "sodico", "sodica"],
    &["potassium", "potasico", "potasica"],
    &["type", "tipo"],
    &["stage", "estadio", "etapa"],
    &["grade", "grado"],
    &["class", "clase"],
    &["group", "grupo"],
    &["level", "nivel"],
    &["category", "categoria"],
    &["and", "&"],
    &["1", "one", "un", "uno", "una"],
    &["2", "two", "dos"],
    &["3", "three", "tres"],
    &["4", "four", "cuatro"],
    &["5", "five", "cinco"],
    &["6", "six", "seis"],
    &["7", "seven", "siete"],
    &["8", "eight", "ocho"],
    &["9", "nine", "nueve"],
    &["10", "ten", "diez"],
    &["12", "twelve", "doce"],
];

/// Behind these a Roman number is one: "type II".
pub(super) const NUMBERED: [&str; 15] = [
    "type", "stage", "grade", "class", "factor", "phase", "group", "level", "category", "degree", "subtype",
    "genotype", "figo", "nyha", "gold",
];
const ROMAN: [&str; 13] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii"];

/// A text as it is compared, and what its terms alone no longer say.
pub(super) struct Terms {
    pub(super) all: Vec<String>,
    /// The places of terms with which a clause begins.
    pub(super) breaks: BTreeSet<usize>,
    /// The places of terms behind a hyphen that glues two words: no clause, and no salt either.
    pub(super) glued: BTreeSet<usize>,
    /// The places of words in capitals, in a text that has small letters as well.
    pub(super) capitals: BTreeSet<usize>,
}

/// The terms of a text, in its order: words, numbers, and signs that are no mere punctuation.
pub(super) fn terms(text: &str) -> Vec<String> {
    read(text).all
}

/// The same, with where clauses begin and which words are in capitals.
pub(super) fn read(text: &str) -> Terms {
    let letters: Vec<char> = if text.is_ascii() {
        text.chars().collect()
    } else {
        text.nfc().map(narrow).filter(|letter| !matches!(letter, '®' | '™' | '©')).collect()
    };
    let [breaks, glued, capitals] = [const { BTreeSet::new() }; 3];
    let mut reader = Reader { letters: &letters, at: 0, terms: Vec::new(), breaks, glued, capitals };
    while let Some(letter) = reader.letters.get(reader.at).copied() {
        reader.read(letter);
    }
    let Reader { terms: all, breaks, glued, mut capitals, .. } = reader;
    if !letters.iter().any(|letter| letter.is_lowercase()) {
        capitals.clear();
    }
    Terms { all, breaks, glued, capitals }
}

/// Letters and digits alone: a member id with and without its hyphens.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Whether a term is a number.
pub(super) fn is_number(term: &str) -> bool {
    term.chars().any(char::is_numeric)
}

/// A letter of full width is one of half.
fn narrow(letter: char) -> char {
    let shift = |code: u32| code.checked_sub(0xFEE0).and_then(char::from_u32);
    match letter {
        '\u{FF01}'..='\u{FF5E}' => shift(u32::from(letter)).unwrap_or(letter),
        '\u{2044}' => '/',
        '\u{2264}' => '≤',
        '\u{2265}' => '≥',
        '×' => 'x',
        other => other,
    }
}

struct Reader<'t> {
    letters: &'t [char],
    at: usize,
    terms: Vec<String>,
    breaks: BTreeSet<usize>,
    glued: BTreeSet<usize>,
    capitals: BTreeSet<usize>,
}

impl Reader<'_> {
    fn read(&mut self, letter: char) {
        let begins_number = letter == '.' && self.is(1, |next| next.is_ascii_digit()) && !self.was_digit();
        match letter {
            _ if letter.is_ascii_digit() || begins_number => self.number(),
            // Halves and squares are no digits of the number before them.
            _ if letter.is_numeric() && !letter.is_alphabetic() && !letter.is_ascii() => {
                let folded = folded(&letter.to_string());
                self.at += 1;
                match folded.split_once('\u{2044}') {
                    Some((upper, lower)) => self.terms.extend([upper.into(), "/".into(), lower.into()]),
                    None => self.terms.push(letter.into()),
                }
            }
            _ if letter.is_alphanumeric() => self.word(),
            '-' | '−' | '‐'..='―' => {
                let (before, after) = (self.before(), self.letters.get(self.at + 1).copied());
                let digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit() || it == '.');
                let parts = before.is_none_or(|it| !it.is_alphanumeric());
                let ends = after.is_none_or(|it| !it.is_alphanumeric());
                // A range, a negative number, "Rh-", "HIV (-)". Between words it only parts.
                let is_sign = digit(after) && (parts || digit(before))
                    || ends && before.is_some_and(char::is_alphanumeric)
                    || self.names_nothing_more();
                if is_sign {
                    self.terms.push("-".to_owned());
                } else if parts || ends || matches!(letter, '–' | '—') {
                    self.breaks.insert(self.terms.len());
                } else {
                    self.glued.insert(self.terms.len());
                }
                self.at += 1;
            }
            ',' | ';' | ':' | '.' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '·' | '•' | '_' | '…' | '"' | '“'
            | '”' => {
                self.breaks.insert(self.terms.len());
                self.at += 1;
            }
            '\'' | '’' | '‘' | '!' => self.at += 1,
            _ if letter.is_whitespace() || letter.is_control() => {
                if !matches!(letter, ' ' | '\u{a0}') {
                    self.breaks.insert(self.terms.len());
                }
                self.at += 1;
            }
            '≤' | '≥' => {
                self.terms.extend([if letter == '≤' { "<" } else { ">" }, "="].map(str::to_owned));
                self.at += 1;
            }
            sign => {
                let is_drawn = !folded(&sign.to_string()).is_empty() || sign.is_ascii();
                let name = sign.to_string();
                self.terms.extend(is_drawn.then(|| named(&name).map_or(name.clone(), str::to_owned)));
                if matches!(sign, '/' | '+' | '&' | '\\') {
                    self.breaks.insert(self.terms.len());
                }
                self.at += 1;
            }
        }
    }

    /// Whether neither a letter nor a digit stands behind this sign before the clause ends: it belongs to what stands before it.
    fn names_nothing_more(&self) -> bool {
        let ends = |letter: char| {
            matches!(letter, ',' | ';' | ':' | '.' | '|' | '/' | '(' | ')' | '[' | ']' | '{' | '}' | '\n' | '\r')
        };
        let behind = self.letters.iter().skip(self.at + 1).find(|letter| letter.is_alphanumeric() || ends(**letter));
        behind.is_none_or(|letter| ends(*letter))
    }

    fn before(&self) -> Option<char> {
        self.at.checked_sub(1).and_then(|at| self.letters.get(at)).copied()
    }

    fn was_digit(&self) -> bool {
        self.before().is_some_and(|letter| letter.is_ascii_digit())
    }

    fn is(&self, ahead: usize, what: impl Fn(char) -> bool) -> bool {
        self.letters.get(self.at + ahead).copied().is_some_and(what)
    }

    fn number(&mut self) {
        let is_glued = self.before().is_some_and(char::is_alphabetic) && !self.is(0, |letter| letter == '.');
        let mut digits = String::new();
        while let Some(letter) = self.letters.get(self.at).copied() {
            let parts = matches!(letter, '.' | ',') && self.is(1, |next| next.is_ascii_digit());
            if !letter.is_ascii_digit() && !parts {
                break;
            }
            digits.push(letter);
            self.at += 1;
        }
        // "E11.90" is a code and no number.
        self.terms.push(if is_glued { digits } else { number(&digits) });
    }

    fn word(&mut self) {
        let mut word = String::new();
        while let Some(letter) = self.letters.get(self.at).copied() {
            let joins = matches!(letter, '\'' | '’') && self.is(1, char::is_alphabetic);
            let is_mark = !letter.is_ascii() && !letter.is_whitespace() && folded(&letter.to_string()).is_empty();
            match letter {
                _ if joins || is_mark => {}
                _ if letter.is_alphabetic() => word.push(letter),
                _ => break,
            }
            self.at += 1;
        }
        if word.is_empty() {
            // Neither letter nor digit nor sign: nothing is skipped without a term.
            word.extend(self.letters.get(self.at).copied());
            self.at += 1;
        }
        if !word.chars().any(char::is_lowercase) {
            self.capitals.insert(self.terms.len());
        }
        let word = folded(&word);
        let is_numbered = self.terms.last().is_some_and(|last| NUMBERED.contains(&last.as_str()));
        match roman(&word).filter(|_| is_numbered) {
            Some((number, kind)) => self.terms.extend([Some(number), kind].into_iter().flatten()),
            None => self.terms.push(named(&word).map_or(word, str::to_owned)),
        }
    }
}

/// A Roman number, and the letter of a stage behind it: "IIA" is 2, a.
fn roman(word: &str) -> Option<(String, Option<String>)> {
    let place = |word: &str| ROMAN.iter().position(|roman| *roman == word).map(|place| (place + 1).to_string());
    let lettered = || {
        let (letter, before) = (word.chars().next_back()?, word.get(..word.len().checked_sub(1)?)?);
        Some((place(before).filter(|_| matches!(letter, 'a'..='e'))?, Some(letter.to_string())))
    };
    place(word).map(|number| (number, None)).or_else(lettered)
}

/// Whether a word looks like a Roman number with or without the letter of a stage: "IIIA".
pub(super) fn is_roman(word: &str) -> bool {
    let digits = word.strip_suffix(|letter| matches!(letter, 'a'..='e')).unwrap_or(word);
    word.len() > 1 && !digits.is_empty() && digits.chars().all(|letter| matches!(letter, 'i' | 'v' | 'x'))
}

/// `.5` is `0.5`, `5.0` is `5`, `0,5` is `0.5`. Three digits behind one sign may be thousands: such a number stays as it is written.
fn number(digits: &str) -> String {
    let whole = |text: &str| match text.trim_start_matches('0') {
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    let mut parts = digits.split(['.', ',']);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(all), None, _) => whole(all),
        (Some(before), Some(behind), None) if behind.len() != 3 || whole(before) == "0" => {
            match behind.trim_end_matches('0') {
                "" => whole(before),
                rest => format!("{}.{rest}", whole(before)),
            }
        }
        _ => digits.to_owned(),
    }
}

fn named(word: &str) -> Option<&'static str> {
    static ALL: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
        let each = NAMES.iter().filter_map(|names| names.split_first());
        each.flat_map(|(first, names)| names.iter().map(|name| (*name, *first))).collect()
    });
    ALL.get(word).copied()
}

/// Words that are looked up one by one.
pub(super) struct Listed(&'static str, OnceLock<Known>);

/// The words, and which lengths there are by the first letter: nearly all words that are none of them are known by that.
struct Known {
    words: HashSet<&'static str>,
    lengths: [u32; 256],
}

impl Known {
    fn new(list: &'static str) -> Known {
        let mut known = Known { words: list.split_whitespace().collect(), lengths: [0; 256] };
        for word in &known.words {
            if let Some(lengths) = word.bytes().next().and_then(|first| known.lengths.get_mut(usize::from(first))) {
                *lengths |= bit_of(word);
            }
        }
        known
    }

    fn has(&self, word: &str) -> bool {
        let lengths = word.bytes().next().and_then(|first| self.lengths.get(usize::from(first)));
        lengths.is_some_and(|lengths| lengths & bit_of(word) != 0) && self.words.contains(word)
    }
}

/// Its length as one bit; the longest share the last.
fn bit_of(word: &str) -> u32 {
    1 << word.len().min(31)
}

impl Listed {
    /// Of words with spaces between them.
    pub(super) const fn new(words: &'static str) -> Listed {
        Listed(words, OnceLock::new())
    }

    pub(super) fn has(&self, word: &str) -> bool {
        self.1.get_or_init(|| Known::new(self.0)).has(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_otherwise_and_means_the_same_has_the_same_terms() {
        for (one, other) in [
            ("5 mg", "5mg"),
            ("5.0 mg", "5 MG"),
            (".5 mg", "0.50 mg"),
            ("0,5 mg", "0.5 mg"),
            ("Take.5 mg", "take .5 mg"),
            ("50 µg", "50 mcg"),
            ("½ tablet", "1/2 tab."),
            ("1½ tablets", "1 1/2 tablets"),
            ("Crohn's disease", "Crohns disease"),
            ("Diabetes mellitus type II", "diabetes mellitus tipo 2"),
            ("≥ 5", ">=5"),
            ("beta-blocker", "Beta blocker"),
            ("COVID-19", "Covid 19"),
            ("Peña\u{0301}", "pena"),
            ("５ ｍｇ", "5 mg"),
            ("take one tablet", "Take 1 tablet."),
            ("Tylenol®", "tylenol"),
            ("a\u{200B}b", "ab"),
        ] {
            assert_eq!(terms(one), terms(other), "{one} {other}");
        }
    }

    #[test]
    fn what_a_clinician_tells_apart_has_other_terms() {
        for (one, other) in [
            (".5 mg", "5 mg"),
            ("5 mg", "50 mg"),
            ("0.5", "0.05"),
            ("pulse < 60", "pulse > 60"),
            ("< 60", "<= 60"),
            ("1-2 tablets", "1 2 tablets"),
            ("-5", "5"),
            ("Rh-", "Rh+"),
            ("1,000 units", "1 units"),
            ("1.500 mg", "1.5 mg"),
            ("10²", "102"),
            ("1½", "11/2"),
            ("≠ 5", "= 5"),
            ("E11.90", "E11.9"),
            ("5 mg", "5 mcg"),
            ("Hepatitis (B)", "Hepatitis (C)"),
            ("5 %", "5"),
            ("100 units/mL", "100 units mL"),
            ("? asthma", "asthma"),
        ] {
            assert_ne!(terms(one), terms(other), "{one} {other}");
        }
    }

    #[test]
    fn nothing_is_cut() {
        let long = "word ".repeat(5_000);
        assert_ne!(terms(&format!("{long} 1")), terms(&format!("{long} 2")));
    }
}
