//! Kinds of people who are easily taken for each other, each with many invented people: what the rules say of them, and that nobody
//! else's chart is named alone without a doubt. Who is who, the one who writes them knows.

use ktc_kiosk::fhir::Resource;
use ktc_kiosk::patient_match::{Evaluation, Known, Outcome, Question, RulesVersion, Standing, evaluate};
use ktc_kiosk::time::Day;
use serde_json::{Value, json};

const DAY: Day = Day::constant(2026, 11, 30);
const PEOPLE: u64 = 60;

const GIVEN: [&str; 12] = [
    "Ottilie",
    "Benedikt",
    "Marisol",
    "Thandiwe",
    "Leopold",
    "Ingeborg",
    "Cassius",
    "Philippa",
    "Zebulon",
    "Rosalind",
    "Anselm",
    "Wilhelmina",
];
const FAMILY: [&str; 12] = [
    "Aldersgate",
    "Bramble",
    "Corvallis",
    "Dunmore",
    "Ellsworth",
    "Fontaine",
    "Grimaldi",
    "Hollister",
    "Isherwood",
    "Juarez",
    "Kirkwood",
    "Lamarque",
];
const STREETS: [&str; 6] = ["Hawthorn", "Juniper", "Lantern", "Meridian", "Nightingale", "Ostler"];

/// Somebody, made from a number.
#[derive(Clone)]
struct Somebody {
    given: Vec<String>,
    family: String,
    suffix: Option<&'static str>,
    birth_date: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    street: Option<(String, String)>,
    identifiers: Vec<Value>,
}

fn pick<'l>(list: &[&'l str], number: u64) -> &'l str {
    list[usize::try_from(number).expect("small") % list.len()]
}

fn somebody(number: u64) -> Somebody {
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    Somebody {
        given: vec![pick(&GIVEN, number).to_owned()],
        family: pick(&FAMILY, number / 12).to_owned(),
        suffix: None,
        birth_date: Some(format!("{}-{:02}-{:02}", 1940 + spread % 70, 1 + spread % 12, 13 + spread % 16)),
        phone: Some(format!("608-1{:02}-{:04}", spread % 100, spread % 7_919)),
        email: Some(format!("m{spread}@mail.example.org")),
        street: Some((
            format!("{} {} Street", 200 + spread % 700, pick(&STREETS, spread)),
            format!("5{:04}", spread % 9_000),
        )),
        identifiers: Vec::new(),
    }
}

impl Somebody {
    fn with(&self, change: impl FnOnce(&mut Somebody)) -> Somebody {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// Other contacts, of the same person or of somebody else.
    fn elsewhere(&self) -> Somebody {
        let other = somebody(self.phone.as_ref().map_or(1, |phone| phone.bytes().map(u64::from).sum::<u64>()) + 70_001);
        self.with(|it| (it.phone, it.email, it.street) = (other.phone, other.email, other.street))
    }

    fn without_contacts(&self) -> Somebody {
        self.with(|it| (it.phone, it.email, it.street) = (None, None, None))
    }

    fn known(&self) -> Known {
        let mut telecom: Vec<Value> = self.phone.iter().map(|it| json!({"system": "phone", "value": it})).collect();
        telecom.extend(self.email.iter().map(|it| json!({"system": "email", "value": it})));
        let address: Vec<Value> =
            self.street.iter().map(|(line, zip)| json!({"line": [line], "postalCode": zip})).collect();
        let suffix: Vec<&str> = self.suffix.into_iter().collect();
        let patient = json!({"resourceType": "Patient", "birthDate": self.birth_date, "telecom": telecom, "address": address,
            "name": [{"family": self.family, "given": self.given, "suffix": suffix}], "identifier": self.identifiers});
        Known::read(&Resource::from_json(patient).expect("a patient"), &[], DAY)
    }
}

fn number(code: &str, system: &str, value: &str) -> Value {
    json!({"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": code}]}, "system": system, "value": value})
}

/// What is expected: the outcome, which of the charts are the patient's, and whether an own chart that is named may be in doubt.
struct Expected {
    outcome: Outcome,
    own: &'static [usize],
    in_doubt: bool,
}

const fn sure(outcome: Outcome, own: &'static [usize]) -> Expected {
    Expected { outcome, own, in_doubt: false }
}

const fn doubted(outcome: Outcome, own: &'static [usize]) -> Expected {
    Expected { outcome, own, in_doubt: true }
}

/// The kinds: what is shared, the charts, and what is expected of one who was made from a number.
fn kinds(number_of: u64) -> Vec<(&'static str, Somebody, Vec<Somebody>, Expected)> {
    use Outcome::{Ambiguous, Escalate, InsufficientFields, Match, NoMatch};
    let me = somebody(number_of);
    let other_given = pick(&GIVEN, number_of + 5).to_owned();
    let twin = me.with(|it| it.given = vec![other_given.clone()]);
    let letter = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters[2] = if letters[2] == 'q' { 'z' } else { 'q' };
        letters.into_iter().collect::<String>()
    };
    let dated = |date: &str| me.with(|it| it.birth_date = Some(date.to_owned()));
    let born = me.birth_date.clone().expect("a date");
    let (year, rest) = born.split_at(4);
    let father = me.with(|it| it.birth_date = Some(format!("{}{rest}", year.parse::<u32>().expect("a year") - 27)));
    let numbered = |who: &Somebody, identifier: Value| who.with(|it| it.identifiers = vec![identifier]);
    let record = |system: &str| number("MR", system, &format!("M{number_of}"));
    let ssn = number("SS", "http://hl7.org/fhir/sid/us-ssn", &format!("666-12-{:04}", 2_000 + number_of * 7));
    let policy = number("SN", "urn:payer", &format!("W{number_of}"));
    let two_names = |first: &str, second: &str| me.with(|it| it.given = vec![first.to_owned(), second.to_owned()]);
    let (one, two) = (me.given[0].clone(), other_given.clone());
    vec![
        ("the same", me.clone(), vec![me.clone()], sure(Match, &[0])),
        ("a chart beside a namesake of the same day", me.clone(), vec![me.elsewhere(), me.clone()], sure(Match, &[1])),
        ("only a namesake", me.clone(), vec![me.elsewhere()], sure(NoMatch, &[])),
        ("name and birth date", me.without_contacts(), vec![me.clone()], sure(InsufficientFields, &[0])),
        ("a twin at one phone", me.clone(), vec![twin.clone(), me.clone()], sure(Escalate, &[1])),
        ("only the twin", me.clone(), vec![twin.clone()], sure(Match, &[])),
        ("the twin, and the own chart out of date", me.clone(), vec![twin.clone(), me.elsewhere()], sure(Match, &[1])),
        (
            "the father, and the own chart out of date",
            me.clone(),
            vec![father.clone(), me.elsewhere()],
            sure(NoMatch, &[1]),
        ),
        (
            "one letter apart, only the other",
            me.clone(),
            vec![me.with(|it| it.given = vec![letter(&one)])],
            doubted(Match, &[]),
        ),
        (
            "triplets",
            me.clone(),
            vec![twin.clone(), me.clone(), twin.with(|it| it.given = vec![pick(&GIVEN, number_of + 7).into()])],
            sure(Ambiguous, &[1]),
        ),
        (
            "twins told apart by the middle name",
            two_names(&one, "Una"),
            vec![two_names(&one, "Ada"), two_names(&one, "Una")],
            sure(Match, &[1]),
        ),
        (
            "twins with two names turned",
            two_names(&one, &two),
            vec![two_names(&two, &one).elsewhere().with(|it| it.street = me.street.clone()), two_names(&one, &two)],
            doubted(Escalate, &[1]),
        ),
        (
            "junior and senior of one day",
            me.with(|it| it.suffix = Some("Jr.")),
            vec![me.with(|it| it.suffix = Some("Senior"))],
            sure(NoMatch, &[]),
        ),
        (
            "junior in another spelling",
            me.with(|it| it.suffix = Some("Jr., MD")),
            vec![me.with(|it| it.suffix = Some("Junior"))],
            sure(Match, &[0]),
        ),
        ("moved", me.clone(), vec![me.elsewhere().with(|it| it.phone = me.phone.clone())], sure(Match, &[0])),
        ("moved, with new contacts", me.clone(), vec![me.elsewhere()], sure(NoMatch, &[0])),
        ("another family name", me.with(|it| it.family = "Quillfeather".into()), vec![me.clone()], sure(Match, &[0])),
        (
            "another family name and new contacts",
            me.with(|it| it.family = "Quillfeather".into()),
            vec![me.elsewhere()],
            sure(NoMatch, &[0]),
        ),
        (
            "a slip in the family name",
            me.with(|it| it.family = letter(&it.family)),
            vec![me.clone()],
            sure(Match, &[0]),
        ),
        (
            "a slip in the given name",
            me.with(|it| it.given = vec![letter(&one)]),
            vec![me.clone()],
            doubted(Match, &[0]),
        ),
        ("day and month", dated("1988-07-04"), vec![dated("1988-04-07")], sure(NoMatch, &[0])),
        ("a day later", dated("1985-01-01"), vec![dated("1984-12-31")], sure(Match, &[0])),
        ("two days later", dated("1985-01-01"), vec![dated("1985-01-03")], sure(NoMatch, &[0])),
        ("only the year", me.clone(), vec![dated(year)], sure(NoMatch, &[0])),
        (
            "given and family name changed over",
            me.with(|it| std::mem::swap(&mut it.family, &mut it.given[0])),
            vec![me.clone()],
            sure(NoMatch, &[0]),
        ),
        (
            "by the middle name",
            me.with(|it| it.given = vec![two.clone()]),
            vec![two_names(&one, &two)],
            doubted(Match, &[0]),
        ),
        ("the mother", me.with(|it| it.birth_date = Some("1931-03-14".into())), vec![twin.clone()], sure(NoMatch, &[])),
        (
            "two charts of one person",
            me.clone(),
            vec![me.clone(), me.with(|it| it.street = None)],
            sure(Escalate, &[0, 1]),
        ),
        ("a stopgap name", me.clone(), vec![me.with(|it| it.given = vec!["Baby Girl A".into()])], doubted(Match, &[0])),
        (
            "a phone for films",
            me.without_contacts().with(|it| it.phone = Some("608-555-0142".into())),
            vec![me.with(|it| it.phone = Some("608-555-0142".into()))],
            sure(InsufficientFields, &[0]),
        ),
        (
            "a number abroad with the same ten digits",
            me.without_contacts().with(|it| it.phone = Some("+44 20 7946 0958".into())),
            vec![me.without_contacts().with(|it| it.phone = Some("207-946-0958".into()))],
            sure(NoMatch, &[0]),
        ),
        (
            "somebody else's record number",
            numbered(&me, record("urn:clinic")),
            vec![numbered(&somebody(number_of + 31), record("urn:clinic"))],
            sure(Match, &[]),
        ),
        (
            "the same number of another clinic",
            numbered(&me.without_contacts(), record("urn:clinic")),
            vec![numbered(&me, record("urn:other"))],
            sure(NoMatch, &[0]),
        ),
        (
            "the last four digits",
            numbered(&me.without_contacts(), ssn.clone()),
            vec![numbered(&me.without_contacts(), ssn)],
            sure(Match, &[0]),
        ),
        (
            "a relative on the policy",
            numbered(&me, policy.clone()),
            vec![numbered(&twin.elsewhere().with(|it| it.birth_date = Some("2001-09-09".into())), policy.clone())],
            sure(NoMatch, &[]),
        ),
        (
            "the policy",
            numbered(&me.without_contacts(), policy.clone()),
            vec![numbered(&me.without_contacts(), policy)],
            sure(Match, &[0]),
        ),
    ]
}

fn evaluated(shared: &Somebody, charts: &[Somebody], is_whole: bool) -> Evaluation {
    let charts: Vec<Known> = charts.iter().map(Somebody::known).collect();
    evaluate(RulesVersion::V3_4_0.rules(), &shared.known(), &charts, is_whole)
}

#[test]
fn each_kind_of_look_alikes_has_its_outcome_and_nobody_else_s_chart_is_named_without_a_doubt() {
    for number in 0..PEOPLE {
        for (kind, shared, charts, expected) in kinds(number) {
            let found = evaluated(&shared, &charts, true);
            assert_eq!(found.outcome, expected.outcome, "{kind}, {number}: {found:?}");
            for (place, chart) in found.charts.iter().enumerate() {
                let is_own = expected.own.contains(&place);
                let is_alone = chart.standing == Standing::Named && found.outcome == Outcome::Match;
                if is_alone && !is_own {
                    assert!(
                        !chart.doubts.is_empty(),
                        "{kind}, {number}: somebody else's chart without a doubt: {chart:?}"
                    );
                }
                if is_alone && is_own {
                    assert_eq!(!chart.doubts.is_empty(), expected.in_doubt, "{kind}, {number}: {:?}", chart.doubts);
                }
                if is_own {
                    assert!(found.order.contains(&place), "{kind}, {number}: the own chart is not shown: {chart:?}");
                }
            }
            if let ([own], true) = (expected.own, found.outcome != Outcome::Escalate) {
                assert_eq!(
                    found.order.first(),
                    Some(own),
                    "{kind}, {number}: somebody else's chart stands above the own"
                );
            }
        }
    }
}

#[test]
fn a_search_that_was_cut_off_proves_nothing() {
    for (kind, shared, charts, expected) in kinds(3) {
        let found = evaluated(&shared, &charts, false);
        let insufficient = expected.outcome == Outcome::InsufficientFields;
        assert_eq!(
            found.outcome,
            if insufficient { Outcome::InsufficientFields } else { Outcome::NotProven },
            "{kind}"
        );
    }
}

#[test]
fn what_is_asked_next_follows_from_what_is_open() {
    let question = |kind: &str| {
        let (_, shared, charts, _) = kinds(5).into_iter().find(|(known, ..)| *known == kind).expect("a kind");
        let charts: Vec<Known> = charts.iter().map(Somebody::known).collect();
        let rules = RulesVersion::V3_4_0.rules();
        evaluate(rules, &shared.known(), &charts, true).next_question(rules, &charts)
    };
    for (kind, expected) in [
        ("the same", None),
        ("name and birth date", Some(Question::Phone)),
        ("a phone for films", Some(Question::Address)),
        ("a twin at one phone", Some(Question::GivenNames)),
        ("only the twin", Some(Question::Relatives)),
        ("by the middle name", Some(Question::GivenNames)),
        ("day and month", Some(Question::BirthDate)),
        ("another family name and new contacts", Some(Question::OtherNames)),
        ("moved, with new contacts", Some(Question::Phone)),
        ("two charts of one person", Some(Question::Document)),
        ("the mother", None),
    ] {
        assert_eq!(question(kind), expected, "{kind}");
    }
}

#[test]
fn whom_a_family_has_in_common_is_not_shown() {
    let me = somebody(4);
    let child = me.with(|it| (it.given, it.birth_date) = (vec!["Benedikt".into()], Some("2015-05-15".into())));
    for stranger in [child, somebody(31), me.elsewhere().with(|it| it.birth_date = Some("1931-03-14".into()))] {
        assert_eq!(evaluated(&me, &[stranger], true).order, Vec::<usize>::new());
    }
}

/// What a stranger sends costs no more than a moment, and no number of values makes a field agree that is not compared.
#[test]
fn long_lists_and_long_texts_are_cut() {
    let many = |value: &dyn Fn(usize) -> Value| (0..20_000).map(value).collect::<Vec<_>>();
    let patient = json!({"resourceType": "Patient", "birthDate": "1".repeat(100_000),
        "name": many(&|place| json!({"family": format!("Bramble{place}"), "given": ["x".repeat(5_000)]})),
        "telecom": many(&|place| json!({"system": "phone", "value": format!("608-1{:02}-{:04}", place % 100, place % 10_000)})),
        "address": many(&|place| json!({"line": ["1 ".repeat(5_000)], "postalCode": format!("{place:05}")})),
        "identifier": many(&|place| json!({"system": "urn:x", "value": place.to_string()}))});
    let known = Known::read(&Resource::from_json(patient).expect("a patient"), &[], DAY);
    for field in ktc_kiosk::patient_match::MatchField::ALL {
        assert!(known.values(*field).len() <= 20, "{field:?}");
    }
    assert!(known.discarded().len() <= 40);
}
