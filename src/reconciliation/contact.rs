//! Telephone numbers, mail addresses and postal addresses as the same field of share and chart is compared.

/// The last ten digits: country codes are written or left out.
pub(super) fn phone_digits(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 7).then(|| digits.iter().skip(digits.len().saturating_sub(10)).collect())
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
