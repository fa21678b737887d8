//! Code text to the kind of code: link, card, part of a card, or something that is not ours.

use super::OtherCode;
use super::carried::{Codes, codes_in, find_codes_in, percent_decoded};
use super::layout::{Typed, typed_elsewhere};
use super::symbol::Symbol;
use crate::health_card::{CardDefect, CardText, read_card_text};
use crate::health_link::{HealthLink, LinkDefect};
use crate::jws::{CompactJws, JwsDefect};
use crate::limits::Budget;
use crate::sensitive::{LogSafe, Sensitive};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

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
    /// It was typed by a hand scanner into a computer with another keyboard layout or Caps Lock, and signs were lost.
    #[error("the hand scanner's keyboard layout is not this computer's, or Caps Lock is on")]
    ScannerLayout,
}

impl LogSafe for ScanDefect {
    fn log_word(&self) -> &'static str {
        match self {
            ScanDefect::Link(defect) => defect.log_word(),
            ScanDefect::Card(defect) => defect.log_word(),
            ScanDefect::ScannerLayout => "scanner-layout",
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

/// Joins the parts of a card, and the symbols of a text that needs several, in any order; those of two are never mixed.
#[derive(Debug, Default)]
pub struct CodeReader {
    parts: Pieces,
    symbols: Pieces,
}

impl CodeReader {
    /// Reads the next text.
    pub fn read(&mut self, text: &str) -> Result<Reading, ScanDefect> {
        let Some(Symbol { number, of, parity, text }) = Symbol::read(text) else { return self.read_text(text) };
        match self.symbols.add(number, (of, parity), text) {
            Pieced::Whole(text) => self.read_text(text.reveal()),
            Pieced::Missing { have } => Ok(Reading::Part { have, of }),
        }
    }

    fn read_text(&mut self, text: &str) -> Result<Reading, ScanDefect> {
        let text = bare(text);
        if text.len() > MAX_CHARS {
            return Ok(Reading::Other(OtherCode::Unknown));
        }
        let json = text.starts_with('{').then(|| Budget::for_one_share().parse(text.as_bytes()).ok()).flatten();
        let json = json.map(Sensitive::new);
        if let Some(cards) = json.as_ref().and_then(|json| read_card_file(json.reveal())) {
            return Ok(Reading::Code(ScannedCode::Cards(cards)));
        }
        if OtherCode::from_text(text) == OtherCode::HealthRecords {
            return Ok(Reading::Other(OtherCode::HealthRecords));
        }
        let Codes { codes, are_whole } = find_codes_in(text);
        match (!are_whole).then(|| typed_elsewhere(text)).flatten() {
            Some(Typed::Restored(code)) => return self.read_code(code.reveal()),
            Some(Typed::Lost) => return Err(ScanDefect::ScannerLayout),
            None => {}
        }
        let mut part = None;
        for code in codes {
            match self.read_code(code.reveal())? {
                reading @ Reading::Part { .. } => part = Some(reading),
                reading @ (Reading::Code(_) | Reading::Other(_)) => return Ok(reading),
            }
        }
        let cards = || cards_of_deep_link(text).or_else(|| cards_of_jws(text));
        Ok(part.unwrap_or_else(|| {
            let other = || Reading::Other(OtherCode::from_text(text));
            cards().map_or_else(other, |cards| Reading::Code(ScannedCode::Cards(cards)))
        }))
    }

    /// Reads what [`codes_in`] gives.
    fn read_code(&mut self, code: &str) -> Result<Reading, ScanDefect> {
        if HealthLink::is_in(code) {
            return Ok(Reading::Code(ScannedCode::Link(HealthLink::read(code)?)));
        }
        let whole = match read_card_text(code)? {
            CardText::Whole(jws) => jws,
            CardText::Part { number, of, text } => match self.parts.add(number, (of, 0), text.reveal()) {
                Pieced::Whole(jws) => jws,
                Pieced::Missing { have } => return Ok(Reading::Part { have, of }),
            },
        };
        let card = CompactJws::read(whole.reveal()).map_err(CardDefect::from)?;
        Ok(Reading::Code(ScannedCode::Cards(vec![Ok(card)])))
    }
}

/// Pieces of one text.
#[derive(Debug, Default)]
struct Pieces {
    /// How many there are, and what is the same for all of them.
    of: (u32, u8),
    kept: Vec<Option<Sensitive<String>>>,
}

/// What a piece came to.
enum Pieced {
    Whole(Sensitive<String>),
    Missing { have: u32 },
}

impl Pieces {
    /// A piece that contradicts the ones kept (of another count, other text under its number) begins another text.
    fn add(&mut self, number: u32, of: (u32, u8), text: &str) -> Pieced {
        let index = usize::try_from(number - 1).unwrap_or(0);
        let text = Sensitive::from(text);
        let fits =
            self.of == of && self.kept.get(index).is_some_and(|kept| kept.as_ref().is_none_or(|kept| *kept == text));
        if !fits {
            *self = Pieces { of, kept: vec![None; usize::try_from(of.0).unwrap_or(0)] };
        }
        if let Some(place) = self.kept.get_mut(index) {
            *place = Some(text);
        }
        let have: Vec<&Sensitive<String>> = self.kept.iter().flatten().collect();
        if have.len() < self.kept.len() {
            return Pieced::Missing { have: u32::try_from(have.len()).unwrap_or(0) };
        }
        let joined = have.iter().map(|piece| piece.reveal().as_str()).collect::<Vec<_>>().concat();
        *self = Pieces::default();
        Pieced::Whole(Sensitive::from(joined))
    }
}

/// The compact JWS of a card file, `{"verifiableCredential": [...]}`, or of what an EHR's operation `$health-cards-issue`
/// answers (SHC: "via FHIR $health-cards-issue": Parameters); `None` when the JSON is neither.
fn card_texts(json: &Value) -> Option<Vec<&Value>> {
    const CREDENTIAL: &str = "verifiableCredential";
    let texts: Vec<&Value> = match (&json[CREDENTIAL], json["resourceType"].as_str()) {
        (Value::Array(cards), _) => cards.iter().collect(),
        (card @ Value::String(_), _) => vec![card],
        (_, Some("Parameters")) => {
            let parameters = json["parameter"].as_array().into_iter().flatten();
            parameters.filter(|parameter| parameter["name"] == CREDENTIAL).map(|one| &one["valueString"]).collect()
        }
        _ => return None,
    };
    let is_list = json[CREDENTIAL].is_array();
    (is_list || !texts.is_empty()).then_some(texts)
}

/// Whether JSON holds cards, in one of the forms of [`read_card_file`].
pub(crate) fn holds_cards(json: &Value) -> bool {
    card_texts(json).is_some()
}

/// The cards of a file; `None` when the JSON holds none.
pub(crate) fn read_card_file(json: &Value) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let cards = card_texts(json).filter(|cards| !cards.is_empty())?;
    let read = |card: &&Value| Ok(CompactJws::read(card.as_str().ok_or(JwsDefect::NotCompact)?)?);
    let mut read: Vec<_> = cards.iter().take(MAX_CARDS).map(read).collect();
    read.extend((cards.len() > MAX_CARDS).then_some(Err(CardDefect::TooManyCards)));
    Some(read)
}

/// The cards of a deep link, `https://...#{"verifiableCredential": [...]}` with the part after `#` percent-encoded or not;
/// `None` when the address is not that. What stands before the mark is never opened.
fn cards_of_deep_link(text: &str) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let (_, fragment) = text.split_once('#').filter(|(address, _)| address.starts_with("https://"))?;
    let fragment = percent_decoded(fragment)?;
    let json = Budget::for_one_share().parse(fragment.reveal().trim().as_bytes()).ok().map(Sensitive::new)?;
    read_card_file(json.reveal())
}

/// Cards as the texts that they are, broken into lines or several one after the other. The token of another issuer has no
/// compressed payload (SHC: "zip": "DEF").
fn cards_of_jws(text: &str) -> Option<Vec<Result<CompactJws, CardDefect>>> {
    let texts: Vec<&str> = text.starts_with("eyJ").then(|| text.split_whitespace().collect())?;
    let one = || CompactJws::read(&texts.concat()).ok().map(|jws| vec![jws]);
    let several = || texts.iter().map(|text| CompactJws::read(text).ok()).take(MAX_CARDS).collect();
    let cards: Vec<CompactJws> = one().or_else(several)?;
    let are_cards = cards.iter().all(|jws| jws.header()["zip"] == "DEF");
    let more = (cards.len() == MAX_CARDS && texts.len() > MAX_CARDS).then_some(Err(CardDefect::TooManyCards));
    are_cards.then(|| cards.into_iter().map(Ok).chain(more).collect())
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

/// Whether a text may be one of ours: it has the mark of a link or of a card, also as another keyboard types it, it is a card by
/// itself, an address that carries cards, or a symbol of several, of which nobody knows what they are together.
pub fn has_our_mark(text: &str) -> bool {
    let is_symbol = Symbol::read(text).is_some();
    let text = bare(text);
    let carries_cards = |text: &str| text.starts_with("https://") && (text.contains("#{") || text.contains("#%7"));
    is_symbol
        || !codes_in(text).is_empty()
        || typed_elsewhere(text).is_some()
        || carries_cards(text)
        || cards_of_jws(text).is_some()
}

/// Whether the codes of one picture are rivals: more than one of ours, and not all of them parts of one card or symbols of one
/// text. Nobody has said which of them is meant.
pub fn are_rivals(texts: &[Sensitive<String>]) -> bool {
    let mut ours: Vec<Sensitive<String>> = Vec::new();
    for code in texts.iter().filter(|text| has_our_mark(text.reveal())).map(|text| code_of(text.reveal())) {
        if !ours.contains(&code) {
            ours.push(code);
        }
    }
    let places: BTreeSet<Place> = ours.iter().filter_map(|text| Place::of(text.reveal())).collect();
    let wholes: BTreeSet<(u32, Option<u8>)> = places.iter().map(|place| (place.of, place.parity)).collect();
    ours.len() > 1 && (places.len() < ours.len() || wholes.len() > 1)
}

/// The code in a text as its standard writes it, or what is left without its surroundings.
fn code_of(text: &str) -> Sensitive<String> {
    if Symbol::read(text).is_some() {
        return Sensitive::from(text);
    }
    codes_in(text).into_iter().next().unwrap_or_else(|| Sensitive::from(bare(text)))
}

/// Where a text belongs that is a part of a card or a symbol of several.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    of: u32,
    parity: Option<u8>,
    number: u32,
}

impl Place {
    /// `None` for all other texts.
    fn of(text: &str) -> Option<Place> {
        if let Some(Symbol { number, of, parity, .. }) = Symbol::read(text) {
            return Some(Place { of, parity: Some(parity), number });
        }
        match read_card_text(text) {
            Ok(CardText::Part { number, of, .. }) => Some(Place { of, parity: None, number }),
            Ok(CardText::Whole(_)) | Err(_) => None,
        }
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
    fn what_a_hand_scanner_puts_before_a_code_is_left_out() {
        let text = format!("]Q1{}", part(1, 2, "e30."));
        assert!(has_our_mark(&text));
        assert!(matches!(CodeReader::default().read(&text), Ok(Reading::Part { have: 1, of: 2 })));
        assert!(matches!(CodeReader::default().read("]Q1"), Ok(Reading::Other(OtherCode::Unknown))));
        assert!(matches!(CodeReader::default().read("]ä1"), Ok(Reading::Other(OtherCode::Unknown))));
    }

    /// A header, a payload and a signature, none of which says anything.
    fn jws() -> String {
        format!("eyJ6aXAiOiJERUYifQ.e30.{}", "A".repeat(86))
    }

    fn cards(text: &str) -> Option<Vec<String>> {
        match CodeReader::default().read(text) {
            Ok(Reading::Code(ScannedCode::Cards(cards))) => {
                cards.into_iter().map(|card| card.ok().map(|card| card.text().reveal().clone())).collect()
            }
            _ => None,
        }
    }

    #[test]
    fn cards_come_as_files_as_answers_of_an_ehr_and_by_themselves() {
        let jws = jws();
        let file = serde_json::json!({"verifiableCredential": [jws, jws]}).to_string();
        let issued = serde_json::json!({"resourceType": "Parameters", "parameter": [{"name": "other", "valueString": "x"},
            {"name": "verifiableCredential", "valueString": jws}, {"name": "verifiableCredential", "valueString": jws}]});
        for text in [file, issued.to_string(), format!("{jws}\r\n{jws}\n")] {
            assert_eq!(cards(&text), Some(vec![jws.clone(), jws.clone()]), "{text}");
        }
        let (beginning, end) = jws.split_at(40);
        let single = serde_json::json!({"verifiableCredential": jws}).to_string();
        for text in
            [single, format!(" {jws} "), format!("{beginning}\n{end}"), format!("https://e.org/#shc:/{}", digits(&jws))]
        {
            assert_eq!(cards(&text), Some(vec![jws.clone()]), "{text}");
        }
        let many = [jws.as_str(); MAX_CARDS + 1].join("\n");
        let Ok(Reading::Code(ScannedCode::Cards(cards))) = CodeReader::default().read(&many) else { panic!("cards") };
        assert_eq!(cards.last().map(|card| card.as_ref().err().copied()), Some(Some(CardDefect::TooManyCards)));
    }

    #[test]
    fn the_token_of_somebody_else_is_no_card_and_records_without_a_link_are_named() {
        let other = |text: &str| match CodeReader::default().read(text) {
            Ok(Reading::Other(kind)) => Some(kind),
            _ => None,
        };
        assert_eq!(other("eyJhbGciOiJSUzI1NiJ9.e30.e30"), Some(OtherCode::Unknown));
        let bundle = r#"{"resourceType":"Bundle","entry":[{"resource":{"text":{"div":"see shlink:/eyJhIjoxfQ"}}}]}"#;
        assert_eq!(other(bundle), Some(OtherCode::HealthRecords), "what its records mention is not opened");
        assert_eq!(other(r#"{"resourceType":"Parameters","parameter":[]}"#), Some(OtherCode::HealthRecords));
    }

    #[test]
    fn symbols_of_one_text_join_in_any_order_and_are_no_rivals() {
        let link = "shlink:/eyJ1cmwiOiJodHRwczovL2UueCIsImtleSI6ImsifQ";
        let (first, second) = link.split_at(20);
        let symbol = |index, parity, text| Symbol::new(index, 2, parity, text).expect("a symbol").to_text();
        let (first, second) = (symbol(0, 7, first), symbol(1, 7, second));
        let mut reader = CodeReader::default();
        assert!(matches!(reader.read(&second), Ok(Reading::Part { have: 1, of: 2 })));
        assert!(matches!(reader.read(&symbol(0, 8, "x")), Ok(Reading::Part { have: 1, of: 2 })), "of another text");
        assert!(matches!(reader.read(&first), Ok(Reading::Part { have: 1, of: 2 })));
        let whole = reader.read(&second);
        assert!(matches!(whole, Err(ScanDefect::Link(_))), "the link is read, and has no 32 bytes of a key: {whole:?}");
        let rivals = |texts: &[&str]| are_rivals(&texts.iter().map(|text| Sensitive::from(*text)).collect::<Vec<_>>());
        assert!(!rivals(&[&first, &second]) && has_our_mark(&second));
        assert!(
            rivals(&[&first, &symbol(1, 8, "x")]) && rivals(&[&first, &symbol(0, 7, "x")]) && rivals(&[&first, link])
        );
    }

    #[test]
    fn a_scanner_that_is_set_otherwise_is_named_where_its_code_cannot_be_put_back() {
        let lost = CodeReader::default().read("SHLINK:/EYJ1CMWIOIJODHRWCZOVL2V4YW1WBGUUB3JNL3GIFQ");
        assert!(matches!(lost, Err(ScanDefect::ScannerLayout)));
        let typed = format!("shcÑ-{}", digits(&jws()));
        assert!(has_our_mark(&typed));
        assert_eq!(cards(&typed), Some(vec![jws()]));
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
