//! A display that nobody sees, drawn without a graphics card.

use crate::Failure;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

const SCREEN: &str = "1920x1080x24";

/// A running Xvfb on a free display number. Ends when dropped.
pub struct Display {
    child: Child,
    name: String,
}

impl Display {
    /// Starts one and waits until it is ready.
    pub fn start() -> Result<Self, Failure> {
        // Xvfb looks for a free number itself and writes it to this descriptor once it listens.
        let mut child = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Failure::Failed(format!("cannot start Xvfb: {error}")))?;
        let mut number = String::new();
        if let Some(stdout) = child.stdout.take() {
            let _ = BufReader::new(stdout).read_line(&mut number);
        }
        let name = format!(":{}", number.trim());
        let display = Self { child, name };
        if display.name.len() > 1 { Ok(display) } else { Err(Failure::Failed("Xvfb did not start".to_owned())) }
    }

    /// Whether the person's own session can show a window.
    pub fn is_present() -> bool {
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    }

    /// Makes a program use this display only.
    pub fn lend<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("DISPLAY", &self.name).env("LIBGL_ALWAYS_SOFTWARE", "1").env_remove("WAYLAND_DISPLAY")
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_displays_get_two_numbers() {
        let (Ok(first), Ok(second)) = (Display::start(), Display::start()) else {
            panic!("no Xvfb; run `cargo xtask setup`");
        };
        assert_ne!(first.name, second.name);
    }
}
