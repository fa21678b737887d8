//! The approved combinations of fields, as data in `config/matching`, each version by itself.

use super::field::MatchField;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A version of the CMS Patient Matching Proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString)]
pub enum RulesVersion {
    /// The draft that decides here.
    #[strum(serialize = "3.4.0")]
    V3_4_0,
    /// The draft that Medplum's `$match` goes by.
    #[strum(serialize = "3.2.2")]
    V3_2_2,
}

impl RulesVersion {
    /// As it is written.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Its rules.
    pub fn rules(self) -> &'static Rules {
        static V3_4_0: LazyLock<Rules> = LazyLock::new(|| {
            Rules::from_toml(include_str!("../../config/matching/cms-3.4.0.toml")).unwrap_or_default()
        });
        static V3_2_2: LazyLock<Rules> = LazyLock::new(|| {
            Rules::from_toml(include_str!("../../config/matching/cms-3.2.2.toml")).unwrap_or_default()
        });
        match self {
            RulesVersion::V3_4_0 => &V3_4_0,
            RulesVersion::V3_2_2 => &V3_2_2,
        }
    }
}

/// Why a list of rules cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesDefect {
    /// Not TOML, or a key that is unknown, missing or of the wrong kind.
    #[error("the matching rules: {0}")]
    Shape(String),
    /// A rule names a field that there is not.
    #[error("the matching rules: rule {0} names an unknown field")]
    Field(String),
}

/// The rules of one version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    /// As it is written.
    pub version: String,
    /// In the order of the proposal; those in two steps last.
    pub rules: Vec<Rule>,
    odds: BTreeMap<MatchField, Odds>,
    /// Two people may agree on a combination no more often.
    pub threshold: f64,
}

/// How probable it is that two people agree on a field.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Odds {
    odds: f64,
    odds_near: Option<f64>,
}

/// One approved combination of fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its number; it says nothing without the version.
    pub id: String,
    /// The fields that make out the household first, exactly; none in most rules.
    pub household: Vec<MatchField>,
    /// The fields that make out the person.
    pub terms: Vec<Term>,
    /// So many fields may be near by spelling at once.
    pub edits: usize,
    /// As printed: how probable it is that two people agree on all of it.
    odds: Option<f64>,
    odds_near: Option<f64>,
    /// Its number in earlier versions.
    pub was: BTreeMap<String, String>,
}

/// A field of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which.
    pub field: MatchField,
    /// Whether it may be near.
    pub may_be_near: bool,
}

impl Rule {
    /// All its fields.
    pub fn fields(&self) -> impl Iterator<Item = MatchField> {
        self.household.iter().copied().chain(self.terms.iter().map(|term| term.field))
    }

    /// Whether the first given name is among its fields. Without it a rule cannot tell twins.
    pub fn has_first(&self) -> bool {
        self.fields().any(|field| field == MatchField::First)
    }
}

impl Rules {
    /// Reads a list of rules.
    pub fn from_toml(text: &str) -> Result<Rules, RulesDefect> {
        let file: File = toml::from_str(text).map_err(|error| RulesDefect::Shape(error.to_string()))?;
        let rules = file.rules.into_iter().chain(file.household_rules);
        let rules = rules.map(|(id, rule)| rule.read(id)).collect::<Result<_, _>>()?;
        Ok(Rules { version: file.version, rules, odds: file.fields, threshold: file.threshold.unwrap_or(0.0) })
    }

    /// The rule of this number.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// How probable it is that two people agree on all fields of a rule, of which these are near: the product.
    pub fn odds(&self, rule: &Rule, is_near: impl Fn(MatchField) -> bool) -> f64 {
        let of = |field: MatchField| {
            let odds = self.odds.get(&field)?;
            Some(if is_near(field) { odds.odds_near.unwrap_or(odds.odds) } else { odds.odds })
        };
        rule.fields().map(|field| of(field).unwrap_or(1.0)).product()
    }

    /// How probable it is that two people agree on one field.
    pub fn odds_of(&self, field: MatchField) -> f64 {
        self.odds.get(&field).map_or(1.0, |odds| odds.odds)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    threshold: Option<f64>,
    #[serde(default)]
    fields: BTreeMap<MatchField, Odds>,
    rules: BTreeMap<String, WrittenRule>,
    #[serde(default)]
    household_rules: BTreeMap<String, WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    #[serde(default)]
    household: String,
    all: String,
    #[serde(default)]
    edits: usize,
    odds: Option<f64>,
    odds_near: Option<f64>,
    #[serde(default)]
    was: BTreeMap<String, String>,
}

impl WrittenRule {
    fn read(self, id: String) -> Result<Rule, RulesDefect> {
        let field = |word: &str| word.parse::<MatchField>().map_err(|_| RulesDefect::Field(id.clone()));
        let term = |word: &str| {
            let bare = word.trim_end_matches('*');
            Ok(Term { field: field(bare)?, may_be_near: bare.len() < word.len() })
        };
        let household = self.household.split_whitespace().map(field).collect::<Result<_, _>>()?;
        let terms = self.all.split_whitespace().map(term).collect::<Result<_, RulesDefect>>()?;
        let WrittenRule { edits, odds, odds_near, was, .. } = self;
        Ok(Rule { id, household, terms, edits, odds, odds_near, was })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_close(one: f64, other: f64) -> bool {
        (one - other).abs() <= one.abs() * 1e-9
    }

    #[test]
    fn the_lists_are_well_formed() {
        for (version, text, flat) in [
            (RulesVersion::V3_4_0, include_str!("../../config/matching/cms-3.4.0.toml"), 29),
            (RulesVersion::V3_2_2, include_str!("../../config/matching/cms-3.2.2.toml"), 26),
        ] {
            let rules = Rules::from_toml(text).expect("a list of rules");
            assert_eq!((&rules, rules.version.as_str()), (version.rules(), version.word()));
            assert_eq!(rules.rules.iter().filter(|rule| rule.household.is_empty()).count(), flat);
            for rule in &rules.rules {
                let starred = rule.terms.iter().filter(|term| term.may_be_near && term.field != MatchField::BirthDate);
                assert!(rule.edits <= starred.count() && !rule.terms.is_empty(), "rule {}", rule.id);
            }
        }
        assert_eq!(
            Rules::from_toml("version = '1'\n[rules]\n1 = { all = 'shoe-size' }"),
            Err(RulesDefect::Field("1".into()))
        );
        for text in ["", "version = '1'\n[rules]\n1 = { every = 'first' }"] {
            assert!(matches!(Rules::from_toml(text), Err(RulesDefect::Shape(_))), "{text}");
        }
    }

    #[test]
    fn the_printed_odds_are_the_product_of_the_fields_and_below_the_threshold() {
        let rules = RulesVersion::V3_4_0.rules();
        for rule in &rules.rules {
            let mut near = Vec::new();
            let starred = rule.terms.iter().filter(|term| term.may_be_near);
            near.extend(
                starred.map(|term| term.field).filter(|field| rules.odds[field].odds_near.is_some()).take(rule.edits),
            );
            let (exact, near) = (rules.odds(rule, |_| false), rules.odds(rule, |field| near.contains(&field)));
            assert!(is_close(exact, rule.odds.expect("odds")), "rule {}: {exact:e}", rule.id);
            assert!(is_close(near, rule.odds_near.unwrap_or(exact)), "rule {}: {near:e}", rule.id);
            assert!(near <= rules.threshold * (1.0 + 1e-9), "rule {}", rule.id);
        }
    }

    #[test]
    fn a_number_of_an_earlier_version_means_a_rule_of_the_same_fields() {
        let (now, then) = (RulesVersion::V3_4_0.rules(), RulesVersion::V3_2_2.rules());
        let mut moved = 0;
        for rule in &now.rules {
            let Some(id) = rule.was.get(&then.version) else { continue };
            let before = then.rule(id).expect("a rule of 3.2.2");
            assert!(before.fields().eq(rule.fields()), "rule {} was {id}", rule.id);
            moved += usize::from(*id != rule.id);
        }
        assert_eq!(moved, 10);
    }

    #[test]
    fn name_and_birth_date_are_no_rule() {
        let known = [MatchField::First, MatchField::Last, MatchField::BirthDate, MatchField::Zip];
        for rule in &RulesVersion::V3_4_0.rules().rules {
            assert!(rule.fields().any(|field| !known.contains(&field)), "rule {}", rule.id);
        }
    }
}
