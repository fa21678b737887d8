//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use crate::advisories::{self, Checked};
use crate::display::Display;
use crate::steps::{self, Steps, cargo, succeeds};
use crate::{Failure, servers, setup};

/// One set of features for lints, tests, documentation and the headless demo, so that nothing is compiled twice.
const SELECTION: [&str; 4] = ["--locked", "--workspace", "--features", "pilot"];

/// Workspaces of their own, built by `fuzz` and `bench`.
const APART: [&str; 2] = ["fuzz/Cargo.toml", "benches/peers/Cargo.toml"];

/// Half as many tests again as processors: many of them wait, for a server, a deadline or a process that dies. What
/// is measured runs alone (`.config/nextest.toml`).
fn at_once() -> String {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (processors + processors.div_ceil(2)).to_string()
}

/// Stops at the first step that fails.
fn all(plan: &mut Steps, all_servers: bool) -> Result<(), Failure> {
    plan.step("setup", setup::for_tests)?;
    plan.step("format", || {
        steps::run(cargo().args(["fmt", "--all", "--check"]))?;
        APART.iter().try_for_each(|manifest| steps::run(cargo().args(["fmt", "--check", "--manifest-path", manifest])))
    })?;
    plan.step("lints", || {
        steps::run(cargo().arg("clippy").args(SELECTION).args(["--all-targets", "--", "-D", "warnings"]))
    })?;

    // Tests that open a window open it there, not on the developer's desk.
    let display = Display::start()?;
    plan.step("tests", || {
        let mut tests = cargo();
        if succeeds(cargo().args(["nextest", "--version"])) {
            tests.args(["nextest", "run"]).args(SELECTION).args(["--no-fail-fast", "--test-threads", &at_once()]);
        } else {
            tests.arg("test").args(SELECTION).args(["--lib", "--bins", "--tests", "--no-fail-fast"]);
        }
        steps::run(display.lend(&mut tests))
    })?;
    if all_servers {
        plan.step("tests against Helios", || {
            let (program, mut tests) = (servers::helios()?, cargo());
            tests.arg("test").args(SELECTION).args(["--test", "servers", "--", "--ignored", "helios"]);
            steps::run(tests.env("KTC_HELIOS", program))
        })?;
    } else {
        plan.skipped(
            "4 tests against Helios: faults, a check-in, an outage, another chart",
            "cargo xtask test --all-servers",
        );
    }
    plan.step("tests in the documentation", || {
        steps::run(display.lend(cargo().args(["test", "--doc"]).args(SELECTION)))
    })?;
    plan.step("documentation", || {
        steps::run(cargo().args(["doc", "--no-deps"]).args(SELECTION).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    plan.step("licences, bans, sources", || {
        // Duplicate versions are worth a look now and then, not at each run: `cargo deny check bans` shows them.
        steps::run(cargo().args(["deny", "--locked", "--log-level", "error", "check", "bans", "licenses", "sources"]))
    })?;
    let mut checked = Checked::Not;
    plan.step("advisories", || {
        checked = advisories::check()?;
        Ok(())
    })?;
    if matches!(checked, Checked::Not) {
        plan.skipped("advisories", "no network and no copy of the database");
    }
    Ok(())
}

/// Runs all steps; the table comes either way.
pub fn run(all_servers: bool) -> Result<(), Failure> {
    let mut plan = Steps::default();
    let outcome = all(&mut plan, all_servers);
    plan.print();
    outcome
}

/// Keeps the pictures of all screens as they are drawn now.
pub fn update_snapshots() -> Result<(), Failure> {
    setup::for_tests()?;
    let pictures = ["--test", "faces", "pictures::"];
    steps::run(cargo().arg("test").args(SELECTION).args(pictures).env("UPDATE_SNAPSHOTS", "1"))
}

/// Tests that take minutes; each test run does less of the same.
pub fn deep() -> Result<(), Failure> {
    setup::for_tests()?;
    let leaves = ["--lib", "whichever_leaf_changes"];
    steps::run(cargo().arg("test").args(SELECTION).args(leaves).env("KTC_CHANGED_LEAVES", "250000"))?;
    // 500 worlds of 220 check-ins and more.
    let worlds = ["--test", "process", "simulation::two_kiosks", "--", "--nocapture"];
    steps::run(cargo().arg("test").args(SELECTION).args(worlds).env("KTC_SEEDS", "500"))?;
    let codes = ["--test", "process", "lobby::", "--", "--nocapture"];
    steps::run(cargo().arg("test").args(SELECTION).args(codes).env("KTC_TRIES", "2000"))
}
