//! The search for a patient's chart: `Patient/$match` where the EHR offers it, else the searches that US Core requires.
//!
//! Each result is compared here again: servers ignore parameters that they do not know and would return everybody (note 19),
//! so that what comes back is never taken for what was asked. Charts that are no longer in use are left out. Nothing here
//! picks a chart.

use super::chart_queries::{Asks, Query, queries};
use super::exchange::{no_answer, parsed};
use super::{EhrClient, EhrError, FHIR_JSON, MAX_ANSWER, SEARCH_DEADLINE};
use crate::delivery::{NoAnswer, SimilarChart, SimilarCharts};
use crate::fhir::{Bundle, RecordType, Resource, says_failed, says_incomplete};
use crate::filing::systems::ITEM;
use crate::filing::{Capabilities, NewPatient};
use crate::patient_match::identity_of;
use crate::reconciliation::{ChartPatient, EhrOpinion, MAX_CANDIDATES, is_in_use, plausible};
use crate::time::Day;
use reqwest::header::CONTENT_TYPE;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use url::Url;

/// A page of a search.
const PAGE: &str = "50";
/// So many charts the EHR's own match is asked for.
const MATCHES: usize = 10;
/// More pages of one search are not turned.
const MAX_PAGES: usize = 4;
/// So many requests are under way at once.
const AT_ONCE: usize = 4;

impl EhrClient {
    /// Charts that may be this person's. An EHR that has not said what it can do is searched.
    pub async fn search_patients(
        &self,
        patient: &Resource,
        day: Day,
        capabilities: Option<&Capabilities>,
    ) -> Result<PatientsFound, EhrError> {
        let (mut matched, mut match_is_whole) = (Vec::new(), true);
        if capabilities.is_some_and(|it| it.matches) {
            match self.matched(patient, day).await {
                Ok((found, is_whole)) => {
                    matched = plausible(patient, day, found);
                    match_is_whole = is_whole || matched.is_empty();
                }
                Err(error) => {
                    tracing::info!(why = %error, "the EHR's own match gave no answer; it is searched instead")
                }
            }
        }
        // The EHR's own match leaves out whom it is not certain of: that nobody else is known, the searches say.
        match self.searched(patient, day).await {
            Ok((mut found, is_whole)) => {
                found.extend(matched.into_iter().map(|chart| (chart.id.clone(), chart)));
                let candidates = plausible(patient, day, found.into_values().collect());
                Ok(PatientsFound::new(candidates, is_whole && match_is_whole))
            }
            Err(error) if matched.is_empty() => Err(error),
            Err(error) => {
                tracing::info!(why = %error, "the EHR's own match was answered, and the searches were not");
                Ok(PatientsFound::new(matched, false))
            }
        }
    }

    /// The searches, and whether what they found is everybody: without an answer to the one for family name and birth date it is
    /// not, whatever the others found.
    async fn searched(&self, patient: &Resource, day: Day) -> Result<(BTreeMap<String, ChartPatient>, bool), EhrError> {
        let pages = self.together(queries(patient, day)).await;
        let mut found = BTreeMap::new();
        let (mut answered, mut person_answered, mut all_whole, mut refused) = (false, false, true, None);
        for (query, page) in pages {
            match page {
                Ok(page) => {
                    answered = true;
                    let (asks_person, may_be_dropped) = match query.map(|query| query.asks) {
                        Some(Asks::Person) => (true, false),
                        Some(Asks::Contact) => (false, true),
                        Some(Asks::Further | Asks::List) | None => (false, false),
                    };
                    person_answered |= asks_person;
                    // To drop a contact from the question is to say that it is not searched by: as with an error, that hides nobody.
                    all_whole &= page.is_whole || may_be_dropped && !page.was_heard;
                    found.extend(charts(page.resources, day).map(|chart| (chart.id.clone(), chart)));
                }
                // A search that this EHR does not offer: the others still find the patient.
                Err(error @ EhrError::Status(400 | 404 | 405 | 422 | 501)) => refused = Some(error),
                // One that it does not let the kiosk make may hide them.
                Err(error @ EhrError::Status(401 | 403)) => (refused, all_whole) = (Some(error), false),
                // Half an answer could hide the very chart, and a second one would be opened.
                Err(error) => return Err(error),
            }
        }
        match refused {
            Some(error) if !answered => Err(error),
            Some(_) | None => Ok((found, person_answered && all_whole)),
        }
    }

    /// Charts that fit somebody who is about to get one, found as at the review, and those that carry our name for it. The EHR is
    /// asked what it can do, so that it is searched in the same way.
    pub async fn similar_charts(&self, new: &NewPatient, name: &str) -> Result<SimilarCharts, NoAnswer> {
        let Some(sought) = Resource::from_json(new.sought.reveal().clone()) else {
            return Ok(SimilarCharts::unknown());
        };
        let stated = self.capabilities().await.ok();
        let found = self.search_patients(&sought, new.day, stated.as_ref()).await.map_err(no_answer)?;
        let names = |chart: &ChartPatient| {
            let identifiers = chart.resource().list("/identifier").iter().filter(|it| it["system"] == ITEM);
            identifiers.filter_map(|it| it["value"].as_str().map(str::to_owned)).collect()
        };
        let charts = found.candidates.iter().map(|chart| SimilarChart {
            id: chart.id.clone(),
            numbers: chart.identifiers.clone(),
            names: names(chart),
            fits: true,
        });
        let mut charts: Vec<SimilarChart> = charts.collect();
        for id in self.named(name).await? {
            if charts.iter().all(|chart| chart.id != id) {
                charts.push(SimilarChart { id, numbers: Vec::new(), names: vec![name.to_owned()], fits: false });
            }
        }
        Ok(SimilarCharts { charts, is_whole: found.is_whole })
    }

    /// Patients that carry a name of ours, whether or not they are in use. An EHR that is not searched by it keeps none either.
    async fn named(&self, name: &str) -> Result<Vec<String>, NoAnswer> {
        let parameters = vec![("identifier", format!("{ITEM}|{name}"))];
        let query = Query { asks: Asks::Further, kind: RecordType::Patient, parameters };
        let found = match self.search(&query).await {
            Ok(found) => found.resources,
            Err(EhrError::Status(400 | 403..=405 | 422 | 501)) => Vec::new(),
            Err(error) => return Err(no_answer(error)),
        };
        let carries = |patient: &&Resource| {
            let mut identifiers = patient.list("/identifier").iter();
            identifiers.any(|it| it["system"] == ITEM && it["value"] == name)
        };
        let named = found.iter().filter(carries);
        Ok(named.filter_map(|patient| patient.text("/id").map(str::to_owned)).collect())
    }

    /// `Patient/$match`, and whether that is everybody. Some servers answer only what they are certain of, and refuse to be
    /// asked for more (Epic).
    async fn matched(&self, patient: &Resource, day: Day) -> Result<(Vec<ChartPatient>, bool), EhrError> {
        let mut url = self.address(Some("Patient"))?;
        url.path_segments_mut().map_err(|()| EhrError::Address)?.push("$match");
        for only_certain in [false, true] {
            let parameters = json!({"resourceType": "Parameters", "parameter": [
                {"name": "resource", "resource": identity_of(patient)},
                {"name": "count", "valueInteger": MATCHES},
                {"name": "onlyCertainMatches", "valueBoolean": only_certain},
            ]});
            let post = self.http.post(url.clone()).header(CONTENT_TYPE, FHIR_JSON).body(parameters.to_string());
            let reply = self.send(post, (SEARCH_DEADLINE, MAX_ANSWER)).await?;
            match reply.status {
                200 => {
                    let json = parsed(reply.body.reveal())?;
                    let opinions = opinions(&json);
                    let bundle = Bundle::from_json(json).map_err(|_| EhrError::NotFhir)?;
                    let failed = tells_of_a_cut(&bundle);
                    let is_whole = !failed && bundle.unreadable == 0 && bundle.entries.len() < MATCHES;
                    let found = charts(bundle.entries.into_iter().map(|entry| entry.resource), day).map(|chart| {
                        let opinion = opinions.get(&chart.id).copied();
                        chart.with_opinion(opinion)
                    });
                    return Ok((found.collect(), is_whole));
                }
                400 | 422 => {}
                status => return Err(EhrError::Status(status)),
            }
        }
        Ok((Vec::new(), false))
    }

    /// Asks all of it, a few requests at a time. Each answer comes with its question, unless asking broke off.
    pub(super) async fn together(&self, queries: Vec<Query>) -> Vec<(Option<Query>, Result<Found, EhrError>)> {
        let mut waiting = queries.into_iter();
        let (mut under_way, mut answers) = (JoinSet::new(), Vec::new());
        loop {
            while under_way.len() < AT_ONCE {
                let Some(query) = waiting.next() else { break };
                let client = self.clone();
                under_way.spawn(async move {
                    let found = client.search(&query).await;
                    (Some(query), found)
                });
            }
            match under_way.join_next().await {
                Some(Ok(answer)) => answers.push(answer),
                Some(Err(_)) => answers.push((None, Err(EhrError::NotFhir))),
                None => return answers,
            }
        }
    }

    /// One search, page by page. Where the server dropped a part of the question, no further page is turned: it is everybody.
    pub(super) async fn search(&self, query: &Query) -> Result<Found, EhrError> {
        let mut url = self.address(Some(query.kind.word()))?;
        url.query_pairs_mut().extend_pairs(&query.parameters).append_pair("_count", PAGE);
        let mut found = Found { kind: query.kind, resources: Vec::new(), is_whole: true, was_heard: true };
        let mut total = 0;
        for _ in 0..MAX_PAGES {
            let reply = self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
            if reply.status != 200 {
                return Err(EhrError::Status(reply.status));
            }
            let json = parsed(reply.body.reveal())?;
            let link = |relation: &str| {
                let links = json["link"].as_array()?;
                links.iter().find(|link| link["relation"] == relation)?["url"].as_str().map(str::to_owned)
            };
            total = total.max(json["total"].as_u64().unwrap_or(0));
            let (own, next) = (link("self"), link("next"));
            let bundle = Bundle::from_json(json).map_err(|_| EhrError::NotFhir)?;
            let failed = tells_of_a_cut(&bundle);
            found.is_whole &= bundle.unreadable == 0 && !failed;
            let of_kind = bundle.entries.into_iter().map(|entry| entry.resource).filter(|it| it.is(query.kind));
            found.resources.extend(of_kind);
            if own.is_some_and(|own| !query.was_heard(&own)) {
                tracing::warn!(kind = %query.kind, "the EHR dropped a part of a search");
                (found.is_whole, found.was_heard) = (false, false);
                return Ok(found);
            }
            match next.map(|next| self.within(&next)) {
                None => {
                    // Bundle.total counts what fits, on all pages: it tells of more than came.
                    found.is_whole &= u64::try_from(found.resources.len()).is_ok_and(|came| total <= came);
                    return Ok(found);
                }
                Some(Some(next)) => url = next,
                Some(None) => break,
            }
        }
        found.is_whole = false;
        Ok(found)
    }

    /// The address of a further page, when it lies inside this service: the token goes nowhere else.
    fn within(&self, next: &str) -> Option<Url> {
        let base = self.address(None).ok()?;
        let mut folder = base.clone();
        folder.path_segments_mut().ok()?.push("");
        let next = folder.join(next).ok()?;
        (next.origin() == base.origin() && next.path().starts_with(base.path())).then_some(next)
    }

    /// Whether a reference leads to this chart, here and not on another server.
    pub(super) fn leads_to(&self, reference: &Value, chart: &str) -> bool {
        let Some(words) = reference["reference"].as_str() else { return false };
        let base = self.address(None).map(|base| base.as_str().trim_end_matches('/').to_owned()).unwrap_or_default();
        let inside = words.strip_prefix(&base).map_or(words, |rest| rest.trim_start_matches('/'));
        let inside = inside.split("/_history/").next().unwrap_or_default();
        inside.strip_prefix("Patient/") == Some(chart)
    }
}

/// Who may be the patient.
#[derive(Clone, Debug)]
pub struct PatientsFound {
    /// Charts that may be this person's, best first, and no more than a person can compare.
    pub candidates: Vec<ChartPatient>,
    /// Whether that is everybody: the EHR was asked, heard all of each question, gave every page and no error, and no candidate was too many
    /// to be compared.
    pub is_whole: bool,
}

impl PatientsFound {
    fn new(candidates: Vec<ChartPatient>, is_whole: bool) -> PatientsFound {
        PatientsFound { is_whole: is_whole && candidates.len() < MAX_CANDIDATES, candidates }
    }
}

/// What a search found.
pub(super) struct Found {
    pub(super) kind: RecordType,
    pub(super) resources: Vec<Resource>,
    /// Whether the server heard all of the question and all pages were turned.
    pub(super) is_whole: bool,
    /// Whether the server heard all of the question.
    pub(super) was_heard: bool,
}

/// What the EHR's own match says of each chart, by its id.
fn opinions(answer: &Value) -> BTreeMap<String, EhrOpinion> {
    let entries = answer["entry"].as_array().into_iter().flatten();
    let said = entries.filter_map(|entry| {
        let id = entry["resource"]["id"].as_str()?;
        Some((id.to_owned(), EhrOpinion::from_search(&entry["search"])))
    });
    said.collect()
}

/// Whether an outcome among the entries says that something failed or was left out.
fn tells_of_a_cut(answer: &Bundle) -> bool {
    let mut entries = answer.entries.iter().map(|entry| entry.resource.json().reveal());
    entries.any(|json| says_failed(json) || says_incomplete(json))
}

fn charts(patients: impl IntoIterator<Item = Resource>, day: Day) -> impl Iterator<Item = ChartPatient> {
    patients.into_iter().filter(is_in_use).filter_map(move |patient| ChartPatient::from_resource(patient, day))
}

#[cfg(test)]
#[path = "charts_tests.rs"]
pub(super) mod tests;
