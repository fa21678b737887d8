//! Answers of an EHR, one after another, and what a plan makes of them.

use super::answered::MOST_ROUNDS;
use super::*;
use crate::delivery::{EhrReply, Method, NoAnswer};
use crate::filing::systems::ITEM;
use crate::filing::{Amend, Amendment, Expected, SubmissionId};
use crate::intake::ItemId;

pub(super) const ID: &str = "0123456789abcdef0123456789abcdef";

fn start(steps: Vec<Step>) -> PlanProgress {
    PlanProgress::new(FilingPlan {
        submission: SubmissionId::parse(ID).expect("an id"),
        chart: "Patient/7".into(),
        steps,
        notes: Vec::new(),
        new_patient: None,
    })
}

fn create(kind: RecordType, urn: &str, resource: Value) -> Step {
    Step::Create(Create {
        resource: Sensitive::new(resource),
        urn: urn.into(),
        expected: Expected { items: vec![ItemId(4)], kind, name: "n".into() },
        again: RepeatSafety::Never,
        duplicate_codes: vec!["59189".into()],
    })
}

fn amend() -> Step {
    Step::Amend(amend_of_7())
}

fn amend_of_7() -> Amend {
    let amendment = Amendment {
        element: "telecom".into(),
        was: Sensitive::new(json!([{"value": "1"}])),
        becomes: Sensitive::new(json!([{"value": "2"}])),
        item: Some(ItemId(0)),
    };
    Amend { target: "Patient/7".into(), elements: vec![amendment], only_while: Vec::new() }
}

fn chart(phone: &str) -> Value {
    json!({"resourceType": "Patient", "id": "7", "meta": {"versionId": "3"}, "active": true, "telecom": [{"value": phone}]})
}

fn reply(status: u16, body: &Value) -> EhrReply {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    EhrReply { status, retry_after: None, location: None, etag: None, body: Sensitive::new(body) }
}

fn sent(progress: &mut PlanProgress) -> Request {
    match progress.what_next() {
        Next::Send { order: Order::Ehr(request), .. } => request,
        other => panic!("nothing to send: {other:?}"),
    }
}

fn answer(progress: &mut PlanProgress, status: u16, body: &Value) -> Reply {
    let request = sent(progress);
    progress.answered(&request, Ok(&reply(status, body)))
}

fn done(progress: &mut PlanProgress) -> Receipt {
    match progress.what_next() {
        Next::Done(receipt) => receipt,
        other => panic!("not done: {other:?}"),
    }
}

#[test]
fn what_is_taken_for_review_is_done_and_its_later_references_are_words() {
    let provenance = json!({"target": [{"reference": "urn:uuid:a"}], "agent": [{"who": {"reference": "#kiosk"}}]});
    let mut progress = start(vec![
        create(RecordType::DocumentReference, "urn:uuid:a", json!({})),
        create(RecordType::Provenance, "b", provenance),
    ]);
    assert_eq!(answer(&mut progress, 202, &Value::Null), Reply::Further);
    let saved = progress.to_bytes();
    let mut progress = PlanProgress::resume(progress.plan().clone(), saved.reveal()).expect("the same progress");
    let request = sent(&mut progress);
    let body: Value = serde_json::from_slice(request.body.expect("a body").reveal()).expect("JSON");
    assert_eq!(body["target"], json!([{"display": "held for review"}]));
    let mut progress =
        PlanProgress { states: vec![progress.states[0].clone(), StepState::Filed(Vec::new())], ..progress };
    assert_eq!(done(&mut progress).notes, [FilingNote::new(ItemId(4), NoteKind::HeldForReview)]);
}

#[test]
fn a_record_that_the_ehr_keeps_with_less_is_remarked_on_and_the_remark_is_kept_on_disk() {
    let severe = json!({"resourceType": "AllergyIntolerance", "reaction": [{"manifestation": [{"text": "hives"}], "severity": "severe"}]});
    let notes = |kept: &Value| {
        let mut progress = start(vec![create(RecordType::AllergyIntolerance, "a", severe.clone())]);
        assert_eq!(answer(&mut progress, 201, kept), Reply::Further);
        let saved = progress.to_bytes();
        let mut again = PlanProgress::resume(progress.plan().clone(), saved.reveal()).expect("the same progress");
        done(&mut again).notes
    };
    let mut kept = severe.clone();
    kept["id"] = json!("7");
    assert_eq!(notes(&kept), []);
    kept["reaction"][0].as_object_mut().expect("members").shift_remove("severity");
    let place = Some("AllergyIntolerance/7".to_owned());
    assert_eq!(notes(&kept), [FilingNote { place, ..FilingNote::new(ItemId(4), NoteKind::AlteredByEhr) }]);
}

#[test]
fn a_refusal_that_means_there_already_is_no_refusal() {
    let outcome = |code: &str| json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "details": {"coding": [{"code": code}]}}]});
    let mut known = start(vec![create(RecordType::Observation, "a", json!({}))]);
    assert_eq!(answer(&mut known, 400, &outcome("59189")), Reply::Further);
    assert_eq!(done(&mut known).notes, [FilingNote::new(ItemId(4), NoteKind::AlreadyThere)]);
    let mut other = start(vec![create(RecordType::Observation, "a", json!({}))]);
    assert_eq!(answer(&mut other, 400, &outcome("1")), Reply::Refused(WaitReason::EhrContentRefused));
}

#[test]
fn a_change_replaces_the_version_that_was_read_and_nothing_else_of_it() {
    let mut progress = start(vec![amend()]);
    assert_eq!(answer(&mut progress, 200, &chart("1")), Reply::Further);
    let request = sent(&mut progress);
    assert_eq!((request.method, request.if_match.as_deref()), (Method::Put, Some("W/\"3\"")));
    let body: Value = serde_json::from_slice(request.body.as_ref().expect("a body").reveal()).expect("JSON");
    assert_eq!(body, chart("2"));
    assert_eq!(progress.answered(&request, Ok(&reply(200, &chart("2")))), Reply::Further);
    let filed = Filed {
        items: vec![ItemId(0)],
        location: "Patient/7".into(),
        created: false,
        is_altered: false,
        version: None,
    };
    assert_eq!(done(&mut progress).filed, [filed]);
}

#[test]
fn a_change_that_is_there_already_is_not_sent_and_one_whose_answer_was_lost_is_looked_for() {
    let mut there = start(vec![amend()]);
    assert_eq!(answer(&mut there, 200, &chart("2")), Reply::Further);
    done(&mut there);
    let mut lost = start(vec![amend()]);
    answer(&mut lost, 200, &chart("1"));
    let request = sent(&mut lost);
    assert_eq!(lost.answered(&request, Err(NoAnswer::Lost)), Reply::Retry { after: None, fault: None });
    assert_eq!(sent(&mut lost).method, Method::Get);
    assert_eq!(answer(&mut lost, 200, &chart("2")), Reply::Further);
    done(&mut lost);
}

#[test]
fn what_somebody_else_changed_goes_to_a_person_and_a_race_ends() {
    let mut changed = start(vec![amend()]);
    assert_eq!(answer(&mut changed, 200, &chart("9")), Reply::Refused(WaitReason::EhrChartChanged));
    let mut race = start(vec![amend()]);
    for _ in 0..MOST_ROUNDS {
        assert_eq!(answer(&mut race, 200, &chart("1")), Reply::Further);
        assert_eq!(answer(&mut race, 412, &Value::Null), Reply::Further);
    }
    answer(&mut race, 200, &chart("1"));
    assert_eq!(answer(&mut race, 409, &Value::Null), Reply::Refused(WaitReason::EhrConflict));
}

#[test]
fn an_answer_that_proves_no_change_is_followed_by_a_look() {
    let mut progress = start(vec![amend()]);
    answer(&mut progress, 200, &chart("1"));
    assert_eq!(answer(&mut progress, 200, &Value::Null), Reply::Further);
    assert_eq!(sent(&mut progress).method, Method::Get);
    assert_eq!(answer(&mut progress, 200, &chart("1")), Reply::Refused(WaitReason::EhrNoProof));
}

#[test]
fn a_record_without_a_version_another_record_and_a_record_that_is_gone_are_not_changed() {
    let mut without = chart("1");
    without.as_object_mut().expect("members").remove("meta");
    let mut other = chart("1");
    other["id"] = json!("8");
    let gone = json!({"resourceType": "OperationOutcome"});
    let cases = [
        (200, without, WaitReason::EhrNoVersion),
        (200, other, WaitReason::EhrNoProof),
        (410, gone, WaitReason::EhrChartChanged),
    ];
    for (status, body, refusal) in cases {
        assert_eq!(answer(&mut start(vec![amend()]), status, &body), Reply::Refused(refusal));
    }
}

#[test]
fn a_create_that_nobody_looks_for_is_never_sent_twice() {
    let with = |again| {
        let Step::Create(create) = create(RecordType::Condition, "urn:uuid:c", json!({"resourceType": "Condition"}))
        else {
            panic!("a create")
        };
        start(vec![Step::Create(Create { again, ..create })])
    };
    for lost in [Err(NoAnswer::Lost), Ok(500), Ok(200)] {
        let mut never = with(RepeatSafety::Never);
        let request = sent(&mut never);
        let page =
            EhrReply { body: Sensitive::new(b"<html>".to_vec()), ..reply(*lost.as_ref().unwrap_or(&0), &Value::Null) };
        let came = never.answered(&request, lost.as_ref().map(|_| &page).map_err(|none| *none));
        assert_eq!(came, Reply::Retry { after: None, fault: None }, "{lost:?}");
        let mut taken_up =
            PlanProgress::resume(never.plan().clone(), never.to_bytes().reveal()).expect("the same plan");
        assert_eq!(taken_up.what_next(), Next::Person(WaitReason::EhrLostAnswer), "{lost:?}");

        let mut searched = with(RepeatSafety::Search);
        let nobody = json!({"resourceType": "Bundle", "type": "searchset"});
        assert_eq!(answer(&mut searched, 200, &nobody), Reply::Further, "it looks before it creates");
        let request = sent(&mut searched);
        assert_eq!(request.method, Method::Post);
        searched.answered(&request, lost.as_ref().map(|_| &page).map_err(|none| *none));
        let request = sent(&mut searched);
        assert_eq!(request.method, Method::Get, "it looks before anything else");
        let came = searched.answered(&request, Ok(&reply(200, &nobody)));
        assert_eq!(came, Reply::Refused(WaitReason::EhrLostAnswer), "{lost:?}");
    }
}

#[test]
fn what_another_visit_filed_is_found_before_it_is_created() {
    let Step::Create(create) = create(RecordType::Condition, "urn:uuid:c", json!({"resourceType": "Condition"})) else {
        panic!("a create")
    };
    let mut progress = start(vec![Step::Create(Create { again: RepeatSafety::Search, ..create })]);
    let request = sent(&mut progress);
    assert_eq!(progress.answered(&request, Err(NoAnswer::Lost)), Reply::Retry { after: None, fault: None });
    let there =
        json!({"resource": {"resourceType": "Condition", "id": "9", "identifier": [{"system": ITEM, "value": "n"}]}});
    let found = json!({"resourceType": "Bundle", "type": "searchset", "entry": [there]});
    assert_eq!(answer(&mut progress, 200, &found), Reply::Further, "a lost search is asked again");
    let receipt = done(&mut progress);
    assert_eq!((receipt.filed[0].location.as_str(), receipt.filed[0].created), ("Condition/9", false));
}

#[test]
fn progress_of_an_earlier_version_is_read_and_written_with_a_number() {
    let steps = || (0..5).map(|_| create(RecordType::Observation, "a", json!({}))).collect();
    let old = json!(["planned", "asked", "taken", [{"items": [4], "location": "Observation/1", "created": true}],
        {"noted": "held-for-review", "place": null}]);
    let progress = PlanProgress::resume(start(steps()).plan, old.to_string().as_bytes()).expect("progress");
    let filed = Filed {
        items: vec![ItemId(4)],
        location: "Observation/1".into(),
        created: true,
        is_altered: false,
        version: None,
    };
    let states = [
        StepState::Planned,
        StepState::Asked,
        StepState::Acknowledged,
        StepState::Filed(vec![filed]),
        StepState::Noted(NoteKind::HeldForReview, None),
    ];
    assert_eq!(progress.states, states);
    let bytes = progress.to_bytes();
    assert!(bytes.reveal().starts_with(br#"{"v":1,"steps":["planned","#));
    assert_eq!(PlanProgress::resume(start(steps()).plan, bytes.reveal()).expect("progress").states, states);
    assert!(
        PlanProgress::resume(start(vec![create(RecordType::Observation, "a", json!({}))]).plan, bytes.reveal())
            .is_none()
    );
}

/// A plan for this chart whose one record is created only where the EHR has none of its name.
fn conditional(chart: &str, resource: Value) -> PlanProgress {
    let create = Create {
        resource: Sensitive::new(resource),
        urn: "urn:uuid:c".into(),
        expected: Expected { items: vec![ItemId(4)], kind: RecordType::Condition, name: "n".into() },
        again: RepeatSafety::Conditional,
        duplicate_codes: Vec::new(),
    };
    let PlanProgress { plan, .. } = start(vec![Step::Create(create)]);
    PlanProgress::new(FilingPlan { chart: chart.into(), ..plan })
}

fn condition(chart: &str) -> Value {
    json!({"resourceType": "Condition", "id": "3", "subject": {"reference": chart}})
}

pub(super) fn next_request(progress: &mut PlanProgress) -> Request {
    match progress.what_next() {
        Next::Send { order: Order::Ehr(request), .. } => request,
        other => panic!("{other:?}"),
    }
}

pub(super) fn reply_of(status: u16, place: Option<&str>, body: &Value) -> EhrReply {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let location = place.map(str::to_owned);
    EhrReply { status, retry_after: None, location, etag: None, body: Sensitive::new(body) }
}

/// The create is answered with what the EHR had before.
fn was_there(chart: &str) -> PlanProgress {
    let mut progress = conditional(chart, condition(chart));
    let create = next_request(&mut progress);
    assert_eq!(progress.answered(&create, Ok(&reply_of(200, Some("Condition/3"), &Value::Null))), Reply::Further);
    progress
}

#[test]
fn a_record_that_was_there_is_done_when_it_is_read_in_the_chosen_chart_and_only_then() {
    let mut progress = was_there("Patient/7");
    let saved = progress.to_bytes();
    for progress in [&mut progress, &mut PlanProgress::resume(was_there("Patient/7").plan, saved.reveal()).expect("it")]
    {
        let read = next_request(progress);
        assert_eq!((read.method, read.target.reveal().as_str()), (Method::Get, "Condition/3"));
        assert_eq!(progress.answered(&read, Err(NoAnswer::Lost)), Reply::Retry { after: None, fault: None });
        let read = next_request(progress);
        assert_eq!(progress.answered(&read, Ok(&reply_of(200, None, &condition("Patient/7")))), Reply::Further);
        let Next::Done(receipt) = progress.what_next() else { panic!("not done") };
        assert_eq!((receipt.filed.len(), receipt.filed[0].created), (1, false));
    }
}

#[test]
fn a_record_that_was_there_in_another_chart_waits_for_a_person_and_is_told_on_the_receipt() {
    let mut progress = was_there("Patient/7");
    let read = next_request(&mut progress);
    let elsewhere = reply_of(200, None, &condition("Patient/8"));
    assert_eq!(progress.answered(&read, Ok(&elsewhere)), Reply::Refused(WaitReason::EhrOtherChart));
    let receipt = progress.finished_by_hand(WaitReason::EhrOtherChart);
    let note = receipt.notes.iter().find(|note| note.kind == NoteKind::InAnotherChart).expect("it is told");
    assert_eq!((note.item, note.place.as_deref()), (Some(ItemId(4)), Some("Condition/3")));
    assert!(receipt.filed.is_empty(), "it is not said to be filed");
    assert_eq!(progress.doubt(WaitReason::EhrOtherChart, 1).places[0].place, "Condition/3");
    // A person mended it: the EHR is asked anew.
    progress.sent_again(WaitReason::EhrOtherChart);
    let create = next_request(&mut progress);
    assert_eq!((create.method, create.if_none_exist.is_some()), (Method::Post, true));
}

/// The first answer is lost, the second says that everything was there: the tag of the check-in says who made it.
#[test]
fn a_transaction_whose_answer_was_lost_made_what_carries_its_tag_and_nothing_else() {
    let expected = |name: &str| Expected { items: vec![ItemId(1)], kind: RecordType::Condition, name: name.into() };
    let bundle = json!({"entry": [{"resource": condition("Patient/7")}, {"resource": condition("Patient/7")}, {"resource": condition("Patient/7")}]});
    let expected = vec![expected("a"), expected("b"), expected("c")];
    let transaction = crate::filing::Transaction { bundle: Sensitive::new(bundle), expected };
    let mut progress = start(vec![Step::Transaction(transaction)]);
    let lost = next_request(&mut progress);
    assert_eq!(progress.answered(&lost, Err(NoAnswer::Lost)), Reply::Retry { after: None, fault: None });
    let again = next_request(&mut progress);
    let there = |place: &str| json!({"response": {"status": "200", "location": place, "etag": "W/\"9\""}});
    let body = json!({"resourceType": "Bundle", "type": "transaction-response",
        "entry": [there("Condition/1"), there("Condition/2"), there("Condition/3")]});
    assert_eq!(progress.answered(&again, Ok(&reply_of(200, None, &body))), Reply::Further);
    let other = "f".repeat(32);
    for (id, tag, version) in [("1", ID, "1"), ("2", ID, "2"), ("3", other.as_str(), "1")] {
        let read = next_request(&mut progress);
        let mut record = condition("Patient/7");
        record["id"] = id.into();
        record["meta"] =
            json!({"versionId": version, "tag": [{"system": crate::filing::systems::CHECK_IN, "code": tag}]});
        assert_eq!(progress.answered(&read, Ok(&reply_of(200, None, &record))), Reply::Further);
    }
    let receipt = done(&mut progress);
    let made: Vec<_> = receipt.filed.iter().map(|filed| (filed.created, filed.version.as_deref())).collect();
    // Somebody may have changed the second one since: of the version that filing made nothing is known.
    assert_eq!(made, [(true, Some("1")), (true, None), (false, Some("9"))]);
}

#[test]
fn what_the_answer_itself_made_and_what_names_nobody_is_not_read_again() {
    let mut made = conditional("Patient/7", condition("Patient/7"));
    let create = next_request(&mut made);
    assert_eq!(made.answered(&create, Ok(&reply_of(201, Some("Condition/3"), &Value::Null))), Reply::Further);
    assert!(matches!(made.what_next(), Next::Done(_)));
    let mut nobodys = conditional("Patient/7", json!({"resourceType": "Condition"}));
    let create = next_request(&mut nobodys);
    assert_eq!(nobodys.answered(&create, Ok(&reply_of(200, Some("Condition/3"), &Value::Null))), Reply::Further);
    assert!(matches!(nobodys.what_next(), Next::Done(_)));
}

#[test]
fn in_a_transaction_each_record_that_was_there_is_read() {
    let expected = |name: &str| Expected { items: vec![ItemId(1)], kind: RecordType::Condition, name: name.into() };
    let entry = || json!({"resource": condition("Patient/7")});
    let bundle = Sensitive::new(json!({"entry": [entry(), entry(), entry()]}));
    let expected = vec![expected("a"), expected("b"), expected("c")];
    let mut progress = start(vec![Step::Transaction(crate::filing::Transaction { bundle, expected })]);
    let transaction = next_request(&mut progress);
    let response = |status: &str, place: &str| json!({"response": {"status": status, "location": place}});
    let body = json!({"resourceType": "Bundle", "type": "transaction-response", "entry":
        [response("201", "Condition/1"), response("200", "Condition/2"), response("200", "Condition/3")]});
    assert_eq!(progress.answered(&transaction, Ok(&reply_of(200, None, &body))), Reply::Further);
    for (place, chart, reply) in [
        ("Condition/2", "Patient/7", Reply::Further),
        ("Condition/3", "Patient/9", Reply::Refused(WaitReason::EhrOtherChart)),
    ] {
        let read = next_request(&mut progress);
        assert_eq!(read.target.reveal(), place);
        let record = json!({"resourceType": "Condition", "id": &place[10..], "subject": {"reference": chart}});
        assert_eq!(progress.answered(&read, Ok(&reply_of(200, None, &record))), reply);
    }
}

fn for_somebody_new(turned_down: &[&str]) -> PlanProgress {
    let create = create(RecordType::Patient, "urn:uuid:p", json!({"resourceType": "Patient"}));
    let PlanProgress { plan, .. } = start(vec![create]);
    let new = crate::filing::NewPatient {
        sought: Sensitive::new(json!({"resourceType": "Patient"})),
        day: crate::time::Day::constant(2026, 11, 30),
        turned_down: turned_down.iter().map(|id| (*id).to_owned()).collect(),
    };
    PlanProgress::new(FilingPlan { chart: "urn:uuid:p".into(), new_patient: Some(new), ..plan })
}

fn found(ids: &[&str], is_whole: bool) -> Result<crate::delivery::SimilarCharts, NoAnswer> {
    let chart = |id: &&str| crate::delivery::SimilarChart {
        id: (*id).to_owned(),
        numbers: Vec::new(),
        names: Vec::new(),
        fits: true,
    };
    Ok(crate::delivery::SimilarCharts { charts: ids.iter().map(chart).collect(), is_whole })
}

fn is_searched(progress: &mut PlanProgress) -> bool {
    matches!(progress.what_next(), Next::Send { order: Order::Search { .. }, .. })
}

#[test]
fn a_chart_is_opened_only_after_a_search_that_finds_nobody_whom_staff_have_not_turned_down() {
    for (turned_down, answer, expected) in [
        (&[][..], found(&[], true), Reply::Further),
        (&["a", "b"], found(&["a"], true), Reply::Further),
        (&["a"], found(&["a", "b"], true), Reply::Refused(WaitReason::EhrMayKnowPatient)),
        (&[], found(&["a"], true), Reply::Refused(WaitReason::EhrMayKnowPatient)),
        (&[], found(&[], false), Reply::Refused(WaitReason::EhrMayKnowPatient)),
        (&[], Err(NoAnswer::TooLarge), Reply::Refused(WaitReason::EhrMayKnowPatient)),
        (&[], Err(NoAnswer::NotSent), Reply::Retry { after: None, fault: None }),
        (&[], Err(NoAnswer::Lost), Reply::Retry { after: None, fault: None }),
    ] {
        let mut progress = for_somebody_new(turned_down);
        assert!(is_searched(&mut progress));
        assert_eq!(progress.searched(answer.clone()), expected, "{turned_down:?} {answer:?}");
        // Only then the Patient leaves.
        assert_eq!(is_searched(&mut progress), expected != Reply::Further, "{turned_down:?} {answer:?}");
    }
}

#[test]
fn a_search_counts_for_the_moment_and_not_after_a_pause() {
    let mut progress = for_somebody_new(&[]);
    assert_eq!(progress.searched(found(&[], true)), Reply::Further);
    let saved = progress.to_bytes();
    let mut later = PlanProgress::resume(progress.plan.clone(), saved.reveal()).expect("the progress");
    assert!(is_searched(&mut later), "an hour later somebody may have a chart");
}

#[test]
fn charts_that_an_earlier_version_wrote_down_by_their_id_are_still_shown() {
    let progress = for_somebody_new(&[]);
    let saved = json!({"v": 1, "steps": ["planned"], "similar": ["a"], "seen": false}).to_string();
    let progress = PlanProgress::resume(progress.plan.clone(), saved.as_bytes()).expect("the progress");
    assert_eq!(progress.doubt(WaitReason::EhrMayKnowPatient, 1).places[0].place, "Patient/a");
}

#[test]
fn a_person_who_sends_a_new_patient_again_has_seen_those_charts_and_no_later_one() {
    let mut progress = for_somebody_new(&[]);
    let refused = Reply::Refused(WaitReason::EhrMayKnowPatient);
    assert_eq!(progress.searched(found(&["a"], false)), refused);
    let doubt = progress.doubt(WaitReason::EhrMayKnowPatient, 1);
    assert_eq!(doubt.places.iter().map(|place| place.place.as_str()).collect::<Vec<_>>(), ["Patient/a"]);
    progress.sent_again(WaitReason::EhrMayKnowPatient);
    assert!(progress.doubt(WaitReason::EhrMayKnowPatient, 1).places.is_empty(), "they were looked at");
    let saved = progress.to_bytes();
    let again = || PlanProgress::resume(progress.plan.clone(), saved.reveal()).expect("the progress");
    assert_eq!(again().searched(found(&["a"], false)), Reply::Further);
    assert_eq!(again().searched(found(&["a", "b"], true)), refused);
    // Another reason says nothing about them.
    let mut other = for_somebody_new(&[]);
    assert_eq!(other.searched(found(&["a"], true)), refused);
    other.sent_again(WaitReason::EhrFailsOnIt);
    assert_eq!(other.searched(found(&["a"], true)), refused);
}

#[test]
fn what_a_person_must_look_for_is_said_record_by_record() {
    use crate::delivery::RecordStanding::{NotSent, PerhapsThere, There};
    let step = |item: u32, again: RepeatSafety| {
        Step::Create(Create {
            resource: Sensitive::new(json!({"resourceType": "Condition"})),
            urn: format!("urn:uuid:{item}"),
            expected: Expected { items: vec![ItemId(item)], kind: RecordType::Condition, name: item.to_string() },
            again,
            duplicate_codes: Vec::new(),
        })
    };
    let mut progress = start((1..=3).map(|item| step(item, RepeatSafety::Never)).collect());
    let first = next_request(&mut progress);
    progress.answered(&first, Ok(&reply_of(201, Some("Condition/1"), &Value::Null)));
    let second = next_request(&mut progress);
    progress.answered(&second, Err(NoAnswer::Lost));
    let standings = |reason| progress.standings(reason).into_iter().map(|(_, standing)| standing).collect::<Vec<_>>();
    assert_eq!(standings(WaitReason::EhrLostAnswer), [There, PerhapsThere, NotSent]);
    // A copy of a database does not know what left after it was made.
    assert_eq!(standings(WaitReason::RestoredCopy), [There, PerhapsThere, PerhapsThere]);
    let whole = start(vec![step(1, RepeatSafety::Conditional)]);
    assert_eq!(whole.standings(WaitReason::EhrPartlyFiled)[0].1, PerhapsThere);
    assert_eq!(whole.standings(WaitReason::EhrContentRefused)[0].1, NotSent);
}

/// An allergy that the EHR made, and of which its answer shows nothing.
fn made_unseen(again: RepeatSafety) -> (PlanProgress, Value) {
    let allergy =
        json!({"resourceType": "AllergyIntolerance", "criticality": "high", "patient": {"reference": "Patient/7"}});
    let Step::Create(create) = create(RecordType::AllergyIntolerance, "urn:uuid:a", allergy.clone()) else {
        panic!("a create")
    };
    let mut progress = start(vec![Step::Create(Create { again, ..create })]);
    let request = next_request(&mut progress);
    let made = reply_of(201, Some("AllergyIntolerance/3"), &Value::Null);
    assert_eq!(progress.answered(&request, Ok(&made)), Reply::Further);
    (progress, allergy)
}

#[test]
fn what_the_answer_did_not_show_is_read_back_and_what_the_ehr_changed_is_on_the_receipt() {
    for (criticality, is_altered) in [(json!("high"), false), (json!("low"), true), (Value::Null, true)] {
        let (mut progress, mut kept) = made_unseen(RepeatSafety::Conditional);
        let saved = progress.to_bytes();
        progress = PlanProgress::resume(progress.plan, saved.reveal()).expect("the progress");
        let read = next_request(&mut progress);
        assert_eq!((read.method, read.target.reveal().as_str()), (Method::Get, "AllergyIntolerance/3"));
        assert!(matches!(progress.answered(&read, Err(NoAnswer::Lost)), Reply::Retry { .. }));
        let busy = reply_of(503, None, &Value::Null);
        assert!(matches!(progress.answered(&read, Ok(&busy)), Reply::Retry { .. }));
        kept["id"] = json!("3");
        kept["criticality"] = criticality;
        assert_eq!(progress.answered(&read, Ok(&reply_of(200, None, &kept))), Reply::Further);
        let Next::Done(receipt) = progress.what_next() else { panic!("not done") };
        let remarks = receipt.notes.iter().map(|note| note.kind).collect::<Vec<_>>();
        assert_eq!((receipt.filed.len(), remarks.contains(&NoteKind::AlteredByEhr)), (1, is_altered));
    }
}

#[test]
fn a_record_that_the_ehr_does_not_show_is_filed_all_the_same_and_never_made_again() {
    let another = json!({"resourceType": "AllergyIntolerance", "id": "4", "criticality": "low"});
    for reply in [
        Ok(&reply_of(403, None, &Value::Null)),
        Ok(&reply_of(404, None, &Value::Null)),
        Ok(&reply_of(500, None, &Value::Null)),
        Ok(&reply_of(200, None, &another)),
        Err(NoAnswer::TooLarge),
    ] {
        let (mut progress, _) = made_unseen(RepeatSafety::Never);
        assert_eq!(progress.filed_unseen().count(), 1, "it is remembered before it is read");
        let read = next_request(&mut progress);
        assert_eq!(progress.answered(&read, reply), Reply::Further, "{reply:?}");
        let Next::Done(receipt) = progress.what_next() else { panic!("not done") };
        assert_eq!((receipt.filed.len(), receipt.notes.len()), (1, 0));
    }
    let (mut progress, _) = made_unseen(RepeatSafety::Never);
    assert_eq!(progress.standings(WaitReason::EhrFailsOnIt)[0].1, crate::delivery::RecordStanding::There);
    let by_hand = progress.finished_by_hand(WaitReason::EhrFailsOnIt);
    assert_eq!((by_hand.filed.len(), by_hand.notes.len()), (1, 0));
    progress.sent_again(WaitReason::EhrFailsOnIt);
    assert!(matches!(progress.what_next(), Next::Done(_)), "it was made, and is not made again");
}

#[test]
fn an_ehr_that_never_shows_a_record_keeps_nothing_waiting() {
    let busy = reply_of(503, None, &Value::Null);
    for none in [Err(NoAnswer::Lost), Err(NoAnswer::NotSent), Ok(&busy)] {
        let (mut progress, _) = made_unseen(RepeatSafety::Never);
        let mut asked = 0;
        let receipt = loop {
            asked += 1;
            match progress.what_next() {
                Next::Done(receipt) => break receipt,
                _ => {
                    let read = next_request(&mut progress);
                    progress.answered(&read, none);
                    let saved = progress.to_bytes();
                    progress = PlanProgress::resume(progress.plan, saved.reveal()).expect("the progress");
                }
            }
        };
        assert_eq!((asked, receipt.filed.len()), (4, 1), "{none:?}");
    }
    // An id that is none in FHIR cannot be asked for.
    let allergy = json!({"resourceType": "AllergyIntolerance", "criticality": "high"});
    let mut progress = start(vec![create(RecordType::AllergyIntolerance, "urn:uuid:a", allergy)]);
    let request = next_request(&mut progress);
    let odd = reply_of(201, Some("AllergyIntolerance/a_b"), &Value::Null);
    assert_eq!(progress.answered(&request, Ok(&odd)), Reply::Further);
    assert!(matches!(progress.what_next(), Next::Done(_)));
}

#[test]
fn a_record_that_the_ehr_has_is_not_made_again_when_a_person_sends_again() {
    let held = |place: Option<&str>, reason: WaitReason| {
        let mut progress = conditional("Patient/7", condition("Patient/7"));
        let request = next_request(&mut progress);
        assert_eq!(progress.answered(&request, Ok(&reply_of(202, place, &Value::Null))), Reply::Further);
        progress.sent_again(reason);
        progress.what_next()
    };
    assert!(matches!(held(None, WaitReason::EhrContentRefused), Next::Done(_)));
    assert!(matches!(held(Some("Condition/3"), WaitReason::EhrNothingToPointAt), Next::Done(_)));
    let Next::Send { order: Order::Ehr(search), .. } = held(None, WaitReason::EhrNothingToPointAt) else {
        panic!("its place is looked for")
    };
    assert_eq!(search.method, Method::Get);
}

#[test]
fn after_a_crash_an_ehr_that_does_not_let_us_search_and_looks_itself_is_sent_it_again() {
    for status in [400, 403, 404, 405] {
        let mut progress = conditional("Patient/7", condition("Patient/7"));
        progress.was_interrupted();
        let search = next_request(&mut progress);
        assert_eq!(search.method, Method::Get);
        assert_eq!(progress.answered(&search, Ok(&reply_of(status, None, &Value::Null))), Reply::Further, "{status}");
        let create = next_request(&mut progress);
        assert_eq!((create.method, create.if_none_exist.is_some()), (Method::Post, true));
    }
}

#[test]
fn that_nothing_was_done_is_believed_of_who_says_when_to_come_again() {
    let busy = |retry_after: Option<Duration>| {
        let mut progress = start(vec![create(RecordType::Observation, "a", json!({}))]);
        let Step::Create(create) = &mut progress.plan.steps[0] else { panic!("a create") };
        create.again = RepeatSafety::Never;
        let request = next_request(&mut progress);
        let reply = EhrReply { retry_after, ..reply_of(503, None, &Value::Null) };
        assert!(matches!(progress.answered(&request, Ok(&reply)), Reply::Retry { .. }));
        progress.what_next()
    };
    assert!(matches!(busy(Some(Duration::from_secs(9))), Next::Send { .. }));
    assert_eq!(busy(None), Next::Person(WaitReason::EhrLostAnswer));
}

#[test]
fn a_change_that_never_left_is_not_on_the_receipt_of_what_was_withdrawn() {
    let condition = create(RecordType::Condition, "c", condition("Patient/7"));
    let other = Step::Amend(Amend { target: "Patient/8".into(), ..amend_of_7() });
    let mut progress = start(vec![condition, amend(), other]);
    let changed = |progress: &PlanProgress| {
        let receipt = progress.withdrawn("mw", Timestamp::from_unix_millis(0));
        receipt.amended.into_iter().map(|amended| amended.target).collect::<Vec<_>>()
    };
    assert!(changed(&progress).is_empty(), "the record comes first");
    let created = sent(&mut progress);
    assert_eq!(progress.answered(&created, Ok(&reply_of(201, Some("Condition/3"), &Value::Null))), Reply::Further);
    assert_eq!(answer(&mut progress, 200, &chart("1")), Reply::Further);
    let change = sent(&mut progress);
    progress.answered(&change, Err(NoAnswer::Lost));
    assert_eq!(changed(&progress), ["Patient/7"], "this one may have left");
    progress.was_restored();
    assert_eq!(changed(&progress), ["Patient/7", "Patient/8"], "of a restored copy nobody knows");
}

#[test]
fn a_record_of_our_name_that_does_not_count_any_more_is_not_filed_and_a_person_decides() {
    let mut progress = was_there("Patient/7");
    let read = next_request(&mut progress);
    let mut marked = condition("Patient/7");
    marked["verificationStatus"] = json!({"coding": [{"code": "entered-in-error"}]});
    let refused = progress.answered(&read, Ok(&reply_of(200, None, &marked)));
    assert_eq!(refused, Reply::Refused(WaitReason::EhrConflict));
    assert!(progress.receipt().filed.is_empty(), "it is not said to be filed");
    assert_eq!(progress.doubt(WaitReason::EhrConflict, 1).places[0].place, "Condition/3");
    // One that is shared as such says the same there.
    let mut shared = conditional("Patient/7", marked.clone());
    let create = next_request(&mut shared);
    assert_eq!(shared.answered(&create, Ok(&reply_of(200, Some("Condition/3"), &Value::Null))), Reply::Further);
    let read = next_request(&mut shared);
    assert_eq!(shared.answered(&read, Ok(&reply_of(200, None, &marked))), Reply::Further);
    assert_eq!(done(&mut shared).filed.len(), 1);
}
