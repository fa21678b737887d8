//! The kiosk and its peers, as real processes over loopback HTTPS: what they make, we read; what we make, they read. Contents
//! are compared value for value, and one changed byte is refused by everybody.
//!
//! `cargo xtask setup` puts the peers under `target/peers`: kill-the-clipboard (npm), jwcrypto and healthcards (PyPI).

mod peers;

use crate::support::sandbox::{ThroughSandbox, sandbox_trusting, today};
use ktc_kiosk::fhir::Resource;
use ktc_kiosk::health_link::Passcode;
use ktc_kiosk::net::system_lookup;
use ktc_kiosk::resolve::{ResolveDefect, Resolver, Strictness, Trace};
use ktc_kiosk::sandbox::Sandbox;
use ktc_kiosk::scan::{CodeReader, Reading};
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::trust::TrustList;
use ktc_kiosk::visit_record::VisitRecord;
use ktc_testbed::card::{Issuer, chunked_qr_texts, file, qr_text};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::people::{everyone, marisol, minh_anh, walter};
use ktc_testbed::share::{FHIR_JSON, JOSE, ShareLink, encrypt_file};
use peers::{JavaScript, Peers, python};
use serde_json::{Value, json};

const RECIPIENT: &str = "Lakeside Family Clinic";

/// The kiosk's reader over its sandboxes: codes in, the Bundles behind them out.
struct Reader(Sandbox);

impl Reader {
    fn new(ca_pem: &str, port: u16) -> Reader {
        Reader(sandbox_trusting(ca_pem, port, system_lookup()))
    }

    fn read(&self, texts: &[String], passcode: Option<&str>) -> Result<Vec<Value>, ResolveDefect> {
        let mut reader = CodeReader::default();
        let mut code = None;
        for text in texts {
            if let Reading::Code(read) = reader.read(text)? {
                code = Some(read);
            }
        }
        let passcode = passcode.map(|text| Passcode::typed(&Sensitive::from(text)).expect("a passcode"));
        let now = today();
        let share = Resolver {
            fetch: &ThroughSandbox(&self.0),
            trust: &TrustList::empty(now),
            recipient: RECIPIENT,
            passcode: passcode.as_ref(),
            now,
            strictness: Strictness::Kiosk,
            trace: &Trace::default(),
        };
        let share = share.resolve(&code.expect("a whole code"))?;
        assert!(share.refused.is_empty(), "{:?}", share.refused);
        Ok(share.documents.iter().map(|document| entries(document.bundle())).collect())
    }
}

fn entries(bundle: &ktc_kiosk::fhir::Bundle) -> Value {
    assert_eq!(bundle.unreadable, 0);
    let entry =
        |entry: &ktc_kiosk::fhir::Entry| json!({"fullUrl": entry.full_url, "resource": entry.resource.json().reveal()});
    bundle.entries.iter().map(entry).collect()
}

/// The same values, whichever way a number is written: JavaScript and Python forget that 1.50 is not 1.5.
fn assert_same(ours: &Value, theirs: &Value, what: &str) {
    fn plain(value: &Value) -> Value {
        match value {
            Value::Number(number) => json!(format!("{:e}", number.as_f64().expect("a number"))),
            Value::Array(items) => items.iter().map(plain).collect(),
            Value::Object(members) => {
                let mut sorted: Vec<_> = members.iter().map(|(name, member)| (name.clone(), plain(member))).collect();
                sorted.sort_by(|one, other| one.0.cmp(&other.0));
                Value::Object(sorted.into_iter().collect())
            }
            other => other.clone(),
        }
    }
    assert_eq!(plain(ours), plain(theirs), "{what}");
}

fn made_by_peer(peers: &Peers) -> (JavaScript, Reader) {
    let bundles = json!({"card": minh_anh().card_bundle(), "large": large_card(), "shared": marisol().shared_bundle()});
    let peer = JavaScript::serve(peers, &bundles);
    let reader = Reader::new(&peer.ca_pem, peer.port());
    (peer, reader)
}

/// Vaccinations enough for three codes.
fn large_card() -> Value {
    let mut bundle = walter().card_bundle();
    let entries = bundle["entry"].as_array_mut().expect("entries");
    let dose = entries[1].clone();
    for number in 2..40 {
        let mut dose = dose.clone();
        dose["fullUrl"] = json!(format!("resource:{number}"));
        dose["resource"]["lotNumber"] = json!(format!("LOT-{:x}", number * 7_919 * 104_729_u64));
        entries.push(dose);
    }
    bundle
}

#[test]
fn cards_that_the_peer_makes_are_verified_and_say_the_same() {
    let Some(peers) = Peers::find() else { return };
    let (peer, reader) = made_by_peer(&peers);
    for card in peer.made["cards"].as_array().expect("cards") {
        let parts: Vec<String> = serde_json::from_value(card["parts"].clone()).expect("texts");
        assert_eq!(card["name"] == "in parts", parts.len() > 1, "the peer made {} codes", parts.len());
        let backwards: Vec<String> = parts.iter().rev().cloned().collect();
        let file = vec![card["file"].as_str().expect("a file").to_owned()];
        for form in [parts, backwards, file] {
            let documents = reader.read(&form, None).expect("a card of the peer");
            assert_eq!(documents.len(), 1);
            assert_same(&documents[0], &card["bundle"]["entry"], "a card of the peer");
        }
    }
}

#[test]
fn direct_links_that_the_peer_serves_are_read_and_say_the_same() {
    let Some(peers) = Peers::find() else { return };
    let (peer, reader) = made_by_peer(&peers);
    assert_eq!(read_links(&peer, &reader, &["U", "LU"]), 4);
}

/// Needs manifests and passcodes in `resolve`.
#[test]
fn manifest_links_that_the_peer_serves_are_read_and_say_the_same() {
    let Some(peers) = Peers::find() else { return };
    let (peer, reader) = made_by_peer(&peers);
    assert_eq!(read_links(&peer, &reader, &["", "L", "P", "LP"]), 8);
}

/// Needs manifests and passcodes in `resolve`. One wrong passcode is one attempt, and the right one still opens.
#[test]
fn a_wrong_passcode_costs_one_attempt_at_the_peer() {
    let Some(peers) = Peers::find() else { return };
    let (peer, reader) = made_by_peer(&peers);
    let link = peer.links(&["P"])[0].clone();
    let uri = vec![link["uri"].as_str().expect("a link").to_owned()];
    // The peer's server allows three: two wrong ones, then the right one, leave nothing to spare.
    assert!(reader.read(&uri, Some("0000")).is_err());
    assert!(reader.read(&uri, Some("1111")).is_err());
    assert!(reader.read(&uri, link["passcode"].as_str()).is_ok());
}

fn read_links(peer: &JavaScript, reader: &Reader, flags: &[&str]) -> usize {
    let links = peer.links(flags);
    for link in &links {
        let what = format!("flag {}, compressed {}", link["flag"], link["compressed"]);
        let uri = vec![link["uri"].as_str().expect("a link").to_owned()];
        let mut documents =
            reader.read(&uri, link["passcode"].as_str()).unwrap_or_else(|defect| panic!("{what}: {defect}"));
        let mut bundles: Vec<Value> =
            link["bundles"].as_array().expect("bundles").iter().map(|bundle| bundle["entry"].clone()).collect();
        documents.sort_by_key(|entries| entries.as_array().map_or(0, Vec::len));
        bundles.sort_by_key(|entries| entries.as_array().map_or(0, Vec::len));
        assert_eq!(documents.len(), bundles.len(), "{what}");
        for (ours, theirs) in documents.iter().zip(&bundles) {
            assert_same(ours, theirs, &what);
        }
    }
    links.len()
}

#[test]
fn cards_of_ours_are_verified_by_every_peer_and_changed_ones_by_none() {
    let Some(peers) = Peers::find() else { return };
    let server = HttpsServer::start([]).expect("a server");
    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let key = &issuer.jwks()["keys"][0];
    let bundles: Vec<Value> = everyone().iter().map(|person| person.card_bundle()).chain([large_card()]).collect();
    let (mut to_python, mut to_javascript, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    for bundle in &bundles {
        let genuine = issuer.sign(bundle, 1_777_000_000.5, Some(1_900_000_000.0), None);
        for (jws, holds) in std::iter::once((genuine.clone(), true)).chain(changed(&genuine).map(|jws| (jws, false))) {
            let parts = if jws.len() > 1_195 { chunked_qr_texts(&jws, 2) } else { vec![qr_text(&jws)] };
            to_javascript.push(json!({"kind": "qr", "parts": parts}));
            to_javascript.push(json!({"kind": "file", "text": file(&jws).to_string()}));
            to_python.push(json!({"kind": "qr", "parts": parts}));
            to_python.push(json!({"kind": "jws", "text": jws, "key": key}));
            expected.push(holds.then_some(bundle));
        }
    }
    let outcomes =
        [python(&peers, server.ca_pem(), &to_python), peers::javascript(&peers, server.ca_pem(), &to_javascript)];
    for (peer, outcomes) in ["healthcards and jwcrypto", "kill-the-clipboard"].into_iter().zip(outcomes) {
        assert_eq!(outcomes.len(), expected.len() * 2);
        for (number, outcome) in outcomes.iter().enumerate() {
            match expected[number / 2] {
                Some(bundle) => {
                    assert_same(bundle, &outcome["content"], &format!("{peer}, {number}: {}", outcome["error"]))
                }
                None => assert!(outcome["error"].is_string(), "{peer} accepted a changed card: {number}"),
            }
        }
    }
}

/// One character changed: in the header, in the payload, in the signature.
fn changed(jws: &str) -> impl Iterator<Item = String> {
    let dots: Vec<usize> = jws.match_indices('.').map(|(at, _)| at).collect();
    let places = [dots[0] / 2, (dots[0] + dots[1]) / 2, dots[1] + 20];
    places.into_iter().map(move |at| {
        let other = if &jws[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &jws[..at], &jws[at + 1..])
    })
}

#[test]
fn files_and_visit_records_of_ours_open_at_every_peer_and_changed_ones_at_none() {
    let Some(peers) = Peers::find() else { return };
    let server = HttpsServer::start([]).expect("a server");
    let publish = |link: &str, path: &str, jwe: &str| {
        server.route(path, Answer::ok(JOSE, jwe));
        json!({"kind": "link", "text": link, "recipient": "Walter's phone"})
    };
    let bundle = walter().shared_bundle();
    let (mut to_python, mut to_javascript, mut expected) = (Vec::new(), Vec::new(), Vec::new());
    let mut add = |link: &str, path: &str, jwe: String, key: &[u8; 32], content: &Value| {
        let place = jwe.len() / 2;
        let other = if &jwe[place..=place] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &jwe[..place], &jwe[place + 1..]);
        let key = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, key);
        to_javascript.push(publish(link, path, &jwe));
        for (jwe, content) in [(jwe, Some(content.clone())), (changed, None)] {
            to_python.push(json!({"kind": "jwe", "text": jwe, "fileKey": key}));
            to_javascript.push(json!({"kind": "jwe", "text": jwe, "fileKey": key}));
            expected.push(content);
        }
    };
    for zip in [false, true] {
        let link = ShareLink::direct(&server.origin(), "Records");
        let jwe = encrypt_file(bundle.to_string().as_bytes(), &link.key, zip, Some(FHIR_JSON));
        add(&link.shlink(), &link.path(), jwe, &link.key, &bundle);
    }
    let (link, path, jwe, key, content) = visit_record(&server.origin());
    add(&link, &path, jwe, &key, &content);

    let outcomes = python(&peers, server.ca_pem(), &to_python);
    for (outcome, content) in outcomes.iter().zip(&expected) {
        check("jwcrypto", outcome, content.as_ref());
    }
    let outcomes = peers::javascript(&peers, server.ca_pem(), &to_javascript);
    for (outcomes, content) in outcomes.chunks(3).zip(expected.chunks(2)) {
        check(
            "kill-the-clipboard, the link",
            &json!({"content": outcomes[0]["content"][0], "error": outcomes[0]["error"]}),
            content[0].as_ref(),
        );
        check("kill-the-clipboard, the file", &outcomes[1], content[0].as_ref());
        check("kill-the-clipboard, changed", &outcomes[2], None);
    }
}

fn check(peer: &str, outcome: &Value, content: Option<&Value>) {
    match content {
        Some(content) => assert_same(content, &outcome["content"], &format!("{peer}: {}", outcome["error"])),
        None => assert!(outcome["error"].is_string(), "{peer} opened a changed file"),
    }
}

/// Said aloud, and held: when a peer learns one of these, the tests above can ask for more.
#[test]
fn what_the_peers_cannot_do_is_known() {
    let Some(peers) = Peers::find() else { return };
    let server = HttpsServer::start([]).expect("a server");
    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let sign = |bundle: &Value, exp: Option<f64>| issuer.sign(bundle, 1_777_000_000.0, exp, None);
    let (one, other) = (sign(&minh_anh().card_bundle(), None), sign(&walter().card_bundle(), None));
    let expired = sign(&minh_anh().card_bundle(), Some(1_778_000_000.0));
    let backwards: Vec<String> = chunked_qr_texts(&one, 2).into_iter().rev().collect();
    let two = json!({"verifiableCredential": [one, other]}).to_string();

    let tasks = [json!({"kind": "qr", "parts": backwards}), json!({"kind": "qr", "parts": [qr_text(&expired)]})];
    let outcomes = python(&peers, server.ca_pem(), &tasks);
    eprintln!("healthcards: no files, no links, no revocation lists");
    eprintln!("healthcards: parts of a card in another order than their numbers: {}", outcomes[0]["error"]);
    assert!(outcomes[0]["error"].is_string());
    eprintln!("healthcards: an expired card is accepted");
    assert!(outcomes[1]["content"].is_object());
    eprintln!("jwcrypto: JWS and JWE, and nothing of cards or links");

    let outcomes = peers::javascript(&peers, server.ca_pem(), &[json!({"kind": "file", "text": two})]);
    eprintln!("kill-the-clipboard: of a file with two cards only the first is read");
    assert_same(&minh_anh().card_bundle(), &outcomes[0]["content"], "the first card");
    eprintln!(
        "kill-the-clipboard: serves nothing itself; tests/servers/interop/peer.mjs puts HTTPS around its builders"
    );
}

/// What a patient takes home: the link, where its file is served, the file, its key and what is inside.
fn visit_record(origin: &str) -> (String, String, String, [u8; 32], Value) {
    let resources = [
        json!({"resourceType": "Patient", "id": "p1", "name": [{"family": "Example"}]}),
        json!({"resourceType": "Observation", "id": "o1", "status": "final", "code": {"text": "Weight"},
            "subject": {"reference": "Patient/p1"}, "valueQuantity": {"value": 81.5, "unit": "kg"}}),
    ];
    let resources: Vec<Resource> = resources.into_iter().filter_map(Resource::from_json).collect();
    let now = today();
    let expires = now.plus(std::time::Duration::from_secs(86_400));
    let record = VisitRecord::from_resources(&resources, now).expect("a record");
    let share = ShareLink::direct(origin, "");
    let published = record
        .seal(&Sensitive::new(share.key), &share.url.parse().expect("an address"), expires, "Your visit")
        .expect("a link");
    let inside = ktc_testbed::share::decrypt_file(&published.jwe, &share.key).expect("the file");
    let inside: Value = serde_json::from_slice(&inside).expect("JSON");
    assert_eq!(inside["entry"].as_array().map(Vec::len), Some(2));
    (published.link.reveal().clone(), share.path(), published.jwe, share.key, inside)
}

#[test]
fn cards_and_files_that_jwcrypto_makes_are_read() {
    let Some(peers) = Peers::find() else { return };
    let server = HttpsServer::start([]).expect("a server");
    let reader = Reader::new(server.ca_pem(), server.port());
    let bundle = walter().shared_bundle();
    let iss = format!("{}/issuer", server.origin());
    let links = [ShareLink::direct(&server.origin(), "Records"), ShareLink::direct(&server.origin(), "Records")];
    let mut tasks = vec![json!({"kind": "sign", "iss": iss, "bundle": bundle})];
    for (link, zip) in links.iter().zip([false, true]) {
        tasks.push(json!({"kind": "seal", "zip": zip, "bundle": bundle, "fileKey": link.payload()["key"]}));
    }
    let made = python(&peers, server.ca_pem(), &tasks);
    server
        .route("/issuer/.well-known/jwks.json", Answer::ok("application/json", made[0]["content"]["keys"].to_string()));
    let mut codes = vec![file(made[0]["content"]["jws"].as_str().expect("a card")).to_string()];
    for (link, made) in links.iter().zip(&made[1..]) {
        server.route(&link.path(), Answer::ok(JOSE, made["content"].as_str().expect("a file")));
        codes.push(link.shlink());
    }
    for code in codes {
        let documents = reader.read(&[code], None).expect("a share of the peer");
        assert_same(&documents[0], &bundle["entry"], "a share of jwcrypto");
    }
}
