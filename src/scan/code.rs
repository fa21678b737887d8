//! Code text to the kind of code: link, card, part of a card, or something that is not ours.

use super::OtherCode;
use crate::health_card::{CardDefect, CardText, read_card_text};
use crate::health_link::{HealthLink, LinkDefect};
use crate::jws::{CompactJws, JwsDefect};
use crate::limits::Budget;
use crate::sensitive::{LogSafe, Sensitive};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// The mark of a card in a QR code.
const CARD_MARK: &str = "shc:/";
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
        let text = bare(text);
        if text.len() > MAX_CHARS {
            return Ok(Reading::Other(OtherCode::Unknown));
        }
        if HealthLink::is_in(text) {
            return Ok(Reading::Code(ScannedCode::Link(HealthLink::read(text)?)));
        }
        if text.starts_with(CARD_MARK) {
            return Ok(self.read_card(text)?);
        }
        let cards = if text.starts_with('{') { cards_of_file(text) } else { cards_of_deep_link(text) };
        Ok(cards.map_or_else(
            || Reading::Other(OtherCode::from_text(text)),
            |cards| Reading::Code(ScannedCode::Cards(cards)),
        ))
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
        let card = CompactJws::read(whole.reveal()).map_err(CardDefect::from)?;
        Ok(Reading::Code(ScannedCode::Cards(vec![Ok(card)])))
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
    let read = |card: &Value| Ok(CompactJws::read(card.as_str().ok_or(JwsDefect::NotCompact)?)?);
    let mut read: Vec<_> = cards.iter().take(MAX_CARDS).map(read).collect();
    read.extend((cards.len() > MAX_CARDS).then_some(Err(CardDefect::TooManyCards)));
    Some(read)
}

/// The cards of a deep link, `https://...#{"verifiableCredential": [...]}` with the part after `#` percent-encoded or not;
/// `None` when the address is not that. What stands before the mark is never opened.
fn cards_of_deep_link(text: &str) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let (_, fragment) = text.split_once('#').filter(|(address, _)| address.starts_with("https://"))?;
    let fragment = percent_decoded(fragment)?;
    fragment.reveal().trim_start().starts_with('{').then(|| cards_of_file(fragment.reveal()))?
}

/// RFC 3986 2.1, with a sign that begins no escape left as it is; `None` when the result is no text.
fn percent_decoded(text: &str) -> Option<Sensitive<String>> {
    // Room for all of it, so that growing leaves no copies behind.
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend(percent_decode_str(text));
    String::from_utf8(bytes).ok().map(Sensitive::new)
}

/// Without what surrounds a code: white space, a byte order mark, and the three letters by which a hand scanner may name
/// the kind of the code (ISO/IEC 15424: `]`, letter, digit).
fn bare(text: &str) -> &str {
    let text = text.trim().trim_start_matches('\u{FEFF}');
    match text.as_bytes() {
        [b']', letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_digit() => &text[3..],
        _ => text,
    }
}

/// Whether a text may be one of ours: it has the mark of a link, of a card, or of an address that carries cards.
pub fn has_our_mark(text: &str) -> bool {
    let text = bare(text);
    let carries_cards = |text: &str| text.starts_with("https://") && (text.contains("#{") || text.contains("#%7"));
    HealthLink::is_in(text) || text.starts_with(CARD_MARK) || carries_cards(text)
}

/// Whether the codes of one picture are rivals: more than one of ours, and not all of them parts of one card. Nobody has said
/// which of them is meant.
pub fn are_rivals(texts: &[Sensitive<String>]) -> bool {
    let mut ours: Vec<&str> = texts.iter().map(|text| bare(text.reveal())).filter(|text| has_our_mark(text)).collect();
    ours.sort_unstable();
    ours.dedup();
    let parts: BTreeSet<(u32, u32)> = ours.iter().filter_map(|text| part_of(text)).collect();
    let counts: BTreeSet<u32> = parts.iter().map(|(of, _)| *of).collect();
    ours.len() > 1 && (parts.len() < ours.len() || counts.len() > 1)
}

/// The count of the parts, and which one the text is; `None` for all other texts.
fn part_of(text: &str) -> Option<(u32, u32)> {
    match read_card_text(text) {
        Ok(CardText::Part { number, of, .. }) if text.starts_with(CARD_MARK) => Some((of, number)),
        _ => None,
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
    fn an_address_that_carries_cards_is_a_card_file_and_any_other_address_is_a_web_page() {
        let read = |text: &str| CodeReader::default().read(text);
        for fragment in [
            "%7B%22verifiableCredential%22%3A%5B%22e30.e30.e30%22%5D%7D",
            r#"{"verifiableCredential":["e30.e30.e30"]}"#,
        ] {
            let link = format!("https://viewer.example.org/open?x=1#{fragment}");
            assert!(has_our_mark(&link));
            assert!(matches!(read(&link), Ok(Reading::Code(ScannedCode::Cards(cards))) if cards.len() == 1), "{link}");
        }
        for fragment in ["top", "%7B", "%7B%22a%22%3A1%7D", "%FF%FE", "%", "%7", "{\"verifiableCredential\":[]}"] {
            let link = format!("https://viewer.example.org/#{fragment}");
            assert!(matches!(read(&link), Ok(Reading::Other(OtherCode::WebPage))), "{link}");
        }
        let plain = r#"http://viewer.example.org/#{"verifiableCredential":["e30.e30.e30"]}"#;
        assert!(matches!(read(plain), Ok(Reading::Other(OtherCode::WebPage))));
    }

    #[test]
    fn an_escape_is_its_byte_and_a_sign_that_begins_none_stays() {
        let decoded = |text: &str| percent_decoded(text).map(|text| text.reveal().clone());
        for (text, expected) in [
            ("", ""),
            ("a+b%20c", "a+b c"),
            ("%C3%b1%7b", "ñ{"),
            ("100%", "100%"),
            ("%7", "%7"),
            ("%%41%4", "%A%4"),
            ("%+1%zz", "%+1%zz"),
            ("%ñ1", "%ñ1"),
        ] {
            assert_eq!(decoded(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(decoded("%FF%FE"), None);
    }

    #[test]
    fn what_a_hand_scanner_puts_before_a_code_is_left_out() {
        let text = format!("]Q1{}", part(1, 2, "e30."));
        assert!(has_our_mark(&text));
        assert!(matches!(CodeReader::default().read(&text), Ok(Reading::Part { have: 1, of: 2 })));
        assert!(matches!(CodeReader::default().read("]Q1"), Ok(Reading::Other(OtherCode::Unknown))));
        assert!(matches!(CodeReader::default().read("]ä1"), Ok(Reading::Other(OtherCode::Unknown))));
    }

    #[test]
    fn only_parts_of_one_card_stand_beside_each_other() {
        let rivals = |texts: &[&str]| are_rivals(&texts.iter().map(|text| Sensitive::from(*text)).collect::<Vec<_>>());
        let (first, second) = (part(1, 2, "e30."), part(2, 2, "e30"));
        assert!(!rivals(&[]) && !rivals(&[&first]) && !rivals(&[&first, &second, &first]));
        assert!(!rivals(&["shlink:/a", "https://example.org", "WIFI:x"]), "a code of another kind is no rival");
        assert!(!rivals(&["shlink:/a", "]Q1shlink:/a"]));
        for texts in [
            ["shlink:/a", "shlink:/b"],
            ["shlink:/a", &first],
            ["shc:/5676", "shc:/5677"],
            [&first, &part(1, 2, "W10.")],
            [&first, &part(2, 3, "e30")],
            [&first, "shc:/5676"],
            ["shlink:/a", "shc:/x"],
        ] {
            assert!(rivals(&texts), "{texts:?}");
        }
    }

    #[test]
    fn a_text_of_another_kind_is_named_and_not_opened() {
        let read = CodeReader::default().read("https://example.org");
        assert!(matches!(read, Ok(Reading::Other(OtherCode::WebPage))));
        assert!(matches!(CodeReader::default().read("{}"), Ok(Reading::Other(OtherCode::Unknown))));
    }
}
