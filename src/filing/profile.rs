//! What is known of a kind of EHR before it is asked: profiles as data, one file each in `config/profiles`, every fact with
//! its source. A site names one, or gives a file of its own.

use super::RepeatSafety;
use crate::fhir::RecordType;
use crate::intake::Section;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The profiles that come with the program, the one for servers that nobody named first.
const EMBEDDED: [&str; 9] = [
    include_str!("../../config/profiles/generic-r4.toml"),
    include_str!("../../config/profiles/us-core.toml"),
    include_str!("../../config/profiles/medplum.toml"),
    include_str!("../../config/profiles/oracle-health.toml"),
    include_str!("../../config/profiles/epic.toml"),
    include_str!("../../config/profiles/openemr.toml"),
    include_str!("../../config/profiles/openmrs.toml"),
    include_str!("../../config/profiles/athenahealth.toml"),
    include_str!("../../config/profiles/folder.toml"),
];

/// A profile cannot be used: the line, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileDefect {
    /// Not TOML, or a key that is unknown, missing or of the wrong kind.
    #[error("the EHR profile: {0}")]
    Shape(String),
    /// No profile of this name comes with the program.
    #[error("there is no EHR profile of this name; there are: {0}")]
    Unknown(String),
}

/// A kind of EHR.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// By which a site names it.
    pub name: String,
    /// How a check-in is filed.
    pub strategy: Strategy,
    /// How records that are there may be changed.
    pub changes: Changes,
    /// How it lets go of what was filed in error.
    #[serde(default)]
    pub undo: LetGo,
    /// Codes of an OperationOutcome by which the EHR says that it has the record already.
    #[serde(default)]
    pub duplicate_codes: Vec<String>,
    /// Whether nothing is known of it before its statement was read: until then it takes no transaction and looks for nothing
    /// itself.
    #[serde(default)]
    pub ask_first: bool,
    /// How the kiosk signs in.
    pub sign_in: SignIn,
    /// What documents it takes.
    #[serde(default)]
    pub documents: Documents,
    /// The questionnaire that a check-in answers.
    pub questionnaire: Option<Questionnaire>,
    /// The types that it takes, and how.
    #[serde(default)]
    pub types: BTreeMap<RecordType, TypeRules>,
}

/// How a check-in is filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// One transaction of conditional creates.
    Transaction,
    /// One create after the other, each with the conditions of its type.
    Creates,
    /// Documents and no other record.
    Documents,
    /// Answers to the clinic's own questionnaire and no other record.
    Questionnaire,
    /// Nothing by FHIR: a folder.
    Folder,
}

/// How records that are there may be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Changes {
    /// PUT of the version that was read.
    IfMatch,
    /// Not by us: a person does it.
    ByHand,
}

/// How an EHR lets go of what was filed in error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetGo {
    /// Marked as entered in error where the type has a status for that; deleted where it has none and the EHR says that it deletes.
    EnteredInError,
    /// Deleted.
    Delete,
    /// Not by us: a person does it there. So it is where a profile says nothing.
    #[default]
    ByHand,
}

/// How the kiosk signs in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// `alg` of the assertion, best first; none where there is no SMART sign-in.
    pub algorithms: Vec<String>,
    /// How scopes are spelled.
    pub scopes: Scopes,
}

/// How scopes are spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scopes {
    /// `system/Patient.write`.
    V1,
    /// `system/Patient.cu`.
    V2,
    /// None is sent.
    None,
}

/// What documents an EHR takes; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// Media types of attachments; `*` for any.
    pub kinds: Vec<String>,
    /// The largest attachment.
    pub max_bytes: usize,
    /// How many attachments a document may have.
    #[serde(default)]
    pub contents: Contents,
    /// Whether a document must belong to an encounter.
    #[serde(default)]
    pub encounter: bool,
}

/// How many attachments a document may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contents {
    /// One.
    #[default]
    One,
    /// As many as the patient's has.
    Any,
}

/// A questionnaire of the clinic in its EHR.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// Its canonical address or reference, as the EHR wants it.
    pub canonical: String,
    /// Which question (`linkId`) takes the items of which section (`allergies`, `vital-signs`).
    pub questions: BTreeMap<String, String>,
}

impl Questionnaire {
    /// The question that takes the items of a section.
    pub(super) fn question(&self, section: Section) -> Option<&str> {
        self.questions.get(word_of(section)).map(String::as_str)
    }
}

fn word_of(section: Section) -> &'static str {
    section.text_id().trim_start_matches("section-")
}

/// How an EHR takes one type.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeRules {
    /// What keeps a repeated create from making a second record.
    #[serde(default = "conditional")]
    pub again: RepeatSafety,
    /// Whether a person at the EHR takes it over before it counts.
    #[serde(default)]
    pub review: bool,
    /// How it lets go of records of this type, where that is not as for the others.
    #[serde(default)]
    pub undo: Option<LetGo>,
    /// Elements that are what the EHR demands, whatever was shared.
    #[serde(default)]
    pub force: Map<String, Value>,
    /// Elements that it does not take.
    #[serde(default)]
    pub strip: Vec<String>,
    /// Lists of which it takes the first element: `reaction/manifestation`.
    #[serde(default)]
    pub first: Vec<String>,
    /// Elements in which it takes no date without a time: we invent none.
    #[serde(default)]
    pub timed: Vec<String>,
    /// Elements with which it refuses the whole record.
    #[serde(default)]
    pub refuse: Vec<String>,
}

fn conditional() -> RepeatSafety {
    RepeatSafety::Conditional
}

impl Profile {
    /// For an EHR of which nothing is known.
    pub fn generic() -> Result<Profile, ProfileDefect> {
        Profile::parse(EMBEDDED[0])
    }

    /// A profile that comes with the program.
    pub fn named(name: &str) -> Result<Profile, ProfileDefect> {
        let all: Vec<Profile> = EMBEDDED.into_iter().map(Profile::parse).collect::<Result<_, _>>()?;
        let names: Vec<&str> = all.iter().map(|profile| profile.name.as_str()).collect();
        let unknown = ProfileDefect::Unknown(names.join(", "));
        all.into_iter().find(|profile| profile.name == name).ok_or(unknown)
    }

    /// A profile of one's own, as TOML.
    pub fn parse(text: &str) -> Result<Profile, ProfileDefect> {
        let profile: Profile = toml::from_str(text).map_err(|error| ProfileDefect::Shape(error.to_string()))?;
        let questions = profile.questionnaire.iter().flat_map(|it| it.questions.keys());
        let is_section = |word: &&String| Section::ALL.iter().any(|section| word_of(*section) == word.as_str());
        if let Some(word) = questions.into_iter().find(|word| !is_section(word)) {
            return Err(ProfileDefect::Shape(format!("questionnaire.questions: there is no section \"{word}\"")));
        }
        if (profile.strategy == Strategy::Questionnaire) != profile.questionnaire.is_some() {
            return Err(ProfileDefect::Shape("a [questionnaire] goes with strategy = \"questionnaire\"".to_owned()));
        }
        Ok(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Filed;

    #[test]
    fn every_profile_that_comes_along_reads_and_is_found_by_its_name() {
        let names = [
            "generic-r4",
            "us-core",
            "medplum",
            "oracle-health",
            "epic",
            "openemr",
            "openmrs",
            "athenahealth",
            "folder",
        ];
        for name in names {
            assert_eq!(Profile::named(name).expect("a profile").name, name);
        }
        assert_eq!(Profile::named("generic-r4"), Profile::generic());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones_and_an_unknown_key_with_its_line() {
        assert!(Profile::named("epik").expect_err("no profile").to_string().contains("epic, openemr"));
        let text = EMBEDDED[0].replace("changes =", "chnages =");
        assert!(Profile::parse(&text).expect_err("no profile").to_string().contains("chnages"));
    }

    #[test]
    fn a_questionnaire_needs_its_strategy_and_sections_that_there_are() {
        let with = |strategy: &str, section: &str| {
            Profile::parse(&format!(
                "name = \"x\"\nstrategy = \"{strategy}\"\nchanges = \"by-hand\"\n[sign_in]\nalgorithms = []\nscopes = \"v2\"\n\
                 [questionnaire]\ncanonical = \"Questionnaire/7\"\n[questionnaire.questions]\n{section} = \"q1\"\n"
            ))
        };
        assert!(with("questionnaire", "vital-signs").is_ok());
        assert!(with("questionnaire", "vitals").expect_err("no profile").to_string().contains("vitals"));
        assert!(with("creates", "allergies").is_err());
    }

    #[test]
    fn every_fact_names_its_source() {
        for text in EMBEDDED {
            let facts = text
                .lines()
                .filter(|line| ["strategy", "changes", "undo", "kinds"].iter().any(|key| line.starts_with(key)));
            facts.for_each(|line| assert!(line.contains('#'), "{line}"));
        }
    }

    #[test]
    fn a_profile_names_only_types_that_the_table_files() {
        for text in EMBEDDED {
            let profile = Profile::parse(text).expect("a profile");
            for kind in profile.types.keys() {
                assert_ne!(kind.filed(), Filed::InDocument, "{}: {kind}", profile.name);
            }
        }
        let generic = Profile::generic().expect("a profile");
        assert!(
            RecordType::all_filed().eq(generic.types.into_keys()),
            "nothing is known of it, so it takes every type"
        );
        let unknown = format!("{}[types.MedicationOrder]\n", EMBEDDED[0]);
        assert!(Profile::parse(&unknown).expect_err("no profile").to_string().contains("MedicationOrder"));
    }
}
