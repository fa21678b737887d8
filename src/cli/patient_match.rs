//! `ktc-kiosk match <file>`: what the matching rules say of labelled or unlabelled cases, offline. A line of the file is a JSON object
//! with `id`, `query` (the Patient that came in) and `charts` (the EHR's Patients); a line of the answer has the outcome, the charts
//! that rules name, all that would be shown in their order, and those that are named in doubt.

use crate::fhir::Resource;
use crate::patient_match::{Evaluation, Known, MatchField, RulesVersion, Standing, evaluate};
use crate::time::Day;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _, Write};
use std::path::Path;

/// A longer line is no case.
const MAX_LINE: usize = 4_000_000;
/// More charts are not compared.
const MAX_CHARTS: usize = 1_000;

/// Answers each line. Returns whether all were cases.
pub(super) fn run(file: &Path, fields: bool, day: Day, out: &mut dyn Write) -> io::Result<bool> {
    let mut lines = BufReader::new(File::open(file)?);
    let mut all_read = true;
    loop {
        let mut line = Vec::new();
        let limit = u64::try_from(MAX_LINE + 1).unwrap_or(u64::MAX);
        if lines.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(all_read);
        }
        if line.len() > MAX_LINE {
            return Err(io::Error::other(format!("a line of more than {MAX_LINE} bytes is no case")));
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        let case = serde_json::from_slice(&line).unwrap_or(Value::Null);
        let answered = if fields { fields_of(&case, day) } else { answer(&case, day) };
        all_read &= answered.is_some();
        let answered = answered.unwrap_or_else(|| json!({"id": case["id"], "outcome": "no-case"}));
        writeln!(out, "{answered}")?;
    }
}

/// What the rules say of one case; `None` when it is none.
pub fn answer(case: &Value, day: Day) -> Option<Value> {
    let shared = known(case["query"].clone(), day)?;
    let charts = case["charts"].as_array()?.get(..MAX_CHARTS).or(case["charts"].as_array().map(Vec::as_slice))?;
    let known = charts.iter().map(|chart| known(chart.clone(), day)).collect::<Option<Vec<_>>>()?;
    let is_whole = charts.len() == case["charts"].as_array()?.len();
    let rules = RulesVersion::V3_4_0.rules();
    let found = evaluate(rules, &shared, &known, is_whole);
    let id = |place: usize| charts.get(place).map_or(Value::Null, |chart| chart["id"].clone());
    let those =
        |wanted: &dyn Fn(usize) -> bool| -> Vec<Value> { (0..charts.len()).filter(|at| wanted(*at)).map(id).collect() };
    let is_named = |place: usize| found.charts.get(place).is_some_and(|chart| chart.standing == Standing::Named);
    let is_doubted = |place: usize| found.charts.get(place).is_some_and(|chart| !chart.doubts.is_empty());
    Some(json!({
        "id": case["id"],
        "outcome": found.outcome.word(),
        "charts": those(&is_named),
        "order": found.order.iter().map(|place| id(*place)).collect::<Vec<_>>(),
        "doubts": those(&is_doubted),
        "ask": found.next_question(rules, &known).map(|question| question.text_id()),
        "rules": ids_of_rules(&found, id),
    }))
}

/// The rules that hold for each chart, by its id, whether they name it or not.
fn ids_of_rules(found: &Evaluation, id: impl Fn(usize) -> Value) -> Map<String, Value> {
    let charts = found.charts.iter().enumerate().filter(|(_, chart)| !chart.held.is_empty());
    let held = charts.map(|(place, chart)| {
        let mut ids: Vec<&str> = chart.held.iter().map(|held| held.rule.id.as_str()).collect();
        ids.sort_unstable();
        (id(place).as_str().unwrap_or_default().to_owned(), json!(ids))
    });
    held.collect()
}

/// What becomes of the values of one Patient (`in`): field by field the form in which they are compared, and what does not count.
pub fn fields_of(line: &Value, day: Day) -> Option<Value> {
    let known = known(line["in"].clone(), day)?;
    let mut fields = Map::new();
    for field in MatchField::ALL.iter().filter(|field| known.has(**field)) {
        fields.insert(field.word().to_owned(), json!(known.values(*field)));
    }
    let discarded = known.discarded().iter().map(|discarded| json!([discarded.field.word(), discarded.why.text_id()]));
    fields.insert("not-counted".to_owned(), discarded.collect());
    Some(Value::Object(fields))
}

fn known(mut patient: Value, day: Day) -> Option<Known> {
    patient.as_object_mut()?.insert("resourceType".to_owned(), "Patient".into());
    Some(Known::read(&Resource::from_json(patient)?, &[], day))
}
