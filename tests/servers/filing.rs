//! One check-in filed to each EHR and to the folder, read back and compared, item by item, with what staff confirmed; filed
//! again, nothing new appears.

use crate::support::course::{End, confirmed, drive, ehr, planned, runtime, site};
use base64::{Engine, engine::general_purpose::STANDARD};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::Receipt;
use ktc_kiosk::filing::{NoteKind, Profile, Site};
use ktc_kiosk::intake::{IntakeItem, Section};
use ktc_kiosk::reconciliation::{ConfirmedIntake, PatientChoice};
use ktc_kiosk::runtime::Destination;
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::helios::Helios;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::people::{marisol, walter};
use ktc_testbed::process::{get, search_all};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const KINDS: [&str; 8] = [
    "Patient",
    "Coverage",
    "AllergyIntolerance",
    "MedicationRequest",
    "Condition",
    "Immunization",
    "DocumentReference",
    "Provenance",
];

fn everything(number: i64) -> ConfirmedIntake {
    let confirmed = confirmed(&walter().shared_bundle(), number, |_| true);
    assert!(confirmed.items.len() >= 9, "{}", confirmed.items.len());
    confirmed
}

/// Every member that the item has of itself: foreign ids, narrative and references are replaced, names are ours, categories
/// and labels are added to.
fn says_all(found: &Value, shared: &Value) -> bool {
    let ours = ["id", "meta", "text", "identifier", "category", "intent", "link"];
    let members = shared.as_object().expect("a resource").iter();
    let own = members
        .filter(|(name, member)| !ours.contains(&name.as_str()) && !member.to_string().contains("\"reference\""));
    own.into_iter().all(|(name, member)| plain(&found[name]) == plain(member))
}

/// Whether a record says nothing but what was shared, beside what is ours.
fn says_no_more(found: &Value, shared: &Value) -> bool {
    let ours = ["id", "meta", "text", "identifier", "category", "subject", "patient", "beneficiary", "reportedBoolean"];
    let members = found.as_object().expect("a resource").iter().filter(|(name, _)| !ours.contains(&name.as_str()));
    members.into_iter().all(|(name, member)| is_within(&plain(member), &plain(&shared[name])))
}

/// Whether all of a value is in another; references lead elsewhere, and a drug of another record is named in this one.
fn is_within(value: &Value, whole: &Value) -> bool {
    match (value, whole) {
        (Value::Array(some), Value::Array(all)) => some.iter().all(|one| all.iter().any(|other| is_within(one, other))),
        (Value::Object(some), Value::Object(all)) => {
            let is_there = |(name, one): (&String, &Value)| {
                name == "reference" || all.get(name).is_some_and(|other| is_within(one, other))
            };
            some.iter().all(is_there)
        }
        (one, other) => one == other,
    }
}

/// The same values, whichever way a number is written: some servers forget that 1.50 is not 1.5.
fn plain(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(format!("{:e}", number.as_f64().expect("a number"))),
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().map(|(name, member)| (name.clone(), plain(member))).collect();
            sorted.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(sorted.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// What was filed, with what stands inside documents.
fn opened(resources: Vec<Value>) -> Vec<Value> {
    let mut all = resources.clone();
    for attachment in resources.iter().flat_map(|it| it["content"].as_array().into_iter().flatten()) {
        let attachment = &attachment["attachment"];
        if attachment["contentType"] == "application/fhir+json" {
            let data = STANDARD.decode(attachment["data"].as_str().expect("data")).expect("base64");
            let bundle: Value = serde_json::from_slice(&data).expect("JSON");
            all.extend(bundle["entry"].as_array().expect("entries").iter().map(|entry| entry["resource"].clone()));
        }
    }
    all
}

fn shared_of(item: &IntakeItem) -> Vec<Value> {
    let json = item.resource.json().reveal();
    match item.section {
        Section::Other => json["entry"].as_array().expect("entries").iter().map(|it| it["resource"].clone()).collect(),
        _ => vec![json.clone()],
    }
}

fn compare(what: &str, confirmed: &ConfirmedIntake, receipt: &Receipt, found: Vec<Value>) {
    let found = opened(found);
    for item in &confirmed.items {
        assert!(receipt.filed.iter().any(|filed| filed.items.contains(&item.id)), "{what}: {:?} has no place", item.id);
        for shared in shared_of(item) {
            let kind = &shared["resourceType"];
            let mut of_kind = found.iter().filter(|it| it["resourceType"] == *kind);
            let is_remarked =
                receipt.notes.iter().any(|note| note.item == Some(item.id) && note.kind == NoteKind::MoreInDocument);
            // Whole, or as it was seen, with the remark that the rest is in the document for reading.
            let same = of_kind.any(|it| says_all(it, &shared) || is_remarked && says_no_more(it, &shared));
            let there: Vec<&Value> = found.iter().filter(|it| it["resourceType"] == *kind).collect();
            assert!(same, "{what}: what staff confirmed is not there: {shared}\n{there:?}");
        }
    }
}

fn accepted(end: End) -> Receipt {
    match end {
        End::Accepted(receipt) => receipt,
        End::Person(refusal) => panic!("refused: {refusal:?}"),
    }
}

fn filed_read_back_and_filed_again(what: &str, base: &str, profile: &str) {
    let (confirmed, runtime, site) = (everything(1), runtime(), site(profile));
    let folder = tempfile::tempdir().expect("a folder");
    let config = KioskConfig { folder: folder.path().to_owned(), ..KioskConfig::default() };
    let destination = Destination::new(&config, Some(ehr(base)));
    let plan = planned(&confirmed, 1, &site);
    let receipt = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    assert!(receipt.filed.iter().all(|filed| filed.created), "{what}: something was there before");
    let read = |location: &str| {
        let response = get(base, location).expect("an answer");
        assert_eq!(response.status, 200, "{what}: {location}");
        response.json().expect("JSON")
    };
    let found: Vec<Value> = receipt.filed.iter().map(|filed| read(&filed.location)).collect();
    assert!(found.iter().any(|it| it["content"][0]["attachment"]["contentType"] == "application/pdf"), "{what}");
    assert!(receipt.notes.iter().all(|note| note.kind != NoteKind::AlteredByEhr), "{what}: {:?}", receipt.notes);
    compare(what, &confirmed, &receipt, found);

    let count = || KINDS.map(|kind| search_all(base, kind, "").expect("a search").len());
    let before = count();
    // The same request again, the same share on another visit, and the receipt that the first answer was lost.
    let again = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    let places = |receipt: &Receipt| receipt.filed.iter().map(|filed| filed.location.clone()).collect::<Vec<_>>();
    assert_eq!(places(&again), places(&receipt), "{what}");
    let later = planned(&confirmed, 2, &site);
    assert_ne!(later.submission, plan.submission);
    let later = accepted(drive(&later, &destination, &runtime, PATIENCE));
    assert!(later.filed.iter().all(|filed| !filed.created), "{what}: another check-in made something");
    assert_eq!(count(), before, "{what}");
}

#[test]
fn a_check_in_in_sekmet_is_what_staff_confirmed_and_is_there_once() {
    let server = FhirServer::start().expect("a FHIR server");
    filed_read_back_and_filed_again("SEKMET", &server.base_url(), "generic-r4");
}

#[test]
fn a_check_in_in_medplum_is_what_staff_confirmed_and_is_there_once() {
    let server = Medplum::start().expect("Medplum");
    filed_read_back_and_filed_again("Medplum", &server.base_url(), "medplum");
}

#[test]
#[ignore = "Helios is built by: cargo xtask test --all-servers"]
fn a_check_in_in_helios_is_what_staff_confirmed_and_is_there_once() {
    let server = Helios::start().expect("Helios");
    filed_read_back_and_filed_again("Helios", &server.base_url(), "generic-r4");
}

#[test]
fn an_ehr_that_takes_answers_gets_them_and_everything_is_kept_beside_them() {
    let server = FhirServer::start().expect("a FHIR server");
    let (runtime, folder) = (runtime(), tempfile::tempdir().expect("a folder"));
    let chart = json!({"resourceType": "Patient", "name": [{"family": "Ostrander"}]});
    let chart = server.post("Patient", &chart).expect("made").json().expect("JSON");
    let mut confirmed = everything(4);
    confirmed.patient = PatientChoice::Existing(chart["id"].as_str().expect("an id").to_owned());
    let own = "name = \"own\"\nstrategy = \"questionnaire\"\nchanges = \"by-hand\"\n[sign_in]\nalgorithms = []\nscopes = \"v2\"\n\
        [questionnaire]\ncanonical = \"https://clinic.example/Questionnaire/7\"\n\
        [questionnaire.questions]\nallergies = \"q1\"\nmedications = \"q2\"\n[types.QuestionnaireResponse]\nagain = \"never\"\n";
    let site = Site { profile: Profile::parse(own).expect("a profile"), capabilities: None };
    let config = KioskConfig { folder: folder.path().to_owned(), ..KioskConfig::default() };
    let destination = Destination::new(&config, Some(ehr(&server.base_url())));
    let plan = planned(&confirmed, 4, &site);
    let receipt = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    let answers = server.search_all("QuestionnaireResponse", "").expect("a search");
    assert_eq!(answers.len(), 1);
    let answer = |question: &str| {
        let item = answers[0]["item"].as_array().expect("items").iter().find(|it| it["linkId"] == question);
        item.expect("a question")["answer"][0]["valueString"].as_str().expect("words").to_owned()
    };
    assert!(answer("q1").starts_with("Allergy to penicillin"), "{}", answer("q1"));
    assert!(answer("q2").contains("One and a half tablets every evening"), "{}", answer("q2"));
    let place = folder.path().join(plan.submission.as_str());
    let entries = read_json(&place.join("bundle.json"))["entry"].as_array().expect("entries").clone();
    confirmed.items.retain(|item| item.section != Section::Demographics);
    let kept = entries.into_iter().map(|entry| entry["resource"].clone()).collect();
    compare("questionnaire", &confirmed, &receipt, kept);
}

fn read_json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).expect("a file")).expect("JSON")
}

#[test]
fn a_check_in_in_the_folder_is_what_staff_confirmed_and_is_there_once() {
    let (confirmed, runtime, site) = (everything(1), runtime(), site("folder"));
    let folder = tempfile::tempdir().expect("a folder");
    let config = KioskConfig { folder: folder.path().join("check-ins"), ..KioskConfig::default() };
    let destination = Destination::new(&config, None);
    let plan = planned(&confirmed, 1, &site);
    let receipt = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    let place = config.folder.join(plan.submission.as_str());
    let entries = read_json(&place.join("bundle.json"))["entry"].as_array().expect("entries").clone();
    compare("folder", &confirmed, &receipt, entries.into_iter().map(|entry| entry["resource"].clone()).collect());
    let summary = std::fs::read(place.join("summary.pdf")).expect("a file");
    assert!(summary.starts_with(b"%PDF-"));
    assert_eq!(read_json(&place.join("provenance.json"))["entry"][0]["resource"]["resourceType"], "Provenance");
    let written = Receipt::from_bytes(&std::fs::read(place.join("receipt.json")).expect("a file")).expect("a receipt");
    assert_eq!(written, receipt);
    for name in std::fs::read_dir(&config.folder).expect("a folder") {
        let name = name.expect("an entry").file_name().into_string().expect("a name");
        assert_eq!(name, plan.submission.as_str(), "nothing of the patient in a name");
    }
    let again = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    assert!(!again.filed[0].created);
    assert_eq!(std::fs::read_dir(&config.folder).expect("a folder").count(), 1);
}

#[test]
fn what_an_ehr_of_documents_does_not_take_is_in_the_document_and_in_the_folder() {
    let server = FhirServer::start().expect("a FHIR server");
    let (runtime, folder) = (runtime(), tempfile::tempdir().expect("a folder"));
    let chart =
        server.post("Patient", &json!({"resourceType": "Patient", "name": [{"family": "Quintero"}]})).expect("made");
    let id = chart.json().expect("JSON")["id"].as_str().expect("an id").to_owned();
    let mut confirmed = confirmed(&marisol().shared_bundle(), 3, |_| true);
    confirmed.patient = PatientChoice::Existing(id);
    let config = KioskConfig { folder: folder.path().to_owned(), ..KioskConfig::default() };
    let destination = Destination::new(&config, Some(ehr(&server.base_url())));
    let plan = planned(&confirmed, 3, &site("us-core"));
    let receipt = accepted(drive(&plan, &destination, &runtime, PATIENCE));
    let documents = server.search_all("DocumentReference", "").expect("a search");
    // Both of the patient's own, kept apart by type, and ours.
    let codes: Vec<&str> = documents.iter().filter_map(|it| it["type"]["coding"][0]["code"].as_str()).collect();
    for code in ["60591-5", "51855-5", "11503-0"] {
        assert_eq!(codes.iter().filter(|it| **it == code).count(), 1, "{codes:?}");
    }
    assert!(server.search_all("Condition", "").expect("a search").is_empty());
    let place = folder.path().join(plan.submission.as_str());
    let kept = read_json(&place.join("bundle.json"))["entry"].as_array().expect("entries").clone();
    let mut found = documents;
    found.extend(kept.into_iter().map(|entry| entry["resource"].clone()));
    confirmed.items.retain(|item| item.section != Section::Demographics);
    compare("us-core", &confirmed, &receipt, found);
}
