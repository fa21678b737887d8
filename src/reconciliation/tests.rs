//! What staff can and cannot decide, one sentence a rule.

use super::*;
use crate::fhir::{Bundle, Resource};
use crate::intake::{SharedDocument, Source, SourceKind};
use crate::sensitive::Sensitive;
use crate::time::{Day, Timestamp};
use serde_json::{Value, json};

const DAY: Day = Day::constant(2026, 11, 30);

fn review(more: &Value) -> Reconciliation {
    let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient",
        "name": [{"family": "Delgado"}]}})];
    entries.extend(more.as_array().into_iter().flatten().map(|resource| json!({"resource": resource})));
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    review.set_chart(ChartSearch::Found { candidates: Vec::new(), new_patients: true });
    review.touch(PatientChoice::New);
    review
}

/// Whether what is remembered is what a look at every item says.
fn remembers_rightly(review: &Reconciliation) -> bool {
    let fresh = Reconciliation { overview: Overview::default(), ..review.clone() };
    let at_once = |section: &Section| review.taken_at_once(*section).len() == review.listing().at_once(*section);
    review.listing() == fresh.listing() && review.tally() == fresh.tally() && Section::ALL.iter().all(at_once)
}

/// The EHR told what a chart holds.
fn told(review: &mut Reconciliation, chart: &str, records: Option<ChartRecords>) {
    assert!(remembers_rightly(review));
    let records = records.map(|records| ComparedRecords::new(review.intake(), records, &LookAlikes::default()));
    review.set_records(chart, records);
    assert!(remembers_rightly(review));
}

#[test]
fn a_new_record_is_chosen_against_the_charts_that_staff_saw_and_against_no_others() {
    let chart = |id: &str| {
        let json = json!({"resourceType": "Patient", "id": id, "name": [{"family": "Delgado"}]});
        ChartPatient::from_resource(resource(json), DAY).expect("a chart")
    };
    let found =
        |ids: &[&str]| ChartSearch::Found { candidates: ids.iter().map(|id| chart(id)).collect(), new_patients: true };
    let after = |first: &[&str], second: ChartSearch| {
        let mut review = review(&json!([]));
        review.set_chart(found(first));
        review.touch(PatientChoice::New);
        assert!(review.choice().is_new());
        review.set_chart(second);
        review.choice().is_new()
    };
    assert!(after(&[], found(&[])));
    assert!(after(&["c1", "c2"], found(&["c2"])));
    assert!(!after(&[], found(&["c1"])));
    assert!(!after(&["c1"], found(&["c1", "c2"])));
    assert!(!after(&["c1"], ChartSearch::FoundInPart { candidates: vec![chart("c1")] }));
    assert!(!after(&["c1"], ChartSearch::Searching));
}

#[test]
fn what_must_not_be_filed_cannot_be_ticked_by_any_touch() {
    let own = json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": {"reference": "urn:uuid:p"}});
    let foreign =
        json!({"resourceType": "Condition", "code": {"text": "C"}, "subject": {"reference": "Patient/somebody-else"}});
    let mut review = review(&json!([own, foreign]));
    review.toggle(ItemId(2));
    assert_eq!(review.taken(), 0);
    review.toggle_section(Section::Demographics);
    review.toggle_section(Section::Problems);
    assert_eq!(review.decision(ItemId(2)), StaffDecision::Open);
    review.ticked.insert(ItemId(2));
    let staff = Staff { id: "s1".into(), name: "Rosa".into() };
    let confirmed = review.confirm(staff, Timestamp::from_unix_millis(0)).expect("decided");
    let items: Vec<ItemId> = confirmed.items.iter().map(|item| item.id).collect();
    assert_eq!((items, confirmed.left), (vec![ItemId(0), ItemId(1)], 1));
}

fn staff() -> Staff {
    Staff { id: "s1".into(), name: "Rosa".into() }
}

fn at() -> Timestamp {
    Timestamp::from_unix_millis(0)
}

fn resource(json: Value) -> Resource {
    Resource::from_json(json).expect("a resource")
}

/// A form with an allergy, a medicine and a problem of the person, and one candidate under the id `c1`.
fn with_candidate(family: &str) -> Reconciliation {
    let own = |kind: &str, more: Value| {
        let mut json = json!({"resourceType": kind});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        json
    };
    let mut review = review(&json!([
        own("AllergyIntolerance", json!({"code": {"text": "Latex"}, "patient": {"reference": "urn:uuid:p"}})),
        own("Condition", json!({"code": {"text": "Asthma"}, "subject": {"reference": "urn:uuid:p"}})),
        own("Condition", json!({"code": {"text": "Gout"}, "subject": {"reference": "urn:uuid:p"}})),
    ]));
    let chart = json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "name": [{"family": family}],
        "telecom": [{"system": "phone", "value": "555-010-0000"}]});
    let candidates = vec![ChartPatient::from_resource(resource(chart), DAY).expect("a chart")];
    review.set_chart(ChartSearch::Found { candidates, new_patients: true });
    review.leave_chart();
    review
}

fn chosen(family: &str) -> Reconciliation {
    let mut review = with_candidate(family);
    review.touch(PatientChoice::Existing("c1".into()));
    IdentityCheck::ALL.iter().for_each(|check| {
        review.confirm_identifier(*check);
    });
    review
}

fn records() -> ChartRecords {
    let asthma = json!({"resourceType": "Condition", "id": "k1", "code": {"text": "ASTHMA"}});
    ChartRecords { records: vec![resource(asthma)], not_compared: Vec::new() }
}

/// The EHR tells of these appointments of 22 November 2026, at half past nine.
fn appointments(review: &mut Reconciliation, visits: &[(&str, &str, &str)]) {
    let visits = visits.iter().map(|(id, status, start)| {
        let visit = json!({"resourceType": "Appointment", "id": id, "status": status, "start": format!("2026-11-22T{start}:00Z")});
        Appointment::from_resource(&resource(visit)).expect("an appointment")
    });
    let found = AppointmentsFound { appointments: visits.collect(), is_whole: true };
    let now = Timestamp::from_rfc3339("2026-11-22T09:30:00Z").expect("a time");
    let zone = jiff::tz::TimeZone::UTC.into();
    review.set_appointments("c1", TodaysAppointments::judge(Some(found), &AppointmentRules::default(), &zone, now));
}

fn marked(review: &Reconciliation) -> Vec<(String, String)> {
    let changes = review.chosen().expect("chosen").changes().iter();
    let changes = changes.filter(|change| change.target.starts_with("Appointment/"));
    changes.map(|change| (change.target.clone(), change.was.reveal().as_str().unwrap_or_default().to_owned())).collect()
}

#[test]
fn of_two_appointments_staff_mark_the_one_or_both_and_what_arrived_needs_no_mark() {
    let mut review = chosen("Delgado");
    told(&mut review, "c1", Some(records()));
    review.toggle_arrived("a");
    assert!(marked(&review).is_empty(), "nothing was told yet");
    appointments(
        &mut review,
        &[("a", "booked", "09:30"), ("b", "pending", "15:00"), ("c", "arrived", "08:00"), ("d", "noshow", "07:00")],
    );
    assert!(marked(&review).is_empty(), "nothing is preselected");
    for id in ["b", "c", "d", "nobody"] {
        review.toggle_arrived(id);
    }
    assert_eq!(marked(&review), [("Appointment/b".into(), "pending".into())]);
    review.toggle_arrived("a");
    assert_eq!(marked(&review).len(), 2);
    review.toggle_arrived("b");
    assert_eq!(marked(&review), [("Appointment/a".into(), "booked".into())]);
}

#[test]
fn a_mark_stays_on_what_is_as_staff_saw_it_and_falls_from_anything_else() {
    let mut review = chosen("Delgado");
    told(&mut review, "c1", Some(records()));
    let changed = |review: &Reconciliation| review.chosen().expect("chosen").arrivals().is_changed();
    for (status, start, stays) in [
        ("booked", "09:30", true),
        ("pending", "09:30", false),
        ("arrived", "09:30", false),
        ("cancelled", "09:30", false),
        ("booked", "16:00", false),
    ] {
        appointments(&mut review, &[("a", "booked", "09:30")]);
        review.toggle_arrived("a");
        assert_eq!(marked(&review).len(), 1);
        appointments(&mut review, &[("a", status, start)]);
        assert_eq!((marked(&review).len() == 1, changed(&review)), (stays, !stays), "{status} {start}");
        marked(&review).into_iter().for_each(|_| review.toggle_arrived("a"));
    }
    appointments(&mut review, &[("a", "booked", "09:30")]);
    review.toggle_arrived("a");
    appointments(&mut review, &[]);
    assert!(marked(&review).is_empty() && changed(&review), "it is gone");
}

#[test]
fn an_ehr_that_does_not_answer_again_takes_nothing_back() {
    let mut review = chosen("Delgado");
    told(&mut review, "c1", Some(records()));
    appointments(&mut review, &[("a", "booked", "09:30")]);
    review.toggle_arrived("a");
    let zone = jiff::tz::TimeZone::UTC.into();
    let silent = TodaysAppointments::judge(None, &AppointmentRules::default(), &zone, Timestamp::from_unix_millis(0));
    review.set_appointments("c1", silent);
    let arrivals = review.chosen().expect("chosen").arrivals();
    assert!(arrivals.is_old() && arrivals.told().is_some_and(|told| told.as_of == "09:30"));
    assert_eq!(marked(&review).len(), 1);
    appointments(&mut review, &[("a", "booked", "09:30")]);
    assert!(!review.chosen().expect("chosen").arrivals().is_old());
}

#[test]
fn a_candidate_is_chosen_by_two_identifiers_and_a_third_and_another_name_by_one_more() {
    for (family, asked) in [("DELGADO", 3), ("Delgato", 4)] {
        let mut review = with_candidate(family);
        review.touch(PatientChoice::Existing("nobody".into()));
        assert!(review.choice().identity().is_none());
        review.touch(PatientChoice::Existing("c1".into()));
        let identity = review.choice().identity().expect("asked about");
        let asked_for = identity.wanted().iter().chain(identity.one_of());
        let wanted: Vec<IdentityCheck> = asked_for.map(|(identifier, _)| *identifier).collect();
        assert_eq!(wanted.len(), asked);
        for (number, identifier) in wanted.into_iter().enumerate() {
            assert_eq!(review.choice().patient(), None, "{number} identifiers choose nobody");
            review.confirm_identifier(identifier);
        }
        assert_eq!(review.choice().patient(), Some(PatientChoice::Existing("c1".into())));
        review.touch(PatientChoice::New);
        assert_eq!(review.choice().patient(), Some(PatientChoice::New));
    }
}

#[test]
fn nothing_is_confirmed_while_the_chart_is_being_compared_and_without_an_answer_all_is_as_without_a_chart() {
    let mut review = chosen("Delgado");
    review.toggle(ItemId(1));
    assert_eq!(review.undecided(), Some(Undecided::Comparing));
    told(&mut review, "another", Some(records()));
    assert_eq!(review.undecided(), Some(Undecided::Comparing), "another chart's records are nobody's");
    told(&mut review, "c1", None);
    told(&mut review, "c1", Some(records()));
    assert!(review.compared().is_none(), "an answer after the deadline is none");
    let confirmed = review.confirm(staff(), at()).expect("decided");
    assert_eq!((confirmed.items.len(), confirmed.left, confirmed.in_chart.len()), (1, 3, 0));
}

#[test]
fn what_the_chart_holds_is_not_filed_again_unless_it_is_ticked_by_itself() {
    let mut review = chosen("Delgado");
    review.toggle_section(Section::Problems);
    assert_eq!(review.taken(), 2);
    told(&mut review, "c1", Some(records()));
    assert_eq!(review.taken(), 1, "a tick on what turns out to be there goes");
    assert_eq!(review.taken_at_once(Section::Problems), [ItemId(3)]);
    assert_eq!(review.open_decisions(), 1, "the allergy");
    let mut anyway = review.clone();
    anyway.toggle(ItemId(2));
    assert!(remembers_rightly(&anyway));
    assert_eq!((anyway.taken(), anyway.open_decisions()), (2, 1));
    let confirmed = anyway.confirm(staff(), at()).expect("decided");
    let filed: Vec<ItemId> = confirmed.items.iter().map(|item| item.id).collect();
    assert_eq!((filed, confirmed.in_chart.len(), confirmed.left), (vec![ItemId(2), ItemId(3)], 0, 2));
    let confirmed = review.confirm(staff(), at()).expect("decided");
    assert_eq!(confirmed.in_chart, [(ItemId(2), "Condition/k1".to_owned())]);
    assert_eq!((confirmed.items.len(), confirmed.left, confirmed.changes.len()), (1, 2, 0));
}

#[test]
fn a_tick_from_before_the_comparison_is_no_decision_about_what_the_chart_says() {
    for said in ["No known allergies", "NKDA", "Sin alergias conocidas"] {
        let allergy = |text: &str| json!({"resourceType": "AllergyIntolerance", "id": "k1", "code": {"text": text}});
        let mut review = review(&json!([allergy(said), allergy("Wool")]));
        let chart =
            json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
        let candidates = vec![ChartPatient::from_resource(resource(chart), DAY).expect("a chart")];
        review.set_chart(ChartSearch::Found { candidates, new_patients: true });
        review.toggle_section(Section::Allergies);
        assert_eq!(review.taken(), 2);
        review.touch(PatientChoice::Existing("c1".into()));
        IdentityCheck::ALL.iter().for_each(|check| {
            review.confirm_identifier(*check);
        });
        let records = ChartRecords { records: vec![resource(allergy("Penicillin"))], ..ChartRecords::default() };
        told(&mut review, "c1", Some(records));
        assert_eq!(review.comparison(ItemId(1)), Comparison::Changed, "{said}");
        assert_eq!(review.decision(ItemId(1)), StaffDecision::Open, "{said}");
        assert_eq!(review.decision(ItemId(2)), StaffDecision::Take, "what is new is what staff ticked");
        assert_eq!(review.open_decisions(), 1, "{said}");
        assert!(!review.taken_at_once(Section::Allergies).contains(&ItemId(1)));
        review.leave_chart();
        assert_eq!(review.taken(), 0, "no tick from beside a chart stays");
    }
}

#[test]
fn that_a_code_was_used_before_is_told_of_the_chosen_chart_and_of_a_new_patient_whatever_the_ehr_says() {
    let mut review = chosen("Delgado");
    review.set_seen_elsewhere(Some("another"), true);
    review.set_seen_elsewhere(None, true);
    assert!(!review.choice().seen_elsewhere(), "of another chart");
    review.set_seen_elsewhere(Some("c1"), true);
    told(&mut review, "c1", None);
    assert!(review.choice().seen_elsewhere(), "the EHR told nothing");
    review.leave_chart();
    review.touch(PatientChoice::New);
    assert!(!review.choice().seen_elsewhere());
    review.set_seen_elsewhere(Some("c1"), true);
    assert!(!review.choice().seen_elsewhere(), "an answer from before");
    review.set_seen_elsewhere(None, true);
    review.touch(PatientChoice::New);
    assert!(review.choice().seen_elsewhere());
}

#[test]
fn staff_can_file_no_more_than_that_the_patient_is_here() {
    let mut review = chosen("Delgado");
    told(&mut review, "c1", Some(records()));
    appointments(&mut review, &[("v1", "booked", "09:30")]);
    review.toggle_arrived("v1");
    assert_eq!((review.undecided(), review.filed()), (None, 1));
    let confirmed = review.confirm(staff(), at()).expect("decided");
    let [change] = &confirmed.changes[..] else { panic!("one change") };
    assert_eq!((change.target.as_str(), change.element, change.item), ("Appointment/v1", "status", None));
    assert_eq!((change.was.reveal(), change.becomes.reveal()), (&json!("booked"), &json!("arrived")));
    let items: Vec<Section> = confirmed.items.iter().map(|item| item.section).collect();
    assert_eq!(items, [Section::Demographics], "the details that were compared with the patient");
}

#[test]
fn a_change_of_the_name_counts_when_it_is_asked_for_twice() {
    let mut review = chosen("Delgato");
    told(&mut review, "c1", Some(ChartRecords::default()));
    review.decide(Field::Name, FieldDecision::Take);
    assert_eq!((review.chosen().expect("chosen").decisions().doubted_field(), review.filed()), (Some(Field::Name), 0));
    review.decide(Field::Name, FieldDecision::Take);
    assert_eq!((review.chosen().expect("chosen").decisions().doubted_field(), review.filed()), (None, 1));
    review.decide(Field::Name, FieldDecision::Keep);
    assert_eq!(review.filed(), 0);
    review.decide(Field::Phone, FieldDecision::Typed(Sensitive::from("no number")));
    assert_eq!(review.filed(), 0);
    review.decide(Field::Phone, FieldDecision::Typed(Sensitive::from("555-010-1234")));
    let confirmed = review.confirm(staff(), at()).expect("decided");
    assert_eq!(confirmed.changes[0].becomes.reveal()[0]["value"], "555-010-1234");
    assert_eq!((confirmed.items.len(), confirmed.items[0].section), (1, Section::Demographics));
}

#[test]
fn what_a_frame_draws_was_made_at_the_event() {
    let mut review = chosen("Delgato");
    told(&mut review, "c1", Some(records()));
    appointments(&mut review, &[("v1", "booked", "09:30")]);
    review.toggle_arrived("v1");
    // Nothing outside of reconciliation can make a row, a comparison or a change: what it reads lies where it lay.
    let drawn = |review: &Reconciliation| {
        let chosen = review.chosen().expect("chosen");
        let compared = std::ptr::from_ref(chosen.compared().expect("compared"));
        (compared, chosen.fields().as_ptr(), chosen.changes().as_ptr())
    };
    let (compared, fields, changes) = drawn(&review);
    assert_eq!(drawn(&review), (compared, fields, changes));
    review.decide(Field::Phone, FieldDecision::Typed(Sensitive::from("555-010-1234")));
    let (compared_after, fields_after, _) = drawn(&review);
    assert_eq!((compared_after, fields_after), (compared, fields), "a decision compares nothing again");
    assert_eq!(review.chosen().expect("chosen").changes().len(), 2);
}

#[test]
fn another_chart_drops_what_was_decided_beside_the_first() {
    let mut review = chosen("Delgato");
    told(&mut review, "c1", Some(records()));
    appointments(&mut review, &[("v1", "booked", "09:30")]);
    review.toggle_arrived("v1");
    review.decide(Field::Phone, FieldDecision::Typed(Sensitive::from("555-010-1234")));
    review.touch(PatientChoice::New);
    review.toggle_section(Section::Demographics);
    let confirmed = review.confirm(staff(), at()).expect("decided");
    assert!(confirmed.changes.is_empty() && confirmed.in_chart.is_empty() && confirmed.chart.is_none());
}

#[test]
fn a_card_changes_the_policy_that_it_resembles_or_is_filed_as_a_new_one() {
    let card = |member: &str| {
        json!({"resourceType": "Coverage", "id": "k1", "status": "active", "subscriberId": member,
            "payor": [{"display": "Harbor Mutual"}], "beneficiary": {"reference": "urn:uuid:p"}})
    };
    let mut review = review(&json!([card("A-2")]));
    let chart =
        json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
    let candidates = vec![ChartPatient::from_resource(resource(chart), DAY).expect("a chart")];
    review.set_chart(ChartSearch::Found { candidates, new_patients: true });
    review.touch(PatientChoice::Existing("c1".into()));
    IdentityCheck::ALL.iter().for_each(|check| {
        review.confirm_identifier(*check);
    });
    told(&mut review, "c1", Some(ChartRecords { records: vec![resource(card("A-1"))], ..ChartRecords::default() }));
    assert_eq!(review.comparison(ItemId(1)), Comparison::Possibly);
    review.toggle(ItemId(1));
    review.take_policy_field(ItemId(1), PolicyField::Group, true);
    assert_eq!(review.taken(), 1, "the card says nothing of a group");
    review.take_policy_field(ItemId(1), PolicyField::MemberId, true);
    assert_eq!((review.taken(), review.filed(), review.open_decisions()), (0, 1, 0));
    let mut as_new = review.clone();
    as_new.toggle(ItemId(1));
    let confirmed = review.confirm(staff(), at()).expect("decided");
    assert_eq!((confirmed.changes[0].target.as_str(), confirmed.changes[0].element), ("Coverage/k1", "subscriberId"));
    assert!(confirmed.items.iter().all(|item| item.section == Section::Demographics), "not filed a second time");
    let confirmed = as_new.confirm(staff(), at()).expect("decided");
    assert_eq!((confirmed.changes.len(), confirmed.items.len()), (0, 1));
}

#[test]
fn two_cards_of_one_policy_change_it_together_and_a_field_is_taken_of_one_of_them() {
    let card = |member: &str, classes: &[(&str, &str)]| {
        let class = |(code, value): &(&str, &str)| json!({"type": {"coding": [{"code": code}]}, "value": value});
        json!({"resourceType": "Coverage", "id": "k1", "status": "active", "subscriberId": member,
            "class": classes.iter().map(class).collect::<Vec<_>>(),
            "payor": [{"display": "Harbor Mutual"}], "beneficiary": {"reference": "urn:uuid:p"}})
    };
    let mut review =
        review(&json!([card("A-2", &[("group", "G2")]), card("A-3", &[("rxbin", "999"), ("group", "G3")])]));
    let chart =
        json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
    let candidates = vec![ChartPatient::from_resource(resource(chart), DAY).expect("a chart")];
    review.set_chart(ChartSearch::Found { candidates, new_patients: true });
    review.touch(PatientChoice::Existing("c1".into()));
    IdentityCheck::ALL.iter().for_each(|check| {
        review.confirm_identifier(*check);
    });
    let held = card("A-1", &[("group", "G1"), ("rxbin", "1")]);
    let records = ChartRecords { records: vec![resource(held.clone())], ..ChartRecords::default() };
    told(&mut review, "c1", Some(records));
    review.take_policy_field(ItemId(1), PolicyField::Group, true);
    review.take_policy_field(ItemId(1), PolicyField::MemberId, true);
    review.take_policy_field(ItemId(2), PolicyField::MemberId, true);
    review.take_policy_field(ItemId(2), PolicyField::RxBin, true);
    assert!(remembers_rightly(&review));
    let taken = |review: &Reconciliation, item: u32| -> Vec<PolicyField> {
        let rows = review.chosen().expect("chosen").policy(ItemId(item));
        rows.iter().filter(|row| row.taken).map(|row| row.field).collect()
    };
    assert_eq!(taken(&review, 1), [PolicyField::Group], "the member id is now taken of the other card");
    assert_eq!(taken(&review, 2), [PolicyField::MemberId, PolicyField::RxBin]);
    let confirmed = review.confirm(staff(), at()).expect("decided");
    let changed = |element: &str| -> Vec<&Change> {
        confirmed.changes.iter().filter(|change| change.element == element).collect()
    };
    let ([class], [member]) = (&changed("class")[..], &changed("subscriberId")[..]) else { panic!("one change each") };
    assert_eq!(class.was.reveal(), &held["class"]);
    assert_eq!(class.becomes.reveal(), &card("", &[("group", "G2"), ("rxbin", "999")])["class"]);
    assert_eq!((member.item, member.becomes.reveal()), (Some(ItemId(2)), &json!("A-3")));
}

/// Two documents of one person, the second in another spelling, each with a problem; the second with a card.
fn in_two_spellings() -> Reconciliation {
    let document = |family: &str, code: &str| {
        let of = |kind: &str, more: Value| {
            let mut json = json!({"resourceType": kind, "status": "active"});
            more.as_object().expect("members").iter().for_each(|(name, value)| json[name] = value.clone());
            json!({ "resource": json })
        };
        let us = json!({"reference": "urn:uuid:p"});
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
            {"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "birthDate": "1980-02-03",
                "name": [{"family": family, "given": ["Ilka"]}]}},
            of("Condition", json!({"code": {"text": code}, "subject": us})),
            of("Coverage", json!({"payor": [{"display": code}], "beneficiary": us, "subscriberId": "A1"}))]});
        let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
        SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source)
    };
    let documents = vec![document("Vance", "Gout"), document("VANCE", "Asthma")];
    Reconciliation::new(Intake::from_documents(documents, DAY).expect("a form"))
}

fn titled(review: &Reconciliation, title: &str) -> ItemId {
    let found =
        review.intake().items.iter().find(|item| item.title.reveal() == title && item.section == Section::Problems);
    found.expect("an item").id
}

#[test]
fn what_is_in_another_spelling_is_taken_only_while_staff_say_that_it_is_the_same_person() {
    let mut review = in_two_spellings();
    let question = PersonQuestion::OtherSpelling(0);
    assert_eq!(review.person_questions(), [question]);
    let (own, other) = (titled(&review, "Gout"), titled(&review, "Asthma"));
    review.toggle_section(Section::Problems);
    review.toggle(other);
    assert_eq!((review.decision(own), review.decision(other)), (StaffDecision::Take, StaffDecision::Open));
    review.ticked.insert(other);
    review.set_chart(ChartSearch::Found { candidates: Vec::new(), new_patients: true });
    assert_eq!(review.decision(other), StaffDecision::Open);
    review.toggle_confirmed(question);
    review.toggle_section(Section::Problems);
    assert_eq!(review.decision(other), StaffDecision::Take);
    review.toggle_confirmed(question);
    assert_eq!((review.decision(own), review.decision(other)), (StaffDecision::Take, StaffDecision::Open));
}

#[test]
fn records_of_nobody_are_taken_only_beside_a_chart_for_which_staff_confirmed_them() {
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Condition", "code": {"text": "Gout"}, "subject": {"display": "Ilka Vance"}}}]});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    let chart = |id: &str| {
        let json =
            json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "name": [{"family": "Vance"}]});
        ChartPatient::from_resource(resource(json), DAY).expect("a chart")
    };
    let pick = |review: &mut Reconciliation, id: &str| {
        review.touch(PatientChoice::Existing(id.into()));
        IdentityCheck::ALL.iter().for_each(|check| {
            review.confirm_identifier(*check);
        });
    };
    let gout = titled(&review, "Gout");
    let takes = |review: &mut Reconciliation| {
        review.toggle(gout);
        review.decision(gout) == StaffDecision::Take
    };
    review.set_chart(ChartSearch::Found { candidates: vec![chart("c1"), chart("c2")], new_patients: true });
    assert!(!takes(&mut review), "before a chart");
    review.touch(PatientChoice::New);
    review.toggle_confirmed(PersonQuestion::NoPatient);
    assert!(!takes(&mut review), "a new patient of whom nothing is known");
    pick(&mut review, "c1");
    assert!(!takes(&mut review), "before staff confirmed");
    review.toggle_confirmed(PersonQuestion::NoPatient);
    assert!(takes(&mut review));
    assert!(review.taken_at_once(Section::Problems).is_empty(), "each is ticked by itself");
    review.leave_chart();
    pick(&mut review, "c2");
    assert_eq!(review.decision(gout), StaffDecision::Open, "for another chart it was not confirmed");
    assert!(!takes(&mut review));
}

#[test]
fn what_holds_letters_that_cannot_be_drawn_is_ticked_by_itself_and_never_with_its_section() {
    let problem = |text: &str| json!({"resource": {"resourceType": "Condition", "code": {"text": text}}});
    let noted =
        json!({"resource": {"resourceType": "Condition", "code": {"text": "Migraine"}, "note": [{"text": "צום"}]}});
    let person =
        json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient", "name": [{"family": "Vance"}]}});
    let entries = [person, problem("Gicht, Nguyễn, Щукин"), problem("سكري type 2"), problem("高血压"), noted];
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    let [gout, diabetes] = ["Gicht, Nguyễn, Щукин", "سكري type 2"].map(|title| titled(&review, title));
    assert_eq!(review.taken_at_once(Section::Problems), [gout]);
    review.toggle_section(Section::Problems);
    assert_eq!(review.taken(), 1);
    let is_drawn = |item| review.item(item).expect("an item").is_drawn_whole();
    assert!(!is_drawn(diabetes) && is_drawn(gout));
    review.toggle(diabetes);
    assert_eq!(review.decision(diabetes), StaffDecision::Take, "it can be ticked");
}

#[test]
fn what_is_remembered_of_a_form_is_what_a_look_at_every_item_says_after_each_touch() {
    let mut review = chosen("Delgado");
    let touches: [fn(&mut Reconciliation); 8] = [
        |review| review.toggle_section(Section::Problems),
        |review| told(review, "c1", Some(records())),
        |review| review.toggle(ItemId(1)),
        |review| review.toggle(ItemId(3)),
        |review| review.toggle_section(Section::Problems),
        |review| review.decide(Field::Phone, FieldDecision::Keep),
        Reconciliation::leave_chart,
        |review| review.toggle_section(Section::Demographics),
    ];
    for (number, touch) in touches.into_iter().enumerate() {
        touch(&mut review);
        assert!(remembers_rightly(&review), "after touch {number}");
    }
}
