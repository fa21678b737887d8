//! `audit`: what happened, whether the log is whole, and for whom: as lines, as FHIR, or for one patient who asks.

use super::CliError;
use super::arguments::AuditCommand;
use super::outbox::beside;
use crate::audit::{Around, AuditEvent, AuditKind, AuditRecord, audit_event};
use crate::config::KioskConfig;
use crate::runtime;
use crate::store::{Content, Store};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// `ktc-kiosk audit [list|verify|export|matches|patient]`.
pub(super) fn audit(config: &KioskConfig, command: Option<AuditCommand>, out: &mut dyn Write) -> Result<u8, CliError> {
    let mut store = beside(config)?;
    match command.unwrap_or(AuditCommand::List) {
        AuditCommand::List => {
            for record in store.audit().list()? {
                writeln!(out, "{}", record.line())?;
            }
            Ok(0)
        }
        AuditCommand::Verify => verify(&mut store, out),
        AuditCommand::Export => {
            write_down_reading(&mut store, "export")?;
            let charts = Charts::of(&mut store)?;
            for record in store.audit().list()? {
                writeln!(out, "{}", audit_event(&record, around(config, charts.are_of(&record).first().copied())))?;
            }
            Ok(0)
        }
        AuditCommand::Matches => {
            write_down_reading(&mut store, "matches")?;
            for (seq, details) in store.matches()? {
                writeln!(out, "{seq} {}", details.reveal())?;
            }
            Ok(0)
        }
        AuditCommand::Patient { chart, fhir } => {
            write_down_reading(&mut store, "patient")?;
            patient(config, &mut store, &chart, fhir, out)
        }
    }
}

/// A chain that holds may still have lost its end: against the checkpoint that shows (threat 63).
fn verify(store: &mut Store, out: &mut dyn Write) -> Result<u8, CliError> {
    match store.audit().verify()? {
        Ok(count) if store.is_older_than_checkpoint() => {
            writeln!(out, "{count} records hold, and the end is missing: the log once went on. Was a copy restored?")?;
            Ok(2)
        }
        Ok(count) => {
            writeln!(out, "{count} records, the chain holds to its end")?;
            Ok(0)
        }
        Err(broken) => {
            writeln!(out, "the chain breaks at record {}", broken.seq)?;
            Ok(2)
        }
    }
}

/// Who, when and what, of every visit that came to this chart, whether or not anything was filed, and of every search that put it
/// before staff.
fn patient(
    config: &KioskConfig,
    store: &mut Store,
    chart: &str,
    fhir: bool,
    out: &mut dyn Write,
) -> Result<u8, CliError> {
    let charts = Charts::of(store)?;
    let records = store.audit().list()?;
    let about = records.iter().filter(|record| charts.are_of(record).contains(&chart));
    let mut found = false;
    for record in about {
        found = true;
        if fhir {
            writeln!(out, "{}", audit_event(record, around(config, Some(chart))))?;
            continue;
        }
        let staff = record.staff.as_deref().map(|id| {
            let entry = config.staff.iter().find(|entry| entry.id == id);
            entry.map_or(id, |entry| entry.name.as_str())
        });
        let kind = AuditKind::from_word(&record.kind);
        let what = kind.map(AuditKind::sentence).unwrap_or(&record.kind);
        let among =
            if kind == Some(AuditKind::ChartsMatched) { " This chart was among those that were compared." } else { "" };
        writeln!(out, "{}  {}  {what}{among}", record.at, staff.unwrap_or("the kiosk"))?;
    }
    if !found {
        writeln!(out, "no visit of {chart} is in this kiosk's log")?;
    }
    Ok(if found { 0 } else { 3 })
}

/// Whoever reads the log for people leaves a trace in it first.
fn write_down_reading(store: &mut Store, how: &'static str) -> Result<(), CliError> {
    let event = AuditEvent::between_visits(AuditKind::AuditRead).detail(how);
    store.audit().append(&event, runtime::now())?;
    Ok(())
}

fn around<'a>(config: &'a KioskConfig, chart: Option<&'a str>) -> Around<'a> {
    let ehr = config.ehr.as_ref().and_then(|ehr| ehr.base_url.host_str());
    Around { clinic: &config.clinic, ehr, chart }
}

/// Which visits and check-ins belong to which chart: known from the sealed plans and receipts, and from what staff looked at.
struct Charts {
    of_submission: BTreeMap<String, String>,
    of_session: BTreeMap<i64, BTreeSet<String>>,
    /// The charts that were put before staff, by the record that tells of it.
    of_match: BTreeMap<u64, Vec<String>>,
}

impl Charts {
    fn of(store: &mut Store) -> Result<Charts, CliError> {
        let mut of_submission = BTreeMap::new();
        let outbox = store.outbox();
        for entry in outbox.list()? {
            let chart = match outbox.show(&entry.submission) {
                Ok((_, Content::Plan(plan))) => Some(plan.chart),
                Ok((_, Content::Receipt(receipt))) => receipt.chart,
                Ok((_, Content::Undo(undo))) => undo.receipt.chart,
                // A row that does not open is told by `outbox list`.
                Err(_) => None,
            };
            if let Some(chart) = chart.filter(|chart| chart.reveal().starts_with("Patient/")) {
                of_submission.insert(entry.submission.as_str().to_owned(), chart.reveal().clone());
            }
        }
        let mut of_session: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
        for (session, chart) in store.charts_seen()? {
            of_session.entry(session).or_default().insert(chart.reveal().clone());
        }
        for record in store.audit().list()? {
            let chart = record.submission.as_ref().and_then(|submission| of_submission.get(submission));
            if let (Some(session), Some(chart)) = (record.session, chart) {
                of_session.entry(session).or_default().insert(chart.clone());
            }
        }
        let of_match = store.matches()?.into_iter().map(|(seq, details)| {
            let details: Value = serde_json::from_str(details.reveal()).unwrap_or_default();
            let charts = details["charts"].as_array().into_iter().flatten();
            (seq, charts.filter_map(|chart| chart["chart"].as_str().map(str::to_owned)).collect())
        });
        Ok(Charts { of_match: of_match.collect(), of_submission, of_session })
    }

    /// The charts that a record is about: that of its check-in, else all of its visit.
    fn are_of(&self, record: &AuditRecord) -> Vec<&str> {
        if let Some(charts) = self.of_match.get(&record.seq) {
            return charts.iter().map(String::as_str).collect();
        }
        let by_submission = record.submission.as_ref().and_then(|submission| self.of_submission.get(submission));
        let by_session = || record.session.and_then(|session| self.of_session.get(&session)).into_iter().flatten();
        match by_submission {
            Some(chart) => vec![chart],
            None => by_session().map(String::as_str).collect(),
        }
    }
}
