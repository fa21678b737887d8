//! The chart of somebody whom the EHR knows already, out of date in a few places, and a twin who is easily taken for them.

use ktc_testbed::{fhir_server::FhirServer, people::Person};
use serde_json::{Value, json};
use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

/// How many people the EHR knows before anybody walks up.
pub(super) const KNOWN: usize = 2;

/// Puts both charts into the EHR, with an appointment of today.
pub(super) fn prepare(ehr: &FhirServer, person: &Person) -> io::Result<()> {
    let patient = json!({"reference": "Patient/known-1"});
    let coded = |coded: &ktc_testbed::people::Coded| json!({"coding": [{"system": coded.system, "code": coded.code, "display": coded.display}]});
    let active = |kind: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{kind}-clinical"), "code": "active"}]});
    let (vaccine, day) = &person.immunization;
    let insurance = &person.insurance;
    let records = [
        ("Patient/known-1", chart(person, person.given, "+1-555-010-0007")),
        ("Patient/known-2", chart(person, &["Charlotte"], "+1-555-010-0007")),
        (
            "AllergyIntolerance/known-1",
            json!({"resourceType": "AllergyIntolerance", "clinicalStatus": active("allergyintolerance"),
                "code": coded(&person.allergy), "patient": patient}),
        ),
        (
            "MedicationRequest/known-1",
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "medicationCodeableConcept": coded(&person.medication), "subject": patient,
                "dosageInstruction": [{"text": "One puff in the morning"}]}),
        ),
        (
            "Condition/known-1",
            json!({"resourceType": "Condition", "clinicalStatus": active("condition"), "code": {"text": "Atopic eczema"},
                "subject": patient}),
        ),
        (
            "Immunization/known-1",
            json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": coded(vaccine),
                "patient": patient, "occurrenceDateTime": day}),
        ),
        (
            "Coverage/known-1",
            json!({"resourceType": "Coverage", "status": "active", "subscriberId": "GLF-0083-1007",
                "beneficiary": patient, "payor": [{"display": insurance.payer}]}),
        ),
        (
            "Appointment/known-1",
            json!({"resourceType": "Appointment", "status": "booked", "description": "Asthma check-up", "start": soon(),
                "participant": [{"actor": patient, "status": "accepted"},
                    {"actor": {"reference": "Practitioner/known-1", "display": "Dr. Amara Holm"}, "status": "accepted"}]}),
        ),
    ];
    let entries = records.into_iter().map(|(url, mut resource)| {
        resource["id"] = json!(url.rsplit('/').next());
        json!({"resource": resource, "request": {"method": "PUT", "url": url}})
    });
    let entries: Vec<Value> = entries.collect();
    let answer = ehr.post("", &json!({"resourceType": "Bundle", "type": "transaction", "entry": entries}))?;
    if answer.status == 200 {
        Ok(())
    } else {
        Err(io::Error::other(format!("the known charts: status {}", answer.status)))
    }
}

fn chart(person: &Person, given: &[&str], phone: &str) -> Value {
    let [_, city, state, postal_code] = person.address;
    json!({"resourceType": "Patient", "active": true, "gender": person.gender, "birthDate": person.birth_date,
        "identifier": [{"system": "https://clinic.example/mrn", "value": format!("{}-2207", given[0].len())}],
        "name": [{"use": "official", "family": person.family, "given": given}],
        "telecom": [{"system": "phone", "use": "home", "value": phone}],
        "address": [{"use": "home", "line": ["9 Cedar Close"], "city": city, "state": state, "postalCode": postal_code}]})
}

/// Noon of today in UTC: today in most of the world.
fn soon() -> String {
    let days = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T12:00:00Z")
}

/// Days since 1970 as a date of the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    let (mut year, mut rest) = (1970, days);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    while rest >= 365 + u64::from(is_leap(year)) {
        rest -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}
