//! The rules themselves, for the link's payload and for the bundle.

use super::Finding;
use crate::fhir::{Bundle, Entry, RecordType, Resource, systems};
use crate::health_link::{Flag, HealthLink};
use crate::time::Timestamp;
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};
use serde_json::Value;

/// What differs in the link's payload ("Link payload").
pub fn examine_link(link: &HealthLink, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |applies: bool, finding| findings.extend(applies.then_some(finding));
    note(!link.flags().is_exactly_u(), Finding::FlagIsNotU);
    note(link.flags().has(Flag::LongTerm), Finding::MayChange);
    note(link.key_was_padded(), Finding::KeyPadded);
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
    // Each is looked into by itself: values of all of them together take many times the room of their text.
    let claims_profile = |entry: &Entry| !entry.resource.for_one_look().list("/meta/profile").is_empty();
    note(bundle.claims_profile || bundle.entries.iter().any(claims_profile), Finding::ClaimsProfile);
    let documents = bundle.of_type(RecordType::DocumentReference).map(|document| document.resource.for_one_look());
    for document in documents.filter(|document| is_patient_shared(document) || is_of_pdf_kind(document)) {
        findings.extend(examine_document(&document, patients.first().copied()));
    }
    findings
}

/// By its category a document is one that the patient shares.
fn is_patient_shared(document: &Resource) -> bool {
    (0..document.list("/category").len())
        .any(|number| document.has_coding(&format!("/category/{number}"), systems::PATIENT_SHARED, "patient-shared"))
}

/// The two kinds of PDF that only patients share. Any other document is an ordinary one, and may be of any format.
fn is_of_pdf_kind(document: &Resource) -> bool {
    [systems::RENDERED_PDF, systems::STORY_PDF].iter().any(|code| document.has_coding("/type", systems::LOINC, code))
}

/// Whether a Reference leads to the entry: by its `fullUrl`, or as type and id with whatever server before and version after
/// them (FHIR R4 Bundle, "Resolving references in Bundles"). An entry without `fullUrl` has its id alone.
fn leads_to(reference: &Value, entry: &Entry) -> bool {
    let Some(words) = reference["reference"].as_str() else { return false };
    let unversioned = words.split_once("/_history/").map_or(words, |(address, _)| address);
    let named = entry.resource.id().map(|id| format!("{}/{id}", entry.resource.kind()));
    match (entry.full_url.as_deref(), named) {
        (Some(full_url), _) if full_url == unversioned => true,
        (_, Some(named)) if unversioned == named => true,
        // Without the server in its own name the entry may be that of any.
        (None, Some(named)) => unversioned.ends_with(&format!("/{named}")),
        // A relative reference without an id in the resource: the end of the address is it.
        (Some(full_url), None) => full_url.ends_with(&format!("/{unversioned}")) && unversioned.contains('/'),
        (Some(_), Some(_)) | (None, None) => false,
    }
}

/// FHIR's base64Binary allows white space, and many encoders break lines.
fn is_base64(text: &str) -> bool {
    let dense: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).is_ok()
}

fn examine_document(document: &Resource, patient: Option<&Entry>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |applies: bool, finding| findings.extend(applies.then_some(finding));
    let attachment = |member: &str| document.text(&format!("/content/0/attachment/{member}"));
    let has_pdf = document.list("/content").len() == 1
        && attachment("contentType").is_some_and(is_pdf)
        && attachment("data").is_some_and(is_base64);
    let labelled = document.list("/meta/security").iter().any(|label| label["code"] == "PATAST");
    let leads = |reference: &Value| patient.is_some_and(|patient| leads_to(reference, patient));
    note(document.text("/status") != Some("current"), Finding::DocumentNotCurrent);
    note(!is_of_pdf_kind(document), Finding::DocumentTypeUnknown);
    note(!is_patient_shared(document), Finding::DocumentNotPatientShared);
    note(!has_pdf, Finding::DocumentWithoutPdf);
    note(document.text("/date").is_none(), Finding::DocumentWithoutDate);
    note(!leads(&document.json().reveal()["subject"]), Finding::DocumentOfOther);
    note(!document.list("/author").iter().any(leads), Finding::DocumentByOther);
    note(!labelled, Finding::DocumentNotLabelled);
    findings
}

/// Types know no case and may have parameters (RFC 9110 8.3.1).
fn is_pdf(content_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case("application/pdf")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ktc::{Conformance, Verdict};
    use serde_json::json;

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

    #[test]
    fn an_ordinary_document_beside_is_of_any_format_and_one_that_says_it_is_shared_is_held_to_its_rules() {
        let ordinary = json!({"resourceType": "DocumentReference", "status": "superseded",
            "type": {"coding": [{"system": systems::LOINC, "code": "34133-9"}]},
            "category": [{"coding": [{"system": "http://example.org", "code": "clinical-note"}]}],
            "content": [{"attachment": {"contentType": "text/plain", "data": "SGk="}}]});
        let with = |document: Value| {
            examine_bundle(&bundle(|json| {
                json["entry"].as_array_mut().expect("a list").push(json!({"resource": document}))
            }))
        };
        assert_eq!(with(ordinary.clone()), []);
        let mut claims = ordinary;
        claims["category"] = json!([{"coding": [{"system": systems::PATIENT_SHARED, "code": "patient-shared"}]}]);
        let findings = with(claims);
        for finding in [Finding::DocumentTypeUnknown, Finding::DocumentWithoutPdf, Finding::DocumentOfOther] {
            assert!(findings.contains(&finding), "{finding:?}");
        }
    }

    #[test]
    fn references_lead_to_the_patient_by_address_and_by_type_and_id() {
        let full = "https://ehr.example.org/fhir/Patient/9";
        let findings = |full_url: Value, id: Value, reference: &str| {
            examine_bundle(&bundle(|json| {
                json["entry"][0]["fullUrl"] = full_url;
                json["entry"][0]["resource"]["id"] = id;
                let document = &mut json["entry"][1]["resource"];
                document["subject"]["reference"] = reference.into();
                document["author"] = json!([{"reference": "Device/1"}, {"display": "x"}, {"reference": reference}]);
            }))
        };
        for (full_url, id, reference) in [
            (json!(full), json!("9"), full),
            (json!(full), json!("9"), "Patient/9"),
            (json!(full), Value::Null, "Patient/9"),
            (json!(full), json!("9"), "https://ehr.example.org/fhir/Patient/9/_history/2"),
            (json!("urn:uuid:p"), json!("9"), "Patient/9"),
            (Value::Null, json!("9"), "Patient/9"),
            (Value::Null, json!("9"), full),
        ] {
            assert_eq!(findings(full_url.clone(), id, reference), [], "{full_url} {reference}");
        }
        for (full_url, id, reference) in [
            (json!(full), json!("9"), "Patient/8"),
            (json!(full), json!("9"), "https://other.example.org/fhir/Patient/9"),
            (json!(full), Value::Null, "9"),
            (Value::Null, Value::Null, "Patient/9"),
            (Value::Null, json!("9"), "Person/9"),
        ] {
            let wrong = [Finding::DocumentOfOther, Finding::DocumentByOther];
            assert_eq!(findings(full_url.clone(), id, reference), wrong, "{full_url} {reference}");
        }
    }

    #[test]
    fn a_profile_on_a_record_is_a_remark() {
        let findings = examine_bundle(&bundle(|json| json["entry"][0]["resource"]["meta"] = json!({"profile": ["x"]})));
        assert_eq!(findings, [Finding::ClaimsProfile]);
        assert_eq!(Conformance::from_findings(findings).verdict(), Verdict::ConformsWithRemarks);
    }
}
