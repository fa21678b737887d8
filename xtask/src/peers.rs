//! The kiosk's peers in other languages, for `tests/servers/interop.rs` and `benches/peers`: pinned, under `target/peers`.

use crate::setup::new_enough_python;
use crate::steps::{run, succeeds};
use crate::{Failure, root, target};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What pins them; a change installs them again.
const PINS: [&str; 3] = ["package.json", "package-lock.json", "python-constraints.txt"];

/// Where the peers are.
pub fn folder() -> PathBuf {
    root().join("target/peers")
}

/// Installs them. The stamp is written last: an installation that was broken off is made again.
pub fn install() -> Result<(), Failure> {
    let (folder, from) = (folder(), root().join("tests/servers/interop"));
    let stamp = folder.join("installed");
    let wanted = PINS.iter().map(|pin| read(&from.join(pin))).collect::<Result<String, Failure>>()?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        println!("peers: there");
        return Ok(());
    }
    println!("peers: installing kill-the-clipboard, jwcrypto and healthcards ...");
    let raw_deflate = "new CompressionStream('deflate-raw'); crypto.subtle";
    if !succeeds(Command::new("node").args(["-e", raw_deflate])) {
        return Err(Failure::NeedsPerson("\nThe peers need Node.js 20.12 or newer; please install it.\n".to_owned()));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| failed(&folder, &error))?;
    }
    javascript(&from, &folder.join("npm"))?;
    python(&from.join("python-constraints.txt"), &folder.join("python"))?;
    fs::write(&stamp, wanted).map_err(|error| failed(&stamp, &error))
}

/// What a lock file pins, into a folder. Nothing that comes along may run anything while it is installed.
pub fn javascript(from: &Path, into: &Path) -> Result<(), Failure> {
    fs::create_dir_all(into).map_err(|error| failed(into, &error))?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(from.join(name), into.join(name)).map_err(|error| failed(&from.join(name), &error))?;
    }
    run(Command::new("npm").args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(into))
}

fn python(constraints: &Path, into: &Path) -> Result<(), Failure> {
    run(Command::new(new_enough_python()?).args(["-m", "venv"]).arg(into))?;
    run(Command::new(into.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--constraint"])
        .arg(constraints)
        .args(["jwcrypto", "healthcards"]))
}

/// What the public engine of the matching rules answers to labelled cases. It asks for Python 3.12 and runs with 3.11.
pub fn matching_reference(cases: &Path, answers: &Path) -> Result<(), Failure> {
    let (from, into) = (root().join("benches/matching"), target().join("matching-reference"));
    let stamp = into.join("installed");
    let wanted = read(&from.join("constraints.txt"))?;
    if fs::read_to_string(&stamp).ok().as_deref() != Some(wanted.as_str()) {
        run(Command::new(new_enough_python()?).args(["-m", "venv"]).arg(&into))?;
        run(Command::new(into.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                "--ignore-requires-python",
            ])
            .arg("--constraint")
            .arg(from.join("constraints.txt"))
            .arg("cms-hte-patient-matching"))?;
        fs::write(&stamp, &wanted).map_err(|error| failed(&stamp, &error))?;
    }
    let written = fs::File::create(answers).map_err(|error| failed(answers, &error))?;
    run(Command::new(into.join("bin/python")).arg(from.join("reference.py")).arg(cases).stdout(written))
}

/// A file as text.
pub fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| failed(path, &error))
}

/// A failure at a path.
pub fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("{}: {error}", path.display()))
}
