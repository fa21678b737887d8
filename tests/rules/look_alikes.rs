//! Medicines with names that are taken for one another: each listed pair, shared and in the chart, is a caution and never the same. The
//! table is written to `target/look-alikes.md`.

use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, Section, SharedDocument, Source, SourceKind};
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartRecords, ChartSearch, ComparedRecords, Comparison, IdentityCheck, LookAlikes, PatientChoice,
    Reconciliation,
};
use ktc_kiosk::time::Day;
use serde_json::{Value, json};
use std::fmt::Write as _;

const DAY: Day = Day::constant(2026, 11, 30);

fn medicine(name: &str) -> Value {
    json!({"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "urn:uuid:p"}, "medicationCodeableConcept": {"text": name}})
}

/// How a shared medicine stands to a chart with another one, and which of the chart it may be confused with.
fn beside(shared: &str, in_chart: &str, look_alikes: &LookAlikes) -> (Comparison, Option<String>) {
    let person = json!({"resourceType": "Patient", "birthDate": "1980-02-03", "name": [{"family": "Delgado"}]});
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": person}, {"fullUrl": "urn:uuid:m", "resource": medicine(shared)}]});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [1; 32] };
    let bundle = Bundle::read(bundle.to_string().as_bytes()).expect("a bundle");
    let form = Intake::from_documents(vec![SharedDocument::unproven(bundle, source)], DAY).expect("a form");
    let item = form.items.iter().find(|item| item.section == Section::Medications).expect("a medicine").id;
    let records = vec![Resource::from_json(medicine(in_chart)).expect("a resource")];
    let compared = ComparedRecords::new(&form, ChartRecords { records, ..ChartRecords::default() }, look_alikes);
    let mut review = Reconciliation::new(form);
    let patient = Resource::from_json(json!({"resourceType": "Patient", "id": "a", "birthDate": "1980-02-03",
        "name": [{"family": "Delgado"}]}));
    let candidate = ChartPatient::from_resource(patient.expect("a patient"), DAY).expect("a chart");
    review.set_chart(ChartSearch::Found { candidates: vec![candidate], new_patients: true });
    review.touch(PatientChoice::Existing("a".into()));
    IdentityCheck::ALL.iter().for_each(|check| drop(review.confirm_identifier(*check)));
    review.set_records("a", Some(compared));
    let compared = review.compared().and_then(|chart| chart.compared(item)).expect("it is compared");
    (compared.comparison, compared.looks_like.as_ref().map(|title| title.reveal().clone()))
}

#[test]
fn every_pair_that_is_confused_is_a_caution_in_both_orders_and_never_the_same() {
    let look_alikes = LookAlikes::default();
    let mut page = "| shared | in the chart | stands | told |\n| --- | --- | --- | --- |\n".to_owned();
    for (one, other) in LookAlikes::listed().flat_map(|(one, other)| [(one, other), (other, one)]) {
        let (comparison, told) = beside(&format!("{one} 10 mg tablet"), &format!("{other} 10 mg"), &look_alikes);
        assert_ne!(comparison, Comparison::Same, "{one} {other}");
        assert_eq!(told.as_deref(), Some(format!("{other} 10 mg").as_str()), "{one} {other}");
        let _ = writeln!(page, "| {one} | {other} | {} | yes |", comparison.text_id());
    }
    for same in LookAlikes::listed().map(|(one, _)| one) {
        assert_eq!(beside(same, same, &look_alikes), (Comparison::Same, None), "{same}");
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/target/look-alikes.md"), &page).expect("written");
}

#[test]
fn a_clinics_own_pair_is_told_and_other_medicines_are_not() {
    let own = LookAlikes::new(&[["Abrolin".to_owned(), "Zentavir".to_owned()]]);
    assert_eq!(beside("Abrolin 5 mg", "Zentavir", &own).1.as_deref(), Some("Zentavir"));
    assert_eq!(beside("Abrolin 5 mg", "Metformin", &own), (Comparison::New, None));
    assert_eq!(beside("Metformin 850 mg", "Metformin 500 mg", &own).1, None, "the chart has it");
}
