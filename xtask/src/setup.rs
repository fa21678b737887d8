//! What building, running and testing need besides Rust: system packages, the FHIR server, the peers, cargo-deny.

use crate::packages::Purpose;
use crate::steps::{cargo, run, succeeds};
use crate::{Failure, packages, peers, root, servers};
use std::fs;
use std::process::Command;

const SEKMET: &str = "sekmet-fhir==0.1.1";
const CARGO_DENY_VERSION: &str = "0.20.2";
/// SEKMET needs Python 3.11; older systems may have it beside their own.
const PYTHONS: [&str; 4] = ["python3", "python3.11", "python3.12", "python3.13"];

/// For tests.
pub fn for_tests() -> Result<(), Failure> {
    packages::ensure(Purpose::Tests)?;
    sekmet()?;
    peers::install()?;
    servers::from_npm()?;
    cargo_deny()
}

/// For the demo.
pub fn for_demo() -> Result<(), Failure> {
    packages::ensure(Purpose::Demo)?;
    sekmet()
}

/// The FHIR server in an environment of its own under `target`. The stamp is written last: an installation that was
/// broken off is made again.
fn sekmet() -> Result<(), Failure> {
    let folder = root().join("target/sekmet");
    let stamp = folder.join("installed");
    let constraints = root().join("tests/testbed/sekmet-constraints.txt");
    let wanted = fs::read_to_string(&constraints)
        .map_err(|error| Failure::Failed(format!("{}: {error}", constraints.display())))?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("FHIR server: there ({SEKMET})");
        return Ok(());
    }
    println!("FHIR server: installing {SEKMET} ...");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| Failure::Failed(format!("{}: {error}", folder.display())))?;
    }
    run(Command::new(new_enough_python()?).args(["-m", "venv"]).arg(&folder))?;
    run(Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--constraint"])
        .arg(&constraints)
        .arg(SEKMET))?;
    fs::write(&stamp, wanted).map_err(|error| Failure::Failed(format!("{}: {error}", stamp.display())))
}

/// A Python with `venv`, new enough for SEKMET and the peers.
pub fn new_enough_python() -> Result<&'static str, Failure> {
    let new_enough = "import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))";
    let found = PYTHONS.into_iter().find(|python| succeeds(Command::new(python).args(["-c", new_enough])));
    found.ok_or_else(|| {
        let words = "\nThe tests need Python 3.11 or newer with its venv module; please install one.\n";
        Failure::NeedsPerson(words.to_owned())
    })
}

/// Built without optimisation: that takes less than half the time, and one check costs two seconds more.
fn cargo_deny() -> Result<(), Failure> {
    if succeeds(cargo().args(["deny", "--version"])) {
        println!("cargo-deny: there");
        return Ok(());
    }
    println!("cargo-deny: installing {CARGO_DENY_VERSION} ...");
    run(cargo()
        .args(["install", "--locked", "--quiet", "--debug", "cargo-deny", "--version", CARGO_DENY_VERSION])
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))
}
