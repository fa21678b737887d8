//! Which file of a source tree uses which: resolves the paths that each names, finds circles.
//!
//! - Comments, texts and what stands under `#[cfg(test)]` or `#[cfg(doc)]` count for nothing, nor do files called `*tests.rs`.
//! - A path counts wherever it stands, in a `use` (groups taken apart) or in the middle of code, in a macro too, if it begins with
//!   `crate`, `super`, `self` or a child module.
//! - It leads to the file that declares what it names: a name that a module re-exports or has imported leads on to where it
//!   comes from.
//! - That a module declares its children and re-exports what is theirs (`mod`, `pub use`) is no use of them. Whatever else
//!   it names of a child is; so a child that takes something from its parent makes a circle with a parent that works with it.

use super::file::{File, Module};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// The modules of a crate, one a file.
pub struct Tree(BTreeMap<Module, File>);

/// Who uses whom, and one path that shows it.
pub type Uses = BTreeMap<String, BTreeMap<String, String>>;

impl Tree {
    /// Reads a folder of sources.
    pub fn read(root: &Path) -> Tree {
        let mut texts = BTreeMap::new();
        read_folder(root, &mut Vec::new(), &mut texts);
        Tree::from_texts(texts)
    }

    /// Of texts by their modules' paths (`a::b`; the root is "").
    pub fn from_texts(texts: BTreeMap<String, String>) -> Tree {
        let path = |name: &str| name.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect::<Module>();
        let texts: BTreeMap<Module, String> = texts.into_iter().map(|(name, text)| (path(&name), text)).collect();
        let modules: BTreeSet<Module> = texts.keys().cloned().collect();
        Tree(texts.into_iter().map(|(module, text)| (module.clone(), File::read(module, &modules, &text))).collect())
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
