//! Raw DEFLATE under a cap: never more than the cap, never less than all, and the beginning is the beginning.
#![no_main]

use ktc_kiosk::inflate::{inflate, inflate_beginning};

const CAP: usize = 100_000;

libfuzzer_sys::fuzz_target!(|compressed: &[u8]| {
    let beginning = inflate_beginning(compressed, 1_024);
    assert!(beginning.len() <= 1_024);
    let Ok(content) = inflate(compressed, CAP) else { return };
    assert!(content.len() <= CAP && content.starts_with(&beginning));
    assert!(content.is_empty() || inflate(compressed, content.len() - 1).is_err(), "the cap does not hold");
    // A cut end and bytes after the end are both refused.
    assert!(inflate(&compressed[..compressed.len() - 1], CAP).is_err());
    assert!(inflate(&[compressed, b"x"].concat(), CAP).is_err());
});
