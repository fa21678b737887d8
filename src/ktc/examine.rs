//! The rules themselves, for the link's payload and for the bundle.

use super::Finding;
use crate::fhir::{Bundle, RecordType, Resource, systems};
use crate::health_link::{Flag, HealthLink};
use crate::time::Timestamp;
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};

/// What differs in the link's payload ("Link payload").
pub fn examine_link(link: &HealthLink, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |applies: bool, finding| findings.extend(applies.then_some(finding));
    note(!link.flags().is_exactly_u(), Finding::FlagIsNotU);
    note(link.flags().has(Flag::LongTerm), Finding::MayChange);
    note(link.label_was_long(), Finding::LabelTooLong);
    note(link.expiry().is_none(), Finding::NoExpiry);
    if let Some(expiry) = link.expiry() {
        note(expiry.at <= now, Finding::Expired);
        note(expiry.was_text, Finding::ExpiryIsText);
        note(expiry.was_millis, Finding::ExpiryInMillis);
    }
    findings
}

/// What differs in the bundle ("PatientSharedBundle", "PatientSharedDocumentReference").
pub fn examine_bundle(bundle: &Bundle) -> Vec<Finding> {
    let mut findings = Vec::new();
    let patients: Vec<_> = bundle.of_type(RecordType::Patient).collect();
    let mut note = |applies: bool, finding| findings.extend(applies.then_some(finding));
    note(bundle.kind != "collection", Finding::NotACollection);
    let timestamp = bundle.timestamp.as_deref().and_then(Timestamp::from_rfc3339);
    note(timestamp.is_none(), Finding::NoTimestamp);
    note(patients.is_empty(), Finding::NoPatient);
    note(patients.len() > 1, Finding::SeveralPatients);
    note(!patients.is_empty() && bundle.entries.len() == patients.len(), Finding::PatientAlone);
    note(bundle.unreadable > 0, Finding::UnreadableEntry);
    note(bundle.claims_profile, Finding::ClaimsProfile);
    let patient = patients.first().and_then(|patient| patient.full_url.as_deref());
    for document in bundle.of_type(RecordType::DocumentReference) {
        findings.extend(examine_document(&document.resource, patient));
    }
    findings
}

/// FHIR's base64Binary allows white space, and many encoders break lines.
fn is_base64(text: &str) -> bool {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).is_ok()
}

fn examine_document(document: &Resource, patient: Option<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |applies: bool, finding| findings.extend(applies.then_some(finding));
    let kind = |code| document.has_coding("/type", systems::LOINC, code);
    let shared = (0..document.list("/category").len())
        .any(|number| document.has_coding(&format!("/category/{number}"), systems::PATIENT_SHARED, "patient-shared"));
    let attachment = |member: &str| document.text(&format!("/content/0/attachment/{member}"));
    let has_pdf = document.list("/content").len() == 1
        && attachment("contentType") == Some("application/pdf")
        && attachment("data").is_some_and(is_base64);
    let labelled = document.list("/meta/security").iter().any(|label| label["code"] == "PATAST");
    note(document.text("/status") != Some("current"), Finding::DocumentNotCurrent);
    note(!kind(systems::RENDERED_PDF) && !kind(systems::STORY_PDF), Finding::DocumentTypeUnknown);
    note(!shared, Finding::DocumentNotPatientShared);
    note(!has_pdf, Finding::DocumentWithoutPdf);
    note(document.text("/date").is_none(), Finding::DocumentWithoutDate);
    note(patient.is_none() || document.text("/subject/reference") != patient, Finding::DocumentOfOther);
    note(patient.is_none() || document.text("/author/0/reference") != patient, Finding::DocumentByOther);
    note(!labelled, Finding::DocumentNotLabelled);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ktc::{Conformance, Verdict};
    use serde_json::{Value, json};

    fn bundle(change: impl FnOnce(&mut Value)) -> Bundle {
        let mut json = json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-11-01T09:30:00Z", "entry": [
            {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient"}},
            {"fullUrl": "urn:uuid:d", "resource": {"resourceType": "DocumentReference", "status": "current",
                "meta": {"security": [{"code": "PATAST"}]},
                "type": {"coding": [{"system": systems::LOINC, "code": "60591-5"}]},
                "category": [{"coding": [{"system": systems::PATIENT_SHARED, "code": "patient-shared"}]}],
                "subject": {"reference": "urn:uuid:p"}, "author": [{"reference": "urn:uuid:p"}], "date": "2026-11-01",
                "content": [{"attachment": {"contentType": "application/pdf", "data": "AAAA"}}]}}]});
        change(&mut json);
        Bundle::from_json(json).expect("a bundle")
    }

    #[test]
    fn a_share_as_the_draft_asks_has_no_findings() {
        assert_eq!(examine_bundle(&bundle(|_| {})), []);
    }

    #[test]
    fn each_departure_is_found_and_weighed() {
        let document = |json: &mut Value, pointer: &str, value: Value| {
            *json["entry"][1]["resource"].pointer_mut(pointer).expect("a member") = value;
        };
        let found = |change: &dyn Fn(&mut Value)| examine_bundle(&bundle(change));
        assert_eq!(found(&|json| json["type"] = json!("document")), [Finding::NotACollection]);
        assert_eq!(found(&|json| json["timestamp"] = Value::Null), [Finding::NoTimestamp]);
        assert_eq!(found(&|json| json["meta"] = json!({"profile": ["x"]})), [Finding::ClaimsProfile]);
        assert_eq!(found(&|json| document(json, "/status", json!("superseded"))), [Finding::DocumentNotCurrent]);
        assert_eq!(
            found(&|json| document(json, "/subject/reference", json!("urn:uuid:x"))),
            [Finding::DocumentOfOther]
        );
        assert_eq!(found(&|json| document(json, "/author", json!([]))), [Finding::DocumentByOther]);
        assert_eq!(found(&|json| document(json, "/content", json!([]))), [Finding::DocumentWithoutPdf]);
        let remark = Conformance::from_findings(found(&|json| document(json, "/meta", json!({}))));
        assert_eq!(remark.verdict(), Verdict::ConformsWithRemarks);
        let broken = Conformance::from_findings(found(&|json| json["entry"] = json!([json["entry"][0]])));
        assert_eq!((broken.verdict(), broken.findings), (Verdict::Differs, vec![Finding::PatientAlone]));
    }
}
