//! The chart that a new patient gets: a Patient that the EHR had before counts only as whose it is.

use super::tests::{ID, next_request, reply_of};
use super::*;
use crate::delivery::{Method, NoAnswer, SimilarChart, SimilarCharts};
use crate::filing::{Expected, NewPatient, SubmissionId, Transaction};
use crate::intake::ItemId;
use crate::time::Day;

fn patient(id: &str, family: &str, more: &Value) -> Value {
    let mut patient = json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "gender": "female",
        "name": [{"family": family, "given": ["Ana"]}], "telecom": [{"system": "phone", "value": "+1 555 010 4471"}]});
    for (name, value) in more.as_object().expect("members") {
        patient[name] = value.clone();
    }
    patient
}

/// Ana Delgado gets a chart; staff turned down `y`.
fn plan(steps: Vec<Step>) -> PlanProgress {
    let sought = Sensitive::new(patient("x", "Delgado", &json!({})));
    let new = NewPatient { sought, day: Day::constant(2026, 11, 30), turned_down: vec!["y".to_owned()] };
    PlanProgress::new(FilingPlan {
        submission: SubmissionId::parse(ID).expect("an id"),
        chart: "urn:uuid:p".into(),
        steps,
        notes: Vec::new(),
        new_patient: Some(new),
    })
}

fn expected(kind: RecordType) -> Expected {
    Expected { items: vec![ItemId(4)], kind, name: "n".into() }
}

fn create(again: RepeatSafety) -> Step {
    let resource = Sensitive::new(json!({"resourceType": "Patient"}));
    let expected = expected(RecordType::Patient);
    Step::Create(Create { resource, urn: "urn:uuid:p".into(), expected, again, duplicate_codes: Vec::new() })
}

/// Where a person is told to look.
fn places(progress: &PlanProgress) -> Vec<String> {
    let doubt = progress.doubt(WaitReason::EhrMayKnowPatient, 1);
    doubt.places.into_iter().map(|place| place.place).collect()
}

fn nobody_else(progress: &mut PlanProgress) {
    let Next::Send { order: Order::Search { .. }, .. } = progress.what_next() else { panic!("not searched") };
    let nobody = SimilarCharts { charts: Vec::new(), is_whole: true };
    assert_eq!(progress.searched(Ok(nobody)), Reply::Further);
}

/// The EHR answers that it had the Patient before.
fn answered_with(place: &str) -> PlanProgress {
    let mut progress = plan(vec![create(RepeatSafety::Conditional)]);
    nobody_else(&mut progress);
    let request = next_request(&mut progress);
    assert_eq!(progress.answered(&request, Ok(&reply_of(200, Some(place), &Value::Null))), Reply::Further);
    progress
}

#[test]
fn a_patient_who_was_there_is_read_and_counts_when_they_are_who_gets_a_chart() {
    let mut progress = answered_with("Patient/p");
    assert_eq!(progress.receipt().filed.len(), 0, "nothing counts before it is read");
    let read = next_request(&mut progress);
    assert_eq!((read.method, read.target.reveal().as_str()), (Method::Get, "Patient/p"));
    assert_eq!(progress.answered(&read, Err(NoAnswer::Lost)), Reply::Retry { after: None, fault: None });
    let theirs = patient("p", "Delgado", &json!({}));
    assert_eq!(progress.answered(&read, Ok(&reply_of(200, None, &theirs))), Reply::Further);
    let Next::Done(receipt) = progress.what_next() else { panic!("not done") };
    assert_eq!(receipt.chart.map(|chart| chart.reveal().clone()).as_deref(), Some("Patient/p"));
}

#[test]
fn a_patient_whom_staff_turned_down_or_who_is_somebody_else_gets_no_records() {
    let other = json!({"birthDate": "1951-07-21", "gender": "male", "telecom": []});
    for (id, read) in [
        ("y", patient("y", "Delgado", &json!({}))),
        ("z", patient("z", "Quillon", &other)),
        (
            "m",
            patient("m", "Delgado", &json!({"link": [{"type": "replaced-by", "other": {"reference": "Patient/y"}}]})),
        ),
        ("c", patient("c", "Delgado", &json!({"active": false}))),
        ("p", patient("y", "Delgado", &json!({}))),
    ] {
        let mut progress = answered_with(&format!("Patient/{id}"));
        for _ in 0..2 {
            let request = next_request(&mut progress);
            let refused = progress.answered(&request, Ok(&reply_of(200, None, &read)));
            assert_eq!(refused, Reply::Refused(WaitReason::EhrMayKnowPatient), "{read}");
            assert_eq!(places(&progress), [format!("Patient/{id}")]);
            // Whoever sends it again saw that chart: it is no more theirs than before.
            progress.sent_again(WaitReason::EhrMayKnowPatient);
            let saved = progress.to_bytes();
            progress = PlanProgress::resume(progress.plan().clone(), saved.reveal()).expect("the progress");
            nobody_else(&mut progress);
            let request = next_request(&mut progress);
            let place = format!("Patient/{id}");
            assert_eq!(progress.answered(&request, Ok(&reply_of(200, Some(&place), &Value::Null))), Reply::Further);
        }
    }
}

#[test]
fn a_patient_who_was_found_by_our_name_is_read_as_well() {
    let mut progress = plan(vec![create(RepeatSafety::Search)]);
    nobody_else(&mut progress);
    let mut joined = patient("y", "Delgado", &json!({}));
    joined["identifier"] = json!([{"system": crate::filing::systems::ITEM, "value": "n"}]);
    let found = json!({"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": joined}]});
    let search = next_request(&mut progress);
    assert_eq!(progress.answered(&search, Ok(&reply_of(200, None, &found))), Reply::Further);
    let read = next_request(&mut progress);
    assert_eq!(read.target.reveal(), "Patient/y");
    let refused = progress.answered(&read, Ok(&reply_of(200, None, &joined)));
    assert_eq!(refused, Reply::Refused(WaitReason::EhrMayKnowPatient));
}

#[test]
fn in_a_transaction_the_patient_is_read_and_one_that_the_answer_made_is_not() {
    let bundle = || {
        let condition = json!({"resourceType": "Condition", "subject": {"reference": "urn:uuid:p"}});
        json!({"entry": [{"resource": {"resourceType": "Patient"}}, {"resource": condition}]})
    };
    let answered = |status: &str| {
        let expected = vec![expected(RecordType::Patient), expected(RecordType::Condition)];
        let mut progress = plan(vec![Step::Transaction(Transaction { bundle: Sensitive::new(bundle()), expected })]);
        nobody_else(&mut progress);
        let request = next_request(&mut progress);
        let response = |status: &str, place: &str| json!({"response": {"status": status, "location": place}});
        let entries = [response(status, "Patient/y"), response("201", "Condition/1")];
        let body = json!({"resourceType": "Bundle", "type": "transaction-response", "entry": entries});
        assert_eq!(progress.answered(&request, Ok(&reply_of(200, None, &body))), Reply::Further);
        progress
    };
    let mut there = answered("200");
    let read = next_request(&mut there);
    assert_eq!(read.target.reveal(), "Patient/y");
    let refused = there.answered(&read, Ok(&reply_of(200, None, &patient("y", "Delgado", &json!({})))));
    assert_eq!(refused, Reply::Refused(WaitReason::EhrMayKnowPatient));
    // The records lie in that chart; they are not said to be in the patient's.
    use crate::delivery::RecordStanding::PerhapsThere;
    let standings = there.standings(WaitReason::EhrMayKnowPatient);
    assert!(standings.iter().all(|(_, standing)| *standing == PerhapsThere), "{standings:?}");
    let receipt = there.finished_by_hand(WaitReason::EhrMayKnowPatient);
    assert_eq!((receipt.filed.len(), receipt.chart.is_some()), (0, false));
    let elsewhere = receipt.notes.iter().filter(|note| note.kind == NoteKind::InAnotherChart);
    assert_eq!(elsewhere.filter_map(|note| note.place.as_deref()).collect::<Vec<_>>(), ["Patient/y", "Condition/1"]);
    assert!(matches!(answered("201").what_next(), Next::Done(_)));
}

#[test]
fn a_chart_that_was_turned_down_is_never_our_own_earlier_try() {
    let search = |id: &str| {
        let mut progress = plan(vec![create(RepeatSafety::Conditional)]);
        progress.what_next();
        let ours = SimilarChart { id: id.to_owned(), numbers: Vec::new(), names: vec!["n".to_owned()], fits: true };
        progress.searched(Ok(SimilarCharts { charts: vec![ours], is_whole: true }))
    };
    assert_eq!(search("p"), Reply::Further);
    assert_eq!(search("y"), Reply::Refused(WaitReason::EhrOtherChart));
}

#[test]
fn nothing_is_sent_while_a_chart_that_is_somebody_elses_carries_our_name() {
    let mut progress = plan(vec![create(RepeatSafety::Conditional)]);
    let merged = || SimilarChart { id: "m".to_owned(), numbers: Vec::new(), names: vec!["n".to_owned()], fits: false };
    for _ in 0..2 {
        assert!(matches!(progress.what_next(), Next::Send { order: Order::Search { .. }, .. }));
        let found = SimilarCharts { charts: vec![merged()], is_whole: true };
        assert_eq!(progress.searched(Ok(found)), Reply::Refused(WaitReason::EhrOtherChart));
        assert_eq!(places(&progress), ["Patient/m"]);
        // However often a person sends it again: the EHR would take that chart for the new one.
        progress.sent_again(WaitReason::EhrOtherChart);
    }
    nobody_else(&mut progress);
    assert_eq!(next_request(&mut progress).method, Method::Post, "clinic IT took the name away");
}

#[test]
fn a_transaction_that_opens_a_chart_is_preceded_by_a_search_also_when_its_answer_was_lost() {
    let bundle = Sensitive::new(json!({"resourceType": "Bundle", "type": "transaction",
        "entry": [{"resource": {"resourceType": "Patient"}}]}));
    let mut progress =
        plan(vec![Step::Transaction(Transaction { bundle, expected: vec![expected(RecordType::Patient)] })]);
    nobody_else(&mut progress);
    let request = next_request(&mut progress);
    progress.answered(&request, Err(NoAnswer::Lost));
    let saved = progress.to_bytes();
    let mut later = PlanProgress::resume(progress.plan().clone(), saved.reveal()).expect("the progress");
    nobody_else(&mut later);
    let request = next_request(&mut later);
    // That the EHR did nothing this time says nothing about the first time.
    assert!(matches!(later.answered(&request, Ok(&reply_of(429, None, &Value::Null))), Reply::Retry { .. }));
    let standings = later.standings(WaitReason::EhrMayKnowPatient);
    assert_eq!(standings[0].1, crate::delivery::RecordStanding::PerhapsThere);
}
