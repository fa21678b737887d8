//! `ktc-kiosk explain`: every step of one code, the rule that it follows, what was found, who must act. For connectathons and
//! help desks: what it prints by default holds no patient data, no key and no address beyond its host.

use super::input::texts_of;
use super::network::Around;
use super::outcome::Outcome;
use super::read::{self, not_ours, not_read, refused};
use crate::resolve::{Explained, ResolveDefect, Trace, explain_text};
use crate::sandbox::{ShareRefusal, Steps};
use crate::scan::{CodeReader, Reading};
use crate::sensitive::Sensitive;
use crate::text::is_hidden;
use serde_json::{Map, Value, json};
use std::io::{self, Write};

/// What of an intake reveals nothing about the patient.
const ALWAYS_SHOWN: [&str; 8] = [
    "outcome",
    "kind",
    "kill_the_clipboard",
    "app_attestation",
    "counts",
    "refused",
    "unreadable_entries",
    "last_updated",
];

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// JSON instead of a list.
    pub json: bool,
    /// Patient data, keys and addresses as well.
    pub show_patient_data: bool,
}

impl Style {
    /// The trace for this style: details are not even kept where nobody asked for them.
    fn trace(self) -> Trace {
        if self.show_patient_data { Trace::with_details() } else { Trace::default() }
    }

    /// The same for steps that are taken elsewhere.
    pub fn steps(self) -> Steps {
        if self.show_patient_data { Steps::WithDetails } else { Steps::Wanted }
    }
}

/// Explains the inputs in order (the parts of a card are several). Returns whether something was read.
pub(super) fn run(inputs: &[String], around: &Around<'_>, out: &mut dyn Write, style: Style) -> io::Result<bool> {
    let mut reader = CodeReader::default();
    let mut steps = Vec::new();
    let mut last = not_ours("no code of ours in the input");
    for input in inputs {
        let trace = style.trace();
        let texts = match texts_of(input, around.draw) {
            Ok(texts) => texts,
            Err(error) => {
                last = not_read(&error);
                trace.say("input", "a picture, a PDF, a card file or a text", error.to_string());
                steps.extend(trace.into_steps());
                continue;
            }
        };
        if texts.is_empty() {
            trace.say("picture", "QR code, and nothing else", "no code was found in it");
        }
        steps.extend(trace.into_steps());
        for text in texts {
            let trace = style.trace();
            explain_text(text.reveal(), &trace);
            steps.extend(trace.into_steps());
            last = match reader.read(text.reveal()) {
                Ok(Reading::Code(code)) => {
                    let reply = (around.resolve)(&code);
                    steps.extend(reply.steps);
                    reply.outcome.map_or_else(|refusal| refused(&refusal), |arrived| read::read(&code, &arrived))
                }
                Ok(Reading::Part { have, of }) => (
                    json!({"outcome": "incomplete", "reason": format!("{have} of {of} parts of a card")}),
                    Outcome::Incomplete,
                ),
                Ok(Reading::Other(_)) => continue,
                Err(defect) => refused(&ShareRefusal::new(ResolveDefect::from(defect))),
            };
        }
    }
    let (mut outcome, end) = last;
    let read = end == Outcome::Read;
    if !style.show_patient_data {
        steps.iter_mut().for_each(|step| step.detail = None);
        if let Value::Object(members) = &mut outcome
            && read
        {
            members.retain(|name, _| ALWAYS_SHOWN.contains(&name.as_str()));
        }
    }
    match style.json {
        true => print_json(&steps, &outcome, out)?,
        false => print_list(&steps, &outcome, read, out)?,
    }
    Ok(matches!(end, Outcome::Read | Outcome::Choose))
}

fn print_json(steps: &[Explained], outcome: &Value, out: &mut dyn Write) -> io::Result<()> {
    let step = |explained: &Explained| {
        let mut members = Map::new();
        members.insert("step".to_owned(), json!(explained.step));
        members.insert("rule".to_owned(), json!(explained.rule));
        members.insert("found".to_owned(), json!(explained.found));
        if let Some(detail) = &explained.detail {
            members.insert("detail".to_owned(), json!(detail.reveal()));
        }
        Value::Object(members)
    };
    let printed = json!({"steps": steps.iter().map(step).collect::<Vec<_>>(), "outcome": outcome});
    writeln!(out, "{}", serde_json::to_string_pretty(&printed)?)
}

fn print_list(steps: &[Explained], outcome: &Value, read: bool, out: &mut dyn Write) -> io::Result<()> {
    for (number, explained) in steps.iter().enumerate() {
        let (step, found) = (printable(&explained.step), printable(&explained.found));
        writeln!(out, "{:>3}. {step}: {found}", number + 1)?;
        writeln!(out, "     rule: {}", printable(&explained.rule))?;
        for line in explained.detail.iter().flat_map(|detail: &Sensitive<String>| detail.reveal().lines()) {
            writeln!(out, "     > {}", printable(line))?;
        }
    }
    let text = |name: &str| printable(outcome[name].as_str().unwrap_or_default());
    writeln!(out)?;
    if read {
        writeln!(out, "Outcome: read, a {}", text("kind"))?;
        let counts = outcome["counts"].as_object().into_iter().flatten().filter(|(_, count)| **count != 0);
        for (section, count) in counts {
            writeln!(out, "  {section}: {count}")?;
        }
        let verdict = outcome["kill_the_clipboard"]["verdict"].as_str().unwrap_or("not judged");
        writeln!(out, "Kill the Clipboard: {verdict}")?;
        for trouble in outcome["refused"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            writeln!(out, "Not used: {trouble}")?;
        }
        if outcome.get("patient").is_some() {
            writeln!(out, "{}", printable(&outcome.to_string()))?;
        }
        return writeln!(out, "Who must act: nobody");
    }
    let (stage, reason) = (text("stage"), text("reason"));
    let at = if stage.is_empty() { String::new() } else { format!(" at {stage}") };
    writeln!(out, "Outcome: {}{at}: {reason}", text("outcome"))?;
    if let Some(actor) = outcome["who_must_act"].as_str() {
        let again = if outcome["retry_helps"] == true { "trying again can help" } else { "trying again does not help" };
        let actor = actor.trim_start_matches("actor-").replace('-', " ");
        let trouble = Some(text("trouble")).filter(|code| !code.is_empty());
        let trouble = trouble.map_or_else(String::new, |code| format!(" ({code})"));
        writeln!(out, "Who must act: {actor}{trouble}; {again}")?;
    }
    Ok(())
}

/// Strangers' text for a terminal: what could move its cursor or turn its letters is spelled out.
fn printable(text: &str) -> String {
    let spelled = |letter: char| letter.escape_unicode().to_string();
    let plain = |letter: char| if is_hidden(letter) { spelled(letter) } else { letter.to_string() };
    text.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_a_terminal_is_spelled_out() {
        assert_eq!(printable("a\u{1b}[2Jb\u{202e}c é"), "a\\u{1b}[2Jb\\u{202e}c é");
    }
}
