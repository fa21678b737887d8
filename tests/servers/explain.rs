//! `ktc-kiosk explain` through the built program: what it says, and that it keeps what it must keep.

use ktc_testbed::card::{Issuer, file};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::manifest::{ManifestShare, RunningShare, SharedFile};
use ktc_testbed::people::{minh_anh, walter};
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file};
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Nothing of these may stand in what is printed by default.
const LABEL: &str = "Canary label of Walter";

/// The program beside a server whose certificate it trusts.
struct Desk {
    server: HttpsServer,
    folder: tempfile::TempDir,
}

impl Desk {
    fn open() -> Desk {
        let server = HttpsServer::start([]).expect("a server");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("ca.pem"), server.ca_pem()).expect("a file");
        let config = format!(
            "[clinic]\nname = \"Test Clinic\"\n[ehr]\nbase_url = \"https://ehr.example.org/fhir\"\n[egress]\n\
             loopback_ports = [{}]\ntrusted_ca_file = \"ca.pem\"\n[store]\nfolder = \"data\"\n\
             sealing_key_file = \"sealing.key\"\n",
            server.port()
        );
        std::fs::write(folder.path().join("kiosk.toml"), config).expect("a file");
        Desk { server, folder }
    }

    fn explain(&self, arguments: &[&str], input: &str) -> (i32, String) {
        explain(Some(&self.folder.path().join("kiosk.toml")), arguments, input)
    }

    fn share(&self) -> RunningShare {
        let mut bundle = walter().shared_bundle();
        bundle["meta"] = json!({"tag": [{"display": "x".repeat(200_000)}]});
        let share = ManifestShare {
            flag: "LP".to_owned(),
            passcode: Some(("canary-passcode".to_owned(), 5)),
            files: vec![
                SharedFile::new(FHIR_JSON, &walter().shared_bundle()).updated("2026-10-01T08:00:00Z"),
                SharedFile::new(FHIR_JSON, &bundle),
                SharedFile::new("application/smart-api-access", &json!({"access_token": "canary-token"})),
                SharedFile::new(FHIR_JSON, &json!({})).dead(),
            ],
            ..ManifestShare::default()
        };
        let mut running = share.serve(&self.server);
        running.link.label = Some(LABEL.to_owned());
        running
    }
}

fn explain(config: Option<&Path>, arguments: &[&str], input: &str) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk"));
    command.args(["--log", "trace"]);
    if let Some(config) = config {
        command.arg("--config").arg(config);
    }
    command.arg("explain").args(arguments);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("written");
    let output = child.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

/// Each word that belongs to the patient, to the link or to the sender.
fn canaries(link: &ShareLink) -> Vec<String> {
    let payload = link.payload();
    let key = payload["key"].as_str().expect("a key").to_owned();
    let mut words = vec![link.path(), link.path().replace("/s/", ""), key, LABEL.to_owned(), link.shlink()];
    let bundle = walter().shared_bundle();
    for pointer in ["/entry/0/resource/name/0/family", "/entry/0/resource/birthDate", "/entry/0/fullUrl"] {
        words.push(bundle.pointer(pointer).and_then(Value::as_str).expect(pointer).to_owned());
    }
    words
}

#[test]
fn every_step_is_explained_and_nothing_of_the_patient_is_printed() {
    let desk = Desk::open();
    let running = desk.share();
    let picture = running.link.viewer_prefixed();
    for json in [false, true] {
        let mut arguments = vec!["--passcode-stdin", picture.as_str()];
        arguments.extend(json.then_some("--json"));
        let (code, said) = desk.explain(&arguments, "canary-passcode\n");
        assert_eq!(code, 0, "{said}");
        for canary in canaries(&running.link) {
            assert!(!said.contains(&canary), "{canary} is printed");
        }
        assert!(!said.contains("canary") && !said.contains("/f/"), "{said}");
        for words in [
            "payload member url",
            "host localhost",
            "LP",
            "manifest request",
            "4 files",
            "embedded, ",
            "at a location on localhost",
            "lastUpdated 2026-10-01",
            "alg dir, enc A256GCM",
            "opens with the link's key",
            "flag-is-not-u",
            "access-not-used",
            "answered 404",
            "link-gone",
        ] {
            assert!(said.contains(words), "no {words:?} in {said}");
        }
    }
}

#[test]
fn whoever_asks_for_it_sees_everything() {
    let desk = Desk::open();
    let running = desk.share();
    let link = running.link.shlink();
    let (code, said) = desk.explain(&["--passcode-stdin", "--show-patient-data", &link], "canary-passcode\n");
    assert_eq!(code, 0, "{said}");
    for canary in canaries(&running.link) {
        assert!(said.contains(&canary), "{canary} is not printed");
    }
    assert!(said.contains("/f/"), "no location is printed");
    assert!(
        !said.contains("canary-passcode") && !said.contains("canary-token"),
        "a secret that nobody needs is printed"
    );
}

#[test]
fn a_refusal_says_where_why_and_who_must_act() {
    let desk = Desk::open();
    let running = desk.share();
    let link = running.link.shlink();
    let requests = || desk.server.requests().len();
    let (code, said) = desk.explain(&[&link], "");
    assert!(code == 1 && said.contains("asks for a passcode") && said.contains("Who must act: patient"), "{said}");
    assert_eq!(requests(), 0, "asked without a passcode");
    let (code, said) = desk.explain(&["--passcode-stdin", &link], "wrong\n");
    assert!(
        code == 1 && said.contains("refused; tries left: 4") && said.contains("the passcode was refused"),
        "{said}"
    );
    assert_eq!(requests(), 1, "a passcode was sent twice");
    assert_ne!(desk.explain(&["--passcode-stdin", "-"], "x\n").0, 0);

    let mut gone = ShareLink::direct(&desk.server.origin(), LABEL);
    let (code, said) = desk.explain(&[&gone.shlink()], "");
    assert!(code == 1 && said.contains("answered 404") && said.contains("(link-gone)"), "{said}");
    let sealed = encrypt_file(walter().shared_bundle().to_string().as_bytes(), &[9; 32], false, None);
    desk.server.route(&gone.path(), Answer::ok(JOSE, sealed));
    let (code, said) = desk.explain(&[&gone.shlink()], "");
    assert!(code == 1 && said.contains("does not open with the link's key"), "{said}");
    gone.flag = None;
    let (code, said) = desk.explain(&[&gone.shlink()], "");
    assert!(code == 1 && said.contains("is an encrypted file, so the link lacks the flag U"), "{said}");
    gone.flag = Some("UP".to_owned());
    let (code, said) = desk.explain(&[&gone.shlink()], "");
    assert!(code == 1 && said.contains("payload member flag: breaks the rule"), "{said}");
}

#[test]
fn what_cannot_be_decoded_is_explained_without_a_network() {
    let explain = |input: &str| explain(None, &["--recipient", "Test Clinic", input], "");
    for (input, words) in [
        ("shlink:/eyJh+Q", "character 5 after shlink:/ is none of base64url"),
        ("shlink:/eyJhIjp9", "the payload is not JSON"),
        ("shlink:/e30", "payload member url: breaks the rule"),
        ("shc:/123", "3 digits; the QR text is not pairs of digits"),
        ("https://example.org", "neither a health link nor a health card"),
    ] {
        let (code, said) = explain(input);
        assert!(code == 1 && said.contains(words), "{input}: {said}");
    }
}

#[test]
fn a_card_is_explained_from_its_header_to_its_issuer() {
    let desk = Desk::open();
    let issuer = Issuer::new(&format!("{}/issuer", desk.server.origin()));
    let path = "/issuer/.well-known/jwks.json";
    desk.server.route(path, Answer::ok("application/json", issuer.jwks().to_string()));
    let card = issuer.sign(&minh_anh().card_bundle(), 1_777_000_000.0, None, None);
    let (code, said) = desk.explain(&[&ktc_testbed::card::qr_text(&card)], "");
    assert_eq!(code, 0, "{said}");
    for words in
        ["alg ES256, zip DEF, kid of 43 characters", "answered 200", "the issuer's key signed it", "signed-unlisted"]
    {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    let family = minh_anh().card_bundle().pointer("/entry/0/resource/name/0/family").expect("a name").clone();
    assert!(!said.contains(family.as_str().expect("text")) && !said.contains(issuer.kid()), "{said}");

    let forged = issuer.sign_as_stranger(&minh_anh().card_bundle(), 1_777_000_000.0);
    let (code, said) = desk.explain(&[&file(&forged).to_string()], "");
    assert!(code == 1 && said.contains("the signature does not hold") && said.contains("front desk"), "{said}");
}
