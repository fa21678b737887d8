//! The two commands of a newcomer, `cargo xtask demo` and `cargo xtask test`, what they need, and two that take longer.
//!
//! Only the standard library, so that it builds on a machine that has nothing but Rust and a C compiler.

mod advisories;
mod bench;
mod demo;
mod display;
mod fuzz;
mod packages;
mod peers;
mod servers;
mod setup;
mod steps;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup             install what building, running and testing need (asks apt, pip, npm and cargo)
  demo              a clinic on this machine: FHIR server, patients, the kiosk in a window
  demo --headless   the same with nobody watching: a pilot checks a patient in, the result is read back
  test              format, lints, tests, documentation, licences
  test --all-servers
                    the same with a third FHIR server, which takes long to build the first time
  test --deep       what takes minutes: a quarter of a million changed leaves of generated records
  test --update-snapshots
                    keeps the screens as they look now; look at target/screens.png
  fuzz [--seconds N] [TARGET]
                    hostile inputs for the pure code, two targets at a time, 60 seconds each
  grade-matching CASES [FIELDS]
                    the patient matching rules beside labelled cases, one a line
  advisories        known holes in the libraries, a part of `test`
  bench peers       cards and files: our CPU time beside that of other readers
  bench frames      finding codes in pictures
  bench queue       a thousand check-ins that have piled up, sent to an EHR that takes 20 ms
  bench desk        a record of 20,000 entries at the desk: frames, events, seconds, memory";

/// For each fuzz target, unless another time is given.
const FUZZ_SECS: u32 = 60;

/// Why a command ended.
pub enum Failure {
    /// Something that was run failed; it has said why itself.
    Failed(String),
    /// A person must do something first.
    NeedsPerson(String),
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let outcome = match words[..] {
        ["setup"] => setup::for_tests(),
        ["demo"] => demo::run(false),
        ["demo", "--headless"] => demo::run(true),
        ["test"] => test::run(false),
        ["test", "--all-servers"] => test::run(true),
        ["test", "--deep"] => test::deep(),
        ["test", "--update-snapshots"] => test::update_snapshots(),
        ["fuzz", "--seconds", seconds, ref rest @ ..] if rest.len() < 2 => match seconds.parse() {
            Ok(seconds) => fuzz::run(seconds, rest.first().copied()),
            Err(_) => Err(Failure::NeedsPerson(USAGE.to_owned())),
        },
        ["fuzz"] => fuzz::run(FUZZ_SECS, None),
        ["fuzz", name] if !name.starts_with('-') => fuzz::run(FUZZ_SECS, Some(name)),
        ["advisories"] => advisories::check().map(drop),
        ["grade-matching", cases] => bench::grade_matching(&[cases]),
        ["grade-matching", cases, fields] => bench::grade_matching(&[cases, fields]),
        ["bench", "peers"] => bench::peers(),
        ["bench", "frames"] => bench::frames(),
        ["bench", "queue"] => bench::queue(),
        ["bench", "desk"] => bench::desk(),
        _ => Err(Failure::NeedsPerson(USAGE.to_owned())),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Failed(what)) => {
            eprintln!("\nxtask: {what}");
            ExitCode::FAILURE
        }
        Err(Failure::NeedsPerson(what)) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// The workspace.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |named| root().join(named))
}
