//! The script of a pilot: one step a line, empty lines and lines that begin with `#` are skipped.

use std::fs;
use std::io;
use std::path::Path;

/// A script with more lines than this is a mistake.
const MAX_STEPS: usize = 10_000;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
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
    /// A line is no step.
    #[error("line {0} of the pilot's script is no step")]
    NoStep(usize),
    /// The folder for pictures cannot be made.
    #[error("the pilot's folder for pictures cannot be made")]
    Shots(#[source] io::Error),
}

/// The steps, and which one is present.
#[derive(Debug, PartialEq)]
pub struct Script {
    steps: Vec<(usize, Step)>,
    present: usize,
}

impl Script {
    /// Reads a script.
    pub fn load(path: &Path) -> Result<Script, PilotError> {
        Script::read(&fs::read_to_string(path).map_err(PilotError::Read)?)
    }

    fn read(text: &str) -> Result<Script, PilotError> {
        let mut steps = Vec::new();
        for (number, line) in text.lines().enumerate().take(MAX_STEPS) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                steps.push((number + 1, step(line).ok_or(PilotError::NoStep(number + 1))?));
            }
        }
        Ok(Script { steps, present: 0 })
    }

    /// The present step; `None` after the last one.
    pub fn present(&self) -> Option<&Step> {
        self.steps.get(self.present).map(|(_, step)| step)
    }

    /// The present step with its line, for a report.
    pub fn present_text(&self) -> String {
        self.steps.get(self.present).map_or_else(String::new, |(line, step)| format!("line {line}, {step:?},"))
    }

    /// Moves on.
    pub fn next(&mut self) {
        self.present += 1;
    }

    /// How long the present step may take: a wait takes as long as it says.
    pub fn patience_secs(&self, usual: f64) -> f64 {
        match self.present() {
            Some(Step::Wait(secs)) => secs + usual,
            _ => usual,
        }
    }
}

fn step(line: &str) -> Option<Step> {
    let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim();
    let quoted = || rest.strip_prefix('"')?.strip_suffix('"').filter(|words| !words.is_empty()).map(str::to_owned);
    match verb {
        "see" => quoted().map(Step::See),
        "tap" => quoted().map(Step::Tap),
        "type" => quoted().map(Step::Type),
        "wait" => rest.parse().ok().filter(|secs: &f64| (0.0..=600.0).contains(secs)).map(Step::Wait),
        "shot" => {
            let plain = rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
            (plain && !rest.is_empty()).then(|| Step::Shot(rest.to_owned()))
        }
        "end" if rest.is_empty() => Some(Step::End),
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
        let steps: Vec<Step> = script.expect("a script").steps.into_iter().map(|(_, step)| step).collect();
        let words = |words: &str| words.to_owned();
        let wanted = [
            Step::See(words("Welcome")),
            Step::Tap(words("Start")),
            Step::Type(words("shlink:/x")),
            Step::Wait(0.5),
            Step::Shot(words("one-1")),
            Step::End,
        ];
        assert_eq!(steps, wanted);
    }

    #[test]
    fn a_line_that_is_no_step_is_named() {
        for line in ["jump", "see Welcome", "tap \"\"", "wait long", "wait -1", "shot ../x", "shot", "end now"] {
            assert!(matches!(Script::read(&format!("end\n{line}")), Err(PilotError::NoStep(2))), "{line}");
        }
    }
}
