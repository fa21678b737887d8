//! What the next visit knows of this one: the same form beside the same chart asks nothing; whatever is another is asked.

use super::super::chart::{ChartPatient, ChartRecords, ChartSearch};
use super::super::confirmed::{ConfirmedIntake, PatientChoice, Staff};
use super::super::{ComparedRecords, Field, FieldDecision, IdentityCheck, LookAlikes, PolicyField, Undecided};
use super::*;
use crate::fhir::{Bundle, Resource};
use crate::intake::{Intake, SharedDocument, Source, SourceKind};
use crate::time::{Day, Timestamp};
use serde_json::{Value, json};

const DAY: Day = Day::constant(2026, 11, 30);

fn resource(json: Value) -> Resource {
    Resource::from_json(json).expect("a resource")
}

fn us() -> Value {
    json!({"reference": "urn:uuid:p"})
}

fn allergy(title: &str) -> Value {
    json!({"resourceType": "AllergyIntolerance", "code": {"text": title}, "patient": us()})
}

fn medicine(title: &str, dose: &str) -> Value {
    json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": title},
        "subject": us(), "dosage": [{"text": dose}]})
}

fn card(member: &str, group: &str, plan: &str) -> Value {
    let class = |code: &str, value: &str| json!({"type": {"coding": [{"code": code}]}, "value": value});
    json!({"resourceType": "Coverage", "status": "active", "beneficiary": us(), "payor": [{"display": "Acme"}],
        "subscriberId": member, "class": [class("group", group), class("plan", plan)]})
}

fn shared() -> Vec<Value> {
    vec![allergy("Penicillin"), allergy("Latex"), medicine("Metformin", "500 mg"), card("A1", "G2", "P2")]
}

fn in_chart() -> Vec<Value> {
    let with_id = |mut json: Value, id: &str| {
        json["id"] = json!(id);
        json
    };
    vec![with_id(medicine("Metformin", "850 mg"), "m1"), with_id(card("A1", "G1", "P1"), "k1")]
}

/// A form beside a chart that holds these records, with what is remembered of it.
fn beside(shared: Vec<Value>, chart: Vec<Value>, remembered: &Remembered) -> Reconciliation {
    let patient = json!({"resourceType": "Patient", "birthDate": "1980-02-03",
        "name": [{"family": "Delgado", "given": ["Ana"]}], "telecom": [{"system": "phone", "value": "512 234 0147"}]});
    let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": patient.clone()})];
    entries.extend(shared.into_iter().map(|resource| json!({"resource": resource})));
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    let mut known = patient;
    known["id"] = json!("c1");
    known["telecom"] = json!([{"system": "phone", "value": "512 234 0199"}]);
    let candidate = ChartPatient::from_resource(resource(known), DAY).expect("a chart");
    review.set_chart(ChartSearch::Found { candidates: vec![candidate], new_patients: true });
    review.touch(PatientChoice::Existing("c1".into()));
    for check in IdentityCheck::ALL {
        review.confirm_identifier(*check);
    }
    review.set_remembered("c1", remembered.clone());
    let records = chart.into_iter().map(resource).collect();
    let records = ChartRecords { records, ..ChartRecords::default() };
    let records = ComparedRecords::new(review.intake(), records, &LookAlikes::default());
    review.set_records("c1", Some(records));
    review
}

fn first(shared: Vec<Value>) -> Reconciliation {
    beside(shared, in_chart(), &Remembered::new())
}

fn titled(review: &Reconciliation, title: &str) -> ItemId {
    review.intake().items.iter().find(|item| item.title.reveal().contains(title)).expect("an item").id
}

fn confirm(review: Reconciliation) -> ConfirmedIntake {
    let staff = Staff { id: "f.ortiz".into(), name: "Fay Ortiz".into() };
    review.confirm(staff, Timestamp::from_unix_millis(1_790_000_000_000)).expect("confirmed")
}

/// What the next visit knows, all of it in records of their own.
fn remembered(confirmed: &ConfirmedIntake, before: &Remembered) -> Remembered {
    let mut all = before.clone();
    for decision in &confirmed.decisions {
        match decision.decided {
            Some(decided) => {
                let before = DecidedBefore { decided, by: "Fay Ortiz".into(), day: "2026-11-30".into() };
                all.insert(decision.content, before);
            }
            None => drop(all.remove(&decision.content)),
        }
    }
    all
}

/// Everything of the first form decided: latex left out, penicillin filed, the dose and the card left as the chart has them, the phone kept.
fn decided() -> Remembered {
    let mut review = first(shared());
    assert_eq!(review.open_decisions(), 5);
    review.toggle(titled(&review, "Penicillin"));
    for title in ["Latex", "Metformin", "Acme"] {
        review.toggle_left(titled(&review, title));
    }
    review.decide(Field::Phone, FieldDecision::Keep);
    assert_eq!(review.open_decisions(), 0);
    remembered(&confirm(review), &Remembered::new())
}

/// The chart after that, with what was filed.
fn chart_after() -> Vec<Value> {
    let mut filed = allergy("Penicillin");
    filed["id"] = json!("a1");
    in_chart().into_iter().chain([filed]).collect()
}

#[test]
fn the_same_form_beside_the_same_chart_asks_nothing_and_can_be_finished() {
    let review = beside(shared(), chart_after(), &decided());
    assert_eq!(review.open_decisions(), 0);
    assert_eq!(review.undecided(), None);
    assert_eq!((review.filed(), review.count_decided_before()), (0, 4));
    let before = review.decided_before(titled(&review, "Latex")).expect("decided before");
    assert_eq!(
        (before.decided, before.by.as_str(), before.day.as_str()),
        (Decided::LeftOut, "Fay Ortiz", "2026-11-30")
    );
    for section in [Section::Allergies, Section::Medications, Section::Insurance] {
        assert_eq!(review.reviewed_before(section).map(|it| it.decided), Some(Decided::Reviewed), "{section:?}");
    }
    let confirmed = confirm(review);
    let filed: Vec<&str> = confirmed.items.iter().map(|item| item.title.reveal().as_str()).collect();
    assert_eq!(filed.len(), 1, "the details that were compared, and nothing that was left out: {filed:?}");
}

#[test]
fn one_new_allergy_is_all_that_is_asked_about() {
    let mut more = shared();
    more.push(allergy("Peanut"));
    let review = beside(more, chart_after(), &decided());
    assert_eq!(review.open_decisions(), 1);
    let peanut = titled(&review, "Peanut");
    assert!(review.decided_before(peanut).is_none() && review.can_be_left(review.item(peanut).expect("an item")));
    let listed = review.listing().places(Section::Allergies);
    assert_eq!(listed.first().copied(), usize::try_from(peanut.0).ok(), "it stands first");
}

#[test]
fn whatever_is_said_otherwise_on_either_side_is_asked_again() {
    let asks = |shared: Vec<Value>, chart: Vec<Value>, title: &str| {
        let review = beside(shared, chart, &decided());
        let item = titled(&review, title);
        assert_eq!(review.decided_before(item).is_none(), review.open_decisions() == 1, "that alone");
        review.decided_before(item).is_none()
    };
    assert!(!asks(shared(), chart_after(), "Latex"));
    let changed = |title: &str, to: Value| {
        let is = |json: &Value| json.to_string().contains(title);
        let swap = |list: Vec<Value>| list.into_iter().map(|json| if is(&json) { to.clone() } else { json }).collect();
        asks(swap(shared()), chart_after(), title)
    };
    let mut severe = allergy("Latex");
    severe["criticality"] = json!("high");
    assert!(changed("Latex", severe), "another word about the allergy");
    let mut unsure = allergy("Latex");
    unsure["verificationStatus"] = json!({"coding": [{"code": "refuted"}]});
    assert!(changed("Latex", unsure), "another certainty");
    assert!(changed("Metformin", medicine("Metformin", "1000 mg")), "another dose in the share");
    assert!(changed("Acme", card("A1", "G3", "P2")), "another group on the card");
    let mut chart = chart_after();
    chart[0]["dosage"] = json!([{"text": "750 mg"}]);
    assert!(asks(shared(), chart, "Metformin"), "another dose in the chart");
    let mut chart = chart_after();
    chart.push(
        json!({"resourceType": "AllergyIntolerance", "id": "a2", "code": {"text": "Latex gloves"}, "patient": us()}),
    );
    assert!(asks(shared(), chart, "Latex"), "the chart has something like it now");
}

#[test]
fn what_was_filed_and_is_no_longer_in_the_chart_is_asked_about_with_a_word_on_that() {
    let review = beside(shared(), in_chart(), &decided());
    let penicillin = titled(&review, "Penicillin");
    assert_eq!((review.open_decisions(), review.decided_before(penicillin)), (1, None));
    assert_eq!(review.filed_before(penicillin).map(|it| it.decided), Some(Decided::Filed));
    // What is in a document no comparison finds again.
    let mut elsewhere = decided();
    for before in elsewhere.values_mut().filter(|before| before.decided == Decided::Filed) {
        before.decided = Decided::FiledElsewhere;
    }
    assert_eq!(beside(shared(), in_chart(), &elsewhere).open_decisions(), 0);
}

#[test]
fn what_staff_decide_anew_is_open_and_ends_what_was_remembered() {
    let known = decided();
    let mut review = beside(shared(), chart_after(), &known);
    let latex = titled(&review, "Latex");
    review.toggle(latex);
    assert_eq!(review.decision(latex), StaffDecision::Open, "it is opened before it is ticked");
    review.reopen(latex);
    assert_eq!((review.open_decisions(), review.decision(latex)), (1, StaffDecision::Open));
    let left_open = remembered(&confirm(review.clone()), &known);
    assert_eq!(beside(shared(), chart_after(), &left_open).open_decisions(), 1, "it stays open");
    review.toggle_left(latex);
    assert_eq!(review.open_decisions(), 0);
    review.toggle(latex);
    assert_eq!(review.decision(latex), StaffDecision::Take);
    let filed = confirm(review);
    assert!(filed.items.iter().any(|item| item.title.reveal() == "Latex"));
}

#[test]
fn what_was_left_out_while_the_ehr_did_not_tell_is_asked_when_it_tells() {
    let untold = |remembered: &Remembered| {
        let mut review = beside(shared(), Vec::new(), remembered);
        review.leave_chart();
        review.touch(PatientChoice::Existing("c1".into()));
        IdentityCheck::ALL.iter().for_each(|check| drop(review.confirm_identifier(*check)));
        review.set_remembered("c1", remembered.clone());
        let records = ChartRecords { not_compared: vec![Section::Allergies], ..ChartRecords::default() };
        let records = ComparedRecords::new(review.intake(), records, &LookAlikes::default());
        review.set_records("c1", Some(records));
        review
    };
    let mut review = untold(&Remembered::new());
    let latex = titled(&review, "Latex");
    review.toggle_left(latex);
    review.toggle(titled(&review, "Metformin"));
    let known = remembered(&confirm(review), &Remembered::new());
    assert!(untold(&known).decided_before(latex).is_some());
    assert!(beside(shared(), in_chart(), &known).decided_before(latex).is_none());
}

#[test]
fn of_two_items_that_say_the_same_one_that_was_filed_or_stands_open_decides() {
    let decided_of = |touch: &dyn Fn(&mut Reconciliation, [ItemId; 2])| {
        let mut review = first(vec![allergy("Latex"), allergy("Latex"), allergy("Penicillin")]);
        let same = |item: &&IntakeItem| item.title.reveal() == "Latex";
        let both: Vec<ItemId> = review.intake().items.iter().filter(same).map(|item| item.id).collect();
        touch(&mut review, [both[0], both[1]]);
        review.toggle(titled(&review, "Penicillin"));
        let content = review.compared().and_then(|it| it.compared(both[0])).and_then(|it| it.content).expect("a key");
        let decisions = confirm(review).decisions;
        decisions.iter().find(|decision| decision.content == content).map(|decision| decision.decided)
    };
    let filed = |review: &mut Reconciliation, [one, other]: [ItemId; 2]| {
        review.toggle(one);
        review.toggle_left(other);
    };
    assert_eq!(decided_of(&filed), Some(Some(Decided::Filed)));
    assert_eq!(decided_of(&|review, [one, other]| filed(review, [other, one])), Some(Some(Decided::Filed)));
    assert_eq!(decided_of(&|review, [one, _]| review.toggle_left(one)), None);
    let left = |review: &mut Reconciliation, both: [ItemId; 2]| both.iter().for_each(|item| review.toggle_left(*item));
    assert_eq!(decided_of(&left), Some(Some(Decided::LeftOut)));
}

#[test]
fn a_value_that_is_taken_ends_what_was_kept() {
    let mut review = beside(shared(), chart_after(), &decided());
    assert!(review.chosen().expect("a chart").fields().iter().any(|row| row.before.is_some()));
    review.decide(Field::Phone, FieldDecision::Take);
    let known = remembered(&confirm(review), &decided());
    let review = beside(shared(), chart_after(), &known);
    assert_eq!(review.open_decisions(), 1, "the EHR did not take it, so it is asked again");
}

#[test]
fn what_staff_left_out_is_not_taken_with_its_section() {
    let mut review = first(shared());
    let latex = titled(&review, "Latex");
    review.toggle_left(latex);
    review.toggle_section(Section::Allergies);
    assert_eq!(review.decision(latex), StaffDecision::Leave);
    assert_eq!(review.decision(titled(&review, "Penicillin")), StaffDecision::Take);
    assert_eq!((review.tally().at_once(Section::Allergies), review.tally().left(Section::Allergies)), (1, 1));
}

#[test]
fn a_form_with_records_that_are_not_compared_is_not_finished_by_nobodys_decision() {
    let result = json!({"resourceType": "Observation", "status": "final", "code": {"text": "Glucose"}, "subject": us(),
        "valueString": "5.1"});
    let mut review = beside(vec![result], Vec::new(), &Remembered::new());
    review.decide(Field::Phone, FieldDecision::Keep);
    assert_eq!(review.undecided(), Some(Undecided::NoItem));
}

#[test]
fn what_is_merely_not_ticked_is_not_remembered() {
    let mut review = first(shared());
    review.toggle(titled(&review, "Penicillin"));
    let known = remembered(&confirm(review), &Remembered::new());
    let review = beside(shared(), chart_after(), &known);
    assert_eq!(review.open_decisions(), 4);
    assert!(review.reviewed_before(Section::Allergies).is_none(), "latex was not decided");
}

#[test]
fn what_goes_into_a_policy_is_no_difference_any_more_and_the_rest_is_remembered() {
    let mut review = first(vec![card("A1", "G2", "P2")]);
    let item = titled(&review, "Acme");
    review.toggle_left(item);
    review.take_policy_field(item, PolicyField::Group, true);
    assert_eq!(review.decision(item), StaffDecision::Open, "a card that changes the policy is not left out as a whole");
    review.toggle_left(item);
    let known = remembered(&confirm(review), &Remembered::new());
    let mut after = card("A1", "G2", "P1");
    after["id"] = json!("k1");
    let review = beside(vec![card("A1", "G2", "P2")], vec![after.clone()], &known);
    assert!(review.decided_before(item).is_some(), "the plan was left as it is");
    after["class"][1]["value"] = json!("P0");
    let review = beside(vec![card("A1", "G2", "P2")], vec![after], &known);
    assert!(review.decided_before(item).is_none(), "the chart says another plan");
}

#[test]
fn what_was_left_out_beside_one_chart_is_not_left_out_beside_another() {
    let mut review = first(shared());
    let latex = titled(&review, "Latex");
    review.toggle_left(latex);
    review.leave_chart();
    assert_eq!(review.decision(latex), StaffDecision::Open);
    review.touch(PatientChoice::New);
    review.toggle_left(latex);
    assert_eq!(review.decision(latex), StaffDecision::Leave);
    review.touch(PatientChoice::Existing("c1".into()));
    for check in IdentityCheck::ALL {
        review.confirm_identifier(*check);
    }
    assert_eq!(review.decision(latex), StaffDecision::Open);
}

#[test]
fn what_was_left_out_of_a_new_patients_chart_is_known_when_they_come_again() {
    let mut review = first(shared());
    review.leave_chart();
    review.touch(PatientChoice::New);
    let latex = titled(&review, "Latex");
    review.toggle_left(latex);
    review.toggle(review.demographics().expect("an item").id);
    let known = remembered(&confirm(review), &Remembered::new());
    let review = beside(shared(), in_chart(), &known);
    assert_eq!(review.decided_before(latex).map(|before| before.decided), Some(Decided::LeftOut));
}

#[test]
fn an_answer_about_another_chart_is_nobodys_and_a_tick_from_before_it_is_no_decision() {
    let mut review = first(shared());
    review.set_remembered("c2", decided());
    assert_eq!(review.open_decisions(), 5);
    let latex = titled(&review, "Latex");
    review.toggle(latex);
    review.set_remembered("c1", decided());
    assert_eq!(review.decision(latex), StaffDecision::Open);
    assert_eq!(review.decided_before(latex).map(|before| before.decided), Some(Decided::LeftOut));
}

#[test]
fn the_rest_that_staff_leave_out_is_what_they_have_seen() {
    let mut review = first(shared());
    let [penicillin, latex] = ["Penicillin", "Latex"].map(|title| titled(&review, title));
    let place = |item: ItemId| usize::try_from(item.0).expect("small");
    let seen = BTreeSet::from([place(latex)]);
    assert_eq!(review.rest_of(Section::Allergies, &seen), [latex]);
    let both = BTreeSet::from([place(latex), place(penicillin)]);
    review.toggle(penicillin);
    assert_eq!(review.rest_of(Section::Allergies, &both), [latex]);
    review.leave(latex);
    review.leave(penicillin);
    assert_eq!((review.decision(penicillin), review.decision(latex)), (StaffDecision::Take, StaffDecision::Leave));
}

#[test]
fn a_medicine_that_looks_like_another_of_the_chart_is_taken_by_itself() {
    let mut chart = in_chart();
    chart[0]["medicationCodeableConcept"] = json!({"text": "Metronidazole"});
    let review = beside(shared(), chart, &Remembered::new());
    let compared = review.compared().and_then(|chart| chart.compared(titled(&review, "Metformin"))).expect("compared");
    assert!(compared.looks_like.is_some());
    assert!(review.taken_at_once(Section::Medications).is_empty());
    assert_eq!(review.taken_at_once(Section::Allergies).len(), 2);
}
