//! An insurance card: Coverage as the CARIN Digital Insurance Card 2.0.0 (C4DIC) fills it, and what any other Coverage says.

use super::drafted::{Drafted, facts_at, plain};
use super::references::said;
use super::{Caution, FactKind, ReferenceTarget};
use crate::fhir::{Context, RecordType, Resource, Words, each, find, found, member, systems, words};
use crate::language::Language;
use crate::time::Day;
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
pub(super) fn facts<'v>(
    resource: &'v Resource,
    payers: &[&Resource],
    context: Context<'_>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    let json = resource.json().reveal();
    order(json, drafted);
    facts_at(json, FactKind::MemberId, "subscriberId", context, drafted);
    facts_at(json, FactKind::MemberId, "identifier", context, drafted);
    for class in each(&json["class"]) {
        let codes = found(class, "type/coding/code");
        let kind = CLASSES.iter().find(|(code, _)| codes.iter().any(|known| **known == *code)).map(|(_, kind)| *kind);
        let mut words = Words::default();
        if kind.is_none() && words.say("type", &class["type"], context) {
            words.writer().next(": ");
        }
        if let Some((known, _)) = CLASSES.iter().find(|(_, known)| Some(*known) == kind) {
            let of_kind = |coding: &&Value| coding["system"] == systems::COVERAGE_CLASS && coding["code"] == **known;
            for coding in found(class, "type/coding").into_iter().filter(of_kind) {
                [&coding["system"], &coding["code"]].into_iter().for_each(|leaf| words.used(leaf));
            }
        }
        let said = words.say("value", &class["value"], context);
        words.writer().next(" · ");
        if words.say("name", &class["name"], context) || said {
            drafted.push(Drafted::new(kind.unwrap_or(FactKind::PolicyClass), None, words.finish()));
        }
    }
    let payer_ids = payers.iter().find_map(|payer| payer_id(payer, context.day));
    drafted.extend(payer_ids.map(|id| plain(FactKind::PayerId, &id)));
    for payer in payers {
        drafted.extend(phones(payer, context.day).iter().map(|phone| plain(FactKind::PayerPhone, phone)));
    }
    // The first payer is the title.
    for payer in each(&json["payor"]).iter().chain(each(&json["insurer"])).chain(each(&json["issuer"])).skip(1) {
        if let Some(words) = Words::of("payor", payer, context) {
            drafted.push(Drafted::new(FactKind::Payer, None, words.finish()));
        }
    }
    for (kind, path) in [
        (FactKind::Subscriber, "subscriber"),
        (FactKind::Relationship, "relationship"),
        (FactKind::Dependent, "dependent"),
        (FactKind::Period, "period"),
        (FactKind::PolicyType, "type"),
        (FactKind::Status, "status"),
        (FactKind::Network, "network"),
        (FactKind::Element, "policyHolder"),
        (FactKind::Element, "contract"),
        (FactKind::Element, "subrogation"),
        // DSTU2 and STU3.
        (FactKind::Group, "group"),
        (FactKind::Plan, "plan"),
        (FactKind::Group, "grouping"),
        (FactKind::RxBin, "bin"),
    ] {
        facts_at(json, kind, path, context, drafted);
    }
    for cost in each(&json["costToBeneficiary"]) {
        let mut words = Words::default();
        if words.say("type", &cost["type"], context) {
            words.writer().next(": ");
        }
        let mut said = false;
        find(cost, Some("value[x]"), &mut |name, value| {
            // C4DIC BeneficiaryCostString: a cost that is no number.
            said |= words.say(name, value, context);
            find(value, Some("extension/valueString"), &mut |name, value| said |= words.say(name, value, context));
        });
        if said {
            drafted.push(Drafted::new(FactKind::Cost, None, words.finish()));
        }
    }
    for extension in each(&json["extension"]) {
        let (kind, path) = match extension["url"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default() {
            "C4DIC-PlanBeneficiaries-extension" => (FactKind::Covered, "extension/value[x]"),
            "C4DIC-AdditionalCardInformation-extension" => (FactKind::CardNote, "valueAnnotation"),
            "C4DIC-CardIssueDate-extension" => (FactKind::Issued, "valueDate"),
            _ => continue,
        };
        let mut words = Words::default();
        find(extension, Some(path), &mut |name, value| {
            words.writer().next("; ");
            words.say(name, value, context);
        });
        if words.said_anything() {
            drafted.push(Drafted::new(kind, None, words.finish()));
        }
    }
}

/// Which of several policies pays first (R4 Coverage.order).
fn order<'v>(json: &'v Value, drafted: &mut Vec<Drafted<'v>>) {
    let Some(order) = json["order"].as_u64() else { return };
    let mut words = Words::default();
    words.used(&json["order"]);
    match order {
        1 => words.writer().message("term-primary"),
        2 => words.writer().message("term-secondary"),
        3 => words.writer().message("term-tertiary"),
        other => words.writer().glue(&other.to_string()),
    }
    drafted.push(Drafted::new(FactKind::Element, Some("order"), words.finish()));
}

/// Whether the policy is in force on a day; a period without an end has none, and neither has the year 9999.
pub(super) fn caution_of(resource: &Resource, day: Day) -> Option<Caution> {
    if !resource.is(RecordType::Coverage) {
        return None;
    }
    let side =
        |pointer: &str| resource.text(pointer).filter(|date| date.starts_with(|first: char| first.is_ascii_digit()));
    if side("/period/end").is_some_and(|end| day.is_after(end)) {
        Some(Caution::PolicyEnded)
    } else if side("/period/start").is_some_and(|start| day.is_before(start)) {
        Some(Caution::PolicyNotBegun)
    } else {
        None
    }
}

/// The place of a policy among several: those that are in force come first.
pub(super) fn place(resource: &Resource, day: Day) -> (bool, u64) {
    (caution_of(resource, day).is_some(), resource.json().reveal()["order"].as_u64().unwrap_or(u64::MAX))
}

/// Who pays; the plan where nobody is named.
pub(super) fn title<'v>(
    resource: &'v Resource,
    targets: &[ReferenceTarget],
    context: Context<'_>,
) -> Option<(String, Vec<&'v Value>)> {
    let json = resource.json().reveal();
    // R4, R5, DSTU2.
    let payer = ["payor", "insurer", "issuer"].iter().find_map(|element| each(&json[*element]).first());
    let display = payer.and_then(|payer| payer.as_object()).and_then(|payer| member(payer, "display"));
    if let Some((leaf, text)) =
        display.and_then(|leaf| Some((leaf, leaf.as_str()?))).filter(|(_, text)| !text.trim().is_empty())
    {
        return Some((text.to_owned(), vec![leaf]));
    }
    if let Some(said) = said(targets, "/payor/0") {
        return Some((said, Vec::new()));
    }
    let of = |words: Words<'v>| {
        let (said, from) = words.finish();
        (said.text(Language::English).reveal().clone(), from)
    };
    let named = payer.and_then(|payer| Words::of("payor", payer, context)).map(of);
    let plan = || {
        let is_plan = |class: &&Value| found(class, "type/coding/code").iter().any(|code| **code == "plan");
        let plan = resource.list("/class").iter().find(is_plan)?;
        let mut words = Words::default();
        let said = words.say("value", &plan["value"], context);
        words.writer().next(" · ");
        (words.say("name", &plan["name"], context) || said).then(|| of(words))
    };
    named.or_else(plan)
}

fn named(name: Option<String>, said: &str) -> String {
    name.map_or_else(|| said.to_owned(), |name| format!("{name}: {said}"))
}

fn payer_id(payer: &Resource, day: Day) -> Option<String> {
    let identifiers = payer.list("/identifier").iter();
    let mut payer_ids = identifiers.filter(|it| found(it, "type/coding/code").iter().any(|code| **code == "payerid"));
    payer_ids.find_map(|it| words(&it["value"], day))
}

/// The payer's own telephones, and those of its desks with what they are for.
fn phones(payer: &Resource, day: Day) -> Vec<String> {
    let json = payer.json().reveal();
    let phones_of = |of: &Value| -> Vec<String> {
        let phones = found(of, "telecom").into_iter().filter(|contact| contact["system"] == "phone");
        phones.filter_map(|phone| words(phone, day)).collect()
    };
    let desks = found(json, "contact").into_iter().flat_map(|desk| {
        let purpose = words(&desk["purpose"], day);
        phones_of(desk).into_iter().map(move |phone| named(purpose.clone(), &phone))
    });
    phones_of(json).into_iter().chain(desks).take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

    fn said(card: &Resource) -> Vec<(FactKind, String)> {
        let mut drafted = Vec::new();
        facts(card, &[], Context::on(DAY), &mut drafted);
        drafted.into_iter().map(|it| (it.fact.kind, it.fact.text(Language::English).reveal().clone())).collect()
    }

    #[test]
    fn a_policy_that_is_over_or_has_not_begun_is_said_and_a_partial_date_is_compared_as_far_as_it_goes() {
        let on = |period: Value| {
            let card = Resource::from_json(json!({"resourceType": "Coverage", "period": period})).expect("a resource");
            caution_of(&card, DAY)
        };
        for over in ["2026-11-29", "2025", "2026-10", "2026-11-29T23:00:00Z"] {
            assert_eq!(on(json!({ "end": over })), Some(Caution::PolicyEnded), "{over}");
        }
        for later in ["2026-12-01", "2027"] {
            assert_eq!(on(json!({ "start": later })), Some(Caution::PolicyNotBegun), "{later}");
        }
        for holds in [
            json!({"start": "2026", "end": "2026-11-30"}),
            json!({"end": "9999-12-31"}),
            json!({"end": "2026"}),
            json!(null),
        ] {
            assert_eq!(on(holds.clone()), None, "{holds}");
        }
    }

    #[test]
    fn every_class_of_a_card_has_its_place() {
        let class =
            |code: &str| json!({"type": {"coding": [{"code": code}]}, "value": format!("{code}-1"), "name": "N"});
        let mut classes: Vec<Value> = CLASSES.iter().map(|(code, _)| class(code)).collect();
        classes.push(class("subplan"));
        let card = Resource::from_json(json!({"resourceType": "Coverage", "class": classes})).expect("a resource");
        let facts = said(&card);
        for (code, kind) in CLASSES {
            assert!(facts.contains(&(kind, format!("{code}-1 · N"))), "{code}");
        }
        assert!(facts.contains(&(FactKind::PolicyClass, "subplan: subplan-1 · N".to_owned())));
    }

    #[test]
    fn costs_as_money_and_in_words_are_both_read() {
        let extension = json!([{"url": "x/C4DIC-BeneficiaryCostString-extension", "valueString": "DED THEN $10"}]);
        let card = Resource::from_json(json!({"resourceType": "Coverage", "costToBeneficiary": [
            {"type": {"coding": [{"display": "Visit"}]}, "valueMoney": {"value": 25, "currency": "USD"}},
            {"type": {"text": "Rx"}, "valueMoney": {"extension": extension}}]}))
        .expect("a resource");
        let costs: Vec<String> = said(&card).into_iter().map(|(_, text)| text).collect();
        assert_eq!(costs, ["Visit: 25 USD", "Rx: DED THEN $10"]);
    }
}
