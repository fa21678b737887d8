//! What is confirmed with the patient before a chart is theirs.
//!
//! Name and birth date, and the field by which a matching rule names the chart. Where no rule does, one more fact of the chart, or a
//! document that staff saw: name and birth date alone are two people's too often (CMS Patient Matching Proposal 3.4.0: five thousand times
//! too often for any rule). What speaks against a chart must be answered as well. However well a chart fits, nobody but a person
//! says that it is the patient's (notes 19 and 38).

use super::chart::ChartPatient;
use super::field::Field;
use crate::patient_match::{Agreement, MatchField, Outcome, Standing, phone};
use crate::sensitive::Sensitive;
use std::collections::BTreeSet;
use strum::VariantArray as _;

/// What staff confirm with the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "identity-")]
pub enum IdentityCheck {
    /// The name in the chart.
    Name,
    /// The birth date in the chart.
    BirthDate,
    /// The chart is under another name, and the patient says that it is theirs as well.
    OtherName,
    /// A telephone number in the chart.
    Phone,
    /// An address in the chart.
    Address,
    /// A mail address in the chart.
    Email,
    /// A number on the insurance card.
    Insurance,
    /// The number on the Medicare card.
    Medicare,
    /// The number of a licence or passport.
    Licence,
    /// The last four digits of the Social Security or taxpayer number.
    LastFour,
    /// The record number.
    RecordNumber,
    /// A document was seen, and it is this person's.
    Document,
    /// The patient explains what differs.
    Explained,
    /// What the patient answers fits this chart and not the other one.
    OnlyThisChart,
}

impl IdentityCheck {
    /// All of them.
    pub const ALL: &'static [IdentityCheck] = IdentityCheck::VARIANTS;

    /// The id under which `assets/` holds the question.
    pub fn text_id(self) -> &'static str {
        self.into()
    }

    /// What confirms a field of a rule; name, birth date and what nobody can say of themselves are no more facts.
    const fn of(field: MatchField) -> Option<IdentityCheck> {
        match field {
            MatchField::Phone => Some(IdentityCheck::Phone),
            MatchField::Street => Some(IdentityCheck::Address),
            MatchField::Email => Some(IdentityCheck::Email),
            MatchField::MemberId | MatchField::SubscriberId => Some(IdentityCheck::Insurance),
            MatchField::Mbi => Some(IdentityCheck::Medicare),
            MatchField::LegalId => Some(IdentityCheck::Licence),
            MatchField::Ssn4 | MatchField::Itin4 => Some(IdentityCheck::LastFour),
            MatchField::UniqueId => Some(IdentityCheck::RecordNumber),
            MatchField::First
            | MatchField::Middle
            | MatchField::Last
            | MatchField::Suffix
            | MatchField::BirthDate
            | MatchField::Gender
            | MatchField::Zip
            | MatchField::ChildOf
            | MatchField::NewbornOf
            | MatchField::Guardian
            | MatchField::Mother
            | MatchField::BirthEncounter => None,
        }
    }
}

/// From the cheapest answer to the dearest.
const FACTS: [MatchField; 7] = [
    MatchField::Phone,
    MatchField::Street,
    MatchField::Email,
    MatchField::MemberId,
    MatchField::Mbi,
    MatchField::LegalId,
    MatchField::Ssn4,
];
/// More facts are not offered beside a document.
const MAX_FACTS: usize = 3;

/// By what a chart was chosen, in the closed words of the audit trail; name and birth date were confirmed with each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case", prefix = "identity-by-")]
pub enum Confirmed {
    /// A rule named the chart, and the patient said its field.
    Rule,
    /// A rule named it with something against it, which was answered.
    RuleInDoubt,
    /// No rule named it; one more fact of the chart.
    Fact,
    /// A document was seen.
    Document,
}

/// A candidate that staff touched, and what the patient has confirmed so far.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Logical id of the chart.
    pub chart: String,
    wanted: Vec<(IdentityCheck, Sensitive<String>)>,
    one_of: Vec<(IdentityCheck, Sensitive<String>)>,
    is_by_rule: bool,
    confirmed: BTreeSet<IdentityCheck>,
}

impl Identity {
    /// What must be confirmed before this chart is chosen; `outcome` is what the rules say of all charts. A chart that says too little
    /// to be told from another asks for nothing and is never chosen.
    pub fn new(candidate: &ChartPatient, outcome: Option<Outcome>) -> Identity {
        let mut identity = Identity {
            chart: candidate.id.clone(),
            wanted: Vec::new(),
            one_of: Vec::new(),
            is_by_rule: false,
            confirmed: BTreeSet::new(),
        };
        let facts = facts(candidate);
        let born = candidate.shown(Field::BirthDate).filter(|date| date.reveal().len() == 10).cloned();
        let second = born.map(|date| (IdentityCheck::BirthDate, date)).or_else(|| facts.first().cloned());
        let name = candidate.name.reveal();
        let (Some(second), false) = (second, name.is_empty()) else { return identity };
        identity.wanted.push((IdentityCheck::Name, Sensitive::from(name.as_str())));
        identity.wanted.push(second);
        if bears_another_name(candidate) {
            identity.wanted.push((IdentityCheck::OtherName, Sensitive::from(name.as_str())));
        }
        let said = |check| (check, Sensitive::from(""));
        let of_rule = of_rule(candidate);
        identity.is_by_rule = candidate.chart_match.standing == Standing::Named;
        let is_doubted = !candidate.chart_match.doubts.is_empty();
        identity.one_of = match (candidate.chart_match.standing, outcome) {
            (Standing::Named, Some(Outcome::Match)) if of_rule.is_some() && !is_doubted => Vec::new(),
            (Standing::Named, Some(Outcome::Match)) if is_doubted => {
                vec![said(IdentityCheck::Document), said(IdentityCheck::Explained)]
            }
            (Standing::Named, Some(Outcome::Escalate | Outcome::Ambiguous)) => {
                vec![said(IdentityCheck::OnlyThisChart), said(IdentityCheck::Document)]
            }
            // Who else there is, nobody knows; and what no rule can prove is a document's.
            (Standing::Named | Standing::OtherGeneration | Standing::OtherTwin, _) => {
                vec![said(IdentityCheck::Document)]
            }
            (Standing::Similar | Standing::Unlike, _) => {
                let more = facts.into_iter().filter(|fact| !identity.wanted.contains(fact)).take(MAX_FACTS);
                more.chain([said(IdentityCheck::Document)]).collect()
            }
        };
        if identity.is_by_rule {
            identity
                .wanted
                .extend(of_rule.filter(|(check, _)| identity.wanted.iter().all(|(asked, _)| asked != check)));
        }
        identity
    }

    /// What must all be confirmed, with what the chart says.
    pub fn wanted(&self) -> &[(IdentityCheck, Sensitive<String>)] {
        &self.wanted
    }

    /// Of which one must be confirmed as well; none where nothing more is asked.
    pub fn one_of(&self) -> &[(IdentityCheck, Sensitive<String>)] {
        &self.one_of
    }

    /// Whether the patient confirmed it.
    pub fn has(&self, identifier: IdentityCheck) -> bool {
        self.confirmed.contains(&identifier)
    }

    /// The patient confirmed it, or not after all.
    pub(super) fn toggle(&mut self, identifier: IdentityCheck) {
        let asked = self.wanted.iter().chain(&self.one_of).any(|(wanted, _)| *wanted == identifier);
        if asked && !self.confirmed.remove(&identifier) {
            self.confirmed.insert(identifier);
        }
    }

    /// Whether all is confirmed.
    pub fn is_whole(&self) -> bool {
        let has = |(wanted, _): &(IdentityCheck, Sensitive<String>)| self.confirmed.contains(wanted);
        self.wanted.len() >= 2 && self.wanted.iter().all(has) && (self.one_of.is_empty() || self.one_of.iter().any(has))
    }

    /// What was confirmed, in the closed words of the audit trail.
    pub fn word(&self) -> &'static str {
        match (self.confirmed.contains(&IdentityCheck::Document), self.is_by_rule, self.one_of.is_empty()) {
            (true, _, _) => Confirmed::Document,
            (false, true, true) => Confirmed::Rule,
            (false, true, false) => Confirmed::RuleInDoubt,
            (false, false, _) => Confirmed::Fact,
        }
        .into()
    }
}

/// The field by which the rarest rule names the chart, the cheapest of it to say.
fn of_rule(candidate: &ChartPatient) -> Option<(IdentityCheck, Sensitive<String>)> {
    let held = candidate.chart_match.held.first()?;
    let fields: Vec<MatchField> = held.rule.fields().collect();
    let cheapest = FACTS.iter().copied().find(|fact| fields.contains(fact));
    let field = cheapest.or_else(|| fields.into_iter().find(|field| IdentityCheck::of(*field).is_some()))?;
    Some((IdentityCheck::of(field)?, Sensitive::new(says(candidate, field)?)))
}

/// What else the chart says that the patient can say too.
fn facts(candidate: &ChartPatient) -> Vec<(IdentityCheck, Sensitive<String>)> {
    let fact = |field: &MatchField| Some((IdentityCheck::of(*field)?, Sensitive::new(says(candidate, *field)?)));
    FACTS.iter().filter_map(fact).collect()
}

/// The values of a field that count, in words: as the chart has it where there is one, else each in the form in which it is compared.
fn says(candidate: &ChartPatient, field: MatchField) -> Option<String> {
    let shown = match field {
        MatchField::Phone => candidate.shown(Field::Phone),
        MatchField::Email => candidate.shown(Field::Email),
        MatchField::Street => candidate.shown(Field::Address),
        _ => None,
    };
    let values = candidate.known(field);
    // What is shown is the value that counts, and no stopgap beside it.
    let is_it = |shown: &str, value: &str| match field {
        MatchField::Phone => phone(shown).as_deref() == Ok(value),
        MatchField::Email => shown.to_lowercase() == value,
        _ => shown.split_whitespace().next() == value.split_whitespace().next(),
    };
    match (values, shown.map(|shown| shown.reveal())) {
        ([], _) => None,
        ([value], Some(shown)) if is_it(shown, value) => Some(shown.clone()),
        (values, _) => {
            let plain = |value: &String| match field {
                MatchField::Street => value.replace('|', ", "),
                _ => value.rsplit_once('|').map_or(value.as_str(), |(_, number)| number).to_owned(),
            };
            Some(values.iter().take(MAX_FACTS).map(plain).collect::<Vec<_>>().join("; "))
        }
    }
}

/// Whether the chart is under another name, so that staff must ask. Two spellings of one name are not.
fn bears_another_name(candidate: &ChartPatient) -> bool {
    [MatchField::First, MatchField::Last, MatchField::Suffix].into_iter().any(|field| {
        match candidate.chart_match.comparison.on(field) {
            Agreement::Differs | Agreement::Near(_) => true,
            Agreement::Equal | Agreement::Missing | Agreement::NotCounted(_) => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::ranking::rank;
    use super::*;
    use crate::fhir::Resource;
    use crate::patient_match::Known;
    use crate::time::Day;
    use serde_json::{Value, json};

    const DAY: Day = Day::constant(2026, 11, 30);

    fn patient(more: Value) -> Resource {
        let mut json = json!({"resourceType": "Patient", "id": "x", "birthDate": "1980-02-03",
            "name": [{"family": "Delgado", "given": ["Ana"]}]});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        Resource::from_json(json).expect("a patient")
    }

    /// What is asked about the first of these charts.
    fn asked(shared: Value, charts: &[Value], is_whole: bool) -> Identity {
        let of = |(place, more): (usize, &Value)| {
            let mut more = more.clone();
            more["id"] = json!(format!("c{place}"));
            ChartPatient::from_resource(patient(more), DAY).expect("a chart")
        };
        let mut charts = charts.iter().enumerate().map(of).collect();
        let found = rank(&Known::read(&patient(shared), &[], DAY), &mut charts, is_whole);
        Identity::new(&charts[0], Some(found.outcome))
    }

    fn checks(list: &[(IdentityCheck, Sensitive<String>)]) -> Vec<IdentityCheck> {
        list.iter().map(|(check, _)| *check).collect()
    }

    fn with_phone() -> Value {
        json!({"telecom": [{"system": "phone", "value": "608-067-5309"}]})
    }

    #[test]
    fn each_outcome_asks_for_what_makes_a_chart_the_patient_s() {
        use IdentityCheck::{BirthDate, Document, Explained, Name, OnlyThisChart, OtherName, Phone};
        let twin = json!({"name": [{"family": "Delgado", "given": ["Eva"]}], "telecom": with_phone()["telecom"]});
        let generation = |suffix: &str| json!({"name": [{"family": "Delgado", "given": ["Ana"], "suffix": [suffix]}], "telecom": with_phone()["telecom"]});
        let none: &[IdentityCheck] = &[];
        for (what, shared, charts, is_whole, wanted, one_of) in [
            ("one chart by a rule", with_phone(), vec![with_phone()], true, &[Name, BirthDate, Phone][..], none),
            ("not proven", with_phone(), vec![with_phone()], false, &[Name, BirthDate, Phone], &[Document]),
            (
                "two charts",
                with_phone(),
                vec![with_phone(), twin.clone()],
                true,
                &[Name, BirthDate, Phone],
                &[OnlyThisChart, Document],
            ),
            (
                "only the twin",
                with_phone(),
                vec![twin],
                true,
                &[Name, BirthDate, OtherName, Phone],
                &[Document, Explained],
            ),
            ("name and birth date", json!({}), vec![with_phone()], true, &[Name, BirthDate], &[Phone, Document]),
            ("no more in the chart", json!({}), vec![json!({})], true, &[Name, BirthDate], &[Document]),
            (
                "another generation",
                generation("Jr"),
                vec![generation("Sr")],
                true,
                &[Name, BirthDate, OtherName],
                &[Document],
            ),
        ] {
            let identity = asked(shared, &charts, is_whole);
            assert_eq!(
                (checks(identity.wanted()), checks(identity.one_of())),
                (wanted.to_vec(), one_of.to_vec()),
                "{what}"
            );
        }
        let identity = asked(with_phone(), &[with_phone()], true);
        assert_eq!(identity.wanted()[2].1.reveal(), "608-067-5309");
    }

    #[test]
    fn name_and_birth_date_never_suffice_and_what_is_confirmed_can_be_taken_back() {
        for (shared, third, word) in [
            (with_phone(), IdentityCheck::Phone, "identity-by-rule"),
            (json!({}), IdentityCheck::Phone, "identity-by-fact"),
            (json!({}), IdentityCheck::Document, "identity-by-document"),
        ] {
            let mut identity = asked(shared, &[with_phone()], true);
            identity.toggle(IdentityCheck::Name);
            identity.toggle(IdentityCheck::BirthDate);
            identity.toggle(IdentityCheck::Email);
            assert!(!identity.is_whole(), "an identifier that was not asked about counts for nothing");
            identity.toggle(third);
            assert!(identity.is_whole());
            assert_eq!(identity.word(), word);
            identity.toggle(IdentityCheck::Name);
            assert!(!identity.is_whole());
        }
    }

    #[test]
    fn a_chart_that_says_too_little_is_never_chosen() {
        for little in [json!({"birthDate": null}), json!({"name": []}), json!({"name": [], "birthDate": null})] {
            let mut identity = asked(with_phone(), &[little], true);
            IdentityCheck::ALL.iter().for_each(|check| identity.toggle(*check));
            assert!(!identity.is_whole() && identity.wanted().is_empty());
        }
        let identity = asked(json!({}), &[json!({"birthDate": "1980", "telecom": with_phone()["telecom"]})], true);
        assert_eq!(checks(identity.wanted()), [IdentityCheck::Name, IdentityCheck::Phone]);
        assert_eq!(checks(identity.one_of()), [IdentityCheck::Document]);
    }
}
