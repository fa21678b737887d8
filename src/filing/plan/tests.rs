//! One test per rule of what may and may not reach the EHR.

use super::*;
use crate::fhir::{Bundle, RecordType, Resource, systems as fhir_systems};
use crate::filing::{Capabilities, Create, Profile, RepeatSafety};
use crate::intake::{Intake, SharedDocument, SourceKind};
use crate::reconciliation::{ChartPatient, Staff};
use crate::sensitive::Sensitive;
use crate::session_id::SessionId;
use crate::time::{Day, Timestamp};
use crate::trust::{Assurance, Checked, IssuerUrl};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

const DAY: Day = Day::constant(2026, 11, 30);
const SCRIPT: &str = "<div xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></div>";

fn source(byte: u8) -> Source {
    Source { kind: SourceKind::Link, host: "share.example".into(), digest: [byte; 32] }
}

fn listed() -> Assurance {
    Assurance::SignedByListedIssuer {
        issuer: IssuerUrl::parse("https://issuer.example").expect("an issuer"),
        name: "County Health".into(),
        list_date: Timestamp::from_unix_millis(0),
        checked: Checked::LiveKeys,
    }
}

/// A share with a Patient (`urn:uuid:p`) and these resources (`urn:uuid:0`, `urn:uuid:1`, ...).
fn document(byte: u8, assurance: Assurance, resources: &[&str]) -> SharedDocument {
    let patient = format!(
        r#"{{"fullUrl":"urn:uuid:p","resource":{{"resourceType":"Patient","id":"p9","birthDate":"1980-02-03",
           "text":{{"status":"generated","div":"{SCRIPT}"}},"name":[{{"family":"Delgado","given":["Ana"],"text":"Ana D."}}],
           "link":[{{"type":"seealso","other":{{"reference":"Patient/1"}}}}],
           "generalPractitioner":[{{"reference":"Practitioner/1"}}]}}}}"#
    );
    let rest = resources.iter().enumerate();
    let rest = rest.map(|(n, json)| format!(r#"{{"fullUrl":"urn:uuid:{n}","resource":{}}}"#, whole(json)));
    let entries: Vec<String> = std::iter::once(patient).chain(rest).collect();
    let bundle = format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","));
    SharedDocument::pretended(Bundle::read(bundle.as_bytes()).expect("a bundle"), assurance, source(byte))
}

/// The resource with everything that R4 requires of its type, where a test leaves it out.
fn whole(json: &str) -> Value {
    let mut resource: Value = serde_json::from_str(json).expect("json");
    let document = || json!([{"attachment": {"contentType": "text/plain", "data": "QQ=="}}]);
    let (drug, vaccine) = (json!({"text": "M"}), json!({"text": "V"}));
    let more = match resource["resourceType"].as_str().expect("a type") {
        "Coverage" => vec![("status", json!("active")), ("payor", json!([{"display": "P"}]))],
        "MedicationRequest" | "MedicationStatement" if resource["medicationReference"].is_null() => {
            vec![("status", json!("active")), ("intent", json!("order")), ("medicationCodeableConcept", drug)]
        }
        "MedicationRequest" | "MedicationStatement" => vec![("status", json!("active")), ("intent", json!("order"))],
        "Immunization" => {
            vec![("status", json!("completed")), ("vaccineCode", vaccine), ("occurrenceString", json!("once"))]
        }
        "DocumentReference" => vec![("status", json!("current")), ("content", document())],
        _ => Vec::new(),
    };
    for (name, value) in more {
        resource.as_object_mut().expect("members").entry(name).or_insert(value);
    }
    resource
}

/// Confirms the items whose section is in `sections`.
fn confirmed(patient: PatientChoice, documents: Vec<SharedDocument>, sections: &[Section]) -> ConfirmedIntake {
    let intake = Intake::from_documents(documents, DAY).expect("a form");
    let (items, left): (Vec<_>, Vec<_>) = intake.items.into_iter().partition(|item| sections.contains(&item.section));
    ConfirmedIntake {
        changes: Vec::new(),
        in_chart: Vec::new(),
        patient,
        turned_down: Vec::new(),
        chart: None,
        day: DAY,
        items,
        left: left.len(),
        sources: intake.sources,
        people: intake.people,
        decisions: Vec::new(),
        reviewed: Vec::new(),
        staff: Staff { id: "f.ortiz".into(), name: "Fay Ortiz".into() },
        confirmed_at: Timestamp::from_unix_millis(1_790_000_000_000),
    }
}

fn existing() -> PatientChoice {
    PatientChoice::Existing("chart-7".into())
}

fn plan_of(confirmed: &ConfirmedIntake) -> FilingPlan {
    let submission = SubmissionId::derive(SessionId(1), confirmed);
    plan_at("generic-r4", confirmed, &submission).expect("a plan")
}

fn site(name: &str) -> Site {
    let profile = Profile::named(name).expect("a profile");
    let capabilities = profile.ask_first.then(|| all_offered(&profile));
    Site { profile, capabilities }
}

/// What a server says that offers all that the profile can use.
fn all_offered(profile: &Profile) -> Capabilities {
    let offered = |kind: RecordType| {
        let interactions = json!([{"code": "create"}, {"code": "update"}]);
        json!({"type": kind, "interaction": interactions, "conditionalCreate": true})
    };
    let kinds = profile.types.keys().copied().chain([RecordType::Appointment]);
    let rest = json!([{"interaction": [{"code": "transaction"}], "resource": kinds.map(offered).collect::<Vec<_>>()}]);
    Capabilities::from_statement(&json!({"resourceType": "CapabilityStatement", "rest": rest})).expect("a statement")
}

fn plan_at(name: &str, form: &ConfirmedIntake, submission: &SubmissionId) -> Result<FilingPlan, FilingDefect> {
    plan(form, submission, &Clinic { name: "Lakeside Clinic".into() }, &site(name))
}

fn bundle_of(plan: &FilingPlan) -> &Value {
    let Step::Transaction(transaction) = &plan.steps[0] else { panic!("a transaction") };
    transaction.bundle.reveal()
}

/// The resources of one type that would be filed from one patient-provided share into an existing chart.
fn filed(resources: &[&str], kind: &str) -> Vec<Value> {
    let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, resources)], Section::ALL);
    of_kind(&plan_of(&form), kind)
}

fn of_kind(plan: &FilingPlan, kind: &str) -> Vec<Value> {
    let entries = bundle_of(plan)["entry"].as_array().expect("entries");
    let resources = entries.iter().map(|entry| entry["resource"].clone());
    // The document for reading is looked at by tests of its own.
    let is_summary = |resource: &Value| resource["content"][0]["attachment"]["title"] == "Check-in summary";
    resources.filter(|resource| resource["resourceType"] == kind && !is_summary(resource)).collect()
}

const CONDITION: &str = r#"{"resourceType":"Condition","id":"c1","meta":{"profile":["urn:p"],"versionId":"3",
    "security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]},
    "code":{"text":"Asthma"},"subject":{"reference":"urn:uuid:p","display":"A. D."},"encounter":{"reference":"Encounter/1"}}"#;

#[test]
fn the_same_check_in_always_gives_the_same_bytes() {
    let form =
        || confirmed(PatientChoice::New, vec![document(1, Assurance::PatientProvided, &[CONDITION])], Section::ALL);
    let (one, two) = (plan_of(&form()), plan_of(&form()));
    assert_eq!(one.to_bytes(), two.to_bytes());
    assert_eq!(FilingPlan::from_bytes(one.to_bytes().reveal()), Some(one));
}

#[test]
fn the_same_share_on_another_day_has_the_same_names_and_another_chart_has_others() {
    let names = |patient, day: i64| {
        let mut form =
            confirmed(patient, vec![document(1, Assurance::PatientProvided, &[CONDITION])], &[Section::Problems]);
        form.confirmed_at = Timestamp::from_unix_millis(day);
        let plan = plan_of(&form);
        bundle_of(&plan)["entry"][0]["request"]["ifNoneExist"].clone()
    };
    assert_eq!(names(existing(), 1), names(existing(), 2));
    assert_ne!(names(existing(), 1), names(PatientChoice::Existing("chart-8".into()), 1));
}

#[test]
fn a_chart_that_a_check_in_made_keeps_the_names_of_what_was_filed_with_it() {
    let share = || vec![document(1, Assurance::PatientProvided, &[CONDITION])];
    let first = plan_of(&confirmed(PatientChoice::New, share(), Section::ALL));
    let mut chart = of_kind(&first, "Patient").remove(0);
    chart["id"] = json!("chart-7");
    let mut again = confirmed(existing(), share(), Section::ALL);
    let names = |plan: &FilingPlan, kind: &str| {
        let entries = bundle_of(plan)["entry"].as_array().expect("entries").clone();
        let of_kind = entries.into_iter().filter(|entry| entry["request"]["url"] == kind);
        of_kind.map(|entry| entry["request"]["ifNoneExist"].clone()).collect::<Vec<Value>>()
    };
    assert_ne!(names(&first, "Condition"), names(&plan_of(&again), "Condition"), "a chart that nobody knows");
    again.chart = ChartPatient::from_resource(Resource::from_json(chart).expect("a resource"), DAY);
    let again = plan_of(&again);
    for kind in ["Condition", "Provenance"] {
        assert_eq!(names(&first, kind), names(&again, kind), "{kind}");
    }
}

#[test]
fn a_record_that_comes_back_from_this_ehr_gets_one_name_of_ours() {
    let back = r#"{"resourceType":"DocumentReference","identifier":[{"system":"urn:mrn","value":"1"},
        {"system":"https://ktc-kiosk.org/fhir/item","value":"of another check-in"}]}"#;
    let letter = &filed(&[back], "DocumentReference")[0];
    let systems: Vec<&Value> =
        letter["identifier"].as_array().expect("identifiers").iter().map(|one| &one["system"]).collect();
    assert_eq!(systems, ["urn:mrn", "https://ktc-kiosk.org/fhir/item"]);
    assert_ne!(letter["identifier"][1]["value"], "of another check-in");
}

#[test]
fn provenance_of_the_same_content_is_made_once_and_of_more_content_again() {
    let tag = |session, resources: &[&str], sections: &[Section]| {
        let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, resources)], sections);
        let submission = SubmissionId::derive(SessionId(session), &form);
        let plan = plan(&form, &submission, &Clinic { name: "C".into() }, &site("generic-r4")).expect("a plan");
        of_kind(&plan, "Provenance")[0]["meta"]["tag"][1]["code"].clone()
    };
    let more = r#"{"resourceType":"Condition","code":{"text":"Gout"}}"#;
    assert_eq!(tag(1, &[CONDITION], &[Section::Problems]), tag(2, &[CONDITION], &[Section::Problems]));
    assert_eq!(tag(1, &[CONDITION, more], &[Section::Problems]), tag(2, &[more, CONDITION], &[Section::Problems]));
    assert_ne!(tag(1, &[CONDITION], &[Section::Problems]), tag(1, &[CONDITION, more], &[Section::Problems]));
    assert_eq!(tag(1, &[], &[Section::Demographics]), tag(2, &[], &[Section::Demographics]));
}

#[test]
fn foreign_id_meta_and_narrative_stay_outside_and_security_labels_come_along() {
    let text = format!(r#""text":{{"status":"generated","div":"{SCRIPT}"}}"#);
    let with_text = CONDITION.replacen(
        r#""id":"c1""#,
        &format!(r#""id":"c1",{text},"contained":[{{"resourceType":"Practitioner","id":"x",{text}}}]"#),
        1,
    );
    let condition = &filed(&[&with_text], "Condition")[0];
    assert!(condition["id"].is_null() && condition["text"].is_null());
    assert!(condition["contained"].is_null(), "staff saw nothing of it");
    assert_eq!(condition["code"], json!({"text": "Asthma"}));
    let meta = condition["meta"].as_object().expect("meta");
    assert_eq!(meta.keys().collect::<Vec<_>>(), ["security", "tag"]);
    assert_eq!(meta["security"][0]["code"], "R");
    assert_eq!(meta["security"][1]["code"], "PATAST");
}

#[test]
fn what_turns_a_record_around_is_filed_with_it() {
    let weak = r#"{"resourceType":"Immunization","status":"completed","vaccineCode":{"text":"V"},"occurrenceDateTime":"2021-02-03",
        "isSubpotent":true,"patient":{"reference":"urn:uuid:p"}}"#;
    assert_eq!(filed(&[weak], "Immunization")[0]["isSubpotent"], true);
    let proposed = r#"{"resourceType":"MedicationRequest","status":"draft","intent":"proposal","doNotPerform":true,
        "medicationCodeableConcept":{"text":"M"},"subject":{"reference":"urn:uuid:p"}}"#;
    let proposed = &filed(&[proposed], "MedicationRequest")[0];
    assert_eq!((&proposed["intent"], &proposed["doNotPerform"]), (&json!("proposal"), &json!(true)));
}

#[test]
fn a_decimal_is_filed_digit_by_digit() {
    let dose = r#"{"resourceType":"MedicationStatement","subject":{"reference":"urn:uuid:p"},
        "dosage":[{"doseAndRate":[{"doseQuantity":{"value":1.50}}]}]}"#;
    let rest = r#"{"resourceType":"Observation","valueQuantity":{"value":0.10}}"#;
    let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[dose, rest])], Section::ALL);
    let plan = FilingPlan::from_bytes(plan_of(&form).to_bytes().reveal()).expect("a plan");
    assert!(bundle_of(&plan).to_string().contains(r#"{"value":1.50}"#));
    let document = &of_kind(&plan, "DocumentReference")[0];
    let data = STANDARD.decode(document["content"][0]["attachment"]["data"].as_str().expect("data")).expect("base64");
    assert!(String::from_utf8(data).expect("text").contains(r#"{"value":0.10}"#));
}

#[test]
fn whose_record_it_is_never_depends_on_the_share() {
    let kinds = [
        ("Coverage", "beneficiary"),
        ("AllergyIntolerance", "patient"),
        ("MedicationRequest", "subject"),
        ("MedicationStatement", "subject"),
        ("Condition", "subject"),
        ("Immunization", "patient"),
        ("DocumentReference", "subject"),
    ];
    for (kind, element) in kinds {
        let own = format!(
            r#"{{"resourceType":"{kind}","code":{{"text":"C"}},"{element}":{{"reference":"Patient/p9","display":"B"}}}}"#
        );
        let silent = format!(r#"{{"resourceType":"{kind}","code":{{"text":"C"}}}}"#);
        for resource in filed(&[&own, &silent], kind) {
            assert_eq!(resource[element], json!({"reference": "Patient/chart-7"}), "{kind}");
        }
        let foreign = format!(r#"{{"resourceType":"{kind}","{element}":{{"reference":"Patient/123","display":"B"}}}}"#);
        let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[&foreign])], Section::ALL);
        let submission = SubmissionId::derive(SessionId(1), &form);
        let defect = plan_error(&form, &submission, &Clinic { name: "C".into() });
        assert_eq!(defect, FilingDefect::MustNotBeFiled, "{kind}");
    }
}

#[test]
fn the_person_is_found_in_other_elements_even_when_demographics_were_left() {
    let letter = r#"{"resourceType":"DocumentReference","subject":{"reference":"Patient/p9"},"author":[{"reference":"Patient/p9"}],
        "authenticator":{"reference":"Patient/other"},
        "content":[{"attachment":{"contentType":"application/pdf","data":"JVBERg==","url":"https://tracker.example/x"}}]}"#;
    let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[letter])], &[Section::Documents]);
    let letter = &of_kind(&plan_of(&form), "DocumentReference")[0];
    assert_eq!(letter["author"], json!([{"reference": "Patient/chart-7"}]));
    assert!(letter["authenticator"].is_null(), "an address alone was shown to nobody");
    assert_eq!(letter["content"][0]["attachment"], json!({"contentType": "application/pdf", "data": "JVBERg=="}));
}

#[test]
fn references_to_filed_items_follow_them_and_to_unticked_items_lead_nowhere() {
    let medicine = r#"{"resourceType":"MedicationRequest","subject":{"reference":"urn:uuid:p"},
        "reasonReference":[{"reference":"urn:uuid:0","display":"Asthma"}]}"#;
    let share = || vec![document(1, Assurance::PatientProvided, &[CONDITION, medicine])];
    let both = plan_of(&confirmed(existing(), share(), &[Section::Problems, Section::Medications]));
    let condition =
        bundle_of(&both)["entry"].as_array().expect("entries").iter().find(|e| e["request"]["url"] == "Condition");
    let urn = condition.expect("a condition")["fullUrl"].clone();
    assert_eq!(
        of_kind(&both, "MedicationRequest")[0]["reasonReference"],
        json!([{"reference": urn, "display": "Asthma"}])
    );
    let one = plan_of(&confirmed(existing(), share(), &[Section::Medications]));
    assert_eq!(of_kind(&one, "MedicationRequest")[0]["reasonReference"], json!([{"display": "Asthma"}]));
}

#[test]
fn a_payer_among_the_rest_keeps_its_name() {
    let payer = r#"{"resourceType":"Organization","name":"Granite Mutual"}"#;
    let coverage = r#"{"resourceType":"Coverage","payor":[{"reference":"urn:uuid:0"}]}"#;
    assert_eq!(filed(&[payer, coverage], "Coverage")[0]["payor"], json!([{"display": "Granite Mutual"}]));
}

#[test]
fn a_payer_keeps_its_name_when_the_rest_is_left() {
    let payer = r#"{"resourceType":"Organization","id":"o1","name":"Granite Mutual"}"#;
    let coverage = r#"{"resourceType":"Coverage","payor":[{"reference":"Organization/o1"}]}"#;
    let share = document(1, Assurance::PatientProvided, &[payer, coverage]);
    let form = confirmed(existing(), vec![share], &[Section::Insurance]);
    assert_eq!(form.items[0].title.reveal(), "Granite Mutual");
    assert_eq!(of_kind(&plan_of(&form), "Coverage")[0]["payor"], json!([{"display": "Granite Mutual"}]));
}

#[test]
fn a_prescription_is_filed_with_its_drug_wherever_the_sender_keeps_it() {
    let code = r#""code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"860975","display":"Metformin"}]}"#;
    let medicine = format!(r#"{{"resourceType":"Medication",{code}}}"#);
    let beside =
        r#"{"resourceType":"MedicationRequest","medicationReference":{"reference":"urn:uuid:0","display":"Met 500"}}"#;
    let inside = format!(
        r##"{{"resourceType":"MedicationRequest","medicationReference":{{"reference":"#med"}},
           "contained":[{{"resourceType":"Medication","id":"med",{code}}}]}}"##
    );
    let share = document(1, Assurance::PatientProvided, &[&medicine, beside, &inside]);
    let form = confirmed(existing(), vec![share], &[Section::Medications]);
    assert!(form.items.iter().all(|item| item.title.reveal() == "Metformin"));
    let filed = of_kind(&plan_of(&form), "MedicationRequest");
    assert!(filed[0]["medicationReference"].is_null(), "one medication[x]");
    assert_eq!(filed[0]["medicationCodeableConcept"]["coding"][0]["code"], "860975");
    assert_eq!(filed[0]["medicationCodeableConcept"]["text"], "Metformin", "filed under the name that staff read");
    assert_eq!(filed[1]["medicationCodeableConcept"], filed[0]["medicationCodeableConcept"]);
    assert!(filed[1]["medicationReference"].is_null() && filed[1]["contained"].is_null());
    for item in &form.items {
        let codes = item.facts.iter().find(|fact| fact.kind == crate::intake::FactKind::Codes).expect("codes");
        assert_eq!(codes.text(crate::language::Language::English).reveal(), "RxNorm 860975");
    }
}

#[test]
fn no_reference_of_the_bundle_leads_anywhere_but_to_the_chart_or_into_the_bundle() {
    let hostile = r##"{"resourceType":"Immunization","patient":{"reference":"#me"},
        "contained":[{"resourceType":"Patient","id":"me","managingOrganization":{"reference":"Organization/1"}}],
        "extension":[{"url":"urn:x","valueReference":{"reference":"Patient?name=a"}}],
        "performer":[{"actor":{"reference":"Practitioner/1/_history/2"}}],"location":{"reference":"https://ehr.example/Location/1"}}"##;
    let form =
        confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[CONDITION, hostile])], Section::ALL);
    let plan = plan_of(&form);
    let urns: Vec<&Value> =
        bundle_of(&plan)["entry"].as_array().expect("entries").iter().map(|e| &e["fullUrl"]).collect();
    let text = bundle_of(&plan).to_string();
    for words in text.split(r#""reference":"#).skip(1) {
        let reference = words.split('"').nth(1).expect("a text");
        let inside = urns.iter().any(|urn| **urn == reference) || ["#clinic", "#kiosk"].contains(&reference);
        assert!(inside || reference == "Patient/chart-7", "{reference}");
    }
    assert!(!text.contains("\"id\":\"me\""), "an unreferenced contained resource stays outside");
}

#[test]
fn an_existing_chart_is_never_written() {
    let form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[CONDITION])], Section::ALL);
    let plan = plan_of(&form);
    assert!(of_kind(&plan, "Patient").is_empty());
    assert_eq!(plan.notes, [FilingNote::new(ItemId(0), NoteKind::ChartKept)]);
    let compared = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[])], &[Section::Demographics]);
    let compared = plan_of(&compared);
    assert_eq!(of_kind(&compared, "Provenance")[0]["target"], json!([{"reference": "Patient/chart-7"}]));
    assert_eq!(bundle_of(&compared)["entry"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_new_patient_comes_first_and_only_if_there_is_none_of_that_name() {
    let form = confirmed(PatientChoice::New, vec![document(1, Assurance::PatientProvided, &[CONDITION])], Section::ALL);
    let plan = plan_of(&form);
    let first = &bundle_of(&plan)["entry"][0];
    let patient = &first["resource"];
    assert_eq!((&patient["resourceType"], &patient["birthDate"]), (&json!("Patient"), &json!("1980-02-03")));
    assert!(patient["link"].is_null() && patient["text"].is_null() && patient["id"].is_null());
    assert!(patient["generalPractitioner"].is_null());
    assert_eq!(patient["name"][0]["text"], "Ana D.");
    let is_marked = |resource: &Value| {
        resource["meta"]["tag"].as_array().into_iter().flatten().any(|tag| tag["code"] == "not-verified")
    };
    assert!(is_marked(patient) && !is_marked(&of_kind(&plan, "Condition")[0]));
    let ours = patient["identifier"][0]["value"].as_str().expect("an identifier");
    assert_eq!(first["request"]["ifNoneExist"], json!(format!("identifier=https://ktc-kiosk.org/fhir/item|{ours}")));
    assert_eq!(of_kind(&plan, "Condition")[0]["subject"]["reference"], first["fullUrl"]);
    let mut without = confirmed(
        PatientChoice::New,
        vec![document(1, Assurance::PatientProvided, &[CONDITION])],
        &[Section::Problems],
    );
    let submission = SubmissionId::derive(SessionId(1), &without);
    let clinic = Clinic { name: "C".into() };
    assert_eq!(plan_error(&without, &submission, &clinic), FilingDefect::NewPatientWithoutDemographics);
    without.patient = PatientChoice::Existing("7/../8".into());
    assert_eq!(plan_error(&without, &submission, &clinic), FilingDefect::ChartId);
    without.items.clear();
    assert_eq!(plan_error(&without, &submission, &clinic), FilingDefect::NothingConfirmed);
}

fn plan_error(form: &ConfirmedIntake, submission: &SubmissionId, clinic: &Clinic) -> FilingDefect {
    super::plan(form, submission, clinic, &site("generic-r4")).expect_err("no plan")
}

#[test]
fn only_a_listed_signature_spares_the_patient_asserted_label() {
    let unlisted =
        Assurance::SignedByUnlistedIssuer { issuer: IssuerUrl::parse("https://x.example").expect("an issuer") };
    let not_checked = Assurance::SignedNotChecked { issuer: IssuerUrl::parse("https://x.example").expect("an issuer") };
    for (assurance, marked) in
        [(Assurance::PatientProvided, true), (unlisted, true), (not_checked, true), (listed(), false)]
    {
        let letter = r#"{"resourceType":"DocumentReference"}"#;
        let order = r#"{"resourceType":"MedicationRequest","intent":"order","reportedReference":{"reference":"Practitioner/1","display":"Dr. Chen"}}"#;
        let code = assurance.code();
        let form = confirmed(existing(), vec![document(1, assurance, &[letter, order])], Section::ALL);
        let plan = plan_of(&form);
        let (letter, order) = (&of_kind(&plan, "DocumentReference")[0], &of_kind(&plan, "MedicationRequest")[0]);
        assert_eq!(order["meta"]["security"][0]["code"] == "PATAST", marked, "{code}");
        assert_eq!(order["reportedBoolean"] == true, marked, "{code}");
        assert_eq!(order["reportedReference"].is_null(), marked, "{code}");
        let categories: Vec<&Value> = letter["category"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|category| &category["coding"][0]["code"])
            .collect();
        assert_eq!(categories == ["patient-shared", "clinical-note"], marked, "{code}");
        let entity = &of_kind(&plan, "Provenance")[0]["entity"][0];
        assert_eq!(entity["extension"], json!([{"url": "https://ktc-kiosk.org/fhir/assurance", "valueCode": code}]));
    }
}

#[test]
fn labels_that_are_there_are_not_doubled() {
    let letter = format!(
        r#"{{"resourceType":"DocumentReference","meta":{{"security":[{{"system":"{}","code":"PATAST"}}]}},
           "category":[{{"coding":[{{"system":"{}","code":"patient-shared"}}]}}]}}"#,
        fhir_systems::OBSERVATION_VALUE,
        fhir_systems::PATIENT_SHARED
    );
    let letter = &filed(&[&letter], "DocumentReference")[0];
    assert_eq!(letter["meta"]["security"].as_array().map(Vec::len), Some(1));
    assert_eq!(letter["category"].as_array().map(Vec::len), Some(2));
}

#[test]
fn nothing_empty_is_left_where_rendered_text_stood() {
    let xhtml = r#"{"url":"http://hl7.org/fhir/StructureDefinition/rendering-xhtml","valueString":"<b/>"}"#;
    let condition = format!(
        r#"{{"resourceType":"Condition","extension":[{xhtml}],"_onsetString":{{"extension":[{xhtml}]}},"note":[],
           "code":{{"text":"Asthma","coding":[{{"code":"1","extension":[{xhtml}]}}]}},
           "evidence":[{{"extension":[{xhtml}]}}],"_x":[{{"extension":[{xhtml}]}},{{"id":"kept"}}],"_y":[null]}}"#
    );
    let form =
        confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[&condition])], &[Section::Problems]);
    let plan = plan_at("folder", &form, &SubmissionId::derive(SessionId(1), &form)).expect("a plan");
    let [Step::Keep(keep)] = &plan.steps[..] else { panic!("{:?}", plan.steps.len()) };
    let (_, bundle) = keep.files.iter().find(|(name, _)| name == "bundle.json").expect("a bundle");
    let bundle: Value = serde_json::from_slice(bundle.reveal()).expect("JSON");
    let condition = &bundle["entry"][0]["resource"];
    assert_eq!(condition["code"], json!({"text": "Asthma", "coding": [{"code": "1"}]}));
    assert_eq!(condition["_x"], json!([null, {"id": "kept"}]));
    for gone in ["extension", "_onsetString", "note", "evidence", "_y"] {
        assert!(condition.get(gone).is_none(), "{gone}: {condition}");
    }
}

#[test]
fn the_rest_becomes_one_document_without_narrative() {
    let note = format!(r#"{{"resourceType":"Observation","id":"o","text":{{"status":"generated","div":"{SCRIPT}"}}}}"#);
    let documents = filed(&[&note, r#"{"resourceType":"Procedure"}"#], "DocumentReference");
    assert_eq!(documents.len(), 1);
    let attachment = &documents[0]["content"][0]["attachment"];
    assert_eq!(attachment["contentType"], "application/fhir+json");
    assert!(documents[0]["description"].as_str().expect("a description").starts_with("2 further resources"));
    let data = STANDARD.decode(attachment["data"].as_str().expect("data")).expect("base64");
    let rest: Value = serde_json::from_slice(&data).expect("json");
    assert_eq!(rest["entry"][0]["resource"], json!({"resourceType": "Observation", "id": "o"}));
}

#[test]
fn two_documents_of_one_link_that_say_the_same_are_filed_once() {
    let rest = r#"{"resourceType":"Procedure","code":{"text":"P"}}"#;
    let same = || document(1, Assurance::PatientProvided, &[rest, CONDITION]);
    let plan = plan_of(&confirmed(existing(), vec![same(), same()], Section::ALL));
    for kind in ["Condition", "DocumentReference", "Provenance"] {
        assert_eq!(of_kind(&plan, kind).len(), 1, "{kind}");
    }
    let attachment = &of_kind(&plan, "DocumentReference")[0]["content"][0]["attachment"];
    let data = STANDARD.decode(attachment["data"].as_str().expect("data")).expect("base64");
    let rest: Value = serde_json::from_slice(&data).expect("json");
    assert_eq!(rest["entry"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_resource_that_is_there_twice_is_filed_once() {
    let form =
        confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[CONDITION, CONDITION])], Section::ALL);
    let plan = plan_of(&form);
    assert_eq!(of_kind(&plan, "Condition").len(), 1);
    let Step::Transaction(transaction) = &plan.steps[0] else { panic!("a transaction") };
    assert_eq!(transaction.expected[0].items, [ItemId(1), ItemId(2)]);
    assert!(plan.notes.contains(&FilingNote::new(ItemId(2), NoteKind::SameAsAnother)));
}

#[test]
fn provenance_says_who_said_it_who_passed_it_on_and_who_checked_it() {
    let card = document(2, listed(), &[r#"{"resourceType":"Immunization"}"#]);
    let link = document(1, Assurance::PatientProvided, &[CONDITION]);
    let plan = plan_of(&confirmed(existing(), vec![link, card], &[Section::Problems, Section::Immunizations]));
    let [link, card] = &of_kind(&plan, "Provenance")[..] else { panic!("one per source") };
    let entries = &bundle_of(&plan)["entry"];
    assert_eq!(link["target"], json!([{"reference": entries[0]["fullUrl"]}]));
    assert_eq!(card["target"], json!([{"reference": entries[1]["fullUrl"]}]));
    assert_eq!(link["recorded"], "2026-09-21T14:13:20.000Z");
    assert_eq!(link["agent"][0]["who"], json!({"reference": "Patient/chart-7"}));
    assert_eq!(card["agent"][0]["who"]["display"], "County Health");
    assert_eq!(link["agent"][1]["who"], json!({"reference": "#kiosk"}));
    assert_eq!(link["agent"][1]["onBehalfOf"], json!({"reference": "#clinic"}));
    assert_eq!(link["contained"][0]["name"], "Lakeside Clinic");
    assert_eq!(link["agent"][2]["who"]["identifier"]["value"], "f.ortiz");
    assert_eq!(link["entity"][0]["what"]["identifier"]["value"], json!("01".repeat(32)));
    let tag = link["meta"]["tag"][1]["code"].as_str().expect("a tag");
    assert_eq!(entries[2]["request"]["ifNoneExist"], json!(format!("_tag=https://ktc-kiosk.org/fhir/item|{tag}")));
}

#[test]
fn every_name_in_the_bundle_is_a_lower_case_uuid_and_there_once() {
    let form = confirmed(PatientChoice::New, vec![document(1, Assurance::PatientProvided, &[CONDITION])], Section::ALL);
    let plan = plan_of(&form);
    let mut urns: Vec<String> = bundle_of(&plan)["entry"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["fullUrl"].as_str().expect("a name").to_owned())
        .collect();
    assert!(urns.iter().all(|urn| urn.len() == 45 && *urn == urn.to_lowercase()));
    urns.sort();
    urns.dedup();
    assert_eq!(urns.len(), bundle_of(&plan)["entry"].as_array().map_or(0, Vec::len));
}

#[test]
fn everything_else_is_one_document_as_restricted_as_what_is_in_it() {
    let labelled =
        r#"{"resourceType":"Observation","meta":{"security":[{"system":"urn:labels","code":"42CFRPart2"}]}}"#;
    let documents =
        filed(&[r#"{"resourceType":"Procedure"}"#, labelled, r#"{"resourceType":"Location"}"#], "DocumentReference");
    assert_eq!(documents.len(), 1);
    let codes: Vec<&Value> =
        documents[0]["meta"]["security"].as_array().expect("labels").iter().map(|it| &it["code"]).collect();
    assert_eq!(codes, ["42CFRPart2", "PATAST"]);
    let data =
        STANDARD.decode(documents[0]["content"][0]["attachment"]["data"].as_str().expect("data")).expect("base64");
    let bundle: Value = serde_json::from_slice(&data).expect("JSON");
    assert_eq!(bundle["entry"].as_array().expect("entries").len(), 3);
}

/// Every item of a form with something of each sort, planned for each profile: nothing is left out.
#[test]
fn every_item_has_a_place_or_a_note_at_every_site() {
    let pdf = r#"{"resourceType":"DocumentReference","type":{"coding":[{"system":"http://loinc.org","code":"51855-5"}]},
        "content":[{"attachment":{"contentType":"application/pdf","data":"JVBERi0="}}]}"#;
    let nuts = r#"{"resourceType":"AllergyIntolerance","code":{"text":"nuts"},"patient":{"reference":"urn:uuid:p"},
        "reaction":[{"manifestation":[{"text":"a"},{"text":"b"}]}]}"#;
    let weight = r#"{"resourceType":"Observation","status":"final","subject":{"reference":"urn:uuid:p"},
        "category":[{"coding":[{"code":"vital-signs"}]}],"code":{"text":"Weight"}}"#;
    let share = || {
        vec![document(
            1,
            Assurance::PatientProvided,
            &[CONDITION, pdf, nuts, weight, r#"{"resourceType":"Procedure"}"#],
        )]
    };
    let profiles =
        ["generic-r4", "us-core", "medplum", "oracle-health", "epic", "openemr", "openmrs", "athenahealth", "folder"];
    for patient in [PatientChoice::New, existing()] {
        for profile in profiles {
            let mut form = confirmed(patient.clone(), share(), Section::ALL);
            let submission = SubmissionId::derive(SessionId(1), &form);
            form.changes.push(change("Patient/chart-7", None));
            let plan = plan_at(profile, &form, &submission).expect("a plan");
            assert_eq!(FilingPlan::from_bytes(plan.to_bytes().reveal()).as_ref(), Some(&plan), "{profile}");
            let mut placed: BTreeSet<ItemId> = plan.notes.iter().filter_map(|note| note.item).collect();
            for step in &plan.steps {
                match step {
                    Step::Transaction(of) => placed.extend(of.expected.iter().flat_map(|it| it.items.clone())),
                    Step::Create(of) => placed.extend(of.expected.items.clone()),
                    Step::Keep(of) => placed.extend(of.items.clone()),
                    Step::Amend(_) => {}
                }
            }
            let all: BTreeSet<ItemId> = form.items.iter().map(|item| item.id).collect();
            assert_eq!(placed, all, "{profile}");
            let amended = plan.steps.iter().any(|step| matches!(step, Step::Amend(_)));
            assert_ne!(amended, plan.notes.iter().any(|note| note.kind == NoteKind::ByHand), "{profile}");
        }
    }
}

fn change(target: &str, item: Option<ItemId>) -> crate::reconciliation::Change {
    crate::reconciliation::Change {
        target: target.to_owned(),
        element: "telecom",
        was: Sensitive::new(json!([{"value": "1"}])),
        becomes: Sensitive::new(json!([{"value": "2"}])),
        item,
        only_while: Vec::new(),
    }
}

#[test]
fn a_site_without_transactions_gets_single_creates_that_refer_to_each_other() {
    let form = confirmed(PatientChoice::New, vec![document(1, Assurance::PatientProvided, &[CONDITION])], Section::ALL);
    let submission = SubmissionId::derive(SessionId(1), &form);
    let plan = plan_at("medplum", &form, &submission).expect("a plan");
    let creates: Vec<&Create> = plan
        .steps
        .iter()
        .map(|step| match step {
            Step::Create(create) => create,
            other => panic!("{other:?}"),
        })
        .collect();
    let kinds: Vec<&str> = creates.iter().map(|create| create.expected.kind.word()).collect();
    assert_eq!(kinds, ["Patient", "Condition", "DocumentReference", "Provenance"]);
    assert!(creates.iter().all(|create| create.again == RepeatSafety::Conditional));
    assert_eq!(creates[1].resource.reveal()["subject"]["reference"], creates[0].urn.as_str());
}

#[test]
fn what_a_profile_says_with_less_certainty_is_held_for_review_and_what_it_would_halve_is_not_filed() {
    let nuts = |more: &str| {
        let nuts = format!(
            r#"{{"resourceType":"AllergyIntolerance","code":{{"text":"nuts"}},"verificationStatus":{{"coding":[
               {{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-verification","code":"confirmed"}}]}},
               "reaction":[{{"manifestation":[{{"text":"hives"}}{more}]}}]}}"#
        );
        let share = vec![document(1, Assurance::PatientProvided, &[&nuts])];
        let form = confirmed(existing(), share, &[Section::Allergies]);
        plan_at("epic", &form, &SubmissionId::derive(SessionId(1), &form)).expect("a plan")
    };
    let one = nuts("");
    let [Step::Create(allergy), Step::Keep(keep)] = &one.steps[..] else { panic!("{:?}", one.steps.len()) };
    assert_eq!(
        (allergy.again, &allergy.duplicate_codes),
        (RepeatSafety::Never, &vec!["59141".to_owned(), "59189".to_owned()])
    );
    assert_eq!(allergy.resource.reveal()["clinicalStatus"]["coding"][0]["code"], "active");
    assert_eq!(allergy.resource.reveal()["verificationStatus"]["coding"][0]["code"], "unconfirmed");
    assert_eq!(keep.items, [ItemId(1)]);
    assert_eq!(one.notes, [FilingNote::new(ItemId(1), NoteKind::HeldForReview)]);

    let two = nuts(r#",{"text":"anaphylaxis"}"#);
    let [Step::Keep(keep)] = &two.steps[..] else { panic!("{:?}", two.steps.len()) };
    let (_, bundle) = keep.files.iter().find(|(name, _)| name == "bundle.json").expect("a bundle");
    assert!(std::str::from_utf8(bundle.reveal()).expect("text").contains("anaphylaxis"));
}

#[test]
fn what_the_chart_holds_is_not_filed_again_and_is_on_the_receipt() {
    let mut form =
        confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[CONDITION])], &[Section::Problems]);
    form.in_chart.push((ItemId(1), "Condition/9".to_owned()));
    let plan = plan_of(&form);
    assert!(plan.steps.is_empty(), "{:?}", plan.steps.len());
    let there = FilingNote { place: Some("Condition/9".into()), ..FilingNote::new(ItemId(1), NoteKind::AlreadyThere) };
    assert_eq!(plan.notes, [there]);
}

#[test]
fn changes_of_one_record_are_one_step_and_a_target_that_is_none_makes_no_plan() {
    let mut form = confirmed(existing(), vec![document(1, Assurance::PatientProvided, &[])], &[Section::Demographics]);
    let item = form.items[0].id;
    form.changes = vec![change("Patient/chart-7", Some(item)), change("Appointment/3", None)];
    form.changes.push(crate::reconciliation::Change { element: "address", ..change("Patient/chart-7", Some(item)) });
    let plan = plan_of(&form);
    let amends: Vec<(&str, usize)> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Amend(amend) => Some((amend.target.as_str(), amend.elements.len())),
            _ => None,
        })
        .collect();
    assert_eq!(amends, [("Patient/chart-7", 2), ("Appointment/3", 1)]);
    assert!(plan.notes.is_empty(), "the chart is not kept as it was");
    form.changes.push(change("Patient/../x", None));
    let submission = SubmissionId::derive(SessionId(1), &form);
    assert_eq!(plan_at("generic-r4", &form, &submission).err(), Some(FilingDefect::ChartId));
}

#[test]
fn a_vital_sign_is_a_record_of_its_own_that_the_patient_supplied() {
    let weight = r#"{"resourceType":"Observation","status":"final","subject":{"reference":"urn:uuid:p"},
        "category":[{"coding":[{"code":"vital-signs"}]}],"code":{"text":"Weight"}}"#;
    let observation = &filed(&[weight], "Observation")[0];
    assert_eq!(observation["subject"], json!({"reference": "Patient/chart-7"}));
    assert_eq!(observation["meta"]["tag"][1]["code"], "patient-supplied");
    assert_eq!(observation["meta"]["security"][0]["code"], "PATAST");
}

#[test]
fn the_summary_names_the_check_in_each_item_and_what_was_proven() {
    let share = document(1, listed(), &[r#"{"resourceType":"Procedure","code":{"text":"Appendectomy"}}"#]);
    let mut form = confirmed(existing(), vec![share], Section::ALL);
    form.changes.push(change("Patient/chart-7", None));
    let (submission, clinic) = (SubmissionId::derive(SessionId(1), &form), Clinic { name: "Lakeside Clinic".into() });
    let items = form.items.iter().map(|item| item.id).collect();
    form.changes.push(change("Appointment/3", None));
    let by_hand = [FilingNote { item: None, kind: NoteKind::ByHand, place: Some("Patient/chart-7 telecom".into()) }];
    let readable =
        Readable { confirmed: &form, submission: &submission, clinic: &clinic, items: &items, by_hand: &by_hand };
    let text = String::from_utf8(readable.text().reveal().clone()).expect("text");
    for words in
        [submission.as_str(), "Fay Ortiz", "Appendectomy", "signed by County Health", "Patient/chart-7: telecom"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Appointment"), "what we change ourselves is not for hands");
}

#[test]
fn single_creates_file_what_is_referred_to_first() {
    let reason = r#"{"resourceType":"MedicationRequest","subject":{"reference":"urn:uuid:p"},
        "reasonReference":[{"reference":"urn:uuid:1"}]}"#;
    let share = document(1, Assurance::PatientProvided, &[reason, CONDITION]);
    let form = confirmed(existing(), vec![share], Section::ALL);
    let plan = plan_at("medplum", &form, &SubmissionId::derive(SessionId(1), &form)).expect("a plan");
    let creates: Vec<&Create> = plan
        .steps
        .iter()
        .filter_map(|step| match step {
            Step::Create(create) => Some(create),
            _ => None,
        })
        .collect();
    let place = |kind: &str| creates.iter().position(|create| create.expected.kind.word() == kind).expect("a create");
    let (condition, request) = (place("Condition"), place("MedicationRequest"));
    assert!(condition < request, "{condition} {request}");
    let leads_to = &creates[request].resource.reveal()["reasonReference"][0]["reference"];
    assert_eq!(leads_to.as_str(), Some(creates[condition].urn.as_str()));
}

#[test]
fn a_new_patient_whom_the_ehr_would_refuse_is_kept_with_everything() {
    let mut site = site("medplum");
    site.profile.types.get_mut(&RecordType::Patient).expect("rules").refuse = vec!["birthDate".into()];
    let share = document(1, Assurance::PatientProvided, &[CONDITION]);
    let form = confirmed(PatientChoice::New, vec![share], Section::ALL);
    let submission = SubmissionId::derive(SessionId(1), &form);
    let plan = plan(&form, &submission, &Clinic { name: "C".into() }, &site).expect("a plan");
    assert!(matches!(plan.steps.as_slice(), [Step::Keep(_)]), "{} steps", plan.steps.len());
}

#[test]
fn an_element_that_is_decided_twice_is_not_overwritten() {
    let change = |becomes: &str| crate::reconciliation::Change {
        target: "Patient/chart-7".into(),
        element: "gender",
        was: Sensitive::new(json!("unknown")),
        becomes: Sensitive::new(json!(becomes)),
        item: None,
        only_while: Vec::new(),
    };
    let share = document(1, Assurance::PatientProvided, &[CONDITION]);
    let mut form = confirmed(existing(), vec![share], Section::ALL);
    form.changes = vec![change("female"), change("male"), change("female")];
    let plan = plan_of(&form);
    let amends: Vec<_> = plan.steps.iter().filter(|step| matches!(step, Step::Amend(_))).collect();
    let [Step::Amend(amend)] = amends.as_slice() else { panic!("one change") };
    assert!(amend.elements.iter().all(|it| *it.becomes.reveal() == json!("female")));
    assert_eq!(plan.notes.iter().filter(|note| note.kind == NoteKind::ByHand).count(), 1);
}

#[test]
fn what_is_filed_says_whose_it_is_in_its_own_element_alone() {
    let twice = r#"{"resourceType":"Condition","code":{"text":"Gout"},"subject":{"reference":"urn:uuid:p"},
        "patient":{"reference":"urn:uuid:p","display":"Ottoline Marsh"},"_patient":{"id":"x"},"individual":{"display":"Marsh"}}"#;
    let [condition] = &filed(&[twice], "Condition")[..] else { panic!("one condition") };
    assert_eq!(condition["subject"], json!({"reference": "Patient/chart-7"}));
    assert!(!condition.to_string().contains("Marsh"), "{condition}");
    assert!(condition.get("patient").is_none() && condition.get("_patient").is_none());
}
