//! What would be sent for a check-in of somebody who does not exist.

use crate::fhir::Bundle;
use crate::filing::{Clinic, Course, Method, Next, Site, SubmissionId, plan};
use crate::intake::{Intake, SharedDocument, Source, SourceKind};
use crate::reconciliation::{ChartSearch, PatientChoice, Reconciliation, Staff};
use crate::runtime;
use crate::session::SessionId;
use crate::trust::Assurance;

const INVENTED: &str = r#"{"resourceType":"Bundle","type":"collection","entry":[
{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","birthDate":"1901-01-01","name":[{"family":"Nobody","given":["Test"]}]}},
{"fullUrl":"urn:uuid:2","resource":{"resourceType":"AllergyIntolerance","patient":{"reference":"urn:uuid:1"},
"code":{"text":"Nothing"},"clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
"code":"active"}]}}}]}"#;

/// In words; `None` when no plan can be made.
pub(super) fn requests_of_an_invented_check_in(clinic: &str, new_patients: bool, site: &Site) -> Option<String> {
    let source = Source { kind: SourceKind::Link, host: "invented.example".to_owned(), digest: [0; 32] };
    let bundle = Bundle::read(INVENTED.as_bytes()).ok()?;
    let document = SharedDocument { bundle, assurance: Assurance::PatientProvided, source };
    let mut form = Reconciliation::new(Intake::from_documents(vec![document]).ok()?);
    form.set_chart(ChartSearch::Unavailable { new_patients: true });
    form.touch(PatientChoice::New);
    let items: Vec<_> = form.intake().items.iter().map(|item| item.id).collect();
    items.into_iter().for_each(|item| form.toggle(item));
    let mut confirmed = form.confirm(Staff { id: "dry-run".into(), name: "Dry Run".into() }, runtime::now()).ok()?;
    if !new_patients {
        confirmed.patient = PatientChoice::Existing("dry-run".to_owned());
    }
    let submission = SubmissionId::derive(SessionId(0), &confirmed);
    let plan = plan(&confirmed, &submission, &Clinic { name: clinic.to_owned() }, site).ok()?;
    let steps = plan.steps.len();
    let Next::Send { request, .. } = Course::new(plan).what_next() else { return None };
    let method = match request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Keep => "a folder of files",
    };
    let target = request.target.reveal();
    let target = if target.is_empty() { "the FHIR base (a transaction)" } else { target };
    let bytes = request.body.map_or(0, |body| body.reveal().len());
    Some(format!("{steps} {}, first {method} to {target}, {bytes} bytes", if steps == 1 { "step" } else { "steps" }))
}
