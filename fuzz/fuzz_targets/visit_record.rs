//! What an EHR returned for a visit, sealed for the patient: it opens with OpenSSL, and nothing in it leads into the EHR.
#![no_main]

use ktc_fuzz::{cipher, now};
use ktc_kiosk::fhir::Resource;
use ktc_kiosk::health_link::{HealthLink, open_file};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::visit_record::VisitRecord;
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(Value::Array(list)) = serde_json::from_slice(bytes) else { return };
    let resources: Vec<Resource> = list.into_iter().filter_map(Resource::from_json).collect();
    let Ok(record) = VisitRecord::from_resources(&resources, now()) else { return };
    let url = "https://records.example/f".parse().expect("an address");
    let published = record.seal(&Sensitive::new(cipher::KEY), &url, now(), "Your visit").expect("a link");
    let link = HealthLink::read(published.link.reveal()).expect("a link that the kiosk reads");
    let inside = cipher::open(&published.jwe).expect("a file that OpenSSL opens");
    assert_eq!(open_file(link.key(), published.jwe.as_bytes()).expect("a file").content.reveal(), &inside);
    let bundle: Value = serde_json::from_slice(&inside).expect("JSON");
    let entries = bundle["entry"].as_array().expect("entries");
    assert_eq!(entries.len(), record.resources + 1);
    let urns: Vec<&str> = entries.iter().filter_map(|entry| entry["fullUrl"].as_str()).collect();
    entries.iter().for_each(|entry| assert_inside(&entry["resource"], &urns));
});

fn assert_inside(value: &Value, urns: &[&str]) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| assert_inside(item, urns)),
        Value::Object(members) => {
            if let Some(words) = members.get("reference").and_then(Value::as_str) {
                assert!(words.starts_with('#') || urns.contains(&words), "a reference leads outside: {words}");
            }
            members.values().for_each(|member| assert_inside(member, urns));
        }
        _ => {}
    }
}
