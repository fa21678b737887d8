//! What the matching rules said of the charts that were found, for the audit log: which rules, what came of them, and of each chart
//! its rule and how each field agreed, in closed words and without a value.

use super::chart::ChartSearch;
use super::chart_choice::ChartChoice;
use crate::patient_match::{Agreement, RulesVersion, Standing};
use crate::sensitive::Sensitive;
use serde_json::{Map, Value, json};

/// One evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluated {
    /// What came of it, in the proposal's word; none where there was nothing to compare.
    pub outcome: Option<&'static str>,
    /// How many charts were compared.
    pub charts: usize,
    /// All of it as JSON. It names charts, and nobody's values.
    pub details: Sensitive<String>,
}

impl ChartChoice {
    /// What was evaluated when the search was answered.
    pub fn evaluated(&self) -> Evaluated {
        let found = self.found();
        let charts = self.search().candidates().iter().map(|chart| {
            let of_rules = &chart.chart_match;
            let fields = of_rules.comparison.fields().iter();
            let fields: Map<String, Value> =
                fields.map(|(field, agreement)| (field.word().to_owned(), json!(word(*agreement)))).collect();
            let held = of_rules.held.first();
            json!({
                "chart": format!("Patient/{}", chart.id),
                "standing": standing(of_rules.standing),
                "rule": held.map(|held| held.rule.id.clone()),
                "exact": held.map(|held| held.near.is_empty()),
                "fields": fields,
                "doubts": of_rules.doubts.iter().map(|doubt| doubt.text_id()).collect::<Vec<_>>(),
            })
        });
        let outcome = found.map(|found| found.outcome.word());
        let details = json!({
            "rules": RulesVersion::V3_4_0.word(),
            "search": answered(self.search()),
            "outcome": outcome,
            "asked": found.and_then(|found| found.question).map(|question| question.text_id()),
            "charts": charts.collect::<Vec<_>>(),
        });
        Evaluated { outcome, charts: self.search().candidates().len(), details: Sensitive::new(details.to_string()) }
    }
}

const fn answered(search: &ChartSearch) -> &'static str {
    match search {
        ChartSearch::Searching => "not-yet",
        ChartSearch::Found { .. } => "whole",
        ChartSearch::FoundInPart { .. } => "in-part",
        ChartSearch::Unavailable => "unavailable",
        ChartSearch::NoEhr => "no-ehr",
    }
}

fn word(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Equal => "equal",
        Agreement::Near(nearness) => nearness.text_id(),
        Agreement::Differs => "differs",
        Agreement::Missing => "missing",
        Agreement::NotCounted(_) => "not-counted",
    }
}

const fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Named => "named",
        Standing::OtherGeneration => "other-generation",
        Standing::OtherTwin => "other-twin",
        Standing::Similar => "similar",
        Standing::Unlike => "unlike",
    }
}
