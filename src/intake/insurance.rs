//! An insurance card: Coverage as the CARIN Digital Insurance Card 2.0.0 (C4DIC) fills it, and what any other Coverage says.

use super::FactKind;
use crate::fhir::{Names, Resource, found, named_words, named_words_at, words, words_at};
use serde_json::Value;

const CLASSES: [(&str, FactKind); 10] = [
    ("group", FactKind::Group),
    ("plan", FactKind::Plan),
    ("division", FactKind::Division),
    ("network", FactKind::Network),
    ("alternatenetwork", FactKind::OtherNetwork),
    ("rxbin", FactKind::RxBin),
    ("rxpcn", FactKind::RxPcn),
    ("rxgroup", FactKind::RxGroup),
    ("rxid", FactKind::RxId),
    ("rxiin", FactKind::RxIin),
];

/// All that the card says; `payers` are the Organizations that its `payor` leads to.
pub(super) fn facts(resource: &Resource, payers: &[&Resource], names: Names<'_>) -> Vec<(FactKind, String)> {
    let json = resource.json().reveal();
    let words = |value: &Value| named_words(value, names);
    let words_at = |json: &Value, path: &str| named_words_at(json, path, names);
    let mut facts = Vec::new();
    let mut add = |kind: FactKind, text: Option<String>| facts.extend(text.map(|text| (kind, text)));
    add(FactKind::MemberId, words_at(json, "subscriberId").or_else(|| words_at(json, "identifier/value")));
    for class in found(json, "class") {
        let codes = found(class, "type/coding/code");
        let kind = CLASSES.iter().find(|(code, _)| codes.iter().any(|known| **known == *code)).map(|(_, kind)| *kind);
        let said =
            [words(&class["value"]), words(&class["name"])].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let said = if said.is_empty() { None } else { Some(said) };
        match kind {
            Some(kind) => add(kind, said),
            None => add(FactKind::PolicyClass, said.map(|said| named(words(&class["type"]), &said))),
        }
    }
    add(FactKind::PayerId, payers.iter().find_map(|payer| payer_id(payer)));
    for payer in payers {
        phones(payer).into_iter().for_each(|phone| add(FactKind::PayerPhone, Some(phone)));
    }
    add(FactKind::Subscriber, words_at(json, "subscriber"));
    add(FactKind::Relationship, words_at(json, "relationship"));
    add(FactKind::Dependent, words_at(json, "dependent"));
    add(FactKind::Period, words_at(json, "period"));
    add(FactKind::PolicyType, words_at(json, "type"));
    add(FactKind::Status, words_at(json, "status"));
    for cost in found(json, "costToBeneficiary").into_iter().take(24) {
        let value = found(cost, "value[x]").into_iter().find_map(|value| words(value).or_else(|| cost_in_words(value)));
        add(FactKind::Cost, value.map(|value| named(words(&cost["type"]), &value)));
    }
    for extension in found(json, "extension").into_iter().take(48) {
        match extension["url"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default() {
            "C4DIC-PlanBeneficiaries-extension" => add(FactKind::Covered, words_at(extension, "extension/value[x]")),
            "C4DIC-AdditionalCardInformation-extension" => {
                add(FactKind::CardNote, words_at(extension, "valueAnnotation/text"))
            }
            "C4DIC-CardIssueDate-extension" => add(FactKind::Issued, words_at(extension, "valueDate")),
            _ => {}
        }
    }
    facts
}

fn named(name: Option<String>, said: &str) -> String {
    name.map_or_else(|| said.to_owned(), |name| format!("{name}: {said}"))
}

/// C4DIC BeneficiaryCostString: a cost that is no number.
fn cost_in_words(value: &Value) -> Option<String> {
    words_at(value, "extension/valueString")
}

fn payer_id(payer: &Resource) -> Option<String> {
    let identifiers = payer.list("/identifier").iter();
    let mut payer_ids = identifiers.filter(|it| found(it, "type/coding/code").iter().any(|code| **code == "payerid"));
    payer_ids.find_map(|it| words(&it["value"]))
}

/// The payer's own telephones, and those of its desks with what they are for.
fn phones(payer: &Resource) -> Vec<String> {
    let json = payer.json().reveal();
    let is_phone = |contact: &&Value| contact["system"] == "phone";
    let own = found(json, "telecom").into_iter().filter(is_phone).filter_map(words);
    let desks = found(json, "contact").into_iter().flat_map(|desk| {
        let phones = found(desk, "telecom").into_iter().filter(is_phone).filter_map(words);
        phones.map(|phone| named(words(&desk["purpose"]), &phone)).collect::<Vec<_>>()
    });
    own.chain(desks).take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_class_of_a_card_has_its_place() {
        let class =
            |code: &str| json!({"type": {"coding": [{"code": code}]}, "value": format!("{code}-1"), "name": "N"});
        let mut classes: Vec<Value> = CLASSES.iter().map(|(code, _)| class(code)).collect();
        classes.push(class("subplan"));
        let card = Resource::from_json(json!({"resourceType": "Coverage", "class": classes})).expect("a resource");
        let facts = facts(&card, &[], &|_| None);
        for (code, kind) in CLASSES {
            assert!(facts.contains(&(kind, format!("{code}-1 · N"))), "{code}");
        }
        assert!(facts.contains(&(FactKind::PolicyClass, "code subplan: subplan-1 · N".to_owned())));
    }

    #[test]
    fn costs_as_money_and_in_words_are_both_read() {
        let extension = json!([{"url": "x/C4DIC-BeneficiaryCostString-extension", "valueString": "DED THEN $10"}]);
        let card = Resource::from_json(json!({"resourceType": "Coverage", "costToBeneficiary": [
            {"type": {"coding": [{"display": "Visit"}]}, "valueMoney": {"value": 25, "currency": "USD"}},
            {"type": {"text": "Rx"}, "valueMoney": {"extension": extension}}]}))
        .expect("a resource");
        let costs: Vec<String> = facts(&card, &[], &|_| None).into_iter().map(|(_, text)| text).collect();
        assert_eq!(costs, ["Visit: 25 USD", "Rx: DED THEN $10"]);
    }
}
