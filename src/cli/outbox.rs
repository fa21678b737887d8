//! `outbox` and `audit`: what waits, what happened. Neither prints anything about a patient.

use super::CliError;
use super::arguments::{AuditCommand, OutboxCommand};
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::filing::SubmissionId;
use crate::net::prepare_tls;
use crate::runtime::{self, Sent};
use crate::store::{Content, OutboxEntry, SealingKey, Store};
use std::io::Write;
use std::sync::Mutex;

/// `ktc-kiosk outbox [list|send|show|resend]`.
pub(super) fn outbox(
    config: &KioskConfig,
    command: Option<OutboxCommand>,
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    match command.unwrap_or(OutboxCommand::List) {
        OutboxCommand::List => {
            for entry in beside(config)?.outbox().list()? {
                writeln!(out, "{}", line(&entry))?;
            }
            Ok(0)
        }
        OutboxCommand::Send => send(config, out),
        OutboxCommand::Show { submission } => show(config, &id(&submission)?, out),
        OutboxCommand::Resend { submission, staff } => resend(config, &id(&submission)?, &staff, out),
    }
}

fn line(entry: &OutboxEntry) -> String {
    format!(
        "{} {} {} {} tries={} {}",
        entry.day,
        entry.number.spoken(),
        entry.state.word(),
        entry.submission.as_str(),
        entry.tries,
        entry.reason.as_deref().unwrap_or("-")
    )
}

fn id(text: &str) -> Result<SubmissionId, CliError> {
    SubmissionId::parse(text).ok_or(CliError::Usage("outbox: an id is 32 hex digits, as `outbox list` shows it"))
}

fn show(config: &KioskConfig, submission: &SubmissionId, out: &mut dyn Write) -> Result<u8, CliError> {
    let mut store = beside(config)?;
    let shown = AuditEvent::between_visits(AuditKind::CheckInShown).about(submission);
    store.audit().append(&shown, runtime::now())?;
    let (entry, content) = store.outbox().show(submission)?;
    writeln!(out, "{}", line(&entry))?;
    if let Content::Receipt(receipt) = content {
        for filed in &receipt.filed {
            writeln!(out, "{} {}", filed.location, if filed.created { "made" } else { "was there" })?;
        }
    }
    Ok(0)
}

/// The kiosk that runs sends it with its next look; `outbox send` does when none runs.
fn resend(config: &KioskConfig, submission: &SubmissionId, staff: &str, out: &mut dyn Write) -> Result<u8, CliError> {
    if !config.staff.iter().any(|entry| entry.id == staff) {
        return Err(CliError::Usage("outbox resend: no [[staff]] entry has this id"));
    }
    let event = AuditEvent::between_visits(AuditKind::CheckInResent).by(staff);
    beside(config)?.outbox().send_again(submission, event, runtime::now())?;
    writeln!(out, "{} queued", submission.as_str())?;
    Ok(0)
}

fn send(config: &KioskConfig, out: &mut dyn Write) -> Result<u8, CliError> {
    prepare_tls();
    let destination = runtime::Destination::new(config, runtime::ehr(config)?);
    let key = SealingKey::from_file(&config.sealing_key_file)?;
    let store = Mutex::new(Store::open(&config.store_folder, key, runtime::now())?.store);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    loop {
        match runtime::send_due(&store, &destination, tokio.handle())? {
            Sent::NothingDue => return Ok(0),
            Sent::Outcome(submission, outcome, _) => writeln!(out, "{} {outcome:?}", submission.as_str())?,
        }
    }
}

/// `ktc-kiosk audit [list|verify]`.
pub(super) fn audit(config: &KioskConfig, command: Option<AuditCommand>, out: &mut dyn Write) -> Result<u8, CliError> {
    let mut store = beside(config)?;
    match command.unwrap_or(AuditCommand::List) {
        AuditCommand::List => {
            for record in store.audit().list()? {
                writeln!(out, "{}", record.line())?;
            }
            Ok(0)
        }
        AuditCommand::Verify => match store.audit().verify()? {
            Ok(count) => {
                writeln!(out, "{count} records, the chain holds")?;
                Ok(0)
            }
            Err(broken) => {
                writeln!(out, "the chain breaks at record {}", broken.seq)?;
                Ok(2)
            }
        },
    }
}

fn beside(config: &KioskConfig) -> Result<Store, CliError> {
    let key = SealingKey::from_file(&config.sealing_key_file)?;
    Ok(Store::open_beside(&config.store_folder, key)?)
}
