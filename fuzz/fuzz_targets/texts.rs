//! Texts that a stranger chose, each read alone: any code before the reader, a link, a card's digits, a name, a time.
#![no_main]

use ktc_fuzz::assert_fit_for_a_screen;
use ktc_kiosk::health_card::{CardText, read_card_text};
use ktc_kiosk::health_link::{Flag, HealthLink};
use ktc_kiosk::scan::{CodeReader, OtherCode, Reading, ScannedCode, codes_in, has_our_mark};
use ktc_kiosk::text::plain_text;
use ktc_kiosk::time::Timestamp;
use std::time::Duration;

libfuzzer_sys::fuzz_target!(|input: (f64, i64, u64, &str)| {
    let (seconds, millis, later, text) = input;
    code(text);
    carried(text);
    link(text);
    card(text);
    shown(text);
    times(seconds, millis, later, text);
});

/// What a code was found in changes nothing about it.
fn carried(text: &str) {
    let codes = codes_in(text);
    assert!(codes.len() <= 100);
    for code in codes.iter().map(|code| code.reveal()) {
        assert!(codes_in(code).iter().any(|again| again.reveal() == code), "found again by itself");
    }
}

/// A link only with a link's mark, a card only with a card's, everything else named and left.
fn code(text: &str) {
    match CodeReader::default().read(text) {
        Ok(Reading::Code(ScannedCode::Link(_))) | Err(_) => assert!(has_our_mark(text)),
        Ok(Reading::Code(ScannedCode::Cards(cards))) => {
            assert!((1..=21).contains(&cards.len()));
            assert!(has_our_mark(text) || text.contains("verifiableCredential"));
        }
        Ok(Reading::Part { have, of }) => assert!(has_our_mark(text) && have <= of && of >= 2),
        Ok(Reading::Other(OtherCode::HealthRecords)) => {}
        Ok(Reading::Other(_)) => assert!(!text.contains("shlink:/") || text.len() > 2_000_000),
    }
}

/// A link within the limits of the standard, or refused.
fn link(text: &str) {
    let Ok(link) = HealthLink::read(text) else { return };
    assert!(HealthLink::is_in(text));
    assert!(link.url().reveal().chars().count() <= 128);
    assert!(!(link.flags().has(Flag::DirectFile) && link.flags().has(Flag::Passcode)));
    link.label().into_iter().for_each(|label| assert_fit_for_a_screen(label.reveal()));
    let request = link.direct_file_url("Lakeside Clinic").expect("an address");
    let request = url::Url::parse(request.reveal()).expect("an address");
    assert_eq!((request.scheme(), request.host_str()), ("https", Some(link.host())));
    assert_eq!(request.query_pairs().last().map(|(_, name)| name.into_owned()).as_deref(), Some("Lakeside Clinic"));
    // What stands before the mark is never opened, so it changes nothing.
    let start = text.find("shlink:/").expect("the mark");
    assert!(HealthLink::read(&format!("https://viewer.example/#{}", &text[start..])).is_ok_and(|same| same == link));
}

/// What is accepted, written again, is the same text.
fn card(text: &str) {
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
}

fn digits(text: &str) -> String {
    text.bytes().map(|byte| format!("{:02}", byte - 45)).collect()
}

/// Fit for a screen; what was made plain once stays as it is.
fn shown(text: &str) {
    let shown = plain_text(text);
    assert_fit_for_a_screen(shown.reveal());
    assert_eq!(shown.reveal().trim(), shown.reveal());
    if shown.reveal().chars().count() <= 400 {
        assert_eq!(plain_text(shown.reveal()), shown);
    }
    let plain = text.chars().all(|letter| letter.is_ascii_graphic()) && text.len() <= 400;
    assert!(!plain || shown.reveal() == text, "plain text was changed");
}

/// Whatever is accepted is what was written.
fn times(seconds: f64, millis: i64, later: u64, text: &str) {
    match Timestamp::from_numeric_date(seconds) {
        Some(time) => assert!((time.unix_millis() as f64 / 1000.0 - seconds).abs() <= 0.001),
        None => assert!(!seconds.is_finite() || seconds.abs() > 1e11),
    }
    let time = Timestamp::from_unix_millis(millis);
    let after = time.plus(Duration::from_millis(later));
    assert!(after >= time && after.since(time) <= Duration::from_millis(later) && time.since(after).is_zero());
    let shown = time.to_string();
    if shown != "out-of-range" {
        assert_eq!(Timestamp::from_rfc3339(&shown), Some(time));
    }
    if let Some(read) = Timestamp::from_rfc3339(text) {
        assert_eq!(Timestamp::from_rfc3339(&read.to_string()), Some(read));
    }
}
