//! What would be sent for a check-in of somebody who does not exist.

use crate::delivery::{Next, Order, PlanProgress};
use crate::fhir::Bundle;
use crate::filing::{Clinic, FilingPlan, Site, Step, SubmissionId, plan};
use crate::intake::{Intake, SharedDocument, Source, SourceKind};
use crate::reconciliation::{ChartSearch, PatientChoice, Reconciliation, Staff};
use crate::runtime;
use crate::session_id::SessionId;

const INVENTED: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[
{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","birthDate":"1901-01-01","name":[{"family":"Nobody","given":["Test"]}]}},
{"resource":{"resourceType":"AllergyIntolerance","patient":{"reference":"urn:uuid:1"},"code":{"text":"Nothing"}}},
{"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:1"},"code":{"text":"Nothing"}}},
{"resource":{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},
 "medicationCodeableConcept":{"text":"Nothing"}}},
{"resource":{"resourceType":"Immunization","status":"completed","patient":{"reference":"urn:uuid:1"},
 "vaccineCode":{"text":"Nothing"},"occurrenceDateTime":"1901-01-01"}},
{"resource":{"resourceType":"Coverage","status":"active","beneficiary":{"reference":"urn:uuid:1"},"payor":[{"display":"Nobody"}]}},
{"resource":{"resourceType":"Procedure","status":"completed","subject":{"reference":"urn:uuid:1"},"code":{"text":"Nothing"}}}]}"#;

/// What would be sent.
pub(super) struct DryRun {
    /// In words.
    pub words: String,
    /// The types that are created.
    pub creates: Vec<String>,
}

/// `None` when no plan can be made.
pub(super) fn dry_run(clinic: &str, new_patients: bool, site: &Site) -> Option<DryRun> {
    let source = Source { kind: SourceKind::Link, host: "invented.example".to_owned(), digest: [0; 32] };
    let bundle = Bundle::read(INVENTED.as_bytes()).ok()?;
    let document = SharedDocument::unproven(bundle, source);
    let now = runtime::now();
    let mut form = Reconciliation::new(Intake::from_documents(vec![document], runtime::local_day(now)).ok()?);
    form.set_chart(ChartSearch::NoEhr);
    form.touch(PatientChoice::New);
    let items: Vec<_> = form.intake().items.iter().map(|item| item.id).collect();
    items.into_iter().for_each(|item| form.toggle(item));
    let mut confirmed = form.confirm(Staff { id: "dry-run".into(), name: "Dry Run".into() }, now).ok()?;
    if !new_patients {
        confirmed.patient = PatientChoice::Existing("dry-run".to_owned());
    }
    let submission = SubmissionId::derive(SessionId(0), &confirmed);
    let plan = plan(&confirmed, &submission, &Clinic { name: clinic.to_owned() }, site).ok()?;
    let steps = plan.steps.len();
    let mut creates: Vec<String> = plan.steps.iter().flat_map(kinds_of).collect();
    creates.sort();
    creates.dedup();
    // The search before a chart is opened writes nothing.
    let plan = FilingPlan { new_patient: None, ..plan };
    let Next::Send { order, .. } = PlanProgress::new(plan).what_next() else { return None };
    let first = match &order {
        Order::Ehr(request) => {
            let method = format!("{:?}", request.method).to_uppercase();
            let target = request.target.reveal().split('?').next().unwrap_or_default();
            format!("{method} to {}", if target.is_empty() { "the FHIR base (a transaction)" } else { target })
        }
        Order::Search { .. } => "a search for charts".to_owned(),
        Order::Folder(_) => "files into the folder".to_owned(),
    };
    let steps = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
    let words = format!("{steps}, first {first} with {}", creates.join(", "));
    Some(DryRun { words, creates })
}

fn kinds_of(step: &Step) -> Vec<String> {
    match step {
        Step::Transaction(transaction) => {
            transaction.expected.iter().map(|expected| expected.kind.to_string()).collect()
        }
        Step::Create(create) => vec![create.expected.kind.to_string()],
        Step::Amend(_) | Step::Keep(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invented_check_in_shows_every_kind_that_is_filed() {
        let site = Site { profile: crate::filing::Profile::generic().expect("a profile"), capabilities: None };
        let known = dry_run("Lakeside", false, &site).expect("a plan");
        assert_eq!(
            known.creates.join(" "),
            "AllergyIntolerance Condition Coverage DocumentReference Immunization MedicationRequest Provenance"
        );
        let new = dry_run("Lakeside", true, &site).expect("a plan");
        assert!(new.creates.contains(&"Patient".to_owned()), "{}", new.words);
    }
}
