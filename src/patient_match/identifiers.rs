//! Numbers, each with who gave it: without that a number could be anybody's and does not count. Of a Social Security or taxpayer number
//! the last four digits are kept and nothing else (CMS Patient Matching Proposal 3.4.0: the whole number is never sent).

use super::collected::{Collected, Discarded, discard};
use super::field::{MatchField, NotCounted};
use super::letters::{MAX_TEXT, letters};
use super::placeholders::placeholders;
use crate::fhir::{Resource, each, found};
use serde_json::{Map, Value, json};

/// More numbers of one person are not compared.
const MAX_NUMBERS: usize = 50;

/// What a number is, by its system or its type (HL7 v2 table 0203).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Social Security number.
    Ssn,
    /// Individual Taxpayer Identification Number.
    Itin,
    /// Any other.
    Other,
}

/// Whether this Identifier is a number that must never leave the house whole.
pub fn number_kind(identifier: &Value) -> NumberKind {
    let system = identifier["system"].as_str().unwrap_or_default().trim();
    let says_ssn = |text: &Value| text.as_str().is_some_and(|text| letters(text).contains("ssn"));
    match system.strip_prefix("urn:oid:").unwrap_or(system) {
        "http://hl7.org/fhir/sid/us-ssn" | "2.16.840.1.113883.4.1" => NumberKind::Ssn,
        "2.16.840.1.113883.4.4" => NumberKind::Itin,
        _ if codes(identifier).contains(&"SS") || says_ssn(&identifier["type"]["text"]) => NumberKind::Ssn,
        // Without who gave it, it is a Social Security number if it looks like one.
        "" if is_shaped_as_ssn(identifier["value"].as_str().unwrap_or_default()) => NumberKind::Ssn,
        _ => NumberKind::Other,
    }
}

/// `666-12-4321`.
fn is_shaped_as_ssn(value: &str) -> bool {
    let parts: Vec<&str> = value.trim().split('-').collect();
    parts.iter().map(|part| part.len()).eq([3, 2, 4]) && parts.concat().bytes().all(|digit| digit.is_ascii_digit())
}

/// What of a Patient an EHR's index of patients is told, and nothing else: no other element, and of a Social Security or taxpayer
/// number the last four digits. Whatever is sent to find a chart is made from this.
pub fn identity_of(patient: &Resource) -> Value {
    let json = patient.json().reveal();
    let mut identity = Map::from_iter([("resourceType".to_owned(), Value::from(patient.kind()))]);
    for member in ["identifier", "name", "telecom", "gender", "birthDate", "address"] {
        if let Some(value) = json.get(member) {
            identity.insert(member.to_owned(), value.clone());
        }
    }
    if let Some(identifiers) = identity.get_mut("identifier") {
        let numbers = each(identifiers).iter().filter_map(|identifier| match number_kind(identifier) {
            NumberKind::Other => Some(identifier.clone()),
            NumberKind::Ssn | NumberKind::Itin => {
                let four = last_four(identifier["value"].as_str().unwrap_or_default().trim()).ok()?;
                Some(json!({"system": identifier["system"], "value": four}))
            }
        });
        *identifiers = numbers.take(MAX_NUMBERS).collect();
    }
    Value::Object(identity)
}

pub(super) fn read_identifiers(patient: &Value, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    for identifier in each(&patient["identifier"]).iter().take(MAX_NUMBERS) {
        let value = identifier["value"].as_str().map(str::trim).unwrap_or_default();
        if value.is_empty() {
            continue;
        }
        let field = field_of(identifier);
        match read(identifier, field, value) {
            Ok(value) => into.add(field, value),
            Err(why) => discard(discarded, field, why, value),
        }
    }
}

fn codes(identifier: &Value) -> Vec<&str> {
    found(identifier, "type/coding/code").into_iter().filter_map(Value::as_str).collect()
}

fn field_of(identifier: &Value) -> MatchField {
    let system = identifier["system"].as_str().unwrap_or_default().trim();
    match number_kind(identifier) {
        NumberKind::Ssn => return MatchField::Ssn4,
        NumberKind::Itin => return MatchField::Itin4,
        NumberKind::Other => {}
    }
    if matches!(system, "http://hl7.org/fhir/sid/us-mbi" | "urn:oid:2.16.840.1.113883.4.927") {
        return MatchField::Mbi;
    }
    let by_code = codes(identifier).into_iter().find_map(|code| match code {
        "DL" | "PPN" => Some(MatchField::LegalId),
        "MB" => Some(MatchField::MemberId),
        "SN" => Some(MatchField::SubscriberId),
        // The public engine's own codes; HL7 has none for them.
        "CMS-GRDN" => Some(MatchField::Guardian),
        "CMS-MTHR" => Some(MatchField::Mother),
        "CMS-BEID" => Some(MatchField::BirthEncounter),
        _ => None,
    });
    let is_passport = system.starts_with("http://hl7.org/fhir/sid/passport-");
    by_code.unwrap_or(if is_passport { MatchField::LegalId } else { MatchField::UniqueId })
}

fn read(identifier: &Value, field: MatchField, value: &str) -> Result<String, NotCounted> {
    if placeholders().is_identifier(&letters(value)) {
        return Err(NotCounted::Placeholder);
    }
    if value.len() > MAX_TEXT {
        return Err(NotCounted::NotValid);
    }
    let system = identifier["system"].as_str().map(str::trim).filter(|system| !system.is_empty());
    match field {
        MatchField::Ssn4 | MatchField::Itin4 => last_four(value),
        MatchField::Mbi => {
            let number = plain(value);
            if number.len() == 11 { Ok(number) } else { Err(NotCounted::NotValid) }
        }
        MatchField::LegalId => {
            let issuer = identifier["assigner"]["display"].as_str().filter(|issuer| !issuer.trim().is_empty());
            within(issuer.or(system), &plain(value))
        }
        MatchField::MemberId | MatchField::SubscriberId if placeholders().is_insurance_number(&letters(value)) => {
            Err(NotCounted::Placeholder)
        }
        _ => within(system, value),
    }
}

/// A number together with who gave it.
fn within(authority: Option<&str>, number: &str) -> Result<String, NotCounted> {
    let authority = authority.ok_or(NotCounted::WithoutAuthority)?;
    Ok(format!("{}|{number}", authority.trim()))
}

/// Capital letters and digits alone.
fn plain(value: &str) -> String {
    value.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

/// Of a number that is whole, masked (`***-**-4321`) or already cut.
fn last_four(value: &str) -> Result<String, NotCounted> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let is_shaped = value.chars().all(|letter| letter.is_ascii_digit() || "-* xX#".contains(letter));
    match digits.len() {
        4 | 9 if is_shaped && placeholders().is_taxpayer_number(&digits) => Err(NotCounted::Placeholder),
        4 | 9 if is_shaped => Ok(digits.get(digits.len() - 4..).unwrap_or_default().to_owned()),
        _ => Err(NotCounted::NotValid),
    }
}

/// What an EHR says about whose child this is, in the public engine's own extension: FHIR has no element for it. What the patient says
/// about it is in no rule.
pub(super) fn read_relations(patient: &Value, into: &mut Collected) {
    const LINKAGE: &str =
        "https://cms-hte-patient-matching.icanbwell.com/fhir/StructureDefinition/relationship-linkage";
    for extension in
        each(&patient["extension"]).iter().filter(|extension| extension["url"] == LINKAGE).take(MAX_NUMBERS)
    {
        let said = |name: &str| {
            let said = each(&extension["extension"]).iter().find(|said| said["url"] == name);
            said.and_then(|said| said["valueCode"].as_str())
        };
        match (said("type"), said("source")) {
            (Some("child-of"), Some("clinical")) => into.add(MatchField::ChildOf, "child-of".to_owned()),
            (Some("newborn-of"), Some("clinical")) => into.add(MatchField::NewbornOf, "newborn-of".to_owned()),
            _ => {}
        }
    }
}

/// The numbers of an insurance (FHIR R4, Coverage): the member's own, of type MB, and the policy's, which a family shares. A number of
/// which nobody can say which it is, is the policy's. Who gave them is the system of the number, else the payer's own number.
pub(super) fn read_coverage(coverage: &Value, into: &mut Collected, discarded: &mut Vec<Discarded>) {
    if coverage["status"] == "entered-in-error" {
        return;
    }
    let payer = &coverage["payor"][0]["identifier"];
    let payer =
        payer["value"].as_str().map(|value| format!("{}|{value}", payer["system"].as_str().unwrap_or_default()));
    let policy = coverage["subscriberId"].as_str().map(str::trim).filter(|number| !number.is_empty());
    let mut authority = payer;
    for identifier in each(&coverage["identifier"]).iter().take(MAX_NUMBERS) {
        let Some(value) = identifier["value"].as_str().map(str::trim).filter(|value| !value.is_empty()) else {
            continue;
        };
        let codes = codes(identifier);
        let field = match () {
            () if codes.contains(&"MB") && policy != Some(value) => MatchField::MemberId,
            () if codes.contains(&"MB") || codes.contains(&"SN") => MatchField::SubscriberId,
            () => continue,
        };
        if let Some(system) = identifier["system"].as_str() {
            authority = Some(system.to_owned());
        }
        match read(identifier, field, value) {
            Ok(value) => into.add(field, value),
            Err(why) => discard(discarded, field, why, value),
        }
    }
    let Some(policy) = policy else { return };
    let read = match placeholders().is_insurance_number(&letters(policy)) {
        true => Err(NotCounted::Placeholder),
        false => within(authority.as_deref(), policy),
    };
    match read {
        Ok(value) => into.add(MatchField::SubscriberId, value),
        Err(why) => discard(discarded, MatchField::SubscriberId, why, policy),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(code: &str, system: Value, value: &str) -> Result<(MatchField, String), NotCounted> {
        let identifier = json!({"type": {"coding": [{"code": code}]}, "system": system, "value": value});
        let field = field_of(&identifier);
        read(&identifier, field, value).map(|value| (field, value))
    }

    #[test]
    fn a_number_counts_with_who_gave_it_and_never_without() {
        let payer = || json!("https://payer.example.org");
        for (code, system, value, expected) in [
            ("MB", payer(), "W1-01", Ok((MatchField::MemberId, "https://payer.example.org|W1-01"))),
            ("SN", payer(), "W1", Ok((MatchField::SubscriberId, "https://payer.example.org|W1"))),
            ("SN", payer(), "0000000", Err(NotCounted::Placeholder)),
            ("MB", Value::Null, "W1-01", Err(NotCounted::WithoutAuthority)),
            ("MR", json!("urn:x"), "M1", Ok((MatchField::UniqueId, "urn:x|M1"))),
            ("MR", Value::Null, "M1", Err(NotCounted::WithoutAuthority)),
            ("MR", json!("urn:x"), "N/A", Err(NotCounted::Placeholder)),
            ("DL", json!("urn:wi"), "J-12 3", Ok((MatchField::LegalId, "urn:wi|J123"))),
            ("DL", Value::Null, "J123", Err(NotCounted::WithoutAuthority)),
            ("", json!("http://hl7.org/fhir/sid/us-mbi"), "1eg4-te5-mk73", Ok((MatchField::Mbi, "1EG4TE5MK73"))),
        ] {
            let expected = expected.map(|(field, value)| (field, value.to_owned()));
            assert_eq!(read_one(code, system, value), expected, "{code} {value}");
        }
    }

    #[test]
    fn of_a_social_security_number_four_digits_are_kept_in_whatever_form_it_comes() {
        for system in ["http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1"] {
            for value in ["666-12-4321", "666124321", "***-**-4321", "4321"] {
                assert_eq!(read_one("", json!(system), value), Ok((MatchField::Ssn4, "4321".to_owned())), "{value}");
            }
        }
        let typed = read_one("SS", Value::Null, "666-12-4321");
        assert_eq!(typed, Ok((MatchField::Ssn4, "4321".to_owned())));
        for stopgap in ["666-12-1234", "999-12-4321", "000-12-4321", "7777"] {
            assert_eq!(read_one("SS", Value::Null, stopgap), Err(NotCounted::Placeholder), "{stopgap}");
        }
        assert_eq!(read_one("SS", Value::Null, "12345678"), Err(NotCounted::NotValid));
    }

    #[test]
    fn a_whole_social_security_or_taxpayer_number_is_not_sent() {
        let named = |system: Value, more: Value| json!({"system": system, "value": "666-12-4321", "type": more});
        let identifiers = json!([
            named(json!("http://hl7.org/fhir/sid/us-ssn"), Value::Null),
            named(json!("urn:oid:2.16.840.1.113883.4.1"), Value::Null),
            named(json!("urn:oid:2.16.840.1.113883.4.4"), Value::Null),
            named(Value::Null, json!({"coding": [{"code": "SS"}]})),
            named(json!("urn:clinic"), json!({"text": "SSN"})),
            named(Value::Null, Value::Null),
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "666124321"},
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "666-12-4321 (copy)"},
            {"system": "urn:mrn", "value": "M-7"}]);
        for identifiers in [identifiers.clone(), identifiers[0].clone()] {
            let patient = json!({"resourceType": "Patient", "identifier": identifiers, "photo": [{"data": "x"}]});
            let sent = identity_of(&Resource::from_json(patient).expect("a patient")).to_string();
            assert!(!sent.contains("666") && sent.contains("\"4321\"") && !sent.contains("photo"), "{sent}");
        }
    }

    #[test]
    fn an_insurance_card_gives_the_member_s_number_and_the_policy_s() {
        let read = |coverage: Value| {
            let (mut into, mut discarded) = (Collected::default(), Vec::new());
            read_coverage(&coverage, &mut into, &mut discarded);
            let of = |field| into.values(field).to_vec();
            (of(MatchField::MemberId), of(MatchField::SubscriberId), discarded.len())
        };
        let member =
            |value: &str| json!([{"type": {"coding": [{"code": "MB"}]}, "system": "urn:payer", "value": value}]);
        assert_eq!(
            read(json!({"identifier": member("W1-01"), "subscriberId": "W1"})),
            (vec!["urn:payer|W1-01".into()], vec!["urn:payer|W1".into()], 0)
        );
        assert_eq!(
            read(json!({"identifier": member("W1"), "subscriberId": "W1"})),
            (vec![], vec!["urn:payer|W1".into()], 0),
            "nobody can say that it is the member's own"
        );
        assert_eq!(read(json!({"subscriberId": "W1"})), (vec![], vec![], 1), "no payer");
    }
}
