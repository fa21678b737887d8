//! Who the patient is: which of several values counts on the day of the check-in, and what profiles put into extensions.

use super::super::Intake;
use super::{Caution, assert_in_order, form, me, row};
use crate::fhir::PatientView;
use serde_json::{Value, json};

fn patient(more: &Value) -> Value {
    let mut patient = me();
    patient.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
    patient
}

fn shown(more: &Value) -> (Intake, String) {
    let form = form(vec![patient(more)]);
    let text = row(&form.items[0]).text;
    (form, text)
}

#[test]
fn what_is_current_today_comes_first_and_alone_is_taken() {
    let address = |line: &str, more: Value| {
        let mut address = json!({"line": [line]});
        address.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        address
    };
    for (addresses, order, taken) in [
        (
            json!([
                address("PO 7", json!({"use": "billing"})),
                address("3 Quarry Bank", json!({"use": "home", "period": {"end": "2027-08-31"}}))
            ]),
            &["3 Quarry Bank (home, until 2027-08-31)", "PO 7"][..],
            Some("3 Quarry Bank"),
        ),
        (
            json!([address("1 Gone St", json!({"period": {"end": "2026-11-29"}})), address("2 Here St", json!({}))]),
            &["2 Here St", "1 Gone St (until 2026-11-29, former)"],
            Some("2 Here St"),
        ),
        (
            json!([
                address("9 Next Rd", json!({"use": "home", "period": {"start": "2027-01-01"}})),
                address("8 Now Rd", json!({"use": "home"}))
            ]),
            &["8 Now Rd", "9 Next Rd (home, since 2027-01-01)"],
            Some("8 Now Rd"),
        ),
        (
            json!([
                address("Ward 3", json!({"use": "temp", "period": {"end": "2020"}})),
                address("4 Fen", json!({"use": "work"}))
            ]),
            &["4 Fen (work)", "Ward 3 (temporary, until 2020, former)"],
            Some("4 Fen"),
        ),
        (json!([address("1 Gone St", json!({"use": "old"}))]), &["1 Gone St (former)"], None),
        (
            json!([
                address("Box 2", json!({"use": "work", "type": "postal"})),
                address("6 Mill Rd", json!({"type": "physical"}))
            ]),
            &["6 Mill Rd (to visit)", "Box 2 (work, for mail)"],
            Some("6 Mill Rd"),
        ),
        (json!("5 Loose St"), &["5 Loose St"], Some("5 Loose St")),
    ] {
        let (form, text) = shown(&json!({"address": addresses}));
        assert_in_order(&text, order, &addresses);
        let view = PatientView::of(&form.items[0].resource, form.day).expect("a patient");
        assert_eq!(view.address().as_deref(), taken, "{addresses}");
    }
}

#[test]
fn a_contact_that_has_ended_is_never_the_current_one() {
    for (telecom, order, phone) in [
        (
            json!([{"system": "phone", "value": "555-0101", "period": {"end": "2019"}}]),
            &["555-0101 (until 2019, former)"][..],
            None,
        ),
        (
            json!([{"system": "phone", "value": "555-0101", "use": "old", "rank": 1}, {"system": "phone", "value": "555-0102", "rank": 9}]),
            &["555-0102", "555-0101 (former)"],
            Some("555-0102"),
        ),
        (
            json!([{"system": "phone", "value": "555-0103", "period": {"end": "2030-01-01"}}, {"system": "phone", "value": "555-0104", "use": "temp"}]),
            &["555-0103 (until 2030-01-01)", "555-0104 (temporary)"],
            Some("555-0103"),
        ),
        (
            json!([{"system": "fax", "value": "555-0105"}, {"system": "pager", "value": "77"}, {"value": "555-0106"}]),
            &["555-0106", "555-0105 (fax)", "77 (pager)"],
            Some("555-0106"),
        ),
    ] {
        let (form, text) = shown(&json!({"telecom": telecom}));
        assert_in_order(&text, order, &telecom);
        let view = PatientView::of(&form.items[0].resource, form.day).expect("a patient");
        assert_eq!(view.contact("phone"), phone, "{telecom}");
    }
}

#[test]
fn one_name_is_shown_and_searched_in_whatever_form_it_comes() {
    let representation = |text: &str, code: &str| json!({"text": text, "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": code}]});
    for (name, expected, family) in [
        (json!("Maren Thistlewood"), "Maren Thistlewood", "Thistlewood"),
        (json!(["Maren Thistlewood"]), "Maren Thistlewood", "Thistlewood"),
        (json!({"given": "Maren", "family": ["Thistle", "Wood"]}), "Maren Thistle Wood", "Thistle Wood"),
        (json!([{"family": "남궁", "given": ["서아"]}]), "남궁 서아", "남궁"),
        (json!([{"family": "橘", "given": ["塁"]}]), "橘 塁", "橘"),
        (json!([{"text": "橘 塁"}]), "橘 塁", "橘"),
        (json!([representation("タチバナ ルイ", "SYL"), representation("橘 塁", "IDE")]), "橘 塁", "橘"),
        (
            json!([{"use": "temp", "family": "Interim"}, {"use": "official", "family": "Lasting", "period": {"end": "2027"}}]),
            "Lasting",
            "Lasting",
        ),
        (
            json!([{"use": "official", "family": "Before", "period": {"end": "2026-01"}}, {"use": "usual", "given": ["Al"], "family": "After"}]),
            "Al After",
            "After",
        ),
        (
            json!([{"use": "official", "family": "Ray", "given": ["Al"], "suffix": ["III"]}, {"use": "nickname", "given": ["Sunny"]}]),
            "Al Ray III",
            "Ray",
        ),
        (json!([{"use": "anonymous", "text": "UNKNOWN-9"}, {"text": " ", "family": "Blank"}]), "Blank", "Blank"),
    ] {
        let (form, text) = shown(&json!({"name": name}));
        assert_eq!(text.lines().next(), Some(expected), "{name}");
        assert_eq!(form.person.name.reveal(), expected);
        assert_eq!(form.person.family.as_ref().map(|family| family.reveal().as_str()), Some(family), "{name}");
    }
    let (form, text) =
        shown(&json!({"name": [{"use": "maiden", "text": "Maren Gone"}, {"family": "Here", "prefix": ["Dr."]}]}));
    assert_in_order(&text, &["Here\n", "Dr.", "Maren Gone (maiden name)"], &json!(null));
    assert!(form.items[0].cautions.is_empty());
}

#[test]
fn a_patient_without_a_name_or_with_an_odd_birth_date_is_cautioned() {
    for (more, caution) in [
        (json!({"name": null}), Caution::Untitled),
        (json!({"name": [{"use": "official"}]}), Caution::Untitled),
        (json!({"birthDate": "1971-09-14 00:00:00"}), Caution::DateDoubtful),
        (json!({"birthDate": "09/14/1971"}), Caution::DateDoubtful),
        (json!({"link": [{"type": "replaced-by", "other": {"reference": "Patient/2"}}]}), Caution::OutOfUse),
        (json!({"active": false}), Caution::OutOfUse),
    ] {
        let (form, text) = shown(&more);
        assert!(form.items[0].cautions.contains(&caution), "{more}");
        assert!(!text.starts_with('\n'), "a title is never empty");
    }
    assert_eq!(
        shown(&json!({"birthDate": "1971-09-14T23:30:00-05:00"}))
            .0
            .person
            .birth_date
            .map(|it| it.reveal().clone())
            .as_deref(),
        Some("1971-09-14")
    );
}

#[test]
fn what_profiles_and_lists_say_of_a_person_is_told_with_words() {
    let us_core = |name: &str, more: Value| {
        let mut extension = json!({"url": format!("http://hl7.org/fhir/us/core/StructureDefinition/us-core-{name}")});
        extension.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        json!({"extension": [extension]})
    };
    let core = |name: &str, more: Value| {
        let mut extension = json!({"url": format!("http://hl7.org/fhir/StructureDefinition/{name}")});
        extension.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        json!({"extension": [extension]})
    };
    let part = |url: &str, words: &str| json!({"url": url, "valueCodeableConcept": {"text": words}});
    for (more, words) in [
        (
            us_core(
                "race",
                json!({"extension": [{"url": "ombCategory", "valueCoding": {"display": "White"}}, {"url": "detailed", "valueCoding": {"display": "Irish"}}]}),
            ),
            &["race: White, Irish"][..],
        ),
        (
            us_core(
                "ethnicity",
                json!({"extension": [{"url": "text", "valueString": "Cuban"}, {"url": "detailed", "valueCoding": {"code": "1"}}]}),
            ),
            &["ethnicity: Cuban"],
        ),
        (
            us_core(
                "tribal-affiliation",
                json!({"extension": [part("tribalAffiliation", "Oneida"), {"url": "isEnrolled", "valueBoolean": false}]}),
            ),
            &["Oneida, enrolled: no"],
        ),
        (us_core("birthsex", json!({"valueCode": "M"})), &["sex at birth: male"]),
        (us_core("sex", json!({"valueCode": "248152002"})), &["sex: female"]),
        (
            us_core("sex", json!({"valueCoding": {"system": "http://snomed.info/sct", "code": "248153007"}})),
            &["sex: male"],
        ),
        (
            us_core("interpreter-needed", json!({"valueCoding": {"code": "373066001", "display": "Yes"}})),
            &["interpreter needed: Yes"],
        ),
        (core("patient-interpreterRequired", json!({"valueBoolean": true})), &["interpreter required: yes"]),
        (
            core("individual-genderIdentity", json!({"extension": [part("value", "non-binary")]})),
            &["gender identity: non-binary"],
        ),
        (core("individual-pronouns", json!({"extension": [part("value", "they/them")]})), &["pronouns: they/them"]),
        (
            core(
                "individual-recordedSexOrGender",
                json!({"extension": [part("value", "M"), part("type", "passport")]}),
            ),
            &["recorded sex or gender: M, passport"],
        ),
        (core("patient-religion", json!({"valueCodeableConcept": {"text": "Quaker"}})), &["religion: Quaker"]),
        (core("patient-birthPlace", json!({"valueAddress": {"city": "Oulu"}})), &["place of birth: Oulu"]),
        (core("patient-disability", json!({"valueCodeableConcept": {"text": "Blind"}})), &["disability: Blind"]),
        (
            json!({"communication": [{"language": {"text": "Lao"}}, {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "km"}]}, "preferred": true}]}),
            &["Khmer (preferred)", "Lao"],
        ),
        (json!({"maritalStatus": super::coded("http://hl7.org/fhir/v3/MaritalStatus", "D")}), &["divorced"]),
        (json!({"maritalStatus": super::coded("http://hl7.org/fhir/marital-status", "M")}), &["married"]),
        (
            json!({"contact": [{"relationship": [super::coded("http://hl7.org/fhir/v2/0131", "C")], "name": {"text": "Ida Fen"},
            "telecom": [{"system": "phone", "value": "555-0110"}], "period": {"end": "2015"}}]}),
            &["Ida Fen", "emergency contact", "555-0110", "until 2015"],
        ),
        (json!({"deceasedDateTime": "2026-10-01"}), &["2026-10-01"]),
        (json!({"multipleBirthInteger": 2}), &["multiple birth: 2"]),
        (json!({"generalPractitioner": [{"display": "Dr. O. Reave"}]}), &["Dr. O. Reave"]),
    ] {
        assert_in_order(&shown(&more).1, words, &more);
    }
}
