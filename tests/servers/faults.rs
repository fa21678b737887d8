//! A proxy that fails on order in front of each EHR: every fault, at every request of a plan, once and again and again.
//! Afterwards there is exactly one record of each kind, or a person is asked, and then there is at most one.
//!
//! Driven through [`PlanProgress`] and the EHR's client, with plan and progress written and read between tries as the outbox has
//! them on disk; without the store and its waits, so that hundreds of check-ins take minutes.

#![allow(clippy::print_stdout, reason = "the counts are what these tests are for")]

use crate::support::course::{End, confirmed, drive, ehr, planned, runtime, site};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::filing::{FilingPlan, RepeatSafety, Site, Step, Strategy, systems::ITEM};
use ktc_kiosk::reconciliation::{Change, PatientChoice};
use ktc_kiosk::runtime::Destination;
use ktc_kiosk::sensitive::Sensitive;
use ktc_testbed::fault_proxy::{Fault, FaultProxy};
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::helios::Helios;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::people::walter;
use ktc_testbed::process::search_all;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// And where one hangs on purpose.
const SHORT_PATIENCE: Duration = Duration::from_millis(300);
const HANG: Duration = Duration::from_millis(450);
const FAULTS: [Fault; 16] = [
    Fault::ResetBeforeForwarding,
    Fault::ResetAfterForwarding,
    Fault::HalfAnswer,
    Fault::Status(500),
    Fault::StatusAfterForwarding(500),
    Fault::Status(503),
    Fault::Status(401),
    Fault::Status(409),
    Fault::Status(412),
    Fault::Status(422),
    Fault::Status(429),
    Fault::HangMillis(HANG.as_millis() as u64),
    Fault::Portal,
    Fault::CutJson,
    Fault::NoPlace,
    Fault::StatusAfterForwarding(502),
];
const TICKED: [&str; 3] = ["Patient", "Condition", "AllergyIntolerance"];
/// What a plan makes of them: of the person it leaves something for a document.
const KINDS: [&str; 5] = ["Patient", "Condition", "AllergyIntolerance", "DocumentReference", "Provenance"];

const fn patience(fault: Fault) -> Duration {
    if matches!(fault, Fault::HangMillis(_)) { SHORT_PATIENCE } else { PATIENCE }
}

/// The generic profile with another strategy, and another way to be asked again.
fn creating(again: RepeatSafety) -> Site {
    let mut site = site("generic-r4");
    site.profile.strategy = Strategy::Creates;
    site.profile.types.values_mut().for_each(|rules| rules.again = again);
    site
}

#[derive(Default)]
struct Tally {
    check_ins: i64,
    /// Those of them at which the fault struck.
    combinations: i64,
    accepted: i64,
    records: usize,
    /// Names that must be there once, and names of which there may be one.
    must: Vec<String>,
    may: Vec<String>,
}

impl Tally {
    fn names(plan: &FilingPlan) -> Vec<String> {
        let names = plan.steps.iter().flat_map(|step| match step {
            Step::Transaction(transaction) => transaction.expected.iter().map(|it| it.name.clone()).collect(),
            Step::Create(create) => vec![create.expected.name.clone()],
            Step::Amend(_) | Step::Keep(_) => Vec::new(),
        });
        names.collect()
    }

    /// Every fault at every request of a small check-in, `repeats` times in a row.
    fn run(&mut self, proxy: &FaultProxy, site: &Site, repeats: usize) {
        FAULTS.into_iter().for_each(|fault| self.run_one(fault, proxy, site, repeats));
    }

    fn run_one(&mut self, fault: Fault, proxy: &FaultProxy, site: &Site, repeats: usize) {
        let runtime = runtime();
        let to = Destination::new(&KioskConfig::default(), Some(ehr(&proxy.base_url())));
        let bundle = walter().shared_bundle();
        let mut pass = 0;
        loop {
            let mut struck = true;
            for times in 1..=repeats {
                self.check_ins += 1;
                let number = self.check_ins;
                let plan = planned(&confirmed(&bundle, number, |kind| TICKED.contains(&kind)), number, site);
                assert_eq!(Self::names(&plan).len(), KINDS.len());
                let before = proxy.requests().len();
                proxy.aim(fault, pass, times);
                let end = drive(&plan, &to, &runtime, patience(fault));
                proxy.heal();
                struck = proxy.requests().len() - before > pass;
                // What the fault did not strike is no combination.
                self.combinations += i64::from(struck);
                match end {
                    End::Accepted(_) => {
                        self.accepted += i64::from(struck);
                        self.must.extend(Self::names(&plan));
                    }
                    End::Person(_) => self.may.extend(Self::names(&plan)),
                }
            }
            pass += 1;
            if !struck {
                break;
            }
        }
    }

    /// What the EHR has, beside what was said of the check-ins since the last time.
    fn compare(&mut self, what: &str, base: &str) {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for kind in KINDS {
            for resource in search_all(base, kind, "_count=1000").expect("a search") {
                let named =
                    resource["identifier"].as_array().into_iter().chain(resource["meta"]["tag"].as_array()).flatten();
                let ours =
                    named.filter(|it| it["system"] == ITEM).find_map(|it| it["value"].as_str().or(it["code"].as_str()));
                *counts.entry(ours.expect("a name of ours").to_owned()).or_default() += 1;
            }
        }
        let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(twice.is_empty(), "{what}: {twice:?}");
        let missing = self.must.iter().filter(|name| !counts.contains_key(*name)).count();
        assert_eq!(missing, 0, "{what}: said to be filed and not there");
        assert!(counts.keys().all(|name| self.must.contains(name) || self.may.contains(name)), "{what}: a stranger");
        self.records += counts.len();
        (self.must, self.may) = (Vec::new(), Vec::new());
    }

    fn check(mut self, what: &str, base: &str) {
        self.compare(what, base);
        self.tell(what);
    }

    #[expect(clippy::print_stdout, reason = "how much was tried is part of the result")]
    fn tell(&self, what: &str) {
        let Tally { combinations, accepted, records, .. } = self;
        let parked = combinations - accepted;
        println!("{what}: {combinations} combinations, {accepted} filed, {parked} to a person, {records} records");
        // Only a refusal (409, 412, 422) of the very request asks a person where the EHR looks before it creates.
        assert!(*accepted > combinations / 3, "{what}: nearly everything goes to a person");
        assert!(*combinations >= 300, "{what}: {combinations}");
    }
}

#[test]
fn sekmet_holds_each_record_once_whatever_fails() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let mut tally = Tally::default();
    tally.run(&proxy, &site("generic-r4"), 3);
    tally.run(&proxy, &creating(RepeatSafety::Conditional), 2);
    tally.run(&proxy, &creating(RepeatSafety::Search), 2);
    tally.check("SEKMET", &server.base_url());
}

#[test]
fn medplum_holds_each_record_once_whatever_fails() {
    let server = Medplum::start().expect("Medplum");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let mut tally = Tally::default();
    // It looks at every record for each that it creates: they are counted and forgotten after each fault.
    for fault in FAULTS {
        tally.run_one(fault, &proxy, &site("medplum"), 5);
        if matches!(fault, Fault::HangMillis(_)) {
            // What nobody waited for any more arrives.
            std::thread::sleep(2 * HANG);
        }
        tally.compare("Medplum", &server.base_url());
        server.forget().expect("an empty server");
    }
    tally.tell("Medplum");
}

#[test]
#[ignore = "Helios is built by: cargo xtask test --all-servers"]
fn helios_holds_each_record_once_whatever_fails() {
    let server = Helios::start().expect("Helios");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let mut tally = Tally::default();
    tally.run(&proxy, &site("generic-r4"), 4);
    tally.run(&proxy, &creating(RepeatSafety::Conditional), 4);
    tally.check("Helios", &server.base_url());
}

fn telecom(number: usize) -> Value {
    json!([{"system": "phone", "value": format!("555-{number:04}")}])
}

/// Reading, changing: every fault at each, and somebody else who is quicker.
#[test]
fn a_change_of_a_chart_is_made_once_or_a_person_is_asked() {
    let server = FhirServer::start().expect("a FHIR server");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("a proxy");
    let (runtime, site) = (runtime(), site("generic-r4"));
    let to = Destination::new(&KioskConfig::default(), Some(ehr(&proxy.base_url())));
    let (mut combinations, mut changed) = (0, 0);
    for (fault, pass) in FAULTS.into_iter().flat_map(|fault| [(fault, 0), (fault, 1)]) {
        combinations += 1;
        let chart = json!({"resourceType": "Patient", "name": [{"family": "Ostrander"}], "telecom": telecom(0)});
        let made = server.post("Patient", &chart).expect("made").json().expect("JSON");
        let place = format!("Patient/{}", made["id"].as_str().expect("an id"));
        let mut form = confirmed(&walter().shared_bundle(), combinations, |kind| kind == "Patient");
        form.patient = PatientChoice::Existing(made["id"].as_str().expect("an id").to_owned());
        let item = form.items[0].id;
        let change = |was: Value, becomes: Value| Change {
            target: place.clone(),
            element: "telecom",
            was: Sensitive::new(was),
            becomes: Sensitive::new(becomes),
            item: Some(item),
            only_while: Vec::new(),
        };
        form.changes = vec![change(telecom(0), telecom(1))];
        let mut plan = planned(&form, combinations, &site);
        plan.steps.retain(|step| matches!(step, Step::Amend(_)));
        assert_eq!(plan.steps.len(), 1);
        proxy.aim(fault, pass, 1);
        let end = drive(&plan, &to, &runtime, patience(fault));
        proxy.heal();
        let now = server.get(&place).expect("an answer").json().expect("JSON");
        assert_eq!(now["name"], chart["name"], "{fault:?} {pass}: what nobody decided on");
        match end {
            End::Accepted(receipt) => {
                changed += 1;
                assert_eq!(now["telecom"], telecom(1), "{fault:?} {pass}");
                assert_eq!(receipt.filed[0].location, place);
            }
            End::Person(_) => assert!([telecom(0), telecom(1)].contains(&now["telecom"]), "{fault:?} {pass}"),
        }
        // What staff saw is no longer so: a person decides again.
        form.changes = vec![change(telecom(7), telecom(8))];
        let mut stale = planned(&form, combinations + 1000, &site);
        stale.steps.retain(|step| matches!(step, Step::Amend(_)));
        let end = drive(&stale, &to, &runtime, PATIENCE);
        assert!(matches!(end, End::Person(ktc_kiosk::delivery::WaitReason::EhrChartChanged)), "{end:?}");
    }
    println!("changes: {combinations} combinations, {changed} made, {} to a person", combinations - changed);
    assert!(changed > combinations / 2);
}
