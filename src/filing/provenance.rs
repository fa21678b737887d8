//! Provenance of what one source brought: who said it, who passed it on, who checked it, and what was proven.

use super::name::Name;
use super::rebuild::Rebuild;
use super::references::to_chart;
use super::security_labels;
use super::systems::{ASSURANCE, REVIEWED, SOURCE, STAFF};
use super::{Clinic, hex_of};
use crate::intake::{Source, SourceKind};
use crate::reconciliation::{ConfirmedIntake, Reviewed};
use crate::trust::Assurance;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// FHIR R4 codes of participants.
const PARTICIPANT: &str = "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
/// US Core's addition: `transmitter`.
const US_CORE_PARTICIPANT: &str = "http://hl7.org/fhir/us/core/CodeSystem/us-core-provenance-participant-type";
/// What was done.
const DATA_OPERATION: &str = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
/// What for.
const ACT_REASON: &str = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

/// The Provenance of these targets; of the chart when nothing was filed.
pub(super) fn provenance_of(
    rebuild: &Rebuild<'_>,
    confirmed: &ConfirmedIntake,
    clinic: &Clinic,
    (source, assurance): (&Source, &Assurance),
    targets: &[&str],
    name: &Name,
) -> Value {
    let target = |words: &&str| json!({"reference": words});
    let targets: Vec<Value> =
        if targets.is_empty() { vec![to_chart(rebuild.chart)] } else { targets.iter().map(target).collect() };
    let clinic_reference = json!({"reference": "#clinic"});
    json!({
        "resourceType": "Provenance",
        "meta": {"tag": tags(rebuild, name)},
        "contained": [
            {"resourceType": "Organization", "id": "clinic", "name": clinic.name},
            {"resourceType": "Device", "id": "kiosk",
                "deviceName": [{"name": "ktc-kiosk check-in kiosk", "type": "user-friendly-name"}]},
        ],
        "target": targets,
        "recorded": confirmed.confirmed_at.to_string(),
        "reason": [{"coding": [{"system": ACT_REASON, "code": "TREAT", "display": "treatment"}]}],
        "activity": {"coding": [{"system": DATA_OPERATION, "code": "CREATE", "display": "create"}]},
        "agent": [
            {"type": participant(PARTICIPANT, "author"), "who": author(rebuild.chart, assurance)},
            {"type": participant(US_CORE_PARTICIPANT, "transmitter"), "who": {"reference": "#kiosk"},
                "onBehalfOf": clinic_reference},
            verifier(confirmed),
        ],
        "entity": [{
            "extension": [{"url": ASSURANCE, "valueCode": assurance.code()}],
            "role": "source",
            "what": {
                "identifier": {"system": SOURCE, "value": hex_of(&source.digest)},
                "display": match source.kind {
                    SourceKind::Link => "SMART Health Link shown by the patient",
                    SourceKind::Card => "SMART Health Card shown by the patient",
                },
            },
        }],
    })
}

/// Who went through a section of the share beside the chart, and when: of the chart, and of what is filed. What of the chart says the
/// same is named and not referred to: it may be gone when this is filed.
pub(super) fn review_of(
    rebuild: &Rebuild<'_>,
    confirmed: &ConfirmedIntake,
    clinic: &Clinic,
    (reviewed, filed): (&Reviewed, &[&str]),
    name: &Name,
) -> Value {
    let filed = filed.iter().map(|words| json!({"reference": words}));
    let targets: Vec<Value> = std::iter::once(to_chart(rebuild.chart)).chain(filed).collect();
    let held: BTreeSet<&String> = reviewed.held.iter().collect();
    let held = held.into_iter().map(|place| json!({"role": "source", "what": {"display": place}}));
    let held: Vec<Value> = held.collect();
    let mut review = json!({
        "resourceType": "Provenance",
        "meta": {"tag": tags(rebuild, name)},
        "contained": [{"resourceType": "Organization", "id": "clinic", "name": clinic.name}],
        "target": targets,
        "recorded": confirmed.confirmed_at.to_string(),
        "reason": [{"coding": [{"system": ACT_REASON, "code": "TREAT", "display": "treatment"}]}],
        "activity": {"coding": [{"system": REVIEWED, "code": reviewed.section.text_id()}],
            "text": "What the patient shared was gone through beside the chart at check-in"},
        "agent": [verifier(confirmed)],
    });
    if !held.is_empty() {
        review["entity"] = Value::from(held);
    }
    review
}

fn tags(rebuild: &Rebuild<'_>, name: &Name) -> Value {
    json!([security_labels::check_in_tag(rebuild.submission), {"system": super::systems::ITEM, "code": name.value}])
}

fn verifier(confirmed: &ConfirmedIntake) -> Value {
    json!({"type": participant(PARTICIPANT, "verifier"), "onBehalfOf": {"reference": "#clinic"},
        "who": {"identifier": {"system": STAFF, "value": confirmed.staff.id}, "display": confirmed.staff.name}})
}

/// A proven signature names its issuer; everything else is the patient's own statement.
fn author(chart: &str, assurance: &Assurance) -> Value {
    match assurance {
        Assurance::SignedByListedIssuer { issuer, name, .. } => {
            json!({"identifier": {"system": "urn:ietf:rfc:3986", "value": issuer.as_str()}, "display": name})
        }
        Assurance::SignedByUnlistedIssuer { .. } | Assurance::SignedNotChecked { .. } | Assurance::PatientProvided => {
            to_chart(chart)
        }
    }
}

fn participant(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}
