//! A person as FHIR: the bundle a phone shares (KTC PatientSharedBundle) and the small one a health card carries.

use super::{Coded, Insurance, Measured, Person};
use crate::{pdf, share::sha256};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// `Coding` of the document category that KTC requires.
pub const PATIENT_SHARED: (&str, &str) = ("https://cms.gov/fhir/CodeSystem/patient-shared-category", "patient-shared");
/// LOINC type of the PDF that an app rendered from the structured data.
pub const PATIENT_SUMMARY_PDF: &str = "60591-5";
/// LOINC type of the PDF in the patient's own words.
pub const PATIENT_STORY_PDF: &str = "51855-5";

const TIMESTAMP: &str = "2026-10-30T09:15:00-05:00";
const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
const COVERAGE_CLASS: &str = "http://terminology.hl7.org/CodeSystem/coverage-class";

/// One content entry of a shared bundle, by what a reviewer would call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// FHIR resource type.
    pub resource_type: String,
    /// The words of its code.
    pub display: String,
    /// The code that finds it again.
    pub code: String,
}

impl Person {
    /// The bundle this person's phone shares: type collection, one patient, one item of each kind, both PDFs.
    #[must_use]
    pub fn shared_bundle(&self) -> Value {
        let patient = self.full_url("patient");
        let payer = self.full_url("payer");
        let entry = |name: &str, resource: Value| json!({"fullUrl": self.full_url(name), "resource": resource});
        json!({
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": TIMESTAMP,
            "entry": [
                entry("patient", self.patient()),
                entry("condition", self.condition(&patient)),
                entry("medication", self.medication_request(&patient)),
                entry("allergy", self.allergy_intolerance(&patient)),
                entry("immunization", self.immunization(&patient)),
                entry("payer", json!({"resourceType": "Organization", "active": true, "name": self.insurance.payer})),
                entry("coverage", self.insurance.coverage(&patient, &payer)),
                entry("observation", self.observation(&patient)),
                entry("procedure", self.procedure(&patient)),
                entry("summary", self.document(&patient, PATIENT_SUMMARY_PDF, "Patient summary Document", &self.summary())),
                entry("story", self.document(&patient, PATIENT_STORY_PDF, "Patient Note", &self.story_page())),
            ],
        })
    }

    /// A vaccination card's bundle: minified as health cards want it, so that it fits one QR code.
    #[must_use]
    pub fn card_bundle(&self) -> Value {
        let (vaccine, day) = &self.immunization;
        json!({
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"fullUrl": "resource:0", "resource": {
                    "resourceType": "Patient",
                    "name": [{"family": self.family, "given": self.given}],
                    "birthDate": self.birth_date,
                }},
                {"fullUrl": "resource:1", "resource": {
                    "resourceType": "Immunization",
                    "status": "completed",
                    "vaccineCode": {"coding": [{"system": vaccine.system, "code": vaccine.code}]},
                    "patient": {"reference": "resource:0"},
                    "occurrenceDateTime": day,
                    "performer": [{"actor": {"display": "Lakeside Public Health"}}],
                    "lotNumber": "LOT-0150",
                }},
            ],
        })
    }

    /// Everything in the shared bundle that a reviewer may tick: all but the patient and the payer.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let item = |resource_type: &str, display: &str, code: &str| Item {
            resource_type: resource_type.to_owned(),
            display: display.to_owned(),
            code: code.to_owned(),
        };
        let coded = |resource_type: &str, coded: &Coded| item(resource_type, coded.display, coded.code);
        vec![
            coded("Condition", &self.condition),
            coded("MedicationRequest", &self.medication),
            coded("AllergyIntolerance", &self.allergy),
            coded("Immunization", &self.immunization.0),
            item("Coverage", self.insurance.payer, self.insurance.subscriber_id),
            coded("Observation", &self.observation.0),
            coded("Procedure", &self.procedure.0),
            item("DocumentReference", "Patient summary Document", PATIENT_SUMMARY_PDF),
            item("DocumentReference", "Patient Note", PATIENT_STORY_PDF),
        ]
    }

    /// The same `urn:uuid` at each run, so that a second share of the same data is the same data.
    fn full_url(&self, name: &str) -> String {
        let digest = sha256(format!("ktc-testbed/{}/{name}", self.key).as_bytes());
        let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("urn:uuid:{}-{}-4{}-a{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    fn patient(&self) -> Value {
        let [line, city, state, postal_code] = self.address;
        let mut patient = json!({
            "resourceType": "Patient",
            "name": [{"use": "official", "family": self.family, "given": self.given}],
            "gender": self.gender,
            "birthDate": self.birth_date,
            "telecom": [
                {"system": "phone", "value": self.phone, "use": "mobile"},
                {"system": "email", "value": format!("{}@example.org", self.key)},
            ],
            "address": [{"use": "home", "line": [line], "city": city, "state": state, "postalCode": postal_code, "country": "US"}],
            "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": self.language}]}, "preferred": true}],
        });
        if let Some(guardian) = self.guardian {
            patient["contact"] = json!([{
                "relationship": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}],
                "name": {"text": guardian},
                "telecom": [{"system": "phone", "value": self.phone}],
            }]);
        }
        patient
    }

    fn condition(&self, patient: &str) -> Value {
        json!({
            "resourceType": "Condition",
            "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
            "category": [concept("http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item")],
            "code": self.condition.concept(),
            "subject": {"reference": patient},
        })
    }

    fn medication_request(&self, patient: &str) -> Value {
        json!({
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": self.medication.concept(),
            "subject": {"reference": patient},
            "authoredOn": "2026-08-17",
            "dosageInstruction": [{"text": self.dosage, "doseAndRate": [{"doseQuantity": self.dose.quantity()}]}],
        })
    }

    fn allergy_intolerance(&self, patient: &str) -> Value {
        json!({
            "resourceType": "AllergyIntolerance",
            "clinicalStatus": concept("http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"),
            "code": self.allergy.concept(),
            "patient": {"reference": patient},
        })
    }

    fn immunization(&self, patient: &str) -> Value {
        let (vaccine, day) = &self.immunization;
        json!({
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": vaccine.concept(),
            "patient": {"reference": patient},
            "occurrenceDateTime": day,
        })
    }

    fn observation(&self, patient: &str) -> Value {
        let (code, value) = &self.observation;
        json!({
            "resourceType": "Observation",
            "status": "final",
            "category": [concept("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")],
            "code": code.concept(),
            "subject": {"reference": patient},
            "effectiveDateTime": "2026-10-12T08:40:00-05:00",
            "valueQuantity": value.quantity(),
        })
    }

    fn procedure(&self, patient: &str) -> Value {
        let (code, day) = &self.procedure;
        json!({
            "resourceType": "Procedure",
            "status": "completed",
            "code": code.concept(),
            "subject": {"reference": patient},
            "performedDateTime": day,
        })
    }

    fn document(&self, patient: &str, loinc: &str, display: &str, pdf: &[u8]) -> Value {
        json!({
            "resourceType": "DocumentReference",
            "meta": {"security": [{"system": OBSERVATION_VALUE, "code": "PATAST", "display": "patient asserted"}]},
            "status": "current",
            "type": {"coding": [{"system": "http://loinc.org", "code": loinc, "display": display}]},
            "category": [concept(PATIENT_SHARED.0, PATIENT_SHARED.1)],
            "subject": {"reference": patient},
            "author": [{"reference": patient}],
            "date": TIMESTAMP,
            "content": [{"attachment": {"contentType": "application/pdf", "data": STANDARD.encode(pdf), "title": display}}],
        })
    }

    fn summary(&self) -> Vec<u8> {
        let lines = [
            format!("Born {}, telephone {}", self.birth_date, self.phone),
            format!("Problem: {}", self.condition.display),
            format!("Medicine: {} - {}", self.medication.display, self.dosage),
            format!("Allergy: {}", self.allergy.display),
            format!("Vaccine: {} on {}", self.immunization.0.display, self.immunization.1),
            format!("Insurance: {}, {}", self.insurance.payer, self.insurance.plan),
        ];
        pdf::one_page(&format!("Health summary of {}", self.full_name()), &lines)
    }

    fn story_page(&self) -> Vec<u8> {
        let lines: Vec<String> = self.story.iter().map(|line| (*line).to_owned()).collect();
        pdf::one_page(&format!("In my own words: {}", self.full_name()), &lines)
    }
}

impl Insurance {
    fn coverage(&self, patient: &str, payer: &str) -> Value {
        let class = |kind: &str, value: &str| json!({"type": concept(COVERAGE_CLASS, kind), "value": value});
        let mut coverage = json!({
            "resourceType": "Coverage",
            "status": "active",
            "type": {"text": self.plan},
            "subscriberId": self.subscriber_id,
            "beneficiary": {"reference": patient},
            "relationship": concept("http://terminology.hl7.org/CodeSystem/subscriber-relationship", self.relationship),
            "period": {"start": "2026-01-01", "end": "2026-12-31"},
            "payor": [{"reference": payer, "display": self.payer}],
            "class": [
                class("group", self.group),
                class("plan", self.plan),
                class("rxbin", self.rxbin),
                class("rxpcn", self.rxpcn),
            ],
        });
        if let Some(copay) = self.copay {
            coverage["costToBeneficiary"] = json!([{
                "type": concept("http://terminology.hl7.org/CodeSystem/coverage-copay-type", "gpvisit"),
                "valueMoney": {"value": decimal(copay), "currency": "USD"},
            }]);
        }
        coverage
    }
}

impl Coded {
    fn concept(&self) -> Value {
        json!({"coding": [{"system": self.system, "code": self.code, "display": self.display}], "text": self.display})
    }
}

impl Measured {
    fn quantity(&self) -> Value {
        json!({"value": decimal(self.value), "unit": self.unit, "system": "http://unitsofmeasure.org", "code": self.unit})
    }
}

fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// A JSON number that keeps every digit of its text.
fn decimal(text: &str) -> Value {
    Value::Number(text.parse().expect("a decimal in the cast"))
}
