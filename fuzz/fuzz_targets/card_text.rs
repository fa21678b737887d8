//! The text of a card's code: what is accepted, written again, is the same text.
#![no_main]

use ktc_kiosk::health_card::{CardText, read_card_text};

fn digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{:02}", byte - 45)).collect()
}

libfuzzer_sys::fuzz_target!(|text: &str| {
    match read_card_text(text) {
        Ok(CardText::Whole(jws)) => {
            let again = digits(jws.reveal());
            assert!(text == format!("shc:/{again}") || text == format!("shc:/1/1/{again}"));
        }
        Ok(CardText::Part { number, of, text: part }) => {
            assert!((1..=of).contains(&number) && (2..=99).contains(&of));
            assert_eq!(text, format!("shc:/{number}/{of}/{}", digits(part.reveal())));
        }
        Err(_) => {}
    }
});
