//! Large shares: what is in them is read, and the memory of both processes has a bound.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "takes the time of real processes and tells it")]

use crate::support::sandbox::{day, job, publish_bytes, sandbox, trouble};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ktc_kiosk::intake::{FactKind, Intake, Section};
use ktc_testbed::https::HttpsServer;
use serde_json::{Value, json};
use std::fs;
use std::time::Instant;

/// Resident memory of the process that reads.
const CHILD_ALLOWED: u64 = 256_000_000;
/// What the kiosk holds of a share more than at rest.
const KIOSK_ALLOWED: u64 = 64_000_000;

fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
}

fn person() -> Value {
    json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"text": "Amaro Lindqvist", "family": "Lindqvist",
        "given": ["Amaro"]}], "birthDate": "1969-05-06"}})
}

fn allergy() -> Value {
    json!({"fullUrl": "urn:uuid:a", "resource": {"resourceType": "AllergyIntolerance", "code": {"text": "Sulfonamide"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "patient": {"reference": "urn:uuid:p"}}})
}

/// About 2 kB, as exports have them.
fn result(number: usize) -> Value {
    let coding = |part: usize| json!({"system": "http://loinc.org", "code": format!("{}-{part}", number % 9_000), "display": format!("Analyte {part} of {number} in serum or plasma")});
    let component = |part: usize| {
        json!({"code": {"coding": [coding(part)], "text": format!("Analyte {part}")},
        "valueQuantity": {"value": number + part, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"}})
    };
    json!({"fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"), "resource": {"resourceType": "Observation", "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [coding(0)], "text": format!("Panel {number}")}, "subject": {"reference": "urn:uuid:p"},
        "effectiveDateTime": "2025-03-04T07:30:00Z", "component": (1..6).map(component).collect::<Vec<_>>()}})
}

/// A PDF that no deflating makes smaller.
fn pdf(bytes: usize) -> Value {
    let mut seed = 5_u64;
    let noise = (0..bytes / 8).flat_map(|_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed ^ (seed >> 29)).to_le_bytes()
    });
    let data: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(noise).collect();
    json!({"resource": {"resourceType": "DocumentReference", "status": "current", "description": "Scan", "subject": {"reference": "urn:uuid:p"},
        "content": [{"attachment": {"contentType": "application/pdf", "data": BASE64_STANDARD.encode(data)}}]}})
}

/// Reads a share of these entries and tells what it cost.
fn read(name: &str, entries: Vec<Value>) -> Intake {
    let server = HttpsServer::start([]).expect("a server");
    let sandbox = sandbox(&server);
    let content = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let length = content.len();
    let link = publish_bytes(&server, content.as_bytes(), true);
    drop(content);
    drop(entries);
    let before = resident();
    let start = Instant::now();
    let (reply, cost) = sandbox.read_share(job(&link, day(1)), &|| true);
    let took = start.elapsed();
    let held = resident().saturating_sub(before);
    assert_eq!(trouble(&reply), None, "{name}");
    println!(
        "{name}: {length} bytes opened, {took:?} ({:?} on the processor); child {} MB, kiosk holds {} MB more",
        cost.cpu,
        cost.peak_bytes / 1_000_000,
        held / 1_000_000
    );
    assert!(cost.peak_bytes <= CHILD_ALLOWED, "{name}: {} bytes", cost.peak_bytes);
    assert!(held <= KIOSK_ALLOWED, "{name}: {held} bytes");
    let intake = reply.outcome.expect("a form").one_person().expect("one person").intake;
    assert!(intake.section(Section::Allergies).any(|item| item.title.reveal() == "Sulfonamide"), "{name}");
    intake
}

#[test]
fn a_pdf_of_20_mb_is_kept_and_can_be_opened() {
    let intake = read("one PDF of 20 MB", vec![person(), pdf(18_000_000), allergy()]);
    let scan = intake.section(Section::Documents).next().expect("a document");
    assert_eq!(scan.viewables()[0].viewable.bytes.reveal().len(), 18_000_009);
    assert_eq!(scan.resource.text("/description"), Some("Scan"));
}

/// Our own code is unoptimised in a debug build, and the time for a share is not longer there.
const ENTRIES: usize = if cfg!(debug_assertions) { 5_000 } else { 20_000 };

#[test]
fn a_record_of_20_000_entries_and_40_mb_is_read_to_its_last_entry() {
    let entries = std::iter::once(person()).chain((0..ENTRIES).map(result)).chain([allergy()]).collect();
    let intake = read(&format!("{ENTRIES} entries"), entries);
    assert_eq!(intake.count(Section::Results), ENTRIES);
    let last = intake.section(Section::Results).last().expect("a result");
    assert_eq!(last.resource.text("/component/4/code/text"), Some("Analyte 5"));
}

#[test]
fn documents_without_room_are_left_out_by_name_and_the_allergy_is_read() {
    let zeros = json!({"resource": {"resourceType": "DocumentReference", "status": "current", "description": "Video",
        "content": [{"attachment": {"contentType": "video/mp4", "data": "AAAA".repeat(25_000_000)}}]}});
    let intake = read("a document of 100 MB", vec![person(), zeros, pdf(1_000_000), allergy()]);
    let said: Vec<(&str, bool)> = intake
        .section(Section::Documents)
        .map(|item| {
            (item.title.reveal().as_str(), item.facts.iter().any(|fact| fact.kind == FactKind::DocumentTooLarge))
        })
        .collect();
    assert_eq!(said, [("Video", true), ("Scan", false)]);
}
