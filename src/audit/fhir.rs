//! The log as FHIR R4 AuditEvents, after IHE BALP where it has a pattern that fits: who did what, when, why and for whom.
//! There is nothing clinical in a record, so there is nothing clinical in an AuditEvent.
//!
//! | record | AuditEvent |
//! | --- | --- |
//! | `check-in-confirmed` | BALP Privacy Disclosure at Recipient, once the chart is known |
//! | `check-in-accepted` | BALP Patient Create, once the chart is known |
//! | sign-ins, start, reading the log | the DICOM types for these |
//! | everything else | a step in the life of a record (ISO 21089), with our own word as subtype |

use super::{AuditKind, AuditRecord};
use crate::filing::systems::{CHECK_IN, STAFF};
use serde_json::{Value, json};

/// Our own words in `subtype`.
const KINDS: &str = "https://ktc-kiosk.org/fhir/audit";
const DICOM: &str = "http://dicom.nema.org/resources/ontology/DCM";
const LIFE_CYCLE: &str = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle";
const REST: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTION: &str = "http://hl7.org/fhir/restful-interaction";
const REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
const ENTITY_TYPE: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLE: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit";

/// What a record does not say itself.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// The clinic's name.
    pub clinic: &'a str,
    /// The EHR's host, when there is one.
    pub ehr: Option<&'a str>,
    /// The chart of the visit, `Patient/<id>`, when the visit came to one.
    pub chart: Option<&'a str>,
}

/// The pattern of a kind: type, subtype beside our own, action.
struct Pattern {
    kind: Value,
    subtype: Option<Value>,
    action: &'static str,
}

/// The record as an AuditEvent. A record of an unknown kind, from a newer version, keeps its word.
pub fn audit_event(record: &AuditRecord, around: Around<'_>) -> Value {
    let kind = AuditKind::from_word(&record.kind);
    let Pattern { kind: coding, subtype, action } = pattern_of(kind);
    let own = json!({"system": KINDS, "code": record.kind, "display": kind.map(AuditKind::sentence)});
    let observer = json!({"display": format!("ktc-kiosk check-in kiosk, {}", around.clinic)});
    let mut event = json!({
        "resourceType": "AuditEvent",
        "type": coding,
        "subtype": subtype.into_iter().chain([own]).collect::<Vec<_>>(),
        "action": action,
        "recorded": record.at.to_string(),
        "outcome": outcome_of(kind),
        "purposeOfEvent": purposes_of(kind),
        "agent": agents(record, kind, around, &observer),
        "source": {"site": around.clinic, "observer": observer, "type": [
            {"system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4", "display": "Application Server"},
        ]},
        "entity": entities(record, around),
    });
    if let Some(detail) = &record.detail {
        event["outcomeDesc"] = json!(detail);
    }
    if let Some(profile) = kind.zip(around.chart).and_then(|(kind, _)| profile_of(kind)) {
        event["meta"] = json!({"profile": [format!("{BALP}.{profile}")]});
    }
    without_empty(&mut event);
    event
}

fn profile_of(kind: AuditKind) -> Option<&'static str> {
    match kind {
        AuditKind::CheckInConfirmed => Some("PrivacyDisclosure.Recipient"),
        AuditKind::CheckInAccepted => Some("PatientCreate"),
        _ => None,
    }
}

fn pattern_of(kind: Option<AuditKind>) -> Pattern {
    let dicom = |code, display| json!({"system": DICOM, "code": code, "display": display});
    let life = |code, display| json!({"system": LIFE_CYCLE, "code": code, "display": display});
    let pattern = |kind, subtype, action| Pattern { kind, subtype, action };
    match kind {
        Some(AuditKind::CheckInConfirmed) => {
            pattern(dicom("110107", "Import"), Some(life("disclose", "Disclose Record Lifecycle Event")), "C")
        }
        Some(AuditKind::CheckInAccepted) => pattern(
            json!({"system": REST, "code": "rest", "display": "Restful Operation"}),
            Some(json!({"system": INTERACTION, "code": "create", "display": "create"})),
            "C",
        ),
        Some(AuditKind::ChartSearched) => pattern(
            json!({"system": REST, "code": "rest", "display": "Restful Operation"}),
            Some(json!({"system": INTERACTION, "code": "search-type", "display": "search-type"})),
            "E",
        ),
        Some(AuditKind::StaffSignedIn | AuditKind::PinRefused | AuditKind::PinLocked | AuditKind::PinReleased) => {
            pattern(dicom("110114", "User Authentication"), Some(dicom("110122", "Login")), "E")
        }
        Some(AuditKind::KioskStarted) => {
            pattern(dicom("110100", "Application Activity"), Some(dicom("110120", "Application Start")), "E")
        }
        Some(AuditKind::AuditRead) => pattern(dicom("110101", "Audit Log Used"), None, "R"),
        Some(_) | None => pattern(life("access", "Access/View Record Lifecycle Event"), None, "R"),
    }
}

/// FHIR R4 `audit-event-outcome`: 0 success, 4 minor failure, 8 serious failure.
fn outcome_of(kind: Option<AuditKind>) -> &'static str {
    match kind {
        Some(AuditKind::StoreDamaged | AuditKind::PinLocked) => "8",
        Some(
            AuditKind::ShareRefused
            | AuditKind::LateAnswerDropped
            | AuditKind::PasscodeRefused
            | AuditKind::PinRefused
            | AuditKind::CheckInNeedsPerson
            | AuditKind::TicketNotPrinted,
        ) => "4",
        Some(_) | None => "0",
    }
}

/// Why: the patient asked for it by showing the code, and the clinic needs it to treat.
fn purposes_of(kind: Option<AuditKind>) -> Vec<Value> {
    let of = |code: &str, display: &str| json!({"coding": [{"system": REASON, "code": code, "display": display}]});
    match kind {
        Some(
            AuditKind::KioskStarted
            | AuditKind::StoreDamaged
            | AuditKind::StaffSignedIn
            | AuditKind::PinRefused
            | AuditKind::PinLocked
            | AuditKind::PinReleased
            | AuditKind::AuditRead,
        ) => vec![of("HSYSADMIN", "health system administration")],
        Some(_) | None => vec![of("TREAT", "treatment"), of("PATRQT", "patient requested")],
    }
}

/// Who: the person who acted, and for what crosses a border of the kiosk, its two ends.
fn agents(record: &AuditRecord, kind: Option<AuditKind>, around: Around<'_>, kiosk: &Value) -> Vec<Value> {
    let role = |code: &str, display: &str| json!({"coding": [{"system": DICOM, "code": code, "display": display}]});
    let (from, to) = (role("110153", "Source Role ID"), role("110152", "Destination Role ID"));
    let end = |role: Value, who: &Value, address: &str| json!({"type": role, "who": who, "requestor": false, "network": {"address": address, "type": "1"}});
    let ehr = || json!({"display": around.ehr.unwrap_or("no EHR: a folder")});
    let mut agents = match kind {
        Some(AuditKind::CheckInConfirmed) => {
            let phone = json!({"display": "the code that the patient showed"});
            vec![end(from, &phone, "the camera of the kiosk"), end(to, kiosk, "this kiosk")]
        }
        Some(AuditKind::CheckInAccepted | AuditKind::ChartSearched) => {
            let address = around.ehr.unwrap_or("folder");
            vec![end(from, kiosk, "this kiosk"), end(to, &ehr(), address)]
        }
        _ => vec![json!({"who": kiosk, "requestor": record.staff.is_none()})],
    };
    if let Some(chart) = around.chart.filter(|_| kind == Some(AuditKind::CheckInConfirmed)) {
        let advocate = json!({"coding": [{"system": "http://snomed.info/sct", "code": "429577009", "display": "Patient Advocate"}]});
        agents.push(json!({"type": advocate, "who": {"reference": chart}, "requestor": record.staff.is_none()}));
    }
    if let Some(staff) = &record.staff {
        agents.push(json!({"who": {"identifier": {"system": STAFF, "value": staff}}, "requestor": true}));
    }
    agents
}

/// For whom, and by which check-in.
fn entities(record: &AuditRecord, around: Around<'_>) -> Vec<Value> {
    let coded = |system: &str, code: &str, display: &str| json!({"system": system, "code": code, "display": display});
    let patient = around.chart.map(|chart| {
        json!({"what": {"reference": chart}, "type": coded(ENTITY_TYPE, "1", "Person"), "role": coded(ENTITY_ROLE, "1", "Patient")})
    });
    let check_in = record.submission.as_ref().map(|submission| {
        json!({"what": {"identifier": {"system": CHECK_IN, "value": submission}},
            "type": coded(ENTITY_TYPE, "2", "System Object"), "role": coded(ENTITY_ROLE, "4", "Domain Resource")})
    });
    patient.into_iter().chain(check_in).collect()
}

/// FHIR R4 `ele-1`: nothing is null or empty.
fn without_empty(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_empty),
        Value::Object(members) => {
            members.values_mut().for_each(without_empty);
            members.retain(|_, member| !member.is_null() && member.as_array().is_none_or(|list| !list.is_empty()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{AuditChain, AuditEvent};
    use super::*;
    use crate::filing::SubmissionId;
    use crate::session_id::SessionId;
    use crate::time::Timestamp;

    fn written(event: &AuditEvent, chart: Option<&str>) -> Value {
        let record = AuditChain::default().append(event, Timestamp::from_unix_millis(1_790_000_000_000));
        audit_event(&record, Around { clinic: "Lakeside Clinic", ehr: Some("ehr.example"), chart })
    }

    fn confirmed() -> AuditEvent {
        let submission = SubmissionId::parse("0123456789abcdef0123456789abcdef").expect("an id");
        AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(1)).by("f.ortiz").about(&submission).count(4)
    }

    #[test]
    fn a_confirmed_check_in_is_a_disclosure_at_the_recipient() {
        let event = written(&confirmed(), Some("Patient/7"));
        assert_eq!(event["meta"]["profile"][0], format!("{BALP}.PrivacyDisclosure.Recipient"));
        assert_eq!((&event["type"]["code"], &event["action"]), (&json!("110107"), &json!("C")));
        assert_eq!(event["subtype"][0]["code"], "disclose");
        let agents = event["agent"].as_array().expect("agents");
        assert_eq!(agents[1]["who"], event["source"]["observer"], "val-audit-source");
        assert!(agents[..2].iter().all(|agent| agent["network"]["address"].is_string()));
        assert_eq!(agents[3]["who"]["identifier"]["value"], "f.ortiz");
        assert_eq!(event["entity"][0]["what"]["reference"], "Patient/7");
        assert_eq!(event["entity"].as_array().map(Vec::len), Some(2));
    }

    #[test]
    fn a_pattern_that_needs_the_patient_is_not_claimed_without_one() {
        let event = written(&confirmed(), None);
        assert!(event["meta"].is_null(), "{event}");
        assert_eq!(event["entity"][0]["what"]["identifier"]["value"], "0123456789abcdef0123456789abcdef");
    }

    #[test]
    fn every_kind_makes_an_event_with_all_that_r4_requires_and_nothing_empty() {
        for kind in AuditKind::ALL {
            let event = written(&AuditEvent::between_visits(*kind), None);
            for required in ["type", "recorded", "agent", "source"] {
                assert!(!event[required].is_null(), "{} without {required}", kind.word());
            }
            assert!(
                event["agent"].as_array().is_some_and(|all| all.iter().all(|agent| agent["requestor"].is_boolean()))
            );
            let text = event.to_string();
            assert!(!text.contains("null") && !text.contains("[]"), "{text}");
        }
    }
}
