//! Which file of a source tree uses which: reads the paths in Rust code, resolves them, finds circles.
//!
//! - Comments, texts and what stands under `#[cfg(test)]` or `#[cfg(doc)]` count for nothing, nor do files called `*tests.rs`.
//! - A path counts wherever it stands, in a `use` (groups taken apart) or in the middle of code, in a macro too, if it begins with
//!   `crate`, `super`, `self` or a child module.
//! - It leads to the file that declares what it names: a name that a module re-exports or has imported leads on to where it
//!   comes from.
//! - That a module declares its children and re-exports what is theirs (`mod`, `pub use`) is no use of them. Whatever else
//!   it names of a child is; so a child that takes something from its parent makes a circle with a parent that works with it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// A module's path from the crate's root, which is the empty one.
type Module = Vec<String>;

/// The modules of a crate, one a file.
#[derive(Default)]
pub struct Tree(BTreeMap<Module, File>);

#[derive(Default)]
struct File {
    /// Absolute paths that the code names, re-exports of its own children aside.
    uses: Vec<Vec<String>>,
    /// What can be taken from this module and is declared elsewhere: name and absolute path.
    imports: BTreeMap<String, Vec<String>>,
    /// Modules of which everything can be taken from this one.
    globs: Vec<Vec<String>>,
    declares: BTreeSet<String>,
    /// Every path as it is written, those of other crates among them.
    names: BTreeSet<String>,
}

/// Who uses whom, and one path that shows it.
pub type Uses = BTreeMap<String, BTreeMap<String, String>>;

impl Tree {
    /// Reads a folder of sources.
    pub fn read(root: &Path) -> Tree {
        let mut texts = BTreeMap::new();
        read_folder(root, &mut Vec::new(), &mut texts);
        Tree::of(texts)
    }

    /// From texts by their modules' paths (`a::b`; the root is "").
    pub fn of(texts: BTreeMap<String, String>) -> Tree {
        let path = |name: &str| name.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Module>();
        let texts: BTreeMap<Module, String> = texts.into_iter().map(|(name, text)| (path(&name), text)).collect();
        let modules: BTreeSet<Module> = texts.keys().cloned().collect();
        Tree(texts.into_iter().map(|(module, text)| (module.clone(), Reader::read(module, &modules, text))).collect())
    }

    /// Each file's module and the paths that it names, those of other crates among them.
    pub fn names(&self) -> impl Iterator<Item = (String, &BTreeSet<String>)> {
        self.0.iter().map(|(module, file)| (module.join("::"), &file.names))
    }

    /// Which module right below the root uses which.
    pub fn uses_of_modules(&self) -> Uses {
        let mut uses = Uses::new();
        for (module, file) in &self.0 {
            let Some(user) = module.first() else { continue };
            uses.entry(user.clone()).or_default();
            for path in &file.uses {
                if path[0] != *user && self.0.contains_key(&path[..1]) {
                    let shown = format!("{} names {}", module.join("::"), path.join("::"));
                    uses.entry(user.clone()).or_default().entry(path[0].clone()).or_insert(shown);
                }
            }
        }
        uses
    }

    /// Which file uses which.
    pub fn uses_of_files(&self) -> Uses {
        let mut uses = Uses::new();
        for (module, file) in &self.0 {
            let of_this = uses.entry(module.join("::")).or_default();
            for path in &file.uses {
                let used = self.resolve(path, 0);
                if used != *module && !used.is_empty() {
                    of_this.entry(used.join("::")).or_insert_with(|| path.join("::"));
                }
            }
        }
        uses
    }

    /// The module that declares what the path names.
    fn resolve(&self, path: &[String], depth: usize) -> Module {
        let mut module = Module::new();
        for (at, name) in path.iter().enumerate() {
            let child = [module.as_slice(), std::slice::from_ref(name)].concat();
            if self.0.contains_key(&child) {
                module = child;
                continue;
            }
            let file = &self.0[&module];
            if depth > 16 || file.declares.contains(name) {
                return module;
            }
            if let Some(from) = file.imports.get(name) {
                return self.resolve(&[from.as_slice(), &path[at + 1..]].concat(), depth + 1);
            }
            let from_glob = file.globs.iter().map(|glob| self.resolve(glob, depth + 1));
            return from_glob
                .into_iter()
                .find(|found| *found != module && self.0[found].declares.contains(name))
                .unwrap_or(module);
        }
        module
    }
}

/// One circle of each knot, shortest first step first, as a path that ends where it began. Each step says why.
pub fn circles(uses: &Uses) -> Vec<String> {
    let mut told = BTreeSet::new();
    let mut circles = Vec::new();
    for start in uses.keys() {
        if told.contains(start) {
            continue;
        }
        let Some(circle) = way_back(uses, start) else { continue };
        told.extend(uses.keys().filter(|other| reaches(uses, start, other) && reaches(uses, other, start)).cloned());
        let steps =
            circle.windows(2).map(|step| format!("\n    {} -> {} ({})", step[0], step[1], uses[&step[0]][&step[1]]));
        circles.push(format!("{}{}", circle.join(" -> "), steps.collect::<String>()));
    }
    circles
}

fn reaches(uses: &Uses, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::from([from]), vec![from]);
    while let Some(at) = next.pop() {
        for used in uses.get(at).into_iter().flat_map(BTreeMap::keys) {
            if used == to {
                return true;
            }
            if seen.insert(used) {
                next.push(used);
            }
        }
    }
    false
}

/// The shortest path from `start` to itself.
fn way_back(uses: &Uses, start: &str) -> Option<Vec<String>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for used in uses.get(at).into_iter().flat_map(BTreeMap::keys) {
            if used == start {
                let mut path = vec![start.to_owned(), at.to_owned()];
                while let Some(previous) = before.get(path[path.len() - 1].as_str()) {
                    path.push((*previous).to_owned());
                }
                path.reverse();
                return Some(if at == start { vec![start.to_owned(); 2] } else { path });
            }
            if !before.contains_key(used.as_str()) {
                before.insert(used, at);
                queue.push_back(used);
            }
        }
    }
    None
}

fn read_folder(folder: &Path, module: &mut Module, texts: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let name = entry.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        if entry.is_dir() {
            module.push(name);
            read_folder(&entry, module, texts);
            module.pop();
        } else if entry.extension().is_some_and(|ending| ending == "rs") && !name.ends_with("tests") && name != "main" {
            let own = if ["mod", "lib"].contains(&name.as_str()) { None } else { Some(name) };
            let path: Vec<&str> = module.iter().map(String::as_str).chain(own.as_deref()).collect();
            texts.insert(path.join("::"), fs::read_to_string(&entry).expect("a readable file"));
        }
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
    fn read(module: Module, modules: &BTreeSet<Module>, text: String) -> File {
        let words = without_tests(&words(&text));
        let mut reader = Reader { module, modules, words, at: 0, depth: 0, file: File::default() };
        while reader.at < reader.words.len() {
            reader.step();
        }
        reader.file
    }

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
