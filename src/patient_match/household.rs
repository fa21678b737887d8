//! Rules in two steps: who agrees on what a household shares, and who of these agrees on given name and birth date. Twins share the
//! birth date as well, so that between them nothing near is taken (CMS Patient Matching Proposal 3.4.0, C.7).

use super::agreement::InRules;
use super::comparison::Comparison;
use super::field::MatchField;
use super::known::Known;
use super::rules::{Rule, Term};

/// One chart beside what was shared.
pub(super) struct Candidate<'c> {
    pub known: &'c Known,
    pub comparison: &'c Comparison,
    /// Whether the generations contradict each other.
    pub is_vetoed: bool,
}

/// Which fields of a rule are near, when it holds.
pub(super) fn holds(terms: &[Term], edits: usize, comparison: &Comparison) -> Option<Vec<MatchField>> {
    let (mut near, mut left) = (Vec::new(), edits);
    for term in terms {
        match comparison.on(term.field).in_rules() {
            InRules::Agrees => {}
            InRules::ByEdit if term.may_be_near && left > 0 => {
                left -= 1;
                near.push(term.field);
            }
            InRules::ByDay if term.may_be_near => near.push(term.field),
            InRules::ByEdit | InRules::ByDay | InRules::No => return None,
        }
    }
    Some(near)
}

/// For each chart whether the rule holds, and with what near.
pub(super) type Held = Vec<Option<Vec<MatchField>>>;

/// Evaluates a rule in two steps: whom it names, and which twin of two is not the one who is sought.
pub(super) fn evaluate(rule: &Rule, shared: &Known, charts: &[Candidate<'_>]) -> (Held, Option<usize>) {
    let is_member = |chart: &Candidate<'_>| rule.household.iter().all(|field| chart.comparison.is_equal(*field));
    let members: Vec<bool> = charts.iter().map(is_member).collect();
    let exact: Vec<Term> = rule
        .terms
        .iter()
        .map(|term| Term { may_be_near: term.may_be_near && term.field != MatchField::First, ..*term })
        .collect();
    let shares_birth_date = |place: usize| {
        let born = |place: usize| charts.get(place).map_or(&[][..], |chart| chart.known.values(MatchField::BirthDate));
        let others = (0..charts.len()).filter(|other| *other != place && members.get(*other) == Some(&true));
        others.into_iter().any(|other| born(other).iter().any(|date| born(place).contains(date)))
    };
    let held: Held = charts
        .iter()
        .enumerate()
        .map(|(place, chart)| {
            let is_sought = members.get(place) == Some(&true);
            let terms = if is_sought && shares_birth_date(place) { &exact } else { &rule.terms };
            holds(terms, rule.edits, chart.comparison).filter(|_| is_sought)
        })
        .collect();
    let named = |place: &usize| {
        held.get(*place).is_some_and(Option::is_some) && !charts.get(*place).is_some_and(|it| it.is_vetoed)
    };
    let tied: Vec<usize> = (0..charts.len()).filter(named).collect();
    let struck = match tied[..] {
        [one, other] if shares_birth_date(one) && shares_birth_date(other) => {
            let chart = |place: usize| charts.get(place);
            chart(one).zip(chart(other)).and_then(|(first, second)| loser(shared, [(one, first), (other, second)]))
        }
        _ => None,
    };
    (held, struck)
}

/// Which of two twins is not the one: a number decides, and without one a middle name that fits exactly one, where both charts have
/// a middle name. A number that fits none or both decides nothing, and the middle name then does not either.
fn loser(shared: &Known, twins: [(usize, &Candidate<'_>); 2]) -> Option<usize> {
    let by = |field: MatchField| match twins.map(|(_, chart)| chart.comparison.is_equal(field)) {
        [true, false] => Some(twins[1].0),
        [false, true] => Some(twins[0].0),
        [true, true] | [false, false] => None,
    };
    if shared.has(MatchField::UniqueId) {
        return by(MatchField::UniqueId);
    }
    let both_have = twins.iter().all(|(_, chart)| chart.known.has(MatchField::Middle));
    if shared.has(MatchField::Middle) && both_have { by(MatchField::Middle) } else { None }
}
