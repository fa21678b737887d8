//! Every id that the program can ask for has words, in every language, with the same places.

use super::*;
use crate::delivery::{FilingOutcome, RecordStanding};
use crate::intake::{Caution, FactKind, Section};
use crate::ktc::Finding;
use crate::patient_match::{Doubt, MatchField, Nearness, NotCounted, Outcome, Question};
use crate::reconciliation::{Comparison, Field, Grade, IdentityCheck};
use crate::scan::OtherCode;
use crate::ticket::text_ids;
use crate::trouble::{Actor, Trouble};
use fluent_syntax_ids::{ids_and_places, places_of};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use strum::VariantArray;

/// The Rust files below a folder of this package.
fn sources(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => sources(&path),
            Some(kind) if kind == "rs" => vec![fs::read_to_string(&path).expect("a source")],
            Some(_) | None => Vec::new(),
        })
        .collect()
}

/// The ids that the screens name in their source: every `"word-word"` that is not part of a longer text.
fn ids_in_source() -> BTreeSet<String> {
    let mut sources = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui/screens"));
    sources.extend(
        [
            include_str!("keys.rs"),
            include_str!("lobby.rs"),
            include_str!("status.rs"),
            include_str!("../runtime/breach.rs"),
        ]
        .map(str::to_owned),
    );
    let quoted = sources.iter().flat_map(|source| source.split('"').skip(1).step_by(2));
    let is_id = |text: &&str| {
        text.contains('-')
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    quoted.filter(is_id).map(str::to_owned).collect()
}

/// The ids that the program makes from closed lists.
fn ids_of_kinds() -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for trouble in Trouble::ALL {
        ids.extend(["title", "patient", "staff"].map(|part| format!("trouble-{}-{part}", trouble.code())));
    }
    ids.extend(Finding::ALL.iter().map(|finding| format!("finding-{}", finding.code())));
    ids.extend(crate::viewing::ViewableName::ALL.map(|name| name.text_id().to_owned()));
    ids.extend(Section::ALL.iter().map(|section| section.text_id().to_owned()));
    ids.extend(FactKind::ALL.iter().map(|fact| fact.text_id().to_owned()));
    ids.extend(Caution::ALL.iter().map(|caution| caution.text_id().to_owned()));
    ids.extend(MatchField::ALL.iter().map(|field| field.text_id()));
    ids.extend(Nearness::ALL.iter().map(|nearness| nearness.text_id().to_owned()));
    ids.extend(NotCounted::ALL.iter().map(|why| why.text_id().to_owned()));
    ids.extend(Doubt::ALL.iter().map(|doubt| doubt.text_id().to_owned()));
    ids.extend(Question::ALL.iter().map(|question| question.text_id().to_owned()));
    ids.extend(Outcome::ALL.iter().map(|outcome| outcome.text_id()));
    ids.extend(Grade::ALL.iter().map(|grade| grade.text_id()));
    ids.extend(IdentityCheck::ALL.iter().map(|identifier| identifier.text_id().to_owned()));
    ids.extend(Field::ALL.iter().map(|field| field.text_id().to_owned()));
    ids.extend(Comparison::ALL.iter().map(|comparison| comparison.text_id().to_owned()));
    ids.extend(crate::reconciliation::Decided::ALL.iter().map(|decided| decided.text_id().to_owned()));
    let actors = [Actor::Patient, Actor::SendingApp, Actor::FrontDesk, Actor::ClinicIt];
    ids.extend(actors.map(|actor| actor.text_id().to_owned()));
    for outcome in [FilingOutcome::Accepted, FilingOutcome::Queued, FilingOutcome::NeedsPerson] {
        let (title, next) = text_ids(outcome);
        ids.extend([title, next].map(str::to_owned));
    }
    ids.extend(OtherCode::VARIANTS.iter().map(|other| other.text_id().to_owned()));
    for outcome in [FilingOutcome::Accepted, FilingOutcome::Queued, FilingOutcome::NeedsPerson] {
        let (title, next) = text_ids(outcome);
        ids.extend([title.to_owned(), next.to_owned()]);
    }
    ids.extend(crate::delivery::WaitReason::ALL.iter().map(|reason| reason.text_id().to_owned()));
    ids.extend(RecordStanding::VARIANTS.iter().map(|standing| standing.text_id().to_owned()));
    ids.extend(crate::delivery::UndoResult::ALL.iter().map(|result| result.text_id().to_owned()));
    ids.extend(crate::delivery::ByHand::ALL.iter().map(|why| why.text_id().to_owned()));
    ids.extend(crate::audit::ScreenKind::ALL.iter().map(|kind| kind.text_id().to_owned()));
    ids.extend(crate::filing::Loss::ALL.iter().map(|loss| loss.text_id().to_owned()));
    let assurances = ["signed-listed", "signed-unlisted", "signed-not-checked", "patient-provided"];
    ids.extend(assurances.map(|code| format!("assurance-{code}")));
    ids
}

#[test]
fn every_id_has_words_in_every_language() {
    for language in Language::ALL {
        let known = ids_and_places(*language);
        let missing: Vec<String> =
            ids_in_source().union(&ids_of_kinds()).filter(|id| !known.contains_key(*id)).cloned().collect();
        assert!(missing.is_empty(), "{}: {missing:?}", language.tag());
    }
}

#[test]
fn every_text_is_used() {
    let asked: BTreeSet<String> = ids_in_source().union(&ids_of_kinds()).cloned().collect();
    // Words of records are asked for by what a record holds.
    let of_records = |id: &String| ["code-", "element-", "term-"].iter().any(|prefix| id.starts_with(prefix));
    let idle = ids_and_places(Language::English).into_keys().filter(|id| !asked.contains(id) && !of_records(id));
    let idle: Vec<String> = idle.collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn languages_have_the_same_texts_with_the_same_places() {
    for language in Language::ALL {
        assert_eq!(ids_and_places(Language::English), ids_and_places(*language), "{}", language.tag());
    }
}

#[test]
fn a_folder_of_texts_is_a_language_that_names_itself() {
    let folders = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/text")).expect("the texts");
    let folders: BTreeSet<_> = folders.map(|folder| folder.expect("a folder").file_name()).collect();
    let offered = Language::ALL.iter().map(|language| language.tag().into()).collect();
    assert_eq!(folders, offered, "each folder has its line in src/language.rs");
    let names: BTreeSet<String> =
        Strings::of_all_languages().iter().map(|strings| strings.text("language-name")).collect();
    assert_eq!(names.len(), Language::ALL.len(), "{names:?}");
}

#[test]
fn a_missing_text_shows_its_id_and_a_missing_value_too() {
    let strings = Strings::new(Language::English);
    assert_eq!(strings.text("no-such-text"), "no-such-text");
    assert_eq!(strings.text("sharing-agree"), "sharing-agree");
}

#[test]
fn plurals_follow_the_language() {
    assert_eq!(Strings::new(Language::English).count("file-items", 1), "File 1 item");
    assert_eq!(Strings::new(Language::English).count("file-items", 12), "File 12 items");
    assert_eq!(Strings::new(Language::Spanish).count("file-items", 1), "Archivar 1 dato");
}

#[test]
fn the_places_of_a_text_are_found_by_name() {
    assert_eq!(places_of("Part { $seen } of { $total ->\n"), ["seen", "total"].map(str::to_owned).into());
}

/// A second, much simpler reader of the files, so that the test does not ask the code it tests.
mod fluent_syntax_ids {
    use crate::language::Language;
    use std::collections::{BTreeMap, BTreeSet};

    pub(super) fn ids_and_places(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut last = String::new();
        for line in language.texts().iter().flat_map(|file| file.lines()) {
            let heads = line.starts_with(|first: char| first.is_ascii_lowercase());
            if let Some((id, _)) = line.split_once(" = ").filter(|_| heads) {
                last = id.to_owned();
                assert!(!found.contains_key(id), "{id} stands twice");
                found.insert(last.clone(), BTreeSet::new());
            }
            if let Some(places) = found.get_mut(&last) {
                places.extend(places_of(line));
            }
        }
        found
    }

    pub(super) fn places_of(line: &str) -> BTreeSet<String> {
        let names = line.split('$').skip(1).map(|rest| {
            rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '-').collect::<String>()
        });
        names.collect()
    }
}
