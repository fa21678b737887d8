//! Personal details field by field: what was shared, what the chart says, and what staff decide.
//!
//! The chart's value is kept unless staff take the shared one or type another. Name, birth date and gender are what the chart
//! is known by; a change of them is asked about twice.

use super::chart::ChartPatient;
use super::contact::{mail_address, phone_digits, short_word};
use super::content_key::ContentKey;
use super::field::{Field, shown_name};
use super::remembered::{Decided, DecidedBefore, Decision, Remembered};
use crate::fhir::{NameParts, Resource, is_former};
use crate::sensitive::Sensitive;
use crate::text::{folded_words, plain_text};
use crate::time::Day;

/// What staff decided about a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldDecision {
    /// The chart stays as it is.
    Keep,
    /// The shared value goes into the chart.
    Take,
    /// What staff typed goes into the chart.
    Typed(Sensitive<String>),
}

/// One field beside the chart.
#[derive(Clone, Debug)]
pub struct FieldRow {
    /// The field of the Patient.
    pub field: Field,
    /// What the patient shared.
    pub shared: Option<Sensitive<String>>,
    /// What the chart says.
    pub chart: Option<Sensitive<String>>,
    /// Whether both mean the same.
    pub agrees: bool,
    /// What staff decided; until then the chart stays as it is.
    pub decision: Option<FieldDecision>,
    /// What was decided of the same values at an earlier visit.
    pub before: Option<DecidedBefore>,
}

impl FieldRow {
    /// Whether there is something to take that the chart does not say.
    pub fn differs(&self) -> bool {
        self.shared.is_some() && !self.agrees
    }

    /// Whether a person should decide about it.
    pub fn asks(&self) -> bool {
        self.differs() && self.decision.is_none() && self.before.is_none()
    }

    /// What is to be remembered of it, once it is confirmed: which value of the chart stands beside which shared one. Whatever is
    /// changed ends an earlier decision to keep it.
    pub(super) fn decisions(&self) -> impl Iterator<Item = Decision> {
        let beside = |chart| ContentKey::of_field(self.field, self.shared.as_ref(), chart);
        let kept = |content| Decision { content, item: None, decided: Some(Decided::KeptChart) };
        let ended = || Decision { content: beside(self.chart.as_ref()), item: None, decided: None };
        let (first, second) = match &self.decision {
            None => (None, None),
            Some(FieldDecision::Keep) => (Some(kept(beside(self.chart.as_ref()))), None),
            Some(FieldDecision::Take) => (Some(ended()), None),
            Some(FieldDecision::Typed(typed)) => (Some(ended()), Some(kept(beside(Some(typed))))),
        };
        first.into_iter().chain(second)
    }

    /// Whether the chart stays as it is.
    pub const fn is_kept(&self) -> bool {
        matches!(self.decision, None | Some(FieldDecision::Keep))
    }
}

/// All fields that the share or the chart knows, with nothing decided.
pub(super) fn rows(shared: &Resource, chart: &ChartPatient) -> Vec<FieldRow> {
    let rows = Field::ALL.iter().map(|&field| FieldRow {
        field,
        shared: field.shown_in(shared, chart.day).map(|text| plain_text(&text)),
        chart: chart.shown(field).cloned(),
        agrees: agrees(field, shared, chart.resource(), chart.day),
        decision: None,
        before: None,
    });
    rows.filter(|row| row.shared.is_some() || row.chart.is_some()).collect()
}

/// What was decided of the same values at an earlier visit.
pub(super) fn recall(rows: &mut [FieldRow], remembered: &Remembered) {
    for row in rows.iter_mut().filter(|row| row.differs()) {
        let content = ContentKey::of_field(row.field, row.shared.as_ref(), row.chart.as_ref());
        row.before = remembered.get(&content).cloned();
    }
}

/// Whether what is shown of the share stands in the chart, first or further down, in whatever spelling. A number or an address of mail
/// that the chart has as a former one is not what it says: staff may take it.
fn agrees(field: Field, shared: &Resource, chart: &Resource, day: Day) -> bool {
    let Some(wanted) = field.shown_in(shared, day) else { return false };
    let contact = |system: &str, read: fn(&str) -> Option<String>| {
        let found = chart.list("/telecom").iter().filter(|it| it["system"] == system && !is_former(it, day));
        let known = read(&wanted).unwrap_or_else(|| wanted.clone());
        found
            .filter_map(|contact| contact["value"].as_str())
            .any(|value| read(value).as_deref().unwrap_or(value) == known)
    };
    match field {
        Field::Name => {
            let shown = |patient: &Resource| {
                NameParts::from_names(shown_name(patient, day).map(std::slice::from_ref).unwrap_or_default())
            };
            shown(shared) == shown(chart)
        }
        Field::BirthDate | Field::Gender => field.shown_in(chart, day).as_deref() == Some(wanted.as_str()),
        Field::Phone => contact("phone", phone_digits),
        Field::Email => contact("email", mail_address),
        Field::Address => {
            let words = |text: &str| folded_words(text).iter().map(|word| short_word(word)).collect::<Vec<_>>();
            let country =
                |words: Vec<String>| words.into_iter().filter(|word| word != "us" && word != "usa").collect::<Vec<_>>();
            let wanted = country(words(&wanted));
            field.shown_in(chart, day).is_some_and(|address| country(words(&address)) == wanted)
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::{Value, json};

    pub(in super::super) const DAY: Day = Day::constant(2026, 11, 30);

    pub(in super::super) fn resource(json: Value) -> Resource {
        Resource::from_json(json).expect("a resource")
    }

    pub(in super::super) fn shared() -> Resource {
        resource(json!({"resourceType": "Patient", "birthDate": "1980-02-03", "gender": "female",
            "name": [{"use": "official", "family": "Núñez", "given": ["Ana"], "id": "n", "extension": [{"url": "x"}]}],
            "telecom": [{"system": "phone", "value": "+1 555 010 4471", "use": "mobile"}, {"system": "email", "value": "ana@example.org"}],
            "address": [{"use": "home", "line": ["7 New St", "Apt 3"], "city": "Lakeside", "state": "WI", "postalCode": "53999"}]}))
    }

    pub(in super::super) fn chart() -> ChartPatient {
        let json = json!({"resourceType": "Patient", "id": "c1", "birthDate": "1980-02-03", "gender": "male",
            "name": [{"use": "maiden", "family": "Ruiz"}, {"use": "official", "family": "Nunez", "given": ["ANA"]}],
            "telecom": [{"system": "fax", "value": "1"}, {"system": "phone", "value": "555-0100", "use": "home", "rank": 1},
                {"system": "phone", "value": "555-0199", "use": "work"}],
            "address": [{"use": "home", "line": ["1 Old St"], "city": "Lakeside"}, {"use": "billing", "text": "PO 1"}]});
        ChartPatient::from_resource(resource(json), DAY).expect("a chart")
    }

    #[test]
    fn a_former_contact_of_the_chart_is_none_that_it_agrees_with() {
        for (field, system, value) in
            [(Field::Phone, "phone", "5550104471"), (Field::Email, "email", "ANA@example.org")]
        {
            let differs = |more: Value| {
                let mut contact = json!({"system": system, "value": value});
                for (name, value) in more.as_object().expect("members") {
                    contact[name] = value.clone();
                }
                let chart = json!({"resourceType": "Patient", "id": "c1", "telecom": [contact]});
                let chart = ChartPatient::from_resource(resource(chart), DAY).expect("a chart");
                rows(&shared(), &chart).iter().any(|row| row.field == field && row.differs())
            };
            assert!(differs(json!({"use": "old"})) && differs(json!({"period": {"end": "2020-01-01"}})), "{field:?}");
            assert!(
                !differs(json!({"use": "home"})) && !differs(json!({"period": {"end": "2099-01-01"}})),
                "{field:?}"
            );
        }
    }

    #[test]
    fn spellings_of_the_same_are_no_difference() {
        let rows = rows(&shared(), &chart());
        let differing: Vec<Field> = rows.iter().filter(|row| row.differs()).map(|row| row.field).collect();
        assert_eq!(differing, [Field::Gender, Field::Phone, Field::Email, Field::Address]);
        assert!(rows.iter().all(FieldRow::is_kept), "the chart is kept unless staff say otherwise");
    }
}
