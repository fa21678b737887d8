//! The command line: `run` opens the kiosk, the other commands are for clinic IT, help desks and connectathons.

mod answers;
mod arguments;
mod audit;
mod check;
mod conformance;
mod core_file;
mod dry_run;
mod ehr;
mod ehr_advice;
mod error;
mod explain;
mod file_kind;
mod input;
mod keys;
mod network;
mod outbox;
mod outcome;
pub mod patient_match;
mod read;
mod report;
mod trust;
mod waiting;
mod wrong_person;

pub use answers::{FolderError, RecordedAnswers, VectorFolder};
pub use error::{CliError, TrustError};

use crate::app::WindowOptions;
use crate::config::KioskConfig;
use crate::health_link::Passcode;
use crate::runtime;
use crate::sandbox::{self, Steps};
use crate::sensitive::{Sensitive, Wipe as _};
use arguments::{Arguments, Command, EhrCommand, ExplainArguments, ReadArguments, RunArguments};
use clap::Parser as _;
use network::{How, with_network};
use std::io::{self, BufRead as _, Read as _, Write};
use std::path::Path;
use std::process::ExitCode;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Where the configuration is when nothing else is said.
const CONFIG_FILE: &str = "/etc/ktc-kiosk/kiosk.toml";

/// Reads the arguments, does the command, says what went wrong.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(arguments.log);
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: the message of a panic may quote the text that it could not handle.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
    match run_command(arguments) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let mut chain = error.to_string();
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                if !chain.ends_with(&cause.to_string()) {
                    chain = format!("{chain}: {cause}");
                }
                source = cause.source();
            }
            // Nowhere is left to say that this cannot be written.
            let _unsaid = writeln!(io::stderr(), "ktc-kiosk: {chain}");
            ExitCode::from(1)
        }
    }
}

/// The log goes to the standard error. Other crates are held to warnings: their details may hold addresses.
fn start_log(level: LevelFilter) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    tracing_subscriber::registry().with(lines).with(Targets::new().with_target("ktc_kiosk", level)).init();
}

fn run_command(arguments: Arguments) -> Result<u8, CliError> {
    core_file::none()?;
    let out = &mut io::stdout().lock();
    let config = arguments.config.as_deref();
    match arguments.command {
        Command::Run(options) => run(configured(config)?, options),
        Command::Read(options) => read(config, &options, out),
        Command::Explain(options) => explain(config, &options, out),
        Command::Conformance { folder } => Ok(u8::from(!conformance::run(&folder, out)?)),
        Command::Match { file, fields } => {
            Ok(u8::from(!patient_match::run(&file, fields, runtime::local_day(runtime::now()), out)?))
        }
        Command::Check => Ok(u8::from(!check::run(&configured(config)?, out)?)),
        Command::Ehr { command: EhrCommand::Check } => Ok(u8::from(!ehr::check(&configured(config)?, out)?)),
        Command::Ehr { command: EhrCommand::Keys { command } } => keys::ehr_keys(&command, out),
        Command::Outbox { command } => outbox::outbox(&configured(config)?, command, out),
        Command::Audit { command } => audit::audit(&configured(config)?, command, out),
        Command::WrongPerson { which, pdf, staff } => {
            wrong_person::wrong_person(&configured(config)?, &which, (&pdf, &staff), out)
        }
        Command::Sandbox { task } => Ok(u8::from(sandbox::main(task).is_err())),
        Command::Trust { command } => {
            // Lists can be looked at and imported without a kiosk.
            let config = match config {
                None if !Path::new(CONFIG_FILE).exists() => KioskConfig::default(),
                config => configured(config)?,
            };
            trust::run(&config, command, out)
        }
        Command::PinHash => keys::pin_hash(out),
        Command::PinRelease { staff } => keys::pin_release(&configured(config)?, &staff, out),
        Command::NewKey { file } => keys::new_key(&file),
    }
}

#[cfg(not(feature = "pilot"))]
fn run(config: KioskConfig, options: RunArguments) -> Result<u8, CliError> {
    crate::app::run(config, WindowOptions { windowed: options.windowed })?;
    Ok(0)
}

/// With a pilot on board, the exit code says whether its script came to its end.
#[cfg(feature = "pilot")]
fn run(config: KioskConfig, options: RunArguments) -> Result<u8, CliError> {
    let pilot = match (options.pilot, options.pilot_shots) {
        (Some(script), Some(shots)) => Some(crate::pilot::Pilot::load(&script, &shots)?),
        _ => None,
    };
    let outcome = pilot.as_ref().map(crate::pilot::Pilot::outcome);
    crate::app::run(config, WindowOptions { windowed: options.windowed, pilot })?;
    Ok(u8::from(outcome.is_some_and(|outcome| !outcome.passed())))
}

fn configured(path: Option<&Path>) -> Result<KioskConfig, CliError> {
    let path = path.unwrap_or(Path::new(CONFIG_FILE));
    Ok(KioskConfig::read(path)?)
}

fn read(config: Option<&Path>, options: &ReadArguments, out: &mut dyn Write) -> Result<u8, CliError> {
    let how = How { passcode: None, steps: Steps::Unwanted };
    with_network(config, &options.network, how, &mut |around| Ok(read::run(&options.input, around, out)? as u8))
}

fn explain(config: Option<&Path>, options: &ExplainArguments, out: &mut dyn Write) -> Result<u8, CliError> {
    if options.passcode_stdin && options.input.iter().any(|input| input == "-") {
        return Err(CliError::Usage("explain: the standard input holds the passcode or the code, not both"));
    }
    let style = explain::Style { json: options.json, show_patient_data: options.show_patient_data };
    let passcode = options.passcode_stdin.then(typed_passcode).transpose()?;
    with_network(config, &options.network, How { passcode, steps: style.steps() }, &mut |around| {
        Ok(u8::from(!explain::run(&options.input, around, out, style)?))
    })
}

fn typed_passcode() -> Result<Passcode, CliError> {
    let mut line = String::new();
    io::stdin().lock().take(1_000).read_line(&mut line)?;
    let typed = Sensitive::from(line.trim_end_matches(['\r', '\n']));
    line.wipe();
    Passcode::typed(&typed).ok_or(CliError::Usage("explain: the passcode has 1 to 64 characters"))
}
