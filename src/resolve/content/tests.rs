//! What a link's files come to, over a network that is a list of answers.

use super::*;
use crate::health_link::Passcode;
use crate::resolve::{AnswerHead, Fetch, FetchAnswer, FetchDefect, Strictness, Trace};
use crate::time::Day;
use crate::trouble::Trouble;
use crate::trust::TrustList;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD as BASE64URL, Engine as _};
use std::cell::RefCell;

const NOW: i64 = 1_767_225_600_000;
const DAY: Day = Day::constant(2026, 1, 1);
const URL: &str = "https://shares.example.org/manifest";

/// Encrypts as an app does, with the key of the tests' links.
fn seal(content: &Value, cty: Option<&str>) -> String {
    let mut header = json!({"alg": "dir", "enc": "A256GCM"});
    if let Some(cty) = cty {
        header["cty"] = json!(cty);
    }
    let header = BASE64URL.encode(header.to_string());
    let mut sealed = content.to_string().into_bytes();
    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[0; 32]).expect("a key"));
    let nonce = Nonce::assume_unique_for_key([7; NONCE_LEN]);
    let tag = cipher.seal_in_place_separate_tag(nonce, Aad::from(header.as_bytes()), &mut sealed).expect("sealed");
    let [iv, sealed, tag] = [&[7; NONCE_LEN][..], &sealed, tag.as_ref()].map(|part| BASE64URL.encode(part));
    format!("{header}..{iv}.{sealed}.{tag}")
}

fn patient() -> Value {
    json!({"resourceType": "Patient", "id": "p", "name": [{"family": "Delgado"}], "birthDate": "1974-02-28"})
}

fn bundle(more: Value) -> Value {
    json!({"resourceType": "Bundle", "type": "collection", "timestamp": "2026-01-01T00:00:00Z",
        "entry": [{"fullUrl": "urn:uuid:p", "resource": patient()}, {"fullUrl": "urn:uuid:m", "resource": more}]})
}

fn condition(code: &str) -> Value {
    json!({"resourceType": "Condition", "code": {"text": code}, "subject": {"reference": "urn:uuid:p"}})
}

/// Answers by address; what is not listed cannot be reached. Each address is asked once, or the test fails.
struct Answers {
    listed: Vec<(String, u16, String, Option<u64>)>,
    asked: RefCell<Vec<(String, Option<String>)>>,
}

impl Answers {
    fn new<const N: usize>(listed: [(&str, u16, String); N]) -> Answers {
        let listed = listed.into_iter().map(|(url, status, body)| (url.to_owned(), status, body, None)).collect();
        Answers { listed, asked: RefCell::new(Vec::new()) }
    }

    fn manifest(manifest: &Value) -> Answers {
        Answers::new([(URL, 200, manifest.to_string())])
    }
}

impl Fetch for Answers {
    fn fetch(&self, request: &FetchRequest) -> Result<FetchAnswer, FetchDefect> {
        let url = request.url.reveal();
        let body = request.body.as_ref().map(|body| body.reveal().clone());
        assert!(!self.asked.borrow().iter().any(|(asked, _)| asked == url), "asked twice");
        self.asked.borrow_mut().push((url.clone(), body));
        let listed = self.listed.iter().find(|(address, ..)| address == url).ok_or(FetchDefect::Unreachable)?;
        let (_, status, body, retry_after_secs) = listed.clone();
        let head = AnswerHead { status, retry_after_secs, kept_from: None };
        Ok(FetchAnswer { head, body: Sensitive::new(body.into_bytes()) })
    }
}

fn link(flag: &str) -> HealthLink {
    let payload = json!({"url": URL, "key": "A".repeat(43), "flag": flag});
    HealthLink::read(&format!("shlink:/{}", BASE64URL.encode(payload.to_string()))).expect("a link")
}

fn resolve_with(flag: &str, answers: &Answers, passcode: Option<&str>) -> Result<ResolvedShare, ResolveDefect> {
    let now = Timestamp::from_unix_millis(NOW);
    let passcode = passcode.and_then(|text| Passcode::typed(&Sensitive::from(text)));
    let resolver = Resolver {
        fetch: answers,
        trust: &TrustList::empty(now),
        recipient: "Lakeside Clinic",
        passcode: passcode.as_ref(),
        now,
        strictness: Strictness::Kiosk,
        trace: &Trace::default(),
    };
    resolver.resolve_link(&link(flag))
}

fn resolve(answers: &Answers) -> Result<ResolvedShare, ResolveDefect> {
    resolve_with("", answers, None)
}

fn findings(share: &ResolvedShare) -> Vec<Finding> {
    let of_files = |finding: &Finding| !matches!(finding, Finding::FlagIsNotU | Finding::NoExpiry);
    let known = share.conformance.as_ref().expect("a verdict");
    known.findings.iter().copied().filter(of_files).collect()
}

#[test]
fn the_manifest_is_posted_once_with_the_recipient_and_nothing_else_of_ours() {
    let answers = Answers::manifest(&json!({"files": [{"embedded": seal(&bundle(condition("A")), None)}]}));
    assert_eq!(resolve(&answers).expect("a share").documents.len(), 1);
    let asked = answers.asked.into_inner();
    let [(url, Some(body))] = asked.as_slice() else { panic!("not one POST: {asked:?}") };
    assert_eq!(url, URL);
    let body: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(body, json!({"recipient": "Lakeside Clinic", "embeddedLengthMax": 120_000}));
}

#[test]
fn a_passcode_goes_along_where_somebody_typed_one_and_the_flag_alone_asks_before() {
    let body_of = |flag: &str, passcode: Option<&str>| {
        let answers = Answers::manifest(&json!({"files": []}));
        assert_eq!(resolve_with(flag, &answers, passcode).err(), Some(ResolveDefect::NothingToRead));
        answers.asked.into_inner().remove(0).1.expect("a POST")
    };
    for flag in ["P", ""] {
        assert!(body_of(flag, Some("1234")).contains(r#""passcode":"1234""#));
    }
    assert!(!body_of("", None).contains("passcode"));
    let answers = Answers::manifest(&json!({"files": []}));
    assert_eq!(resolve_with("LP", &answers, None).err(), Some(ResolveDefect::PasscodeNeeded));
    assert!(answers.asked.into_inner().is_empty(), "asked without a passcode");
}

#[test]
fn a_refused_passcode_says_what_is_left_only_where_the_number_makes_sense() {
    let refused = |body: &str| {
        let answers = Answers::new([(URL, 401, body.to_owned())]);
        resolve_with("P", &answers, Some("1234")).expect_err("refused")
    };
    for (body, remaining) in [
        (r#"{"remainingAttempts":3}"#, Some(3)),
        (r#"{"remainingAttempts":1000}"#, Some(1000)),
        (r#"{"remainingAttempts":1001}"#, None),
        (r#"{"remainingAttempts":-1}"#, None),
        (r#"{"remainingAttempts":2.5}"#, None),
        (r#"{"remainingAttempts":"3"}"#, None),
        (r#"{"remainingAttempts":1e999}"#, None),
        ("{}", None),
        ("", None),
        ("<html>", None),
    ] {
        let defect = refused(body);
        assert_eq!(defect.passcode_refused(), Some(remaining), "{body}");
        assert_eq!(defect.trouble(), Trouble::LinkNeedsPasscode, "{body}");
    }
    let long = format!(r#"{{"remainingAttempts":3,"more":"{}"}}"#, "x".repeat(10_000));
    assert_eq!(refused(&long).passcode_refused(), Some(None));
    let locked = refused(r#"{"remainingAttempts":0}"#);
    assert_eq!((locked.passcode_refused(), locked.trouble()), (None, Trouble::LinkLocked));
    let unannounced = |body: &str, passcode: Option<&str>| {
        resolve_with("", &Answers::new([(URL, 401, body.to_owned())]), passcode).expect_err("refused")
    };
    let asked = unannounced(r#"{"remainingAttempts":3}"#, None);
    assert_eq!(asked, ResolveDefect::PasscodeAsked { remaining: Some(3) });
    assert_eq!((asked.passcode_refused(), asked.trouble()), (Some(Some(3)), Trouble::LinkNeedsPasscode));
    let again = unannounced(r#"{"remainingAttempts":2}"#, Some("1234"));
    assert_eq!(again, ResolveDefect::PasscodeRefused { remaining: Some(2) });
    assert_eq!(unannounced(r#"{"remainingAttempts":0}"#, None).trouble(), Trouble::LinkLocked);
    for odd in [r#"{"remainingAttempts":"3"}"#, r#"{"remainingAttempts":-1}"#] {
        assert_eq!(unannounced(odd, None), ResolveDefect::PasscodeAsked { remaining: None }, "{odd}");
    }
    assert_eq!(unannounced(r#"{"error":"sign in"}"#, None), ResolveDefect::Status(401));
}

#[test]
fn each_status_has_its_trouble() {
    let trouble = |status: u16, retry_after_secs: Option<u64>| {
        let mut answers = Answers::new([(URL, status, "<html>".to_owned())]);
        answers.listed[0].3 = retry_after_secs;
        resolve(&answers).expect_err("no share")
    };
    for (status, expected) in [
        (404, Trouble::LinkGone),
        (410, Trouble::LinkGone),
        (429, Trouble::LinkBusy),
        (400, Trouble::ShareServerRefuses),
        (401, Trouble::ShareServerRefuses),
        (302, Trouble::ShareServerRefuses),
        (402, Trouble::ShareServerRefuses),
        (403, Trouble::ShareServerRefuses),
        (405, Trouble::ShareServerRefuses),
        (415, Trouble::ShareServerRefuses),
        (422, Trouble::ShareServerRefuses),
        (428, Trouble::ShareServerRefuses),
        (451, Trouble::ShareServerRefuses),
        (501, Trouble::ShareServerRefuses),
        (408, Trouble::ShareServerDown),
        (500, Trouble::ShareServerDown),
        (502, Trouble::ShareServerDown),
        (503, Trouble::ShareServerDown),
        (504, Trouble::ShareServerDown),
        (204, Trouble::ShareServerRefuses),
        (200, Trouble::ContentUnreadable),
    ] {
        assert_eq!(trouble(status, None).trouble(), expected, "{status}");
    }
    assert_eq!(trouble(503, Some(20)), ResolveDefect::Busy { retry_after_secs: 20 });
    for (said, believed) in [(None, 60), (Some(0), 0), (Some(30), 30), (Some(1_000_000_000), 3_600)] {
        assert_eq!(trouble(429, said), ResolveDefect::Busy { retry_after_secs: believed });
    }
}

#[test]
fn one_bad_file_hides_no_other_and_each_says_why() {
    let good = seal(&bundle(condition("A")), Some("application/fhir+json;fhirVersion=4.0.1"));
    let answers = Answers::new([
        (
            URL,
            200,
            json!({"files": [
                {"location": "https://f.example.org/gone"},
                {"contentType": "application/fhir+json"},
                {"embedded": good.replace("..", "..A"), "contentType": "application/fhir+json"},
                {"embedded": good, "contentType": "application/fhir+json", "lastUpdated": "2025-12-01T00:00:00Z"},
                {"location": "https://f.example.org/unreachable"},
                {"location": "https://f.example.org/good", "lastUpdated": "2025-11-01T00:00:00Z"},
                {"embedded": seal(&json!({"hello": 1}), None)},
                {"embedded": seal(&bundle(condition("X")), None), "status": "no-longer-valid",
                    "lastUpdated": "2020-01-01T00:00:00Z"},
            ]})
            .to_string(),
        ),
        ("https://f.example.org/gone", 404, String::new()),
        ("https://f.example.org/good", 200, seal(&bundle(condition("B")), None)),
    ]);
    let share = resolve(&answers).expect("a share");
    assert_eq!(share.documents.len(), 2);
    let digests = share.documents.iter().map(|document| document.source().digest);
    assert!(digests.eq([sha256(URL.as_bytes()); 2]), "names do not depend on which files could be had");
    assert_eq!(share.documents[1].source().host, "f.example.org");
    assert_eq!(share.last_updated.map(Timestamp::date).as_deref(), Some("2025-11-01"));
    let arrival = share.into_arrival(DAY).expect("a form");
    assert_eq!(
        arrival.facts.refused,
        [
            Trouble::LinkGone,
            Trouble::ContentUnreadable,
            Trouble::ContentUnreadable,
            Trouble::ShareServerDown,
            Trouble::ContentUnreadable,
            Trouble::LinkWithdrawn
        ]
    );
}

#[test]
fn what_was_taken_back_is_not_read() {
    let file = json!({"embedded": seal(&bundle(condition("A")), None)});
    let whole = Answers::manifest(&json!({"status": "no-longer-valid", "files": [file]}));
    assert_eq!(resolve(&whole).err(), Some(ResolveDefect::Withdrawn));
    let mut one = file.clone();
    one["status"] = json!("no-longer-valid");
    assert_eq!(resolve(&Answers::manifest(&json!({"files": [one]}))).err(), Some(ResolveDefect::Withdrawn));
    let share = resolve(&Answers::manifest(&json!({"files": [one, file]}))).expect("the other file");
    assert_eq!((share.documents.len(), share.refused.as_slice()), (1, [ResolveDefect::Withdrawn].as_slice()));
}

#[test]
fn the_header_inside_wins_over_the_manifest_and_every_mismatch_is_said() {
    let content = bundle(condition("A"));
    for (listed, own, differs) in [
        (None, None, false),
        (Some("application/fhir+json"), None, false),
        (Some("application/fhir+json"), Some("application/fhir+json"), false),
        (Some("application/smart-health-card"), Some("application/fhir+json"), true),
        (Some("application/smart-health-card"), None, true),
        (Some("application/fhir+json"), Some("application/smart-health-card"), true),
        (Some("application/fhir+json"), Some("application/json"), true),
    ] {
        let file = json!({"embedded": seal(&content, own), "contentType": listed});
        let share = resolve(&Answers::manifest(&json!({"files": [file]}))).expect("a share");
        assert_eq!(findings(&share).contains(&Finding::TypeDiffers), differs, "{listed:?} {own:?}");
        assert_eq!(share.documents.len(), 1);
    }
}

#[test]
fn an_offer_of_access_is_not_used_and_its_location_not_asked() {
    let token = json!({"access_token": "canary-token", "token_type": "bearer", "aud": "https://fhir.example.org"});
    let records = json!({"embedded": seal(&bundle(condition("A")), None)});
    for offer in [
        json!({"contentType": "application/smart-api-access", "location": "https://f.example.org/token"}),
        json!({"contentType": "application/smart-api-access", "embedded": seal(&token, None)}),
        json!({"embedded": seal(&token, Some("application/smart-api-access"))}),
        json!({"embedded": seal(&token, None)}),
        // Whatever is inside: the authenticated header calls it an offer of access.
        json!({"embedded": seal(&bundle(condition("B")), Some("application/smart-api-access"))}),
    ] {
        let answers = Answers::manifest(&json!({"files": [offer, records]}));
        let share = resolve(&answers).expect("the records");
        assert_eq!(answers.asked.into_inner().len(), 1, "{offer}");
        assert!(findings(&share).contains(&Finding::AccessNotUsed), "{offer}");
        assert_eq!(share.documents.len(), 1);
        assert!(!format!("{share:?}").contains("canary-token"));
        let alone = resolve(&Answers::manifest(&json!({"files": [offer]})));
        assert_eq!(alone.err(), Some(ResolveDefect::NothingToRead), "{offer}");
    }
}

#[test]
fn files_of_other_types_are_left_out_unread_and_other_fhir_versions_are_marked() {
    let records = json!({"embedded": seal(&bundle(condition("A")), None), "contentType": "application/fhir+json",
        "fhirVersion": "5.0.0"});
    let picture = json!({"contentType": "image/png", "location": "https://f.example.org/picture"});
    let answers = Answers::manifest(&json!({"files": [picture, records]}));
    let share = resolve(&answers).expect("the records");
    assert_eq!(answers.asked.into_inner().len(), 1);
    assert_eq!(findings(&share), [Finding::TypeNotRead, Finding::OtherFhirVersion]);
    let parameter = json!({"embedded": seal(&bundle(condition("A")), Some("fhir+json;fhirVersion=4.3.0"))});
    let share = resolve(&Answers::manifest(&json!({"files": [parameter]}))).expect("the records");
    assert_eq!(findings(&share), [Finding::OtherFhirVersion]);
}

#[test]
fn resources_that_come_alone_make_one_document_together() {
    let coverage = json!({"resourceType": "Coverage", "status": "active", "payor": [{"display": "Payer"}],
        "beneficiary": {"reference": "Patient/p"}});
    let files = [patient(), coverage].map(|resource| json!({"embedded": seal(&resource, None)}));
    let share = resolve(&Answers::manifest(&json!({ "files": files }))).expect("a share");
    assert_eq!(findings(&share), [Finding::SingleResource]);
    let [document] = share.documents.as_slice() else { panic!("not one document") };
    assert_eq!(document.bundle().entries.len(), 2);
    let form = share.into_arrival(DAY).expect("a form").intake;
    assert!(form.items.iter().all(|item| item.cautions.is_empty()), "whose the policy is cannot be told");
}

#[test]
fn the_same_content_counts_once_and_a_location_that_is_named_twice_is_asked_once() {
    let file = seal(&bundle(condition("A")), None);
    let location = json!({"location": "https://f.example.org/a"});
    let manifest = json!({"files": [location, location, {"embedded": file}]});
    let answers = Answers::new([(URL, 200, manifest.to_string()), ("https://f.example.org/a", 200, file)]);
    let share = resolve(&answers).expect("a share");
    assert_eq!((share.documents.len(), share.refused.len()), (1, 0));
    assert_eq!(answers.asked.into_inner().len(), 2);
}

#[test]
fn a_share_that_may_change_says_so() {
    let file = json!({"embedded": seal(&bundle(condition("A")), None)});
    let mut changing = file.clone();
    changing["status"] = json!("can-change");
    for (flag, manifest) in [
        ("L", json!({"files": [file]})),
        ("", json!({"status": "can-change", "files": [file]})),
        ("", json!({"files": [changing]})),
    ] {
        let share = resolve_with(flag, &Answers::manifest(&manifest), None).expect("a share");
        assert_eq!(findings(&share), [Finding::MayChange], "{flag} {manifest}");
    }
    let share = resolve(&Answers::manifest(&json!({"status": "finalized", "files": [file]}))).expect("a share");
    assert_eq!(findings(&share), []);
}

#[test]
fn all_files_together_stay_under_one_cap() {
    let padding = "x".repeat(12_000_000);
    let of = |number: usize| {
        let mut content = bundle(condition("A"));
        content["meta"] = json!({"tag": [{"display": format!("{number}{padding}")}]});
        seal(&content, None)
    };
    let locations: Vec<String> = (0..6).map(|number| format!("https://f.example.org/{number}")).collect();
    let files: Vec<Value> = locations.iter().map(|location| json!({ "location": location })).collect();
    let mut answers = Answers::manifest(&json!({ "files": files }));
    answers.listed.extend(locations.iter().enumerate().map(|(n, url)| (url.clone(), 200, of(n), None)));
    let share = resolve(&answers).expect("the first files");
    assert_eq!(share.documents.len(), 5);
    assert_eq!(share.refused, [ResolveDefect::ShareTooLarge]);
}

#[test]
fn documents_are_left_out_before_records_are() {
    let pdf = "JVBE".repeat(6_000_000);
    let file = |number: usize| {
        let letter = json!({"resource": {"resourceType": "DocumentReference", "id": format!("letter-{number}"),
            "content": [{"attachment": {"contentType": "application/pdf", "data": pdf}}]}});
        let mut content = bundle(condition("A"));
        content["entry"].as_array_mut().expect("entries").insert(0, letter);
        seal(&content, None)
    };
    let locations: Vec<String> = (0..3).map(|number| format!("https://f.example.org/{number}")).collect();
    let files: Vec<Value> = locations.iter().map(|location| json!({ "location": location })).collect();
    let mut answers = Answers::manifest(&json!({ "files": files }));
    answers.listed.extend(locations.iter().enumerate().map(|(n, url)| (url.clone(), 200, file(n), None)));
    let share = resolve(&answers).expect("a share");
    assert_eq!(share.refused, []);
    let has_data =
        |document: &SharedDocument| document.bundle().entries[0].resource.text("/content/0/attachment/data").is_some();
    assert_eq!(share.documents.iter().map(has_data).collect::<Vec<_>>(), [true, true, false]);
    for document in &share.documents {
        assert!(document.bundle().entries.iter().any(|entry| entry.resource.is(crate::fhir::RecordType::Condition)));
    }
}

#[test]
fn a_share_of_nothing_says_so() {
    assert_eq!(resolve(&Answers::manifest(&json!({"files": []}))).err(), Some(ResolveDefect::NothingToRead));
    let empty = json!({"files": [{"embedded": seal(&json!({"verifiableCredential": []}), None)}]});
    assert_eq!(resolve(&Answers::manifest(&empty)).err(), Some(ResolveDefect::NothingToRead));
}

#[test]
fn a_link_without_a_bundle_of_records_is_no_ktc_share() {
    let found = |content: &Value| {
        let manifest = json!({"files": [{"embedded": seal(content, None)}]});
        resolve(&Answers::manifest(&manifest)).map(|share| share.conformance.expect("a verdict").findings)
    };
    let records = found(&bundle(condition("A"))).expect("a share");
    assert!(!records.contains(&Finding::NoBundle));
    let alone = found(&patient()).expect("a share");
    assert!(alone.contains(&Finding::SingleResource) && !alone.contains(&Finding::NoBundle), "said once");
}

#[test]
fn the_export_of_a_personal_record_is_read_with_where_each_part_came_from_and_is_no_share_of_the_draft() {
    let of = |kind: &str, more: Value| {
        let mut json = json!({"resourceType": kind});
        more.as_object().expect("members").iter().for_each(|(name, value)| json[name] = value.clone());
        json
    };
    let provider = |name: &str, id: &str, family: &str, code: &str| {
        let patient =
            of("Patient", json!({"id": id, "birthDate": "1974-02-28", "name": [{"family": family, "given": ["Ana"]}]}));
        let problem =
            of("Condition", json!({"code": {"text": code}, "subject": {"reference": format!("Patient/{id}")}}));
        json!({"name": name, "fhir": {"Patient": [patient], "Condition": [problem]}})
    };
    let export = json!({"providers": [provider("Elm Practice", "1", "Delgado", "Gout"), provider("Oak Hospital", "7", "DELGADO", "Asthma")]});
    let share = resolve(&Answers::manifest(&json!({"files": [{"embedded": seal(&export, None)}]}))).expect("a share");
    assert_eq!(findings(&share), [Finding::RecordExport]);
    let form = share.into_arrival(DAY).expect("a form").intake;
    assert_eq!(form.spellings.len(), 1);
    let from = |title: &str| {
        let item = form.items.iter().find(|item| item.title.reveal() == title).expect("an item");
        let from = item.facts.iter().find(|fact| fact.kind == crate::intake::FactKind::StatedSource);
        from.map(|fact| fact.text(crate::language::Language::English).reveal().clone())
    };
    assert_eq!((from("Gout").as_deref(), from("Asthma").as_deref()), (Some("Elm Practice"), Some("Oak Hospital")));
}

#[test]
fn a_file_that_the_app_wrapped_in_something_else_is_the_apps_to_mend() {
    let address = link("U").direct_file_url("Lakeside Clinic").expect("an address").reveal().clone();
    let of = |body: String| resolve_with("U", &Answers::new([(&address, 200, body)]), None);
    let file = seal(&bundle(condition("A")), None);
    assert!(of(file.clone()).is_ok() && of(format!("{file}\r\n")).is_ok());
    let lines: Vec<&str> = file.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    for body in [
        json!(file).to_string(),
        json!({"jwe": file}).to_string(),
        lines.join("\r\n"),
        format!("\u{FEFF}{file}"),
        "<html>sign in</html>".to_owned(),
        bundle(condition("A")).to_string(),
        file[..file.len() / 2].to_owned(),
        String::new(),
    ] {
        let trouble = of(body.clone()).expect_err("no share").trouble();
        assert_eq!(trouble, Trouble::ContentUnreadable, "{body}");
        assert!(trouble.actor() == crate::trouble::Actor::SendingApp && !trouble.can_retry());
    }
}
