//! The demo's folder: shares and an issuer on loopback, frames, keys, and the kiosk's configuration.

use super::{Options, kiosk};
use ktc_testbed::{
    ca::{Certificate, TestCa},
    card::{self, Issuer},
    https::{Answer, Behaviour, HttpsServer},
    insurance_card,
    manifest::{ManifestShare, SharedFile},
    people::{Person, chloe},
    picture,
    share::{self, FHIR_JSON, JOSE, ShareLink},
};
use serde_json::json;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// PIN of the one member of staff.
pub(super) const PIN: &str = "271828";
/// The one member of staff.
pub(super) const STAFF: &str = "Mara Weiss";
/// The item that the pilot's staff member unticks; the script names it too.
pub(super) const LEFT_OUT: &str = "Zoster recombinant vaccine";

/// The passcode of the one link that has one.
pub(super) const PASSCODE: &str = "2468";
/// What stands for that link in the pilot's script; each demo makes a new one.
const PASSCODE_LINK: &str = "PASSCODE-LINK";
/// So many wrong passcodes lock that link.
const PASSCODE_TRIES: u32 = 20;

const CARD_AGE_SECS: u64 = 30 * 24 * 60 * 60;

/// Fills the folder. The server must live as long as the demo.
pub(super) fn prepare(options: &Options, ehr_base: &str, cast: &[Person]) -> io::Result<HttpsServer> {
    let folder = &options.folder;
    let server = HttpsServer::start_with([], &TestCa::new(), &[], Certificate::Good)?;
    fs::write(folder.join("ca.pem"), server.ca_pem())?;

    let issuer = Issuer::new(&format!("{}/issuer", server.origin()));
    server.route("/issuer/.well-known/jwks.json", Answer::ok("application/json", issuer.jwks().to_string()));
    let issuers = json!({"issuers": [{"iss": issuer.iss(), "name": "Lakeside Public Health"}], "as_of": "2026-11-01"});
    fs::write(folder.join("issuers.json"), issuers.to_string())?;

    let passcode_link = passcode_link(&server, &chloe());
    let script = fs::read_to_string(&options.script)?.replace(PASSCODE_LINK, &passcode_link);
    fs::write(script_file(folder), script)?;

    let frames = folder.join("frames");
    fs::create_dir_all(&frames)?;
    for (index, person) in cast.iter().enumerate() {
        // One link has a passcode, the last of the four has a health card, the others share a link that opens at once.
        let text = match index {
            1 => passcode_link.clone(),
            3 => card_text(&issuer, person),
            _ => link_text(&server, person),
        };
        picture::walk_up(&frames, &format!("walk-{}", index + 1), &text)?;
    }

    fs::create_dir_all(folder.join("data"))?;
    kiosk::new_key(&options.kiosk, &folder.join("sealing.key"))?;
    let pin_hash = kiosk::pin_hash(&options.kiosk, PIN)?;
    fs::write(folder.join("kiosk.toml"), configuration(ehr_base, server.port(), &pin_hash))?;
    Ok(server)
}

/// The pilot's script with what only this demo knows.
pub(super) fn script_file(folder: &Path) -> PathBuf {
    folder.join("check-in.pilot")
}

fn passcode_link(server: &HttpsServer, person: &Person) -> String {
    let files = vec![SharedFile::new(FHIR_JSON, &person.shared_bundle())];
    let passcode = Some((PASSCODE.to_owned(), PASSCODE_TRIES));
    let share = ManifestShare { flag: "P".to_owned(), passcode, files, ..ManifestShare::default() };
    share.serve(server).link.viewer_prefixed()
}

fn link_text(server: &HttpsServer, person: &Person) -> String {
    let link = ShareLink::direct(&server.origin(), "Health summary for my visit");
    let bundle = insurance_card::with_pictures(person.shared_bundle()).to_string();
    let encrypted = share::encrypt_file(bundle.as_bytes(), &link.key, false, Some(FHIR_JSON));
    // A mobile network: the share takes a second and a half, so that there is something to see.
    let slowly = Behaviour::Drip { bytes_per_sec: encrypted.len() * 2 / 3 };
    server.route(&link.path(), Answer::ok(JOSE, encrypted).behaving(slowly));
    link.viewer_prefixed()
}

fn card_text(issuer: &Issuer, person: &Person) -> String {
    let issued = share::now_secs().saturating_sub(CARD_AGE_SECS);
    card::qr_text(&issuer.sign(&person.card_bundle(), issued as f64, None, None))
}

fn configuration(ehr_base: &str, share_port: u16, pin_hash: &str) -> String {
    format!(
        r#"# Made by `ktc-testbed demo`. Loopback ports and a private authority are for the demo only.
[clinic]
name = "Lakeside Family Clinic"

[station]
face = "both"
language = "en"

[camera]
folder = "frames"
frames_per_second = 4

[ehr]
base_url = "{ehr_base}"
new_patients = true

[egress]
loopback_ports = [{share_port}]
trusted_ca_file = "ca.pem"

[store]
folder = "data"
sealing_key_file = "sealing.key"

[printer]
file = "receipt"

[[staff]]
id = "mw"
name = "{STAFF}"
pin = "{pin_hash}"

[trust]
issuers_file = "issuers.json"
"#
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn pilot_unticks_the_item_that_read_back_wants_absent() {
        let script = include_str!("../../check-in.pilot");
        assert!(script.lines().any(|line| line.starts_with("tap ") && line.contains(super::LEFT_OUT)));
        assert!(script.contains(super::PASSCODE_LINK));
        for digit in super::PIN.chars().chain(super::PASSCODE.chars()) {
            assert!(script.contains(&format!("tap \"{digit}\"")));
        }
    }
}
