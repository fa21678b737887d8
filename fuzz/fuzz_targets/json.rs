//! JSON that our reader reads, serde_json reads the same; and a Bundle is the same whether its resources are built at once or
//! later.
#![no_main]

use ktc_kiosk::fhir::{Bundle, Entry};
use ktc_kiosk::json::{JsonDefect, read_small};
use serde_json::Value;

/// Nesting that only serde_json takes, and its own name for a number.
fn is_refused_by_us_alone(bytes: &[u8]) -> bool {
    let opened = bytes.iter().filter(|byte| matches!(byte, b'[' | b'{')).count();
    opened > 99 || bytes.windows(8).any(|word| word == b"private:")
}

fn shown(bundle: &Bundle) -> Vec<String> {
    let of =
        |Entry { full_url, resource }: &Entry| format!("{full_url:?} {} {}", resource.kind(), resource.json().reveal());
    let whole =
        [format!("{} {:?} {}", bundle.kind, bundle.timestamp, bundle.unreadable), bundle.labels.reveal().to_string()];
    whole.into_iter().chain(bundle.entries.iter().map(of)).collect()
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let theirs = serde_json::from_slice::<Value>(bytes);
    let ours = read_small(bytes);
    match &ours {
        Ok(ours) => assert_eq!(Some(ours), theirs.as_ref().ok()),
        Err(JsonDefect::NotJson) => assert!(theirs.is_err() || is_refused_by_us_alone(bytes)),
        Err(_) => {}
    }
    let Ok(json) = ours else { return };
    let (later, at_once) = (Bundle::read(bytes), Bundle::from_json(json));
    assert_eq!(later.as_ref().map(shown), at_once.as_ref().map(shown));
});
