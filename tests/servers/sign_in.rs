//! Signing in at real authorization servers: the one of the FHIR server (SEKMET) and npm oidc-provider, which stands with a
//! gate in front of it.

use crate::support::ehr_access::{ALL, BOTH, ES384, RS384, configure, new_keys, oauth, public, sign_in};
use crate::support::station::{self, Station};
use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::delivery::{EhrReply, Method, NoAnswer, Request, WaitReason};
use ktc_kiosk::net::{
    Asked, ClientIdentity, Clock, Credentials, EhrClient, EhrError, Obstacle, Reach, SearchHonesty, SignIn,
    SignInError, SignInOptions, SignedIn, SigningAlg, TokenError,
};
use ktc_kiosk::reconciliation::PatientChoice;
use ktc_kiosk::runtime;
use ktc_kiosk::sensitive::Sensitive;
use ktc_kiosk::session::{EhrHealth, ReviewInput};
use ktc_kiosk::time::Timestamp;
use ktc_testbed::ca::{Certificate, TestCa};
use ktc_testbed::fhir_server::{FhirServer, SmartClient};
use ktc_testbed::https::{Answer, Behaviour, HttpsServer};
use ktc_testbed::oauth_server::TokenFault;
use ktc_testbed::people::walter;
use ktc_testbed::wire;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use tokio::runtime::Runtime;
use url::{Url, form_urlencoded};

fn client(config: &KioskConfig) -> EhrClient {
    runtime::ehr(config).expect("a client").expect("an EHR")
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    Runtime::new().expect("a runtime").block_on(work)
}

fn signed_in(client: &EhrClient) -> Result<SignedIn, SignInError> {
    let Credentials::SignIn(sign_in) = client.credentials() else { panic!("no sign-in") };
    wait(sign_in.renew())
}

fn get(target: &str) -> Request {
    Request { method: Method::Get, target: target.into(), if_none_exist: None, if_match: None, body: None }
}

fn post(target: &str, resource: &Value) -> Request {
    let body = Some(Sensitive::new(resource.to_string().into_bytes()));
    Request { method: Method::Post, target: target.into(), if_none_exist: None, if_match: None, body }
}

fn status(reply: Result<EhrReply, NoAnswer>) -> Result<u16, NoAnswer> {
    reply.map(|reply| reply.status)
}

/// The same key at both servers; SEKMET knows each client by one key.
#[test]
fn either_algorithm_signs_in_at_either_server_and_an_assertion_is_good_once() {
    let (folder, jwks) = new_keys();
    let smart = |id, alg, scopes| SmartClient { id, scopes, jwk: public(&jwks, alg) };
    let clients = [smart("kiosk-es", "ES384", ALL), smart("kiosk-rs", "RS384", ALL)];
    let server = FhirServer::start_with_sign_in(&clients, 60).expect("a FHIR server");
    let open = FhirServer::start().expect("a FHIR server");

    for (id, file, alg) in [("kiosk-es", ES384, SigningAlg::Es384), ("kiosk-rs", RS384, SigningAlg::Rs384)] {
        let client = client(&configure(folder.path(), &server.base_url(), &sign_in(id, &[file], &[ALL])));
        let how = signed_in(&client).expect("a token");
        assert_eq!((how.alg, how.life, how.not_granted.len()), (alg, Duration::from_secs(60), 0), "{how:?}");
        assert!(how.clock_ahead_secs.is_some_and(|ahead| ahead.abs() < 30), "{how:?}");
        assert_eq!(wait(client.search_honesty()).expect("an answer"), SearchHonesty::Honoured);
    }
    // The servers do refuse the same assertion again.
    let token_endpoint = format!("{}/auth/token", server.base_url().trim_end_matches("/fhir"));
    let mut identity_here = identity(folder.path(), ES384);
    identity_here.client_id = "kiosk-es".to_owned();
    let form = form_of(&identity_here, &token_endpoint);
    assert_eq!([(); 2].map(|()| post_form(&token_endpoint, &form)), [200, 401]);

    // Both keys are configured: what the server takes decides.
    for (takes, alg) in [(BOTH, SigningAlg::Es384), (&["RS384"], SigningAlg::Rs384), (&["ES384"], SigningAlg::Es384)] {
        let server = oauth(&jwks, &open, |options| options.algorithms = takes);
        let client = client(&configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[RS384, ES384], &[ALL])));
        assert_eq!(signed_in(&client).expect("a token").alg, alg, "{takes:?}");
        assert_eq!(wait(client.search_honesty()).expect("an answer"), SearchHonesty::Honoured);
    }
    let server = oauth(&jwks, &open, |options| options.algorithms = &["RS384"]);
    let es_only = client(&configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[ES384], &[ALL])));
    assert_eq!(signed_in(&es_only).err(), Some(SignInError::NoCommonAlgorithm(vec!["RS384".to_owned()])));
    assert_eq!(server.asked().expect("a count"), 0, "asked with a key that cannot be taken");

    let server = oauth(&jwks, &open, |_| ());
    let form = form_of(&identity(folder.path(), ES384), &server.token_endpoint());
    assert_eq!([(); 2].map(|()| post_form(&server.token_endpoint(), &form)), [200, 401]);
    // When an answer is lost on the way, the kiosk cannot know whether its assertion was used: it signs another one.
    let client = client(&configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[ES384], &[ALL])));
    server.fail(&TokenFault::LoseAnswer, 1).expect("ordered");
    let lost = wait(client.ask(&get("Patient?_count=1")));
    assert_eq!(status(lost), Err(NoAnswer::NotSent), "nothing went to the FHIR server");
    assert_eq!(status(wait(client.ask(&get("Patient?_count=1")))), Ok(200));
    assert_eq!(server.asked().expect("a count"), 4);
}

fn identity(folder: &Path, file: &str) -> ClientIdentity {
    let keys = vec![runtime::client_key(&folder.join(file)).expect("a key")];
    ClientIdentity { client_id: "kiosk".to_owned(), keys, jwks_url: None, b2b: None }
}

fn form_of(identity: &ClientIdentity, endpoint: &str) -> String {
    let assertion = identity.assertion(&identity.keys[0], endpoint, runtime::now()).expect("signed");
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials").append_pair("client_assertion_type", kind);
    form.append_pair("client_assertion", assertion.reveal()).finish()
}

/// Posts a form as it is; gives the status.
fn post_form(endpoint: &str, form: &str) -> u16 {
    let url = Url::parse(endpoint).expect("an address");
    let headers = vec![("Content-Type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
    let (method, target, body) = ("POST".to_owned(), url.path().to_owned(), form.as_bytes().to_vec());
    let request = wire::Request { method, target, headers, body };
    wire::exchange(url.authority(), &request, Duration::from_secs(30)).expect("an answer").status
}

#[test]
fn many_requests_share_one_token_which_is_renewed_in_time_or_when_it_is_refused() {
    let (folder, jwks) = new_keys();
    let open = FhirServer::start().expect("a FHIR server");
    let server = oauth(&jwks, &open, |options| options.life_secs = 60);
    let config = configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[ES384], &[ALL]));
    let eight = |client: &EhrClient| {
        wait(async {
            let one = |client: EhrClient| async move { status(client.ask(&get("Patient?_count=1")).await) };
            let work: Vec<_> = (0..8).map(|_| tokio::spawn(one(client.clone()))).collect();
            let mut came = Vec::new();
            for one in work {
                came.push(one.await.expect("done"));
            }
            came
        })
    };
    let client = client(&config);
    assert_eq!(eight(&client), [Ok(200); 8]);
    assert_eq!(server.asked().expect("a count"), 1, "one token for eight requests");
    assert_eq!(server.turned_away().expect("a count"), 0);

    // Taken back before its time: each request is refused once and repeated once, with one new token for all.
    server.revoke().expect("ordered");
    assert_eq!(eight(&client), [Ok(200); 8]);
    assert_eq!(server.asked().expect("a count"), 2);
    // A create as well: a refused one did nothing.
    server.revoke().expect("ordered");
    let create = post("Patient", &json!({"resourceType": "Patient", "name": [{"family": "Once"}]}));
    assert_eq!(status(wait(client.ask(&create))), Ok(201));
    assert_eq!(open.search_all("Patient", "family=Once").expect("a search").len(), 1);
    assert_eq!(server.asked().expect("a count"), 3);

    // Eight requests share a failure, too; and it is not remembered.
    server.revoke().expect("ordered");
    server.fail(&TokenFault::Late(500, 2_000), 8).expect("ordered");
    assert_eq!(eight(&client), [Err(NoAnswer::NotSent); 8]);
    assert_eq!(server.asked().expect("a count"), 4, "each waited for the same attempt");
    server.fail(&TokenFault::Late(500, 0), 0).expect("ordered");
    assert_eq!(status(wait(client.ask(&get("Patient?_count=1")))), Ok(200));

    // A short token is renewed before it runs out: the gate never meets one that did.
    let server = oauth(&jwks, &open, |options| options.life_secs = 5);
    let client = self::client(&configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[RS384], &[ALL])));
    while server.asked().expect("a count") < 3 {
        assert_eq!(status(wait(client.ask(&get("Patient?_count=1")))), Ok(200));
    }
    assert_eq!(server.turned_away().expect("a count"), 0);
}

#[test]
fn a_check_in_waits_while_the_kiosk_is_not_let_in_and_is_filed_once_when_it_is() {
    let (folder, jwks) = new_keys();
    let path = folder.path();
    let open = FhirServer::start().expect("a FHIR server");
    let server = oauth(&jwks, &open, |_| ());
    let shares = HttpsServer::start([]).expect("a server");
    station::configure(path, &shares, &server.base_url());
    let file = path.join("kiosk.toml");
    let toml = std::fs::read_to_string(&file).expect("a configuration");
    std::fs::write(&file, format!("{toml}{}", sign_in("kiosk", &[ES384], &[ALL]))).expect("a file");
    let refused = TokenFault::Answer(401, "application/json", r#"{"error":"invalid_client"}"#);
    server.fail(&refused, 1_000).expect("ordered");

    let mut station = Station::open(&KioskConfig::read(&file).expect("a configuration"));
    station.review(&station::publish(&shares, &walter().shared_bundle()));
    // Nobody can be found, so nobody is new: it waits for its chart, and staff are told that clinic IT must act.
    assert_eq!(station.kiosk.health().ehr, EhrHealth::Refusing);
    station.kiosk.handle(ReviewInput::KeptForLater);
    station.until(&["complete"]);
    let until = |holds: &dyn Fn() -> bool| {
        for _ in 0..240 {
            if holds() {
                return;
            }
            std::thread::sleep(Duration::from_millis(250));
        }
        panic!("waited in vain");
    };
    assert!(open.search_all("Patient", "").expect("a search").is_empty());
    server.fail(&refused, 0).expect("ordered");
    let kept = station.kept();
    station.open_kept(&kept[0]);
    station.confirm_all(|_| PatientChoice::New);
    station.until(&["complete"]);
    until(&|| open.search_all("Patient", "").expect("a search").len() == 1);
    until(&|| station.kiosk.health().ehr == EhrHealth::Reachable);
    assert_eq!(server.tokens().expect("tokens").len(), 1);
    assert_eq!(station.kiosk.health().needs_person, 0);
}

fn minutes_ahead(minutes: i64) -> Timestamp {
    Timestamp::from_unix_millis(runtime::now().unix_millis() + minutes * 60_000)
}

#[test]
fn a_wrong_clock_is_named_as_the_reason() {
    let (folder, jwks) = new_keys();
    let clients = [SmartClient { id: "kiosk", scopes: ALL, jwk: public(&jwks, "ES384") }];
    let server = FhirServer::start_with_sign_in(&clients, 60).expect("a FHIR server");
    let sign_in_at = |base: &str, clock: Clock| {
        let base = Url::parse(base).expect("an address");
        let options = SignInOptions {
            identity: identity(folder.path(), ES384),
            scopes: vec![ALL.to_owned()],
            token_endpoint: None,
            clock,
        };
        let config = configure(folder.path(), base.as_str(), "");
        let tls = runtime::ehr_tls(&config, config.ehr.as_ref().expect("an EHR")).expect("TLS");
        wait(SignIn::new(tls.client().expect("a client"), EhrClient::smart_configuration(&base), options).renew())
    };
    let ahead_of = |outcome: Result<SignedIn, SignInError>| match outcome {
        Err(SignInError::Clock(ahead)) => ahead,
        other => panic!("{other:?}"),
    };
    // An assertion from the past has expired; one from the future lives longer than five minutes.
    let behind = sign_in_at(&server.base_url(), || minutes_ahead(-10));
    assert!(behind.as_ref().is_err_and(|error| error.to_string().contains("clock is")), "{behind:?}");
    assert!((-605..=-595).contains(&ahead_of(behind)));
    assert!((595..=605).contains(&ahead_of(sign_in_at(&server.base_url(), || minutes_ahead(10)))));
    // What an assertion bears.
    assert!(sign_in_at(&server.base_url(), || minutes_ahead(1)).is_ok());
    assert!(sign_in_at(&server.base_url(), || minutes_ahead(-2)).is_ok());

    let other = oauth(&jwks, &server, |_| ());
    assert!((-605..=-595).contains(&ahead_of(sign_in_at(&other.base_url(), || minutes_ahead(-10)))));
    // This one does not mind a long life.
    let ahead = sign_in_at(&other.base_url(), || minutes_ahead(10)).expect("a token").clock_ahead_secs;
    assert!(ahead.is_some_and(|ahead| (595..=605).contains(&ahead)), "{ahead:?}");
}

#[test]
fn an_outage_waits_and_a_refusal_is_a_fault_of_nobodys_check_in() {
    let (folder, jwks) = new_keys();
    let open = FhirServer::start().expect("a FHIR server");
    let server = oauth(&jwks, &open, |options| options.scope = "system/Patient.rs");
    let asked_with = |client_id: &str, key: &str, scopes: &[&str]| {
        client(&configure(folder.path(), &server.base_url(), &sign_in(client_id, &[key], scopes)))
    };
    let client = asked_with("kiosk", ES384, &["system/Patient.rs"]);
    let passing = [
        (TokenFault::Answer(500, "text/plain", "x"), SignInError::Status(Asked::Token, 500)),
        (TokenFault::Answer(503, "text/html", "<html>"), SignInError::Status(Asked::Token, 503)),
        (TokenFault::Answer(302, "text/html", ""), SignInError::Status(Asked::Token, 302)),
        (TokenFault::Answer(200, "text/html", "<html>Please accept"), SignInError::NotJson(Asked::Token)),
        (TokenFault::LoseAnswer, SignInError::NoAnswer(Asked::Token, Obstacle::Broken)),
    ];
    for (fault, error) in passing {
        server.fail(&fault, 2).expect("ordered");
        assert_eq!(signed_in(&client).err(), Some(error));
        assert_eq!(status(wait(client.ask(&get("Patient?_count=1")))), Err(NoAnswer::NotSent));
    }
    assert_eq!(status(wait(client.ask(&get("Patient?_count=1")))), Ok(200));

    let fault = |client: &EhrClient| status(wait(client.ask(&get("Patient?_count=1"))));
    // The wrong key, an unknown client, a service that is none.
    let (strange, _) = new_keys();
    std::fs::copy(strange.path().join(ES384), folder.path().join("strange.jwk")).expect("copied");
    for wrong in [asked_with("kiosk", "strange.jwk", &[]), asked_with("nobody", ES384, &[])] {
        let refused = signed_in(&wrong).expect_err("no token");
        assert!(matches!(refused, SignInError::Refused { error: TokenError::InvalidClient, .. }), "{refused:?}");
        assert_eq!(fault(&wrong), Err(NoAnswer::NoToken(WaitReason::EhrNotSignedIn)));
    }
    let nowhere = format!("{}/nowhere", server.base_url().trim_end_matches("/fhir"));
    let config = configure(folder.path(), &nowhere, &sign_in("kiosk", &[ES384], &[]));
    assert_eq!(fault(&self::client(&config)), Err(NoAnswer::NoToken(WaitReason::EhrNoService)));

    // A scope that is not granted: the token is used for what it is good for, and the rest is a fault.
    let more = asked_with("kiosk", ES384, &["system/Patient.rs", "system/Condition.c"]);
    assert_eq!(signed_in(&more).expect("a token").not_granted, ["system/Condition.c"]);
    let create = post("Condition", &json!({"resourceType": "Condition"}));
    assert_eq!(status(wait(more.ask(&create))), Ok(403), "a fault that parks nothing");

    let config = configure(folder.path(), &server.base_url(), &sign_in("kiosk", &[ES384], &[]));
    drop(server);
    assert_eq!(fault(&self::client(&config)), Err(NoAnswer::NotSent));
}

#[test]
fn mutual_tls_and_the_ehrs_own_authority_are_what_the_configuration_says() {
    let ca = TestCa::new();
    let route = |path: &str, answer| [(path.to_owned(), answer)];
    let metadata = json!({"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1"}).to_string();
    let answer = Answer::ok("application/fhir+json", metadata);
    let server = HttpsServer::start_mutual(route("/fhir/metadata", answer.clone()), &ca).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    let (certificate, key) = ca.client_pem();
    write("ca.pem", ca.pem());
    write("kiosk.pem", &certificate);
    write("kiosk.key", &key);
    ktc_kiosk::net::prepare_tls();
    let base = format!("{}/fhir", server.origin());
    let with = |base: &str, more: &str| client(&configure(folder.path(), base, more));
    let (trusted, own) = (
        "trusted_ca_file = \"ca.pem\"\n",
        "client_certificate_file = \"kiosk.pem\"\nclient_key_file = \"kiosk.key\"\n",
    );

    let known = with(&base, &format!("{trusted}{own}"));
    assert_eq!(wait(known.capabilities()).expect("an answer").fhir_version, "4.0.1");
    // Without the certificate, or with one of another authority, it is a fault; nothing reached the server's HTTP. The alert that
    // says so may be overtaken by the end of the connection: then it is an answer that was lost.
    let is_refused = |client: &EhrClient| {
        (0..20).any(|_| match status(wait(client.ask(&get("Patient?_count=1")))) {
            Err(NoAnswer::NoToken(WaitReason::EhrNotSignedIn)) => true,
            Err(NoAnswer::Lost) => false,
            other => panic!("{other:?}"),
        })
    };
    let before = server.requests().len();
    let unknown = with(&base, trusted);
    assert!(is_refused(&unknown));
    let (certificate, key) = TestCa::new().client_pem();
    write("kiosk.pem", &certificate);
    write("kiosk.key", &key);
    let strange = with(&base, &format!("{trusted}{own}"));
    assert!(is_refused(&strange));
    assert_eq!(server.requests().len(), before);
    write("kiosk.key", &ca.client_pem().1);
    let config = configure(folder.path(), &base, &format!("{trusted}{own}"));
    assert!(runtime::ehr(&config).is_err(), "a certificate with another's key");

    // Whom to trust.
    let obstacle = |client: &EhrClient| wait(client.capabilities()).expect_err("no answer");
    assert_eq!(obstacle(&with(&base, "")), EhrError::NotConnected(Obstacle::UnknownAuthority));
    for (certificate, why) in [
        (Certificate::Expired, Obstacle::CertificateExpired),
        (Certificate::WrongHost, Obstacle::WrongName),
        (Certificate::SelfSigned, Obstacle::UnknownAuthority),
    ] {
        let server = HttpsServer::start_with([], &ca, &[], certificate).expect("a server");
        let base = format!("{}/fhir", server.origin());
        assert_eq!(obstacle(&with(&base, trusted)), EhrError::NotConnected(why));
    }

    // The same, step by step.
    let config = configure(folder.path(), &base, trusted);
    let tls = runtime::ehr_tls(&config, config.ehr.as_ref().expect("an EHR")).expect("TLS");
    let reach = |address: &str, now| tls.reach(&Url::parse(address).expect("an address"), now);
    assert_eq!(reach(&base, runtime::now()), Reach::Secure { runs_out_soon: false });
    // The test authority's certificates end with the year 4095.
    let late = Timestamp::from_rfc3339("4095-12-20T00:00:00Z").expect("a time");
    assert_eq!(reach(&base, late), Reach::Secure { runs_out_soon: true });
    assert_eq!(reach(&base.replace("https", "http"), runtime::now()), Reach::Plain);
    assert_eq!(reach("https://nobody.invalid/fhir", runtime::now()), Reach::NoAddress);
    let other = HttpsServer::start([]).expect("a server");
    assert_eq!(reach(&other.origin(), runtime::now()), Reach::Stopped(Obstacle::UnknownAuthority));

    // A redirect is an answer like any other: neither the request nor the token goes elsewhere.
    let elsewhere =
        HttpsServer::start_with(route("/fhir/metadata", answer), &ca, &[], Certificate::Good).expect("a server");
    let redirect = Answer::status(302).behaving(Behaviour::RedirectTo(format!("{}/fhir/metadata", elsewhere.origin())));
    let server =
        HttpsServer::start_with(route("/fhir/metadata", redirect), &ca, &[], Certificate::Good).expect("a server");
    write("token", "s3cret-token\n");
    let bearer = with(&format!("{}/fhir", server.origin()), &format!("{trusted}bearer_token_file = \"token\"\n"));
    assert_eq!(wait(bearer.capabilities()).expect_err("no statement"), EhrError::Status(302));
    let asked = server.requests();
    assert_eq!(asked[0].header("authorization"), Some("Bearer s3cret-token"));
    assert_eq!(elsewhere.requests().len(), 0);
}
