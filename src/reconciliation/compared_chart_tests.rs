//! How records stand to each other, one sentence a rule.

use super::*;
use crate::fhir::{Bundle, Resource, systems};
use crate::intake::{FactKind, SharedDocument, Source, SourceKind};
use crate::time::Day;
use serde_json::{Value, json};

const DAY: Day = Day::constant(2026, 11, 30);

fn form(records: &[Value]) -> Intake {
    let mut entries = vec![json!({"fullUrl": "urn:uuid:p", "resource": {"resourceType": "Patient",
        "name": [{"family": "Delgado"}]}})];
    entries.extend(records.iter().map(|record| json!({"resource": record})));
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    Intake::from_documents(vec![document], DAY).expect("a form")
}

fn chart(records: &[Value]) -> ChartRecords {
    let with_id = |(number, record): (usize, &Value)| {
        let mut record = record.clone();
        record["id"] = json!(format!("e{number}"));
        Resource::from_json(record).expect("a resource")
    };
    ChartRecords { records: records.iter().enumerate().map(with_id).collect(), ..ChartRecords::default() }
}

pub(super) fn with(mut record: Value, name: &str, value: Value) -> Value {
    record[name] = value;
    record
}

/// How one shared record stands to one of the chart.
pub(super) fn beside(shared: &Value, in_chart: &Value) -> Comparison {
    let comparison = ComparedChart::new(
        &form(std::slice::from_ref(shared)),
        &chart(std::slice::from_ref(in_chart)),
        &LookAlikes::default(),
    );
    comparison.comparison(ItemId(1))
}

fn allergy(name: &str) -> Value {
    json!({"resourceType": "AllergyIntolerance", "code": {"text": name}})
}

fn medicine(name: &str, dosage: &str) -> Value {
    json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": name}, "dosageInstruction": [{"text": dosage}]})
}

fn problem(system: &str, code: &str, status: &str) -> Value {
    json!({"resourceType": "Condition", "code": {"coding": [{"system": system, "code": code}]},
        "clinicalStatus": {"coding": [{"code": status}]}})
}

fn shot(code: &str, day: &str) -> Value {
    json!({"resourceType": "Immunization", "status": "completed", "occurrenceDateTime": day,
        "vaccineCode": {"coding": [{"system": systems::CVX, "code": code}]}})
}

fn policy(payer: &str, member: &str, group: &str) -> Value {
    json!({"resourceType": "Coverage", "status": "active", "subscriberId": member, "payor": [{"display": payer}],
        "class": [{"type": {"coding": [{"code": "group"}]}, "value": group}]})
}

const SNOMED: &str = "http://snomed.info/sct";
const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
const ICD: &str = "http://hl7.org/fhir/sid/icd-10-cm";

#[test]
fn each_kind_is_compared_by_what_matters_for_it() {
    use Comparison::{Changed, New, Possibly, Same};
    let cases = [
        (allergy("Allergy to penicillin"), allergy("Penicillin"), Same),
        (allergy("Penicillin G"), allergy("Penicillin"), Possibly),
        (allergy("Latex"), allergy("Penicillin"), New),
        (allergy("No known allergies"), allergy("Penicillin"), Changed),
        (allergy("No known allergies"), allergy("No Known Allergies"), Same),
        (allergy("Penicillin"), allergy("No known allergies"), Changed),
        (allergy("NKDA"), allergy("Penicillin"), Changed),
        (allergy("NKDA"), allergy("No known food allergies"), Possibly),
        (allergy("No known problems with latex gloves"), allergy("Penicillin"), New),
        (medicine("Warfarin 5 mg", "daily"), medicine("WARFARIN 5 MG", "Daily."), Same),
        (medicine("Warfarin 5 mg", "twice daily"), medicine("Warfarin 5 mg", "daily"), Changed),
        (medicine("Warfarin sodium 2 mg tablet", "daily"), medicine("Warfarin 5 mg", "daily"), Possibly),
        (medicine("Metformin 500 mg", "daily"), medicine("Warfarin 5 mg", "daily"), New),
        (problem(SNOMED, "49436004", "active"), problem(SNOMED, "49436004", "active"), Same),
        (problem(SNOMED, "49436004", "resolved"), problem(SNOMED, "49436004", "active"), Changed),
        (problem(ICD, "E11.9", "active"), problem(ICD, "E11.65", "active"), Possibly),
        (problem(ICD, "I10", "active"), problem(ICD, "E11.65", "active"), New),
        (shot("03", "2024-05-14"), shot("3", "2024-05-14T09:00:00Z"), Same),
        (shot("03", "2024-05-14"), shot("03", "2023-05-14"), New),
        (shot("03", "2024-05"), shot("03", "2024-05-14"), Possibly),
        (shot("03", "2024-05-14"), shot("187", "2024-05-14"), New),
        (policy("Harbor Mutual", "HMH-77", "A"), policy("HARBOR MUTUAL", "hmh77", "A"), Same),
        (policy("Harbor Mutual", "HMH-77", "B"), policy("Harbor Mutual", "HMH-77", "A"), Changed),
        (policy("Harbor Mutual", "HMH-78", "A"), policy("Harbor Mutual", "HMH-77", "A"), Possibly),
        (policy("Other", "HMH-77", "A"), policy("Harbor Mutual", "HMH-77", "A"), Possibly),
        (policy("Other", "X-1", "A"), policy("Harbor Mutual", "HMH-77", "A"), New),
    ];
    for (shared, in_chart, comparison) in cases {
        assert_eq!(beside(&shared, &in_chart), comparison, "{shared} beside {in_chart}");
    }
}

#[test]
fn the_best_match_counts_and_what_is_left_is_only_in_the_chart() {
    let records = [medicine("Warfarin 2 mg", "daily"), medicine("Warfarin 5 mg", "daily"), allergy("Latex")];
    let comparison =
        ComparedChart::new(&form(&[medicine("Warfarin 5 mg", "daily")]), &chart(&records), &LookAlikes::default());
    let compared = comparison.compared(ItemId(1)).expect("compared");
    assert_eq!(
        (compared.comparison, compared.entry.as_ref().map(|(target, _)| target.as_str())),
        (Comparison::Same, Some("MedicationRequest/e1"))
    );
    let only: Vec<&str> = comparison.only_in_chart.iter().map(|(_, title)| title.reveal().as_str()).collect();
    assert_eq!(only, ["Latex", "Warfarin 2 mg"]);
}

#[test]
fn what_the_chart_has_in_error_is_not_there_and_what_it_does_not_tell_is_not_new() {
    let mut wrong = shot("03", "2024-05-14");
    wrong["status"] = json!("entered-in-error");
    assert_eq!(beside(&shot("03", "2024-05-14"), &wrong), Comparison::New);
    let silent = ChartRecords { not_compared: vec![Section::Allergies], ..ChartRecords::default() };
    let comparison = ComparedChart::new(&form(&[allergy("Latex")]), &silent, &LookAlikes::default());
    assert_eq!(comparison.comparison(ItemId(1)), Comparison::NotCompared);
}

#[test]
fn a_difference_says_what_both_say() {
    let comparison = ComparedChart::new(
        &form(&[medicine("Warfarin 5 mg", "twice daily")]),
        &chart(&[medicine("Warfarin 5 mg", "daily")]),
        &LookAlikes::default(),
    );
    let [difference] = &comparison.compared(ItemId(1)).expect("compared").differences[..] else { panic!("one") };
    assert_eq!(
        (difference.field, difference.shared.reveal().as_str(), difference.chart.reveal().as_str()),
        (FactKind::Dosage, "twice daily", "daily")
    );
}

#[test]
fn the_same_name_does_not_hide_that_the_records_contradict_each_other() {
    let certain = |record: Value, code: &str| with(record, "verificationStatus", json!({"coding": [{"code": code}]}));
    let penicillin = || allergy("Penicillin");
    let active = with(penicillin(), "clinicalStatus", json!({"coding": [{"code": "active"}]}));
    let warfarin = || medicine("Warfarin 5 mg", "daily");
    let dose = |amount: u32| {
        let dosage = json!([{"text": "daily", "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "tab"}}]}]);
        with(warfarin(), "dosageInstruction", dosage)
    };
    let mut untold = dose(2);
    untold["dosageInstruction"][0].as_object_mut().expect("a dosage").remove("text");
    let knee = |side: &str| with(problem(SNOMED, "1", "active"), "bodySite", json!([{"text": side}]));
    let forbidden = || with(warfarin(), "doNotPerform", json!(true));
    let cases = [
        (certain(active.clone(), "confirmed"), certain(penicillin(), "refuted"), FactKind::Verification),
        (active.clone(), with(penicillin(), "verificationStatus", json!("refuted")), FactKind::Verification),
        (certain(active, "refuted"), penicillin(), FactKind::Verification),
        (certain(knee("Left"), "refuted"), knee("Left"), FactKind::Verification),
        (knee("Left knee"), knee("Right knee"), FactKind::BodySite),
        (forbidden(), warfarin(), FactKind::Element),
        (warfarin(), forbidden(), FactKind::Element),
        (dose(2), dose(1), FactKind::Dosage),
        (dose(2), warfarin(), FactKind::Dosage),
        (untold.clone(), dose(1), FactKind::Dosage),
        // Silence of either side is told.
        (warfarin(), dose(2), FactKind::Dosage),
        (untold, dose(2), FactKind::Dosage),
    ];
    for (shared, in_chart, field) in cases {
        let comparison = ComparedChart::new(
            &form(std::slice::from_ref(&shared)),
            &chart(std::slice::from_ref(&in_chart)),
            &LookAlikes::default(),
        );
        let compared = comparison.compared(ItemId(1)).expect("compared");
        assert_eq!(compared.comparison, Comparison::Changed, "{shared} beside {in_chart}");
        let fields: Vec<FactKind> = compared.differences.iter().map(|it| it.field).collect();
        assert_eq!(fields, [field], "{shared} beside {in_chart}");
    }
    for (shared, in_chart) in [
        (certain(penicillin(), "confirmed"), penicillin()),
        (forbidden(), forbidden()),
        (dose(2), dose(2)),
        (knee("left"), knee("Left")),
    ] {
        assert_eq!(beside(&shared, &in_chart), Comparison::Same, "{shared} beside {in_chart}");
    }
}

#[test]
fn two_strengths_of_a_drug_are_not_the_same_by_their_ingredient() {
    let drug = |codes: &[&str], text: Option<&str>| {
        let codings: Vec<Value> = codes.iter().map(|code| json!({"system": RXNORM, "code": code})).collect();
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "medicationCodeableConcept": {"coding": codings, "text": text}})
    };
    for (shared, in_chart, comparison) in [
        (drug(&["6809", "861004"], None), drug(&["6809", "861007"], None), Comparison::Possibly),
        (drug(&["6809", "861004"], None), drug(&["6809"], None), Comparison::Possibly),
        (drug(&["6809"], None), drug(&["6809", "861007"], None), Comparison::Possibly),
        (drug(&["6809", "861007"], None), drug(&["861007", "6809"], None), Comparison::Same),
        (drug(&["6809"], Some("Metformin 1000 mg")), drug(&["6809"], Some("Metformin 500 mg")), Comparison::Possibly),
        (drug(&["6809"], Some("Metformin 500 mg")), drug(&["6809"], Some("metformin 500mg")), Comparison::Same),
        (drug(&["861004"], Some("Metformin")), drug(&["861007"], Some("Metformin")), Comparison::Possibly),
    ] {
        assert_eq!(beside(&shared, &in_chart), comparison, "{shared} beside {in_chart}");
    }
}
