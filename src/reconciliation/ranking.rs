//! In which order charts are put before staff, which are put before nobody, and what the matching rules say of them.
//!
//! The order picks nobody: a person confirms with the patient ([`super::Identity`]).

use super::chart::ChartPatient;
use crate::fhir::Resource;
use crate::patient_match::{
    Comparison, Discarded, Evaluation, Known, MatchField, Outcome, Question, RulesVersion, Standing, evaluate,
};
use crate::time::Day;

/// More candidates than a person can compare are no help.
pub const MAX_CANDIDATES: usize = 10;

/// What the rules say of all candidates together.
#[derive(Clone, Debug)]
pub struct SearchMatch {
    /// What came of the rules.
    pub outcome: Outcome,
    /// What to ask next, where something is open.
    pub question: Option<Question>,
    /// What of the share does not count, with the reason.
    pub discarded: Vec<Discarded>,
    /// Between charts that rules name: the fields in which they are not the same.
    pub telling: Vec<MatchField>,
}

/// Says of each chart what the rules say, and puts them in order. The order depends on nothing else but the charts and what was shared.
pub fn rank(shared: &Known, charts: &mut Vec<ChartPatient>, is_whole: bool) -> SearchMatch {
    let rules = RulesVersion::V3_4_0.rules();
    charts.sort_by(|one, other| one.id.cmp(&other.id));
    let known: Vec<Known> = charts.iter().map(|chart| chart.known.clone()).collect();
    let evaluation = evaluate(rules, shared, &known, is_whole);
    let found = SearchMatch {
        outcome: evaluation.outcome,
        question: evaluation.next_question(rules, &known),
        discarded: shared.discarded().to_vec(),
        telling: telling(&evaluation, &known),
    };
    let Evaluation { charts: matches, order, .. } = evaluation;
    let last = order.len();
    let mut placed: Vec<(usize, ChartPatient)> = std::mem::take(charts)
        .into_iter()
        .zip(matches)
        .enumerate()
        .map(|(place, (mut chart, chart_match))| {
            chart.chart_match = chart_match;
            let at = order.iter().position(|shown| *shown == place).unwrap_or(last);
            (at, chart)
        })
        .collect();
    placed.sort_by_key(|(at, _)| *at);
    charts.extend(placed.into_iter().map(|(_, chart)| chart));
    found
}

fn telling(evaluation: &Evaluation, known: &[Known]) -> Vec<MatchField> {
    let named = evaluation.charts.iter().zip(known).filter(|(chart, _)| chart.standing == Standing::Named);
    match named.map(|(_, known)| known).collect::<Vec<_>>()[..] {
        // Each chart has a record number of its own.
        [one, other] => {
            let differing = Comparison::new(one, other).differing();
            differing.into_iter().filter(|field| *field != MatchField::UniqueId).collect()
        }
        _ => Vec::new(),
    }
}

/// The charts that can be this person's, in order, and no more than can be compared by eye. What an EHR returned beside the question,
/// because it ignored a part of it, falls out here.
pub fn plausible(shared: &Resource, day: Day, mut charts: Vec<ChartPatient>) -> Vec<ChartPatient> {
    rank(&Known::read(shared, &[], day), &mut charts, true);
    charts.retain(|chart| chart.chart_match.standing != Standing::Unlike);
    charts.truncate(MAX_CANDIDATES);
    charts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const DAY: Day = Day::constant(2026, 11, 30);

    fn patient(more: Value) -> Resource {
        let mut json = json!({"resourceType": "Patient", "id": "x", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"family": "Delgado", "given": ["Ana", "María"]}],
            "telecom": [{"system": "phone", "value": "+1 (608) 010-4471"}, {"system": "email", "value": "Ana@mail.example.org"}],
            "address": [{"line": ["18 Heron Street"], "city": "Lakeside", "postalCode": "53999-1234"}]});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        Resource::from_json(json).expect("a patient")
    }

    fn chart(id: &str, more: Value) -> ChartPatient {
        let mut json = patient(more).json().reveal().clone();
        json["id"] = json!(id);
        ChartPatient::from_resource(Resource::from_json(json).expect("a patient"), DAY).expect("a chart")
    }

    #[test]
    fn the_right_twin_stands_first_and_junior_is_not_senior() {
        let twin = json!({"name": [{"family": "Delgado", "given": ["Eva", "Lucia"]}]});
        let mut charts = vec![chart("a-twin", twin), chart("hers", json!({}))];
        let found = rank(&Known::read(&patient(json!({})), &[], DAY), &mut charts, true);
        assert_eq!(charts.iter().map(|chart| chart.id.as_str()).collect::<Vec<_>>(), ["hers", "a-twin"]);
        assert_eq!((found.outcome, found.question), (Outcome::Escalate, Some(Question::GivenNames)));
        assert_eq!(found.telling, [MatchField::First, MatchField::Middle]);

        let named =
            |suffix: &str| json!({"name": [{"family": "Delgado", "given": ["Ana", "María"], "suffix": [suffix]}]});
        let charts = vec![chart("a-sr", named("Sr.")), chart("jr", named("junior"))];
        let found = plausible(&patient(named("Jr")), DAY, charts);
        assert_eq!(found.iter().map(|chart| chart.id.as_str()).collect::<Vec<_>>(), ["jr", "a-sr"]);
        assert_eq!(found[1].chart_match.standing, Standing::OtherGeneration);
    }

    #[test]
    fn charts_that_nothing_tells_apart_are_two_in_whatever_order_they_come() {
        let (one, other) = (|| chart("a", json!({})), || chart("b", json!({})));
        for mut charts in [vec![one(), other()], vec![other(), one()]] {
            let found = rank(&Known::read(&patient(json!({})), &[], DAY), &mut charts, true);
            assert_eq!((found.outcome, charts[0].id.as_str()), (Outcome::Escalate, "a"));
        }
    }

    #[test]
    fn whom_nothing_ties_to_the_share_is_not_shown() {
        let stranger = json!({"name": [{"family": "Smith", "given": ["John"]}], "birthDate": "1950-01-02", "telecom": [],
            "address": []});
        let namesake = json!({"birthDate": "1950-11-21", "telecom": [], "address": []});
        let same_day = json!({"name": [{"family": "Smith", "given": ["John"]}], "telecom": [], "address": []});
        let relative = json!({"name": [{"family": "Delgado", "given": ["Luis"]}], "birthDate": "2011-05-16"});
        let charts = [("a", stranger), ("b", namesake), ("c", same_day), ("d", relative)];
        let charts = charts.into_iter().map(|(id, more)| chart(id, more)).collect();
        assert!(plausible(&patient(json!({})), DAY, charts).is_empty());
        let many = (0..50).map(|number| chart(&format!("n{number}"), json!({}))).collect();
        assert_eq!(plausible(&patient(json!({})), DAY, many).len(), MAX_CANDIDATES);
    }
}
