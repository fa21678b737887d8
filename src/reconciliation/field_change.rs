//! What a decision about a field makes of the chart's Patient: a [`Change`] of the whole element with everything else in it
//! kept. A second telephone number is not lost with the first.

use super::chart::ChartPatient;
use super::confirmed::Change;
use super::field::{Field, has_parts, shown_name, shown_name_at};
use super::fields::{FieldDecision, FieldRow};
use crate::fhir::{Resource, by_currency, contacts, is_former};
use crate::intake::ItemId;
use crate::sensitive::Sensitive;
use crate::text::plain_text;
use crate::time::Day;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is shown of a name is one value: it is replaced as one.
const NAME_PARTS: [&str; 4] = ["text", "family", "given", "suffix"];
/// Likewise of an address.
const ADDRESS_PARTS: [&str; 7] = ["text", "line", "city", "district", "state", "postalCode", "country"];

/// What the decisions change in the chart's Patient: one change an element.
pub(super) fn changes((item, shared): (ItemId, &Resource), chart: &ChartPatient, rows: &[FieldRow]) -> Vec<Change> {
    let mut elements: BTreeMap<&'static str, Value> = BTreeMap::new();
    for FieldRow { field, decision, .. } in rows {
        let value = match decision {
            None | Some(FieldDecision::Keep) => continue,
            Some(FieldDecision::Take) => taken(*field, shared, chart.day),
            Some(FieldDecision::Typed(text)) => typed(*field, text.reveal().trim(), shared, chart.day),
        };
        let element = elements.entry(field.element()).or_insert_with(|| chart.element(field.element()).clone());
        set(*field, element, chart, value);
    }
    let changed = elements.into_iter().filter(|(element, becomes)| chart.element(element) != becomes);
    let change = |(element, becomes): (&'static str, Value)| Change {
        target: format!("Patient/{}", chart.id),
        element,
        was: Sensitive::new(chart.element(element).clone()),
        becomes: Sensitive::new(becomes),
        item: Some(item),
        only_while: Vec::new(),
    };
    changed.map(change).collect()
}

/// The shared value as FHIR has it, with nothing but what is shown of it: no extension, no part that only a machine sees.
fn taken(field: Field, shared: &Resource, day: Day) -> Option<Value> {
    match field {
        Field::Name => {
            let name = shown_name(shared, day)?;
            let shown = plain_text(&field.shown_in(shared, day)?);
            let mut name = name.as_str().map_or_else(|| only(name, &NAME_PARTS), |text| json!({"text": text}));
            if let Some(members) = name.as_object_mut().filter(|members| members.contains_key("text")) {
                // The text is what was shown: parts that it does not hold were not.
                members.retain(|part, value| part == "text" || says(shown.reveal(), value));
            }
            Some(name)
        }
        Field::BirthDate | Field::Gender | Field::Phone | Field::Email => field.shown_in(shared, day).map(Value::from),
        Field::Address => {
            let address = *by_currency(&shared.json().reveal()["address"], day).first()?;
            let mut address =
                address.as_str().map_or_else(|| only(address, &ADDRESS_PARTS), |text| json!({"text": text}));
            let shown = plain_text(&field.shown_in(shared, day)?);
            if let Some(members) = address.as_object_mut() {
                let by_text = members.contains_key("text");
                members.retain(|name, value| match by_text {
                    true => name == "text" || says(shown.reveal(), value),
                    false => name != "district",
                });
            }
            Some(address)
        }
    }
}

/// Whether each line of a part stands in the text that is shown, word for word.
fn says(shown: &str, part: &Value) -> bool {
    let words = |text: &str| -> Vec<String> {
        text.split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let shown = words(shown);
    let said = |line: &Value| {
        let line = words(line.as_str().unwrap_or_default());
        !line.is_empty() && shown.windows(line.len()).any(|facing| facing == line)
    };
    part.as_array().map_or_else(|| said(part), |lines| lines.iter().all(said))
}

pub(super) fn only(value: &Value, members: &[&str]) -> Value {
    let kept = members.iter().filter(|member| !value[**member].is_null());
    Value::Object(kept.map(|member| ((*member).to_owned(), value[*member].clone())).collect::<Map<_, _>>())
}

/// What staff typed. An address keeps the parts of the shared one as long as as many of them are typed.
fn typed(field: Field, text: &str, shared: &Resource, day: Day) -> Option<Value> {
    if field != Field::Address {
        return Some(Value::from(text));
    }
    let whole = || Some(json!({"text": text}));
    let Some(base) = taken(field, shared, day).filter(|base| base["text"].is_null()) else { return whole() };
    let mut pieces = text.split(',').map(str::trim);
    let mut address = Map::new();
    for (member, value) in base.as_object().into_iter().flatten().filter(|(member, _)| *member != "district") {
        let piece = match value.as_array() {
            Some(lines) => {
                lines.iter().map(|_| pieces.next().map(Value::from)).collect::<Option<Vec<_>>>().map(Value::from)
            }
            None => pieces.next().map(Value::from),
        };
        let Some(piece) = piece else { return whole() };
        address.insert(member.clone(), piece);
    }
    if pieces.next().is_some() { whole() } else { Some(Value::Object(address)) }
}

/// Puts a value in its place in the element; the rest stays.
fn set(field: Field, element: &mut Value, chart: &ChartPatient, value: Option<Value>) {
    let Some(value) = value else { return };
    let day = chart.day;
    let place = |known: Option<usize>, element: &mut Value, fresh: Value| {
        if !element.is_array() {
            *element = json!([]);
        }
        let Some(list) = element.as_array_mut() else { return };
        match known.and_then(|at| list.get_mut(at)) {
            Some(there) => *there = fresh,
            None => list.push(fresh),
        }
    };
    match field {
        Field::BirthDate | Field::Gender => *element = value,
        Field::Phone | Field::Email => {
            let system = if field == Field::Phone { "phone" } else { "email" };
            let known = place_of(element, contacts(element, system, day).first().copied(), day);
            let mut contact =
                known.and_then(|at| element.get(at).cloned()).unwrap_or_else(|| json!({"system": system}));
            contact["value"] = value;
            place(known, element, contact);
        }
        Field::Name => {
            let known = shown_name_at(chart.resource(), day);
            let mut fresh = in_place_of(known.and_then(|at| element.get(at)), value, &NAME_PARTS);
            // The chart's text of the whole name goes along with the parts, or goes.
            let before = known.and_then(|at| element.get(at)).filter(|before| has_parts(before) && has_parts(&fresh));
            if let Some(text) = before.and_then(|before| text_beside(before, &fresh)) {
                fresh["text"] = Value::from(text);
            }
            place(known, element, fresh);
        }
        Field::Address => {
            let known = place_of(element, by_currency(element, day).first().copied(), day);
            let fresh = in_place_of(known.and_then(|at| element.get(at)), value, &ADDRESS_PARTS);
            place(known, element, fresh);
        }
    }
}

/// Where in a list the value stands that counts; one of an earlier time is left as it is.
fn place_of(list: &Value, counting: Option<&Value>, day: Day) -> Option<usize> {
    let counting = counting.filter(|value| !is_former(value, day))?;
    list.as_array()?.iter().position(|value| std::ptr::eq(value, counting))
}

/// The value with what else the chart has: all but the parts that are replaced and what is said of them. The time and the
/// extensions of an address (a position on the map) speak of the place that it was.
fn in_place_of(before: Option<&Value>, value: Value, parts: &[&str]) -> Value {
    let is_address = parts.contains(&"line");
    let goes = |name: &str| {
        parts.contains(&name.trim_start_matches('_')) || is_address && matches!(name, "period" | "extension")
    };
    let mut fresh = before.and_then(Value::as_object).cloned().unwrap_or_default();
    fresh.retain(|name, _| !goes(name));
    fresh.extend(value.as_object().cloned().unwrap_or_default());
    Value::Object(fresh)
}

/// The chart's text of a name with the new parts where the old ones stood; `None` when they did not stand there.
fn text_beside(before: &Value, fresh: &Value) -> Option<String> {
    let whole = |name: &Value| {
        let given = name["given"].as_array().into_iter().flatten();
        let parts = given.chain(Some(&name["family"])).chain(name["suffix"].as_array().into_iter().flatten());
        parts.filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
    };
    let (text, old) = (before["text"].as_str()?, whole(before));
    text.contains(&old).then(|| text.replacen(&old, &whole(fresh), 1))
}

#[cfg(test)]
mod tests {
    use super::super::fields::rows;
    use super::super::fields::tests::{DAY, chart, resource, shared};
    use super::*;

    fn decided_rows(shared: &Resource, chart: &ChartPatient, decided: &[(Field, FieldDecision)]) -> Vec<FieldRow> {
        let mut rows = rows(shared, chart);
        for (field, decision) in decided {
            rows.iter_mut().find(|row| row.field == *field).expect("a row").decision = Some(decision.clone());
        }
        rows
    }

    fn changed(decided: &[(Field, FieldDecision)]) -> Vec<Change> {
        changes((ItemId(0), &shared()), &chart(), &decided_rows(&shared(), &chart(), decided))
    }

    #[test]
    fn a_taken_number_replaces_the_one_that_was_shown_and_no_other() {
        let found = changed(&[(Field::Phone, FieldDecision::Take), (Field::Email, FieldDecision::Take)]);
        let [change] = &found[..] else { panic!("one element, {found:?}") };
        assert_eq!((change.target.as_str(), change.element, change.item), ("Patient/c1", "telecom", Some(ItemId(0))));
        assert_eq!(change.was.reveal(), chart().element("telecom"));
        assert_eq!(
            change.becomes.reveal(),
            &json!([{"system": "fax", "value": "1"},
                {"system": "phone", "value": "+1 555 010 4471", "use": "home", "rank": 1},
                {"system": "phone", "value": "555-0199", "use": "work"},
                {"system": "email", "value": "ana@example.org"}])
        );
    }

    #[test]
    fn a_taken_name_or_address_leaves_the_others_and_brings_no_extension() {
        let found = changed(&[(Field::Name, FieldDecision::Take), (Field::Address, FieldDecision::Take)]);
        let of =
            |element: &str| found.iter().find(|change| change.element == element).expect("a change").becomes.reveal();
        assert_eq!(
            of("name"),
            &json!([{"use": "maiden", "family": "Ruiz"}, {"use": "official", "family": "Núñez", "given": ["Ana"]}])
        );
        assert_eq!(of("address")[0]["line"], json!(["7 New St", "Apt 3"]));
        assert_eq!(of("address")[1], json!({"use": "billing", "text": "PO 1"}));
    }

    #[test]
    fn what_is_taken_reads_as_it_was_shown_and_no_hidden_part_comes_or_goes() {
        let patient = |name: &Value, address: &Value| {
            resource(json!({"resourceType": "Patient", "id": "c1", "name": [name], "address": [address]}))
        };
        let take = |field: Field, shared: (Value, Value), chart: (Value, Value)| {
            let (shared, chart) = (patient(&shared.0, &shared.1), patient(&chart.0, &chart.1));
            let chart = ChartPatient::from_resource(chart, DAY).expect("a chart");
            let rows = decided_rows(&shared, &chart, &[(field, FieldDecision::Take)]);
            let found = changes((ItemId(0), &shared), &chart, &rows);
            let mut becomes = chart.resource().json().reveal().clone();
            becomes[field.element()] = found[0].becomes.reveal().clone();
            assert_eq!(field.shown_in(&resource(becomes.clone()), DAY), field.shown_in(&shared, DAY), "{field:?}");
            becomes[field.element()][0].clone()
        };
        let name = |shared: Value, chart: Value| take(Field::Name, (shared, json!({})), (chart, json!({})));
        let address = |shared: Value, chart: Value| take(Field::Address, (json!({}), shared), (json!({}), chart));
        let chart = json!({"family": "Smith", "given": ["Bob"], "prefix": ["Dr."], "text": "Dr. Bob Smith", "id": "n1",
            "_family": {"extension": []}});
        assert_eq!(
            name(json!({"family": "Smyth", "given": ["Bob"], "text": "Eve", "prefix": ["Sir"]}), chart.clone()),
            json!({"prefix": ["Dr."], "id": "n1", "text": "Eve"})
        );
        assert_eq!(
            name(json!({"text": "Bob Smyth", "suffix": ["Sr."]}), chart),
            json!({"text": "Bob Smyth", "prefix": ["Dr."], "id": "n1"})
        );
        let junior = json!({"family": "Smith", "given": ["Bob"], "suffix": ["Jr."], "text": "SMITH, BOB JR"});
        let shown = Field::Name.shown_in(&patient(&junior, &json!({})), DAY);
        assert_eq!(shown.as_deref(), Some("SMITH, BOB JR"), "what goes is seen");
        assert_eq!(
            name(json!({"family": "Smith", "given": ["Bob"], "suffix": ["Sr."]}), junior),
            json!({"family": "Smith", "given": ["Bob"], "suffix": ["Sr."]})
        );
        let old = json!({"use": "home", "type": "both", "line": ["1 Old St"], "city": "Town", "district": "D",
            "period": {"start": "2010"}});
        let told = json!({"text": "7 New St, Lakeside, WI 53999", "line": ["9 Other St"], "city": "Lakeside",
            "postalCode": "53999", "district": "Hidden"});
        assert_eq!(
            address(told, old.clone()),
            json!({"use": "home", "type": "both", "text": "7 New St, Lakeside, WI 53999", "city": "Lakeside",
                "postalCode": "53999"})
        );
        assert_eq!(
            address(json!({"line": ["7 New St"], "city": "Lakeside", "district": "Hidden"}), old),
            json!({"use": "home", "type": "both", "line": ["7 New St"], "city": "Lakeside"})
        );
    }

    #[test]
    fn what_is_typed_is_filed_and_keeps_its_parts() {
        let typed = |field, text: &str| changed(&[(field, FieldDecision::Typed(Sensitive::from(text)))]).remove(0);
        assert_eq!(typed(Field::BirthDate, "1981-02-03").becomes.reveal(), "1981-02-03");
        let address = typed(Field::Address, "8 New St, Apt 4, Lakeside, WI, 53998");
        assert_eq!(
            address.becomes.reveal()[0],
            json!({"use": "home", "line": ["8 New St", "Apt 4"], "city": "Lakeside", "state": "WI", "postalCode": "53998"})
        );
        assert_eq!(typed(Field::Address, "Under the bridge").becomes.reveal()[0]["text"], "Under the bridge");
    }

    #[test]
    fn what_is_kept_or_comes_out_the_same_changes_nothing() {
        assert!(changed(&[(Field::Phone, FieldDecision::Keep), (Field::BirthDate, FieldDecision::Take)]).is_empty());
    }
}
