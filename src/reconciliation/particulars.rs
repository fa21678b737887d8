//! What a record says beside its name, and in what two records of the same thing differ.
//!
//! Each row of the tables says where a particular stands, how it is compared, and what silence about it means. Notes, dates of
//! recording and who recorded are none.

use super::chart::Difference;
use super::code::{Codes, compared, contradict};
use super::meaning::Meaning;
use super::terms::{letters, terms};
use crate::fhir::{Context, Words, find};
use crate::intake::{FactKind, Section};
use crate::language::Language;
use crate::text::plain_text;
use crate::time::Day;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How two values of a particular are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Word for word, in any order of the values; their codes must not contradict.
    Words,
    /// Word for word, value for value.
    Steps,
    /// As concepts: another name of the same code is the same.
    Concept,
    /// By letters and digits alone.
    Letters,
    /// As dates, as far as both go.
    Date,
}

/// What it means when one record says nothing of a particular that the other tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Silence {
    /// The records differ, unless the other says one of these, which are said by silence as well.
    Says(&'static [&'static str]),
    /// Likewise, and each of these says the same.
    SaysAny(&'static [&'static str]),
    /// Nothing.
    Nothing,
    /// What the share leaves out is no difference; what only the share says is one.
    OfShare,
}

/// One row: what it is, where it stands (of several places the first that says something, `+` where each counts), how it is
/// compared.
struct Row {
    field: FactKind,
    /// The element's name, where the field is one.
    element: Option<&'static str>,
    places: &'static str,
    by: By,
    silence: Silence,
}

const fn row(field: FactKind, places: &'static str, by: By, silence: Silence) -> Row {
    Row { field, element: None, places, by, silence }
}

const fn element(name: &'static str, places: &'static str, by: By, silence: Silence) -> Row {
    Row { field: FactKind::Element, element: Some(name), places, by, silence }
}

/// Where certainty stands: as a code, or as the word of other versions and hasty senders.
const VERIFICATION: Row = row(
    FactKind::Verification,
    "verificationStatus/coding/code+verificationStatus/coding/display+verificationStatus/text|verificationStatus",
    By::Words,
    Silence::Says(&["confirmed"]),
);
const CLINICAL_STATUS: Row = row(
    FactKind::Status,
    "clinicalStatus/coding/code+clinicalStatus/coding/display+clinicalStatus/text|clinicalStatus",
    By::Words,
    Silence::Says(&["active"]),
);
const STRICT: Silence = Silence::Says(&[]);

const ALLERGY: &[Row] = &[
    row(FactKind::Reaction, "reaction", By::Words, STRICT),
    row(FactKind::Criticality, "criticality", By::Words, Silence::Says(&["unable-to-assess"])),
    CLINICAL_STATUS,
    // DSTU2 keeps both in one element.
    row(FactKind::Status, "status", By::Words, Silence::Says(&["active", "confirmed"])),
    VERIFICATION,
    element("type", "type/coding/code+type/coding/display+type/text|type", By::Words, Silence::Says(&["allergy"])),
    row(FactKind::Category, "category", By::Words, Silence::Nothing),
];

/// Where somebody takes it who is at home.
const AT_HOME: Silence = Silence::Says(&["community", "outpatient"]);
/// A problem of the patient's list.
const ON_THE_LIST: Silence = Silence::Says(&["problem-list-item", "health-concern"]);

const MEDICINE: &[Row] = &[
    row(FactKind::Dosage, "dosageInstruction|dosage", By::Steps, STRICT),
    row(FactKind::Status, "status", By::Words, Silence::Says(&["active"])),
    row(FactKind::End, "effectivePeriod/end", By::Words, STRICT),
    element("intent", "intent", By::Words, Silence::SaysAny(ORDERS)),
    element("doNotPerform", "doNotPerform", By::Words, Silence::Says(&["no"])),
    element("form", "contained/form", By::Concept, STRICT),
    element("ingredient", "contained/ingredient", By::Words, STRICT),
    element("amount", "contained/amount", By::Words, STRICT),
    row(FactKind::Category, "category/coding/code+category/coding/display+category/text|category", By::Words, AT_HOME),
    element("courseOfTherapyType", "courseOfTherapyType", By::Concept, Silence::Nothing),
];

/// An order of any kind, and what was taken, of which no intent is told.
const ORDERS: &[&str] = &["order", "original-order", "reflex-order", "filler-order", "instance-order"];

const PROBLEM: &[Row] = &[
    CLINICAL_STATUS,
    row(FactKind::Status, "status", By::Words, Silence::Says(&["active", "confirmed"])),
    VERIFICATION,
    row(FactKind::Severity, "severity", By::Concept, STRICT),
    row(FactKind::BodySite, "bodySite", By::Concept, STRICT),
    element("stage", "stage", By::Words, STRICT),
    row(FactKind::End, "abatement[x]", By::Words, Silence::Says(&["no"])),
    element("onset", "onset[x]", By::Date, Silence::Nothing),
    row(
        FactKind::Category,
        "category/coding/code+category/coding/display+category/text|category",
        By::Words,
        ON_THE_LIST,
    ),
];

const SHOT: &[Row] = &[
    row(FactKind::Status, "status", By::Words, Silence::Says(&["completed"])),
    element("isSubpotent", "isSubpotent", By::Words, Silence::Says(&["no"])),
    row(FactKind::Lot, "lotNumber", By::Letters, Silence::Nothing),
    row(FactKind::BodySite, "site", By::Concept, Silence::Nothing),
    element("route", "route", By::Concept, Silence::Nothing),
    element("doseQuantity", "doseQuantity", By::Words, Silence::Nothing),
    element("doseNumber", "protocolApplied/doseNumber[x]", By::Words, Silence::Nothing),
];

const POLICY: &[Row] = &[
    row(FactKind::MemberId, "subscriberId|identifier/value", By::Letters, Silence::OfShare),
    row(FactKind::PolicyClass, "class", By::Words, Silence::OfShare),
    row(FactKind::Period, "period", By::Words, Silence::OfShare),
    row(FactKind::Status, "status", By::Words, Silence::Says(&["active"])),
    row(FactKind::PolicyType, "type", By::Concept, Silence::Nothing),
    row(FactKind::Dependent, "dependent", By::Letters, Silence::OfShare),
    row(
        FactKind::Relationship,
        "relationship/coding/code+relationship/coding/display+relationship/text|relationship",
        By::Words,
        Silence::Nothing,
    ),
];

const fn rows(section: Section) -> &'static [Row] {
    match section {
        Section::Insurance => POLICY,
        Section::Allergies => ALLERGY,
        Section::Medications => MEDICINE,
        Section::Problems => PROBLEM,
        Section::Immunizations => SHOT,
        Section::Demographics
        | Section::Documents
        | Section::Results
        | Section::VitalSigns
        | Section::Procedures
        | Section::History
        | Section::Care
        | Section::Forms
        | Section::Other => &[],
    }
}

/// What a record says in every row of its section.
pub(super) struct Particulars(Section, Vec<Option<Said>>);

struct Said {
    shown: String,
    terms: Vec<Vec<String>>,
    codes: Codes,
    concepts: Vec<Meaning>,
    /// Whether it says no more than silence does.
    is_as_silence: bool,
    /// A text that is too long to be compared to its end is the same as no other.
    is_whole: bool,
}

impl Particulars {
    pub(super) fn new(section: Section, json: &Value, day: Day) -> Particulars {
        Particulars(section, rows(section).iter().map(|row| said(row, json, day)).collect())
    }

    /// How many rows are told otherwise.
    pub(super) fn differing(&self, chart: &Particulars) -> usize {
        self.rows_beside(chart).count()
    }

    /// Every row that is told otherwise, with what both say.
    pub(super) fn differences(&self, chart: &Particulars) -> Vec<Difference> {
        let differences = self.rows_beside(chart).map(|(row, shared, chart)| Difference {
            field: row.field,
            element: row.element,
            shared: plain_text(shared.map_or("", |said| said.shown.as_str())),
            chart: plain_text(chart.map_or("", |said| said.shown.as_str())),
        });
        differences.collect()
    }

    fn rows_beside<'a>(
        &'a self,
        chart: &'a Particulars,
    ) -> impl Iterator<Item = (&'static Row, Option<&'a Said>, Option<&'a Said>)> {
        let both = self.1.iter().zip(&chart.1).map(|(one, other)| (one.as_ref(), other.as_ref()));
        rows(self.0)
            .iter()
            .zip(both)
            .map(|(row, (one, other))| (row, one, other))
            .filter(|it| !is_same(it.0, it.1, it.2))
    }
}

fn is_same(row: &Row, shared: Option<&Said>, chart: Option<&Said>) -> bool {
    match (shared, chart, row.silence) {
        (None, None, _) => true,
        (Some(one), Some(other), _) if one.is_whole && other.is_whole => match row.by {
            By::Words | By::Steps | By::Letters => {
                let is_any = matches!(row.silence, Silence::SaysAny(_)) && one.is_as_silence && other.is_as_silence;
                is_told_as(one, other) || is_any
            }
            By::Concept => {
                is_told_as(one, other)
                    || is_each(&one.concepts, &other.concepts) && is_each(&other.concepts, &one.concepts)
            }
            By::Date => {
                one.terms == other.terms || goes_on(&one.shown, &other.shown) || goes_on(&other.shown, &one.shown)
            }
        },
        (Some(_), Some(_), _) => false,
        (Some(said), None, Silence::Says(_) | Silence::SaysAny(_))
        | (None, Some(said), Silence::Says(_) | Silence::SaysAny(_)) => said.is_as_silence,
        (Some(_), None, Silence::OfShare) => false,
        (None, Some(_), Silence::OfShare) | (Some(_), None, Silence::Nothing) | (None, Some(_), Silence::Nothing) => {
            true
        }
    }
}

/// Whether a date is another that is told further; an age is none.
fn goes_on(date: &str, further: &str) -> bool {
    let begins_with_year = date.chars().take_while(char::is_ascii_digit).count() == 4;
    begins_with_year && further.strip_prefix(date).is_some_and(|rest| rest.starts_with(['-', 'T', ' ']))
}

fn is_told_as(one: &Said, other: &Said) -> bool {
    one.terms == other.terms && !contradict(&one.codes, &other.codes)
}

/// The words that silence stands for, taken apart once and not for each record.
static SILENT: LazyLock<HashMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let rows = Section::ALL.iter().flat_map(|section| rows(*section));
    let words = rows.flat_map(|row| match row.silence {
        Silence::Says(words) | Silence::SaysAny(words) => words,
        Silence::Nothing | Silence::OfShare => &[],
    });
    words.map(|word| (*word, terms(word))).collect()
});

/// Whether all texts say no more than silence does.
fn says_nothing_more(texts: &[Vec<String>], silence: Silence) -> bool {
    match silence {
        Silence::Says(words) | Silence::SaysAny(words) => {
            texts.iter().all(|text| words.iter().any(|word| SILENT.get(word).is_some_and(|silent| silent == text)))
        }
        Silence::Nothing | Silence::OfShare => false,
    }
}

fn is_each(concepts: &[Meaning], others: &[Meaning]) -> bool {
    concepts.iter().all(|one| others.iter().any(|other| one.is_same(other)))
}

/// What the record says at the first place of the row that says something.
fn said(row: &Row, json: &Value, day: Day) -> Option<Said> {
    row.places.split('|').find_map(|place| {
        let (mut texts, mut terms): (Vec<String>, Vec<Vec<String>>) = (Vec::new(), Vec::new());
        let (mut codes, mut concepts) = (Codes::new(), Vec::new());
        let mut entries: Vec<(&str, &Value)> = Vec::new();
        for part in place.split('+') {
            find(json, Some(part), &mut |name, value| entries.push((name, value)));
        }
        let is_sequence = row.by == By::Steps && entries.len() > 1;
        // In the order in which they are to be followed (R4 Dosage.sequence), as the form tells them.
        if is_sequence && entries.iter().all(|(_, entry)| entry["sequence"].is_i64()) {
            entries.sort_by_key(|(_, entry)| entry["sequence"].as_i64());
        }
        for (name, value) in entries {
            let Some(words) = Words::of(name, value, Context::on(day)) else { continue };
            let text = words.finish().0.text(Language::English).reveal().clone();
            // A code is compared as it was sent.
            let compared = value.as_str().unwrap_or(&text);
            let mut told = if row.by == By::Letters { vec![letters(compared)] } else { self::terms(compared) };
            let sequence = value["sequence"].as_i64().filter(|_| is_sequence);
            told.extend(sequence.map(|sequence| format!("sequence {sequence}")));
            if row.by == By::Steps || !terms.contains(&told) {
                texts.push(text);
            }
            terms.push(told);
            codes_in(value, &mut codes, 0);
            if row.by == By::Concept {
                concepts.push(Meaning::from_concept(Section::Problems, value));
            }
        }
        if row.by != By::Steps {
            terms.sort_unstable();
            terms.dedup();
        }
        let (is_whole, shown) = (!texts.iter().any(|text| text.ends_with('…')), texts.join("; "));
        let is_as_silence = says_nothing_more(&terms, row.silence);
        (!texts.is_empty()).then_some(Said { shown, terms, codes, concepts, is_as_silence, is_whole })
    })
}

/// Every coding in a value; the code and the unit of a quantity among them.
fn codes_in(value: &Value, codes: &mut Codes, depth: usize) {
    /// Deeper is not looked.
    const MOST: usize = 12;
    match value {
        Value::Array(values) if depth < MOST => values.iter().for_each(|value| codes_in(value, codes, depth + 1)),
        Value::Object(members) if depth < MOST => {
            if let (Some(system), Some(code)) = (value["system"].as_str(), value["code"].as_str()) {
                let (system, code) = compared(system, code);
                codes.entry(system).or_default().insert(code);
            }
            members.values().for_each(|value| codes_in(value, codes, depth + 1));
        }
        Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
