//! What the rules say of all charts together: the outcome, who is named by what, what speaks against it, and the order.
//!
//! The union of all rules counts: a weaker rule that names a second chart makes two of one, and the strongest rule does not win.

use super::agreement::Agreement;
use super::comparison::Comparison;
use super::doubt::{Doubt, doubts};
use super::field::MatchField;
use super::household::{self, Candidate, holds};
use super::known::Known;
use super::order::{is_similar, likeness};
use super::rules::{Rule, Rules};
use std::cmp::Ordering;
use strum::VariantArray as _;

/// What came of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Outcome {
    /// The share says too little for any rule: nothing could be tried. It does not mean that nobody is known.
    InsufficientFields,
    /// No chart is proven. It may still be there, under an old name, number or date.
    NoMatch,
    /// One chart is named.
    Match,
    /// Two charts are named.
    Escalate,
    /// Three charts or more are named.
    Ambiguous,
    /// The search was not answered in full: who else there is, nobody knows.
    NotProven,
}

impl Outcome {
    /// All of them.
    pub const ALL: &'static [Outcome] = Outcome::VARIANTS;

    /// The id under which `assets/` holds the words.
    pub fn text_id(self) -> String {
        format!("outcome-{}", self.word().replace('_', "-"))
    }

    /// The word of the proposal.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Where a chart stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Standing {
    /// A rule names it.
    Named,
    /// Its generation is another one: Sr beside Jr.
    OtherGeneration,
    /// A rule names it, and a number or a middle name says that it is the twin's.
    OtherTwin,
    /// No rule names it, and it is like what was shared.
    Similar,
    /// Nothing ties it to what was shared, or nothing was compared.
    #[default]
    Unlike,
}

/// A rule that holds for a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Which.
    pub rule: &'static Rule,
    /// Fields of it that are near and not equal.
    pub near: Vec<MatchField>,
    /// How probable it is that two people agree so.
    pub odds: f64,
}

/// What the rules say of one chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartMatch {
    /// Field by field.
    pub comparison: Comparison,
    /// The rules that hold, the rarest agreement first. They name the chart where its standing says so.
    pub held: Vec<Held>,
    /// Where it stands.
    pub standing: Standing,
    /// What speaks against it although it is named.
    pub doubts: Vec<Doubt>,
}

/// What the rules say of all charts.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// What came of them.
    pub outcome: Outcome,
    /// Chart by chart, as they were given.
    pub charts: Vec<ChartMatch>,
    /// Places in `charts` of those that are shown, in their order.
    pub order: Vec<usize>,
}

/// Evaluates all rules on all charts. `is_whole`: the search that found them was answered in full.
pub fn evaluate(rules: &'static Rules, shared: &Known, charts: &[Known], is_whole: bool) -> Evaluation {
    let comparisons: Vec<Comparison> = charts.iter().map(|chart| Comparison::new(shared, chart)).collect();
    let candidates: Vec<Candidate<'_>> = charts
        .iter()
        .zip(&comparisons)
        .map(|(known, comparison)| Candidate {
            known,
            comparison,
            is_vetoed: comparison.on(MatchField::Suffix) == Agreement::Differs,
        })
        .collect();
    let mut held: Vec<Vec<Held>> = charts.iter().map(|_| Vec::new()).collect();
    let mut struck = vec![false; charts.len()];
    for rule in &rules.rules {
        let (found, loser) = match rule.household.is_empty() {
            true => (candidates.iter().map(|chart| holds(&rule.terms, rule.edits, chart.comparison)).collect(), None),
            false => household::evaluate(rule, shared, &candidates),
        };
        for (held, near) in held.iter_mut().zip(found) {
            held.extend(near.map(|near| Held { rule, odds: rules.odds(rule, |field| near.contains(&field)), near }));
        }
        if let Some(struck) = loser.and_then(|loser| struck.get_mut(loser)) {
            *struck = true;
        }
    }
    let namesakes =
        comparisons.iter().filter(|it| it.is_equal(MatchField::First) && it.is_equal(MatchField::Last)).count();
    let mut found = Vec::new();
    for ((candidate, mut held), is_struck) in candidates.iter().zip(held).zip(struck) {
        held.sort_by(|one, other| one.odds.total_cmp(&other.odds));
        let standing = match () {
            () if held.is_empty() && !is_similar(candidate.comparison) => Standing::Unlike,
            () if candidate.is_vetoed => Standing::OtherGeneration,
            () if held.is_empty() => Standing::Similar,
            () if is_struck => Standing::OtherTwin,
            () => Standing::Named,
        };
        let one_sided = shared.has(MatchField::Suffix) != candidate.known.has(MatchField::Suffix);
        let a_rule_has_first = held.iter().any(|held| held.rule.has_first());
        let doubts = match standing {
            Standing::Named => doubts(candidate.comparison, a_rule_has_first, namesakes > 1, one_sided),
            Standing::OtherGeneration | Standing::OtherTwin | Standing::Similar | Standing::Unlike => Vec::new(),
        };
        found.push(ChartMatch { comparison: candidate.comparison.clone(), held, standing, doubts });
    }
    let named = found.iter().filter(|chart| chart.standing == Standing::Named).count();
    let outcome = match (can_be_tried(rules, shared), is_whole, named) {
        (false, _, _) => Outcome::InsufficientFields,
        (true, false, _) => Outcome::NotProven,
        (true, true, 0) => Outcome::NoMatch,
        (true, true, 1) => Outcome::Match,
        (true, true, 2) => Outcome::Escalate,
        (true, true, _) => Outcome::Ambiguous,
    };
    let order = order(&found);
    Evaluation { outcome, charts: found, order }
}

/// Whether the share has all fields of a rule, or all that make out a household in one.
fn can_be_tried(rules: &Rules, shared: &Known) -> bool {
    let has = |field: &MatchField| shared.has(*field);
    rules.rules.iter().any(|rule| match rule.household.is_empty() {
        true => rule.terms.iter().all(|term| has(&term.field)),
        false => rule.household.iter().all(has),
    })
}

/// A rule that is in doubt puts a chart above nobody for whom name and birth date speak.
fn order(charts: &[ChartMatch]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..charts.len()).collect();
    order.retain(|place| charts.get(*place).is_some_and(|chart| chart.standing != Standing::Unlike));
    let odds = |chart: &ChartMatch| match chart.standing {
        Standing::Named if chart.doubts.is_empty() => chart.held.first().map_or(1.0, |held| held.odds),
        Standing::Named | Standing::OtherGeneration | Standing::OtherTwin | Standing::Similar | Standing::Unlike => 1.0,
    };
    order.sort_by(|one, other| {
        let (Some(one), Some(other)) = (charts.get(*one), charts.get(*other)) else { return Ordering::Equal };
        let by_odds = odds(one).total_cmp(&odds(other));
        by_odds.then_with(|| likeness(&other.comparison).cmp(&likeness(&one.comparison)))
    });
    order
}
