//! What a fact says: the sender's words as they came, and between them words of FHIR's own that each reader has in their
//! language: codes of HL7's small systems, the names of elements, the grammar of a dose. They stand in `assets/text/*/records.ftl`.

use super::shown;
use crate::language::Language;
use crate::sensitive::Sensitive;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::OnceLock;

/// Longer texts end with a mark; what is behind it stands under what became no fact.
pub(crate) const MAX_CHARS: usize = 20_000;

/// The short name of the tags of languages (BCP 47).
pub(crate) const LANGUAGE: &str = "language";

/// A part that is ours stands between these signs, which no text for people holds ([`shown`] writes controls out): its kind, and
/// its words apart. So a fact of a record, of which there are hundreds of thousands, is one text.
const OPEN: char = '\u{1}';
const APART: char = '\u{2}';
const CLOSE: char = '\u{3}';

/// One part of what is said.
enum Part<'t> {
    /// The sender's words, as plain text, and what stands between parts.
    Sent(&'t str),
    /// A message by its id, and what fills its place.
    Message(&'t str, &'t str),
    /// A code of a small system (`v3-maritalstatus`; empty for the code of an element).
    Code(&'t str, &'t str),
    /// The name of an element, as FHIR writes it (`bodySite`).
    Element(&'t str),
    /// The element that it is about. It is no part of what is said.
    About(&'t str),
}

/// See the module.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said(Sensitive<Box<str>>);

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[withheld]")
    }
}

impl Said {
    /// Words of the sender that were made plain before.
    pub(crate) fn sent(text: &Sensitive<String>) -> Said {
        Said(Sensitive::new(text.reveal().as_str().into()))
    }

    /// Nothing.
    pub(crate) fn nothing() -> Said {
        Said(Sensitive::new(Box::default()))
    }

    /// The same of this element, by the name that FHIR gives it.
    pub(crate) fn about(&self, element: &str) -> Said {
        let mut writer = Writer::default();
        writer.part('a', shown(element, 200).reveal(), "");
        writer.text.push_str(self.0.reveal());
        writer.finish()
    }

    /// The element that it is about, where it says so.
    pub(crate) fn element(&self) -> Option<&str> {
        match self.parts().next() {
            Some(Part::About(element)) => Some(element),
            Some(Part::Sent(_) | Part::Message(..) | Part::Code(..) | Part::Element(_)) | None => None,
        }
    }

    /// As it is kept, in no reader's language.
    pub(crate) fn as_written(&self) -> &str {
        self.0.reveal()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.parts().all(|part| matches!(part, Part::About(_)))
    }

    /// The sender's words, where it is nothing else.
    pub(crate) fn as_sent(&self) -> Option<&str> {
        Some(&**self.0.reveal()).filter(|text| !text.is_empty() && !text.contains(OPEN))
    }

    fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let mut rest = &**self.0.reveal();
        std::iter::from_fn(move || {
            let Some(ours) = rest.strip_prefix(OPEN) else {
                let end = rest.find(OPEN).unwrap_or(rest.len());
                let (sent, after) = rest.split_at(end);
                rest = after;
                return (!sent.is_empty()).then_some(Part::Sent(sent));
            };
            // What is not closed came from a process that was taken over: it ends the text.
            let (ours, after) = ours.split_once(CLOSE).unwrap_or((ours, ""));
            rest = after;
            let (kind, words) = ours.split_once(APART).unwrap_or((ours, ""));
            let (first, second) = words.split_once(APART).unwrap_or((words, ""));
            Some(match kind {
                "m" => Part::Message(first, second),
                "c" => Part::Code(first, second),
                "a" => Part::About(first),
                _ => Part::Element(first),
            })
        })
    }

    /// The whole of it, for a reader of this language.
    pub fn text(&self, language: Language) -> Sensitive<String> {
        let mut text = String::with_capacity(self.0.reveal().len());
        for part in self.parts() {
            match part {
                Part::Sent(sent) => text.push_str(sent),
                Part::Message(id, value) => text.push_str(&message(language, id, value).unwrap_or_default()),
                Part::Code(system, code) => text.push_str(&code_in(language, system, code)),
                Part::Element(name) => text.push_str(&element_in(language, name)),
                Part::About(_) => {}
            }
        }
        Sensitive::from(text)
    }

    /// The sender's words in it.
    fn words_of_sender(&self) -> impl Iterator<Item = &str> {
        self.parts().map(|part| match part {
            Part::Sent(text)
            | Part::Message(_, text)
            | Part::Code(_, text)
            | Part::Element(text)
            | Part::About(text) => text,
        })
    }

    /// Whether the sender's words in it hide or imitate something ([`super::misleads`]).
    pub(crate) fn misleads(&self) -> bool {
        !self.0.reveal().is_ascii() && self.words_of_sender().any(super::misleads)
    }

    /// Whether all of the sender's words in it are drawn as they were written ([`super::is_drawn_whole`]).
    pub(crate) fn is_drawn_whole(&self) -> bool {
        self.0.reveal().is_ascii() || self.words_of_sender().all(super::is_drawn_whole)
    }
}

/// How far something was written, to go back to.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    length: usize,
    between: Option<&'static str>,
}

/// Writes what is said, part by part.
#[derive(Default)]
pub(crate) struct Writer {
    text: String,
    /// What stands before the next part, once there is one.
    between: Option<&'static str>,
}

impl Writer {
    /// What was written.
    pub(crate) fn finish(self) -> Said {
        Said(Sensitive::new(self.text.into_boxed_str()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What comes next stands apart from what came before.
    pub(crate) fn next(&mut self, between: &'static str) {
        if !self.text.is_empty() {
            self.between = Some(between);
        }
    }

    /// The same, also where nothing was said before.
    pub(crate) fn between(&mut self, between: &'static str) {
        self.between = Some(between);
    }

    /// Words of the sender.
    pub(crate) fn sent(&mut self, text: &str) {
        self.glue(shown(text, MAX_CHARS).reveal());
    }

    /// Words of ours that no language changes: signs between values.
    pub(crate) fn glue(&mut self, text: &str) {
        self.text.push_str(self.between.take().unwrap_or_default());
        self.text.push_str(text);
    }

    fn part(&mut self, kind: char, first: &str, second: &str) {
        self.glue("");
        self.text.extend([OPEN, kind, APART]);
        self.text.push_str(first);
        if !second.is_empty() {
            self.text.push(APART);
            self.text.push_str(second);
        }
        self.text.push(CLOSE);
    }

    /// A message of `records.ftl` without a place to fill.
    pub(crate) fn message(&mut self, id: &'static str) {
        self.part('m', id, "");
    }

    /// A message with a value of the sender's; with `1`, its form for one.
    pub(crate) fn counted(&mut self, id: impl AsRef<str>, value: &str) {
        self.part('m', id.as_ref(), shown(value, MAX_CHARS).reveal());
    }

    /// A code with the short name of its system.
    pub(crate) fn code(&mut self, system: &str, code: &str) {
        self.part('c', shown(system, 200).reveal(), shown(code, MAX_CHARS).reveal());
    }

    /// The name of an element.
    pub(crate) fn element(&mut self, name: &str) {
        self.part('e', shown(name, 200).reveal(), "");
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark { length: self.text.len(), between: self.between }
    }

    /// Takes back what was written since.
    pub(crate) fn back_to(&mut self, mark: Mark) {
        self.text.truncate(mark.length);
        self.between = mark.between;
    }
}

/// The messages of one language by id.
fn messages(language: Language) -> &'static HashMap<&'static str, &'static str> {
    static ALL: OnceLock<Vec<HashMap<&'static str, &'static str>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let lines = |language: &Language| {
            let lines = language.records().lines().filter(|line| !line.starts_with('#'));
            lines.filter_map(|line| line.split_once(" = ")).map(|(id, text)| (id, unquoted(text))).collect()
        };
        Language::ALL.iter().map(lines).collect()
    });
    &all[Language::ALL.iter().position(|it| *it == language).unwrap_or(0)]
}

/// A text whose spaces at the ends count is quoted in Fluent.
fn unquoted(text: &'static str) -> &'static str {
    text.strip_prefix("{ \"").and_then(|text| text.strip_suffix("\" }")).unwrap_or(text)
}

/// The message of this id, with its place filled; with `1` the form for one, where there is such.
fn message(language: Language, id: &str, value: &str) -> Option<String> {
    let messages = messages(language);
    let one = if value == "1" { messages.get(format!("{id}-one").as_str()) } else { None };
    let text = one.or_else(|| messages.get(id))?;
    Some(if value.is_empty() { (*text).to_owned() } else { text.replace("{ $value }", value) })
}

/// Our word for a code: of its system, else of any; the code itself where we have none.
fn code_in(language: Language, system: &str, code: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    let name: String = code.chars().take(80).map(plain).collect();
    let of_system = || message(language, &format!("code-{system}-{name}"), "");
    let of_any = || message(language, &format!("code-{name}"), "");
    let found = match system {
        "" => of_any(),
        LANGUAGE => of_system().or_else(|| {
            // A language of some country is said with the tag behind it.
            let (primary, _) = name.split_once('-')?;
            Some(format!("{} ({code})", message(language, &format!("code-{system}-{primary}"), "")?))
        }),
        _ => of_system().or_else(of_any),
    };
    found.unwrap_or_else(|| code.to_owned())
}

/// Our English word for a code of a system of HL7's, where we have one.
pub(crate) fn word_of_code(system: &str, code: &str) -> Option<String> {
    let words = code_in(Language::English, system, code);
    (words != code || messages(Language::English).contains_key(format!("code-{code}").as_str())).then_some(words)
}

/// Our word for an element; otherwise its name with spaces (`bodyStructure` is "body structure").
pub(crate) fn element_in(language: Language, name: &str) -> String {
    message(language, &format!("element-{name}"), "").unwrap_or_else(|| spaced(name))
}

/// The same as a label, with a capital.
pub(crate) fn label_in(language: Language, name: &str) -> String {
    let word = element_in(language, name);
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn spaced(name: &str) -> String {
    let mut spaced = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if before == ' ' || letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            letter.to_ascii_lowercase()
        } else if letter == '_' {
            ' '
        } else {
            letter
        });
        before = letter;
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_in_the_readers_language_and_the_senders_words_stay() {
        let mut writer = Writer::default();
        writer.sent("6 tablet");
        writer.next(", ");
        writer.counted("term-once-a-wk", "");
        writer.next(", ");
        writer.code("", "tue");
        let said = writer.finish();
        assert_eq!(said.text(Language::English).reveal(), "6 tablet, once a week, Tuesday");
        assert_eq!(said.text(Language::Spanish).reveal(), "6 tablet, una vez por semana, martes");
    }

    #[test]
    fn a_code_without_a_word_is_shown_and_a_label_without_a_value_is_taken_back() {
        let mut writer = Writer::default();
        writer.code("v3-unheard", "ZZ9");
        let mark = writer.mark();
        writer.next(", ");
        writer.element("bodyStructure");
        writer.back_to(mark);
        assert_eq!(writer.finish().text(Language::English).reveal(), "ZZ9");
        assert_eq!(element_in(Language::English, "unheardOfThing"), "unheard of thing");
    }
}
