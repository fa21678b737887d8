//! The vector folder that an independent generator made, through the command itself.

use ktc_testbed::vectors::vectors;
use std::process::Command;

fn kiosk(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk")).args(arguments).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn every_vector_passes() {
    let Some(folder) = vectors("kiosk").map(|folder| folder.display().to_string()) else { return };
    let (code, printed, _) = kiosk(&["conformance", &folder]);
    let failed: Vec<&str> = printed.lines().filter(|line| line.contains(" fail")).collect();
    assert_eq!((code, failed), (0, vec!["48 passed, 0 failed"]));
}

#[test]
fn a_folder_that_is_none_is_an_error_and_not_a_pass() {
    assert_ne!(kiosk(&["conformance", env!("CARGO_MANIFEST_DIR")]).0, 0);
}

/// Every picture comes to the end that its vector names, and the log has no key, link or name in it.
#[test]
fn every_picture_is_read_and_the_log_stays_silent() {
    let Some(folder) = vectors("kiosk").map(|folder| folder.display().to_string()) else { return };
    let index: serde_json::Value =
        serde_json::from_slice(&std::fs::read(format!("{folder}/index.json")).expect("an index")).expect("JSON");
    let mut read = 0;
    for listed in index["vectors"].as_array().expect("vectors") {
        let id = listed["id"].as_str().expect("an id");
        let vector = std::fs::read(format!("{folder}/vectors/{id}.json")).expect("a vector");
        let vector: serde_json::Value = serde_json::from_slice(&vector).expect("JSON");
        let pictures: Vec<String> = match &vector["input"]["qr"] {
            serde_json::Value::String(picture) => vec![format!("{folder}/{picture}")],
            serde_json::Value::Array(pictures) => {
                pictures.iter().map(|picture| format!("{folder}/{}", picture.as_str().expect("a path"))).collect()
            }
            _ => continue,
        };
        if pictures.is_empty() {
            continue;
        }
        read += 1;
        let mut arguments = vec!["--log", "trace", "read", "--answers", &folder];
        arguments.extend(pictures.iter().map(String::as_str));
        let (code, printed, log) = kiosk(&arguments);
        // The kiosk is more forgiving than a validator: what differs only from the draft is shown.
        let shown =
            vector["expect"]["outcome"] != "reject" || ["k-d6-noexp", "k-b7-document", "k-b8-alone"].contains(&id);
        assert_eq!(code == 0, shown, "{id}: {printed}");
        if shown {
            let printed: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
            assert_eq!(printed["patient"]["name"], "Ana Delgado-Ruiz", "{id}");
            let items = printed["items"].as_array().expect("items");
            assert!(!items.is_empty(), "{id}");
            assert!(items.iter().all(|item| item["cautions"] == serde_json::json!([])), "{id}: {items:?}");
        }
        let secrets = [
            vector["expect"]["payload"]["key"].as_str(),
            vector["expect"]["payload"]["url"].as_str(),
            vector["input"]["shlink"].as_str(),
            vector["input"]["texts"][0].as_str(),
            Some("Delgado"),
            Some("1974-02-28"),
        ];
        for secret in secrets.into_iter().flatten() {
            assert!(!log.contains(secret), "{id}: the log holds patient data");
        }
        assert!(!log.is_empty(), "{id}: the log was not written, so this proves nothing");
    }
    assert!(read > 40, "only {read} pictures were read");
}
