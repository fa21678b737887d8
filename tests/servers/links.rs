//! SMART Health Links over loopback HTTPS: the real sandbox, a real manifest server that counts, and the requests it saw.

use crate::support::sandbox::{job, sandbox, sandbox_asking, today};
use ktc_kiosk::health_link::Passcode;
use ktc_kiosk::ktc::Finding;
use ktc_kiosk::resolve::Arrival;
use ktc_kiosk::sandbox::{Refusal, Sandbox};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trouble::Trouble;
use ktc_testbed::card::{self, Issuer};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::manifest::{Dialect, ManifestShare, RunningShare, SharedFile};
use ktc_testbed::people::{chloe, minh_anh, walter};
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file};
use serde_json::{Value, json};

const RECIPIENT: &str = "Lakeside Clinic";

/// What the kiosk is told of a share that was not read.
#[derive(Debug)]
struct Refused {
    trouble: Trouble,
    /// For a passcode that may be typed again.
    passcode: Option<Option<u32>>,
    reason: String,
}

/// A kiosk's reader, and the servers around it.
struct Street {
    server: HttpsServer,
    sandbox: Sandbox,
}

impl Street {
    fn open() -> Street {
        let server = HttpsServer::start([]).expect("a server");
        let sandbox = sandbox(&server);
        Street { server, sandbox }
    }

    fn resolve(&self, link: &ShareLink, passcode: Option<&str>) -> Result<Arrival, Refused> {
        let mut job = job(&link.shlink(), today());
        job.recipient = RECIPIENT.to_owned();
        job.passcode = passcode.and_then(|text| Passcode::typed(&Sensitive::from(text)));
        let (reply, _) = self.sandbox.read_share(job, &|| true);
        let several = Refused { trouble: Trouble::SeveralPeople, passcode: None, reason: String::new() };
        let outcome = reply.outcome.map_err(|refused| Refused {
            trouble: refused.trouble(),
            passcode: match refused.refusal {
                Refusal::Passcode { remaining } => Some(remaining),
                Refusal::Trouble(_) => None,
            },
            reason: refused.reason,
        });
        outcome.and_then(|arrived| arrived.one_person().ok_or(several))
    }

    fn serve(&self, share: ManifestShare) -> RunningShare {
        share.serve(&self.server)
    }

    /// Method and path of each request.
    fn requests(&self) -> Vec<(String, String)> {
        self.server.requests().iter().map(|request| (request.method.clone(), request.path().to_owned())).collect()
    }
}

fn records() -> SharedFile {
    SharedFile::new(FHIR_JSON, &walter().shared_bundle())
}

/// Too long to be embedded.
fn long_records() -> SharedFile {
    let mut bundle = walter().shared_bundle();
    bundle["meta"] = json!({"tag": [{"display": "x".repeat(200_000)}]});
    SharedFile::new(FHIR_JSON, &bundle)
}

fn share(flag: &str, files: Vec<SharedFile>) -> ManifestShare {
    ManifestShare { flag: flag.to_owned(), files, ..ManifestShare::default() }
}

#[test]
fn every_legal_set_of_flags_leads_to_the_records() {
    let street = Street::open();
    for flag in ["", "L", "P", "LP", "PL"] {
        let passcode = flag.contains('P').then(|| ("2468".to_owned(), 5));
        let running = street.serve(ManifestShare { passcode: passcode.clone(), ..share(flag, vec![records()]) });
        let before = street.requests().len();
        let resolved = street.resolve(&running.link, passcode.as_ref().map(|(code, _)| code.as_str())).expect(flag);
        assert_eq!(resolved.intake.sources[0].host, "localhost");
        assert_eq!(street.requests()[before..], [("POST".to_owned(), running.link.path())], "{flag}");
    }
    for flag in ["U", "LU"] {
        let mut link = ShareLink::direct(&street.server.origin(), "Records");
        link.flag = Some(flag.to_owned());
        let file = encrypt_file(walter().shared_bundle().to_string().as_bytes(), &link.key, true, None);
        street.server.route(&link.path(), Answer::ok(JOSE, file));
        let before = street.requests().len();
        street.resolve(&link, Some("2468")).expect(flag);
        assert_eq!(street.requests()[before..], [("GET".to_owned(), link.path())], "{flag}");
    }
}

#[test]
fn the_recipient_is_the_clinics_name_and_nothing_else_goes_along() {
    let street = Street::open();
    let running = street
        .serve(ManifestShare { passcode: Some(("2468".to_owned(), 5)), ..share("P", vec![long_records(), records()]) });
    street.resolve(&running.link, Some("2468")).expect("a share");
    let mut direct = ShareLink::direct(&street.server.origin(), "Records");
    direct.url.push_str("?a=b");
    assert_eq!(street.resolve(&direct, None).expect_err("no file").trouble, Trouble::LinkGone);
    let requests = street.server.requests();
    let [manifest, location, direct] = requests.as_slice() else { panic!("{} requests", requests.len()) };
    let body: Value = serde_json::from_slice(&manifest.body).expect("JSON");
    assert_eq!(body, json!({"recipient": RECIPIENT, "passcode": "2468", "embeddedLengthMax": 120_000}));
    assert!(!manifest.target.contains('?') && !location.target.contains('?') && location.body.is_empty());
    assert!(direct.target.ends_with("?a=b&recipient=Lakeside+Clinic"), "{}", direct.target);
    for request in &requests {
        let mut names: Vec<String> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        let known = ["accept", "accept-encoding", "connection", "content-length", "content-type", "host", "user-agent"];
        assert!(names.iter().all(|name| known.contains(&name.as_str())), "{names:?}");
        assert_eq!(request.header("User-Agent"), Some("ktc-kiosk"));
    }
}

#[test]
fn a_wrong_and_then_the_right_passcode_are_two_requests() {
    let street = Street::open();
    let running = street.serve(ManifestShare { passcode: Some(("2468".to_owned(), 3)), ..share("P", vec![records()]) });
    let wrong = street.resolve(&running.link, Some("1111")).expect_err("a wrong passcode");
    assert_eq!(wrong.passcode, Some(Some(2)));
    assert_eq!((street.requests().len(), running.tries_left()), (1, 2));
    assert!(street.resolve(&running.link, Some("2468")).is_ok());
    assert_eq!((street.requests().len(), running.tries_left()), (2, 2));
    assert_eq!(street.resolve(&running.link, None).expect_err("no passcode").trouble, Trouble::LinkNeedsPasscode);
    assert_eq!(street.requests().len(), 2);
}

#[test]
fn the_last_try_locks_the_link_for_good() {
    let street = Street::open();
    let running = street.serve(ManifestShare { passcode: Some(("2468".to_owned(), 1)), ..share("P", vec![records()]) });
    let locked = street.resolve(&running.link, Some("1111")).expect_err("the last try");
    assert_eq!((locked.passcode, locked.trouble), (None, Trouble::LinkLocked));
    let gone = street.resolve(&running.link, Some("2468")).expect_err("locked");
    assert_eq!(gone.trouble, Trouble::LinkGone);
    assert_eq!(street.requests().len(), 2);
}

#[test]
fn both_dialects_and_both_places_come_to_the_same_form() {
    let street = Street::open();
    let mut forms = Vec::new();
    for dialect in [Dialect::Published, Dialect::PerFile] {
        for file in [records(), long_records()] {
            let file = file.updated("2026-10-01T08:00:00Z");
            let status = Some("can-change".to_owned());
            let running = street.serve(ManifestShare { dialect, status, ..share("L", vec![file]) });
            let arrival = street.resolve(&running.link, None).expect("a form");
            assert_eq!(arrival.facts.last_updated.map(Timestamp::date).as_deref(), Some("2026-10-01"));
            let codes: Vec<&str> =
                arrival.facts.conformance.expect("a verdict").findings.iter().map(|finding| finding.code()).collect();
            assert!(codes.contains(&"may-change") && !codes.contains(&"type-differs"), "{codes:?}");
            forms.push(arrival.intake.items.iter().map(|item| item.title.reveal().clone()).collect::<Vec<_>>());
        }
    }
    assert!(forms.windows(2).all(|pair| pair[0] == pair[1]) && !forms[0].is_empty());
    let withdrawn = ManifestShare { status: Some("no-longer-valid".to_owned()), ..share("", vec![records()]) };
    for dialect in [Dialect::Published, Dialect::PerFile] {
        let running = street.serve(ManifestShare { dialect, ..withdrawn.clone() });
        assert_eq!(street.resolve(&running.link, None).expect_err("withdrawn").trouble, Trouble::LinkWithdrawn);
    }
}

#[test]
fn a_location_that_answers_once_is_asked_once() {
    let street = Street::open();
    let running = street.serve(share("", vec![long_records()]));
    assert_eq!(street.resolve(&running.link, None).expect("a share").intake.sources.len(), 1);
    let asked: Vec<String> = street.requests().into_iter().map(|(method, _)| method).collect();
    assert_eq!((asked, running.locations_served()), (vec!["POST".to_owned(), "GET".to_owned()], 1));
}

#[test]
fn a_dead_file_beside_a_good_one_is_named_and_not_asked_for_again() {
    let street = Street::open();
    let running = street.serve(share("", vec![records().dead(), records()]));
    let arrival = street.resolve(&running.link, None).expect("the good file");
    assert_eq!(arrival.facts.refused, [Trouble::LinkGone]);
    assert_eq!(street.requests().len(), 2);
    let dead = street.serve(share("", vec![records().dead()]));
    assert_eq!(street.resolve(&dead.link, None).expect_err("nothing left").trouble, Trouble::LinkGone);
}

#[test]
fn files_of_one_person_join_and_of_two_people_do_not() {
    let street = Street::open();
    let other = SharedFile::new(FHIR_JSON, &chloe().shared_bundle());
    let running = street.serve(share("", vec![records(), long_records()]));
    let joined = street.resolve(&running.link, None).expect("a form");
    assert_eq!(joined.intake.sources.len(), 2);
    let running = street.serve(share("", vec![records(), other]));
    let mixed = street.resolve(&running.link, None);
    assert_eq!(mixed.expect_err("two people").trouble, Trouble::SeveralPeople);
}

#[test]
fn fifty_one_files_and_nine_hosts_are_refused_before_any_file_is_asked_for() {
    let street = Street::open();
    let running = street.serve(share("", vec![records().dead(); 51]));
    let refused = street.resolve(&running.link, None).expect_err("51 files");
    assert_eq!((refused.reason.contains("51"), refused.trouble), (true, Trouble::ShareTooLarge));
    let hosts: Vec<Value> = (0..9).map(|host| json!({"location": format!("https://h{host}.example.org/f")})).collect();
    let link = ShareLink { flag: None, ..ShareLink::direct(&street.server.origin(), "Records") };
    street.server.route(&link.path(), Answer::ok("application/json", json!({ "files": hosts }).to_string()));
    let refused = street.resolve(&link, None).expect_err("9 hosts");
    assert_eq!((refused.reason.contains('9'), refused.trouble), (true, Trouble::ShareTooLarge));
    assert!(street.requests().iter().all(|(method, _)| method == "POST"));
}

#[test]
fn files_on_eight_hosts_besides_the_links_own_are_all_asked_for() {
    let server = HttpsServer::start([]).expect("a server");
    // No name is known but that of the link's own server.
    let lookup = |host: &str, port: u16| match host {
        "localhost" => Ok(vec![std::net::SocketAddr::from(([127, 0, 0, 1], port))]),
        _ => Err(std::io::ErrorKind::NotFound.into()),
    };
    let sandbox = sandbox_asking(&server, std::sync::Arc::new(lookup));
    let link = ShareLink { flag: None, ..ShareLink::direct(&server.origin(), "Records") };
    let good = encrypt_file(walter().shared_bundle().to_string().as_bytes(), &link.key, false, None);
    let elsewhere = (0..8).map(|host| json!({"location": format!("https://h{host}.example.org/f")}));
    let files: Vec<Value> = elsewhere.chain([json!({"embedded": good})]).collect();
    server.route(&link.path(), Answer::ok("application/json", json!({ "files": files }).to_string()));
    let arrival = sandbox
        .read_share(job(&link.shlink(), today()), &|| true)
        .0
        .outcome
        .expect("the good file")
        .one_person()
        .expect("one person");
    assert_eq!(arrival.facts.refused, [Trouble::ShareServerDown; 8]);
}

#[test]
fn tries_that_the_server_names_twice_are_not_believed() {
    let street = Street::open();
    let link = ShareLink { flag: Some("P".to_owned()), ..ShareLink::direct(&street.server.origin(), "Records") };
    let bodies = [(r#"{"remainingAttempts":3}"#, Some(3)), (r#"{"remainingAttempts":3,"remainingAttempts":0}"#, None)];
    for (body, believed) in bodies {
        street.server.route(&link.path(), Answer { status: 401, ..Answer::ok("application/json", body) });
        let refused = street.resolve(&link, Some("1111")).expect_err("a wrong passcode");
        assert_eq!(refused.passcode, Some(believed), "{body}");
    }
}

#[test]
fn a_location_on_a_forbidden_address_is_refused_and_the_other_file_stays() {
    let street = Street::open();
    let link = ShareLink { flag: None, ..ShareLink::direct(&street.server.origin(), "Records") };
    let good = encrypt_file(walter().shared_bundle().to_string().as_bytes(), &link.key, false, None);
    for forbidden in
        ["https://127.0.0.1:1/f", "https://169.254.169.254/latest", "https://[::1]/f", "https://10.0.0.1/f"]
    {
        let manifest = json!({"files": [{"location": forbidden}, {"embedded": good}]});
        street.server.route(&link.path(), Answer::ok("application/json", manifest.to_string()));
        let arrival = street.resolve(&link, None).expect("the good file");
        assert_eq!(arrival.facts.refused, [Trouble::AddressRefused], "{forbidden}");
    }
}

#[test]
fn a_busy_server_is_asked_once_and_believed_for_an_hour_at_the_most() {
    let street = Street::open();
    for (said, believed) in [("30", 30), ("1000000000", 3_600), ("soon", 60), ("", 60)] {
        let running = street.serve(ManifestShare { busy: (1, said.to_owned()), ..share("", vec![records()]) });
        let before = street.requests().len();
        let busy = street.resolve(&running.link, None).expect_err("busy");
        assert!(busy.reason.contains(&format!(" {believed} seconds")), "{said}: {}", busy.reason);
        assert_eq!((busy.trouble, street.requests().len() - before), (Trouble::LinkBusy, 1));
        assert!(street.resolve(&running.link, None).is_ok());
    }
}

#[test]
fn cards_in_a_share_keep_their_proof_and_their_issuer_is_asked_once() {
    let street = Street::open();
    let issuer = Issuer::new(&format!("{}/issuer", street.server.origin()));
    street.server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let card = |nbf: f64| card::file(&issuer.sign(&minh_anh().card_bundle(), nbf, None, None));
    let cards =
        [1_777_000_000.0, 1_777_000_001.0].map(|nbf| SharedFile::new("application/smart-health-card", &card(nbf)));
    let forged = card::file(&issuer.sign_as_stranger(&minh_anh().card_bundle(), 1_777_000_000.0));
    let [one, two] = cards;
    let running = street.serve(share("", vec![one, SharedFile::new("application/smart-health-card", &forged), two]));
    let arrival = street.resolve(&running.link, None).expect("two cards");
    assert_eq!(arrival.facts.refused, [Trouble::CardNotGenuine]);
    let findings = arrival.facts.conformance.expect("a verdict").findings;
    assert!(findings.contains(&Finding::NoBundle), "cards alone are no Kill-the-Clipboard share");
    assert_eq!(arrival.intake.sources.len(), 2);
    assert!(arrival.intake.items.iter().all(|item| item.assurance().code() == "signed-unlisted"));
    let asked: Vec<String> = street.requests().into_iter().map(|(method, _)| method).collect();
    assert_eq!(asked, ["POST", "GET"], "the issuer was asked more than once");
}
