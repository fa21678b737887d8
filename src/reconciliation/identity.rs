//! Two identifiers, confirmed with the patient, before a chart is theirs.
//!
//! Name and birth date, or what the chart has in the place of a birth date; where the name is another one, one plain question
//! more. However well a chart fits, nobody but a person says that it is the patient's (note 19).

use super::chart::ChartPatient;
use super::field::Field;
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
    /// The telephone number, where the chart has no whole birth date.
    Phone,
    /// The address, where it has no telephone number either.
    Address,
    /// The chart is under another name, and the patient says that it is theirs as well.
    OtherName,
}

impl IdentityCheck {
    /// All of them.
    pub const ALL: &'static [IdentityCheck] = IdentityCheck::VARIANTS;

    /// The id under which `assets/` holds the question.
    pub fn text_id(self) -> &'static str {
        self.into()
    }
}

/// A candidate that staff touched, and what the patient has confirmed so far.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Logical id of the chart.
    pub chart: String,
    wanted: Vec<(IdentityCheck, Sensitive<String>)>,
    confirmed: BTreeSet<IdentityCheck>,
}

impl Identity {
    /// What must be confirmed before this chart is chosen. A chart that says too little to be told from another asks for
    /// nothing and is never chosen.
    pub fn new(candidate: &ChartPatient) -> Identity {
        let mut identity = Identity { chart: candidate.id.clone(), wanted: Vec::new(), confirmed: BTreeSet::new() };
        let second = [
            (IdentityCheck::BirthDate, candidate.shown(Field::BirthDate).filter(|date| date.reveal().len() == 10)),
            (IdentityCheck::Phone, candidate.shown(Field::Phone)),
            (IdentityCheck::Address, candidate.shown(Field::Address)),
        ];
        let second = second.into_iter().find_map(|(identifier, text)| Some((identifier, text?.clone())));
        let name = candidate.name.reveal();
        let (Some(second), false) = (second, name.is_empty()) else { return identity };
        identity.wanted.push((IdentityCheck::Name, Sensitive::from(name.as_str())));
        identity.wanted.push(second);
        if candidate.match_score.bears_another_name() {
            identity.wanted.push((IdentityCheck::OtherName, Sensitive::from(name.as_str())));
        }
        identity
    }

    /// What must be confirmed, with what the chart says.
    pub fn wanted(&self) -> &[(IdentityCheck, Sensitive<String>)] {
        &self.wanted
    }

    /// Whether the patient confirmed it.
    pub fn has(&self, identifier: IdentityCheck) -> bool {
        self.confirmed.contains(&identifier)
    }

    /// The patient confirmed it, or not after all.
    pub(super) fn toggle(&mut self, identifier: IdentityCheck) {
        let asked = self.wanted.iter().any(|(wanted, _)| *wanted == identifier);
        if asked && !self.confirmed.remove(&identifier) {
            self.confirmed.insert(identifier);
        }
    }

    /// Whether all is confirmed.
    pub fn is_whole(&self) -> bool {
        self.wanted.len() >= 2 && self.wanted.iter().all(|(wanted, _)| self.confirmed.contains(wanted))
    }

    /// What was confirmed, in the closed words of the audit trail.
    pub fn word(&self) -> &'static str {
        let has = |identifier| self.confirmed.contains(&identifier);
        match (has(IdentityCheck::BirthDate), has(IdentityCheck::Phone), has(IdentityCheck::OtherName)) {
            (true, _, false) => "name-and-birth-date",
            (true, _, true) => "name-and-birth-date-other-name",
            (false, true, false) => "name-and-phone",
            (false, true, true) => "name-and-phone-other-name",
            (false, false, false) => "name-and-address",
            (false, false, true) => "name-and-address-other-name",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fhir::Resource;
    use crate::time::Day;
    use serde_json::{Value, json};

    fn chart(more: Value) -> ChartPatient {
        let mut json = json!({"resourceType": "Patient", "id": "x"});
        for (name, value) in more.as_object().expect("members") {
            json[name] = value.clone();
        }
        ChartPatient::from_resource(Resource::from_json(json).expect("a patient"), Day::constant(2026, 11, 30))
            .expect("a chart")
    }

    #[test]
    fn a_chart_is_chosen_by_two_identifiers_and_never_by_one() {
        let name = json!([{"family": "Delgado"}]);
        let wanted = |more: Value| Identity::new(&chart(more)).wanted().iter().map(|(it, _)| *it).collect::<Vec<_>>();
        assert_eq!(
            wanted(json!({"name": name, "birthDate": "1980-02-03"})),
            [IdentityCheck::Name, IdentityCheck::BirthDate]
        );
        let phone = json!([{"system": "phone", "value": "555-0100"}]);
        assert_eq!(
            wanted(json!({"name": name, "birthDate": "1980", "telecom": phone})),
            [IdentityCheck::Name, IdentityCheck::Phone]
        );
        assert_eq!(
            wanted(json!({"name": name, "address": [{"city": "Lakeside"}]})),
            [IdentityCheck::Name, IdentityCheck::Address]
        );
        for little in [json!({"name": name}), json!({"birthDate": "1980-02-03"}), json!({})] {
            let mut identity = Identity::new(&chart(little));
            IdentityCheck::ALL.iter().for_each(|check| identity.toggle(*check));
            assert!(!identity.is_whole() && identity.wanted().is_empty());
        }
    }

    #[test]
    fn all_that_is_asked_must_be_confirmed_and_can_be_taken_back() {
        let mut identity = Identity::new(&chart(json!({"name": [{"family": "Delgado"}], "birthDate": "1980-02-03"})));
        identity.toggle(IdentityCheck::Name);
        identity.toggle(IdentityCheck::Phone);
        assert!(!identity.is_whole());
        identity.toggle(IdentityCheck::BirthDate);
        assert!(identity.is_whole());
        assert_eq!(identity.word(), "name-and-birth-date");
        identity.toggle(IdentityCheck::Name);
        assert!(!identity.is_whole());
    }
}
