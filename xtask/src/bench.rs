//! `cargo xtask bench`: release builds in workspaces of their own, so that they cost nothing to whoever does not measure.

use crate::packages::Purpose;
use crate::steps::{Steps, cargo, run as run_program};
use crate::{Failure, packages, peers, target};
use std::path::Path;

/// The readers against their peers.
pub fn peers() -> Result<(), Failure> {
    measure("peers", || packages::ensure(Purpose::BenchPeers).and_then(|()| peers::install()))
}

/// The finding of codes in pictures.
pub fn frames() -> Result<(), Failure> {
    measure("frames", || packages::ensure(Purpose::BenchFrames))
}

fn measure(name: &str, setup: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let mut plan = Steps::default();
    plan.step("setup", setup)?;
    let manifest = format!("benches/{name}/Cargo.toml");
    let with = |word: &str| {
        let mut command = cargo();
        command.args([word, "--locked", "--release", "--manifest-path", &manifest]);
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", target().join("benches"));
        command
    };
    plan.step("build", || run_program(&mut with("build")))?;
    plan.step("measure", || run_program(&mut with("run")))?;
    plan.print();
    Ok(())
}

/// A long record at the desk: frames, events, memory.
pub fn desk() -> Result<(), Failure> {
    let mut plan = Steps::default();
    plan.step("setup", || packages::ensure(Purpose::Demo))?;
    let example = |word: &str| {
        let mut command = cargo();
        command.args([word, "--locked", "--release", "--example", "desk"]).env("CARGO_INCREMENTAL", "0");
        command
    };
    plan.step("build", || run_program(&mut example("build")))?;
    plan.step("measure", || run_program(&mut example("run")))?;
    plan.print();
    Ok(())
}

/// What costs here is the disk and the EHR: the build that the tests use measures it as well as any other.
pub fn queue() -> Result<(), Failure> {
    let mut plan = Steps::default();
    plan.step("setup", || packages::ensure(Purpose::Demo))?;
    plan.step("measure", || run_program(cargo().args(["run", "--locked", "--example", "queue"])))?;
    plan.print();
    Ok(())
}

/// The patient matching rules beside labelled cases, and beside the public engine where it can be installed. What is skipped is said.
pub fn grade_matching(files: &[&str]) -> Result<(), Failure> {
    let [cases, ..] = files else { return Ok(()) };
    let answers = target().join("reference-answers.jsonl");
    let mut command = cargo();
    command
        .args(["run", "--locked", "--quiet", "--features", "pilot", "--example", "grade_matching", "--"])
        .args(files);
    match peers::matching_reference(Path::new(cases), &answers) {
        Ok(()) => drop(command.arg("--beside").arg(&answers)),
        Err(Failure::Failed(why) | Failure::NeedsPerson(why)) => {
            println!("skipped: the engine cms-hte-patient-matching: {}", why.trim());
        }
    }
    run_program(&mut command)
}
