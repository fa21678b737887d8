//! `cargo xtask grade-matching CASES [FIELDS]`: the matching rules beside labelled cases. The cases are given: none lies in the project.
//!
//! A line of CASES has `id`, `kind`, `query`, `charts`, `truth`, `pairs`, `expect`, `strict` and `hazard`; a line of FIELDS has `in`,
//! what a reference makes of it (`package`), and where that is wrong what is right (`ours`). An answer is right when outcome and charts
//! are those of `expect`, or those of `strict`, where a first name is the first given name only and a nickname counts only where one
//! name is listed under the other.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a tool for developers")]

use ktc_kiosk::cli::patient_match::{answer, fields_of};
use ktc_kiosk::time::Day;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

/// By which ages are judged, so that a file of cases is graded the same way each year.
const DAY: Day = Day::constant(2026, 11, 30);

fn main() -> ExitCode {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    let beside = files.iter().position(|word| word == "--beside").map(|place| files.split_off(place));
    let Some(cases) = files.first() else {
        println!("usage: grade_matching CASES [FIELDS] [--beside ANSWERS]");
        return ExitCode::from(2);
    };
    let mut all_right = grade_cases(&read(cases));
    if let Some(answers) = beside.as_ref().and_then(|words| words.get(1)) {
        beside_the_reference(&read(cases), &read(answers));
    }
    if let Some(fields) = files.get(1) {
        all_right &= grade_fields(&read(fields));
    }
    if all_right { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn read(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("a file that can be read");
    text.lines().filter(|line| !line.trim().is_empty()).map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn ids(list: &Value) -> BTreeSet<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What is counted over all cases.
#[derive(Default)]
struct Tally {
    right: usize,
    /// Charts of the patient that a rule names, and all charts of the patient.
    recall: (usize, usize),
    /// Named as the only one without a doubt, and somebody else's.
    wrong_alone: usize,
    /// Named with others or in doubt, and somebody else's.
    wrong_told: usize,
    /// One chart, the patient's, without a doubt and in doubt.
    sure: usize,
    unsure: usize,
    /// The patient's own is shown; is first; there is one.
    shown: (usize, usize, usize),
    /// Hazards in which the wrong chart is in doubt, and in which the own chart is shown.
    hazards: (usize, usize),
    /// By rule: pairs in which it holds here and should, should not, should and does not.
    rules: BTreeMap<String, [usize; 3]>,
}

fn grade_cases(cases: &[Value]) -> bool {
    let mut tally = Tally::default();
    let mut disagreements = Vec::new();
    for case in cases {
        let got = answer(case, DAY).expect("a case");
        let is = |expected: &Value| {
            !expected.is_null()
                && expected["outcome"] == got["outcome"]
                && ids(&expected["charts"]) == ids(&got["charts"])
        };
        let right = is(&case["expect"]) || is(&case["strict"]);
        tally.right += usize::from(right);
        if !right {
            disagreements.push(format!("{} {}: expected {} got {got}", case["id"], case["kind"], case["expect"]));
        }
        if let Some(why) = tally.add(case, &got) {
            disagreements.push(format!("{} {}: {why}: {got}", case["id"], case["kind"]));
        }
    }
    println!("{} cases: {} as expected", cases.len(), tally.right);
    println!("recall of the patient's charts by rules: {} of {}", tally.recall.0, tally.recall.1);
    println!("one chart named, the patient's: {} without a doubt, {} in doubt", tally.sure, tally.unsure);
    println!("somebody else's chart named alone without a doubt: {} (goal 0)", tally.wrong_alone);
    println!("somebody else's chart named in doubt or beside others: {}", tally.wrong_told);
    let (shown, first, there) = tally.shown;
    println!("the patient has a chart in {there}: it is shown in {shown}, first in {first}");
    println!("hazards: {} wrong charts in doubt, {} missed charts shown", tally.hazards.0, tally.hazards.1);
    println!("rule: pairs in which it holds, holds too much, is missing");
    for (rule, [holds, too_much, missing]) in &tally.rules {
        println!("  {rule:6} {holds:5} {too_much:5} {missing:5}");
    }
    println!("{} disagreements", disagreements.len());
    disagreements.iter().for_each(|line| println!("  {line}"));
    tally.right == cases.len() && tally.wrong_alone == 0 && disagreements.is_empty()
}

impl Tally {
    /// Counts a case; what is dangerous in the answer comes back.
    fn add(&mut self, case: &Value, got: &Value) -> Option<&'static str> {
        let (own, named, doubted) = (ids(&case["truth"]["charts"]), ids(&got["charts"]), ids(&got["doubts"]));
        let order: Vec<&str> = got["order"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        self.recall.0 += own.intersection(&named).count();
        self.recall.1 += own.len();
        let is_match = got["outcome"] == "match";
        let mut told = None;
        for chart in &named {
            match (own.contains(chart), is_match, doubted.contains(chart)) {
                (true, true, false) => self.sure += 1,
                (true, true, true) => self.unsure += 1,
                (true, false, _) => {}
                (false, true, false) => {
                    self.wrong_alone += 1;
                    told = Some("somebody else's chart without a doubt");
                }
                (false, _, _) => self.wrong_told += 1,
            }
        }
        if !own.is_empty() {
            let is_shown = order.iter().any(|chart| own.contains(chart));
            self.shown.0 += usize::from(is_shown);
            self.shown.1 += usize::from(order.first().is_some_and(|first| own.contains(first)));
            self.shown.2 += 1;
            told = told.or((!is_shown).then_some("the patient's own chart is not shown"));
        }
        match case["hazard"].as_str() {
            Some("wrong-chart") if named.is_subset(&doubted) => self.hazards.0 += 1,
            Some("wrong-chart") => told = told.or(Some("a hazard without a doubt")),
            Some("missed") => self.hazards.1 += usize::from(order.iter().any(|chart| own.contains(chart))),
            _ => {}
        }
        for pair in case["pairs"].as_array().into_iter().flatten().filter(|pair| pair["suffix_veto"] == false) {
            let (expected, held) =
                (ids(&pair["rules"]), ids(&got["rules"][pair["chart"].as_str().unwrap_or_default()]));
            for rule in expected.union(&held) {
                let place = usize::from(!expected.contains(rule)) + 2 * usize::from(!held.contains(rule));
                if let Some(count) = self.rules.entry((*rule).to_owned()).or_default().get_mut(place) {
                    *count += 1;
                }
            }
        }
        told
    }
}

/// Where another engine answers otherwise. That is no failure: it is said, for a person to explain.
fn beside_the_reference(cases: &[Value], answers: &[Value]) {
    let by_id: BTreeMap<&str, &Value> = answers.iter().filter_map(|it| Some((it["id"].as_str()?, it))).collect();
    let (mut compared, mut differing) = (0, Vec::new());
    for case in cases {
        let Some(theirs) = case["id"].as_str().and_then(|id| by_id.get(id)) else { continue };
        let ours = answer(case, DAY).expect("a case");
        compared += 1;
        if theirs["outcome"] != ours["outcome"] || ids(&theirs["charts"]) != ids(&ours["charts"]) {
            let rules = &ours["rules"];
            differing
                .push(format!("{} {}: theirs {theirs}, ours {} {rules}", case["id"], case["kind"], ours["outcome"]));
        }
    }
    println!("beside cms-hte-patient-matching: {compared} cases, {} answered otherwise", differing.len());
    differing.iter().for_each(|line| println!("  {line}"));
}

/// The words of the reference for our fields.
const WORDS: [(&str, &str); 5] = [
    ("dob", "birth-date"),
    ("legal", "legal-id"),
    ("member", "member-id"),
    ("subscriber", "subscriber-id"),
    ("unique", "unique-id"),
];

fn grade_fields(lines: &[Value]) -> bool {
    let mut right = 0;
    for line in lines {
        let got = fields_of(line, DAY).expect("a Patient");
        // The same value may stand there twice, once as the reference has it alone.
        let ours = lines.iter().filter(|other| other["in"] == line["in"]).find_map(|other| other["ours"].as_object());
        let (expected, is_ours) = match ours {
            Some(ours) => (ours, true),
            None => (line["package"].as_object().expect("what the reference says"), false),
        };
        match difference(expected, is_ours, &got, line["dropped"].is_array()) {
            None => right += 1,
            Some(field) => println!("  {field}: {line} got {got}"),
        }
    }
    println!("{} values: {right} as expected", lines.len());
    right == lines.len()
}

/// The first field that is not as expected. The reference writes nicknames and further given names among the first names: of those ours
/// must be one.
fn difference(expected: &Map<String, Value>, is_ours: bool, got: &Value, is_dropped: bool) -> Option<String> {
    let ours = |word: &str| WORDS.iter().find(|(theirs, _)| *theirs == word).map_or(word, |(_, ours)| *ours).to_owned();
    let wanted: BTreeMap<String, BTreeSet<&str>> =
        expected.iter().map(|(word, values)| (ours(word), ids(values))).collect();
    let fields = got.as_object().into_iter().flatten().filter(|(word, _)| word.as_str() != "not-counted");
    let found: BTreeMap<String, BTreeSet<&str>> = fields.map(|(word, values)| (word.clone(), ids(values))).collect();
    for field in wanted.keys().chain(found.keys()) {
        let (wanted, found) = (wanted.get(field), found.get(field));
        let holds = match (wanted, found) {
            (Some(wanted), Some(found)) if field == "first" && !is_ours => found.is_subset(wanted),
            (Some(wanted), Some(found)) => wanted == found,
            _ => false,
        };
        if !holds {
            return Some(field.clone());
        }
    }
    let is_told = got["not-counted"].as_array().is_some_and(|told| !told.is_empty());
    (is_dropped && !is_ours && !is_told).then(|| "dropped without a word".to_owned())
}
