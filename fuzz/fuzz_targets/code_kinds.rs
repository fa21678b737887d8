//! Any text before the reader: a link only with a link's mark, a card only with a card's, everything else named and left.
#![no_main]

use ktc_kiosk::scan::{CodeReader, Reading, ScannedCode};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match CodeReader::default().read(text) {
        Ok(Reading::Code(ScannedCode::Link(_))) => assert!(text.contains("shlink:/")),
        Ok(Reading::Code(ScannedCode::Cards(cards))) => {
            assert!((1..=21).contains(&cards.len()));
            assert!(text.contains("shc:/") || text.contains("verifiableCredential"));
        }
        Ok(Reading::Part { have, of }) => assert!(text.contains("shc:/") && have == 1 && of >= 2),
        Ok(Reading::Other(_)) => assert!(!text.contains("shlink:/") || text.len() > 2_000_000),
        Err(_) => assert!(text.contains("shlink:/") || text.contains("shc:/")),
    }
});
