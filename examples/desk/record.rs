//! A long record as Synthea writes them, of an invented person: 20,000 entries, about 40 MB, half of it bills.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ktc_kiosk::fhir::Resource;
use ktc_kiosk::limits::MAX_ENTRIES;
use serde_json::{Value, json};

/// Entries of the whole record.
pub const ENTRIES: usize = 20_000;
/// Of one hundred entries so many are of each kind; the rest are results and vital signs.
const OF_A_HUNDRED: [(Kind, usize); 9] = [
    (Kind::Encounter, 10),
    (Kind::Claim, 12),
    (Kind::Explanation, 11),
    (Kind::Procedure, 9),
    (Kind::Report, 7),
    (Kind::Note, 3),
    (Kind::Prescription, 4),
    (Kind::Condition, 3),
    (Kind::Shot, 1),
];

#[derive(Clone, Copy)]
enum Kind {
    Encounter,
    Claim,
    Explanation,
    Procedure,
    Report,
    Note,
    Prescription,
    Condition,
    Shot,
    Observation,
}

/// The entries of the record, each as text.
pub fn entries() -> Vec<String> {
    let mut entries = vec![entry("patient", patient("shared"))];
    entries.extend(["Penicillin V", "Peanut", "House dust mite"].iter().enumerate().map(|(number, name)| {
        entry(
            &format!("allergy-{number}"),
            json!({"resourceType": "AllergyIntolerance", "clinicalStatus": active("allergyintolerance-clinical"),
                "code": concept("http://snomed.info/sct", 91_936_000 + number, name), "patient": person(),
                "recordedDate": "1998-04-11T09:00:00-05:00"}),
        )
    }));
    entries.push(entry(
        "coverage",
        json!({"resourceType": "Coverage", "status": "active", "subscriberId": "HM-4471-0092", "beneficiary": person(),
            "payor": [{"display": "Harbor Mutual"}], "period": {"start": "2026-01-01"},
            "class": [{"type": {"coding": [{"code": "group"}]}, "value": "G-77120"}]}),
    ));
    let more = ENTRIES - entries.len();
    entries.extend((0..more).map(|number| entry(&format!("{number:06}"), resource(kind_of(number), number))));
    entries
}

/// The same person with as many results as a share may have, each as small as it can be.
pub fn small_results() -> Vec<String> {
    let result = |number: usize| {
        let value = json!({"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": "http://loinc.org",
            "code": format!("{}-1", number % 7_000)}], "text": format!("Result {}", number % 900)}, "subject": {"reference": "urn:uuid:patient"},
            "effectiveDateTime": day(number), "valueQuantity": {"value": number % 300, "unit": "mg/dL"}});
        entry(&format!("{number:06}"), value)
    };
    entries().into_iter().take(5).chain((0..MAX_ENTRIES - 5).map(result)).collect()
}

/// What an EHR holds of the same person: some hundred records, of which half are in the share as well.
pub fn chart() -> Vec<Resource> {
    let number = |place: usize, kind: Kind| {
        // Every other one is one of the share, the rest are of no entry there.
        let known = (0..).filter(|number| kind_of(*number) as u8 == kind as u8).nth(place * 3).unwrap_or(0);
        if place.is_multiple_of(2) { known } else { known + 7_000_000 }
    };
    let of = |kind: Kind, count: usize| (0..count).map(move |place| (kind, place));
    let kinds = of(Kind::Prescription, 120).chain(of(Kind::Condition, 120)).chain(of(Kind::Shot, 60));
    let records = kinds.enumerate().map(|(id, (kind, place))| {
        let mut json = resource(kind, number(place, kind));
        json["id"] = json!(format!("ehr-{id}"));
        Resource::from_json(json).expect("a resource")
    });
    records.collect()
}

/// The same person, as the EHR has them.
pub fn patient_of_the_chart() -> Resource {
    Resource::from_json(patient("chart")).expect("a patient")
}

fn kind_of(number: usize) -> Kind {
    // Kinds are mixed, as visits are: each hundred entries are of a few of them.
    let mut place = (number * 37) % 100;
    for (kind, count) in OF_A_HUNDRED {
        if place < count {
            return kind;
        }
        place -= count;
    }
    Kind::Observation
}

fn patient(id: &str) -> Value {
    json!({"resourceType": "Patient", "id": id, "birthDate": "1951-03-09", "gender": "female",
        "name": [{"use": "official", "family": "Lindqvist", "given": ["Amara", "Ines"]}],
        "identifier": [{"system": "http://hospital.example.org/mrn", "value": format!("MRN-{}", id.len())}],
        "telecom": [{"system": "phone", "value": "+1 555 010 4471", "use": "home"}],
        "address": [{"line": ["18 Heron Street"], "city": "Lakeside", "state": "WI", "postalCode": "53999"}]})
}

fn entry(id: &str, resource: Value) -> String {
    json!({"fullUrl": format!("urn:uuid:{id}"), "resource": resource}).to_string()
}

fn person() -> Value {
    json!({"reference": "urn:uuid:patient", "display": "Amara Ines Lindqvist"})
}

fn active(system: &str) -> Value {
    json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": "active"}]})
}

fn concept(system: &str, code: usize, name: &str) -> Value {
    json!({"coding": [{"system": system, "code": code.to_string(), "display": name}], "text": name})
}

fn day(number: usize) -> String {
    format!("{}-{:02}-{:02}", 1961 + (number / 365) % 65, 1 + (number / 28) % 12, 1 + number % 28)
}

fn meta(profile: &str) -> Value {
    json!({"profile": [format!("http://hl7.org/fhir/us/core/StructureDefinition/us-core-{profile}")]})
}

fn encounter_of(number: usize) -> Value {
    json!({"reference": format!("urn:uuid:{number:06}")})
}

const PRACTITIONER: &str = "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|9999937896";

fn resource(kind: Kind, number: usize) -> Value {
    let (when, provider) =
        (format!("{}T09:15:26-05:00", day(number)), json!({"reference": PRACTITIONER, "display": "Dr. Ilka Vance"}));
    match kind {
        Kind::Observation => observation(number, &when),
        Kind::Encounter => {
            json!({"resourceType": "Encounter", "id": format!("{number:06}"), "meta": meta("encounter"), "status": "finished",
            "identifier": [{"use": "official", "system": "https://github.com/synthetichealth/synthea", "value": format!("{number:032}")}],
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
            "type": [concept("http://snomed.info/sct", 162_673_000, "General examination of patient (procedure)")],
            "subject": person(), "period": {"start": when, "end": when}, "serviceProvider": {"display": "LAKESIDE FAMILY MEDICINE"},
            "participant": [{"type": [concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", 1, "primary performer")],
                "individual": provider, "period": {"start": when, "end": when}}],
            "reasonCode": [concept("http://snomed.info/sct", 59_621_000 + number % 90, "Essential hypertension (disorder)")]})
        }
        Kind::Claim => {
            json!({"resourceType": "Claim", "id": format!("{number:06}"), "status": "active", "use": "claim",
            "type": concept("http://terminology.hl7.org/CodeSystem/claim-type", 1, "institutional"), "patient": person(),
            "billablePeriod": {"start": when, "end": when}, "created": when, "provider": provider,
            "priority": {"coding": [{"code": "normal"}]}, "insurance": [{"sequence": 1, "focal": true, "coverage": {"display": "Harbor Mutual"}}],
            "item": (1..=5).map(|line| json!({"sequence": line, "encounter": [encounter_of(number)],
                "productOrService": concept("http://snomed.info/sct", 162_673_000 + line, "General examination of patient (procedure)"),
                "net": {"value": 129.16 + line as f64, "currency": "USD"}})).collect::<Vec<_>>(),
            "total": {"value": 704.2, "currency": "USD"}})
        }
        Kind::Explanation => explanation(number, &when),
        Kind::Procedure => {
            json!({"resourceType": "Procedure", "id": format!("{number:06}"), "meta": meta("procedure"), "status": "completed",
            "code": concept("http://snomed.info/sct", 430_193_000 + number % 400, &format!("Medication reconciliation {} (procedure)", number % 400)),
            "subject": person(), "encounter": encounter_of(number), "performedPeriod": {"start": when, "end": when},
            "location": {"display": "LAKESIDE FAMILY MEDICINE"},
            "reasonReference": [{"reference": format!("urn:uuid:{number:06}"), "display": "Essential hypertension (disorder)"}]})
        }
        Kind::Report => {
            json!({"resourceType": "DiagnosticReport", "id": format!("{number:06}"), "meta": meta("diagnosticreport-note"), "status": "final",
            "category": [concept("http://loinc.org", 34_117, "History and physical note")], "code": concept("http://loinc.org", 34_117, "History and physical note"),
            "subject": person(), "encounter": encounter_of(number), "effectiveDateTime": when, "issued": when, "performer": [provider],
            "presentedForm": [{"contentType": "text/plain; charset=utf-8", "data": BASE64_STANDARD.encode(note(number))}]})
        }
        Kind::Note => {
            json!({"resourceType": "DocumentReference", "id": format!("{number:06}"), "meta": meta("documentreference"), "status": "superseded",
            "type": concept("http://loinc.org", 34_117, "History and physical note"), "subject": person(), "date": when, "author": [provider],
            "custodian": {"display": "LAKESIDE FAMILY MEDICINE"},
            "content": [{"attachment": {"contentType": "text/plain; charset=utf-8", "data": BASE64_STANDARD.encode(note(number))}}]})
        }
        Kind::Prescription => {
            json!({"resourceType": "MedicationRequest", "id": format!("{number:06}"), "meta": meta("medicationrequest"),
            "status": "stopped", "intent": "order",
            "medicationCodeableConcept": concept("http://www.nlm.nih.gov/research/umls/rxnorm", 310_000 + number % 5_000,
                &format!("{} {} MG Oral Tablet", drug(number), 5 * (1 + number % 9))),
            "subject": person(), "encounter": encounter_of(number), "authoredOn": when, "requester": provider,
            "dosageInstruction": [{"sequence": 1, "text": "Take as needed.", "asNeededBoolean": true,
                "timing": {"repeat": {"frequency": 1 + number % 3, "period": 1.0, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 1.0}}]}]})
        }
        Kind::Condition => {
            json!({"resourceType": "Condition", "id": format!("{number:06}"), "meta": meta("condition-encounter-diagnosis"),
            "clinicalStatus": active("condition-clinical"), "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "encounter-diagnosis"}]}],
            "code": concept("http://snomed.info/sct", 59_621_000 + number, &format!("{} disorder of {} (disorder)", drug(number + 3), drug(number))),
            "subject": person(), "encounter": encounter_of(number), "onsetDateTime": when, "recordedDate": when})
        }
        Kind::Shot => {
            json!({"resourceType": "Immunization", "id": format!("{number:06}"), "meta": meta("immunization"), "status": "completed",
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": (100 + number % 60).to_string()}],
                "text": format!("Influenza, seasonal, kind {}", number % 60)},
            "patient": person(), "encounter": encounter_of(number), "occurrenceDateTime": when, "primarySource": true,
            "location": {"display": "LAKESIDE FAMILY MEDICINE"}})
        }
    }
}

fn observation(number: usize, when: &str) -> Value {
    let vital = number.is_multiple_of(3);
    let (category, name) =
        if vital { ("vital-signs", "Body weight") } else { ("laboratory", "Glucose [Mass/volume] in Blood") };
    json!({"resourceType": "Observation", "id": format!("{number:06}"), "meta": meta("observation"), "status": "final",
        "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": category, "display": category}]}],
        "code": concept("http://loinc.org", 2_339 + number % 700, &format!("{name} {}", number % 700)),
        "subject": person(), "encounter": encounter_of(number), "effectiveDateTime": when, "issued": when,
        "valueQuantity": {"value": 60.5 + (number % 80) as f64, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
        "referenceRange": [{"low": {"value": 70, "unit": "mg/dL"}, "high": {"value": 100, "unit": "mg/dL"}}]})
}

fn explanation(number: usize, when: &str) -> Value {
    let amount = |name: &str, value: f64| {
        json!({"category": {"coding": [{"system": "https://bluebutton.cms.gov/resources/codesystem/adjudication",
            "code": format!("https://bluebutton.cms.gov/resources/variables/{name}"), "display": name.replace('_', " ")}]},
            "amount": {"value": value, "currency": "USD"}})
    };
    let line = |line: usize| {
        json!({"sequence": line, "category": {"coding": [{"system": "https://bluebutton.cms.gov/resources/variables/line_cms_type_srvc_cd", "code": "1",
            "display": "Medical care"}]},
            "productOrService": concept("http://snomed.info/sct", 162_673_000 + line, "General examination of patient (procedure)"),
            "servicedPeriod": {"start": when, "end": when}, "encounter": [encounter_of(number)], "net": {"value": 129.16, "currency": "USD"},
            "adjudication": [amount("line_coinsrnc_amt", 25.8), amount("line_prvdr_pmt_amt", 103.3), amount("line_sbmtd_chrg_amt", 129.16),
                amount("line_alowd_chrg_amt", 129.16), amount("line_bene_ptb_ddctbl_amt", 0.0)]})
    };
    json!({"resourceType": "ExplanationOfBenefit", "id": format!("{number:06}"), "status": "active", "use": "claim", "outcome": "complete",
        "type": concept("http://terminology.hl7.org/CodeSystem/claim-type", 1, "professional"), "patient": person(),
        "billablePeriod": {"start": when, "end": when}, "created": when, "insurer": {"display": "Harbor Mutual"}, "provider": {"reference": PRACTITIONER},
        "insurance": [{"focal": true, "coverage": {"display": "Harbor Mutual"}}], "claim": encounter_of(number),
        "item": (1..=4).map(line).collect::<Vec<_>>(), "total": [{"category": {"coding": [{"code": "submitted"}]}, "amount": {"value": 704.2, "currency": "USD"}}],
        "payment": {"amount": {"value": 309.9, "currency": "USD"}}})
}

fn drug(number: usize) -> String {
    const HEADS: [&str; 8] = ["lora", "ami", "sim", "met", "hydro", "oxa", "pre", "cal"];
    const TAILS: [&str; 7] = ["tadine", "pril", "statin", "formin", "zolam", "dipine", "fenac"];
    format!("{}{}", HEADS[number % HEADS.len()], TAILS[(number / HEADS.len()) % TAILS.len()])
}

fn note(number: usize) -> String {
    let mut text = format!(
        "{}\n\n# Chief Complaint\nNo complaints.\n\n# History of Present Illness\nAmara is a patient with ",
        day(number)
    );
    for step in 0..22 {
        text.push_str(&format!("{} {} MG since {}, ", drug(number + step * 5), step * 5, day(number + step * 91)));
    }
    text.push_str("\n\n# Assessment and Plan\nThe following procedures were conducted: medication reconciliation.\n");
    text
}
