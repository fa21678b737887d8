//! Insurance of the charts that were found: FHIR keeps member and policy numbers in Coverage, beside the Patient, and the matching
//! rules count them. What an EHR does not tell is no evidence, for or against a chart.

use super::chart_queries::{Asks, Query};
use super::{EhrClient, PatientsFound};
use crate::fhir::{RecordType, Resource};
use crate::filing::Capabilities;
use crate::reconciliation::ChartPatient;

impl EhrClient {
    /// The same charts with what their own Coverage records say.
    pub async fn with_insurance(&self, found: &PatientsFound, capabilities: Option<&Capabilities>) -> PatientsFound {
        let kind = RecordType::Coverage;
        if capabilities.is_some_and(|stated| !stated.searches(kind)) {
            return found.clone();
        }
        let query =
            |chart: &ChartPatient| Query { asks: Asks::List, kind, parameters: vec![("patient", chart.id.clone())] };
        let answers = self.together(found.candidates.iter().map(query).collect()).await;
        let told: Vec<(String, Vec<Resource>)> = answers
            .into_iter()
            .filter_map(|(query, answer)| {
                let (_, chart) = query?.parameters.into_iter().next()?;
                let answer =
                    answer.inspect_err(|error| tracing::info!(why = %error, "insurance of a chart was not told"));
                // Whoever drops the question answers with everybody's.
                let own = answer
                    .ok()
                    .filter(|answer| answer.was_heard)?
                    .resources
                    .into_iter()
                    .filter(|coverage| self.leads_to(&coverage.json().reveal()["beneficiary"], &chart));
                let own = own.collect();
                Some((chart, own))
            })
            .collect();
        let candidates = found.candidates.iter().map(|chart| {
            let own = told.iter().find(|(id, _)| *id == chart.id);
            own.map_or_else(|| chart.clone(), |(_, coverages)| chart.clone().with_insurance(coverages))
        });
        PatientsFound { candidates: candidates.collect(), is_whole: found.is_whole }
    }
}
