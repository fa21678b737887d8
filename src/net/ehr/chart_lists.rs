//! What a chart holds, for the comparison: insurance, allergies, medicines, problems, vaccinations.
//!
//! Every record is checked to be this patient's before anybody sees it: a server that drops the question would show other
//! people's records (note 19). A list that did not come whole is said not to be compared.

use super::chart_queries::{Asks, Query};
use super::charts::Found;
use super::{EhrClient, EhrError};
use crate::fhir::{RecordType, Resource};
use crate::filing::Capabilities;
use crate::intake::Section;
use crate::reconciliation::{COMPARED, ChartRecords};
use std::collections::BTreeSet;
use std::time::Duration;

/// All of it takes no longer than people wait.
const DEADLINE: Duration = Duration::from_secs(12);

impl EhrClient {
    /// What this chart holds; `None` when the EHR tells nothing of it.
    pub async fn load_chart(&self, chart: &str, capabilities: Option<&Capabilities>) -> Option<ChartRecords> {
        // An EHR that has not said what it can do is asked for everything.
        let is_searched = |kind: &RecordType| capabilities.is_none_or(|it| it.searches(*kind));
        let offered = RecordType::all_compared().filter(is_searched);
        let queries: Vec<Query> = offered
            .map(|kind| Query { asks: Asks::List, kind, parameters: vec![("patient", chart.to_owned())] })
            .collect();
        let mut owed: BTreeSet<RecordType> = queries.iter().map(|query| query.kind).collect();
        let answers = tokio::time::timeout(DEADLINE, self.together(queries)).await.ok()?;
        let mut found = Vec::new();
        for (query, answer) in answers {
            let kind = query.map(|query| query.kind);
            match answer {
                Ok(answer) => found.push(answer),
                Err(error) => {
                    tracing::warn!(kind = kind.map(RecordType::word), why = %error, "a list of a chart could not be had");
                    // Nothing is kept in a list that this EHR does not offer. Any other error hides what there is: with 400 it may only
                    // want to be asked in another way.
                    if !matches!(error, EhrError::Status(404 | 405 | 501)) {
                        continue;
                    }
                }
            }
            owed.retain(|it| Some(*it) != kind);
        }
        if found.is_empty() { None } else { Some(self.records(chart, found, owed)) }
    }

    /// `partly`: the types whose list the EHR owes.
    fn records(&self, chart: &str, found: Vec<Found>, mut partly: BTreeSet<RecordType>) -> ChartRecords {
        let mut records = ChartRecords::default();
        let mut told: BTreeSet<RecordType> = BTreeSet::new();
        for Found { kind, resources, is_whole, was_heard: _ } in found {
            told.insert(kind);
            if !is_whole {
                partly.insert(kind);
            }
            let before = resources.len();
            let own: Vec<Resource> = resources.into_iter().filter(|record| self.is_of(record, chart)).collect();
            if own.len() < before {
                tracing::error!(%kind, dropped = before - own.len(), "the EHR returned records of other patients");
                // Or this patient's, named in a way that is not known here.
                partly.insert(kind);
            }
            records.records.extend(own);
        }
        for section in COMPARED {
            let of_section = || RecordType::all_compared().filter(|it| Section::from_record_type(*it) == section);
            // One of two types is enough where the EHR keeps all in it; a half list is none.
            let untold =
                !of_section().any(|kind| told.contains(&kind)) || of_section().any(|kind| partly.contains(&kind));
            if untold {
                records.not_compared.push(section);
            }
        }
        records
    }

    fn is_of(&self, record: &Resource, chart: &str) -> bool {
        let element = record.record_type().and_then(RecordType::subject);
        element.is_some_and(|element| self.leads_to(&record.json().reveal()[element], chart))
    }
}
