//! How alike the shared person and a chart are, field by field, and in which order charts are put before staff.
//!
//! The score only orders. It picks nobody, however high it is: people with the same name and birth date exist in every town,
//! and a person compares two identifiers with the patient ([`super::Identity`]). What it cannot do: it knows no nicknames and
//! does not know how frequent a name is.

use super::ChartPatient;
use super::human_name::{NameParts, is_slip, parts};
use crate::fhir::Resource;
use serde_json::Value;

/// More candidates than a person can compare are no help.
pub const MAX_CANDIDATES: usize = 10;
/// A chart below this has too little in common with the share to be put before anybody.
const PLAUSIBLE: i32 = 8;
/// Charts whose scores lie closer than this are hard to tell apart.
const CLOSE_SCORES: i32 = 3;
/// More contacts, addresses or identifiers of one person are not compared.
const MAX_LISTED: usize = 20;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchField {
    /// Family name.
    Family,
    /// Given names.
    Given,
    /// Jr, Sr, II.
    Generation,
    /// Birth date.
    BirthDate,
    /// Administrative gender.
    Gender,
    /// Telephone.
    Phone,
    /// Electronic mail.
    Email,
    /// Postal address.
    Address,
    /// A number under the same system.
    Identifier,
}

impl MatchField {
    /// All fields, in the order in which they are shown.
    pub const ALL: [MatchField; 9] = [
        MatchField::Family,
        MatchField::Given,
        MatchField::Generation,
        MatchField::BirthDate,
        MatchField::Gender,
        MatchField::Phone,
        MatchField::Email,
        MatchField::Address,
        MatchField::Identifier,
    ];

    /// The id under which `assets/` holds the word for it.
    pub const fn text_id(self) -> &'static str {
        match self {
            MatchField::Family => "match-family",
            MatchField::Given => "match-given",
            MatchField::Generation => "match-generation",
            MatchField::BirthDate => "match-birth-date",
            MatchField::Gender => "match-gender",
            MatchField::Phone => "match-phone",
            MatchField::Email => "match-email",
            MatchField::Address => "match-address",
            MatchField::Identifier => "match-identifier",
        }
    }

    /// The weight when the field agrees, is close, differs.
    const fn weight(self) -> [i32; 3] {
        match self {
            MatchField::Family => [6, 3, -4],
            MatchField::Given => [5, 3, -4],
            MatchField::Generation => [2, 0, -6],
            MatchField::BirthDate => [9, 5, -7],
            MatchField::Gender => [1, 0, -3],
            MatchField::Phone | MatchField::Email => [6, 0, -1],
            MatchField::Address => [5, 1, -1],
            MatchField::Identifier => [12, 0, -6],
        }
    }
}

/// How one field compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Both say the same.
    Agrees,
    /// One may be meant for the other.
    Close(Closeness),
    /// They say different things.
    Differs,
    /// One of them says nothing.
    Missing,
}

/// In which way two values are close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closeness {
    /// A slip in the spelling.
    Spelling,
    /// One is a part of the other.
    Part,
    /// Given and family name change places.
    Swapped,
    /// Day and month change places.
    DayAndMonth,
    /// The same town.
    SameTown,
}

impl Closeness {
    /// All of them.
    pub const ALL: [Closeness; 5] =
        [Closeness::Spelling, Closeness::Part, Closeness::Swapped, Closeness::DayAndMonth, Closeness::SameTown];

    /// The id under which `assets/` holds the words.
    pub const fn text_id(self) -> &'static str {
        match self {
            Closeness::Spelling => "close-spelling",
            Closeness::Part => "close-part",
            Closeness::Swapped => "close-swapped",
            Closeness::DayAndMonth => "close-day-and-month",
            Closeness::SameTown => "close-same-town",
        }
    }
}

/// How a chart compares with the share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchScore {
    fields: Vec<(MatchField, Agreement)>,
    score: i32,
}

impl MatchScore {
    /// Compares two Patient resources.
    pub fn of(shared: &Resource, chart: &Resource) -> MatchScore {
        let [family, given, generation] = names(shared, chart);
        let contacts = |system: &'static str, read: fn(&str) -> Option<String>| {
            some_in_common(contacts(shared, system, read), contacts(chart, system, read))
        };
        let text = |resource: &Resource, pointer| resource.text(pointer).map(str::to_owned);
        let fields = vec![
            (MatchField::Family, family),
            (MatchField::Given, given),
            (MatchField::Generation, generation),
            (MatchField::BirthDate, birth_dates(text(shared, "/birthDate"), text(chart, "/birthDate"))),
            (MatchField::Gender, genders(text(shared, "/gender"), text(chart, "/gender"))),
            (MatchField::Phone, contacts("phone", phone_digits)),
            (MatchField::Email, contacts("email", mail_address)),
            (MatchField::Address, addresses(shared, chart)),
            (MatchField::Identifier, identifiers(shared, chart)),
        ];
        let score = fields.iter().map(|(field, agreement)| weight(*field, *agreement)).sum();
        MatchScore { fields, score }
    }

    /// How the fields compare, in the order of [`MatchField::ALL`].
    pub fn fields(&self) -> &[(MatchField, Agreement)] {
        &self.fields
    }

    /// How one field compares.
    pub fn on(&self, field: MatchField) -> Agreement {
        self.fields.iter().find(|(known, _)| *known == field).map_or(Agreement::Missing, |(_, agreement)| *agreement)
    }

    /// The score by which charts are ordered; it means nothing by itself.
    pub const fn score(&self) -> i32 {
        self.score
    }

    /// Whether the name is another one, so that staff must ask. Two spellings of one name are not.
    pub fn bears_another_name(&self) -> bool {
        [MatchField::Family, MatchField::Given, MatchField::Generation]
            .into_iter()
            .any(|field| matches!(self.on(field), Agreement::Differs | Agreement::Close(_)))
    }
}

fn weight(field: MatchField, agreement: Agreement) -> i32 {
    let [agrees, close, differs] = field.weight();
    match agreement {
        Agreement::Agrees => agrees,
        // Both halves of a swapped name say the same as the right ones.
        Agreement::Close(Closeness::Swapped) => agrees - 1,
        Agreement::Close(_) => close,
        Agreement::Differs => differs,
        Agreement::Missing => 0,
    }
}

/// Puts the charts in order, best first, and marks those that are hard to tell apart. The order depends on nothing else but
/// the charts and the share.
pub fn rank(shared: &Resource, charts: &mut [ChartPatient]) {
    for chart in charts.iter_mut() {
        chart.match_score = MatchScore::of(shared, chart.resource());
    }
    charts
        .sort_by(|one, other| other.match_score.score.cmp(&one.match_score.score).then_with(|| one.id.cmp(&other.id)));
    let scores: Vec<i32> = charts.iter().map(|chart| chart.match_score.score).collect();
    for (place, chart) in charts.iter_mut().enumerate() {
        let close = |neighbour: Option<&i32>| {
            neighbour.is_some_and(|it| it.abs_diff(chart.match_score.score) < CLOSE_SCORES.unsigned_abs())
        };
        let above = place.checked_sub(1).and_then(|above| scores.get(above));
        chart.has_look_alike = chart.match_score.score >= PLAUSIBLE && (close(above) || close(scores.get(place + 1)));
    }
}

/// The charts that can be this person's, best first, and no more than can be compared by eye. What an EHR returned beside
/// the question, because it ignored a part of it, falls out here.
pub fn plausible(shared: &Resource, mut charts: Vec<ChartPatient>) -> Vec<ChartPatient> {
    rank(shared, &mut charts);
    charts.retain(|chart| chart.match_score.score >= PLAUSIBLE && has_a_tie(&chart.match_score));
    charts.truncate(MAX_CANDIDATES);
    charts
}

/// A name in common with nothing else is no reason to show somebody's chart, nor is a birth date.
fn has_a_tie(match_score: &MatchScore) -> bool {
    let speaks = |field| !matches!(match_score.on(field), Agreement::Differs | Agreement::Missing);
    let named = speaks(MatchField::Family) || speaks(MatchField::Given);
    let more = [MatchField::BirthDate, MatchField::Phone, MatchField::Email, MatchField::Identifier];
    let nothing_to_compare = match_score.on(MatchField::BirthDate) == Agreement::Missing;
    match_score.on(MatchField::Identifier) == Agreement::Agrees
        || named && (more.into_iter().any(speaks) || nothing_to_compare)
        || speaks(MatchField::Family)
            && speaks(MatchField::Given)
            && match_score.on(MatchField::Address) == Agreement::Agrees
}

/// The best pair of names decides.
fn names(shared: &Resource, chart: &Resource) -> [Agreement; 3] {
    let (shared, chart) = (NameParts::all_of(shared.list("/name")), NameParts::all_of(chart.list("/name")));
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

fn birth_dates(one: Option<String>, other: Option<String>) -> Agreement {
    let (Some(one), Some(other)) = (one, other) else { return Agreement::Missing };
    let whole = |date: &str| date.len() == 10 && date.is_ascii();
    let turned = |date: &str| Some(format!("{}-{}-{}", date.get(..4)?, date.get(8..)?, date.get(5..7)?));
    let differing = one.bytes().zip(other.bytes()).filter(|(one, other)| one != other).count();
    match () {
        () if one == other => Agreement::Agrees,
        () if one.starts_with(&other) || other.starts_with(&one) => Agreement::Close(Closeness::Part),
        () if !whole(&one) || !whole(&other) => Agreement::Differs,
        () if turned(&one).as_deref() == Some(other.as_str()) => Agreement::Close(Closeness::DayAndMonth),
        () if differing == 1 || is_neighbours(&one, &other) => Agreement::Close(Closeness::Spelling),
        () => Agreement::Differs,
    }
}

/// Two neighbouring digits change places.
fn is_neighbours(one: &str, other: &str) -> bool {
    let places: Vec<usize> =
        one.bytes().zip(other.bytes()).enumerate().filter(|(_, (one, other))| one != other).map(|(at, _)| at).collect();
    let [first, second] = places[..] else { return false };
    let at = |text: &str, place: usize| text.as_bytes().get(place).copied();
    second == first + 1 && at(one, first) == at(other, second) && at(one, second) == at(other, first)
}

fn genders(one: Option<String>, other: Option<String>) -> Agreement {
    let known = |gender: Option<String>| gender.filter(|gender| gender != "unknown");
    match (known(one), known(other)) {
        (Some(one), Some(other)) if one == other => Agreement::Agrees,
        (Some(_), Some(_)) => Agreement::Differs,
        _ => Agreement::Missing,
    }
}

/// The last ten digits: country codes are written or left out.
pub(super) fn phone_digits(text: &str) -> Option<String> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 7).then(|| digits.iter().skip(digits.len().saturating_sub(10)).collect())
}

pub(super) fn mail_address(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    text.contains('@').then_some(text)
}

fn contacts(patient: &Resource, system: &str, read: fn(&str) -> Option<String>) -> Vec<String> {
    let of_system = patient.list("/telecom").iter().filter(|contact| contact["system"] == system);
    of_system.filter_map(|contact| read(contact["value"].as_str()?)).take(MAX_LISTED).collect()
}

fn some_in_common(one: Vec<String>, other: Vec<String>) -> Agreement {
    match () {
        () if one.is_empty() || other.is_empty() => Agreement::Missing,
        () if one.iter().any(|it| other.contains(it)) => Agreement::Agrees,
        () => Agreement::Differs,
    }
}

/// An address, folded: street, town, postal code.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    street: Vec<String>,
    town: Vec<String>,
    postal: String,
}

fn places(patient: &Resource) -> Vec<Place> {
    let place = |address: &Value| {
        let lines = address["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let street = lines.chain(address["text"].as_str().filter(|_| address["line"].is_null()));
        Place {
            street: street.flat_map(parts).map(|word| short_word(&word)).collect(),
            town: parts(address["city"].as_str().unwrap_or_default()),
            postal: address["postalCode"].as_str().unwrap_or_default().chars().take(5).collect(),
        }
    };
    let listed = patient.list("/address").iter().take(MAX_LISTED).map(place);
    listed.filter(|place| !place.street.is_empty() || !place.town.is_empty()).collect()
}

/// The usual short form of a word of an address.
pub(super) fn short_word(word: &str) -> String {
    const SHORT: [(&str, &str); 16] = [
        ("street", "st"),
        ("avenue", "ave"),
        ("road", "rd"),
        ("drive", "dr"),
        ("lane", "ln"),
        ("court", "ct"),
        ("place", "pl"),
        ("boulevard", "blvd"),
        ("highway", "hwy"),
        ("apartment", "apt"),
        ("suite", "ste"),
        ("north", "n"),
        ("south", "s"),
        ("east", "e"),
        ("west", "w"),
        ("unit", "apt"),
    ];
    SHORT.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short).to_owned()
}

fn addresses(shared: &Resource, chart: &Resource) -> Agreement {
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

fn identifiers(shared: &Resource, chart: &Resource) -> Agreement {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn patient(more: Value) -> Resource {
        let mut json = json!({"resourceType": "Patient", "id": "x", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"family": "Delgado", "given": ["Ana", "María"]}],
            "telecom": [{"system": "phone", "value": "+1 (555) 010-4471"}, {"system": "email", "value": "Ana@example.org"}],
            "address": [{"line": ["18 Heron Street"], "city": "Lakeside", "postalCode": "53999-1234"}]});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        Resource::from_json(json).expect("a patient")
    }

    fn on(field: MatchField, more: Value) -> Agreement {
        MatchScore::of(&patient(json!({})), &patient(more)).on(field)
    }

    #[test]
    fn each_field_agrees_is_close_differs_or_is_missing() {
        use Agreement::{Agrees, Close, Differs, Missing};
        use MatchField as F;
        let name = |family: &str, given: &str| json!({"name": [{"family": family, "given": [given]}]});
        let cases = [
            (F::Family, name("DELGADO", "Ana"), Agrees),
            (F::Family, name("Delgado Ruiz", "Ana"), Close(Closeness::Part)),
            (F::Family, name("Delgato", "Ana"), Close(Closeness::Spelling)),
            (F::Family, name("Smith", "Ana"), Differs),
            (F::Family, name("Ana María", "Delgado"), Close(Closeness::Swapped)),
            (F::Given, name("Delgado", "Ana"), Agrees),
            (F::Given, name("Delgado", "Ana Lucia"), Close(Closeness::Part)),
            (F::Given, name("Delgado", "A"), Close(Closeness::Part)),
            (F::Given, name("Delgado", "Luisa"), Differs),
            (F::Generation, json!({"name": [{"family": "Delgado", "given": ["Ana"], "suffix": ["Jr"]}]}), Missing),
            (F::BirthDate, json!({"birthDate": "1980-02"}), Close(Closeness::Part)),
            (F::BirthDate, json!({"birthDate": "1980-03-02"}), Close(Closeness::DayAndMonth)),
            (F::BirthDate, json!({"birthDate": "1980-02-08"}), Close(Closeness::Spelling)),
            (F::BirthDate, json!({"birthDate": "1908-02-03"}), Close(Closeness::Spelling)),
            (F::BirthDate, json!({"birthDate": "1981-04-03"}), Differs),
            (F::BirthDate, json!({"birthDate": null}), Missing),
            (F::Gender, json!({"gender": "male"}), Differs),
            (F::Gender, json!({"gender": "unknown"}), Missing),
            (F::Phone, json!({"telecom": [{"system": "phone", "value": "555.010.4471"}]}), Agrees),
            (F::Phone, json!({"telecom": [{"system": "phone", "value": "555.010.4472"}]}), Differs),
            (F::Email, json!({}), Agrees),
            (F::Address, json!({"address": [{"line": ["18 HERON ST."], "city": "lakeside"}]}), Agrees),
            (
                F::Address,
                json!({"address": [{"line": ["5 Quarry Hill"], "city": "Lakeside"}]}),
                Close(Closeness::SameTown),
            ),
            (F::Address, json!({"address": [{"line": ["18 Heron St"], "city": "Port Harlow"}]}), Differs),
            (F::Identifier, json!({"identifier": [{"system": "urn:x", "value": "1"}]}), Missing),
        ];
        for (field, more, expected) in cases {
            assert_eq!(on(field, more.clone()), expected, "{field:?} {more}");
        }
    }

    fn chart(id: &str, more: Value) -> ChartPatient {
        let mut json = patient(more).json().reveal().clone();
        json["id"] = json!(id);
        ChartPatient::read(Resource::from_json(json).expect("a patient")).expect("a chart")
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
