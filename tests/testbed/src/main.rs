//! `ktc-testbed demo`: a whole clinic on this machine around one kiosk.
//!
//! Usually started by `cargo xtask demo`, which builds the kiosk and brings a display.

mod demo;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: ktc-testbed demo --kiosk PROGRAM --folder FOLDER [--headless] [--script FILE] [--shots FOLDER]

  --kiosk     the ktc-kiosk program; with --headless one that was built with the feature `pilot`
  --folder    made fresh: configuration, frames, keys and data of the demo
  --headless  nobody watches: the pilot script is played and the FHIR server is read back
  --script    the pilot script (default: check-in.pilot of the testbed)
  --shots     where the pilot puts its pictures (default: FOLDER/shots)";

fn main() -> ExitCode {
    let options = match parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match demo::run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut args: impl Iterator<Item = String>) -> Result<demo::Options, String> {
    if args.next().as_deref() != Some("demo") {
        return Err("the only command is demo".to_owned());
    }
    let (mut kiosk, mut folder, mut script, mut shots, mut headless) = (None, None, None, None, false);
    while let Some(option) = args.next() {
        let mut path = || args.next().map(PathBuf::from).ok_or_else(|| format!("{option} needs a path"));
        match option.as_str() {
            "--kiosk" => kiosk = Some(path()?),
            "--folder" => folder = Some(path()?),
            "--script" => script = Some(path()?),
            "--shots" => shots = Some(path()?),
            "--headless" => headless = true,
            _ => return Err(format!("unknown option {option}")),
        }
    }
    let kiosk = kiosk.ok_or("--kiosk is missing")?;
    let folder = folder.ok_or("--folder is missing")?;
    let script = script.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/check-in.pilot")));
    let shots = shots.unwrap_or_else(|| folder.join("shots"));
    Ok(demo::Options { kiosk, folder, script, shots, headless })
}
