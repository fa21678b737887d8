//! An encrypted file opens only when OpenSSL agrees that its tag holds, and gives the same content.
#![no_main]

use ktc_fuzz::cipher;
use ktc_kiosk::health_link::open_file;

libfuzzer_sys::fuzz_target!(|jwe: &[u8]| {
    let Ok(file) = open_file(&cipher::key(), jwe) else { return };
    let text = std::str::from_utf8(jwe).expect("an opened file is text");
    let inside = cipher::open(text).expect("OpenSSL opens what the kiosk opened");
    let content = file.content.reveal();
    assert!(content.len() <= 5_000_000);
    assert!(*content == inside || ktc_kiosk::inflate::inflate(&inside, 5_000_000).is_ok_and(|out| out == *content));
});
