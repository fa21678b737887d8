//! In which order charts are put before staff, and which are put before nobody.
//!
//! The order picks nobody: a person compares two identifiers with the patient ([`super::Identity`]).

use super::chart::ChartPatient;
use super::matching::{MatchScore, has_a_tie};
use crate::fhir::Resource;

/// More candidates than a person can compare are no help.
pub const MAX_CANDIDATES: usize = 10;
/// A chart below this has too little in common with the share to be put before anybody.
const PLAUSIBLE: i32 = 8;
/// Charts whose scores lie closer than this are hard to tell apart.
const CLOSE_SCORES: i32 = 3;

/// Puts the charts in order, best first, and marks those that are hard to tell apart. The order depends on nothing else but
/// the charts and the share.
pub fn rank(shared: &Resource, charts: &mut [ChartPatient]) {
    for chart in charts.iter_mut() {
        chart.match_score = MatchScore::new(shared, chart.resource());
    }
    charts.sort_by(|one, other| {
        other.match_score.score().cmp(&one.match_score.score()).then_with(|| one.id.cmp(&other.id))
    });
    let scores: Vec<i32> = charts.iter().map(|chart| chart.match_score.score()).collect();
    for (place, chart) in charts.iter_mut().enumerate() {
        let close = |neighbour: Option<&i32>| {
            neighbour.is_some_and(|it| it.abs_diff(chart.match_score.score()) < CLOSE_SCORES.unsigned_abs())
        };
        let above = place.checked_sub(1).and_then(|above| scores.get(above));
        chart.has_look_alike = chart.match_score.score() >= PLAUSIBLE && (close(above) || close(scores.get(place + 1)));
    }
}

/// The charts that can be this person's, best first, and no more than can be compared by eye. What an EHR returned beside
/// the question, because it ignored a part of it, falls out here.
pub fn plausible(shared: &Resource, mut charts: Vec<ChartPatient>) -> Vec<ChartPatient> {
    rank(shared, &mut charts);
    charts.retain(|chart| chart.match_score.score() >= PLAUSIBLE && has_a_tie(&chart.match_score));
    charts.truncate(MAX_CANDIDATES);
    charts
}

#[cfg(test)]
mod tests {
    use super::super::matching::tests::patient;
    use super::*;
    use crate::time::Day;
    use serde_json::{Value, json};

    fn chart(id: &str, more: Value) -> ChartPatient {
        let mut json = patient(more).json().reveal().clone();
        json["id"] = json!(id);
        ChartPatient::from_resource(Resource::from_json(json).expect("a patient"), Day::constant(2026, 11, 30))
            .expect("a chart")
    }

    #[test]
    fn the_right_twin_stands_first_and_junior_is_not_senior() {
        let twin = json!({"name": [{"family": "Delgado", "given": ["Eva", "Lucia"]}]});
        let found = plausible(&patient(json!({})), vec![chart("twin", twin), chart("hers", json!({}))]);
        assert_eq!(found.iter().map(|chart| chart.id.as_str()).collect::<Vec<_>>(), ["hers", "twin"]);
        assert!(!found[0].has_look_alike);

        let named =
            |suffix: &str| json!({"name": [{"family": "Delgado", "given": ["Ana", "María"], "suffix": [suffix]}]});
        let found = plausible(&patient(named("Jr")), vec![chart("sr", named("Sr.")), chart("jr", named("junior"))]);
        assert_eq!(found[0].id, "jr");
    }

    #[test]
    fn charts_that_nothing_tells_apart_are_marked_in_whatever_order_they_come() {
        let (one, other) = (|| chart("a", json!({})), || chart("b", json!({})));
        for charts in [vec![one(), other()], vec![other(), one()]] {
            let found = plausible(&patient(json!({})), charts);
            assert!(found.iter().all(|chart| chart.has_look_alike));
            assert_eq!(found[0].id, "a");
        }
    }

    #[test]
    fn whom_nothing_ties_to_the_share_is_not_shown() {
        let stranger = json!({"name": [{"family": "Smith", "given": ["John"]}], "birthDate": "1950-01-01", "telecom": [],
            "address": []});
        let namesake = json!({"birthDate": "1950-11-21", "telecom": [], "address": []});
        let same_day = json!({"name": [{"family": "Smith", "given": ["John"]}], "telecom": [], "address": []});
        let charts = vec![chart("a", stranger), chart("b", namesake), chart("c", same_day)];
        assert!(plausible(&patient(json!({})), charts).is_empty());
        let many = (0..50).map(|number| chart(&format!("n{number}"), json!({}))).collect();
        assert_eq!(plausible(&patient(json!({})), many).len(), MAX_CANDIDATES);
    }
}
