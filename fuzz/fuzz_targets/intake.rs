//! Any Bundle to a form: nothing dropped, nothing doubled, nothing shown that hides.
#![no_main]

use ktc_fuzz::DAY;
use ktc_fuzz::form::{assert_complete, bundle_json, document};
use ktc_kiosk::fhir::{Bundle, RecordType};
use ktc_kiosk::intake::Intake;
use ktc_kiosk::ktc::examine_bundle;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some(json) = bundle_json(bytes) else { return };
    let listed = json["entry"].as_array().map_or(0, Vec::len);
    let Ok(bundle) = Bundle::from_json(json) else { return };
    let (entries, unreadable) = (bundle.entries.len(), bundle.unreadable);
    assert_eq!(entries + unreadable, listed);
    let patients = bundle.of_type(RecordType::Patient).count();
    let _findings = examine_bundle(&bundle);
    let Ok(intake) = Intake::from_documents(vec![document(bundle)], DAY) else { return };
    assert_complete(&intake, (entries, patients), unreadable);
});
