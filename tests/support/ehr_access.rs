//! A kiosk that signs in: its keys, its configuration, its command line.

use ktc_kiosk::config::KioskConfig;
use ktc_kiosk::net::prepare_tls;
use ktc_testbed::fhir_server::FhirServer;
use ktc_testbed::oauth_server::{OauthOptions, OauthServer};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

pub const BOTH: &[&str] = &["RS384", "ES384"];
pub const ES384: &str = "ehr-es384.jwk";
pub const RS384: &str = "ehr-rs384.jwk";
pub const ALL: &str = "system/*.cruds";

/// Runs the program; gives its exit code and everything that it said, at the most talkative level of the log.
pub fn kiosk(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk"));
    let output = command.args(["--log", "trace", "--config"]).arg(folder.join("kiosk.toml")).args(arguments).output();
    let output = output.expect("runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

/// A folder with two new keys, and the key set that the program prints.
pub fn new_keys() -> (tempfile::TempDir, Value) {
    prepare_tls();
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said) = kiosk(folder.path(), &["ehr", "keys", "new", folder.path().to_str().expect("a path")]);
    assert_eq!(code, 0, "{said}");
    (folder, serde_json::from_str(&said).expect("a key set"))
}

/// The public key for this algorithm.
pub fn public(jwks: &Value, alg: &str) -> Value {
    let keys = jwks["keys"].as_array().expect("keys");
    keys.iter().find(|key| key["alg"] == alg).expect("a key").clone()
}

/// Writes a configuration with this `[ehr]` section and what follows it.
pub fn configure(folder: &Path, base: &str, more: &str) -> KioskConfig {
    let toml = format!(
        "[clinic]\nname = \"Test Clinic\"\n[store]\nfolder = \"data\"\nsealing_key_file = \"sealing.key\"\n[ehr]\nbase_url = \"{base}\"\n{more}"
    );
    let path = folder.join("kiosk.toml");
    fs::write(&path, toml).expect("a file");
    KioskConfig::read(&path).expect("a configuration")
}

/// A section `[ehr.sign_in]`.
pub fn sign_in(client: &str, keys: &[&str], scopes: &[&str]) -> String {
    format!("[ehr.sign_in]\nclient_id = \"{client}\"\nkey_files = {}\nscopes = {}\n", json!(keys), json!(scopes))
}

/// An authorization server that knows `kiosk` by these keys, in front of a FHIR server.
pub fn oauth(jwks: &Value, upstream: &FhirServer, adapt: impl Fn(&mut OauthOptions)) -> OauthServer {
    let mut options = OauthOptions {
        client: "kiosk",
        jwks: jwks.clone(),
        algorithms: BOTH,
        scope: ALL,
        life_secs: 300,
        clock_ahead_secs: 0,
        upstream: upstream.base_url(),
    };
    adapt(&mut options);
    OauthServer::start(&options).expect("an authorization server")
}
