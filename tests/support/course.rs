//! A confirmed check-in on its way, without a kiosk: as the outbox drives it, with what would be on disk written and read.

use ktc_kiosk::delivery::{Next, NoAnswer, Order, PlanProgress, Receipt, Reply, WaitReason};
use ktc_kiosk::fhir::{Bundle, RecordType};
use ktc_kiosk::filing::{Capabilities, Clinic, FilingPlan, Profile, Site, SubmissionId, plan};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::net::{Credentials, EhrClient, EhrTls, prepare_tls};
use ktc_kiosk::reconciliation::{ChartSearch, ConfirmedIntake, PatientChoice, Reconciliation, Staff};
use ktc_kiosk::runtime::Destination;
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::time::{Day, Timestamp};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};

/// More tries than any fault here lasts.
const MOST_TRIES: usize = 12;
/// After so many tries no fault strikes any more, and the EHR may take its time: a busy machine is no fault.
const STRUCK_TRIES: usize = 5;
/// As long as this nobody needs.
const LONG: Duration = Duration::from_secs(30);

/// Where a check-in ended.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
pub enum End {
    Accepted(Receipt),
    Person(WaitReason),
}

pub fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime")
}

pub fn ehr(base: &str) -> EhrClient {
    prepare_tls();
    EhrClient::new(
        EhrTls::new(None, None).expect("TLS").client().expect("a client"),
        base.parse().expect("an address"),
        Credentials::None,
    )
}

/// An EHR of this kind that says that it offers all that the profile knows.
pub fn site(profile: &str) -> Site {
    let profile = Profile::named(profile).expect("a profile");
    let offered = |kind: RecordType| {
        let interactions = json!([{"code": "create"}, {"code": "update"}]);
        json!({"type": kind, "interaction": interactions, "conditionalCreate": true})
    };
    let kinds = profile.types.keys().copied().chain([RecordType::Appointment]);
    let rest = json!([{"interaction": [{"code": "transaction"}], "resource": kinds.map(offered).collect::<Vec<_>>()}]);
    let capabilities = Capabilities::from_statement(
        &json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": rest}),
    );
    Site { profile, capabilities }
}

/// Everything in the bundle whose type is wanted, ticked for a new patient; `number` tells check-ins and sources apart.
pub fn confirmed(bundle: &Value, number: i64, wanted: impl Fn(&str) -> bool) -> ConfirmedIntake {
    let mut digest = [7; 32];
    digest[..8].copy_from_slice(&number.to_be_bytes());
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest };
    let document = SharedDocument::unproven(Bundle::from_json(bundle.clone()).expect("a bundle"), source);
    let mut form =
        Reconciliation::new(Intake::from_documents(vec![document], Day::constant(2026, 11, 22)).expect("a form"));
    form.set_chart(ChartSearch::Found { candidates: Vec::new(), new_patients: true });
    form.touch(PatientChoice::New);
    let items: Vec<_> =
        form.intake().items.iter().filter(|item| wanted(item.resource.kind())).map(|item| item.id).collect();
    items.into_iter().for_each(|item| form.toggle(item));
    let staff = Staff { id: "mw".into(), name: "Mara Weiss".into() };
    form.confirm(staff, Timestamp::from_unix_millis(1_790_000_000_000)).expect("decided")
}

pub fn planned(confirmed: &ConfirmedIntake, number: i64, site: &Site) -> FilingPlan {
    let submission = SubmissionId::derive(SessionId(number), confirmed);
    let plan = plan(confirmed, &submission, &Clinic { name: "Lakeside Clinic".into() }, site).expect("a plan");
    // One person is new here again and again: the search before a chart is opened has tests of its own.
    FilingPlan { new_patient: None, ..plan }
}

/// Sends a plan until it ends. What does not answer within `patience` is lost, as long as faults strike; between tries only what is
/// on disk is kept.
pub fn drive(plan: &FilingPlan, to: &Destination, runtime: &Runtime, patience: Duration) -> End {
    let on_disk = plan.to_bytes();
    let mut saved = PlanProgress::new(plan.clone()).to_bytes();
    for number in 0..MOST_TRIES {
        let patience = if number < STRUCK_TRIES { patience } else { LONG };
        let plan = FilingPlan::from_bytes(on_disk.reveal()).expect("the plan");
        let mut progress = PlanProgress::resume(plan, saved.reveal()).expect("the progress");
        loop {
            let order = match progress.what_next() {
                Next::Done(receipt) => return End::Accepted(receipt),
                Next::Person(refusal) => return End::Person(refusal),
                Next::Send { order, .. } => order,
            };
            let reply = match &order {
                Order::Ehr(request) => {
                    let asked = async { tokio::time::timeout(patience, to.ask(request)).await };
                    let answer = runtime.block_on(asked).unwrap_or(Err(NoAnswer::Lost));
                    progress.answered(request, answer.as_ref().map_err(|none| *none))
                }
                Order::Search { new, name } => progress.searched(runtime.block_on(to.find(new, name))),
                Order::Folder(files) => progress.kept(to.keep(files)),
            };
            saved = progress.to_bytes();
            match reply {
                Reply::Further => {}
                Reply::Retry { .. } => break,
                Reply::Refused(refusal) => return End::Person(refusal),
            }
        }
    }
    panic!("still not there after {MOST_TRIES} tries");
}
