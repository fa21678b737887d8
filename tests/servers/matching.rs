//! An invented town with many namesakes, twins and families of one name: the right chart is offered first, nobody else's is ever said to
//! be proven, and nobody is linked but by a person.
//!
//! The whole town goes through the rules alone, and through a real FHIR server, whose searches decide what the rules see at all.
//! The figures are printed.

#![allow(clippy::print_stdout, reason = "the figures are what these tests are for")]

use ktc_kiosk::fhir::{Bundle, Resource};
use ktc_kiosk::intake::{Intake, SharedDocument, Source, SourceKind};
use ktc_kiosk::net::{Credentials, EhrClient, EhrTls, prepare_tls};
use ktc_kiosk::patient_match::{Outcome, Standing};
use ktc_kiosk::reconciliation::plausible;
use ktc_kiosk::reconciliation::{ChartPatient, ChartSearch, IdentityCheck, PatientChoice, Reconciliation, Staff};
use ktc_kiosk::time::{Day, Timestamp};
use ktc_testbed::fhir_server::FhirServer;
use serde_json::{Value, json};

const SEED: u64 = 0x5EED_0052;
const PEOPLE: usize = 5_000;
const DAY: Day = Day::constant(2026, 11, 22);
const SHARES: usize = 1_500;
const SHARES_WITH_SERVER: usize = 300;
const NAMESAKES_PERCENT: usize = 15;
const TWINS_PERCENT: usize = 3;
/// Of one name at one address.
const FAMILIES_PERCENT: usize = 5;

/// Each name as it is written, and without marks.
const FAMILIES: [(&str, &str); 40] = [
    ("Núñez", "nunez"),
    ("García", "garcia"),
    ("Smith", "smith"),
    ("Johnson", "johnson"),
    ("Nguyễn", "nguyen"),
    ("Müller", "muller"),
    ("O'Brien", "obrien"),
    ("Bélanger", "belanger"),
    ("Kowalski", "kowalski"),
    ("Łukasik", "lukasik"),
    ("Peña", "pena"),
    ("Delgado", "delgado"),
    ("Hernández", "hernandez"),
    ("Washington", "washington"),
    ("Patel", "patel"),
    ("Chen", "chen"),
    ("Okafor", "okafor"),
    ("Andersen", "andersen"),
    ("Šimić", "simic"),
    ("Papadopoulos", "papadopoulos"),
    ("Ruiz Vega", "ruiz vega"),
    ("Santos", "santos"),
    ("Ferreira", "ferreira"),
    ("Ivanova", "ivanova"),
    ("Haddad", "haddad"),
    ("Kim", "kim"),
    ("Tanaka", "tanaka"),
    ("Rossi", "rossi"),
    ("Dubois", "dubois"),
    ("Lindqvist", "lindqvist"),
    ("Miller", "miller"),
    ("Davis", "davis"),
    ("Martínez", "martinez"),
    ("Ostrander", "ostrander"),
    ("Quintero", "quintero"),
    ("Begay", "begay"),
    ("Yazzie", "yazzie"),
    ("Goldberg", "goldberg"),
    ("Thompson", "thompson"),
    ("Vang", "vang"),
];
const GIVEN: [(&str, &str, &str); 36] = [
    ("José", "jose", "male"),
    ("María", "maria", "female"),
    ("Chloé", "chloe", "female"),
    ("Walter", "walter", "male"),
    ("Ana", "ana", "female"),
    ("Luis", "luis", "male"),
    ("Emma", "emma", "female"),
    ("Noah", "noah", "male"),
    ("Zoë", "zoe", "female"),
    ("Ibrahim", "ibrahim", "male"),
    ("Fatima", "fatima", "female"),
    ("Björn", "bjorn", "male"),
    ("Grace", "grace", "female"),
    ("Samuel", "samuel", "male"),
    ("Hannah", "hannah", "female"),
    ("Mateo", "mateo", "male"),
    ("Inés", "ines", "female"),
    ("Robert", "robert", "male"),
    ("Linda", "linda", "female"),
    ("Daniel", "daniel", "male"),
    ("Renée", "renee", "female"),
    ("Andrés", "andres", "male"),
    ("Sofia", "sofia", "female"),
    ("Carlos", "carlos", "male"),
    ("Mei", "mei", "female"),
    ("Hiroshi", "hiroshi", "male"),
    ("Olga", "olga", "female"),
    ("Pavel", "pavel", "male"),
    ("Aisha", "aisha", "female"),
    ("Victor", "victor", "male"),
    ("Ruth", "ruth", "female"),
    ("Omar", "omar", "male"),
    ("Beatriz", "beatriz", "female"),
    ("Gregory", "gregory", "male"),
    ("Denise", "denise", "female"),
    ("Tom", "tom", "male"),
];
const TOWNS: [(&str, &str); 6] = [
    ("Lakeside", "53999"),
    ("Port Harlow", "53998"),
    ("Millbrook", "53997"),
    ("Cedar Falls", "53996"),
    ("Stone Bay", "53995"),
    ("Fairview", "53994"),
];
const STREETS: [&str; 8] = ["Heron", "Birch", "Cannery", "Quarry", "Main", "Church", "Mill", "Orchard"];

/// Xorshift: the same town each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or(0) % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }
}

/// Somebody, as a record keeps them.
#[derive(Clone, Debug, PartialEq)]
struct Somebody {
    family: String,
    /// Given name and middle name.
    given: String,
    middle: Option<String>,
    suffix: Option<&'static str>,
    birth: (usize, usize, usize),
    gender: &'static str,
    phone: String,
    email: Option<String>,
    street: String,
    town: usize,
}

impl Somebody {
    fn new(dice: &mut Dice) -> Somebody {
        let (given, plain, gender) = GIVEN[dice.roll(GIVEN.len())];
        let (family, plain_family) = FAMILIES[dice.roll(FAMILIES.len())];
        let middle = dice.one_in(2).then(|| GIVEN[dice.roll(GIVEN.len())].0.to_owned());
        let email = dice
            .one_in(2)
            .then(|| format!("{plain}.{}{}@example.org", plain_family.replace(' ', ""), dice.roll(9_999)));
        Somebody {
            family: family.to_owned(),
            given: given.to_owned(),
            middle,
            suffix: None,
            birth: (1935 + dice.roll(85), 1 + dice.roll(12), 1 + dice.roll(28)),
            gender,
            phone: new_phone(dice),
            email,
            street: new_street(dice),
            town: dice.roll(TOWNS.len()),
        }
    }

    fn birth_date(&self) -> String {
        let (year, month, day) = self.birth;
        format!("{year:04}-{month:02}-{day:02}")
    }

    fn json(&self) -> Value {
        let given: Vec<&str> = std::iter::once(self.given.as_str()).chain(self.middle.as_deref()).collect();
        let mut name = json!({"use": "official", "family": self.family, "given": given});
        if let Some(suffix) = self.suffix {
            name["suffix"] = json!([suffix]);
        }
        let (city, postal) = TOWNS[self.town];
        let mut json = json!({"resourceType": "Patient", "name": [name], "gender": self.gender, "birthDate": self.birth_date(),
            "telecom": [{"system": "phone", "value": self.phone}],
            "address": [{"line": [self.street], "city": city, "state": "WI", "postalCode": postal}]});
        if let Some(email) = &self.email {
            json["telecom"].as_array_mut().expect("a list").push(json!({"system": "email", "value": email}));
        }
        json
    }

    fn resource(&self, id: usize) -> Resource {
        let mut json = self.json();
        json["id"] = json!(format!("p{id}"));
        Resource::from_json(json).expect("a patient")
    }
}

fn new_phone(dice: &mut Dice) -> String {
    // No exchange begins with 0 or 1: nobody has such a number.
    format!("{}-{:03}-{:04}", 608 + dice.roll(9), dice.roll(200), dice.roll(10_000))
}

fn new_street(dice: &mut Dice) -> String {
    let number = 1 + dice.roll(400);
    format!("{number} {} Street", STREETS[dice.roll(STREETS.len())])
}

/// How many of the town have somebody who is easily taken for them.
#[derive(Debug, Default)]
struct LookAlikes {
    namesakes: usize,
    twins: usize,
    families: usize,
}

/// The town: of a hundred people, fifteen have a namesake, three a twin, and five share name and address with a relative.
fn town(dice: &mut Dice) -> (Vec<Somebody>, LookAlikes) {
    let (mut people, mut alike) = (Vec::<Somebody>::new(), LookAlikes::default());
    while people.len() < PEOPLE {
        let lot = dice.roll(100);
        if people.is_empty() || lot >= NAMESAKES_PERCENT + TWINS_PERCENT + FAMILIES_PERCENT {
            people.push(Somebody::new(dice));
            continue;
        }
        let mut other = people[dice.roll(people.len())].clone();
        if lot < TWINS_PERCENT {
            alike.twins += 1;
            // At the same address; of three, two share the telephone number.
            let (given, _, gender) = GIVEN[dice.roll(GIVEN.len())];
            (other.given, other.gender, other.middle) = (given.to_owned(), gender, None);
            if dice.one_in(3) {
                (other.phone, other.email) = (new_phone(dice), None);
            }
        } else if lot < TWINS_PERCENT + FAMILIES_PERCENT {
            alike.families += 1;
            // Father and son, with the mark or without; of two, one shares the telephone number.
            other.suffix = dice.one_in(2).then_some(if other.suffix == Some("Jr") { "Sr" } else { "Jr" });
            other.birth.0 = if other.birth.0 > 1975 { other.birth.0 - 27 } else { other.birth.0 + 27 };
            if dice.one_in(2) {
                (other.phone, other.email) = (new_phone(dice), None);
            }
        } else {
            alike.namesakes += 1;
            other.email = None;
            (other.street, other.phone) = (new_street(dice), new_phone(dice));
            match dice.roll(3) {
                // The same name and birth date in another town.
                0 => other.town = (other.town + 1) % TOWNS.len(),
                // The same name, another day.
                1 => {
                    other.birth = (1935 + dice.roll(85), 1 + dice.roll(12), 1 + dice.roll(28));
                    other.town = dice.roll(TOWNS.len());
                }
                // Family and given name the other way round, on the same day.
                _ => std::mem::swap(&mut other.family, &mut other.given),
            }
        }
        people.push(other);
    }
    (people, alike)
}

fn plain(text: &str) -> String {
    let known = FAMILIES.iter().map(|(written, plain)| (*written, *plain));
    let known = known.chain(GIVEN.iter().map(|(written, plain, _)| (*written, *plain)));
    known
        .into_iter()
        .find(|(written, _)| *written == text)
        .map_or_else(|| text.to_lowercase(), |(_, plain)| plain.to_owned())
}

/// What somebody's phone shares of them: other spellings, slips, and what has changed since they were last here.
fn shared(of: &Somebody, dice: &mut Dice) -> Somebody {
    let mut share = of.clone();
    let slip = |text: &str, dice: &mut Dice| {
        let letters: Vec<char> = text.chars().collect();
        let at = 1 + dice.roll(letters.len().max(2) - 1);
        letters.iter().enumerate().filter(|(place, _)| *place != at).map(|(_, letter)| *letter).collect::<String>()
    };
    if dice.one_in(4) {
        (share.family, share.given) = (plain(&share.family).to_uppercase(), plain(&share.given).to_uppercase());
    }
    if dice.one_in(6) {
        (share.street, share.town) = (new_street(dice), dice.roll(TOWNS.len()));
    }
    if dice.one_in(6) {
        share.phone = new_phone(dice);
    }
    if dice.one_in(4) {
        share.phone = format!("+1 ({}) {}", &share.phone[..3], &share.phone[4..]);
    }
    if dice.one_in(3) {
        share.middle = None;
    }
    if dice.one_in(4) {
        share.email = None;
    }
    match dice.roll(40) {
        0 | 1 if share.family.chars().count() > 4 => share.family = slip(&share.family, dice),
        2 if share.given.chars().count() > 4 => share.given = slip(&share.given, dice),
        3 => {
            (share.birth.1, share.birth.2) =
                if share.birth.2 <= 12 { (share.birth.2, share.birth.1) } else { (share.birth.1, share.birth.2) }
        }
        4 => share.birth.2 = 1 + (share.birth.2 + 9) % 28,
        5 => std::mem::swap(&mut share.family, &mut share.given),
        6 => share.family = FAMILIES[dice.roll(FAMILIES.len())].0.to_owned(),
        7 => share.suffix = None,
        _ => {}
    }
    share
}

/// Whether nothing that was shared speaks for one of the two more than for the other. By the data of the town, not by the
/// scorer.
fn cannot_be_told_apart(share: &Somebody, right: &Somebody, other: &Somebody) -> bool {
    let digits = |text: &str| {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len() - 10..].to_owned()
    };
    let says = |of: &Somebody| {
        (
            (
                plain(&share.family).to_lowercase() == plain(&of.family),
                plain(&share.given).to_lowercase() == plain(&of.given),
            ),
            (share.middle.is_some() && share.middle == of.middle, share.suffix == of.suffix),
            (share.birth == of.birth, share.gender == of.gender),
            (digits(&share.phone) == digits(&of.phone), share.email.is_some() && share.email == of.email),
            (share.street == of.street && share.town == of.town, share.town == of.town),
        )
    };
    says(right) == says(other)
}

/// What came of the shares.
#[derive(Debug, Default)]
struct Tally {
    first: usize,
    offered: usize,
    indistinguishable: usize,
    called_proven: usize,
    proven: usize,
    in_doubt: usize,
    wrong: Vec<String>,
    shares: usize,
}

impl Tally {
    fn add(&mut self, town: &[Somebody], (share, right): (&Somebody, usize), review: &Reconciliation) {
        let choice = review.choice();
        let (candidates, outcome) = (choice.search().candidates(), choice.found().expect("compared").outcome);
        self.shares += 1;
        self.offered += usize::from(candidates.iter().any(|chart| place_of(chart) == right));
        match candidates.first().map(place_of) {
            Some(first) if first == right => self.first += 1,
            Some(first) if cannot_be_told_apart(share, &town[right], &town[first]) => {
                self.indistinguishable += 1;
                self.called_proven += usize::from(outcome == Outcome::Match);
            }
            _ => {}
        }
        for chart in candidates.iter().filter(|chart| chart.chart_match.standing == Standing::Named) {
            match (outcome == Outcome::Match, place_of(chart) == right, chart.chart_match.doubts.is_empty()) {
                (true, true, true) => self.proven += 1,
                (true, true, false) => self.in_doubt += 1,
                (true, false, true) => {
                    self.wrong.push(format!("{share:?} for {:?}: {:?}", town[right], town[place_of(chart)]));
                }
                (true, false, false) | (false, _, _) => {}
            }
        }
    }

    fn judge(&self, what: &str) -> String {
        let counted = self.shares - self.indistinguishable;
        let percent = 100.0 * self.first as f64 / counted as f64;
        let told = format!(
            "{what}: {} of {counted} right charts first ({percent:.2} %), {} offered; {} named alone and without a doubt, {} in doubt; \
             somebody else's so: {}; {} more that the share cannot tell apart",
            self.first,
            self.offered,
            self.proven,
            self.in_doubt,
            self.wrong.len(),
            self.indistinguishable
        );
        assert!(self.wrong.is_empty(), "{told}\n{:#?}", self.wrong);
        assert!(percent >= 99.5, "{told}");
        assert_eq!(self.called_proven, 0, "charts that nothing tells apart are not called proven");
        assert!(self.indistinguishable * 50 < self.shares, "few are left out of the count");
        told
    }
}

fn place_of(chart: &ChartPatient) -> usize {
    chart.id.trim_start_matches('p').parse().expect("an id of ours")
}

#[test]
fn the_right_chart_stands_first_among_five_thousand_people_with_namesakes_twins_and_families_of_one_name() {
    let mut dice = Dice(SEED);
    let (town, alike) = town(&mut dice);
    let is_near = |found: usize, percent: usize| (found * 100).abs_diff(town.len() * percent) < town.len();
    let is_meant = is_near(alike.namesakes, NAMESAKES_PERCENT)
        && is_near(alike.twins, TWINS_PERCENT)
        && is_near(alike.families, FAMILIES_PERCENT);
    assert!(is_meant, "{alike:?}");
    let charts: Vec<ChartPatient> = town
        .iter()
        .enumerate()
        .map(|(id, person)| ChartPatient::from_resource(person.resource(id), DAY).expect("a chart"))
        .collect();
    // What an index can find at all: a part of the name, the birth date or the telephone in common.
    let keys: Vec<[String; 4]> = town
        .iter()
        .map(|person| [plain(&person.family), plain(&person.given), person.birth_date(), person.phone.replace('-', "")])
        .collect();
    let mut tally = Tally::default();
    for _ in 0..SHARES {
        let right = dice.roll(town.len());
        let share = shared(&town[right], &mut dice);
        let (family, given) = (plain(&share.family).to_lowercase(), plain(&share.given).to_lowercase());
        let digits: String = share.phone.chars().filter(char::is_ascii_digit).collect();
        let found = keys.iter().zip(&charts).filter(|([of_family, of_given, birth, phone], _)| {
            let named = (*of_family == family) as u8 + (*of_given == given) as u8;
            named == 2
                || *of_family == given && *of_given == family
                || *birth == share.birth_date()
                || digits.ends_with(phone.as_str())
        });
        let patient = share.resource(PEOPLE);
        let found = plausible(&patient, DAY, found.map(|(_, chart)| chart.clone()).collect());
        tally.add(&town, (&share, right), &reviewed(&patient, found));
    }
    println!("{}", tally.judge("5,000 people, rules alone"));
}

#[test]
fn a_real_server_finds_the_right_chart_first_and_nothing_is_linked_by_itself() {
    let mut dice = Dice(SEED);
    let (town, _) = town(&mut dice);
    let server = FhirServer::start().expect("a FHIR server");
    for (number, hundred) in town.chunks(100).enumerate() {
        let entries = hundred.iter().enumerate().map(|(place, person)| {
            let id = format!("p{}", number * 100 + place);
            let mut patient = person.json();
            patient["id"] = json!(id);
            json!({"resource": patient, "request": {"method": "PUT", "url": format!("Patient/{id}")}})
        });
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries.collect::<Vec<_>>()});
        let answer = server.post("", &bundle).expect("an answer");
        assert_eq!(answer.status, 200, "bundle {number}");
    }

    prepare_tls();
    let base = url::Url::parse(&server.base_url()).expect("an address");
    let client =
        EhrClient::new(EhrTls::new(None, None).expect("TLS").client().expect("a client"), base, Credentials::None);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let capabilities = runtime.block_on(client.capabilities()).ok();
    let mut tally = Tally::default();
    for _ in 0..SHARES_WITH_SERVER {
        let right = dice.roll(town.len());
        let share = shared(&town[right], &mut dice);
        let patient = share.resource(PEOPLE);
        let answer = runtime.block_on(client.search_patients(&patient, DAY, capabilities.as_ref()));
        let review = reviewed(&patient, answer.expect("an answer").candidates);
        tally.add(&town, (&share, right), &review);
        nothing_is_linked(review);
    }
    println!("{}", tally.judge("5,000 people in a real server"));
}

/// The form of a share beside what was found.
fn reviewed(patient: &Resource, candidates: Vec<ChartPatient>) -> Reconciliation {
    let entry = json!({"fullUrl": "urn:uuid:p", "resource": patient.json().reveal()});
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": [entry]});
    let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
    let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
    let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
    review.set_chart(ChartSearch::Found { candidates, new_patients: false });
    review
}

/// However good the first candidate is, nobody is chosen before a person has confirmed more than name and birth date.
fn nothing_is_linked(mut review: Reconciliation) {
    assert!(review.choice().patient().is_none() && review.choice().identity().is_none());
    let first = review.choice().search().candidates().first().map(|chart| chart.id.clone());
    if let Some(first) = first {
        review.touch(PatientChoice::Existing(first));
        for check in [IdentityCheck::Name, IdentityCheck::BirthDate, IdentityCheck::OtherName] {
            review.confirm_identifier(check);
            assert!(review.choice().patient().is_none(), "name and birth date choose nobody");
        }
    }
    let staff = Staff { id: "s1".into(), name: "Mara".into() };
    assert!(review.confirm(staff, Timestamp::from_unix_millis(0)).is_err());
}

#[test]
fn a_chart_is_named_by_the_member_number_of_its_own_insurance_and_not_by_anybody_elses() {
    let server = FhirServer::start().expect("a FHIR server");
    let patient = |id: &str, given: &str| {
        json!({"resourceType": "Patient", "id": id, "birthDate": "1980-02-03", "name": [{"family": "Delgado", "given": [given]}],
            "telecom": [{"system": "phone", "value": "512 067 5309"}]})
    };
    let card = |id: &str, of: &str, member: &str| {
        let number = json!({"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]},
            "system": "https://payer.example.org/members", "value": member});
        json!({"resourceType": "Coverage", "id": id, "status": "active", "beneficiary": {"reference": format!("Patient/{of}")},
            "payor": [{"display": "Acme"}], "identifier": [number]})
    };
    let there =
        [patient("hers", "Ana"), patient("other", "Ana"), card("c1", "hers", "W1-01"), card("c2", "other", "W2-01")];
    let entries = there.map(|resource| {
        let url = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        json!({"resource": resource, "request": {"method": "PUT", "url": url}})
    });
    let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
    assert_eq!(server.post("", &bundle).expect("an answer").status, 200);

    prepare_tls();
    let base = url::Url::parse(&server.base_url()).expect("an address");
    let client =
        EhrClient::new(EhrTls::new(None, None).expect("TLS").client().expect("a client"), base, Credentials::None);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut shared = patient("p", "Ana");
    // New contacts: nothing but the card tells the two apart.
    shared["telecom"] = json!([{"system": "phone", "value": "512 067 0000"}]);
    let shared = Resource::from_json(shared).expect("a resource");
    let found = runtime.block_on(client.search_patients(&shared, DAY, None)).expect("an answer");
    assert_eq!(found.candidates.len(), 2);
    let found = runtime.block_on(client.with_insurance(&found, None));

    let of = |member: &str| {
        let mut own = card("c", "p", member);
        own["beneficiary"] = json!({"reference": "urn:uuid:p"});
        let entries = json!([{"fullUrl": "urn:uuid:p", "resource": shared.json().reveal()}, {"resource": own}]);
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries});
        let source = Source { kind: SourceKind::Link, host: "share.example".into(), digest: [0; 32] };
        let document = SharedDocument::unproven(Bundle::from_json(bundle).expect("a bundle"), source);
        let mut review = Reconciliation::new(Intake::from_documents(vec![document], DAY).expect("a form"));
        review.set_chart(ChartSearch::Found { candidates: found.candidates.clone(), new_patients: false });
        let named = |chart: &&ChartPatient| chart.chart_match.standing == Standing::Named;
        let named: Vec<String> =
            review.choice().search().candidates().iter().filter(named).map(|chart| chart.id.clone()).collect();
        named
    };
    assert_eq!(of("W1-01"), ["hers"]);
    assert_eq!(of("W2-01"), ["other"]);
    assert!(of("W9-01").is_empty(), "nobody's number");
}
