//! Check-ins filed for the wrong person are taken back in real EHRs: as staff would, record by record, through the queue on disk. What
//! was filed is then marked, gone or set back, what cannot be undone is listed, and the audit log says who did what.
//!
//! `KTC_UNDOS` says how many on each EHR; 100 when nothing is said.

#![allow(clippy::print_stdout, reason = "the counts are what these tests are for")]

use crate::support::course::{confirmed, ehr, planned, runtime, site};
use ktc_kiosk::audit::{AuditEvent, AuditKind, AuditRecord};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::{Offer, Receipt, UndoPlan, UndoRow};
use ktc_kiosk::filing::systems::ITEM;
use ktc_kiosk::filing::{PatientKey, Site, SubmissionId};
use ktc_kiosk::language::Language;
use ktc_kiosk::net::EhrClient;
use ktc_kiosk::reconciliation::{Change, ConfirmedIntake, PatientChoice};
use ktc_kiosk::runtime::{BreachFacts, Destination, Sent, breach_page, local_day, now, send_due, undo_rows};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::Stop;
use ktc_kiosk::session_id::SessionId;
use ktc_kiosk::store::{SealingKey, Stopped, Store, Subject};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::helios::Helios;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::people::walter;
use ktc_testbed::process::{delete, get, post, put, search_all};
use serde_json::{Value, json};
use std::sync::Mutex;
use tokio::runtime::Runtime;

const STAFF: &str = "f.ortiz";

#[expect(clippy::disallowed_methods, reason = "whoever runs it says how many")]
fn undos() -> i64 {
    std::env::var("KTC_UNDOS").ok().and_then(|text| text.parse().ok()).unwrap_or(100)
}

/// A clinic: its EHR, and a kiosk's queue.
struct Clinic {
    base: String,
    ehr: EhrClient,
    site: Site,
    to: Destination,
    runtime: Runtime,
    store: Mutex<Store>,
    _folder: tempfile::TempDir,
}

#[derive(Default)]
struct Tally {
    records: usize,
    undone: usize,
    rest: usize,
    /// Types of what is left.
    kinds: std::collections::BTreeMap<String, usize>,
}

fn telecom(number: i64) -> Value {
    json!([{"system": "phone", "value": format!("555-{number:04}")}])
}

impl Clinic {
    /// What the EHR itself says that it can do is what counts.
    fn new(base: &str, profile: &str) -> Clinic {
        let (runtime, folder) = (runtime(), crate::support::queue::fast_folder());
        let ehr = ehr(base);
        let stated = runtime.block_on(ehr.capabilities()).expect("a statement");
        let site = Site { capabilities: Some(stated), ..site(profile) };
        let key = SealingKey::from_text(SealingKey::new_text().expect("random").reveal()).expect("a key");
        let store = Mutex::new(Store::open(folder.path(), key, now()).expect("a store").store);
        let to = Destination::new(
            &KioskConfig { folder: folder.path().join("kept"), ..KioskConfig::default() },
            Some(ehr.clone()),
        );
        Clinic { base: base.to_owned(), ehr, site, to, runtime, store, _folder: folder }
    }

    fn store(&self) -> std::sync::MutexGuard<'_, Store> {
        self.store.lock().expect("a lock")
    }

    fn made(&self, resource: &Value) -> String {
        let kind = resource["resourceType"].as_str().expect("a type");
        let made = post(&self.base, kind, resource).expect("an answer").json().expect("JSON");
        made["id"].as_str().expect("an id").to_owned()
    }

    fn read(&self, target: &str) -> (u16, Value) {
        let answer = get(&self.base, target).expect("an answer");
        (answer.status, answer.json().unwrap_or_default())
    }

    fn send(&self) {
        while let Sent::Outcome(..) = send_due(&self.store, &self.to, self.runtime.handle()).expect("the store") {}
    }

    /// What staff confirmed for the wrong chart; of each third a change of the chart, and each fifth opens a chart.
    fn wrong(&self, number: i64) -> (ConfirmedIntake, Option<String>) {
        let mut form = confirmed(&walter().shared_bundle(), number, |_| true);
        if number % 5 == 0 {
            return (form, None);
        }
        let chart = json!({"resourceType": "Patient", "name": [{"family": "Ostrander"}], "telecom": telecom(0)});
        let chart = self.made(&chart);
        form.patient = PatientChoice::Existing(chart.clone());
        if number % 3 == 0 {
            form.changes = vec![Change {
                target: format!("Patient/{chart}"),
                element: "telecom",
                was: Sensitive::new(telecom(0)),
                becomes: Sensitive::new(telecom(number)),
                item: Some(form.items[0].id),
                only_while: Vec::new(),
            }];
        }
        (form, Some(chart))
    }

    fn file(&self, form: &ConfirmedIntake, number: i64) -> SubmissionId {
        let plan = planned(form, number, &self.site);
        let key = PatientKey::from_confirmed(form).expect("a patient");
        let subject = Subject::new(key, vec![[1; 32]]);
        let event = AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(number)).by(STAFF).count(form.items.len());
        self.store().outbox().enqueue(&plan, &subject, event, "2026-12-01", now()).expect("queued");
        self.send();
        plan.submission
    }

    fn receipt(&self, submission: &SubmissionId) -> Receipt {
        self.store().outbox().receipt(submission).expect("the store").expect("it is filed")
    }

    fn rows(&self, receipt: &Receipt) -> (Receipt, Vec<UndoRow>) {
        let ask = async |request: &_| self.ehr.ask(request).await;
        self.runtime.block_on(undo_rows(receipt, &self.site, local_day(now()), ask))
    }

    /// Ticks all that can be undone, and undoes it.
    fn undo(&self, submission: &SubmissionId) -> Receipt {
        let seen = self.receipt(submission);
        let (receipt, rows) = self.rows(&seen);
        let steps = rows.into_iter().filter_map(|row| match row.offer {
            Offer::Step(step) => Some(step),
            Offer::Undone(_) | Offer::ByHand(_) | Offer::Unread => None,
        });
        let plan = UndoPlan { receipt, by: STAFF.to_owned(), steps: steps.collect() };
        let event = AuditEvent::new(AuditKind::UndoConfirmed, SessionId(9)).by(STAFF).count(plan.steps.len());
        self.store().outbox().undo(&plan, &seen, event, now()).expect("queued");
        self.send();
        self.receipt(submission)
    }

    /// Reads every record of a check-in: it does not count any more, or it is listed.
    fn look(&self, receipt: &Receipt, tally: &mut Tally) {
        let filed: Vec<&str> =
            receipt.filed.iter().filter(|filed| filed.created).map(|filed| filed.location.as_str()).collect();
        let listed = self.rows(receipt).1;
        for place in &filed {
            tally.records += 1;
            let (status, record) = self.read(place);
            let is_gone = matches!(status, 404 | 410);
            let is_marked = record["status"] == "entered-in-error"
                || record["verificationStatus"]["coding"][0]["code"] == "entered-in-error"
                || record["resourceType"] == "Patient" && record["active"] == false;
            if is_gone || is_marked {
                tally.undone += 1;
                assert!(!record.to_string().contains(&format!("\"{ITEM}\"")), "it is found by its name: {record}");
            } else {
                tally.rest += 1;
                let kind = place.split('/').next().unwrap_or_default().to_owned();
                *tally.kinds.entry(kind).or_default() += 1;
                let row = listed.iter().find(|row| row.target == **place).expect("it is listed");
                assert!(matches!(row.offer, Offer::ByHand(_)), "{row:?}");
            }
        }
    }
}

fn rows_about<'r>(records: &'r [AuditRecord], submission: &SubmissionId, kind: AuditKind) -> Vec<&'r AuditRecord> {
    let is_it =
        |record: &&AuditRecord| record.submission.as_deref() == Some(submission.as_str()) && record.kind == kind.word();
    records.iter().filter(is_it).collect()
}

/// `between` is called after every tenth.
fn drill(name: &str, base: &str, profile: &str, between: impl Fn()) -> Tally {
    let (clinic, started, mut tally) = (Clinic::new(base, profile), now(), Tally::default());
    let mut changed = 0;
    for number in 1..=undos() {
        let (form, chart) = clinic.wrong(number);
        let submission = clinic.file(&form, number);
        let filed = clinic.receipt(&submission);
        assert!(filed.filed.iter().filter(|filed| filed.created).count() > 5, "{name}: {:?}", filed.filed);
        let said = AuditEvent::new(AuditKind::WrongPerson, SessionId(number)).by(STAFF).about(&submission).count(40);
        clinic.store().audit().append(&said, now()).expect("written");
        let held = AuditEvent::new(AuditKind::CheckInHeld, SessionId(number)).by(STAFF);
        let stopped = clinic.store().outbox().stop(&submission, Stop::Hold, held, now()).expect("stopped");
        assert_eq!(stopped, Stopped::Filed);

        let undone = clinic.undo(&submission);
        clinic.look(&undone, &mut tally);
        if let (Some(chart), false) = (&chart, form.changes.is_empty()) {
            changed += 1;
            let (_, now) = clinic.read(&format!("Patient/{chart}"));
            assert_eq!((&now["telecom"], &now["name"][0]["family"]), (&telecom(0), &json!("Ostrander")), "{name}");
        }
        // Who, which check-in, what: one row a step, under the staff member who ticked it.
        let records = clinic.store().audit().list().expect("the log");
        let confirmed = rows_about(&records, &submission, AuditKind::UndoConfirmed);
        let [confirmed] = confirmed[..] else { panic!("{name}: {confirmed:?}") };
        let told = rows_about(&records, &submission, AuditKind::RecordUndone);
        assert_eq!(confirmed.count.map(|count| count as usize), Some(told.len()), "{name}: {:?}", undone.undone);
        assert!(confirmed.content.is_some() && told.iter().all(|row| row.staff.as_deref() == Some(STAFF)));
        assert!(told.iter().all(|row| row.at.unix_millis() >= confirmed.at.unix_millis() && row.detail.is_some()));
        assert!(rows_about(&records, &submission, AuditKind::RecordNotUndone).is_empty());
        assert_eq!(told.len(), undone.undone.len());
        if number % 10 == 0 {
            between();
        }
    }
    // The same share once more, for a chart that is right: nothing of what does not count any more is taken for it.
    let right = clinic.made(&json!({"resourceType": "Patient", "name": [{"family": "Ostrander"}]}));
    let mut form = confirmed(&walter().shared_bundle(), 1, |_| true);
    form.patient = PatientChoice::Existing(right.clone());
    let first = clinic.file(&form, 900_001);
    clinic.undo(&first);
    let again = clinic.file(&form, 900_002);
    let again = clinic.receipt(&again);
    let counts = again.filed.iter().filter(|filed| filed.created && !filed.location.starts_with("Provenance/"));
    assert!(counts.count() > 5, "{name}: what was undone was taken for filed: {:?}", again.filed);
    assert!(clinic.store().audit().verify().expect("the log").is_ok(), "{name}: the chain is broken");
    let Tally { records, undone, rest, kinds } = &tally;
    println!(
        "{name}: {} wrong-chart check-ins, {records} records: {undone} undone and read back, {rest} listed {kinds:?}; \
         {changed} charts set back; {:.1} s",
        undos(),
        now().since(started).as_secs_f64()
    );
    assert_eq!(records, &(undone + rest));
    tally
}

#[test]
fn in_sekmet_what_was_filed_for_the_wrong_person_is_undone() {
    let server = FhirServer::start().expect("a FHIR server");
    drill("SEKMET", &server.base_url(), "generic-r4", || ());
}

#[test]
fn in_medplum_what_was_filed_for_the_wrong_person_is_undone() {
    let server = Medplum::start().expect("Medplum");
    // It looks at every record for each that it creates.
    drill("Medplum", &server.base_url(), "medplum", || server.forget().expect("an empty server"));
}

#[test]
#[ignore = "Helios is built by: cargo xtask test --all-servers"]
fn in_helios_what_was_filed_for_the_wrong_person_is_undone() {
    let server = Helios::start().expect("Helios");
    drill("Helios", &server.base_url(), "generic-r4", || ());
}

/// Whoever corrected a record since knows more of it than the kiosk; and a chart that somebody uses by now stays in use.
#[test]
fn what_somebody_at_the_ehr_changed_or_uses_since_is_left_alone_and_listed() {
    let server = FhirServer::start().expect("a FHIR server");
    let clinic = Clinic::new(&server.base_url(), "generic-r4");
    let (form, _) = clinic.wrong(5);
    let submission = clinic.file(&form, 5);
    let filed = clinic.receipt(&submission);
    let place = |kind: &str| {
        let found = filed.filed.iter().find(|filed| filed.location.starts_with(kind)).expect("it is filed");
        found.location.clone()
    };
    let (problem, chart) = (place("Condition/"), place("Patient/"));
    let (_, mut noted) = clinic.read(&problem);
    noted["note"] = json!([{"text": "seen by Dr. Okafor"}]);
    assert_eq!(put(&clinic.base, &problem, &noted).expect("an answer").status, 200);
    let encounter = json!({"resourceType": "Encounter", "status": "planned", "class": {"code": "AMB"}, "subject": {"reference": chart}});
    let encounter = clinic.made(&encounter);

    let (_, rows) = clinic.rows(&filed);
    let row = rows.iter().find(|row| row.target == problem).expect("it is listed");
    assert!(matches!(row.offer, Offer::ByHand(ktc_kiosk::delivery::ByHand::ChangedSince)), "{row:?}");
    let undone = clinic.undo(&submission);
    let result = |place: &str| undone.result_of(place);
    assert_eq!(result(&problem), None, "nobody could tick it");
    assert_eq!(result(&chart), Some(ktc_kiosk::delivery::UndoResult::StillReferred));
    assert_eq!(clinic.read(&problem).1["note"][0]["text"], "seen by Dr. Okafor");
    assert_ne!(clinic.read(&chart).1["active"], false);
    let records = clinic.store().audit().list().expect("the log");
    assert_eq!(rows_about(&records, &submission, AuditKind::RecordNotUndone).len(), 1);

    // Once nothing refers to it, also nothing that it filed itself, it works again, for what is left.
    assert!(matches!(delete(&clinic.base, &format!("Encounter/{encounter}")).expect("an answer").status, 200 | 204));
    assert!(
        matches!(delete(&clinic.base, &problem).expect("an answer").status, 200 | 204),
        "by hand, as the list says"
    );
    let undone = clinic.undo(&submission);
    assert_eq!(undone.result_of(&chart), Some(ktc_kiosk::delivery::UndoResult::Marked));
    assert_eq!(clinic.read(&chart).1["active"], false);

    let audit = AuditEvent::between_visits(AuditKind::BreachFactsWritten).by(STAFF);
    let facts =
        BreachFacts::of_check_in(&mut clinic.store(), &submission, ("Lakeside Clinic", audit), now()).expect("facts");
    let page = breach_page(&facts, Language::English).expect("a page");
    assert!(page.reveal().starts_with(b"%PDF-"));
    assert!(clinic.store().audit().verify().expect("the log").is_ok());
}

/// A check-in that staff withdraw before it left is never sent, and stays on record with who said so.
#[test]
fn what_was_withdrawn_before_it_left_is_never_sent() {
    let server = FhirServer::start().expect("a FHIR server");
    let clinic = Clinic::new(&server.base_url(), "generic-r4");
    let (form, _) = clinic.wrong(1);
    let plan = planned(&form, 1, &clinic.site);
    let subject = Subject::new(PatientKey::from_confirmed(&form).expect("a patient"), vec![[1; 32]]);
    let event = AuditEvent::new(AuditKind::CheckInConfirmed, SessionId(1)).by(STAFF);
    clinic.store().outbox().enqueue(&plan, &subject, event, "2026-12-01", now()).expect("queued");
    let withdrawn = AuditEvent::new(AuditKind::CheckInWithdrawn, SessionId(2)).by(STAFF);
    let stopped = clinic.store().outbox().stop(&plan.submission, Stop::Withdraw, withdrawn, now());
    assert_eq!(stopped.expect("stopped"), Stopped::Now);
    clinic.send();
    for kind in ["Condition", "AllergyIntolerance", "Provenance"] {
        assert!(search_all(&clinic.base, kind, "").expect("a search").is_empty(), "{kind} was sent");
    }
    let receipt = clinic.receipt(&plan.submission);
    let withdrawn = receipt.withdrawn.as_ref().expect("it says so");
    assert_eq!((withdrawn.by.as_str(), &*withdrawn.plan), (STAFF, &plan), "what was confirmed is on record");
    assert!(receipt.filed.is_empty() && receipt.in_doubt.is_empty(), "{receipt:?}");
}
