//! Insurance cards of all versions: who pays first, whether a policy is in force, words for codes.

use super::super::Section;
use super::{Caution, assert_told, coded, form, me};
use serde_json::{Value, json};

const HL7: &str = "http://terminology.hl7.org/CodeSystem";

fn policy(more: Value) -> Value {
    let mut card = json!({"resourceType": "Coverage", "status": "active", "beneficiary": {"reference": "Patient/me"},
        "payor": [{"display": "Payer"}]});
    card.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
    card
}

#[test]
fn who_pays_first_comes_first_and_what_is_not_in_force_last() {
    let of = |name: &str, more: Value| {
        let mut card = policy(more);
        card["payor"] = json!([{"display": name}]);
        card
    };
    let form = form(vec![
        me(),
        of("ended", json!({"order": 1, "period": {"end": "2025-12-31"}})),
        of("third", json!({"order": 3})),
        of("later", json!({"order": 1, "period": {"start": "2027-01-01"}})),
        of("unsaid", json!({})),
        of("first", json!({"order": 1, "period": {"start": "2020", "end": "9999-12-31"}})),
        of("second", json!({"order": 2, "period": {"end": "2026"}})),
    ]);
    let titles: Vec<&str> = form.section(Section::Insurance).map(|item| item.title.reveal().as_str()).collect();
    assert_eq!(titles, ["first", "second", "third", "unsaid", "ended", "later"]);
    let ids: Vec<usize> = form.items.iter().map(|item| item.id.0 as usize).collect();
    assert_eq!(ids, (0..form.items.len()).collect::<Vec<_>>(), "an item is known by its place");
}

#[test]
fn a_policy_says_whether_it_is_in_force() {
    for (more, caution) in [
        (json!({"period": {"end": "2026-11-29"}}), Some(Caution::PolicyEnded)),
        (json!({"period": {"end": "2026-10"}}), Some(Caution::PolicyEnded)),
        (json!({"status": "cancelled"}), Some(Caution::PolicyEnded)),
        (json!({"period": {"start": "2026-12"}}), Some(Caution::PolicyNotBegun)),
        (json!({"status": "draft"}), Some(Caution::Draft)),
        (json!({"period": {"start": "2026-11-30", "end": "2026-11-30"}}), None),
        (json!({"period": {"end": "9999-12-31T23:59:59Z"}}), None),
    ] {
        assert_told(&policy(more), &[], caution.as_slice());
    }
}

#[test]
fn the_codes_of_a_card_have_words() {
    let relation = |code: &str| json!({"relationship": coded(&format!("{HL7}/subscriber-relationship"), code)});
    let kind = |system: &str, code: &str| json!({"type": coded(system, code)});
    let act = format!("{HL7}/v3-ActCode");
    let cost = |code: &str| json!({"costToBeneficiary": [{"type": coded(&format!("{HL7}/coverage-copay-type"), code), "valueQuantity": {"value": 20, "unit": "%"}}]});
    for (more, words) in [
        (relation("self"), "self"),
        (relation("child"), "child"),
        (relation("parent"), "parent"),
        (relation("common"), "common law spouse"),
        (relation("injured"), "injured party"),
        (json!({"relationship": coded("http://hl7.org/fhir/policyholder-relationship", "spouse")}), "spouse"),
        (json!({"relationship": {"system": "http://hl7.org/fhir/relationship", "code": "child"}}), "child"),
        (kind(&act, "AUTOPOL"), "automobile insurance"),
        (kind(&act, "SUBSIDIZ"), "subsidized health program"),
        (kind("http://hl7.org/fhir/v3/ActCode", "DENTPRG"), "dental program"),
        (kind(&format!("{HL7}/coverage-selfpay"), "pay"), "paid by the patient"),
        (cost("spvisit"), "visit to a specialist: 20 %"),
        (cost("maxoutofpocket"), "most that the patient pays: 20 %"),
        (cost("urgentcare"), "urgent care: 20 %"),
    ] {
        assert_told(&policy(more), &[words], &[]);
    }
}

#[test]
fn what_a_card_names_is_told_in_every_version() {
    let class = |code: &str, value: Value| json!([{"type": coded(&format!("{HL7}/coverage-class"), code), "value": value, "name": "N"}]);
    for (more, words) in [
        (
            json!({"policyHolder": {"display": "Elm Works"}, "contract": [{"display": "C 9"}], "dependent": "02", "network": "Elm net"}),
            &["02", "Elm net", "Elm Works", "C 9"][..],
        ),
        (json!({"class": class("subplan", json!("S1"))}), &["subplan: S1 · N"]),
        (json!({"class": class("rxpcn", json!("P1"))}), &["fact-rx-pcn: P1 · N"]),
        (
            json!({"class": class("group", json!({"value": "G5"})), "subscriberId": [{"value": "R5-1"}]}),
            &["R5-1", "fact-group: G5 · N"],
        ),
        (json!({"payor": null, "insurer": {"display": "R5 payer"}}), &["R5 payer"]),
        (
            json!({"payor": null, "issuer": {"display": "DSTU2 payer"}, "bin": {"value": "610"}, "subscriberId": {"value": "S-1"}, "plan": "P"}),
            &["DSTU2 payer\n", "S-1", "P", "610"],
        ),
        (json!({"grouping": {"group": "G", "groupDisplay": "Group of Elm", "plan": "PL"}}), &["Group of Elm", "PL"]),
        (json!({"payor": [{"display": "One"}, {"display": "Two"}]}), &["One\n", "Two"]),
        (
            json!({"payor": [{"reference": "#o"}], "contained": [{"resourceType": "Organization", "id": "o", "name": "Inner Mutual"}]}),
            &["Inner Mutual"],
        ),
    ] {
        assert_told(&policy(more), words, &[]);
    }
}
