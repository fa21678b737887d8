//! Who the patient is, as a front desk reads it (US Core Patient, its USCDI extensions, R4 Patient): names, addresses, numbers and
//! contacts in the order in which they count, each with its use.

use super::FactKind;
use super::drafted::{Drafted, facts_at};
use crate::fhir::{
    Context, PatientView, Resource, Words, by_currency, contacts, each, holds_words, is_former, name_in_words,
};
use crate::time::Day;
use serde_json::Value;

/// The name that counts, and what else the Patient says.
pub(super) fn read<'v>(
    resource: &'v Resource,
    day: Day,
    drafted: &mut Vec<Drafted<'v>>,
) -> Option<(String, Vec<&'v Value>)> {
    let patient = PatientView::of(resource, day)?;
    let context = Context::on(day);
    let json = resource.json().reveal();
    let (shown, from) = name_of(patient);
    other_names(patient, &from, context, drafted);
    if let Some(birth_date) = Words::of("birthDate", &json["birthDate"], context) {
        let (_, from) = birth_date.finish();
        let mut words = Words::default();
        words.writer().sent(patient.birth_date().unwrap_or_default());
        from.into_iter().for_each(|leaf| words.used(leaf));
        drafted.push(Drafted::new(FactKind::BirthDate, None, words.finish()));
    }
    facts_at(json, FactKind::Gender, "gender", context, drafted);
    for (kind, system) in [(FactKind::Phone, "phone"), (FactKind::Email, "email")] {
        for contact in contacts(&json["telecom"], system, day) {
            marked(("telecom", contact), kind, None, context, drafted);
        }
    }
    for contact in by_currency(&json["telecom"], day) {
        if !matches!(contact["system"].as_str(), None | Some("phone" | "email")) {
            marked(("telecom", contact), FactKind::Element, Some("telecom"), context, drafted);
        }
    }
    for address in by_currency(&json["address"], day) {
        marked(("address", address), FactKind::Address, None, context, drafted);
    }
    languages(json, context, drafted);
    for (kind, path) in [
        (FactKind::Element, "maritalStatus"),
        (FactKind::Element, "multipleBirth[x]"),
        (FactKind::Deceased, "deceased[x]"),
        (FactKind::Contact, "contact"),
        (FactKind::Element, "generalPractitioner"),
        (FactKind::Element, "careProvider"),
        (FactKind::Element, "managingOrganization"),
        (FactKind::Element, "active"),
        (FactKind::Element, "link"),
    ] {
        facts_at(json, kind, path, context, drafted);
    }
    for identifier in by_currency(&json["identifier"], day) {
        let mut words = Words::default();
        if words.say("value", &identifier["value"], context) {
            words.writer().between(" (");
            let mut said = words.say("type", &identifier["type"], context);
            if said {
                words.writer().next(", ");
            }
            said |= words.say("assigner", &identifier["assigner"], context);
            if said {
                words.writer().next(", ");
            }
            // Without a word for it, whose number it is stands in its system.
            if !said && identifier["system"] != "urn:ietf:rfc3986" {
                said = words.say("system", &identifier["system"], context);
                if said {
                    words.writer().next(", ");
                }
            }
            // That it is no longer used, or not the first, tells it from others.
            let is_odd = matches!(identifier["use"].as_str(), Some(word) if !matches!(word, "usual" | "official"));
            if is_odd && words.say("use", &identifier["use"], context) {
                words.writer().next(", ");
                said = true;
            }
            said |= words.say("period", &identifier["period"], context);
            if said {
                words.writer().between("");
                words.writer().glue(")");
            }
            drafted.push(Drafted::new(FactKind::Identifier, None, words.finish()));
        }
    }
    Some((shown?, from))
}

/// The name that counts with the leaves that say it. Parts that its text repeats are said by it.
fn name_of<'v>(patient: PatientView<'v>) -> (Option<String>, Vec<&'v Value>) {
    let Some(name) = patient.names().into_iter().find(|name| name_in_words(name).is_some()) else {
        return (None, Vec::new());
    };
    let shown = name_in_words(name).unwrap_or_default();
    let text = if name.is_string() { name } else { &name["text"] };
    let by_text = text.as_str().is_some_and(|text| !text.trim().is_empty());
    let parts = || ["given", "family", "suffix"].into_iter().flat_map(|part| each(&name[part]));
    let said = |part: &&Value| part.as_str().is_some_and(|part| holds_words(&shown, part));
    let mut leaves: Vec<&Value> = Vec::new();
    if by_text {
        leaves.push(text);
        leaves.extend(each(&name["prefix"]).iter().chain(parts()).filter(said));
    } else {
        leaves.extend(parts().filter(|part| part.is_string()));
    }
    // That it is the name in use goes without saying.
    leaves.extend(Some(&name["use"]).filter(|_| is_plain(name)));
    (Some(shown), leaves)
}

/// Whether a name is one that people use today, and says so by nothing else.
fn is_plain(name: &Value) -> bool {
    name["period"].is_null() && matches!(name["use"].as_str(), Some("official" | "usual"))
}

/// All other names, and the parts of the first where its text does not hold them.
fn other_names<'v>(
    patient: PatientView<'v>,
    shown: &[&'v Value],
    context: Context<'_>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    let is_shown = |leaf: &Value| shown.iter().any(|known| std::ptr::eq(*known, leaf));
    for name in patient.names() {
        let whole = if name.is_string() { name } else { &name["text"] };
        let first = is_shown(whole)
            || ["given", "family", "suffix"].into_iter().flat_map(|part| each(&name[part])).any(is_shown);
        let mut words = Words::default();
        let text = name["text"].as_str().unwrap_or_default();
        // Of the first name its use is told where that is not the usual one.
        let is_odd = first && !is_plain(name) && !(name["use"].is_null() && name["period"].is_null());
        let parts = ["prefix", "given", "family", "suffix"].into_iter().flat_map(|part| each(&name[part]));
        let parts: Vec<&Value> = parts.filter(|part| part.as_str().is_some_and(|it| !it.trim().is_empty())).collect();
        let holds = |part: &&&Value| !first || is_odd || !is_shown(part);
        if (!first || is_odd) && words.say("text", whole, context) {
            words.writer().next(" · ");
        }
        for part in parts.iter().filter(holds) {
            if (!first || is_odd) && holds_words(text, part.as_str().unwrap_or_default()) {
                // Said by the text; it changes with it.
                words.used(part);
                continue;
            }
            words.say("part", part, context);
            words.writer().next(" ");
        }
        let said = words.said_anything();
        if !said {
            continue;
        }
        use_of(name, context, &mut words);
        drafted.push(Drafted::new(FactKind::OtherName, None, words.finish()));
    }
}

/// `(nickname, until 2016)`.
fn use_of<'v>(value: &'v Value, context: Context<'_>, words: &mut Words<'v>) {
    words.writer().between(" (");
    let mut said = words.say("use", &value["use"], context);
    if said {
        words.writer().next(", ");
    }
    said |= words.say("period", &value["period"], context);
    if said && is_former(value, context.day) && value["use"] != "old" && value["use"] != "maiden" {
        words.writer().next(", ");
        words.writer().message("term-former");
    }
    words.writer().between("");
    if said {
        words.writer().glue(")");
    }
}

/// A contact or an address with its use.
fn marked<'v>(
    (name, value): (&str, &'v Value),
    kind: FactKind,
    element: Option<&str>,
    context: Context<'_>,
    drafted: &mut Vec<Drafted<'v>>,
) {
    if let Some(words) = Words::of(name, value, context) {
        drafted.push(Drafted::new(kind, element, words.finish()));
    }
}

/// Languages, the preferred one first.
fn languages<'v>(json: &'v Value, context: Context<'_>, drafted: &mut Vec<Drafted<'v>>) {
    let mut spoken: Vec<&Value> = each(&json["communication"]).iter().collect();
    spoken.sort_by_key(|it| it["preferred"] != true);
    for one in spoken {
        let mut words = Words::default();
        if words.say("language", &one["language"], context) {
            if one["preferred"] == true {
                words.used(&one["preferred"]);
                words.writer().message("term-preferred");
            }
            drafted.push(Drafted::new(FactKind::Language, None, words.finish()));
        }
    }
}
