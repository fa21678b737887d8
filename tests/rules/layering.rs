//! Holds the order that is drawn in `src/lib.rs`: a module uses only what stands before it, no modules and no files use each
//! other in a circle, and the pure rings know no device, network, disk, window or clock.

mod file;
mod tree;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tree::{Tree, Uses, circles};

/// The rings whose code is pure.
const PURE: [&str; 2] = ["words", "rules"];

/// What the pure rings must not name.
const IMPURE: [&str; 13] = [
    "egui",
    "eframe",
    "tokio",
    "reqwest",
    "rusqlite",
    "nokhwa",
    "escpos",
    "std::fs",
    "std::net",
    "std::thread",
    "std::env",
    "SystemTime",
    "Instant::now",
];

/// What the faces must not see.
const HIDDEN_FROM_UI: [&str; 8] = ["sandbox", "camera", "folder", "link_host", "net", "printer", "store", "runtime"];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn library() -> String {
    std::fs::read_to_string(source_root().join("lib.rs")).expect("src/lib.rs")
}

/// Each module of the drawing with its ring, innermost first. A line that begins with a ring's name begins the ring.
fn drawing(library: &str) -> Vec<(String, String)> {
    let lines = library.lines().filter_map(|line| line.strip_prefix("//! "));
    let lines = lines.skip_while(|line| !line.starts_with("words ")).take_while(|line| !line.starts_with("```"));
    let mut ring = String::new();
    let mut drawn = Vec::new();
    for line in lines {
        let mut words = line.split_whitespace();
        if !line.starts_with(' ') {
            words.next().unwrap_or_default().clone_into(&mut ring);
        }
        drawn.extend(words.map(|module| (module.to_owned(), ring.clone())));
    }
    drawn
}

/// Every use of what does not stand before the user.
fn wrong_uses(order: &[(String, String)], uses: &Uses) -> Vec<String> {
    let place = |module: &str| order.iter().position(|(name, _)| name == module);
    let mut wrong = Vec::new();
    for (user, used) in uses {
        for (name, why) in used {
            if place(name).is_none_or(|place_of_used| Some(place_of_used) >= place(user)) {
                wrong.push(format!("{user} uses {name}, which does not stand before it: {why}"));
            }
        }
    }
    wrong
}

#[test]
fn the_drawing_names_each_module_once() {
    let drawn = drawing(&library());
    let names: BTreeSet<&str> = drawn.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), drawn.len(), "a module is drawn twice: {drawn:?}");
    let library = library();
    let declared = library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let declared: BTreeSet<&str> = declared.filter(|module| *module != "manual").collect();
    assert_eq!(declared, names, "declared and drawn in src/lib.rs");
}

#[test]
fn each_module_uses_only_what_stands_before_it() {
    let uses = Tree::read(&source_root()).uses_of_modules();
    assert!(uses.values().map(|used| used.len()).sum::<usize>() > 100, "the test reads the wrong place: {uses:?}");
    let wrong = wrong_uses(&drawing(&library()), &uses);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_modules_and_no_files_use_each_other_in_a_circle() {
    let tree = Tree::read(&source_root());
    let found = [circles(&tree.uses_of_modules()), circles(&tree.uses_of_files())].concat();
    assert!(found.is_empty(), "{} circles:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_pure_rings_name_no_device_and_no_clock() {
    let drawn = drawing(&library());
    let pure: BTreeSet<&str> =
        drawn.iter().filter(|(_, ring)| PURE.contains(&ring.as_str())).map(|(name, _)| name.as_str()).collect();
    for (module, names) in Tree::read(&source_root()).names() {
        if !module.split("::").next().is_some_and(|top| pure.contains(top)) {
            continue;
        }
        for (name, word) in names.iter().flat_map(|name| IMPURE.map(|word| (name, word))) {
            assert!(!format!("::{name}::").contains(&format!("::{word}::")), "{module} names {name}");
        }
    }
}

#[test]
fn the_faces_see_no_device() {
    let uses = Tree::read(&source_root()).uses_of_modules();
    let seen: Vec<_> = uses["ui"].iter().filter(|(used, _)| HIDDEN_FROM_UI.contains(&used.as_str())).collect();
    assert!(seen.is_empty(), "{seen:?}");
}

/// A little tree with one of everything, in which `rules` may use `words` and not the other way round.
fn invented(rules: &str, words: &str) -> Tree {
    let files = [("", "pub mod rules; pub mod words;"), ("rules", rules), ("words", words)];
    Tree::from_texts(files.map(|(module, text)| (module.to_owned(), text.to_owned())).into())
}

const ORDER: &str = "//! words   words\n//! rules   rules\n//! ```";

#[test]
fn a_forbidden_use_is_found_in_whatever_way_it_is_written() {
    let drawn = drawing(ORDER);
    let allowed = invented("use crate::words::{Text, other::Thing};", "pub struct Text;");
    assert_eq!(wrong_uses(&drawn, &allowed.uses_of_modules()), Vec::<String>::new());
    for words in [
        "use crate::rules::Rule;",
        "use crate::{words::Text, rules::Rule};",
        "use {std::fmt, crate::{rules::{self, Rule}}};",
        "use super::rules;",
        "pub use super::super::words::x; pub(crate) use crate::rules::*;",
        "fn f() -> crate::rules::Rule { todo!() }",
        "fn f() { println!(\"{}\", crate::rules::RULE); for x in crate::rules::all() {} }",
        "const QUOTE: char = '\"'; const TEXT: &str = r#\"\"\"#; type T<'a> = crate::rules::Rule<'a>;",
    ] {
        let wrong = wrong_uses(&drawn, &invented("use crate::words::Text;", words).uses_of_modules());
        assert_eq!(wrong.len(), 1, "{words}: {wrong:?}");
        assert!(
            wrong[0].starts_with("words uses rules, which does not stand before it: words names rules"),
            "{wrong:?}"
        );
    }
    for words in [
        "// use crate::rules::Rule;\n/* crate::rules::Rule */ const TEXT: &str = \"crate::rules::Rule\";",
        "#[cfg(test)] mod tests { use crate::rules::Rule; fn f() { { crate::rules::f(); } } }",
        "#[cfg(doc)] use crate::rules::Rule; pub struct Text;",
        "pub(in crate::words) struct Text; const MARK: u8 = b'\\''; const C: char = '\\u{7b}';",
    ] {
        let uses = invented("", words).uses_of_modules();
        assert_eq!(wrong_uses(&drawn, &uses), Vec::<String>::new(), "{words}");
    }
}

#[test]
fn a_module_that_is_not_drawn_may_be_used_by_nobody() {
    let drawn = drawing("//! words   \n//! rules   rules\n//! ```");
    let wrong = wrong_uses(&drawn, &invented("use crate::words::Text;", "").uses_of_modules());
    assert_eq!(wrong, ["rules uses words, which does not stand before it: rules names words::Text"]);
}

#[test]
fn a_circle_is_told_as_a_path_with_what_makes_each_step() {
    let tree = invented("use crate::words::Text;", "fn f() { crate::rules::f() }");
    let told = "rules -> words -> rules\n    rules -> words (rules names words::Text)\n    words -> rules (words names rules::f)";
    assert_eq!(circles(&tree.uses_of_modules()), [told]);
}

/// A module with two children: `one` takes from its parent, `two` from `one`.
fn family(parent: &str, one: &str) -> Vec<String> {
    let files = [("", "mod a;"), ("a", parent), ("a::one", one), ("a::two", "use super::One; pub struct Two;")];
    circles(&Tree::from_texts(files.map(|(module, text)| (module.to_owned(), text.to_owned())).into()).uses_of_files())
}

#[test]
fn a_parent_that_re_exports_its_children_uses_none_and_one_that_works_with_them_does() {
    let re_exports = "mod one; mod two; pub use one::One; pub(crate) use self::two::*; pub struct Shared;";
    assert_eq!(family(re_exports, "use super::Shared; pub struct One;"), Vec::<String>::new());
    let works = "mod one; mod two; pub use one::One; pub struct Shared; fn f() { one::help() }";
    let circle = family(works, "use super::Shared; pub struct One;");
    assert!(circle.len() == 1 && circle[0].starts_with("a -> a::one -> a\n"), "{circle:?}");
    assert_eq!(family(works, "pub struct One;"), Vec::<String>::new(), "the child takes nothing");
}

#[test]
fn a_name_leads_through_re_exports_to_the_file_that_declares_it() {
    let parent = "mod one; mod two; pub use one::One; pub use two::*;";
    let circle = family(parent, "use super::Two; pub struct One;");
    assert!(circle.len() == 1 && circle[0].starts_with("a::one -> a::two -> a::one\n"), "{circle:?}");
    assert!(circle[0].contains("a::two -> a::one (a::One)"), "{circle:?}");
}
