//! What one file names: its words, the paths among them, and where those lead from the crate's root.

use std::collections::{BTreeMap, BTreeSet};

/// A module's path from the crate's root, which is the empty one.
pub type Module = Vec<String>;

/// What one file names and declares.
#[derive(Default)]
pub struct File {
    /// Absolute paths that the code names, re-exports of its own children aside.
    pub uses: Vec<Vec<String>>,
    /// What can be taken from this module and is declared elsewhere: name and absolute path.
    pub imports: BTreeMap<String, Vec<String>>,
    /// Modules of which everything can be taken from this one.
    pub globs: Vec<Vec<String>>,
    pub declares: BTreeSet<String>,
    /// Every path as it is written, those of other crates among them.
    pub names: BTreeSet<String>,
}

impl File {
    /// Reads the file of a module; `modules` are all there are.
    pub fn read(module: Module, modules: &BTreeSet<Module>, text: &str) -> File {
        let words = without_tests(&words(text));
        let mut reader = Reader { module, modules, words, at: 0, depth: 0, file: File::default() };
        while reader.at < reader.words.len() {
            reader.step();
        }
        reader.file
    }
}

/// Reads the words of one file.
struct Reader<'a> {
    module: Module,
    modules: &'a BTreeSet<Module>,
    words: Vec<String>,
    at: usize,
    /// How many braces are open.
    depth: usize,
    file: File,
}

impl Reader<'_> {
    fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    fn step(&mut self) {
        let before = |back: usize| self.at.checked_sub(back).map_or("", |at| self.word(at));
        match self.word(self.at) {
            "use" => {
                let is_public = matches!(before(1), "pub" | ")");
                self.at += 1;
                self.use_tree(Vec::new(), is_public);
            }
            "struct" | "enum" | "fn" | "trait" | "const" | "static" | "type" | "union" | "mod" => {
                if self.depth == 0 {
                    self.file.declares.insert(self.word(self.at + 1).to_owned());
                }
                self.at += 1;
            }
            "{" => {
                self.depth += 1;
                self.at += 1;
            }
            "}" => {
                self.depth = self.depth.saturating_sub(1);
                self.at += 1;
            }
            // Not the path of a `pub(in ..)`.
            _ if self.word(self.at + 1) == "::" && before(1) != "::" && (before(2), before(1)) != ("(", "in") => {
                let mut path = vec![self.word(self.at).to_owned()];
                while self.word(self.at + 1) == "::" && is_name(self.word(self.at + 2)) {
                    path.push(self.word(self.at + 2).to_owned());
                    self.at += 2;
                }
                self.file.uses.extend(self.absolute(&path));
                self.file.names.insert(path.join("::"));
                self.at += 1;
            }
            _ => self.at += 1,
        }
    }

    /// A tree of a `use`, as far as its comma, brace or semicolon.
    fn use_tree(&mut self, mut path: Vec<String>, is_public: bool) {
        loop {
            let word = self.word(self.at).to_owned();
            self.at += 1;
            match word.as_str() {
                "::" => continue,
                "{" => {
                    while self.word(self.at) != "}" {
                        self.use_tree(path.clone(), is_public);
                        if self.word(self.at) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "*" => {
                    self.file.names.insert(path.join("::"));
                    if let Some(path) = self.absolute(&path) {
                        self.used(path.clone(), is_public);
                        self.file.globs.push(path);
                    }
                    return;
                }
                _ => path.push(word),
            }
            if self.word(self.at) != "::" {
                break;
            }
        }
        let mut name = path.last().cloned().unwrap_or_default();
        if name == "self" && path.len() > 1 {
            path.pop();
            name = path.last().cloned().unwrap_or_default();
        }
        if self.word(self.at) == "as" {
            name = self.word(self.at + 1).to_owned();
            self.at += 2;
        }
        self.file.names.insert(path.join("::"));
        if let Some(path) = self.absolute(&path) {
            self.used(path.clone(), is_public);
            self.file.imports.insert(name, path);
        }
    }

    fn used(&mut self, path: Vec<String>, is_public: bool) {
        let is_own = path.len() > self.module.len() && path.starts_with(&self.module);
        if !(is_public && is_own) {
            self.file.uses.push(path);
        }
    }

    /// From the crate's root, or nothing where it leads out of the crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (mut base, mut rest) = (self.module.clone(), path);
        match path.first()?.as_str() {
            "crate" => {
                base.clear();
                rest = &path[1..];
            }
            "self" => rest = &path[1..],
            "super" => {
                while rest.first().is_some_and(|name| name == "super") {
                    base.pop();
                    rest = &rest[1..];
                }
            }
            name => {
                let child = [self.module.as_slice(), &[name.to_owned()]].concat();
                if !self.modules.contains(&child) {
                    return None;
                }
            }
        }
        base.extend_from_slice(rest);
        (!base.is_empty()).then_some(base)
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_alphabetic() || letter == '_')
}

/// Names, `::` and single marks. Comments, texts, characters and lifetimes are left out.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = literal(rest) {
            length
        } else if letter.is_alphanumeric() || letter == '_' {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            words.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            words.push("::".to_owned());
            2
        } else {
            if !letter.is_whitespace() {
                words.push(letter.to_string());
            }
            letter.len_utf8()
        };
        rest = &rest[taken..];
    }
    words
}

/// How long the text, character or lifetime is that stands here, if one does.
fn literal(rest: &str) -> Option<usize> {
    let plain = rest.trim_start_matches(['b', 'c']);
    let prefix = rest.len() - plain.len();
    if let Some(raw) = plain.strip_prefix('r').filter(|_| prefix < 2) {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let inside = raw[hashes..].strip_prefix('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(rest.len() - inside.len() + inside.find(&end)? + end.len());
    }
    let mark = plain.chars().next().filter(|mark| prefix < 2 && matches!(mark, '"' | '\''))?;
    let inside = &plain[1..];
    let ends_with = |mark: char, from: usize| Some(prefix + 1 + from + inside.get(from..)?.find(mark)? + 1);
    match (mark, inside.chars().next()?) {
        ('"', _) => {
            let mut letters = inside.char_indices();
            while let Some((at, letter)) = letters.next() {
                match letter {
                    '\\' => drop(letters.next()),
                    '"' => return Some(prefix + at + 2),
                    _ => {}
                }
            }
            None
        }
        (mark, '\\') => ends_with(mark, 2),
        (mark, letter) if inside[letter.len_utf8()..].starts_with(mark) => ends_with(mark, letter.len_utf8()),
        // A lifetime.
        _ => Some(1 + inside.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(inside.len())),
    }
}

/// Leaves out each item under `#[cfg(test)]` or `#[cfg(doc)]`.
fn without_tests(words: &[String]) -> Vec<String> {
    let is_left_out = |at: usize| {
        let attribute = ["#", "[", "cfg", "("];
        words[at..].starts_with(&attribute.map(str::to_owned)) && matches!(words[at + 4].as_str(), "test" | "doc")
    };
    let (mut kept, mut at) = (Vec::new(), 0);
    while at < words.len() {
        if words[at] == "#" && is_left_out(at) {
            at = end_of_item(words, at + 7);
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    kept
}

/// Behind the item that begins here: its semicolon, or its braces.
fn end_of_item(words: &[String], from: usize) -> usize {
    let (mut depth, mut at, mut is_use) = (0_usize, from, false);
    while let Some(word) = words.get(at) {
        at += 1;
        match word.as_str() {
            "use" if depth == 0 => is_use = true,
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && word == "}" && !is_use {
                    break;
                }
            }
            ";" if depth == 0 => break,
            _ => {}
        }
    }
    at
}
