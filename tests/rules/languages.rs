//! A language is a folder of texts and one line in `src/language.rs`: shown with a language that nobody has heard of, in a copy
//! of that file and of the texts beside it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const TAG: &str = "qtz";
const LINE: &str = "    Invented \"qtz\"\n";

/// A program that tells which languages are offered and how long their texts are.
const PROGRAM: &str = "mod language;\nfn main() {\n    for language in language::Language::ALL {\n        \
                       println!(\"{} {}\", language.tag(), language.texts().concat().len());\n    }\n}\n";

/// The texts of all languages with one more folder, and `src/language.rs` with one more line.
struct Copy(TempDir);

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let texts = root.join("assets/text");
        for language in fs::read_dir(&texts).expect("the texts").map(|entry| entry.expect("an entry").path()) {
            copy(&language, &folder.path().join("assets/text").join(language.file_name().expect("a name")));
        }
        copy(&texts.join("en"), &folder.path().join("assets/text").join(TAG));
        let source = fs::read_to_string(root.join("src/language.rs")).expect("the languages");
        let list = source.find("\nlanguages! {").expect("the list of languages");
        let end = list + source[list..].find('}').expect("its end");
        let added = format!("{}{LINE}{}", &source[..end], &source[end..]);
        fs::create_dir(folder.path().join("src")).expect("a folder");
        fs::write(folder.path().join("src/language.rs"), added).expect("a file");
        fs::write(folder.path().join("src/main.rs"), PROGRAM).expect("a file");
        Copy(folder)
    }

    fn compiled(&self) -> Output {
        let (source, program) = (self.0.path().join("src/main.rs"), self.0.path().join("program"));
        Command::new("rustc").args(["--edition", "2024", "-o"]).arg(program).arg(source).output().expect("rustc runs")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for file in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("a copy");
    }
}

#[test]
fn a_folder_and_one_line_are_a_language_that_is_offered() {
    let copy = Copy::new();
    let built = copy.compiled();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let told = Command::new(copy.0.path().join("program")).output().expect("the program runs");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let offered: Vec<(&str, &str)> = told.lines().filter_map(|line| line.split_once(' ')).collect();
    let english = offered.iter().find(|(tag, _)| *tag == "en").expect("English").1;
    assert!(offered.contains(&(TAG, english)), "{offered:?}");
    assert_eq!(offered.len(), ktc_kiosk::language::Language::ALL.len() + 1);
}

#[test]
fn a_folder_that_lacks_a_file_is_no_language() {
    let copy = Copy::new();
    fs::remove_file(copy.0.path().join("assets/text").join(TAG).join("desk.ftl")).expect("a file");
    let built = copy.compiled();
    assert!(!built.status.success());
    assert!(String::from_utf8_lossy(&built.stderr).contains("desk.ftl"));
}
