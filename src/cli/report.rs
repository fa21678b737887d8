//! The lines of `check` and `ehr check`: what was looked at, how it stands, and who must do what.

use std::io::{self, Write};

/// Writes findings and remembers whether one of them failed.
pub(super) struct Report<'a> {
    out: &'a mut dyn Write,
    ready: bool,
}

impl<'a> Report<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Report<'a> {
        Report { out, ready: true }
    }

    /// Whether nothing failed so far.
    pub(super) fn ready(&self) -> bool {
        self.ready
    }

    pub(super) fn ok(&mut self, what: &str, said: &str) -> io::Result<()> {
        writeln!(self.out, "ok        {what}: {said}")
    }

    /// It works; somebody should know.
    pub(super) fn attention(&mut self, what: &str, said: &str) -> io::Result<()> {
        writeln!(self.out, "attention {what}: {said}")
    }

    /// It does not work until somebody has done something.
    pub(super) fn failed(&mut self, what: &str, said: &str) -> io::Result<()> {
        self.ready = false;
        writeln!(self.out, "failed    {what}: {said}")
    }
}
