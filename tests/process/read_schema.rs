//! What `read` prints is what `src/manual/read.schema.json` says.

use crate::support::station::{configure, publish, trust};
use jsonschema::Validator;
use ktc_kiosk::intake::{Caution, Section};
use ktc_testbed::card::{self, Issuer};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::{minh_anh, walter};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

fn schema() -> Value {
    serde_json::from_str(include_str!("../../src/manual/read.schema.json")).expect("JSON")
}

/// What `read` prints for these inputs, with this text at its standard input.
fn read(folder: &Path, inputs: &[&str], text: &str) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk"));
    command.arg("--config").arg(folder.join("kiosk.toml")).arg("read").args(inputs);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("starts");
    child.stdin.take().expect("an input").write_all(text.as_bytes()).expect("written");
    let printed = child.wait_with_output().expect("ends").stdout;
    serde_json::from_slice(&printed).expect("one JSON object")
}

/// A share of everything that the answer has a place for: facts from several elements, what became none, a document, an item that
/// cannot be taken, another spelling of the person.
fn rich_share() -> Value {
    let person = |url: &str, given: &str| {
        json!({"fullUrl": url, "resource": {"resourceType": "Patient", "birthDate": "1961-04-30",
            "name": [{"family": "Tanager", "given": [given]}]}})
    };
    let record =
        |number: usize, resource: Value| json!({"fullUrl": format!("urn:uuid:{number}"), "resource": resource});
    let of = json!({"reference": "urn:uuid:p"});
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-11-30T09:00:00Z", "entry": [
        person("urn:uuid:p", "Orla"),
        record(1, json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": of,
            "medicationCodeableConcept": {"text": "Metformin 500 mg"}, "dosageInstruction": [
                {"text": "one with breakfast", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}},
                {"text": "two with supper"}], "extension": [{"url": "urn:x", "valueString": "shelf 4"}]})),
        record(2, json!({"resourceType": "Condition", "code": {"text": "Gout"}, "subject": {"reference": "Patient/another"}})),
        record(3, json!({"resourceType": "DocumentReference", "status": "current", "subject": of, "type": {"text": "Letter"},
            "content": [{"attachment": {"contentType": "application/pdf", "data": "JVBERi0xLjcKJSVFT0YK"}}]}))
    ]})
}

#[test]
fn what_read_prints_is_what_its_schema_says() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let shares = HttpsServer::start([]).expect("a server");
    let issuer = Issuer::new(&format!("{}/issuer", shares.origin()));
    shares.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let folder = tempfile::tempdir().expect("a folder");
    configure(folder.path(), &shares, "http://127.0.0.1:9/fhir");
    trust(folder.path(), issuer.iss());
    let jws = issuer.sign(&minh_anh().card_bundle(), 1_777_000_000.0, None, None);
    let parts = card::chunked_qr_texts(&jws, 2);
    let mut several = rich_share();
    several["entry"].as_array_mut().expect("entries").push(json!({"fullUrl": "urn:uuid:q", "resource": {
        "resourceType": "Patient", "birthDate": "2015-06-01", "name": [{"family": "Finch", "given": ["Sol"]}]}}));
    let mut nobody = rich_share();
    let claimed = nobody["entry"].as_array_mut().expect("entries");
    claimed.truncate(2);
    claimed.remove(0);
    claimed[0]["resource"]["subject"] = json!({"display": "Orla Tanager"});

    let said = |outcome: &str, text: &str| {
        let printed = read(folder.path(), &["-"], text);
        check(&validator, &printed);
        assert_eq!(printed["outcome"], outcome, "{printed}");
        printed
    };
    let rich = said("read", &publish(&shares, &rich_share()));
    let items = rich["items"].as_array().expect("items");
    let metformin = items.iter().find(|item| item["title"] == "Metformin 500 mg").expect("the medicine");
    let told = |words: &str| {
        let fact = metformin["elements"]
            .as_array()
            .expect("facts")
            .iter()
            .find(|it| it["says"].as_str().is_some_and(|it| it.contains(words)));
        fact.expect("a fact")["from"].clone()
    };
    assert!(told("breakfast").to_string().contains("dosageInstruction[0].timing.repeat.frequency"));
    assert_eq!(told("supper"), json!(["dosageInstruction[1].text"]));
    assert!(metformin["more"].to_string().contains("shelf 4"), "{metformin}");
    let gout = items.iter().find(|item| item["title"] == "Gout").expect("the other's");
    assert_eq!((&gout["can_be_taken"], &gout["not_taken_because"]), (&json!(false), &json!(["of_another"])));
    assert_eq!(items.iter().filter(|item| item["documents"] != json!([])).count(), 1);

    said("read", &publish(&shares, &walter().shared_bundle()));
    said("read", &card::qr_text(&jws));
    said("read", &publish(&shares, &nobody));
    said("choose", &publish(&shares, &several));
    said("incomplete", &parts[0]);
    said("not-ours", "WIFI:S:guests;;");
    said("refused", &card::qr_text(&issuer.sign_as_stranger(&minh_anh().card_bundle(), 1_777_000_000.0)));
    said("refused", "shlink:/eyJ1cmwiOiJodHRwczovLzEyNy4wLjAuMTo5L3gifQ");
    let missing = read(folder.path(), &["no-such-file"], "");
    check(&validator, &missing);
    assert_eq!(missing["outcome"], "no-input");
}

fn check(validator: &Validator, printed: &Value) {
    let defects: Vec<String> =
        validator.iter_errors(printed).map(|defect| format!("{}: {defect}", defect.instance_path())).collect();
    assert!(defects.is_empty(), "{defects:#?}\n{printed:#}");
}

/// Whoever writes a program beside `read` knows every word from the schema.
#[test]
fn the_schema_has_every_section_and_every_caution() {
    let schema = schema();
    let words = |of: &str| -> Vec<String> {
        let words = schema["$defs"][of]["enum"].as_array().expect("words").iter();
        words.map(|word| word.as_str().expect("a word").to_owned()).collect()
    };
    let printed = |ids: Vec<&'static str>, prefix: &str| -> Vec<String> {
        ids.into_iter().map(|id| id.trim_start_matches(prefix).replace('-', "_")).collect()
    };
    assert_eq!(words("section"), printed(Section::ALL.iter().map(|it| it.text_id()).collect(), "section-"));
    assert_eq!(words("caution"), printed(Caution::ALL.iter().map(|it| it.text_id()).collect(), "caution-"));
}
