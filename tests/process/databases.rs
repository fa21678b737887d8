//! Databases of every schema version, made by the program of their time (`tests/fixtures/databases/README.md`): each opens, is
//! brought to this version, and what was queued is sent over HTTP by the kiosk's own sender. Nothing is lost, nothing doubled.

use crate::support::queue::{DAY, Ehr, Kind, chain_holds, confirmed, key, plan, resent};
use ktc_kiosk::audit::{AuditEvent, AuditKind};
use ktc_kiosk::delivery::{CircuitBreaker, FolderFiles, Method, Request, WaitReason};
use ktc_kiosk::filing::{LabelledChart, NewPatient, PatientKey, Step, SubmissionId};
use ktc_kiosk::folder::Folder;
use ktc_kiosk::net::{Credentials, EhrClient, EhrTls, prepare_tls};
use ktc_kiosk::resolve::Arrival;
use ktc_kiosk::runtime::{Destination, Sender, Unsaved};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::store::{Content, OutboxEntry, OutboxState, PinStanding, Store, Subject};
use ktc_kiosk::time::Timestamp;
use ktc_testbed::wire::{self, response_bytes};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::runtime::Builder;

/// All that there were.
const VERSIONS: [u32; 6] = [1, 2, 3, 4, 5, 6];
/// Where the check-ins of the fixtures were confirmed for.
const CONFIRMED_FOR: &str = "https://ehr.example/fhir";

/// What an EHR has when it is asked again: what left before, and whose answer was lost.
const THERE: [&str; 9] =
    ["cond-1", "cond-2", "search-1", "search-2", "taken-1", "crashed-1", "mixed-1", "mixed-2", "never-1"];

/// Held for review there, or filed by an earlier check-in where nobody can look.
const NOT_MADE: [&str; 2] = ["noted-1", "unseen-1"];

fn later() -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + 100_000_000)
}

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/databases/v{version}"))
}

/// A copy that may be changed.
fn copied(version: u32) -> TempDir {
    let temp = tempfile::tempdir().expect("a folder");
    for file in fs::read_dir(fixture(version)).expect("a fixture").map(|entry| entry.expect("an entry")) {
        fs::copy(file.path(), temp.path().join(file.file_name())).expect("a copy");
    }
    temp
}

/// Id (its end), state and reason of each check-in, as the program that made the database said them.
fn said(version: u32) -> BTreeMap<String, (String, String)> {
    let text = fs::read_to_string(fixture(version).join("list.txt")).expect("a list");
    let line = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        (words[0].to_owned(), (words[1].to_owned(), words[2].to_owned()))
    };
    text.lines().map(line).filter(|(_, (state, _))| state != "kept").collect()
}

fn end_of(entry: &OutboxEntry) -> String {
    entry.submission.as_str()[30..].to_owned()
}

fn listed(store: &Mutex<Store>) -> BTreeMap<String, OutboxEntry> {
    let entries = store.lock().expect("a lock").outbox().list().expect("a list");
    entries.into_iter().map(|entry| (end_of(&entry), entry)).collect()
}

/// A FHIR server on loopback with one patient, which remembers what it made.
struct Served {
    ehr: Arc<Mutex<Ehr>>,
    base: String,
}

fn serve() -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let base = format!("http://{}/fhir", listener.local_addr().expect("an address"));
    let ehr = Arc::new(Mutex::new(Ehr {
        conditional: true,
        made: THERE.map(str::to_owned).to_vec(),
        charts: THERE.map(|_| "Patient/7".to_owned()).to_vec(),
    }));
    let shared = Arc::clone(&ehr);
    let run = move || {
        let mut phone = "+1 555 0100".to_owned();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let request = wire::read_request(&mut BufReader::new(&stream)).expect("a request");
            let (status, headers, body) = answer(&request, &mut shared.lock().expect("a lock"), &mut phone);
            stream.write_all(&response_bytes(status, &headers, &body)).expect("an answer");
        }
    };
    std::thread::Builder::new().spawn(run).expect("a thread");
    Served { ehr, base }
}

fn answer(request: &wire::Request, ehr: &mut Ehr, phone: &mut String) -> (u16, wire::Headers, Vec<u8>) {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let target = request.target.strip_prefix("/fhir").expect("below the base").trim_start_matches('/');
    if target.starts_with("Patient?") || target.starts_with("Patient/$match") {
        let nobody = json!({"resourceType": "Bundle", "type": "searchset", "total": 0});
        return (200, vec![header("Content-Type", "application/fhir+json")], nobody.to_string().into_bytes());
    }
    if target == "Patient/7" {
        if request.method == "PUT" {
            let sent: Value = serde_json::from_slice(&request.body).expect("JSON");
            *phone = sent["telecom"][0]["value"].as_str().expect("a phone").to_owned();
        }
        let marital = (phone == "+1 555 0199").then(|| json!({"text": "married"}));
        let mut patient = json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "3"},
            "telecom": [{"system": "phone", "value": phone}]});
        if let Some(marital) = marital {
            patient["maritalStatus"] = marital;
        }
        let headers = vec![header("Content-Type", "application/fhir+json"), header("ETag", "W/\"3\"")];
        return (200, headers, patient.to_string().into_bytes());
    }
    let asked = Request {
        method: if request.method == "GET" { Method::Get } else { Method::Post },
        target: Sensitive::from(target),
        if_none_exist: request.header("If-None-Exist").map(str::to_owned),
        if_match: None,
        body: Some(Sensitive::new(request.body.clone())),
    };
    let reply = ehr.answer(&asked);
    let mut headers = vec![header("Content-Type", "application/fhir+json")];
    headers.extend(reply.location.iter().map(|place| header("Location", place)));
    (reply.status, headers, reply.body.reveal().clone())
}

/// Sends whatever may be sent.
fn send(store: &Mutex<Store>, to: &Destination) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let breaker = Mutex::new(CircuitBreaker::default());
    let sender = Sender {
        store,
        breaker: &breaker,
        now: later,
        random: || 0,
        ask: async |request: &Request| to.ask(request).await,
        find: async |new: &NewPatient, name: &str| to.find(new, name).await,
        keep: |files: &FolderFiles| to.keep(files),
    };
    let mut unsaved = Unsaved::default();
    runtime.block_on(async { while sender.save_and_claim(&mut unsaved, true).await.expect("the store").sent {} });
}

fn destination(base: &str, folder: &Path) -> Destination {
    prepare_tls();
    let client = EhrTls::new(None, None).expect("TLS").client().expect("a client");
    let ehr = EhrClient::new(client, base.parse().expect("an address"), Credentials::None);
    Destination::Ehr(ehr, Folder::new(folder.join("check-ins")))
}

fn content(store: &Mutex<Store>, entry: &OutboxEntry) -> Content {
    store.lock().expect("a lock").outbox().show(&entry.submission).expect("it opens").1
}

/// The names under which a queued plan files its records.
fn names_in(content: &Content) -> Vec<String> {
    let Content::Plan(plan) = content else { return Vec::new() };
    let expected = plan.steps.iter().flat_map(|step| match step {
        Step::Transaction(transaction) => transaction.expected.as_slice(),
        Step::Create(create) => std::slice::from_ref(&create.expected),
        Step::Amend(_) | Step::Keep(_) => &[],
    });
    expected.map(|expected| expected.name.clone()).collect()
}

/// How a check-in stands once its database is opened.
fn stands<'a>(version: u32, id: &str, said: &'a BTreeMap<String, (String, String)>) -> (&'a str, &'a str) {
    match &said[id] {
        (state, _) if state == "sending" => ("queued", "interrupted"),
        // Before version 5 the list did not say so, and it was so.
        _ if (version, id) == (4, "69") => ("queued", WaitReason::BehindAParkedOne.word()),
        (state, reason) => (state, reason),
    }
}

fn every_row_is_there_with_its_reason(version: u32, said: &BTreeMap<String, (String, String)>, store: &Mutex<Store>) {
    let entries = listed(store);
    assert!(entries.keys().eq(said.keys()), "version {version}");
    for (id, entry) in entries {
        assert_eq!(
            (entry.state.word(), entry.reason.map_or("-", WaitReason::word)),
            stands(version, &id, said),
            "version {version}: {id}"
        );
        assert_ne!(entry.waits_for(), Some(WaitReason::UnknownReason), "version {version}: {id}");
        assert_eq!(entry.waits_for().is_some_and(WaitReason::needs_person), entry.state == OutboxState::NeedsPerson);
    }
}

fn id(end: &str) -> SubmissionId {
    SubmissionId::parse(&format!("{end:0>32}")).expect("an id")
}

fn what_version_6_is_new_in_opens(store: &mut Store) {
    let kept = store.kept().list().expect("a list");
    let said = kept.iter().map(|entry| (entry.submission.as_str()[30..].to_owned(), entry.number.0, entry.restored));
    let said: Vec<(String, u32, bool)> = said.collect();
    let expected = [("80", 2, true), ("81", 50, false), ("82", 51, false), ("83", 52, false)];
    assert_eq!(said, expected.map(|(end, number, restored)| (end.to_owned(), number, restored)));
    for (end, name) in [("80", "Ada Okafor"), ("81", "Edda Okafor"), ("82", "Femi Okafor"), ("83", "Gita Okafor")] {
        let (_, label) = store.kept().show(&id(end)).expect("it opens");
        assert_eq!((label.name.reveal().as_str(), &label.chart), (name, &LabelledChart::NotChosen));
        let event = AuditEvent::new(AuditKind::KeptCheckInOpened, SessionId(1)).by("f.ortiz");
        let (form, lease) = store.kept().open(&id(end), event, later()).expect("it opens");
        let form = Arrival::from_bytes(&form).expect("a form");
        assert_eq!((form.intake.person.name.reveal().as_str(), form.intake.items.len()), (name, 2));
        assert_eq!((lease.fence, lease.restored), (if end == "82" { 2 } else { 1 }, end == "80"));
    }
    // Whose a check-in is that waits, and into which chart.
    let mut label = |end: &str| {
        let shown = store.outbox().shown(&id(end)).expect("a store").expect("it waits");
        shown.label.map(|label| (label.name.reveal().clone(), label.chart, label.items.len()))
    };
    assert_eq!(label("25"), Some(("Bea Okafor".to_owned(), LabelledChart::New, 2)));
    assert_eq!(label("6e"), Some(("Cleo Okafor".to_owned(), LabelledChart::New, 2)));
    let chosen = LabelledChart::Existing { id: "7".into(), identifiers: vec!["MRN-0007".into()] };
    assert_eq!(label("6f"), Some(("Dora Okafor".to_owned(), chosen.clone(), 2)));
    assert_eq!(label("84"), Some(("Hope Okafor".to_owned(), chosen, 2)));
    assert_eq!(label("6c"), None);
    let places =
        store.outbox().shown(&id("25")).expect("a store").and_then(|shown| shown.doubt).expect("a doubt").places;
    assert_eq!(places.iter().map(|place| place.place.as_str()).collect::<Vec<_>>(), ["Patient/31"]);
    let seen = store.charts_seen().expect("the store");
    let seen: Vec<(i64, &str)> = seen.iter().map(|(session, chart)| (*session, chart.reveal().as_str())).collect();
    assert_eq!(seen, [(7, "Patient/7"), (9, "Patient/12")]);
}

fn what_was_filed_in_another_ehr_is_filed_here_and_numbers_go_on(
    after: &BTreeMap<String, OutboxEntry>,
    made: &Ehr,
    store: &Mutex<Store>,
) {
    let counts = made.counts();
    assert_eq!((counts.get("unseen-2"), counts.get("unseen-1")), (Some(&1), None));
    // A chart was opened, and what belongs in it lies there.
    let chart = made.made.iter().position(|name| name == "new-chart-6e").expect("a chart");
    let record = made.made.iter().position(|name| name == "new-record-6e").expect("a record");
    assert_eq!(made.charts[record], format!("Patient/{chart}"));
    // Of a check-in that was kept and then confirmed the number is the one that it was kept under.
    assert_eq!(after["84"].number.0, 53);
    // 54 was of the one that was discarded, 55 is the last in the queue.
    let mut store = store.lock().expect("a lock");
    let plan = plan(0xff, Kind::Transaction, &["one-more".to_owned()]);
    let subject = Subject::new(PatientKey::from_chart("255", None), vec![[255; 32]]);
    let next = store.outbox().enqueue(&plan, &subject, confirmed(), DAY, later()).expect("queued");
    assert_eq!(next.0, 56);
    assert_eq!(store.kept().count().expect("a count"), 4, "what is kept waits for staff");
}

fn opens_and_sends(version: u32) {
    let (folder, said, served) = (copied(version), said(version), serve());
    let to = destination(&served.base, folder.path());
    let opened = Store::open(folder.path(), key(), later()).expect("a store");
    assert!(opened.damaged.is_none() && opened.rolled_back.is_none(), "version {version}");
    assert_eq!(opened.recovered, 1, "version {version}");
    let mut store = opened.store;
    store.files_to(Some(CONFIRMED_FOR));
    chain_holds(&mut store);
    let tries = store.pin_attempts().standing(later()).expect("the store");
    assert_eq!(tries, PinStanding::Open { wrong_tries: 2 }, "version {version}");
    let keys = store.issuer_cache().find("https://issuer.example/.well-known/jwks.json").expect("the store");
    assert_eq!(keys.is_some(), version >= 2);
    let store = Mutex::new(store);
    every_row_is_there_with_its_reason(version, &said, &store);
    if version >= 6 {
        what_version_6_is_new_in_opens(&mut store.lock().expect("a lock"));
    }
    let queued = listed(&store).into_values().filter(|entry| entry.state == OutboxState::Queued);
    let queued: Vec<(String, Vec<String>)> =
        queued.map(|entry| (end_of(&entry), names_in(&content(&store, &entry)))).collect();

    send(&store, &to);
    let after = listed(&store);
    for (id, entry) in &after {
        let (state, reason) = stands(version, id, &said);
        let expected = match state {
            "needs-person" => OutboxState::NeedsPerson,
            // Its patient's earlier one waits for a person.
            _ if reason == WaitReason::BehindAParkedOne.word() => OutboxState::Queued,
            _ => OutboxState::Accepted,
        };
        assert_eq!(entry.state, expected, "version {version}: {id} {:?}", entry.reason);
        if reason == WaitReason::RowChanged.word() {
            // What was changed on disk opens no more.
            continue;
        }
        let receipt = matches!(content(&store, entry), Content::Receipt(receipt) if !receipt.filed.is_empty() || !receipt.notes.is_empty());
        assert_eq!(receipt, expected == OutboxState::Accepted, "version {version}: {id}");
    }
    let made = served.ehr.lock().expect("a lock").clone();
    assert!(made.counts().values().all(|count| *count == 1), "version {version}: something is doubled");
    for (id, names) in queued.iter().filter(|(id, _)| after[id].state == OutboxState::Accepted) {
        let elsewhere = |name: &&String| !NOT_MADE.contains(&name.as_str());
        assert!(names.iter().filter(elsewhere).all(|name| made.made.contains(name)), "version {version}: {id} is lost");
    }
    assert!(!made.made.iter().any(|name| NOT_MADE.contains(&name.as_str()) || name.starts_with("refused")));
    if version >= 6 {
        what_was_filed_in_another_ehr_is_filed_here_and_numbers_go_on(&after, &made, &store);
    }
    // Files for the folder are known since version 4.
    for id in ["66", "67"].iter().filter(|_| version >= 4) {
        let kept = folder.path().join("check-ins").join(after[*id].submission.as_str());
        assert!(kept.join("summary.pdf").is_file() && kept.join("receipt.json").is_file(), "version {version}: {id}");
    }

    // A person looked for what no answer proved: it is created now, and what waited behind it follows.
    if let Some(lost) = after.get("20") {
        let mut locked = store.lock().expect("a lock");
        let looked = locked.outbox().shown(&lost.submission).expect("a store").and_then(|shown| shown.doubt);
        let looked = looked.expect("it waits for a person");
        locked.outbox().send_again(&lost.submission, &looked, resent(), later()).expect("queued");
        drop(locked);
        send(&store, &to);
        let entries = listed(&store);
        assert!(entries.values().all(|entry| entry.state != OutboxState::Queued), "version {version}");
        assert_eq!(entries["20"].state, OutboxState::Accepted, "version {version}");
        assert_eq!(served.ehr.lock().expect("a lock").counts()["lost-2"], 1, "version {version}");
    }
    chain_holds(&mut store.into_inner().expect("a lock"));
}

#[test]
fn a_database_of_every_version_opens_and_sends_its_queue_without_loss_or_double() {
    VERSIONS.into_iter().for_each(opens_and_sends);
}
