//! What the tests of the queue share: an EHR in memory that counts what it makes, plans of each kind, and somebody who runs a
//! line of sending without threads or network.
#![allow(dead_code, reason = "each test and the example uses its own part")]

use ktc_kiosk::audit::{AuditEvent, AuditKind};
use ktc_kiosk::delivery::{EhrReply, Method, Request};
use ktc_kiosk::fhir::RecordType;
use ktc_kiosk::filing::systems::ITEM;
use ktc_kiosk::filing::{Create, Expected, FilingPlan, RepeatSafety, Step, SubmissionId, Transaction};
use ktc_kiosk::intake::ItemId;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::store::{SealingKey, Store};
use ktc_kiosk::time::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

pub const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
pub const DAY: &str = "2026-11-22";

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_790_000_000_000 + millis)
}

pub fn key() -> SealingKey {
    SealingKey::from_text(KEY).expect("a key")
}

/// A folder that no disk is behind, where there is one: the databases are real, their syncs are free.
pub fn fast_folder() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder")
}

pub fn confirmed() -> AuditEvent {
    AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(7)).by("f.ortiz")
}

pub fn resent() -> AuditEvent {
    AuditEvent::between_visits(AuditKind::CheckInResent).by("f.ortiz")
}

/// How a plan files its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Transaction,
    Creates(RepeatSafety),
}

/// A plan that files these items, by name.
pub fn plan(number: u128, kind: Kind, names: &[String]) -> FilingPlan {
    plan_for(number, kind, names, "Patient/7")
}

/// The same into this chart.
pub fn plan_for(number: u128, kind: Kind, names: &[String], chart: &str) -> FilingPlan {
    let submission = SubmissionId::parse(&format!("{number:032x}")).expect("an id");
    let expected = |name: &String| Expected { items: vec![ItemId(1)], kind: RecordType::Condition, name: name.clone() };
    let resource = |name: &String| json!({"resourceType": "Condition", "identifier": [{"system": ITEM, "value": name}], "subject": {"reference": chart}});
    let steps = match kind {
        Kind::Transaction => {
            let entry = |name: &String| {
                json!({"fullUrl": format!("urn:uuid:{name}"), "resource": resource(name), "request":
                    {"method": "POST", "url": "Condition", "ifNoneExist": format!("identifier={ITEM}|{name}")}})
            };
            let entries: Vec<Value> = names.iter().map(entry).collect();
            let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
            let expected = names.iter().map(expected).collect();
            vec![Step::Transaction(Transaction { bundle: Sensitive::new(bundle), expected })]
        }
        Kind::Creates(again) => {
            let create = |name: &String| {
                let resource = Sensitive::new(resource(name));
                Step::Create(Create {
                    resource,
                    urn: format!("urn:uuid:{name}"),
                    expected: expected(name),
                    again,
                    duplicate_codes: Vec::new(),
                })
            };
            names.iter().map(create).collect()
        }
    };
    FilingPlan { submission, chart: chart.into(), steps, notes: Vec::new(), new_patient: None }
}

/// An EHR in memory.
#[derive(Clone, Debug, Default)]
pub struct Ehr {
    /// Whether it honours `If-None-Exist`.
    pub conditional: bool,
    /// The names of what it made, in order.
    pub made: Vec<String>,
    /// Into which charts.
    pub charts: Vec<String>,
}

impl Ehr {
    pub fn new(conditional: bool) -> Ehr {
        Ehr { conditional, ..Ehr::default() }
    }

    /// How many records carry each name.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        self.made.iter().for_each(|name| *counts.entry(name.as_str()).or_default() += 1);
        counts
    }

    /// Does what the request asks for and answers.
    pub fn answer(&mut self, request: &Request) -> EhrReply {
        let target = request.target.reveal();
        match request.method {
            Method::Get if !target.contains('?') => self.read(target),
            Method::Get => self.search(target),
            Method::Post if target.is_empty() => {
                let bundle = body_of(request);
                let entries = bundle["entry"].as_array().expect("entries").iter().map(|entry| {
                    let condition = entry["request"]["ifNoneExist"].as_str();
                    let (place, made) = self.create(&entry["resource"], condition);
                    json!({"response": {"status": if made { "201" } else { "200" }, "location": place}})
                });
                let entries: Vec<Value> = entries.collect();
                reply(200, None, &json!({"resourceType": "Bundle", "type": "transaction-response", "entry": entries}))
            }
            _ => {
                let (place, made) = self.create(&body_of(request), request.if_none_exist.as_deref());
                reply(if made { 201 } else { 200 }, Some(place), &Value::Null)
            }
        }
    }

    fn create(&mut self, resource: &Value, condition: Option<&str>) -> (String, bool) {
        let name = resource["identifier"][0]["value"].as_str().expect("a name");
        let kind = resource["resourceType"].as_str().expect("a type");
        let wanted = condition.filter(|_| self.conditional).and_then(|query| query.split('|').nth(1));
        if let Some(place) = wanted.and_then(|wanted| self.made.iter().position(|made| made == wanted)) {
            return (format!("{kind}/{place}"), false);
        }
        let place = format!("{kind}/{}", self.made.len());
        self.made.push(name.to_owned());
        // A chart is its own.
        let chart = if kind == "Patient" { Some(place.as_str()) } else { resource["subject"]["reference"].as_str() };
        self.charts.push(chart.expect("a chart").to_owned());
        (place, true)
    }

    fn read(&self, target: &str) -> EhrReply {
        let place = target.strip_prefix("Condition/").and_then(|id| id.parse::<usize>().ok());
        match place.filter(|place| *place < self.made.len()) {
            Some(place) => reply(
                200,
                None,
                &json!({"resourceType": "Condition", "id": place.to_string(),
                "subject": {"reference": self.charts.get(place).map_or("Patient/7", String::as_str)}}),
            ),
            None => reply(404, None, &Value::Null),
        }
    }

    fn search(&self, target: &str) -> EhrReply {
        let wanted = target.rsplit("%7C").next().expect("a name");
        let found = self.made.iter().enumerate().filter(|(_, name)| *name == wanted).map(|(place, name)| {
            json!({"resource": {"resourceType": "Condition", "id": place.to_string(),
                "identifier": [{"system": ITEM, "value": name}]}})
        });
        let found: Vec<Value> = found.collect();
        reply(200, None, &json!({"resourceType": "Bundle", "type": "searchset", "entry": found}))
    }
}

fn body_of(request: &Request) -> Value {
    serde_json::from_slice(request.body.as_ref().expect("a body").reveal()).expect("JSON")
}

pub fn reply(status: u16, location: Option<String>, body: &Value) -> EhrReply {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    EhrReply { status, retry_after: None, location, etag: None, body: Sensitive::new(bytes) }
}

/// Runs a future to its end that never has to wait.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}

/// The audit chain holds, and so does its end against the checkpoint.
pub fn chain_holds(store: &mut Store) {
    assert!(store.audit().verify().expect("the store").is_ok(), "the audit chain is broken");
}
