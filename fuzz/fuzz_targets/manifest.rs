//! A link with a manifest, any manifest: no address is asked twice, none without https, and what comes in is on the form.
//! `EMBED` in the text stands for a sealed Bundle, so that mutations reach what is inside files.
#![no_main]

use ktc_fuzz::form::assert_complete;
use ktc_fuzz::{DAY, cipher, encode, issuer, now};
use ktc_kiosk::health_link::{FileContent, HealthLink, Manifest, Passcode};
use ktc_kiosk::limits::Budget;
use ktc_kiosk::resolve::{Fetch, FetchAnswer, FetchDefect, FetchPurpose, FetchRequest, Resolver, Strictness, Trace};
use ktc_kiosk::scan::ScannedCode;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::trust::TrustList;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

const BUNDLE: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:p",
    "resource":{"resourceType":"Patient","birthDate":"1980-01-01","name":[{"family":"Example"}]}}]}"#;

struct Answers {
    status: u16,
    manifest: String,
    file: String,
    asked: RefCell<BTreeSet<String>>,
}

impl Fetch for Answers {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        assert!(request.url.reveal().starts_with("https://"));
        // A location may be the manifest's own address: then it is POSTed to once and asked for once.
        let asked = format!("{} {}", request.body.is_some(), request.url.reveal());
        assert!(self.asked.borrow_mut().insert(asked), "an address was asked twice");
        assert_eq!(request.body.is_some(), request.purpose == FetchPurpose::Manifest, "only a manifest is POSTed for");
        let (status, body) = match request.purpose {
            FetchPurpose::Manifest => (self.status, self.manifest.clone()),
            FetchPurpose::ShareFile => (200, self.file.clone()),
            FetchPurpose::KeySet | FetchPurpose::AppKeySet => (200, issuer::key_set(false)),
            FetchPurpose::RevocationList => (404, String::new()),
        };
        Ok(FetchAnswer::new(status, body.into_bytes()))
    }
}

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| {
    let (kind, manifest) = input;
    alone(manifest);
    let file = cipher::seal(r#"{"alg":"dir","enc":"A256GCM","cty":"application/fhir+json"}"#, BUNDLE.as_bytes());
    let status = [200, 200, 200, 401, 404, 429, 302, 500][usize::from(kind % 8)];
    let answers = Answers { status, manifest: manifest.replace("EMBED", &file), file, asked: RefCell::default() };
    let payload = format!(r#"{{"url":"https://share.example/m","flag":"LP","key":"{}"}}"#, encode(cipher::KEY));
    let link = HealthLink::read(&format!("shlink:/{}", encode(payload))).expect("a link");
    let (trust, trace) = (TrustList::empty(now()), Trace::default());
    let passcode = Passcode::typed(&Sensitive::from("4711"));
    let resolver = Resolver {
        fetch: &answers,
        trust: &trust,
        recipient: "Lakeside Clinic",
        passcode: passcode.as_ref(),
        now: now(),
        strictness: Strictness::Kiosk,
        trace: &trace,
    };
    let Ok(share) = resolver.resolve(&ScannedCode::Link(link)) else { return };
    assert_eq!(status, 200, "an answer that is no manifest was read");
    assert!(share.documents.len() <= 1_000);
    let count =
        |of: fn(&ktc_kiosk::fhir::Bundle) -> usize| share.documents.iter().map(|it| of(it.bundle())).sum::<usize>();
    let (entries, unreadable) = (count(|bundle| bundle.entries.len()), count(|bundle| bundle.unreadable));
    let patients = count(|bundle| bundle.of_type(ktc_kiosk::fhir::RecordType::Patient).count());
    let Ok(arrival) = share.into_arrival(DAY) else { return };
    assert_complete(&arrival.intake, (entries, patients), unreadable);
});

/// Every file is on the list, readable or not, and is fetched only from the address that it names.
fn alone(text: &str) {
    let Ok(manifest) = Manifest::read(text.as_bytes(), &mut Budget::for_one_share()) else { return };
    let json: Value = serde_json::from_str(text).expect("a manifest is JSON");
    let listed = json["files"].as_array().expect("files");
    assert_eq!(manifest.files.len(), listed.len());
    for (file, listed) in manifest.files.iter().zip(listed) {
        match file.as_ref().map(|file| &file.content) {
            Ok(FileContent::Embedded(jwe)) => assert_eq!(listed["embedded"].as_str(), Some(jwe.reveal().as_str())),
            Ok(FileContent::Location { url, host }) => {
                let url = url::Url::parse(url.reveal()).expect("an address");
                assert_eq!((url.scheme(), url.host_str()), ("https", Some(host.as_str())));
            }
            Err(_) => {}
        }
    }
}
