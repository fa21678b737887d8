//! What an element of a resource says, as words: any data type of FHIR R4, known by its members, and any element that holds
//! others, member by member. Nothing is corrected, and a reference without words of its own says nothing: its address is no text
//! for people. Of everything said it is known which values of the resource said it.

use super::codes::{self, small_system};
use super::spoken::{MAX_VALUES, Say, Words, each, is_time_unit};
use super::{dosage, member, period};
use crate::language::Language;
use crate::text::code_displays;
use crate::text::said::{LANGUAGE, Writer};
use crate::time::Day;
use serde_json::{Map, Number, Value};

/// Elements inside elements are read out this deep.
const MAX_DEPTH: usize = 12;

/// What words depend on beside the value itself.
#[derive(Clone, Copy)]
pub(crate) struct Context<'n> {
    /// What a Reference without words of its own leads to, by its `reference`; `None` where that has no name.
    pub names: &'n dyn Fn(&str) -> Option<String>,
    /// The day of the check-in: what has ended by then is said to be former.
    pub day: Day,
}

impl Context<'static> {
    /// No Reference is looked up.
    pub(crate) const fn on(day: Day) -> Self {
        Context { names: &|_| None, day }
    }
}

/// Elements of type `code` (and those of other versions): their values are words of the standard.
const CODES: &[&str] = &[
    "status",
    "intent",
    "criticality",
    "severity",
    "category",
    "gender",
    "use",
    "priority",
    "mode",
    "actuality",
    "lifecycleStatus",
    "docStatus",
    "clinicalStatus",
    "verificationStatus",
    "kind",
    "rank",
    "dayOfWeek",
    "when",
    "type",
    "class",
    "decision",
    "code",
    "relationship",
    "modality",
    "publicationStatus",
    "certainty",
    "outcome",
    "valueCode",
    "system",
];

/// Stems whose names end with a type (`onsetAge` is `onset`).
const CHOICES: &[&str] = &[
    "onset",
    "abatement",
    "value",
    "effective",
    "occurrence",
    "performed",
    "medication",
    "deceased",
    "multipleBirth",
    "dose",
    "rate",
    "asNeeded",
    "bounds",
    "product",
    "serviced",
    "location",
    "item",
    "target",
    "due",
    "detail",
    "start",
    "allowed",
    "timing",
    "reported",
    "created",
    "collected",
    "born",
    "age",
    "content",
    "doseNumber",
    "seriesDoses",
    "probability",
    "identified",
    "subject",
    "quantity",
    "used",
    "time",
    "fastingStatus",
    "minimumVolume",
    "additive",
    "entity",
    "statusReason",
    "site",
    "diagnosis",
    "procedure",
    "serviceLocation",
    "benefit",
    "defaultValue",
    "amount",
    "event",
];

impl<'v> Words<'v> {
    /// What one value of the element `name` says; `None` where it says nothing.
    pub(crate) fn of(name: &str, value: &'v Value, context: Context<'_>) -> Option<Words<'v>> {
        let mut words = Words::default();
        Speaker { context, depth: 0 }.say(&mut words, name, value).then_some(words)
    }

    /// Says a value of the element `name`; whether it said something.
    pub(crate) fn say(&mut self, name: &str, value: &'v Value, context: Context<'_>) -> bool {
        Speaker { context, depth: 0 }.say(self, name, value)
    }

    /// Says a member, with the name of its element unless it is what the whole is called.
    pub(crate) fn say_member(&mut self, name: &str, value: &'v Value, is_title: bool, context: Context<'_>) {
        let mark = self.mark();
        self.writer.next(", ");
        let speaker = Speaker { context, depth: 0 };
        let said = if is_title { speaker.say(self, name, value) } else { speaker.labelled(self, name, value) };
        if !said {
            self.back_to(mark);
        }
    }
}

/// Says values.
struct Speaker<'n> {
    context: Context<'n>,
    depth: usize,
}

impl Say for Speaker<'_> {
    fn say<'v>(&self, words: &mut Words<'v>, name: &str, value: &'v Value) -> bool {
        match value {
            Value::Null => false,
            Value::Bool(yes) => {
                words.used(value);
                words.writer.message(if *yes { "term-yes" } else { "term-no" });
                true
            }
            Value::Number(number) => {
                words.sent(value, number.as_str());
                true
            }
            Value::String(text) if text.trim().is_empty() => false,
            Value::String(text) if CODES.contains(&name) && is_code(text) => {
                words.used(value);
                words.writer.code("", text);
                true
            }
            Value::String(text) => {
                words.sent(value, &moment(text));
                true
            }
            Value::Array(values) => {
                let mut said = false;
                for value in values.iter().take(MAX_VALUES) {
                    let mark = words.mark();
                    if said {
                        words.writer.next(", ");
                    }
                    let this = self.say(words, name, value);
                    if !this {
                        words.back_to(mark);
                    }
                    said |= this;
                }
                said
            }
            Value::Object(members) if self.depth < MAX_DEPTH => {
                Speaker { context: self.context, depth: self.depth + 1 }.of_type(words, name, value, members)
            }
            Value::Object(_) => false,
        }
    }
}

impl Speaker<'_> {
    /// A member with the name of its element before it.
    fn labelled<'v>(&self, words: &mut Words<'v>, name: &str, value: &'v Value) -> bool {
        let label = |writer: &mut Writer| {
            writer.element(stem_of(name));
            writer.glue(": ");
        };
        self.say_after(words, label, name, value)
    }

    fn of_type<'v>(
        &self,
        words: &mut Words<'v>,
        name: &str,
        value: &'v Value,
        members: &'v Map<String, Value>,
    ) -> bool {
        let given = |name: &str| member(members, name).filter(|value| !value.is_null());
        let has = |name: &str| given(name).is_some();
        if has("coding") {
            return concept(words, value);
        }
        if has("div") {
            // Markup is no text for people: it is read elsewhere, and stands without its tags under what became no fact.
            return false;
        }
        if let Some(concept) = given("concept") {
            // R5 CodeableReference.
            return self.say(words, name, concept);
        }
        if let Some(Value::Number(number)) = given("value") {
            quantity(words, members, number);
            return true;
        }
        if matches!(name, "dosageInstruction" | "dosage") {
            return dosage::dosage(self, words, members);
        }
        if has("repeat") || has("event") && name.starts_with("timing") {
            return dosage::timing(self, words, members);
        }
        if has("low") || has("high") {
            return self.range(words, members);
        }
        if has("start") || has("end") {
            return self.period(words, members);
        }
        if has("numerator") {
            return self.all(words, members, &["numerator", "denominator"], " / ");
        }
        if has("family") || has("given") {
            let named = given("text").is_some_and(|text| self.say(words, "text", text));
            return named || self.all(words, members, &["prefix", "given", "family", "suffix"], " ");
        }
        if has("line") || has("city") || has("postalCode") {
            return self.address(words, members) && self.qualified(words, members);
        }
        // Some elements hold a member of this name that is a Reference itself (Consent.provision.actor).
        if given("reference").is_some_and(Value::is_string) || has("display") {
            return self.reference(words, value, members);
        }
        if has("origin") {
            return given("data").is_some_and(|data| self.say(words, "data", data));
        }
        // ContactPoint and Identifier; their use says which of several.
        if has("value") && !has("url") && !has("type") && (has("system") || has("use") || members.len() == 1) {
            return given("value").is_some_and(|value| self.say(words, "value", value))
                && self.qualified(words, members);
        }
        if has("system") && has("code") {
            return coded(words, value, members);
        }
        if has("contentType") || has("data") && has("title") {
            return ["title", "contentType"].iter().any(|name| given(name).is_some_and(|it| self.say(words, name, it)));
        }
        self.members(words, members)
    }

    /// An element that holds others: what it is first, then each of the others with its name.
    fn members<'v>(&self, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
        const LEAD: &[&str] = &[
            "code",
            "type",
            "manifestation",
            "event",
            "item",
            "text",
            "name",
            "description",
            "summary",
            "function",
            "role",
            "member",
            "actor",
            "individual",
            "party",
            "measure",
            "qualitativeRisk",
            "productOrService",
            "content",
            "detail",
            "condition",
            "title",
            "diagnostics",
            "medication",
            "value",
        ];
        let spoken = |name: &str| {
            !matches!(name, "id" | "extension" | "modifierExtension" | "resourceType") && !name.starts_with('_')
        };
        let place = |name: &str, value: &Value| {
            let stem = Some(stem_of(name)).filter(|_| !value.is_boolean());
            LEAD.iter().position(|lead| Some(*lead) == stem).unwrap_or(LEAD.len())
        };
        let spoken = members.iter().filter(|(name, _)| spoken(name));
        let mut ordered: Vec<_> = spoken.map(|(name, value)| (place(name, value), name, value)).collect();
        ordered.sort_by_key(|(place, ..)| *place);
        let mut said = false;
        for (place, name, value) in ordered {
            let mark = words.mark();
            let lead = LEAD.get(place);
            if said {
                words.writer.next(if lead == Some(&"value") { ": " } else { ", " });
            }
            let this = match lead {
                Some(_) => self.say(words, name, value),
                None => self.labelled(words, name, value),
            };
            if !this {
                words.back_to(mark);
            }
            said |= this;
        }
        said
    }

    /// Members one after the other.
    fn all<'v>(
        &self,
        words: &mut Words<'v>,
        members: &'v Map<String, Value>,
        parts: &[&str],
        between: &'static str,
    ) -> bool {
        let mut said = false;
        for part in parts {
            for value in member(members, part).into_iter().flat_map(each) {
                let mark = words.mark();
                if said {
                    words.writer.next(between);
                }
                let this = self.say(words, part, value);
                if !this {
                    words.back_to(mark);
                }
                said |= this;
            }
        }
        said
    }

    /// What kind of number it is, for what, and from when to when a number or an address of several is.
    fn qualified<'v>(&self, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
        let mut open = false;
        let mut say = |words: &mut Words<'v>, name: &str, value: &'v Value| {
            let mark = words.mark();
            words.writer.between(if open { ", " } else { " (" });
            let said = self.say(words, name, value);
            if !said {
                words.back_to(mark);
            }
            open |= said;
        };
        member(members, "use").into_iter().for_each(|value| say(words, "use", value));
        // An address that is both goes without saying.
        let odd = member(members, "type").filter(|value| **value != "both");
        odd.into_iter().for_each(|value| say(words, "type", value));
        if let Some(system) = member(members, "system") {
            match system.as_str() {
                // A number without a word is a telephone, and an address with its sign says so itself.
                Some("phone" | "email") => words.used(system),
                // The value is an address itself (FHIR R4 Identifier.system).
                Some("urn:ietf:rfc3986") | None => {}
                Some(_) => say(words, "system", system),
            }
        }
        member(members, "period").into_iter().for_each(|value| say(words, "period", value));
        if is_over(members, self.context.day) {
            words.writer.between(if open { ", " } else { " (" });
            words.writer.message("term-former");
            open = true;
        }
        if open {
            words.writer.glue(")");
        }
        true
    }

    /// An Address: its text, and every part that the text does not hold.
    fn address<'v>(&self, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
        const PARTS: [&str; 6] = ["line", "city", "district", "state", "postalCode", "country"];
        let text = member(members, "text").filter(|text| self.say(words, "text", text)).and_then(Value::as_str);
        let Some(text) = text else { return self.all(words, members, &PARTS, ", ") };
        for (name, part) in PARTS.iter().filter_map(|name| Some((name, member(members, name)?))) {
            for part in each(part) {
                if part.as_str().is_some_and(|part| holds_words(text, part)) {
                    words.used(part);
                } else {
                    words.writer.next(", ");
                    self.say(words, name, part);
                }
            }
        }
        true
    }

    fn range<'v>(&self, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
        let side = |name: &str| member(members, name).filter(|value| !value.is_null());
        let said = match (side("low"), side("high")) {
            (Some(low), Some(high)) => {
                let low = self.say(words, "low", low);
                words.writer.between(if low { " – " } else { "≤ " });
                self.say(words, "high", high) || low
            }
            (Some(low), None) => self.say_after(words, |writer| writer.glue("≥ "), "low", low),
            (None, Some(high)) => self.say_after(words, |writer| writer.glue("≤ "), "high", high),
            (None, None) => false,
        };
        // A reference range says for whom it is.
        let mut more = |name: &str| {
            let Some(value) = side(name) else { return };
            let mark = words.mark();
            words.writer.between(" (");
            if self.say(words, name, value) {
                words.writer.glue(")");
            } else {
                words.back_to(mark);
            }
        };
        ["type", "appliesTo", "age", "text"].into_iter().for_each(&mut more);
        said || !words.writer.is_empty()
    }

    fn period<'v>(&self, words: &mut Words<'v>, members: &'v Map<String, Value>) -> bool {
        let side = |name: &str| member(members, name).filter(|value| !value.is_null());
        match (side("start"), side("end")) {
            (Some(start), Some(end)) => {
                let said = self.say(words, "start", start);
                words.writer.between(" – ");
                self.say(words, "end", end) || said
            }
            (Some(start), None) => self.say_after(words, |writer| writer.message("term-since"), "start", start),
            (None, Some(end)) => self.say_after(words, |writer| writer.message("term-until"), "end", end),
            (None, None) => false,
        }
    }

    fn reference<'v>(&self, words: &mut Words<'v>, value: &'v Value, members: &'v Map<String, Value>) -> bool {
        if let Some(display) = member(members, "display").filter(|display| self.say(words, "display", display)) {
            // A Coding by itself has words as well.
            codes::said_by(words, value, display.as_str().unwrap_or_default());
            return true;
        }
        let address = value["reference"].as_str();
        if let Some(name) = address.and_then(self.context.names).filter(|name| !name.trim().is_empty()) {
            words.used(&value["reference"]);
            words.writer.sent(&moment(&name));
            return true;
        }
        let number = &value["identifier"]["value"];
        self.say(words, "value", number) || coded(words, value, members)
    }
}

/// Whether a value says that it is of an earlier time by its period alone.
fn is_over(members: &Map<String, Value>, day: Day) -> bool {
    let by_use = matches!(member(members, "use").and_then(Value::as_str), Some("old" | "maiden"));
    !by_use && member(members, "period").is_some_and(|period| period::is_over(period, day))
}

/// Whether a text holds these words, each whole.
pub(crate) fn holds_words(text: &str, words: &str) -> bool {
    let words = words.trim();
    let is_apart = |letter: Option<char>| letter.is_none_or(|letter| !letter.is_alphanumeric());
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let (before, after) = (text.get(..at), text.get(at + words.len()..));
            is_apart(before.and_then(|it| it.chars().next_back())) && is_apart(after.and_then(|it| it.chars().next()))
        })
}

/// The name of an element without the type at its end.
pub(crate) fn stem_of(name: &str) -> &str {
    CHOICES.iter().find(|stem| is_choice_of(name, stem)).copied().unwrap_or(name)
}

/// Letters of a code: no sentence has been written without a space.
fn is_code(text: &str) -> bool {
    text.len() <= 60 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

fn is_word(code: &str) -> bool {
    code.len() > 3 && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// A time as it was sent, its parts apart: `2026-11-03 07:40 -05:00`. Every other text as it was sent.
fn moment(text: &str) -> std::borrow::Cow<'_, str> {
    let of = |text: &str, more: &[u8]| text.bytes().all(|byte| byte.is_ascii_digit() || more.contains(&byte));
    let Some((date, rest)) = text
        .split_once('T')
        .filter(|(date, rest)| date.len() == 10 && of(date, b"-") && of(rest, b":.+-Z") && rest.len() >= 5)
    else {
        return text.into();
    };
    let zone = rest.find(['+', '-', 'Z']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone);
    // Seconds that are none are left out.
    let whole = time
        .split('.')
        .next()
        .filter(|whole| time.len() == whole.len() || time[whole.len()..].trim_matches(['.', '0']).is_empty());
    let time =
        whole.and_then(|whole| if whole.len() == 8 { whole.strip_suffix(":00") } else { Some(whole) }).unwrap_or(time);
    match zone {
        "" => format!("{date} {time}"),
        "Z" => format!("{date} {time} UTC"),
        zone => format!("{date} {time} {zone}"),
    }
    .into()
}

/// Text, else a display, else our own name for a code, else the code.
fn concept<'v>(words: &mut Words<'v>, concept: &'v Value) -> bool {
    let spoken = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let codings = || each(&concept["coding"]).iter();
    let said = Some(&concept["text"]).filter(|text| spoken(text));
    let said = said.or_else(|| codings().map(|coding| &coding["display"]).find(|display| spoken(display)));
    if let Some(said) = said {
        let text = said.as_str().unwrap_or_default();
        words.sent(said, text);
        codes::said_by(words, &concept["coding"], text);
        return true;
    }
    let has_code = |coding: &&Value| coding["code"].is_string();
    let is_known = |coding: &&Value| {
        let (system, code) =
            (coding["system"].as_str().unwrap_or_default(), coding["code"].as_str().unwrap_or_default());
        code_displays::display(system, code).is_some() || small_system(system).is_some()
    };
    let coding = codings().find(|it| has_code(it) && is_known(it)).or_else(|| codings().find(has_code));
    coding.and_then(Value::as_object).is_some_and(|members| coded(words, coding.unwrap_or(&Value::Null), members))
}

/// A code with its system.
fn coded<'v>(words: &mut Words<'v>, value: &'v Value, members: &'v Map<String, Value>) -> bool {
    let Some(leaf) = member(members, "code") else { return false };
    let Some(code) = leaf.as_str().filter(|code| !code.trim().is_empty()) else { return false };
    let system = value["system"].as_str();
    words.used(leaf);
    let named = member(members, "system").filter(|leaf| leaf.as_str().is_some_and(|it| is_evident(it, code)));
    named.into_iter().for_each(|leaf| words.used(leaf));
    match system.map(small_system) {
        Some(Some(system)) => words.writer.code(&system, code),
        Some(None) if system == Some("urn:ietf:bcp:47") => words.writer.code(LANGUAGE, code),
        // A code of letters is a word, whoever's it is; a number says nothing without its system.
        Some(None) if is_word(code) && code_displays::display(system.unwrap_or_default(), code).is_none() => {
            words.writer.code("", code);
        }
        None if is_code(code) => words.writer.code("", code),
        Some(None) | None => words.writer.sent(&code_displays::shown(system, code)),
    }
    true
}

/// Whether what stands for a code tells of which system it is.
fn is_evident(system: &str, code: &str) -> bool {
    system == "urn:ietf:bcp:47" || codes::names_its_system(system, code)
}

/// Quantity and Money: the comparator and the unit are part of the value. A unit of time has a word.
fn quantity<'v>(words: &mut Words<'v>, members: &'v Map<String, Value>, number: &Number) {
    let text = |name: &str| {
        let leaf = member(members, name)?;
        Some((leaf, leaf.as_str().map(str::trim).filter(|text| !text.is_empty())?))
    };
    if let Some((leaf, comparator)) = text("comparator") {
        words.sent(leaf, comparator);
        words.writer.next(" ");
    }
    member(members, "value").into_iter().for_each(|leaf| words.used(leaf));
    let unit = text("unit").or_else(|| text("code")).or_else(|| text("currency"));
    match unit {
        Some((leaf, unit)) if is_time_unit(unit) => {
            words.used(leaf);
            coded_unit(words, members, unit);
            words.writer.counted(format!("term-{unit}"), number.as_str());
        }
        Some((leaf, unit)) => {
            words.writer.sent(number.as_str());
            words.writer.next(" ");
            words.sent(leaf, unit);
            coded_unit(words, members, unit);
        }
        None => words.writer.sent(number.as_str()),
    }
}

/// A unit's code and system, where they say no more than the unit.
fn coded_unit<'v>(words: &mut Words<'v>, members: &'v Map<String, Value>, unit: &str) {
    if codes::is_unit_of(unit, members) {
        ["system", "code"].iter().filter_map(|name| member(members, name)).for_each(|leaf| words.used(leaf));
    }
}

/// All values at `path` (`code`, `reaction/manifestation`, `value[x]`); lists on the way are walked through.
pub(crate) fn found<'a>(json: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut values = Vec::new();
    find(json, Some(path), &mut |_, value| values.push(value));
    values
}

/// Each value at `path`, with the name of its element.
pub(crate) fn find<'a>(value: &'a Value, path: Option<&str>, each: &mut dyn FnMut(&'a str, &'a Value)) {
    find_named("", value, path, each);
}

fn find_named<'a>(name: &'a str, value: &'a Value, path: Option<&str>, each: &mut dyn FnMut(&'a str, &'a Value)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| find_in(name, item, path, each)),
        one => find_in(name, one, path, each),
    }
}

fn find_in<'a>(name: &'a str, value: &'a Value, path: Option<&str>, each: &mut dyn FnMut(&'a str, &'a Value)) {
    match (path, value) {
        (None, Value::Null) => {}
        (None, value) => each(name, value),
        (Some(path), Value::Object(members)) => {
            let (segment, rest) = path.split_once('/').map_or((path, None), |(segment, rest)| (segment, Some(rest)));
            match segment.strip_suffix("[x]") {
                None => {
                    let found = members.iter().find(|(name, _)| name.as_str() == segment);
                    found.into_iter().for_each(|(name, value)| find_named(name, value, rest, each));
                }
                Some(stem) => {
                    let chosen = members.iter().filter(|(name, _)| is_choice_of(name, stem));
                    chosen.for_each(|(name, value)| find_named(name, value, rest, each));
                }
            }
        }
        (Some(_), _) => {}
    }
}

/// Whether a name is a stem with a type behind it (`valueQuantity`).
fn is_choice_of(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase()))
}

/// What all values at `path` say in English, each once.
pub(crate) fn words_at(json: &Value, path: &str, day: Day) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    find(json, Some(path), &mut |name, value| {
        let text = Words::of(name, value, Context::on(day)).map(in_english);
        said.extend(text.filter(|text| !said.contains(text)));
    });
    (!said.is_empty()).then(|| said.join("; "))
}

/// What one value says in English.
pub(crate) fn words(value: &Value, day: Day) -> Option<String> {
    Words::of("", value, Context::on(day)).map(in_english)
}

fn in_english(words: Words<'_>) -> String {
    words.writer.finish().text(Language::English).reveal().clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DAY: Day = Day::constant(2026, 11, 30);

    #[test]
    fn each_data_type_says_what_it_means() {
        let cases = [
            (
                json!({"value": serde_json::from_str::<Value>("1.50").expect("JSON"), "comparator": "<", "unit": "mg/dL"}),
                "< 1.50 mg/dL",
            ),
            (json!({"value": 15, "currency": "USD"}), "15 USD"),
            (json!({"value": 5, "code": "d"}), "5 days"),
            (json!({"low": {"value": 3, "unit": "mg"}, "high": {"value": 5, "unit": "mg"}}), "3 mg – 5 mg"),
            (json!({"high": {"value": 5}, "appliesTo": [{"text": "fasting"}]}), "≤ 5 (fasting)"),
            (json!({"numerator": {"value": 1}, "denominator": {"value": 8}}), "1 / 8"),
            (json!({"start": "2024-02", "end": "2025"}), "2024-02 – 2025"),
            (json!({"start": "2024-02-30T08:00:00Z"}), "since 2024-02-30 08:00 UTC"),
            (json!({"given": ["Ana", "María"], "family": "Ruiz"}), "Ana María Ruiz"),
            (json!({"given": ["Ana"], "family": "Ruiz", "text": "Ruiz Ana"}), "Ruiz Ana"),
            (json!({"system": "phone", "value": "555", "use": "mobile"}), "555 (mobile)"),
            (json!({"reference": "Practitioner/7", "display": "Dr. Who"}), "Dr. Who"),
            (json!({"system": "http://loinc.org", "code": "8867-4"}), "Heart rate (LOINC 8867-4)"),
            (json!({"coding": [{"display": "One"}]}), "One"),
            (
                json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "MTH"}]}),
                "mother",
            ),
            (json!({"coding": [{"system": "urn:ietf:bcp:47", "code": "es-US"}]}), "Spanish (es-US)"),
            (json!({"text": "as needed"}), "as needed"),
            (json!([true, 7, "seven"]), "yes, 7, seven"),
            (json!({"line": ["1 Main"], "city": "Town", "state": "OR", "use": "temp"}), "1 Main, Town, OR (temporary)"),
            (json!({"concept": {"text": "Aspirin"}}), "Aspirin"),
            (
                json!({"role": [{"text": "nurse"}], "member": {"display": "P. L."}, "period": {"end": "2024"}}),
                "nurse, P. L., period: until 2024",
            ),
        ];
        for (value, said) in cases {
            assert_eq!(words(&value, DAY).as_deref(), Some(said), "{value}");
        }
        let narrative = json!({"status": "generated", "div": "<div>A</div>"});
        for silent in [json!({"reference": "Patient/1"}), json!({}), json!(" "), json!([]), narrative] {
            assert_eq!(words(&silent, DAY), None, "{silent}");
        }
    }

    #[test]
    fn a_time_keeps_its_clock_and_its_zone() {
        for (sent, shown) in [
            ("2026-11-03T07:40:00-05:00", "2026-11-03 07:40 -05:00"),
            ("2026-11-03T07:40:31.250Z", "2026-11-03 07:40:31.250 UTC"),
            ("2026-11-03T07:40:00.000", "2026-11-03 07:40"),
            ("2026-11-03", "2026-11-03"),
            ("The 7th", "The 7th"),
        ] {
            assert_eq!(moment(sent), shown);
        }
    }

    #[test]
    fn a_path_walks_through_lists_and_choices() {
        let json = json!({"reaction": [{"manifestation": [{"text": "A"}]}, {"manifestation": [{"text": "B"}, {"text": "A"}]}],
            "onsetAge": {"value": 4, "unit": "a"}, "onset": "no"});
        assert_eq!(words_at(&json, "reaction/manifestation", DAY).as_deref(), Some("A; B"));
        assert_eq!(words_at(&json, "onset[x]", DAY).as_deref(), Some("4 years"));
        assert_eq!(words_at(&json, "nothing/here", DAY), None);
    }

    #[test]
    fn a_structure_without_end_is_bounded() {
        let mut value = json!({"text": "x"});
        for _ in 0..90 {
            value = json!({"detail": [value]});
        }
        assert_eq!(words(&value, DAY), None);
    }
}
