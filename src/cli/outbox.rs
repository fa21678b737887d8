//! `outbox`: what waits, what became of it. Of a patient it prints the chart's id alone, and that only for one check-in, with its
//! record in the audit log; `outbox export` writes the rest into a file, for a person who named themselves.

use super::CliError;
use super::arguments::OutboxCommand;
use super::waiting::explained;
use crate::audit::{AuditEvent, AuditKind};
use crate::config::KioskConfig;
use crate::delivery::{Doubt, Receipt, WaitReason};
use crate::filing::{NoteKind, SubmissionId};
use crate::net::prepare_tls;
use crate::runtime::{self, Sent};
use crate::sensitive::Sensitive;
use crate::store::{Content, OutboxEntry, OutboxState, SealingKey, Store, StoreError};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

/// `ktc-kiosk outbox [list|send|show|retry|finish|export]`.
pub(super) fn outbox(
    config: &KioskConfig,
    command: Option<OutboxCommand>,
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    match command.unwrap_or(OutboxCommand::List { all: true }) {
        OutboxCommand::List { all } => list(config, all, out),
        OutboxCommand::Send => send(config, out),
        OutboxCommand::Show { submission } => show(config, &id(&submission)?, out),
        OutboxCommand::Retry { submission, staff, looked } => retry(config, &id(&submission)?, (&staff, &looked), out),
        OutboxCommand::Finish { submission, staff } => finish(config, &id(&submission)?, &staff, out),
        OutboxCommand::Export { submission, to, staff } => export(config, &id(&submission)?, (&to, &staff), out),
    }
}

fn list(config: &KioskConfig, all: bool, out: &mut dyn Write) -> Result<u8, CliError> {
    let mut store = beside(config)?;
    if store.is_older_than_checkpoint() {
        writeln!(
            out,
            "The database is older than its checkpoint: a copy was restored, or the audit log was cut. When the kiosk"
        )?;
        writeln!(out, "starts, what was perhaps sent before and cannot be sent twice will wait for a person.")?;
    }
    for entry in store.outbox().list()? {
        if all || entry.state != OutboxState::Accepted {
            say(&entry, out)?;
        }
    }
    for kept in store.kept().list()? {
        let (number, id) = (kept.number.spoken(), kept.submission.as_str());
        writeln!(out, "{} {number} kept {id} by {}", kept.day, kept.kept_by)?;
        writeln!(out, "    It was kept without a chart while the EHR did not answer.")?;
        writeln!(out, "    Staff: open it at the kiosk, under the check-ins that wait, and choose the chart.")?;
    }
    Ok(0)
}

fn say(entry: &OutboxEntry, out: &mut dyn Write) -> Result<(), CliError> {
    writeln!(out, "{}", line(entry))?;
    if let Some((what, who)) = explained(entry) {
        writeln!(out, "    {what}\n    {who}")?;
    }
    Ok(())
}

fn line(entry: &OutboxEntry) -> String {
    format!(
        "{} {} {} {} tries={} {}",
        entry.day,
        entry.number.spoken(),
        entry.state.word(),
        entry.submission.as_str(),
        entry.tries,
        entry.reason.map_or("-", WaitReason::word)
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
    say(&entry, out)?;
    match content {
        Content::Plan(plan) => {
            writeln!(out, "{}", chart_of(&plan.chart))?;
            let doubt = store.outbox().shown(submission)?.and_then(|shown| shown.doubt);
            if let Some(doubt) = doubt.filter(|doubt| doubt.reason.can_resend()) {
                let places = doubt.places.iter().map(|place| place.place.as_str());
                for place in places {
                    writeln!(out, "look at {place}")?;
                }
                writeln!(
                    out,
                    "once somebody has looked: outbox retry {} --staff ID --looked {:?}",
                    submission.as_str(),
                    words_of(&doubt)
                )?;
            }
        }
        Content::Receipt(receipt) => say_receipt(&receipt, out)?,
        Content::Undo(undo) => {
            writeln!(out, "{} steps to undo it wait to be sent", undo.steps.len())?;
            say_receipt(&undo.receipt, out)?;
        }
    }
    Ok(0)
}

fn say_receipt(receipt: &Receipt, out: &mut dyn Write) -> Result<(), CliError> {
    writeln!(out, "{}", receipt.chart.as_ref().map_or("no chart of the EHR", chart_of))?;
    for filed in &receipt.filed {
        writeln!(out, "{} {}", filed.location, if filed.created { "made" } else { "was there" })?;
    }
    for elsewhere in receipt.notes.iter().filter(|note| note.kind == NoteKind::InAnotherChart) {
        writeln!(out, "{} lies in another chart", elsewhere.place.as_deref().unwrap_or("a record"))?;
    }
    if let Some(withdrawn) = &receipt.withdrawn {
        writeln!(out, "withdrawn {} by {}", withdrawn.at, withdrawn.by)?;
    }
    for undone in &receipt.undone {
        writeln!(out, "{} {}", undone.target, if undone.result.is_undone() { "undone" } else { "not undone" })?;
    }
    Ok(())
}

/// As the audit commands name a chart. One that is not opened yet, or that nobody knows, has no id of the EHR's.
fn chart_of(chart: &Sensitive<String>) -> &str {
    match chart.reveal().as_str() {
        "" => "no chart of the EHR",
        known if known.starts_with("Patient/") => known,
        _ => "a new chart, which filing opens",
    }
}

/// The kiosk that runs sends it with its next look; `outbox send` does when none runs.
fn retry(
    config: &KioskConfig,
    submission: &SubmissionId,
    (staff, looked): (&str, &str),
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    is_staff(config, staff)?;
    let event = AuditEvent::between_visits(AuditKind::CheckInResent).by(staff);
    let mut store = beside(config)?;
    let doubt = store.outbox().shown(submission)?.and_then(|shown| shown.doubt).ok_or(StoreError::NotThere)?;
    if words_of(&doubt) != looked {
        return Err(StoreError::LookAgain.into());
    }
    store.outbox().send_again(submission, &doubt, event, runtime::now())?;
    writeln!(out, "{} queued", submission.as_str())?;
    Ok(0)
}

/// What a person looks for, in words that can be typed: the reason, after how many tries, and the places.
fn words_of(doubt: &Doubt) -> String {
    let places = doubt.places.iter().map(|place| place.place.as_str());
    let tries = doubt.tries.to_string();
    [doubt.reason.word(), &tries].into_iter().chain(places).collect::<Vec<_>>().join(" ")
}

/// What a person entered by hand is not sent any more; the receipt says which items that were.
fn finish(config: &KioskConfig, submission: &SubmissionId, staff: &str, out: &mut dyn Write) -> Result<u8, CliError> {
    is_staff(config, staff)?;
    let event = AuditEvent::between_visits(AuditKind::CheckInFinishedByHand).by(staff);
    let receipt = beside(config)?.outbox().finish_by_hand(submission, event, runtime::now())?;
    let by_hand = receipt.notes.iter().filter(|note| note.kind == NoteKind::ByHand).count();
    writeln!(out, "{} finished; {by_hand} by hand", submission.as_str())?;
    Ok(0)
}

/// The audit row comes first, and the file must be new: patient data leaves the seal.
fn export(
    config: &KioskConfig,
    submission: &SubmissionId,
    (to, staff): (&Path, &str),
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    is_staff(config, staff)?;
    let mut store = beside(config)?;
    let exported = AuditEvent::between_visits(AuditKind::CheckInExported).by(staff).about(submission);
    store.audit().append(&exported, runtime::now())?;
    let bytes = match store.outbox().show(submission)?.1 {
        Content::Plan(plan) => plan.to_bytes(),
        Content::Receipt(receipt) => receipt.to_bytes(),
        Content::Undo(undo) => undo.to_bytes(),
    };
    let mut file = new_private_file(to)?;
    file.write_all(bytes.reveal())?;
    file.sync_all()?;
    writeln!(out, "{} written; it holds patient data and is not sealed", submission.as_str())?;
    Ok(0)
}

#[cfg(unix)]
pub(super) fn new_private_file(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
pub(super) fn new_private_file(path: &Path) -> std::io::Result<File> {
    File::options().write(true).create_new(true).open(path)
}

pub(super) fn is_staff(config: &KioskConfig, staff: &str) -> Result<(), CliError> {
    match config.staff.iter().any(|entry| entry.id == staff) {
        true => Ok(()),
        false => Err(CliError::Usage("no [[staff]] entry has this id")),
    }
}

fn send(config: &KioskConfig, out: &mut dyn Write) -> Result<u8, CliError> {
    prepare_tls();
    let destination = runtime::Destination::new(config, runtime::ehr(config)?);
    let key = SealingKey::from_file(&config.sealing_key_file)?;
    let mut store = Store::open(&config.store_folder, key, runtime::now())?.store;
    store.files_to(config.filing_address());
    let store = Mutex::new(store);
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    loop {
        match runtime::send_due(&store, &destination, tokio.handle())? {
            Sent::NothingDue => return Ok(0),
            Sent::Outcome(submission, outcome, _) => writeln!(out, "{} {outcome:?}", submission.as_str())?,
        }
    }
}

/// The store, beside a kiosk that may run.
pub(super) fn beside(config: &KioskConfig) -> Result<Store, CliError> {
    let key = SealingKey::from_file(&config.sealing_key_file)?;
    Ok(Store::open_beside(&config.store_folder, key)?)
}
