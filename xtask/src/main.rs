//! The two commands of a newcomer, `cargo xtask demo` and `cargo xtask test`, and what they need.
//!
//! Only the standard library, so that it builds on a machine that has nothing but Rust and a C compiler.

mod demo;
mod display;
mod packages;
mod setup;
mod steps;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup             install what building, running and testing need (asks apt, pip and cargo)
  demo              a clinic on this machine: FHIR server, patients, the kiosk in a window
  demo --headless   the same with nobody watching: a pilot checks a patient in, the result is read back
  test              format, lints, tests, documentation, licences";

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
        ["setup"] => setup::everything(),
        ["demo"] => demo::run(false),
        ["demo", "--headless"] => demo::run(true),
        ["test"] => test::run(),
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
