//! What can be typed.

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Check-in kiosk and reader for SMART Health Links and Cards.
#[derive(Parser)]
#[command(name = "ktc-kiosk", version)]
pub(super) struct Arguments {
    /// The configuration file [default: /etc/ktc-kiosk/kiosk.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How much goes to the log: error, warn, info, debug, trace
    #[arg(long, global = true, default_value = "warn", value_parser = ["off", "error", "warn", "info", "debug", "trace"])]
    pub log: String,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Open the kiosk
    Run(RunArguments),
    /// Read one code and print what it holds as JSON; nothing is filed.
    /// Exit code: 0 read, 3 no code of ours, 4 refused, 5 server not reachable, 6 parts of a card are missing
    Read(ReadArguments),
    /// Explain one code: every step, the rule it follows, what was found, who must act. Nothing is filed, and nothing about
    /// the patient is printed unless asked for. Exit code: 0 read, 1 not read
    Explain(ExplainArguments),
    /// Run a folder of vectors, offline, by the folder's own clock
    Conformance {
        /// The folder with `index.json`
        folder: PathBuf,
    },
    /// Is this configuration and this box ready?
    Check,
    /// Confirmed check-ins that wait, and what became of them
    Outbox {
        #[command(subcommand)]
        command: Option<OutboxCommand>,
    },
    /// The audit log
    Audit {
        #[command(subcommand)]
        command: Option<AuditCommand>,
    },
    /// Read a PIN from the standard input and print its hash for the configuration
    PinHash,
    /// Write a new sealing key into a file that does not exist yet
    NewKey {
        /// The file
        file: PathBuf,
    },
}

#[derive(Args)]
pub(super) struct RunArguments {
    /// In a window instead of fullscreen
    #[arg(long)]
    pub windowed: bool,
    /// Drive the window by a script
    #[cfg(feature = "pilot")]
    #[arg(long, requires = "pilot_shots")]
    pub pilot: Option<PathBuf>,
    /// Where the script's pictures go
    #[cfg(feature = "pilot")]
    #[arg(long)]
    pub pilot_shots: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct ReadArguments {
    /// A picture, a card file, a text, or - for the standard input; several for a card in parts
    #[arg(required = true)]
    pub input: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArguments,
}

#[derive(Args)]
pub(super) struct ExplainArguments {
    /// A picture, a card file, a text, or - for the standard input; several for a card in parts
    #[arg(required = true)]
    pub input: Vec<String>,
    #[command(flatten)]
    pub network: NetworkArguments,
    /// Read the link's passcode from the first line of the standard input; it is sent once
    #[arg(long)]
    pub passcode_stdin: bool,
    /// Print patient data, keys and addresses as well
    #[arg(long)]
    pub show_patient_data: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(super) struct NetworkArguments {
    /// A vector folder whose recorded answers are the whole network, and whose clock is the time
    #[arg(long, value_name = "FOLDER")]
    pub answers: Option<PathBuf>,
    /// The organisation's name, which the patient's app is told; the configuration's, if there is one
    #[arg(long, value_name = "NAME")]
    pub recipient: Option<String>,
}

#[derive(Subcommand)]
pub(super) enum OutboxCommand {
    /// What waits and why, a line each; nothing about patients
    List,
    /// Send what is due, once, while the kiosk does not run
    Send,
    /// Where one check-in stands and, once the EHR has it, what it became there; nothing it says about the patient
    Show {
        /// Its id, as `list` shows it
        submission: String,
    },
    /// Send a check-in that needs a person once more, after the cause was mended; the kiosk may run
    Resend {
        /// Its id, as `list` shows it
        submission: String,
        /// The id of the staff member who decides it, as in [[staff]]
        #[arg(long)]
        staff: String,
    },
}

#[derive(Clone, Copy, Subcommand)]
pub(super) enum AuditCommand {
    /// Every record, a line of JSON each
    List,
    /// Check the chain
    Verify,
}
