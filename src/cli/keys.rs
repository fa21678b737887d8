//! `pin-hash` and `new-key`: what clinic IT makes once per box.

use super::CliError;
use crate::runtime::{PinError, hash_pin};
use crate::sensitive::Sensitive;
use crate::store::SealingKey;
use std::fs::OpenOptions;
use std::io::{self, Read as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

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
        Err(error @ PinError::NoHash) => Err(io::Error::other(error).into()),
    }
}

/// Writes a new key, readable by its owner only. An existing file is never touched: it may be the only way into a database.
pub(super) fn new_key(file: &Path) -> Result<u8, CliError> {
    let text = SealingKey::new_text()?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(text.reveal().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    Ok(0)
}
