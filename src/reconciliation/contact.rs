//! Telephone numbers, mail addresses and postal addresses as the same field of share and chart is compared.

use crate::patient_match;

/// The digits with their country. Without one it is a number of the North American Numbering Plan, whose own 1 is written or left out.
pub(super) fn phone_digits(text: &str) -> Option<String> {
    let (text, rest) = text.split_at(patient_match::without_extension(text).len());
    let extension: String = rest.chars().filter(char::is_ascii_digit).collect();
    let extension = if extension.is_empty() { extension } else { format!(";ext={extension}") };
    if let Ok(number) = patient_match::phone(text) {
        return Some(number + &extension);
    }
    // One that tells nobody apart is still the same number or another.
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_abroad = text.trim_start().starts_with('+');
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10);
    let number = match national {
        Some(national) => format!("+1{national}"),
        None if is_abroad => format!("+{digits}"),
        None if digits.len() == 10 => format!("+1{digits}"),
        None => digits.clone(),
    };
    (digits.len() >= 7).then(|| number + &extension)
}

pub(super) fn mail_address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    text.contains('@').then_some(text)
}

/// The usual short form of a word of an address.
pub(super) fn short_word(word: &str) -> String {
    const SHORT: [(&str, &str); 16] = [
        ("street", "st"),
        ("avenue", "ave"),
        ("road", "rd"),
        ("drive", "dr"),
        ("lane", "ln"),
        ("court", "ct"),
        ("place", "pl"),
        ("boulevard", "blvd"),
        ("highway", "hwy"),
        ("apartment", "apt"),
        ("suite", "ste"),
        ("north", "n"),
        ("south", "s"),
        ("east", "e"),
        ("west", "w"),
        ("unit", "apt"),
    ];
    SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_with_and_without_its_own_country_and_never_that_of_another() {
        let same = |one: &str, other: &str| phone_digits(one).is_some() && phone_digits(one) == phone_digits(other);
        for (one, other) in [
            ("+1 512 067 5309", "(512) 067-5309"),
            ("512-067-5309 x4", "512.067.5309 ext. 4"),
            ("+1 555 010 4471", "5550104471"),
            ("+44 20 7946 0958", "011 44 20 7946 0958"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("+44 20 7946 0958", "207-946-0958"),
            ("+44 20 7946 0958", "+1 207 946 0958"),
            ("555 0100", "512 555 0100"),
            ("512 067 5309 ext 4", "512 067 5309"),
            ("512 067 5309 ext 4", "512 067 5309 x5"),
            ("555 010 4471 #2", "555 010 4471"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        assert_eq!(phone_digits("123"), None);
    }
}
