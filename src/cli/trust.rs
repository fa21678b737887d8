//! `ktc-kiosk trust`: the published list of issuers with their keys, and the clinic's own.
//!
//! A published list is taken only when the signature of a signer holds whose certificate a person compared once, and is never
//! replaced by an older one unless somebody asks for that.

use super::arguments::{ImportArguments, TrustCommand};
use super::{CliError, TrustError};
use crate::config::{KioskConfig, read_file};
use crate::runtime;
use crate::time::Timestamp;
use crate::trust::{IssuerList, IssuerUrl, Snapshot, SnapshotSigner, TrustList};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Does one command.
pub(super) fn run(config: &KioskConfig, command: TrustCommand, out: &mut dyn Write) -> Result<u8, CliError> {
    match command {
        TrustCommand::Import(arguments) => import(config, &arguments, out),
        TrustCommand::Show { issuer } => show(&runtime::trust_list(config)?, issuer.as_deref(), out),
        TrustCommand::Check { file } => check(&read_file(&file)?, out),
        TrustCommand::Add { iss, name } => {
            let iss =
                IssuerUrl::parse(&iss).map_err(|_| CliError::Usage("trust add: the address is not an issuer's"))?;
            let name = name.trim().to_owned();
            if name.is_empty() {
                return Err(CliError::Usage("trust add: the name is empty"));
            }
            change_own(config, |list| {
                list.issuers.entry(iss).or_default().name = name;
                Ok(())
            })
        }
        TrustCommand::Remove { iss } => {
            let iss =
                IssuerUrl::parse(&iss).map_err(|_| CliError::Usage("trust remove: the address is not an issuer's"))?;
            change_own(config, |list| list.issuers.remove(&iss).map(|_| ()).ok_or(TrustError::NotListed))?;
            if runtime::trust_list(config)?.listing(&iss).is_some() {
                writeln!(out, "removed here; the published list still has it")?;
            }
            Ok(0)
        }
    }
}

fn import(config: &KioskConfig, arguments: &ImportArguments, out: &mut dyn Write) -> Result<u8, CliError> {
    let place = arguments.out.as_ref().or(config.issuer_snapshot_file.as_ref()).ok_or(CliError::Usage(
        "trust import: say where with --out, or name the file in the configuration: [trust] issuer_snapshot_file",
    ))?;
    let here =
        if place.exists() { Some(IssuerList::read(&read_file(place)?).map_err(TrustError::from)?) } else { None };
    let signer = SnapshotSigner::read(&read_file(&arguments.certificate)?).map_err(TrustError::from)?;
    check_signer(&signer, arguments.fingerprint.as_deref(), here.as_ref())?;
    let content = read_file(&arguments.snapshot)?;
    let mut snapshot = signer.open(&content, &read_file(&arguments.signature)?).map_err(TrustError::from)?;
    if let Some(here) = here.filter(|here| here.as_of > snapshot.list.as_of && !arguments.allow_older) {
        let older = TrustError::Older { here: here.as_of.to_string(), other: snapshot.list.as_of.to_string() };
        return Err(older.into());
    }
    if let Some(directory) = &arguments.issuers {
        let gone = snapshot.add_directory(&read_file(directory)?).map_err(TrustError::from)?;
        writeln!(out, "{gone} issuers are no longer in the directory; they stay on the list")?;
    }
    replace(place, &snapshot.list)?;
    report(&snapshot, out)?;
    writeln!(out, "written to {}", place.display())?;
    Ok(0)
}

/// The signer is the one a person compared: now, or when the list that is here was imported.
fn check_signer(signer: &SnapshotSigner, compared: Option<&str>, here: Option<&IssuerList>) -> Result<(), TrustError> {
    let fingerprint = signer.fingerprint();
    let plain = |text: &str| text.replace([':', ' '], "").to_ascii_lowercase();
    match compared.map(plain).or_else(|| here.and_then(|here| here.signed_by.clone())) {
        Some(known) if known == fingerprint => Ok(()),
        Some(_) => Err(TrustError::AnotherSigner(fingerprint)),
        None => Err(TrustError::SignerNotCompared(fingerprint)),
    }
}

fn show(trust: &TrustList, issuer: Option<&str>, out: &mut dyn Write) -> Result<u8, CliError> {
    let Some(issuer) = issuer else {
        for iss in trust.addresses() {
            writeln!(out, "{iss}  {}", trust.listing(iss).map_or("", |listing| listing.name))?;
        }
        return Ok(0);
    };
    let iss = IssuerUrl::parse(issuer).map_err(|_| CliError::Usage("trust show: the address is not an issuer's"))?;
    let Some(listing) = trust.listing(&iss) else {
        writeln!(out, "not listed")?;
        return Ok(3);
    };
    writeln!(out, "{}, on the list of {}", listing.name, listing.as_of.date())?;
    if let Some(website) = &listing.issuer.website {
        writeln!(out, "website {website}")?;
    }
    match trust.with_keys(&iss, runtime::now()) {
        None => writeln!(out, "no keys that count without asking the issuer")?,
        Some(with_keys) => {
            for key in with_keys.issuer.keys.judged() {
                match key {
                    Ok(key) => {
                        let revoked = trust.revocations(&iss, key.kid()).map_or(0, |list| list.len());
                        writeln!(out, "key {} of {}, {revoked} cards taken back", key.kid(), with_keys.as_of.date())?;
                    }
                    Err(defect) => writeln!(out, "key not used: {defect}")?,
                }
            }
        }
    }
    Ok(0)
}

/// Counts what is in a list of ours or in a published snapshot, of which nothing is proven here.
fn check(content: &[u8], out: &mut dyn Write) -> Result<u8, CliError> {
    if let Ok(snapshot) = Snapshot::read_unproven(content) {
        writeln!(out, "a published snapshot; its signature was not checked")?;
        report(&snapshot, out)?;
        return Ok(u8::from(snapshot.keys == 0));
    }
    let list = IssuerList::read(content).map_err(TrustError::from)?;
    let (mut usable, mut refused) = (0, 0);
    for (iss, issuer) in &list.issuers {
        for key in issuer.keys.judged() {
            match key {
                Ok(_) => usable += 1,
                Err(defect) => {
                    refused += 1;
                    writeln!(out, "{iss}: {defect}")?;
                }
            }
        }
    }
    writeln!(out, "list of {}: {} issuers, {usable} keys", list.as_of, list.issuers.len())?;
    Ok(u8::from(refused > 0))
}

fn report(snapshot: &Snapshot, out: &mut dyn Write) -> io::Result<()> {
    let list = &snapshot.list;
    writeln!(out, "list of {}: {} issuers, {} keys", list.as_of, list.issuers.len(), snapshot.keys)?;
    if snapshot.odd_issuers > 0 {
        writeln!(out, "{} entries left out: no valid issuer address, no name, or listed twice", snapshot.odd_issuers)?;
    }
    for (defect, count) in &snapshot.unusable_keys {
        writeln!(out, "{count} keys left out: {defect}")?;
    }
    Ok(())
}

fn change_own(
    config: &KioskConfig,
    change: impl FnOnce(&mut IssuerList) -> Result<(), TrustError>,
) -> Result<u8, CliError> {
    let place = config
        .issuers_file
        .as_ref()
        .ok_or(CliError::Usage("trust: name the clinic's own list in the configuration: [trust] issuers_file"))?;
    let mut list = match place.exists() {
        true => IssuerList::read(&read_file(place)?).map_err(TrustError::from)?,
        false => IssuerList::empty(runtime::now()),
    };
    change(&mut list)?;
    list.as_of = Timestamp::from_rfc3339(&format!("{}T00:00:00Z", runtime::now().date())).unwrap_or(list.as_of);
    replace(place, &list)?;
    Ok(0)
}

/// Written aside and then given its name: a power cut leaves the old list or the new one.
fn replace(place: &Path, list: &IssuerList) -> io::Result<()> {
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let aside = place.with_extension("part");
    let written = serde_json::to_vec(list).map_err(io::Error::from).and_then(|text| {
        let mut file = File::create(&aside)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&aside, place)?;
        File::open(folder)?.sync_all()
    });
    if written.is_err() {
        // What is left of a failed write is no use to anybody; why it failed counts.
        let _ = fs::remove_file(&aside);
    }
    written
}
