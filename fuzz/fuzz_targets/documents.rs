//! Any bytes under any name as the document of a record: its text hides nothing and is bounded, and something is always said.
#![no_main]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ktc_fuzz::DAY;
use ktc_fuzz::form::document;
use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::intake::Intake;
use ktc_kiosk::language::Language;
use ktc_kiosk::text::is_hidden;
use serde_json::json;

const FORMATS: [&str; 12] = [
    "text/plain",
    "text/plain; charset=utf-16",
    "text/plain; charset=shift_jis",
    "text/plain; charset=iso-8859-1",
    "text/html",
    "application/xml",
    "application/hl7-cda+xml",
    "text/markdown",
    "text/rtf",
    "image/tiff",
    "application/octet-stream",
    "",
];

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let format = FORMATS[usize::from(*first) % FORMATS.len()];
    let attachment = json!({"contentType": format, "data": BASE64_STANDARD.encode(bytes)});
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"text": "A"}]}},
        {"resource": {"resourceType": "DocumentReference", "subject": {"reference": "urn:uuid:p"}, "content": [{"attachment": attachment}]}}]});
    let bundle = Bundle::from_json(bundle).expect("a bundle");
    let intake = Intake::from_documents(vec![document(bundle)], DAY).expect("a form");
    let item = &intake.items[1];
    assert!(!item.facts.is_empty() || !item.viewables().is_empty(), "a document of which nothing is said");
    assert_eq!(item.viewable_names(), item.viewables().iter().map(|it| it.name).collect::<Vec<_>>());
    for fact in &item.facts {
        let text = fact.text(Language::English);
        let text = text.reveal();
        let is_seen = |letter: char| letter == '\n' || !is_hidden(letter) || letter > '\u{2000}';
        assert!(text.chars().all(is_seen), "{}", text.escape_debug());
        assert!(text.len() <= 16 * bytes.len() + 200);
    }
});
