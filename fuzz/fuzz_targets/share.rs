//! The whole way of a link: any content behind it, sealed with its key, to a form. No address is asked twice, none without https.
#![no_main]

use ktc_fuzz::form::assert_complete;
use ktc_fuzz::{DAY, cipher, issuer, now};
use ktc_kiosk::resolve::{Fetch, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest, Resolver, Strictness, Trace};
use ktc_kiosk::scan::ScannedCode;
use ktc_kiosk::trust::TrustList;
use std::cell::RefCell;
use std::collections::BTreeSet;

struct Answers {
    file: String,
    asked: RefCell<BTreeSet<String>>,
}

impl Fetch for Answers {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        assert!(request.url.reveal().starts_with("https://"));
        assert!(self.asked.borrow_mut().insert(request.url.reveal().clone()), "an address was asked twice");
        let body = match request.purpose {
            FetchPurpose::ShareFile => self.file.clone(),
            FetchPurpose::KeySet | FetchPurpose::AppKeySet => issuer::key_set(true),
            FetchPurpose::RevocationList => {
                format!(r#"{{"kid":"{}","method":"rid","ctr":1,"rids":["taken-back"]}}"#, issuer::KID)
            }
            _ => return Err(FetchDefect::Unreachable),
        };
        Ok(FetchAnswer::new(200, body.into_bytes()))
    }
}

libfuzzer_sys::fuzz_target!(|content: &[u8]| {
    let file = cipher::seal(r#"{"alg":"dir","enc":"A256GCM"}"#, content);
    let answers = Answers { file, asked: RefCell::default() };
    let (trust, trace) = (TrustList::empty(now()), Trace::default());
    let resolver = Resolver {
        fetch: &answers,
        trust: &trust,
        recipient: "Lakeside Clinic",
        passcode: None,
        now: now(),
        strictness: Strictness::Kiosk,
        trace: &trace,
    };
    let Ok(share) = resolver.resolve(&ScannedCode::Link(cipher::link())) else { return };
    let count =
        |of: fn(&ktc_kiosk::fhir::Bundle) -> usize| share.documents.iter().map(|it| of(it.bundle())).sum::<usize>();
    let (entries, unreadable) = (count(|bundle| bundle.entries.len()), count(|bundle| bundle.unreadable));
    let patients = count(|bundle| bundle.of_type(ktc_kiosk::fhir::RecordType::Patient).count());
    let Ok(arrival) = share.into_arrival(DAY) else { return };
    assert_complete(&arrival.intake, (entries, patients), unreadable);
});
