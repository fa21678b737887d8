//! A record of ours lies in another chart than the one that staff chose, as after two charts were joined and taken apart again: it
//! is no proof that this check-in is filed. In the chosen chart it is.

#![allow(clippy::print_stdout, reason = "the counts are what these tests are for")]

use crate::support::course::{End, confirmed, drive, ehr, planned, runtime, site};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::WaitReason;
use ktc_kiosk::fhir::RecordType;
use ktc_kiosk::filing::{FilingPlan, RepeatSafety, Site, Step, Strategy, systems::ITEM};
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::runtime::Destination;
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::helios::Helios;
use ktc_testbed::medplum::Medplum;
use ktc_testbed::people::walter;
use ktc_testbed::process::{post, search_all};
use serde_json::{Value, json};
use std::time::Duration;

fn creating(again: RepeatSafety) -> Site {
    let mut site = site("generic-r4");
    site.profile.strategy = Strategy::Creates;
    site.profile.types.values_mut().for_each(|rules| rules.again = again);
    site
}

/// The name under which the plan files its condition.
fn name_in(plan: &FilingPlan) -> String {
    let expected = plan.steps.iter().flat_map(|step| match step {
        Step::Transaction(transaction) => transaction.expected.as_slice(),
        Step::Create(create) => std::slice::from_ref(&create.expected),
        Step::Amend(_) | Step::Keep(_) => &[],
    });
    expected.into_iter().find(|it| it.kind == RecordType::Condition).expect("a condition").name.clone()
}

fn made(base: &str, resource: &Value) -> String {
    let kind = resource["resourceType"].as_str().expect("a type");
    let made = post(base, kind, resource).expect("an answer").json().expect("JSON");
    made["id"].as_str().expect("an id").to_owned()
}

fn in_the_chosen_chart_and_in_another(name: &str, base: &str) {
    let (runtime, to) = (runtime(), Destination::new(&KioskConfig::default(), Some(ehr(base))));
    let sites = [site("generic-r4"), creating(RepeatSafety::Conditional), creating(RepeatSafety::Search)];
    let mut number = 0;
    for site in &sites {
        for is_elsewhere in [false, true] {
            number += 1;
            let patient = json!({"resourceType": "Patient", "name": [{"family": format!("Chart {number}")}]});
            let (chosen, other) = (made(base, &patient), made(base, &patient));
            let wanted = |kind: &str| kind == "Patient" || kind == "Condition";
            let mut confirmed = confirmed(&walter().shared_bundle(), number, wanted);
            confirmed.patient = PatientChoice::Existing(chosen.clone());
            let plan = planned(&confirmed, number, site);
            let whose = format!("Patient/{}", if is_elsewhere { &other } else { &chosen });
            made(
                base,
                &json!({"resourceType": "Condition", "subject": {"reference": whose}, "code": {"text": "Asthma"},
                "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]},
                "identifier": [{"system": ITEM, "value": name_in(&plan)}]}),
            );
            let before = search_all(base, "Condition", "_count=1000").expect("a search").len();
            match (drive(&plan, &to, &runtime, Duration::from_secs(30)), is_elsewhere) {
                (End::Accepted(_), false) | (End::Person(WaitReason::EhrOtherChart), true) => {}
                (end, _) => panic!("{name} {:?}, elsewhere {is_elsewhere}: {end:?}", site.profile.strategy),
            }
            let after = search_all(base, "Condition", "_count=1000").expect("a search").len();
            assert_eq!(after, before, "{name}: a second one was made");
        }
    }
    println!("{name}: {number} records that were there, half of them in another chart: each read, none doubled");
}

#[test]
fn in_sekmet_a_record_that_was_there_counts_in_the_chosen_chart_alone() {
    in_the_chosen_chart_and_in_another("SEKMET", &FhirServer::start().expect("a FHIR server").base_url());
}

#[test]
fn in_medplum_a_record_that_was_there_counts_in_the_chosen_chart_alone() {
    in_the_chosen_chart_and_in_another("Medplum", &Medplum::start().expect("Medplum").base_url());
}

#[test]
#[ignore = "Helios is built by: cargo xtask test --all-servers"]
fn in_helios_a_record_that_was_there_counts_in_the_chosen_chart_alone() {
    let server = Helios::start().expect("Helios");
    in_the_chosen_chart_and_in_another("Helios", &server.base_url());
}
