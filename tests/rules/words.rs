//! What decides is a type: the word of a reason, a state or an answer stands where its list is declared and nowhere else in
//! the source, and no two words are compared in place of the types that have them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Closed lists whose words are elements of FHIR records: in the source such a word means the element.
const NAMES_OF_ELEMENTS: [&str; 8] =
    ["FactKind", "Field", "IdentityCheck", "MatchField", "Nearness", "Question", "Section", "Stage"];

/// Words that stand somewhere else in the source too and mean something else there: file, word, what it is.
const OTHERS: [(&str, &str, &str); 17] = [
    ("src/audit/kind.rs", "passcode-sent", "an event of the audit log"),
    ("src/audit/kind.rs", "person-chosen", "an event of the audit log"),
    ("src/audit/kind.rs", "undo-confirmed", "an event of the audit log"),
    ("src/delivery/undo/mark.rs", "entered-in-error", "a status of FHIR"),
    ("src/audit/kind.rs", "sharing-agreed", "an event of the audit log"),
    ("src/audit/kind.rs", "sharing-declined", "an event of the audit log"),
    ("src/intake/flags.rs", "entered-in-error", "a status of FHIR"),
    ("src/intake/flags.rs", "declined", "a status of FHIR"),
    ("src/intake/flags.rs", "refuted", "a status of FHIR"),
    ("src/patient_match/identifiers.rs", "entered-in-error", "a status of FHIR"),
    ("src/ktc/mod.rs", "no-patient", "a finding of the profile"),
    ("src/ktc/mod.rs", "several-patients", "a finding of the profile"),
    ("src/trouble.rs", "address-refused", "a code that people read to each other"),
    ("src/trouble.rs", "timed-out", "a code that people read to each other"),
    ("src/ui/screens/passcode.rs", "passcode-typed", "the id of a text"),
    ("src/net/ehr/exchange.rs", "ehr-too-large-answer", "the log's word for the answer itself"),
    ("src/net/ehr/scopes.rs", "read", "a scope of SMART"),
];

/// Where the word itself is the matter: a Provenance states the code of an assurance, and one is filed for each code; a location
/// states the type of the record that lies there.
const BY_THEIR_WORD: [(&str, &str); 2] =
    [("src/filing/plan.rs", "assurance().code() =="), ("src/delivery/answer.rs", "stated == kind.word()")];

/// A word, the list that it belongs to and the file that declares it.
type Words = BTreeMap<String, (String, String)>;

#[test]
fn a_word_of_a_closed_list_stands_in_its_own_file_alone() {
    let (sources, mut unused) = (sources(), OTHERS.to_vec());
    let words = words(&sources);
    assert!(words.len() > 100, "only {} words: the lists are declared in another way", words.len());
    let mut found = Vec::new();
    for (file, code) in &sources {
        for (start, text) in literals(code) {
            let Some((list, home)) = words.get(text).filter(|(_, home)| home != file) else { continue };
            // A word of two parts means the list wherever it stands; a single word may be anything until it decides.
            if !text.contains('-') && !is_compared(code, start, text) {
                continue;
            }
            let known = OTHERS.iter().find(|(other, word, _)| other == file && *word == text);
            unused.retain(|other| Some(other) != known);
            if known.is_none() {
                found.push(format!("{file}: \"{text}\" is a word of {list} ({home})"));
            }
        }
    }
    assert!(found.is_empty(), "use the type: {found:#?}");
    assert!(unused.is_empty(), "not there any more: {unused:?}");
}

#[test]
fn no_two_words_are_compared() {
    let mut found = Vec::new();
    for (file, code) in sources() {
        for line in code.lines() {
            let is_known = BY_THEIR_WORD.iter().any(|(known, part)| *known == file && line.contains(part));
            if compares_a_word(line) && !is_known {
                found.push(format!("{file}: {}", line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "compare the types: {found:#?}");
}

#[test]
fn what_the_tests_above_look_for_is_found() {
    assert!(is_compared(r#"if reason == "parked" {"#, 13, "parked"));
    assert!(is_compared(r#"match reason { "parked" => 1,"#, 16, "parked"));
    assert!(is_compared(r#"matches!(reason, Some("waiting" | "parked"))"#, 34, "parked"));
    assert!(!is_compared(r#"json!({"parked": 1})"#, 8, "parked"));
    assert!(compares_a_word("if entry.state.word() == other {") && compares_a_word("match reason.log_word() {"));
    assert!(compares_a_word("if known != reason.code() {") && !compares_a_word("let word = reason.word();"));
    let list = "#[derive(strum::EnumString)]\n#[strum(serialize_all = \"kebab-case\")]\npub enum Reason {\n    /// \n    EhrAway,\n    \
                Other(Box<u8>),\n    #[strum(serialize = \"x-y\")]\n    Third { of: u8 },\n}\n";
    assert_eq!(variants(list), [("Reason".into(), vec!["ehr-away".into(), "other".into(), "x-y".into()])]);
}

/// Each file of the source with its code, without comments and tests.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    files_below(&root.join("src"), &mut files);
    let named = files.into_iter().map(|file| {
        let text = fs::read_to_string(&file).expect("a readable file");
        (file.strip_prefix(root).expect("a file of the package").to_string_lossy().into_owned(), code_of(&text))
    });
    named.filter(|(name, _)| !name.ends_with("tests.rs") && !name.contains("/tests/")).collect()
}

fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        match entry.extension() {
            _ if entry.is_dir() => files_below(&entry, files),
            Some(kind) if kind == "rs" => files.push(entry),
            _ => {}
        }
    }
}

fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn words(sources: &[(String, String)]) -> Words {
    let mut words = Words::new();
    for (file, code) in sources {
        for (list, variants) in variants(code) {
            if !NAMES_OF_ELEMENTS.contains(&list.as_str()) {
                words.extend(variants.into_iter().map(|word| (word, (list.clone(), file.clone()))));
            }
        }
    }
    words
}

/// The lists whose words are derived, each with its words.
fn variants(code: &str) -> Vec<(String, Vec<String>)> {
    let lists = code.split("#[strum(serialize_all = \"kebab-case\"").skip(1);
    let lists = lists.filter_map(|rest| rest.split_once("enum ")).filter_map(|(_, rest)| {
        let (name, rest) = rest.split_once('{')?;
        let body = rest.split_once("\n}").map_or(rest, |(body, _)| body);
        Some((name.trim().to_owned(), body))
    });
    lists.map(|(name, body)| (name, words_of(body))).collect()
}

fn words_of(body: &str) -> Vec<String> {
    let (mut depth, mut said, mut words) = (0_i32, None, Vec::new());
    for line in body.lines().map(str::trim) {
        if let Some(attribute) = line.strip_prefix("#[strum(") {
            said = attribute.split('"').nth(1).map(str::to_owned);
        } else if depth == 0 && line.starts_with(|first: char| first.is_ascii_uppercase()) {
            let variant: String = line.chars().take_while(char::is_ascii_alphanumeric).collect();
            words.push(said.take().unwrap_or_else(|| kebab(&variant)));
        }
        depth += line.chars().map(|sign| i32::from("({".contains(sign)) - i32::from(")}".contains(sign))).sum::<i32>();
    }
    words
}

fn kebab(variant: &str) -> String {
    let mut word = String::new();
    for letter in variant.chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

/// The texts in the code, and where each begins.
fn literals(code: &str) -> Vec<(usize, &str)> {
    let (mut start, mut found) = (0, Vec::new());
    for line in code.split_inclusive('\n') {
        let (mut at, parts) = (start, line.split('"').enumerate());
        for (number, part) in parts {
            if number % 2 == 1 {
                found.push((at, part));
            }
            at += part.len() + 1;
        }
        start += line.len();
    }
    found
}

/// Whether something is decided by the text that begins here: it is compared, or an arm of a match.
fn is_compared(code: &str, start: usize, text: &str) -> bool {
    let before = code[..start].trim_end_matches('"').trim_end();
    let after = code[start + text.len()..].trim_start_matches('"').trim_start();
    let signs = ["==", "!="];
    signs.iter().any(|sign| before.ends_with(sign) || after.starts_with(sign))
        || after.starts_with("=>")
        || after.starts_with("| ")
        || before.ends_with(" |")
}

fn compares_a_word(line: &str) -> bool {
    const ASKED: [&str; 3] = [".word()", ".log_word()", ".code()"];
    ASKED.iter().any(|asked| {
        let after = line.split(asked).skip(1).any(|rest| {
            let rest = rest.trim_start();
            rest.starts_with("==") || rest.starts_with("!=")
        });
        let before = line.split(asked).next().filter(|before| before.len() < line.len());
        let before = before.and_then(|before| before.rsplit(' ').nth(1));
        let matched = line.trim_start().contains("match ") && line.trim_end().ends_with(&format!("{asked} {{"));
        after || matched || before.is_some_and(|sign| sign == "==" || sign == "!=")
    })
}
