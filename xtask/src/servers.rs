//! The other servers of the tests: Medplum's engine and npm oidc-provider for every run, Helios for
//! `cargo xtask test --all-servers`.

use crate::steps::{cargo, run};
use crate::{Failure, peers, root};
use std::fs;
use std::path::PathBuf;

const HELIOS: &str = "helios-hfs";
const HELIOS_VERSION: &str = "0.2.7";

/// The servers from npm, each pinned and in a folder of its own under `target`.
pub fn from_npm() -> Result<(), Failure> {
    for (name, what) in [("oauth", "authorization server"), ("medplum", "Medplum")] {
        let (from, into) = (root().join("tests/testbed").join(name), root().join("target").join(name));
        // Written last: an installation that was broken off is made again.
        let stamp = into.join("installed");
        let wanted = peers::read(&from.join("package-lock.json"))?;
        if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
            println!("{what}: there");
            continue;
        }
        println!("{what}: installing ...");
        if into.exists() {
            fs::remove_dir_all(&into).map_err(|error| peers::failed(&into, &error))?;
        }
        peers::javascript(&from, &into)?;
        fs::write(&stamp, wanted).map_err(|error| peers::failed(&stamp, &error))?;
    }
    Ok(())
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
