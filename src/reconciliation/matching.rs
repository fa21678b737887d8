//! How alike the shared person and a chart are, field by field.
//!
//! The score only orders. It picks nobody, however high it is: people with the same name and birth date exist in every town,
//! and a person compares two identifiers with the patient ([`super::Identity`]). What it cannot do: it knows no nicknames and
//! does not know how frequent a name is.

mod agreement;
mod birth_date;
mod contact;
mod people;

pub use agreement::{Agreement, Closeness, MatchField};
pub use birth_date::with_day_and_month_swapped;
pub(super) use contact::{mail_address, phone_digits, short_word};

use crate::fhir::Resource;
use agreement::weight;
use birth_date::birth_dates;
use contact::contacts;
use people::{addresses, genders, identifiers, names, some_in_common};

/// How a chart compares with the share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchScore {
    fields: Vec<(MatchField, Agreement)>,
    score: i32,
}

impl MatchScore {
    /// Compares two Patient resources.
    pub(super) fn new(shared: &Resource, chart: &Resource) -> MatchScore {
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

/// A name in common with nothing else is no reason to show somebody's chart, nor is a birth date.
pub(super) fn has_a_tie(match_score: &MatchScore) -> bool {
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use serde_json::{Value, json};

    pub(in super::super) fn patient(more: Value) -> Resource {
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
        MatchScore::new(&patient(json!({})), &patient(more)).on(field)
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
}
