//! Holds the four rings of `src/lib.rs`: a module uses its own ring and the rings inside it, and the pure rings know no
//! device, network, disk, window or clock.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops at what it did not expect")]

use std::fs;
use std::path::{Path, PathBuf};

/// Ring by ring, from the inside.
const RINGS: [&[&str]; 4] = [
    &["json", "jws", "language", "manual", "sensitive", "session_id", "text", "time"],
    &[
        "audit",
        "fhir",
        "filing",
        "health_card",
        "health_link",
        "inflate",
        "intake",
        "ktc",
        "limits",
        "reconciliation",
        "resolve",
        "scan",
        "session",
        "ticket",
        "trouble",
        "trust",
        "viewing",
        "visit_record",
    ],
    &["sandbox", "camera", "config", "folder", "link_host", "net", "printer", "store"],
    &["app", "cli", "pilot", "runtime", "ui"],
];

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

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files.extend(source_files(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            files.push(entry);
        }
    }
    files
}

/// The module of `src/` that a file belongs to; `lib`, `main` are none.
fn module_of(file: &Path) -> Option<String> {
    let below = file.strip_prefix(source_root()).expect("below src");
    let first = below.components().next()?.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (first != "lib" && first != "main").then_some(first)
}

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn ring_of(module: &str) -> usize {
    let ring = RINGS.iter().position(|ring| ring.contains(&module));
    ring.unwrap_or_else(|| panic!("module `{module}` stands in no ring: add it to tests/layering.rs and to src/lib.rs"))
}

/// The code of a file without comments and without its tests.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("a readable file");
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// Every module that the code names as `crate::module`.
fn used_modules(code: &str) -> Vec<String> {
    let named = code.split("crate::").skip(1);
    named
        .map(|rest| rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect())
        .collect()
}

#[test]
fn use_points_inward_only() {
    let mut seen = 0;
    for file in source_files(&source_root()) {
        let Some(module) = module_of(&file) else { continue };
        for used in used_modules(&code_of(&file)) {
            seen += 1;
            assert!(
                ring_of(&used) <= ring_of(&module),
                "{} uses crate::{used}, which lies further out",
                file.display()
            );
        }
    }
    assert!(seen > 100, "only {seen} uses were seen: the test reads the wrong place");
}

#[test]
fn the_pure_rings_name_no_device_and_no_clock() {
    for file in source_files(&source_root()) {
        let Some(module) = module_of(&file).filter(|module| ring_of(module) < 2) else { continue };
        let code = code_of(&file);
        for word in IMPURE {
            assert!(!code.contains(word), "{} ({module}) names {word}", file.display());
        }
    }
}

#[test]
fn the_faces_see_no_device() {
    for file in source_files(&source_root().join("ui")) {
        for used in used_modules(&code_of(&file)) {
            assert!(!HIDDEN_FROM_UI.contains(&used.as_str()), "{} uses crate::{used}", file.display());
        }
    }
}
