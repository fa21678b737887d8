//! `ktc-kiosk check`: what clinic IT wants to know before patients come, in plain words, a line each.

use super::report::Report;
use super::{CliError, ehr};
use crate::config::{CameraSource, KioskConfig};
use crate::net::prepare_tls;
use crate::printer::TicketPrinter;
use crate::runtime::{self, Roster};
use crate::store::{SealingKey, Store};
use crate::time::Timestamp;
use std::io::{self, Write};
use std::path::Path;

/// Prints the findings; returns whether the box is ready.
pub(super) fn run(config: &KioskConfig, out: &mut dyn Write) -> Result<bool, CliError> {
    prepare_tls();
    let report = &mut Report::new(out);
    report.ok("configuration", &format!("read; patients see the name \"{}\"", config.clinic))?;
    match runtime::trust_list(config) {
        Ok(list) if list.is_empty() => {
            report.attention("issuers", "no list: every signed card shows as \"not on the list\"")?
        }
        Ok(list) => report.ok("issuers", &format!("{} listed, as of {}", list.len(), list.as_of().date()))?,
        Err(error) => report.failed("issuers", &error.to_string())?,
    }
    staff(report, config)?;
    store(report, config)?;
    ehr::examine(report, config)?;
    appointments(report, config)?;
    match &config.camera {
        CameraSource::None => report.attention("camera", "none: only a hand scanner can be used")?,
        CameraSource::Folder { path, .. } => exists(report, "camera", path)?,
        CameraSource::Device(number) => exists(report, "camera", format!("/dev/video{number}").as_ref())?,
    }
    let printer = TicketPrinter::new(config.printer.clone());
    match printer.probe() {
        Ok(()) if !printer.is_configured() => report.attention("printer", "none: the number is on screen only")?,
        Ok(()) => report.ok("printer", "found")?,
        Err(error) => report.failed("printer", &format!("a ticket cannot be printed: {error}"))?,
    }
    clock(report, runtime::now())?;
    zone(report)?;
    if config.loopback_ports.is_empty() {
        report.ok("network", "shares are fetched from public addresses only")?;
    } else {
        report.attention("network", "loopback ports are open to shares: right for a demo, wrong for a clinic")?;
    }
    Ok(report.ready())
}

fn appointments(report: &mut Report<'_>, config: &KioskConfig) -> io::Result<()> {
    let minutes = |length: std::time::Duration| length.as_secs() / 60;
    let rules = config.appointments;
    let (early, late) = (minutes(rules.early), minutes(rules.late));
    let said = format!("early is more than {early} min before the start, late more than {late} min after it");
    match (config.ehr.is_some(), config.places.is_empty()) {
        (false, _) => Ok(()),
        (true, false) => report.ok("appointments", &format!("{said}; places of this clinic are named")),
        (true, true) => {
            let unnamed = "no clinic.locations, so nobody is told of a wrong place";
            report.attention("appointments", &format!("{said}; {unnamed}"))
        }
    }
}

fn exists(report: &mut Report<'_>, what: &str, path: &Path) -> io::Result<()> {
    if path.exists() {
        report.ok(what, "found")
    } else {
        report.failed(what, &format!("{} is not there", path.display()))
    }
}

fn staff(report: &mut Report<'_>, config: &KioskConfig) -> io::Result<()> {
    let roster = Roster::new(config.staff.clone());
    let unusable = roster.unusable();
    if roster.is_empty() {
        report.failed("staff", "nobody may sign in: add a [[staff]] entry with the output of `ktc-kiosk pin-hash`")
    } else if unusable.is_empty() {
        report.ok("staff", &format!("{} may sign in", config.staff.len()))
    } else {
        report.failed("staff", &format!("no usable pin: {}", unusable.join(", ")))
    }
}

fn store(report: &mut Report<'_>, config: &KioskConfig) -> io::Result<()> {
    let key = match SealingKey::from_file(&config.sealing_key_file) {
        Ok(key) => key,
        Err(error) => return report.failed("sealing key", &format!("{error}; make one with `ktc-kiosk new-key`")),
    };
    if others_may_read(&config.sealing_key_file)? {
        let path = config.sealing_key_file.display();
        report.failed("sealing key", &format!("others on this box may read it: chmod 600 {path}"))?;
    } else {
        report.ok("sealing key", "read")?;
    }
    if !config.store_folder.exists() {
        return report.attention("store", "not there yet: `ktc-kiosk run` makes it");
    }
    for damaged in Store::damaged_files(&config.store_folder).unwrap_or_default() {
        let said =
            "is a damaged database; check-ins in it were perhaps never sent. Keep it elsewhere once it was looked at";
        report.failed("store", &format!("{} {said}", damaged.display()))?;
    }
    match Store::open_beside(&config.store_folder, key).and_then(|mut store| store.outbox().waiting()) {
        Ok((waiting, 0)) => report.ok("store", &format!("opens; {waiting} check-ins wait to be sent")),
        Ok((waiting, parked)) => {
            report.failed("store", &format!("opens; {waiting} check-ins wait to be sent, {parked} need a person"))
        }
        Err(error) => report.failed("store", &error.to_string()),
    }
}

fn others_may_read(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

/// A box without a battery for its clock wakes up in the past, where no card is valid yet.
fn clock(report: &mut Report<'_>, now: Timestamp) -> io::Result<()> {
    match now.date() {
        date if date.as_str() < "2026" => report.attention("clock", &format!("says {date}: set the time")),
        date => report.ok("clock", &format!("says {date}")),
    }
}

/// By it "today", "early" and "late" are told.
fn zone(report: &mut Report<'_>) -> io::Result<()> {
    match runtime::zone_name() {
        Some(zone) if !zone.contains("UTC") => report.ok("time zone", &zone),
        Some(_) | None => {
            report.attention("time zone", "UTC, or none is set: set the clinic's, by which visits are early or late")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_the_past_is_noted() {
        let said = |date: &str| {
            let mut out = Vec::new();
            let now = Timestamp::from_rfc3339(&format!("{date}T00:00:00Z")).expect("a time");
            clock(&mut Report::new(&mut out), now).expect("written");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(said("1970-01-01"), "attention clock: says 1970-01-01: set the time\n");
        assert_eq!(said("2026-11-22"), "ok        clock: says 2026-11-22\n");
    }
}
