//! What the pilot's staff confirmed must be in the EHR exactly once, and what they left out must not be there.

use super::chart::KNOWN;
use base64::prelude::{BASE64_STANDARD as STANDARD, Engine as _};
use ktc_testbed::{
    fhir_server::FhirServer,
    people::{Item, Person},
};
use serde_json::Value;
use std::io;

/// Reads the server and prints a table. `false` when anything differs.
pub(super) fn check(ehr: &FhirServer, person: &Person, left_out: &str) -> io::Result<bool> {
    println!("\nread back from {}", ehr.base_url());
    let patients = ehr.search_all("Patient", "")?;
    let same: Vec<&Value> = patients.iter().filter(|patient| is_person(patient, person)).collect();
    let mut right = line("Patient", &person.full_name(), same.len(), 1, "");
    right &= line("Patient", "(anybody else)", patients.len() - same.len(), KNOWN, "known before");
    let Some(patient) = same.first().map(|patient| reference_to(patient)) else {
        return Ok(false);
    };

    let mut filed = Vec::new();
    for item in person.items() {
        let kept_in_document = ["Observation", "Procedure"].contains(&item.resource_type.as_str());
        let kind = if kept_in_document { "DocumentReference" } else { &item.resource_type };
        let holds = |resource: &Value| {
            if kept_in_document { holds_kept(resource, &item) } else { is_item(resource, &item) }
        };
        let found: Vec<Value> = ehr
            .search_all(kind, "")?
            .into_iter()
            .filter(|resource| belongs_to(resource, &patient) && holds(resource))
            .collect();
        let (wanted, remark) = if item.display == left_out { (0, "left out by staff") } else { (1, "") };
        let labelled = found.iter().all(is_patient_asserted);
        right &= line(
            &item.resource_type,
            &item.display,
            found.len(),
            wanted,
            if labelled { remark } else { "without PATAST" },
        ) & labelled;
        filed.extend(found.iter().map(reference_to));
    }

    let provenances = ehr.search_all("Provenance", "")?;
    let uncovered = filed.iter().filter(|item| !provenances.iter().any(|provenance| targets(provenance, item))).count();
    // The pilot files for somebody else as well.
    let of_these = provenances.iter().filter(|provenance| filed.iter().any(|item| targets(provenance, item))).count();
    right &= line("Provenance", "(of this check-in)", of_these, 1, "");
    right &= line("Provenance", "(items it does not name)", uncovered, 0, "");
    Ok(right)
}

fn line(kind: &str, what: &str, found: usize, wanted: usize, remark: &str) -> bool {
    let right = found == wanted;
    let verdict = if right { "ok" } else { "WRONG" };
    println!("  {verdict:5} {kind:20} {what:36} {found} of {wanted}  {remark}");
    right
}

fn is_person(patient: &Value, person: &Person) -> bool {
    patient["birthDate"] == person.birth_date
        && patient["name"].as_array().into_iter().flatten().any(|name| name["family"] == person.family)
}

/// An item is recognised by its code, wherever the kiosk or the server keeps it.
fn is_item(resource: &Value, item: &Item) -> bool {
    match resource {
        Value::String(text) => *text == item.code,
        Value::Array(values) => values.iter().any(|value| is_item(value, item)),
        Value::Object(members) => members.values().any(|value| is_item(value, item)),
        _ => false,
    }
}

/// What has no place of its own in the chart is kept as received, in one document.
fn holds_kept(document: &Value, item: &Item) -> bool {
    let attachments = document["content"].as_array().into_iter().flatten().map(|content| &content["attachment"]);
    let fhir = attachments.filter(|attachment| attachment["contentType"] == "application/fhir+json");
    let decoded = fhir.filter_map(|attachment| STANDARD.decode(attachment["data"].as_str()?).ok());
    decoded.filter_map(|bytes| serde_json::from_slice::<Value>(&bytes).ok()).any(|kept| is_item(&kept, item))
}

fn belongs_to(resource: &Value, patient: &str) -> bool {
    ["subject", "patient", "beneficiary"].iter().any(|member| names(&resource[member], patient))
}

fn is_patient_asserted(resource: &Value) -> bool {
    resource["meta"]["security"].as_array().into_iter().flatten().any(|label| label["code"] == "PATAST")
}

fn targets(provenance: &Value, item: &str) -> bool {
    provenance["target"].as_array().into_iter().flatten().any(|target| names(target, item))
}

/// References may be absolute and may carry a version.
fn names(reference: &Value, wanted: &str) -> bool {
    let text = reference["reference"].as_str().unwrap_or_default();
    let unversioned = text.split("/_history/").next().unwrap_or_default();
    unversioned == wanted || unversioned.ends_with(&format!("/{wanted}"))
}

fn reference_to(resource: &Value) -> String {
    let part = |member: &str| resource[member].as_str().unwrap_or_default();
    format!("{}/{}", part("resourceType"), part("id"))
}
