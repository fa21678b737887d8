//! `cargo xtask fuzz`: builds the targets of `fuzz/` and runs them, two at a time.
//!
//! libFuzzer's counters come from a pass of LLVM that the stable compiler has; only the flags that name it are not the
//! nightly ones. Build scripts and macros stay without counters, because a target is named.

use crate::packages::Purpose;
use crate::steps::{Steps, cargo, run as run_program};
use crate::{Failure, packages, root, target};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";
const AT_ONCE: usize = 2;
/// From the same corpus a run takes the same way, so that a failure in CI tells of the change and not of chance. New ways open
/// with what earlier runs have learned, and with more seconds.
const SEED: u32 = 1;
/// One input may take this long; it is counted as a hang then.
const MAX_INPUT_SECS: u32 = 20;

/// What one target came to.
struct Outcome {
    name: String,
    executions: u64,
    coverage: u64,
    /// What libFuzzer said about the input that broke the target.
    broke: Option<String>,
}

/// Builds, runs each target for `seconds`, or only the one that is named.
pub fn run(seconds: u32, only: Option<&str>) -> Result<(), Failure> {
    let targets: Vec<String> = targets()?.into_iter().filter(|name| only.is_none_or(|only| only == name)).collect();
    if targets.is_empty() {
        return Err(Failure::Failed("there is no such fuzz target".to_owned()));
    }
    let host = host()?;
    let folder = target().join("fuzz");
    let mut plan = Steps::default();
    plan.step("setup", || packages::ensure(Purpose::Fuzzing))?;
    plan.step("build the fuzz targets", || {
        let mut build = cargo();
        build.args([
            "build",
            "--locked",
            "--release",
            "--manifest-path",
            "fuzz/Cargo.toml",
            "--target",
            &host,
            "--bins",
        ]);
        run_program(build.env("RUSTFLAGS", FLAGS).env("CARGO_INCREMENTAL", "0").env("CARGO_TARGET_DIR", &folder))
    })?;
    let programs = folder.join(&host).join("release");
    let outcome = plan.step("fuzz", || {
        let outcomes = all(&targets, seconds, &programs, &folder)?;
        report(&outcomes)
    });
    plan.print();
    outcome
}

fn targets() -> Result<Vec<String>, Failure> {
    let folder = root().join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).map_err(|error| failed(&folder, &error))?;
    let names = entries.flatten().filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    Ok(names)
}

/// The triple of the compiler's own machine.
fn host() -> Result<String, Failure> {
    let output = Command::new("rustc").arg("-vV").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| Failure::Failed("rustc does not say its host".to_owned()))
}

fn all(targets: &[String], seconds: u32, programs: &Path, folder: &Path) -> Result<Vec<Outcome>, Failure> {
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(name) = targets.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = one(name, seconds, &programs.join(name), folder);
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.push(outcome);
                    }
                }
            });
        }
    });
    let mut outcomes =
        outcomes.into_inner().unwrap_or_default().into_iter().collect::<Result<Vec<Outcome>, Failure>>()?;
    outcomes.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(outcomes)
}

/// Runs one target. What it learns stays under `target/fuzz/corpus`; the seeds in `fuzz/corpus` are only read.
fn one(name: &str, seconds: u32, program: &Path, folder: &Path) -> Result<Outcome, Failure> {
    let place = |kind: &str| -> Result<PathBuf, Failure> {
        let place = folder.join(kind);
        fs::create_dir_all(&place).map_err(|error| failed(&place, &error))?;
        Ok(place)
    };
    let learned = place(&format!("corpus/{name}"))?;
    let artifacts = place("artifacts")?;
    let log = place("logs")?.join(format!("{name}.log"));
    let file = File::create(&log).map_err(|error| failed(&log, &error))?;
    let mut command = Command::new(program);
    command.arg(&learned).arg(root().join("fuzz/corpus").join(name)).args([
        format!("-max_total_time={seconds}"),
        format!("-timeout={MAX_INPUT_SECS}"),
        format!("-artifact_prefix={}/{name}-", artifacts.display()),
        "-rss_limit_mb=2048".to_owned(),
        format!("-seed={SEED}"),
        "-print_final_stats=1".to_owned(),
    ]);
    let dictionary = root().join(format!("fuzz/dictionaries/{name}.dict"));
    if dictionary.exists() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    let status = command.stderr(file).status().map_err(|error| failed(program, &error))?;
    let said = String::from_utf8_lossy(&fs::read(&log).map_err(|error| failed(&log, &error))?).into_owned();
    let broke = (!status.success()).then(|| {
        let telling =
            |line: &&str| ["panicked", "SUMMARY", "Test unit", "Base64"].iter().any(|word| line.contains(word));
        let lines: Vec<&str> = said.lines().filter(telling).collect();
        format!("{}\nlog: {}", lines.join("\n"), log.display())
    });
    let executions = number_after(&said, "stat::number_of_executed_units:");
    Ok(Outcome { name: name.to_owned(), executions, coverage: number_after(&said, " cov:"), broke })
}

/// The number behind the last of these words.
fn number_after(text: &str, word: &str) -> u64 {
    let rest = text.rfind(word).and_then(|at| text.get(at + word.len()..)).unwrap_or_default();
    rest.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn report(outcomes: &[Outcome]) -> Result<(), Failure> {
    println!("{:>12} executions {:>7} edges", "", "");
    for outcome in outcomes {
        let end = if outcome.broke.is_some() { "BROKE" } else { "" };
        println!("{:>23} {:>13}  {} {end}", outcome.executions, outcome.coverage, outcome.name);
    }
    println!("{:>23} executions together", outcomes.iter().map(|outcome| outcome.executions).sum::<u64>());
    let broken: Vec<String> =
        outcomes.iter().filter_map(|it| it.broke.as_ref().map(|said| format!("{}: {said}", it.name))).collect();
    if broken.is_empty() { Ok(()) } else { Err(Failure::Failed(broken.join("\n\n"))) }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{}: {error}", path.display()))
}
