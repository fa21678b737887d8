//! What the fuzz targets share: an issuer and a cipher that are not the kiosk's own (both on OpenSSL, where the kiosk uses
//! AWS-LC), and the walk from JSON to a form.
//!
//! A target asserts what must hold for whatever was accepted; that nothing panics comes on top.

pub mod cipher;
pub mod form;
pub mod issuer;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use ktc_kiosk::time::{Day, Timestamp};

/// The day on which everything is read.
pub const DAY: Day = Day::constant(2026, 11, 22);

/// The time at which everything is read: 2026-11-22T09:00:00Z.
pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_338_000_000)
}

/// base64url without padding.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64URL.encode(bytes)
}

/// The bytes of base64url without padding; `None` when it is something else.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    BASE64URL.decode(text).ok()
}

/// A text that a screen may show: one line, no control and no direction characters, of bounded length.
pub fn assert_fit_for_a_screen(text: &str) {
    let length = text.chars().count();
    assert!(length <= 4_000, "{length} characters on a screen");
    let hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
    };
    assert!(!text.contains(hidden), "hidden characters in {text:?}");
}
