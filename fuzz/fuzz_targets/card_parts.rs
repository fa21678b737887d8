//! Codes of several cards before one reader: a card is joined from parts of one count that were all shown, or not at all.
#![no_main]

use ktc_kiosk::health_card::{CardText, read_card_text};
use ktc_kiosk::scan::{CodeReader, Reading, ScannedCode};
use std::collections::BTreeSet;

libfuzzer_sys::fuzz_target!(|codes: &str| {
    let mut reader = CodeReader::default();
    let mut shown: BTreeSet<(u32, u32, String)> = BTreeSet::new();
    // What stands around a code is left out by the reader alone; here both see the same.
    for code in codes.lines().map(str::trim).filter(|code| code.starts_with("shc:/")).take(64) {
        let Ok(CardText::Part { number, of, text }) = read_card_text(code) else { continue };
        let reading = reader.read(code);
        shown.insert((of, number, text.reveal().clone()));
        match reading {
            Ok(Reading::Part { have, of: named }) => assert!(named == of && (1..of).contains(&have)),
            Ok(Reading::Code(ScannedCode::Cards(cards))) => {
                let jws = cards[0].as_ref().expect("a card that was read").text().reveal().clone();
                assert!(is_joined_from(&jws, 1, of, &shown), "a card was joined from parts that nobody showed");
            }
            Ok(_) => panic!("a part of a card came to something else"),
            Err(_) => {}
        }
    }
});

/// Whether some choice of shown parts, one for each number, gives the text.
fn is_joined_from(rest: &str, number: u32, of: u32, shown: &BTreeSet<(u32, u32, String)>) -> bool {
    if number > of {
        return rest.trim().is_empty();
    }
    let of_number = shown.iter().filter(|(count, at, _)| (*count, *at) == (of, number));
    of_number.into_iter().any(|(_, _, part)| {
        rest.strip_prefix(part.as_str()).is_some_and(|rest| is_joined_from(rest, number + 1, of, shown))
    })
}
