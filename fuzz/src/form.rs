//! From JSON to a form, and what must hold for every form.

use crate::{DAY, assert_fit_for_a_screen, now};
use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, IntakeItem, SharedDocument, Source, SourceKind};
use ktc_kiosk::language::Language;
use ktc_kiosk::reconciliation::{
    ChartPatient, ChartSearch, ConfirmedIntake, IdentityCheck, PatientChoice, Reconciliation, Staff,
};
use serde_json::{Value, json};

/// A Bundle as it is, or one resource beside an invented patient, so that a mutated resource alone gets deep.
pub fn bundle_json(bytes: &[u8]) -> Option<Value> {
    let json: Value = serde_json::from_slice(bytes).ok()?;
    if json["resourceType"] == "Bundle" {
        return Some(json);
    }
    let patient = json!({"resourceType": "Patient", "id": "p", "name": [{"family": "Example"}]});
    Some(json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"fullUrl": "urn:uuid:p", "resource": patient}, {"fullUrl": "urn:uuid:x", "resource": json}]}))
}

/// The document of a link.
pub fn document(bundle: Bundle) -> SharedDocument {
    let source = Source { kind: SourceKind::Link, host: "share.example".to_owned(), digest: [7; 32] };
    SharedDocument::unproven(bundle, source)
}

/// Every entry is on the form or counted as left out, each once, and every word of it can be shown. Of `patients` some may be the same,
/// which is one.
pub fn assert_complete(intake: &Intake, (entries, patients): (usize, usize), unreadable: usize) {
    let told = intake.items.iter().map(|item| item.resources).sum::<usize>() + intake.left_out;
    assert_eq!(intake.unreadable, unreadable);
    assert!(told <= entries, "an entry was doubled: {told} of {entries}");
    assert!(told + patients.saturating_sub(1) >= entries, "an entry was dropped: {told} of {entries}");
    let person = &intake.person;
    assert_fit_for_a_screen(person.name.reveal());
    person.birth_date.iter().for_each(|date| assert_fit_for_a_screen(date.reveal()));
    for item in &intake.items {
        assert!(item.source < intake.sources.len(), "an item without its source");
        assert_fit_for_a_screen(item.title.reveal());
        for language in Language::ALL {
            item.facts.iter().for_each(|fact| assert_fit_for_a_screen(fact.text(*language).reveal()));
        }
        item.more().iter().for_each(|line| assert_fit_for_a_screen(line.value.reveal()));
    }
}

/// The chart that staff pick.
pub const CHART: &str = "Patient/ours";

/// Staff tick all that can be ticked and confirm, for a known patient or a new one.
pub fn confirmed(intake: Intake, known: bool) -> Option<ConfirmedIntake> {
    let chart =
        json!({"resourceType": "Patient", "id": "ours", "birthDate": "1980-01-01", "name": [{"family": "Example"}]});
    let chart = Resource::from_json(chart).and_then(|chart| ChartPatient::from_resource(chart, DAY)).expect("a chart");
    let mut review = Reconciliation::new(intake);
    review.set_chart(ChartSearch::Found { candidates: vec![chart], new_patients: true });
    review.touch(if known { PatientChoice::Existing("ours".to_owned()) } else { PatientChoice::New });
    for check in IdentityCheck::ALL {
        review.confirm_identifier(*check);
    }
    review.set_records("ours", None);
    let takeable: Vec<_> =
        review.intake().items.iter().filter(|item| item.can_be_taken()).map(|item| item.id).collect();
    takeable.into_iter().for_each(|id| review.toggle(id));
    let staff = Staff { id: "s1".to_owned(), name: "Mara Weiss".to_owned() };
    let confirmed = review.confirm(staff, now()).ok()?;
    assert!(confirmed.items.iter().all(IntakeItem::can_be_taken), "something was confirmed that must not be filed");
    Some(confirmed)
}
