//! The command line: `run` opens the kiosk, the other commands are for clinic IT, help desks and connectathons.

mod answers;
mod arguments;
mod audit;
mod check;
mod conformance;
mod dry_run;
mod ehr;
mod ehr_advice;
mod explain;
mod input;
mod keys;
mod outbox;
mod read;
mod report;
mod trust;
mod waiting;

pub use answers::{FolderError, RecordedAnswers, VectorFolder};

use crate::app::{AppError, WindowOptions};
use crate::config::{ConfigError, KioskConfig};
use crate::health_link::Passcode;
use crate::net::{Broker, ClientDefect, prepare_tls, system_lookup};
use crate::resolve::Manner;
use crate::runtime::{self, StartError};
use crate::sandbox::{self, MemoryCache, Sandbox, SandboxOptions, ShareJob, ShareReply, Steps};
use crate::scan::ScannedCode;
use crate::sensitive::{Sensitive, Wipe as _};
use crate::store::StoreError;
use crate::trust::TrustList;
use crate::viewing::Viewable;
use arguments::{Arguments, Command, EhrCommand, ExplainArguments, NetworkArguments, ReadArguments, RunArguments};
use clap::Parser as _;
use std::io::{self, BufRead as _, Read as _, Write};
use std::path::Path;
use std::process::ExitCode;

/// Where the configuration is when nothing else is said.
const CONFIG_FILE: &str = "/etc/ktc-kiosk/kiosk.toml";

/// Why a command could not finish. Says its own step; the sources follow.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A vector folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A conformance run.
    #[error(transparent)]
    Conformance(#[from] conformance::ConformanceError),
    /// What the kiosk needs to start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The window.
    #[error(transparent)]
    App(#[from] AppError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] ClientDefect),
    /// The lists of issuers.
    #[error(transparent)]
    Trust(#[from] trust::TrustError),
    /// Input or output.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A command that was used wrongly.
    #[error("{0}")]
    Usage(&'static str),
    /// The pilot.
    #[cfg(feature = "pilot")]
    #[error(transparent)]
    Pilot(#[from] crate::pilot::PilotError),
}

/// Reads the arguments, does the command, says what went wrong.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.log);
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
fn start_log(level: &str) {
    let filter = tracing_subscriber::EnvFilter::new(format!("off,ktc_kiosk={level}"));
    let format = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false);
    format.init();
}

fn run_command(arguments: Arguments) -> Result<u8, CliError> {
    let out = &mut io::stdout().lock();
    let config = arguments.config.as_deref();
    match arguments.command {
        Command::Run(options) => run(configured(config)?, options),
        Command::Read(options) => read(config, &options, out),
        Command::Explain(options) => explain(config, &options, out),
        Command::Conformance { folder } => Ok(u8::from(!conformance::run(&folder, out)?)),
        Command::Check => Ok(u8::from(!check::run(&configured(config)?, out)?)),
        Command::Ehr { command: EhrCommand::Check } => Ok(u8::from(!ehr::check(&configured(config)?, out)?)),
        Command::Ehr { command: EhrCommand::Keys { command } } => keys::ehr_keys(&command, out),
        Command::Outbox { command } => outbox::outbox(&configured(config)?, command, out),
        Command::Audit { command } => audit::audit(&configured(config)?, command, out),
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

/// What stands behind the inputs of a command.
struct Around<'a> {
    /// From a code to its form, with the steps on the way.
    resolve: &'a dyn Fn(&ScannedCode) -> ShareReply,
    /// Draws a page of a PDF that may hold codes.
    draw: input::DrawPage<'a>,
}

/// What a code is read with, beside the code.
struct How {
    passcode: Option<Passcode>,
    steps: Steps,
}

/// Reads codes over the network in the sandbox; or in this process, from the recording of a network.
fn with_network(
    config: Option<&Path>,
    options: &NetworkArguments,
    how: How,
    then: &mut dyn FnMut(&Around<'_>) -> Result<u8, CliError>,
) -> Result<u8, CliError> {
    let job = |code: &ScannedCode, recipient: &str, trust: &TrustList, now| ShareJob {
        code: Box::new(code.clone()),
        passcode: how.passcode.clone(),
        recipient: recipient.to_owned(),
        trust: trust.clone(),
        now,
        manner: Manner::Kiosk,
        steps: how.steps,
    };
    prepare_tls();
    let config = config.map(KioskConfig::read).transpose()?;
    let bare = KioskConfig::default();
    let settings = config.as_ref().unwrap_or(&bare);
    let sandbox = Sandbox::new(SandboxOptions {
        broker: Broker::new(runtime::egress_policy(settings, system_lookup())),
        authority: runtime::trusted_ca(settings)?,
        issuer_cache: Box::new(MemoryCache::default()),
    });
    let draw = |document: &Viewable, page| sandbox.draw_page(document, page, &|| true).map(|(picture, _)| picture);
    if let Some(folder) = &options.answers {
        let folder = VectorFolder::open(folder)?;
        let (answers, trust) = (folder.all_answers(), TrustList::empty(folder.now));
        let resolve = |code: &ScannedCode| job(code, "ktc-kiosk", &trust, folder.now).run(&answers);
        return then(&Around { resolve: &resolve, draw: &draw });
    }
    let recipient = config.as_ref().map(|config| config.clinic.as_str()).or(options.recipient.as_deref());
    let recipient = recipient.ok_or(CliError::Usage("give --recipient (the organisation's name), or --config"))?;
    let trust = runtime::trust_list(settings)?;
    let resolve = |code: &ScannedCode| sandbox.read_share(job(code, recipient, &trust, runtime::now()), &|| true).0;
    then(&Around { resolve: &resolve, draw: &draw })
}
