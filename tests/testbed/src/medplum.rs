//! A quirky EHR: Medplum's request engine (npm) behind a few lines of HTTP, in memory. Its statement lists no types, its
//! answers carry no ETag, a transaction is not rolled back.

use crate::process::Process;
use crate::wire::{self, Request};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A running server. Dropping it ends the process.
pub struct Medplum {
    _process: Process,
    port: u16,
}

impl Medplum {
    /// Starts an empty server.
    pub fn start() -> io::Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("medplum/server.mjs");
        let modules = modules()?;
        let arguments = [script.to_string_lossy().into_owned(), modules.to_string_lossy().into_owned()];
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut process = Process::start(Path::new("node"), &arguments, tempfile::tempdir()?, &[])?;
        let port = process.until(|process| process.output().lines().find_map(|line| line.trim().parse().ok()))?;
        Ok(Self { _process: process, port })
    }

    /// `http://127.0.0.1:PORT/fhir`
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}/fhir", self.port)
    }

    /// Every record goes.
    pub fn forget(&self) -> io::Result<()> {
        let request =
            Request { method: "DELETE".to_owned(), target: "/fhir".to_owned(), headers: Vec::new(), body: Vec::new() };
        let answer = wire::exchange(&format!("127.0.0.1:{}", self.port), &request, Duration::from_secs(30))?;
        if answer.status == 200 { Ok(()) } else { Err(io::Error::other(format!("status {}", answer.status))) }
    }
}

/// `KTC_MEDPLUM`, else what `cargo xtask setup` installed: the folder with `node_modules`.
pub(crate) fn modules() -> io::Result<PathBuf> {
    if let Some(named) = std::env::var_os("KTC_MEDPLUM") {
        return Ok(named.into());
    }
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/medplum");
    if installed.join("node_modules").is_dir() {
        return installed.canonicalize();
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "no Medplum here; run `cargo xtask setup`"))
}
