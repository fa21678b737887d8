//! `pin-hash`, `new-key` and `ehr keys`: what clinic IT makes once per box; `pin-release`: what it does when nobody can sign in.

use super::CliError;
use super::arguments::EhrKeysCommand;
use super::outbox::{beside, is_staff};
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::net::{ClientKey, SigningAlg};
use crate::runtime::{self, PinError, client_key, hash_pin};
use crate::sensitive::Sensitive;
use crate::store::SealingKey;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{self, Read as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Prints the hash of the PIN on the standard input.
pub(super) fn pin_hash(out: &mut dyn Write) -> Result<u8, CliError> {
    let mut typed = String::new();
    io::stdin().take(100).read_to_string(&mut typed)?;
    let typed = Sensitive::from(typed);
    match hash_pin(typed.reveal().trim()) {
        Ok(hash) => {
            writeln!(out, "{hash}")?;
            Ok(0)
        }
        Err(PinError::NotAPin) => Err(CliError::Usage("pin-hash: a PIN has exactly 6 digits, on the standard input")),
        Err(PinError::TriedFirst) => {
            Err(CliError::Usage("pin-hash: this PIN is one of the first that anybody tries; choose another"))
        }
        Err(error @ PinError::NoHash) => Err(io::Error::other(error).into()),
    }
}

/// Ends the wait after too many wrong PINs.
pub(super) fn pin_release(config: &KioskConfig, staff: &str, out: &mut dyn Write) -> Result<u8, CliError> {
    is_staff(config, staff)?;
    let event = AuditEvent::between_visits(AuditKind::PinReleased).by(staff);
    beside(config)?.pin_attempts().release(&event, runtime::now())?;
    writeln!(out, "PINs can be tried again")?;
    Ok(0)
}

/// Writes a new sealing key.
pub(super) fn new_key(file: &Path) -> Result<u8, CliError> {
    write_secret(file, &SealingKey::new_text()?)?;
    Ok(0)
}

/// `ktc-kiosk ehr keys`: keys for signing in at the EHR, and what of them is published.
pub(super) fn ehr_keys(command: &EhrKeysCommand, out: &mut dyn Write) -> Result<u8, CliError> {
    let files = match command {
        EhrKeysCommand::New { folder } => new_pair(folder)?,
        EhrKeysCommand::Jwks { files } => files.clone(),
    };
    let keys = files.iter().map(|file| Ok(client_key(file)?.public_jwk())).collect::<Result<Vec<Value>, CliError>>()?;
    writeln!(out, "{:#}", json!({"keys": keys}))?;
    Ok(0)
}

/// One key for each algorithm: servers must take one of the two, and nobody knows which before it is tried.
fn new_pair(folder: &Path) -> Result<Vec<PathBuf>, CliError> {
    let file = |alg: SigningAlg| folder.join(format!("ehr-{}.jwk", alg.name().to_ascii_lowercase()));
    let files: Vec<PathBuf> = SigningAlg::ALL.into_iter().map(file).collect();
    if files.iter().any(|file| file.exists()) {
        return Err(CliError::Usage(
            "ehr keys new: there are keys already; the EHR may know them. Choose another folder",
        ));
    }
    for (alg, file) in SigningAlg::ALL.into_iter().zip(&files) {
        write_secret(file, &ClientKey::new_text(alg).map_err(io::Error::other)?)?;
    }
    Ok(files)
}

/// Readable by its owner only. An existing file is never touched: it may be the only way into a database or an EHR.
fn write_secret(file: &Path, text: &Sensitive<String>) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.reveal().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}
