//! System packages: which are needed and why, which are missing, how to get them.

use crate::Failure;
use crate::steps::{run, succeeds};
use std::collections::BTreeSet;
use std::process::Command;

/// Names of one package (Ubuntu 24.04 renamed some), and the reason.
struct Package {
    names: &'static [&'static str],
    /// Whoever has this program from elsewhere needs no package.
    program: Option<&'static str>,
    reason: &'static str,
}

const fn package(names: &'static [&'static str], reason: &'static str) -> Package {
    Package { names, program: None, reason }
}

const fn program(name: &'static str, names: &'static [&'static str], reason: &'static str) -> Package {
    Package { names, program: Some(name), reason }
}

const PACKAGES: &[Package] = &[
    package(&["gcc"], "build: C parts of SQLite and aws-lc, and the linker"),
    package(&["pkg-config"], "build: finds OpenSSL"),
    package(&["libssl-dev"], "build: OpenSSL for josekit"),
    package(&["libclang-dev"], "build: reads the kernel's camera headers for nokhwa"),
    package(&["libssl3", "libssl3t64"], "run: OpenSSL for josekit"),
    package(&["ca-certificates"], "run: the authorities that issuers and share hosts are checked against"),
    package(&["libgl1"], "window: OpenGL"),
    package(&["libgl1-mesa-dri"], "window: drivers, and drawing without a graphics card"),
    package(&["libx11-xcb1"], "window: X11"),
    package(&["libxcursor1"], "window: X11"),
    package(&["libxi6"], "window: touch input on X11"),
    package(&["libxkbcommon-x11-0"], "window: keyboard on X11"),
    package(&["xvfb"], "tests, headless demo: a display that nobody sees"),
    package(&["iproute2"], "tests: a network of their own, with addresses that must not be reached"),
    package(&["python3-venv"], "tests, demo: the FHIR server SEKMET"),
    program("node", &["nodejs"], "tests: the peer kill-the-clipboard"),
    program("npm", &["npm"], "tests: installs kill-the-clipboard"),
    program("g++", &["g++"], "fuzzing: libFuzzer is C++"),
];

/// Installs what is missing, or says the one command that does.
pub fn ensure() -> Result<(), Failure> {
    if !succeeds(Command::new("dpkg-query").arg("--version")) {
        println!("no dpkg here: please see to the counterparts of these yourself");
        PACKAGES.iter().for_each(print_package);
        return Ok(());
    }
    let installed = installed();
    let is_there = |package: &Package| {
        let program = || package.program.is_some_and(|program| succeeds(Command::new(program).arg("--version")));
        package.names.iter().any(|name| installed.contains(*name)) || program()
    };
    let missing: Vec<&Package> = PACKAGES.iter().filter(|package| !is_there(package)).collect();
    if missing.is_empty() {
        println!("system packages: all {} there", PACKAGES.len());
        return Ok(());
    }
    println!("system packages missing:");
    missing.iter().for_each(|package| print_package(package));
    install(&missing)
}

fn install(missing: &[&Package]) -> Result<(), Failure> {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    let sudo: &[&str] = if is_root { &[] } else { &["sudo", "-n"] };
    if !is_root && !succeeds(Command::new("sudo").args(["-n", "true"])) {
        let names = choose(missing).join(" ");
        return Err(Failure::NeedsPerson(format!(
            "\nPlease run this once, then the same command again:\n\n  sudo apt-get install -y --no-install-recommends {names}\n"
        )));
    }
    run(&mut apt_get(sudo, &["update", "--quiet"]))?;
    let mut words = vec!["install", "--yes", "--quiet", "--no-install-recommends"];
    words.extend(choose(missing));
    run(&mut apt_get(sudo, &words))
}

/// Which of a package's names this system knows.
fn choose(missing: &[&Package]) -> Vec<&'static str> {
    missing
        .iter()
        .filter_map(|package| {
            let known = package.names.iter().find(|name| succeeds(Command::new("apt-cache").args(["show", name])));
            known.or(package.names.first()).copied()
        })
        .collect()
}

fn apt_get(sudo: &[&str], words: &[&str]) -> Command {
    let mut command = Command::new(sudo.first().copied().unwrap_or("env"));
    command.args(sudo.iter().skip(1));
    if !sudo.is_empty() {
        command.arg("env");
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(words);
    command
}

fn installed() -> BTreeSet<String> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat=${Package} ${db:Status-Status}\n"])
        .args(PACKAGES.iter().flat_map(|package| package.names))
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().filter_map(|line| line.strip_suffix(" installed")).map(str::to_owned).collect()
}

fn print_package(package: &Package) {
    println!("  {:20} {}", package.names.join(" or "), package.reason);
}
