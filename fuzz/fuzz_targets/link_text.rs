//! A scanned text is a link within the limits of the standard, or it is refused.
#![no_main]

use ktc_fuzz::assert_fit_for_a_screen;
use ktc_kiosk::health_link::{Flag, HealthLink};

libfuzzer_sys::fuzz_target!(|text: &str| {
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
});
