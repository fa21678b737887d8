//! `ktc-kiosk check`: what clinic IT wants to know before patients come, in plain words, a line each.

use super::CliError;
use crate::config::{CameraSource, KioskConfig};
use crate::net::prepare_tls;
use crate::printer::TicketPrinter;
use crate::runtime::{self, Roster};
use crate::store::{SealingKey, Store};
use crate::time::Timestamp;
use std::io::{self, Write};

/// Prints the findings; returns whether the box is ready.
pub(super) fn run(config: &KioskConfig, out: &mut dyn Write) -> Result<bool, CliError> {
    prepare_tls();
    let mut report = Report { out, ready: true };
    report.good("configuration", &format!("read; patients see the name \"{}\"", config.clinic))?;
    match runtime::trust_list(config) {
        Ok(list) if list.is_empty() => {
            report.note("issuers", "no list: every signed card shows as \"not on the list\"")?
        }
        Ok(list) => report.good("issuers", &format!("{} listed, as of {}", list.len(), list.as_of().date()))?,
        Err(error) => report.bad("issuers", &error.to_string())?,
    }
    report.staff(config)?;
    report.store(config)?;
    report.ehr(config)?;
    match &config.camera {
        CameraSource::None => report.note("camera", "none: only a hand scanner can be used")?,
        CameraSource::Folder { path, .. } => report.exists("camera", path)?,
        CameraSource::Device(number) => report.exists("camera", format!("/dev/video{number}").as_ref())?,
    }
    let printer = TicketPrinter::new(config.printer.clone());
    match printer.probe() {
        Ok(()) if !printer.is_configured() => report.note("printer", "none: the number is on screen only")?,
        Ok(()) => report.good("printer", "found")?,
        Err(error) => report.bad("printer", &format!("a ticket cannot be printed: {error}"))?,
    }
    report.clock(runtime::now())?;
    if config.loopback_ports.is_empty() {
        report.good("network", "shares are fetched from public addresses only")?;
    } else {
        report.note("network", "loopback ports are open to shares: right for a demo, wrong for a clinic")?;
    }
    Ok(report.ready)
}

struct Report<'a> {
    out: &'a mut dyn Write,
    ready: bool,
}

impl Report<'_> {
    fn good(&mut self, what: &str, said: &str) -> io::Result<()> {
        writeln!(self.out, "ok     {what}: {said}")
    }

    fn note(&mut self, what: &str, said: &str) -> io::Result<()> {
        writeln!(self.out, "note   {what}: {said}")
    }

    fn bad(&mut self, what: &str, said: &str) -> io::Result<()> {
        self.ready = false;
        writeln!(self.out, "not ok {what}: {said}")
    }

    fn exists(&mut self, what: &str, path: &std::path::Path) -> io::Result<()> {
        if path.exists() {
            self.good(what, "found")
        } else {
            self.bad(what, &format!("{} is not there", path.display()))
        }
    }

    fn staff(&mut self, config: &KioskConfig) -> io::Result<()> {
        let roster = Roster::new(config.staff.clone());
        let unusable = roster.unusable();
        if roster.is_empty() {
            self.bad("staff", "nobody may sign in: add a [[staff]] entry with the output of `ktc-kiosk pin-hash`")
        } else if unusable.is_empty() {
            self.good("staff", &format!("{} may sign in", config.staff.len()))
        } else {
            self.bad("staff", &format!("no usable pin: {}", unusable.join(", ")))
        }
    }

    fn store(&mut self, config: &KioskConfig) -> io::Result<()> {
        let key = match SealingKey::from_file(&config.sealing_key_file) {
            Ok(key) => key,
            Err(error) => return self.bad("sealing key", &format!("{error}; make one with `ktc-kiosk new-key`")),
        };
        self.good("sealing key", "read")?;
        if !config.store_folder.exists() {
            return self.note("store", "not there yet: `ktc-kiosk run` makes it");
        }
        for damaged in Store::damaged_files(&config.store_folder).unwrap_or_default() {
            let said = "is a damaged database; check-ins in it were perhaps never sent. Keep it elsewhere once it was looked at";
            self.bad("store", &format!("{} {said}", damaged.display()))?;
        }
        match Store::open_beside(&config.store_folder, key).and_then(|mut store| store.outbox().waiting()) {
            Ok((waiting, 0)) => self.good("store", &format!("opens; {waiting} check-ins wait to be sent")),
            Ok((waiting, parked)) => {
                self.bad("store", &format!("opens; {waiting} check-ins wait to be sent, {parked} need a person"))
            }
            Err(error) => self.bad("store", &error.to_string()),
        }
    }

    /// A box without a battery for its clock wakes up in the past, where no card is valid yet.
    fn clock(&mut self, now: Timestamp) -> io::Result<()> {
        match now.date() {
            date if date.as_str() < "2026" => self.note("clock", &format!("says {date}: set the time")),
            date => self.good("clock", &format!("says {date}")),
        }
    }

    fn ehr(&mut self, config: &KioskConfig) -> Result<(), CliError> {
        let ca = runtime::trusted_ca(config)?;
        let Some(ehr) = runtime::ehr(config, ca.as_ref())? else {
            return Ok(self.note("EHR", "no [ehr] in the configuration: check-ins are kept as files in the folder")?);
        };
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        match tokio.block_on(ehr.capabilities()) {
            Ok(profile) if profile.takes_plans() => self.good("EHR", "answers, and takes what the kiosk files")?,
            Ok(_) => {
                self.bad("EHR", "answers, and does not say that it takes transactions with conditional creates")?
            }
            Err(error) => self.bad("EHR", &error.to_string())?,
        }
        Ok(())
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
            Report { out: &mut out, ready: true }.clock(now).expect("written");
            String::from_utf8(out).expect("text")
        };
        assert_eq!(said("1970-01-01"), "note   clock: says 1970-01-01: set the time\n");
        assert_eq!(said("2026-11-22"), "ok     clock: says 2026-11-22\n");
    }
}
