//! What is filed of a record that says "refuted", "over", "planned", "in error": under each profile the same, less, or nothing, never
//! something more certain or more current. The table is written to `target/filed-status.md`.

use crate::support::course::{confirmed, planned, site};
use ktc_kiosk::fhir::Bundle;
use ktc_kiosk::filing::{FilingPlan, Loss, NoteKind, Step, Strategy, losses};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::time::Day;
use serde_json::{Value, json};
use std::fmt::Write as _;

const PROFILES: [&str; 9] =
    ["generic-r4", "us-core", "medplum", "oracle-health", "epic", "openemr", "openmrs", "athenahealth", "folder"];
const DAY: Day = Day::constant(2026, 11, 30);
/// Elements that say how certain or how current a record is.
const ELEMENTS: [&str; 9] = [
    "clinicalStatus",
    "verificationStatus",
    "status",
    "intent",
    "doNotPerform",
    "isSubpotent",
    "docStatus",
    "actuality",
    "abatementString",
];

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filed {
    AsShared,
    LessCertain,
    InDocument,
    InFolder,
}

impl Filed {
    fn word(self) -> &'static str {
        match self {
            Filed::AsShared => "as shared",
            Filed::LessCertain => "less certain",
            Filed::InDocument => "document",
            Filed::InFolder => "folder",
        }
    }
}

fn coded(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]})
}

/// Each case: its name, the record.
fn cases() -> Vec<(String, Value)> {
    let mut cases = Vec::new();
    let mut add = |what: String, mut record: Value, more: Value| {
        record.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        cases.push((what, record));
    };
    let patient = json!({"reference": "urn:uuid:p"});
    let statuses = |allergy: bool| {
        let (clinical, verified) = if allergy {
            ("allergyintolerance-clinical", "allergyintolerance-verification")
        } else {
            ("condition-clinical", "condition-ver-status")
        };
        let mut told = vec![("silent".to_owned(), json!({}))];
        for code in ["active", "inactive", "resolved", "remission", "recurrence"] {
            told.push((code.to_owned(), json!({"clinicalStatus": coded(clinical, code)})));
        }
        for code in ["unconfirmed", "confirmed", "refuted", "entered-in-error", "provisional", "differential"] {
            told.push((code.to_owned(), json!({"verificationStatus": coded(verified, code)})));
        }
        told.push(("\"refuted\" in words".to_owned(), json!({"verificationStatus": {"text": "refuted"}})));
        told
    };
    for (what, more) in statuses(true) {
        let nuts = json!({"resourceType": "AllergyIntolerance", "code": {"text": "nuts"}, "patient": patient});
        add(format!("AllergyIntolerance {what}"), nuts, more);
    }
    for (what, more) in statuses(false) {
        let lupus = json!({"resourceType": "Condition", "code": {"text": "Lupus"}, "subject": patient});
        add(format!("Condition {what}"), lupus, more);
    }
    let lupus = json!({"resourceType": "Condition", "code": {"text": "Lupus"}, "subject": patient});
    add("Condition that is over".to_owned(), lupus, json!({"abatementString": "years ago"}));
    for (kind, more, told) in [
        (
            "MedicationRequest",
            json!({"status": "active", "intent": "order"}),
            vec![
                json!({"intent": "proposal"}),
                json!({"intent": "plan"}),
                json!({"intent": "option"}),
                json!({"status": "draft"}),
                json!({"status": "cancelled"}),
                json!({"status": "entered-in-error"}),
                json!({"doNotPerform": true}),
            ],
        ),
        (
            "MedicationStatement",
            json!({"status": "active"}),
            vec![
                json!({"status": "not-taken"}),
                json!({"status": "intended"}),
                json!({"status": "stopped"}),
                json!({"status": "entered-in-error"}),
            ],
        ),
        (
            "Immunization",
            json!({"status": "completed", "occurrenceDateTime": "2021-02-03T08:00:00Z"}),
            vec![json!({"status": "not-done"}), json!({"status": "entered-in-error"}), json!({"isSubpotent": true})],
        ),
        (
            "Observation",
            json!({"status": "final", "category": [coded("observation-category", "vital-signs")]}),
            vec![
                json!({"status": "preliminary"}),
                json!({"status": "cancelled"}),
                json!({"status": "entered-in-error"}),
            ],
        ),
        (
            "Coverage",
            json!({"status": "active", "payor": [{"display": "Granite"}]}),
            vec![json!({"status": "cancelled"}), json!({"status": "draft"}), json!({"status": "entered-in-error"})],
        ),
        (
            "DocumentReference",
            json!({"status": "current", "description": "Letter",
            "content": [{"attachment": {"contentType": "text/plain", "data": "QQ=="}}]}),
            vec![
                json!({"status": "superseded"}),
                json!({"status": "entered-in-error"}),
                json!({"docStatus": "preliminary"}),
            ],
        ),
        ("AdverseEvent", json!({"event": {"text": "fall"}}), vec![json!({"actuality": "potential"})]),
    ] {
        for status in told {
            let mut record = json!({"resourceType": kind, "subject": patient, "patient": patient, "beneficiary": patient,
                "medicationCodeableConcept": {"text": "M"}, "vaccineCode": {"text": "V"}, "code": {"text": "C"}});
            record.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
            let told = status.as_object().expect("members").iter();
            let told: Vec<String> =
                told.map(|(name, value)| format!("{name} {}", value.to_string().replace('"', ""))).collect();
            add(format!("{kind} {}", told.join(" ")), record, status);
        }
    }
    cases
}

/// All records that a plan creates.
fn created(plan: &FilingPlan) -> Vec<Value> {
    let of_step = |step: &Step| match step {
        Step::Transaction(of) => {
            let entries = of.bundle.reveal()["entry"].as_array().expect("entries").clone();
            entries.into_iter().map(|entry| entry["resource"].clone()).collect()
        }
        Step::Create(of) => vec![of.resource.reveal().clone()],
        Step::Amend(_) | Step::Keep(_) => Vec::new(),
    };
    plan.steps.iter().flat_map(of_step).collect()
}

/// Whether a filed element claims no more than the shared one; `None` where it claims more.
fn claims(shared: &Value, filed: &Value) -> Option<Filed> {
    let code = |value: &Value| value["coding"][0]["code"].as_str().map(str::to_owned);
    match (code(shared).as_deref(), code(filed).as_deref()) {
        _ if shared == filed => Some(Filed::AsShared),
        (Some("confirmed"), Some("unconfirmed" | "provisional")) => Some(Filed::LessCertain),
        // What an EHR demands where nothing was said.
        (None, Some("active" | "unconfirmed" | "provisional")) if shared.is_null() => Some(Filed::AsShared),
        _ => None,
    }
}

fn share_of(record: &Value) -> Value {
    let person = json!({"resourceType": "Patient", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
    json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": person}, {"fullUrl": "urn:uuid:r", "resource": record}]})
}

fn became(record: &Value, profile: &str) -> Filed {
    let bundle = share_of(record);
    let mut form = confirmed(&bundle, 1, |_| true);
    form.patient = PatientChoice::Existing("chart-7".into());
    form.items.retain(|item| item.resource.kind() == record["resourceType"]);
    let item = form.items.first().expect("a record that can be ticked").id;
    let plan = planned(&form, 1, &site(profile));
    // A letter and a document of ours have the same type: its own description tells it.
    let is_it = |it: &Value| {
        it["resourceType"] == record["resourceType"]
            && (record["description"].is_null() || it["description"] == record["description"])
    };
    let records = created(&plan);
    if let Some(filed) = records.iter().find(|it| is_it(it)) {
        let told = ELEMENTS.iter().map(|element| {
            claims(&record[*element], &filed[*element])
                .unwrap_or_else(|| panic!("{profile}: {element} of {record} became {}", filed[*element]))
        });
        return if told.into_iter().any(|it| it == Filed::LessCertain) { Filed::LessCertain } else { Filed::AsShared };
    }
    let is_kept = plan.steps.iter().any(|step| matches!(step, Step::Keep(keep) if keep.items.contains(&item)));
    let is_noted = plan.notes.iter().any(|note| note.item == Some(item) && note.kind == NoteKind::InDocument);
    assert!(is_kept || is_noted, "{profile}: {record} is nowhere");
    if is_noted { Filed::InDocument } else { Filed::InFolder }
}

#[test]
fn nothing_becomes_more_certain_or_more_current_than_it_was_shared() {
    let mut page = format!("| shared | {} |\n| --- |{}\n", PROFILES.join(" | "), " --- |".repeat(PROFILES.len()));
    let mut counts = [0_usize; 4];
    for (what, record) in cases() {
        let cells = PROFILES.map(|profile| became(&record, profile));
        for cell in cells {
            counts[cell as usize] += 1;
        }
        let _ = writeln!(page, "| {what} | {} |", cells.map(Filed::word).join(" | "));
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/target/filed-status.md"), &page).expect("written");
    println!("{page}");
    assert!(counts.iter().all(|count| *count > 0), "each of the four happens: {counts:?}");
}

#[test]
fn staff_read_before_they_confirm_what_the_ehr_will_not_have_as_a_record() {
    let mut counts = [0_usize; 4];
    for (what, record) in cases() {
        let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
        let bundle = Bundle::read(share_of(&record).to_string().as_bytes()).expect("a bundle");
        let form = Intake::from_documents(vec![SharedDocument::unproven(bundle, source)], DAY).expect("a form");
        let item = form.items.iter().find(|item| item.resource.kind() == record["resourceType"]).expect("an item");
        for profile in PROFILES {
            let site = site(profile);
            let told = losses(&site, &form).get(&item.id).copied();
            match (told, became(&record, profile)) {
                // Nor is a record of this type made anywhere.
                (None, _) if record["resourceType"] == "AdverseEvent" => continue,
                // Where no records are filed at all, it is not said of each.
                (None, _) if !matches!(site.profile.strategy, Strategy::Transaction | Strategy::Creates) => continue,
                (None, Filed::AsShared) => counts[0] += 1,
                (Some(Loss::PartlyInDocument | Loss::ByHand), Filed::LessCertain) => counts[1] += 1,
                (Some(Loss::OnlyInDocument), Filed::InDocument) => counts[2] += 1,
                (Some(Loss::ByHand), Filed::InFolder) => counts[3] += 1,
                // The words of a document are no document.
                (Some(Loss::ByHand), Filed::InDocument) if record["resourceType"] == "DocumentReference" => {}
                (told, became) => panic!("{profile}: {what}: told {told:?}, became {became:?}"),
            }
        }
    }
    assert!(counts.iter().all(|count| *count > 0), "each of the four happens: {counts:?}");
}

#[test]
fn a_record_that_claims_more_is_found() {
    let status = |code: &str| coded("allergyintolerance-verification", code);
    for (shared, filed) in [
        (status("refuted"), status("unconfirmed")),
        (status("entered-in-error"), status("confirmed")),
        (status("unconfirmed"), status("confirmed")),
        (coded("allergyintolerance-clinical", "resolved"), coded("allergyintolerance-clinical", "active")),
        (json!("proposal"), json!("order")),
        (json!(true), Value::Null),
    ] {
        assert_eq!(claims(&shared, &filed), None, "{shared} {filed}");
    }
}
