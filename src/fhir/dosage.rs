//! How a medicine is taken (FHIR R4 Dosage and Timing; the flat elements of DSTU2 and STU3): what the sender wrote, and what the
//! structure says, both, each dose with its own time.

use super::spoken::{Say, Words, each, is_time_unit};
use super::{codes, member};
use serde_json::{Map, Value};

/// One entry of `dosageInstruction` or `dosage`.
pub(super) fn dosage<'v>(speaker: &impl Say, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
    let mut said = member(members, "text").is_some_and(|text| speaker.say(words, "text", text));
    if said {
        words.writer().next(" — ");
    }
    for (name, value) in members.iter().filter(|(name, _)| order_of(name) == Some(Order::Dose)) {
        let is_one_of_several = each(value).len() > 1;
        for value in each(value) {
            said |= match value.as_object() {
                Some(parts) if name == "doseAndRate" => amounts(speaker, words, parts),
                _ => amount(speaker, words, name, value),
            };
            if let Some(parts) = value.as_object().filter(|_| name == "doseAndRate") {
                kind_of_dose(speaker, words, parts, is_one_of_several);
            }
        }
    }
    for order in [Order::When, Order::AsNeeded, Order::Where, Order::Advice, Order::Limit] {
        for (name, value) in members.iter().filter(|(name, _)| order_of(name) == Some(order)) {
            said |= part(speaker, words, name, value);
        }
    }
    said
}

/// In which order the parts of a dosage are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Dose,
    When,
    AsNeeded,
    Where,
    Advice,
    Limit,
}

fn order_of(name: &str) -> Option<Order> {
    Some(match name {
        "doseAndRate" => Order::Dose,
        _ if name.starts_with("dose") || name.starts_with("quantity") || name.starts_with("rate") => Order::Dose,
        "timing" | "schedule" => Order::When,
        _ if name.starts_with("asNeeded") => Order::AsNeeded,
        "route" | "method" => Order::Where,
        _ if name.starts_with("site") => Order::Where,
        "additionalInstruction" | "additionalInstructions" | "patientInstruction" => Order::Advice,
        _ if name.starts_with("maxDose") => Order::Limit,
        _ => return None,
    })
}

fn amounts<'v>(speaker: &impl Say, words: &mut Words<'v>, parts: &'v Map<String, Value>) -> bool {
    let mut said = false;
    for (name, value) in parts.iter().filter(|(name, _)| order_of(name) == Some(Order::Dose)) {
        said |= amount(speaker, words, name, value);
    }
    said
}

/// Whether a dose was ordered or calculated, which tells two of one entry apart. That the only one is the ordered one goes without
/// saying.
fn kind_of_dose<'v>(speaker: &impl Say, words: &mut Words<'v>, parts: &'v Map<String, Value>, is_one_of_several: bool) {
    let Some(kind) = member(parts, "type") else { return };
    let [coding] = each(&kind["coding"]) else { return say_kind(speaker, words, kind) };
    if !is_one_of_several && codes::is_said_by(coding, "ordered") && is_said_by_codes(kind, coding) {
        for leaf in kind.as_object().into_iter().chain(coding.as_object()).flat_map(Map::values) {
            words.used(leaf);
        }
        return;
    }
    say_kind(speaker, words, kind);
}

/// Whether the words beside a code of a dose are the same word.
fn is_said_by_codes(kind: &Value, coding: &Value) -> bool {
    let is_same =
        |words: &Value| words.is_null() || words.as_str().is_some_and(|it| it.eq_ignore_ascii_case("ordered"));
    let known = |value: &Value, names: &[&str]| {
        value.as_object().is_some_and(|members| members.keys().all(|name| names.contains(&name.as_str())))
    };
    is_same(&kind["text"])
        && is_same(&coding["display"])
        && known(kind, &["coding", "text"])
        && known(coding, &["system", "code", "display"])
}

fn say_kind<'v>(speaker: &impl Say, words: &mut Words<'v>, kind: &'v Value) {
    let mark = words.mark();
    words.writer().between(" (");
    if speaker.say(words, "type", kind) {
        words.writer().glue(")");
        words.writer().next(", ");
    } else {
        words.back_to(mark);
    }
}

/// A dose, or a rate with its name before it.
fn amount<'v>(speaker: &impl Say, words: &mut Words<'v>, name: &str, value: &'v Value) -> bool {
    let said = if name.starts_with("rate") {
        speaker.say_after(words, |writer| writer.message("term-rate"), name, value)
    } else {
        speaker.say(words, name, value)
    };
    words.writer().next(", ");
    said
}

fn part<'v>(speaker: &impl Say, words: &mut Words<'v>, name: &str, value: &'v Value) -> bool {
    let mut said = false;
    for value in each(value) {
        said |= match (name, value) {
            ("asNeededBoolean" | "asNeeded", Value::Bool(true)) => {
                words.used(value);
                words.writer().message("term-as-needed");
                true
            }
            // That it is not taken as needed goes without saying; it stands with what became no fact.
            ("asNeededBoolean" | "asNeeded", Value::Bool(false)) => false,
            _ if name.starts_with("asNeeded") => {
                speaker.say_after(words, |writer| writer.message("term-as-needed-for"), name, value)
            }
            ("maxDosePerPeriod", Value::Object(ratio)) => at_most(speaker, words, ratio),
            ("maxDosePerAdministration", _) => {
                let said = speaker.say_after(words, |writer| writer.message("term-at-most"), name, value);
                if said {
                    words.writer().message("term-at-once");
                }
                said
            }
            ("maxDosePerLifetime", _) => {
                let said = speaker.say_after(words, |writer| writer.message("term-at-most"), name, value);
                if said {
                    words.writer().message("term-in-a-lifetime");
                }
                said
            }
            ("timing" | "schedule", Value::Object(members)) => timing(speaker, words, members),
            _ => speaker.say(words, name, value),
        };
        words.writer().next(", ");
    }
    said
}

/// `maxDosePerPeriod`: at most so much in so much time.
fn at_most<'v>(speaker: &impl Say, words: &mut Words<'v>, ratio: &'v Map<String, Value>) -> bool {
    let Some(numerator) = member(ratio, "numerator") else { return false };
    let said = speaker.say_after(words, |writer| writer.message("term-at-most"), "numerator", numerator);
    if let Some(denominator) = member(ratio, "denominator").filter(|_| said) {
        speaker.say_after(words, |writer| writer.message("term-in"), "denominator", denominator);
    }
    said
}

/// When: how often, on which days, at what times, for how long.
pub(super) fn timing<'v>(speaker: &impl Say, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
    let mut said = member(members, "code").is_some_and(|code| speaker.say(words, "code", code));
    words.writer().next(", ");
    if let Some(Value::Object(repeat)) = member(members, "repeat") {
        said |= how_often(words, repeat);
        words.writer().next(", ");
        for value in member(repeat, "dayOfWeek").into_iter().flat_map(each) {
            said |= speaker.say(words, "dayOfWeek", value);
            words.writer().next(", ");
        }
        for value in member(repeat, "timeOfDay").into_iter().flat_map(each) {
            said |= speaker.say_after(words, |writer| writer.message("term-at"), "timeOfDay", value);
            words.writer().next(", ");
        }
        said |= around_what(speaker, words, repeat);
        for (name, value) in repeat.iter().filter(|(name, _)| name.starts_with("bounds")) {
            let before = if name == "boundsPeriod" { "" } else { "term-for" };
            said |= match before {
                "" => speaker.say(words, name, value),
                before => speaker.say_after(words, |writer| writer.message(before), name, value),
            };
            words.writer().next(", ");
        }
        said |= spanned(words, repeat, ("count", "countMax"), "term-in-all");
        if let Some(unit) = text_of(repeat, "durationUnit") {
            let id = if is_time_unit(unit.1) { format!("term-over-{}", unit.1) } else { "term-over".to_owned() };
            if spanned(words, repeat, ("duration", "durationMax"), &id) {
                words.used(unit.0);
                said = true;
            }
        }
    }
    for event in member(members, "event").into_iter().flat_map(each) {
        said |= speaker.say(words, "event", event);
        words.writer().next(", ");
    }
    said
}

/// `frequency` in `period`: "twice a day", "every 8 hours", "3 times every 2 weeks".
fn how_often<'v>(words: &mut Words<'v>, repeat: &'v Map<String, Value>) -> bool {
    let number = |name: &str| member(repeat, name).filter(|value| value.is_number());
    let unit = text_of(repeat, "periodUnit").or_else(|| text_of(repeat, "periodUnits"));
    let written = |from: Option<&Value>, to: Option<&Value>| match (from, to) {
        (Some(from), Some(to)) => format!("{from}–{to}"),
        (Some(one), None) | (None, Some(one)) => one.to_string(),
        (None, None) => String::new(),
    };
    let (times, times_max) = (number("frequency"), number("frequencyMax"));
    let (period, period_max) = (number("period"), number("periodMax"));
    for leaf in [times, times_max, period, period_max].into_iter().flatten() {
        words.used(leaf);
    }
    let (times, every) = (written(times, times_max), written(period, period_max));
    let Some((leaf, unit)) = unit.filter(|_| !every.is_empty()) else {
        if !times.is_empty() {
            words.writer().counted("term-times", &times);
        }
        if !every.is_empty() {
            words.writer().next(", ");
            words.writer().counted("term-every", &every);
        }
        return !times.is_empty() || !every.is_empty();
    };
    words.used(leaf);
    let known = is_time_unit(unit);
    match (times.as_str(), every.as_str()) {
        ("" | "1", "1") if known => words.writer().counted(format!("term-once-a-{unit}"), ""),
        (times, "1") if known => words.writer().counted(format!("term-times-a-{unit}"), times),
        (times, every) => {
            if !matches!(times, "" | "1") {
                words.writer().counted("term-times", times);
                words.writer().next(" ");
            }
            if known {
                words.writer().counted(format!("term-every-{unit}"), every);
            } else {
                words.writer().counted("term-every", every);
                words.writer().next(" ");
                words.writer().sent(unit);
            }
        }
    }
    true
}

/// `when` with its `offset`: "30 minutes before breakfast".
fn around_what<'v>(speaker: &impl Say, words: &mut Words<'v>, repeat: &'v Map<String, Value>) -> bool {
    let mut said = false;
    if let Some(offset) = member(repeat, "offset").filter(|offset| offset.is_number()) {
        words.used(offset);
        words.writer().counted("term-min", &offset.to_string());
        words.writer().next(" ");
        said = true;
    }
    for value in member(repeat, "when").into_iter().flat_map(each) {
        said |= match value.as_str() {
            Some(code) => {
                words.used(value);
                words.writer().code("event-timing", code);
                true
            }
            None => speaker.say(words, "when", value),
        };
        words.writer().next(", ");
    }
    said
}

/// A number, or two with a dash.
fn spanned<'v>(words: &mut Words<'v>, members: &'v Map<String, Value>, names: (&str, &str), id: &str) -> bool {
    let numbers = [names.0, names.1].map(|name| member(members, name).filter(|value| value.is_number()));
    let said: Vec<String> = numbers.iter().flatten().map(|number| number.to_string()).collect();
    if said.is_empty() {
        return false;
    }
    numbers.into_iter().flatten().for_each(|leaf| words.used(leaf));
    words.writer().counted(id, &said.join("–"));
    words.writer().next(", ");
    true
}

fn text_of<'v>(members: &'v Map<String, Value>, name: &str) -> Option<(&'v Value, &'v str)> {
    let leaf = member(members, name)?;
    Some((leaf, leaf.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::super::Context;
    use super::*;
    use crate::language::Language;
    use crate::time::Day;
    use serde_json::json;

    fn said_in(language: Language, dosage: &Value) -> String {
        let words = Words::of("dosageInstruction", dosage, Context::on(Day::constant(2026, 11, 30))).expect("words");
        words.finish().0.text(language).reveal().clone()
    }

    fn repeated(repeat: Value) -> String {
        said_in(Language::English, &json!({"timing": {"repeat": repeat}}))
    }

    #[test]
    fn how_often_is_said_as_people_say_it() {
        for (repeat, said) in [
            (json!({"frequency": 1, "period": 1, "periodUnit": "d"}), "once a day"),
            (json!({"frequency": 2, "period": 1, "periodUnit": "d"}), "2 times a day"),
            (json!({"frequency": 1, "period": 8, "periodUnit": "h"}), "every 8 hours"),
            (json!({"period": 2, "periodUnit": "wk"}), "every 2 weeks"),
            (json!({"frequency": 3, "period": 2, "periodUnit": "d"}), "3 times every 2 days"),
            (json!({"frequency": 1, "frequencyMax": 4, "period": 1, "periodUnit": "d"}), "1–4 times a day"),
            (json!({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}), "every 4–6 hours"),
            (
                json!({"frequency": 1, "period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"], "timeOfDay": ["08:00:00"]}),
                "once a week, Monday, Thursday, at 08:00:00",
            ),
            (json!({"when": ["ACM"], "offset": 30}), "30 minutes before breakfast"),
            (json!({"boundsDuration": {"value": 5, "unit": "d"}, "count": 10}), "for 5 days, 10 times in all"),
            (json!({"duration": 1, "durationMax": 2, "durationUnit": "h"}), "over 1–2 hours"),
            (json!({"frequency": 2, "period": 1, "periodUnit": "fortnight"}), "2 times every 1 fortnight"),
        ] {
            assert_eq!(repeated(repeat.clone()), said, "{repeat}");
        }
    }

    #[test]
    fn text_and_structure_are_both_told_in_order() {
        let dosage = json!({"text": "As told", "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "drops"},
            "rateRatio": {"numerator": {"value": 1, "unit": "mL"}, "denominator": {"value": 1, "unit": "h"}}}],
            "asNeededCodeableConcept": {"text": "dry eyes"}, "route": {"text": "in the eye"}, "site": {"text": "left"},
            "additionalInstruction": [{"text": "Shake"}, {"text": "Keep cool"}],
            "maxDosePerPeriod": {"numerator": {"value": 8, "unit": "drops"}, "denominator": {"value": 24, "unit": "h"}},
            "maxDosePerAdministration": {"value": 2, "unit": "drops"}});
        assert_eq!(
            said_in(Language::English, &dosage),
            "As told — 2 drops, rate 1 mL / 1 hour, as needed for dry eyes, in the eye, left, Shake, Keep cool, \
             at most 8 drops in 24 hours, at most 2 drops at once"
        );
        assert!(said_in(Language::Spanish, &dosage).contains("según necesidad para dry eyes"));
    }

    #[test]
    fn what_is_not_as_needed_is_not_called_so_and_older_versions_are_read() {
        let dstu2 = json!({"asNeededBoolean": false, "doseQuantity": {"value": 1, "unit": "tablet"},
            "timing": {"code": {"text": "BID"}}});
        assert_eq!(said_in(Language::English, &dstu2), "1 tablet, BID");
        assert_eq!(said_in(Language::English, &json!({"quantityQuantity": {"value": 100, "unit": "mg"}})), "100 mg");
    }
}
