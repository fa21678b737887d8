//! An EHR in memory, and everything that can go wrong between it and an undo.

use super::*;
use crate::delivery::UndoResult;
use crate::delivery::{Amended, EhrReply, Filed, Method, Next, NoAnswer, Order, Reply, Request};
use crate::filing::systems::{CHECK_IN, ITEM};
use crate::filing::{Capabilities, Expected, Profile, Site};
use crate::time::Day;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const DAY: Day = Day::constant(2026, 12, 1);

fn submission() -> SubmissionId {
    SubmissionId::parse(&"a".repeat(32)).expect("an id")
}

/// Records with their versions; none for one that is gone.
#[derive(Clone, Default)]
struct Ehr {
    records: BTreeMap<String, Option<(Value, u32)>>,
    writes: usize,
}

impl Ehr {
    fn put(&mut self, place: &str, mut record: Value) {
        let (kind, id) = place.split_once('/').expect("a place");
        let version = self.records.get(place).and_then(Option::as_ref).map_or(1, |(_, version)| version + 1);
        record["resourceType"] = kind.into();
        record["id"] = id.into();
        record["meta"]["versionId"] = version.to_string().into();
        self.records.insert(place.to_owned(), Some((record, version)));
    }

    fn at(&self, place: &str) -> Option<&Value> {
        self.records.get(place)?.as_ref().map(|(record, _)| record)
    }

    fn answer(&mut self, request: &Request) -> EhrReply {
        let target = request.target.reveal().clone();
        if let Some((kind, query)) = target.split_once('?') {
            let patient = query.split('&').next().and_then(|it| it.split_once('=')).expect("a search by patient").1;
            let refers =
                |record: &Value| record["subject"]["reference"] == patient || record["patient"]["reference"] == patient;
            let of_kind =
                self.records.values().flatten().map(|(record, _)| record).filter(|it| it["resourceType"] == kind);
            let entries: Vec<Value> = of_kind.filter(|it| refers(it)).map(|it| json!({"resource": it})).collect();
            return reply(200, &json!({"resourceType": "Bundle", "type": "searchset", "entry": entries}));
        }
        let Some(found) = self.records.get(&target).cloned() else {
            return reply(404, &json!({"resourceType": "OperationOutcome"}));
        };
        let Some((record, version)) = found else { return reply(410, &Value::Null) };
        let fits = request.if_match.as_deref() == Some(&format!("W/\"{version}\""));
        match request.method {
            Method::Get => reply(200, &record),
            Method::Put | Method::Delete if !fits => reply(412, &Value::Null),
            Method::Put => {
                self.writes += 1;
                let body = request.body.as_ref().expect("a body").reveal();
                self.put(&target, serde_json::from_slice(body).expect("JSON"));
                reply(200, &Value::Null)
            }
            Method::Delete => {
                self.writes += 1;
                self.records.insert(target, None);
                reply(204, &Value::Null)
            }
            Method::Post => panic!("an undo creates nothing"),
        }
    }
}

fn reply(status: u16, body: &Value) -> EhrReply {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    EhrReply { status, retry_after: None, location: None, etag: None, body: Sensitive::new(bytes) }
}

fn filed(location: &str, created: bool) -> Filed {
    Filed {
        items: Vec::new(),
        location: location.into(),
        created,
        is_altered: false,
        version: created.then(|| "1".into()),
    }
}

/// A chart that the check-in opened, three records in it, one that was there before, and a change of another chart.
fn there() -> (Ehr, Receipt) {
    let mut ehr = Ehr::default();
    let ours = |patient: &str| {
        json!({"meta": {"tag": [{"system": CHECK_IN, "code": submission().as_str()}]}, "identifier": [{"system": ITEM, "value": "n"}],
            "status": "active", "subject": {"reference": patient}})
    };
    let mut receipt = Receipt { chart: Some("Patient/new".into()), ..Receipt::of_nothing(submission()) };
    for place in ["Patient/new", "Condition/1", "MedicationRequest/2", "Provenance/3"] {
        ehr.put(place, ours("Patient/new"));
        receipt.filed.push(filed(place, true));
    }
    ehr.put("Immunization/4", json!({"status": "completed", "patient": {"reference": "Patient/old"}}));
    receipt.filed.push(filed("Immunization/4", false));
    ehr.put("Patient/old", json!({"telecom": [{"value": "new"}], "gender": "female"}));
    let telecom = Amendment {
        element: "telecom".into(),
        was: Sensitive::new(json!([{"value": "old"}])),
        becomes: Sensitive::new(json!([{"value": "new"}])),
        item: None,
    };
    let language = Amendment {
        element: "communication".into(),
        was: Sensitive::new(json!([{"preferred": true}])),
        becomes: Sensitive::new(Value::Null),
        item: None,
    };
    receipt.amended.push(Amended { target: "Patient/old".into(), elements: vec![telecom, language] });
    (ehr, receipt)
}

fn site() -> Site {
    let profile = Profile::named("generic-r4").expect("a profile");
    let of = |kind: &RecordType| {
        let codes = ["create", "update", "delete", "search-type"];
        json!({"type": kind, "interaction": codes.map(|code| json!({"code": code}))})
    };
    let resources: Vec<Value> = RecordType::ALL.iter().map(of).collect();
    let statement = json!({"resourceType": "CapabilityStatement", "rest": [{"resource": resources}]});
    Site { profile, capabilities: Capabilities::from_statement(&statement) }
}

fn offered(ehr: &Ehr, receipt: &Receipt, site: &Site) -> Vec<UndoRow> {
    let read = |place: &str| Some(ehr.clone().answer(&Request::get(place.to_owned())));
    rows_of(receipt, site, read, DAY)
}

fn plan(ehr: &Ehr, receipt: &Receipt) -> UndoPlan {
    let steps = offered(ehr, receipt, &site()).into_iter().filter_map(|row| match row.offer {
        Offer::Step(step) => Some(step),
        Offer::Undone(_) | Offer::ByHand(_) | Offer::Unread => None,
    });
    UndoPlan { receipt: receipt.clone(), by: "mw".into(), steps: steps.collect() }
}

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    NotSent,
    LostBefore,
    LostAfter,
    Status(u16),
    /// Another person changes the record that is written, a moment before.
    Other,
}

/// Follows a plan; before each request all that is on disk is written and read again. Gives the receipt and how many requests there
/// were.
fn follow(ehr: &mut Ehr, plan: &UndoPlan, (fault, at): (Fault, usize)) -> (Receipt, usize) {
    let plan = UndoPlan::from_bytes(plan.to_bytes().reveal()).expect("the plan");
    let mut progress = UndoProgress::new(plan.clone());
    let mut retries = 0;
    for number in 0..300 {
        let request = match progress.what_next() {
            Next::Done(receipt) => return (receipt, number),
            Next::Send { order: Order::Ehr(request), .. } => request,
            other => panic!("{other:?}"),
        };
        let strikes = if number == at { fault } else { Fault::None };
        let target = request.target.reveal().clone();
        let answer = match strikes {
            Fault::None => Ok(ehr.answer(&request)),
            Fault::NotSent => Err(NoAnswer::NotSent),
            Fault::LostBefore => Err(NoAnswer::Lost),
            Fault::LostAfter => {
                ehr.answer(&request);
                Err(NoAnswer::Lost)
            }
            Fault::Status(status) => Ok(reply(status, &json!({"resourceType": "OperationOutcome"}))),
            Fault::Other => {
                if let Some(mut record) = ehr.at(&target).cloned() {
                    record["note"] = json!([{"text": "by a nurse"}]);
                    ehr.put(&target, record);
                }
                Ok(ehr.answer(&request))
            }
        };
        match progress.answered(&request, answer.as_ref().map_err(|none| *none)) {
            Reply::Further => {}
            Reply::Retry { .. } => {
                retries += 1;
                assert!(retries < 3, "{fault:?} at {at}: it is tried for ever");
                progress = UndoProgress::resume(plan.clone(), progress.to_bytes().reveal()).expect("the progress");
            }
            Reply::Refused(reason) => panic!("{fault:?} at {at}: {reason:?} keeps the other records waiting"),
        }
    }
    panic!("{fault:?} at {at}: it never ends");
}

#[test]
fn what_a_check_in_made_is_undone_and_what_was_there_before_is_not() {
    let (mut ehr, receipt) = there();
    let plan = plan(&ehr, &receipt);
    let order: Vec<&str> = plan.steps.iter().map(|step| step.target.as_str()).collect();
    assert_eq!(
        order,
        ["Patient/old", "Provenance/3", "MedicationRequest/2", "Condition/1", "Patient/new"],
        "the Patient last"
    );
    let (done, _) = follow(&mut ehr, &plan, (Fault::None, 0));
    let results: Vec<UndoResult> = done.undone.iter().map(|undone| undone.result).collect();
    use UndoResult::{Deleted, Marked, SetBack};
    assert_eq!(results, [SetBack, Deleted, Marked, Marked, Marked]);
    assert!(done.undone.iter().all(|undone| undone.by == "mw"));
    let at = |place: &str| ehr.at(place).expect("it is there").clone();
    assert_eq!(at("Condition/1")["verificationStatus"]["coding"][0]["code"], "entered-in-error");
    assert_eq!(
        (at("MedicationRequest/2")["status"].clone(), at("Patient/new")["active"].clone()),
        (json!("entered-in-error"), json!(false))
    );
    assert_eq!(at("Immunization/4")["status"], "completed");
    let old = at("Patient/old");
    assert_eq!(
        (&old["telecom"], &old["communication"], &old["gender"]),
        (&json!([{"value": "old"}]), &json!([{"preferred": true}]), &json!("female"))
    );
    assert_eq!(ehr.at("Provenance/3"), None);
    // What is undone is not offered again.
    assert!(offered(&ehr, &done, &site()).iter().all(|row| matches!(row.offer, Offer::Undone(_))));
    assert_eq!(Receipt::from_bytes(done.to_bytes().reveal()), Some(done));
}

/// Each fault at each request: every step comes to its end, nothing is written twice, and what somebody wrote meanwhile stays.
#[test]
fn whatever_goes_wrong_each_record_is_undone_once_or_listed_and_nothing_of_others_is_lost() {
    let (ehr, receipt) = there();
    let plan = plan(&ehr, &receipt);
    let (_, requests) = follow(&mut ehr.clone(), &plan, (Fault::None, 0));
    let faults = [
        Fault::NotSent,
        Fault::LostBefore,
        Fault::LostAfter,
        Fault::Status(429),
        Fault::Status(500),
        Fault::Status(503),
        Fault::Status(403),
        Fault::Status(405),
        Fault::Status(409),
        Fault::Status(412),
        Fault::Status(422),
        Fault::Other,
    ];
    let mut combinations = 0;
    for fault in faults {
        for at in 0..requests {
            let mut ehr = ehr.clone();
            let (done, _) = follow(&mut ehr, &plan, (fault, at));
            assert_eq!(done.undone.len(), plan.steps.len(), "{fault:?} at {at}");
            for undone in &done.undone {
                let record = ehr.at(&undone.target);
                let kind = RecordType::from_word(undone.target.split('/').next().expect("a type")).expect("known");
                let is_gone = record.is_none_or(|record| {
                    mark::is_marked(kind, record) || record["telecom"] == json!([{"value": "old"}])
                });
                // One that could not be read back counts as not undone: the next look shows it.
                assert!(!undone.result.is_undone() || is_gone, "{fault:?} at {at}: {undone:?} {record:?}");
                let is_noted = record.is_some_and(|record| record["note"][0]["text"] == "by a nurse");
                let is_set_back = matches!(kind, RecordType::Patient) && undone.result == UndoResult::SetBack;
                let was_marked_before = is_noted && undone.result.is_undone() && !is_set_back;
                assert!(!was_marked_before || mark::is_marked(kind, record.expect("it")), "{fault:?} at {at}");
            }
            // A chart in which something of its own stays, or may, is in use.
            let own = ["Provenance/3", "MedicationRequest/2", "Condition/1"];
            let is_left = |place: &&str| done.result_of(place).is_none_or(|result| !result.is_undone());
            let is_needed = own.iter().filter(|place| is_left(place)).any(|place| ehr.at(place).is_some());
            let keeps_its_chart = done.result_of("Patient/new") == Some(UndoResult::StillReferred);
            assert!(!is_needed || keeps_its_chart, "{fault:?} at {at}: {:?}", done.undone);
            let left = done.undone.iter().filter(|undone| !undone.result.is_undone());
            let left = left.filter(|undone| !(is_needed && undone.target == "Patient/new")).count();
            assert!(left <= 1, "{fault:?} at {at}: one fault keeps one record: {:?}", done.undone);
            assert!(ehr.writes <= plan.steps.len(), "{fault:?} at {at}: something was written twice");
            combinations += 1;
        }
    }
    assert!(combinations > 400, "{combinations}");
}

#[test]
fn what_somebody_changed_since_it_was_filed_cannot_be_ticked_and_is_not_touched_when_it_changes_after_the_tick() {
    let (mut ehr, receipt) = there();
    let ticked = plan(&ehr, &receipt);
    let mut record = ehr.at("Condition/1").expect("it").clone();
    record["note"] = json!([{"text": "seen"}]);
    ehr.put("Condition/1", record);
    let row = |ehr: &Ehr, place: &str| {
        offered(ehr, &receipt, &site()).into_iter().find(|row| row.target == place).expect("a row")
    };
    assert_eq!(row(&ehr, "Condition/1").offer, Offer::ByHand(ByHand::ChangedSince));
    let (done, _) = follow(&mut ehr, &ticked, (Fault::None, 0));
    assert_eq!(done.result_of("Condition/1"), Some(UndoResult::ChangedSince));
    assert_eq!(ehr.at("Condition/1").expect("it")["note"][0]["text"], "seen");
    // An element that somebody set to a third value stays; another element of the record may have changed.
    let (mut ehr, receipt) = there();
    let mut chart = ehr.at("Patient/old").expect("it").clone();
    chart["address"] = json!([{"city": "Salem"}]);
    ehr.put("Patient/old", chart.clone());
    assert!(matches!(offered(&ehr, &receipt, &site())[0].offer, Offer::Step(_)));
    chart["telecom"] = json!([{"value": "third"}]);
    ehr.put("Patient/old", chart);
    assert_eq!(offered(&ehr, &receipt, &site())[0].offer, Offer::ByHand(ByHand::ChangedSince));
}

#[test]
fn a_chart_that_anything_else_refers_to_stays_in_use() {
    let (mut ehr, receipt) = there();
    let plan = plan(&ehr, &receipt);
    ehr.put("Encounter/9", json!({"status": "planned", "subject": {"reference": "Patient/new"}}));
    let (done, _) = follow(&mut ehr, &plan, (Fault::None, 0));
    assert_eq!(done.result_of("Patient/new"), Some(UndoResult::StillReferred));
    assert!(ehr.at("Patient/new").expect("it")["active"].is_null());
    assert_eq!(done.undone.iter().filter(|undone| undone.result.is_undone()).count(), 4, "the others are undone");
}

/// Whether the kiosk filed it makes no difference: it is somebody's record, in a chart that would be out of use.
#[test]
fn a_chart_stays_in_use_while_anything_that_the_check_in_filed_itself_is_not_undone() {
    let (ehr, receipt) = there();
    let whole = plan(&ehr, &receipt);
    let of = |places: &[&str]| {
        let steps = whole.steps.iter().filter(|step| places.contains(&step.target.as_str())).cloned().collect();
        UndoPlan { steps, ..whole.clone() }
    };
    let mut ehr = ehr;
    let (first, _) = follow(&mut ehr, &of(&["Condition/1", "Patient/new"]), (Fault::None, 0));
    assert_eq!(first.result_of("Condition/1"), Some(UndoResult::Marked));
    assert_eq!(first.result_of("Patient/new"), Some(UndoResult::StillReferred));
    assert!(ehr.at("Patient/new").expect("it")["active"] != json!(false));
    // Once the rest is undone as well, it goes, also for what an earlier undo did.
    let rest = of(&["Provenance/3", "MedicationRequest/2", "Patient/new"]);
    let (second, _) = follow(&mut ehr, &UndoPlan { receipt: first, ..rest }, (Fault::None, 0));
    assert_eq!(second.result_of("Patient/new"), Some(UndoResult::Marked));
}

#[test]
fn a_chart_stays_in_use_where_the_ehr_does_not_answer_what_refers_to_it() {
    let (ehr, receipt) = there();
    let mut progress = UndoProgress::new(plan(&ehr, &receipt));
    let mut ehr = ehr;
    let done = loop {
        match progress.what_next() {
            Next::Done(receipt) => break receipt,
            Next::Send { order: Order::Ehr(request), .. } => {
                let answer = match request.target.reveal().starts_with("AdverseEvent?subject=") {
                    true => reply(404, &json!({"resourceType": "OperationOutcome"})),
                    false => ehr.answer(&request),
                };
                progress.answered(&request, Ok(&answer));
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(done.result_of("Patient/new"), Some(UndoResult::StillReferred));
}

#[test]
fn what_another_check_in_filed_is_not_offered_and_neither_is_what_the_ehr_takes_back_from_nobody() {
    let (mut ehr, receipt) = there();
    let mut record = ehr.at("Condition/1").expect("it").clone();
    record["meta"]["tag"][0]["code"] = "b".repeat(32).into();
    ehr.records.insert("Condition/1".into(), Some((record, 1)));
    let offer = |site: &Site, place: &str| {
        offered(&ehr, &receipt, site).into_iter().find(|row| row.target == place).expect("a row").offer
    };
    assert_eq!(offer(&site(), "Condition/1"), Offer::ByHand(ByHand::OfAnother));
    // Where no statement says that it deletes, nothing is deleted; where changes are made by hand, nothing is marked.
    let silent = Site { capabilities: None, ..site() };
    assert_eq!(offer(&silent, "Provenance/3"), Offer::ByHand(ByHand::NotOffered));
    let epic = Site { profile: Profile::named("epic").expect("a profile"), ..site() };
    assert_eq!(offer(&epic, "MedicationRequest/2"), Offer::ByHand(ByHand::NotOffered));
    let folder = Receipt { filed: vec![filed("folder/abc", true)], ..Receipt::of_nothing(submission()) };
    assert_eq!(offered(&ehr, &folder, &site())[0].offer, Offer::ByHand(ByHand::InFolder));
}

#[test]
fn an_ehr_that_says_yes_and_does_nothing_is_told_by_the_record_itself() {
    let (ehr, receipt) = there();
    let plan = plan(&ehr, &receipt);
    let mut progress = UndoProgress::new(plan);
    let mut ehr = ehr;
    let receipt = loop {
        match progress.what_next() {
            Next::Done(receipt) => break receipt,
            Next::Send { order: Order::Ehr(request), .. } => {
                let answer = match request.method {
                    Method::Put | Method::Delete => reply(200, &Value::Null),
                    Method::Get | Method::Post => ehr.answer(&request),
                };
                progress.answered(&request, Ok(&answer));
            }
            other => panic!("{other:?}"),
        }
    };
    let (chart, others) = receipt.undone.split_last().expect("results");
    assert!(others.iter().all(|undone| undone.result == UndoResult::NotKept), "{others:?}");
    assert_eq!(chart.result, UndoResult::StillReferred, "what was filed is still in it");
}

#[test]
fn what_was_in_doubt_is_found_by_our_name_only_where_it_came_by_this_check_in() {
    let open = Expected { items: Vec::new(), kind: RecordType::Condition, name: "n1".into() };
    assert!(found_in_doubt::query(&open).starts_with("Condition?identifier="));
    let found = |code: &str, name: &str| {
        let record = json!({"resourceType": "Condition", "id": "7", "meta": {"versionId": "1", "tag": [{"system": CHECK_IN, "code": code}]},
            "identifier": [{"system": ITEM, "value": name}]});
        let bundle = json!({"resourceType": "Bundle", "entry": [{"resource": record}]});
        found_in_doubt::read(&open, &submission(), &reply(200, &bundle))
    };
    let there = found(submission().as_str(), "n1").expect("it is found");
    assert_eq!((there.location.as_str(), there.version.as_deref(), there.created), ("Condition/7", Some("1"), true));
    assert_eq!(found(&"b".repeat(32), "n1"), None, "an earlier visit filed the same");
    assert_eq!(found(submission().as_str(), "n2"), None, "the EHR did not hear the question");
}

/// Without the version that filing made, a record that somebody changed since looks like one that nobody touched.
#[test]
fn a_record_of_which_it_is_not_known_which_version_was_filed_is_a_persons_to_undo() {
    let (mut ehr, mut receipt) = there();
    for filed in &mut receipt.filed {
        filed.version = None;
    }
    let mut record = ehr.at("Condition/1").expect("it").clone();
    record["note"] = json!([{"text": "seen"}]);
    ehr.put("Condition/1", record);
    for row in offered(&ehr, &receipt, &site()) {
        let expected = matches!(row.offer, Offer::Step(UndoStep { by: UndoBy::SetBack(_), .. }));
        assert!(expected || row.offer == Offer::ByHand(ByHand::VersionUnknown), "{row:?}");
    }
    // A plan that was put on disk without a version touches nothing either.
    let by = UndoBy::Mark { unless_referred: Vec::new() };
    let step = UndoStep { target: "Condition/1".into(), kind: RecordType::Condition, by, version: None };
    let plan = UndoPlan { receipt, by: "mw".into(), steps: vec![step] };
    let (done, _) = follow(&mut ehr, &plan, (Fault::None, 0));
    assert_eq!((done.undone[0].result, ehr.writes), (UndoResult::VersionUnknown, 0));
}

#[test]
fn a_record_that_is_in_another_chart_now_is_not_undone_even_in_the_same_version() {
    let (mut ehr, receipt) = there();
    let ticked = plan(&ehr, &receipt);
    let (record, _) = ehr.records.get_mut("Condition/1").and_then(Option::as_mut).expect("it");
    record["subject"] = json!({"reference": "Patient/other"});
    let rows = offered(&ehr, &receipt, &site());
    let row = rows.iter().find(|row| row.target == "Condition/1").expect("a row");
    assert_eq!(row.offer, Offer::ByHand(ByHand::InAnotherChart));
    let (done, _) = follow(&mut ehr, &ticked, (Fault::None, 0));
    assert_eq!(done.result_of("Condition/1"), Some(UndoResult::InAnotherChart));
    assert!(!mark::is_marked(RecordType::Condition, ehr.at("Condition/1").expect("it")));
}

/// The answer to the request that made it was lost, and nothing read it since: the undo looks for itself.
#[test]
fn what_the_ehr_said_it_had_is_offered_where_it_carries_the_tag_of_this_check_in() {
    let (mut ehr, mut receipt) = there();
    for place in ["Condition/1", "MedicationRequest/2"] {
        let filed = receipt.filed.iter_mut().find(|filed| filed.location == place).expect("it");
        (filed.created, filed.version) = (false, None);
    }
    let record = ehr.at("MedicationRequest/2").expect("it").clone();
    ehr.put("MedicationRequest/2", record);
    let rows = offered(&ehr, &receipt, &site());
    let offer = |place: &str| rows.iter().find(|row| row.target == place).map(|row| row.offer.clone());
    assert!(matches!(offer("Condition/1"), Some(Offer::Step(UndoStep { version: Some(_), .. }))), "{rows:?}");
    assert_eq!(offer("MedicationRequest/2"), Some(Offer::ByHand(ByHand::VersionUnknown)), "somebody changed it");
    assert_eq!(offer("Immunization/4"), None, "it was there before");
    assert!(targets_of(&receipt).contains(&"Condition/1".to_owned()));
    // Where the EHR does not tell, it is listed.
    let away = rows_of(&receipt, &site(), |_| None, DAY);
    assert!(away.iter().any(|row| row.target == "Immunization/4" && row.offer == Offer::Unread));
}

/// The kiosk changed the telephone number of a chart and marked it: one that is set back is not both.
#[test]
fn of_two_changes_of_one_record_each_has_its_own_result() {
    let (mut ehr, mut receipt) = there();
    let mut chart = ehr.at("Patient/old").expect("it").clone();
    chart["meta"]["tag"] = json!([{"code": "ours"}]);
    ehr.put("Patient/old", chart);
    let tag = Amendment {
        element: "meta.tag".into(),
        was: Sensitive::new(Value::Null),
        becomes: Sensitive::new(json!([{"code": "ours"}])),
        item: None,
    };
    receipt.amended.push(Amended { target: "Patient/old".into(), elements: vec![tag.clone()] });
    let whole = plan(&ehr, &receipt);
    let first = whole.steps.iter().filter(|step| step.target == "Patient/old").nth(1).expect("the telephone").clone();
    let (done, _) = follow(&mut ehr, &UndoPlan { steps: vec![first], ..whole }, (Fault::None, 0));
    assert_eq!(done.result_of_change("Patient/old", &receipt.amended[0].elements), Some(UndoResult::SetBack));
    assert_eq!(done.result_of_change("Patient/old", &[tag]), None);
    let rows = offered(&ehr, &done, &site());
    let offers: Vec<_> = rows.iter().filter(|row| row.target == "Patient/old").map(|row| &row.offer).collect();
    assert!(matches!(offers[..], [Offer::Step(_), Offer::Undone(UndoResult::SetBack)]), "{offers:?}");
}

#[test]
fn a_bare_404_after_our_own_delete_is_its_end_and_before_it_proves_nothing() {
    let step = UndoStep {
        target: "Provenance/3".into(),
        kind: RecordType::Provenance,
        by: UndoBy::Delete { unless_referred: Vec::new() },
        version: Some("1".into()),
    };
    for (written, body, is_over) in [
        (Ok(204), "", true),
        (Ok(204), "<html>not found</html>", true),
        (Err(NoAnswer::Lost), "", true),
        (Err(NoAnswer::Lost), "<html>please sign in</html>", false),
    ] {
        let (mut ehr, receipt) = there();
        let plan = UndoPlan { receipt, by: "mw".into(), steps: vec![step.clone()] };
        let mut progress = UndoProgress::new(plan);
        let bare = |body: &str| EhrReply { body: Sensitive::new(body.as_bytes().to_vec()), ..reply(404, &Value::Null) };
        let next = |progress: &mut UndoProgress| match progress.what_next() {
            Next::Send { order: Order::Ehr(request), .. } => request,
            other => panic!("{other:?}"),
        };
        let read = next(&mut progress);
        assert!(matches!(progress.answered(&read, Ok(&bare(""))), Reply::Retry { .. }), "nothing was asked for yet");
        let read = next(&mut progress);
        assert_eq!(progress.answered(&read, Ok(&ehr.answer(&read))), Reply::Further);
        let delete = next(&mut progress);
        assert_eq!(delete.method, Method::Delete);
        let written = written.map(|status| reply(status, &Value::Null));
        progress.answered(&delete, written.as_ref().map_err(|none| *none));
        let read = next(&mut progress);
        progress.answered(&read, Ok(&bare(body)));
        let result = progress.receipt().result_of("Provenance/3");
        assert_eq!(result, is_over.then_some(UndoResult::Deleted), "{body}");
    }
}

#[test]
fn an_ehr_that_marks_a_record_and_keeps_our_name_has_not_undone_it() {
    let (mut ehr, receipt) = there();
    let whole = plan(&ehr, &receipt);
    let steps = whole.steps.iter().filter(|step| step.target == "Condition/1").cloned().collect();
    let mut progress = UndoProgress::new(UndoPlan { steps, ..whole });
    let done = loop {
        match progress.what_next() {
            Next::Done(receipt) => break receipt,
            Next::Send { order: Order::Ehr(request), .. } => {
                let answer = ehr.answer(&request);
                if let (Method::Put, Some((record, _))) =
                    (request.method, ehr.records.get_mut("Condition/1").and_then(Option::as_mut))
                {
                    record["identifier"] = json!([{"system": ITEM, "value": "n"}]);
                }
                progress.answered(&request, Ok(&answer));
            }
            other => panic!("{other:?}"),
        }
    };
    assert!(mark::is_marked(RecordType::Condition, ehr.at("Condition/1").expect("it")));
    assert_eq!(done.result_of("Condition/1"), Some(UndoResult::NotKept));
}
