//! The published directory of issuers, imported through the command with its real signature.

use ktc_kiosk::time::Timestamp;
use ktc_kiosk::trust::{IssuerList, IssuerUrl, KeySetDefect, Snapshot, SnapshotDefect, SnapshotSigner, TrustList};
use ktc_testbed::vectors::vectors;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

const FINGERPRINT: &str =
    "C3:E4:4E:40:A2:0E:6D:54:A5:AD:24:7E:9D:DD:07:76:37:08:CE:C1:AA:9A:CD:47:A4:08:A3:CC:28:F3:20:FB";

fn read(folder: &Path, name: &str) -> Vec<u8> {
    fs::read(folder.join(name)).expect("a file")
}

fn trust(arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ktc-kiosk")).arg("trust").args(arguments).output().expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn the_published_snapshot_is_what_its_signer_signed() {
    let Some(folder) = vectors("vci") else { return };
    let (content, signature) = (read(&folder, "vci_snapshot.json"), read(&folder, "vci_snapshot.sig"));
    let signer = SnapshotSigner::read(&read(&folder, "vci_snapshot.crt")).expect("a certificate");
    assert_eq!(signer.fingerprint(), FINGERPRINT.replace(':', "").to_lowercase());
    let mut snapshot = signer.open(&content, &signature).expect("a snapshot");
    assert_eq!((snapshot.list.issuers.len(), snapshot.odd_issuers, snapshot.keys), (651, 0, 959));
    // Two keys lost the leading zero of a coordinate.
    let unusable: Vec<_> = snapshot.unusable_keys.iter().collect();
    assert_eq!(unusable, [(&KeySetDefect::NotASignatureKey, &2)]);
    assert_eq!(snapshot.add_directory(&read(&folder, "vci-issuers.json")), Ok(14));
    // The signed snapshot names six; the unsigned directory would name five more.
    assert_eq!(snapshot.list.issuers.values().filter(|issuer| issuer.canonical_iss.is_some()).count(), 6);

    for place in [0, content.len() / 2, content.len() - 1] {
        let mut changed = content.clone();
        changed[place] ^= 1;
        assert_eq!(signer.open(&changed, &signature).err(), Some(SnapshotDefect::Signature), "byte {place}");
    }
    for place in 0..signature.len() {
        let mut changed = signature.clone();
        changed[place] ^= 1;
        assert_eq!(signer.open(&content, &changed).err(), Some(SnapshotDefect::Signature), "signature byte {place}");
    }
    assert_eq!(signer.open(&content, b"").err(), Some(SnapshotDefect::Signature));
}

#[test]
fn keys_are_looked_up_by_issuer_and_name_because_names_repeat() {
    let Some(folder) = vectors("vci") else { return };
    let list = Snapshot::read_unproven(&read(&folder, "vci_snapshot.json")).expect("a snapshot").list;
    let mut issuers_of: BTreeMap<String, Vec<IssuerUrl>> = BTreeMap::new();
    for (iss, issuer) in &list.issuers {
        for key in issuer.keys.judged() {
            issuers_of.entry(key.expect("usable").kid().to_owned()).or_default().push(iss.clone());
        }
    }
    let trust = TrustList::new(vec![list.clone()]);
    let now = Timestamp::from_rfc3339("2026-11-01T00:00:00Z").expect("a time");
    let (mut shared, mut refused) = (0, 0);
    for (kid, owners) in &issuers_of {
        shared += usize::from(owners.len() > 1);
        for iss in list.issuers.keys().filter(|iss| trust.with_keys(iss, now).is_some()) {
            let found = trust.with_keys(iss, now).expect("keys").issuer.keys.find(kid).is_ok();
            assert_eq!(found, owners.contains(iss), "{iss} {kid}");
            refused += usize::from(!found);
        }
        if shared > 3 {
            break;
        }
    }
    assert!(shared > 3 && refused > 600, "{shared} names shared, {refused} look-ups refused");
    let iss = IssuerUrl::parse("https://covid19.quebec.ca/PreuveVaccinaleApi/issuer").expect("an issuer");
    let revoked = trust.revocations(&iss, "sZ5ca2a73SgPl7aC9v4PyA4cR5zk9A6BhHX8I2CVNwM").expect("a list");
    assert_eq!((revoked.counter(), revoked.len()), (69, 771));
    let before = Timestamp::from_unix_millis(1_643_950_798_000);
    let after = Timestamp::from_unix_millis(1_643_950_799_000);
    assert!(revoked.revokes("YheGzx4ezAE", before) && !revoked.revokes("YheGzx4ezAE", after));
}

#[test]
fn the_command_imports_what_a_person_compared_and_nothing_older() {
    let Some(folder) = vectors("vci") else { return };
    let at = |name: &str| folder.join(name).display().to_string();
    let mine = tempfile::tempdir().expect("a folder");
    let place = mine.path().join("list.json");
    let out = place.display().to_string();
    let (snapshot, signature, certificate) = (at("vci_snapshot.json"), at("vci_snapshot.sig"), at("vci_snapshot.crt"));
    let import = |snapshot: &str, more: &[&str]| {
        let given = ["import", snapshot, "--signature", &signature, "--certificate", &certificate, "--out", &out];
        trust(&[&given, more].concat())
    };

    let (code, said) = import(&snapshot, &[]);
    assert!(code == 1 && said.contains(&FINGERPRINT.replace(':', "").to_lowercase()) && !place.exists(), "{said}");
    let (code, said) = import(&snapshot, &["--fingerprint", &"00".repeat(32)]);
    assert!(code == 1 && !place.exists(), "{said}");
    let changed = mine.path().join("changed.json");
    fs::write(&changed, [read(&folder, "vci_snapshot.json"), b" ".to_vec()].concat()).expect("a file");
    let (code, said) = import(&changed.display().to_string(), &["--fingerprint", FINGERPRINT]);
    assert!(code == 1 && said.contains("signature does not hold") && !place.exists(), "{said}");

    let (code, said) = import(&snapshot, &["--fingerprint", FINGERPRINT, "--issuers", &at("vci-issuers.json")]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("651 issuers, 959 keys") && said.contains("14 issuers"), "{said}");
    assert_eq!(import(&snapshot, &[]).0, 0, "the signer is known from the list that is there");

    let list = IssuerList::read(&fs::read(&place).expect("a file")).expect("a list");
    assert_eq!(list.issuers.len(), 651);
    let newer = IssuerList { as_of: list.as_of.plus(std::time::Duration::from_secs(1)), ..list };
    let text = serde_json::to_vec(&newer).expect("JSON");
    fs::write(&place, &text).expect("a file");
    let (code, said) = import(&snapshot, &[]);
    assert!(code == 1 && said.contains("--allow-older"), "{said}");
    assert_eq!(fs::read(&place).expect("a file"), text, "nothing was replaced");
    assert_eq!(import(&snapshot, &["--allow-older"]).0, 0);

    for file in [out.as_str(), snapshot.as_str()] {
        let (code, said) = trust(&["check", file]);
        assert!(code == 0 && said.contains("651 issuers, 959 keys"), "{said}");
    }
    assert_eq!(fs::read_dir(mine.path()).expect("a folder").count(), 2, "nothing is left beside the list");
}

#[test]
fn a_clinic_adds_renames_and_removes_issuers_of_its_own() {
    let mine = tempfile::tempdir().expect("a folder");
    let config = mine.path().join("kiosk.toml");
    let toml = "[clinic]\nname = \"Test Clinic\"\n[store]\nfolder = \"data\"\nsealing_key_file = \"key\"\n[trust]\n\
                issuers_file = \"issuers.json\"\n";
    fs::write(&config, toml).expect("a file");
    let config = config.display().to_string();
    let own = |arguments: &[&str]| trust(&[&["--config", &config], arguments].concat());
    assert_eq!(own(&["add", "https://lab.example/issuer", "Old Lab"]).0, 0);
    assert_eq!(own(&["add", "https://lab.example/issuer", "Lake Lab"]).0, 0);
    for odd in ["http://lab.example", "https://lab.example/", "lab"] {
        assert_eq!(own(&["add", odd, "Lab"]).0, 1, "{odd}");
    }
    let (code, said) = own(&["show", "https://lab.example/issuer"]);
    assert!(code == 0 && said.contains("Lake Lab"), "{said}");
    assert_eq!(own(&["show", "https://other.example"]).0, 3);
    assert_eq!(own(&["show"]).1, "https://lab.example/issuer  Lake Lab\n");
    assert_eq!(own(&["remove", "https://other.example"]).0, 1);
    assert_eq!(own(&["remove", "https://lab.example/issuer"]).0, 0);
    assert_eq!(own(&["show", "https://lab.example/issuer"]).0, 3);
}
