//! The kiosk as a child process.

use super::{Options, folder};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PILOT_LIMIT: Duration = Duration::from_secs(240);
const POLL: Duration = Duration::from_millis(100);
const LOG_LINES_SHOWN: usize = 30;

/// `ktc-kiosk new-key FILE`
pub(super) fn new_key(kiosk: &Path, file: &Path) -> io::Result<()> {
    let status = Command::new(kiosk).arg("new-key").arg(file).status().map_err(|error| cannot_start(kiosk, &error))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("ktc-kiosk new-key: {status}"))) }
}

/// `ktc-kiosk pin-hash`, the PIN on standard input.
pub(super) fn pin_hash(kiosk: &Path, pin: &str) -> io::Result<String> {
    let mut child = Command::new(kiosk)
        .arg("pin-hash")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(kiosk, &error))?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{pin}")?;
    }
    let output = child.wait_with_output()?;
    let hash = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() && !hash.is_empty() {
        Ok(hash)
    } else {
        Err(io::Error::other(format!("ktc-kiosk pin-hash: {}", output.status)))
    }
}

/// Opens the window and waits until a person closes it.
pub(super) fn run_for_person(options: &Options) -> io::Result<bool> {
    Ok(command(options).arg("--windowed").status()?.success())
}

/// Plays the script. `false` when the kiosk fails or does not end in time; then the end of its log is shown.
pub(super) fn run_with_pilot(options: &Options) -> io::Result<bool> {
    fs::create_dir_all(&options.shots)?;
    let log_file = options.folder.join("kiosk.log");
    let log = File::create(&log_file)?;
    println!("the pilot plays {} (log: {}) ...", options.script.display(), log_file.display());
    let started = Instant::now();
    let mut child = command(options)
        .arg("--pilot")
        .arg(folder::script_file(&options.folder))
        .arg("--pilot-shots")
        .arg(&options.shots)
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()?;
    let outcome = loop {
        if let Some(status) = child.try_wait()? {
            break if status.success() { Ok(()) } else { Err(format!("the kiosk ended with {status}")) };
        }
        if started.elapsed() > PILOT_LIMIT {
            child.kill()?;
            child.wait()?;
            break Err(format!("the pilot did not end within {} s", PILOT_LIMIT.as_secs()));
        }
        thread::sleep(POLL);
    };
    match outcome {
        Ok(()) => println!("the pilot ended after {:.1} s", started.elapsed().as_secs_f32()),
        Err(ref problem) => {
            let log = fs::read_to_string(&log_file).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            println!("{problem}; end of its log:\n{}", lines[lines.len().saturating_sub(LOG_LINES_SHOWN)..].join("\n"));
        }
    }
    Ok(outcome.is_ok())
}

fn command(options: &Options) -> Command {
    let mut command = Command::new(&options.kiosk);
    command.arg("--config").arg(options.folder.join("kiosk.toml")).arg("run");
    command
}

fn cannot_start(kiosk: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("cannot start {}: {error}", kiosk.display()))
}
