//! The testbed's own servers do what they promise, seen by a client that is not the kiosk.

use ktc_testbed::{
    fault_proxy::{Fault, FaultProxy, Stage},
    fhir_server::FhirServer,
    people,
    trap::TrapListener,
    wire::{self, Request},
};
use serde_json::json;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[test]
fn trap_counts_connections() {
    let trap = TrapListener::on(Ipv4Addr::LOCALHOST.into()).expect("loopback");
    for _ in 0..3 {
        drop(TcpStream::connect(trap.addr()).expect("connects"));
    }
    for _ in 0..100 {
        if trap.count() == 3 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("counted {}", trap.count());
}

#[test]
fn faults_strike_posts_once_and_the_server_keeps_what_it_got() {
    let server = FhirServer::start().expect("starts");
    let proxy = FaultProxy::in_front_of(&server.base_url()).expect("starts");
    let stages = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&stages);
    proxy.on_event(move |event| seen.lock().expect("stages").push((event.number, event.stage)));
    let authority = proxy.base_url().trim_start_matches("http://").trim_end_matches("/fhir").to_owned();
    let post = |family: &str| {
        let body = json!({"resourceType": "Patient", "name": [{"family": family}]}).to_string().into_bytes();
        let headers = vec![("Content-Type".to_owned(), "application/fhir+json".to_owned())];
        let request = Request { method: "POST".to_owned(), target: "/fhir/Patient".to_owned(), headers, body };
        wire::exchange(&authority, &request, Duration::from_secs(20))
    };
    let stored = |family: &str| server.search_all("Patient", &format!("family={family}")).expect("search").len();

    for fault in [
        Fault::RefuseConnection,
        Fault::ResetBeforeForwarding,
        Fault::ResetAfterForwarding,
        Fault::HalfAnswer,
        Fault::Status(503),
        Fault::HangMillis(5),
    ] {
        proxy.push(fault);
    }
    assert!(post("Refused").is_err() && stored("Refused") == 0);
    assert!(post("Lostbefore").is_err() && stored("Lostbefore") == 0);
    assert!(post("Lostafter").is_err() && stored("Lostafter") == 1);
    assert!(post("Half").is_err() && stored("Half") == 1);
    assert_eq!(post("Unavailable").expect("an answer").status, 503);
    assert_eq!(post("Slow").expect("an answer").status, 201);
    assert_eq!(post("Plain").expect("an answer").status, 201);
    assert_eq!((stored("Unavailable"), stored("Slow"), stored("Plain"), proxy.posts()), (0, 1, 1, 6));
    let stages = stages.lock().expect("stages").clone();
    assert_eq!(
        stages.iter().filter(|(number, _)| *number == 2).map(|(_, stage)| *stage).collect::<Vec<_>>(),
        [Stage::RequestReceived, Stage::Forwarded]
    );

    proxy.set_down(true);
    assert!(post("Down").is_err() && stored("Down") == 0);
    proxy.set_down(false);
    assert_eq!(post("Up").expect("an answer").status, 201);
}

#[test]
fn fhir_server_accepts_what_every_person_shares() {
    let server = FhirServer::start().expect("starts");
    for person in people::everyone() {
        let mut bundle = person.shared_bundle();
        bundle["type"] = json!("transaction");
        bundle.as_object_mut().expect("bundle").remove("timestamp");
        for entry in bundle["entry"].as_array_mut().expect("entries") {
            entry["request"] = json!({"method": "POST", "url": entry["resource"]["resourceType"]});
        }
        let response = server.post("", &bundle).expect("an answer");
        assert_eq!(response.status, 200, "{}: {}", person.key, String::from_utf8_lossy(&response.body));
    }
    assert_eq!(server.search_all("DocumentReference", "_count=3").expect("search").len(), 8, "across pages");
}
