//! Any Bundle, every item ticked: each item is filed or accounted for, and nothing foreign goes to the EHR.
#![no_main]

use ktc_fuzz::DAY;
use ktc_fuzz::form::{CHART, bundle_json, confirmed, document};
use ktc_kiosk::fhir::{Bundle, RecordType};
use ktc_kiosk::filing::{Capabilities, Clinic, Profile, Site, Step, SubmissionId, plan};
use ktc_kiosk::intake::Intake;
use ktc_kiosk::session_id::SessionId;
use serde_json::{Value, json};
use std::collections::BTreeSet;

libfuzzer_sys::fuzz_target!(|input: (bool, &[u8])| {
    let (known, bytes) = input;
    let Some(json) = bundle_json(bytes) else { return };
    let Ok(bundle) = Bundle::from_json(json) else { return };
    let Ok(intake) = Intake::from_documents(vec![document(bundle)], DAY) else { return };
    let Some(confirmed) = confirmed(intake, known) else { return };
    let ticked: BTreeSet<_> = confirmed.items.iter().map(|item| item.id).collect();
    let submission = SubmissionId::derive(SessionId(1), &confirmed);
    let clinic = Clinic { name: "Lakeside Clinic".to_owned() };
    let site = site(bytes.len() % 2 == 0);
    let planned = plan(&confirmed, &submission, &clinic, &site).expect("what was confirmed can be planned");
    assert_eq!(
        plan(&confirmed, &submission, &clinic, &site).as_ref(),
        Ok(&planned),
        "planning again gives another plan"
    );

    let mut accounted: BTreeSet<_> = planned.notes.iter().filter_map(|note| note.item).collect();
    let mut ours: BTreeSet<String> = BTreeSet::from([CHART.to_owned()]);
    for step in &planned.steps {
        match step {
            Step::Transaction(transaction) => {
                accounted.extend(transaction.expected.iter().flat_map(|expected| expected.items.iter().copied()));
                let bundle = transaction.bundle.reveal();
                let entries = bundle["entry"].as_array().expect("entries");
                assert_eq!(entries.len(), transaction.expected.len());
                ours.extend(entries.iter().filter_map(|entry| Some(entry["fullUrl"].as_str()?.to_owned())));
                assert_eq!(ours.len(), entries.len() + 1, "two entries have one name");
                for (entry, expected) in entries.iter().zip(&transaction.expected) {
                    let request = &entry["request"];
                    assert_eq!((&request["method"], &request["url"]), (&"POST".into(), &expected.kind.word().into()));
                    assert!(request["ifNoneExist"].as_str().is_some_and(|words| words.contains(&expected.name)));
                    assert_ours(&entry["resource"], expected.kind.word(), &ours);
                }
            }
            // What a create refers to was filed before it.
            Step::Create(create) => {
                accounted.extend(create.expected.items.iter().copied());
                assert_ours(create.resource.reveal(), create.expected.kind.word(), &ours);
                assert!(ours.insert(create.urn.clone()), "two creates have one name");
            }
            Step::Keep(keep) => accounted.extend(keep.items.iter().copied()),
            Step::Amend(_) => unreachable!("nothing was changed"),
        }
    }
    assert_eq!(accounted, ticked, "an item was lost or filed unasked");
});

/// An EHR that offers everything, or one that has not said yet what it offers.
fn site(stated: bool) -> Site {
    let profile = Profile::generic().expect("a profile");
    let offered = |kind: &RecordType| json!({"type": kind, "interaction": [{"code": "create"}, {"code": "update"}], "conditionalCreate": true});
    let resources: Vec<Value> = profile.types.keys().map(offered).collect();
    let rest = json!([{"interaction": [{"code": "transaction"}], "resource": resources}]);
    let statement = json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "rest": rest});
    Site { profile, capabilities: if stated { Capabilities::from_statement(&statement) } else { None } }
}

fn assert_ours(resource: &Value, kind: &str, ours: &BTreeSet<String>) {
    assert_eq!(resource["resourceType"], kind);
    assert!(resource["id"].is_null(), "a foreign id");
    assert_inside(resource, ours);
}

/// Every reference leads to the chart, into this transaction or into the resource itself; no narrative comes along.
fn assert_inside(value: &Value, ours: &BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| assert_inside(item, ours)),
        Value::Object(members) => {
            if let Some(words) = members.get("reference").and_then(Value::as_str) {
                assert!(words.starts_with('#') || ours.contains(words), "a reference leads outside: {words}");
            }
            assert!(!members.contains_key("div") && !members.get("text").is_some_and(Value::is_object), "narrative");
            members.values().for_each(|member| assert_inside(member, ours));
        }
        _ => {}
    }
}
