//! A visit record that we sealed is one that we read.

use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::health_link::{HealthLink, open_file};
use ktc_kiosk::ktc::examine_link;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::visit_record::VisitRecord;
use serde_json::json;

#[test]
fn a_sealed_visit_record_opens_with_our_own_reader() {
    let now = Timestamp::from_rfc3339("2026-11-22T09:00:00Z").expect("a time");
    let expires = Timestamp::from_rfc3339("2026-12-22T09:00:00Z").expect("a time");
    let resources = [
        json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Example"}]}),
        json!({"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}, "code": {"text": "Cough"}}),
    ];
    let resources: Vec<Resource> =
        resources.into_iter().map(|json| Resource::from_json(json).expect("a resource")).collect();
    let record = VisitRecord::from_resources(&resources, now).expect("a record");
    let address =
        "https://records.example.org/v/0123456789012345678901234567890123456789012".parse().expect("an address");
    let published = record.seal(&Sensitive::new([7; 32]), &address, expires, "Visit").expect("a link");

    let link = HealthLink::read(published.link.reveal()).expect("a link");
    assert!(examine_link(&link, now).is_empty(), "the link is a Kill-the-Clipboard link");
    let file = open_file(link.key(), published.jwe.as_bytes()).expect("the file opens");
    let bundle = Bundle::read(file.content.reveal()).expect("a bundle");
    assert_eq!((bundle.kind.as_str(), bundle.entries.len()), ("collection", 2));
}
