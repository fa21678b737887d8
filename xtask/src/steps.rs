//! Running programs, one step after another, with a headline and the time of each.

use crate::{Failure, root};
use std::process::Command;
use std::time::{Duration, Instant};

/// The steps of one command and how long each took.
#[derive(Default)]
pub struct Steps {
    done: Vec<(&'static str, Duration)>,
    skipped: Vec<(&'static str, &'static str)>,
}

impl Steps {
    /// Runs one step under its headline.
    pub fn step(&mut self, name: &'static str, work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
        println!("\n==> {name}");
        let started = Instant::now();
        let outcome = work();
        self.done.push((name, started.elapsed()));
        if outcome.is_err() {
            println!("==> {name}: FAILED");
        }
        outcome
    }

    /// Something could not be done here; the closing table says so.
    pub fn skipped(&mut self, name: &'static str, reason: &'static str) {
        self.skipped.push((name, reason));
    }

    /// The closing table.
    pub fn print(&self) {
        println!();
        for (name, took) in &self.done {
            println!("  {:>7.1} s  {name}", took.as_secs_f32());
        }
        let total: Duration = self.done.iter().map(|(_, took)| took).sum();
        println!("  {:>7.1} s  together", total.as_secs_f32());
        for (name, reason) in &self.skipped {
            println!("  skipped: {name} ({reason})");
        }
    }
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a program to its end; what it prints is shown.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let name = said(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::Failed(format!("`{name}`: {status}"))),
        Err(error) => Err(Failure::Failed(format!("cannot start `{name}`: {error}"))),
    }
}

/// Whether a program ends well; what it prints is not shown.
pub fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

fn said(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
