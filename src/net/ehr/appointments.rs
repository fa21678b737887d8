//! A patient's appointments around today, and whether each is at this clinic.
//!
//! A server that drops the question, gives another patient's, or leaves pages out has not told all there is (note 19): what is left
//! out is said, and never taken for "none". Places are read only where the clinic names its own, and only those that it does not name.

use super::chart_queries::{Asks, Query};
use super::exchange::parsed;
use super::{EhrClient, EhrError, MAX_ANSWER, SEARCH_DEADLINE};
use crate::fhir::{RecordType, Resource};
use crate::filing::{Capabilities, is_fhir_id};
use crate::net::Obstacle;
use crate::reconciliation::{Appointment, AppointmentsFound, OwnPlaces, Position, VisitSite};
use crate::text::plain_text;
use crate::time::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// All of it takes no longer than people wait.
const DEADLINE: Duration = Duration::from_secs(12);
/// Where it takes longer to learn where they are, they are told without that.
const PLACES_WITHIN: Duration = Duration::from_secs(5);
/// More places are not read for one patient.
const MAX_READ: usize = 8;
/// A room in a wing of a house of a site: further up is not looked.
const MAX_LEVELS: usize = 5;

impl EhrClient {
    /// The appointments of this chart that start in this time; `None` when the EHR does not tell.
    pub async fn appointments(
        &self,
        chart: &str,
        capabilities: Option<&Capabilities>,
        (from, until): (Timestamp, Timestamp),
        own: &OwnPlaces,
    ) -> Option<AppointmentsFound> {
        // An EHR that has not said what it can do is asked.
        if capabilities.is_some_and(|it| !it.searches(RecordType::Appointment)) {
            return None;
        }
        let ask = self.ask_for_appointments(chart, (from, until), own);
        let found = ask.await;
        found.inspect_err(|error| tracing::warn!(why = %error, "the appointments of a chart could not be had")).ok()
    }

    async fn ask_for_appointments(
        &self,
        chart: &str,
        (from, until): (Timestamp, Timestamp),
        own: &OwnPlaces,
    ) -> Result<AppointmentsFound, EhrError> {
        let parameters =
            vec![("patient", chart.to_owned()), ("date", format!("ge{from}")), ("date", format!("lt{until}"))];
        let query = Query { asks: Asks::List, kind: RecordType::Appointment, parameters };
        let found = tokio::time::timeout(DEADLINE, self.search(&query))
            .await
            .map_err(|_| EhrError::Broken(Obstacle::TimedOut))??;
        let (mut appointments, mut is_whole) = (Vec::new(), found.is_whole);
        for resource in &found.resources {
            let is_own = resource.list("/participant").iter().any(|who| self.leads_to(&who["actor"], chart));
            let names_patient =
                |who: &Value| self.inside(&who["actor"]).is_some_and(|name| name.starts_with("Patient/"));
            let people = resource.list("/participant").iter();
            let is_shared = people.filter(|who| names_patient(who)).any(|who| !self.leads_to(&who["actor"], chart));
            let appointment = Appointment::from_resource(resource).map(|it| Appointment { is_shared, ..it });
            match appointment.filter(|_| is_own) {
                Some(appointment) if is_within(&appointment, (from, until)) => appointments.push(appointment),
                Some(_) => {}
                // Nobody can say when it is, or it is this patient's, named in a way that is not known here.
                None => is_whole = false,
            }
        }
        if !own.is_empty() {
            let mut places = Places { ehr: self, own, read: BTreeMap::new() };
            let until_places = Instant::now() + PLACES_WITHIN;
            // Those of today first: they are in the middle of what was asked for.
            let middle = from.plus(until.since(from) / 2);
            let away = |it: &Appointment| it.starts.map(|at| at.since(middle).max(middle.since(at)));
            appointments.sort_by_key(|it| (it.starts.is_none(), away(it)));
            for appointment in &mut appointments {
                let site = tokio::time::timeout_at(until_places, places.site_of(appointment)).await;
                appointment.site = site.unwrap_or_else(|_| match appointment.places.first() {
                    Some(place) => VisitSite::NotTold(plain_text(place["display"].as_str().unwrap_or_default())),
                    None => VisitSite::NotJudged,
                });
            }
        }
        Ok(AppointmentsFound { appointments, is_whole })
    }

    /// The part of a reference behind the address of this service (FHIR R4, references.html#literal).
    fn inside<'a>(&self, reference: &'a Value) -> Option<&'a str> {
        let words = reference["reference"].as_str()?.split("/_history/").next()?;
        let base = self.address(None).ok()?;
        let inside = words.strip_prefix(base.as_str().trim_end_matches('/')).map(|rest| rest.trim_start_matches('/'));
        inside.or_else(|| (!words.contains("://")).then_some(words))
    }
}

/// Whoever was not asked for is left out: servers ignore what they do not know.
fn is_within(appointment: &Appointment, (from, until): (Timestamp, Timestamp)) -> bool {
    appointment.starts.is_none_or(|starts| starts >= from && starts < until)
}

/// Places that were read for one patient.
struct Places<'a> {
    ehr: &'a EhrClient,
    own: &'a OwnPlaces,
    read: BTreeMap<String, Option<Resource>>,
}

/// Whether a place belongs to this clinic.
enum Whose {
    Ours,
    Others(Box<Resource>),
    Unknown,
}

impl Places<'_> {
    /// Of several places one of ours is enough.
    async fn site_of(&mut self, appointment: &Appointment) -> VisitSite {
        if !appointment.status.can_arrive() {
            return VisitSite::NotJudged;
        }
        let mut site = VisitSite::NotJudged;
        for place in &appointment.places {
            match self.whose(place).await {
                Whose::Ours => return VisitSite::Here,
                Whose::Others(location) if site == VisitSite::NotJudged => {
                    let here = match self.own.own_location() {
                        Some(own) => self.location(own).await.as_ref().and_then(Position::of),
                        None => None,
                    };
                    site = VisitSite::Elsewhere(Box::new(self.own.place(&location, here)));
                }
                Whose::Others(_) => {}
                // Perhaps this one is ours: then it is not said to be elsewhere.
                Whose::Unknown => {
                    return VisitSite::NotTold(plain_text(place["display"].as_str().unwrap_or_default()));
                }
            }
        }
        site
    }

    /// A room is ours where the house is that it is part of, or whoever runs it.
    async fn whose(&mut self, place: &Value) -> Whose {
        if self.own.names_identifier([&place["identifier"]]) {
            return Whose::Ours;
        }
        let (mut place, mut first) = (place.clone(), None);
        for _ in 0..MAX_LEVELS {
            let Some(name) = self.ehr.inside(&place).map(str::to_owned) else { return Whose::Unknown };
            if self.own.names(&name) {
                return Whose::Ours;
            }
            let Some(location) = self.location(&name).await else { return Whose::Unknown };
            let json = location.json().reveal();
            let run_by = &json["managingOrganization"];
            let is_ours = self.own.names_identifier(location.list("/identifier"))
                || self.ehr.inside(run_by).is_some_and(|name| self.own.names(name));
            if is_ours {
                return Whose::Ours;
            }
            let above = json["partOf"].clone();
            let first = first.get_or_insert(location);
            if above.is_null() {
                return Whose::Others(Box::new(first.clone()));
            }
            place = above;
        }
        Whose::Unknown
    }

    async fn location(&mut self, name: &str) -> Option<Resource> {
        if let Some(known) = self.read.get(name) {
            return known.clone();
        }
        let id = name.strip_prefix("Location/").filter(|id| is_fhir_id(id))?;
        if self.read.len() >= MAX_READ {
            return None;
        }
        let read = self.ehr.read_location(id).await;
        let read = read.inspect_err(|error| tracing::warn!(why = %error, "a place could not be read")).ok();
        let read = read.filter(|it| it.is(RecordType::Location) && it.id() == Some(id));
        self.read.insert(name.to_owned(), read.clone());
        read
    }
}

impl EhrClient {
    async fn read_location(&self, id: &str) -> Result<Resource, EhrError> {
        let url = self.address(["Location", id])?;
        let reply = self.send(self.http.get(url), (SEARCH_DEADLINE, MAX_ANSWER)).await?;
        if reply.status != 200 {
            return Err(EhrError::Status(reply.status));
        }
        Resource::from_json(parsed(reply.body.reveal())?).ok_or(EhrError::NotFhir)
    }
}

#[cfg(test)]
#[path = "appointments_tests.rs"]
mod tests;
