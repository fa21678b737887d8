//! `ktc-kiosk ehr`: what clinic IT reads when it connects a kiosk to an EHR, and what it never reads there.

use crate::support::ehr_access::{ALL, ES384, RS384, configure, kiosk, new_keys, oauth, public, sign_in};
use ktc_testbed::ca::TestCa;
use ktc_testbed::fhir_server::{FhirServer, SmartClient};
use ktc_testbed::https::{Answer, HttpsServer};
use ktc_testbed::oauth_server::TokenFault;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Runs the check and proves that no token and no assertion is in what it said; a token of either begins so.
fn check(folder: &Path) -> (i32, String) {
    let (code, said) = kiosk(folder, &["ehr", "check"]);
    assert!(!said.contains("eyJ"), "{said}");
    (code, said)
}

#[test]
fn each_step_is_told_and_what_fails_says_who_must_act() {
    let (folder, jwks) = new_keys();
    let path = folder.path();
    let clients = [
        SmartClient { id: "kiosk", scopes: ALL, jwk: public(&jwks, "ES384") },
        SmartClient { id: "reader", scopes: "system/*.rs", jwk: public(&jwks, "RS384") },
    ];
    let server = FhirServer::start_with_sign_in(&clients, 60).expect("a FHIR server");

    configure(path, &server.base_url(), &sign_in("kiosk", &[ES384], &[ALL]));
    let (code, said) = check(path);
    for line in [
        "attention EHR reach: connected, without TLS",
        "ok        EHR sign-in: 127.0.0.1 gave a token for 60 s; signed with ES384",
        "ok        EHR scopes: all that was asked for",
        "ok        EHR capabilities: FHIR 4.0.1",
        "ok        EHR search: a search for nobody found nobody",
        "ok        EHR plan: by the profile generic-r4, an invented check-in would go as 1 step, first POST to the FHIR base (a transaction)",
    ] {
        assert!(said.contains(line), "no line {line} in {said}");
    }
    assert_eq!(code, 0, "{said}");

    // Granted less than was asked for.
    configure(path, &server.base_url(), &sign_in("reader", &[RS384], &["system/*.rs", "system/Condition.c"]));
    let (code, said) = check(path);
    assert!(said.contains("failed    EHR scopes: not granted: system/Condition.c; granted: system/*.rs."), "{said}");
    assert!(code == 1 && said.contains("EHR's administrators: grant them to this client"), "{said}");
    // All that was asked for, and not enough.
    configure(path, &server.base_url(), &sign_in("reader", &[RS384], &["system/*.rs"]));
    let (code, said) = check(path);
    assert!(
        code == 0 && said.contains("It needs more than was granted: system/AllergyIntolerance.c system/Cond"),
        "{said}"
    );
    configure(path, &server.base_url(), &sign_in("reader", &[RS384], &["system/Condition.c"]));
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("refused: invalid_scope (it says: None of the requested scopes"), "{said}");

    // The right client with the wrong key, and a key that others can read.
    let (strange, _) = new_keys();
    let key = path.join("strange.jwk");
    fs::copy(strange.path().join(ES384), &key).expect("copied");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("set");
    configure(path, &server.base_url(), &sign_in("kiosk", &["strange.jwk"], &[ALL]));
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("failed    EHR sign-in: the token endpoint refused: invalid_client"), "{said}");
    assert!(said.contains("with the keys that `ktc-kiosk ehr keys jwks` prints"), "{said}");
    assert!(said.contains("attention EHR files:") && said.contains("can be read by others"), "{said}");

    // Nobody there; no key there.
    let base = server.base_url();
    drop(server);
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("failed    EHR reach: no connection"), "{said}");
    configure(path, &base, &sign_in("kiosk", &["missing.jwk"], &[ALL]));
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("failed    EHR files: cannot read") && said.contains("missing.jwk"), "{said}");
}

#[test]
fn a_wrong_clock_and_a_broken_server_are_told_and_no_token_is_ever_said() {
    let (folder, jwks) = new_keys();
    let path = folder.path();
    let open = FhirServer::start().expect("a FHIR server");
    let both = sign_in("kiosk", &[ES384, RS384], &[ALL]);

    let server = oauth(&jwks, &open, |options| options.clock_ahead_secs = 600);
    configure(path, &server.base_url(), &both);
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("clock is 10 min") || said.contains("clock is 9 min 5"), "{said}");
    assert!(said.contains("behind the server's. Clinic IT: set the clock"), "{said}");
    let server = oauth(&jwks, &open, |options| options.clock_ahead_secs = -600);
    configure(path, &server.base_url(), &both);
    let (code, said) = check(path);
    assert!(code == 0 && said.contains("attention EHR clock: this computer's clock is 10 min"), "{said}");

    let server = oauth(&jwks, &open, |_| ());
    configure(path, &server.base_url(), &both);
    server.fail(&TokenFault::Answer(200, "text/html", "<html>Please accept our terms</html>"), 1).expect("ordered");
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("the token endpoint answered with something else than JSON"), "{said}");
    let (code, said) = check(path);
    assert_eq!(code, 0, "{said}");
    let tokens = server.tokens().expect("tokens");
    assert_eq!(tokens.len(), 1);
    assert!(!said.contains(&tokens[0]) && !said.contains(tokens[0].rsplit('.').next().expect("a signature")));
    assert!(!open.search_all("Patient", "").expect("a search").iter().any(|_| true), "the check wrote something");
}

#[test]
fn an_ehr_over_tls_that_lacks_what_filing_needs_is_told_so() {
    let ca = TestCa::new();
    let statement = |version: &str| json!({"resourceType": "CapabilityStatement", "fhirVersion": version}).to_string();
    let everybody =
        json!({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "p-1"}}]});
    let fhir = |body: String| Answer::ok("application/fhir+json", body);
    let routes = [
        ("/fhir/metadata".to_owned(), fhir(statement("4.0.1"))),
        ("/fhir/Patient".to_owned(), fhir(everybody.to_string())),
    ];
    let server = HttpsServer::start_mutual(routes, &ca).expect("a server");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let (certificate, key) = ca.client_pem();
    for (name, text) in [("ca.pem", ca.pem()), ("kiosk.pem", &certificate), ("kiosk.key", &key)] {
        fs::write(path.join(name), text).expect("a file");
    }
    let own = "client_certificate_file = \"kiosk.pem\"\nclient_key_file = \"kiosk.key\"\n";
    let base = format!("{}/fhir", server.origin());
    configure(path, &base, &format!("trusted_ca_file = \"ca.pem\"\n{own}"));
    let (code, said) = check(path);
    for line in [
        "ok        EHR reach: connected; its certificate is good for 30 days and more",
        "ok        EHR sign-in: by the client certificate only",
        "attention EHR capabilities: FHIR 4.0.1; it does not list what it can do, so the profile alone counts",
        "ok        EHR plan: by the profile generic-r4, an invented check-in would go as 8 steps, first GET to ",
        "attention EHR search: a search for nobody by `family` found somebody",
        "attention EHR files:",
    ] {
        assert!(said.contains(line), "no line {line} in {said}");
    }
    assert!(code == 0 && !said.contains("p-1"), "{said}");
    server.route("/fhir/metadata", fhir(statement("5.0.0")));
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("failed    EHR capabilities: FHIR 5.0.0. EHR's administrators:"), "{said}");
    configure(path, &base, "trusted_ca_file = \"ca.pem\"\n");
    let (code, said) = check(path);
    assert!(code == 1 && said.contains("ehr.client_certificate_file and ehr.client_key_file"), "{said}");
    configure(path, &base, own);
    let (code, said) = check(path);
    assert!(
        code == 1 && said.contains("failed    EHR reach: its certificate comes from an authority that is not trusted"),
        "{said}"
    );
}

#[test]
fn keys_are_made_once_for_their_owner_and_only_their_public_half_is_printed() {
    let (folder, jwks) = new_keys();
    let mut algorithms: Vec<&str> =
        jwks["keys"].as_array().expect("keys").iter().filter_map(|key| key["alg"].as_str()).collect();
    algorithms.sort_unstable();
    assert_eq!(algorithms, ["ES384", "RS384"]);
    for file in [ES384, RS384] {
        let file = folder.path().join(file);
        assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
        let private: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
        let secret = private["d"].as_str().expect("a private part");
        assert!(!jwks.to_string().contains(secret));
    }
    let place = folder.path().to_str().expect("a path");
    let (code, said) = kiosk(folder.path(), &["ehr", "keys", "new", place]);
    assert!(code == 1 && said.contains("there are keys already"), "{said}");
    let file = folder.path().join(RS384).display().to_string();
    let (code, said) = kiosk(folder.path(), &["ehr", "keys", "jwks", &file]);
    let printed: Value = serde_json::from_str(&said).expect("a key set");
    assert_eq!((code, printed), (0, json!({"keys": [public(&jwks, "RS384")]})));
}
