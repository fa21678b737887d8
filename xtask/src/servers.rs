//! The other EHRs of the tests: Medplum's engine for every run, Helios for `cargo xtask test --all-servers`.

use crate::steps::{cargo, run};
use crate::{Failure, peers, root};
use std::fs;
use std::path::{Path, PathBuf};

const HELIOS: &str = "helios-hfs";
const HELIOS_VERSION: &str = "0.2.7";

/// Under `target/medplum`, pinned. The stamp is written last.
pub fn medplum() -> Result<(), Failure> {
    let (from, into) = (root().join("tests/testbed/medplum"), root().join("target/medplum"));
    let stamp = into.join("installed");
    let failed = |path: &Path, error: &std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let lock = from.join("package-lock.json");
    let wanted = fs::read_to_string(&lock).map_err(|error| failed(&lock, &error))?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("Medplum: there");
        return Ok(());
    }
    println!("Medplum: installing its request engine ...");
    peers::javascript(&from, &into)?;
    fs::write(&stamp, wanted).map_err(|error| failed(&stamp, &error))
}

/// Under `target/hfs`, built once: 17 minutes of one core in debug, hours in release.
pub fn helios() -> Result<PathBuf, Failure> {
    let folder = root().join("target/hfs");
    let program = folder.join("bin/hfs");
    if program.is_file() {
        println!("Helios: there");
        return Ok(program);
    }
    println!("Helios: building {HELIOS} {HELIOS_VERSION}, which takes a while ...");
    run(cargo()
        .args(["install", HELIOS, "--version", HELIOS_VERSION, "--locked", "--debug", "--no-default-features"])
        .args(["--features", "R4,sqlite", "--root"])
        .arg(&folder)
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    Ok(program)
}
