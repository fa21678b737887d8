//! Code text to the kind of code: link, card, part of a card, or something that is not ours.

use crate::health_card::{CardDefect, CardText, CompactJws, read_card_text};
use crate::health_link::{HealthLink, LinkDefect};
use crate::limits::Budget;
use crate::sensitive::{LogSafe, Sensitive};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// More text than this comes from no code and no card file.
const MAX_CHARS: usize = 2_000_000;
/// More cards than this are not read; the rest is said to be there.
const MAX_CARDS: usize = 20;

/// A code of ours, readable and unproven.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum ScannedCode {
    /// A SMART Health Link.
    Link(HealthLink),
    /// One card from QR codes, or all cards of a `.smart-health-card` file, each readable or not by itself.
    Cards(Vec<Result<CompactJws, CardDefect>>),
}

/// A code of another kind. It is named, and never opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OtherCode {
    /// A web address.
    WebPage,
    /// A wireless network.
    Wifi,
    /// A contact.
    Contact,
    /// Anything else.
    Unknown,
}

impl OtherCode {
    /// The id under which `assets/` holds the sentence.
    pub const fn text_id(self) -> &'static str {
        match self {
            OtherCode::WebPage => "other-code-web-page",
            OtherCode::Wifi => "other-code-wifi",
            OtherCode::Contact => "other-code-contact",
            OtherCode::Unknown => "other-code-unknown",
        }
    }
}

/// Why a text that has our mark is not a usable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanDefect {
    /// It has the mark of a link.
    #[error(transparent)]
    Link(#[from] LinkDefect),
    /// It has the mark of a card.
    #[error(transparent)]
    Card(#[from] CardDefect),
}

impl LogSafe for ScanDefect {
    fn log_word(&self) -> &'static str {
        match self {
            ScanDefect::Link(defect) => defect.log_word(),
            ScanDefect::Card(defect) => defect.log_word(),
        }
    }
}

/// What a text came to.
#[derive(Debug)]
pub enum Reading {
    /// A whole code of ours.
    Code(ScannedCode),
    /// A part of a card; others are missing.
    Part {
        /// How many parts were seen.
        have: u32,
        /// How many there are.
        of: u32,
    },
    /// A code of another kind.
    Other(OtherCode),
}

/// Joins the parts of a card, in any order; parts of two cards are never mixed.
#[derive(Debug, Default)]
pub struct CodeReader {
    parts: Vec<Option<Sensitive<String>>>,
}

impl CodeReader {
    /// Reads the next text.
    pub fn read(&mut self, text: &str) -> Result<Reading, ScanDefect> {
        let text = text.trim().trim_start_matches('\u{FEFF}');
        if text.len() > MAX_CHARS {
            return Ok(Reading::Other(OtherCode::Unknown));
        }
        if HealthLink::is_in(text) {
            return Ok(Reading::Code(ScannedCode::Link(HealthLink::read(text)?)));
        }
        if text.starts_with("shc:/") {
            return Ok(self.read_card(text)?);
        }
        if text.starts_with('{')
            && let Some(cards) = cards_of_file(text)
        {
            return Ok(Reading::Code(ScannedCode::Cards(cards)));
        }
        Ok(Reading::Other(kind_of_other(text)))
    }

    fn read_card(&mut self, text: &str) -> Result<Reading, CardDefect> {
        let whole = match read_card_text(text)? {
            CardText::Whole(jws) => jws,
            CardText::Part { number, of, text } => {
                self.keep(number, of, text);
                let have: Vec<&Sensitive<String>> = self.parts.iter().flatten().collect();
                if have.len() < self.parts.len() {
                    return Ok(Reading::Part { have: u32::try_from(have.len()).unwrap_or(0), of });
                }
                let joined = have.iter().map(|part| part.reveal().as_str()).collect::<String>();
                self.parts.clear();
                Sensitive::from(joined)
            }
        };
        Ok(Reading::Code(ScannedCode::Cards(vec![Ok(CompactJws::read(whole.reveal())?)])))
    }

    /// A part that contradicts the ones kept (another count, other text under its number) begins another card.
    fn keep(&mut self, number: u32, of: u32, text: Sensitive<String>) {
        let index = usize::try_from(number - 1).unwrap_or(0);
        let count = usize::try_from(of).unwrap_or(0);
        let fits = self.parts.len() == count
            && self.parts.get(index).is_some_and(|kept| kept.as_ref().is_none_or(|kept| *kept == text));
        if !fits {
            self.parts = vec![None; count];
        }
        if let Some(place) = self.parts.get_mut(index) {
            *place = Some(text);
        }
    }
}

/// The cards of a `.smart-health-card` file; `None` when the JSON is not one.
fn cards_of_file(text: &str) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let json = Budget::for_one_share().parse(text.as_bytes()).ok()?;
    read_card_file(&json)
}

/// The cards of `{"verifiableCredential": [...]}`; `None` when the JSON is not that.
pub(crate) fn read_card_file(json: &Value) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let cards = json["verifiableCredential"].as_array().filter(|cards| !cards.is_empty())?;
    let read = |card: &Value| card.as_str().map_or(Err(CardDefect::NotCompactJws), CompactJws::read);
    let mut read: Vec<_> = cards.iter().take(MAX_CARDS).map(read).collect();
    read.extend((cards.len() > MAX_CARDS).then_some(Err(CardDefect::TooManyCards)));
    Some(read)
}

fn kind_of_other(text: &str) -> OtherCode {
    let start: String = text.chars().take(12).collect::<String>().to_ascii_lowercase();
    match start {
        start if start.starts_with("http://") || start.starts_with("https://") => OtherCode::WebPage,
        start if start.starts_with("wifi:") => OtherCode::Wifi,
        start if start.starts_with("begin:vcard") || start.starts_with("mecard:") => OtherCode::Contact,
        _ => OtherCode::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> String {
        text.bytes().map(|byte| format!("{:02}", byte - 45)).collect()
    }

    fn part(number: u32, of: u32, text: &str) -> String {
        format!("shc:/{number}/{of}/{}", digits(text))
    }

    #[test]
    fn parts_join_in_any_order_and_repeats_do_not_count() {
        let mut reader = CodeReader::default();
        for text in [part(3, 3, ".e30"), part(1, 3, "e30."), part(3, 3, ".e30")] {
            assert!(matches!(reader.read(&text), Ok(Reading::Part { of: 3, .. })));
        }
        let Ok(Reading::Code(ScannedCode::Cards(cards))) = reader.read(&part(2, 3, "e30")) else { panic!("a card") };
        assert_eq!(cards[0].as_ref().map(|card| card.text().reveal().as_str()), Ok("e30.e30.e30"));
    }

    #[test]
    fn parts_of_two_cards_are_never_mixed() {
        let mut reader = CodeReader::default();
        reader.read(&part(1, 2, "e30.")).expect("a part");
        assert!(matches!(reader.read(&part(1, 2, "W10.")), Ok(Reading::Part { have: 1, of: 2 })));
        assert!(matches!(reader.read(&part(2, 3, "e30")), Ok(Reading::Part { have: 1, of: 3 })));
    }

    #[test]
    fn other_codes_are_named_and_not_opened() {
        let kind = |text: &str| match CodeReader::default().read(text) {
            Ok(Reading::Other(kind)) => Some(kind),
            _ => None,
        };
        assert_eq!(kind("https://example.org"), Some(OtherCode::WebPage));
        assert_eq!(kind("WIFI:S:x;P:y;;"), Some(OtherCode::Wifi));
        assert_eq!(kind("BEGIN:VCARD"), Some(OtherCode::Contact));
        assert_eq!(kind("12345"), Some(OtherCode::Unknown));
        assert_eq!(kind("{}"), Some(OtherCode::Unknown));
    }
}
