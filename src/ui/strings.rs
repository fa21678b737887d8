//! Every word on the screens, by id, from `assets/text/<language>/`. Holds nothing about a patient.

use crate::language::Language;
use fluent::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use std::fmt;

/// The words of one language.
pub struct Strings {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Strings {
    /// Reads the words that the program carries.
    pub fn new(language: Language) -> Strings {
        let mut bundle = FluentBundle::new(vec![language.tag().parse().unwrap_or_default()]);
        // Isolation marks are invisible characters that egui would draw as boxes; we lay out no right-to-left text.
        bundle.set_use_isolating(false);
        for file in language.texts() {
            // A test below holds that every file parses whole and no id stands twice.
            let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(readable, _)| readable);
            let _ = bundle.add_resource(resource);
        }
        Strings { language, bundle }
    }

    /// The words of every language, in the order of the buttons.
    pub fn of_all_languages() -> Vec<Strings> {
        Language::ALL.iter().copied().map(Strings::new).collect()
    }

    /// The language of these words.
    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text of this id; the id itself when there is none.
    pub fn text(&self, id: &str) -> String {
        self.text_with(id, &[])
    }

    /// The text of this id with its places filled.
    pub fn text_with(&self, id: &str, values: &[(&str, &str)]) -> String {
        let mut filled = FluentArgs::new();
        for (name, value) in values {
            filled.set(*name, *value);
        }
        self.format(id, &filled)
    }

    /// The text of this id for so many things, in the plural form of the language. The place is `count`.
    pub fn count(&self, id: &str, count: usize) -> String {
        let mut filled = FluentArgs::new();
        filled.set("count", FluentValue::from(count));
        self.format(id, &filled)
    }

    fn format(&self, id: &str, filled: &FluentArgs<'_>) -> String {
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        let Some(pattern) = pattern else { return id.to_owned() };
        let mut defects = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(filled), &mut defects).into_owned();
        if defects.is_empty() { text } else { id.to_owned() }
    }
}

impl fmt::Debug for Strings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Strings({})", self.language.tag())
    }
}

#[cfg(test)]
#[path = "strings_tests.rs"]
mod tests;
