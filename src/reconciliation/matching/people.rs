//! How each field of two Patients agrees.

use super::agreement::{Agreement, Closeness, MatchField, weight};
use super::contact::places;
use crate::fhir::{NameParts, Resource, each};
use crate::text::is_slip;

/// More identifiers of one person are not compared.
const MAX_LISTED: usize = 20;

/// The best pair of names decides.
pub(super) fn names(shared: &Resource, chart: &Resource) -> [Agreement; 3] {
    let names = |patient: &Resource| NameParts::from_names(each(&patient.json().reveal()["name"]));
    let (shared, chart) = (names(shared), names(chart));
    let pairs = shared.iter().flat_map(|one| chart.iter().map(move |other| compare_names(one, other)));
    let fields = [MatchField::Family, MatchField::Given, MatchField::Generation];
    let sum = |found: &[Agreement; 3]| fields.into_iter().zip(found).map(|(field, it)| weight(field, *it)).sum::<i32>();
    pairs.max_by_key(sum).unwrap_or([Agreement::Missing; 3])
}

fn compare_names(one: &NameParts, other: &NameParts) -> [Agreement; 3] {
    let generation = match (one.generation, other.generation) {
        (Some(one), Some(other)) if one == other => Agreement::Agrees,
        (Some(_), Some(_)) => Agreement::Differs,
        _ => Agreement::Missing,
    };
    let family = family_names(&one.family, &other.family);
    let given = given_names(&one.given, &other.given);
    let straight = weight(MatchField::Family, family) + weight(MatchField::Given, given);
    let swapped = [family_names(&one.family, &other.given), family_names(&one.given, &other.family)];
    if straight <= 0 && swapped.iter().all(|it| matches!(it, Agreement::Agrees | Agreement::Close(Closeness::Part))) {
        let close = Agreement::Close(Closeness::Swapped);
        return [close, close, generation];
    }
    [family, given, generation]
}

fn family_names(one: &[String], other: &[String]) -> Agreement {
    let (joined, facing) = (one.concat(), other.concat());
    match () {
        () if joined.is_empty() || facing.is_empty() => Agreement::Missing,
        () if joined == facing => Agreement::Agrees,
        () if is_part(one, other) || is_part(other, one) => Agreement::Close(Closeness::Part),
        () if is_slip(&joined, &facing) => Agreement::Close(Closeness::Spelling),
        () => Agreement::Differs,
    }
}

fn given_names(one: &[String], other: &[String]) -> Agreement {
    let (Some(first), Some(facing)) = (one.first(), other.first()) else { return Agreement::Missing };
    // Middle names are often left out and often only a letter; one that begins otherwise is another person's.
    let middles = one.iter().skip(1).zip(other.iter().skip(1));
    let other_middle = middles.into_iter().any(|(one, other)| one.chars().next() != other.chars().next());
    let short = |one: &str, other: &str| {
        let letters = one.chars().count();
        (letters == 1 || letters >= 3) && other.starts_with(one)
    };
    match () {
        () if one.concat() == other.concat() => Agreement::Agrees,
        () if first == facing && !other_middle => Agreement::Agrees,
        () if first == facing => Agreement::Close(Closeness::Part),
        () if is_part(one, other) || is_part(other, one) => Agreement::Close(Closeness::Part),
        () if short(first, facing) || short(facing, first) => Agreement::Close(Closeness::Part),
        () if is_slip(first, facing) => Agreement::Close(Closeness::Spelling),
        () => Agreement::Differs,
    }
}

fn is_part(one: &[String], other: &[String]) -> bool {
    !one.is_empty() && one.iter().all(|part| other.contains(part))
}

pub(super) fn genders(one: Option<String>, other: Option<String>) -> Agreement {
    let known = |gender: Option<String>| gender.filter(|gender| gender != "unknown");
    match (known(one), known(other)) {
        (Some(one), Some(other)) if one == other => Agreement::Agrees,
        (Some(_), Some(_)) => Agreement::Differs,
        _ => Agreement::Missing,
    }
}

pub(super) fn some_in_common(one: Vec<String>, other: Vec<String>) -> Agreement {
    match () {
        () if one.is_empty() || other.is_empty() => Agreement::Missing,
        () if one.iter().any(|it| other.contains(it)) => Agreement::Agrees,
        () => Agreement::Differs,
    }
}

pub(super) fn addresses(shared: &Resource, chart: &Resource) -> Agreement {
    let (shared, chart) = (places(shared), places(chart));
    if shared.is_empty() || chart.is_empty() {
        return Agreement::Missing;
    }
    let mut found = Agreement::Differs;
    for (one, other) in shared.iter().flat_map(|one| chart.iter().map(move |other| (one, other))) {
        let town =
            one.town == other.town && !one.town.is_empty() || one.postal == other.postal && !one.postal.is_empty();
        if one.street == other.street
            && !one.street.is_empty()
            && (town || one.town.is_empty() || other.town.is_empty())
        {
            return Agreement::Agrees;
        }
        if town {
            found = Agreement::Close(Closeness::SameTown);
        }
    }
    found
}

pub(super) fn identifiers(shared: &Resource, chart: &Resource) -> Agreement {
    let mut found = Agreement::Missing;
    let of = |patient: &Resource| -> Vec<(String, String)> {
        let named = patient.list("/identifier").iter().take(MAX_LISTED);
        named
            .filter_map(|it| Some((it["system"].as_str()?.to_owned(), it["value"].as_str()?.trim().to_owned())))
            .collect()
    };
    let chart = of(chart);
    for (system, value) in of(shared) {
        for (_, other) in chart.iter().filter(|(known, _)| *known == system) {
            if *other == value {
                return Agreement::Agrees;
            }
            found = Agreement::Differs;
        }
    }
    found
}
