//! What an EHR is asked to find a patient's chart: the searches that the matching rules need beside family name and birth date.
//!
//! No Social Security or taxpayer number is in any of them: servers write addresses into logs.

use crate::fhir::{PatientView, RecordType, Resource, contacts, each};
use crate::patient_match::{NumberKind, neighbouring_days, nicknames, number_kind, phone, with_day_and_month_swapped};
use crate::text::folded;
use crate::time::Day;
use serde_json::Value;

/// A longer text is no name and no number to search for.
const MAX_TEXT: usize = 80;
/// More nicknames are not searched for.
const MAX_NICKNAMES: usize = 3;
/// More telephone numbers, mail addresses or earlier names are not searched for.
const MAX_EACH: usize = 2;
/// More identifiers are not searched for.
const MAX_IDENTIFIERS: usize = 4;
/// More searches are not made for one patient.
pub(super) const MAX_QUERIES: usize = 24;

/// One search.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) asks: Asks,
    pub(super) kind: RecordType,
    pub(super) parameters: Vec<(&'static str, String)>,
}

/// What a search is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asks {
    /// Who has this family name and this birth date (US Core requires it of every server).
    Person,
    /// Who else may be meant.
    Further,
    /// Who has this telephone number or mail address. Not every server searches by it.
    Contact,
    /// A list of a chart.
    List,
}

impl Query {
    /// Whether the server says in its `self` link that it heard every parameter.
    pub(super) fn was_heard(&self, own: &str) -> bool {
        let query = own.split_once('?').map_or("", |(_, query)| query);
        let heard: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, _)| name.split([':', '.']).next().unwrap_or_default().to_owned())
            .collect();
        self.parameters.iter().all(|(name, _)| heard.iter().any(|known| known == name))
    }
}

/// The searches, what finds most first: family name with birth date; identifiers with their system; the name as family and as given name,
/// since people and forms change them over; day and month changed over, a day before and behind; earlier family names; contacts; name
/// and gender without the birth date; nicknames.
pub(super) fn queries(patient: &Resource, day: Day) -> Vec<Query> {
    let usable = |text: &str| {
        let text = text.trim();
        (!text.is_empty() && text.len() <= MAX_TEXT && !text.contains(['|', ',', '$', '\\'])).then(|| text.to_owned())
    };
    let view = PatientView::of(patient, day);
    let shown = view.and_then(PatientView::name).unwrap_or_default();
    let names = view.map(PatientView::names).unwrap_or_default();
    let given = names.iter().find_map(|name| each(&name["given"]).iter().find_map(Value::as_str));
    let words: Vec<&str> = shown.split_whitespace().collect();
    let family = view.and_then(PatientView::family);
    let family = family.as_deref().or(words.last().copied()).and_then(usable);
    let given = given.or(words.first().copied()).and_then(usable);
    let birth_date = view.and_then(PatientView::birth_date).and_then(usable);
    let gender = patient.text("/gender").filter(|gender| *gender != "unknown").and_then(usable);

    let mut asked: Vec<(Asks, Vec<(&'static str, String)>)> = Vec::new();
    let mut ask = |asks: Asks, parameters: Vec<(&'static str, String)>| {
        if asked.iter().all(|(_, known)| *known != parameters) {
            asked.push((asks, parameters));
        }
    };
    if let (Some(family), Some(birth_date)) = (&family, &birth_date) {
        ask(Asks::Person, vec![("family", family.clone()), ("birthdate", birth_date.clone())]);
    }
    let identifiers = patient.list("/identifier").iter().filter(|identifier| match number_kind(identifier) {
        NumberKind::Ssn | NumberKind::Itin => false,
        NumberKind::Other => true,
    });
    for identifier in identifiers.take(MAX_IDENTIFIERS) {
        let said = |member: &str| identifier[member].as_str().and_then(usable);
        if let Some((system, value)) = said("system").zip(said("value")) {
            ask(Asks::Further, vec![("identifier", format!("{system}|{value}"))]);
        }
    }
    if let Some(birth_date) = &birth_date {
        let born = || ("birthdate", birth_date.clone());
        for name in family.iter().flat_map(|family| [family.clone(), folded(family)]) {
            // Capitals and small letters are the same to every server.
            if family.as_ref() == Some(&name) || family.as_ref().is_some_and(|family| family.to_lowercase() != name) {
                ask(Asks::Further, vec![("name", name), born()]);
            }
        }
        if let Some(given) = &given {
            ask(Asks::Further, vec![("name", given.clone()), born()]);
        }
        let near = with_day_and_month_swapped(birth_date).into_iter().chain(neighbouring_days(birth_date));
        for (family, near) in family.iter().flat_map(|family| near.clone().map(move |near| (family, near))) {
            if near != *birth_date {
                ask(Asks::Further, vec![("family", family.clone()), ("birthdate", near)]);
            }
        }
        let others = names.iter().filter_map(|name| each(&name["family"]).first()?.as_str()).filter_map(usable);
        for other in others.filter(|other| Some(other) != family.as_ref()).take(MAX_EACH) {
            ask(Asks::Further, vec![("family", other), born()]);
        }
    }
    let telecom = &patient.json().reveal()["telecom"];
    for contact in contacts(telecom, "phone", day).into_iter().take(MAX_EACH) {
        let Some(written) = contact["value"].as_str().and_then(usable) else { continue };
        // Servers compare what is written: digits alone are the other common form.
        let digits =
            phone(&written).ok().map(|number| number.trim_start_matches("+1").trim_start_matches('+').to_owned());
        ask(Asks::Contact, vec![("phone", written)]);
        if let Some(digits) = digits {
            ask(Asks::Contact, vec![("phone", digits)]);
        }
    }
    for contact in contacts(telecom, "email", day).into_iter().take(MAX_EACH) {
        if let Some(address) = contact["value"].as_str().and_then(usable) {
            ask(Asks::Contact, vec![("email", address)]);
        }
    }
    if let (Some(family), Some(given)) = (&family, &given) {
        let mut by_name = vec![("family", family.clone()), ("given", given.clone())];
        by_name.extend(gender.map(|gender| ("gender", gender)));
        ask(Asks::Further, by_name);
    }
    if let (Some(given), Some(birth_date)) = (&given, &birth_date) {
        let first = folded(given);
        for nickname in nicknames(first.split(' ').next().unwrap_or_default()).into_iter().take(MAX_NICKNAMES) {
            ask(Asks::Further, vec![("name", nickname.to_owned()), ("birthdate", birth_date.clone())]);
        }
    }
    asked.truncate(MAX_QUERIES);
    asked.into_iter().map(|(asks, parameters)| Query { asks, kind: RecordType::Patient, parameters }).collect()
}
