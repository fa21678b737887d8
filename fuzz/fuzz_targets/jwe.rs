//! Encrypted files beside OpenSSL: what it sealed opens with the same content, and with one bit changed anywhere not at all;
//! a file of any bytes opens only when OpenSSL agrees that its tag holds.
#![no_main]

use flate2::{Compression, write::DeflateEncoder};
use ktc_fuzz::cipher;
use ktc_kiosk::health_link::open_file;
use std::io::Write as _;

libfuzzer_sys::fuzz_target!(|input: (u32, bool, &[u8])| {
    let (place, zip, bytes) = input;
    made(place, zip, bytes);
    opened(bytes);
});

fn made(place: u32, zip: bool, content: &[u8]) {
    let mut header = r#"{"alg":"dir","enc":"A256GCM","cty":"application/fhir+json"}"#.to_owned();
    let mut inside = content.to_vec();
    if zip {
        header = r#"{"alg":"dir","enc":"A256GCM","zip":"DEF"}"#.to_owned();
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).expect("in memory");
        inside = encoder.finish().expect("in memory");
    }
    let mut jwe = cipher::seal(&header, &inside).into_bytes();
    let opened = open_file(&cipher::key(), &jwe).expect("a file that OpenSSL sealed");
    assert_eq!(opened.content.reveal(), content);
    let index = place as usize / 8 % jwe.len();
    jwe[index] ^= 1 << (place % 8);
    // White space at the ends is no part of the file.
    let changed = std::str::from_utf8(&jwe).is_ok_and(|text| text.trim().len() == jwe.len());
    assert!(!changed || open_file(&cipher::key(), &jwe).is_err(), "a changed file was opened");
}

fn opened(jwe: &[u8]) {
    let Ok(file) = open_file(&cipher::key(), jwe) else { return };
    let text = std::str::from_utf8(jwe).expect("an opened file is text");
    let inside = cipher::open(text).expect("OpenSSL opens what the kiosk opened");
    let content = file.content.reveal();
    assert!(content.len() <= 64_000_000);
    // What is too large is opened without its documents: then there is less of it.
    let is_all = |out: Vec<u8>| out == *content || content.len() < out.len();
    assert!(*content == inside || ktc_kiosk::inflate::inflate(&inside, 64_000_000).map_or(true, is_all));
}
