//! The command line: `run` opens the kiosk, the other commands are for clinic IT, help desks and connectathons.

mod answers;
mod arguments;
mod check;
mod conformance;
mod input;
mod keys;
mod outbox;
mod read;

pub use answers::{FolderError, RecordedAnswers, VectorFolder};

use crate::app::{AppError, WindowOptions};
use crate::config::{ConfigError, KioskConfig};
use crate::net::{ClientDefect, ShareClient, prepare_tls, system_lookup};
use crate::resolve::{Fetch, Manner, Resolver, Trace};
use crate::runtime::{self, StartError};
use crate::session::Trouble;
use crate::store::StoreError;
use crate::time::Timestamp;
use crate::trust::TrustList;
use crate::viewing::{PagePicture, Viewable};
use arguments::{Arguments, Command, ReadArguments, RunArguments};
use clap::Parser as _;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

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
    match carry_out(arguments) {
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

fn carry_out(arguments: Arguments) -> Result<u8, CliError> {
    let out = &mut io::stdout().lock();
    let config = arguments.config.as_deref();
    match arguments.command {
        Command::Run(options) => run(configured(config)?, options),
        Command::Read(options) => read(config, &options, out),
        Command::Conformance { folder } => Ok(u8::from(!conformance::run(&folder, out)?)),
        Command::Check => Ok(u8::from(!check::run(&configured(config)?, out)?)),
        Command::Outbox { command } => outbox::outbox(&configured(config)?, command, out),
        Command::Audit { command } => outbox::audit(&configured(config)?, command, out),
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
    let path = path.unwrap_or(Path::new("/etc/ktc-kiosk/kiosk.toml"));
    Ok(KioskConfig::read(path)?)
}

fn read(config: Option<&Path>, options: &ReadArguments, out: &mut dyn Write) -> Result<u8, CliError> {
    if let Some(folder) = &options.answers {
        let folder = VectorFolder::open(folder)?;
        let (answers, trust) = (folder.all_answers(), TrustList::empty(folder.now));
        return read_with(&answers, &trust, "ktc-kiosk", folder.now, options, out);
    }
    prepare_tls();
    let config = config.map(KioskConfig::read).transpose()?;
    let recipient = config.as_ref().map(|config| config.clinic.as_str()).or(options.recipient.as_deref());
    let recipient =
        recipient.ok_or(CliError::Usage("read: give --recipient (the organisation's name), or --config"))?;
    let bare = KioskConfig::default();
    let settings = config.as_ref().unwrap_or(&bare);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let policy = runtime::egress_policy(settings, system_lookup());
    let client = ShareClient::new(tokio.handle().clone(), policy, runtime::trusted_ca(settings)?);
    let trust = runtime::trust_list(settings)?;
    read_with(&client.for_one_share(), &trust, recipient, runtime::now(), options, out)
}

fn read_with(
    fetch: &dyn Fetch,
    trust: &TrustList,
    recipient: &str,
    now: Timestamp,
    options: &ReadArguments,
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    let (passcode, trace) = (None, &Trace::default());
    let resolver = Resolver { fetch, trust, recipient, passcode, now, manner: Manner::Kiosk, trace };
    Ok(read::run(&options.input, &no_pdf, &resolver, out)? as u8)
}

/// Nothing here may read what a stranger wrote as a PDF.
fn no_pdf(_document: &Viewable, _page: u32) -> Result<PagePicture, Trouble> {
    Err(Trouble::DocumentNotShown)
}
