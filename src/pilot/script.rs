//! The script of a pilot: one action a line, empty lines and lines that begin with `#` are skipped.

use std::fs;
use std::io;
use std::path::Path;

/// A script with more lines than this is a mistake.
const MAX_ACTIONS: usize = 10_000;

/// One line of a script.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `see "words"`: waits until they are on screen.
    See(String),
    /// `tap "words"`: touches the thing with these words, or that begins with them.
    Tap(String),
    /// `type "words"`: types them and Enter, as a hand scanner does.
    Type(String),
    /// `wait 1.5`: lets so many seconds go by.
    Wait(f64),
    /// `shot name`: saves a picture of the window as `name.png`.
    Shot(String),
    /// `end`: closes the window; the run is a success.
    End,
}

/// Why a pilot cannot start.
#[derive(Debug, thiserror::Error)]
pub enum PilotError {
    /// The script cannot be read.
    #[error("the pilot's script cannot be read")]
    Read(#[source] io::Error),
    /// A line is no action.
    #[error("line {0} of the pilot's script is no action")]
    NoAction(usize),
    /// The folder for pictures cannot be made.
    #[error("the pilot's folder for pictures cannot be made")]
    Shots(#[source] io::Error),
}

/// The actions, and which one is present.
#[derive(Debug, PartialEq)]
pub struct Script {
    actions: Vec<(usize, Action)>,
    present: usize,
}

impl Script {
    /// Reads a script.
    pub fn load(path: &Path) -> Result<Script, PilotError> {
        Script::read(&fs::read_to_string(path).map_err(PilotError::Read)?)
    }

    fn read(text: &str) -> Result<Script, PilotError> {
        let mut actions = Vec::new();
        for (number, line) in text.lines().enumerate().take(MAX_ACTIONS) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                actions.push((number + 1, action(line).ok_or(PilotError::NoAction(number + 1))?));
            }
        }
        Ok(Script { actions, present: 0 })
    }

    /// The present action; `None` after the last one.
    pub fn present(&self) -> Option<&Action> {
        self.actions.get(self.present).map(|(_, action)| action)
    }

    /// The present action with its line, for a report.
    pub fn present_text(&self) -> String {
        self.actions.get(self.present).map_or_else(String::new, |(line, action)| format!("line {line}, {action:?},"))
    }

    /// Moves on.
    pub fn next(&mut self) {
        self.present += 1;
    }

    /// How long the present action may take: a wait takes as long as it says.
    pub fn patience_secs(&self, usual: f64) -> f64 {
        match self.present() {
            Some(Action::Wait(secs)) => secs + usual,
            _ => usual,
        }
    }
}

fn action(line: &str) -> Option<Action> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let quoted = || rest.strip_prefix('"')?.strip_suffix('"').filter(|words| !words.is_empty()).map(str::to_owned);
    match verb {
        "see" => quoted().map(Action::See),
        "tap" => quoted().map(Action::Tap),
        "type" => quoted().map(Action::Type),
        "wait" => rest.parse().ok().filter(|secs: &f64| (0.0..=600.0).contains(secs)).map(Action::Wait),
        "shot" => {
            let plain = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            (plain && !rest.is_empty()).then(|| Action::Shot(rest.to_owned()))
        }
        "end" if rest.is_empty() => Some(Action::End),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_one_step_a_line() {
        let script =
            Script::read("# demo\nsee \"Welcome\"\n\n tap \"Start\"\ntype \"shlink:/x\"\nwait 0.5\nshot one-1\nend\n");
        let actions: Vec<Action> = script.expect("a script").actions.into_iter().map(|(_, action)| action).collect();
        let words = |words: &str| words.to_owned();
        let wanted = [
            Action::See(words("Welcome")),
            Action::Tap(words("Start")),
            Action::Type(words("shlink:/x")),
            Action::Wait(0.5),
            Action::Shot(words("one-1")),
            Action::End,
        ];
        assert_eq!(actions, wanted);
    }

    #[test]
    fn a_line_that_is_no_step_is_named() {
        for line in ["jump", "see Welcome", "tap \"\"", "wait long", "wait -1", "shot ../x", "shot", "end now"] {
            assert!(matches!(Script::read(&format!("end\n{line}")), Err(PilotError::NoAction(2))), "{line}");
        }
    }
}
