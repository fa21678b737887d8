//! System packages: which are needed and why, which are missing, how to get them.

use crate::Failure;
use crate::steps::{run, succeeds};
use std::collections::BTreeSet;
use std::process::Command;

/// What somebody is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Demo,
    Tests,
    BenchPeers,
    BenchFrames,
    Fuzzing,
}

/// Whatever builds a program of ours.
const BUILD: &[Purpose] = &[Purpose::Demo, Purpose::Tests, Purpose::BenchPeers, Purpose::BenchFrames, Purpose::Fuzzing];
/// Whatever starts the kiosk.
const KIOSK: &[Purpose] = &[Purpose::Demo, Purpose::Tests];
const TESTS: &[Purpose] = &[Purpose::Tests];
/// Whatever measures or checks against peers in other languages.
const PEERS: &[Purpose] = &[Purpose::Tests, Purpose::BenchPeers];
const PYTHON: &[Purpose] = &[Purpose::Demo, Purpose::Tests, Purpose::BenchPeers];

/// Names of one package (Ubuntu 24.04 renamed some), what needs it, and the reason.
struct Package {
    names: &'static [&'static str],
    needed_for: &'static [Purpose],
    /// Whoever has this program from elsewhere needs no package.
    program: Option<&'static str>,
    reason: &'static str,
}

const fn package(needed_for: &'static [Purpose], names: &'static [&'static str], reason: &'static str) -> Package {
    Package { names, needed_for, program: None, reason }
}

const fn program(
    needed_for: &'static [Purpose],
    name: &'static str,
    names: &'static [&'static str],
    reason: &'static str,
) -> Package {
    Package { names, needed_for, program: Some(name), reason }
}

const PACKAGES: &[Package] = &[
    package(BUILD, &["gcc"], "build: C parts of SQLite and aws-lc, and the linker"),
    package(BUILD, &["pkg-config"], "build: finds OpenSSL"),
    package(BUILD, &["libssl-dev"], "build: OpenSSL for josekit"),
    package(KIOSK, &["libclang-dev"], "build: reads the kernel's camera headers for nokhwa"),
    package(BUILD, &["libssl3", "libssl3t64"], "run: OpenSSL for josekit"),
    package(KIOSK, &["ca-certificates"], "run: the authorities that issuers and share hosts are checked against"),
    package(KIOSK, &["libgl1"], "window: OpenGL"),
    package(KIOSK, &["libgl1-mesa-dri"], "window: drivers, and drawing without a graphics card"),
    package(KIOSK, &["libx11-xcb1"], "window: X11"),
    package(KIOSK, &["libxcursor1"], "window: X11"),
    package(KIOSK, &["libxi6"], "window: touch input on X11"),
    package(KIOSK, &["libxkbcommon-x11-0"], "window: keyboard on X11"),
    package(KIOSK, &["xvfb"], "tests, headless demo: a display that nobody sees"),
    package(TESTS, &["iproute2"], "tests: a network of their own, with addresses that must not be reached"),
    package(PYTHON, &["python3-venv"], "tests, demo: the FHIR server SEKMET"),
    program(PEERS, "node", &["nodejs"], "tests: the peer kill-the-clipboard"),
    program(PEERS, "npm", &["npm"], "tests: installs kill-the-clipboard"),
    program(&[Purpose::Fuzzing, Purpose::BenchFrames], "g++", &["g++"], "libFuzzer and zxing-cpp are C++"),
    program(&[Purpose::BenchFrames], "cmake", &["cmake"], "bench frames: builds zxing-cpp"),
];

/// Installs what one purpose needs and is missing, or says the one command that does.
pub fn ensure(purpose: Purpose) -> Result<(), Failure> {
    let needed: Vec<&Package> = PACKAGES.iter().filter(|package| package.needed_for.contains(&purpose)).collect();
    if !succeeds(Command::new("dpkg-query").arg("--version")) {
        println!("no dpkg here: please see to the counterparts of these yourself");
        needed.iter().for_each(|package| print_package(package));
        return Ok(());
    }
    let installed = installed();
    let is_there = |package: &Package| {
        let program = || package.program.is_some_and(|program| succeeds(Command::new(program).arg("--version")));
        package.names.iter().any(|name| installed.contains(*name)) || program()
    };
    let count = needed.len();
    let missing: Vec<&Package> = needed.into_iter().filter(|package| !is_there(package)).collect();
    if missing.is_empty() {
        println!("system packages: all {count} there");
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
