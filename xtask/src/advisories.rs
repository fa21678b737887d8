//! Known holes in the libraries: `cargo deny check advisories` with the network, or the same check against a dated copy of the
//! database that lies beside the project, where a build machine has no network.

use crate::peers::{failed, read};
use crate::steps::{cargo, run, succeeds};
use crate::{Failure, root, target};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where cargo-deny asks unless it is told otherwise; git is told to look into the copy instead.
const DATABASE: &str = "https://github.com/RustSec/advisory-db";

/// What the check was made against.
pub enum Checked {
    /// The database of today.
    Today,
    /// A copy; what was found since is not in it.
    Copy,
    /// Nothing: there is neither network nor copy.
    Not,
}

/// Checks the lock file; accepted findings stand in `deny.toml`, each with its reason.
pub fn check() -> Result<Checked, Failure> {
    let copy = root().join("../shared/advisories");
    if copy.is_dir() {
        against_copy(&copy)?;
        return Ok(Checked::Copy);
    }
    if !succeeds(cargo().args(["deny", "fetch", "db"])) {
        println!("the advisory database cannot be fetched; with a network: cargo deny check advisories");
        return Ok(Checked::Not);
    }
    run(cargo().args(["deny", "--locked", "check", "advisories"]))?;
    Ok(Checked::Today)
}

/// cargo-deny reads a git repository only: the copy is made one, and the settings are ours with that place for the database.
fn against_copy(copy: &Path) -> Result<(), Failure> {
    let folder = target().join("advisories");
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    }
    let source = folder.join("source");
    fs::create_dir_all(&source).map_err(|error| failed(&source, &error))?;
    run(Command::new("cp").args(["-r", "--no-preserve=mode"]).arg(copy.join("crates")).arg(&source))?;
    let git = |words: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=xtask", "-c", "user.email=xtask@localhost", "-C"]).arg(&source).args(words);
        run(&mut git)
    };
    git(&["init", "--quiet", "--initial-branch=main"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message=copy"])?;

    let settings = folder.join("deny.toml");
    let place = format!("[advisories]\ndb-path = {:?}", folder.join("database"));
    let ours = read(&root().join("deny.toml"))?.replacen("[advisories]", &place, 1);
    fs::write(&settings, ours).map_err(|error| failed(&settings, &error))?;

    println!("without a network, against the copy in {}:", copy.display());
    println!("{}", read(&copy.join("README.md"))?.trim());
    run(cargo()
        .args(["deny", "--locked", "--config"])
        .arg(&settings)
        .args(["check", "advisories"])
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("url.file://{}.insteadOf", source.display()))
        .env("GIT_CONFIG_VALUE_0", DATABASE))
}
