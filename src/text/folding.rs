//! Letters without their marks: for comparing names as an EHR's search does, and for printers with few letters.
//!
//! Two spellings fold to one text where they differ in nothing but
//! - capitals (also `ß` and `SS`, `ς` and `σ`),
//! - how Unicode composes them, width and ligatures (Unicode Normalization Form KD, UAX #15),
//! - marks that writers leave out: accents above, below and through a letter, and the points of Hebrew, Arabic and Syriac,
//! - letters that an English keyboard has in other words (`ø`, `æ`), typographic quotes and dashes,
//! - characters that draw nothing.
//!
//! Marks that make another letter or syllable stay: vowel signs, nukta and virama of Indic scripts, tones of Thai, voiced kana.
//! They are told apart by their class (Canonical_Combining_Class, UAX #44), not by lists of letters.

use icu_properties::props::{CanonicalCombiningClass, DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};
use unicode_normalization::UnicodeNormalization;

/// What Unicode does not take apart and every index of names does; and the signs that stand for an apostrophe or quotation mark.
const OTHERS: [(&str, &str); 15] = [
    ("ae", "æ"),
    ("d", "đð"),
    ("h", "ħ"),
    ("i", "ı"),
    // NFKD leaves a dot behind it.
    ("l", "łŀ"),
    ("n", "ŋ"),
    ("o", "ø"),
    ("oe", "œ"),
    ("ss", "ß"),
    ("t", "ŧ"),
    ("th", "þ"),
    ("'", "‘’‚′ʼʻ´\u{1FFD}"),
    ("\"", "“”„"),
    ("-", "−"),
    ("...", "…"),
];

/// More words of one text are not compared.
const MAX_WORDS: usize = 12;

/// The letters under a marked letter; nothing for a mark that stands alone, `None` for a letter without marks.
pub fn base_letters(letter: char) -> Option<String> {
    let base = plain(letter);
    (!base.chars().eq([letter])).then_some(base)
}

/// Small letters without marks, with single spaces: two spellings of one name come out the same.
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return folded_ascii(text);
    }
    let plain: String = text.nfc().map(plain).collect();
    // Through capitals, so that letters with two small forms, and capitals of two letters, come out as one.
    let small = |text: String| text.chars().flat_map(char::to_lowercase).collect::<String>();
    let small = small(small(plain).to_uppercase());
    small.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same for a text without a letter that could be taken apart.
fn folded_ascii(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded.make_ascii_lowercase();
    folded
}

/// Folded words: `O'Brien-Roy` is `obrien`, `roy`.
pub fn folded_words(text: &str) -> Vec<String> {
    let text = folded(text).replace('\'', "");
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(MAX_WORDS).map(str::to_owned).collect()
}

/// What is left of a folded word where spelling, number and ending are left out that tell no two things apart, in English and in
/// Spanish: `penicilinas` is `penicillin`, and `morfina` is `morphine`; `prednisolone` is not `prednisone`, nor `lactase` `lactose`.
pub fn stem(word: &str) -> String {
    let spelled = word.replace("ph", "f").replace("th", "t").replace('y', "i");
    let mut letters: Vec<char> = spelled.chars().collect();
    letters.dedup();
    let letters: String = letters.into_iter().collect();
    letters.strip_suffix('s').unwrap_or(&letters).trim_end_matches(['a', 'e', 'o']).to_owned()
}

/// The same letters in one form (Unicode Normalization Form C, UAX #15), with single spaces.
pub fn composed(text: &str) -> String {
    text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One letter in plain ones, capital or small as it was.
fn plain(letter: char) -> String {
    if letter.is_ascii() {
        return letter.to_string();
    }
    // A stroke through a sign makes another sign: "≠" is not "=".
    let is_sign = |part: char| {
        let group = CodePointMapData::<GeneralCategory>::new().get(part);
        matches!(group, GeneralCategory::MathSymbol | GeneralCategory::OtherSymbol)
    };
    if is_sign(letter) && [letter].into_iter().nfd().nth(1).is_some() {
        return letter.to_string();
    }
    let parts = || [letter].into_iter().nfkd().filter(|part| !is_left_out(*part));
    other(letter).unwrap_or_else(|| parts().map(|part| other(part).unwrap_or_else(|| part.to_string())).collect())
}

fn other(letter: char) -> Option<String> {
    if CodePointMapData::<GeneralCategory>::new().get(letter) == GeneralCategory::DashPunctuation {
        return Some("-".to_owned());
    }
    let small: String = letter.to_lowercase().collect();
    let (base, _) = OTHERS.iter().find(|(_, others)| others.contains(small.as_str()))?;
    Some(if letter.is_uppercase() { base.to_uppercase() } else { (*base).to_owned() })
}

/// Marks that writers leave out (overlaid, the points of Hebrew, Arabic and Syriac, above and below), and what draws nothing.
fn is_left_out(part: char) -> bool {
    let class = CodePointMapData::<CanonicalCombiningClass>::new().get(part).0;
    matches!(class, 1 | 10..=36 | 200..) || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters of names in Latin script, by what an index of names has for them.
    const BASES: [(&str, &str); 27] = [
        ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặ"),
        ("ae", "æ"),
        ("c", "çćĉċč"),
        ("d", "ďđð"),
        ("e", "èéêëēĕėęěẹẻẽếềểễệ"),
        ("g", "ĝğġģ"),
        ("h", "ĥħ"),
        ("i", "ìíîïĩīĭįıỉị"),
        ("j", "ĵ"),
        ("k", "ķ"),
        ("l", "ĺļľŀł"),
        ("n", "ñńņňŋ"),
        ("o", "òóôõöøōŏőơǒọỏốồổỗộớờởỡợ"),
        ("oe", "œ"),
        ("r", "ŕŗř"),
        ("s", "śŝşšș"),
        ("ss", "ß"),
        ("t", "ţťŧț"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųưǔụủứừửữự"),
        ("w", "ŵẁẃẅ"),
        ("y", "ýÿŷỳỵỷỹ"),
        ("z", "źżž"),
        ("'", "‘’‚′ʼ"),
        ("\"", "“”„"),
        ("-", "‐‑‒–—"),
        ("...", "…"),
    ];

    #[test]
    fn a_name_with_and_without_marks_is_the_same_name() {
        assert_eq!(folded("NGUYỄN"), folded("Nguyen"));
        assert_eq!(folded("  Peña\u{0301}  Łódź "), "pena lodz");
        assert_eq!(folded("Nguye\u{0302}\u{0303}n"), "nguyen");
        assert_ne!(folded("Miller"), folded("Müllner"));
    }

    #[test]
    fn every_letter_of_latin_names_has_its_base_small_and_capital() {
        for (base, letters) in BASES {
            for letter in letters.chars() {
                assert_eq!(base_letters(letter).as_deref(), Some(base), "{letter}");
                let capital: String = letter.to_uppercase().collect();
                assert_eq!(folded(&capital), base, "{capital}");
            }
        }
        assert_eq!(base_letters('Ø').as_deref(), Some("O"));
        assert_eq!(base_letters('\u{301}').as_deref(), Some(""));
        assert_eq!((base_letters('a'), base_letters('王')), (None, None));
    }

    #[test]
    fn a_stroke_through_a_sign_makes_another_sign() {
        assert_ne!(folded("A ≠ B"), folded("A = B"));
        assert_ne!(folded("A \u{226E} 5"), folded("A < 5"));
        assert_eq!(folded("=\u{338}"), folded("≠"));
        assert_eq!(folded("A ＝ Ｂ"), folded("A = B"));
    }

    #[test]
    fn one_name_in_other_spellings_is_one_name() {
        for (one, other) in [
            ("Straße", "STRASSE"),
            ("Σοφός", "ΣΟΦΟΣ"),
            ("İzmir", "ızmir"),
            ("Ｔａｎａｋａ", "Tanaka"),
            ("O´Brien", "O’BRIEN"),
            ("Kaʻahumanu", "Ka'ahumanu"),
            ("Jean\u{2011}Luc", "Jean-Luc"),
            ("مُحَمَّد", "محمد"),
            ("שָׁלוֹם", "שלום"),
            ("Семён", "Семен"),
            ("Ana\u{200B} Ru\u{AD}iz", "Ana Ruiz"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn marks_that_make_another_letter_or_syllable_stay() {
        for (one, other) in [("राजू", "राज"), ("クドウ", "クトウ"), ("โป้", "โป"), ("ကို", "က"), ("한", "하")]
        {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
        for name in ["王 小明", "राजू", "한글", "が", "ได้"] {
            assert_eq!(folded(name), name, "other scripts come out as they are written");
        }
    }

    #[test]
    fn what_is_folded_is_folded_for_good_composed_or_not() {
        // Ideographs and Hangul syllables, the many, have no marks and no capitals.
        for letter in ('\0'..='\u{2FFF}').chain('\u{A000}'..='\u{ABFF}').chain('\u{F900}'..='\u{FFFF}') {
            let text = letter.to_string();
            let once = folded(&text);
            assert_eq!(folded(&once), once, "{}", letter.escape_unicode());
            assert_eq!(folded(&text.nfd().collect::<String>()), once, "{}", letter.escape_unicode());
        }
    }
}
