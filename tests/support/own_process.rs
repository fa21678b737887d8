//! Tests that need a process of their own, whoever runs them: one with a library preloaded, in a name space, alone, or to be
//! killed.

use std::process::Command;

/// The command that runs one test of this program again, and no other. `module` is the test's `module_path!()`.
pub fn this_test(module: &str, test: &str) -> Command {
    let mut command = Command::new(program());
    command.args(arguments(module, test));
    command
}

/// The same for a command that starts the program that is named after its own arguments.
pub fn through<'a>(command: &'a mut Command, module: &str, test: &str) -> &'a mut Command {
    command.arg(program()).args(arguments(module, test))
}

fn program() -> std::path::PathBuf {
    std::env::current_exe().expect("this program")
}

/// A part that does nothing by itself is ignored where all tests run.
fn arguments(module: &str, test: &str) -> [String; 4] {
    let (_, module) = module.split_once("::").expect("a module below the program's root");
    ["--exact".to_owned(), format!("{module}::{test}"), "--nocapture".to_owned(), "--include-ignored".to_owned()]
}
