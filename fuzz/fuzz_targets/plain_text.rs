//! Strangers' text for a screen; what was made plain once stays as it is.
#![no_main]

use ktc_fuzz::assert_fit_for_a_screen;
use ktc_kiosk::intake::plain_text;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let shown = plain_text(text);
    assert_fit_for_a_screen(shown.reveal());
    assert_eq!(shown.reveal().trim(), shown.reveal());
    if shown.reveal().chars().count() <= 400 {
        assert_eq!(plain_text(shown.reveal()), shown);
    }
    let plain = text.chars().all(|letter| letter.is_ascii_graphic()) && text.len() <= 400;
    assert!(!plain || shown.reveal() == text, "plain text was changed");
});
