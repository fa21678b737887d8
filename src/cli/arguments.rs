//! What can be typed.

use crate::sandbox::Task;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use tracing_subscriber::filter::LevelFilter;

/// Check-in kiosk and reader for SMART Health Links and Cards.
#[derive(Parser)]
#[command(name = "ktc-kiosk", version)]
pub(super) struct Arguments {
    /// The configuration file [default: /etc/ktc-kiosk/kiosk.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How much goes to the log: error, warn, info, debug, trace
    #[arg(long, global = true, default_value = "warn", value_parser = log_level())]
    pub log: LevelFilter,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Open the kiosk
    Run(RunArguments),
    /// Read one code and print what it holds as JSON; nothing is filed.
    /// Exit code: 0 read, 3 no code of ours, 4 refused, 5 server not reachable, 6 parts of a card are missing, 7 several people: staff choose
    Read(ReadArguments),
    /// Explain one code: every step, the rule it follows, what was found, who must act. Nothing is filed, and nothing about
    /// the patient is printed unless asked for. Exit code: 0 read, 1 not read
    Explain(ExplainArguments),
    /// Run a folder of vectors, offline, by the folder's own clock
    Conformance {
        /// The folder with `index.json`
        folder: PathBuf,
    },
    /// What the patient matching rules say of cases, offline: a JSON object a line with `id`, `query` (a Patient) and `charts`
    /// (Patients). Prints a line each: outcome, charts named, order, doubts. Exit code: 0 all read, 1 a line was no case
    Match {
        /// The file of cases
        file: PathBuf,
        /// Each line is `{"in": {members of a Patient}}`: print in which form each field is compared, and what does not count
        #[arg(long)]
        fields: bool,
    },
    /// Is this configuration and this box ready? The EHR's part is that of `ehr check`
    Check,
    /// The EHR: whether it lets this kiosk in and what it can do, and the keys for signing in
    Ehr {
        #[command(subcommand)]
        command: EhrCommand,
    },
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
    /// Write the facts that a breach notice needs, as a page without clinical content, into a file that does not exist yet
    WrongPerson {
        /// The id of a check-in, as `outbox list --all` shows it, or the number of a visit, as `audit list` shows it
        which: String,
        /// The file
        #[arg(long, value_name = "FILE")]
        pdf: PathBuf,
        /// The id of the staff member who asks for it, as in [[staff]]
        #[arg(long)]
        staff: String,
    },
    /// The sandbox: the kiosk starts it
    #[command(hide = true)]
    Sandbox {
        /// What it is for
        task: Task,
    },
    /// The lists of issuers: the published one with keys, and the clinic's own
    Trust {
        #[command(subcommand)]
        command: TrustCommand,
    },
    /// Read a PIN from the standard input and print its hash for the configuration
    PinHash,
    /// Let PINs be tried again after too many wrong ones; the kiosk may run
    PinRelease {
        /// The id of the staff member who asks for it, as in [[staff]]
        #[arg(long)]
        staff: String,
    },
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
pub(super) enum EhrCommand {
    /// Try each step: reach, sign-in, scopes, capabilities, a search, a plan. Nothing is written to the EHR, nothing about
    /// patients is printed. Exit code: 0 nothing failed, 1 something did
    Check,
    /// Keys for signing in (SMART Backend Services)
    Keys {
        #[command(subcommand)]
        command: EhrKeysCommand,
    },
}

#[derive(Subcommand)]
pub(super) enum EhrKeysCommand {
    /// Make two private keys, ehr-es384.jwk and ehr-rs384.jwk, and print the key set to publish or register
    New {
        /// Where they go
        folder: PathBuf,
    },
    /// Print the key set to publish: the public parts of private keys. While keys are changed, old and new ones
    Jwks {
        /// Files of private keys
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
}

#[derive(Subcommand)]
pub(super) enum OutboxCommand {
    /// What waits, why, and who must act; nothing about patients
    List {
        /// Those that the EHR has too
        #[arg(long)]
        all: bool,
    },
    /// Send what is due, once, while the kiosk does not run
    Send,
    /// Where one check-in stands, which chart it goes into and, once the EHR has it, what it became there; nothing else about the
    /// patient
    Show {
        /// Its id, as `list` shows it
        submission: String,
    },
    /// Send a check-in that needs a person once more, after the cause was mended; the kiosk may run
    #[command(alias = "resend")]
    Retry {
        /// Its id, as `list` shows it
        submission: String,
        /// The id of the staff member who decides it, as in [[staff]]
        #[arg(long)]
        staff: String,
        /// What was looked for in the EHR, in the words of `show`
        #[arg(long, value_name = "WORDS")]
        looked: String,
    },
    /// The rest of a check-in that needs a person was entered in the EHR by hand: it waits no longer
    Finish {
        /// Its id, as `list` shows it
        submission: String,
        /// The id of the staff member who did it, as in [[staff]]
        #[arg(long)]
        staff: String,
    },
    /// Write what a check-in files, readable and with patient data, into a file that does not exist yet
    Export {
        /// Its id, as `list` shows it
        submission: String,
        /// The file
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The id of the staff member who decides it, as in [[staff]]
        #[arg(long)]
        staff: String,
    },
}

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Every record, a line of JSON each
    List,
    /// Check the chain, and its end against the checkpoint. Exit code 2: it does not hold
    Verify,
    /// Every record as a FHIR AuditEvent (IHE BALP), a line each; nothing clinical
    Export,
    /// What the matching rules said of which charts, by the number of the record: a line of JSON each, without a value
    Matches,
    /// For a patient who asks: who did what with their check-ins, and when. Exit code 3: nothing is known of them here
    Patient {
        /// Their chart, as Patient/ID
        chart: String,
        /// As FHIR AuditEvents
        #[arg(long)]
        fhir: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum TrustCommand {
    /// Take a published snapshot of issuers and keys, when its signature holds
    Import(ImportArguments),
    /// Who is listed; for one issuer its name, keys and dates. Exit code 3: not listed
    Show {
        /// The issuer's address
        issuer: Option<String>,
    },
    /// Count issuers and keys of a list or snapshot, and say which keys cannot be used
    Check {
        /// The file
        file: PathBuf,
    },
    /// Put an issuer on the clinic's own list, or rename it there
    Add {
        /// The issuer's address, as cards spell it
        iss: String,
        /// The name that staff see
        name: String,
    },
    /// Take an issuer off the clinic's own list
    Remove {
        /// The issuer's address
        iss: String,
    },
}

#[derive(Args)]
pub(super) struct ImportArguments {
    /// The snapshot, such as vci_snapshot.json
    pub snapshot: PathBuf,
    /// Its signature
    #[arg(long, value_name = "FILE")]
    pub signature: PathBuf,
    /// The signer's certificate
    #[arg(long, value_name = "FILE")]
    pub certificate: PathBuf,
    /// SHA-256 of the certificate, compared by a person; needed for the first import
    #[arg(long, value_name = "HEX")]
    pub fingerprint: Option<String>,
    /// The directory beside it, such as vci-issuers.json: websites of issuers
    #[arg(long, value_name = "FILE")]
    pub issuers: Option<PathBuf>,
    /// Where the list goes [default: trust.issuer_snapshot_file of the configuration]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace a newer list too
    #[arg(long)]
    pub allow_older: bool,
}

fn log_level() -> impl TypedValueParser<Value = LevelFilter> {
    PossibleValuesParser::new(["off", "error", "warn", "info", "debug", "trace"]).try_map(|word| word.parse())
}
